#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The command line: help, exit statuses, --json, bad options, unreadable files; and the man page against the tables.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP ();
use Test::More;
use lib dirname(__FILE__);
use Shuntui qw(root folder run_program read_file write_file start_server stop_server request);

my $root = root();
my $folder = folder();
my $json = JSON::PP->new->utf8;
delete @ENV{grep { /^(?:LC_|LANG|SHUNTUI_(?!BUILD))/ } keys %ENV};

# The rows of a table file: the arguments of every NAME_ROW(...), strings without their quotes.
sub rows {
    my ($file, $macro) = @_;
    (my $text = read_file("$root/src/cli/$file")) =~ s{/\*.*?\*/}{}gs;
    $text =~ s/^#.*$//mg;
    my @rows;
    while ($text =~ /\b$macro\(((?:"(?:[^"\\]|\\.)*"|[^()"])*)\)/g) {
        my @fields = $1 =~ /\s*("(?:[^"\\]|\\.)*"|[^,"]+?)\s*(?:,|$)/g;
        s/^"(.*)"$/$1/s for @fields;
        push @rows, \@fields;
    }
    return @rows;
}

my @commands = rows('commands.def', 'COMMAND_ROW');
my @options = rows('options.def', 'OPTION_ROW');
my @settings = rows('settings.def', 'SETTING_ROW');
my @exits = rows('exits.def', 'EXIT_ROW');
cmp_ok(scalar @commands, '>=', 8, 'the table of commands is read');
cmp_ok(scalar @options, '>=', 10, 'the table of options is read');
is(scalar @exits, 6, 'the table of exit statuses is read');

# What the run must give: status, and one JSON object with --json.
sub run_is {
    my ($arguments, $status, $name) = @_;
    my ($got, $out, $err) = run_program(@$arguments);
    is($got, $status, $name) or diag($out, $err);
    return ($out, $err);
}

sub json_is {
    my ($arguments, $status, $name) = @_;
    my ($out, $err) = run_is([@$arguments, '--json'], $status, "$name (--json)");
    my $object = eval { $json->decode($out) };
    is(ref $object, 'HASH', "$name: one JSON object") or diag($out, $err);
    is($out, $json->canonical->encode($object) . "\n", "$name: canonical") if $object && $out !~ /[^\x00-\x7f]|\\/;
    is($err, '', "$name: nothing on standard error");
    return $object // {};
}

# ---- help ----
{
    my ($out) = run_is(['--help'], 0, 'shuntui --help');
    like($out, qr/^\s+\Q$_->[1]\E\b/m, "help lists $_->[1]") for @commands;
    my ($zh) = run_is(['--help', '--lang', 'zh'], 0, 'help in Chinese');
    like($zh, qr/用法/, 'help in Chinese is Chinese');
    my ($none, $err) = run_is([], 2, 'no command at all');
    like($err, qr/^Usage:/m, 'no command shows the usage');
    local $ENV{LANG} = 'zh_CN.UTF-8';
    my ($by_environment) = run_is(['--help'], 0, 'help by LANG');
    like($by_environment, qr/用法/, 'LANG chooses the language');
}
for my $command (@commands) {
    my ($name, $words, $operands) = @$command;
    my ($out) = run_is([split(/ /, $words), '--help'], 0, "$words --help");
    like($out, qr/^Usage: shuntui \Q$words\E /, "$words --help shows its usage");
    for my $option (grep { $_->[0] eq $name || $_->[0] eq 'ANY' } @options) {
        like($out, qr/--\Q$option->[2]\E\b/, "$words --help lists --$option->[2]");
    }
    like($out, qr/^\s+$_->[1]  \Q$_->[2]\E$/m, "$words --help explains status $_->[1]") for @exits;
    run_is([split(/ /, $words), '--nonsense'], 2, "$words refuses an unknown option");
    run_is([split(/ /, $words), '--json', '--json'], 2, "$words refuses an option given twice");
    run_is([split(/ /, $words), '--lang'], 2, "$words refuses --lang without a value");
    run_is([split(/ /, $words), '--lang', 'fr'], 2, "$words refuses a language that it does not speak");
    run_is([split(/ /, $words), ('x') x 70], 2, "$words refuses too many operands");
    my $least = $command->[3];
    my ($none, $err) = run_is([split / /, $words], 2, "$words without operands") if $least > 0;
}

