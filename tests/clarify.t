#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# What if, and answers that bind for one order, over HTTP: the questions lead to the answer, an answer is recorded once however often
# it is sent and by however many at once, it outlives a restart, and the bundle of a claim that follows it verifies offline.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use POSIX ();
use Test::More;
use OpenApi;
use Shuntui qw(folder root run_program read_file start_server stop_server request write_file);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) });
$world->people;
$world->goods;
my $card = $world->{card};

sub ask {
    my ($path, $facts, %who) = @_;
    my $answer = $world->post("$path/whatif", {facts => $facts}, keyless => 1, %who);
    is($answer->{status}, 200, "$path answers") or diag $answer->{text};
    return $answer->{json}{whatif};
}

sub code_is {
    my ($answer, $status, $code, $name) = @_;
    is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $name) or diag $answer->{text};
    return;
}

# ---- before buying: from question to question ----
my %facts = (card => 'revealed', revealed => 3600, delivered => 7200, cause => 'none');
my %truth = (reason => 'key_invalid', problem_proof => 'accepted');
my $seen;
for my $asked (0 .. 5) {
    $seen = ask("/v1/products/$card", \%facts);
    my $question = $seen->{question} or last;
    ok(exists $truth{$question->{fact}}, "asked for $question->{fact}, which can be answered");
    my ($answer) = grep { grep { $_ eq $truth{$question->{fact}} } @{$_->{values}} } @{$question->{answers}};
    ok($answer, 'the true answer is among the answers');
    my @left = @{$seen->{possible}}[@{$answer->{leaves}}];
    $facts{$question->{fact}} = $truth{$question->{fact}};
    my $next = ask("/v1/products/$card", \%facts);
    is_deeply([sort map { $_->{clause} } @{$next->{possible}}], [sort map { $_->{clause} } @left], '… and leaves what the question said');
}
is($seen->{consequences}, 1, 'the questions end at one outcome');
is($seen->{answer}{decision}{governing}, 'dead_key', '… the one of the rule');
is($seen->{answer}{decision}{amount}{refund}, 9500, '… with the money worked out');
is($seen->{possible}[0]{evidence}[0]{state}, 'missing', '… and the evidence that it needs');
like("$seen->{answer}{zh} $seen->{answer}{en}", qr/卡密.*card/s, '… in both languages');
is(ask("/v1/products/$card", {%facts, quantity => 3})->{answer}{decision}{amount}{paid}, 28500, 'the price is that of the quantity');
my $service = ask("/v1/products/$world->{boosting}", {});
ok($service->{consequences} > 3 && @{$service->{depends_on}}, 'a service has its own outcomes, and says what the records will add');
code_is($world->post("/v1/products/$card/whatif", {facts => {card => 'sealed', revealed => 1}}, keyless => 1), 422, 'facts_impossible', 'what cannot be is said to be so');

