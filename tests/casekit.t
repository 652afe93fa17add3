#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The export of the page's case kit, opened by tar and checked by sha256sum: what it says of itself, that a changed file is noticed, that
# nobody takes it for an evidence bundle, and that the same case makes the same bytes.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use File::Find ();
use JSON::PP ();
use Test::More;
use Shuntui qw(folder root run_program read_file write_file);

my $folder = folder();
binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);
is(system('node', root() . '/web/tools/tables.mjs'), 0, 'the tables are made');

sub shell {
    my ($where, $script) = @_;
    return system('sh', '-ec', "cd \"\$1\"\nexec >/dev/null 2>&1\n$script", 'sh', $where) >> 8;
}

# exported(NAME, ARGUMENTS): the archive, the folder that tar made of it, and its id.
sub exported {
    my ($name, @arguments) = @_;
    my $archive = "$folder/$name.tar";
    my $tool = root() . '/web/tools/export-case.mjs';
    my ($inside, $id) = split ' ', `node '$tool' '$archive' @arguments`;
    mkdir "$folder/$name";
    is(system('tar', '-xf', $archive, '-C', "$folder/$name"), 0, "$name: tar opens it");
    return ($archive, "$folder/$name/$inside", $id);
}

for my $language (qw(zh en)) {
    my ($archive, $bag, $id) = exported($language, $language);
    is(shell($bag, 'sha256sum -c --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt'), 0, "$language: sha256sum finds every file as listed");
    is($id, sha256_hex(read_file("$bag/tagmanifest-sha256.txt")), 'the id stands for them all');
    my $script = join "\n", read_file("$bag/data/README.$language.txt") =~ /^    (.+)$/mg;
    like($script, qr/sha256sum.*\n.*Payload-Oxum/, 'its README has commands');
    is(shell($bag, $script), 0, '… that succeed');
    my @files;
    File::Find::find(sub { push @files, $File::Find::name if -f }, "$bag/data");
    my $bytes = 0;
    $bytes += -s for @files;
    like(read_file("$bag/bag-info.txt"), qr/^Payload-Oxum: $bytes\.@{[scalar @files]}$/m, 'bytes and files are as stated');
    unlike(join('', map { (stat)[9] - 0 == 1795775400 ? '' : "$_ " } @files), qr/./, 'every file has the time of the export');

    # ---- what it says ----
    my $zh = read_file("$bag/data/README.zh.txt");
    utf8::decode($zh);
    like($zh, qr/没有任何平台、时间戳机构或第三方签名或确认/, 'it says in Chinese that nobody signed it');
    like(read_file("$bag/data/README.en.txt"), qr/No platform, no time-stamp authority and no third party signed or confirmed them/, '… and in English');
    my $case = JSON::PP->new->utf8->decode(read_file("$bag/data/case.json"));
    is($case->{format}, 'casekit/1', 'its format is its own');
    ok(exists $case->{signed_by} && !defined $case->{signed_by}, 'nobody signed it');
    is(JSON::PP->new->utf8->canonical->encode($case) . "\n", read_file("$bag/data/case.json"), 'its JSON is canonical');
    my @paths = map { $_->{path} } @{$case->{attachments}};
    is_deeply(\@paths, ['data/evidence/01-original.png', 'data/evidence/02-copy.jpg', undef], 'an original, a copy, and one that is kept back');
    ok(!-e "$bag/data/evidence/03-original.png", '… which is not there');
    is(length $case->{attachments}[2]{original}{sha256}, 64, '… but its hash is');

    # ---- the law ----
    my %law = map { $_->{code} => $_ } @{JSON::PP->new->utf8->decode(read_file("$bag/data/law.json"))};
    my $letters = '';
    for my $letter (glob "$bag/data/letters/*.$language.txt") {
        my $text = read_file($letter);
        utf8::decode($text);
        $letters .= $text;
    }
    my %cited = map { $_ => 1 } $letters =~ /[（(](?:in force since )?\d{4}-\d\d-\d\d(?: 起施行，|, )([A-Z0-9]+(?:-[A-Z0-9]+)+)[）)]/g;
    cmp_ok(scalar keys %cited, '>', 10, 'the letters cite articles by code and day');
    is_deeply([grep { !$law{$_} } sort keys %cited], [], '… and each is listed with its source');
    is_deeply([grep { $law{$_}{effective_from} gt '2026-11-27' || ($law{$_}{effective_until} && $law{$_}{effective_until} le '2026-11-27') } sort keys %cited], [], '… and in force');

    # ---- the rules as the program reads them ----
    my (undef, $out) = run_program('terms', 'lint', "$bag/data/rules/01.txt", '--date', '2026-11-20', '--json');
    my $said = JSON::PP->new->utf8->decode($out);
    is_deeply(JSON::PP->new->utf8->decode(read_file("$bag/data/rules/01-screened.json")), {map { $_ => $said->{$_} } qw(findings more void)}, 'the rules are screened as the program screens them');

    # ---- not a bundle ----
    my ($status, $text) = run_program('verify', $archive, '--lang', $language);
    is($status, 1, 'the program verifies no such thing');
    utf8::decode($text);
    like($text, $language eq 'zh' ? qr/没有任何人签名, 不是证据包。\n\z/ : qr/signed by nobody\. It is no evidence bundle\.\n\z/, '… and says what it is');
    unlike($text, qr/^(?:ok|通过) +(?:Log|Bundle|Bag|日志签名|包声明)/m, '… and takes no part of it for one');

    # ---- changed ----
    for my $file ('data/case.json', 'data/evidence/01-original.png', 'bag-info.txt', 'manifest-sha256.txt') {
        my $before = read_file("$bag/$file");
        write_file("$bag/$file", "$before ");
        isnt(shell($bag, $script), 0, "a changed $file is noticed");
        write_file("$bag/$file", $before);
    }
    write_file("$bag/data/more.txt", 'x');
    isnt(shell($bag, $script), 0, 'a file too many is noticed');
}

my ($first) = exported('one', 'zh');
my ($second) = exported('two', 'zh');
is(sha256_hex(read_file($first)), sha256_hex(read_file($second)), 'the same case and time make the same bytes');

my ($large, $bag) = exported('recording', 'zh', 20 * 1024 * 1024);
is(shell($bag, 'sha256sum -c --strict --quiet manifest-sha256.txt'), 0, 'a recording of 20 MiB is hashed piece by piece, and rightly');
done_testing();
