#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# A merchant's desk over HTTP, and what buyers compare by: batches, imports line by line, freezing and recalling, the ledger as a table,
# today's desk, rows of products and orders, the page of an order.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Time::Local qw(timegm);
use OpenApi;
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) });
$world->people;
$world->goods;
my ($card, $merchant) = ($world->{card}, $world->{party}{merchant}{id});

sub code_is { my ($answer, $status, $code, $name) = @_; is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $name) or diag $answer->{text}; return }
sub mine { my ($path) = @_; return $world->must(GET => $path, undef, as => 'merchant') }
sub import_cards { my ($body) = @_; return $world->must(POST => "/v1/products/$card/cards", $body, as => 'merchant') }
sub batch { my ($name) = @_; my ($found) = grep { $_->{name} eq $name } @{mine('/v1/merchant/stock')->{items}}; return $found }
sub change { my ($batch, $action) = @_; return $world->post("/v1/merchant/stock/$batch->{id}", {action => $action, reason => '供货方核实中'}, as => 'merchant') }
sub row { my ($product, %who) = @_; my ($found) = grep { $_->{id} eq $product } @{$world->must(GET => '/v1/products?limit=100', undef, %who)->{items}}; return $found }

# ---- imports, line by line ----
my @cards = ('NOV-0001', ' nov 0001 ', 'WORLD-00001', 'RIVAL-00001', "A\tB" . chr(1), '---', 'X' x 512, 'NOV-0002');
my $dry = import_cards({cards => \@cards, dry_run => JSON::PP::true, batch => {name => '十一月', source => '批发', cost => 45000}});
is("$dry->{accepted} " . join(' ', map { "$_->{position}:$_->{why}" } @{$dry->{refused}}), '3 1:duplicate_in_request 2:duplicate_own 3:duplicate_elsewhere 4:bad_text 5:bad_text',
    'a dry run says which line and why') or diag explain $dry->{refused};
is($dry->{refused}[0]{first}, 0, '… and of a double where it stood before');
ok(!(grep { !$_->{words}{zh} || !$_->{words}{en} } @{$dry->{refused}}), '… in words');
is_deeply([$dry->{leaf}, $dry->{batch}, batch('十一月')], [undef, undef, undef], '… and writes nothing');
my $taken = import_cards({cards => \@cards, batch => {name => '十一月', source => '批发', cost => 45000}});
is($taken->{batch}{name}, '十一月', 'cards join a batch by its name');
import_cards({cards => ['NOV-0003'], batch => {name => '十一月', cost => 15000}});
my $batch = batch('十一月');
is("$batch->{source} $batch->{cost}{amount} $batch->{imports} $batch->{total} $batch->{counts}{stock} $batch->{state}", '批发 60000 2 4 4 active', 'imports of one name are one batch, and their costs add up');
is($batch->{product}{title}, '星际远征 100 元点卡', '… of a product with a title');
is(join(' ', @{$batch->{actions}}), 'freeze recall', '… with what can be done');
my ($unnamed) = grep { $_->{name} =~ /^\d{4}-\d\d-\d\d$/ } @{mine("/v1/merchant/stock?product=$card")->{items}};
is($unnamed->{total}, 40, 'without a name a batch is called after the day');
code_is($world->post("/v1/products/$card/cards", {cards => ['Y-1'], batch => {name => ''}}, as => 'merchant'), 422, 'field_too_short', 'an empty name is none');
code_is($world->post("/v1/products/$card/cards", {cards => ['Y-1'], batch => {name => 'a', price => 1}}, as => 'merchant'), 422, 'field_unknown', 'nor is anything else taken');

