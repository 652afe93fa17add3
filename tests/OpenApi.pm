# SPDX-License-Identifier: Apache-2.0
# Reads docs/openapi.yaml, which keeps to a small part of YAML (mappings and lists by indentation, flow lists of words, plain and
# double-quoted scalars, text blocks), and holds answers of a live server against its schemas.
package OpenApi;
use strict;
use warnings;
use B ();
use JSON::PP ();
use Shuntui qw(root read_file);

# ---- reading ----

sub scalar_of {
    my ($text, $line) = @_;
    return JSON::PP->new->allow_nonref->utf8->decode($text) if $text =~ /^"/;
    return [map { scalar_of($_, $line) } $1 =~ /((?:"(?:[^"\\]|\\.)*"|[^,\s]+))(?:,\s*|$)/g] if $text =~ /^\[(.*)\]$/;
    return {} if $text eq '{}';
    return undef if $text eq 'null';
    return $text eq 'true' ? JSON::PP::true : JSON::PP::false if $text =~ /^(?:true|false)$/;
    die "line $line: this is not in the part of YAML that is used here: $text\n" if $text =~ /^['&*!{>|%@`]/;
    return $text;
}

# The block of lines that begin at `indent`: a mapping, or a list.
sub block {
    my ($lines, $indent) = @_;
    my $is_list = $lines->[0][1] =~ /^- /;
    my $result = $is_list ? [] : {};
    while (@$lines && $lines->[0][0] == $indent) {
        my ($at, $text, $line) = @{$lines->[0]};
        if ($is_list) {
            $text =~ s/^- // or die "line $line: an item of a list was expected\n";
            if ($text =~ /^(?:"[^"]*"|[\w.\$-]+):(?: |$)/) {
                $lines->[0] = [$indent + 2, $text, $line];
                push @$result, block($lines, $indent + 2);
            } else {
                shift @$lines;
                push @$result, scalar_of($text, $line);
            }
            next;
        }
        my ($key, $rest) = $text =~ m{^("(?:[^"\\]|\\.)*"|[^\s:"]+):(?: (.*))?$} or die "line $line: a key was expected: $text\n";
        $key = scalar_of($key, $line);
        die "line $line: $key stands twice\n" if exists $result->{$key};
        shift @$lines;
        if (!defined $rest || $rest eq '') {
            die "line $line: $key has no value\n" if !@$lines || $lines->[0][0] <= $indent;
            $result->{$key} = block($lines, $lines->[0][0]);
        } elsif ($rest eq '|') {
            my @part;
            push @part, (' ' x ($lines->[0][0] - $indent - 2)) . (shift @$lines)->[1] while @$lines && $lines->[0][0] > $indent;
            $result->{$key} = join "\n", @part;
        } else {
            $result->{$key} = scalar_of($rest, $line);
        }
    }
    die "line $lines->[0][2]: this indentation belongs to nothing\n" if @$lines && $lines->[0][0] > $indent;
    return $result;
}

