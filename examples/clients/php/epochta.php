<?php
// Price, send and follow one SMS. What send_multipart.php and send_raw.php share:
// everything but the transport.

declare(strict_types=1);

const ERRORS = [
    -1 => 'AUTH_FAILED',
    -2 => 'XML_ERROR',
    -3 => 'NOT_ENOUGH_CREDITS',
    -4 => 'NO_RECIPIENTS',
    -5 => 'INVALID_TEXT',
    -7 => 'BAD_SENDER_NAME',
];
const FINAL_STATUSES = [
    'DELIVERED',
    'NOT_DELIVERED',
    'NOT_ALLOWED',
    'INVALID_DESTINATION_ADDRESS',
    'INVALID_SOURCE_ADDRESS',
    'NOT_ENOUGH_CREDITS',
];
const TEXT = 'Ваш код: 4711 & спасибо <3 +1 🙂';

// No usable reply: nobody knows what the gateway did with the request.
class NoAnswer extends RuntimeException
{
}

function setting(string $name, string $default): string
{
    $value = getenv($name);

    return $value === false || $value === '' ? $default : $value;
}

// Text and password must be escaped, or the first & in them makes the document malformed.
function escape(string $value): string
{
    return htmlspecialchars($value, ENT_XML1 | ENT_QUOTES, 'UTF-8');
}

// The vendor's document says "authentication"; every client in use says "authentification".
function document(string $operation, string $more = ''): string
{
    $username = escape(setting('EPOCHTA_USERNAME', 'demo'));
    $password = escape(setting('EPOCHTA_PASSWORD', 'demo'));

    return <<<XML
        <?xml version="1.0" encoding="UTF-8"?>
        <SMS>
        <operations><operation>$operation</operation></operations>
        <authentification><username>$username</username><password>$password</password></authentification>
        $more
        </SMS>
        XML;
}

// Posts what the options say and returns the reply.
function post(array $options): string
{
    $curl = curl_init(setting('EPOCHTA_URL', 'http://127.0.0.1:8620/members/sms/xml.php'));
    curl_setopt_array($curl, $options + [
        CURLOPT_RETURNTRANSFER => true,
        // Without these a web page that sends an SMS hangs as long as the gateway does.
        CURLOPT_CONNECTTIMEOUT => 5,
        CURLOPT_TIMEOUT => 10,
    ]);
    $reply = curl_exec($curl);
    $code = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($reply === false) {
        throw new NoAnswer('no usable reply: ' . curl_error($curl));
    }
    if ($code !== 200) {
        throw new NoAnswer("no usable reply: HTTP $code");
    }

    return $reply;
}

function parse(string $reply): SimpleXMLElement
{
    libxml_use_internal_errors(true);
    $root = simplexml_load_string($reply);
    if ($root === false || !in_array($root->getName(), ['RESPONSE', 'deliveryreport'], true)) {
        throw new NoAnswer("the reply is not one of the gateway's: " . substr($reply, 0, 80));
    }
    // Errors arrive in HTTP 200, as a negative status. A delivery report has no status.
    $status = (int) $root->status;
    if ($status < 0) {
        $name = ERRORS[$status] ?? 'an unknown error';
        throw new RuntimeException("the gateway answered $name ($status)");
    }

    return $root;
}

// Credits have up to four decimals and floats do not add up: count ten-thousandths.
function units(string $credits): int
{
    return (int) round((float) $credits * 10000);
}

// $transport posts a document and returns the reply.
function run(string $prefix, callable $transport): void
{
    $call = fn (string $document): SimpleXMLElement => parse($transport($document));

    $reply = $call(document('CREDITPRICE'));
    echo "credit price: $reply->price USD\n";

    $before = (string) $call(document('BALANCE'))->credits;
    echo "balance: $before\n";

    // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
    // gets the rows of both messages.
    $id = $prefix . '-' . bin2hex(random_bytes(8));
    $message = '<message><sender>Demo</sender><text>' . escape(TEXT) . '</text></message>'
        . "<numbers><number messageID=\"$id\">" . escape(setting('EPOCHTA_TO', '380501234567')) . '</number></numbers>';
    $price = (string) $call(document('GETPRICE', $message))->credits;
    echo "price: $price credits\n";

    try {
        $charge = (string) $call(document('SEND', $message))->credits;
    } catch (NoAnswer $error) {
        // Never repeat SEND blindly: it may have arrived although the answer did not, and
        // the customer pays twice. Ask GETSTATUS first; no row means not sent.
        throw new RuntimeException("{$error->getMessage()}; ask GETSTATUS for $id before sending again");
    }
    echo "sent: $id for $charge credits\n";

    $query = document('GETSTATUS', "<statistics><messageid>$id</messageid></statistics>");
    $deadline = microtime(true) + 15;
    while (true) {
        // No row: the gateway does not know the id. Status 0: not handed over yet.
        $row = $call($query)->message[0];
        $status = (string) ($row['status'] ?? 'unknown');
        if (in_array($status, FINAL_STATUSES, true)) {
            break;
        }
        if (microtime(true) > $deadline) {
            throw new RuntimeException("no final status of $id within 15 s, the last one is $status");
        }
        usleep(300_000);
    }
    echo "status: $status at {$row['donedate']}\n";

    $after = (string) $call(document('BALANCE'))->credits;
    echo "balance: $after\n";

    if ($status !== 'DELIVERED') {
        throw new RuntimeException("the message ended as $status");
    }
    $spent = units($before) - units($after);
    if ($spent !== units($charge) || $spent !== units($price)) {
        throw new RuntimeException("the sums differ: balance $before - $after, charge $charge, price $price");
    }
}

function main(string $prefix, callable $transport): never
{
    try {
        run($prefix, $transport);
        exit(0);
    } catch (RuntimeException $error) {
        fwrite(STDERR, "$prefix: {$error->getMessage()}\n");
        exit(1);
    }
}
