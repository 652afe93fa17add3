#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Buying and selling through the real server: publish, list, import, buy, pay, reveal, report; the same request twice; other
# people's things; and a table of input that no route may take.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Digest::SHA qw(hmac_sha256_base64);
use JSON::PP ();
use Time::HiRes qw(sleep);
use POSIX ();
use Shuntui qw(folder root start_server stop_server request read_file write_file);

binmode Test::More->builder->$_, ":utf8" for qw(output failure_output todo_output);
my $folder = folder();
my $server = start_server("$folder/state", '--create', '--lang', 'en', '--work-interval-ms', '50');
sleep 0.2;
my ($operator) = read_file($server->{log}) =~ /(tok_[0-9a-z]{26})/ or die "no operator's token was shown\n";
my $serial = 0;

sub headers {
    my (%who) = @_;
    my %headers = ('Idempotency-Key' => $who{key} // sprintf('shop-test-key-%08d', ++$serial));
    $headers{Authorization} = "Bearer $who{token}" if $who{token};
    $headers{'Shuntui-Order-Secret'} = $who{secret} if $who{secret};
    return \%headers;
}
sub get { my ($path, %who) = @_; return request($server, 'GET', $path, undef, headers(%who)) }
sub post { my ($path, $body, %who) = @_; return request($server, 'POST', $path, $body, headers(%who)) }

# ---- a merchant and its goods ----
my $merchant = post('/v1/parties', {role => 'merchant', name => '商家'}, token => $operator);
is($merchant->{status}, 201, 'an operator makes a merchant');
my $rival = post('/v1/parties', {role => 'merchant', name => 'Rival'}, token => $operator)->{json};
my ($m, $token) = @{$merchant->{json}}{qw(id token)};
my $source = read_file(root() . '/policies/cards-standard.policy');
utf8::decode($source);
ok(post('/v1/policies/check', {source => $source})->{json}{ok}, 'a check writes nothing and says that the policy is good');
my $policy = post('/v1/policies', {source => $source}, token => $token);
is($policy->{status}, 201, 'the policy is published');
my %card = (kind => 'card_key', category => 'game_card', title => '点卡', currency => 'CNY', price => 9500, face_value => 10000,
    delivery_s => 60, policy_id => $policy->{json}{id}, region => 'CN', redeem_channel => 'site');
my $product = post('/v1/products', \%card, token => $token);
is($product->{status}, 201, 'the product is listed') or diag $product->{text};
my $p = $product->{json}{id};
my $import = post("/v1/products/$p/cards", {cards => [map({ sprintf 'SHOP-%04d', $_ } 1 .. 5), 'shop 0001']}, token => $token);
is($import->{json}{accepted}, 5, 'five cards are imported, and the same card in another writing is not');
is_deeply([map { @{$_}{qw(position why first)} } @{$import->{json}{refused}}], [5, 'duplicate_in_request', 0], '… which is said by its position, and where it stood before');
is(get("/v1/products/$p")->{json}{stock}, 5, 'anybody sees the stock');

# ---- a purchase ----
my %same = (key => 'one-and-the-same-key');
my $order = post('/v1/orders', {product_id => $p, quantity => 1}, %same);
is($order->{status}, 201, 'a guest orders');
my $again = post('/v1/orders', {product_id => $p, quantity => 1}, %same);
is($again->{text}, $order->{text}, 'the same request with the same key gets the same bytes, secret and all');
is(post('/v1/orders', {product_id => $p, quantity => 2}, %same)->{json}{code}, 'idempotency_key_reused', 'another request does not');
my ($o, $secret, $reference) = ($order->{json}{id}, $order->{json}{order_secret}, $order->{json}{payment}{reference});
is(get("/v1/products/$p")->{json}{stock}, 4, 'the order holds one card');
is(request($server, 'POST', "/v1/sandbox/payments/$reference/pay")->{status}, 202, 'the buyer pays at the provider');
my $paid;
for (1 .. 100) {
    $paid = get("/v1/orders/$o", secret => $secret)->{json};
    last if $paid->{state} ne 'created';
    sleep 0.05;
}
is($paid->{state}, 'delivered', 'the callback pays and delivers it');
is($paid->{receipt}{policy}{sha256}, $policy->{json}{sha256}, 'its receipt pins the policy');
is($paid->{cards}[0]{state}, 'sealed', 'the card is sealed');

# ---- seeing the card ----
is(post("/v1/orders/$o/reveal", {notice => 'ntc_1'}, secret => $secret)->{json}{code}, 'notice_invalid', 'no reveal without the notice');
my $notice = get("/v1/orders/$o/reveal", secret => $secret)->{json};
like($notice->{zh}, qr/不想要了.*查看前立即退款/, 'the notice says what revealing changes');
my %reveal = (key => 'reveal-once-and-again', secret => $secret);
my $revealed = post("/v1/orders/$o/reveal", {notice => $notice->{notice}}, %reveal);
like($revealed->{json}{cards}[0]{secret}, qr/^SHOP-000[1-5]$/, 'the card is shown');
is(post("/v1/orders/$o/reveal", {notice => $notice->{notice}}, %reveal)->{text}, $revealed->{text}, 'and shown again');

# ---- a report of the merchant's system ----
my $key = post('/v1/merchant/webhook-secret', undef, token => $token)->{json}{secret};
sub report {
    my ($id, $body, $sign) = @_;
    my ($text, $time) = (JSON::PP->new->canonical->encode($body), time);
    my $mac = hmac_sha256_base64("$id.$time.$text", $sign);
    $mac .= '=' while length($mac) % 4;
    return request($server, 'POST', '/v1/redemption-reports', $text,
        {'webhook-id' => $id, 'webhook-timestamp' => $time, 'webhook-signature' => "v1,$mac"});
}
my %used = (party_id => $m, card_id => $revealed->{json}{cards}[0]{id}, status => 'redeemed');
is(report('e1', \%used, 'whs_00000000000000000000000000')->{json}{code}, 'pay_signature', 'a forged report is refused');
is(report('e1', \%used, $key)->{json}{result}, 'recorded', 'a signed one is recorded');
is(report('e1', \%used, $key)->{json}{result}, 'repeated', 'and only once');
is(get("/v1/orders/$o", secret => $secret)->{json}{cards}[0]{state}, 'redeemed', 'the order shows it');

# ---- other people's things ----
my $buyer = post('/v1/buyers', {name => 'B'})->{json};
my $other = post('/v1/orders', {product_id => $p})->{json};
my @foreign = (
    [GET  => "/v1/orders/$o", undef, 404, {token => $buyer->{token}}],
    [GET  => "/v1/orders/$o", undef, 404, {token => $rival->{token}}],
    [GET  => "/v1/orders/$o", undef, 401, {secret => $other->{order_secret}}],
    [GET  => "/v1/orders/$o", undef, 401, {}],
    [GET  => "/v1/orders/$o/reveal", undef, 404, {token => $buyer->{token}}],
    [GET  => "/v1/orders/$o/reveal", undef, 403, {token => $token}],
    [POST => "/v1/orders/$o/cancel", undef, 404, {token => $buyer->{token}}],
    [POST => "/v1/products/$p", {price => 1}, 404, {token => $rival->{token}}],
    [POST => "/v1/products/$p/cards", {cards => ['X']}, 404, {token => $rival->{token}}],
    [POST => "/v1/parties/$m/tokens", {}, 404, {token => $rival->{token}}],
    [POST => "/v1/merchants/$m/bond", {amount => 1, currency => 'CNY', direction => 'deposit', reference => 'x'}, 403, {token => $token}],
    [POST => '/v1/parties', {role => 'operator', name => 'x'}, 403, {token => $token}],
    [GET  => '/v1/suspense', undef, 403, {token => $token}],
    [GET  => '/v1/merchant', undef, 403, {token => $buyer->{token}}],
    [GET  => '/v1/orders', undef, 401, {token => 'tok_00000000000000000000000000'}],
);
for my $row (@foreign) {
    my ($method, $path, $body, $status, $who) = @$row;
    is(request($server, $method, $path, $body, headers(%$who))->{status}, $status, "$method $path: $status");
}

# ---- input that no route may take ----
my @bad = (
    ['/v1/orders', {}, 'field_missing'],
    ['/v1/orders', {product_id => 7}, 'field_type'],
    ['/v1/orders', {product_id => 'prd_1'}, 'field_too_short'],
    ['/v1/orders', {product_id => $p, more => 1}, 'field_unknown'],
    ['/v1/orders', {product_id => $p, quantity => 0}, 'field_out_of_range'],
    ['/v1/orders', {product_id => $p, quantity => -3}, 'field_out_of_range'],
    ['/v1/orders', "{\"product_id\":\"$p\",\"quantity\":1.5}", qr/field|json/],
    ['/v1/orders', "{\"product_id\":\"$p\",\"quantity\":9223372036854775808}", qr/field|json/],
    ['/v1/orders', "{\"product_id\":\"$p\",\"product_id\":\"$p\"}", 'json_duplicate_key'],
    ['/v1/orders', "{\"product_id\":\"\xff\"}", 'utf8_invalid'],
    ['/v1/orders', '{"product_id":', 'json_syntax'],
    ['/v1/orders', {product_id => $p, quantity => 50}, 'out_of_stock'],
    ['/v1/orders', {product_id => $p, provider => 'bank'}, 'field_value'],
    ['/v1/orders', {product_id => $p, consent => {}}, 'field_missing'],
    ['/v1/products', {%card, price => 0}, 'listing_incomplete'],
    ['/v1/products', {%card, price => -1}, 'field_out_of_range'],
    ['/v1/products', {%card, currency => 'ZZZ'}, 'field_value'],
    ['/v1/products', {%card, category => 'shoes'}, 'field_value'],
    ['/v1/products', {%card, kind => 'service'}, 'policy_goods'],
    ['/v1/products', {%card, policy_id => 'pol_00000000000000000000000000'}, 'not_found'],
    ["/v1/products/$p/cards", {cards => []}, qr/field/],
    ["/v1/products/$p/cards", {cards => [1]}, 'field_type'],
    ["/v1/products/$p/cards", {cards => [('x') x 501]}, qr/field|limit/],
    ['/v1/policies', {source => 'policy'}, 'policy_syntax'],
    ['/v1/policies', {source => $source}, 'version_taken'],
);
for my $row (@bad) {
    my ($path, $body, $code) = @$row;
    my $answer = post($path, $body, token => $path eq '/v1/orders' ? undef : $token);
    like($answer->{json}{code} // $answer->{text}, ref $code ? $code : qr/^\Q$code\E$/, "$path: $code");
}
is(request($server, 'POST', '/v1/orders', {product_id => $p}, {})->{json}{code}, 'idempotency_key_missing', 'no write without a key');
is(request($server, 'POST', '/v1/orders', {product_id => $p}, {'Idempotency-Key' => '1'})->{json}{code},
    'idempotency_key_malformed', 'a guest may not use a key that another guest may think of');
is(get('/v1/orders?page=2', token => $token)->{json}{code}, 'query_unknown', 'no unknown query parameter');
is(get('/v1/products?cursor=abc')->{json}{code}, 'query_value', 'no cursor of another kind');
is(get("/v1/products/$p")->{json}{stock}, 3, 'nothing of all that took stock');

# ---- eight at once ----
sub at_once {
    my (@runs) = @_;
    my @pids;
    for my $i (0 .. $#runs) {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) {
            write_file("$folder/answer-$i", $runs[$i]->()->{status});
            POSIX::_exit(0); # no END block: the server is the parent's
        }
        push @pids, $pid;
    }
    waitpid $_, 0 for @pids;
    return map { read_file("$folder/answer-$_") } 0 .. $#runs;
}
my $last = post('/v1/products', {%card, title => 'the last one'}, token => $token)->{json}{id};
post("/v1/products/$last/cards", {cards => ['LAST-1']}, token => $token);
my @keys = map { "last-card-guest-key-$_" } 1 .. 8;
my @answers = at_once(map { my $key = $_; sub { post('/v1/orders', {product_id => $last}, key => $key) } } @keys);
is(scalar(grep { $_ == 201 } @answers), 1, 'eight guests order the last card at once: one gets it');
is(scalar(grep { $_ == 409 } @answers), 7, '… and seven are told that there is none');

# ---- the log ----
like(get('/v1/log/checkpoint')->{text}, qr/\A[^\n]+\n\d+\n/, 'the log has a signed head');
is(get('/v1/log/leaves/0/proof')->{json}{index}, 0, 'and a proof of each leaf');
is(get('/v1/log/leaves/100000/proof')->{status}, 404, 'but of no other');
is(stop_server($server), 0, 'the server stops when it is told to');
my $bytes = join '', map { read_file($_) } grep { -f } glob "$folder/state/*";
unlike($bytes, qr/SHOP-000|\Q$secret\E|\Q$token\E|\Q$key\E/, 'no secret is in the state directory in clear');
done_testing();
