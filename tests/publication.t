#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Policies in time over HTTP: floors, notice, difference, what is announced, withdrawal, the merchant's extra time; two at once, the
# same key twice, and a kill in the middle. Every answer is held against docs/openapi.yaml.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use POSIX ();
use Test::More;
use OpenApi;
use Shuntui qw(folder root read_file start_server stop_server write_file);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) if !$_[2]{headers}{'idempotency-replayed'} });
$world->people;
$world->goods;

sub code_is {
    my ($answer, $status, $code, $name) = @_;
    is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $name) or diag $answer->{text};
    return $answer->{json};
}

# The merchant's rule of the world under another number, with a change.
sub rule {
    my ($version, $from, $to) = @_;
    my $source = read_file(root() . '/policies/cards-standard.policy');
    utf8::decode($source);
    $source =~ s/version \d+/version $version/ or die 'no version';
    if (defined $from) { $source =~ s/\Q$from\E/$to/ or die "no $from" }
    return $source;
}
my $own = $world->{policy};
my $first = $world->must(GET => "/v1/policies/$own");
my $number = $first->{version};
is("$first->{state} $first->{in_force}", "in_force $own", 'a first version is in force at once');
is_deeply($first->{upcoming}, [], 'nothing is announced');

# ---- floors ----
my $floors = $world->must(GET => '/v1/floors')->{items};
my ($today) = grep { $_->{name} eq 'cn-consumer' && $_->{goods} eq 'card_key' && $_->{in_force} } @$floors;
ok($today && $today->{mandatory} && $today->{source} =~ /^policy "cn-consumer"/m, 'the floor of today is public with its text');
is(scalar(grep { $_->{in_force} && $_->{name} eq 'cn-consumer' && $_->{goods} eq 'card_key' } @$floors), 1, 'one version of it counts');
my $mean = "policy \"mean\" version 1\ngoods card_key\nclause sealed \"一天\" \"a day\"\n  when card is sealed and purchased within 1 day\n  refund full at once\notherwise refuse\n";
my $rows = $world->rows;
my $problem = code_is($world->post('/v1/policies', {source => $mean}, as => 'merchant'), 422, 'policy_below_floor', 'a rule below the floor is not published');
my ($finding) = grep { $_->{kind} eq 'floor' } @{$problem->{report}{problems}};
ok($finding && %{$finding->{example}} && $finding->{floor}{name} eq 'cn-consumer' && $finding->{floor}{clause} && $finding->{message_zh}, '… and the answer shows situation and clause');
ok(@{$finding->{floor}{laws}} && $finding->{floor}{laws}[0]{article}, '… with the article behind it');
is($world->rows, $rows, '… and nothing was written');
my $checked = $world->must(POST => '/v1/policies/check', {source => $mean}, keyless => 1);
ok(!$checked->{ok} && !exists $checked->{notice}, 'anybody may check a draft against the floor');
like($checked->{prose}{zh}, qr/一天/, '… and reads it in words, floor or not');
is($world->must(POST => '/v1/policies/check', {source => "policy \"x\"\n"}, keyless => 1)->{prose}, undef, 'a text that cannot be read has no words');

# ---- a draft is tried ----
my $tried = $world->must(POST => '/v1/policies/whatif', {source => $mean, facts => {reason => 'changed_mind', card => 'sealed', purchased => 3600, quantity => 1, amount => 5000}}, keyless => 1);
is($tried->{whatif}{answer}{decision}{governing}, 'sealed', 'a draft answers a situation');
$tried = $world->must(POST => '/v1/policies/whatif', {source => $mean}, keyless => 1);
ok(@{$tried->{whatif}{possible}} > 1 && $tried->{whatif}{question}{question_zh}, '… and asks what it needs to know');
code_is($world->post('/v1/policies/whatif', {source => $mean, facts => {card => 'sealed', reason => 'no_such'}}, keyless => 1), 422, 'field_value', 'a value that no fact has');
$problem = code_is($world->post('/v1/policies/whatif', {source => "policy \"x\"\n"}, keyless => 1), 422, 'policy_syntax', 'a text that is no policy');
ok(@{$problem->{report}{problems}}, '… and the answer says where');
is($world->rows, $rows, 'nothing was written');

