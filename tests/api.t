#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The lives of purchases over HTTP against the real server: guest, account, merchant, arbiter, operator. Every answer is held
# against docs/openapi.yaml, and every operation described there must have been answered as described.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use IO::Select;
use IO::Socket::INET;
use MIME::Base64 ();
use Test::More;
use OpenApi;
use Shuntui qw(root read_file run_program write_file stop_server);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) });

sub code_is {
    my ($answer, $status, $code, $name) = @_;
    is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $name) or diag $answer->{text};
    return;
}
sub status_is {
    my ($answer, $status, $name) = @_;
    is($answer->{status}, $status, $name) or diag $answer->{text};
    return $answer->{json};
}

# ---- the server itself ----
is($world->get($_)->{status}, 200, "$_ answers") for qw(/health /ready /metrics);
ok($world->get('/v1/openapi.yaml')->{text} eq read_file(root() . '/docs/openapi.yaml'), 'the description is served as it is');
my $words = $world->must(GET => '/v1/vocabulary');
is_deeply([sort map { $_->{code} } @{$words->{errors}}], [sort @{$api->{document}{components}{schemas}{Problem}{properties}{code}{enum}}],
    'the description lists exactly the codes that the program knows');
ok(!(grep { !$_->{en} || !$_->{zh} } map { @{$words->{$_}} } qw(errors terms reasons facts stages waiting_for outcomes offers events order_states card_states)),
    'every code has words in both languages');

# ---- people and goods ----
$world->people;
$world->goods;
my %party = %{$world->{party}};
my $merchant = $party{merchant}{id};
my $card = $world->{card};
for my $way (['deposit', 100000, 'B-1', 100000], ['withdraw', 20000, 'B-2', 80000]) {
    my ($direction, $amount, $reference, $left) = @$way;
    my $bond = $world->must(POST => "/v1/merchants/$merchant/bond", {amount => $amount, currency => 'CNY', direction => $direction, reference => $reference}, as => 'operator');
    is($bond->{bond}{amount}, $left, "a bond: $direction");
}
code_is($world->post("/v1/merchants/$merchant/bond", {amount => 1, currency => 'CNY', direction => 'deposit', reference => 'B-1'}, as => 'operator'),
    409, 'ledger_duplicate', 'the same line of a bank statement moves no money twice');
my $token = $world->must(POST => "/v1/parties/$party{buyer}{id}/tokens", {ttl_s => 3600}, as => 'buyer')->{token};
is($world->get('/v1/orders', token => $token)->{status}, 200, 'a further token opens the same account');
my ($listed) = grep { $_->{current} } @{$world->must(GET => '/v1/tokens', undef, token => $token)->{items}};
is($listed->{kind}, 'token', 'and is listed');
is($world->must(POST => "/v1/tokens/$listed->{id}/revoke", undef, as => 'buyer')->{id}, $listed->{id}, 'until it is revoked');
code_is($world->get('/v1/orders', token => $token), 401, 'authentication_failed', 'then it opens nothing');
my %page = (keyless => 1, headers => {'Shuntui-Page' => '1'});
is($world->must(POST => '/v1/session', {token => $party{buyer}{token}}, %page)->{role}, 'buyer', 'a browser signs in (tests/session.t has the rest)');
is($world->must(GET => '/v1/session')->{role}, 'anonymous', 'who has no cookie is nobody');
is($world->post('/v1/session/end', undef, %page)->{status}, 204, 'and signs out all the same');
is($world->must(POST => '/v1/policies/check', {source => "policy \"x\" version 1\ngoods card_key\n"}, keyless => 1)->{ok}, JSON::PP::false, 'a bad policy is reported');

# ---- free text ----
my $linted = $world->must(POST => '/v1/terms/lint', {text => "全场低价\n一经售出,概不退换", date => '2026-11-24'}, keyless => 1);
is_deeply([map { ($_->{category}, $_->{severity}, $_->{line}, $_->{column}, $_->{articles}[0]{code}) } @{$linted->{findings}}],
    ['no_refund', 'void', 2, 1, 'NTM-21'], 'a void term is found, with its place and article');
