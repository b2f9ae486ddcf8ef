#!/usr/bin/env perl
# One operation, as the environment says: EPOCHTA_OPERATION, EPOCHTA_TO, …
use v5.36;

use FindBin qw($Bin);
use lib $Bin;

use Epochta;
use Settings;

sub mailing (@ids) {
    my @numbers = split /,/, setting(EPOCHTA_TO => '380501234567'), -1;
    @ids = map { Epochta::new_id() } @numbers if !@ids;
    @ids == @numbers or Epochta::InvalidInput->throw('EPOCHTA_ID and EPOCHTA_TO are not equally many');
    my @recipients = map { { number => $numbers[$_], id => $ids[$_] } } 0 .. $#numbers;
    return setting(EPOCHTA_SENDER => 'Demo'), setting(EPOCHTA_TEXT => TEXT), \@recipients;
}

my %operation = (
    send => sub (@ids) {
        my ($sender, $text, $recipients) = mailing(@ids);
        my $ids = join ',', map { $_->{id} } @$recipients;
        my $result = eval { client->send($sender, $text, $recipients) } // do {
            print STDERR "call.pl: ask for the status of $ids before you send again\n"
                if $@ isa Epochta::NoReply || $@ isa Epochta::BadReply;
            die $@;
        };
        say "accepted $result->{accepted}, credits $result->{credits}, id $ids";
    },
    price => sub (@ids) { say 'credits ', client->price(mailing(@ids)) },
    status => sub (@ids) {
        for my $row (client->status(\@ids)) {
            say "$row->{id} ",
                $row->{status} eq '0' ? 'waiting' : join ' ', $row->{status}, map { $_ // '-' } @$row{qw(sent done)};
        }
    },
    balance => sub (@) { say 'credits ', client->balance },
    'credit-price' => sub (@) { say 'price ', client->credit_price },
);

eval {
    my $name = setting(EPOCHTA_OPERATION => 'send');
    my $run = $operation{$name} // Epochta::InvalidInput->throw("$name is no operation");
    $run->(split /,/, setting(EPOCHTA_ID => ''));
    1;
} or do {
    die $@ if !($@ isa Epochta::Error);
    print STDERR 'call.pl: ', $@->word, ": $@\n";
    exit 1;
};
