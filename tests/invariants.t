#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The invariants of src/ledger/invariants.def are right and able to fail: a small honest history passes all of them, and each
# deliberate corruption is found by the very invariant that was written for it.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;
use lib dirname(abs_path(__FILE__));
use Shuntui qw(root folder read_file write_file);

my $folder = folder();
my (@invariants, %sql);

# INVARIANT(ID, "name", "sql" "sql", "en", "zh"): adjacent strings are one, as in C.
my $table = read_file(root() . '/src/ledger/invariants.def');
$table =~ s{/\*.*?\*/}{}gs;
while ($table =~ /INVARIANT\((\w+),((?:\s*"(?:[^"\\]|\\.)*"\s*,?)+)\)/g) {
    my ($id, $rest, @fields) = ($1, $2);
    while ($rest =~ /\G\s*((?:"(?:[^"\\]|\\.)*"\s*)+),?/gc) {
        my $strings = $1;
        push @fields, join '', map { s/\\"/"/gr } $strings =~ /"((?:[^"\\]|\\.)*)"/g;
    }
    is(scalar @fields, 4, "$id has a name, a query and both languages");
    push @invariants, $id;
    $sql{$id} = $fields[1];
}

# The schema's own guards stay on for the honest history; a corruption comes past them, as a bug or a hand in the file would.
my $schema = join "\n", map { read_file($_) } sort glob(root() . '/sql/*.sql');

my %guards = map { $_ => 1 } $schema =~ /CREATE TRIGGER (\w+)/g; # a migration may make one anew
my $guards_off = join '', map { "DROP TRIGGER $_;\n" } sort keys %guards;

sub sqlite {
    my ($script) = @_;
    write_file("$folder/script.sql", $script);
    my $output = qx(sqlite3 -batch -bail :memory: < '$folder/script.sql' 2>&1);
    return ($? >> 8, $output);
}

# One honest history: an order refunded in full by the rule from escrow, one released and then refunded in part with an advance,
# one in dispute, one unpaid, one of a service, a payment in suspense, and the log of all that.
my $day = 86_400_000_000;
my $history = <<"SQL";
INSERT INTO party (id, role, name, created_at) VALUES ('mch_1','merchant','M',1), ('usr_1','buyer','B',1), ('arb_1','arbiter','A',1), ('arb_2','arbiter','A2',1), ('mch_2','merchant','N',1);
INSERT INTO leaf (leaf_index, subject, sequence, kind, body) VALUES (0,'pol_1',1,'policy_snapshot',x'7b7d'), (1,'prd_1',1,'listing_snapshot',x'7b7d'), (2,'ord_1',1,'order_receipt',x'7b7d'), (3,'ord_1',2,'screenshot',x'7b7d'), (4,'ord_5',1,'service_log',x'7b7d'), (5,'ord_5',2,'service_log',x'7b7d');
INSERT INTO checkpoint (size, root, note, at) VALUES (2, x'00', 'n', 10), (6, x'00', 'n', 20);
INSERT INTO policy (id, merchant_id, name, version, goods, sha256, source, leaf_index, published_at) VALUES ('pol_1','mch_1','p',1,'card_key',x'00','s',0,1);
INSERT INTO product (id, merchant_id, kind, category, title, price, currency, policy_id, delivery_s, state, listing, listing_sha256, listing_leaf_index, created_at) VALUES ('prd_1','mch_1','card_key','game_card','t',1000,'CNY','pol_1',0,'active','{}',x'00',1,1), ('prd_2','mch_1','service','boosting','t',1000,'CNY','pol_1',0,'active','{}',x'00',1,1);
INSERT INTO data_key (id, merchant_id, wrapped, created_at) VALUES (1,'mch_1',x'00',1);
INSERT INTO orders (id, secret_hash, product_id, kind, merchant_id, buyer_id, quantity, amount, currency, fee, refunded, provider, pay_reference, policy_id, listing_sha256, state, service_state, progress, created_at, expires_at, paid_at, delivered_at, revealed_at) VALUES
 ('ord_1',x'01','prd_1','card_key','mch_1','usr_1',1,1000,'CNY',50,1000,'sandbox','r1','pol_1',x'00','refunded',NULL,0,1,2,3,4,NULL),
 ('ord_2',x'02','prd_1','card_key','mch_1','usr_1',1,1000,'CNY',50,400,'sandbox','r2','pol_1',x'00','split',NULL,0,1,2,3,4,5),
 ('ord_3',x'03','prd_1','card_key','mch_1','usr_1',1,1000,'CNY',50,0,'sandbox','r3','pol_1',x'00','disputed',NULL,0,1,2,3,4,NULL),
 ('ord_4',x'04','prd_1','card_key','mch_1',NULL,1,1000,'CNY',50,0,'sandbox','r4','pol_1',x'00','created',NULL,0,1,2,NULL,NULL,NULL),
 ('ord_5',x'05','prd_2','service','mch_1','usr_1',1,1000,'CNY',50,0,'sandbox','r5','pol_1',x'00','paid','started',40,1,2,3,NULL,NULL),
 ('ord_6',x'06','prd_1','card_key','mch_1',NULL,1,1000,'CNY',50,0,'sandbox','r6','pol_1',x'00','expired',NULL,0,1,2,NULL,NULL,NULL);
