# SPDX-License-Identifier: Apache-2.0
# Helpers of the end-to-end tests: run the program, start a server on a free port, talk JSON to it.
# Perl's core modules only. Everything lives in a temporary folder and every server is stopped at the end.
package Shuntui;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename qw(dirname);
use File::Find ();
use File::Temp ();
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();

our @EXPORT_OK = qw(root program folder run_program start_server stop_server request read_file write_file);

my $root = abs_path(dirname(__FILE__) . '/..');
my %servers;

# The project's folder.
sub root { return $root }

# The program under test: in $SHUNTUI_BUILD, or in build/.
sub program {
    my $build = $ENV{SHUNTUI_BUILD} // "$root/build";
    for my $path ("$build/shuntui", "$build/src/cli/shuntui") {
        return $path if -x $path && -f $path;
    }
    die "no program in $build: run ./check, or meson setup build && ninja -C build\n";
}

# A temporary folder that goes away with the test.
sub folder { return File::Temp->newdir('shuntui-XXXXXXXX', TMPDIR => 1) }

sub read_file {
    my ($path) = @_;
    open my $in, '<:raw', $path or die "cannot read $path: $!\n";
    local $/;
    return scalar <$in>;
}

sub write_file {
    my ($path, $content) = @_;
    open my $out, '>:raw', $path or die "cannot write $path: $!\n";
    print {$out} $content;
    close $out or die "cannot write $path: $!\n";
    return $path;
}

# run_program({in => TEXT}, ARGUMENTS): exit status (or 128 + signal), standard output, standard error.
sub run_program {
    my $options = ref $_[0] ? shift : {};
    my @arguments = @_;
    my $folder = folder();
    write_file("$folder/in", $options->{in} // '');
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDIN, '<', "$folder/in" or POSIX::_exit(127);
        open STDOUT, '>', "$folder/out" or POSIX::_exit(127);
        open STDERR, '>', "$folder/err" or POSIX::_exit(127);
        exec { program() } program(), @arguments or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    return ($status, read_file("$folder/out"), read_file("$folder/err"));
}

sub free_port {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "no free port: $!\n";
    return $socket->sockport;
}

# start_server(STATE, MORE ARGUMENTS): {pid, port, url, log}. Dies when it does not listen within 20 seconds.
sub start_server {
    my ($state, @arguments) = @_;
    my $port = free_port();
    my $log = "$state.log";
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDOUT, '>>', $log or POSIX::_exit(127);
        open STDERR, '>&', \*STDOUT or POSIX::_exit(127);
        exec { program() } program(), 'serve', '--state', "$state", '--listen', "127.0.0.1:$port", @arguments
            or POSIX::_exit(127);
    }
    my $server = {pid => $pid, port => $port, url => "http://127.0.0.1:$port", log => $log};
    $servers{$pid} = 1;
    for (1 .. 400) {
        return $server if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 1);
        if (waitpid($pid, POSIX::WNOHANG()) == $pid) {
            delete $servers{$pid};
            last;
        }
        select undef, undef, undef, 0.05;
    }
    stop_server($server, 'KILL');
    die 'the server did not start: ' . read_file($log) . "\n";
}

# stop_server(SERVER, SIGNAL = TERM): its exit status, or 128 + signal.
sub stop_server {
    my ($server, $signal) = @_;
    my $pid = $server->{pid};
    return unless delete $servers{$pid};
    kill $signal // 'TERM', $pid;
    waitpid $pid, 0;
    return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

# request(SERVER, METHOD, PATH, BODY, HEADERS): {status, headers, text, json}. A reference as body is sent as JSON.
sub request {
    my ($server, $method, $path, $body, $headers) = @_;
    my %options = (headers => {%{$headers // {}}});
    if (defined $body) {
        $options{content} = ref $body ? JSON::PP->new->utf8->canonical->encode($body) : $body;
        $options{headers}{'Content-Type'} //= 'application/json';
    }
    my $answer = HTTP::Tiny->new(timeout => 30)->request($method, "$server->{url}$path", \%options);
    my $is_json = ($answer->{headers}{'content-type'} // '') =~ m{[/+]json\b};
    return {
        status  => $answer->{status},
        headers => $answer->{headers},
        text    => $answer->{content},
        json    => $is_json ? scalar eval { JSON::PP->new->utf8->decode($answer->{content}) } : undef,
    };
}

END {
    my $status = $?;
    for my $pid (keys %servers) {
        kill 'KILL', $pid;
        waitpid $pid, 0;
    }
    $? = $status;
}

1;
