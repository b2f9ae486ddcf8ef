package Epochta;

# A client of the ePochta SMS XML gateway, to be copied. It needs Perl 5.36 and XML::LibXML (in Debian,
# libxml-libxml-perl); for https also IO::Socket::SSL (libio-socket-ssl-perl).
#
#     my $client = Epochta->new(url => 'https://sms.example/xml.php', username => 'login', password => 'password');
#     my $id = Epochta::new_id(); # Write it down first, then send.
#     $client->send('SMSKA', 'Hello %1%', [{ number => '380501234567', id => $id, variables => ['John'] }]);
#     $client->status([$id]);
#
# Every method returns a result or dies with an Epochta::Error. All strings are characters, not bytes. Credits are text:
# arithmetic makes floats of them, and those do not add up.

use v5.36;

use HTTP::Tiny;
use Time::HiRes qw(alarm);
use XML::LibXML;

our %REFUSAL = (
    -1 => 'AUTH_FAILED',
    -2 => 'XML_ERROR',
    -3 => 'NOT_ENOUGH_CREDITS',
    -4 => 'NO_RECIPIENTS',
    -5 => 'INVALID_TEXT',
    -7 => 'BAD_SENDER_NAME',
);

# A message with one of these never changes again: stop asking. All other words may change, also those not known yet.
our %FINAL = map { $_ => 1 } qw(
    DELIVERED NOT_DELIVERED NOT_ALLOWED
    INVALID_DESTINATION_ADDRESS INVALID_SOURCE_ADDRESS NOT_ENOUGH_CREDITS
);

# Why there is no result: the word for programs, the message (or the error as a string) for people.
package Epochta::Error {
    use overload '""' => sub ($self, @) { $self->{message} }, fallback => 1;

    sub throw ($class, $message, %more) { die bless { message => $message, %more }, $class }
    sub message ($self) { $self->{message} }
}

# Refused here; nothing was sent.
package Epochta::InvalidInput {
    our @ISA = 'Epochta::Error';
    sub word { 'INVALID_INPUT' }
}

