# SPDX-License-Identifier: Apache-2.0
# A small marketplace on a real server for the end-to-end tests: an operator, two merchants with goods, buyers, arbiters.
# World->new starts it; get and post speak for a party (as => 'merchant') or for the holder of an order's secret (secret => …).
package World;
use strict;
use warnings;
use utf8;
use Digest::SHA qw(hmac_sha256_base64);
use JSON::PP ();
use Time::HiRes qw(sleep);
use Shuntui qw(folder root start_server stop_server request read_file);

# A PNG of one pixel: evidence is told by its first bytes.
our $png = pack 'H*', '89504e470d0a1a0a0000000d4948445200000001000000010806000000' . '1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082';

# The tables of the program with words in quotes: rows of NAME(…) in a .def file.
sub table {
    my ($file, $name) = @_;
    (my $text = read_file(root() . "/$file")) =~ s{/\*.*?\*/}{}gs;
    return [$text =~ /^$name\((.*?)\)$/msg];
}

# Every route: {name, method, path, access => [words], mode, body, operation}.
sub routes {
    my @routes;
    for my $row (@{table('src/http/routes.def', 'ROUTE')}) {
        my ($name, $method, $path, $access, $mode, $body, $operation) =
            $row =~ /^(\w+), "(\w+)", "([^"]+)", \w+, ([A-Z_ |]+), HTTP_MODE_(\w+), (.+), "(\w+)"$/ or die "not a route: $row\n";
        push @routes, {name => $name, method => $method, path => $path, access => [map { s/^ACCESS_//r } split / \| /, $access],
            mode => $mode, body => $body, operation => $operation};
    }
    return @routes;
}

