#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The words of the policy language are the same everywhere: in the parser, its table of words, the editors' grammar and the fuzz
# dictionary. The grammar is applied to every policy of the project: each token gets the scope of its kind, and a word that
# the language does not have gets none. With --write it first brings grammar and dictionary up to date with the tables.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use Shuntui qw(root read_file write_file);

my $root = root();

# ---- the language's own tables ----

my %use = map { /^WORD_ROW\("(\w+)", (\w+)/ ? ($1 => $2) : () } split /\n/, read_file("$root/src/policy/read/words.def");
my $fact_rows = read_file("$root/src/policy/facts.def") =~ s{/\*.*?\*/}{}gsr;
my %fact = map { $_ => 1 } $fact_rows =~ /^FACT_ROW\(\w+, "(\w+)"/mg;
my %value = map { $_ => 1 } read_file("$root/src/policy/fact_values.h") =~ /\bV\(\w+, \w+, "(\w+)"/g;
cmp_ok(scalar keys %use, '>', 50, 'the table of words is read');
cmp_ok(scalar keys %fact, '>', 40, 'the table of facts is read');
cmp_ok(scalar keys %value, '>', 60, 'the values are read');

# Every word in quotes that the parser compares with.
my %compared;
for my $file (glob "$root/src/policy/read/parse*.c") {
    my $code = read_file($file);
    $compared{$_} = 1 for $code =~ /\bparser_(?:take|at|expect)_word\([^()]*?"(\w+)"\)/g;
    $compared{$_} = 1 for map { /"(\w+)"/g } $code =~ /\bwords\[\] = \{([^}]*)\}/g;
    $compared{$_} = 1 for map { /"(\w+)"/g } $code =~ /\b(?:units|parts)\[\] = \{(.*?)\};/gs;
}
is_deeply([sort grep { !$use{$_} } keys %compared], [], 'every word that the parser knows is in the table');
is_deeply([sort grep { !$compared{$_} && !/^(?:nobody|refund|refuse|review)$/ } keys %use], [], 'and the parser knows every word of the table');

# ---- what follows from the tables ----

my $grammar_file = "$root/editors/shuntui-policy.tmLanguage.json";
my $dictionary_file = "$root/fuzz/dictionary/policy.dict";
my %contextual = map { $_ => 1 } qw(overrides platform issuer goodwill card_key licence service); # have rules of their own

sub words_of { my ($use) = @_; return join '|', sort grep { $use{$_} eq $use && !$contextual{$_} } keys %use }

# Puts the words of the tables into a grammar.
sub with_words {
    my ($grammar) = @_;
    my $values = '(?:' . join('|', sort keys %value) . ')\b';
    $grammar->{repository}{values}{match}
        = "\\b(is)\\b(?:\\s+(not)\\b)?\\s+($values(?:\\s+or\\s+$values(?!\\s+(?:is|within|over|under|at|by)\\b))*)";
    my %list = (
        'keyword.other.head' => words_of('HEAD'), 'keyword.control.statement' => join('|', words_of('LINE'), words_of('FRAME')),
        'keyword.operator.word' => words_of('LINK'), 'keyword.other.unit' => words_of('UNIT'), 'support.constant.choice' => words_of('CHOICE'),
        'variable.language.fact' => join('|', sort keys %fact),
        'constant.language.value' => join('|', sort grep { !$fact{$_} && !$use{$_} } keys %value),
    );
    for my $pattern (@{$grammar->{repository}{word}{patterns}}) {
        my $words = $list{$pattern->{name} =~ s/\.shuntui-policy$//r} or die "no list for $pattern->{name}\n";
        $pattern->{match} = "\\b(?:$words)\\b";
    }
    return $grammar;
}

my $json = JSON::PP->new->utf8->canonical->pretty->indent_length(2)->space_before(0);
my $dictionary = "# Words of the policy language; made from its tables by tests/policy-grammar.t --write.\n"
    . join '', map { "\"$_\"\n" } sort 'CNY', keys %{{%use, %fact, %value}};
if (@ARGV && $ARGV[0] eq '--write') {
    write_file($grammar_file, $json->encode(with_words($json->decode(read_file($grammar_file)))));
    write_file($dictionary_file, $dictionary);
}
my $grammar = $json->decode(read_file($grammar_file));
is_deeply($grammar, with_words($json->decode(read_file($grammar_file))), 'the grammar has the words of the tables')
    or diag('run tests/policy-grammar.t --write');
is(read_file($dictionary_file), $dictionary, 'and so has the fuzz dictionary') or diag('run tests/policy-grammar.t --write');

# ---- a reader of TextMate grammars: what this grammar uses of them ----

is($grammar->{scopeName}, 'source.shuntui-policy', 'the grammar has its name');
is_deeply($grammar->{fileTypes}, ['policy'], 'and its suffix');

sub rules {
    return map {
        my $rule = $_;
        if (defined $rule->{include}) {
            my $named = $grammar->{repository}{substr $rule->{include}, 1} or die "no $rule->{include} in the repository\n";
            rules($named);
        }
        elsif (!defined $rule->{match} && !defined $rule->{begin}) { rules(@{$rule->{patterns}}) }
        else { $rule }
    } @_;
}

sub paint {
    my ($scopes, $from, $to, $name) = @_;
    return unless defined $name;
    $scopes->[$_] = $name for $from .. $to - 1;
    return;
}

# Applies the captures of a match, whose groups lie at @$begins and @$ends.
sub capture {
    my ($scopes, $text, $captures, $begins, $ends) = @_;
    for my $group (sort { $a <=> $b } keys %{$captures // {}}) {
        next unless defined $begins->[$group];
        my ($from, $to) = ($begins->[$group], $ends->[$group]);
        paint($scopes, $from, $to, $captures->{$group}{name});
        my @inner = rules(@{$captures->{$group}{patterns} // []}) or next;
        my @painted = scopes_of(substr($text, $from, $to - $from), \@inner, []);
        defined $painted[$_] and $scopes->[$from + $_] = $painted[$_] for 0 .. $#painted;
    }
    return;
}

# The innermost scope of each character of one line; @$stack holds the begun rules and is changed.
sub scopes_of {
    my ($line, $top, $stack) = @_;
    my @scopes = (undef) x length $line;
    my $at = 0;
    for (;;) {
        my $open = $stack->[-1];
        my ($best, $begins, $ends, $closes);
        for my $rule ($open ? {match => $open->{end}, closes => 1} : (), $open ? rules(@{$open->{patterns} // []}) : @$top) {
            my $pattern = $rule->{match} // $rule->{begin};
            pos($line) = $at;
            next unless $line =~ /$pattern/g;
            next if $best && $-[0] >= $begins->[0];
            ($best, $begins, $ends, $closes) = ($rule, [@-], [@+], $rule->{closes});
        }
        paint(\@scopes, $at, $best ? $begins->[0] : length $line, $open->{name}) if $open;
        last unless $best;
        if ($closes) {
            paint(\@scopes, $begins->[0], $ends->[0], $open->{name});
            pop @$stack;
        }
        else {
            die "a rule matches nothing at all\n" if $ends->[0] == $begins->[0];
            paint(\@scopes, $begins->[0], $ends->[0], $best->{name});
            capture(\@scopes, $line, $best->{captures} // $best->{beginCaptures}, $begins, $ends);
            push @$stack, $best if defined $best->{begin};
        }
        $at = $ends->[0];
        last if $at >= length $line && !($open && $line =~ /\G(?:$open->{end})/ && !$closes);
    }
    return @scopes;
}

my @top = rules(@{$grammar->{patterns}});

# ---- a lexer, so that tokens are not found by the grammar itself ----

# [text, first column, kind expected of its scope] for each token and comment of one line. $$going_on says whether the line goes on
# with a list of overridden clauses, and afterwards whether the next one does.
sub tokens_of {
    my ($line, $going_on) = @_;
    my @tokens;
    my ($before, $overriding) = ('', $$going_on);
    while ($line =~ /\G\s*(#.*|"[^"]*"?|[A-Za-z]\w*|\d+(?:\.\d+)?|\S)/g) {
        my ($text, $from) = ($1, $-[1]);
        my $next = $line =~ /\G\s+overrides\b/ ? 1 : 0;
        $overriding = 1 if $next;
        my $kind
            = $text =~ /^#/ ? 'comment' : $text =~ /^"/ ? 'string' : $text =~ /^\d/ ? 'constant.numeric'
            : $text =~ /^\W/ ? 'punctuation' : $before =~ /^\d/ && $text =~ /^[A-Z]{3}$/ ? 'constant.other.currency'
            : $before eq 'clause' || $next || ($overriding && $text ne 'overrides') ? 'entity'
            : $use{$text} && !$fact{$text} ? 'keyword|support' : $fact{$text} && $value{$text} ? 'variable|constant'
            : $fact{$text} ? 'variable|support' : $value{$text} ? 'constant' : 'no word of the language';
        push @tokens, [$text, $from, $kind];
        pos($line) = $from + length $text;
        $before = $text;
    }
    $$going_on = $overriding && $before eq ',';
    return @tokens;
}

# ---- every token of every policy ----

my ($policies, $tokens) = (0, 0);
for my $file (sort glob "$root/policies/*.policy $root/policies/*/*.policy") {
    my (@stack, @wrong);
    my ($row, $going_on) = (0, 0);
    for my $line (split /\n/, read_file($file)) {
        $row++;
        my @scopes = scopes_of($line, \@top, \@stack);
        for my $token (tokens_of($line, \$going_on)) {
            my ($text, $from, $kind) = @$token;
            my %scope = map { ($_ // 'none') => 1 } @scopes[$from .. $from + length($text) - 1];
            push @wrong, "$row: $text: " . join(' ', sort keys %scope) . " instead of $kind"
                unless keys %scope == 1 && (keys %scope)[0] =~ /^(?:$kind)/;
            $tokens++;
        }
        my $between = join '', map { defined $scopes[$_] && substr($line, $_, 1) !~ /\S/ && $scopes[$_] !~ /^(?:comment|string)/ ? $_ : () } 0 .. $#scopes;
        push @wrong, "$row: a blank has a scope" if $between ne '';
    }
    is_deeply(\@wrong, [], "the grammar scopes $file");
    $policies++;
}
cmp_ok($policies, '>', 5, 'there are policies');
cmp_ok($tokens, '>', 500, 'with tokens');

# ---- every word where it belongs, and nothing else ----

# The scope of each word of a line, without what all have in common.
sub words_are {
    my ($line, $expected, $name) = @_;
    my @scopes = scopes_of($line, \@top, []);
    my @found;
    while ($line =~ /(\S+)/g) {
        my $scope = $scopes[$-[1]] // '-';
        push @found, $scope =~ s/\.shuntui-policy$//r;
    }
    return is("@found", $expected, $name // $line);
}

my %class = (LINE => 'keyword.control.statement', FRAME => 'keyword.control.statement', HEAD => 'keyword.other.head',
    LINK => 'keyword.operator.word', UNIT => 'keyword.other.unit', CHOICE => 'support.constant.choice');
for my $word (sort grep { $use{$_} ne 'NONE' && !$contextual{$_} } keys %use) {
    words_are($word, $class{$use{$word}});
}
words_are("goods $_", 'keyword.other.head support.constant.choice') for qw(card_key service licence);
words_are("borne by $_", 'keyword.operator.word keyword.operator.word support.constant.choice') for qw(merchant platform issuer goodwill);
words_are("when $_", 'keyword.control.statement variable.language.fact') for sort keys %fact;
for my $value (sort keys %value) {
    words_are("is $value", 'keyword.operator.word constant.language.value');
    words_are("is not no or $value", 'keyword.operator.word keyword.operator.word constant.language.value keyword.operator.word constant.language.value');
}
words_are('card is sealed or revealed within', 'variable.language.fact keyword.operator.word constant.language.value keyword.operator.word variable.language.fact keyword.operator.word');
words_are('clause sealed "when # late"', 'keyword.control.statement entity.name.function.clause string.quoted.double string.quoted.double string.quoted.double');
words_are('sealed overrides used , when # late', 'entity.name.function.clause keyword.control.overrides entity.name.function.clause punctuation.separator'
    . ' entity.name.function.clause comment.line.number-sign comment.line.number-sign');
words_are('a overrides b otherwise refuse', 'entity.name.function.clause keyword.control.overrides entity.name.function.clause keyword.control.statement keyword.control.statement');
words_are('over 12.50 CNY', 'keyword.operator.word constant.numeric constant.other.currency');
words_are("over $_", 'keyword.operator.word -', "no number: $_") for qw(1.2.3 1x 1. x1);
words_are($_, '-', "no word of the language: $_") for qw(CNY nobody overrides platform card_key crad seeled whenever Refund overide);
for my $word (sort keys %{{%use, %fact, %value}}) {
    words_are("when ${word}x", 'keyword.control.statement -') unless $use{"${word}x"} || $fact{"${word}x"} || $value{"${word}x"};
    words_are("when x$word", 'keyword.control.statement -');
    words_are("reason is ${word}y", 'variable.language.fact keyword.operator.word -');
}

# ---- the extension around it ----
{
    my $package = $json->decode(read_file("$root/editors/package.json"));
    my ($entry) = @{$package->{contributes}{grammars}};
    is($entry->{scopeName}, $grammar->{scopeName}, 'the extension names the grammar');
    ok(-f "$root/editors/$entry->{path}", 'and finds it');
    my $configuration = $package->{contributes}{languages}[0]{configuration};
    is($json->decode(read_file("$root/editors/$configuration"))->{comments}{lineComment}, '#', 'and knows comments');
}

done_testing();
