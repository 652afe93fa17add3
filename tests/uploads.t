#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Files of a claim in pieces: going on after a break, a restart and a kill; wrong places, wrong bytes, other people; and how what
# was filed is shown: in place only what is a picture or a recording, and nothing that a stranger's file holds ever runs.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);
use Shuntui qw(run_program start_server stop_server read_file write_file);
use World;

use constant PIECE => 512 * 1024;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
$SIG{PIPE} = 'IGNORE';
my $world = World->new;
$world->people;
$world->goods;
my $order = $world->buy($world->{card}, as => 'buyer');
$world->reveal($order, as => 'buyer');
my $claim = $world->file($order, {reason => 'key_invalid'}, as => 'buyer')->{claim};
my %buyer = (as => 'buyer');

# Bytes that look like a PNG, the same for the same name and no two alike.
sub picture {
    my ($name, $length) = @_;
    my $block = join '', map { pack 'H*', sha256_hex("$name-$_") } 1 .. 512;
    return substr $World::png . $block x (1 + $length / length $block), 0, $length;
}

sub code_is {
    my ($answer, $status, $code, $what) = @_;
    return is("$answer->{status} " . ($answer->{json}{code} // ''), "$status $code", $what) || diag $answer->{text};
}

sub begin { my ($body, %who) = @_; %who = %buyer if !%who; return $world->must(POST => "/v1/claims/$claim/uploads", {kind => 'other', %$body}, %who)->{id} }
sub put { my ($id, $offset, $bytes, %who) = @_; return $world->ask(PUT => "/v1/uploads/$id?offset=$offset", $bytes, %buyer, %who) }
sub see { my ($id) = @_; return $world->must(GET => "/v1/uploads/$id", undef, %buyer) }
sub complete { my ($id, %more) = @_; return $world->post("/v1/uploads/$id/complete", undef, %buyer, %more) }
sub evidence { return @{$world->must(GET => "/v1/claims/$claim", undef, %buyer)->{evidence}} }
sub names { my @names = map { s{.*/}{}r } glob "$world->{state}/uploads/*"; return "@names" }

# All that is missing, in pieces; the answer of the last one.
sub send_rest {
    my ($id, $bytes, $piece) = @_;
    my $answer;
    for (my $offset = see($id)->{offset}; $offset < length $bytes; $offset = $answer->{json}{offset}) {
        $answer = put($id, $offset, substr $bytes, $offset, $piece // PIECE);
        die "$answer->{status} $answer->{text}\n" if $answer->{status} != 200;
    }
    return $answer;
}

# ---- from the beginning to evidence, with a restart in the middle ----
my $file = picture('first', 1_300_000);
my $begun = $world->post("/v1/claims/$claim/uploads", {kind => 'other', name => '截图 1.png', size => length $file, sha256 => sha256_hex($file)}, %buyer, key => 'begin-the-first-upload');
is($begun->{status}, 201, 'an upload is begun');
my $upload = $begun->{json};
is($begun->{headers}{location}, "/v1/uploads/$upload->{id}", '… with its place');
is("$upload->{offset} $upload->{size} $upload->{chunk_bytes} $begun->{headers}{'upload-offset'}", '0 1300000 524288 0', '… and nothing stored');
like($upload->{expires_at}, qr/^\d{4}-\d\d-\d\dT/, '… and its end');
is($world->post("/v1/claims/$claim/uploads", {kind => 'other', name => '截图 1.png', size => length $file, sha256 => sha256_hex($file)}, %buyer, key => 'begin-the-first-upload')->{text},
    $begun->{text}, 'the same key begins no second one');
my $id = $upload->{id};
my $answer = put($id, 0, substr $file, 0, PIECE);
is("$answer->{status} $answer->{json}{offset} $answer->{headers}{'upload-offset'}", '200 524288 524288', 'a piece is stored');
$answer = put($id, 0, substr $file, 0, PIECE);
is("$answer->{status} $answer->{json}{offset}", '200 524288', '… and once more is harmless');
$answer = put($id, 600_000, substr $file, 600_000, 1000);
code_is($answer, 409, 'upload_offset', 'a gap is refused');
is($answer->{json}{offset}, PIECE, '… with the right place');
$answer = put($id, 500_000, substr $file, 500_000, 100_000);
code_is($answer, 409, 'upload_offset', 'so is a piece that is there in part');
is($answer->{json}{offset}, PIECE, '… with the right place');
$answer = complete($id);
code_is($answer, 409, 'upload_incomplete', 'half a file is no evidence');
is($answer->{json}{offset}, PIECE, '… and where it goes on is said');
is($world->ask(HEAD => "/v1/uploads/$id", undef, %buyer)->{headers}{'upload-offset'}, PIECE, 'HEAD tells the place');
is(stop_server($world->{server}), 0, 'the server is stopped');
write_file("$world->{state}/uploads/upload-req_left", 'of a request that was cut');
write_file("$world->{state}/uploads/upl_00000000000000000000000000", 'of an upload that nobody knows');
# What a crash between the bytes and their commit leaves: a tail that does not count.
open my $tail, '>>:raw', "$world->{state}/uploads/$id" or die "tail: $!";
print {$tail} 'x' x 300_000;
close $tail;
$world->{server} = start_server($world->{state}, '--lang', 'en', '--work-interval-ms', '20');
is(names(), $id, 'at the start what nobody knows is removed, and the upload is there');
is(see($id)->{offset}, PIECE, '… as far as it was answered');
is(send_rest($id, $file)->{json}{offset}, length $file, 'the rest follows');
code_is(put($id, length $file, 'x'), 413, 'body_too_large', 'more than was announced is refused');
my $done = complete($id, key => 'complete-the-first-upload');
is($done->{status}, 201, 'it becomes evidence') or diag $done->{text};
is($done->{json}{sha256}, sha256_hex($file), '… with the hash of the bytes');
is($done->{json}{media_type}, 'image/png', '… and the type of its first bytes');
is($done->{json}{claim}{claim}, $claim, '… and where the claim stands');
is(names(), '', 'nothing of it is left among the uploads');
my $again = complete($id, key => 'complete-the-first-upload');
is("$again->{text} $again->{headers}{'idempotency-replayed'}", "$done->{text} true", 'the same key: the same answer');
$again = complete($id);
is("$again->{status} $again->{json}{id} $again->{json}{leaf}", "200 $done->{json}{id} $done->{json}{leaf}", 'another key: the same file');
is(see($id)->{evidence}, $done->{json}{id}, 'the upload names what it became');
is(put($id, 0, substr $file, 0, PIECE)->{status}, 200, 'a late repetition of a piece is harmless');
is($world->ask(DELETE => "/v1/uploads/$id", undef, %buyer)->{status}, 404, 'and there is nothing to give up');
my @evidence = evidence();
is(scalar @evidence, 1, 'there is one file');
is("$evidence[0]{file_name} $evidence[0]{size} $evidence[0]{leaf}", "截图 1.png 1300000 $done->{json}{leaf}", '… as it was announced');
my $shown = "/v1/claims/$claim/evidence/$done->{json}{id}";
is(sha256_hex($world->get($shown, %buyer)->{text}), sha256_hex($file), '… and the bytes are those that were sent');

# ---- killed while pieces come ----
my $long = picture('killed', 3_000_000);
$id = begin({size => length $long, sha256 => sha256_hex($long)});
pipe my $from, my $to or die "pipe: $!";
my $pid = fork // die "fork: $!";
if ($pid == 0) {
    for (my $offset = 0; $offset < length $long; $offset += 16_384) {
        my $piece = eval { put($id, $offset, substr $long, $offset, 16_384) };
        POSIX::_exit(0) if !$piece || $piece->{status} != 200;
        syswrite $to, "$piece->{json}{offset}\n";
    }
    POSIX::_exit(0);
}
close $to;
scalar <$from> for 1 .. 12;
is(stop_server($world->{server}, 'KILL'), 128 + 9, 'the server is killed while pieces come');
my $heard = 0;
while (my $line = <$from>) { $heard = $line + 0 }
waitpid $pid, 0;
$world->{server} = start_server($world->{state}, '--lang', 'en', '--work-interval-ms', '20');
cmp_ok(see($id)->{offset}, '>=', $heard, "what was answered is there ($heard bytes)");
send_rest($id, $long);
$done = complete($id);
is("$done->{status} " . ($done->{json}{sha256} // ''), '201 ' . sha256_hex($long), '… and the whole is right');

# ---- several at once ----
my $contested = picture('contested', 2_000_000);
$id = begin({size => length $contested, sha256 => sha256_hex($contested)});
my @pids;
for my $client (1 .. 6) {
    my $pid = fork // die "fork: $!";
    push @pids, $pid and next if $pid;
    my $offset = 0;
    my $bad = 0;
    for (1 .. 400) {
        last if $offset >= length $contested;
        my $length = $client % 2 ? 100_000 : 60_000;
        my $piece = put($id, $offset, substr $contested, $offset, $length);
        $bad++ if $piece->{status} !~ /^(?:200|409)$/;
        $offset = $piece->{json}{offset} if defined $piece->{json}{offset};
        sleep 0.005 if $piece->{status} == 409;
    }
    POSIX::_exit($bad || $offset < length $contested);
}
is(scalar(grep { waitpid($_, 0) == $_ && $? == 0 } @pids), 6, 'six clients with pieces of two sizes each see the end');
my @answers = map { complete($id) } 1 .. 2;
is("$answers[0]{status} $answers[0]{json}{sha256}", '201 ' . sha256_hex($contested), '… and the whole is right');
is($answers[1]{json}{id}, $answers[0]{json}{id}, '… once');

# ---- wrong bytes ----
my $before = scalar evidence();
my $small = picture('small', 5000);
$id = begin({size => length $small, sha256 => sha256_hex('something else')});
send_rest($id, $small);
$answer = complete($id);
code_is($answer, 422, 'upload_sha256', 'another file than was announced is refused');
my ($found, $announced) = (sha256_hex($small), sha256_hex('something else'));
like($answer->{json}{detail}, qr/$found.*$announced/, '… and both hashes are said');
is(scalar evidence(), $before, '… and nothing was filed');
is($world->ask(DELETE => "/v1/uploads/$id", undef, %buyer)->{status}, 204, 'it can be given up');
is($world->ask(DELETE => "/v1/uploads/$id", undef, %buyer)->{status}, 404, '… once');
ok($world->until(sub { names() eq '' }), '… and its bytes go');
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 20 * 1024 * 1024 + 1}, %buyer), 422, 'field_out_of_range', 'a file may not be too large');
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'nonsense', size => 1}, %buyer), 422, 'field_value', 'a kind must exist');
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 1, sha256 => 'G' x 64}, %buyer), 422, 'field_value', 'a hash is hexadecimal');
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 1, name => 'x' x 201}, %buyer), 422, 'field_too_long', 'a name is short');
$id = begin({size => 2_000_000});
code_is(put($id, 0, 'x' x (PIECE + 1)), 413, 'body_too_large', 'a piece may not be too large');
code_is($world->ask(PUT => "/v1/uploads/$id?offset=0", undef, %buyer), 400, 'body_missing', 'nor empty');
code_is($world->ask(PUT => "/v1/uploads/$id", 'x', %buyer), 422, 'field_missing', 'nor without a place');
code_is($world->ask(PUT => "/v1/uploads/$id?offset=-1", 'x', %buyer), 422, 'query_value', 'nor before the beginning');
code_is(put($id, 0, '<html><script>alert(1)</script>' x 10), 415, 'media_type', 'a page is refused with its first piece');
code_is(put($id, 0, "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>" x 3), 415, 'media_type', 'so is a drawing with a script');
code_is(put($id, 0, pack('N', 24) . 'ftypheic' . "\0" x 200), 415, 'media_type', 'and a photo in the container of a video');
is(put($id, 0, pack('N', 24) . 'ftypmp42' . "\0" x 200)->{status}, 200, 'a video is taken');