sub read_yaml {
    my ($text) = @_;
    my ($number, @lines) = 0;
    for my $line (split /\n/, $text) {
        $number++;
        next if $line =~ /^\s*(?:#|$)/;
        my ($space, $rest) = $line =~ /^( *)(.*?)\s*$/;
        push @lines, [length $space, $rest, $number];
    }
    my $result = block(\@lines, 0);
    die "line $lines[0][2]: nothing was expected here\n" if @lines;
    return $result;
}

sub new {
    my ($class) = @_;
    my $self = bless {document => read_yaml(read_file(root() . '/docs/openapi.yaml')), answered => {}}, $class;
    for my $path (keys %{$self->{document}{paths}}) {
        for my $method (grep { $_ ne 'parameters' } keys %{$self->{document}{paths}{$path}}) {
            (my $pattern = quotemeta $path) =~ s/\\\{\w+\\\}/[^\/?]+/g;
            push @{$self->{operations}}, {method => uc $method, path => $path, pattern => qr/^$pattern(?:\?|$)/, %{$self->{document}{paths}{$path}{$method}}};
        }
    }
    return $self;
}

sub operation {
    my ($self, $method, $path) = @_;
    # A path without parameters wins over one with: /policies/check and /policies/{policy}.
    my @found = sort { ($a->{path} =~ tr/{//) <=> ($b->{path} =~ tr/{//) } grep { $_->{method} eq $method && $path =~ $_->{pattern} } @{$self->{operations}};
    return $found[0];
}

sub resolve {
    my ($self, $node) = @_;
    while (ref $node eq 'HASH' && $node->{'$ref'}) {
        my $at = $self->{document};
        for my $part (split m{/}, $node->{'$ref'} =~ s{^#/}{}r) {
            $at = $at->{$part} // die "there is no $node->{'$ref'}\n";
        }
        $node = $at;
    }
    return $node;
}

# ---- holding an answer against a schema ----

sub type_of {
    my ($value) = @_;
    return 'null' if !defined $value;
    return 'array' if ref $value eq 'ARRAY';
    return 'object' if ref $value eq 'HASH';
    return 'boolean' if JSON::PP::is_bool($value);
    my $flags = B::svref_2object(\$value)->FLAGS;
    return 'string' if $flags & B::SVp_POK;
    return $flags & B::SVp_IOK ? 'integer' : 'number';
}

# What is wrong with the value, as a list of sentences.
sub faults {
    my ($self, $schema, $value, $at) = @_;
    $schema = $self->resolve($schema);
    my $type = type_of($value);
    if ($schema->{oneOf}) {
        my @tries = map { [$self->faults($_, $value, $at)] } @{$schema->{oneOf}};
        my @fitting = grep { !@$_ } @tries;
        return @fitting == 1 ? () : @fitting ? "$at fits several schemas" : @{(sort { @$b <=> @$a } @tries)[0]};
    }
    my @types = ref $schema->{type} ? map { $_ // 'null' } @{$schema->{type}} : $schema->{type} // ();
    return "$at is $type, not " . join ' or ', @types if @types && !grep { $_ eq $type } @types;
    return () if $type eq 'null';
    return "$at is \"$value\", which is not one of its values" if $schema->{enum} && !grep { defined && $_ eq $value } @{$schema->{enum}};
    return "$at is \"$value\", which is not $schema->{const}" if defined $schema->{const} && $value ne $schema->{const};
    return "$at is \"$value\", which does not look like $schema->{pattern}" if $schema->{pattern} && $value !~ /$schema->{pattern}/;
    return map { $self->faults($schema->{items}, $value->[$_], "$at/$_") } 0 .. $#$value if $type eq 'array' && $schema->{items};
    return () if $type ne 'object';
    my $known = $schema->{properties} // {};
    my @faults = map { "$at/$_ is missing" } grep { !exists $value->{$_} } @{$schema->{required} // []};
    my $more = $schema->{additionalProperties};
    for my $key (sort keys %$value) {
        if ($known->{$key}) {
            push @faults, $self->faults($known->{$key}, $value->{$key}, "$at/$key");
        } elsif (ref $more eq 'HASH') {
            push @faults, $self->faults($more, $value->{$key}, "$at/$key");
        } elsif (%$known && !$more) {
            push @faults, "$at/$key is not described";
        }
    }
    return @faults;
}

# An answer of the server: the sentences that say what of it is not as described.
sub check_answer {
    my ($self, $method, $path, $answer) = @_;
    my $operation = $self->operation($method, $path) or return $answer->{status} == 404 ? () : "$method $path is not described";
    my $name = "$operation->{operationId} $answer->{status}";
    my $response = $self->resolve($operation->{responses}{$answer->{status}} // $operation->{responses}{default});
    return "$name is not described" if !$response;
    $self->{answered}{$operation->{operationId}}{$answer->{status}}++;
    my ($type) = ($answer->{headers}{'content-type'} // '') =~ m{^([^;]*)};
    return $type eq '' ? () : "$name has the type $type" if !$response->{content};
    my $content = $response->{content}{$type} or return "$name has the type $type, which is not described";
    my @headers = map { "$name has no header $_" } grep { $self->resolve($response->{headers}{$_})->{required} && !defined $answer->{headers}{lc $_} } keys %{$response->{headers} // {}};
    return @headers if !defined $answer->{json};
    return @headers, map { "$name: $_" } $self->faults($content->{schema}, $answer->{json}, '');
}

1;