# ---- a draft says what it would mean ----
my $worse = rule($number + 1, 'revealed within 72 hours', 'revealed within 24 hours');
$checked = $world->must(POST => '/v1/policies/check', {source => $worse}, as => 'merchant', keyless => 1);
SKIP: {
    skip 'this change is below the floor: ' . ($checked->{problems}[0]{message_en} // ''), 1 if !$checked->{ok};
    is("$checked->{notice}{days} $checked->{difference}{harms_buyer}", '15 1', 'a worse one takes fifteen days');
}
my $better = rule($number + 1, 'delivered within 8 days)', 'delivered within 10 days)');
$checked = $world->must(POST => '/v1/policies/check', {source => $better}, as => 'merchant', keyless => 1);
is("$checked->{ok} $checked->{notice}{days} $checked->{notice}{article} $checked->{difference}{changes}[0]{change}", '1 7 ECL-34 better', 'a better one seven');
$checked = $world->must(POST => '/v1/policies/check', {source => $better}, as => 'rival', keyless => 1);
is($checked->{difference}{after}{version}, $number + 1, "each merchant's draft is held against its own rule");

# ---- publication, twice with one key, and two at once ----
$problem = code_is($world->post('/v1/policies', {source => $better, effective_at => POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime time + 6 * 86400)}, as => 'merchant'), 422, 'policy_notice', 'too early');
is("$problem->{notice}{days} $problem->{pointer}", '7 /effective_at', '… and the answer says how early it may be');
my %key = (as => 'merchant', key => 'one-key-for-one-publication');
my $made = $world->post('/v1/policies', {source => $better}, %key);
is($made->{status}, 201, 'a version is published') or diag $made->{text};
my $again = $world->post('/v1/policies', {source => $better}, %key);
is("$again->{status} $again->{text}", "201 $made->{text}", 'the same key: the same answer, and no second version');
is("$made->{json}{state} $made->{json}{difference}{harms_buyer} $made->{json}{harms_buyer}", 'announced 0 0', '… announced, and better for buyers');
code_is($world->post('/v1/policies', {source => $better}, as => 'merchant'), 409, 'version_taken', 'another key: its number is taken');

