<?php
// One SEND with PHP's curl; one line of what came of it. php client.php URL DOCUMENT

[, $url, $document] = $argv;
$curl = curl_init($url);
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => http_build_query(['XML' => $document]),
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 2,
]);
$body = curl_exec($curl);
if ($body === false) {
    exit('curl ' . curl_errno($curl) . ': ' . curl_error($curl) . "\n");
}
libxml_use_internal_errors(true);
$reply = simplexml_load_string($body);
$status = $reply === false ? null : $reply->status;
echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), ', ', match (true) {
    $reply === false => 'no XML: ' . trim(libxml_get_errors()[0]->message ?? 'nothing there'),
    (string) $status === '' => 'no status',
    default => "status $status",
}, "\n";
