<?php
// php -S 127.0.0.1:8080 router.php: the stub where the gateway has its script.
if (strtok($_SERVER['REQUEST_URI'], '?') === '/members/sms/xml.php') {
    require __DIR__ . '/xml.php';
} else {
    http_response_code(404);
}