my $folder = folder();
my @children;
for my $child (1, 2) {
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        my $answer = Shuntui::request($world->{server}, 'POST', '/v1/policies', {source => rule($number + 2, 'delivered within 8 days)', 'delivered within ' . (10 + $child) . ' days)')},
            {Authorization => "Bearer $world->{party}{merchant}{token}", 'Idempotency-Key' => "two-at-once-number-$child"});
        write_file("$folder/$child", "$answer->{status} " . ($answer->{json}{code} // ''));
        POSIX::_exit(0);
    }
    push @children, $pid;
}
waitpid $_, 0 for @children;
is(join(', ', sort map { read_file("$folder/$_") } 1, 2), '201 , 409 version_taken', 'of two publications at once one takes the number');

# ---- what buyers see ----
my $shown = $world->must(GET => "/v1/products/$world->{card}")->{policy};
is("$shown->{id} $shown->{in_force} $shown->{upcoming}[0]{version}", "$own 1 " . ($number + 1), 'the page shows the rule in force and announces the next');
my $difference = $world->must(GET => "/v1/policies/$own/diff/$made->{json}{id}");
is("$difference->{harms_buyer} $difference->{before}{version} $difference->{after}{version}", "0 $number " . ($number + 1), 'anybody may compare two versions');
is_deeply($world->must(GET => "/v1/policies/$own/diff/$own")->{changes}, [], 'a version does not differ from itself');
code_is($world->post('/v1/orders', {product_id => $world->{card}, policy_id => $made->{json}{id}}, as => 'buyer'), 409, 'policy_changed', 'nobody orders under a rule that is not in force');
my $order = $world->must(POST => '/v1/orders', {product_id => $world->{card}, policy_id => $own}, as => 'buyer');
my $receipt = $world->must(GET => "/v1/orders/$order->{id}", undef, as => 'buyer')->{receipt};
is("$receipt->{policy}{version} $receipt->{floors}[0]{name} $receipt->{floors}[0]{sha256}", "$number cn-consumer $today->{sha256}", 'the receipt pins the version, and the floor of the day');

# ---- withdrawal, and a kill right after the answer ----
code_is($world->post("/v1/policies/$own/withdraw", {reason => 'no'}, as => 'merchant'), 409, 'policy_in_force', 'not while products are sold under it');
my $withdrawn = $world->must(POST => "/v1/policies/$made->{json}{id}/withdraw", {reason => 'a better one comes'}, as => 'merchant');
is($withdrawn->{state}, 'withdrawn', 'one that nobody ordered under is withdrawn');
stop_server($world->{server}, 'KILL');
$world->{server} = start_server($world->{state}, '--lang', 'en', '--work-interval-ms', '20');
is($world->must(GET => "/v1/policies/$made->{json}{id}")->{state}, 'withdrawn', '… also after a kill');
code_is($world->post("/v1/policies/$made->{json}{id}/withdraw", {reason => 'again'}, as => 'merchant'), 409, 'policy_withdrawn', '… once');
$shown = $world->must(GET => "/v1/products/$world->{card}")->{policy};
is(join(' ', map { $_->{version} } @{$shown->{upcoming}}), $number + 2, 'the page announces what is left');
is((grep { $_->{id} eq $made->{json}{id} } @{$world->must(GET => '/v1/policies?limit=50', undef, as => 'merchant')->{items}})[0]{withdrawn_at}, $withdrawn->{withdrawn_at}, 'the list keeps it');

# ---- the merchant's extra time ----
my $patient = rule(1, 'policy "cards-standard"', 'policy "patient"');
$patient =~ s/merchant answers within (\d+) hours, silence/merchant answers within 2 hours, extension 20 hours, silence/ or die 'no answer';
my $policy = $world->post('/v1/policies', {source => $patient}, as => 'merchant');
is($policy->{status}, 201, 'a clause may give the merchant extra time once') or diag $policy->{text};
my $product = $world->must(POST => '/v1/products', {%{$world->card_listing($policy->{json}{id})}, title => 'patient'}, as => 'merchant')->{id};
$world->must(POST => "/v1/products/$product/cards", {cards => ['PATIENT-1']}, as => 'merchant');
my $bought = $world->buy($product);
$world->reveal($bought);
my $filed = $world->file($bought, {reason => 'key_invalid'});
for my $kind (qw(problem_proof unused_proof)) {
    $world->must(POST => "/v1/claims/$filed->{claim}/evidence?kind=$kind", $World::png, secret => $bought->{secret}, headers => {'Content-Type' => 'image/png'});
}
my $claim = $world->must(GET => "/v1/claims/$filed->{claim}", undef, as => 'merchant');
is("$claim->{waiting_for} $claim->{extension_s}", 'merchant 72000', 'the claim says how much');
ok((grep { $_->{action} eq 'merchant_extend' } @{$claim->{actions}}), '… and offers it');
code_is($world->act($filed, {action => 'merchant_extend'}, as => 'merchant'), 422, 'claim_reason_missing', 'not without a reason');
my $extended = $world->act($filed, {action => 'merchant_extend', reason => '正在向发行方查询'}, as => 'merchant');
is($extended->{status}, 200, 'with one he takes it') or diag $extended->{text};
is($extended->{json}{extension_s}, 0, '… once');
code_is($world->act($filed, {action => 'merchant_extend', reason => '还要查询'}, as => 'merchant'), 409, 'claim_extension', '… and not again');
$claim = $world->must(GET => "/v1/claims/$filed->{claim}", undef, secret => $bought->{secret});
is("$claim->{events}[-1]{event} $claim->{events}[-1]{detail}{note}", 'merchant_extend 正在向发行方查询', 'the buyer reads why');

is(join("\n", @faults), '', 'every answer is as it is described');
done_testing();