# The gateway said no; nothing was sent.
package Epochta::Refused {
    our @ISA = 'Epochta::Error';
    sub word ($self) { $REFUSAL{ $self->code } // '' . $self->code }
    sub code ($self) { $self->{code} }
}

# No whole reply came. The gateway may have done it all the same: ask status before you send again.
package Epochta::NoReply {
    our @ISA = 'Epochta::Error';
    sub word { 'NO_REPLY' }
}

# What came is not the gateway's reply. It may have done it all the same, as with NoReply.
package Epochta::BadReply {
    our @ISA = 'Epochta::Error';
    sub word { 'BAD_REPLY' }
}

# An id that no other message has. Keep it before you send: it is all you can ask by if no reply comes.
sub new_id {
    open my $random, '<:raw', '/dev/urandom' or die "/dev/urandom: $!";
    read($random, my $bytes, 16) == 16 or die '/dev/urandom has too little';
    return unpack 'H*', $bytes;
}

# timeout: in seconds, for everything from the connection to the last byte of the reply.
sub new ($class, %self) {
    $self{timeout} //= 10;
    ($self{$_} // '') ne '' or Epochta::InvalidInput->throw("the $_ is missing") for qw(url username);
    $self{url} =~ m{\Ahttps?://}i or Epochta::InvalidInput->throw("$self{url} is no URL of a gateway");
    $self{timeout} > 0 or Epochta::InvalidInput->throw('the time-out is not above 0'); # To alarm, 0 is for ever.
    return bless \%self, $class;
}

# Sends a text to all recipients, in one document, and returns { accepted, credits }; accepted counts recipients, not
# parts. A recipient without an id is sent to as well, and nobody can ask what became of it; variables stand for %1%,
# %2%, … in the text. Never call it again just because no reply came.
sub send ($self, $sender, $text, $recipients) {
    my $reply = $self->_ask($self->_mailing('SEND', $sender, $text, $recipients));
    my $accepted = _integer($reply, 'status')
        or Epochta::BadReply->throw('no usable reply: nothing is refused, and nothing accepted');
    return { accepted => $accepted, credits => _amount($reply, 'credits') };
}

# The credits that send would take.
sub price ($self, $sender, $text, $recipients) {
    return _amount($self->_ask($self->_mailing('GETPRICE', $sender, $text, $recipients)), 'credits');
}

# A list of { id, status, sent, done } for these ids: none for an id that the gateway does not know, several for one
# used twice. The status is the gateway's word, "0" until the message is handed over; dates are yyyy-mm-dd hh:mm:ss in
# the gateway's time zone, or undef.
sub status ($self, $ids) {
    @{ $ids // [] } or Epochta::InvalidInput->throw('there are no ids to ask for');
    my $root = $self->_document('GETSTATUS');
    my $statistics = _add($root, 'statistics');
    _add($statistics, messageid => $_) for @$ids;
    return map { _row($_) } $self->_ask($root, 'deliveryreport')->getChildrenByTagName('message');
}

# The credits of the account.
sub balance ($self) { return _amount($self->_ask($self->_document('BALANCE')), 'credits') }

# What a credit costs, in US dollars.
sub credit_price ($self) { return _amount($self->_ask($self->_document('CREDITPRICE')), 'price') }

sub _document ($self, $operation) {
    my $root = XML::LibXML::Element->new('SMS');
    _add(_add($root, 'operations'), operation => $operation);
    # The vendor's document says "authentication". All clients in use say this, and gateways know both.
    my $login = _add($root, 'authentification');
    _add($login, $_ => $self->{$_}) for qw(username password);
    return $root;
}

# What SEND and GETPRICE have in common.
sub _mailing ($self, $operation, $sender, $text, $recipients) {
    # Senders and numbers are for the gateway to judge: what it takes differs from place to place.
    @{ $recipients // [] } or Epochta::InvalidInput->throw('there are no recipients');
    ($text // '') ne '' or Epochta::InvalidInput->throw('the text is empty');
    my $root = $self->_document($operation);
    my $message = _add($root, 'message');
    _add($message, sender => $sender);
    _add($message, text => $text);
    my $numbers = _add($root, 'numbers');
    for my $recipient (@$recipients) {
        my $number = _add($numbers, number => $recipient->{number});
        my ($id, $variables) = @$recipient{qw(id variables)};
        $number->setAttribute(messageID => _legal($id)) if ($id // '') ne '';
        next if !@{ $variables // [] };
        grep { /;/ } @$variables and Epochta::InvalidInput->throw('a variable holds a semicolon, which ends it');
        $number->setAttribute(variables => join '', map { _legal($_) . ';' } @$variables);
    }
    return $root;
}

# An element with a text. LibXML escapes whatever has to be, line ends in attributes included.
sub _add ($parent, $name, $text = '') {
    my $element = $parent->addNewChild(undef, $name);
    $element->appendText(_legal($text));
    return $element;
}

# A value, unless XML cannot hold it, not even as a reference: control characters, surrogates, two that are none.
sub _legal ($value) {
    defined $value && !ref $value or Epochta::InvalidInput->throw('a value is missing');
    $value =~ /[^\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]/
        and Epochta::InvalidInput->throw(sprintf 'XML cannot hold U+%04X', ord $&);
    utf8::upgrade($value); # Or LibXML takes an é for a byte.
    return $value;
}

# Posts a document and returns the root of the reply, if that is what is expected and no refusal.
sub _ask ($self, $root, $expected = 'RESPONSE') {
    my $reply = _parse($self->_post(qq{<?xml version="1.0" encoding="UTF-8"?>\n} . $root->toString));
    # Refusals come in HTTP 200, and GETSTATUS is refused in a RESPONSE, too.
    if ($reply->nodeName eq 'RESPONSE' && (my $status = _integer($reply, 'status')) < 0) {
        my $name = $REFUSAL{$status} // 'an unknown error';
        Epochta::Refused->throw("the gateway answered $name ($status)", code => $status);
    }
    $reply->nodeName eq $expected
        or Epochta::BadReply->throw('no usable reply: a <' . $reply->nodeName . "> instead of a <$expected>");
    return $reply;
}

# The body of the reply. There is no second try here, on purpose: a try may cost money.
sub _post ($self, $document) {
    my $agent = HTTP::Tiny->new(
        timeout => $self->{timeout},
        verify_SSL => 1,   # Old versions take any certificate unless told.
        max_redirect => 0, # A redirect could take the password anywhere.
        keep_alive => 0,   # A kept connection may end just as it is used again.
    );
    # The time-out of the agent is for each read alone: a reply that drips would hold the client for ever. The alarm is
    # for everything but the look-up of the host's name, which it cannot interrupt. A process has only one.
    my $response = eval {
        local $SIG{ALRM} = sub { die "nothing whole within $self->{timeout} s\n" };
        alarm $self->{timeout};
        # Percent-encodes, and takes characters. In a form a bare + would arrive as a blank, and a bare & would end
        # the field.
        my $whole = $agent->post_form($self->{url}, { XML => $document });
        alarm 0;
        $whole;
    } // { status => 599, content => $@ };
    alarm 0;
    # HTTP::Tiny's own code for whatever went wrong, a body shorter than announced included.
    Epochta::NoReply->throw('no usable reply: ' . $response->{content} =~ s/\s+\z//r) if $response->{status} == 599;
    Epochta::BadReply->throw("no usable reply: HTTP $response->{status}") if $response->{status} != 200;
    return $response->{content};
}

# Of bytes: they are in the encoding that the declaration names, whatever the HTTP header says.
sub _parse ($body) {
    # A blank line before the XML declaration is a common slip of PHP scripts. Any other text there is not forgiven.
    $body =~ s/\A(?:\xEF\xBB\xBF)?[\t\n\r ]+//;
    # Nothing is expanded and nothing fetched: a reply has no DOCTYPE, and the entities of one can be bombs.
    my $document = eval {
        XML::LibXML->load_xml(string => $body, expand_entities => 0, load_ext_dtd => 0, no_network => 1);
    };
    $document && !$document->internalSubset
        or Epochta::BadReply->throw("no usable reply: no XML, or not the gateway's");
    return $document->documentElement;
}

sub _value ($root, $name, $pattern) {
    my ($element) = $root->getChildrenByTagName($name);
    my $value = _trim($element ? $element->textContent : '');
    $value =~ /\A$pattern\z/
        or Epochta::BadReply->throw("no usable reply: the <$name> of the <" . $root->nodeName . '> is no number');
    return $value;
}

sub _integer ($root, $name) { return 0 + _value($root, $name, qr/[+-]?[0-9]{1,9}/) }
sub _amount ($root, $name) { return _value($root, $name, qr/-?[0-9]+(?:\.[0-9]+)?/) }

sub _row ($element) {
    my ($id, $status, @dates) = map { $element->getAttribute($_) } qw(id status sentdate donedate);
    $status = _trim($status // '');
    defined $id && $status ne '' or Epochta::BadReply->throw('no usable reply: a <message> without id or status');
    my ($sent, $done) = map { _trim($_ // '') =~ s/\A0000-00-00 00:00:00\z//r || undef } @dates;
    return { id => $id, status => $status, sent => $sent, done => $done };
}

sub _trim ($value) { return $value =~ s/\A\s+|\s+\z//gr }

1;
