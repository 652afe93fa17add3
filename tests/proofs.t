#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Bundles are checked by programs that nobody here wrote: coreutils, OpenSSL, and Go's checksum-database packages; and by
# the commands that the bundle's own README gives. Each check runs again on bent input, where it must fail.
use strict;
use warnings;
use Cwd qw(abs_path);
use Digest::SHA qw(sha256_hex sha512_hex);
use File::Basename qw(basename dirname);
use File::Copy qw(copy);
use File::Find ();
use MIME::Base64 qw(decode_base64);
use POSIX ();
use Test::More;
use lib dirname(abs_path(__FILE__));
use Shuntui qw(root folder read_file run_program write_file);

my $maker = ($ENV{SHUNTUI_BUILD} // root() . '/build') . '/tests/make_bundle';
die "no $maker: run ./check, or ninja -C build\n" unless -x $maker;
my $folder = folder();

# Runs quietly; true when the exit status is 0.
sub runs {
    my (@command) = @_;
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDOUT, '>', "$folder/output" or POSIX::_exit(127);
        open STDERR, '>&', \*STDOUT or POSIX::_exit(127);
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    return $? == 0;
}

sub shell {
    my ($where, $script) = @_;
    return runs('sh', '-ec', "cd \"\$1\"\n$script", 'sh', $where);
}

sub passes { my ($name, $good) = @_; ok($good, $name) or diag(read_file("$folder/output")); return }

sub files_of {
    my ($where, $under) = @_;
    my @found;
    File::Find::find({no_chdir => 1, wanted => sub { push @found, substr($_, length($where) + 1) if -f }}, "$where/$under");
    return sort @found;
}

# A fresh copy of the unpacked bundle.
my $copies = 0;
sub unpacked {
    my $where = "$folder/" . ++$copies;
    mkdir $where or die "mkdir: $!";
    system('tar', '-C', $where, '-xf', "$folder/bundle.tar") == 0 or die "tar failed\n";
    my ($inside) = glob "$where/*";
    return $inside;
}

# Makes the manifests fit again, so that only what lies deeper can tell.
sub remake_manifests {
    my ($where) = @_;
    my %hash = (256 => \&sha256_hex, 512 => \&sha512_hex);
    for my $kind (['', [files_of($where, 'data')]], ['tag', undef]) {
        my ($prefix, $files) = @$kind;
        $files //= [grep { !m{^(?:data/|tagmanifest-)} } map { s{^\./}{}r } files_of($where, '.')];
        for my $bits (256, 512) {
            write_file("$where/${prefix}manifest-sha$bits.txt",
                join '', map { $hash{$bits}->(read_file("$where/$_")) . "  $_\n" } @$files);
        }
    }
    return $where;
}

sub change_byte {
    my ($path, $at) = @_;
    my $content = read_file($path);
    $at += length $content if $at < 0;
    substr($content, $at, 1) ^= "\x01";
    return write_file($path, $content);
}

is(system($maker, "$folder"), 0, 'a bundle is written') or BAIL_OUT('there is nothing to check');
my $bag = unpacked();
my ($note) = grep { $_ ne 'log/7.note' } map { substr $_, length($bag) + 1 } glob "$bag/log/*.note";

subtest 'tar and zip hold the same files, to other programs too' => sub {
    mkdir "$folder/zip" or die "mkdir: $!";
    passes('the zip unpacks', runs('python3', '-m', 'zipfile', '-e', "$folder/bundle.zip", "$folder/zip"));
    passes('and is the same', runs('diff', '-r', "$folder/zip/" . basename($bag), $bag));
    done_testing();
};

subtest 'sha256sum and sha512sum accept the manifests' => sub {
    for my $bits (256, 512) {
        my $check = "sha${bits}sum -c --strict --quiet manifest-sha$bits.txt tagmanifest-sha$bits.txt";
        passes("sha$bits", shell($bag, $check));
        my $bent = unpacked();
        change_byte("$bent/data/items/0005.png", 100);
        ok(!shell($bent, $check), "sha$bits finds a changed item");
        $bent = unpacked();
        change_byte("$bent/trust/log.vkey", 3);
        ok(!shell($bent, $check), "sha$bits finds a changed tag file");
    }
    done_testing();
};

subtest 'OpenSSL accepts the head\'s signature' => sub {
    my ($text, $lines) = read_file("$bag/$note") =~ /\A(.*\n)\n(.*)\z/s or die "no note\n";
    my ($signature) = $lines =~ m{^\xe2\x80\x94 \S+ (\S+)$}m or die "no signature\n";
    my (undef, undef, $key) = split /\+/, read_file("$bag/trust/log.vkey"), 3;
    write_file("$folder/key.der", pack('H*', '302a300506032b6570032100') . substr(decode_base64($key), 1));
    write_file("$folder/signature", substr decode_base64($signature), 4);
    my @verify = ('openssl', 'pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', "$folder/key.der", '-rawin',
        '-in', "$folder/text", '-sigfile', "$folder/signature");
    write_file("$folder/text", $text);
    passes('as it is', runs(@verify));
    change_byte(write_file("$folder/text", $text), $_), ok(!runs(@verify), "not with byte $_ of the text changed")
        for 0, 40, -2;
    write_file("$folder/text", $text);
    change_byte("$folder/signature", 0);
    ok(!runs(@verify), 'not with the signature changed');
    done_testing();
};

# What is bent, when the manifests are made to fit again.
my %bends = (
    'a leaf'                => sub { change_byte("$_[0]/data/leaves/0002.leaf", 12) },
    'a path'                => sub { change_byte("$_[0]/data/proofs/0001.tlog-proof", 40) },
    'an index'              => sub {
        my $path = "$_[0]/data/proofs/0001.tlog-proof";
        write_file($path, read_file($path) =~ s/^index \d+$/index 4/mr);
    },
    'the head'              => sub { change_byte("$_[0]/$note", 45) },
    'two leaves exchanged'  => sub {
        my $first = read_file("$_[0]/data/leaves/0001.leaf");
        copy("$_[0]/data/leaves/0002.leaf", "$_[0]/data/leaves/0001.leaf");
        write_file("$_[0]/data/leaves/0002.leaf", $first);
    },
    'a shortened path'      => sub {
        my $path = "$_[0]/data/proofs/0001.tlog-proof";
        write_file($path, read_file($path) =~ s/^(index \d+\n)\S+\n/$1/mr);
    },
);

subtest 'the commands of both README files work, and notice' => sub {
    my %more = (
        'an item'        => sub { change_byte("$_[0]/data/items/0005.png", 100) },
        'a salt'         => sub { copy("$_[0]/data/salts/0001.salt", "$_[0]/data/salts/0002.salt") },
        'an extra file'  => sub { write_file("$_[0]/data/more.txt", "x\n") },
        'the key'        => sub { copy("$_[0]/trust/statement.vkeys", "$_[0]/trust/log.vkey") },
    );
    my %script;
    for my $language (qw(en zh)) {
        $script{$language} = join '', read_file("$bag/data/README.$language.txt") =~ /^    (.*\n)/mg;
        passes("README.$language.txt", shell($bag, $script{$language}));
    }
    is($script{en}, $script{zh}, 'they give the same commands');
    passes('manifests made again by this test change nothing', shell(remake_manifests(unpacked()), $script{en}));
    for my $what (sort(keys %bends), sort keys %more) {
        my $bent = unpacked();
        ($bends{$what} // $more{$what})->($bent);
        remake_manifests($bent);
        ok(!shell($bent, $script{en}), "$what was changed");
    }
    done_testing();
};

subtest 'Go\'s checksum-database packages accept heads, inclusion and consistency' => sub {
    my $packages = '/usr/share/gocode';
    unless (-d "$packages/src/golang.org/x/mod/sumdb/tlog" && runs('go', 'version')) {
        my $advice = 'install golang-go and golang-golang-x-mod-dev: tools/install-packages test';
        plan skip_all => $advice unless $ENV{CI};
        fail($advice);
        done_testing();
        return;
    }
    local %ENV = (%ENV, GO111MODULE => 'off', GOPATH => $packages, GOCACHE => "$folder/go", GOFLAGS => '');
    passes('the checker compiles', runs('go', 'build', '-o', "$folder/check_proofs", root() . '/tests/check_proofs.go'));
    my $check = "$folder/check_proofs";
    passes('the bundle as it is', runs($check, $bag));
    like(read_file("$folder/output"), qr/^2 heads, 8 leaves, 1 continuations$/m, 'nothing was passed over');
    my %more = (
        'a consistency proof' => sub { change_byte((glob "$_[0]/log/consistency-*.txt")[0], 3) },
        'the earlier head'    => sub { change_byte("$_[0]/log/7.note", 45) },
        'the key'             => sub { copy("$_[0]/trust/statement.vkeys", "$_[0]/trust/log.vkey") },
    );
    for my $what (sort(keys %bends), sort keys %more) {
        my $bent = unpacked();
        ($bends{$what} // $more{$what})->($bent);
        ok(!runs($check, $bent), "$what was changed");
    }
    done_testing();
};

subtest 'our own program agrees, called as the README says' => sub {
    my ($call) = read_file("$bag/data/README.en.txt") =~ /^With the program: shuntui (verify \S+) KEY FILE$/m;
    ok($call, 'the README says how') or return done_testing();
    my $key = read_file("$bag/trust/log.vkey") =~ s/\n\z//r;
    for my $archive ("$folder/bundle.tar", "$folder/bundle.zip") {
        my ($status, $out) = run_program(split(/ /, $call), $key, $archive);
        is($status, 0, basename($archive) . ' verifies') or diag($out);
    }
    change_byte("$folder/bundle.tar", 30000);
    isnt((run_program(split(/ /, $call), $key, "$folder/bundle.tar"))[0], 0, 'a changed one does not');
    done_testing();
};

done_testing();