# ---- usage ----
{
    my (undef, $err) = run_is(['versoin'], 2, 'a misspelt command');
    like($err, qr/did you mean "shuntui version"/, 'a misspelt command gets a suggestion');
    (undef, $err) = run_is(['policy', 'chekc', 'x'], 2, 'a misspelt command of two words');
    like($err, qr/did you mean "shuntui policy check"/, 'with a suggestion');
    (undef, $err) = run_is(['verify', 'x', '--log-kye', 'y'], 2, 'a misspelt option');
    like($err, qr/did you mean --log-key/, 'a misspelt option gets a suggestion');
    run_is(['version', '--json=yes'], 2, 'a switch with a value');
    run_is(['version', '-j'], 2, 'a short option');
    my $object = json_is(['version', 'x'], 2, 'a usage error');
    is($object->{error}{code}, 'cli_usage', 'a usage error has a code');
    ok(exists $object->{ok} && !$object->{ok}, 'and is not ok');
}

# ---- version ----
{
    my $object = json_is(['version'], 0, 'version');
    my ($out) = run_is(['version'], 0, 'version in words');
    is($out, "shuntui $object->{version}\n", 'both say the same');
    like(read_file("$root/meson.build"), qr/version: '\Q$object->{version}\E'/, 'and what the build says');
}

# ---- policy ----
my $good = write_file("$folder/good.policy", <<'POLICY');
policy "cards-standard" version 3
goods card_key

clause sealed "未查看卡密,7 天内全额退"
  when card is sealed and purchased within 7 days
  refund full at once

clause used "已成功兑换的不退"
  when card is redeemed
  refuse

