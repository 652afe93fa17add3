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

my $cards = <<'SQL';
INSERT INTO party (id, role, name, created_at) VALUES ('mch_1', 'merchant', 'M', 1);
INSERT INTO policy (id, merchant_id, name, version, goods, sha256, source, leaf_index, published_at, effective_at) VALUES ('pol_1', 'mch_1', 'p', 1, 'card_key', x'00', 's', 0, 1, 1);
INSERT INTO product (id, merchant_id, kind, category, title, price, currency, policy_id, delivery_s, state, listing, listing_sha256, listing_leaf_index, created_at) VALUES ('prd_1', 'mch_1', 'card_key', 'game_card', 't', 1000, 'CNY', 'pol_1', 0, 'active', '{}', x'00', 1, 1);
INSERT INTO data_key (id, merchant_id, wrapped, created_at) VALUES (1, 'mch_1', x'00', 1);
INSERT INTO checkpoint (size, root, note, at) VALUES (5, x'00', 'n', 50), (20, x'00', 'n', 200), (30, x'00', 'n', 300);
INSERT INTO card (id, product_id, merchant_id, fingerprint, data_key_id, sealed, salt, import_leaf_index, state)
    VALUES ('crd_1', 'prd_1', 'mch_1', x'01', 1, x'00', x'00', 7, 'stock'), ('crd_2', 'prd_1', 'mch_1', x'02', 1, x'00', x'00', 7, 'sealed'), ('crd_3', 'prd_1', 'mch_1', x'03', 1, x'00', x'00', 25, 'stock');
SQL
is(upgraded(7, $cards, "SELECT group_concat(i.leaf_index || ' ' || b.name || ' ' || length(b.id) || ' ' || i.at || ' ' || (SELECT COUNT(*) FROM card WHERE import_leaf_index = i.leaf_index), ', ') FROM stock_import i JOIN stock_batch b ON b.id = i.batch_id;"),
    '7 #7 30 200 2, 25 #25 30 300 1', 'every import from before batches had names is a batch of its own, as old as the commit that held it');

my $answers = <<'SQL';
PRAGMA foreign_keys = OFF;
INSERT INTO claim (id, order_id, merchant_id, reason, stage, waiting_for, asked_amount, policy_id, filed_at, outer_at) VALUES
    ('clm_1', 'ord_1', 'mch_1', 'r', 'closed', 'nobody', 1, 'pol_1', 0, 9), ('clm_2', 'ord_2', 'mch_1', 'r', 'closed', 'nobody', 1, 'pol_1', 0, 9),
    ('clm_3', 'ord_3', 'mch_1', 'r', 'closed', 'nobody', 1, 'pol_1', 0, 9), ('clm_4', 'ord_4', 'mch_1', 'r', 'merchant', 'merchant', 1, 'pol_1', 0, 9);
INSERT INTO claim_event (claim_id, sequence, event, from_stage, to_stage, actor_role, leaf_index, at) VALUES
    ('clm_1', 1, 'file', '-', 'intake', 'buyer', 0, 1000000), ('clm_1', 2, 'complete_evidence', 'intake', 'merchant', 'buyer', 0, 5000000),
    ('clm_1', 3, 'merchant_extend', 'merchant', 'merchant', 'merchant', 0, 6000000), ('clm_1', 4, 'merchant_refuse', 'merchant', 'negotiation', 'merchant', 0, 65000000),
    ('clm_1', 5, 'merchant_accept', 'negotiation', 'settlement', 'merchant', 0, 99000000),
    ('clm_2', 1, 'file', '-', 'merchant', 'buyer', 0, 1000000), ('clm_2', 2, 'merchant_silence', 'merchant', 'settlement', 'clock', 0, 86401000000),
    ('clm_3', 1, 'file', '-', 'merchant', 'buyer', 0, 1000000), ('clm_3', 2, 'withdraw', 'merchant', 'closed', 'buyer', 0, 2000000),
    ('clm_4', 1, 'file', '-', 'merchant', 'buyer', 0, 1000000);
SQL
is(upgraded(10, $answers, "SELECT group_concat(id || ' ' || COALESCE(answer_s, '-'), ', ') FROM claim ORDER BY id;"), 'clm_1 60, clm_2 86400, clm_3 -, clm_4 -',
    'claims of before know how long the seller took: from the question to the answer or the end of the time');
done_testing();