# ---- after buying ----
my $order = $world->buy($card, as => 'buyer');
my $path = "/v1/orders/$order->{id}";
my $rows = $world->rows;
is(ask($path, {reason => 'changed_mind'}, as => 'buyer')->{answer}{decision}{governing}, 'sealed', 'the records answer for the order as it is');
isnt(ask($path, {reason => 'changed_mind', card => 'redeemed'}, as => 'merchant')->{answer}{decision}{governing} // '', 'sealed', '… and not for one that is supposed otherwise');
is($world->rows, $rows, 'asking writes nothing');

# ---- recording the rule's own answer ----
my %question = (facts => {reason => 'changed_mind', card => 'redeemed'}, question => '兑换了还能退吗？');
my $first = $world->post("$path/clarifications", \%question, as => 'buyer', key => 'clarify-key-0001');
is($first->{status}, 201, 'the rule\'s answer is recorded');
is($first->{json}{record}{certificate}{outcome}, 'refuse', '… as the rule gives it');
is($world->post("$path/clarifications", \%question, as => 'buyer', key => 'clarify-key-0001')->{text}, $first->{text}, 'sent again with the same key, it is the same record');
code_is($world->post("$path/clarifications", {facts => {reason => 'other'}}, as => 'buyer', key => 'clarify-key-0001'), 422, 'idempotency_key_reused', '… and no other with that key');
is(scalar @{$world->must(GET => $path, undef, as => 'merchant')->{clarifications}}, 1, 'the order shows it once');

# ---- a person's answer ----
my %wrong = (reason => 'wrong_item_or_region', card => 'redeemed');
is(ask($path, \%wrong, as => 'buyer')->{answer}{decision}{outcome}, 'review', 'the rule leaves this to a person');
my %answer = (facts => \%wrong, question => '兑换后才发现区服不对，能退吗？', answer => '可以，退一半。', refund => {percent => 50});
code_is($world->post("$path/clarifications", {%answer, answer => undef}, as => 'merchant'), 422, 'field_type', 'an answer without words has none, not null');
delete $answer{answer};
code_is($world->post("$path/clarifications", \%answer, as => 'buyer'), 403, 'access_denied', 'the buyer does not answer himself');
code_is($world->post("$path/clarifications", \%answer, as => 'rival'), 404, 'not_found', 'nor does another merchant');
code_is($world->post("$path/clarifications", \%answer, as => 'stranger'), 404, 'not_found', 'nor another buyer');
my $less = $world->post("$path/clarifications", {%answer, refund => {percent => 100, within_s => 10 * 86400}}, as => 'merchant');
code_is($less, 422, 'clarification_less_generous', 'an answer that takes longer than the person would is refused');
is("$less->{json}{counterexample}{change} $less->{json}{counterexample}{example}{reason}", 'slower wrong_item_or_region', '… with the situation that shows it');
code_is($world->post("$path/clarifications", {facts => {reason => 'changed_mind', card => 'redeemed'}, refund => {percent => 100}}, as => 'merchant'), 409, 'clarification_needless', 'what the rule decides by itself needs no answer');
my $half = $world->must(POST => "$path/clarifications", {%answer, answer => '可以，退一半。加我微信 abc123 说'}, as => 'merchant');
is("$half->{record}{clause} $half->{record}{certificate}{amount}{refund}", 'clarified_2 4750', 'the merchant\'s answer is a clause of this order');
ok($half->{contact_flag}, '… with a warning about words of contact outside');

# ---- two at once ----
my @children;
my $folder = folder();
for my $reason ('wrong_item_or_region', 'not_as_described') {
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        my $got = request($world->{server}, POST => "$path/clarifications", {%answer, facts => {%wrong, reason => $reason}, refund => {percent => 60}},
            {Authorization => "Bearer $world->{party}{merchant}{token}", 'Idempotency-Key' => "at-once-key-$reason"});
        write_file("$folder/$reason", "$got->{status} " . ($got->{json}{record}{number} // $got->{text}));
        POSIX::_exit(0);
    }
    push @children, $pid;
}
waitpid $_, 0 for @children;
my @numbers = sort map { read_file("$folder/$_") } 'wrong_item_or_region', 'not_as_described';
is_deeply(\@numbers, ['201 3', '201 4'], 'two answers at once are both recorded, one after the other');
$world->must(POST => "$path/clarifications", {%answer, refund => {percent => 70}}, as => 'merchant');
is(ask($path, \%wrong, as => 'buyer')->{answer}{decision}{amount}{refund}, 6650, 'of three answers to one situation the one that is best for the buyer governs');
code_is($world->post("$path/clarifications", {%answer, refund => {percent => 65}}, as => 'merchant'), 409, 'clarification_needless', '… and one that is worse says nothing new');

# ---- a restart ----
my $before = $world->must(GET => $path, undef, as => 'buyer');
is(stop_server($world->{server}), 0, 'the server stops');
$world->{server} = start_server($world->{state}, '--lang', 'en', '--work-interval-ms', '20');
my $after = $world->must(GET => $path, undef, as => 'buyer');
is_deeply($after->{clarifications}, $before->{clarifications}, 'after a restart every answer is there');
is_deeply($after->{own_policy}, $before->{own_policy}, '… and the order\'s own policy');
is($after->{policy_id}, $world->{policy}, '… beside the one that was pinned');
like($after->{own_policy}{source}, qr/clause clarified_5/, '… which has every clause');
is(scalar(grep { $_->{id} eq $after->{own_policy}{id} } @{$world->must(GET => '/v1/policies?limit=100', undef, as => 'merchant')->{items}}), 0, '… and is in no list');
code_is($world->get("/v1/policies/$after->{own_policy}{id}"), 404, 'not_found', '… nor seen by the public');
code_is($world->post('/v1/products', {%{$world->card_listing($world->{policy})}, policy_id => $after->{own_policy}{id}}, as => 'merchant'), 404, 'not_found', '… nor sold under');

# ---- a claim that follows it ----
$world->reveal($order, as => 'buyer');
my $claim = $world->file($order, {reason => 'unauthorised'}, as => 'buyer');
is($claim->{ruling}{clarified}, undef, 'a claim for something else follows no answer');
$world->act($claim, {action => 'withdraw'}, as => 'buyer');
my $told = $world->must(POST => "$path/clarifications", {facts => {reason => 'wrong_item_or_region'}, refund => {percent => 100}}, as => 'arbiter');
is($told->{record}{answered_by}, 'platform', 'the platform answers too');
$claim = $world->file($order, {reason => 'wrong_item_or_region'}, as => 'buyer');
is("$claim->{clause} $claim->{ruling}{clarified}{number} $claim->{ruling}{clarified}{answered_by}", 'clarified_6 6 platform', 'a claim in the situation says what it follows');
like($claim->{ruling}{explanation}{zh}, qr/平台于 \d{4}-\d\d-\d\d 明确/, '… and since when');
my $whole = $world->must(GET => "/v1/claims/$claim->{claim}", undef, as => 'merchant');
ok($whole->{decisions}[0]{clarified_at}, 'the decision shows when it was clarified');
is(scalar @{$whole->{clarifications}}, 6, 'the claim shows all answers of its order');
code_is($world->post("$path/clarifications", \%answer, as => 'merchant'), 409, ($whole->{outcome} ? 'order_state' : 'clarification_closed'), 'once it is decided nothing is clarified any more')
    if $world->must(GET => $path, undef, as => 'buyer')->{state} ne 'refunded';

# ---- the bundle ----
my $bundle = $world->get("/v1/claims/$claim->{claim}/bundle", as => 'buyer');
write_file("$folder/claim.tar", $bundle->{text});
my ($status, $out) = run_program('verify', "$folder/claim.tar", '--json');
is($status, 0, 'its bundle verifies offline') or diag $out;
my ($found) = grep { $_->{check} eq 'policy' } @{JSON::PP::decode_json($out)->{findings}};
is($found->{state}, 'ok', '… along the recorded answers') or diag explain $found;
like($found->{words_en}, qr/6 recorded answers/, '… all of them');

# ---- the examples of docs/whatif.md ----
{
    my $document = read_file(root() . '/docs/whatif.md');
    my ($policy) = $document =~ /^```policy\n(.*?)^```$/ms;
    my ($shell) = $document =~ /^```shell\n(.*?)^```$/ms;
    local $ENV{LANG} = 'en';
    chdir "$folder" or die "chdir: $!\n";
    write_file('shop.policy', $policy);
    my $said = '';
    for my $command ($shell =~ /^\$ shuntui (.*)$/mg) {
        my (undef, $printed, $complaint) = run_program(split / /, $command);
        $said .= "\$ shuntui $command\n$printed$complaint";
    }
    chdir '/' or die "chdir: $!\n";
    is($said, $shell, 'the document shows what the program prints');
}

my %seen_fault;
is(scalar(grep { !$seen_fault{$_}++ } @faults), 0, 'every answer is as described') or diag join "\n", sort keys %seen_fault;
done_testing();
