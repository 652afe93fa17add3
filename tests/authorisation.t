#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Every route with every caller. What must happen follows from src/http/routes.def and from who owns the order, the claim, the
# product or the account in the path: outside is 401, the wrong role 403, somebody else's thing 404, and no answer names it.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;
use Test::More;
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $world = World->new;
$world->people;
$world->goods;
my %party = %{$world->{party}};

# The case that everybody asks for: the buyer's order at the merchant, its claim with a file. And somebody else's order.
my $order = $world->buy($world->{card}, as => 'buyer');
$world->reveal($order, as => 'buyer');
my $claim = $world->file($order, {reason => 'key_invalid'}, as => 'buyer')->{claim};
my $evidence = $world->must(POST => "/v1/claims/$claim/evidence?kind=other", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'})->{id};
my $message = $world->must(POST => "/v1/claims/$claim/messages", {body => 'secret words'}, as => 'buyer')->{id};
my $upload = begin();
my $other = $world->buy($world->{rival_card});
my $expired = $world->must(POST => "/v1/parties/$party{buyer}{id}/tokens", {}, as => 'buyer')->{token};
my $spare = $world->must(POST => "/v1/parties/$party{buyer}{id}/tokens", {}, as => 'buyer')->{id};
$world->with_database("UPDATE token SET expires_at = 1 WHERE hash = x'" . sha256_hex($expired) . q{'});

sub begin { return $world->must(POST => "/v1/claims/$claim/uploads", {kind => 'other', size => length $World::png}, as => 'buyer')->{id} }

# ---- callers: {role as in routes.def, credentials} ----
my %caller = (
    anonymous => {role => 'ANONYMOUS'},
    holder    => {role => 'ORDER', secret => $order->{secret}},
    outsider  => {role => 'ORDER', secret => $other->{secret}},
    buyer     => {role => 'BUYER', as => 'buyer'},
    stranger  => {role => 'BUYER', as => 'stranger'},
    merchant  => {role => 'MERCHANT', as => 'merchant'},
    rival     => {role => 'MERCHANT', as => 'rival'},
    arbiter   => {role => 'ARBITER', as => 'arbiter'},
    operator  => {role => 'OPERATOR', as => 'operator'},
    unknown   => {token => 'tok_00000000000000000000000000'},
    expired   => {token => $expired},
    garbage   => {token => "x' OR 1=1 --"},
    two       => {as => 'operator', secret => $order->{secret}},
);
my %in = (
    PUBLIC        => [qw(ANONYMOUS ORDER BUYER MERCHANT ARBITER OPERATOR)],
    BUYER_SIDE    => [qw(BUYER ORDER)],
    PARTIES       => [qw(BUYER ORDER MERCHANT)],
    ORDER_PARTIES => [qw(BUYER ORDER MERCHANT ARBITER OPERATOR)],
    ACCOUNTS      => [qw(BUYER MERCHANT ARBITER OPERATOR)],
    map { ($_ => [$_]) } qw(MERCHANT ARBITER OPERATOR PROVIDER ISSUER),
    LAPSED        => [],
    SCOPE_CLAIMS  => [],
);

# ---- what is sent: a body that a caller with the right to it could send ----
my %value = (order => $order->{id}, claim => $claim, evidence => $evidence, upload => $upload, product => $world->{card}, policy => $world->{policy}, other => $world->{policy}, merchant => $party{merchant}{id},
    party => $party{buyer}{id}, token => $spare, asset => 'none.js', provider => 'sandbox', reference => $order->{payment}{reference}, trade => 'no-such-trade', code => 'no-such-code', index => 0, level => 0, number => 0);
my %money = (amount => 1, currency => 'CNY', reference => 'bank-line');
my %body = (
    CLAIM_PREVIEW => {reason => 'changed_mind'}, CLAIM_FILE => {reason => 'changed_mind'}, CLAIM_ACT => {action => 'confirm_performance'}, MESSAGE_ADD => {body => 'hello'},
    FINDING_ADD => {fact => 'cause', value => 'force_majeure', note => 'n'}, EVIDENCE_ADD => $World::png, UPLOAD_BEGIN => {kind => 'other', size => 1}, UPLOAD_PUT => $World::png, EVIDENCE_JUDGE => {state => 'accepted'},
    POLICY_CHECK => {source => 'x'}, POLICY_WHATIF => {source => 'x'}, TERMS_LINT => {text => 'x'}, POLICY_PUBLISH => {source => 'x'}, POLICY_SIMULATE => {source => 'x'}, POLICY_WITHDRAW => {reason => 'r'}, PRODUCT_CREATE => $world->card_listing($world->{policy}), PRODUCT_CHANGE => {price => 9500},
    STOCK_IMPORT => {cards => ['X-1'], dry_run => JSON::PP::true}, ORDER_CREATE => {product_id => $world->{card}, provider => 'none'}, REVEAL => {notice => 'ntc_1'},
    SERVICE_EVENT_ADD => sub { {kind => $_[0] =~ /^(?:merchant|rival)$/ ? 'start' : 'accept'} }, PAYMENT_CALLBACK => {}, REDEMPTION_REPORT => {party_id => $party{merchant}{id}, card_id => 'crd_00000000000000000000000000', status => 'redeemed'},
    BUYER_CREATE => {name => 'x'}, PARTY_CREATE => {role => 'buyer', name => 'x'}, TOKEN_CREATE => {}, SESSION_BEGIN => {token => $party{buyer}{token}}, BOND_MOVE => {%money, direction => 'withdraw'}, PAYOUT_MAKE => \%money,
    PRODUCT_WHATIF => {facts => {reason => 'key_invalid'}}, ORDER_WHATIF => {facts => {reason => 'key_invalid'}}, CLARIFICATION_ADD => {facts => {reason => 'other'}},
    INCIDENT_RECORD => {cause => 'force_majeure', starts_at => '2020-01-01T00:00:00Z', ends_at => '2020-01-01T00:00:01Z', note => 'n'},
);
my %absent = (SUSPENSE_REFUND => 1, LOG_TILE => 1, UNUSED_GET => 1); # what they name is not there, for anybody
my %query = (EVIDENCE_ADD => '?kind=other', UPLOAD_PUT => '?offset=0');

# ---- what must happen ----
sub owns {
    my ($who, $route) = @_;
    return $who =~ /^(?:holder|buyer)$/ if $route->{path} =~ /\{upload\}/; # nobody sees what is only on its way
    return $who =~ /^(?:holder|buyer|merchant|arbiter|operator)$/ if $route->{path} =~ /\{(?:order|claim)\}/;
    return $who eq 'merchant' if $route->{name} =~ /^(?:PRODUCT_CHANGE|STOCK_IMPORT|POLICY_WITHDRAW)$/;
    return $who ne 'rival' if $route->{name} eq 'PRODUCT_CREATE'; # the body names the merchant's policy
    return $who =~ /^(?:buyer|operator)$/ if $route->{name} =~ /^TOKEN_(?:CREATE|REVOKE)$/;
    return 1;
}

sub expected {
    my ($who, $route) = @_;
    return '401 pay' if $route->{mode} eq 'CALLBACK';
    my $role = $caller{$who}{role};
    if ($route->{mode} ne 'PLAIN') {
        return '401 authentication_failed' if !$role;
        my $names_order = $route->{path} =~ /\{(?:order|claim|upload)\}/ || $route->{name} =~ /^(?:ORDER|CLAIM)_LIST$/;
        return '401 authentication_failed' if $role eq 'ORDER' && !$names_order;
        return '401 authentication_failed' if $who eq 'outsider' && $route->{path} =~ /\{(?:order|claim|upload)\}/;
        return $role eq 'ANONYMOUS' ? '401 authentication_required' : '403 access_denied'
            if !grep { $_ eq $role } map { @{$in{$_}} } @{$route->{access}};
    }
    return '403 access_denied' if $route->{name} eq 'ORDER_CREATE' && $who eq 'merchant'; # nobody buys from himself
    return '404 not_found' if !owns($who, $route) || $absent{$route->{name}};
    return 'in';
}

# A stream never ends by itself: its head is enough.
sub stream_head {
    my ($path, $headers) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $world->{server}{port}, Timeout => 5) or die "connect: $!\n";
    print {$socket} join "\r\n", "GET $path HTTP/1.1", 'Host: localhost', (map { "$_: $headers->{$_}" } keys %$headers), '', '';
    my $text = '';
    sysread $socket, $text, 4096, length $text until $text =~ /\r\n\r\n/;
    my ($status) = $text =~ m{^HTTP/1\.1 (\d+)};
    my ($code) = $text =~ /"code":"(\w+)"/;
    return {status => $status, text => $text, json => {code => $code}};
}

sub ask {
    my ($who, $route) = @_;
    my %who = %{$caller{$who}};
    delete $who{role};
    (my $path = $route->{path}) =~ s/\{(\w+)\}/$value{$1} \/\/ die "no value for $1"/ge;
    $path .= $query{$route->{name}} // '';
    $path .= '?order=' . ($who eq 'outsider' ? $other : $order)->{id} if $route->{name} =~ /^(?:ORDER|CLAIM)_LIST$/ && ($caller{$who}{role} // '') eq 'ORDER';
    return stream_head($path, $world->headers(%who)) if $route->{mode} eq 'STREAM';
    my $body = $body{$route->{name}};
    $path =~ s/\Q$upload\E/begin()/e if $route->{name} eq 'UPLOAD_CANCEL' && expected($who, $route) eq 'in'; # what is given up is gone
    $body = $body->($who) if ref $body eq 'CODE';
    die "no body for $route->{name}\n" if $route->{body} ne '0' && !defined $body;
    my %headers = $route->{mode} eq 'UPLOAD' ? (headers => {'Content-Type' => 'image/png'}) : $route->{mode} eq 'SESSION' ? (headers => {'Shuntui-Page' => '1'}) : ();
    return $world->ask($route->{method}, $path, $body, %who, %headers);
}

my @ids = ($order->{id}, $claim, $evidence, $message, $order->{secret}, 'secret words');
my %foreign = map { $_ => 1 } qw(anonymous outsider stranger rival unknown expired garbage);
for my $route (World::routes()) {
    my @wrong;
    # Those who may not come first, so that what the others change is not what stops them.
    for my $who (sort { (expected($a, $route) eq 'in') <=> (expected($b, $route) eq 'in') || $a cmp $b } keys %caller) {
        my $answer = ask($who, $route);
        my $code = $answer->{json}{code} // '';
        my $want = expected($who, $route);
        my $got = "$answer->{status} $code";
        my $good = $want eq 'in' ? $answer->{status} < 500 && $code !~ /^(?:access_denied|authentication_\w+|not_found)$/ : $want eq '401 pay' ? $got =~ /^40[01] pay_/ : $got eq $want;
        push @wrong, "$who: $got instead of $want" if !$good;
        # The log is public, and the ids in it are no secret.
        next if !$foreign{$who} || $route->{path} =~ m{^/v1/log/};
        push @wrong, map { "$who: the answer names $_" } grep { index($answer->{text} // q{}, $_) >= 0 } @ids;
    }
    ok(!@wrong, "$route->{method} $route->{path}") or diag join "\n", @wrong;
}

# ---- lists show each what is his ----
my %lists = (stranger => '', rival => $other->{id}, buyer => $order->{id}, merchant => $order->{id}, operator => "$order->{id} $other->{id}");
for my $who (sort keys %lists) {
    my %shown = map { $_->{id} => 1 } @{$world->must(GET => '/v1/orders', undef, as => $who)->{items}};
    is(join(' ', sort keys %shown), join(' ', sort split / /, $lists{$who}), "orders that the $who sees");
    my $claims = $world->must(GET => '/v1/claims', undef, as => $who)->{items};
    is(scalar(grep { $_->{claim} eq $claim } @$claims), $lists{$who} =~ /$order->{id}/ ? 1 : 0, "the claim and the $who");
}
my $of_another = $world->get("/v1/claims/$claim/evidence/$evidence", as => 'stranger');
is($of_another->{status}, 404, 'a file of another claim is not found');
my $own = $world->buy($world->{card}, as => 'stranger');
$world->reveal($own, as => 'stranger');
my $mine = $world->file($own, {reason => 'key_invalid'}, as => 'stranger')->{claim};
is($world->get("/v1/claims/$mine/evidence/$evidence", as => 'stranger')->{status}, 404, '… not even under an own claim');
is($world->post("/v1/claims/$mine/evidence/$evidence/judgement", {state => 'accepted'}, as => 'arbiter')->{status}, 404, '… nor judged there');
is($world->post("/v1/orders/$own->{id}/reveal", {notice => $world->must(GET => "/v1/orders/$order->{id}/reveal", undef, as => 'buyer')->{notice}}, as => 'stranger')->{json}{code},
    'notice_invalid', "another order's notice opens nothing");
is($world->post("/v1/products", $world->card_listing($world->{policy}), as => 'rival')->{json}{code} // '', 'not_found', "a merchant does not sell under another's policy");
# The same key of two callers is two keys.
my %key = (key => 'the-key-of-two-callers');
is($world->post("/v1/claims/$claim/messages", {body => 'one'}, as => 'buyer', %key)->{status}, 201, 'a key of the buyer');
isnt($world->post("/v1/claims/$claim/messages", {body => 'one'}, as => 'merchant', %key)->{headers}{'idempotency-replayed'} // '', 'true', "… is not the merchant's");
done_testing();
