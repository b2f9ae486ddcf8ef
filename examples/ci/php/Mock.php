<?php
// What a test needs of epochta-mock: a process (Mock), and the control API (Space). Copy this file into your project.

declare(strict_types=1);

use PHPUnit\Framework\Assert;

/** A process of our own, on a free port. */
final class Mock
{
    public readonly string $url;
    private string $directory;
    /** @var resource|null */
    private $process;

    public function __construct()
    {
        $this->directory = sys_get_temp_dir() . '/epochta-mock-' . bin2hex(random_bytes(8));
        mkdir($this->directory);
        $log = "{$this->directory}/log";
        $pipes = [];
        $this->process = proc_open(
            [
                getenv('EPOCHTA_MOCK_BIN') ?: 'epochta-mock',
                ...['--listen', '127.0.0.1:0'],
                ...['--port-file', "{$this->directory}/port"],
            ],
            [['file', '/dev/null', 'r'], ['file', $log, 'a'], ['file', $log, 'a']],
            $pipes,
        );
        // Whatever becomes of the tests, the mock is not left behind.
        register_shutdown_function($this->stop(...));
        $this->url = 'http://127.0.0.1:' . $this->port();
        (new Space($this->url))->call('GET', 'ready');
    }

    /** The file appears, with the port in it, as soon as the mock accepts. */
    private function port(): int
    {
        $deadline = microtime(true) + 10;
        while (!is_file("{$this->directory}/port")) {
            if (!proc_get_status($this->process)['running'] || microtime(true) > $deadline) {
                throw new RuntimeException('the mock did not start: ' . $this->log());
            }
            usleep(10_000);
            clearstatcache();
        }

        return (int) file_get_contents("{$this->directory}/port");
    }

    /** Stops the mock and returns its exit code. */
    public function stop(): ?int
    {
        if ($this->process === null) {
            return null;
        }
        proc_terminate($this->process); // SIGTERM: requests under way are finished first.
        $code = proc_close($this->process); // Waits for the end.
        $this->process = null;
        array_map(unlink(...), glob("{$this->directory}/*"));
        rmdir($this->directory);

        return $code;
    }

    /** What the mock said: a line a request, with the reason of every refusal. */
    public function log(): string
    {
        return file_get_contents("{$this->directory}/log");
    }
}

/**
 * The whole mock at http://host:port, or a part of it that nobody shares at http://host:port/s/NAME: accounts,
 * messages, scripts and a clock of its own. A space opens itself when it is first named.
 */
final class Space
{
    /** What the application is given as the gateway. */
    public readonly string $url;

    public function __construct(private string $base)
    {
        $this->url = "$base/members/sms/xml.php";
    }

    /** Calls the control API; what there is: GET /_mock/openapi.json. */
    public function call(string $method, string $path, ?array $body = null): array
    {
        $reply = file_get_contents("{$this->base}/_mock/$path", context: stream_context_create(['http' => [
            'method' => $method,
            'header' => [
                'Content-Type: application/json',
                // A mock on this machine wants a token only if it was given one.
                'Authorization: Bearer ' . getenv('EPOCHTA_MOCK_TOKEN'),
            ],
            'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
            'timeout' => 30,
            'ignore_errors' => true, // Hands out the body of an error, too.
        ]]));
        Assert::assertIsString($reply, "$method $path: no answer");
        $answer = $reply === '' ? [] : json_decode($reply, true, flags: JSON_THROW_ON_ERROR);
        if (isset($answer['detail'])) {
            // A problem document says what is wrong; after verify and wait, its lines say what happened instead.
            Assert::fail("$method $path: " . implode("\n  ", [$answer['detail'], ...$answer['lines'] ?? []]));
        }

        return $answer;
    }

    /** Opens an account under a login that nobody else has, and returns the login. */
    public function openAccount(array $settings = []): string
    {
        $login = 'test-' . bin2hex(random_bytes(6));
        $this->call('POST', 'accounts', $settings + ['username' => $login, 'password' => $login]);

        return $login;
    }

    /** Says what becomes of the messages of an account. */
    public function script(string $login, array ...$story): void
    {
        $this->call('POST', 'scripts', ['when' => ['account' => $login], 'story' => $story]);
    }

    /** The newest message of an account, as soon as there is one. */
    public function waitForMessage(string $login, array $query = []): array
    {
        return $this->call('GET', 'messages/wait?' . http_build_query(['account' => $login] + $query));
    }

    /** Fails, with the difference, unless just this happened in an account. */
    public function verify(string $login, array $expected): void
    {
        $this->call('POST', 'verify', ['messages' => ['account' => $login]] + $expected);
    }

    public function freezeClock(): void
    {
        $this->call('PUT', 'clock', ['mode' => 'frozen']);
    }

    public function advanceClock(string $by): void
    {
        $this->call('POST', 'clock/advance', ['by' => $by]);
    }
}
