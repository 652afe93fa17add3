#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# Writes files as C arrays: embed.pl OUTPUT NAME=FILE ... A file that does not exist becomes a line that says so.
use strict;
use warnings;

my $output = shift @ARGV or die "usage: embed.pl OUTPUT NAME=FILE ...\n";
open my $out, '>', $output or die "$output: $!\n";
print $out "/* SPDX-License-Identifier: Apache-2.0 */\n/* Written by embed.pl. */\n#include \"http/embedded.h\"\n";
for my $pair (@ARGV) {
    my ($name, $file) = split /=/, $pair, 2;
    my $bytes = "# not part of this build\n";
    if (-e $file) {
        open my $in, '<:raw', $file or die "$file: $!\n";
        local $/;
        $bytes = <$in>;
    }
    my $length = length $bytes;
    print $out "\nconst size_t embedded_${name}_length = $length;\nconst unsigned char embedded_${name}[$length + 1] = {\n";
    print $out '    ', join(', ', map { ord } split //, $1), ",\n" while $bytes =~ /\G(.{1,24})/gs;
    print $out "};\n";
}
close $out or die "$output: $!\n";
