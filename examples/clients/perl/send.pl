#!/usr/bin/env perl
# Price, send and follow one SMS.
use v5.36;

use FindBin qw($Bin);
use lib $Bin;

use Epochta;
use Settings;
use Time::HiRes qw(sleep time);

STDOUT->autoflush; # Print each line at once, also into a pipe.

# Asks until the status is final, and returns the message.
sub wait_for_final ($client, $id) {
    my $deadline = time + 15;
    while (1) {
        # No row: the gateway does not know the id. Status 0: not handed over yet.
        my ($row) = $client->status([$id]);
        my $status = $row ? $row->{status} : 'unknown';
        return $row if $Epochta::FINAL{$status};
        die "no final status of $id within 15 s, the last one is $status\n" if time > $deadline;
        sleep 0.3;
    }
}

# Credits have up to four decimals and floats do not add up: count ten-thousandths.
sub units ($credits) {
    my ($whole, $fraction) = split /\./, $credits;
    return $whole . substr(($fraction // '') . '0000', 0, 4);
}

sub run {
    my $client = client;
    say 'credit price: ', $client->credit_price, ' USD';

    my $before = $client->balance;
    say "balance: $before";

    # An id of our own, never used before: GETSTATUS answers by it, and an id used twice
    # gets the rows of both messages.
    my $id = 'perl-' . Epochta::new_id();
    my @message = ('Demo', TEXT, [{ number => setting(EPOCHTA_TO => '380501234567'), id => $id }]);
    my $price = $client->price(@message);
    say "price: $price credits";

    my $charge = eval { $client->send(@message)->{credits} } // do {
        # Never repeat SEND blindly: it may have arrived although the answer did not, and the
        # customer pays twice. Ask GETSTATUS first; no row means not sent.
        die "$@; ask GETSTATUS for $id before sending again\n"
            if $@ isa Epochta::NoReply || $@ isa Epochta::BadReply;
        die $@;
    };
    say "sent: $id for $charge credits";

    my $final = wait_for_final($client, $id);
    say "status: $final->{status} at $final->{done}";

    my $after = $client->balance;
    say "balance: $after";

    die "the message ended as $final->{status}\n" if $final->{status} ne 'DELIVERED';
    my $spent = units($before) - units($after);
    die "the sums differ: balance $before - $after, charge $charge, price $price\n"
        if $spent != units($charge) || $spent != units($price);
}

eval { run(); 1 } or do {
    print STDERR 'send.pl: ', $@ =~ s/\n\z//r, "\n";
    exit 1;
};
