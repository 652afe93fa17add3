#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The tables of policies/README.md are the files: each policy has one row with its goods and the numbers of its clauses and cases, and
# a real rule says in its header where the text stands.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Shuntui qw(root read_file);

my $root = root() . '/policies';
my %row;
for my $line (split /\n/, read_file("$root/README.md")) {
    my ($name, $file, @cells) = $line =~ /^\| \[([\w-]+)\]\(([\w\/-]+\.policy)\) \| (.*) \|$/ or next;
    @cells = split / \| /, $cells[0];
    ok(!$row{$file}, "$name has one row");
    $row{$file} = {name => $name, goods => $cells[0], counts => [grep { /^\d+$/ } @cells]};
}

my @files = map { s{^\Q$root\E/}{}r } glob("$root/*.policy $root/floors/*.policy $root/real/*.policy");
is_deeply([sort keys %row], [sort @files], 'each policy has a row, and each row a policy');

for my $file (@files) {
    my $source = read_file("$root/$file");
    my ($name, $goods) = $source =~ /^policy "([\w-]+)" version \d+\ngoods (\w+)$/m;
    my $clauses = () = $source =~ /^clause \w+/mg;
    my @cases = glob("$root/" . $file =~ s/\.policy$//r . '/cases/*.json');
    my $row = $row{$file} or next;
    my $listed = $file =~ m{^floors/} ? $file =~ s{.*/|\.policy$}{}gr : $name; # a floor's name is shared by all goods
    is_deeply($row, {name => $listed, goods => $goods, counts => [$clauses, scalar @cases]}, "the row of $file");
    like($file =~ s{.*/}{}r, $file =~ m{^floors/} ? qr/^\Q$name\E-[\w-]+\.policy$/ : qr/^\Q$name\E\.policy$/,
        "$file has the name of its policy");
    next unless $file =~ m{^real/};
    my ($header) = $source =~ /\A((?:#[^\n]*\n)+)/;
    like($header, qr{https?://|\bwww\.}, "the header of $file says where the text stands");
    like($header, qr/^# Read: /m, "… and what was read");
}

done_testing;
