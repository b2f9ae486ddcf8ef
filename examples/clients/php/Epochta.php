<?php
// A client of the ePochta SMS XML gateway, to be copied. It needs PHP 8.1 with curl, dom, simplexml and xmlwriter.
//
//     $client = new Client('https://sms.example/members/sms/xml.php', 'login', 'password');
//     $id = newId(); // Write it down first, then send.
//     $client->send('SMSKA', 'Hello %1%', [new Recipient('380501234567', $id, ['John'])]);
//     $client->status([$id]);
//
// Every method returns a result or throws a Failure. Credits are text, since floats do not add up: compare and add
// them with bcmath, or as whole ten-thousandths.

declare(strict_types=1);

namespace Epochta;

use Closure;
use DOMDocument;
use RuntimeException;
use SimpleXMLElement;
use XMLWriter;

const REFUSALS = [
    -1 => 'AUTH_FAILED',
    -2 => 'XML_ERROR',
    -3 => 'NOT_ENOUGH_CREDITS',
    -4 => 'NO_RECIPIENTS',
    -5 => 'INVALID_TEXT',
    -7 => 'BAD_SENDER_NAME',
];
// A message with one of these never changes again: stop asking. All other words may change, also those not known yet.
const FINAL_STATUSES = [
    'DELIVERED',
    'NOT_DELIVERED',
    'NOT_ALLOWED',
    'INVALID_DESTINATION_ADDRESS',
    'INVALID_SOURCE_ADDRESS',
    'NOT_ENOUGH_CREDITS',
];

/** Why there is no result: the word for programs, the message for people. */
abstract class Failure extends RuntimeException
{
    public function __construct(public readonly string $word, string $message)
    {
        parent::__construct($message);
    }
}

/** Refused here; nothing was sent. */
final class InvalidInput extends Failure
{
    public function __construct(string $why)
    {
        parent::__construct('INVALID_INPUT', $why);
    }
}

/** The gateway said no; nothing was sent. */
final class Refused extends Failure
{
    public function __construct(public readonly int $status)
    {
        $name = REFUSALS[$status] ?? 'an unknown error';
        parent::__construct(REFUSALS[$status] ?? (string) $status, "the gateway answered $name ($status)");
    }
}

/** No whole reply came. The gateway may have done it all the same: ask status() before you send again. */
final class NoReply extends Failure
{
    public function __construct(string $why)
    {
        parent::__construct('NO_REPLY', "no usable reply: $why");
    }
}

/** What came is not the gateway's reply. It may have done it all the same, as with NoReply. */
final class BadReply extends Failure
{
    public function __construct(string $why)
    {
        parent::__construct('BAD_REPLY', "no usable reply: $why");
    }
}

final class Recipient
{
    public function __construct(
        public readonly string $number,
        // Without one, nobody can ask what became of the message.
        public readonly ?string $id = null,
        // For %1%, %2%, … in the text.
        public readonly array $variables = [],
    ) {
    }
}

final class Accepted
{
    public function __construct(
        // Recipients, not parts.
        public readonly int $accepted,
        public readonly string $credits,
    ) {
    }
}

final class Message
{
    public function __construct(
        public readonly string $id,
        // The gateway's word; "0" until the message is handed over.
        public readonly string $status,
        // yyyy-mm-dd hh:mm:ss in the gateway's time zone.
        public readonly ?string $sent,
        public readonly ?string $done,
    ) {
    }
}

/** An id that no other message has. Keep it before you send: it is all you can ask by if no reply comes. */
function newId(): string
{
    return bin2hex(random_bytes(16));
}

final class Client
{
    private const INTEGER = '/^[+-]?[0-9]{1,9}$/D';
    private const AMOUNT = '/^-?[0-9]+(\.[0-9]+)?$/D';

    private readonly Closure $body;

