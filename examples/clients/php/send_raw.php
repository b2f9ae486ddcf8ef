<?php
// Transport: the document is the body, without any form. Set the Content-Type, or curl
// labels the body as a form.

declare(strict_types=1);

require __DIR__ . '/epochta.php';

main('php-raw', fn (string $document): string => post([
    CURLOPT_HTTPHEADER => ['Content-Type: text/xml'],
    CURLOPT_POSTFIELDS => $document,
]));