otherwise review within 48 hours
POLICY
(my $broken = read_file($good)) =~ s/is sealed/is seeled/;
my $bad = write_file("$folder/bad.policy", $broken);
(my $gap = read_file($good)) =~ s/^otherwise.*\n//m;
my $gap_file = write_file("$folder/gap.policy", $gap);
my $missing = "$folder/missing";
{
    my ($open) = run_is(['policy', 'whatif', $good], 0, 'what is possible when nothing is known');
    like($open, qr/3 outcomes are still possible.*depends on what the records will say/s, 'whatif shows the outcomes, and what they depend on');
    my ($zh) = run_is(['policy', 'whatif', $good, 'card=sealed', '--lang', 'zh'], 0, 'whatif in Chinese');
    like($zh, qr/还可能有 2 种结果.*遇到了什么问题？/s, '… asks in Chinese');
    my $whatif = json_is(['policy', 'whatif', $good, 'card=sealed', 'purchased=60', 'reason=changed_mind'], 0, 'whatif with one outcome left');
    is("$whatif->{consequences} $whatif->{answer}{decision}{governing}", '1 sealed', '… has the answer');
    $whatif = json_is(['policy', 'whatif', $good, 'card=sealed', 'revealed=60'], 1, 'whatif with facts that cannot be');
    is($whatif->{consequences}, 0, '… has no outcome');
    run_is(['policy', 'whatif', $gap_file], 3, 'whatif of a policy that fails the check');
    run_is(['policy', 'whatif', $bad], 3, 'whatif of no policy');
    run_is(['policy', 'whatif', $missing], 3, 'whatif of no file');
    (undef, my $wrong) = run_is(['policy', 'whatif', $good, 'crad=sealed'], 3, 'whatif with a misspelt fact');
    like($wrong, qr/did you mean card/, '… suggests the right one');
    run_is(['policy', 'whatif', $good, 'card'], 2, 'whatif with a word that is no fact');
    my $known = write_file("$folder/known.json", '{"card":"sealed","purchased":60}');
    is(json_is(['policy', 'whatif', $good, '--facts', $known, 'reason=other'], 0, 'whatif with a file of facts')->{answer}{decision}{governing}, 'otherwise', '… and one more on top');
    run_is(['policy', 'check', $good], 0, 'a good policy');
    my (undef, $err) = run_is(['policy', 'check', $bad], 1, 'a policy with an error');
    like($err, qr/\Q$bad\E:5:16: .*\n.*when card is seeled.*\n\s+\|\s+\^+/, 'file, line, column, the line and a marker');
    like($err, qr/did you mean "sealed"/, 'and a hint');
    run_is(['policy', 'check', $good, $bad], 1, 'one of two policies with an error');
    run_is(['policy', 'check', $gap_file], 1, 'a policy with a gap');
    run_is(['policy', 'check', $missing], 3, 'a policy that is not there');
    run_is(['policy', 'check', "$folder"], 3, 'a folder as a policy');
    my ($status) = run_program({in => read_file($good)}, 'policy', 'check', '-');
    is($status, 0, 'a policy on standard input');
    # floors and differences
    my $floor = write_file("$folder/floor.policy", <<'POLICY');
policy "floor" version 1
goods card_key
clause sealed "未查看的，8 天内全额退" when card is sealed and purchased within 8 days law "CPL-25" refund full at once
otherwise refuse
POLICY
    (undef, $err) = run_is(['policy', 'check', '--floor', $floor, $good], 1, 'a policy below its floor');
    like($err, qr/"otherwise" gives less than "sealed" of the floor "floor": .*card: sealed.*purchased: 8 days ago/, 'with the situation');
    like($err, qr/hint: the floor rests on: .*article 25 \(since 2014-03-15\)/, 'and the article');
    my ($below) = @{json_is(['policy', 'check', '--floor', $floor, $good], 1, 'policy check --floor')->{files}};
    is($below->{problems}[0]{floor}{laws}[0]{code}, 'CPL-25', 'the article is in the JSON too');
    run_is(['policy', 'check', '--floor', $good, $good], 0, 'a policy keeps to itself');
    (undef, $err) = run_is(['policy', 'check', '--floor', 'cn-consumer', $good], 1, 'a policy below the law');
    like($err, qr/of the floor "cn-consumer"/, 'names the floor that the program carries');
    my $unconfirmed = write_file("$folder/unconfirmed.policy", read_file(root() . '/policies/activation-strict.policy') =~ s/ and consent is given//r);
    run_is(['policy', 'check', '--floor', 'cn-consumer', '--on', '2024-06-30', $unconfirmed], 0, 'the floor of the day before the regulation');
    run_is(['policy', 'check', '--floor', 'cn-consumer', '--on', '2024-07-01', $unconfirmed], 1, 'the floor of its first day');
    run_is(['policy', 'check', '--floor', 'cn-consumer', '--on', '2020-12-31', $good], 3, 'a day before any floor');
    run_is(['policy', 'check', '--floor', 'cn-cosumer', $good], 3, 'a floor that nothing carries');
    run_is(['policy', 'check', '--floor', 'cn-consumer', '--on', '2024', $good], 2, 'a day that is none');
    run_is(['policy', 'check', '--floor', $missing, $good], 3, 'a floor that is not there');
    run_is(['policy', 'check', '--floor', $gap_file, $good], 3, 'a floor with a gap');
    my $newer = write_file("$folder/newer.policy", read_file($good) =~ s/within 7 days/within 3 days/r =~ s/version 3/version 4/r);
    my ($said) = run_is(['policy', 'diff', $good, $newer], 1, 'a version that is worse for buyers');
    like($said, qr/\AWorse for the buyer\n- Was .* For example: .*card: sealed, purchased: 4 days ago/, 'says in which case');
    my $difference = json_is(['policy', 'diff', $good, $newer], 1, 'policy diff');
    ok($difference->{harms_buyer}, 'the JSON says that it harms buyers');
    is($difference->{changes}[0]{before}, 'sealed', 'and from which clause');
    ($said) = run_is(['policy', 'diff', $newer, $good], 1, 'the other way round');
    unlike($said, qr/Worse/, 'nothing is worse');
    run_is(['policy', 'diff', $good, $good], 0, 'no difference');
    run_is(['policy', 'diff', $good, $missing], 3, 'a version that is not there');
    run_is(['policy', 'diff', $bad, $good], 3, 'a version with an error');
    my $huge = write_file("$folder/huge.policy", '#' x 70_000);
    run_is(['policy', 'check', $huge], 3, 'a policy past the limit');

    my $object = json_is(['policy', 'check', $good, $bad], 1, 'policy check');
    is_deeply([map { $_->{ok} ? 1 : 0 } @{$object->{files}}], [1, 0], 'policy check --json answers for each file');
    is($object->{files}[1]{problems}[0]{line}, 5, 'with the line');
    json_is(['policy', 'check', $good], 0, 'a good policy');
    my $failure = json_is(['policy', 'check', $good, $missing], 3, 'a policy that is not there');
    is($failure->{error}{code}, 'io_error', 'has a code');

    my $problem = $object->{files}[1]{problems}[0];
    is_deeply($problem->{range}, {start => {line => 4, character => 15}, end => {line => 4, character => 21}}, 'and the range for an editor');
    is("$problem->{severity} $problem->{code}", 'error policy_syntax', 'with severity and code');
    (my $same = read_file($good)) =~ s/clause used "/clause sealed "\xf0\x9f\x90\x8d/;
    ($problem) = @{json_is(['policy', 'check', write_file("$folder/same.policy", $same)], 1, 'one id twice')->{files}[0]{problems}};
    is_deeply([map { $_->{range}{start}{line} } $problem, @{$problem->{related}}], [7, 3], 'an id given twice points to the first');
    ($problem) = @{json_is(['policy', 'check', $gap_file], 1, 'a gap')->{files}[0]{problems}};
    is_deeply($problem->{range}, {start => {line => 0, character => 0}, end => {line => 0, character => 33}}, 'a gap stands at the head');
    ($status, undef, $err) = run_program({in => $broken}, 'policy', 'check', '-', '--stdin-name', 'shop.policy');
    like("$status $err", qr/^1 shop\.policy:5:16: /, 'standard input has the name that it is given');

    my ($out) = run_is(['policy', 'prose', $good, '--lang', 'zh'], 0, 'prose');
    like($out, qr/退款/, 'prose in Chinese');
    json_is(['policy', 'prose', $good], 0, 'prose');
    json_is(['policy', 'prose', $bad], 3, 'prose of a policy with an error');
    run_is(['policy', 'prose', $bad], 3, 'prose of a policy with an error');

    my @facts = qw(reason=changed_mind card=sealed purchased=3600 amount=1250);
    $object = json_is(['policy', 'explain', $good, @facts], 0, 'explain');
    is($object->{decision}{amount}{refund}, 1250, 'explain computes the amount');
    my $facts = write_file("$folder/facts.json", '{"reason":"changed_mind","card":"redeemed","purchased":3600,"amount":1250}');
    $object = json_is(['policy', 'explain', $good, '--facts', $facts], 0, 'explain by a file');
    is($object->{decision}{amount}{refund}, 0, 'a redeemed card is refused');
    $object = json_is(['policy', 'explain', $good, '--facts', $facts, 'card=sealed'], 0, 'explain by a file and a word');
    is($object->{decision}{amount}{refund}, 1250, 'what stands on the command line comes on top');
    (undef, $err) = run_is(['policy', 'explain', $good, 'crad=sealed'], 3, 'a fact that does not exist');
    like($err, qr/did you mean card/, 'gets a suggestion');
    run_is(['policy', 'explain', $good, 'card=seeled'], 3, 'a value that does not exist');
    run_is(['policy', 'explain', $good, 'card'], 2, 'a fact without a value');
    run_is(['policy', 'explain', $good, '--facts', $missing], 3, 'facts that are not there');
    my $twice = write_file("$folder/twice.json", '{"card":"sealed","card":"sealed"}');
    $object = json_is(['policy', 'explain', $good, '--facts', $twice], 3, 'a fact given twice');
    is($object->{error}{code}, 'json_duplicate_key', 'has its code');
}

# ---- policy fmt ----
{
    my $laid = read_file($good);
    (my $loose = $laid) =~ s/\n  (when|refund)/ $1/g;
    my $file = write_file("$folder/loose.policy", $loose);
    chmod 0640, $file;
    symlink 'loose.policy', "$folder/link.policy" or die "symlink: $!";
    run_is(['policy', 'fmt', '--check', $good], 0, 'a policy in canonical layout');
    my ($out) = run_is(['policy', 'fmt', '--check', $good, $file], 1, 'fmt --check of one that is not');
    is($out, "$file: not in canonical layout\n", 'names it');
    ($out) = run_is(['policy', 'fmt', '--stdout', $file], 0, 'fmt --stdout');
    is($out, $laid, 'prints the layout');
    is(read_file($file), $loose, 'and neither writes');
    run_is(['policy', 'fmt', '--stdout', '--check', $file], 2, 'the two exclude each other');
    my $object = json_is(['policy', 'fmt', '--check', $good, $file], 1, 'fmt --check');
    is_deeply([map { $_->{changed} ? 1 : 0 } @{$object->{files}}], [0, 1], 'says the same as JSON');
    (undef, my $err) = run_is(['policy', 'fmt', $file, $bad], 3, 'fmt of a policy with an error');
    like($err, qr/\Q$bad\E:5:16: .*did you mean "sealed"/s, 'shows the error');
    is(read_file($file), $loose, 'and leaves every file as it was');
    json_is(['policy', 'fmt', $file, $bad], 3, 'fmt of a policy with an error');
    run_is(['policy', 'fmt', $missing], 3, 'fmt of a policy that is not there');
    ($out) = run_is(['policy', 'fmt', $good, "$folder/link.policy", '--lang', 'en'], 0, 'fmt through a symbolic link');
    like($out, qr/^\Q$folder\E\/link\.policy: laid out anew\nA new text has a new hash/, 'names what it wrote and says that the hash is new');
    is(read_file($file), $laid, 'writes the layout');
    ok(-l "$folder/link.policy", 'and leaves the link a link');
    is((stat $file)[2] & 07777, 0640, 'and the mode what it was');
    ($out) = run_is(['policy', 'fmt', $good, $file], 0, 'fmt once more');
    is($out, '', 'has nothing to do');
    my ($status, $printed) = run_program({in => $loose}, 'policy', 'fmt', '-');
    is("$status $printed", "0 $laid", 'standard input is laid out to standard output');
    ($status, undef, $err) = run_program({in => $broken}, 'policy', 'fmt', '-', '--stdin-name', 'shop.policy');
    like("$status $err", qr/^3 shop\.policy:5:16: /, 'under the name that it is given');
}

# ---- terms ----
{
    my $void = write_file("$folder/void.txt", "全场低价\n一经售出,概不退换\n下单即视为同意本店规则\n");
    my ($out, $err) = run_is(['terms', 'lint', $void, '--lang', 'en'], 1, 'a text with a void term');
    is($err, '', 'is no failure');
    like($out, qr/^\Q$void\E:2:1: void: Sold goods are never refunded \(no_refund\)\n    2 \| 一经售出,概不退换\n      \| \^{17}\n/m,
        'it shows the place, the line and a marker');
    like($out, qr/^  law: .*, art\. 21 \(NTM-21, in force since 2021-05-01\): /m, 'the article and since when');
    like($out, qr/^  instead: A key that is invalid/m, 'and what to write instead');
    like($out, qr/:3:1: risky: .*: 1 void, 1 risky \(law of \d{4}-\d\d-\d\d\)\n\z/s, 'risky terms are told apart, and all are counted');
    ($out) = run_is(['terms', 'lint', $void, '--lang', 'zh', '--date', '2026-11-24'], 1, 'in Chinese');
    like($out, qr/:2:1: 无效: 售出概不退换 .*  依据：.*2021-05-01 起施行.*  合法写法：.*无效 1 处, 有风险 1 处 \(按 2026-11-24 的法律\)/s, 'with its words');
    my $object = json_is(['terms', 'lint', $void, '--date', '2026-11-24'], 1, 'terms lint');
    is_deeply([map { [$_->{category}, $_->{line}, $_->{column}, $_->{severity}] } @{$object->{findings}}],
        [['no_refund', 2, 1, 'void'], ['default_consent', 3, 1, 'risky']], 'the JSON says the same');
    is_deeply([$object->{date}, $object->{void}, $object->{more}], ['2026-11-24', 1, JSON::PP::false], 'for that day');
    my $risky = write_file("$folder/risky.txt", "依据《合同法》第四十条\n");
    $object = json_is(['terms', 'lint', $risky, '--date', '2026-11-24'], 0, 'a text with a risky term');
    is($object->{findings}[0]{category}, 'citation_replaced', 'a law that was replaced');
    is($object->{findings}[0]{cited}{article}, 40, 'with what was cited');
    $object = json_is(['terms', 'lint', $risky, '--date', '2020-11-24'], 0, 'the same of an earlier event');
    is_deeply($object->{findings}, [], 'is right');
    is((run_program({in => '概不退款'}, 'terms', 'lint', '-'))[0], 1, 'standard input is read');
    run_is(['terms', 'lint', $void, '--date', '2026-02-30'], 2, 'a date that is none');
    run_is(['terms', 'lint'], 2, 'terms lint of nothing');
    run_is(['terms', 'lint', $missing], 3, 'terms lint of a file that is not there');
    $object = json_is(['terms', 'lint', write_file("$folder/broken.txt", "\xe9\x80")], 3, 'a text that is not UTF-8');
    is($object->{error}{code}, 'utf8_invalid', 'has its code');
    run_is(['terms', 'lint', write_file("$folder/long.txt", 'x' x 65_537)], 3, 'a text past the limit');
}

# ---- verify ----
{
    run_is(['verify', $missing], 3, 'a bundle that is not there');
    run_is(['verify', "$folder"], 3, 'a folder as a bundle');
    my $object = json_is(['verify', $good], 1, 'a file that is no bundle');
    is($object->{error}{code}, 'bundle_malformed', 'has its code');
    my $empty = write_file("$folder/empty.tar", '');
    run_is(['verify', $empty], 1, 'an empty file as a bundle');
    run_is(['verify', $empty, '--statement-keys', $missing], 3, 'keys that are not there');
}

my $maker = ($ENV{SHUNTUI_BUILD} // "$root/build") . '/tests/make_bundle';
SKIP: {
    skip 'no make_bundle in the build', 1 unless -x $maker;
    system($maker, "$folder") == 0 or die "make_bundle failed\n";
    my $bundle = "$folder/bundle.tar";
    my ($out) = run_is(['verify', $bundle], 0, 'a good bundle');
    like($out, qr/^verified: no check failed/m, 'is verified');
    cmp_ok(scalar(() = $out =~ /^(?:ok|not shown) /mg), '>=', 15, 'with a line for each check');
    ($out) = run_is(['verify', "$folder/bundle.zip", '--lang', 'zh'], 0, 'a good bundle as zip, in Chinese');
    like($out, qr/^通过/m, 'is verified in Chinese');
    my $object = json_is(['verify', $bundle], 0, 'verify');
    my ($key) = map { $_->{words_en} =~ /Compare it: (\S+)/ } grep { $_->{check} eq 'log_key' } @{$object->{findings}};
    ($out) = run_is(['verify', $bundle, '--log-key', $key, '--bundle-id', $object->{bundle_id}], 0, 'with key and id');
    unlike($out, qr/^not shown +(?:Log key|Bundle id)/m, 'nothing is taken on trust for these');
    run_is(['verify', $bundle, '--bundle-id', '0' x 64], 1, 'another bundle id');
    (my $other = $key) =~ s/.(.{10})$/$1/;
    run_is(['verify', $bundle, '--log-key', $other], 1, 'another log key');
    ($out) = run_is(['verify', $bundle, '--statement-keys', write_file("$folder/nobody.vkeys", '')], 1, 'an empty list of signers trusts no signer');
    like($out, qr/^FAILED +Signed statements/m, 'not even those whose keys came with the bundle');

    # A ruling that the log holds and every proof fits, but that the policy does not give.
    ($out) = run_is(['verify', "$folder/misruled.tar"], 1, 'a ruling that its policy does not give');
    like($out, qr{/amount/refund is 5001, decided again 5000}, 'the difference is named');
    is(scalar(() = $out =~ /^failed /mgi), 1, 'and nothing else fails') or diag($out);

    # One byte changed anywhere is found, and its place is named.
    my $bytes = read_file("$folder/small.tar");
    my @missed;
    for (my $at = 7; $at < length $bytes; $at += 331) {
        my $bent = $bytes;
        substr($bent, $at, 1) ^= "\x01";
        my ($status, $words, $err) = run_program('verify', write_file("$folder/bent.tar", $bent));
        push @missed, $at unless $status == 1 && ($words =~ /^FAILED/m || $err =~ /^shuntui: /);
    }
    is_deeply(\@missed, [], 'a byte changed anywhere gives status 1');
    my $bent = read_file($bundle);
    my $at = 512 + index $bent, 'data/leaves/0002.leaf';
    substr($bent, $at + 40, 1) ^= "\x01";
    ($out) = run_is(['verify', write_file("$folder/leaf.tar", $bent)], 1, 'a changed leaf');
    like($out, qr{^FAILED .*data/leaves/0002\.leaf}m, 'is named');
}

# ---- ledger, backup, restore on what is no state ----
{
    run_is(['ledger', 'check'], 2, 'ledger check of nothing');
    run_is(['ledger', 'check', $good, '--state', "$folder"], 2, 'ledger check of two things');
    run_is(['ledger', 'check', $missing], 3, 'ledger check of a file that is not there');
    run_is(['ledger', 'check', $good], 3, 'ledger check of a file that is no database');
    run_is(['ledger', 'check', '--state', "$folder"], 4, 'ledger check of a folder that is no state');
    json_is(['ledger', 'check', $good], 3, 'ledger check of a file that is no database');
    run_is(['backup', "$folder/b"], 2, 'backup without a state');
    run_is(['backup', "$folder/b", '--state', "$folder"], 4, 'backup of a folder that is no state');
    ok(!-e "$folder/b" && !glob("$folder/b.partial*"), 'leaves nothing behind');
    run_is(['backup', "$folder", '--state', "$folder"], 4, 'backup into a folder that holds something');
    run_is(['restore', "$folder"], 2, 'restore to nowhere');
    run_is(['restore', $missing, '--state', "$folder/s"], 3, 'restore of nothing');
    json_is(['restore', "$folder", '--state', "$folder/s"], 4, 'restore of a folder without a manifest');
    ok(!-e "$folder/s", 'leaves nothing behind');
}

# ---- serve: settings that are refused before anything is opened ----
{
    for my $case (['--listen', 'nowhere'], ['--listen', '127.0.0.1:65536'], ['--listen', ':80'], ['--threads', '0'],
        ['--threads', '1x'], ['--readers', '-1'], ['--rate-limit', 'yes'], ['--behind-proxy', '1'], ['--session-s', '9'], ['--fee-per-mille', '1000'],
        ['--work-interval-ms', '1'], ['--drain-s', '601'], ['--sandbox-faults', '9223372036854775808']) {
        my (undef, $err) = run_is(['serve', '--state', "$folder/none", @$case], 2, "serve @$case");
        like($err, qr/\Q$case->[0]\E.*\nhint: it must be /, "serve @$case says what it must be");
    }
    local $ENV{SHUNTUI_THREADS} = 'many';
    my (undef, $err) = run_is(['serve', '--state', "$folder/none"], 2, 'a variable with a bad value');
    like($err, qr/SHUNTUI_THREADS/, 'is named');
    delete local $ENV{SHUNTUI_THREADS};
    (undef, $err) = run_is(['serve', '--state', "$folder/none"], 4, 'serve of a state that is not there');
    like($err, qr/serve --create/, 'says how to make one');
    ok(!-e "$folder/none", 'and makes nothing');
}

# ---- serve, ledger check, backup and restore on a living state ----
{
    my $state = "$folder/state";
    my $server = start_server($state, '--create');
    my $said = read_file($server->{log});
    my ($token) = $said =~ /\b(tok_\w+)/;
    ok($token, 'the first start shows a token');
    like($said, qr/\b\Q$server->{url}\E\b/, 'and what to open');
    is(request($server, 'GET', '/ready')->{status}, 200, 'the server is ready');
    (my $other = $token) =~ s/(.)$/$1 eq 'x' ? 'y' : 'x'/e;
    isnt(request($server, 'GET', '/v1/claims/clm_00000000000000000000000000', undef, {Authorization => "Bearer $token"})->{status},
        401, 'the token opens');
    is(request($server, 'GET', '/v1/claims/clm_00000000000000000000000000', undef, {Authorization => "Bearer $other"})->{status},
        401, 'another does not');

    my (undef, $err) = run_is(['serve', '--state', $state, '--listen', '127.0.0.1:0'], 4, 'a second server on the same state');
    like($err, qr/in use/, 'is told why');
    run_is(['serve', '--create', '--state', "$folder/second", '--listen', "127.0.0.1:$server->{port}"], 4, 'a port that is taken');

    run_is(['ledger', 'check', '--state', $state], 0, 'ledger check beside the server');
    my $report = json_is(['ledger', 'check', "$state/shuntui.db"], 0, 'ledger check of the file');
    cmp_ok($report->{invariants}, '>=', 1, 'counts its invariants');
    my $backup = json_is(['backup', "$folder/backup", '--state', $state], 0, 'backup beside the server');
    is($backup->{key_files}, 4, 'the backup says that it holds the keys');
    is((stat "$folder/backup/keys/master.key")[2] & 0777, 0600, 'with their mode');
    run_is(['backup', "$folder/backup", '--state', $state], 4, 'a backup never overwrites another');
    ($said) = run_is(['backup', "$folder/backup2", '--state', $state], 0, 'backup in words');
    like($said, qr/4 key files/, 'says plainly that it holds the keys');

    is(stop_server($server), 0, 'SIGTERM ends the server with status 0');
    $server = start_server($state, '--create');
    is(stop_server($server, 'INT'), 0, 'SIGINT ends the server with status 0');
    is(scalar(() = read_file($server->{log}) =~ /\btok_/g), 1, 'one token in two starts');

    my @restore = ('restore', "$folder/backup", '--state');
    json_is([@restore, "$folder/restored", '--manifest-sha256', $backup->{manifest_sha256}], 0, 'restore');
    run_is(['ledger', 'check', '--state', "$folder/restored"], 0, 'the restored ledger is clean');
    run_is([@restore, "$folder/restored"], 4, 'restore never overwrites anything');
    run_is([@restore, "$folder/other", '--manifest-sha256', '0' x 64], 1, 'restore with another manifest');
    $server = start_server("$folder/restored");
    is(request($server, 'GET', '/v1/claims/clm_00000000000000000000000000', undef, {Authorization => "Bearer $token"})->{status},
        404, 'the restored state knows the token');
    stop_server($server);

    # An evidence file that changed on disk: the backup is made, and says so.
    system('cp', '-a', "$folder/restored", "$folder/rotten") == 0 or die "cp failed\n";
    my $whole = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'; # of "hello"
    my $rotten = '00' . '11' x 31;
    system('mkdir', '-p', "$folder/rotten/files/2c", "$folder/rotten/files/00") == 0 or die "mkdir failed\n";
    write_file("$folder/rotten/files/2c/$whole", 'hello');
    write_file("$folder/rotten/files/00/$rotten", 'hello');
    $backup = json_is(['backup', "$folder/rotten-backup", '--state', "$folder/rotten"], 1, 'backup with a damaged file');
    is_deeply($backup->{damaged}, ["files/00/$rotten"], 'names that file and no other');
    ok(-f "$folder/rotten-backup/files/00/$rotten" && -f "$folder/rotten-backup/MANIFEST.json", 'and is whole');

    # Money out of nothing, written past the program into a copy.
    system('cp', '-a', "$folder/restored", "$folder/broken") == 0 or die "cp failed\n";
    my $sql = 'INSERT INTO ledger_account (id, kind, currency) VALUES (1001, \'provider\', \'CNY\');'
        . 'INSERT INTO ledger_transaction (id, kind, at, unique_key) VALUES (1001, \'pay\', 0, \'x\');'
        . 'INSERT INTO ledger_posting VALUES (1001, 1, 1001, \'CNY\', 500);';
    system('python3', '-c', 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2]); d.commit()',
        "$folder/broken/shuntui.db", $sql) == 0 or die "the database could not be bent\n";
    ($said) = run_is(['ledger', 'check', '--state', "$folder/broken"], 1, 'ledger check of money out of nothing');
    like($said, qr/^I01  transaction_sums_to_zero .*\n +1001 \| CNY \| 500$/m, 'names the invariant and the row');
    like($said, qr/violated$/m, 'and counts');
    $report = json_is(['ledger', 'check', '--state', "$folder/broken"], 1, 'ledger check of money out of nothing');
    is($report->{violations}[0]{row}, '1001 | CNY | 500', 'with the row');
    cmp_ok($report->{violated}, '>=', 1, 'and the number');
    json_is(['backup', "$folder/broken-backup", '--state', "$folder/broken"], 0, 'backup of a broken ledger');
    run_is(['restore', "$folder/broken-backup", '--state', "$folder/mended"], 1, 'is not restored');
    ok(!-e "$folder/mended", 'and leaves nothing behind');

    my %damage = (
        'a changed byte' => sub { write_file("$_[0]/keys/log.key", ('0' x 64) . "\n") },
        'a changed database' => sub { my $d = read_file("$_[0]/shuntui.db"); substr($d, 5000, 1) ^= "\1"; write_file("$_[0]/shuntui.db", $d) },
        'a missing file' => sub { unlink "$_[0]/keys/pepper.key" },
        'a file more' => sub { write_file("$_[0]/keys/more.key", '') },
        'a path that leads out' => sub { (my $m = read_file("$_[0]/MANIFEST.json")) =~ s{"keys/log.key"}{"../log.key"}; write_file("$_[0]/MANIFEST.json", $m) },
        'a manifest cut short' => sub { write_file("$_[0]/MANIFEST.json", substr read_file("$_[0]/MANIFEST.json"), 0, 100) },
        'a manifest of another format' => sub { (my $m = read_file("$_[0]/MANIFEST.json")) =~ s/backup-1/backup-9/; write_file("$_[0]/MANIFEST.json", $m) },
    );
    for my $name (sort keys %damage) {
        my $copy = "$folder/copy";
        system('cp', '-a', "$folder/backup", $copy) == 0 or die "cp failed\n";
        $damage{$name}->($copy);
        my ($status) = run_program('restore', $copy, '--state', "$folder/target");
        like($status, qr/^[13]$/, "restore refuses $name");
        ok(!-e "$folder/target" && !glob("$folder/target.restoring*"), "$name: nothing is left behind");
        system('rm', '-rf', $copy);
    }
}