sub new {
    my ($class, %options) = @_;
    my $folder = folder();
    my $self = bless {folder => $folder, state => $options{state} // "$folder/state", serial => 0, on_answer => $options{on_answer}, party => {}}, $class;
    $self->{server} = start_server($self->{state}, '--create', '--lang', 'en', '--work-interval-ms', '20');
    $self->until(sub { ($self->{party}{operator}{token}) = read_file($self->{server}{log}) =~ /(tok_[0-9a-z]{26})/ });
    return $self;
}

# Stops the server, runs the statements on its database, starts it again on the same state.
sub with_database {
    my ($self, $sql) = @_;
    stop_server($self->{server});
    system('python3', '-c', 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.executescript(sys.argv[2]); db.close()', "$self->{state}/shuntui.db", $sql) == 0
        or die "the database did not take: $sql\n";
    $self->{server} = start_server($self->{state}, '--lang', 'en', '--work-interval-ms', '20');
    return;
}

# Asks until the answer is true; dies after ten seconds.
sub until {
    my ($self, $question) = @_;
    for (1 .. 500) {
        my $answer = $question->();
        return $answer if $answer;
        sleep 0.02;
    }
    die 'waited in vain, called from line ' . (caller)[2] . "\n";
}

sub headers {
    my ($self, %who) = @_;
    my %headers = %{$who{headers} // {}};
    my $token = $who{as} ? $self->{party}{$who{as}}{token} // die "nobody is called $who{as}\n" : $who{token};
    $headers{Authorization} = "Bearer $token" if $token;
    $headers{'Shuntui-Order-Secret'} = $who{secret} if $who{secret};
    return \%headers;
}

sub ask {
    my ($self, $method, $path, $body, %who) = @_;
    my $headers = $self->headers(%who);
    $headers->{'Idempotency-Key'} //= $who{key} // sprintf 'key-of-a-test-%010d', ++$self->{serial} if $method eq 'POST' && !$who{keyless};
    my $answer = request($self->{server}, $method, $path, $body, $headers);
    $self->{on_answer}->($method, $path, $answer) if $self->{on_answer};
    return $answer;
}
sub get { my ($self, $path, %who) = @_; return $self->ask('GET', $path, undef, %who) }
sub post { my ($self, $path, $body, %who) = @_; return $self->ask('POST', $path, $body, %who) }

# The same where success is not the question: dies with the answer when it is not 2xx.
sub must {
    my ($self, $method, $path, $body, %who) = @_;
    my $answer = $self->ask($method, $path, $body, %who);
    die "$method $path: $answer->{status} $answer->{text} (line " . (caller)[2] . ")\n" if $answer->{status} !~ /^2/;
    return $answer->{json};
}

# ---- the marketplace ----

sub people {
    my ($self) = @_;
    for my $row ([merchant => 'merchant', '星河点卡店'], [rival => 'merchant', 'Rival Cards'], [arbiter => 'arbiter', 'Arbiter A'], [second => 'arbiter', 'Arbiter B']) {
        $self->{party}{$row->[0]} = $self->must(POST => '/v1/parties', {role => $row->[1], name => $row->[2]}, as => 'operator');
    }
    $self->{party}{$_} = $self->must(POST => '/v1/buyers', {name => $_}) for qw(buyer stranger);
    return;
}

sub publish {
    my ($self, $name, $as) = @_;
    my $source = read_file(root() . "/policies/$name.policy");
    utf8::decode($source);
    return $self->must(POST => '/v1/policies', {source => $source}, as => $as)->{id};
}

sub card_listing {
    my ($self, $policy) = @_;
    return {kind => 'card_key', category => 'game_card', title => '星际远征 100 元点卡', currency => 'CNY', price => 9500, face_value => 10000,
        delivery_s => 60, policy_id => $policy, region => 'CN', redeem_channel => 'official site'};
}

sub service_listing {
    my ($self, $policy) = @_;
    return {kind => 'service', category => 'boosting', title => '排位代练', currency => 'CNY', price => 39900, delivery_s => 604800, policy_id => $policy,
        standard => '7 天内达到王者段位', lateness => '每超时 24 小时,按进度退款', revisions => 1, dissatisfaction => '先返工一次',
        milestones => [{title => 'half', percent => 50}, {title => 'all', percent => 100}]};
}

sub goods {
    my ($self) = @_;
    $self->{policy} = $self->publish('cards-standard', 'merchant');
    my $card = $self->must(POST => '/v1/products', $self->card_listing($self->{policy}), as => 'merchant');
    $self->{card} = $card->{id};
    $self->must(POST => "/v1/products/$self->{card}/cards", {cards => [map { sprintf 'WORLD-%05d', $_ } 1 .. 40]}, as => 'merchant');
    $self->{service_policy} = $self->publish('boosting-milestones', 'merchant');
    $self->{boosting} = $self->must(POST => '/v1/products', $self->service_listing($self->{service_policy}), as => 'merchant')->{id};
    my $theirs = $self->publish('cards-standard', 'rival');
    $self->{rival_card} = $self->must(POST => '/v1/products', $self->card_listing($theirs), as => 'rival')->{id};
    $self->must(POST => "/v1/products/$self->{rival_card}/cards", {cards => ['RIVAL-00001', 'RIVAL-00002', 'RIVAL-00003']}, as => 'rival');
    return;
}

# ---- purchases and claims ----

# Orders without paying; %who is empty for a guest. The answer, with its secret as {secret}.
sub order {
    my ($self, $product, %who) = @_;
    my $order = $self->must(POST => '/v1/orders', {product_id => $product}, %who);
    $order->{secret} = $order->{order_secret};
    return $order;
}

# Orders, pays in the sandbox, waits for the callback.
sub buy {
    my ($self, $product, %who) = @_;
    my $order = $self->order($product, %who);
    $self->must(POST => "/v1/sandbox/payments/$order->{payment}{reference}/pay", undef, keyless => 1);
    $self->until(sub { $self->see($order)->{state} ne 'created' });
    return $order;
}

sub see { my ($self, $order) = @_; return $self->must(GET => "/v1/orders/$order->{id}", undef, secret => $order->{secret}) }

# Both steps; the answer of the second.
sub reveal {
    my ($self, $order, %who) = @_;
    %who = (secret => $order->{secret}) if !%who;
    my $notice = $self->must(GET => "/v1/orders/$order->{id}/reveal", undef, %who);
    return $self->must(POST => "/v1/orders/$order->{id}/reveal", {notice => $notice->{notice}}, %who);
}

sub file {
    my ($self, $order, $body, %who) = @_;
    %who = (secret => $order->{secret}) if !%who;
    return $self->must(POST => "/v1/orders/$order->{id}/claims", $body, %who);
}

sub act {
    my ($self, $claim, $body, %who) = @_;
    return $self->post("/v1/claims/$claim->{claim}/actions", $body, %who);
}

sub signed {
    my ($self, $id, $body, $secret) = @_;
    my ($text, $time) = (JSON::PP->new->utf8->canonical->encode($body), time);
    my $mac = hmac_sha256_base64("$id.$time.$text", $secret);
    $mac .= '=' while length($mac) % 4;
    return ($text, {'webhook-id' => $id, 'webhook-timestamp' => $time, 'webhook-signature' => "v1,$mac"});
}

# A callback as the sandbox provider would send it, with its secret from the state directory.
sub provider_calls {
    my ($self, $event, %notice) = @_;
    my $key = read_file("$self->{state}/keys/sandbox.key");
    $key =~ s/\s+$//;
    my ($text, $headers) = $self->signed($event, {at => '2026-01-02T03:04:05Z', currency => 'CNY', event => $event, kind => 'payment', provider => 'sandbox', status => 'paid', %notice}, pack 'H*', $key);
    return $self->ask(POST => '/v1/payments/sandbox/callback', $text, keyless => 1, headers => $headers);
}

# ---- the database ----

# The number of rows of every table, as one text: a request that is refused leaves it as it was.
sub rows {
    my ($self, @but) = @_;
    my $but = join ',', map { "'$_'" } @but;
    open my $python, '-|', 'python3', '-c', <<'PYTHON', "$self->{state}/shuntui.db", @but or die "python3: $!\n";
import sqlite3, sys
db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
print(" ".join("%s=%d" % (name, db.execute("SELECT COUNT(*) FROM %s" % name).fetchone()[0]) for name in names if name not in sys.argv[2:]))
PYTHON
    my $line = <$python>;
    close $python or die "the rows could not be counted\n";
    chomp $line;
    return $line;
}

1;