ok(!$linted->{ok}, 'and the text is not fine');
is($world->must(POST => '/v1/terms/lint', {text => '卡密无效的,核实后全额退款'}, keyless => 1)->{ok}, JSON::PP::true, 'a lawful text is');
code_is($world->ask(POST => '/v1/terms/lint', {text => 'x', date => '2026-02-30'}, keyless => 1), 422, 'time_malformed', 'a date that is none is refused');
{
    my $listing = $world->service_listing($world->{service_policy});
    my $before = @{$world->must(GET => '/v1/products?limit=100')->{items}};
    my $answer = $world->post('/v1/products', {%$listing, description => "按约定完成\n最终解释权归本工作室"}, as => 'merchant');
    code_is($answer, 422, 'terms_void', 'a listing with a void term is refused');
    my $problem = $answer->{json};
    is_deeply([@$problem{qw(pointer line column)}], ['/description', 2, 1], 'with its field and place');
    like($problem->{detail}, qr/"最终解释权归本工作室" .*第一条, SPC22-1, in force since 2022-03-15\)$/, 'with the article') or diag $problem->{detail};
    like($problem->{hint}, qr{^write instead: 规则有疑义的.* / If a rule can be read.*\.$}, 'and a lawful rewording');
    my @milestones = @{$listing->{milestones}};
    $answer = $world->post('/v1/products', {%$listing, milestones => [{%{$milestones[0]}, title => '开打后概不退款'}, @milestones[1 .. $#milestones]]}, as => 'merchant');
    is($answer->{json}{pointer}, '/milestones/0/title', 'the title of a milestone is read too');
    is(scalar @{$world->must(GET => '/v1/products?limit=100')->{items}}, $before, 'nothing was listed');
    my %change = %$listing;
    delete @change{qw(kind currency)};
    $answer = $world->post("/v1/products/$world->{boosting}", {%change, lateness => '超时与本店无关,概不负责'}, as => 'merchant');
    code_is($answer, 422, 'terms_void', 'a change is read as well');
    is($answer->{json}{pointer}, '/lateness', 'with its field');
    my $risky = $world->must(POST => '/v1/products', {%$listing, dissatisfaction => '先返工一次。下单即视为同意本店规则。'}, as => 'merchant');
    is_deeply([map { ($_->{pointer}, $_->{finding}{category}, $_->{finding}{severity}) } @{$risky->{warnings}}],
        ['/dissatisfaction', 'default_consent', 'risky'], 'a risky term is listed, with a warning to the merchant');
    ok(!exists $world->must(GET => "/v1/products/$risky->{id}")->{warnings}, 'which nobody else sees');
    is_deeply($world->must(POST => "/v1/products/$risky->{id}", {dissatisfaction => '先返工一次'}, as => 'merchant')->{warnings}, [], 'and which goes with the term');
    $world->must(POST => "/v1/products/$risky->{id}", {state => 'paused', description => '概不退款'}, as => 'merchant');
    code_is($world->post("/v1/products/$risky->{id}", {state => 'active'}, as => 'merchant'), 422, 'terms_void',
        'a product can always be paused, but comes back only with a lawful text');
}
is($world->must(GET => "/v1/policies/$world->{policy}")->{name}, 'cards-standard', 'a policy is public');
ok((grep { $_->{in_force} && $_->{mandatory} } @{$world->must(GET => '/v1/floors')->{items}}), 'the floors are public');
is_deeply($world->must(GET => "/v1/policies/$world->{policy}/diff/$world->{policy}")->{changes}, [], 'versions are compared');
my $idle = $world->must(POST => '/v1/policies', {source => read_file(root() . '/policies/activation-strict.policy') =~ s/(policy ")/$1un/r =~ s/\A.*?(?=^policy)//msr}, as => 'merchant')->{id};
is($world->must(POST => "/v1/policies/$idle/withdraw", {reason => 'not used'}, as => 'merchant')->{state}, 'withdrawn', 'a policy that nothing rests on is withdrawn');
is(scalar @{$world->must(GET => '/v1/policies?limit=1', undef, as => 'merchant')->{items}}, 1, 'a merchant lists its policies');
is($world->must(POST => "/v1/products/$card", {price => 9400}, as => 'merchant')->{price}{amount}, 9400, 'a price is changed');
is($world->must(POST => "/v1/products/$card/cards", {cards => ['WORLD-00001', 'NEW-00001'], dry_run => JSON::PP::true}, as => 'merchant')->{accepted}, 1, 'a dry run says which cards are new');
my $page = $world->must(GET => '/v1/products?kind=card_key&limit=1');
isnt($world->must(GET => "/v1/products?kind=card_key&limit=1&cursor=$page->{next_cursor}")->{items}[0]{id}, $page->{items}[0]{id}, 'the next page goes on');
is($world->must(GET => "/v1/products/$card")->{stock}, 40, 'the page of a product shows the stock');

# ---- a guest: sealed card, refunded in one request ----
my $guest = $world->order($card);
is($world->see($guest)->{payment}{reference}, $guest->{payment}{reference}, 'an unpaid order says how to pay');
is($world->must(POST => "/v1/orders/$guest->{id}/cancel", undef, secret => $guest->{secret})->{state}, 'expired', 'an unpaid order can be given up');
$guest = $world->buy($card);
my $preview = $world->must(POST => "/v1/orders/$guest->{id}/claims/preview", {reason => 'changed_mind'}, secret => $guest->{secret}, keyless => 1);
my $before = $world->rows;
$world->must(POST => "/v1/orders/$guest->{id}/claims/preview", {reason => 'changed_mind'}, secret => $guest->{secret}, keyless => 1);
is($world->rows, $before, 'a preview writes nothing');
my $filed = $world->file($guest, {reason => 'changed_mind'});
like($filed->{claim}, qr/^clm_/, 'filing gives the claim an id');
# But for what the passing time changes: a second may lie between the two.
sub same {
    my %x = %{$_[0]};
    delete @x{qw(claim version deadline outer_limit actions)};
    delete @{$x{ruling}{explanation}}{qw(en zh)};
    $_ = $_->{fact} for @{$x{ruling}{explanation}{facts}};
    return \%x;
}
is_deeply(same($filed), same($preview), 'filing answers what the preview answered');
is("$filed->{stage} $filed->{outcome_amount}{amount}", 'settlement 9400', 'a sealed card is refunded at once');
my $claim = $world->until(sub { my $c = $world->must(GET => "/v1/claims/$filed->{claim}", undef, secret => $guest->{secret}); $c->{stage} eq 'closed' && $c });
is($claim->{refunds}[0]{state}, 'succeeded', 'the money is back');
is_deeply($claim->{refunds}[0]{amount}, {amount => 9400, currency => 'CNY'}, '… all of it');
is($world->see($guest)->{cards}[0]{state}, 'revoked', 'the card can no longer be seen');
code_is($world->get("/v1/orders/$guest->{id}/reveal", secret => $guest->{secret}), 409, 'card_revoked', '… not even asked for');
is($world->must(GET => "/v1/claims?order=$guest->{id}", undef, secret => $guest->{secret})->{items}[0]{claim}, $filed->{claim}, "a guest lists the order's claims");

# ---- an account: reveal in two steps, evidence, the merchant agrees ----
my $order = $world->buy($card, as => 'buyer');
my $path = "/v1/orders/$order->{id}";
code_is($world->post("$path/reveal", {notice => 'ntc_1'}, as => 'buyer'), 422, 'notice_invalid', 'no card without the notice');
my $notice = $world->must(GET => "$path/reveal", undef, as => 'buyer');
ok(@{$notice->{changes}} > 0 && !$notice->{already_revealed}, 'the notice says what changes');
my $seen = $world->must(POST => "$path/reveal", {notice => $notice->{notice}}, as => 'buyer');
like($seen->{cards}[0]{secret}, qr/^WORLD-\d{5}$/, 'the card is shown');
is($world->must(GET => $path, undef, as => 'buyer')->{cards}[0]{state}, 'revealed', 'and the order says so');
$preview = $world->must(POST => "$path/claims/preview", {reason => 'key_invalid', statement => '无效'}, as => 'buyer', keyless => 1);
$filed = $world->file($order, {reason => 'key_invalid', statement => '无效'}, as => 'buyer');
is_deeply(same($filed), same($preview), 'again filing answers what the preview answered');
is("$filed->{stage} $filed->{waiting_for} $filed->{ruling}{disposition}", 'intake buyer missing_evidence', 'evidence is asked for');
my $then = $filed->{ruling}{once_complete};
ok($then && $then->{disposition} eq 'wait_merchant' && $then->{within_s} >= 3600 && $then->{silence} =~ /\A(?:accepts|refuses|reviews)\z/, '… and it says what follows once it is there');
is(ref $filed->{ruling}{optional}, 'ARRAY', '… and what may help besides');
my $c = "/v1/claims/$filed->{claim}";
code_is($world->post("$path/claims", {reason => 'key_invalid'}, as => 'buyer'), 409, 'claim_open_exists', 'one claim at a time');

# A listener sees whatever is recorded, with its number.
sub listen_to {
    my (%headers) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $world->{server}{port}) or die "connect: $!\n";
    print {$socket} join "\r\n", "GET $c/events HTTP/1.1", 'Host: localhost', "Authorization: Bearer $party{merchant}{token}", (map { "$_: $headers{$_}" } keys %headers), '', '';
    return {socket => $socket, text => ''};
}
sub hears {
    my ($listener, $pattern) = @_;
    my $until = time + 10;
    while ($listener->{text} !~ $pattern && time < $until) {
        next if !IO::Select->new($listener->{socket})->can_read(0.2);
        sysread($listener->{socket}, $listener->{text}, 4096, length $listener->{text}) or last;
    }
    return $listener->{text} =~ $pattern;
}
my $listener = listen_to();
ok(hears($listener, qr/200 OK.*text\/event-stream/s), 'a party may listen to a claim');

my @files;
for my $kind (qw(problem_proof unused_proof)) {
    my $answer = $world->post("$c/evidence?kind=$kind&name=shot.png", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'});
    push @files, status_is($answer, 201, "a picture as $kind");
}
is($files[0]{media_type}, 'image/png', 'its type is told by its bytes');
my $download = $world->get("$c/evidence/$files[0]{id}", as => 'merchant');
is($download->{text}, $World::png, 'the merchant reads the same bytes');
like($download->{headers}{'content-disposition'}, qr/^inline/, '… in place, since it is a picture');
is($world->get("$c/evidence/$files[0]{id}", as => 'merchant', headers => {Range => 'bytes=1-3'})->{text}, 'PNG', '… or a part of it');
# tests/uploads.t has what can go wrong.
my $piece = $world->must(POST => "$c/uploads", {kind => 'other', name => 'shot.png', size => length $World::png}, as => 'buyer')->{id};
is($world->must(PUT => "/v1/uploads/$piece?offset=0", $World::png, as => 'buyer')->{offset}, length $World::png, 'a file may come in pieces');
is($world->must(GET => "/v1/uploads/$piece", undef, as => 'buyer')->{evidence}, undef, '… is on its way');
is(status_is($world->post("/v1/uploads/$piece/complete", undef, as => 'buyer'), 201, '… and becomes evidence')->{sha256}, $files[0]{sha256}, '… with the hash of its bytes');
status_is($world->post("/v1/uploads/$piece/complete", undef, as => 'buyer'), 200, '… once');
$piece = $world->must(POST => "$c/uploads", {kind => 'other', size => 1}, as => 'buyer')->{id};
status_is($world->ask(DELETE => "/v1/uploads/$piece", undef, as => 'buyer'), 204, '… or is given up');
code_is($world->post("$c/evidence?kind=problem_proof", 'MZ not a picture', as => 'buyer', headers => {'Content-Type' => 'image/png'}), 415, 'media_type', 'a file that only says that it is a picture');
status_is($world->post("$c/evidence/$files[$_]{id}/judgement", {state => 'accepted'}, as => 'arbiter'), 200, 'an arbiter accepts it') for 0, 1;
$claim = $world->must(GET => $c, undef, as => 'merchant');
is("$claim->{stage} $claim->{waiting_for}", 'merchant merchant', 'now the merchant must answer');
ok($claim->{deadline} && $claim->{at_deadline}{zh} && $claim->{default} eq 'merchant_silence', '… until then, or else');
my $etag = $world->get($c, as => 'merchant')->{headers}{etag};
is($etag, "\"$claim->{version}\"", 'the claim has its version as ETag');
my $told = qr/^id: (\d+)\nevent: claim\ndata: \{"claim":"$filed->{claim}","event":"complete_evidence","order":"$order->{id}","revision":\1\}$/m;
ok(hears($listener, $told), 'the listener heard of it') or diag $listener->{text};
my $replay = listen_to('Last-Event-ID' => $files[0]{leaf});
ok(hears($replay, $told), 'who comes back hears what was missed');
close $_->{socket} for $listener, $replay;

my $message = status_is($world->post("$c/messages", {body => '加我微信 shop_8888 私下退'}, as => 'merchant'), 201, 'a message');
ok($message->{contact_flag}, 'a contact outside is flagged');
ok(!$world->must(POST => "$c/messages", {body => '请提供截图'}, as => 'buyer')->{contact_flag}, 'plain words are not');
my $offer = $world->act($filed, {action => 'offer', offer => 'partial', amount => 3000, reason => 'half'}, as => 'merchant', headers => {'If-Match' => $etag});
status_is($offer, 200, 'the merchant offers a part, with If-Match');
code_is($world->act($filed, {action => 'merchant_accept'}, as => 'merchant', headers => {'If-Match' => $etag}), 412, 'precondition_failed', 'a step on what has changed meanwhile is refused');
status_is($world->act($filed, {action => 'counter_offer', offer => 'partial', amount => 6000}, as => 'buyer'), 200, 'the buyer asks for more');
my $agreed = status_is($world->act($filed, {action => 'accept_offer'}, as => 'merchant'), 200, 'the merchant accepts');
is("$agreed->{stage} $agreed->{outcome_amount}{amount}", 'settlement 6000', 'that settles it');
$claim = $world->until(sub { my $x = $world->must(GET => $c, undef, as => 'buyer'); $x->{stage} eq 'closed' && $x });
is($claim->{outcome}, 'part_refunded', 'the part is back');
is(scalar @{$claim->{offers}}, 2, 'both offers stay in the claim');
code_is($world->act($filed, {action => 'withdraw'}, as => 'buyer'), 409, 'claim_closed', 'nothing follows after the end');
for my $format (qw(tar zip)) {
    my $bundle = $world->get("$c/bundle?format=$format", as => 'buyer');
    write_file("$world->{folder}/bundle.$format", $bundle->{text});
    my ($status, $out, $err) = run_program('verify', "$world->{folder}/bundle.$format");
    is($status, 0, "the $format bundle verifies offline") or diag $out, $err;
}

# ---- a used card: refused, escalated, decided, appealed ----
my $hook = $world->must(POST => '/v1/merchant/webhook-secret', undef, as => 'merchant')->{secret};
$order = $world->buy($card, as => 'buyer');
$seen = $world->reveal($order, as => 'buyer');
sub report {
    my ($id, $secret, %more) = @_;
    my ($text, $headers) = $world->signed($id, {party_id => $merchant, card_id => $seen->{cards}[0]{id}, status => 'redeemed', %more}, $secret);
    return $world->post('/v1/redemption-reports', $text, keyless => 1, headers => $headers);
}
code_is(report('r1', 'whs_00000000000000000000000000'), 401, 'pay_signature', 'a forged report');
is(status_is(report('r1', $hook), 200, 'a signed report')->{result}, 'recorded', '… is recorded');
is(report('r1', $hook)->{json}{result}, 'repeated', '… once');
$filed = $world->file($order, {reason => 'key_already_used'}, as => 'buyer');
is($filed->{ruling}{clause}, 'dead_key', 'the exception governs');
$filed = $world->must(POST => "/v1/claims/$filed->{claim}/actions", {action => 'escalate'}, as => 'buyer');
is("$filed->{stage} $filed->{waiting_for}", 'platform platform', 'a person decides');
code_is($world->act($filed, {action => 'take_case'}, as => 'merchant'), 403, 'claim_actor_not_allowed', 'not the merchant');
code_is($world->act($filed, {action => 'arbiter_decide', outcome => 'refuse', reason => 'x'}, as => 'arbiter'), 409, 'claim_case_not_taken', 'first the case is taken');
status_is($world->act($filed, {action => 'take_case'}, as => 'arbiter'), 200, 'an arbiter takes it');
code_is($world->act($filed, {action => 'take_case'}, as => 'second'), 409, 'claim_case_taken', '… alone') ;
code_is($world->post("/v1/claims/$filed->{claim}/facts", {fact => 'card', value => 'sealed', note => 'I say so'}, as => 'arbiter'), 409, 'claim_deviation', 'an arbiter alone does not overrule the record');
status_is($world->post("/v1/claims/$filed->{claim}/facts", {fact => 'unused_proof', value => 'rejected', note => 'the report shows its use'}, as => 'arbiter'), 200, 'the arbiter finds a fact');
my $now = $world->must(GET => "/v1/claims/$filed->{claim}", undef, as => 'arbiter');
ok((grep { $_->{action} eq 'arbiter_decide' } @{$now->{actions}}), 'the arbiter may decide');
my $decided = $world->act($filed, {action => 'propose_deviation', outcome => 'refuse', reason => 'the card was used by the buyer'}, as => 'arbiter');
if (status_is($decided, 200, 'a decision that departs from the rule is proposed')) {
    code_is($world->act($filed, {action => 'confirm_deviation'}, as => 'arbiter'), 403, 'claim_second_person', '… and confirmed by nobody alone');
    $decided = status_is($world->act($filed, {action => 'confirm_deviation'}, as => 'second'), 200, '… by a second person');
}
code_is($world->act($filed, {action => 'appeal', reason => 'no'}, as => 'buyer'), 422, 'claim_ground_missing', 'an appeal names its ground');
status_is($world->act($filed, {action => 'appeal', ground => 'named_error', reason => 'another account redeemed it'}, as => 'buyer'), 200, 'the buyer appeals');
code_is($world->act($filed, {action => 'take_case'}, as => 'arbiter'), 403, 'claim_same_arbiter', 'an appeal goes to somebody else');
my $third = $world->{party}{third} = $world->must(POST => '/v1/parties', {role => 'arbiter', name => 'Arbiter C'}, as => 'operator');
status_is($world->act($filed, {action => 'take_case'}, as => 'third'), 200, '… who takes it');
$now = $world->must(GET => "/v1/claims/$filed->{claim}", undef, as => 'third');
my $appealed = $world->act($filed, {action => 'appeal_decide', outcome => 'refund', amount => 9400, reason => 'the report names another account'}, as => 'third');
is(status_is($appealed, 200, '… and decides it')->{stage}, 'settlement', 'the money goes back');

# ---- withdraw; refuse ----
my $second = $world->buy($card);
$world->reveal($second);
$filed = $world->file($second, {reason => 'not_as_described'});
is($world->act($filed, {action => 'withdraw'}, secret => $second->{secret})->{json}{outcome}, 'withdrawn', 'a claim can be withdrawn');
$filed = $world->file($second, {reason => 'key_invalid'});
for my $kind (qw(problem_proof unused_proof)) {
    my $file = $world->must(POST => "/v1/claims/$filed->{claim}/evidence?kind=$kind", $World::png, secret => $second->{secret}, headers => {'Content-Type' => 'image/png'});
    $world->must(POST => "/v1/claims/$filed->{claim}/evidence/$file->{id}/judgement", {state => 'accepted'}, as => 'arbiter');
}
code_is($world->act($filed, {action => 'merchant_refuse'}, as => 'merchant'), 422, 'claim_reason_missing', 'no refusal without a reason');
is($world->act($filed, {action => 'merchant_refuse', reason => '已查,卡密有效'}, as => 'merchant')->{json}{waiting_for}, 'buyer', 'a reasoned one leaves the next step to the buyer');
status_is($world->act($filed, {action => 'escalate'}, secret => $second->{secret}), 200, 'the buyer asks for a person');
ok((grep { $_->{claim} eq $filed->{claim} } @{$world->must(GET => '/v1/claims?waiting_for=platform', undef, as => 'arbiter')->{items}}), 'it stands in the queue of the platform');
status_is($world->act($filed, {action => 'take_case'}, as => 'second'), 200, 'an arbiter takes it');
code_is($world->act($filed, {action => 'arbiter_decide', outcome => 'refuse', reason => 'x'}, as => 'second'), 409, 'claim_deviation', 'nobody departs from the rule alone');
$decided = status_is($world->act($filed, {action => 'arbiter_decide', outcome => 'refund', amount => 9400, reason => '材料属实', clause => 'dead_key'}, as => 'second'), 200, 'a decision by the rule');
my ($last) = reverse @{$world->must(GET => "/v1/claims/$filed->{claim}", undef, secret => $second->{secret})->{decisions}};
is("$last->{amount}{amount} $last->{clause} $last->{by_person}", '9400 dead_key 1', '… names amount, clause and that a person made it');
code_is($world->act($filed, {action => 'accept_decision'}, as => 'operator'), 403, 'claim_actor_not_allowed', 'the parties accept it, nobody for them');
status_is($world->act($filed, {action => 'accept_decision'}, as => 'merchant'), 200, 'the merchant accepts it');
my $ended = $world->until(sub { my $x = $world->must(GET => "/v1/claims/$filed->{claim}", undef, secret => $second->{secret}); $x->{stage} eq 'closed' && $x });
is("$ended->{outcome} $ended->{decisions}[-1]{basis}", 'refunded arbiter', 'and the money is back');

# ---- a service, an incident ----
my $job = $world->buy($world->{boosting}, as => 'buyer');
$path = "/v1/orders/$job->{id}";
code_is($world->post("$path/service-events", {kind => 'accept'}, as => 'merchant'), 403, 'access_denied', 'a merchant does not accept its own work');
status_is($world->post("$path/service-events", {kind => 'start'}, as => 'merchant'), 201, 'the work begins');
is(status_is($world->post("$path/service-events", {kind => 'progress', progress => 40, note => '钻石二'}, as => 'merchant'), 201, '… goes on')->{progress}, 40, '… to forty per cent');
code_is($world->post("$path/service-events", {kind => 'progress', progress => 30}, as => 'merchant'), 409, 'progress_backwards', '… and never back');
my $incident = $world->must(POST => '/v1/incidents', {cause => 'platform_outage', starts_at => '2020-01-01T00:00:00Z', product_id => $world->{boosting}, note => 'queue down'}, as => 'operator');
ok((grep { $_->{id} eq $incident->{id} } @{$world->must(GET => '/v1/incidents')->{items}}), 'an incident is public');
$filed = $world->file($job, {reason => 'service_incomplete'}, as => 'buyer');
is("$filed->{ruling}{clause} $filed->{bearer} $filed->{outcome_amount}{amount}", 'outage platform 23940', 'an outage pays the unfinished part, borne by the platform');

# ---- money that fits no order ----
my $short = $world->order($card);
$world->must(POST => "/v1/sandbox/payments/$short->{payment}{reference}/pay?amount=9000", undef, keyless => 1);
my $waiting = $world->until(sub { $world->must(GET => '/v1/suspense', undef, as => 'operator')->{items}[0] });
is("$waiting->{amount}{amount} $waiting->{order_id}", "9000 $short->{id}", 'another amount than was asked for waits in suspense');
is($world->see($short)->{state}, 'created', '… and pays for nothing');
my $late = $world->order($card);
my %notice = (amount => 1, number => 'trade-of-a-test-1', reference => $late->{payment}{reference});
my $taken = $world->provider_calls('event-1', %notice);
is(status_is($taken, 200, 'a signed callback with a wrong amount')->{result}, 'suspense', '… is put aside');
is($world->provider_calls('event-1', %notice)->{json}{result}, 'repeated', '… once');
code_is($world->ask(POST => '/v1/payments/sandbox/callback', '{}', keyless => 1, headers => {'webhook-id' => 'e', 'webhook-timestamp' => time, 'webhook-signature' => 'v1,AAAA'}), 401, 'pay_signature', 'an unsigned one is refused');
my $back = $world->post("/v1/suspense/$waiting->{provider}/$waiting->{trade}/refund", undef, as => 'operator');
like(status_is($back, 202, 'an operator sends it back')->{refund_id}, qr/^rfd_/, '… as a refund');
code_is($world->post("/v1/suspense/$waiting->{provider}/$waiting->{trade}/refund", undef, as => 'operator'), 409, 'ledger_duplicate', '… once');

# ---- the seller's and the platform's books ----
my $desk = $world->must(GET => '/v1/merchant', undef, as => 'merchant');
cmp_ok($desk->{balances}{payable}{amount}, '>', 0, 'the shares of settled orders are owed to the merchant');
is_deeply($world->must(GET => '/v1/merchant/figures', undef, as => 'merchant')->{figures}, $desk->{figures}, 'its figures are those of the desk');
my $paid = $world->must(POST => "/v1/merchants/$merchant/payouts", {amount => 100, currency => 'CNY', reference => 'P-1'}, as => 'operator');
is($paid->{payable}{amount}, $desk->{balances}{payable}{amount} - 100, 'a payout leaves the rest');
code_is($world->post("/v1/merchants/$merchant/payouts", {amount => 10**9, currency => 'CNY', reference => 'P-2'}, as => 'operator'), 409, 'ledger_insufficient', '… and never more than there is');
code_is($world->post('/v1/merchants/mch_00000000000000000000000000/payouts', {amount => 1, currency => 'CNY', reference => 'P-3'}, as => 'operator'), 404, 'not_found', '… to nobody unknown');
ok((grep { $_->{kind} eq 'payout' } @{$world->must(GET => '/v1/merchant/ledger', undef, as => 'merchant')->{items}}), 'the merchant sees it');
is($world->must(GET => "/v1/merchants/$merchant")->{id}, $merchant, 'a seller\'s figures are public');
my %sum;
$sum{$_->{balance}{currency}} += $_->{balance}{amount} for @{$world->must(GET => '/v1/ledger', undef, as => 'operator')->{accounts}};
is_deeply(\%sum, {CNY => 0}, 'all accounts sum to zero');
my $check = $world->must(GET => '/v1/ledger/check', undef, as => 'operator');
ok($check->{ok} && $check->{complete}, 'all invariants hold') or diag explain $check->{violations};
is($world->must(GET => '/v1/orders', undef, as => 'operator')->{next_cursor}, undef, 'an operator sees all orders');

# ---- desks: more of each in tests/claims-list.t, decisions.t, merchant-desk.t and oversight.t ----
my $queue = $world->buy($card, as => 'buyer');
$world->reveal($queue, as => 'buyer');
$filed = $world->file($queue, {reason => 'not_as_described'}, as => 'buyer');
$world->must(POST => "/v1/claims/$filed->{claim}/actions", {action => 'escalate'}, as => 'buyer');
my $previewed = $world->must(POST => "/v1/claims/$filed->{claim}/decision/preview", {outcome => 'refuse'}, as => 'arbiter', keyless => 1);
is(scalar @{$previewed->{letters}}, 2, 'a decision is previewed with both letters');
my ($stock) = @{$world->must(GET => '/v1/merchant/stock', undef, as => 'merchant')->{items}};
is($world->must(POST => "/v1/merchant/stock/$stock->{id}", {action => 'freeze', reason => 'checked'}, as => 'merchant')->{state}, 'frozen', 'a batch is frozen');
$world->must(POST => "/v1/merchant/stock/$stock->{id}", {action => 'release', reason => 'fine'}, as => 'merchant');
ok(@{$world->must(GET => '/v1/ledger/lines', undef, as => 'operator')->{items}}, 'an operator sees every line');
ok($world->must(GET => "/v1/reports/$_", undef, as => 'operator')->{columns}, "a report: $_") for qw(inflow age outcomes decision_time merchants);
ok($world->must(GET => '/v1/audit', undef, as => 'operator')->{log}{verified}, 'the log in words');
ok($world->must(GET => '/v1/system', undef, as => 'operator')->{writer}{writable}, 'how the server is');
ok((grep { $_->{you} } @{$world->must(GET => '/v1/parties?role=operator', undef, as => 'operator')->{items}}), 'all parties');
is(scalar @{$world->must(GET => '/v1/merchants', undef, as => 'operator')->{items}}, 2, 'all merchants');
is($world->must(POST => "/v1/parties/$party{stranger}{id}/state", {state => 'suspended', reason => 'r'}, as => 'operator')->{state}, 'suspended', 'a party is suspended');
code_is($world->get('/v1/orders', as => 'stranger'), 401, 'authentication_failed', '… whose token opens nothing');
$world->must(POST => "/v1/parties/$party{stranger}{id}/state", {state => 'active', reason => 'r'}, as => 'operator');
status_is($world->get('/v1/orders', as => 'stranger'), 200, '… until it is let back in');

# ---- a policy tried on these claims before it is published ----
my $meaner = read_file(root() . '/policies/cards-standard.policy') =~ s/refund full at once\n/refund 90 percent at once\n/r;
utf8::decode($meaner);
my $tried = $world->must(POST => '/v1/policies/simulate', {source => $meaner}, as => 'merchant', keyless => 1);
cmp_ok($tried->{claims}{worse}, '>=', 1, 'a policy that gives less shows on past claims');
cmp_ok($tried->{money}[0]{less}, '>', 0, '… with the money');
is($tried->{scope}{merchant}, $merchant, '… of the merchant who asks');
cmp_ok($world->must(POST => '/v1/policies/simulate', {source => $meaner}, as => 'operator', keyless => 1)->{claims}{looked_at}, '>=', $tried->{claims}{looked_at}, 'an operator sees all');
code_is($world->post('/v1/policies/simulate', {source => $meaner, merchant_id => $party{rival}{id}}, as => 'merchant', keyless => 1), 403, 'access_denied', "a merchant does not try it on another's claims");

# ---- a card that was not used ----
my $kept = $world->buy($card);
my @ask = ("/v1/orders/$kept->{id}/unused-certificate", undef);
my $unused = $world->must(POST => @ask, secret => $kept->{secret})->{items};
is(scalar @$unused, 1, 'the holder of an unseen card is given a certificate');
is($world->must(POST => @ask, secret => $kept->{secret})->{items}[0]{code}, $unused->[0]{code}, '… the same one when asked again');
code_is($world->post(@ask, as => 'merchant'), 403, 'access_denied', '… but not the merchant');
my $typed = lc $unused->[0]{code};
$typed =~ s/^(.{4})(.{4})/$1-$2-/;
my $found = $world->must(GET => "/v1/unused-certificates/$typed");
is_deeply($found->{certificate}, $unused->[0], 'anybody who has the code sees it, however it is typed');
my $statement = JSON::PP::decode_json(MIME::Base64::decode_base64($found->{envelope}{payload}));
is("$statement->{order} $statement->{code} $statement->{finding} $statement->{basis}", "$kept->{id} $unused->[0]{code} unused never_revealed", '… with what was signed');
like($statement->{card}, qr/\Q$found->{certificate}{card_suffix}\E$/, '… about that card');
unlike($world->get("/v1/unused-certificates/$typed")->{text}, qr/WORLD-/, '… and never the secret');
code_is($world->get('/v1/unused-certificates/000000000000'), 404, 'not_found', 'no other code leads anywhere');
$notice = $world->must(GET => "/v1/orders/$kept->{id}/reveal", undef, secret => $kept->{secret});
$world->must(POST => "/v1/orders/$kept->{id}/reveal", {notice => $notice->{notice}}, secret => $kept->{secret});
ok(!$world->must(GET => "/v1/unused-certificates/$typed")->{certificate}{stands}, 'a later reveal is said beside it');
code_is($world->post(@ask, secret => $kept->{secret}), 409, 'card_state', '… and no new one is given');

# ---- what if (tests/clarify.t has the rest) ----
ok(@{$world->must(POST => '/v1/policies/whatif', {source => $meaner, facts => {reason => 'changed_mind', card => 'redeemed'}}, keyless => 1)->{whatif}{possible}},
    'a draft says what is possible before it is published');
is($world->must(POST => "/v1/products/$card/whatif", {}, keyless => 1)->{whatif}{question}{fact}, 'reason', 'before buying, the rule asks what went wrong');
is($world->must(POST => "/v1/orders/$kept->{id}/whatif", {facts => {reason => 'changed_mind', card => 'redeemed'}}, secret => $kept->{secret}, keyless => 1)
    ->{whatif}{answer}{decision}{governing}, 'used', 'after buying, it answers with what is recorded');
is($world->must(POST => "/v1/orders/$kept->{id}/clarifications", {facts => {reason => 'changed_mind', card => 'redeemed'}}, secret => $kept->{secret})
    ->{record}{answered_by}, 'rule', '… and the answer can be recorded');

# ---- the log ----
like($world->get('/v1/log/checkpoint')->{text}, qr/^shuntui\.local\/log\n\d+\n/, 'the head of the log is public');
my $proof = $world->must(GET => '/v1/log/leaves/0/proof');
is($proof->{index}, 0, '… with a proof of each leaf');
is($proof->{leaf}, undef, '… but not what the leaf says, to the public');
my $consistency = $world->must(GET => '/v1/log/consistency?from=3');
is($consistency->{from}, 3, '… and a proof that it only grew');
code_is($world->get('/v1/log/consistency?from=1000000'), 422, 'query_value', '… from no size that it never had');
code_is($world->get('/v1/log/tile/0/0'), 404, 'not_found', 'a tile that is not full is not there') if $proof->{size} < 256;
$world->must(POST => '/v1/incidents', {cause => 'issuer_outage', starts_at => '2020-01-01T00:00:00Z', product_id => $world->{rival_card}, note => "$_"}, as => 'operator')
    for $proof->{size} .. 256;
is(length $world->get('/v1/log/tile/0/0')->{text}, 8192, '… and a full one is whole');
my %actions;
for my $index (0 .. $proof->{size} - 1) {
    my $leaf = JSON::PP::decode_json($world->must(GET => "/v1/log/leaves/$index/proof", undef, as => 'operator')->{leaf});
    $actions{$leaf->{case}}++ if $leaf->{kind} eq 'operator_action';
}
cmp_ok($actions{$merchant} // 0, '>=', 4, 'the log tells that the merchant was made, its bond moved, its balance paid out');
ok($actions{$incident->{id}} && $actions{$short->{id}}, '… and of the incident and the money sent back');
is(stop_server($world->{server}), 0, 'the server stops');
my ($status, $out) = run_program('ledger', 'check', '--state', $world->{state});
is($status, 0, 'the books are clean') or diag $out;

# ---- the description ----
my %seen_fault;
is(scalar(grep { !$seen_fault{$_}++ } @faults), 0, 'every answer is as described') or diag join "\n", sort keys %seen_fault;
my @silent = grep { my $id = $_; !grep { /^2/ } keys %{$api->{answered}{$id} // {}} } map { $_->{operationId} } @{$api->{operations}};
is(join(' ', sort @silent), 'streamClaim', 'every operation was answered with success, and the stream by hand');
done_testing();