# ---- an answer that cannot be written ----
SKIP: {
    skip 'no /dev/full', 1 unless -e '/dev/full';
    my $program = Shuntui::program();
    is(system("$program version >/dev/full 2>/dev/null") >> 8, 4, 'a full disk under standard output is a failure');
}

# ---- the man page ----
{
    (my $man = read_file("$root/docs/man/shuntui.1")) =~ s/\\-/-/g;
    $man =~ s/\\f[A-Z]//g;
    my %section;
    my $current = '';
    for my $line (split /\n/, $man) {
        if ($line =~ /^\.S[SH] (.*)/) { $current = $1 }
        else { $section{$current} .= "$line\n" }
    }
    for my $command (@commands) {
        my ($name, $words) = @$command;
        my ($heading) = grep { /^shuntui \Q$words\E\b/ } keys %section;
        ok($heading, "the man page has a section for $words") or next;
        for my $option (grep { $_->[0] eq $name } @options) {
            like($section{$heading}, qr/^\.BI? "?--\Q$option->[2]\E\b/m, "the man page explains $words --$option->[2]");
        }
    }
    like($section{'COMMON OPTIONS'}, qr/--\Q$_->[2]\E\b/, "the man page explains --$_->[2]") for grep { $_->[0] eq 'ANY' } @options;
    for my $setting (@settings) {
        my (undef, $option, $variable, $default, $value) = @$setting;
        my ($line) = $man =~ /^(\.BI --\Q$option\E .*)$/m;
        ok($line, "the man page explains --$option") or next;
        like($line, qr/\b\Q$variable\E\b/, "--$option: its variable");
        like($line, qr/default" " \Q$default\E\)/, "--$option: its default");
        like($line, qr/\Q$value\E/, "--$option: its value");
    }
    my %status = map { $_->[1] => lc $_->[2] } @exits;
    like(lc $section{'EXIT STATUS'}, qr/^\.b $_\n\Q$status{$_}\E\.$/m, "the man page explains status $_") for sort keys %status;
    my ($undocumented) = grep { my $o = $_; !grep { $_->[2] eq $o } @options and !grep { $_->[1] eq $o } @settings }
        $man =~ /^\.BI? --([a-z0-9-]+)/mg;
    is($undocumented, undef, 'the man page explains no option that is not there');
}

done_testing();