# ---- other people ----
for my $row ([404 => as => 'stranger'], [404 => as => 'merchant'], [404 => as => 'rival'], [404 => as => 'arbiter'], [403 => as => 'operator'], [401 => 'token', 'tok_00000000000000000000000000']) {
    my ($status, %who) = @$row;
    my @got = map { $_->{status} } $world->get("/v1/uploads/$id", %who), $world->ask(PUT => "/v1/uploads/$id?offset=212", 'x', %who), $world->post("/v1/uploads/$id/complete", undef, %who),
        $world->ask(DELETE => "/v1/uploads/$id", undef, %who);
    is("@got", join(' ', ($status) x 4), "the upload and " . ($who{as} // 'somebody'));
}
my $other = $world->buy($world->{card});
is($world->get("/v1/uploads/$id", secret => $other->{secret})->{status}, 401, "another order's secret opens nothing");
is($world->ask(PUT => "/v1/uploads/$id?offset=212", 'more', secret => $order->{secret})->{status}, 200, "the order's own secret is the same buyer");
is(see($id)->{offset}, 216, '… and nobody else has changed anything');
my $theirs = $world->must(POST => "/v1/claims/$claim/uploads", {kind => 'other', size => 500}, as => 'merchant')->{id};
is($world->get("/v1/uploads/$theirs", %buyer)->{status}, 404, 'nor does the buyer see an upload of the merchant');
is($world->get("/v1/uploads/$theirs", secret => $order->{secret})->{status}, 404, '… with the secret neither');

# ---- how many ----
$world->must(DELETE => "/v1/uploads/$id", undef, %buyer);
my @open = map { begin({size => 1000}) } 1 .. 8;
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 1}, %buyer), 409, 'upload_limit', 'nine at once are too many');
is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 1}, as => 'merchant')->{status}, 201, '… of one side; the other has its own');
$world->must(DELETE => "/v1/uploads/$_", undef, %buyer) for @open;
@open = map { begin({size => 20 * 1024 * 1024}) } 1 .. 4;
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 1}, %buyer), 409, 'upload_limit', 'so are more bytes than four of the largest');
like($world->get('/metrics')->{text}, qr/^shuntui_uploads_open 6$/m, 'how many are open can be measured');
like($world->get('/metrics')->{text}, qr/^shuntui_upload_bytes_total [1-9]\d+$/m, '… and how much came');
put($open[0], 0, substr picture('expires', 100_000), 0, 70_000);
$world->with_database("UPDATE upload SET expires_at = 1 WHERE evidence_id IS NULL");
is($world->get("/v1/uploads/$open[0]", %buyer)->{status}, 404, 'what was not completed in time is gone');
ok($world->until(sub { names() eq '' && $world->rows !~ /\bupload=[4-9]/ }), '… with its bytes and its row');

