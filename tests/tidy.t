#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# What a script can hold about the layout of the sources, so that no reviewer has to: file headers, the direction of
# includes, where third-party libraries may appear, banned calls, orphans, table files, formatting.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

chdir abs_path(dirname(__FILE__) . '/..') or die "chdir: $!";

my @files = grep { -f && !-l } split /\n/, `git ls-files --cached --others --exclude-standard`;
die "git lists no files\n" unless @files > 20;
my %text_of;

sub text_of {
    my ($path) = @_;
    return $text_of{$path} //= do {
        open my $in, '<:raw', $path or die "cannot read $path: $!";
        local $/;
        <$in> // '';
    };
}

# The source without comments and without what stands in quotes; line numbers stay.
sub code_of {
    my ($path) = @_;
    my $text = text_of($path);
    $text =~ s{(/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')}{ (my $gap = $1) =~ s/[^\n]//g; "$gap " }gse;
    return $text;
}

# Reports all findings of one check as one test.
sub clean {
    my ($name, @findings) = @_;
    ok(!@findings, $name) or diag(join "\n", map { "  $_" } @findings);
    return;
}

# Every place where the pattern matches, as file:line: match.
sub places {
    my ($path, $text, $pattern) = @_;
    my @found;
    while ($text =~ /$pattern/g) {
        my ($match, $line) = ($1 // $&, 1 + (substr($text, 0, $-[0]) =~ tr/\n//));
        push @found, "$path:$line: $match";
    }
    return @found;
}

my @c = grep { m{^(?:src|fuzz|bench|tests|tools)/.*\.[ch]$} } @files;
my @source_c = grep { m{^src/} } @c;
my @sources = grep {
    m{(?:^|/)meson\.build$|\.(?:c|h|def|sql|t|pm|pl|py|sh|go)$|^(?:run|check|\.ci/run|meson_options\.txt|tools/[^.]+)$}
} @files;
ok(@source_c > 10 && @sources > 20, 'there are sources to look at');

clean('every source begins with its licence',
    grep { text_of($_) !~ m{\A(?:#![^\n]*\n)?(?:/\*|//|--|#) SPDX-License-Identifier: Apache-2\.0\b} } @sources);

# ---- the direction of includes (base < law < policy; base < ledger, evidence, market; all < claim < store < service < http, cli) ----

my @pure = qw(policy ledger evidence market law);
my %may = (
    base => [],
    (map { $_ => ['base'] } @pure),
    policy => ['base', 'law'],
    claim => ['base', @pure],
    store => ['base', @pure, 'claim'],
    pay => ['base'],
    service => ['base', @pure, qw(claim store pay)],
    http => ['base', @pure, qw(claim store service)],
    cli => ['base', @pure, qw(claim store service pay http)],
);
my @wrong_direction;
for my $path (@source_c) {
    my ($folder) = $path =~ m{^src/([^/]+)/} or next;
    my %allowed = map { $_ => 1 } $folder, @{$may{$folder} // []};
    push @wrong_direction, "$path: folder $folder is not in the table" unless $may{$folder};
    for my $header (text_of($path) =~ /^\s*#\s*include\s+"([^"]+)"/mg) {
        my ($from) = $header =~ m{^([^/]+)/};
        push @wrong_direction, "$path: \"$header\" has no folder" unless defined $from;
        push @wrong_direction, "$path includes $header" if defined $from && !$allowed{$from};
        push @wrong_direction, "$path: $header is generated or missing"
            if defined $from && !-f "src/$header" && $header !~ /_data\.h$|\.inc$/;
    }
}
clean('includes point in one direction', @wrong_direction);

my %home = (
    'openssl/' => 'base', 'sodium' => 'base', 'jansson' => 'base', 'zlib' => 'base', 'utf8proc' => 'law', 'pcre2' => 'law', 'archive' => 'evidence',
    'sqlite3' => 'store', 'libpq' => 'store', 'microhttpd' => 'http', 'curl/' => 'pay',
);
my @astray;
for my $path (@source_c) {
    for my $header (text_of($path) =~ /^\s*#\s*include\s+<([^>]+)>/mg) {
        for my $library (keys %home) {
            push @astray, "$path includes <$header>, which belongs to src/$home{$library}"
                if index($header, $library) == 0 && $path !~ m{^src/$home{$library}/};
        }
        push @astray, "$path includes <$header>" if $header eq 'cmocka.h' && $path !~ m{/test(?:ing|_\w+)\.[ch]$};
    }
}
clean('third-party headers stay in their folder', @astray);

# ---- calls ----

my $banned = join '|', qw(strcpy strcat strncpy strncat stpcpy sprintf vsprintf strtok atoi atol atoll atof gmtime localtime
    ctime asctime mktime gets scanf sscanf fscanf vsscanf alloca rand srand system popen tmpnam mktemp bcmp bcopy bzero);
clean('no banned call', map { places($_, code_of($_), qr/(?<![\w.>])((?:$banned)\s*\()/) } @c);

my $impure = join '|', qw(time clock_gettime gettimeofday getrandom random random_system clock_system getenv secure_getenv
    setlocale printf fprintf puts log_write log_event);
my $outside = join '|', qw(fopen open openat read write unlink socket connect fork usleep sleep nanosleep);
my @core = grep { m{^src/(?:policy|ledger|evidence|claim|market|law)/} && !m{/test_} } @source_c;
clean('pure folders take no clock, no randomness and no environment, and print nothing',
    map { places($_, code_of($_), qr/(?<![\w.>])((?:$impure|pthread_\w+)\s*\()/) } @core);
clean('pure folders open nothing',
    map { places($_, code_of($_), qr/(?<![\w.>])((?:$outside)\s*\()/) } grep { !m{^src/evidence/} } @core);

# ---- nothing lies around ----

my (@orphans, %build_text);
for my $path (grep { /\.c$/ } @source_c) {
    my ($folder, $name) = $path =~ m{^(src/[^/]+)/(?:.*/)?([^/]+)\.c$} or next;
    my $build = $build_text{$folder} //= -f "$folder/meson.build" ? text_of("$folder/meson.build") : '';
    my ($tested) = $name =~ /^test_(.+)$/;
    push @orphans, "$path is not in $folder/meson.build"
        unless $build =~ m{['/]\Q$name\E\.c'} || (defined $tested && $build =~ /'\Q$tested\E'/);
}
clean('every C file is built', @orphans);

my @all_code = map { text_of($_) } @c;
my $everything = join "\n", @all_code;
clean('every table file is included somewhere',
    grep { my ($name) = m{([^/]+/[^/]+)$}; $everything !~ m{#\s*include\s+"(?:[^"]*/)?\Q$name\E"} } grep { /\.def$/ } @files);

# A code may also be named by a row of another table, which pastes the prefix on.
my $tables = join "\n", map { text_of($_) } grep { /\.def$/ && !m{/errors\.def$} } @files;
my (@code_faults, %wire_seen);
my $errors = text_of('src/base/errors.def');
while ($errors =~ /^ERROR_ROW\((\w+),\s*"([^"]*)",\s*(\d+),\s*"([^"]+)",\s*"([^"]+)"\)/mg) {
    my ($name, $wire, $status) = ($1, $2, $3);
    push @code_faults, "$wire: two codes have this name" if $wire_seen{$wire}++;
    push @code_faults, "$wire is not in lower case with underscores" if $wire !~ /^[a-z][a-z0-9_]*$/;
    push @code_faults, "$name: $status is not an HTTP error" if $status < 400 || $status > 599;
    push @code_faults, "ERROR_$name is never used" if $everything !~ /\bERROR_$name\b/ && $tables !~ /\b$name\b/;
}
push @code_faults, 'a row of errors.def is not understood' if keys(%wire_seen) != (() = $errors =~ /^ERROR_ROW/mg);
clean('every error code is unique, well-formed and used', @code_faults);

clean('no file is longer than 700 lines',
    map { my $lines = text_of($_) =~ tr/\n//; $lines > 700 ? "$_: $lines lines" : () } @sources);

# ---- characters and words ----

my @text_files = grep { !m{^fuzz/corpus/|^web/.*lock|\.(?:png|jpe?g|webp|gif|ico|pdf|tsv|zip|tar|gz|bin|go|mod|sum|svg|woff2?)$} } @files;
clean('no tab', map { places($_, text_of($_), qr/(\t)/) } @text_files);
clean('no space at the end of a line', map { places($_, text_of($_), qr/([ \t\r]+)$/m) } @text_files);
clean('every text ends with a newline', grep { length text_of($_) && text_of($_) !~ /\n\z/ } @text_files);

my $not_me = qr{^tests/tidy\.t$};
my $machine = join '|', '/root/', '(?<![.])/home/\w', 'file:///';
clean('no absolute path of somebody\'s machine', map { places($_, text_of($_), qr/((?:$machine)\S*)/) } grep { !/$not_me/ } @text_files);
my $hosts = 'registry\.[\w.-]+|pypi\.\w+|proxy\.golang\.org|artifactory|crates\.io/api|deb\.debian\.org|\w+\.internal\b';
clean('no package registry is named', map { places($_, text_of($_), qr/\b($hosts)/) } grep { !/$not_me/ } @text_files);
clean('nothing is left for later', map { places($_, text_of($_), qr/\b(TODO|FIXME|XXX|HACK)\b/) }
    grep { !/$not_me/ } @sources);

SKIP: {
    my ($formatter) = grep { `$_ --version 2>/dev/null` =~ /version 14\./ } qw(clang-format-14 clang-format);
    skip 'clang-format 14 is not installed', 1 unless $formatter;
    my @lines = split /\n/, `$formatter --dry-run @c 2>&1`;
    my %unformatted = map { /^([^:]+):\d+:\d+: warning/ ? ($1 => 1) : () } @lines;
    clean('clang-format changes nothing', map { "$_: run $formatter -i" } sort keys %unformatted);
}

done_testing();
