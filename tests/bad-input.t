#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Input that no route may take. The cases of every field follow from docs/openapi.yaml (type, length, range, enumeration, required),
# the rest is a table. Each must get its own 4xx code, the place, and a hint, and leave no row behind.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Test::More;
use OpenApi;
use Shuntui qw(root read_file);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);
my $api = OpenApi->new;
my $world = World->new(on_answer => sub { push our @faults, $api->check_answer(@_) });
our @faults;
$world->people;
$world->goods;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# ---- a case that stands still while it is asked about ----
my $order = $world->buy($world->{card}, as => 'buyer');
$world->reveal($order, as => 'buyer');
my $claim = $world->file($order, {reason => 'key_invalid'}, as => 'buyer')->{claim};
my $evidence = $world->must(POST => "/v1/claims/$claim/evidence?kind=other", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'})->{id};
my $sealed = $world->buy($world->{card}, as => 'buyer');
my $job = $world->buy($world->{boosting}, as => 'buyer');
my $hook = $world->must(POST => '/v1/merchant/webhook-secret', undef, as => 'merchant')->{secret};
my $merchant = $world->{party}{merchant}{id};
my $batch = $world->must(GET => '/v1/merchant/stock', undef, as => 'merchant')->{items}[0]{id};
# All that is sent again below with the same key is answered from here.
my %money = (amount => 100, currency => 'CNY', reference => 'bank-line-1');

my %change = %{$world->service_listing($world->{service_policy})};
delete @change{qw(kind currency)};

# operationId => [who, path, a body that would be taken]
my %good = (
    previewClaim => ['buyer', "/v1/orders/$sealed->{id}/claims/preview", {reason => 'changed_mind', statement => 's', facts => {}, amount => 1}],
    fileClaim => ['buyer', "/v1/orders/$sealed->{id}/claims", {reason => 'changed_mind', statement => 's', facts => {}, amount => 1}],
    actOnClaim => ['buyer', "/v1/claims/$claim/actions", {action => 'escalate', reason => 'r', ground => 'new_facts', offer => 'partial', amount => 1, extend_s => 3600, valid_s => 3600, due_s => 72000, outcome => 'refund', bearer => 'merchant', clause => 'dead_key'}],
    previewDecision => ['arbiter', "/v1/claims/$claim/decision/preview", {outcome => 'refuse', amount => 0, clause => 'dead_key', bearer => 'merchant', reason => 'r', findings => [{fact => 'problem_proof', value => 'accepted', note => 'n'}]}],
    addMessage => ['buyer', "/v1/claims/$claim/messages", {body => 'hello'}],
    addFinding => ['arbiter', "/v1/claims/$claim/facts", {fact => 'cause', value => 'merchant_delay', note => 'n'}],
    beginUpload => ['buyer', "/v1/claims/$claim/uploads", {kind => 'other', name => 'n', size => 1, sha256 => '0' x 64, original_sha256 => '1' x 64}],
    judgeEvidence => ['arbiter', "/v1/claims/$claim/evidence/$evidence/judgement", {state => 'rejected', reason => 'r'}],
    lintTerms => [undef, '/v1/terms/lint', {text => 'x', date => '2026-11-24'}],
    checkPolicy => ['merchant', '/v1/policies/check', {source => 'x'}],
    askDraft => [undef, '/v1/policies/whatif', {source => 'x', facts => {}}],
    publishPolicy => ['merchant', '/v1/policies', {source => 'x', effective_at => '2099-01-01T00:00:00Z'}],
    simulatePolicy => ['operator', '/v1/policies/simulate', {source => 'x', merchant_id => $merchant, policy => 'shop', since => '2026-11-01'}],
    withdrawPolicy => ['merchant', "/v1/policies/$world->{policy}/withdraw", {reason => 'r'}],
    createProduct => ['merchant', '/v1/products', {%{$world->service_listing($world->{service_policy})}, description => 'd', region => 'r', redeem_channel => 'c', face_value => 1, valid_days => 1}],
    changeProduct => ['merchant', "/v1/products/$world->{boosting}", {%change, description => 'd', region => 'r', redeem_channel => 'c', face_value => 1, valid_days => 1, state => 'active'}],
    importCards => ['merchant', "/v1/products/$world->{card}/cards", {cards => ['BAD-INPUT-1'], dry_run => JSON::PP::false, batch => {name => 'b', source => 's', cost => 1}}],
    changeStock => ['merchant', "/v1/merchant/stock/$batch", {action => 'release', reason => 'r'}],
    createOrder => ['buyer', '/v1/orders', {product_id => $world->{card}, policy_id => $world->{policy}, quantity => 1, provider => 'sandbox', agreement => 'a', consent => {accepted => JSON::PP::true, language => 'zh'}}],
    revealCards => ['buyer', "/v1/orders/$sealed->{id}/reveal", {notice => 'ntc_1', card_id => 'crd_00000000000000000000000000'}],
    addServiceEvent => ['merchant', "/v1/orders/$job->{id}/service-events", {kind => 'start', progress => 1, note => 'n'}],
    createBuyer => [undef, '/v1/buyers', {name => 'x'}],
    createParty => ['operator', '/v1/parties', {role => 'buyer', name => 'x'}],
    setPartyState => ['operator', "/v1/parties/$merchant/state", {state => 'active', reason => 'r'}],
    createToken => ['operator', "/v1/parties/$merchant/tokens", {label => 'l', scope => 'read', ttl_s => 60}],
    beginSession => ['page', '/v1/session', {token => 'tok_1', label => 'l'}],
    moveBond => ['operator', "/v1/merchants/$merchant/bond", {%money, direction => 'deposit'}],
    makePayout => ['operator', "/v1/merchants/$merchant/payouts", {%money}],
    recordIncident => ['operator', '/v1/incidents', {cause => 'issuer_outage', product_id => $world->{card}, merchant_id => $merchant, starts_at => '2020-01-01T00:00:00Z', ends_at => '2020-01-01T01:00:00Z', note => 'n'}],
    askProduct => ['buyer', "/v1/products/$world->{card}/whatif", {facts => {reason => 'key_invalid'}}],
    askOrder => ['buyer', "/v1/orders/$order->{id}/whatif", {facts => {reason => 'key_invalid'}}],
    addClarification => ['merchant', "/v1/orders/$order->{id}/clarifications", {facts => {reason => 'unauthorised'}, question => 'q', answer => 'a', refund => {percent => 50, within_s => 86400}}],
    reportRedemption => ['hook', '/v1/redemption-reports', {party_id => $merchant, card_id => 'crd_00000000000000000000000000', status => 'redeemed', at => '2020-01-01T00:00:00Z', account => 'a'}],
);
# Fields whose wrong value is known only together with others, or has a code of its own.
my %special = (
    'createProduct price low' => ['listing_incomplete'], 'createProduct delivery_s low' => ['listing_incomplete'], 'createProduct title short' => ['listing_incomplete'],
    'changeProduct price low' => ['listing_incomplete'], 'changeProduct delivery_s low' => ['listing_incomplete'], 'changeProduct title short' => ['listing_incomplete'],
);

# ---- sending ----
my $serial = 0;
sub send_text {
    my ($operation, $text, %more) = @_;
    my ($who, $path) = @{$good{$operation}};
    if ($who && $who eq 'hook') {
        my (undef, $headers) = $world->signed('bad-' . ++$serial, {}, $hook);
        my $mac = Digest::SHA::hmac_sha256_base64("$headers->{'webhook-id'}.$headers->{'webhook-timestamp'}.$text", $hook);
        $mac .= '=' while length($mac) % 4;
        return $world->ask(POST => $path . ($more{query} // ''), $text, keyless => 1, headers => {%$headers, 'webhook-signature' => "v1,$mac", %{$more{headers} // {}}});
    }
    if ($who && $who eq 'page') {
        return $world->ask(POST => $path . ($more{query} // ''), $text, keyless => 1, headers => {'Shuntui-Page' => '1', %{$more{headers} // {}}});
    }
    return $world->ask(POST => $path . ($more{query} // ''), $text, ($who ? (as => $who) : ()), %more);
}
sub send_body { my ($operation, $body, %more) = @_; return send_text($operation, $json->encode($body), %more) }

my @wrong;
# The place is a pointer; what the JSON reader itself refuses has line and column.
sub refused {
    my ($operation, $case, $answer, $codes, $pointer) = @_;
    my $problem = $answer->{json} // {};
    my $said = "$answer->{status} " . ($problem->{code} // '') . ' ' . ($problem->{pointer} // '');
    my $fits = grep { $_ eq ($problem->{code} // '') } @$codes;
    my $why = $answer->{status} !~ /^4/ ? 'not refused' : !$fits ? 'instead of ' . join('|', @$codes) : !$problem->{hint} ? 'no hint'
        : defined $pointer && ($problem->{pointer} // '') ne $pointer && !$problem->{line} ? "instead of the place $pointer" : '';
    push @wrong, "$case: $said: $why" if $why;
    return;
}

sub with { my ($body, $key, $value) = @_; return {%$body, $key => $value} }

# The body as text with one value replaced by raw text, which an encoder would not write.
sub raw {
    my ($body, $key, $value) = @_;
    my $text = $json->encode({%$body, $key => 'RAW-VALUE'});
    $text =~ s/"RAW-VALUE"/$value/;
    return $text;
}

# ---- the cases of one field ----
sub field_cases {
    my ($operation, $body, $key, $schema, $required) = @_;
    $schema = $api->resolve($schema);
    my $at = "/$key";
    my $type = ref $schema->{type} ? $schema->{type}[0] : $schema->{type};
    my %other = (string => 7, integer => 'seven', boolean => 'true', array => {}, object => []);
    my $try = sub {
        my ($case, $text, @codes) = @_;
        my $codes = $special{"$operation $key $case"} // \@codes;
        refused($operation, "$key $case", send_text($operation, $text), $codes, $at);
    };
    $try->('wrong type', $json->encode(with($body, $key, $other{$type})), 'field_type');
    $try->('null', $json->encode(with($body, $key, undef)), 'field_type');
    $try->('nested deep', raw($body, $key, '[' x 20 . ']' x 20), 'field_type') if $type ne 'array';
    if ($required) {
        my %less = %$body;
        delete $less{$key};
        $try->('missing', $json->encode(\%less), 'field_missing');
    }
    if ($type eq 'string') {
        my $maximum = $schema->{maxLength};
        $try->('long', $json->encode(with($body, $key, 'x' x ($maximum + 1))), 'field_too_long') if $maximum && $maximum < 50000 && ($maximum < 1000 || $operation !~ /^create(?:Buyer|Party)/);
        $try->('short', $json->encode(with($body, $key, '')), 'field_too_short', 'field_value') if $schema->{minLength};
        $try->('nonsense', $json->encode(with($body, $key, 'nonsense')), 'field_value', 'policy_fact_source') if $schema->{enum};
        $try->('nonsense', $json->encode(with($body, $key, 'xyz_1')), 'field_too_short', 'id_malformed', 'field_value', 'not_found') if ($schema->{pattern} // '') =~ /^\^\w{3}_/;
        $try->('no time', $json->encode(with($body, $key, 'yesterday')), 'time_malformed', 'field_value') if ($schema->{format} // '') eq 'date-time';
    }
    if ($type eq 'integer') {
        my @range = ('field_out_of_range');
        $try->('low', $json->encode(with($body, $key, $schema->{minimum} - 1)), @range);
        $try->('negative', $json->encode(with($body, $key, -1)), @range);
        $try->('high', $json->encode(with($body, $key, $schema->{maximum} + 1)), @range);
        $try->('int64 and one', raw($body, $key, '9223372036854775808'), @range);
        $try->('huge', raw($body, $key, '9' x 400), @range);
        $try->('float', raw($body, $key, '1.5'), 'field_type');
        $try->('exponent', raw($body, $key, '1e2'), 'field_type');
    }
    return;
}

# ---- every route with a JSON body ----
for my $operation (sort { $a->{path} cmp $b->{path} } grep { ($_->{requestBody}{content} // {})->{'application/json'} && $_->{operationId} ne 'receivePaymentCallback' } @{$api->{operations}}) {
    my $id = $operation->{operationId};
    my $good = $good{$id} or die "no body for $id\n";
    my $body = $good->[2];
    my $schema = $api->resolve($operation->{requestBody}{content}{'application/json'}{schema});
    my %required = map { $_ => 1 } @{$schema->{required} // []};
    my $rows = $world->rows;
    @wrong = ();
    field_cases($id, $body, $_, $schema->{properties}{$_}, $required{$_}) for sort keys %{$schema->{properties}};
    my $text = $json->encode($body);
    my ($first) = sort keys %$body;
    my $is_hook = $id eq 'reportRedemption';
    refused($id, 'unknown field', send_body($id, with($body, 'zzz', 1)), ['field_unknown'], '/zzz');
    refused($id, 'twice', send_text($id, $text =~ s/^\{/"{" . $json->encode($first) . ":1,"/er), ['json_duplicate_key']);
    refused($id, 'a list', send_text($id, '[]'), ['field_type']);
    refused($id, 'a text', send_text($id, '"x"'), ['json_syntax', 'field_type']);
    refused($id, 'cut off', send_text($id, substr $text, 0, -1), ['json_syntax']);
    refused($id, 'more after it', send_text($id, "$text {}"), ['json_syntax']);
    refused($id, 'bad UTF-8', send_text($id, "{\"$first\":\"\xff\xfe\"}"), ['utf8_invalid']);
    refused($id, 'overlong UTF-8', send_text($id, "{\"$first\":\"\xc0\xaf\"}"), ['utf8_invalid']);
    refused($id, 'half a surrogate', send_text($id, "{\"$first\":\"\\ud800\"}"), ['json_syntax', 'utf8_invalid']);
    refused($id, 'NUL in a text', send_text($id, "{\"$first\":\"a\\u0000b\"}"), ['json_syntax', 'field_value']);
    refused($id, 'NUL', send_text($id, "{\"$first\":\"a\0b\"}"), ['json_syntax', 'utf8_invalid']);
    refused($id, 'deep', send_text($id, "{\"$first\":" . '[' x 1000 . ']' x 1000 . '}'), ['json_syntax', 'limit_exceeded', 'body_too_large']);
    refused($id, 'nothing', send_text($id, ''), ['body_missing']);
    refused($id, 'too much', send_text($id, '{"' . 'x' x 270_000 . '":1}'), ['body_too_large']);
    refused($id, 'unknown query', send_body($id, $body, query => '?zzz=1'), ['query_unknown'], 'query zzz');
    if (!$is_hook) {
        refused($id, 'another type', send_body($id, $body, headers => {'Content-Type' => 'text/plain'}), ['media_type'], 'header Content-Type');
        refused($id, 'form', send_body($id, $body, headers => {'Content-Type' => 'application/x-www-form-urlencoded'}), ['media_type'], 'header Content-Type');
    }
    if ($operation->{'x-mode'} eq 'write') {
        refused($id, 'no key', send_body($id, $body, keyless => 1), ['idempotency_key_missing'], 'header Idempotency-Key');
        refused($id, 'short key', send_body($id, $body, key => 'short'), ['idempotency_key_malformed'], 'header Idempotency-Key');
        refused($id, 'long key', send_body($id, $body, key => 'x' x 65), ['idempotency_key_malformed'], 'header Idempotency-Key');
    }
    # Ids of the path: malformed, of another kind, of nobody.
    my $path = $good->[1];
    if (my ($prefix) = $path =~ m{/((?:ord|clm|prd|mch|pol)_)[0-9a-z]{26}}) {
        for my $row (['malformed id', 'x', 'id_malformed'], ['id of another kind', 'zzz_' . '0' x 26, 'id_malformed'], ['long id', $prefix . '0' x 200, 'id_malformed'], ['id of nobody', $prefix . '0' x 26, 'not_found']) {
            my ($case, $value, $code) = @$row;
            next if $id =~ /^(?:createToken|setPartyState)$/ && $code eq 'id_malformed'; # any party's id: one that is none is not found
            local $good{$id} = [$good->[0], $path =~ s{/${prefix}[0-9a-z]{26}}{/$value}r, $body];
            refused($id, $case, send_body($id, $body), [$code]);
        }
    }
    is(join("\n", @wrong), '', "$id refuses what it must");
    is($world->rows, $rows, '… and writes nothing');
}

# ---- nested members, and rules of several fields ----
# The merchant's published policy under another number; and one of that name that refunds next to nothing.
sub read_policy {
    my ($version) = @_;
    my $source = read_file(root() . '/policies/cards-standard.policy');
    utf8::decode($source);
    $source =~ s/version \d+/version $version/;
    return $source;
}
sub policy_text { return "policy \"cards-standard\" version $_[0]\ngoods card_key\nclause a \"a\"\n  when card is sealed and purchased within 1 day\n  refund full at once\notherwise review within 48 hours\n" }
my $prd = $good{createProduct}[2];
my @table = (
    [createOrder => {%{$good{createOrder}[2]}, consent => {}}, 'field_missing', '/consent/accepted'],
    [createOrder => {%{$good{createOrder}[2]}, consent => {accepted => 1}}, 'field_type', '/consent/accepted'],
    [createOrder => {%{$good{createOrder}[2]}, consent => {accepted => JSON::PP::true, zzz => 1}}, 'field_unknown', '/consent/zzz'],
    [createOrder => {product_id => 'prd_00000000000000000000000000'}, 'not_found'],
    [createOrder => {product_id => $order->{id}}, 'not_found'],
    [createOrder => {product_id => $world->{card}, provider => 'bank'}, 'field_value', '/provider'],
    [createOrder => {product_id => $world->{card}, quantity => 90}, 'out_of_stock'],
    [createOrder => {product_id => $world->{card}, policy_id => $world->{service_policy}}, 'policy_changed', '/policy_id'],
    [createOrder => {product_id => $world->{card}, listing_sha256 => '0' x 64}, 'listing_changed', '/listing_sha256'],
    [createOrder => {product_id => $world->{card}, listing_sha256 => 'z' x 64}, 'field_value', '/listing_sha256'],
    [createOrder => {product_id => $world->{card}, listing_sha256 => 'x'}, 'field_too_short', '/listing_sha256'],
    [publishPolicy => {source => policy_text(5)}, 'policy_below_floor'],
    [publishPolicy => {source => policy_text(4)}, 'version_taken'],
    [publishPolicy => {source => read_policy(5), effective_at => '2020-01-01T00:00:00Z'}, 'policy_notice', '/effective_at'],
    [publishPolicy => {source => read_policy(5), effective_at => '2999-01-01T00:00:00Z'}, 'field_out_of_range', '/effective_at'],
    [publishPolicy => {source => "policy \"x\" version 1\ngoods licence\nclause a \"a\"\n  when purchased within 14 days\n  refund full at once\notherwise review within 48 hours\n"}, 'policy_goods_unsold'],
    [withdrawPolicy => {reason => 'r'}, 'policy_in_force'],
    [createProduct => {%$prd, milestones => [1]}, 'field_type', '/milestones/0'],
    [createProduct => {%$prd, milestones => [{title => 'a', percent => 0}]}, 'field_out_of_range', '/milestones/0/percent'],
    [createProduct => {%$prd, milestones => [{title => 'a', percent => 50, zzz => 1}]}, 'field_unknown', '/milestones/0/zzz'],
    [createProduct => {%$prd, currency => 'ZZZ'}, 'field_value', '/currency'],
    [createProduct => {%$prd, policy_id => 'pol_00000000000000000000000000'}, 'not_found'],
    [createProduct => {%$prd, policy_id => $world->{policy}}, 'policy_goods'],
    [askProduct => {facts => {zzz => 1}}, 'field_unknown', '/facts/zzz'],
    [askProduct => {facts => {reason => 'zzz'}}, 'field_value', '/facts/reason'],
    [askProduct => {facts => {reason => 7}}, 'field_type', '/facts/reason'],
    [askProduct => {facts => {reason => undef}}, 'field_type', '/facts/reason'],
    [askProduct => {facts => {reason => {value => 'other', leaf => 1}}}, 'field_type', '/facts/reason'],
    [askProduct => {facts => {revealed => -1}}, 'field_type', '/facts/revealed'],
    [askProduct => {facts => {quantity => 1000000000000}}, 'money_overflow', '/facts/quantity'],
    [askProduct => {facts => {progress => 5}}, 'field_value', '/facts/progress'],
    [askProduct => {facts => {card => 'sealed', revealed => 5}}, 'facts_impossible', '/facts'],
    [askOrder => {facts => {card => 'sealed', revealed => 5}}, 'facts_impossible', '/facts'],
    [addClarification => {facts => {reason => 'unauthorised'}, refund => {}}, 'field_missing', '/refund/percent'],
    [addClarification => {facts => {reason => 'unauthorised'}, refund => {percent => 0}}, 'field_out_of_range', '/refund/percent'],
    [addClarification => {facts => {reason => 'unauthorised'}, refund => {percent => 101}}, 'field_out_of_range', '/refund/percent'],
    [addClarification => {facts => {reason => 'unauthorised'}, refund => {percent => 1, within_s => 3600}}, 'field_out_of_range', '/refund/within_s'],
    [addClarification => {facts => {reason => 'unauthorised'}, refund => {percent => 1, zzz => 1}}, 'field_unknown', '/refund/zzz'],
    [addClarification => {facts => {}, refund => {percent => 1}}, 'field_missing', '/facts/reason'],
    [addClarification => {facts => {reason => 'unauthorised', merchant_answer => 'silent'}, refund => {percent => 1}}, 'field_value', '/facts/merchant_answer'],
    [addClarification => {facts => {}}, 'clarification_open', '/facts'],
    [importCards => {cards => []}, 'field_too_short', '/cards'],
    [importCards => {cards => [('x') x 501]}, 'field_too_long', '/cards'],
    [importCards => {cards => ['a', 1]}, 'field_type', '/cards/1'],
    [importCards => {cards => ['a', "tab\tin it"], dry_run => 1}, 'field_type', '/dry_run'],
    [fileClaim => {reason => 'changed_mind', facts => {zzz => 1}}, 'field_unknown', '/facts/zzz'],
    [fileClaim => {reason => 'changed_mind', facts => {card => 'sealed'}}, 'policy_fact_source', '/facts/card'],
    [fileClaim => {reason => 'changed_mind', facts => {affected_quantity => 'two'}}, 'field_type', '/facts/affected_quantity'],
    [fileClaim => {reason => 'changed_mind', facts => {affected_quantity => -2}}, 'field_out_of_range', '/facts/affected_quantity'],
    [fileClaim => {reason => 'changed_mind', amount => 9501}, 'field_out_of_range', '/amount'],
    [actOnClaim => {action => 'buyer_silence'}, 'field_value', '/action'],
    [actOnClaim => {action => 'appeal'}, 'claim_event_not_allowed'],
    [addFinding => {fact => 'cause', value => 'nonsense', note => 'n'}, 'field_value', '/value'],
    [addFinding => {fact => 'purchased', value => '1', note => 'n'}, 'policy_fact_source', '/value'],
    [judgeEvidence => {state => 'rejected'}, 'field_missing', '/reason'],
    [moveBond => {%money, amount => 0, direction => 'deposit'}, 'field_out_of_range', '/amount'],
    [moveBond => {%money, amount => -5, direction => 'deposit'}, 'field_out_of_range', '/amount'],
    [moveBond => {%money, currency => 'cny', direction => 'deposit'}, 'field_value', '/currency'],
    [moveBond => {%money, direction => 'withdraw'}, 'bond_needed'],
    [makePayout => {%money, amount => 10**11}, 'ledger_insufficient'],
    [makePayout => {%money, currency => 'ZZZ'}, 'field_value', '/currency'],
    [recordIncident => {%{$good{recordIncident}[2]}, ends_at => '2019-01-01T00:00:00Z'}, 'field_value', '/ends_at'],
    [recordIncident => {%{$good{recordIncident}[2]}, cause => 'none'}, 'field_value', '/cause'],
    [recordIncident => {%{$good{recordIncident}[2]}, product_id => 'prd_00000000000000000000000000'}, 'not_found'],
    [revealCards => {notice => 'ntc_00000000000000000000000000'}, 'notice_invalid'],
    [reportRedemption => {party_id => $merchant, status => 'redeemed'}, 'field_value', '/card_id'],
    [reportRedemption => {party_id => $merchant, status => 'redeemed', card_id => 'crd_00000000000000000000000000'}, 'not_found'],
    [reportRedemption => {party_id => $merchant, status => 'redeemed', secret => 'x', at => '2999-01-01T00:00:00Z'}, 'field_value', '/at'],
);
my $rows = $world->rows;
@wrong = ();
refused($_->[0], "$_->[0] " . $json->encode($_->[1]), send_body($_->[0], $_->[1]), [$_->[2]], $_->[3]) for @table;
is(join("\n", @wrong), '', 'members within members, and rules of several fields');

# ---- queries and paths ----
@wrong = ();
for my $row (
    ['/v1/products?limit=0', 'query_value', 'query limit'], ['/v1/products?limit=101', 'query_value', 'query limit'], ['/v1/products?limit=ten', 'query_value', 'query limit'],
    ['/v1/products?limit=1&limit=2', 'query_duplicate', 'query limit'], ['/v1/products?limit=99999999999999999999', 'query_value', 'query limit'],
    ['/v1/products?cursor=ord_00000000000000000000000000', 'query_value', 'query cursor'], ['/v1/products?kind=shoes', 'query_value', 'query kind'],
    ['/v1/products?q=%ff', 'utf8_invalid'], ['/v1/products?zzz', 'query_unknown', 'query zzz'], ['/v1/products?q=' . 'x' x 101, 'query_value', 'query q'],
    ['/v1/products/x', 'id_malformed'], ['/v1/products/prd_UPPERCASE00000000000000000', 'id_malformed'], ['/v1/products/prd_00000000000000000000000000', 'not_found'],
    ['/v1/log/leaves/-1/proof', qr/id_malformed|route_unknown|field_value/], ['/v1/log/leaves/99999999999999999999/proof', qr/id_malformed|field/], ['/v1/log/leaves/123456789/proof', 'not_found'],
    ['/v1/log/tile/0/999999', 'not_found'], ['/v1/log/tile/99/0', 'not_found'], ['/v1/policies/pol_00000000000000000000000000', 'not_found'],
    ["/v1/policies/$world->{policy}/diff/pol_00000000000000000000000000", 'not_found'], ["/v1/policies/$world->{policy}/diff/x", 'id_malformed'],
    ["/v1/policies/$world->{policy}/diff/$world->{service_policy}", 'policy_goods'], ['/v1/floors?zzz=1', 'query_unknown', 'query zzz'],
    ['/v1/merchants/mch_00000000000000000000000000', 'not_found'], ["/v1/merchants/$world->{card}", 'id_malformed'], ['/v1/nothing', 'route_unknown'],
    ['/v1/claims?stage=nowhere', 'query_value', 'query stage', 'buyer'], ['/v1/claims?waiting_for=godot', 'query_value', 'query waiting_for', 'buyer'],
    ['/v1/orders?state=lost', 'query_value', 'query state', 'buyer'], ['/v1/merchant/ledger?cursor=abc', 'query_value', 'query cursor', 'merchant'], ['/v1/suspense?cursor=9e9', 'query_value', 'query cursor', 'operator'],
    ["/v1/orders?order=$order->{id}", 'query_value', 'query order', 'buyer'], ['/v1/claims?order=x', 'query_value', 'query order', 'operator'], ['/v1/claims?sort=deadline&cursor=x', 'query_value', 'query cursor', 'buyer'], ['/v1/merchant/stock?format=xml', 'query_value', 'query format', 'merchant'], ['/v1/merchant/stock?cursor=x', 'query_value', 'query cursor', 'merchant'], ['/v1/audit?from=x', 'time_malformed', 'query from', 'operator'],
    ["/v1/claims/$claim/bundle?format=rar", 'query_value', 'query format', 'buyer'], ["/v1/claims/$claim/evidence/evd_00000000000000000000000000", 'not_found', undef, 'buyer'],
) {
    my ($path, $code, $pointer, $who) = @$row;
    my $answer = $world->get($path, $who ? (as => $who) : ());
    my $said = $answer->{json}{code} // '';
    refused('', $path, $answer, [ref $code && $said =~ $code ? $said : $code], $pointer);
}
for my $row (["/v1/claims/$claim/evidence", 'field_missing', 'query kind'], ["/v1/claims/$claim/evidence?kind=nonsense", 'query_value', 'query kind'], ["/v1/claims/$claim/evidence?kind=other&zzz=1", 'query_unknown', 'query zzz'],
    ["/v1/claims/$claim/evidence?kind=other&name=" . 'n' x 201, 'query_value', 'query name']) {
    refused('', $row->[0], $world->post($row->[0], $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'}), [$row->[1]], $row->[2]);
}
refused('', 'no file', $world->post("/v1/claims/$claim/evidence?kind=other", '', as => 'buyer'), ['body_missing']);
refused('', 'a text as file', $world->post("/v1/claims/$claim/evidence?kind=other", 'hello', as => 'buyer', headers => {'Content-Type' => 'image/png'}), ['media_type']);
refused('', 'a body where none is taken', $world->post("/v1/orders/$sealed->{id}/cancel", {}, as => 'buyer'), ['body_unexpected']);
refused('', 'paying nothing', $world->ask(POST => "/v1/sandbox/payments/$sealed->{payment}{reference}/pay?amount=0", undef, keyless => 1), ['query_value'], 'query amount');
refused('', 'paying for nobody', $world->ask(POST => '/v1/sandbox/payments/nobody/pay', undef, keyless => 1), ['payment_unknown']);
refused('', 'If-Match of another version', $world->post("/v1/claims/$claim/actions", {action => 'escalate'}, as => 'buyer', headers => {'If-Match' => '"0"'}), ['precondition_failed'], 'header If-Match');
is(join("\n", @wrong), '', 'queries, paths and headers');

# ---- signed callbacks ----
@wrong = ();
my %notice = (amount => 1, number => 'n-1', reference => $sealed->{payment}{reference});
for my $row (
    [{amount => 0}, 'field_out_of_range', '/amount'], [{amount => -1}, 'field_out_of_range', '/amount'], [{amount => 'x'}, 'field_type', '/amount'], [{zzz => 1}, 'field_unknown', '/zzz'],
    [{status => 'maybe'}, 'pay_status', '/status'], [{kind => 'gift'}, 'field_value', '/kind'], [{provider => 'bank'}, 'pay_provider_mismatch'], [{currency => 'cny'}, 'field_value', '/currency'],
    [{number => 'a b'}, 'field_value', '/number'], [{at => 'noon'}, 'time_malformed', '/at'], [{reference => 'nobody'}, 'payment_unknown'], [{refund_id => 'rfd_1'}, 'field_unknown', '/refund_id'],
) {
    my ($change, $code, $pointer) = @$row;
    refused('', 'callback ' . $json->encode($change), $world->provider_calls('event-' . ++$serial, %notice, %$change), [$code], $pointer);
}
refused('', 'callback of an unknown provider', $world->ask(POST => '/v1/payments/nobody/callback', '{}', keyless => 1), ['not_found', 'pay_provider_mismatch', 'pay_signature', 'pay_callback_malformed']);
is(join("\n", @wrong), '', 'callbacks that are signed and still wrong');
is($world->rows, $rows, 'nothing of all that was written');

# ---- the same key ----
my %key = (as => 'buyer', key => 'one-key-for-one-message');
my $first = $world->post("/v1/claims/$claim/messages", {body => 'once'}, %key);
my $again = $world->post("/v1/claims/$claim/messages", {body => 'once'}, %key);
is("$again->{status} $again->{text}", "$first->{status} $first->{text}", 'the same key and body: the same bytes');
is($again->{headers}{'idempotency-replayed'}, 'true', '… said to be a repetition');
@wrong = ();
refused('', 'the same key, another body', $world->post("/v1/claims/$claim/messages", {body => 'twice'}, %key), ['idempotency_key_reused']);
is(join("\n", @wrong), '', 'the same key and another body');
is(scalar(grep { $_->{body} eq 'once' } @{$world->must(GET => "/v1/claims/$claim", undef, as => 'buyer')->{messages}}), 1, 'one message was written');
# A refusal is no answer to keep: the corrected request may use the key.
%key = (as => 'buyer', key => 'a-key-that-was-refused');
is($world->post("/v1/claims/$claim/messages", {body => ''}, %key)->{status}, 422, 'a refused request');
is($world->post("/v1/claims/$claim/messages", {body => 'better'}, %key)->{status}, 201, '… may be corrected under its key');
my %seen;
is(scalar(grep { !$seen{$_}++ } @faults), 0, 'every answer is as described') or diag join "\n", sort keys %seen;
done_testing();