# ---- a copy and its original ----
my ($original, $copy) = (picture('original', 700_000), picture('copy', 40_000));
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'original', size => 1, original_sha256 => sha256_hex('x')}, %buyer), 422, 'field_value', 'an original has no original');
code_is($world->post("/v1/claims/$claim/evidence?kind=original", $original, %buyer, headers => {'Content-Type' => 'image/png'}), 409, 'original_unknown', 'an original without a copy is refused');
$id = begin({size => length $copy, name => 'stamped.png', original_sha256 => sha256_hex($original)});
send_rest($id, $copy);
my $filed = complete($id)->{json};
is($filed->{original_sha256}, sha256_hex($original), 'a copy names its original');
my ($seen) = grep { $_->{id} eq $filed->{id} } evidence();
is(($seen->{original}{evidence} // 'none') . " $seen->{original}{sha256}", 'none ' . sha256_hex($original), '… and is shown with it, not here yet');
cmp_ok($seen->{original}{leaf}, '==', $seen->{leaf} + 1, '… and the log has it beside the file');
code_is($world->post("/v1/claims/$claim/evidence?kind=original", $original, as => 'merchant', headers => {'Content-Type' => 'image/png'}), 409, 'original_unknown', 'the other side brings no originals of it');
$id = begin({kind => 'original', size => length $original, name => 'photo.png'});
send_rest($id, $original);
my $held = complete($id)->{json};
is($held->{kind}, 'original', 'the original follows');
my %by_id = map { $_->{id} => $_ } evidence();
is($by_id{$filed->{id}}{original}{evidence}, $held->{id}, '… and the copy leads to it');
is($by_id{$held->{id}}{original_of}, $filed->{id}, '… and back');
is($by_id{$filed->{id}}{original_of} // 'none', 'none', 'a copy is of nothing else');
code_is($world->post("/v1/claims/$claim/evidence?kind=original", $original, %buyer, headers => {'Content-Type' => 'image/png'}), 409, 'original_unknown', 'a second time is once too often');
$answer = $world->post("/v1/claims/$claim/evidence?kind=other&original_sha256=" . sha256_hex('o'), $World::png, %buyer, headers => {'Content-Type' => 'image/png'});
is("$answer->{status} $answer->{json}{original_sha256}", '201 ' . sha256_hex('o'), 'a file in one piece names its original too');
my $bundle = $world->get("/v1/claims/$claim/bundle", %buyer);
my ($status, $out, $err) = run_program('verify', write_file("$world->{folder}/bundle.tar", $bundle->{text}), '--lang', 'en');
is($status, 0, 'the bundle with all of it verifies') or diag $out, $err;
my $statement = sprintf '"copy_leaf":%d,"format":"shuntui-original-1","original":"%s"', $seen->{leaf}, sha256_hex($original);
like($bundle->{text}, qr/\Q$statement\E/, '… and holds the word on the original');

# ---- how files are shown ----
$shown = "/v1/claims/$claim/evidence/$filed->{id}";
$answer = $world->get($shown, %buyer);
my %head = %{$answer->{headers}};
is($head{'content-disposition'}, "inline; filename=\"$filed->{id}.png\"", 'a picture is shown in place, under a name of ours');
is($head{'content-type'}, 'image/png', '… as what it is');
is($head{'x-content-type-options'}, 'nosniff', '… and nothing else');
like($head{'content-security-policy'}, qr/^sandbox; default-src 'none'/, '… in a sandbox');
is($head{'cross-origin-resource-policy'}, 'same-origin', '… to our own pages');
is($head{'cache-control'}, 'private, no-store', '… and kept by nobody');
is($head{etag}, '"' . sha256_hex($copy) . '"', '… with its hash');
is($head{'accept-ranges'}, 'bytes', '… in parts, if wanted');
my %range = (headers => {Range => 'bytes=100-199'});
$answer = $world->get($shown, %buyer, %range);
is("$answer->{status} $answer->{headers}{'content-range'} " . length $answer->{text}, '206 bytes 100-199/40000 100', 'a part is a part');
is($answer->{text}, substr($copy, 100, 100), '… of these bytes');
is($world->get($shown, %buyer, headers => {Range => 'bytes=39990-'})->{text}, substr($copy, 39_990), 'the end');
is($world->get($shown, %buyer, headers => {Range => 'bytes=-7'})->{text}, substr($copy, -7), 'the last bytes');
is($world->get($shown, %buyer, headers => {Range => 'bytes=0-1,4-5'})->{status}, 200, 'several parts are the whole');
$answer = $world->get($shown, %buyer, headers => {Range => 'bytes=40000-'});
code_is($answer, 416, 'range_beyond', 'a part behind the end is refused');
is($answer->{headers}{'content-range'}, 'bytes */40000', '… with the length');
is($world->get($shown, %buyer, headers => {Range => 'bytes=0-9', 'If-Range' => "\"" . sha256_hex($copy) . "\""})->{status}, 206, 'If-Range with the hash gives the part');
is($world->get($shown, %buyer, headers => {Range => 'bytes=0-9', 'If-Range' => '"other"'})->{status}, 200, '… and with another the whole');
is($world->get($shown, as => 'stranger', %range)->{status}, 404, 'a stranger gets no part of it');
# What is a picture by its first bytes and a page behind them.
my @probes = ($World::png . '<!DOCTYPE html><script>alert(document.domain)</script>', "\xff\xd8\xff/*<svg onload=alert(1)>*/" . 'x' x 100, "\x1a\x45\xdf\xa3<script>alert(1)</script>");
for my $probe (@probes) {
    my $stored = $world->must(POST => "/v1/claims/$claim/evidence?kind=other&name=%3Cscript%3Ealert(1)%3C%2Fscript%3E.html", $probe, %buyer, headers => {'Content-Type' => 'text/html'});
    my $got = $world->get("/v1/claims/$claim/evidence/$stored->{id}", %buyer);
    like($got->{headers}{'content-type'}, qr{^(?:image/(?:png|jpeg)|video/webm)$}, "a page behind a $stored->{media_type} is never a page");
    is($got->{headers}{'x-content-type-options'}, 'nosniff', '… nor guessed to be one');
    unlike($got->{headers}{'content-disposition'}, qr/script|html/, '… and its name is not used');
}
my $pdf = $world->must(POST => "/v1/claims/$claim/evidence?kind=other", '%PDF-1.7 1 0 obj<</S/JavaScript/JS(app.alert(1))>>', %buyer, headers => {'Content-Type' => 'application/pdf'});
like($world->get("/v1/claims/$claim/evidence/$pdf->{id}", %buyer)->{headers}{'content-disposition'}, qr/^attachment; filename="evd_\w+\.pdf"$/, 'a document is only ever a download');

# ---- words ----
my $message = $world->post("/v1/claims/$claim/messages", {body => '加我微信 abc12345 私下处理'}, %buyer, key => 'a-message-with-a-contact');
is("$message->{status} $message->{json}{contact_flag}", '201 1', 'contact outside the platform is flagged in the answer');
is($world->post("/v1/claims/$claim/messages", {body => '加我微信 abc12345 私下处理'}, %buyer, key => 'a-message-with-a-contact')->{text}, $message->{text}, '… and the repetition answers the same');
is($world->post("/v1/claims/$claim/messages", {body => '你好'}, %buyer)->{json}{contact_flag}, 0, 'other words are not');
is($world->post("/v1/claims/$claim/messages", {body => '字' x 1333}, %buyer)->{status}, 201, 'a long message is taken');
code_is($world->post("/v1/claims/$claim/messages", {body => '字' x 1334}, %buyer), 422, 'field_too_long', 'a longer one is refused');
code_is($world->post("/v1/claims/$claim/messages", {body => ''}, %buyer), 422, 'field_too_short', 'so is none');

# ---- the claim closes meanwhile ----
$id = begin({size => 2000});
my $half = begin({size => 2000});
send_rest($id, picture('late', 2000));
put($half, 0, substr picture('half', 2000), 0, 1000);
is($world->act({claim => $claim}, {action => 'withdraw'}, %buyer)->{status}, 200, 'the claim is withdrawn');
code_is(put($half, 1000, 'x' x 1000), 409, 'claim_closed', 'a closed claim takes no more pieces, and says so');
code_is(complete($id), 409, 'claim_closed', '… nor files');
code_is($world->post("/v1/claims/$claim/uploads", {kind => 'other', size => 1}, %buyer), 409, 'claim_closed', '… nor uploads');
is(see($half)->{offset}, 1000, 'what came is still known');
done_testing();
