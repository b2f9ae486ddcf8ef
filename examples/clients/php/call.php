<?php
// One operation, as the environment says: EPOCHTA_OPERATION, EPOCHTA_TO, …

declare(strict_types=1);

require __DIR__ . '/settings.php';

use Epochta\{BadReply, Failure, InvalidInput, NoReply, Recipient};

function mailing(array $ids): array
{
    $numbers = explode(',', setting('EPOCHTA_TO', '380501234567'));
    $ids = $ids ?: array_map(fn () => Epochta\newId(), $numbers);
    if (count($ids) !== count($numbers)) {
        throw new InvalidInput('EPOCHTA_ID and EPOCHTA_TO are not equally many');
    }
    $recipients = array_map(fn ($number, $id) => new Recipient($number, $id), $numbers, $ids);

    return [setting('EPOCHTA_SENDER', 'Demo'), setting('EPOCHTA_TEXT', TEXT), $recipients];
}

function send(array $ids): string
{
    [$sender, $text, $recipients] = mailing($ids);
    $ids = implode(',', array_column($recipients, 'id'));
    try {
        $result = client()->send($sender, $text, $recipients);
    } catch (NoReply | BadReply $error) {
        fwrite(STDERR, "call.php: ask for the status of $ids before you send again\n");
        throw $error;
    }

    return "accepted $result->accepted, credits $result->credits, id $ids\n";
}

function status(array $ids): string
{
    $lines = '';
    foreach (client()->status($ids) as $row) {
        $lines .= "$row->id "
            . ($row->status === '0' ? 'waiting' : "$row->status " . ($row->sent ?? '-') . ' ' . ($row->done ?? '-'))
            . "\n";
    }

    return $lines;
}

try {
    $ids = setting('EPOCHTA_ID', '');
    $ids = $ids === '' ? [] : explode(',', $ids);
    $operation = setting('EPOCHTA_OPERATION', 'send');
    echo match ($operation) {
        'send' => send($ids),
        'price' => 'credits ' . client()->price(...mailing($ids)) . "\n",
        'status' => status($ids),
        'balance' => 'credits ' . client()->balance() . "\n",
        'credit-price' => 'price ' . client()->creditPrice() . "\n",
        default => throw new InvalidInput("$operation is no operation"),
    };
} catch (Failure $error) {
    fwrite(STDERR, "call.php: $error->word: {$error->getMessage()}\n");
    exit(1);
}