INSERT INTO card (id, product_id, merchant_id, fingerprint, data_key_id, sealed, salt, import_leaf_index, state, order_id, revealed_at, redeemed_at, revoked_at) VALUES
 ('crd_1','prd_1','mch_1',x'01',1,x'00',x'00',1,'revoked','ord_1',NULL,NULL,6), ('crd_2','prd_1','mch_1',x'02',1,x'00',x'00',1,'redeemed','ord_2',5,6,NULL),
 ('crd_3','prd_1','mch_1',x'03',1,x'00',x'00',1,'sealed','ord_3',NULL,NULL,NULL), ('crd_4','prd_1','mch_1',x'04',1,x'00',x'00',1,'reserved','ord_4',NULL,NULL,NULL), ('crd_5','prd_1','mch_1',x'05',1,x'00',x'00',1,'stock',NULL,NULL,NULL,NULL);
INSERT INTO service_event (order_id, sequence, kind, progress, at, leaf_index) VALUES ('ord_5',1,'start',0,5,4), ('ord_5',2,'progress',40,6,5);
INSERT INTO ledger_account (id, kind, owner, currency, minimum, balance) VALUES (1,'provider','sandbox','CNY',NULL,-3300), (2,'escrow','','CNY',0,2000), (3,'merchant_payable','mch_1','CNY',0,0), (4,'merchant_bond','mch_1','CNY',0,0), (5,'platform_fee','','CNY',NULL,50), (6,'refunds_in_flight','','CNY',0,400), (7,'advances_receivable','mch_1','CNY',NULL,-50), (8,'suspense','','CNY',0,900);
INSERT INTO ledger_transaction (id, kind, order_id, claim_id, at, unique_key) VALUES (1,'pay','ord_1',NULL,3,'a'), (2,'pay','ord_2',NULL,3,'b'), (3,'pay','ord_3',NULL,3,'c'), (4,'pay','ord_5',NULL,3,'d'), (5,'refund','ord_1','clm_1',4,'e'), (6,'refund_confirmed','ord_1','clm_1',5,'f'), (7,'release','ord_2',NULL,5,'g'), (8,'payout',NULL,NULL,6,'h'), (9,'refund','ord_2','clm_2',7,'i'), (10,'pay_suspense','ord_4',NULL,8,'j');
INSERT INTO ledger_posting (transaction_id, line, account_id, currency, amount) VALUES
 (1,1,1,'CNY',-1000),(1,2,2,'CNY',1000), (2,1,1,'CNY',-1000),(2,2,2,'CNY',1000), (3,1,1,'CNY',-1000),(3,2,2,'CNY',1000), (4,1,1,'CNY',-1000),(4,2,2,'CNY',1000),
 (5,1,2,'CNY',-1000),(5,2,6,'CNY',1000), (6,1,6,'CNY',-1000),(6,2,1,'CNY',1000), (7,1,2,'CNY',-1000),(7,2,3,'CNY',950),(7,3,5,'CNY',50),
 (8,1,3,'CNY',-600),(8,2,1,'CNY',600), (9,1,3,'CNY',-350),(9,2,7,'CNY',-50),(9,3,6,'CNY',400), (10,1,1,'CNY',-900),(10,2,8,'CNY',900);
