#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The lint of terms in the page says what the program's says: every labelled sentence with its day, all of them as one text after
# another, the inputs of the fuzz target, and what each makes of every character. And what the program says is what its command prints.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Encode ();
use JSON::PP ();
use Test::More;
use Shuntui qw(folder root run_program read_file write_file);

my $folder = folder();
my $build = $ENV{SHUNTUI_BUILD} // root() . '/build';
my $day = '2026-11-24';
my $json = JSON::PP->new->utf8->canonical;
my @program = ("$build/tests/lint_terms");
my @page = ('node', root() . '/web/tools/lint-terms.mjs');

sub lines_of {
    my ($command, $in) = @_;
    my $out = "$folder/out";
    system('sh', '-c', 'in=$1 out=$2; shift 2; "$@" <"$in" >"$out"', 'sh', $in, $out, @$command) == 0 or die "@$command failed\n";
    open my $lines, '<:raw', $out or die "$out: $!\n";
    return map { chomp; $_ } <$lines>;
}

sub without_places { return join ' ', map { $_->{category} } @{$_[0]{findings} // []} }

is(system('node', root() . '/web/tools/tables.mjs'), 0, 'the tables are made for the page');

# ---- the sentences ----
my @questions;
my %texts_of_day;
for my $line (split /\n/, read_file(root() . '/tests/terms/labelled.tsv')) {
    next if $line =~ /^#/;
    my ($half, $labels, $severity, $when, $text) = split /\t/, $line, 5;
    utf8::decode($text);
    $text =~ s/\\n/\n/g;
    $text =~ s/\\u200b/\x{200b}/g;
    push @questions, {day => $when eq '-' ? $day : $when, text => $text};
}
my $sentence_count = @questions;
cmp_ok($sentence_count, '>', 2600, 'the labelled sentences are read');
ok((grep { $_->{day} ne $day } @questions) > 30, 'with days on which other law was in force');

# A page of rules is longer than a sentence: the same sentences in twenties, as lines, as paragraphs and without any break.
for my $between ("\n", "\n\n", '。', ',', '') {
    my @rest = map { $_->{text} } @questions[0 .. $sentence_count - 1];
    while (my @some = splice @rest, 0, 20) {
        push @questions, {day => $day, text => join $between, @some};
    }
}
push @questions, map { {day => $day, text => "$_->{text}\n"} } @questions[0 .. $sentence_count - 1]; # as a file ends
for my $file (glob root() . '/fuzz/corpus/terms/*') {
    my $text = eval { Encode::decode("UTF-8", read_file($file), Encode::FB_CROAK) };
    push @questions, {day => $day, text => $text} if defined $text && $text !~ /\0/; # JSON holds no others
}
push @questions, map { {day => $day, text => $_} } 'Under article 17,2,3,4,5,6,7,8 of the E-commerce Law a standard term is void',
    map { ('乙' x $_) . '商家不得' . ('甲' x ($_ % 40)) . '概不退款' . ('丙' x 60) } 0 .. 260;
# Laws come and go: what cites them, on other days.
for my $text (map { $_->{text} } grep { $_->{text} =~ /第.{1,8}条|\bart/ } @questions[0 .. $sentence_count - 1]) {
    push @questions, map { {day => $_, text => $text} } qw(2013-01-01 2019-06-01 2020-12-31 2021-01-01 2025-12-31 2026-01-01 2026-04-14 2026-04-15);
}
write_file("$folder/questions", join '', map { $json->encode($_) . "\n" } @questions);
my @expected = lines_of(\@program, "$folder/questions");
my @found = lines_of(\@page, "$folder/questions");
is(scalar @expected, scalar @questions, 'the program answers for each');
is(scalar @found, scalar @questions, 'so does the page');

my ($differ, $findings, $refused) = (0, 0, 0);
for my $i (0 .. $#questions) { # both write canonical JSON
    $findings += () = $expected[$i] =~ /"category":/g;
    $refused++ if $expected[$i] =~ /"error"/;
    next if $expected[$i] eq ($found[$i] // '');
    $differ++;
    my ($program, $page) = map { $json->decode($_ // '{}') } $expected[$i], $found[$i];
    diag("$questions[$i]{day} $questions[$i]{text}\n  program: " . without_places($program) . "\n  page:    " . without_places($page)) if $differ <= 5;
}
is($differ, 0, "no report differs ($findings findings in " . @questions . ' texts)');
cmp_ok($findings, '>', 5000, 'there was something to find');
is($refused, 1, 'and both refuse the one that is too long');

# ---- the command prints the same ----
for my $i (0, 1, 700, 1500, $sentence_count, $sentence_count + 200) {
    my (undef, $out) = run_program('terms', 'lint', write_file("$folder/text", do { my $t = $questions[$i]{text}; utf8::encode($t); $t }), '--date', $questions[$i]{day}, '--json');
    my $printed = $json->decode($out);
    is_deeply({map { $_ => $printed->{$_} } qw(findings more void)}, $json->decode($found[$i]), "text $i: as the command prints it");
}

# ---- every character ----
write_file("$folder/nothing", '');
my @made = lines_of([@program, '--characters'], "$folder/nothing");
my @made_by_page = lines_of([@page, '--characters'], "$folder/nothing");
cmp_ok(scalar @made, '>', 1_100_000, 'the program reads every character');
is(scalar @made_by_page, scalar @made, 'so does the page');
my ($other, $newer) = (0, 0);
for my $i (0 .. $#made) {
    next if $made[$i] eq ($made_by_page[$i] // '');
    my ($code, $wide, $latin) = split / /, $made[$i];
    # The program's tables are those of Unicode 15.0; a browser may know letters that were added since. They are in no pattern.
    if ($wide eq unpack('H*', '一一' =~ s/([^\x00-\x7f])/my $c = $1; utf8::encode($c); $c/ger) && $latin eq '7878' && chr(hex $code) =~ /^\p{Unassigned}$/) {
        $newer++;
        next;
    }
    diag("U+$code: $made[$i] and $made_by_page[$i]") if $other++ < 5;
}
is($other, 0, 'both read each as the same');
cmp_ok($newer, '<', 12_000, "but for $newer that Unicode has added since");
done_testing();
