#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# A database of an earlier release takes the later migrations with what is in it: each step is shown on rows as that release wrote them.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Shuntui qw(folder root read_file write_file);

my $folder = folder();
my @migrations = sort glob(root() . '/sql/*.sql');

# Runs the migrations up to one, the rows of that time, the others, and asks; the answer, or what SQLite said.
sub upgraded {
    my ($until, $rows, $question) = @_;
    my @before = grep { m{/(\d+)_} && $1 <= $until } @migrations;
    my @after = grep { m{/(\d+)_} && $1 > $until } @migrations;
    write_file("$folder/script.sql", join "\n", (map { read_file($_) } @before), $rows, (map { read_file($_) } @after), $question);
    my $said = qx(sqlite3 -batch -bail :memory: < '$folder/script.sql' 2>&1);
    chomp $said;
    return $said;
}

my $policies = <<'SQL';
INSERT INTO policy (id, merchant_id, name, version, goods, sha256, source, leaf_index, published_at)
    VALUES ('pol_1', NULL, 'p', 1, 'card_key', x'00', 's', 0, 11), ('pol_2', NULL, 'p', 2, 'card_key', x'00', 's', 1, 22);
SQL
is(upgraded(3, $policies, 'SELECT group_concat(id || effective_at || COALESCE(harms_buyer, \'-\'), \' \') FROM policy;'), 'pol_111- pol_222-',
    'what was published before versions had a time took effect at once');
like(upgraded(3, $policies, 'UPDATE policy SET effective_at = 1;'), qr/rows are never changed/, '… and never changes again');
like(upgraded(3, $policies, 'INSERT INTO policy SELECT \'pol_3\', merchant_id, name, version, goods, sha256, source, leaf_index, published_at, 0, NULL FROM policy WHERE id = \'pol_1\';'),
    qr/UNIQUE/, 'a number is taken once for each name and goods');
is(upgraded(3, $policies, 'INSERT INTO policy SELECT \'pol_3\', merchant_id, name, version, \'service\', sha256, source, leaf_index, published_at, 0, NULL FROM policy WHERE id = \'pol_1\'; SELECT COUNT(*) FROM policy;'),
    3, '… and again for other goods');

my $token = q{INSERT INTO party (id, role, name, created_at) VALUES ('usr_1', 'buyer', 'b', 1); INSERT INTO token VALUES (x'01', 'usr_1', 5, 9, NULL), (x'02', 'usr_1', 6, 9, 7);};
is(upgraded(6, $token, q{SELECT group_concat(hex(hash) || kind || scope || label || created_at || expires_at || limit_at || COALESCE(revoked_at, '-') || COALESCE(used_at, '-'), ' ') FROM token ORDER BY hash;}),
    '01tokenfull599-- 02tokenfull6997-', 'a token of before may do all that it could, and is called nothing');
is(upgraded(6, $token, q{SELECT COUNT(*) FROM token WHERE id GLOB 'tkn_00[0-9a-f]*' AND length(id) = 30;}), 2, '… and has an id');
done_testing();
