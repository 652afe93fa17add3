#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# docs/claims.md is what the tables of src/claim print.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More tests => 2;
use lib dirname(abs_path(__FILE__));
use Shuntui qw(root read_file);

my $printer = ($ENV{SHUNTUI_BUILD} // root() . '/build') . '/tests/claim_table';
die "no $printer: run ./check, or ninja -C build\n" unless -x $printer;
my $printed = qx('$printer');
is($?, 0, 'the table prints');
ok($printed eq read_file(root() . '/docs/claims.md'), 'docs/claims.md is up to date')
    or diag("run: build/tests/claim_table > docs/claims.md");
