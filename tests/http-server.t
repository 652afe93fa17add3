#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The HTTP server with toy routes, through an ordinary client: routing, roles, bodies, idempotency keys, problem details, uploads,
# event streams, rate limit, draining. Usage: http-server.t SERVER
use strict;
use warnings;
use Test::More;
use Digest::SHA qw(sha256_hex);
use HTTP::Tiny;
use IO::Select;
use IO::Socket::INET;
use IPC::Open2;
use JSON::PP;
use Time::HiRes qw(time sleep);

my $program = shift @ARGV;
unless ($program) {
    print "1..0 # SKIP the build runs it with each of its servers: meson test\n";
    exit 0;
}
my ($out, $in, $pid, $port);

sub start {
    $pid = open2($out, $in, $program, @_);
    $port = <$out>;
    chomp $port;
}

sub stop {
    close $in;
    waitpid $pid, 0;
    return $?;
}

my $client = HTTP::Tiny->new(timeout => 5);
my $order = '/v1/orders/ord_00000000000000000000000001';
my $claim = '/v1/claims/clm_00000000000000000000000001';
my $serial = 0;

sub call {
    my ($method, $path, %options) = @_;
    my %headers = %{ $options{headers} // {} };
    my $answer = $client->request($method, "http://127.0.0.1:$port$path", { headers => \%headers, content => $options{body} // '' });
    my $json = ($answer->{headers}{'content-type'} // '') =~ /json/ && length $answer->{content} ? decode_json($answer->{content}) : {};
    return ($answer->{status}, $json, $answer);
}

sub file_claim {
    my ($body, %headers) = @_;
    return call('POST', "$order/claims",
        headers => { 'Content-Type' => 'application/json', 'Idempotency-Key' => sprintf('key-%08d', ++$serial), %headers }, body => $body);
}

start();
{
    my ($status, $json, $answer) = call('GET', '/health');
    is($status, 200, 'health');
    is($answer->{headers}{'x-content-type-options'}, 'nosniff', 'nosniff');
    is($answer->{headers}{'cache-control'}, 'no-store', 'no-store');
    is($answer->{headers}{'content-security-policy'}, "default-src 'none'; frame-ancestors 'none'", 'content security policy');
    is($answer->{headers}{'referrer-policy'}, 'no-referrer', 'referrer policy');
    like($answer->{headers}{'request-id'}, qr/^req_[0-9a-z]{26}$/, 'request id');
    is((call('GET', '/ready'))[0], 200, 'ready');
    (undef, undef, $answer) = call('GET', '/');
    like($answer->{content}, qr/顺退|\xe9\xa1\xba\xe9\x80\x80/, 'start page');
    unlike($answer->{content}, qr/<script/, 'start page has no script');
    is((call('GET', '/start.css'))[0], 200, 'its style');
    is((call('GET', '/v1/openapi.yaml'))[0], 200, 'API description');
    ($status, undef, $answer) = call('HEAD', '/health');
    is("$status $answer->{headers}{'content-length'}", '200 15', 'HEAD');
    ($status, undef, $answer) = call('OPTIONS', '/v1/claims/x');
    is($status, 404, 'OPTIONS of nothing');
    ($status, undef, $answer) = call('OPTIONS', $order);
    is("$status $answer->{headers}{allow}", '204 GET, HEAD, OPTIONS', 'OPTIONS');
}
{
    my ($status, $json, $answer) = call('DELETE', '/health');
    is("$status $json->{code} $answer->{headers}{allow}", '405 method_not_allowed GET, HEAD, OPTIONS', 'wrong method');
    is($answer->{headers}{'content-type'}, 'application/problem+json', 'problem details');
    is($json->{instance}, $answer->{headers}{'request-id'}, 'a problem names the request');
    is($json->{type}, '/problems/method_not_allowed', 'and has a type');
    is((call('GET', '/v1/nothing'))[1]{code}, 'route_unknown', 'unknown path');
    is((call('GET', '/health/'))[1]{code}, 'route_unknown', 'trailing slash');
    is((call('GET', '/v1/orders/xyz'))[1]{code}, 'id_malformed', 'malformed id');
    is((call('GET', '/v1/orders/clm_00000000000000000000000001'))[1]{pointer}, 'path order', 'id of another kind');
}
my %guest = ('Shuntui-Order-Secret' => 'key_good');
{
    is((call('GET', $order))[0], 401, 'no credentials');
    is((call('GET', $order))[2]{headers}{'www-authenticate'}, 'Bearer', 'says how to authenticate');
    is((call('GET', $order, headers => { 'Shuntui-Order-Secret' => 'key_bad' }))[1]{code}, 'authentication_failed', 'wrong secret');
    is((call('GET', $order, headers => \%guest))[0], 200, 'order secret');
    is((call('GET', $order, headers => { Authorization => 'Bearer tok_merchant' }))[0], 200, 'its merchant');
    is((call('GET', '/v1/cases', headers => \%guest))[1]{code}, 'access_denied', 'another role\'s route');
    is((call('GET', "$order?limit=7", headers => \%guest))[1]{limit}, 7, 'query');
    is((call('GET', "$order?limit=0", headers => \%guest))[1]{pointer}, 'query limit', 'query out of range');
    is((call('GET', "$order?limit=x", headers => \%guest))[1]{code}, 'query_value', 'query of the wrong type');
    is((call('GET', "$order?limit=1&limit=2", headers => \%guest))[1]{code}, 'query_duplicate', 'query twice');
    is((call('GET', "$order?colour=red", headers => \%guest))[1]{code}, 'query_unknown', 'unknown query');
    is((call('GET', "$order?%E9=1", headers => \%guest))[1]{code}, 'utf8_invalid', 'query that is not UTF-8');
    is((call('GET', "$order?after=ord_00000000000000000000000001", headers => \%guest))[1]{code}, 'query_value', 'query id of another kind');
    is((call('GET', $order, headers => { %guest, 'If-Match' => '"6"' }))[0], 412, 'If-Match of an old version');
    is((call('GET', $order, headers => { %guest, 'If-Match' => '"5", "7"' }))[2]{headers}{etag}, '"7"', 'If-Match and ETag');
}
{
    my ($status, $json, $answer) = file_claim('{"reason":"x"}');
    is("$status $answer->{headers}{location}", "201 $claim", 'a write');
    my $runs = $json->{runs};
    my $key = sprintf 'key-%08d', $serial;
    my ($again, undef, $second) = file_claim('{"reason":"x"}', 'Idempotency-Key' => $key);
    is("$again $second->{content}", "201 $answer->{content}", 'the same key and body: the same bytes');
    is($second->{headers}{'idempotency-replayed'}, 'true', 'and says so');
    is((file_claim('{"reason":"y"}', 'Idempotency-Key' => $key))[0], 422, 'the same key, another body');
    is((file_claim('{"reason":"x"}', 'Idempotency-Key' => $key, %guest))[1]{runs}, $runs + 1, 'another caller\'s equal key is another key');
    is((call('POST', "$order/claims", headers => { 'Content-Type' => 'application/json' }, body => '{"reason":"x"}'))[1]{code},
        'idempotency_key_missing', 'no key');
    is((file_claim('{"reason":"x"}', 'Idempotency-Key' => 'short'))[1]{code}, 'idempotency_key_malformed', 'short key');
    is((file_claim('{"reason":"x"}', 'Content-Type' => 'text/plain'))[0], 415, 'wrong type');
    is((file_claim('{"reason":"x"}', 'Content-Type' => 'application/jsonx'))[0], 415, 'nearly the right type');
    is((file_claim('{"reason":"x"}', 'Content-Type' => 'application/json; charset=utf-8'))[0], 201, 'type with charset');
    is((file_claim('{"reason":'))[1]{code}, 'json_syntax', 'broken JSON');
    is((file_claim('{"reason":"x","reason":"y"}'))[1]{code}, 'json_duplicate_key', 'duplicate member');
    is((file_claim('{"reason":"x","colour":1}'))[1]{pointer}, '/colour', 'unknown member');
    is((file_claim('{"reason":1}'))[1]{code}, 'field_type', 'member of the wrong type');
    is((file_claim('{}'))[1]{code}, 'field_missing', 'missing member');
    is((file_claim('{"reason":"x","amount":0}'))[1]{code}, 'field_out_of_range', 'amount out of range');
    is((file_claim("{\"reason\":\"\xff\"}"))[1]{code}, 'utf8_invalid', 'body that is not UTF-8');
    is((file_claim('[' x 100))[1]{code}, 'limit_exceeded', 'body nested too deeply');
    is((file_claim('{"reason":"' . ('x' x 5000) . '"}'))[1]{code}, 'body_too_large', 'too large a body');
    ($status, $json) = file_claim('{"reason":"unknown"}');
    is("$status $json->{code} $json->{hint}", '503 outcome_unknown repeat with the same key', 'unknown outcome');
    ($status, $json, $answer) = file_claim('{"reason":"broken"}');
    is("$status $json->{code}", '500 internal_error', 'a failure of the server');
    unlike($answer->{content}, qr/secret detail/, 'does not tell its insides');
    is((file_claim('{"reason":"x"}', 'Idempotency-Key' => sprintf 'key-%08d', $serial))[0], 201, 'a failure is not remembered for its key');
}
{
    is((call('POST', '/v1/pay/sandbox/callback', body => 'signed'))[2]{content}, 'success', 'signed callback without key or type');
    is((call('POST', '/v1/pay/sandbox/callback', body => 'forged'))[0], 401, 'forged callback');
    my $bytes = join '', map { chr($_ % 256) } 0 .. 299_999;
    my %key = ('Idempotency-Key' => 'upload-0001', 'Content-Type' => 'image/png');
    is((call('POST', "$claim/evidence", headers => \%key, body => $bytes))[1]{sha256}, sha256_hex($bytes), 'upload and its hash');
    is((call('POST', "$claim/evidence", headers => \%key, body => $bytes))[2]{headers}{'idempotency-replayed'}, 'true', 'upload again');
    is((call('POST', "$claim/evidence", headers => \%key, body => "${bytes}x"))[0], 422, 'another upload, the same key');
    is((call('POST', "$claim/evidence", headers => { %key, 'Idempotency-Key' => 'upload-0002' }, body => 'x' x 1_048_577))[1]{code},
        'body_too_large', 'too large an upload');
    is((call('POST', "$claim/evidence", headers => { 'Content-Type' => 'image/png' }, body => $bytes))[1]{code}, 'idempotency_key_missing',
        'upload without a key');
}
{
    open my $file, '<', '/etc/debian_version' or die $!;
    my $bytes = do { local $/; <$file> };
    is((call('GET', '/v1/file'))[2]{content}, $bytes, 'an answer from a file');
    my ($status, $json, $answer) = call('GET', '/v1/file?missing=true');
    is("$status $json->{code}", '500 io_error', 'a file that is not there');
    unlike($answer->{content}, qr/nonexistent/, 'its path stays with us');
}

sub listen_to {
    my ($last_id) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "connect: $!";
    syswrite $socket, "GET $claim/events HTTP/1.1\r\nHost: t\r\n" . (defined $last_id ? "Last-Event-ID: $last_id\r\n" : '') . "\r\n";
    return $socket;
}

sub heard {
    my ($socket, $patience) = @_;
    my ($got, $select) = ('', IO::Select->new($socket));
    while ($select->can_read($patience)) {
        sysread $socket, my $piece, 65536 or last;
        $got .= $piece;
    }
    return $got;
}

sub hears {
    my ($socket, $pattern) = @_;
    my ($got, $select) = ('', IO::Select->new($socket));
    while ($got !~ $pattern && $select->can_read(2)) {
        sysread $socket, my $piece, 65536 or last;
        $got .= $piece;
    }
    return $got =~ $pattern;
}
{
    my @ids;
    my ($new, $back) = (listen_to(), listen_to(1));
    like(heard($new, 0.3), qr{Content-Type: text/event-stream\r\n}, 'an event stream');
    @ids = heard($back, 0.3) =~ /^id: (\d+)$/mg;
    is("@ids", '2 3', 'events that were missed are replayed');
    call('GET', "$claim/publish/3");
    call('GET', "$claim/publish/4");
    @ids = heard($new, 0.3) =~ /^id: (\d+)$/mg;
    is("@ids", '3 4', 'live events');
    @ids = heard($back, 0.3) =~ /^id: (\d+)$/mg;
    is("@ids", '4', 'none comes twice');
    my @many = map { listen_to() } 1 .. 300;
    heard($many[-1], 0.3);
    my $began = time;
    is((call('GET', '/health'))[0], 200, 'others are served beside 300 listeners');
    cmp_ok(time - $began, '<', 0.5, 'and soon');
    call('GET', "$claim/publish/5");
    is(scalar(grep { hears($_, qr/^id: 5$/m) } @many), 300, 'all hear');
}
{
    # A client that goes away while its write waits takes nothing with it.
    my $body = '{"reason":"slow"}';
    for my $n (1 .. 3) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "connect: $!";
        syswrite $socket, "POST $order/claims HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nIdempotency-Key: gone-000$n\r\nContent-Length: "
            . length($body) . "\r\n\r\n$body";
        sleep 0.05;
        close $socket;
    }
    sleep 1.2;
    is((file_claim($body, 'Idempotency-Key' => 'gone-0001'))[2]{headers}{'idempotency-replayed'}, 'true', 'a client that left finds its answer');
}
{
    # Two requests on one connection when the server is told to stop: the slow write is answered first.
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "connect: $!";
    my $listener = listen_to();
    heard($listener, 0.2);
    my $body = '{"reason":"slow"}';
    syswrite $socket, "POST $order/claims HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nIdempotency-Key: slow-0001\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body";
    sleep 0.1;
    is(stop(), 0, 'the server drains, leaves no upload behind and ends well');
    like(heard($socket, 1), qr{^HTTP/1.1 201 .*Connection: close}s, 'what was being written is answered');
    like(heard($listener, 1), qr/0\r\n\r\n$/, 'event streams end properly');
}

start();
{
    my $said = `$program --port $port 2>&1 </dev/null`;
    like($said, qr/cannot listen on 127\.0\.0\.1 port $port: .*another program has this port/, 'a port in use is explained');
    is(stop(), 0, 'the first server goes on and ends well');
}

start('--rate');
{
    my @statuses = map { (file_claim('{"reason":"x"}'))[0] } 1 .. 4;
    is("@statuses", '201 201 429 429', 'rate limit of an anonymous caller');
    my (undef, $json, $answer) = file_claim('{"reason":"x"}');
    is("$json->{code} " . ($answer->{headers}{'retry-after'} > 0), 'rate_limited 1', 'says when to come back');
    is((file_claim('{"reason":"x"}', %guest))[0], 201, 'another caller is not affected');
    is((call('GET', '/health'))[0], 200, 'health is not limited');
    is(stop(), 0, 'and it ends well');
}
done_testing();
