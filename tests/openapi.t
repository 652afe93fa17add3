#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The routes table and docs/openapi.yaml say the same, both ways: method, path, operationId, who may call, body, key, parameters.
# What the answers look like is held against it by api.t.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use OpenApi;
use World;

my $api = OpenApi->new;
my %page = map { $_ => 1 } qw(/start.css /assets/{asset} /favicon.svg /manifest.webmanifest /sw.js); # for people, not part of the API
my %roles = (PUBLIC => 'anybody', BUYER_SIDE => 'buyer order', PARTIES => 'buyer order merchant', ORDER_PARTIES => 'buyer order merchant arbiter operator',
    ACCOUNTS => 'buyer merchant arbiter operator', MERCHANT => 'merchant', ARBITER => 'arbiter', OPERATOR => 'operator', PROVIDER => 'provider', ISSUER => 'issuer',
    LAPSED => '', SCOPE_CLAIMS => '');

# The facts of a route or of an operation, in one form.
sub of_route {
    my ($route) = @_;
    my (%known, @roles);
    for my $word (@{$route->{access}}) {
        push @roles, grep { !$known{$_}++ } split / /, $roles{$word} // die "who is $word?\n";
    }
    return {operationId => $route->{operation}, roles => join(' ', @roles), mode => lc $route->{mode}, body => $route->{body} ne '0' ? 1 : 0,
        scope => (grep { $_ eq 'SCOPE_CLAIMS' } @{$route->{access}}) ? 'claims' : '', page => $route->{mode} eq 'SESSION' ? 1 : 0,
        key => $route->{mode} =~ /^(?:WRITE|UPLOAD|FILE)$/ && $route->{method} eq 'POST' ? 1 : 0, path => join(' ', $route->{path} =~ /\{(\w+)\}/g)};
}

sub of_operation {
    my ($operation) = @_;
    my @parameters = map { $api->resolve($_) } @{$operation->{parameters} // []};
    return {operationId => $operation->{operationId}, roles => join(' ', @{$operation->{'x-roles'}}), mode => $operation->{'x-mode'}, body => $operation->{requestBody} ? 1 : 0,
        scope => $operation->{'x-scope'} // '', page => (grep { $_->{name} eq 'Shuntui-Page' } @parameters) ? 1 : 0,
        key => (grep { $_->{name} eq 'Idempotency-Key' } @parameters) ? 1 : 0, path => join(' ', map { $_->{name} } grep { $_->{in} eq 'path' } @parameters)};
}

# Who may call also follows from the security of the operation.
sub security_of {
    my ($roles) = @_;
    return ' bearer order' if $roles eq 'anybody';
    return 'webhook' if $roles =~ /provider|issuer/;
    return $roles =~ /order/ ? 'bearer order' : 'bearer';
}

my %described = map { ("$_->{method} $_->{path}" => $_) } @{$api->{operations}};
my @routes = grep { !$page{$_->{path}} } World::routes();
cmp_ok(scalar @routes, '>', 40, 'the table has routes');
for my $route (@routes) {
    my $operation = delete $described{"$route->{method} $route->{path}"};
    ok($operation, "$route->{method} $route->{path} is described") or next;
    my $said = of_operation($operation);
    is_deeply($said, of_route($route), '… as the table says');
    is(join(' ', map { join '', keys %$_ } @{$operation->{security}}), security_of($said->{roles}), '… with its credentials');
    ok($operation->{summary} && $operation->{responses}{default}, '… in words, with its problems');
}
is(join(', ', sort keys %described), '', 'nothing is described that does not exist');

# Every reference leads somewhere, and every schema, parameter and header is used.
my %used;
sub walk {
    my ($node) = @_;
    if (ref $node eq 'ARRAY') {
        walk($_) for @$node;
    } elsif (ref $node eq 'HASH') {
        if (my $to = $node->{'$ref'}) {
            ok(eval { $api->resolve($node); 1 }, "$to exists") if !$used{$to}++;
        }
        walk($_) for values %$node;
    }
    return;
}
walk($api->{document});
my $components = $api->{document}{components};
for my $kind (qw(schemas parameters headers responses)) {
    is(join(' ', grep { !$used{"#/components/$kind/$_"} } sort keys %{$components->{$kind}}), '', "all $kind are used");
}
my $codes = join ' ', sort map { /^\w+, "(\w+)"/ } @{World::table('src/base/errors.def', 'ERROR_ROW')};
is(join(' ', sort @{$components->{schemas}{Problem}{properties}{code}{enum}}), $codes, 'every error code is in the list');
like($api->{document}{info}{description}, qr/^\|[^|]*\| `$_` \|/m, "$_ is in the table") for split / /, $codes;
done_testing();
