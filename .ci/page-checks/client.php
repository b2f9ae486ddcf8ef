<?php
// A client as they are in use, for the checks of the page: php client.php send|status|balance ARGUMENT…
//   send NUMBER ID TEXT [SENDER]    status ID    balance
// EPOCHTA_URL, EPOCHTA_USERNAME and EPOCHTA_PASSWORD say where and who. It prints the reply.

declare(strict_types=1);

function escape(string $value): string
{
    return htmlspecialchars($value, ENT_XML1 | ENT_QUOTES, 'UTF-8');
}

$arguments = array_slice($argv, 2);
[$operation, $more] = match ($argv[1]) {
    'send' => ['SEND', '<message><sender>' . escape($arguments[3] ?? 'SMSKA') . '</sender><text>' . escape($arguments[2])
        . '</text></message><numbers><number messageID="' . escape($arguments[1]) . '">' . escape($arguments[0]) . '</number></numbers>'],
    'status' => ['GETSTATUS', '<statistics><messageid>' . escape($arguments[0]) . '</messageid></statistics>'],
    'balance' => ['BALANCE', ''],
};
$document = '<?xml version="1.0" encoding="UTF-8"?><SMS><operations><operation>' . $operation . '</operation></operations>'
    . '<authentification><username>' . escape(getenv('EPOCHTA_USERNAME')) . '</username><password>' . escape(getenv('EPOCHTA_PASSWORD'))
    . '</password></authentification>' . $more . '</SMS>';
$curl = curl_init(getenv('EPOCHTA_URL'));
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => ['XML' => $document],
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_CONNECTTIMEOUT => 5,
    CURLOPT_TIMEOUT => 10,
]);
$reply = curl_exec($curl);
if ($reply === false) {
    fwrite(STDERR, curl_error($curl) . "\n");
    exit(1);
}
echo $reply;
