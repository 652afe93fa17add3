#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# docs/vocabulary.json is what GET /v1/vocabulary answers, laid out for reading: the page's build takes the words of codes from it
# without a server. `tests/vocabulary.t --write` writes it anew. No code is without words in both languages.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP ();
use Test::More;
use Shuntui qw(folder root start_server stop_server request read_file write_file);

my $folder = folder();
my $server = start_server("$folder/state", '--create');
my $answer = request($server, 'GET', '/v1/vocabulary');
is($answer->{status}, 200, 'the server answers');
is(stop_server($server), 0, '… and stops');

my $path = root() . '/docs/vocabulary.json';
my $layout = JSON::PP->new->utf8->canonical->pretty->indent_length(1)->space_before(0);
my $laid_out = $layout->encode($answer->{json});
write_file($path, $laid_out) if @ARGV && $ARGV[0] eq '--write';
ok(read_file($path) eq $laid_out, 'docs/vocabulary.json is the same') or diag('run: tests/vocabulary.t --write');

# Every code is there once, with words in both languages; what else it says (a question, an action), it says in both or in none.
sub look {
    my ($name, $list) = @_;
    my %seen;
    for my $word (@$list) {
        my @stems = map { /^(.+_)en$/ ? $1 : () } sort keys %$word;
        my $lopsided = join ' ', grep { ($word->{"${_}en"} eq '') != (($word->{"${_}zh"} // '') eq '') } @stems;
        ok(!$seen{$word->{code}}++ && $word->{en} && $word->{zh} && $lopsided eq '', "$name: $word->{code}") or diag $lopsided;
        look("$name $word->{code}", $word->{values}) if $word->{values};
    }
    return;
}
my $vocabulary = $answer->{json};
look($_, $vocabulary->{$_}) for grep { ref $vocabulary->{$_} } sort keys %$vocabulary;
done_testing();
