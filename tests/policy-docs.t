#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Every example of docs/policy-language.md is run: policies are checked and must be in canonical layout, wrong ones must give the text
# that stands behind them, situations must be decided as it says, and commands must print what it shows. Section 8 of the document says
# how a snippet becomes a policy. With --write, what the program says is put into the document; read the difference before you commit it.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use Shuntui qw(root folder run_program read_file write_file);

my $root = root();
my $path = "$root/docs/policy-language.md";
my $write = @ARGV && $ARGV[0] eq '--write';
my $folder = folder();
my $json = JSON::PP->new->utf8->canonical;
delete @ENV{grep { /^(?:LC_|LANG|SHUNTUI_(?!BUILD))/ } keys %ENV};
chdir "$folder" or die "chdir: $!\n";

# ---- the document, cut into text and blocks ----

my (@pieces, $block, $section);
for my $line (split /^/, read_file($path)) {
    if ($block && $line eq "```\n") { push @pieces, $block; undef $block }
    elsif ($block) { $block->{body} .= $line }
    elsif ($line =~ /^```(.*)\n/) { $block = {info => $1, body => '', section => $section} }
    else {
        $section = $1 if $line =~ /^#+ (.*)/;
        push @pieces, $line;
    }
}
ok(!$block, 'every block ends');
my @blocks = grep { ref } @pieces;
cmp_ok(scalar @blocks, '>', 50, 'there are examples');

# ---- snippets ----

my %goods = map { $_ => 1 } qw(card_key service licence);

# A whole policy from a block: what its info string says stands around it.
sub completed {
    my ($body, %kind) = @_;
    my ($goods) = ((grep { $goods{$_} } keys %kind), 'card_key');
    if ($kind{lines}) {
        $body = "when late\n$body" unless $body =~ /^when\b/m;
        $body .= "review within 24 hours\n" unless $body =~ /^(?:refund|refuse|review)\b/m;
        $body = "clause example \"示例\" \"Example\"\n" . $body =~ s/^(?=.)/  /gmr;
    }
    return $body unless $kind{lines} || $kind{clause};
    my $end = $body =~ /^otherwise\b/m ? '' : $body =~ /^\w+ overrides\b/m ? "otherwise review within 48 hours\n" : "\notherwise review within 48 hours\n";
    return "policy \"example\" version 1\ngoods $goods\n\n$body$end";
}

my ($name, %kinds_shown);

sub check_policy {
    my ($given, $next) = @_;
    my (undef, @words) = split / /, $given->{info};
    my %kind = map { $_ => 1 } grep { !/=/ } @words;
    ($name) = map { /^file=(.*)/ } @words;
    $name //= 'example.policy';
    write_file($name, completed($given->{body}, %kind));
    my $shown = "$given->{section}: " . $given->{body} =~ s/\n.*//sr;
    my ($status, $out, $err) = run_program('policy', 'check', $name);
    my ($report) = (run_program('policy', 'check', $name, '--json'))[1];
    $kinds_shown{$_->{kind}} = 1 for @{$json->decode($report)->{files}[0]{problems}};
    my $explained = $next && $next->{info} eq 'text' ? $next : undef;
    is($status, $kind{wrong} ? 1 : 0, $kind{wrong} ? "wrong: $shown" : $shown) or diag($err);
    ok($explained, "and the text of the problem follows: $shown") if $kind{wrong};
    if ($explained) {
        $explained->{said} = $err;
        is($explained->{body}, $err, "its problems: $shown") unless $write;
    }
    return if $kind{wrong};
    ($status, $out) = run_program('policy', 'fmt', '--stdout', $name);
    return if $kind{loose};
    $given->{said} = $out unless $kind{clause} || $kind{lines};
    is($out, read_file($name), "in canonical layout: $shown");
    return;
}

# Lines of facts with the decision behind "->", one below the other: the governing clause, the disposition and the refund.
sub check_decisions {
    my ($given) = @_;
    my (@said, $width);
    my @situations = map { /^(.*?) *->/ ? $1 : die "$given->{section}: no \"->\" in $_\n" } split /\n/, $given->{body};
    for my $facts (@situations) { $width = length $facts if length $facts > ($width // 0) }
    for my $facts (@situations) {
        my ($status, $out, $err) = run_program('policy', 'explain', $name, split(/ /, $facts), '--json');
        is($status, 0, "$given->{section}: $facts") or diag($err), return;
        my $decision = $json->decode($out)->{decision};
        push @said, sprintf("%-${width}s -> ", $facts) . join(' ', $decision->{governing} // 'nobody', $decision->{disposition}, $decision->{amount}{refund});
    }
    $given->{said} = join '', map { "$_\n" } @said;
    is($given->{body}, $given->{said}, "$given->{section}: what is decided") unless $write;
    return;
}

# Commands behind "$ ", each followed by what it prints.
sub check_commands {
    my ($given, $next) = @_;
    my ($said, $last) = ('', '');
    for my $command ($given->{body} =~ /^\$ (.*)$/mg) {
        my ($program, @words) = split / /, $command;
        $program eq 'shuntui' or die "$given->{section}: \"$program\" is not the program\n";
        (undef, my $out, my $err) = run_program(@words);
        $last = $out;
        $said .= "\$ $command\n" . ($next && $next->{info} eq 'json' && grep({ $_ eq '--json' } @words) ? '' : "$out$err");
    }
    $given->{said} = $said;
    is($given->{body}, $said, "$given->{section}: " . $given->{body} =~ s/\n.*//sr) unless $write;
    return unless $next && $next->{info} eq 'json';
    my $difference = missing($json->decode($next->{body}), $json->decode($last), '');
    is($difference, '', "$given->{section}: the JSON that is shown");
    return;
}

# Where what is shown is not in what was printed: members may be left out, elements of arrays may not.
sub missing {
    my ($shown, $printed, $at) = @_;
    if (ref $shown eq 'HASH' && ref $printed eq 'HASH') {
        return join '', map { exists $printed->{$_} ? missing($shown->{$_}, $printed->{$_}, "$at/$_") : "$at/$_ is not there\n" } sort keys %$shown;
    }
    if (ref $shown eq 'ARRAY' && ref $printed eq 'ARRAY' && @$shown == @$printed) {
        return join '', map { missing($shown->[$_], $printed->[$_], "$at/$_") } 0 .. $#$shown;
    }
    my ($a, $b) = map { JSON::PP->new->canonical->allow_nonref->encode($_) } $shown, $printed;
    return $a eq $b ? '' : "$at: $a, printed $b\n";
}

# ---- the words of the grammar ----

my %word = map { /^WORD_ROW\("(\w+)", (\w+), (\w+)/ ? ($1 => [$2, $3]) : () } split /\n/, read_file("$root/src/policy/read/words.def");

sub check_grammar {
    my ($given) = @_;
    my %quoted = map { $_ => 1 } $given->{body} =~ /"([a-z_]+)"/g;
    delete @quoted{qw(reason late)}; # the facts that the grammar names
    is_deeply([sort keys %quoted], [sort grep { $word{$_}[0] ne 'NONE' } keys %word], 'the grammar has every word of the language and no other');
    return;
}

for my $i (0 .. $#blocks) {
    my ($given, $next) = @blocks[$i, $i + 1];
    my ($kind) = split / /, $given->{info};
    if (!defined $kind) { fail("$given->{section}: a block says what it is") }
    elsif ($kind eq 'policy') { check_policy($given, $next) }
    elsif ($kind eq 'decides') { check_decisions($given) }
    elsif ($kind eq 'shell') { check_commands($given, $next) }
    elsif ($kind eq 'grammar') { check_grammar($given) }
    elsif ($kind eq 'text') { ok($i && $blocks[$i - 1]{info} =~ /^policy/, "$given->{section}: a text belongs to a policy") }
    elsif ($kind eq 'json') { ok($i && $blocks[$i - 1]{info} eq 'shell', "$given->{section}: JSON belongs to a command") }
    else { fail("$given->{section}: blocks of the kind $kind are known") }
}

# ---- what the document says about tables ----

my $text = join '', map { ref ? '' : $_ } @pieces;
my ($reserved) = $text =~ /Reserved are ((?:`\w+`\s*)+)/;
is_deeply([sort $reserved =~ /`(\w+)`/g], [sort grep { $word{$_}[1] eq 'RESERVED' } keys %word], 'the reserved words are those of the table');

my %code = map { /^ERROR_ROW\((\w+), "(\w+)"/ ? ($1 => $2) : () } split /\n/, read_file("$root/src/base/errors.def");
my @kinds = map { /^PROBLEM_ROW\(\w+, "(\w+)", (\w+)/ ? "$1 $code{$2}" : () } split /\n/, read_file("$root/src/policy/problem_kinds.def");
is_deeply([map { "$_->[0] $_->[1]" } map { [/^\| `(\w+)` \| `(policy_\w+)` \|/] } grep { /^\| `\w+` \| `policy_/ } split /\n/, $text],
    \@kinds, 'the table of problems is that of the program');
is_deeply([sort grep { !$kinds_shown{$_} && $_ ne 'floor' } map { s/ .*//r } @kinds], [], 'each kind of problem is shown once');

if ($write) {
    write_file($path, join '', map { !ref ? $_ : "```$_->{info}\n" . ($_->{said} // $_->{body}) . "```\n" } @pieces);
}
chdir '/';
done_testing();
