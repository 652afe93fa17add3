#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# A policy tried on past claims: a small market whose every claim is worked out by hand here, asked over HTTP and on the command line,
# beside the running server and after it.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Test::More;
use Shuntui qw(root read_file run_program stop_server write_file);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
delete @ENV{grep { /^(?:LC_|LANG|SHUNTUI_(?!BUILD))/ } keys %ENV};
my $world = World->new;
$world->people;
$world->goods;
my %party = %{$world->{party}};
my $png = {'Content-Type' => 'image/png'};

# ---- nine claims; each card costs 95.00 ----
sub card { my (%more) = @_; return $world->buy($more{of} // $world->{card}) }
sub shown { my $order = card(@_); $order->{cards} = $world->reveal($order)->{cards}; return $order }
sub proof { my ($order, $claim, $kind) = @_; return $world->must(POST => "/v1/claims/$claim->{claim}/evidence?kind=$kind", $World::png, secret => $order->{secret}, headers => $png) }

# Two cards that nobody looked at, and one of another merchant: clause sealed pays 95.00 each.
my @sealed = map { $world->file($_, {reason => 'changed_mind'})->{claim} } card(), card(), card(of => $world->{rival_card});
# A card that was looked at, and a change of mind: no clause, so a person decides.
my $looked = $world->file(shown(), {reason => 'changed_mind'})->{claim};
# A dead card with its evidence, and the merchant agrees: dead_key, 95.00.
my $order = shown();
my $dead = $world->file($order, {reason => 'key_invalid'});
proof($order, $dead, $_) for qw(problem_proof screen_recording);
is($world->act($dead, {action => 'merchant_accept'}, as => 'merchant')->{status}, 200, 'the merchant agrees');
# A dead card without evidence: dead_key waits for it, for two things. And a wrong one: wrong waits for one.
my $bare = $world->file(shown(), {reason => 'key_invalid'})->{claim};
my $wrong = $world->file(shown(), {reason => 'not_as_described'})->{claim};
# A card that was used, and a change of mind: clause used refuses. The buyer gives up, so there is no decision.
$order = shown();
my $hook = $world->must(POST => '/v1/merchant/webhook-secret', undef, as => 'merchant')->{secret};
my ($text, $headers) = $world->signed('used-1', {party_id => $party{merchant}{id}, card_id => $order->{cards}[0]{id}, status => 'redeemed'}, $hook);
$world->must(POST => '/v1/redemption-reports', $text, keyless => 1, headers => $headers);
my $used = $world->file($order, {reason => 'changed_mind'});
is($used->{ruling}{clause}, 'used', 'a used card is refused');
is($world->act($used, {action => 'withdraw'}, secret => $order->{secret})->{status}, 200, '… and the buyer gives up');
# A service, for which a policy of cards says nothing.
my $job = $world->buy($world->{boosting});
$world->file($job, {reason => 'changed_mind'});
$world->until(sub { !grep { $_->{stage} eq 'settlement' } @{$world->must(GET => '/v1/claims', undef, as => 'operator')->{items}} });

# ---- the new policy: 90 percent of a sealed card, more evidence, a tenth of a used one, and a fact that nobody was asked for ----
my $source = read_file(root() . '/policies/cards-standard.policy');
utf8::decode($source);
my $same = $source =~ s/version \d+/version 99/r;
(my $new = $same) =~ s/refund full at once\n/refund 90 percent at once\n/;
$new =~ s/(clause dead_key .*?needs problem_proof\n)/$1  needs identity_proof\n/s;
$new =~ s/(clause used .*?)  refuse\n/$1  refund 10 percent at once\n/s;
$new =~ s/(?=clause outage)/clause minor "未成年人" "A minor"\n  when buyer_is_minor and card is revealed and reason is changed_mind\n  refund full at once\n\n/;
$new =~ s/^outage overrides /outage overrides minor, /m;

my $before = $world->rows('idempotency');
my $simulated = $world->must(POST => '/v1/policies/simulate', {source => $new}, as => 'operator', keyless => 1);
is($world->rows('idempotency'), $before, 'nothing is written');

# ---- by hand ----
my %claims = %{$simulated->{claims}};
is_deeply(\%claims, {looked_at => 9, other_goods => 1, not_rebuilt => 0, undecided => 1, compared => 7, same => 1, changed => 6, better => 1, worse => 5,
    with_person => 0, without_person => 0}, 'the claims');
is_deeply({map { ($_->{shift} => $_->{claims}) } @{$simulated->{shifts}}}, {same => 1, less_money => 3, more_evidence => 2, refuse_to_refund => 1}, 'what changes');
is_deeply($simulated->{money}, [{currency => 'CNY', compared => 7, changed => 6, better => 1, worse => 5, undecided => 1,
    was => 4 * 9500, is => 3 * 8550 + 950, more => 950, less => 3 * 950 + 9500, waits => 3 * 9500, ended => 4 * 9500}], 'the money');
is_deeply([map { "$_->{fact} $_->{claims}" } @{$simulated->{unknown}}], ['buyer_is_minor 1'], 'what cannot be known from the record');
my %clauses = map { ("$_->{policy}: " . ($_->{before} // '-') . ' → ' . ($_->{after} // '-') => "$_->{sums}{compared} $_->{sums}{undecided} $_->{sums}{was} $_->{sums}{is}") } @{$simulated->{clauses}};
is_deeply(\%clauses, {
    'cards-standard: sealed → sealed' => '3 0 28500 25650',
    'cards-standard: dead_key → dead_key' => '2 0 9500 0',
    'cards-standard: wrong → wrong' => '1 0 0 0',
    'cards-standard: used → used' => '1 0 0 950',
    'cards-standard: otherwise → -' => '0 1 0 0',
}, 'clause by clause');
my %merchants = map { ($_->{merchant} => "$_->{name} $_->{sums}{was} $_->{sums}{is}") } @{$simulated->{merchants}};
is_deeply(\%merchants, {$party{merchant}{id} => '星河点卡店 28500 18050', $party{rival}{id} => 'Rival Cards 9500 8550'}, 'merchant by merchant');
my %ends = map { (($_->{outcome} // 'open') . ' ' . ($_->{by} // '-') => $_->{sums}{compared} + $_->{sums}{undecided} . " $_->{sums}{ended}") } @{$simulated->{ends}};
is_deeply(\%ends, {'refunded rule' => '3 28500', 'refunded agreement' => '1 9500', 'open -' => '3 0', 'withdrawn -' => '1 0'}, 'what the claims really ended in stands beside');
my @largest = @{$simulated->{largest}};
is(scalar @largest, 6, 'every change is among the largest');
is_deeply([@{$largest[0]}{qw(claim shift)}, $largest[0]{was}, $largest[0]{is}, $largest[0]{ended}], [$dead->{claim}, 'more_evidence',
    {amount => 9500, clause => 'dead_key', disposition => 'pay_now'}, {amount => 0, clause => 'dead_key', disposition => 'missing_evidence'},
    {amount => 9500, by => 'agreement', outcome => 'refunded'}], 'the largest comes first, with both rules and the end');
is_deeply([sort map { $_->{claim} } @largest[1 .. 4]], [sort @sealed, $used->{claim}], '… and the others follow');
is($largest[5]{claim}, $bare, '… and last what moves no money');
ok(!(grep { $_->{claim} =~ /^(?:$looked|$wrong)$/ } @largest), '… and none that did not change');

# ---- the policy that the orders pinned changes nothing ----
my $none = $world->must(POST => '/v1/policies/simulate', {source => $same}, as => 'operator', keyless => 1);
is_deeply([@{$none->{claims}}{qw(compared same changed undecided not_rebuilt)}], [8, 8, 0, 0, 0], 'the same rule gives the same results');
is_deeply($none->{largest}, [], '… and has no largest change');

# ---- whose claims ----
my $own = $world->must(POST => '/v1/policies/simulate', {source => $new}, as => 'merchant', keyless => 1);
is("$own->{claims}{looked_at} $own->{claims}{compared} $own->{scope}{merchant}", "8 6 $party{merchant}{id}", 'a merchant sees its own claims');
my $theirs = $world->must(POST => '/v1/policies/simulate', {source => $new}, as => 'rival', keyless => 1);
is("$theirs->{claims}{looked_at} $theirs->{money}[0]{less}", '1 950', '… and the other one its own');
unlike(JSON::PP->new->canonical->encode($theirs), qr/$party{merchant}{id}/, '… and no word of the first');
my %scopes = ('merchant_id' => [$party{rival}{id}, 1], policy => ['boosting-milestones', 1], since => ['2200-01-01', 0]);
for my $name (sort keys %scopes) {
    my ($value, $looked_at) = @{$scopes{$name}};
    is($world->must(POST => '/v1/policies/simulate', {source => $new, $name => $value}, as => 'operator', keyless => 1)->{claims}{looked_at}, $looked_at, "only $name $value");
}
is($world->post('/v1/policies/simulate', {source => $new, merchant_id => 'mch_00000000000000000000000000'}, as => 'operator', keyless => 1)->{json}{code}, 'not_found', 'a merchant that is not there');
my $gap = $world->post('/v1/policies/simulate', {source => "policy \"x\" version 1\ngoods card_key\nclause a \"t\" when card is sealed refuse\n"}, as => 'merchant', keyless => 1);
is("$gap->{status} $gap->{json}{code} $gap->{json}{report}{problems}[0]{kind}", '422 policy_gap gap', 'a policy with a gap is not tried, and its problems are shown');

# ---- facts that no certificate lists: on record, replaced since, or never said ----
(my $affected = $same) =~ s/(?=clause outage)/clause few "受影响部分" "The affected part"\n  when affected_quantity at least 2 and card is revealed and reason is changed_mind\n  refund affected part at once\n\n/;
$affected =~ s/^outage overrides /outage overrides few, /m;
sub two { my $two = $world->must(POST => '/v1/orders', {product_id => $world->{card}, quantity => 2});
    $two->{secret} = $two->{order_secret};
    $world->must(POST => "/v1/sandbox/payments/$two->{payment}{reference}/pay", undef, keyless => 1);
    $world->until(sub { $world->see($two)->{state} ne 'created' });
    $world->reveal($two);
    return ($two, $world->file($two, {reason => 'changed_mind', facts => {affected_quantity => 2}})) }
my ($kept) = two();
my ($replaced, $claim) = two();
# An arbiter decides while the record says 2; only for the appeal another one finds that it was 1.
my @steps = ([arbiter => {action => 'take_case'}], [arbiter => {action => 'arbiter_decide', outcome => 'refuse', reason => 'no clause applies'}],
    [undef, {action => 'appeal', ground => 'new_facts', reason => 'one of the cards works'}], [second => {action => 'take_case'}]);
for my $step (@steps) {
    my ($who, $action) = @$step;
    my $answer = $world->act($claim, $action, $who ? (as => $who) : (secret => $replaced->{secret}));
    is($answer->{status}, 200, "… $action->{action}") or diag $answer->{text};
}
$world->must(POST => "/v1/claims/$claim->{claim}/facts", {fact => 'affected_quantity', value => '1', note => 'n'}, as => 'second');
is($world->act($claim, {action => 'appeal_decide', outcome => 'refuse', reason => 'no clause applies'}, as => 'second')->{status}, 200, '… and the appeal is decided');
my $few = $world->must(POST => '/v1/policies/simulate', {source => $affected}, as => 'operator', keyless => 1);
is_deeply([map { "$_->{fact} $_->{claims}" } @{$few->{unknown}}], ['affected_quantity 2'], 'what was replaced since is not known, nor what nobody said');
is_deeply([map { "$_->{shift} $_->{claims}" } @{$few->{shifts}}], ['same 7', 'review_to_refund 1'], '… and what is still on record is used');
is($few->{money}[0]{more}, 19000, '… for the amount too');
is($few->{claims}{without_person}, 1, 'that claim would need no person');

# ---- the command line, beside the server ----
$simulated = $world->must(POST => '/v1/policies/simulate', {source => $new}, as => 'operator', keyless => 1);
my $json = JSON::PP->new->utf8->canonical;
utf8::encode(my $bytes = $new);
my $file = write_file("$world->{folder}/new.policy", $bytes);
my @command = ('policy', 'simulate', $file, '--against', $world->{state});
my ($status, $out, $err) = run_program(@command, '--json');
is($status, 0, 'policy simulate beside a running server') or diag $err;
my $said = $json->decode($out);
is_deeply([$said->{scope}{limit}, $simulated->{scope}{limit}], [undef, 2000], 'the command line has no limit');
$said->{scope}{limit} = 2000;
is_deeply($said, $simulated, '… and says the same as the server');
is($err, '', '… without a word on standard error');
($status, $out) = run_program(@command, '--json', '--merchant', $party{rival}{id}, '--policy', 'cards-standard', '--since', '2020-01-01');
is($json->decode($out)->{claims}{looked_at}, 1, 'merchant, policy and day narrow it down');
is(stop_server($world->{server}), 0, 'the server stops');

($status, $out) = run_program(@command, '--lang', 'en');
utf8::decode($out);
is($status, 0, 'policy simulate in words, without a server');
like($out, qr/^cards-standard version 99, tried on 11 past claims filed from /, 'the title');
like($out, qr/^ +3  refunded, but less of it  \(worse for the buyer\)$/m, 'a change with its side');
like($out, qr/^ +3  cannot be known from the record, see below$/m, 'what is not known is not guessed');
like($out, qr/^  ¥380\.00 → ¥266\.00 \(\+¥9\.50, -¥123\.50\); besides, once evidence is there: ¥285\.00$/m, 'the money');
like($out, qr/^ +3  cards-standard: sealed → sealed: 3 changed, ¥285\.00 → ¥256\.50 \(-¥28\.50\)$/m, 'a clause');
like($out, qr/^ +1  Rival Cards $party{rival}{id}: 1 changed, ¥95\.00 → ¥85\.50 \(-¥9\.50\)$/m, 'a merchant');
like($out, qr/^  $dead->{claim}  ¥95\.00 → ¥0\.00  more evidence is missing \(dead_key → dead_key\); ended: Refunded, The parties agreed, ¥95\.00$/m, 'a single claim');
like($out, qr/^ +3  the buyer is a minor \(buyer_is_minor\)$/m, 'the fact that is missing');
like($out, qr/^What these claims really ended in.*^ +3  Refunded \(The rule of the order\)  ¥285\.00$/ms, 'what really happened is said apart');
($status, $out) = run_program(@command, '--lang', 'zh');
utf8::decode($out);
like($out, qr/^cards-standard 版本 99,以 11 件过往申请试算/, 'in Chinese');
like($out, qr/^ +3  退款金额减少\(对买家更不利\)$/m, '… with the same lines');

# ---- what was erased ----
my $report = sub { my ($status, $out) = run_program(@command, '--json'); return $status == 0 ? $json->decode($out) : {} };
my $whole = $report->();
$world->with_database("UPDATE leaf SET salt = NULL, item = NULL WHERE kind = 'ruling'");
is_deeply($report->(), $whole, 'without any certificate the records give the same facts');
$world->with_database("UPDATE leaf SET salt = NULL, item = NULL WHERE kind = 'redeem_check'");
my $less = $report->();
is_deeply([map { $less->{claims}{$_} - $whole->{claims}{$_} } qw(looked_at compared not_rebuilt)], [0, -1, 1], '… but a report that is gone as well is not made up');
stop_server($world->{server});

# ---- what goes wrong ----
my $missing = "$world->{folder}/missing";
my $bad = write_file("$world->{folder}/bad.policy", "policy \"x\" version 1\ngoods card_key\nclause a \"t\" when card is sealed refuse\n");
my @cases = (
    [2, 'without a state directory', 'policy', 'simulate', $file],
    [2, 'a day that is none', @command, '--since', 'yesterday'],
    [3, 'a policy that is not there', 'policy', 'simulate', $missing, '--against', $world->{state}],
    [3, 'a policy with a gap', 'policy', 'simulate', $bad, '--against', $world->{state}],
    [3, 'a merchant that is not there', @command, '--merchant', 'mch_00000000000000000000000000'],
    [4, 'a state that is not there', 'policy', 'simulate', $file, '--against', $missing],
);
for my $case (@cases) {
    my ($wanted, $name, @arguments) = @$case;
    my ($got, $printed, $complaint) = run_program(@arguments, '--lang', 'en');
    is("$got '$printed'", "$wanted ''", "$name: status $wanted");
    isnt($complaint, '', '… and a word on standard error');
    ($got, $printed, $complaint) = run_program(@arguments, '--json');
    ok($got == $wanted && $complaint eq '' && ref eval { $json->decode($printed) }, '… or an object');
}
(undef, undef, $err) = run_program('policy', 'simulate', $bad, '--against', $world->{state}, '--lang', 'en');
like($err, qr/bad\.policy:.*no clause/, 'the problems of the policy are shown');
done_testing();
