#!/usr/bin/env perl
# Price, send and follow one SMS. Transport: a percent-encoded form, LWP::UserAgent.
use strict;
use warnings;
use utf8;

use Encode qw(decode encode_utf8);
use HTML::Entities qw(decode_entities encode_entities);
use LWP::UserAgent;
use Time::HiRes qw(sleep time);

$| = 1; # Print each line at once, also into a pipe.

# The environment holds bytes; everything in here is characters.
sub setting {
    my ($name, $default) = @_;
    my $value = $ENV{$name};
    return defined $value && $value ne '' ? decode('UTF-8', $value) : $default;
}

my $url      = setting(EPOCHTA_URL      => 'http://127.0.0.1:8620/members/sms/xml.php');
my $username = setting(EPOCHTA_USERNAME => 'demo');
my $password = setting(EPOCHTA_PASSWORD => 'demo');
my $to       = setting(EPOCHTA_TO       => '380501234567');
my $text     = 'Ваш код: 4711 & спасибо <3 +1 🙂';

my %error = (
    -1 => 'AUTH_FAILED',
    -2 => 'XML_ERROR',
    -3 => 'NOT_ENOUGH_CREDITS',
    -4 => 'NO_RECIPIENTS',
    -5 => 'INVALID_TEXT',
    -7 => 'BAD_SENDER_NAME',
);
my %final = map { $_ => 1 } qw(
    DELIVERED NOT_DELIVERED NOT_ALLOWED
    INVALID_DESTINATION_ADDRESS INVALID_SOURCE_ADDRESS NOT_ENOUGH_CREDITS
);

# LWP waits three minutes by default.
my $agent = LWP::UserAgent->new(timeout => 10);

# Text and password must be escaped, or the first & in them makes the document malformed.
# The second argument keeps encode_entities from writing &nbsp; and the like, which are not XML.
sub escape { return encode_entities($_[0], q{&<>"'}) }

# The vendor's document says "authentication"; every client in use says "authentification".
sub document {
    my ($operation, $more) = (@_, '');
    my ($login, $secret) = (escape($username), escape($password));
    return <<"XML";
<?xml version="1.0" encoding="UTF-8"?>
<SMS>
<operations><operation>$operation</operation></operations>
<authentification><username>$login</username><password>$secret</password></authentification>
$more
</SMS>
XML
}

# Replies have one element a line and double quotes, so regular expressions will do.
sub element {
    my ($reply, $name) = @_;
    return $reply =~ m{<$name>([^<]*)</$name>} ? $1 : undef;
}

sub attribute {
    my ($row, $name) = @_;
    return $row =~ m{\s$name="([^"]*)"} ? decode_entities($1) : undef;
}

# Posts a document and returns the reply. $advice is for the case that there is none.
sub call {
    my ($document, $advice) = (@_, '');

    # Given a list of fields, LWP percent-encodes them. In a form a bare + would arrive
    # as a blank, a bare & would end the field.
    my $response = $agent->post($url, [XML => encode_utf8($document)]);
    my $reply = $response->decoded_content // '';
    die 'no usable reply: ', $response->status_line, "$advice\n" if !$response->is_success;
    die "the reply is not one of the gateway's$advice\n" if $reply !~ /<(?:RESPONSE|deliveryreport)>/;

    # Errors arrive in HTTP 200, as a negative status. A delivery report has no status.
    my $status = element($reply, 'status') // 0;
    die 'the gateway answered ', $error{$status} // 'an unknown error', " ($status)\n" if $status < 0;
    return $reply;
}

# Polls GETSTATUS and returns the final row of the report.
sub wait_for_final {
    my ($id) = @_;
    my $query = document('GETSTATUS', "<statistics><messageid>$id</messageid></statistics>");
    my $deadline = time + 15;
    while (1) {
        # No row: the gateway does not know the id. Status 0: not handed over yet.
        my ($row) = call($query) =~ m{(<message\s[^>]*>)};
        my $status = defined $row ? attribute($row, 'status') : 'unknown';
        return $row if $final{$status};
        die "no final status of $id within 15 s, the last one is $status\n" if time > $deadline;
        sleep 0.3;
    }
}

# Credits have up to four decimals and floats do not add up: compare them as text.
sub fixed { return sprintf '%.4f', $_[0] }

sub run {
    print 'credit price: ', element(call(document('CREDITPRICE')), 'price'), " USD\n";

    my $before = element(call(document('BALANCE')), 'credits');
    print "balance: $before\n";

    # An id of our own, never used before: GETSTATUS answers by it, and an id used twice
    # gets the rows of both messages.
    my $id = sprintf 'perl-%.0f-%d-%06d', time * 1000, $$, rand 1_000_000;
    my $message = '<message><sender>Demo</sender><text>' . escape($text) . '</text></message>'
        . qq{<numbers><number messageID="$id">} . escape($to) . '</number></numbers>';
    my $price = element(call(document('GETPRICE', $message)), 'credits');
    print "price: $price credits\n";

    # Never repeat SEND blindly: it may have arrived although the answer did not, and the
    # customer pays twice. Ask GETSTATUS first; no row means not sent.
    my $reply = call(document('SEND', $message), "; ask GETSTATUS for $id before sending again");
    my $charge = element($reply, 'credits');
    print "sent: $id for $charge credits\n";

    my $row = wait_for_final($id);
    my $status = attribute($row, 'status');
    print "status: $status at ", attribute($row, 'donedate'), "\n";

    my $after = element(call(document('BALANCE')), 'credits');
    print "balance: $after\n";

    die "the message ended as $status\n" if $status ne 'DELIVERED';
    my $spent = fixed($before - $after);
    die "the sums differ: balance $before - $after, charge $charge, price $price\n"
        if $spent ne fixed($charge) || $spent ne fixed($price);
    return;
}

eval { run(); 1 } or do {
    print STDERR "send.pl: $@";
    exit 1;
};
