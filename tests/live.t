#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Watching a claim: whatever the other side does is heard at once, by a guest with the order's secret too; who comes back hears what
# was missed and nothing twice; arbiters see who else is looking, and nobody else does.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use IO::Select;
use IO::Socket::INET;
use Test::More;
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $world = World->new;
$world->people;
$world->goods;
my $order = $world->buy($world->{card});
$world->reveal($order);
my $claim = $world->file($order, {reason => 'key_invalid'})->{claim};
my $other = $world->buy($world->{card});
my %guest = (secret => $order->{secret});

sub listen_to {
    my ($headers, %who) = @_;
    my %headers = (%{$world->headers(%who)}, %$headers, Host => 'localhost');
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $world->{server}{port}) or die "connect: $!\n";
    print {$socket} "GET /v1/claims/$claim/events HTTP/1.1\r\n", (map { "$_: $headers{$_}\r\n" } sort keys %headers), "\r\n";
    my $listener = {socket => $socket, text => ''};
    hears($listener, qr/\r\n\r\n/) or die "no stream: $listener->{text}\n";
    return $listener;
}

# Reads until the pattern is there, for ten seconds at most.
sub hears {
    my ($listener, $pattern) = @_;
    my $until = time + 10;
    while ($listener->{text} !~ $pattern && time < $until) {
        next if !IO::Select->new($listener->{socket})->can_read(0.2);
        sysread $listener->{socket}, $listener->{text}, 65_536, length $listener->{text} or last;
    }
    return scalar $listener->{text} =~ $pattern;
}
sub drain {
    my ($listener, $wait) = @_;
    while (IO::Select->new($listener->{socket})->can_read($wait // 0.2)) {
        sysread $listener->{socket}, $listener->{text}, 65_536, length $listener->{text} or last;
    }
    my $text = $listener->{text};
    $listener->{text} = '';
    return $text;
}
sub ids { return join ' ', $_[0] =~ /^id: (\d+)$/mg }
sub revision { return $world->must(GET => "/v1/claims/$claim", undef, %guest)->{revision} }

# ---- what is heard ----
my $guest = listen_to({}, %guest);
my $merchant = listen_to({}, as => 'merchant');
my $before = revision();
my @said = (
    [chat_log => sub { $world->must(POST => "/v1/claims/$claim/messages", {body => '你好'}, as => 'merchant') }],
    [screenshot => sub { $world->must(POST => "/v1/claims/$claim/evidence?kind=other", $World::png, as => 'merchant', headers => {'Content-Type' => 'image/png'}) }],
    [complete_evidence => sub { $world->must(POST => "/v1/claims/$claim/evidence?kind=$_", $World::png, %guest, headers => {'Content-Type' => 'image/png'}) for qw(problem_proof unused_proof) }],
    [human_review => sub { $world->must(POST => "/v1/claims/$claim/facts", {fact => 'cause', value => 'force_majeure', note => 'n'}, as => 'arbiter') }],
);
for my $row (@said) {
    my ($event, $do) = @$row;
    $do->();
    my $frame = qr/^id: (\d+)\nevent: claim\ndata: \{"claim":"$claim","event":"$event","order":"$order->{id}","revision":\1\}$/m;
    ok(hears($guest, $frame), "$event: the guest hears of it") or diag $guest->{text};
    ok(hears($merchant, $frame), '… and the merchant');
}
my ($heard, $theirs) = (drain($guest), drain($merchant));
is(ids($heard), ids($theirs), 'both hear the same');
my @ids = split / /, ids($heard);
is_deeply(\@ids, [sort { $a <=> $b } @ids], '… in order');
is(revision(), $ids[-1], 'the claim as it is read has the revision of the last event');
cmp_ok($ids[0], '>', $before, '… and had an earlier one before');
$world->must(POST => "/v1/orders/$other->{id}/claims", {reason => 'changed_mind'}, secret => $other->{secret});
is(drain($guest, 0.5), '', 'nothing of another order is heard');

# ---- coming back ----
my $back = listen_to({'Last-Event-ID' => $before}, %guest);
hears($back, qr/^id: $ids[-1]$/m);
is(ids(drain($back)), "@ids", 'who read the claim before all that hears all of it');
$back = listen_to({'Last-Event-ID' => $ids[2]}, %guest);
hears($back, qr/^id: $ids[-1]$/m);
is(ids(drain($back)), "@ids[3 .. $#ids]", '… and who heard a part hears the rest');
$back = listen_to({'Last-Event-ID' => revision()}, %guest);
is(ids(drain($back)), '', 'who knows the revision has missed nothing');
$world->must(POST => "/v1/claims/$claim/messages", {body => '还在吗'}, %guest);
ok(hears($back, qr/"event":"chat_log"/), '… and goes on hearing');

# ---- who is looking ----
my %name = map { $_ => $world->{party}{$_}{id} } qw(arbiter second);
my $first = listen_to({}, as => 'arbiter');
ok(hears($first, qr/^event: viewers\ndata: \[\{"id":"$name{arbiter}","name":"Arbiter A"\}\]$/m), 'an arbiter sees himself alone');
unlike(drain($first), qr/^id:/m, '… and that is no event to come back to');
my $second = listen_to({}, as => 'second');
ok(hears($second, qr/"name":"Arbiter B".*"name":"Arbiter A"/), 'the next one sees both');
ok(hears($first, qr/"$name{second}".*"$name{arbiter}"/), '… and so does the first');
drain($first);
my $tab = listen_to({}, as => 'second');
ok(hears($first, qr/^event: viewers$/m), 'a second window …');
unlike(drain($first), qr/Arbiter B.*Arbiter B/, '… is the same person');
close $_->{socket} for $second, $tab;
# A connection that is gone is noticed with the next thing that is sent to it.
$world->must(POST => "/v1/claims/$claim/messages", {body => "$_"}, %guest) for 1 .. 2;
ok(hears($first, qr/^event: viewers\ndata: \[\{"id":"$name{arbiter}","name":"Arbiter A"\}\]$/m), 'who leaves is seen no more') or diag drain($first);
unlike(drain($guest) . drain($merchant), qr/viewers|Arbiter/, 'the parties are told nothing of it');

# ---- whose way in is closed ----
sub ends { my ($listener) = @_; return hears($listener, qr/\r\n0\r\n\r\n\z/) } # the last chunk of the answer
my $held = listen_to({}, as => 'merchant');
my ($token) = grep { $_->{current} } @{$world->must(GET => '/v1/tokens', undef, as => 'merchant')->{items}};
my $kept = listen_to({}, %guest);
$world->must(POST => "/v1/parties/$world->{party}{merchant}{id}/state", {state => 'suspended', reason => 'looked at'}, as => 'operator');
ok(ends($held), 'who is suspended is cut off at once');
$world->must(POST => "/v1/parties/$world->{party}{merchant}{id}/state", {state => 'active', reason => 'let back in'}, as => 'operator');
$held = listen_to({}, as => 'merchant');
$world->must(POST => "/v1/tokens/$token->{id}/revoke", undef, as => 'merchant');
ok(ends($held), 'and so is who holds a token that was revoked');
is($world->get("/v1/claims/$claim", as => 'merchant')->{status}, 401, '… which opens nothing any more');
$world->must(POST => "/v1/claims/$claim/messages", {body => '最后一句'}, %guest);
ok(hears($kept, qr/"event":"chat_log"/), 'others go on hearing');
done_testing();
