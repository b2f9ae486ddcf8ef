<?php
// Transport: the document is the body, without any form. Set the Content-Type, or curl
// labels the body as a form.

declare(strict_types=1);

require __DIR__ . '/walk.php';

main('php-raw', fn (string $document): array => [
    CURLOPT_HTTPHEADER => ['Content-Type: text/xml'],
    CURLOPT_POSTFIELDS => $document,
]);
