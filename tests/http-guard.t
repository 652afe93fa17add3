#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Raw requests against the HTTP server with toy routes: what must be refused is refused, with one answer and the end of the
# connection; what is good is served, also when pipelined or sent byte by byte. Usage: http-guard.t SERVER
use strict;
use warnings;
use Test::More;
use IO::Socket::INET;
use IO::Select;
use IPC::Open2;
use Time::HiRes qw(time sleep);

my $program = shift @ARGV;
unless ($program) {
    print "1..0 # SKIP the build runs it with each of its servers: meson test\n";
    exit 0;
}
my ($out, $in);
my $pid = open2($out, $in, $program, '--seconds', 2);
my $port = <$out>;
chomp $port;

sub dial {
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp') || die "connect: $!";
}

# Reads until the server closes, or until nothing came for $patience seconds. Returns (bytes, closed).
sub drain {
    my ($socket, $patience) = @_;
    my ($got, $select) = ('', IO::Select->new($socket));
    while ($select->can_read($patience)) {
        my $count = sysread $socket, my $piece, 65536;
        return ($got, 1) if !$count;
        $got .= $piece;
    }
    return ($got, 0);
}

sub talk {
    my ($bytes, $patience) = @_;
    my $socket = dial();
    local $SIG{PIPE} = 'IGNORE';
    my $at = 0;
    while ($at < length $bytes) {
        my $count = syswrite $socket, $bytes, length($bytes) - $at, $at;
        last if !defined $count;
        $at += $count;
    }
    return drain($socket, $patience // 0.4);
}

sub statuses {
    my ($bytes) = @_;
    my @statuses;
    push @statuses, $1 while $bytes =~ m{HTTP/1\.1 (\d{3}) }g;
    return join ',', @statuses;
}

my $H = "Host: test\r\n";
my $order = '/v1/orders/ord_00000000000000000000000001';
my $post = "POST $order/claims HTTP/1.1\r\n${H}Content-Type: application/json\r\n";
my $body = '{"reason":"x"}';
my $length = length $body;
my $serial = 0;
sub key { return sprintf "Idempotency-Key: probe-%05d\r\n", ++$serial }
sub chunked { return $post . key() . "Transfer-Encoding: chunked\r\n\r\n$_[0]" }
my $hex = sprintf '%x', $length;

# [what, bytes, statuses expected, must the connection end?]
my @refused = (
    ['two equal Content-Length', $post . key() . "Content-Length: $length\r\nContent-Length: $length\r\n\r\n$body", 400],
    ['two different Content-Length', $post . key() . "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400],
    ['Content-Length as a list', $post . key() . "Content-Length: 5, 6\r\n\r\nhello!", 400],
    ['Content-Length with plus', $post . key() . "Content-Length: +5\r\n\r\nhello", 400],
    ['Content-Length with minus', $post . key() . "Content-Length: -5\r\n\r\nhello", 400],
    ['Content-Length with letters', $post . key() . "Content-Length: 5abc\r\n\r\nhello", 400],
    ['Content-Length in hexadecimal', $post . key() . "Content-Length: 0x5\r\n\r\nhello", 400],
    ['Content-Length past 64 bits', $post . key() . "Content-Length: 18446744073709551621\r\n\r\nhello", 400],
    ['Content-Length with a space after', $post . key() . "Content-Length: $length \r\n\r\n$body", 400],
    ['Transfer-Encoding with a space after', $post . key() . "Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding with a tab after', $post . key() . "Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n", 400],
    ['Content-Length empty', $post . key() . "Content-Length:\r\n\r\n", 400],
    ['Content-Length with a space inside', $post . key() . "Content-Length: 1 4\r\n\r\n$body", 400],
    ['Content-Length and Transfer-Encoding',
        $post . key() . "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding and Content-Length',
        $post . key() . "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding: xchunked', $post . key() . "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding: gzip, chunked', $post . key() . "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding: identity', $post . key() . "Transfer-Encoding: identity\r\n\r\n", 400],
    ['Transfer-Encoding: chunked, chunked', $post . key() . "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400],
    ['two Transfer-Encoding', $post . key() . ("Transfer-Encoding: chunked\r\n" x 2) . "\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding empty', $post . key() . "Transfer-Encoding:\r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding with a vertical tab', $post . key() . "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400],
    ['Transfer-Encoding in quotation marks', $post . key() . "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400],
    ['space before the colon', $post . key() . "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400],
    ['tab before the colon', "GET /health HTTP/1.1\r\nHost\t: test\r\n\r\n", 400],
    ['HTTP/1.0 with Transfer-Encoding',
        "POST $order/claims HTTP/1.0\r\n${H}Content-Type: application/json\r\n" . key() . "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ['chunk size 0x5', chunked("0x$hex\r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk size +5', chunked("+$hex\r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk size -1', chunked("-1\r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk size empty', chunked("\r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk size with a space before', chunked(" $hex\r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk size with a space after', chunked("$hex \r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk size past 64 bits', chunked("1000000000000000${hex}\r\n$body\r\n0\r\n\r\n"), 413],
    ['chunk size of two gigabytes', chunked("7fffffff\r\n$body"), 413],
    ['chunk extension', chunked("$hex;a=b\r\n$body\r\n0\r\n\r\n"), 400],
    ['chunk data not ended by CR LF', chunked("$hex\r\n${body}XX0\r\n\r\n"), 400],
    ['chunk data ended by LF alone', chunked("$hex\r\n${body}\n0\r\n\r\n"), 400],
    ['bare LF after the chunk size', chunked("$hex\n$body\r\n0\r\n\r\n"), 400],
    ['bare CR after the chunk size', chunked("$hex\r$body\r\n0\r\n\r\n"), 400],
    ['bare LF after the last chunk', chunked("$hex\r\n$body\r\n0\r\n\n"), 400],
    ['trailer', chunked("$hex\r\n$body\r\n0\r\nHost: other\r\n\r\n"), 400],
    ['NUL in a header value', "GET /health HTTP/1.1\r\n${H}X-A: a\0b\r\n\r\n", 400],
    ['NUL in a header name', "GET /health HTTP/1.1\r\n${H}X\0A: ab\r\n\r\n", 400],
    ['NUL in the path', "GET /hea\0lth HTTP/1.1\r\n$H\r\n", 400],
    ['escaped NUL in the path', "GET /health%00 HTTP/1.1\r\n$H\r\n", 400],
    ['escaped line break in the path', "GET /health%0d%0aX:y HTTP/1.1\r\n$H\r\n", 400],
    ['malformed escape in the path', "GET /health%zz HTTP/1.1\r\n$H\r\n", 400],
    ['bare CR in a header value', "GET /health HTTP/1.1\r\n${H}X-A: a\rb\r\n\r\n", 400],
    ['bare LF in a header', "GET /health HTTP/1.1\r\n${H}X-A: a\nContent-Length: 5\r\n\r\nhello", 400],
    ['bare LF after the request line', "GET /health HTTP/1.1\n$H\r\n", 400],
    ['bare LF at the end of the head', "GET /health HTTP/1.1\r\n$H\n", 400],
    ['bare CR at the end of the head', "GET /health HTTP/1.1\r\n$H\rGET /health HTTP/1.1\r\n", 400],
    ['escape character in a header', "GET /health HTTP/1.1\r\n${H}X-A: \x1b[0m\r\n\r\n", 400],
    ['no Host', "GET /health HTTP/1.1\r\n\r\n", 400],
    ['two Hosts', "GET /health HTTP/1.1\r\n${H}Host: other\r\n\r\n", 400],
    ['two equal Hosts', "GET /health HTTP/1.1\r\n$H$H\r\n", 400],
    ['empty Host', "GET /health HTTP/1.1\r\nHost:\r\n\r\n", 400],
    ['Host with a path', "GET /health HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
    ['Host with a user', "GET /health HTTP/1.1\r\nHost: a\@b\r\n\r\n", 400],
    ['Host as a list', "GET /health HTTP/1.1\r\nHost: a, b\r\n\r\n", 400],
    ['first header begins with a space', "GET /health HTTP/1.1\r\n Host: test\r\n\r\n", 400],
    ['folded header', "GET /health HTTP/1.1\r\n${H}X-A: a\r\n b\r\n\r\n", 400],
    ['header without a colon', "GET /health HTTP/1.1\r\n${H}X-A\r\n\r\n", 400],
    ['header without a name', "GET /health HTTP/1.1\r\n$H: a\r\n\r\n", 400],
    ['header name with a bracket', "GET /health HTTP/1.1\r\n${H}X(A: a\r\n\r\n", 400],
    ['header name with UTF-8', "GET /health HTTP/1.1\r\n${H}X-\xc3\xa4: a\r\n\r\n", 400],
    ['two Authorization', "GET /health HTTP/1.1\r\n${H}Authorization: a\r\nAuthorization: b\r\n\r\n", 400],
    ['two Idempotency-Key', $post . key() . key() . "Content-Length: $length\r\n\r\n$body", 400],
    ['Expect of something else', "GET /health HTTP/1.1\r\n${H}Expect: wonders\r\n\r\n", 400],
    ['tab in the method', "GE\tT /health HTTP/1.1\r\n$H\r\n", 400],
    ['space before the method', " GET /health HTTP/1.1\r\n$H\r\n", 400],
    ['two spaces before the path', "GET  /health HTTP/1.1\r\n$H\r\n", 400],
    ['two spaces before the version', "GET /health  HTTP/1.1\r\n$H\r\n", 400],
    ['tab before the version', "GET /health\tHTTP/1.1\r\n$H\r\n", 400],
    ['space after the version', "GET /health HTTP/1.1 \r\n$H\r\n", 400],
    ['no version (HTTP/0.9)', "GET /health\r\n\r\n", 400],
    ['HTTP/2.0', "GET /health HTTP/2.0\r\n$H\r\n", 505],
    ['HTTP/1.2', "GET /health HTTP/1.2\r\n$H\r\n", 505],
    ['HTTP/1.10', "GET /health HTTP/1.10\r\n$H\r\n", 400],
    ['http in small letters', "GET /health http/1.1\r\n$H\r\n", 400],
    ['HTTP/2 preface', "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ['absolute target', "GET http://test/health HTTP/1.1\r\n$H\r\n", 400],
    ['target without a slash', "GET health HTTP/1.1\r\n$H\r\n", 400],
    ['CONNECT', "CONNECT test:80 HTTP/1.1\r\n$H\r\n", 400],
    ['star with GET', "GET * HTTP/1.1\r\n$H\r\n", 400],
    ['backslash in the path', "GET /\\health HTTP/1.1\r\n$H\r\n", 400],
    ['raw UTF-8 in the path', "GET /\xe9\xa1\xba HTTP/1.1\r\n$H\r\n", 400],
    ['two empty lines first', "\r\n\r\nGET /health HTTP/1.1\r\n$H\r\n", 400],
    ['a TLS hello', "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ['long target', 'GET /' . ('a' x 3000) . " HTTP/1.1\r\n$H\r\n", 414],
    ['long method', ('A' x 100) . " /health HTTP/1.1\r\n$H\r\n", 400],
    ['header of 9 KiB', "GET /health HTTP/1.1\r\n${H}X-A: " . ('a' x 9216) . "\r\n\r\n", 431],
    ['header of 1 MiB', "GET /health HTTP/1.1\r\n${H}X-A: " . ('a' x 1048576) . "\r\n\r\n", 431],
    ['101 headers', "GET /health HTTP/1.1\r\n$H" . join('', map { "X-$_: a\r\n" } 1 .. 100) . "\r\n", 431],
    ['a good request, then two Hosts', "GET /health HTTP/1.1\r\n$H\r\nGET /health HTTP/1.1\r\n$H$H\r\n", '200,400'],
    ['three good requests, then a bare LF', ("GET /health HTTP/1.1\r\n$H\r\n" x 3) . "GET /health HTTP/1.1\n", '200,200,200,400'],
    ['a good POST, then garbage', $post . key() . "Content-Length: $length\r\n\r\n$body\0\0\0", '201,400'],
    ['a smuggled request behind a short Content-Length',
        $post . key() . "Content-Length: $length\r\n\r\n${body}X\r\n\r\nGET /health HTTP/1.1\r\n$H\r\n", '201,400'],
);
for my $probe (@refused) {
    my ($what, $bytes, $wanted) = @$probe;
    my ($got, $closed) = talk($bytes);
    my $problem = $got =~ m{"type":"/problems/http_|"type":"/problems/body_too_large"};
    is(statuses($got) . ($problem ? '' : ' no problem') . ($closed ? '' : ' open'), $wanted, "refused: $what");
}

my $get = "GET /health HTTP/1.1\r\n$H\r\n";
my @good = (
    ['plain', $get, '200'],
    ['one empty line first', "\r\n$get", '200'],
    ['two pipelined', $get x 2, '200,200'],
    ['fifty pipelined', $get x 50, join ',', (200) x 50],
    ['a body, then another request', $post . key() . "Content-Length: $length\r\n\r\n$body$get", '201,200'],
    ['chunks, then another request', chunked("$hex\r\n$body\r\n0\r\n\r\n") . $get, '201,200'],
    ['chunk size in capitals and with zeros', chunked('0' . uc($hex) . "\r\n$body\r\n0\r\n\r\n") . $get, '201,200'],
    ['one-byte chunks', chunked(join('', map { "1\r\n$_\r\n" } split //, $body) . "0\r\n\r\n") . $get, '201,200'],
    ['Transfer-Encoding: Chunked', $post . key() . "transfer-encoding: Chunked\r\n\r\n$hex\r\n$body\r\n0\r\n\r\n$get", '201,200'],
    ['a GET with a body, then another request',
        "GET /health HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello$get", '400,200'],
    ['a body for an unknown path, then another request',
        "POST /nowhere HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello$get", '404,200'],
    ['Content-Length with zeros and spaces', $post . key() . "Content-Length: \t 0$length\r\n\r\n$body$get", '201,200'],
    ['Transfer-Encoding after spaces and a tab', $post . key() . "Transfer-Encoding: \t chunked\r\n\r\n$hex\r\n$body\r\n0\r\n\r\n$get", '201,200'],
    ['header without white space', "GET /health HTTP/1.1\r\nHost:test\r\nX-A:\r\n\r\n", '200'],
    ['host with port and address', "GET /health HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", '200'],
    ['header of 7 KiB', "GET /health HTTP/1.1\r\n${H}X-A: " . ('a' x 7168) . "\r\n\r\n$get", '200,200'],
    ['100 headers', "GET /health HTTP/1.1\r\n$H" . join('', map { "X-$_: a\r\n" } 1 .. 99) . "\r\n$get", '200,200'],
    ['100 headers of 8 KiB together', "GET /health HTTP/1.1\r\n$H" . join('', map { "X-$_: " . ('a' x 73) . "\r\n" } 10 .. 108) . "\r\n$get", '200,200'],
    ['HEAD', "HEAD /health HTTP/1.1\r\n$H\r\n$get", '200,200'],
    ['OPTIONS', "OPTIONS /health HTTP/1.1\r\n$H\r\n$get", '204,200'],
    ['wrong method', "DELETE /health HTTP/1.1\r\n$H\r\n$get", '405,200'],
    ['escaped slash is not a slash', "GET /v1%2Fgone HTTP/1.1\r\n$H\r\n$get", '404,200'],
);
for my $probe (@good) {
    my ($what, $bytes, $wanted) = @$probe;
    my ($got, $closed) = talk($bytes, 0.3);
    is(statuses($got) . ($closed ? ' closed' : ''), $wanted, "served: $what");
}
{
    my ($got, $closed) = talk("GET /health HTTP/1.0\r\n\r\n");
    is(statuses($got) . ($closed ? ' closed' : ''), '200 closed', 'served: HTTP/1.0 without Host, and closed');
    ($got, $closed) = talk("GET /health HTTP/1.1\r\n${H}Connection: close\r\n\r\n");
    is(statuses($got) . ($closed ? ' closed' : ''), '200 closed', 'served: Connection: close');
}

# One byte at a time: the guard and the library see the same request whatever the pieces.
{
    my $socket = dial();
    $socket->setsockopt(6, 1, 1);
    syswrite $socket, $_ for split //, chunked("$hex\r\n$body\r\n0\r\n\r\n") . $get;
    my ($got) = drain($socket, 0.4);
    is(statuses($got), '201,200', 'served: byte by byte');
    $socket = dial();
    $socket->setsockopt(6, 1, 1);
    local $SIG{PIPE} = 'IGNORE';
    defined syswrite $socket, $_ or last for split //, "GET /health HTTP/1.1\r\n$H$H\r\n";
    my ($refused, $closed) = drain($socket, 0.4);
    is(statuses($refused) . ($closed ? '' : ' open'), '400', 'refused byte by byte: two Hosts');
}

# Expect: 100-continue is answered before the body, and a refusal comes instead of it.
{
    my $socket = dial();
    syswrite $socket, $post . key() . "Expect: 100-continue\r\nContent-Length: $length\r\n\r\n";
    my ($got) = drain($socket, 0.3);
    is(statuses($got), '100', 'Expect: 100-continue');
    syswrite $socket, $body;
    ($got) = drain($socket, 0.3);
    is(statuses($got), '201', 'the body after 100 Continue');
    ($got, my $closed) = talk($post . key() . "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
    is(statuses($got) . ($closed ? '' : ' open'), '413', 'too large a body is refused before it is sent');
}

# A head that trickles in is cut off at its deadline (2 s here), and so is a silent connection.
{
    my ($slow, $silent, $began) = (dial(), dial(), time);
    local $SIG{PIPE} = 'IGNORE';
    syswrite $slow, "GET /health HTTP/1.1\r\n${H}X-A: ";
    my ($got, $closed) = ('', 0);
    while (!$closed && time - $began < 8) {
        syswrite $slow, 'a';
        my ($piece, $end) = drain($slow, 0.3);
        $got .= $piece;
        $closed = $end;
    }
    is(statuses($got) . ($closed ? '' : ' open'), '408', 'a trickling head meets its deadline');
    cmp_ok(time - $began, '<', 6, 'and that soon');
    my $trickle = dial();
    syswrite $trickle, $post . key() . "Content-Length: 1000\r\n\r\n";
    ($got, $closed, $began) = ('', 0, time);
    while (!$closed && time - $began < 8) {
        syswrite $trickle, ' ';
        my ($piece, $end) = drain($trickle, 0.3);
        $got .= $piece;
        $closed = $end;
    }
    is(statuses($got) . ($closed ? '' : ' open'), '408', 'so does a trickling body');
    (undef, $closed) = drain($silent, 3);
    ok($closed, 'a silent connection is closed');
}

{
    my ($got) = talk("GET /metrics HTTP/1.1\r\n$H\r\n", 0.3);
    like($got, qr/^shuntui_http_unapproved_total 0$/m, 'the library saw no request that the guard had not approved');
    like($got, qr/^shuntui_http_refused_total [1-9][0-9]+$/m, 'refusals are counted');
}

close $in;
waitpid $pid, 0;
is($?, 0, 'the server drains and ends well');
done_testing();
