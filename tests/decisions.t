#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# An arbiter's desk over HTTP: taking a case and giving it back, asking a party, trying a decision with both letters, and that what was
# sent is what was shown, to each party its own.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use OpenApi;
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) });
$world->people;
$world->goods;

sub code_is { my ($answer, $status, $code, $name) = @_; is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $name) or diag $answer->{text}; return }
sub act { my ($claim, $body, $who) = @_; my $answer = $world->act($claim, $body, as => $who); is($answer->{status}, 200, "$who: $body->{action}") or diag $answer->{text}; return $answer->{json} }
sub see { my ($claim, $who) = @_; return $world->must(GET => "/v1/claims/$claim->{claim}", undef, as => $who) }
sub preview { my ($claim, $body, $who) = @_; return $world->must(POST => "/v1/claims/$claim->{claim}/decision/preview", $body, as => $who // 'arbiter', keyless => 1) }
sub can { my ($claim, $who) = @_; return join ' ', sort map { $_->{action} } @{see($claim, $who)->{actions}} }

sub disputed {
    my ($reason) = @_;
    my $order = $world->buy($world->{card}, as => 'buyer');
    $world->reveal($order, as => 'buyer');
    my $claim = $world->file($order, {reason => $reason}, as => 'buyer');
    act($claim, {action => 'escalate'}, 'buyer');
    return $claim;
}

# ---- the lock ----
my $claim = disputed('not_as_described');
my $deadline = see($claim, 'arbiter')->{deadline};
is(see($claim, 'arbiter')->{taken_by}, undef, 'reading a case does not take it');
preview($claim, {outcome => 'refuse'});
is(see($claim, 'arbiter')->{taken_by}, undef, '… nor does trying a decision');
unlike(can($claim, 'arbiter'), qr/release_case|ask_/, 'what needs the case is not offered without it');
act($claim, {action => 'take_case'}, 'arbiter');
is_deeply([@{see($claim, 'second')->{taken_by}}{qw(name you)}], ['Arbiter A', JSON::PP::false], 'others see who has it');
is(see($claim, $_)->{taken_by}, undef, "the $_ does not") for qw(buyer merchant);
code_is($world->act($claim, {action => 'release_case'}, as => 'second'), 409, 'claim_case_taken', 'nobody gives back what another has');
act($claim, {action => 'release_case'}, 'arbiter');
is(see($claim, 'second')->{taken_by}, undef, 'a case that was given back is free');
is(see($claim, 'second')->{deadline}, $deadline, '… and its deadline is as it was');
code_is($world->act($claim, {action => 'release_case', reason => 'nobody has it'}, as => 'operator'), 409, 'claim_event_not_allowed', 'there is nothing to take away');
act($claim, {action => 'take_case'}, 'second');
code_is($world->act($claim, {action => 'release_case'}, as => 'operator'), 422, 'claim_reason_missing', 'an operator takes a case away with a reason');
act($claim, {action => 'release_case', reason => 'on leave'}, 'operator');
act($claim, {action => 'take_case'}, 'arbiter');
code_is($world->act($claim, {action => 'release_case'}, as => 'merchant'), 403, 'claim_actor_not_allowed', 'a party does not touch the lock');

# ---- asking a party ----
code_is($world->act($claim, {action => 'ask_buyer'}, as => 'arbiter'), 422, 'claim_reason_missing', 'a question has words');
code_is($world->act($claim, {action => 'take_case', due_s => 72000}, as => 'second'), 422, 'field_unknown', 'a due time belongs to a question');
act($claim, {action => 'ask_buyer', reason => '请补充兑换页面的截图', due_s => 72000}, 'arbiter');
act($claim, {action => 'ask_merchant', reason => '请说明货源', due_s => 2592000}, 'arbiter');
my @asks = @{see($claim, 'buyer')->{asks}};
is(join(' ', map { $_->{to} } @asks), 'buyer merchant', 'both sides see what was asked of whom');
is($asks[0]{question}, '请补充兑换页面的截图', '… in its words');
cmp_ok($asks[0]{due_at}, 'lt', $deadline, '… until a time before the deadline');
is($asks[1]{due_at}, $deadline, '… and never after it');
is(see($claim, 'buyer')->{deadline}, $deadline, 'asking does not move the deadline');
is($asks[0]{answered_at}, undef, 'it is not answered yet');
$world->must(POST => "/v1/claims/$claim->{claim}/messages", {body => '货源是批发商'}, as => 'merchant');
$world->must(POST => "/v1/claims/$claim->{claim}/evidence?kind=problem_proof", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'});
ok($_->{answered_at}, "the $_->{to} has answered") for @{see($claim, 'arbiter')->{asks}};

# ---- trying a decision ----
my $rows = $world->rows;
my $price = $claim->{asked}{amount};
my $tried = preview($claim, {outcome => 'refund', amount => 4000, bearer => 'merchant', clause => 'dead_key', reason => '截图显示区服与页面不同'});
is($world->rows, $rows, 'trying writes nothing');
is("$tried->{bounds}{lowest}{amount} $tried->{bounds}{highest}{amount}", "1 $price", 'the bounds are told');
is(join(' ', map { $_->{to} } @{$tried->{letters}}), 'buyer merchant', 'both letters are there');
my %letter = map { $_->{to} => $_ } @{$tried->{letters}};
like($letter{buyer}{zh}{subject}, qr/“星际远征 100 元点卡”退还 ¥40\.00/, 'the subject says what and how much');
like($letter{buyer}{zh}{body}, qr/$_/, "the buyer's letter: $_") for '与描述不符', '截图显示区服与页面不同', '问题证明，买家提交', '¥40\.00 原路退回', '申诉一次', '另一名仲裁员', '电子商务法》第六十条', '北京时间';
unlike($letter{buyer}{zh}{body}, qr/[{}]|你承担/, '… without holes, and without the merchant\'s business');
like($letter{merchant}{zh}{body}, qr/$_/, "the merchant's letter: $_") for '买家于', '由你承担', '申诉一次';
like($letter{$_}{en}{body}, qr/40\.00.*Beijing time/s, "$_: the same in English") for qw(buyer merchant);
unlike($letter{$_}{en}{body}, qr/决定：|北京时间/, "$_: … and not a mixture") for qw(buyer merchant);
my $refused = preview($claim, {outcome => 'refuse', clause => 'dead_key'});
like((map { $_->{zh}{body} } grep { $_->{to} eq 'buyer' } @{$refused->{letters}})[0], qr/不予退款.*货款不退/s, 'a refusal says what becomes of the money');
my $too_much = preview($claim, {outcome => 'refund', amount => $price + 1});
is($too_much->{problems}[0]{code}, 'claim_amount', 'what is impossible is told as a problem');
ok($too_much->{problems}[0]{title}{zh}, '… in words');
is((preview($claim, {outcome => 'refuse'}, 'second')->{problems}[0] // {})->{code}, 'claim_case_taken', 'so is that another has the case');
code_is($world->post("/v1/claims/$claim->{claim}/decision/preview", {outcome => 'refuse', findings => [{fact => 'card', value => 'sealed'}]}, as => 'arbiter', keyless => 1),
    409, 'claim_deviation', 'a finding does not overrule the record');
code_is($world->post("/v1/claims/$claim->{claim}/decision/preview", {outcome => 'maybe'}, as => 'arbiter', keyless => 1), 422, 'field_value', 'a decision is one or the other');
code_is($world->post("/v1/claims/$claim->{claim}/decision/preview", {outcome => 'refuse'}, as => $_, keyless => 1), 403, 'access_denied', "not for the $_") for qw(buyer merchant operator);

# ---- deciding: what was shown is what is sent ----
my $body = {outcome => 'refund', amount => 4000, bearer => 'merchant', clause => 'dead_key', reason => '截图显示区服与页面不同'};
is($tried->{departs}, $tried->{second_person}, 'a departure needs a second person');
my $shown = preview($claim, $body);
act($claim, {%$body, action => $shown->{action}}, 'arbiter');
ok($shown->{second_person}, 'this one does');
is(see($claim, 'buyer')->{decisions}[-1]{state} . @{see($claim, 'buyer')->{decisions}[-1]{letters}}, 'proposed0', 'a proposal is not told in letters');
for my $who (qw(second operator)) {
    my %draft = map { $_->{to} => $_ } @{see($claim, $who)->{decisions}[-1]{letters}};
    is(join(' ', sort keys %draft), 'buyer merchant', "… but the $who, who may confirm it, reads both");
    my %tried = map { $_->{to} => $_ } @{$shown->{letters}};
    is(undated($draft{$_}{zh}{body}), undated($tried{$_}{zh}{body}), "… as they were shown to the proposer ($_)") for qw(buyer merchant);
}
act($claim, {action => 'confirm_deviation'}, 'second');
sub undated { my ($text) = @_; return $text =~ s/\d{4}-\d\d-\d\d \d\d:\d\d/TIME/gr =~ s/\d+ (秒前|seconds? ago)/AGO/gr }
for my $who (qw(buyer merchant)) {
    my ($letter, @more) = @{see($claim, $who)->{decisions}[-1]{letters}};
    is($letter->{to} . @more, "${who}0", "the $who reads the letter to himself alone");
    my ($was) = grep { $_->{to} eq $who } @{$shown->{letters}};
    is(undated($letter->{$_}{body}), undated($was->{$_}{body}), "… as it was shown ($_)") for qw(zh en);
    is($letter->{zh}{subject}, $was->{zh}{subject}, '… with its subject');
}
is(scalar @{see($claim, 'second')->{decisions}[-1]{letters}}, 2, 'the platform reads both');
my $told = see($claim, 'buyer')->{decisions}[-1]{letters}[0]{zh}{body};
my ($until) = see($claim, 'buyer')->{deadline} =~ /T(\d\d:\d\d)/;
my ($hour, $minute) = split /:/, $until;
my $beijing = sprintf '%02d:%02d', ($hour + 8) % 24, $minute;
like($told, qr/$beijing/, 'the letter names the time until which the buyer may appeal');

# ---- a departure, and an appeal ----
my $second = disputed('key_invalid');
act($second, {action => 'take_case'}, 'arbiter');
my $settled = preview($second, {outcome => 'refund', amount => 500, bearer => 'goodwill', findings => [{fact => 'problem_proof', value => 'accepted'}, {fact => 'unused_proof', value => 'accepted'}]});
is("$settled->{rule}{outcome} $settled->{rule}{amount}{amount} $settled->{rule}{clause}", "refund $price dead_key", 'findings change what the rule says');
is(see($second, 'arbiter')->{clause}, 'dead_key', '… in the preview alone') if $settled->{rule}{clause} eq 'dead_key';
ok($settled->{departs} && $settled->{action} eq 'propose_deviation', 'another amount departs from it');
is($settled->{problems}[0]{code}, 'claim_reason_missing', '… and needs a reason');
$settled = preview($second, {outcome => 'refund', amount => 500, bearer => 'goodwill', reason => '材料只证明了一部分。', findings => [{fact => 'problem_proof', value => 'accepted'}, {fact => 'unused_proof', value => 'accepted'}]});
is_deeply($settled->{problems}, [], 'with it nothing stands in the way');
like($settled->{letters}[0]{zh}{body}, qr/与规则的判定（退还 ¥95\.00）不同。理由：材料只证明了一部分。[^。].*第二人/, 'the letter says from what it departs, and why');
like($settled->{letters}[1]{zh}{body}, qr/¥5\.00 由关怀基金承担，不从你的账户扣除/, '… and who bears it');
$settled = preview($second, {outcome => 'refund', amount => $price, findings => [{fact => 'problem_proof', value => 'accepted'}, {fact => 'unused_proof', value => 'accepted'}]});
is("$settled->{action} " . @{$settled->{problems}}, 'arbiter_decide 0', 'what the rule says is decided by one person');
like($settled->{letters}[0]{zh}{body}, qr/全部金额 ¥95\.00.*对方可以在/s, 'who got everything is told that the other side may appeal');
act($claim, {action => 'appeal', ground => 'named_error', reason => '金额应为全部'}, 'buyer');
is((preview($claim, {outcome => 'refuse'})->{problems}[0] // {})->{code}, 'claim_same_arbiter', 'who decided first does not hear the appeal');
act($claim, {action => 'take_case'}, 'second');
my $final = preview($claim, {%$body, clause => 'dead_key'}, 'second');
like($final->{letters}[0]{zh}{subject}, qr/^申诉决定/, '… and told as one');
like($final->{letters}[0]{zh}{body}, qr/最终决定/, '… that is final');
is($final->{action}, 'appeal_decide', '… by one person when it upholds the first');
act($claim, {%$body, action => 'appeal_decide'}, 'second');
like(see($claim, 'merchant')->{decisions}[-1]{letters}[0]{zh}{body}, qr/最终决定/, 'its letter is kept too');
is(join("\n", @faults), '', 'every answer is as described');
done_testing();
