<?php
// A stand-in for the ePochta SMS gateway (XML API 2.0), so that our shop can be tried without spending credits.

const ACCOUNTS = [
    'demo'   => ['password' => 'demo', 'credits' => 100000, 'real' => true, 'xml' => true],
    'shop'   => ['password' => 'shop', 'credits' => 100000, 'real' => true, 'xml' => true],
    'poor'   => ['password' => 'poor', 'credits' => 1, 'real' => true, 'xml' => true],
    'tester' => ['password' => 'tester', 'credits' => 1000, 'real' => false, 'xml' => true],
    'closed' => ['password' => 'closed', 'credits' => 1000, 'real' => true, 'xml' => false],
];
const CREDIT_PRICE = 0.05;
// The last two digits of a number choose what becomes of its message; any other is delivered.
const OUTCOMES = ['91' => 'NOT_DELIVERED', '92' => 'NOT_ALLOWED', '93' => 'INVALID_DESTINATION_ADDRESS'];

function finish(SimpleXMLElement $xml): never {
    header('Content-Type: text/xml');
    exit($xml->asXML());
}
function answer(int $status, array $fields = []): never {
    $xml = new SimpleXMLElement('<RESPONSE/>');
    foreach (['status' => $status] + $fields as $name => $value) $xml->addChild($name, $value);
    finish($xml);
}
// One credit for each SMS; a long text takes several.
function parts(string $text): int {
    [$single, $joined] = preg_match('/[^\x00-\x7f]/', $text) ? [70, 67] : [160, 153];
    $length = iconv_strlen($text, 'UTF-8');
    return $length <= $single ? 1 : (int) ceil($length / $joined);
}

libxml_use_internal_errors(true);
$sms = simplexml_load_string($_POST['XML'] ?? file_get_contents('php://input'));
if (!$sms) answer(-2);
$user = (string) $sms->authentication->username;
$account = ACCOUNTS[$user] ?? null;
if (!$account || !$account['xml'] || $account['password'] !== (string) $sms->authentication->password) answer(-1);

$file = fopen(sys_get_temp_dir() . "/epochta-stub-$_SERVER[SERVER_PORT].json", 'c+');
flock($file, LOCK_EX);
$state = json_decode(stream_get_contents($file), true) ?? ['spent' => [], 'messages' => []];
$balance = $account['credits'] - ($state['spent'][$user] ?? 0);

switch ($operation = (string) $sms->operations->operation) {
case 'SEND':
case 'GETPRICE':
    $count = $cost = 0;
    foreach ($sms->numbers->number ?? [] as $number) {
        if (!preg_match('/^\+?(\d{10,15})$/', trim($number), $digits)) continue;
        $attributes = [];
        foreach ($number->attributes() as $name => $value) $attributes[strtolower($name)] = (string) $value;
        $text = (string) $sms->message->text;
        foreach (explode(';', $attributes['variables'] ?? '') as $i => $value) {
            $text = str_replace('%' . ($i + 1) . '%', trim($value), $text);
        }
        $count++;
        $cost += parts($text);
        $outcome = OUTCOMES[substr($digits[1], -2)] ?? 'DELIVERED';
        if (!preg_match('/^(\d{1,14}|[A-Za-z0-9]{1,11})$/', $sms->message->sender)) $outcome = 'INVALID_SOURCE_ADDRESS';
        $state['messages'][$user][$attributes['messageid'] ?? ''] = ['sent' => time(), 'outcome' => $outcome];
    }
    if ($operation === 'GETPRICE') answer(0, ['credits' => $cost]);
    if ($count === 0) answer(-4);
    if ($cost > $balance) answer(-3);
    if ($account['real']) $state['spent'][$user] = ($state['spent'][$user] ?? 0) + $cost;
    ftruncate($file, 0);
    rewind($file);
    fwrite($file, json_encode($state));
    answer($count, ['credits' => $cost]);
case 'GETSTATUS':
    $report = new SimpleXMLElement('<deliveryreport/>');
    foreach ($sms->statistics->messageid ?? [] as $id) {
        if (!$message = $state['messages'][$user][(string) $id] ?? null) continue;
        $delivered = $message['sent'] + 2;
        $done = $account['real'] && time() >= $delivered;
        $row = $report->addChild('message');
        $row->addAttribute('id', $id);
        $row->addAttribute('sentdate', $account['real'] ? date('Y-m-d H:i:s', $message['sent']) : '');
        $row->addAttribute('donedate', $done ? date('Y-m-d H:i:s', $delivered) : '');
        $row->addAttribute('status', $done ? $message['outcome'] : ($account['real'] ? 'SENT' : 'NOT_READY'));
    }
    finish($report);
case 'BALANCE':
    answer(0, ['credits' => $balance]);
case 'CREDITPRICE':
    answer(0, ['price' => CREDIT_PRICE]);
default:
    answer(-2);
}
