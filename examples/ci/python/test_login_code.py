"""Tests of login_code.py against epochta-mock. Nothing sleeps, and any order will do."""

import pytest
from login_code import LoginCode, OutOfCredits

PHONE = "999000000001"  # No country has the code 999: a test that goes astray reaches nobody.

# Magic numbers: what becomes of a message is in the number itself. `epochta-mock outcomes` lists them.
PHONE_WITHOUT_CREDITS = "999403000001"
PHONE_WITH_LOST_REPLY = "999501000001"


def application(space, login, password=None, company="Example"):
    return LoginCode(space.url, login, password or login, company)


def test_the_user_logs_in_with_the_code(space):
    login = space.open_account()
    app = application(space, login)

    app.send(PHONE)

    # What the user reads on the phone; "otp" takes the code out of the text.
    code = space.wait_for_message(login, extract="otp")["extracted"]
    assert app.confirm(PHONE, code)
    assert not app.confirm(PHONE, code), "a code is good for one login"
    space.verify(login, sent=1, price=1, refused=0)


def test_special_characters_arrive(space):
    login = space.open_account(password="R&D <9>")
    app = application(space, login, password="R&D <9>", company="Їжак & Co <3 +1")

    app.send(PHONE)

    text = space.wait_for_message(login)["message"]["text"]
    assert text.startswith("Їжак & Co <3 +1: your code is ")


def test_a_failure_is_noticed(space):
    login = space.open_account()
    space.script(
        login,
        {"status": "SENT", "after": "0s"},  # At once.
        {"status": "NOT_DELIVERED", "polls": 3},  # When it is asked for the third time.
    )
    app = application(space, login)

    message_id = app.send(PHONE)

    assert [app.was_delivered(message_id) for _ in range(4)] == [None, None, False, False]


def test_a_slow_operator_takes_ten_minutes(own_space):
    login = own_space.open_account()
    own_space.script(
        login,
        {"status": "SENT", "after": "30s"},
        {"status": "DELIVERED", "after": "9m30s"},  # After the step before it: ten minutes in all.
    )
    own_space.freeze_clock()
    app = application(own_space, login)

    message_id = app.send(PHONE)

    assert app.was_delivered(message_id) is None
    own_space.advance_clock("9m59s")
    assert app.was_delivered(message_id) is None
    own_space.advance_clock("1s")
    assert app.was_delivered(message_id) is True


def test_no_credits_is_an_error_of_its_own(space):
    login = space.open_account()
    app = application(space, login)

    with pytest.raises(OutOfCredits):
        app.send(PHONE_WITHOUT_CREDITS)

    space.verify(login, sent=0, refused=1, charged=0)


def test_a_lost_reply_does_not_cost_a_second_message(space):
    login = space.open_account()
    app = application(space, login)

    # The message is accepted and charged, and then the connection breaks.
    app.send(PHONE_WITH_LOST_REPLY)

    code = space.wait_for_message(login, extract="otp")["extracted"]
    assert app.confirm(PHONE_WITH_LOST_REPLY, code)
    space.verify(login, sent=1, charged=1)