INSERT INTO payment (provider, trade, order_id, amount, currency, disposition, transaction_id, at) VALUES ('sandbox','T1','ord_1',1000,'CNY','order',1,3), ('sandbox','T2','ord_2',1000,'CNY','order',2,3), ('sandbox','T3','ord_3',1000,'CNY','order',3,3), ('sandbox','T5','ord_5',1000,'CNY','order',4,3), ('sandbox','T4','ord_4',900,'CNY','suspense',10,8);
INSERT INTO claim (id, order_id, merchant_id, reason, stage, waiting_for, deadline_at, deadline_default, asked_amount, policy_id, outcome, outcome_amount, arbiter_id, appeal_arbiter_id, filed_at, outer_at, closed_at, event_count) VALUES
 ('clm_1','ord_1','mch_1','changed_mind','closed','nobody',NULL,NULL,1000,'pol_1','refunded',1000,NULL,NULL,4,4+15*$day,5,2),
 ('clm_2','ord_2','mch_1','key_invalid','settlement','provider',9+$day,'settlement_overdue',400,'pol_1','',0,'arb_1',NULL,6,6+15*$day,NULL,2),
 ('clm_3','ord_3','mch_1','key_invalid','negotiation','buyer',8+$day,'offer_expired',1000,'pol_1','',0,NULL,NULL,7,7+15*$day,NULL,2);
INSERT INTO claim_event (claim_id, sequence, event, from_stage, to_stage, actor_role, leaf_index, at) VALUES ('clm_1',1,'file','-','settlement','buyer',2,4), ('clm_1',2,'settlement_confirmed','settlement','closed','provider',2,5), ('clm_2',1,'file','-','merchant','buyer',2,6), ('clm_2',2,'merchant_silence','merchant','settlement','clock',2,7), ('clm_3',1,'file','-','merchant','buyer',2,7), ('clm_3',2,'offer','merchant','negotiation','merchant',2,8);
INSERT INTO decision (id, claim_id, basis, outcome, amount, clause, bearer, arbiter_id, second_id, state, certificate_sha256, leaf_index, at) VALUES ('dec_1','clm_1','rule','refund',1000,'sealed','merchant',NULL,NULL,'final',x'00',2,4), ('dec_2','clm_2','arbiter','refund',400,'dead','merchant','arb_1','arb_2','final',x'00',2,7);
INSERT INTO refund (id, order_id, claim_id, amount, currency, state, provider, transaction_id, created_at) VALUES ('rfd_1','ord_1','clm_1',1000,'CNY','succeeded','sandbox',5,4), ('rfd_2','ord_2','clm_2',400,'CNY','pending','sandbox',9,7);
INSERT INTO refund_source (refund_id, line, source, amount) VALUES ('rfd_1',1,'escrow',1000), ('rfd_2',1,'merchant_payable',350), ('rfd_2',2,'advance',50);
INSERT INTO offer (id, claim_id, from_role, kind, amount, state, expires_at, at) VALUES ('ofr_1','clm_3','merchant','partial',300,'open',8+$day,8);
INSERT INTO evidence (id, claim_id, uploader_role, kind, file_name, media_type, size, sha256, state, leaf_index, at) VALUES ('evd_1','clm_1','buyer','screenshot','a.png','image/png',1,x'00','accepted',3,4);
INSERT INTO idempotency (scope, key, request_sha256, status, body, at) VALUES ('s','k',x'0000000000000000000000000000000000000000000000000000000000000000',200,x'7b7d',1);
SQL

sub violations {
    my ($corruption) = @_;
    my $checks = join '', map { "SELECT '$_' FROM ($sql{$_}) LIMIT 1;\n" } @invariants;
    my ($status, $output) = sqlite("$schema\nPRAGMA foreign_keys = on;\n$history\nPRAGMA foreign_keys = off;\nPRAGMA ignore_check_constraints = on;\n$guards_off\n$corruption\n$checks");
    die "sqlite3: $output" if $status != 0;
    return split ' ', $output;
}

is_deeply([violations('')], [], 'an honest history violates nothing');

