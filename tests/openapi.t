#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The routes table and the API description say the same: every route has its operation at its path and method, and
# nothing is described that does not exist. Usage: openapi.t ROOT
use strict;
use warnings;
use Test::More;

my $root = shift @ARGV // '.';
my $description = "$root/docs/openapi.yaml";
plan skip_all => 'docs/openapi.yaml is not there' if !-e $description;

sub lines_of {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    my @lines = <$file>;
    chomp @lines;
    return @lines;
}

# Pages for people, not part of the API.
my %page = map { $_ => 1 } qw(/ /start.css);

my (%routes, %described);
my $table = join "\n", grep { !m{^\s*(/\*| \*)} } lines_of("$root/src/http/routes.def");
while ($table =~ /^ROUTE\((\w+),\s*"(\w+)",\s*"([^"]+)",(.*?)"(\w+)"\)/msg) {
    my ($name, $method, $path, $operation) = ($1, $2, $3, $5);
    $routes{"$method $path"} = $operation if !$page{$path};
}
cmp_ok(scalar keys %routes, '>', 3, 'the table has routes');

my ($in_paths, $path, $key) = (0, '', '');
for my $line (lines_of($description)) {
    $in_paths = $1 eq 'paths' if $line =~ /^(\w+):/;
    next if !$in_paths;
    $path = $1 if $line =~ m{^  ["']?(/[^"':\s]*)["']?:\s*$};
    $key = uc($1) . " $path" if $line =~ /^    (get|post|put|patch|delete):/;
    $described{$key} = $1 if $line =~ /^      operationId:\s*(\w+)/;
}

for my $route (sort keys %routes) {
    is($described{$route}, $routes{$route}, "$route is described as $routes{$route}");
}
is(join(', ', grep { !$routes{$_} && !$page{(split / /)[1]} } sort keys %described), '', 'nothing is described that does not exist');
done_testing();
