<?php
// What the programs in this folder are told by their environment. A program of yours has settings of its own.

declare(strict_types=1);

require __DIR__ . '/Epochta.php';

const TEXT = 'Ваш код: 4711 & спасибо <3 +1 🙂';

function setting(string $name, string $default): string
{
    $value = getenv($name);

    return $value === false ? $default : $value;
}

function client(?Closure $body = null): Epochta\Client
{
    return new Epochta\Client(
        setting('EPOCHTA_URL', 'http://127.0.0.1:8620/members/sms/xml.php'),
        setting('EPOCHTA_USERNAME', 'demo'),
        setting('EPOCHTA_PASSWORD', 'demo'),
        (float) setting('EPOCHTA_TIMEOUT', '10'),
        $body,
    );
}
