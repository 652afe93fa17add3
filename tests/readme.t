#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# What the README says is what happens: its commands are run word for word against a demonstration marketplace, its transcript is
# that of the program, its rule is the file, and the check says about the faulty rule what is printed there.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Shuntui qw(folder root program run_program start_server stop_server read_file write_file);

my $folder = folder();
my %text = (en => read_file(root() . '/README.md'), zh => read_file(root() . '/README.zh-CN.md'));

# The blocks of one kind, in order.
sub blocks {
    my ($language, $kind) = @_;
    my @found;
    while ($text{$language} =~ /^```(\w*)\n(.*?)^```$/msg) {
        push @found, $2 if $1 eq $kind;
    }
    return @found;
}

# Any change of the program may draw other ids.
sub without_ids { my ($shown) = @_; return $shown =~ s/\bord_[0-9a-z]{26}/ord/gr }

# ---- quoted texts ----
my $policy = read_file(root() . '/policies/cards-standard.policy');
for my $language (qw(en zh)) {
    my ($status, $demo, $err) = run_program('demo', '--lang', $language);
    is($status, 0, "the demonstration succeeds ($language)") or diag $err;
    my @quoted = blocks($language, '');
    ok(scalar(grep { without_ids($_) eq without_ids($demo) } @quoted), "the transcript is what the program prints ($language)");
    ok(scalar(grep { $_ eq $policy } @quoted), "the rule is the file's text ($language)");
    my (undef, $prose) = run_program('policy', 'prose', root() . '/policies/cards-standard.policy', '--lang', $language);
    ok(scalar(grep { /^3\. / && index($prose, $_) > 0 } @quoted), "the clause in words is what the program prints ($language)");
    my ($faulty) = grep { /^policy "cards" version 1/ } @quoted;
    my ($shown) = grep { /^\$ \.\/run policy check mine\.policy\n/ } @quoted;
    ok($faulty && $shown, "there is a faulty rule and what the check says ($language)") or next;
    write_file("$folder/mine.policy", $faulty);
    ($status, my $said, $err) = run_program('policy', 'check', "$folder/mine.policy", '--lang', $language);
    is($status, 1, "the check refuses it ($language)");
    ($said = "$said$err") =~ s{^\Q$folder\E/}{}mg;
    is("\$ ./run policy check mine.policy\n$said", $shown, "… with these words ($language)");

    # The same rule with less for the buyer: what a floor and what a difference say of it.
    (my $less = $policy) =~ s/(clause wrong .*?delivered within )8 days/${1}3 days/s;
    write_file("$folder/less.policy", $less);
    my @about_less = grep { /^\$ \.\/run policy .* less\.policy\n/ } @quoted;
    is(scalar(@about_less), 2, "there is a floor and a difference ($language)");
    for my $block (@about_less) {
        my ($line, $words) = $block =~ /^\$ \.\/run ([^\n]*)\n(.*)\z/s;
        my @arguments = map { $_ eq 'less.policy' ? "$folder/$_" : m{^policies/} ? root() . "/$_" : $_ } split / /, $line;
        ($status, $said, $err) = run_program(@arguments, '--lang', $language);
        is($status, 1, "$line ($language)");
        ($said = "$said$err") =~ s{^\Q$folder\E/}{}mg;
        is($said, $words, "… with these words ($language)");
    }
}

# ---- commands ----
my @commands = blocks('en', 'sh');
is_deeply([blocks('zh', 'sh')], \@commands, 'both languages give the same commands');
is(scalar(@commands), 5, 'there are five blocks of them');

SKIP: {
    my ($curl) = `curl --version 2>/dev/null` =~ /^curl (\d+\.\d+)/;
    skip 'curl 7.82 or later is not installed', 13 unless $curl && $curl >= 7.82;
    my ($status, $loaded, $err) = run_program('demo', '--load', '--state', "$folder/state", '--lang', 'en');
    is($status, 0, 'the demonstration marketplace is loaded') or diag $err;
    my ($merchant) = $loaded =~ /^  merchant (tok_\w+)$/m or BAIL_OUT('no token was printed');
    my $server = start_server("$folder/state", '--work-interval-ms', '50');

    # ./run builds and then runs the program; here the program is built already. Pauses are for people's machines.
    mkdir "$folder/here" or die "mkdir: $!";
    write_file("$folder/here/run", "#!/bin/sh\nexec '" . program() . "' \"\$@\"\n");
    chmod 0755, "$folder/here/run";
    my $script = join '', map { "printf '\\n== $_\\n'\n$commands[$_]\n" } 0 .. $#commands;
    $script =~ s{http://127\.0\.0\.1:8080}{$server->{url}} or BAIL_OUT('the address is not in the commands');
    $script =~ s{tok_your_merchant_token}{$merchant} or BAIL_OUT('the token is not in the commands');
    write_file("$folder/here/try.sh", "set -e\n$script");
    my $output = `cd '$folder/here' && LC_ALL=C bash try.sh 2>&1`;
    is($?, 0, 'the commands succeed') or diag $output;
    my @part = split /^== \d\n/m, $output;
    shift @part;
    my ($preview, $closed) = map { $part[1] =~ /$_/ ? 1 : 0 } qr/"claim":null.*"disposition":"pay_now"/, qr/"outcome":"refunded"/;
    ok($preview, 'the preview says that a sealed card is paid back at once');
    ok($closed, 'the claim is closed and refunded');
    like($part[2], qr/^ok         Decisions replayed: 1 .*^verified: no check failed/ms, 'the bundle verifies, its decision replayed');
    like($part[3], qr/"secret":"[A-Z0-9-]{8,}"/, 'the card is shown');
    like($part[3], qr/"waiting_for":"merchant"\}\s*\z/, 'the second claim waits for the merchant');
    like($part[4], qr/"stage":"settlement"/, 'and is paid when he agrees') or diag $part[4];
    my $age = qr/\d+ (?:seconds? ago|秒前)/; # varies with the machine
    for my $language (qw(en zh)) {
        my ($words) = grep { /49\.20/ && !/^1\./ } grep { length($_) < 800 } blocks($language, '');
        my @lines = split /\n/, $words // '';
        my @missing = grep {
            my $pattern = join $age, map { quotemeta s/"/\\"/gr } split $age, $_;
            $part[1] !~ /$pattern/
        } @lines;
        ok(@lines == 4 && !@missing, "the explanation is quoted as it is ($language)") or diag "@missing";
    }
    is(stop_server($server), 0, 'the server stops');
    my ($invariants) = (run_program('ledger', 'check', '--state', "$folder/state", '--lang', 'en'))[1] =~ /all (\d+) invariants hold/;
    ok($text{en} =~ /whose (\d+) invariants/ && $1 == $invariants, 'the README counts the invariants') or diag $invariants;
    ok($text{zh} =~ /(\d+) 条账目不变式/ && $1 == $invariants, '… in both languages');
}
done_testing();
