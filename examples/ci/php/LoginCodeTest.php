<?php
// Tests of LoginCode.php against epochta-mock. Nothing sleeps, and any order will do.

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/LoginCode.php';
require_once __DIR__ . '/Mock.php';

final class LoginCodeTest extends TestCase
{
    // No country has the code 999: a test that goes astray reaches nobody.
    private const PHONE = '999000000001';
    // Magic numbers: what becomes of a message is in the number itself. `epochta-mock outcomes` lists them.
    private const PHONE_WITHOUT_CREDITS = '999403000001';
    private const PHONE_WITH_LOST_REPLY = '999501000001';

    private static Mock $mock;

    /** One mock for all tests: each has an account of its own, so they do not meet. */
    public static function setUpBeforeClass(): void
    {
        self::$mock = new Mock();
    }

    public static function tearDownAfterClass(): void
    {
        self::assertSame(0, self::$mock->stop());
    }

    public function testTheUserLogsInWithTheCode(): void
    {
        $space = $this->space();
        $login = $space->openAccount();
        $app = new LoginCode($space->url, $login, $login, 'Example');

        $app->send(self::PHONE);

        // What the user reads on the phone; "otp" takes the code out of the text.
        $code = $space->waitForMessage($login, ['extract' => 'otp'])['extracted'];
        self::assertTrue($app->confirm(self::PHONE, $code));
        self::assertFalse($app->confirm(self::PHONE, $code), 'a code is good for one login');
        $space->verify($login, ['sent' => 1, 'price' => 1, 'refused' => 0]);
    }

    public function testSpecialCharactersArrive(): void
    {
        $space = $this->space();
        $login = $space->openAccount(['password' => 'R&D <9>']);
        $app = new LoginCode($space->url, $login, 'R&D <9>', 'Їжак & Co <3 +1');

        $app->send(self::PHONE);

        $text = $space->waitForMessage($login)['message']['text'];
        self::assertStringStartsWith('Їжак & Co <3 +1: your code is ', $text);
    }

    public function testAFailureIsNoticed(): void
    {
        $space = $this->space();
        $login = $space->openAccount();
        $space->script(
            $login,
            ['status' => 'SENT', 'after' => '0s'], // At once.
            ['status' => 'NOT_DELIVERED', 'polls' => 3], // When it is asked for the third time.
        );
        $app = new LoginCode($space->url, $login, $login, 'Example');

        $id = $app->send(self::PHONE);

        self::assertNull($app->wasDelivered($id));
        self::assertNull($app->wasDelivered($id));
        self::assertFalse($app->wasDelivered($id));
        self::assertFalse($app->wasDelivered($id));
    }

    public function testASlowOperatorTakesTenMinutes(): void
    {
        $space = $this->ownSpace();
        $login = $space->openAccount();
        $space->script(
            $login,
            ['status' => 'SENT', 'after' => '30s'],
            ['status' => 'DELIVERED', 'after' => '9m30s'], // After the step before it: ten minutes in all.
        );
        $space->freezeClock();
        $app = new LoginCode($space->url, $login, $login, 'Example');

        $id = $app->send(self::PHONE);

        self::assertNull($app->wasDelivered($id));
        $space->advanceClock('9m59s');
        self::assertNull($app->wasDelivered($id));
        $space->advanceClock('1s');
        self::assertTrue($app->wasDelivered($id));
    }

    public function testNoCreditsIsAnErrorOfItsOwn(): void
    {
        $space = $this->space();
        $login = $space->openAccount();
        $app = new LoginCode($space->url, $login, $login, 'Example');

        try {
            $app->send(self::PHONE_WITHOUT_CREDITS);
            self::fail('there was no exception');
        } catch (OutOfCredits) {
            $space->verify($login, ['sent' => 0, 'refused' => 1, 'charged' => 0]);
        }
    }

    public function testALostReplyDoesNotCostASecondMessage(): void
    {
        $space = $this->space();
        $login = $space->openAccount();
        $app = new LoginCode($space->url, $login, $login, 'Example');

        // The message is accepted and charged, and then the connection breaks.
        $app->send(self::PHONE_WITH_LOST_REPLY);

        $code = $space->waitForMessage($login, ['extract' => 'otp'])['extracted'];
        self::assertTrue($app->confirm(self::PHONE_WITH_LOST_REPLY, $code));
        $space->verify($login, ['sent' => 1, 'charged' => 1]);
    }

    /** The space that the tests share. */
    private function space(): Space
    {
        return new Space(self::$mock->url);
    }

    /** A space for one test: for those that touch the clock, which all accounts of a space share. */
    private function ownSpace(): Space
    {
        return new Space(self::$mock->url . '/s/test-' . bin2hex(random_bytes(6)));
    }
}