# ---- off sale ----
is(row($card)->{stock}, 44, 'what can be sold is counted');
is(change($unnamed, 'freeze')->{json}{counts}{frozen}, 40, 'a batch is frozen');
is(row($card)->{stock}, 4, '… and not sold');
my %own = %{row($card, as => 'merchant')};
ok(!exists $own{counts}, 'counts by state are for the list of one\'s own');
my ($listed) = grep { $_->{id} eq $card } @{mine("/v1/products?merchant=$merchant")->{items}};
is("$listed->{counts}{stock} $listed->{counts}{frozen} $listed->{policy_name}", '4 40 cards-standard', '… where they are');
ok(!(grep { exists $_->{counts} || exists $_->{policy_name} } @{$world->must(GET => "/v1/products?merchant=$merchant", undef, as => $_)->{items}}), "… and not shown to the $_") for qw(rival buyer operator);
my @orders = map { $world->buy($card, as => 'buyer') } 1 .. 4;
code_is($world->post('/v1/orders', {product_id => $card}, as => 'buyer'), 409, 'out_of_stock', 'frozen cards are not sold');
ok(!row($card)->{in_stock}, '… and the list says so');
code_is(change($unnamed, 'freeze'), 409, 'card_state', 'what is frozen is not frozen again');
is(change($unnamed, 'release')->{json}{counts}{stock}, 40, 'released, it is sold again');
import_cards({cards => ['NOV-0004', 'NOV-0005'], batch => {name => '十一月'}});
my $waiting = $world->order($card);
change(batch('十一月'), 'freeze');
import_cards({cards => ['NOV-0006'], batch => {name => '十一月'}});
is(batch('十一月')->{counts}{frozen}, 3, 'what joins a frozen batch is frozen');
my $recalled = change(batch('十一月'), 'recall')->{json};
is("$recalled->{state} $recalled->{counts}{revoked} $recalled->{counts}{sealed} $recalled->{counts}{frozen}", 'recalled 3 4 0', 'a recall makes stock worthless, and leaves what buyers have');
is_deeply($recalled->{actions}, [], '… for good');
is($recalled->{faults}{of}, 4, '… what was recalled was never delivered');
code_is($world->post("/v1/products/$card/cards", {cards => ['NOV-0007'], batch => {name => '十一月'}}, as => 'merchant'), 422, 'field_value', 'nothing joins a recalled batch');
like($world->reveal($orders[0], as => 'buyer')->{cards}[0]{secret}, qr/^(?:NOV-000[123]|X+)$/, 'a card that was delivered can still be seen');
is($world->must(POST => "/v1/products/$card/cards", {cards => ['NOV-0004', 'NOV-0001'], dry_run => JSON::PP::true}, as => 'merchant')->{refused}[$_]{why}, 'duplicate_sold', 'a card that was sold or recalled is told apart') for 0, 1;
my ($leaf) = @{$world->must(GET => "/v1/audit?kind=stock_revoked", undef, as => 'operator')->{items}};
is("$leaf->{subject} $leaf->{source}", "$card merchant", 'a recall is in the log');
code_is($world->post("/v1/merchant/stock/$unnamed->{id}", {action => 'freeze', reason => 'r'}, as => 'rival'), 404, 'not_found', "nobody touches another's batch");
is(scalar(grep { $_->{product}{id} eq $card } @{$world->must(GET => '/v1/merchant/stock', undef, as => 'rival')->{items}}), 0, '… or sees it');
is(scalar @{$world->must(GET => "/v1/merchant/stock?product=$card", undef, as => 'rival')->{items}}, 0, '… by the product either');

