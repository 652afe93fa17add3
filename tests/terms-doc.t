#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# What is written about the lint of terms is what it does: the transcripts and figures of both READMEs, and in docs/terms-lint.md every
# category with its articles, an example that it finds and a rewording that it does not.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Test::More;
use Shuntui qw(folder root run_program read_file write_file);

my $folder = folder();
my $day = '2026-11-24';
my %readme = (en => read_file(root() . '/README.md'), zh => read_file(root() . '/README.zh-CN.md'));
my $document = read_file(root() . '/docs/terms-lint.md');
my $set = root() . '/tests/terms/labelled.tsv';
my $measure = ($ENV{SHUNTUI_BUILD} // root() . '/build') . '/src/law/test_law_terms_measure';

# ---- the READMEs ----
my $count = grep { !/^#/ } split /\n/, read_file($set);
(my $written = reverse $count) =~ s/(\d{3})(?=\d)/$1,/g;
$written = reverse $written;
write_file("$folder/shop.txt", "卡密发货后概不退款。\n");
for my $language (qw(en zh)) {
    local $ENV{SHUNTUI_TERMS_SET} = $set;
    my $table = `'$measure' --table $language`;
    cmp_ok(scalar(() = $table =~ /\n/g), '>', 20, "the figures are printed ($language)");
    ok(index($readme{$language}, "|---|---|---|---|\n$table\n") > 0, "they are those of the README ($language)")
        or diag("run: SHUNTUI_TERMS_SET=tests/terms/labelled.tsv build/src/law/test_law_terms_measure --table $language\n$table");
    ok(index($readme{$language}, $written) > 0, "which counts the sentences ($language)") or diag $written;
    my ($status, $said) = run_program('terms', 'lint', "$folder/shop.txt", '--date', $day, '--lang', $language);
    is($status, 1, "the text of the README holds a void term ($language)");
    $said =~ s{^\Q$folder\E/}{}mg;
    ok(index($readme{$language}, "\$ ./run terms lint shop.txt --date $day\n$said```\n") > 0, "the transcript is what the program prints ($language)")
        or diag $said;
}
ok(index($document, "$written sentences") > 0, 'the document counts them too');

# ---- the categories ----
sub found {
    my ($text) = @_;
    my (undef, $out) = run_program('terms', 'lint', write_file("$folder/one.txt", $text), '--date', $day, '--json');
    return @{JSON::PP->new->utf8->decode($out)->{findings}};
}
my %documented;
while ($document =~ /^\| `(\w+)` \| [^|]+ \| (void|risky) \| ([^|]*) \| ([^|]*) \| ([^|]+) \|$/mg) {
    my ($code, $severity, $articles, $example, $rewording) = ($1, $2, $3, $4, $5);
    $articles =~ s/^\s+|\s+$//g;
    $documented{$code} = 1;
    is_deeply([map { $_->{category} } found($rewording)], [], "$code: its rewording is fine");
    next if $example !~ /\S/;
    my ($finding) = grep { $_->{category} eq $code } found($example);
    ok($finding, "$code: its example is found") or next;
    is($finding->{severity}, $severity, '… with its severity');
    is(join(', ', map { $_->{code} } @{$finding->{articles}}), $articles, '… and its articles') if $articles;
}
my $tables = read_file(root() . '/src/law/terms.def');
my @codes = $tables =~ /^TERM_CATEGORY\(\w+, "(\w+)"/mg;
cmp_ok(scalar @codes, '>', 20, 'the table of categories is read');
is(join(' ', sort keys %documented), join(' ', sort @codes), 'every category is described, and no other');
done_testing();
