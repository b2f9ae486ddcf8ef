<?php
// Does what JSON lines on stdin say and answers on stdout: what `epochta-conformance client --adapter` talks to.

declare(strict_types=1);

require __DIR__ . '/Epochta.php';

use Epochta\{Client, Failure, InvalidInput, Recipient};

// What is missing is null here, and what is null or of another type is a TypeError there.
function recipient(array $to): Recipient
{
    return new Recipient($to['number'] ?? null, $to['id'] ?? null, $to['variables'] ?? []);
}

function mailing(array $job): array
{
    return [$job['sender'] ?? null, $job['text'] ?? null, array_map(recipient(...), $job['to'] ?? null)];
}

function answer(array $job): array
{
    $client = new Client(
        $job['url'] ?? null,
        $job['username'] ?? null,
        $job['password'] ?? null,
        $job['timeout'] ?? 10,
    );

    return match ($job['op'] ?? null) {
        'send' => (array) $client->send(...mailing($job)),
        'price' => ['credits' => $client->price(...mailing($job))],
        'status' => ['messages' => $client->status($job['ids'] ?? null)],
        'balance' => ['credits' => $client->balance()],
        'credit_price' => ['price' => $client->creditPrice()],
        default => throw new InvalidInput('no such operation'),
    };
}

while (($line = fgets(STDIN)) !== false) {
    try {
        $result = ['ok' => true] + answer(json_decode($line, true, flags: JSON_THROW_ON_ERROR));
    } catch (Failure $error) {
        $result = ['ok' => false, 'error' => $error->word];
    } catch (JsonException | TypeError) { // No JSON, or not what it should hold.
        $result = ['ok' => false, 'error' => 'INVALID_INPUT'];
    }
    fwrite(STDOUT, json_encode($result, JSON_THROW_ON_ERROR) . "\n");
    fflush(STDOUT);
}
