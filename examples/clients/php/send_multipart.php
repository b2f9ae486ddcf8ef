<?php
// Transport: an array in CURLOPT_POSTFIELDS, which makes curl post multipart/form-data.
// About half of all clients of this gateway do so. The boundary takes care of every
// character, so nothing has to be escaped but the XML itself.

declare(strict_types=1);

require __DIR__ . '/walk.php';

main('php-multipart', fn (string $document): array => [
    CURLOPT_POSTFIELDS => ['XML' => $document],
]);