# What is done, and the invariant that must say so (others may too).
my %corruptions = (
    I01 => "UPDATE ledger_posting SET amount = 1001 WHERE transaction_id = 1 AND line = 2",
    I02 => "UPDATE ledger_account SET balance = balance + 1 WHERE id = 5",
    I03 => "UPDATE ledger_posting SET currency = 'USD' WHERE transaction_id = 1",
    I04 => "UPDATE orders SET state = 'released' WHERE id = 'ord_5'",
    I05 => "UPDATE ledger_transaction SET order_id = 'ord_5' WHERE id = 3",
    I06 => "UPDATE ledger_account SET minimum = 3000 WHERE id = 2",
    I07 => "UPDATE card SET order_id = 'ord_lost' WHERE id = 'crd_3'",
    I08 => "UPDATE card SET order_id = 'ord_3' WHERE id = 'crd_5'",
    I09 => "DELETE FROM card WHERE id = 'crd_3'",
    I10 => "UPDATE card SET merchant_id = 'mch_2' WHERE id = 'crd_3'",
    I11 => "UPDATE refund SET amount = 1001 WHERE id = 'rfd_1'",
    I12 => "UPDATE payment SET amount = 999 WHERE trade = 'T3'",
    I13 => "DELETE FROM payment WHERE trade = 'T3'",
    I14 => "UPDATE refund SET transaction_id = 7 WHERE id = 'rfd_2'",
    I15 => "UPDATE claim_event SET event = 'withdraw' WHERE claim_id = 'clm_2' AND sequence = 2",
    I16 => "UPDATE claim_event SET sequence = 3 WHERE claim_id = 'clm_2' AND sequence = 2",
    I17 => "UPDATE claim SET stage = 'platform' WHERE id = 'clm_3'",
    I18 => "INSERT INTO claim_event (claim_id, sequence, event, from_stage, to_stage, actor_role, leaf_index, at) VALUES ('clm_1',3,'withdraw','closed','closed','buyer',2,6)",
    I19 => "DROP INDEX claim_open; INSERT INTO claim (id, order_id, merchant_id, reason, stage, waiting_for, asked_amount, policy_id, filed_at, outer_at) VALUES ('clm_9','ord_3','mch_1','other','platform','platform',1,'pol_1',1,2)",
    I20 => "UPDATE orders SET state = 'delivered' WHERE id = 'ord_3'",
    I21 => "UPDATE decision SET arbiter_id = 'mch_1' WHERE id = 'dec_2'",
    I22 => "UPDATE claim SET outcome_amount = 999 WHERE id = 'clm_1'",
    I23 => "DELETE FROM leaf WHERE leaf_index = 2",
    I24 => "UPDATE evidence SET leaf_index = 99",
    I25 => "UPDATE checkpoint SET at = 9 WHERE size = 6",
    I26 => "UPDATE checkpoint SET size = 7 WHERE size = 6",
    I27 => "UPDATE claim SET deadline_at = outer_at + 1 WHERE id = 'clm_3'",
    I28 => "UPDATE claim_event SET at = 1 WHERE claim_id = 'clm_2' AND sequence = 2",
    I29 => "UPDATE idempotency SET status = 0",
    I30 => "INSERT INTO ledger_transaction VALUES (20,'release','ord_1',NULL,9,'z'); INSERT INTO ledger_posting VALUES (20,1,2,'CNY',-1),(20,2,3,'CNY',1)",
    I31 => "UPDATE ledger_account SET balance = balance + 1 WHERE id = 5",
    I32 => "UPDATE ledger_account SET minimum = NULL WHERE id = 4",
    I33 => "DELETE FROM refund_source WHERE refund_id = 'rfd_1'",
    I34 => "UPDATE refund_source SET source = 'platform' WHERE source = 'advance'",
    I35 => "UPDATE leaf SET sequence = 7 WHERE leaf_index = 3",
    I36 => "UPDATE claim SET event_count = 5 WHERE id = 'clm_1'",
    I37 => "UPDATE claim SET deadline_at = NULL WHERE id = 'clm_3'",
    I38 => "UPDATE card SET state = 'reserved' WHERE id = 'crd_3'",
    I39 => "UPDATE orders SET refunded = 0 WHERE id = 'ord_1'",
    I40 => "INSERT INTO ledger_transaction VALUES (20,'payout',NULL,NULL,9,'z')",
    I41 => "UPDATE refund SET state = 'succeeded' WHERE id = 'rfd_2'",
    I42 => "INSERT INTO decision (id, claim_id, basis, outcome, amount, clause, bearer, state, certificate_sha256, leaf_index, at) VALUES ('dec_9','clm_1','arbiter','refuse',0,'x','merchant','final',x'00',2,5)",
    I43 => "UPDATE claim SET deadline_default = 'buyer_silence' WHERE id = 'clm_3'",
    I44 => "UPDATE service_event SET progress = 50 WHERE sequence = 1",
    I45 => "DELETE FROM checkpoint WHERE size = 6",
    I46 => "UPDATE card SET revealed_at = 5 WHERE id = 'crd_3'",
);
is_deeply([sort keys %corruptions], [sort @invariants], 'there is a corruption for each invariant');
for my $id (sort keys %corruptions) {
    my @found = violations("$corruptions{$id};");
    ok(scalar(grep { $_ eq $id } @found), "$id finds: $corruptions{$id}") or diag("found only: @found");
}

# Each of these is seen by one invariant alone: it is not only an echo of another.
for my $id (qw(I03 I10 I12 I15 I21 I25 I27 I28 I29 I32 I35 I36 I42 I44)) {
    my @found = grep { $_ ne $id } violations("$corruptions{$id};");
    is_deeply(\@found, [], "nothing but $id finds it");
}
done_testing();
