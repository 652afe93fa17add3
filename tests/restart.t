#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# What was answered with success is there, whatever happens to the process or the disk: kill -9 at random moments under load, a
# disk that fills up, a stop while writes wait, a second server on the same state. The seed of the moments is printed.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use IO::Socket::INET;
use JSON::PP ();
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use POSIX ();
use Time::HiRes qw(sleep time);
use Shuntui qw(folder run_program start_server stop_server read_file write_file);
use World;

use constant {KILLS => 6, CLIENTS => 8, CARDS => 4000};

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $json = JSON::PP->new->utf8->canonical;
my $seed = $ENV{SHUNTUI_SEED} // int(time * 1000) % 1_000_000;
srand $seed;
$SIG{PIPE} = 'IGNORE';
diag "seed $seed (SHUNTUI_SEED repeats the moments of the kills)";

# ---- clients: each is a process with one connection, and writes down every request with its answer ----

# One request in one packet and its whole answer: (status, body); nothing when the server went away.
sub exchange {
    my ($client, %request) = @_;
    if (!$client->{socket}) {
        $client->{socket} = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $client->{port}) or return;
        setsockopt $client->{socket}, IPPROTO_TCP, TCP_NODELAY, 1;
    }
    my $body = $request{body} // '';
    my %headers = (%{$request{headers} // {}}, Host => 'localhost', 'Content-Length' => length $body);
    $headers{'Content-Type'} = 'application/json' if length $body;
    my $text = "$request{method} $request{path} HTTP/1.1\r\n" . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers) . "\r\n$body";
    syswrite $client->{socket}, $text or return;
    my $got = '';
    while ($got !~ /\r\n\r\n/ || length($got) < $+[0] + ($got =~ /^Content-Length: (\d+)/mi)[0]) {
        sysread $client->{socket}, $got, 65536, length $got or return;
    }
    undef $client->{socket} if $got =~ /^Connection: close/mi;
    return $got =~ m{\AHTTP/1\.1 (\d+).*?\r\n\r\n(.*)\z}s;
}

