<?php
// Price, send and follow one SMS. What send_multipart.php and send_raw.php share: everything but the transport.

declare(strict_types=1);

require __DIR__ . '/settings.php';

use Epochta\{BadReply, Client, Message, NoReply, Recipient};

// Credits have up to four decimals and floats do not add up: count ten-thousandths.
function units(string $credits): int
{
    [$whole, $fraction] = explode('.', "$credits.");

    return (int) ($whole . str_pad(substr($fraction, 0, 4), 4, '0'));
}

// Asks until the status is final, and returns the message.
function waitForFinal(Client $client, string $id): Message
{
    $deadline = microtime(true) + 15;
    while (true) {
        // No row: the gateway does not know the id. Status 0: not handed over yet.
        $row = $client->status([$id])[0] ?? null;
        if (in_array($row?->status, Epochta\FINAL_STATUSES, true)) {
            return $row;
        }
        if (microtime(true) > $deadline) {
            $last = $row?->status ?? 'unknown';
            throw new RuntimeException("no final status of $id within 15 s, the last one is $last");
        }
        usleep(300_000);
    }
}

function walk(string $prefix, Client $client): void
{
    echo "credit price: {$client->creditPrice()} USD\n";

    $before = $client->balance();
    echo "balance: $before\n";

    // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
    // gets the rows of both messages.
    $id = $prefix . '-' . Epochta\newId();
    $message = ['Demo', TEXT, [new Recipient(setting('EPOCHTA_TO', '380501234567'), $id)]];
    $price = $client->price(...$message);
    echo "price: $price credits\n";

    try {
        $charge = $client->send(...$message)->credits;
    } catch (NoReply | BadReply $error) {
        // Never repeat SEND blindly: it may have arrived although the answer did not, and
        // the customer pays twice. Ask GETSTATUS first; no row means not sent.
        throw new RuntimeException("{$error->getMessage()}; ask GETSTATUS for $id before sending again");
    }
    echo "sent: $id for $charge credits\n";

    $final = waitForFinal($client, $id);
    echo "status: $final->status at $final->done\n";

    $after = $client->balance();
    echo "balance: $after\n";

    if ($final->status !== 'DELIVERED') {
        throw new RuntimeException("the message ended as $final->status");
    }
    $spent = units($before) - units($after);
    if ($spent !== units($charge) || $spent !== units($price)) {
        throw new RuntimeException("the sums differ: balance $before - $after, charge $charge, price $price");
    }
}

// $body makes curl's options from a document.
function main(string $prefix, Closure $body): never
{
    try {
        walk($prefix, client($body));
        exit(0);
    } catch (RuntimeException $error) {
        fwrite(STDERR, "$prefix: {$error->getMessage()}\n");
        exit(1);
    }
}
