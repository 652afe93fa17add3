#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# What operators look at, over HTTP: every line of the ledger, reports that add up, the audit of the log, the system, parties and merchants;
# and that nobody else does.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use POSIX qw(strftime);
use Test::More;
use OpenApi;
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) });
$world->people;
$world->goods;
my %party = %{$world->{party}};

sub code_is { my ($answer, $status, $code, $name) = @_; is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $name) or diag $answer->{text}; return }
sub look { my ($path) = @_; return $world->must(GET => $path, undef, as => 'operator') }
sub all_of {
    my ($path) = @_;
    my ($cursor, @items);
    do {
        my $page = look($path . ($path =~ /\?/ ? '&' : '?') . 'limit=7' . ($cursor ? "&cursor=$cursor" : ''));
        push @items, @{$page->{items}};
        $cursor = $page->{next_cursor};
    } while $cursor;
    return @items;
}

# ---- a small history: two sealed refunds, one decided and appealed, one open ----
my @orders = map { $world->buy($world->{card}, as => 'buyer') } 1 .. 4;
my $theirs = $world->buy($world->{rival_card});
$world->file($_, {reason => 'changed_mind'}, as => 'buyer') for @orders[0, 1];
$world->reveal($_, as => 'buyer') for @orders[2, 3];
my $decided = $world->file($orders[2], {reason => 'not_as_described'}, as => 'buyer');
my $open = $world->file($orders[3], {reason => 'key_invalid'}, as => 'buyer');
$world->must(POST => "/v1/claims/$open->{claim}/evidence?kind=other", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'});
for my $step ([buyer => {action => 'escalate'}], [arbiter => {action => 'take_case'}], [arbiter => {action => 'arbiter_decide', outcome => 'refuse', reason => 'as described'}],
    [buyer => {action => 'appeal', ground => 'new_facts', reason => 'a new picture'}], [second => {action => 'take_case'}], [second => {action => 'appeal_decide', outcome => 'refuse', reason => 'the same'}]) {
    my $answer = $world->act($decided, $step->[1], as => $step->[0]);
    is($answer->{status}, 200, "$step->[0]: $step->[1]{action}") or diag $answer->{text};
}
$world->until(sub { @{look('/v1/claims?outcome=refunded')->{items}} == 2 });

# ---- every line ----
my @lines = all_of('/v1/ledger/lines');
my %balance;
$balance{"$_->{account} " . ($_->{owner} // '')} += $_->{amount}{amount} for @lines;
my %account = map { ("$_->{kind} " . ($_->{owner} // '') => $_->{balance}{amount}) } @{look('/v1/ledger')->{accounts}};
is_deeply(\%balance, {map { $_ => $account{$_} } grep { exists $balance{$_} } keys %account}, 'the lines add up to the balances');
my %seen;
ok(!(grep { $seen{"$_->{number} $_->{account} $_->{amount}{amount}"}++ > 1 } @lines), 'no page repeats a line');
my @escrow = all_of('/v1/ledger/lines?account=escrow');
is(scalar(grep { $_->{account} ne 'escrow' } @escrow), 0, 'lines of one kind of account');
is(scalar @escrow, scalar(grep { $_->{account} eq 'escrow' } @lines), '… all of them');
is(scalar(grep { $_->{order_id} ne $theirs->{id} } all_of("/v1/ledger/lines?order=$theirs->{id}")), 0, 'lines of one order');
$world->must(POST => "/v1/merchants/$party{rival}{id}/bond", {amount => 500, currency => 'CNY', direction => 'deposit', reference => 'B-1'}, as => 'operator');
my @rival = all_of("/v1/ledger/lines?merchant=$party{rival}{id}");
is_deeply([map { "$_->{account} $_->{owner_name} $_->{amount}{amount}" } @rival], ['merchant_bond Rival Cards 500'], 'lines of one merchant, by name');
like($world->get('/v1/ledger/lines?format=csv', as => 'operator')->{text}, qr/,Rival Cards\r\n/, '… and as a table');

# ---- reports ----
my $today = strftime '%Y-%m-%d', gmtime time + 8 * 3600;
sub report { my ($name, $query) = @_; return look("/v1/reports/$name" . ($query // '')) }
sub rows_of { my ($report) = @_; my @names = map { $_->{name} } @{$report->{columns}}; return map { my %row; @row{@names} = @$_; \%row } @{$report->{rows}} }
my $inflow = report('inflow');
my @days = rows_of($inflow);
is(scalar @days, 30, 'inflow: the last thirty days');
is("$days[-1]{day} $days[-1]{filed} $days[-1]{closed} $days[-1]{open}", "$today 4 3 1", '… with what came, ended and is left today');
is("$inflow->{from} $inflow->{to} $inflow->{total}[1]", "$days[0]{day} $today 4", '… and a total');
ok((grep { $_->{label_zh} && $_->{label_en} } @{$inflow->{columns}}) == 4 && $inflow->{method}{zh}, '… with words for the columns and how it is computed');
is(scalar(rows_of(report('inflow', "?from=$today&to=$today"))), 1, '… or of one day');
my ($age) = rows_of(report('age'));
is("$age->{open} $age->{buyer} $age->{overdue}", '1 1 0', 'age: what is open, and for whom it waits');
my %clause = map { ($_->{clause} => $_) } rows_of(report('outcomes'));
is("@{$clause{sealed}}{qw(policy closed refunded amount)}", 'cards-standard 2 2 19000', 'outcomes: by clause, with the money');
like($clause{sealed}{title_zh}, qr/^未查看卡密/, '… by its title');
is((grep { $_->{refused} } values %clause)[0]{closed}, 1, '… and the refused one');
my %basis = map { ($_->{basis} => $_) } rows_of(report('decision_time'));
is("$basis{rule}{decisions} $basis{appeal}{decisions} $basis{arbiter}{decisions}", '2 1 0', 'decision time: of decisions that stand, by basis');
ok(defined $basis{appeal}{median_s} && !defined $basis{arbiter}{median_s}, '… with a median where there is one');
my %shop = map { ($_->{merchant_id} => $_) } rows_of(report('merchants'));
is("@{$shop{$party{merchant}{id}}}{qw(merchant orders refunded disputed appeals)}", '星河点卡店 4 2 4 1', 'merchants: their orders, refunds, claims and appeals');
is("@{$shop{$party{merchant}{id}}}{qw(refund_rate dispute_rate)}", '500 1000', '… as rates');
ok(!$shop{$party{merchant}{id}}{refund_outlier}, '… but four orders do not make an outlier');
for my $name (qw(inflow age outcomes decision_time merchants)) {
    my $table = $world->get("/v1/reports/$name?format=csv", as => 'operator');
    my $names = join ',', map { $_->{name} } @{report($name)->{columns}};
    like($table->{text}, qr/^\xEF\xBB\xBF$names\r\n/, "$name as a table");
    is((() = $table->{text} =~ /\r\n/g) - 1, scalar @{report($name)->{rows}}, '… with the same rows');
}
code_is($world->get('/v1/reports/none', as => 'operator'), 404, 'not_found', 'there is no other report');
code_is($world->get('/v1/reports/inflow?from=2026-02-30', as => 'operator'), 422, 'time_malformed', 'a day that is none is refused');
code_is($world->get("/v1/reports/inflow?from=2020-01-01&to=$today", as => 'operator'), 422, 'query_value', 'a report is of a year at most');
code_is($world->get("/v1/reports/inflow?from=$today&to=2026-01-01", as => 'operator'), 422, 'query_value', '… and does not end before it begins');

# A merchant with many refunds beside one with few stands out: rows as the shop writes them, straight into the database.
$world->with_database(join '', map {
    my ($i, $shop, $refunded) = @$_;
    my $id = sprintf 'ord_%s%018d', substr($theirs->{id}, 4, 8), $i;
    "INSERT INTO orders (id, secret_hash, product_id, kind, merchant_id, quantity, amount, currency, fee, refunded, provider, pay_reference, policy_id, listing_sha256, state, created_at, expires_at, paid_at) "
        . "SELECT '$id', randomblob(32), product_id, kind, '$shop', 1, 100, 'CNY', 0, $refunded, provider, '$id', policy_id, listing_sha256, 'released', created_at, expires_at, paid_at FROM orders WHERE id = '$theirs->{id}';"
} ((map { [$_, $party{merchant}{id}, 0] } 1 .. 200), (map { [$_ + 1000, $party{rival}{id}, $_ % 2 ? 100 : 0] } 1 .. 40)));
%shop = map { ($_->{merchant_id} => $_) } rows_of(report('merchants'));
ok($shop{$party{rival}{id}}{refund_outlier} && !$shop{$party{merchant}{id}}{refund_outlier}, 'a merchant whose orders are refunded far more often stands out');

# ---- the audit ----
my $page = look('/v1/audit?limit=3');
is_deeply([@{$page->{log}}{qw(verified size)}], [JSON::PP::true, $page->{items}[0]{index} + 1], 'the log is verified, and its last leaf comes first');
like($world->get('/v1/log/checkpoint')->{text}, qr/^[^\n]+\n$page->{log}{size}\n/, '… up to its signed head');
my @leaves = all_of('/v1/audit');
is(join(' ', map { $_->{index} } @leaves), join(' ', reverse 0 .. $page->{log}{size} - 1), 'page by page every leaf, once');
is(scalar(grep { !$_->{in_log} } @leaves), 0, 'the tree holds each of them');
is(scalar(grep { !$_->{kind_words}{zh} || !$_->{kind_words}{en} } @leaves), 0, '… and each has words');
my ($taken) = grep { $_->{kind} eq 'human_review' } @leaves;
is("$taken->{actor_name} $taken->{actor_id} $taken->{source}", "Arbiter B $party{second}{id} arbiter", "the platform's people are named");
my ($request) = grep { $_->{kind} eq 'request' } @leaves;
is_deeply([@{$request}{qw(actor_id actor_name source)}], [undef, undef, 'buyer'], 'a buyer stays a pseudonym');
my @of_buyer = all_of("/v1/audit?actor=$party{buyer}{id}");
is($of_buyer[0]{actor_id}, $party{buyer}{id}, '… unless he was asked for');
is(scalar @of_buyer, scalar(grep { $_->{actor} eq $request->{actor} } @leaves), '… then all that he did is there');
is(join(' ', map { $_->{sequence} } reverse all_of("/v1/audit?subject=$orders[2]{id}")), join(' ', 1 .. scalar(grep { $_->{subject} eq $orders[2]{id} } @leaves)), 'the chain of one order');
my @kind = all_of('/v1/audit?kind=order_receipt');
is(scalar @kind, 5, 'leaves of one kind');
is($leaves[0]{leaf_sha256}, sha256_hex(look("/v1/log/leaves/$leaves[0]{index}/proof")->{leaf}), '… with the hash of their bytes');
my $middle = $leaves[@leaves / 2]{at};
my @since = all_of("/v1/audit?from=$middle");
is(scalar(grep { $_->{at} lt $middle } @since), 0, 'leaves since a time');
is(scalar @since + all_of("/v1/audit?to=$middle"), scalar @leaves, '… and those before it are the rest');
my ($created) = grep { $_->{detail} && $_->{detail}{action} eq 'party_create' } @leaves;
is("$created->{detail}{role} $created->{detail}{subject}", "$1 $created->{subject}", 'what an operator did is told') if $created->{detail}{role} =~ /^(merchant|arbiter)$/;
$world->must(POST => "/v1/parties/$party{merchant}{id}/tokens", {}, as => 'operator');
is(look('/v1/audit?limit=1')->{items}[0]{highlight}, 'token_for_another', 'credentials made for somebody else are highlighted');
is(scalar(grep { $_->{highlight} } all_of('/v1/audit?kind=card_first_reveal')), 0, 'what a buyer sees of his own card is not');
like($world->get('/v1/audit?format=csv&kind=operator_action', as => 'operator')->{text}, qr/"\{""action"":""token_create"".*token_for_another|token_for_another,"\{""action"":""token_create""/, 'the audit as a table');
ok(index($world->get('/v1/audit?limit=100', as => 'operator')->{text}, 'WORLD-000') < 0, 'no card is in it');
code_is($world->get('/v1/audit?kind=none', as => 'operator'), 422, 'query_value', 'there is no other kind');
code_is($world->get("/v1/audit?actor=$orders[0]{id}", as => 'operator'), 422, 'query_value', 'an order does nothing');
# ---- the system ----
my $system = look('/v1/system');
is($system->{version}, $api->{document}{info}{version}, 'the version is that of the description');
ok($system->{writer}{writable} && $system->{storage}{database_bytes} > 0 && $system->{storage}{free_bytes} > 0, 'the writer works, there is room');
is("$system->{claims}{open} $system->{claims}{overdue} $system->{jobs}{failed} $system->{listeners}", '1 0 0 0', 'what is open, overdue, failed; who listens');
is($system->{clock}{ahead_ms}, 0, 'the clock is right');
is("@{$system->{uploads}}{qw(open bytes)}", '0 0', 'no file is on its way');
$world->must(POST => "/v1/claims/$open->{claim}/uploads", {kind => 'other', size => length $World::png}, as => 'buyer');
is(look('/v1/system')->{uploads}{open}, 1, '… until one is announced');
is("@{$system->{storage}}{qw(evidence_files evidence_bytes)}", '1 ' . length $World::png, 'evidence is counted');

# ---- parties ----
my @people = all_of('/v1/parties');
is(join(' ', sort map { $_->{name} } grep { $_->{role} ne 'operator' } @people), 'Arbiter A Arbiter B Rival Cards buyer stranger 星河点卡店', 'everybody with an account');
is(scalar(grep { $_->{you} } @people), 1, '… and which of them asks');
is(join(' ', map { $_->{name} } all_of('/v1/parties?role=arbiter')), 'Arbiter B Arbiter A', 'by role, newest first');
is(join(' ', map { $_->{name} } all_of('/v1/parties?q=Rival')), 'Rival Cards', 'by words of the name');
is(join(' ', map { $_->{name} } all_of("/v1/parties?q=$party{buyer}{id}")), 'buyer', '… or the id');
sub set_state { my ($who, $state) = @_; return $world->post("/v1/parties/$party{$who}{id}/state", {state => $state, reason => 'checked'}, as => 'operator') }
is(set_state('rival', 'suspended')->{json}{state}, 'suspended', 'a merchant is suspended');
code_is($world->get('/v1/merchant', as => 'rival'), 401, 'authentication_failed', '… and shut out');
my ($off) = grep { $_->{id} eq $world->{rival_card} } @{$world->must(GET => '/v1/products')->{items}};
ok(!$off->{in_stock}, '… and sells nothing');
isnt($world->post('/v1/orders', {product_id => $world->{rival_card}}, as => 'buyer')->{status}, 201, '… not by any way');
is(join(' ', map { $_->{name} } all_of('/v1/parties?state=suspended')), 'Rival Cards', '… and listed as that');
is(look('/v1/audit?limit=1')->{items}[0]{detail}{action}, 'party_suspend', '… which the log says');
my $size = look('/v1/audit?limit=1')->{log}{size};
set_state('rival', 'suspended');
is(look('/v1/audit?limit=1')->{log}{size}, $size, 'what is so already leaves no leaf');
is(set_state('rival', 'active')->{json}{state}, 'active', 'it is let back in');
is($world->get('/v1/merchant', as => 'rival')->{status}, 200, '… and is');
my ($me) = grep { $_->{you} } @people;
code_is($world->post("/v1/parties/$me->{id}/state", {state => 'suspended', reason => 'r'}, as => 'operator'), 403, 'access_denied', 'nobody suspends himself');
code_is($world->post("/v1/parties/$party{buyer}{id}/state", {state => 'gone', reason => 'r'}, as => 'operator'), 422, 'field_value', 'there is no other state');
code_is($world->post('/v1/parties/usr_00000000000000000000000000/state', {state => 'suspended', reason => 'r'}, as => 'operator'), 404, 'not_found', 'nobody unknown');

# ---- merchants ----
my %merchant = map { ($_->{id} => $_) } all_of('/v1/merchants');
is(scalar keys %merchant, 2, 'all merchants');
is("$merchant{$party{rival}{id}}{bond}{amount} $merchant{$party{merchant}{id}}{open_claims} $merchant{$party{rival}{id}}{state}", '500 1 active', '… with bond, open claims and state');
is_deeply($merchant{$party{rival}{id}}{refund_rate}, $world->must(GET => "/v1/merchants/$party{rival}{id}")->{refund_rate}, '… and the figures that everybody sees');
is("@{$merchant{$party{merchant}{id}}{lost_rate}}{qw(per_mille of)}", '0 1', '… of one claim that the platform decided, none was lost');
my $lost = $world->buy($world->{rival_card}, as => 'buyer');
$world->reveal($lost, as => 'buyer');
my $against = $world->file($lost, {reason => 'not_as_described'}, as => 'buyer');
is($world->act($against, $_->[1], as => $_->[0])->{status}, 200, $_->[1]{action})
    for [buyer => {action => 'escalate'}], [arbiter => {action => 'take_case'}], [arbiter => {action => 'arbiter_decide', outcome => 'refund', amount => 100, reason => 'a part of it'}];
is($world->must(GET => "/v1/merchants/$party{rival}{id}")->{lost_rate}{of}, 0, 'a decision counts when it stands');
is($world->act($against, {action => 'accept_decision'}, as => $_)->{status}, 200, "… and the $_ accepts it") for qw(buyer rival);
$world->until(sub { $world->must(GET => "/v1/merchants/$party{rival}{id}")->{lost_rate}{of} == 1 });
is($world->must(GET => "/v1/merchants/$party{rival}{id}")->{lost_rate}{per_mille}, 1000, '… and a part of the money is lost too');
is(join(' ', map { $_->{name} } all_of('/v1/merchants?q=Rival')), 'Rival Cards', 'by name');

# ---- nobody else ----
for my $path ('/v1/ledger/lines', '/v1/ledger/lines?format=csv', '/v1/reports/merchants', '/v1/reports/merchants?format=csv', '/v1/audit', '/v1/audit?format=csv', '/v1/system', '/v1/parties', '/v1/merchants') {
    code_is($world->get($path, as => $_), 403, 'access_denied', "$path is not for the $_") for qw(merchant arbiter buyer);
    code_is($world->get($path), 401, 'authentication_required', '… nor for anybody');
}
# ---- a leaf that was altered behind the program's back, in a part of the log that is written ----
$world->must(POST => "/v1/claims/$open->{claim}/messages", {body => "word $_"}, as => 'buyer') for 1 .. 256 - $page->{log}{size};
$world->with_database("DROP TRIGGER leaf_no_update; UPDATE leaf SET body = CAST(replace(CAST(body AS TEXT), '\"src\":\"buyer\"', '\"src\":\"boyer\"') AS BLOB) WHERE leaf_index = $request->{index};"
    . "CREATE TRIGGER leaf_no_update BEFORE UPDATE OF leaf_index, subject, sequence, kind, body ON leaf BEGIN SELECT RAISE(ABORT, 'leaf: rows are never changed'); END;");
my @altered = grep { !$_->{in_log} } all_of('/v1/audit');
is(join(' ', map { "$_->{index} $_->{source}" } @altered), "$request->{index} boyer", 'the audit says which leaf is not what the tree holds');
is(join("\n", @faults), '', 'every answer is as described');
done_testing();
