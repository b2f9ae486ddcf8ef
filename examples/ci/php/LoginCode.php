<?php
// The application under test: logging in with a code that comes by SMS.
// It knows the gateway's URL and a login, and nothing of tests or mocks. Yours takes its place.

declare(strict_types=1);

// The gateway said no.
class Refused extends RuntimeException
{
}

// The account has to be topped up.
final class OutOfCredits extends Refused
{
}

// No usable reply: nobody knows what the gateway did with the request.
final class NoAnswer extends RuntimeException
{
}

final class LoginCode
{
    private const NOT_ENOUGH_CREDITS = -3;
    private const FAILED = [
        'NOT_DELIVERED',
        'NOT_ALLOWED',
        'INVALID_DESTINATION_ADDRESS',
        'INVALID_SOURCE_ADDRESS',
        'NOT_ENOUGH_CREDITS',
    ];

    /** @var array<string, string> By phone. A real application has a database, and lets codes expire. */
    private array $codes = [];

    public function __construct(
        private string $url,
        private string $username,
        private string $password,
        private string $company,
    ) {
    }

    /** Sends a new code to a phone and returns the id of the message. */
    public function send(string $phone): string
    {
        $code = sprintf('%06d', random_int(0, 999_999));
        // An id that was never used before: GETSTATUS answers by it.
        $id = 'login-' . bin2hex(random_bytes(16));
        $text = self::escape("{$this->company}: your code is $code");
        $number = self::escape($phone);
        try {
            $this->call('SEND', <<<XML
                <message><sender>Login</sender><text>$text</text></message>
                <numbers><number messageID="$id">$number</number></numbers>
                XML);
        } catch (NoAnswer $error) {
            // Perhaps only the reply was lost. To ask costs nothing; to send again costs a second message.
            if ($this->status($id) === null) {
                throw $error;
            }
        }
        $this->codes[$phone] = $code;

        return $id;
    }

    /** Whether this is the code that the phone was sent. Each code can be tried once. */
    public function confirm(string $phone, string $code): bool
    {
        $expected = $this->codes[$phone] ?? null;
        unset($this->codes[$phone]);

        return $expected !== null && hash_equals($expected, $code);
    }

    /** True or false once that is final, null until then. */
    public function wasDelivered(string $id): ?bool
    {
        $status = $this->status($id);

        return match (true) {
            $status === 'DELIVERED' => true,
            in_array($status, self::FAILED, true) => false,
            default => null,
        };
    }

    /** The gateway's word for the message, null if it has none such. */
    private function status(string $id): ?string
    {
        $id = self::escape($id);
        $row = $this->call('GETSTATUS', "<statistics><messageid>$id</messageid></statistics>")->message[0];

        return $row === null ? null : (string) $row['status'];
    }

    private function call(string $operation, string $more): SimpleXMLElement
    {
        $username = self::escape($this->username);
        $password = self::escape($this->password);
        $curl = curl_init($this->url);
        curl_setopt_array($curl, [
            // An array makes curl post multipart/form-data: nothing has to be escaped but the XML itself.
            CURLOPT_POSTFIELDS => ['XML' => <<<XML
                <?xml version="1.0" encoding="UTF-8"?>
                <SMS>
                <operations><operation>$operation</operation></operations>
                <authentication><username>$username</username><password>$password</password></authentication>
                $more
                </SMS>
                XML],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT => 5,
            CURLOPT_TIMEOUT => 10,
        ]);
        $reply = curl_exec($curl);
        if ($reply === false || curl_getinfo($curl, CURLINFO_RESPONSE_CODE) !== 200) {
            throw new NoAnswer('no usable reply: ' . curl_error($curl));
        }
        $root = simplexml_load_string($reply, options: LIBXML_NOERROR | LIBXML_NOWARNING);
        if ($root === false) {
            throw new NoAnswer('the reply is no XML');
        }
        // Errors come in HTTP 200, as a negative status. A delivery report has no status.
        $status = (int) $root->status;
        if ($status === self::NOT_ENOUGH_CREDITS) {
            throw new OutOfCredits('the gateway account has not enough credits');
        }
        if ($status < 0) {
            throw new Refused("the gateway answered $status");
        }

        return $root;
    }

    /** Unescaped, the first & in a text or a password makes the document malformed. */
    private static function escape(string $value): string
    {
        return htmlspecialchars($value, ENT_XML1 | ENT_QUOTES, 'UTF-8');
    }
}