    /**
     * The time-out is in seconds, for everything from the connection to the last byte of the reply. $body makes curl's
     * options from a document, for those who want another transport than the percent-encoded form.
     */
    public function __construct(
        private readonly string $url,
        private readonly string $username,
        #[\SensitiveParameter] private readonly string $password,
        private readonly float $timeout = 10,
        ?Closure $body = null,
    ) {
        if (preg_match('~^https?://~i', $url) !== 1) {
            throw new InvalidInput("$url is no URL of a gateway");
        }
        if (!($timeout > 0)) {
            throw new InvalidInput('the time-out is not above 0');
        }
        // In a form a bare + would arrive as a blank, and a bare & would end the field.
        $this->body = $body ?? fn (string $document): array => [
            CURLOPT_POSTFIELDS => http_build_query(['XML' => $document]),
        ];
    }

    /** Sends a text to all recipients, in one document. Never call it again just because no reply came. */
    public function send(string $sender, string $text, array $recipients): Accepted
    {
        $reply = $this->ask('SEND', $this->mailing($sender, $text, $recipients));
        $accepted = (int) self::value($reply, 'status', self::INTEGER);
        if ($accepted === 0) {
            throw new BadReply('nothing is refused, and nothing accepted');
        }

        return new Accepted($accepted, self::value($reply, 'credits', self::AMOUNT));
    }

    /** The credits that send() would take. */
    public function price(string $sender, string $text, array $recipients): string
    {
        $reply = $this->ask('GETPRICE', $this->mailing($sender, $text, $recipients));

        return self::value($reply, 'credits', self::AMOUNT);
    }

    /** The messages with these ids: none for an id that the gateway does not know, several for one used twice. */
    public function status(array $ids): array
    {
        if ($ids === []) {
            throw new InvalidInput('there are no ids to ask for');
        }
        $reply = $this->ask('GETSTATUS', function (XMLWriter $xml) use ($ids): void {
            $xml->startElement('statistics');
            foreach ($ids as $id) {
                $xml->writeElement('messageid', self::legal($id));
            }
            $xml->endElement();
        }, 'deliveryreport');
        $messages = [];
        foreach ($reply->message as $row) {
            $messages[] = self::message($row);
        }

        return $messages;
    }

    /** The credits of the account. */
    public function balance(): string
    {
        return self::value($this->ask('BALANCE'), 'credits', self::AMOUNT);
    }

    /** What a credit costs, in US dollars. */
    public function creditPrice(): string
    {
        return self::value($this->ask('CREDITPRICE'), 'price', self::AMOUNT);
    }

    /** What SEND and GETPRICE have in common, for ask() to write. */
    private function mailing(string $sender, string $text, array $recipients): Closure
    {
        // Senders and numbers are for the gateway to judge: what it takes differs from place to place.
        if ($recipients === []) {
            throw new InvalidInput('there are no recipients');
        }
        if ($text === '') {
            throw new InvalidInput('the text is empty');
        }

        return function (XMLWriter $xml) use ($sender, $text, $recipients): void {
            $xml->startElement('message');
            $xml->writeElement('sender', self::legal($sender));
            $xml->writeElement('text', self::legal($text));
            $xml->endElement();
            $xml->startElement('numbers');
            foreach ($recipients as $recipient) {
                self::writeNumber($xml, $recipient);
            }
            $xml->endElement();
        };
    }

    private static function writeNumber(XMLWriter $xml, Recipient $recipient): void
    {
        $xml->startElement('number');
        if ($recipient->id !== null && $recipient->id !== '') {
            $xml->writeAttribute('messageID', self::legal($recipient->id));
        }
        if ($recipient->variables !== []) {
            $variables = '';
            foreach ($recipient->variables as $variable) {
                if (str_contains($variable, ';')) {
                    throw new InvalidInput('a variable holds a semicolon, which ends it');
                }
                $variables .= "$variable;";
            }
            $xml->writeAttribute('variables', self::legal($variables));
        }
        $xml->text(self::legal($recipient->number));
        $xml->endElement();
    }