# ---- faults of a batch ----
for my $order (@orders[0 .. 1]) {
    $world->reveal($order, as => 'buyer');
    my $claim = $world->file($order, {reason => 'key_invalid'}, as => 'buyer');
    $world->must(POST => "/v1/claims/$claim->{claim}/evidence?kind=$_", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'}) for qw(problem_proof unused_proof);
    is($world->act($claim, {action => 'merchant_accept'}, as => 'merchant')->{status}, 200, 'the merchant accepts a claim');
}
$world->until(sub { batch('十一月')->{faults}{per_mille} == 500 });
is("@{batch('十一月')->{faults}}{qw(per_mille of)}", '500 4', 'cards that were refunded because of the card are the faults of their batch');

# ---- the table ----
my $table = $world->get('/v1/merchant/stock?format=csv', as => 'merchant');
like($table->{headers}{'content-type'}, qr{^text/csv}, 'batches as a table');
like($table->{headers}{'content-disposition'}, qr/stock\.csv/, '… with a name');
like($table->{text}, qr/^\xEF\xBB\xBFid,name,source,cost,currency,/, '… with its names after the mark');
is(() = $table->{text} =~ /\r\n/g, 3, '… and a line for each batch');
import_cards({cards => ['SUM-1'], batch => {name => '=HYPERLINK("http://x")', source => '+1'}});
$table = $world->get('/v1/merchant/stock', as => 'merchant', headers => {Accept => 'text/csv'});
like($table->{text}, qr/"'=HYPERLINK\(""http:\/\/x""\)","'\+1",/, 'what a person typed is never a formula');
unlike($table->{text}, qr/,[=+@]/, '… anywhere');

# ---- the ledger ----
$world->reveal($orders[2], as => 'buyer');
my $shared = $world->file($orders[2], {reason => 'key_invalid'}, as => 'buyer');
$world->must(POST => "/v1/claims/$shared->{claim}/evidence?kind=$_", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'}) for qw(problem_proof unused_proof);
$world->must(POST => "/v1/claims/$shared->{claim}/actions", {action => 'offer', offer => 'partial', amount => 3000, reason => '各让一步'}, as => 'merchant');
$world->must(POST => "/v1/claims/$shared->{claim}/actions", {action => 'accept_offer'}, as => 'buyer');
$world->must(POST => "/v1/merchants/$merchant/bond", {amount => 100, currency => 'CNY', direction => 'deposit', reference => 'B-0'}, as => 'operator');
my @lines = @{mine('/v1/merchant/ledger?limit=100')->{items}};
ok(@lines >= 2, 'the merchant has lines');
my $of = (grep { $_->{claim_id} } @lines)[0];
my @some = @{mine("/v1/merchant/ledger?claim=$of->{claim_id}")->{items}};
is(join(' ', sort { $a cmp $b } map { $_->{claim_id} } @some), join(' ', ($of->{claim_id}) x @some), 'lines of one claim');
ok(@some && @some <= @lines, '… and only those');
@some = @{mine("/v1/merchant/ledger?order=$of->{order_id}")->{items}};
is(scalar(grep { $_->{order_id} ne $of->{order_id} } @some), 0, 'lines of one order');
is(scalar @{$world->must(GET => "/v1/merchant/ledger?order=$of->{order_id}", undef, as => 'rival')->{items}}, 0, "… are not another merchant's");
is(scalar @{$world->must(GET => "/v1/merchant/ledger?claim=$of->{claim_id}", undef, as => 'rival')->{items}}, 0, '… nor those of the claim');
my (@paged, $cursor);
do {
    my $page = mine('/v1/merchant/ledger?limit=1' . ($cursor ? "&cursor=$cursor" : ''));
    push @paged, @{$page->{items}};
    $cursor = $page->{next_cursor};
} while $cursor;
is_deeply(\@paged, \@lines, 'page by page');
$table = $world->get('/v1/merchant/ledger?format=csv&limit=1', as => 'merchant');
like($table->{text}, qr/^\xEF\xBB\xBFnumber,at,kind,account,amount,currency,order_id,claim_id\r\n\d+,[^,]+,\w+,merchant_\w+,-?\d+\.\d\d,CNY,/, 'lines as a table, in major units');
is(() = $table->{text} =~ /\r\n/g, 2, '… one line of one page');
ok($table->{headers}{'shuntui-next-cursor'} || @lines == 1, '… and where it goes on');
unlike($world->get('/v1/merchant/ledger?format=csv', as => 'rival')->{text}, qr/$of->{order_id}/, "no table has another's lines");
code_is($world->get('/v1/merchant/ledger?account=escrow', as => 'merchant'), 422, 'query_value', 'the escrow is not his');
code_is($world->get('/v1/merchant/ledger?format=xml', as => 'merchant'), 422, 'query_value', 'there is no other form');

# ---- today's desk ----
my $seen = $world->buy($card, as => 'buyer');
$world->reveal($seen, as => 'buyer');
my $due = $world->file($seen, {reason => 'key_invalid'}, as => 'buyer');
$world->must(POST => "/v1/claims/$due->{claim}/evidence?kind=$_", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'}) for qw(problem_proof unused_proof);
my $desk = mine('/v1/merchant');
is("$desk->{claims}{waiting_for_you} $desk->{claims}{due_24h}", '1 1', 'the desk says what waits and what ends within a day');
is($desk->{claims}{next_deadline}, $world->must(GET => "/v1/claims/$due->{claim}", undef, as => 'merchant')->{deadline}, '… and when the first one ends');
is("$desk->{advice}{code} $desk->{advice}{count}", 'claims_due 1', '… which is what to do first');
like($desk->{advice}{words}{zh}, qr/有 1 件/, '… in words');
is($desk->{orders_today}{count}, 5, 'orders that were paid today');
is($desk->{orders_today}{amount}{amount}, 5 * 9500, '… with their amount');
is($desk->{bond}{balance}{amount}, 100, 'a small bond');
$world->must(POST => "/v1/merchants/$merchant/bond", {amount => 99900, currency => 'CNY', direction => 'deposit', reference => 'B-1'}, as => 'operator');
$desk = mine('/v1/merchant');
my $own = $world->must(GET => '/v1/merchant/figures', undef, as => 'merchant');
is_deeply($own->{figures}{$_}, $desk->{figures}{$_}, "$_: the same as on the desk") for qw(refund_rate answer_time bond);
is_deeply($own->{last_30_days}{$_}, $own->{figures}{$_}, "$_: all of it came within the last 30 days") for qw(refund_rate dispute_rate lost_rate answer_time);
is($desk->{bond}{held}{amount} + $desk->{bond}{free}{amount}, 100000, 'a bond is held for open orders, or free');
is($desk->{bond}{held}{amount}, $desk->{figures}{open_orders}{amount}, '… as much as they are worth');
$world->act($due, {action => 'merchant_accept'}, as => 'merchant');
change($unnamed, 'freeze');
$desk = mine('/v1/merchant');
is("$desk->{low_stock}[0]{product}{id} $desk->{low_stock}[0]{stock}", "$card 1", 'a product that is nearly sold out is on the desk');
is($desk->{advice}{code}, 'stock_low', '… and next in the line of advice');
$world->buy($card, as => 'buyer');
is(mine('/v1/merchant')->{advice}{code}, 'stock_out', '… and before it when there is none');
change($unnamed, 'release');
is(mine('/v1/merchant')->{advice}{code}, 'quiet', 'when nothing waits, the desk says so');
is($world->must(GET => '/v1/merchant', undef, as => 'rival')->{orders_today}{count}, 0, "another's desk is another's");

# ---- products as buyers compare them ----
my $shown = row($card);
is($shown->{merchant}{name}, '星河点卡店', 'a row names the merchant');
ok(exists $shown->{merchant}{cover_per_mille} && exists $shown->{merchant}{dispute_per_mille}, '… with bond and disputes');
like($shown->{refund_badge}{zh}, qr/^立即退款/, '… and the first line of the rule');
is($shown->{price_warning}, JSON::PP::false, '… and whether the price is far below others');
is_deeply([row($world->{boosting})->{stock}, row($world->{boosting})->{in_stock}], [undef, JSON::PP::true], 'a service has no stock and can be ordered');
my $detail = $world->must(GET => "/v1/products/$card");
is(scalar @{$detail->{policy}{short_zh}}, 3, 'a product shows its rule in three lines');
is($detail->{policy}{short_zh}[0], $shown->{refund_badge}{zh}, '… of which the first is the badge');
$world->must(POST => "/v1/products/$world->{boosting}", {state => 'paused'}, as => 'merchant');
is(join(' ', map { $_->{id} } @{mine("/v1/products?merchant=$merchant&state=paused")->{items}}), $world->{boosting}, 'paused products of one\'s own');
code_is($world->get("/v1/products?merchant=$merchant&state=paused", as => $_), 422, 'query_value', "… not for the $_") for qw(rival buyer);
ok(!row($world->{boosting}), '… and in no list for buyers');

# ---- orders ----
my ($one) = @{mine("/v1/orders?product=$card&state=created")->{items}};
is($one->{id}, $waiting->{id}, 'orders by product and state');
is(scalar @{mine("/v1/orders?product=$world->{rival_card}")->{items}}, 0, "… never another's");
is(join(' ', map { $_->{id} } @{mine("/v1/orders?q=$seen->{id}")->{items}}), $seen->{id}, 'an order by its id');
ok((grep { $_->{id} eq $seen->{id} } @{mine('/v1/orders?limit=100&q=' . substr $seen->{id}, 0, 16)->{items}}), '… or its beginning');
is(scalar @{$world->must(GET => "/v1/orders?q=$seen->{id}", undef, as => 'rival')->{items}}, 0, "… not another's");
is(scalar @{mine('/v1/orders?limit=100&q=%E8%BF%9C%E5%BE%81')->{items}}, scalar @{mine('/v1/orders?limit=100')->{items}}, 'orders by words of the title');
is(scalar @{mine('/v1/orders?q=nothing')->{items}}, 0, '… that are in it');
my $open = $world->file($world->buy($card, as => 'buyer'), {reason => 'other'}, as => 'buyer');
my ($claimed) = grep { $_->{open_claim} } @{$world->must(GET => '/v1/orders?limit=100', undef, as => 'buyer')->{items}};
is($claimed->{open_claim}{claim}, $open->{claim}, 'a row shows the open claim of its order');

# ---- the page of an order ----
my $fresh = $world->buy($card, as => 'buyer');
sub page { my ($order, $who) = @_; return $world->must(GET => "/v1/orders/$order->{id}", undef, as => $who // 'buyer') }
sub actions { return join ' ', sort map { $_->{action} } @{$_[0]{actions}} }
my $page = page($fresh);
is(actions($page), 'ask claim reveal', 'what a buyer can do with a sealed card');
is(actions(page($fresh, 'merchant')), 'ask', '… the merchant');
is("$page->{title} $page->{merchant}{name} $page->{listing}{region}", '星际远征 100 元点卡 星河点卡店 CN', 'an order says what was bought, of whom, as it was listed');
is(scalar @{$page->{policy}{short_zh}}, 3, '… and its rule in three lines');
my ($from) = map { $_->{batch} } @{page($fresh, 'merchant')->{cards}};
ok((grep { $_->{id} eq $from->{id} && $_->{name} eq $from->{name} } @{mine("/v1/merchant/stock?product=$card&limit=100")->{items}}), 'the merchant sees of which batch its card is');
ok(!exists $page->{cards}[0]{batch}, '… and nobody else does');
is("$page->{sealed_refund}{disposition} $page->{sealed_refund}{words}{zh}", 'pay_now 立即退款', 'while it is sealed, a change of mind is refunded at once');
ok($page->{sealed_refund}{clause_title}{zh}, '… by a clause with a title');
my ($y, $mo, $d, $h, $mi, $s) = $page->{sealed_refund}{ends_at} =~ /(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/;
my ($py, $pm, $pd, $ph, $pmi, $ps) = $page->{paid_at} =~ /(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/;
my $window = timegm($s, $mi, $h, $d, $mo - 1, $y) - timegm($ps, $pmi, $ph, $pd, $pm - 1, $py);
is($window, 8 * 86400, '… for the eight days that the policy says');
$world->reveal($fresh, as => 'buyer');
is(page($fresh)->{sealed_refund}, undef, 'once it was seen there is nothing to say of a sealed card');
$page = page({id => $open->{order}});
is($page->{open_claim}, $open->{claim}, 'an order names its open claim');
is($page->{claims}[0]{reason_words}{en}, 'another reason', '… in words');
unlike(actions($page), qr/claim/, '… and takes no second one');
is(actions($world->must(GET => "/v1/orders/$waiting->{id}", undef, secret => $waiting->{secret})), 'ask cancel pay', 'an unpaid order can be paid or given up');
is(join("\n", @faults), '', 'every answer is as described');
done_testing();
