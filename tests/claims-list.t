#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Lists of claims over HTTP: what ends first, filters, pages, the words of a row, the queue of the platform; and that nobody sees in a row
# what he would not see in the claim.
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
my $card = $world->{card};
$world->{party}{third} = $world->must(POST => '/v1/parties', {role => 'arbiter', name => 'Arbiter C'}, as => 'operator');

sub items { my ($path, $who) = @_; return @{$world->must(GET => "/v1/claims$path", undef, as => $who)->{items}} }
sub ids { return join ' ', map { $_->{claim} } @_ }
sub act {
    my ($claim, $body, $who) = @_;
    my $answer = $world->act($claim, $body, as => $who);
    is($answer->{status}, 200, "$who: $body->{action}") or diag $answer->{text};
    return $answer->{json};
}

# ---- claims in different positions ----
my %claim;
for my $name (qw(unseen answer evidence review appeal second refused)) {
    my $order = $world->buy($card, as => 'buyer');
    $world->reveal($order, as => 'buyer') if $name ne 'unseen';
    my $reason = {unseen => 'changed_mind', evidence => 'key_invalid', answer => 'key_invalid'}->{$name} // 'not_as_described';
    my $claim = $claim{$name} = $world->file($order, {reason => $reason}, as => 'buyer');
    $claim->{order} = $order->{id};
}
for my $kind (qw(problem_proof unused_proof)) {
    $world->must(POST => "/v1/claims/$claim{answer}{claim}/evidence?kind=$kind", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'});
}
act($claim{$_}, {action => 'escalate'}, 'buyer') for qw(review appeal second);
act($claim{$_}, {action => 'take_case'}, 'arbiter') for qw(appeal second);
act($claim{appeal}, {action => 'arbiter_decide', outcome => 'refuse', reason => 'as described'}, 'arbiter');
act($claim{second}, {action => 'propose_deviation', outcome => 'refund', amount => 200, bearer => 'goodwill', reason => 'the description is unclear'}, 'arbiter');
act($claim{appeal}, {action => 'appeal', ground => 'named_error', reason => 'the picture shows another item'}, 'buyer');

# ---- the words of a row ----
my %row = map { $_->{claim} => $_ } items('?limit=100', 'arbiter');
my $row = $row{$claim{evidence}{claim}};
is("$row->{stage} $row->{waiting_for} $row->{default}", 'intake buyer buyer_silence', 'a claim that lacks proof waits for the buyer');
like($row->{at_deadline}{zh}, qr/申请结束/, '… with what happens at the deadline');
is($row->{reason_words}{zh}, '卡密无效', '… its reason in words');
is($row->{product}{id}, $card, '… its product');
ok($row->{product}{title} && $row->{merchant}{name} && $row->{clause_title}{zh}, '… by name, with its clause');
is_deeply([@{$row->{evidence}}{qw(required accepted missing files)}], [2, 0, 2, 0], '… and says how much of the proof is missing');
is($row->{computed}{outcome}, 'open', '… so that nothing is computed yet');
$row = $row{$claim{answer}{claim}};
is_deeply([@{$row->{evidence}}{qw(required accepted missing files)}], [2, 2, 0, 2], 'proof that is there is counted');
is("$row->{waiting_for} $row->{computed}{outcome} $row->{computed}{amount}{amount}", 'merchant refund 9500', '… and what the rule gives if nobody acts');
is("$row->{last_event}{event} $row->{last_event}{by}", 'complete_evidence system', '… with the last step');
$row = $row{$claim{unseen}{claim}};
is_deeply([@{$row->{evidence}}{qw(required missing)}], [0, 0], 'what is decided misses no proof');

# ---- what ends first ----
for my $who (qw(buyer merchant arbiter operator)) {
    my @all = items('?sort=deadline&limit=100', $who);
    my @due = map { $_->{deadline} // '~' } @all;
    is_deeply([sort @due], \@due, "$who: what ends first comes first, what is closed last");
    is(ids(sort { $a->{claim} cmp $b->{claim} } @all), ids(sort { $a->{claim} cmp $b->{claim} } items('?limit=100', $who)), '… and nothing is left out');
    my ($path, @paged) = '?sort=deadline&limit=2';
    for (my $cursor = ''; defined $cursor;) {
        my $page = $world->must(GET => "/v1/claims$path" . ($cursor ? "&cursor=$cursor" : ''), undef, as => $who);
        push @paged, @{$page->{items}};
        $cursor = $page->{next_cursor};
    }
    is(ids(@paged), ids(@all), '… page by page too');
}
is($world->get('/v1/claims?sort=deadline&cursor=nonsense', as => 'buyer')->{json}{pointer}, 'query cursor', 'a cursor of another list is refused');
is($world->get("/v1/claims?cursor=1.$claim{review}{claim}", as => 'buyer')->{status}, 422, '… and so is one of another sort');

# ---- filters ----
is(ids(items("?order=$claim{review}{order}", 'merchant')), $claim{review}{claim}, 'claims of an order');
is(scalar(items("?product=$card", 'merchant')), 7, 'claims of a product');
is(scalar(items("?product=$world->{boosting}", 'merchant')), 0, '… and of another');
is(scalar(items("?product=$card", 'rival')), 0, 'nobody finds claims by the product of another');
is(scalar(items("?order=$claim{review}{order}", 'stranger')), 0, '… nor by the order');
$world->until(sub { (items('?outcome=refunded', 'buyer'))[0] });
is(ids(items('?outcome=refunded&sort=deadline', 'buyer')), $claim{unseen}{claim}, 'claims by how they ended');

# ---- the queue of the platform ----
is(ids(items('?untaken=true&sort=deadline&stage=platform', 'arbiter')), $claim{review}{claim}, 'cases that nobody has taken');
is(ids(items('?untaken=true&stage=appeal', 'third')), $claim{appeal}{claim}, '… and an appeal that nobody has taken');
my ($second) = items('?second=true', 'second');
is($second->{claim}, $claim{second}{claim}, 'what waits for a second person');
is("$second->{proposal}{amount}{amount} $second->{proposal}{bearer} $second->{proposal}{by}{name} $second->{proposal}{state}", '200 goodwill Arbiter A proposed', '… with its proposal');
is($second->{proposal}{reason}, 'the description is unclear', '… and its reason');
is("$second->{taken_by}{name} $second->{taken_by}{you}", 'Arbiter A 0', '… and who has the case');
ok((items('?second=true', 'arbiter'))[0]{taken_by}{you}, 'who has it sees that he does');
is(ids(items('?mine=true&waiting_for=platform', 'arbiter')), $claim{second}{claim}, 'mine: the cases that I have');
my ($appealed) = items('?stage=appeal&waiting_for=platform', 'third');
is("$appealed->{appeal}{by} $appealed->{appeal}{ground} $appealed->{appeal}{reason}", 'buyer named_error the picture shows another item', 'an appeal shows who appealed and why');
is("$appealed->{decision}{basis} $appealed->{decision}{by}{name}", 'arbiter Arbiter A', '… and the decision that it is about');
ok(!$appealed->{taken_by} && !$appealed->{decided_by_you}, '… free for another arbiter');
ok((items('?stage=appeal&waiting_for=platform', 'arbiter'))[0]{decided_by_you}, '… not for the one who decided first');
for my $who (qw(buyer merchant)) {
    my @mine = items('?limit=100', $who);
    ok(!(grep { $_->{taken_by} || $_->{proposal} || ($_->{decision} && $_->{decision}{by}) || $_->{appeal} || $_->{decided_by_you} } @mine), "$who: who of the platform has a case is not told");
    my ($theirs) = grep { $_->{stage} eq 'appeal' } @mine;
    is($theirs->{decision}{outcome}, $appealed->{decision}{outcome}, "$who: … but what was decided is");
    ok(index($world->get('/v1/claims?limit=100', as => $who)->{text}, $world->{party}{arbiter}{id}) < 0, '… not even by an id');
    is($world->get("/v1/claims?$_=true", as => $who)->{status}, 422, "… and $_= is refused") for qw(mine untaken second);
}
is($world->get('/v1/claims?mine=true', as => 'operator')->{status}, 422, 'an operator has no cases');
is(join("\n", @faults), '', 'every answer is as described');
done_testing();