    /** Posts a document and returns the root of the reply, if that is what is expected and no refusal. */
    private function ask(string $operation, ?Closure $write = null, string $expected = 'RESPONSE'): SimpleXMLElement
    {
        // XMLWriter escapes whatever has to be, line ends in attributes included.
        $xml = new XMLWriter();
        $xml->openMemory();
        $xml->startDocument('1.0', 'UTF-8');
        $xml->startElement('SMS');
        $xml->startElement('operations');
        $xml->writeElement('operation', $operation);
        $xml->endElement();
        // The vendor's document says "authentication". All clients in use say this, and gateways know both.
        $xml->startElement('authentification');
        $xml->writeElement('username', self::legal($this->username));
        $xml->writeElement('password', self::legal($this->password));
        $xml->endElement();
        if ($write !== null) {
            $write($xml);
        }
        $xml->endDocument(); // Ends the root, too.

        $reply = self::parse($this->post($xml->outputMemory()));
        // Refusals come in HTTP 200, and GETSTATUS is refused in a RESPONSE, too.
        if ($reply->getName() === 'RESPONSE') {
            $status = (int) self::value($reply, 'status', self::INTEGER);
            if ($status < 0) {
                throw new Refused($status);
            }
        }
        if ($reply->getName() !== $expected) {
            throw new BadReply("a <{$reply->getName()}> instead of a <$expected>");
        }

        return $reply;
    }

    /** The body of the reply. There is no second try here, on purpose: a try may cost money. */
    private function post(string $document): string
    {
        // A handle of its own for each request: curl repeats a request by itself if a kept connection turns out dead.
        $curl = curl_init($this->url);
        curl_setopt_array($curl, ($this->body)($document) + [
            CURLOPT_RETURNTRANSFER => true,
            // For everything together, so that a reply that drips ends, too. 0 would mean for ever.
            CURLOPT_TIMEOUT_MS => (int) ceil($this->timeout * 1000),
            // Both are curl's defaults, and must stay so: a redirect could take the password anywhere.
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_SSL_VERIFYPEER => true,
        ]);
        $body = curl_exec($curl);
        if ($body === false) {
            throw new NoReply(curl_error($curl));
        }
        $code = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($code !== 200) {
            throw new BadReply("HTTP $code");
        }

        return $body;
    }

    private static function parse(string $body): SimpleXMLElement
    {
        // A blank line before the XML declaration is a common slip of PHP scripts. Any other text is not forgiven.
        $xml = preg_replace('/^(\xEF\xBB\xBF)?[\t\n\r ]+/', '', $body);
        $document = new DOMDocument();
        // Never LIBXML_NOENT. A reply has no DOCTYPE, and the entities of one can be bombs.
        $options = LIBXML_NONET | LIBXML_NOERROR | LIBXML_NOWARNING;
        if ($xml === '' || !$document->loadXML($xml, $options) || $document->doctype !== null) {
            throw new BadReply('no XML, or not the gateway\'s');
        }

        return simplexml_import_dom($document);
    }

    /** The text of an element, which must be a number. */
    private static function value(SimpleXMLElement $reply, string $name, string $pattern): string
    {
        $value = trim((string) $reply->$name);
        if (preg_match($pattern, $value) !== 1) {
            throw new BadReply("the <$name> of the <{$reply->getName()}> is no number");
        }

        return $value;
    }

    private static function message(SimpleXMLElement $row): Message
    {
        $status = trim((string) $row['status']);
        if (!isset($row['id']) || $status === '') {
            throw new BadReply('a <message> without id or status');
        }

        return new Message((string) $row['id'], $status, self::date($row['sentdate']), self::date($row['donedate']));
    }

    private static function date(?SimpleXMLElement $attribute): ?string
    {
        $date = trim((string) $attribute);

        return $date === '' || $date === '0000-00-00 00:00:00' ? null : $date;
    }

    /** The value, unless XML cannot hold it, not even as a reference: control characters, and what is no UTF-8. */
    private static function legal(string $value): string
    {
        if (preg_match('/^[\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]*$/Du', $value) !== 1) {
            throw new InvalidInput('XML cannot hold ' . json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE));
        }

        return $value;
    }
}
