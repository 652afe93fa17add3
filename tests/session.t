#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Tokens and sessions over HTTP: signing a browser in and out, what a foreign page can make a browser do, scopes of a team, revoking,
# expiry and its extension. Their answers are held against docs/openapi.yaml.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use Test::More;
use OpenApi;
use Shuntui qw(stop_server start_server);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my @faults;
my $world = World->new(on_answer => sub { push @faults, $api->check_answer(@_) if $_[1] =~ m{^/v1/(?:session|tokens|parties)} });
$world->people;
$world->goods;
my %party = %{$world->{party}};
my $host = "127.0.0.1:$world->{server}{port}";
my %page = ('Shuntui-Page' => '1');

sub code_is {
    my ($answer, $wanted, $name) = @_;
    return is("$answer->{status} " . ($answer->{json}{code} // ''), $wanted, $name) || diag $answer->{text};
}

# Signs a browser in; its cookie as the browser would send it, and the answer.
sub sign_in {
    my ($token, %more) = @_;
    my $answer = $world->post('/v1/session', {token => $token, %more}, keyless => 1, headers => {%page});
    my ($cookie) = (cookies($answer))[0] =~ /^([^;]+)/;
    return ($cookie, $answer);
}
# What the browser is told to keep: the session, and that there is one.
sub cookies { my ($answer) = @_; my $set = $answer->{headers}{'set-cookie'} // ''; return ref $set ? @$set : $set }
sub with { my ($cookie, %more) = @_; return (headers => {Cookie => $cookie, %more}) }

# ---- in and out ----
my ($cookie, $answer) = sign_in($party{merchant}{token}, label => 'Firefox');
is($answer->{status}, 201, 'a token is exchanged for a session');
is(join(' | ', map { s/ses_[0-9a-z]{26}/SECRET/r } cookies($answer)),
    'shuntui_session=SECRET; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict | shuntui_signed_in=1; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax',
    'in a cookie that no script reads and no other site uses, for a month at most; a second one says that it is there');
unlike($answer->{text}, qr/ses_|tok_/, 'and nowhere else');
is_deeply([@{$answer->{json}}{qw(party_id role name scope)}], [$party{merchant}{id}, 'merchant', '星河点卡店', 'full'], 'it says who signed in');
is_deeply($world->get('/v1/session', with($cookie))->{json}, $answer->{json}, 'and who is calling');
is($world->get('/v1/session')->{json}{role}, 'anonymous', 'without it, nobody is');
is($world->get('/v1/session', as => 'buyer')->{json}{party_id}, $party{buyer}{id}, 'a token says as well whose it is');
is($world->get('/v1/merchant', with($cookie))->{status}, 200, 'a page reads with it');
is($world->get('/v1/merchant', with("a=b; $cookie; theme=dark"))->{status}, 200, '… among other cookies');
is($world->get('/v1/session', as => 'buyer', with($cookie))->{json}{role}, 'buyer', 'a token wins over a cookie');
my $guest = $world->buy($world->{card});
is($world->get("/v1/orders/$guest->{id}", secret => $guest->{secret}, with($cookie))->{json}{id}, $guest->{id}, 'and so does the secret of an order');
code_is($world->get('/v1/merchant', token => substr($cookie, 16)), '401 authentication_failed', 'a session is no token');
code_is($world->get('/v1/merchant', with("shuntui_session=$party{merchant}{token}")), '401 session_expired', 'and a token is no session');
code_is($world->get('/v1/merchant', with("$cookie; shuntui_session=ses_00000000000000000000000000")), '401 session_expired', 'two of them: neither is believed');
code_is($world->post('/v1/session', {token => 'tok_00000000000000000000000000'}, keyless => 1, headers => {%page}), '401 authentication_failed', 'an unknown token begins nothing');
code_is($world->post('/v1/session', {token => substr $cookie, 16}, keyless => 1, headers => {%page}), '401 authentication_failed', 'nor does a session');
my $out = $world->post('/v1/session/end', undef, keyless => 1, headers => {%page, Cookie => $cookie});
is($out->{status}, 204, 'signing out');
my $forget = 'shuntui_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict | shuntui_signed_in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax';
is(join(' | ', cookies($out)), $forget, 'the browser forgets the cookie');
my $late = $world->get('/v1/merchant', with($cookie));
code_is($late, '401 session_expired', 'and the server the session');
is(join(' | ', cookies($late)), $forget, 'whoever still sends it is told to forget it');
is($world->get('/v1/session', with($cookie))->{json}{role}, 'anonymous', 'who is calling is answered all the same');
is(join(' | ', cookies($world->get('/v1/session', with('shuntui_signed_in=1')))), $forget, 'and that nobody is, is corrected');
is((sign_in($party{merchant}{token}))[1]{status}, 201, 'and signing in is possible with an old cookie');
is($world->post('/v1/session', {token => $party{merchant}{token}}, keyless => 1, headers => {%page, Cookie => $cookie})->{status}, 201, '… sent along, too');
is($world->get('/v1/merchant', as => 'merchant')->{status}, 200, 'the token itself lives on');

# ---- what a foreign page can make a browser do ----
($cookie) = sign_in($party{merchant}{token});
my @foreign = (
    ['a form', {'Content-Type' => 'text/plain', Origin => 'http://evil.example', 'Sec-Fetch-Site' => 'cross-site'}],
    ['a form of an old browser', {'Content-Type' => 'text/plain'}],
    ['a fetch without the header', {Origin => "http://$host", 'Sec-Fetch-Site' => 'same-origin'}],
    ['a page of another site', {%page, Origin => 'http://evil.example'}],
    ['a page of another port', {%page, Origin => 'http://127.0.0.1:1'}],
    ['a page of another scheme', {%page, Origin => "ftp://$host"}],
    ['a sandboxed frame', {%page, Origin => 'null'}],
    ['a name that begins like ours', {%page, Origin => "http://$host.evil.example"}],
    ['a neighbour of the same site', {%page, 'Sec-Fetch-Site' => 'same-site'}],
    ['another site that hides its origin', {%page, 'Sec-Fetch-Site' => 'cross-site'}],
);
my $before = $world->rows('idempotency');
for my $row (@foreign) {
    my ($name, $headers) = @$row;
    my $wanted = ($headers->{'Content-Type'} // '') eq 'text/plain' ? '415 media_type' : '403 cross_site';
    code_is($world->post("/v1/products/$world->{card}", {price => 1}, headers => {%$headers, Cookie => $cookie}), $wanted, "$name changes nothing");
    code_is($world->post("/v1/products/$world->{card}/whatif", {facts => {reason => 'key_invalid'}}, keyless => 1, headers => {%$headers, Cookie => $cookie}), $wanted, '… asks nothing by POST');
    code_is($world->post('/v1/session/end', undef, keyless => 1, headers => {%$headers, Cookie => $cookie}), '403 cross_site', '… signs nobody out');
    code_is($world->post('/v1/session', {token => $party{rival}{token}}, keyless => 1, headers => $headers), $wanted, '… and nobody in');
}
is($world->rows('idempotency'), $before, 'nothing was written');
is($world->get("/v1/products/$world->{card}")->{json}{price}{amount}, 9500, 'the price is what it was');
is($world->get('/v1/merchant', with($cookie))->{status}, 200, 'the session still lives');
for my $row (['a page of ours', {%page, Origin => "http://$host", 'Sec-Fetch-Site' => 'same-origin'}], ['an old browser', {%page}]) {
    is($world->post("/v1/products/$world->{card}", {price => 9500}, headers => {%{$row->[1]}, Cookie => $cookie})->{status}, 200, "$row->[0] may");
}
is($world->post("/v1/products/$world->{card}", {price => 9500}, as => 'merchant', headers => {Origin => 'http://evil.example', Cookie => $cookie})->{status}, 200,
    'a request with a token is no browser\'s doing');

# ---- a team ----
my $path = "/v1/parties/$party{merchant}{id}/tokens";
my %team = map { $_ => $world->must(POST => $path, {label => "客服 $_", scope => $_}, as => 'merchant') } qw(full claims read);
like($team{claims}{id}, qr/^tkn_/, 'a token has an id');
code_is($world->post($path, {scope => 'owner'}, as => 'merchant'), '422 field_value', 'an unknown scope is refused');
code_is($world->post($path, {label => 'x' x 121}, as => 'merchant'), '422 field_too_long', 'and a label that is a story');
my $order = $world->buy($world->{card});
$world->reveal($order);
my $claim = $world->file($order, {reason => 'key_invalid'})->{claim};
my %try = (
    'reading the desk' => sub { $world->get('/v1/merchant', @_) },
    'asking a rule' => sub { $world->post("/v1/products/$world->{card}/whatif", {facts => {reason => 'key_invalid'}}, keyless => 1, @_) },
    'a message in a claim' => sub { $world->post("/v1/claims/$claim/messages", {body => '您好'}, @_) },
    'evidence in a claim' => sub { my (%who) = @_; $world->post("/v1/claims/$claim/evidence?kind=other", $World::png, %who, headers => {%{$who{headers} // {}}, 'Content-Type' => 'image/png'}) },
    'changing a product' => sub { $world->post("/v1/products/$world->{card}", {price => 9500}, @_) },
    'importing cards' => sub { $world->post("/v1/products/$world->{card}/cards", {cards => ['TEAM-1'], dry_run => JSON::PP::true}, @_) },
    'making a token' => sub { $world->post($path, {}, @_) },
    'revoking a token' => sub { $world->post("/v1/tokens/$team{full}{id}/revoke", undef, @_) },
    'a webhook secret' => sub { $world->post('/v1/merchant/webhook-secret', undef, @_) },
);
my %may = (claims => qr/^(?:reading|asking|a message|evidence)/, read => qr/^(?:reading|asking)/, full => qr/^(?!revoking)/);
for my $scope (qw(claims read full)) {
    my ($session) = sign_in($team{$scope}{token});
    for my $what (sort keys %try) {
        next if $scope eq 'full' && $what =~ /^revoking/;
        for my $by (['a token', token => $team{$scope}{token}], ['a session', with($session, %page)]) {
            my ($name, @who) = @$by;
            my $got = $try{$what}->(@who);
            if ($what =~ $may{$scope}) {
                like($got->{status}, qr/^20/, "$name with scope $scope: $what") or diag $got->{text};
            } else {
                code_is($got, '403 scope_denied', "$name with scope $scope: not $what");
            }
        }
    }
    is($world->post('/v1/session/end', undef, keyless => 1, with($session, %page))->{status}, 204, '… and signs out');
}

# ---- seeing and revoking ----
my ($mine) = sign_in($team{claims}{token}, label => 'Chrome');
my @items = @{$world->get('/v1/tokens?limit=100', with($mine))->{json}{items}};
my ($current) = grep { $_->{current} } @items;
is_deeply([@$current{qw(kind label scope parent_id)}], ['session', 'Chrome', 'claims', $team{claims}{id}], 'the list shows the session that asks for it');
ok($current->{used_at}, '… used just now');
is_deeply([sort map { $_->{label} } grep { $_->{kind} eq 'token' && $_->{label} } @items], [sort map { "客服 $_" } qw(full claims read)], 'and the tokens of the team');
is(scalar(grep { $_->{label} eq 'Firefox' } @items), 0, 'what has ended is not in it');
unlike($world->get('/v1/tokens', as => 'merchant')->{text}, qr/tok_|ses_/, 'no secret is in it');
my $first = $world->get('/v1/tokens?limit=1', as => 'merchant')->{json};
is($world->get("/v1/tokens?limit=1&cursor=$first->{next_cursor}", as => 'merchant')->{json}{items}[0]{id}, $items[1]{id}, 'it comes in pages');
code_is($world->get("/v1/tokens?party=$party{merchant}{id}", as => 'rival'), '404 not_found', "another's list is not found");
is(scalar @{$world->get("/v1/tokens?limit=100&party=$party{merchant}{id}", as => 'operator')->{json}{items}}, scalar @items, 'an operator sees it');
code_is($world->post("/v1/tokens/$team{claims}{id}/revoke", undef, as => 'rival'), '404 not_found', "nobody revokes another's");
code_is($world->post('/v1/tokens/tkn_00000000000000000000000000/revoke', undef, as => 'operator'), '404 not_found', 'nor what is not there');
is($world->get('/v1/merchant', with($mine))->{status}, 200, 'before');
my $gone = $world->must(POST => "/v1/tokens/$team{claims}{id}/revoke", undef, as => 'merchant');
code_is($world->get('/v1/merchant', token => $team{claims}{token}), '401 authentication_failed', 'a revoked token opens nothing');
code_is($world->get('/v1/merchant', with($mine)), '401 session_expired', 'and its sessions end with it');
is_deeply($world->must(POST => "/v1/tokens/$team{claims}{id}/revoke", undef, as => 'merchant'), $gone, 'revoking it again says since when');
my $leaves = sub { $world->get('/v1/log/checkpoint')->{text} =~ /\n(\d+)\n/ ? $1 : die };
my $size = $leaves->();
$world->must(POST => "/v1/tokens/$team{read}{id}/revoke", undef, as => 'operator');
is($leaves->(), $size + 1, 'what an operator revokes for somebody else is in the log');

# ---- time ----
($cookie, $answer) = sign_in($party{buyer}{token});
my $hash = sha256_hex(substr $cookie, 16);
my $then = $answer->{json}{expires_at};
$world->with_database("UPDATE token SET used_at = used_at - 700000000, expires_at = expires_at - 700000000 WHERE hash = x'$hash'");
my $moved = $world->until(sub { my $s = $world->get('/v1/session', with($cookie))->{json}; $s->{expires_at} ge $then && $s });
cmp_ok($moved->{expires_at}, 'ge', $then, 'a session that is used lives on');
$world->with_database("UPDATE token SET used_at = used_at - 700000000, limit_at = expires_at - 600000000, expires_at = expires_at - 700000000 WHERE hash = x'$hash'");
my $limited = $world->get('/v1/session', with($cookie))->{json}{expires_at};
$world->until(sub { $world->get('/v1/session', with($cookie))->{json}{expires_at} gt $limited });
cmp_ok($world->get('/v1/session', with($cookie))->{json}{expires_at}, 'lt', $moved->{expires_at}, '… but not beyond its limit');
$world->with_database("UPDATE token SET expires_at = used_at WHERE hash = x'$hash'");
code_is($world->get('/v1/orders', with($cookie)), '401 session_expired', 'one that was left alone has ended');
my ($rows) = $world->rows =~ /\btoken=(\d+)/;
$world->with_database("UPDATE token SET expires_at = 1 WHERE hash = x'$hash'");
ok($world->until(sub { $world->rows =~ /\btoken=(\d+)/ && $1 == $rows - 1 }), 'and is forgotten a month later');
my $short = $world->must(POST => "/v1/parties/$party{buyer}{id}/tokens", {ttl_s => 60}, as => 'buyer');
($cookie, $answer) = sign_in($short->{token});
is($answer->{json}{expires_at}, $short->{expires_at}, 'a session does not outlive its token');
like((cookies($answer))[0], qr/Max-Age=(?:60|59);/, '… nor does its cookie');
$world->with_database("UPDATE party SET state = 'suspended' WHERE id = '$party{stranger}{id}'");
code_is($world->post('/v1/session', {token => $party{stranger}{token}}, keyless => 1, headers => {%page}), '401 authentication_failed', 'who is suspended does not sign in');

# ---- behind a proxy ----
stop_server($world->{server});
$world->{server} = start_server($world->{state}, '--lang', 'en', '--behind-proxy', 'on', '--session-s', '30');
my %tls = (%page, 'X-Forwarded-Proto' => 'https', Origin => "https://127.0.0.1:$world->{server}{port}");
$answer = $world->post('/v1/session', {token => $party{buyer}{token}}, keyless => 1, headers => {%tls});
is(scalar(grep { /; Secure$/ } cookies($answer)), 2, 'over https the cookies are Secure');
code_is($world->post('/v1/session', {token => $party{buyer}{token}}, keyless => 1, headers => {%tls, Origin => "http://127.0.0.1:$world->{server}{port}"}), '403 cross_site',
    'a page that came without TLS is not ours');
is(join("\n", @faults), '', 'every answer is as described');
done_testing();
