#!/usr/bin/env perl
# Does what JSON lines on stdin say and answers on stdout: what `epochta-conformance client --adapter` talks to.
use v5.36;

use FindBin qw($Bin);
use lib $Bin;

use Epochta;
use JSON::PP;

my $json = JSON::PP->new->utf8;
STDOUT->autoflush;

my %operation = (
    send => sub ($client, $job) { $client->send(@$job{qw(sender text to)}) },
    price => sub ($client, $job) { { credits => $client->price(@$job{qw(sender text to)}) } },
    status => sub ($client, $job) { { messages => [$client->status($job->{ids})] } },
    balance => sub ($client, $job) { { credits => $client->balance } },
    credit_price => sub ($client, $job) { { price => $client->credit_price } },
);

while (my $line = <STDIN>) {
    my $result = eval {
        my $job = $json->decode($line);
        my $run = $operation{ $job->{op} // '' } // Epochta::InvalidInput->throw('no such operation');
        my $client = Epochta->new(map { $_ => $job->{$_} } qw(url username password timeout));
        +{ ok => JSON::PP::true, $run->($client, $job)->%* };
    } // do {
        my $error = $@;
        warn $error if !($error isa Epochta::Error); # No JSON, or not what it should hold.
        { ok => JSON::PP::false, error => $error isa Epochta::Error ? $error->word : 'INVALID_INPUT' };
    };
    print $json->encode($result), "\n";
}