# One request, and its line in the client's record. Status 0: nobody knows.
sub send_one {
    my ($client, %request) = @_;
    my ($status, $text) = exchange($client, %request);
    $client->{lost} = 1 if !$status;
    syswrite $client->{record}, $json->encode({%request, status => ($status // 0) + 0, text => $text // ''}) . "\n";
    return ($status // 0) =~ /^2/ ? $json->decode($text) : undef;
}

# Order, pay, the provider's callback as we sign it (beside the provider's own), and the money back.
sub buy_and_return {
    my ($world, $client, $name) = @_;
    my $order = send_one($client, what => 'order', method => 'POST', path => '/v1/orders', body => $json->encode({product_id => $world->{card}}),
        headers => {'Idempotency-Key' => "order-$name"}) or return;
    my $reference = $order->{payment}{reference};
    my $paid = send_one($client, what => 'pay', method => 'POST', path => "/v1/sandbox/payments/$reference/pay") or return;
    my ($body, $headers) = $world->signed("event-$name", {amount => 9500, at => '2026-01-02T03:04:05Z', currency => 'CNY', event => "event-$name",
        kind => 'payment', number => $paid->{number}, provider => 'sandbox', reference => $reference, status => 'paid'}, $client->{secret});
    send_one($client, what => 'callback', order => $order->{id}, method => 'POST', path => '/v1/payments/sandbox/callback', body => $body, headers => $headers)
        or return;
    return if $client->{count} % 4 == 0;
    send_one($client, what => 'claim', order => $order->{id}, method => 'POST', path => "/v1/orders/$order->{id}/claims", body => '{"reason":"changed_mind"}',
        headers => {'Idempotency-Key' => "claim-$name", 'Shuntui-Order-Secret' => $order->{order_secret}});
    return;
}

sub client_new {
    my ($world, $record) = @_;
    open my $out, '>>:raw', $record or die "cannot write $record: $!\n";
    my $secret = read_file("$world->{state}/keys/sandbox.key");
    $secret =~ s/\s+$//;
    return {port => $world->{server}{port}, record => $out, secret => pack('H*', $secret), count => 0};
}

# Forks what each gives; returns the process ids.
sub fork_each {
    my (@runs) = @_;
    my @pids;
    for my $run (@runs) {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) {
            alarm 60; # a server that hangs must not hang the test
            my $ok = eval { $run->(); 1 };
            warn $@ if !$ok;
            POSIX::_exit($ok ? 0 : 1); # no END block: the server is the parent's
        }
        push @pids, $pid;
    }
    return @pids;
}
sub ended_well { return scalar grep { waitpid($_, 0) == $_ && $? == 0 } @_ }

# Clients that buy and return until the server is gone, or until the time given.
sub load_start {
    my ($world, $round, %options) = @_;
    return fork_each(map {
        my $number = $_;
        sub {
            my $client = client_new($world, "$world->{folder}/record-$round-$number");
            my $until = time + ($options{seconds} // 20);
            while (!$client->{lost} && time < $until) {
                buy_and_return($world, $client, sprintf '%s-%d-%06d', $round, $number, ++$client->{count});
            }
        }
    } 1 .. CLIENTS);
}

sub records {
    my ($world, $round) = @_;
    return map { my $number = $_; [map { $json->decode($_) } split /\n/, read_file("$world->{folder}/record-$round-$number")] } 1 .. CLIENTS;
}

# Repeats every request of a round; an answer that was heard must come again byte for byte, one that was not must come now.
# Returns the differences, as text.
sub repeat_all {
    my ($world, $round) = @_;
    my $number = 0;
    my $folder = $world->{folder};
    my $ended = ended_well(fork_each(map {
        my ($records, $n) = ($_, ++$number);
        sub {
            my $client = client_new($world, "$folder/again-$round-$n");
            for my $before (@$records) {
                my %request = map { $_ => $before->{$_} } grep { exists $before->{$_} } qw(what order method path body headers);
                next if $request{what} eq 'pay'; # the provider is another system: its page has no keys
                send_one($client, %request);
            }
        }
    } records($world, $round)));
    return "only $ended clients could repeat their requests" if $ended != CLIENTS;
    return compare($world, $round);
}

sub compare {
    my ($world, $round) = @_;
    my @wrong;
    my $number = 0;
    for my $records (records($world, $round)) {
        my @again = map { $json->decode($_) } split /\n/, read_file("$world->{folder}/again-$round-" . ++$number);
        for my $before (grep { $_->{what} ne 'pay' } @$records) {
            my $after = shift @again;
            my $heard = $before->{status} =~ /^2/;
            my $same = $before->{what} eq 'callback' ? $after->{status} == 200 : $after->{status} == $before->{status} && $after->{text} eq $before->{text};
            push @wrong, "$before->{path}: first $before->{status} $before->{text}, then $after->{status} $after->{text}"
                if $heard ? !$same : $after->{status} !~ /^(2|409|422)/;
        }
    }
    return join "\n", @wrong[0 .. ($#wrong < 4 ? $#wrong : 4)];
}

# What the clients were told in that round, from both tellings: {order id => {secret, paid, claim}}.
sub told {
    my ($world, @rounds) = @_;
    my %orders;
    for my $round (@rounds) {
        for my $line (map { split /\n/, read_file($_) } glob "$world->{folder}/{record,again}-$round-*") {
            my $said = $json->decode($line);
            next if $said->{status} !~ /^2/ || $said->{what} eq 'pay';
            my $answer = $json->decode($said->{text});
            $orders{$answer->{id}}{secret} = $answer->{order_secret} if $said->{what} eq 'order';
            $orders{$said->{order}}{paid} = 1 if $said->{what} eq 'callback';
            $orders{$said->{order}}{claim} = $answer if $said->{what} eq 'claim';
        }
    }
    return \%orders;
}

# Looks at each order that somebody was told of. Returns what is missing, as text.
sub missing {
    my ($world, $orders) = @_;
    my @missing;
    for my $id (sort keys %$orders) {
        my $told = $orders->{$id};
        my $order = $world->get("/v1/orders/$id", secret => $told->{secret});
        my $state = $order->{status} == 200 ? $order->{json}{state} : "status $order->{status}";
        my $right = $told->{claim} ? qr/^(refunded|disputed)$/ : $told->{paid} ? qr/^(paid|delivered|refunded|disputed)$/ : qr/^[a-z]+$/;
        push @missing, "$id: $state" if $state !~ $right;
        next if !$told->{claim};
        my $claim = $world->get("/v1/claims/$told->{claim}{claim}", secret => $told->{secret});
        push @missing, "$id: claim $claim->{status} $claim->{text}" if $claim->{status} != 200 || $claim->{json}{outcome_amount}{amount} != 9500;
    }
    return join "\n", @missing[0 .. ($#missing < 4 ? $#missing : 4)];
}

sub stock_up {
    my ($world, $count) = @_;
    for (my $first = 0; $first < $count; $first += 500) {
        $world->must(POST => "/v1/products/$world->{card}/cards", {cards => [map { sprintf 'RESTART-%06d', $_ + $first } 1 .. 500]}, as => 'merchant');
    }
    return;
}

# The invariants of the database, which may be in use.
sub ledger_is_clean {
    my ($world, $what) = @_;
    my ($status, $out, $err) = run_program('ledger', 'check', '--state', $world->{state}, '--lang', 'en');
    return is($status, 0, $what) || diag($out, $err);
}

# What the provider itself wrote down: how many trades it paid back, and which of them more than once or too much.
sub paid_back {
    my ($world) = @_;
    my (%refunds, %trades);
    for my $line (split /\n/, read_file("$world->{state}/sandbox.jsonl")) {
        my ($kind, $number) = ($line =~ /"record":"(refund|trade)"/, $line =~ /"number":"([^"]+)"/) or next;
        $refunds{$number}{$1} = 1 if $kind eq 'refund' && $line =~ /"refund_id":"([^"]+)"/;
        $trades{$number} = $1 if $kind eq 'trade' && $line =~ /"refunded":(\d+)/;
    }
    my %wrong = map { $_ => 1 } grep({ keys %{$refunds{$_}} > 1 } keys %refunds), grep({ $trades{$_} != 0 && $trades{$_} != 9500 } keys %trades);
    return (scalar(grep { $_ } values %trades), sort keys %wrong);
}

sub bundles_verify {
    my ($world, $orders, $count) = @_;
    my @claimed = grep { $orders->{$_}{claim} } sort keys %$orders;
    my @some = @claimed[map { int rand @claimed } 1 .. $count];
    for my $id (@some) {
        my $claim = $orders->{$id}{claim}{claim};
        my $bundle = $world->get("/v1/claims/$claim/bundle", secret => $orders->{$id}{secret});
        return "$claim: $bundle->{status} $bundle->{text}" if $bundle->{status} != 200;
        my $file = write_file("$world->{folder}/bundle.tar", $bundle->{text});
        my ($status, $out, $err) = run_program('verify', $file, '--lang', 'en');
        return "$claim: verify gave $status\n$out$err" if $status != 0;
    }
    return '';
}

# ---- kill -9 under load ----
my $world = World->new;
$world->people;
$world->goods;
stock_up($world, CARDS);
my @rounds = map { "kill$_" } 1 .. KILLS;
for my $round (@rounds) {
    my @pids = load_start($world, $round);
    sleep 0.15 + rand 0.35;
    is(stop_server($world->{server}, 'KILL'), 128 + 9, "$round: the server is killed under load");
    ended_well(@pids);
    $world->{server} = start_server($world->{state}, '--lang', 'en', '--work-interval-ms', '20');
    is(repeat_all($world, $round), '', '… every request again: what was answered is answered with the same bytes');
}
my $orders = told($world, @rounds);
my $claims = grep { $_->{claim} } values %$orders;
cmp_ok($claims, '>', KILLS, 'there was load: ' . keys(%$orders) . " orders and $claims claims");
is(missing($world, $orders), '', 'every order, payment and refund that was ever answered is there');
$world->until(sub { my ($in_flight) = grep { $_->{kind} eq 'refunds_in_flight' } @{$world->must(GET => '/v1/ledger', undef, as => 'operator')->{accounts}};
    $in_flight->{balance}{amount} == 0 });
my ($returned, @twice) = paid_back($world);
cmp_ok($returned, '>=', $claims, 'the provider paid back each claim');
is("@twice", '', '… and nothing twice');
ledger_is_clean($world, 'the ledger is clean');
is(bundles_verify($world, $orders, 3), '', 'bundles of claims verify against the log');

# ---- another server, and a stop under load ----
my ($status, undef, $err) = run_program('serve', '--state', $world->{state}, '--listen', '127.0.0.1:0', '--lang', 'en');
is($status, 4, 'a second server on the same state has its own exit status');
like($err, qr/in use.*$world->{server}{pid}|$world->{server}{pid}.*in use/si, '… and says who has it');
my @pids = load_start($world, 'stop');
sleep 0.3;
is(stop_server($world->{server}), 0, 'told to stop while writes wait, it ends well');
ended_well(@pids);
$world->{server} = start_server($world->{state}, '--lang', 'en', '--work-interval-ms', '20');
is(repeat_all($world, 'stop'), '', '… and everything that it answered is there');
is(stop_server($world->{server}), 0, 'it ends well without work too');
ledger_is_clean($world, 'the ledger is clean at rest');

# ---- a full disk ----
sub tmpfs {
    my ($folder) = @_;
    return 'only root can mount' if $> != 0;
    mkdir $folder or return "mkdir: $!";
    return 'mount is not allowed here' if system("mount -t tmpfs -o size=24m,mode=0700 shuntui-test $folder 2>/dev/null") != 0;
    return;
}

my $place = folder();
my ($mounted, $full);

sub unmount {
    my $folder = $mounted or return;
    $mounted = undef;
    stop_server($full->{server}, 'KILL') if $full;
    return system('umount', $folder) == 0 || diag "$folder stays mounted";
}
my $parent = $$;
END {
    my $kept = $?;
    unmount() if $parent && $$ == $parent;
    $? = $kept;
}

sub fill {
    my ($file) = @_;
    open my $out, '>>:raw', $file or return;
    1 while syswrite $out, "\0" x 4096;
    close $out;
    return;
}

SKIP: {
    my $why = tmpfs("$place/disk");
    skip "a full disk: $why", 8 if $why;
    $mounted = "$place/disk";
    $full = World->new(state => "$place/disk/state");
    $full->people;
    $full->goods;
    stock_up($full, 2000);
    @pids = load_start($full, 'full', seconds => 1.5);
    sleep 0.4;
    fill("$place/disk/ballast");
    ended_well(@pids);
    my %statuses;
    $statuses{$_->{status}}++ for map { @$_ } records($full, 'full');
    my $seen = join ' ', map { "$_:$statuses{$_}" } sort keys %statuses;
    ok($statuses{507} || $statuses{503}, "a full disk is said ($seen)");
    is(join(' ', grep { !/^(2|503|507)/ } keys %statuses), '', '… and nothing else');
    is($full->get("/v1/products/$full->{card}")->{status}, 200, 'reading goes on');
    unlink "$place/disk/ballast";
    my $order = $full->until(sub { my $answer = $full->post('/v1/orders', {product_id => $full->{card}}); $answer->{status} == 201 && $answer });
    ok($order, 'with room again it goes on by itself');
    is(repeat_all($full, 'full'), '', 'what was answered is there, and what was refused can be done');
    is(missing($full, told($full, 'full')), '', 'no order, payment or refund is lost');
    is(stop_server($full->{server}), 0, 'it ends well');
    ledger_is_clean($full, 'the ledger is clean');
    unmount();
}
done_testing();
