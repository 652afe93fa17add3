#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The page's verifier (web/src/verify) and `shuntui verify` say the same: check by check, place by place, on bundles of every kind of
# case and on thousands of bent ones. The bundles come from the demonstration, from a server that this test plays on, and from
# make_bundle; web/tests/verify/ bends them, forges logs that are good in themselves, and compares.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use File::Copy qw(copy);
use Shuntui qw(folder root program run_program read_file write_file);
use World;

my $root = root();
my $bundler = "$root/web/node_modules/.bin/rolldown";
my $maker = ($ENV{SHUNTUI_BUILD} // "$root/build") . '/tests/make_bundle';
for ([$maker, 'ninja -C build'], [$bundler, 'tools/build-web']) {
    my ($path, $how) = @$_;
    die "no $path: run ./check, or $how\n" unless -x $path;
}
$ENV{PATH} = "$root/.cache/node/bin:$ENV{PATH}" if -x "$root/.cache/node/bin/node";

my $folder = folder();
my ($given, $scratch) = map { mkdir "$folder/$_" or die "mkdir: $!"; "$folder/$_" } qw(given scratch);

# ---- bundles ----
system($maker, $given) == 0 or die "make_bundle failed\n";
copy($_, "$given/strange-" . s{.*/}{}r) or die "copy: $!" for grep { /\.(?:tar|zip)$/ } glob "$root/fuzz/corpus/bundle/*";
copy($_, $given) or die "copy: $!" for glob("$root/policies/*.policy $root/policies/real/*.policy");

my ($status, $played) = run_program('demo', '--keep', '--lang', 'en');
my ($kept) = $played =~ m{^\s*(/\S+)/state$}m;
die "the demonstration: $status $played\n" unless $status == 0 && $kept;
my @played = glob "$kept/state/bundles/*.tar";
die "the demonstration left no bundle in $kept\n" unless @played >= 3;
copy($played[$_], "$given/demo-$_.tar") or die "copy: $!" for 0 .. $#played;
system('rm', '-r', '--', $kept) == 0 or die "rm failed\n";

my $world = World->new;
$world->people;
$world->goods;
my $card = $world->{card};

sub keep {
    my ($name, $claim, $format) = @_;
    my $bundle = $world->get("/v1/claims/$claim->{claim}/bundle?format=$format", as => 'merchant');
    die "$name: $bundle->{status} $bundle->{text}\n" unless $bundle->{status} == 200;
    return write_file("$given/$name.$format", $bundle->{text});
}

sub step {
    my ($claim, $as, %body) = @_;
    my $answer = $world->act($claim, \%body, as => $as);
    die "$body{action}: $answer->{text}\n" unless $answer->{status} =~ /^2/;
    return $answer->{json};
}

# A used card, with a report of its system, a finding of an arbiter, a decision that departs from the rule, and an appeal.
{
    my $hook = $world->must(POST => '/v1/merchant/webhook-secret', undef, as => 'merchant')->{secret};
    my $order = $world->buy($card, as => 'buyer');
    my $seen = $world->reveal($order, as => 'buyer');
    my ($text, $headers) = $world->signed('r1', {party_id => $world->{party}{merchant}{id}, card_id => $seen->{cards}[0]{id}, status => 'redeemed'}, $hook);
    $world->must(POST => '/v1/redemption-reports', $text, keyless => 1, headers => $headers);
    my $claim = $world->file($order, {reason => 'key_already_used'}, as => 'buyer');
    my $file = $world->must(POST => "/v1/claims/$claim->{claim}/evidence?kind=problem_proof", $World::png, as => 'buyer', headers => {'Content-Type' => 'image/png'});
    step($claim, 'buyer', action => 'escalate');
    step($claim, 'arbiter', action => 'take_case');
    $world->must(POST => "/v1/claims/$claim->{claim}/facts", {fact => 'unused_proof', value => 'rejected', note => 'the report shows its use'}, as => 'arbiter');
    step($claim, 'arbiter', action => 'propose_deviation', outcome => 'refuse', reason => 'the card was used by the buyer');
    step($claim, 'second', action => 'confirm_deviation');
    step($claim, 'buyer', action => 'appeal', ground => 'named_error', reason => 'another account redeemed it');
    $world->{party}{third} = $world->must(POST => '/v1/parties', {role => 'arbiter', name => 'Arbiter C'}, as => 'operator');
    step($claim, 'third', action => 'take_case');
    step($claim, 'third', action => 'appeal_decide', outcome => 'refund', amount => 9400, reason => 'the report names another account');
    keep('world-appeal', $claim, $_) for qw(tar zip);
}

# A service, its progress, and an outage.
{
    my $job = $world->buy($world->{boosting}, as => 'buyer');
    $world->must(POST => "/v1/orders/$job->{id}/service-events", $_, as => 'merchant') for {kind => 'start'}, {kind => 'progress', progress => 40, note => '钻石二'};
    $world->must(POST => '/v1/incidents', {cause => 'platform_outage', starts_at => '2020-01-01T00:00:00Z', product_id => $world->{boosting}, note => 'queue down'}, as => 'operator');
    keep('world-service', $world->file($job, {reason => 'service_incomplete'}, as => 'buyer'), 'tar');
}

# Recorded answers: the rule's own, two of the merchant's and one of the platform's, and a claim that follows them.
{
    my $order = $world->buy($card, as => 'buyer');
    my $path = "/v1/orders/$order->{id}/clarifications";
    my %wrong = (reason => 'wrong_item_or_region', card => 'redeemed');
    $world->must(POST => $path, {facts => {reason => 'changed_mind', card => 'redeemed'}, question => '兑换了还能退吗？'}, as => 'buyer');
    $world->must(POST => $path, {facts => \%wrong, question => 'q', answer => '可以，退一半。', refund => {percent => $_}}, as => 'merchant') for 50, 70;
    $world->must(POST => $path, {facts => {reason => 'wrong_item_or_region'}, refund => {percent => 100}}, as => 'arbiter');
    $world->reveal($order, as => 'buyer');
    my $claim = $world->file($order, {reason => 'wrong_item_or_region'}, as => 'buyer');
    keep('world-clarified', $claim, $_) for qw(tar zip);
}
undef $world;

# What other programs make of a bundle when they pack it again.
write_file("$scratch/repack.py", <<'PYTHON');
import io, sys, tarfile, zipfile
source, out = sys.argv[1:]
files = [(m.name, tarfile.open(source).extractfile(m).read()) for m in tarfile.open(source).getmembers()]
folder = files[0][0].split('/')[0]
for name, form, folders in (('gnu', tarfile.GNU_FORMAT, True), ('pax', tarfile.PAX_FORMAT, False), ('ustar', tarfile.USTAR_FORMAT, False)):
    with tarfile.open(f'{out}/strange-{name}.tar', 'w', format=form) as tar:
        if folders:
            entry = tarfile.TarInfo(folder); entry.type = tarfile.DIRTYPE; entry.mode = 0o755; tar.addfile(entry)
        for path, data in files:
            entry = tarfile.TarInfo(path); entry.size = len(data); entry.mtime = 1700000000 + (0.5 if name == 'pax' else 0); tar.addfile(entry, io.BytesIO(data))
for name, method in (('stored', zipfile.ZIP_STORED), ('deflated', zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(f'{out}/strange-{name}.zip', 'w', method) as packed:
        for path, data in files:
            packed.writestr(path, data)
PYTHON
system('python3', "$scratch/repack.py", "$given/bundle.tar", $given) == 0 or die "the bundle could not be packed again\n";

# ---- the two verifiers ----
system("cd '$root/web' && '$bundler' tests/verify/agree.ts -f esm --platform node -o '$scratch/agree.mjs' >'$scratch/bundler.log' 2>&1") == 0
    or die 'the verifier could not be built: ' . read_file("$scratch/bundler.log") . "\n";
mkdir "$folder/bent" or die "mkdir: $!";
exit(system('node', "$scratch/agree.mjs", program(), $given, "$folder/bent") == 0 ? 0 : 1);
