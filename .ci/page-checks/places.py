"""Places that a link may name, whatever is there: nothing, something new, something that no browser can ask for."""

from browser import Browser
from mock import WORK, Mock

ROW = ".list-pane .row-link"
DETAIL = ".detail-pane"


def check_dots():
    """What is called like a step on a path, . or .., is never asked for, and least of all does it reset everything."""
    file = WORK / "dots.yaml"
    file.write_text("accounts:\n  - { username: demo, password: demo }\n  - { username: '.', password: x }\n  - { username: '..', password: x }\n")
    with Mock("--config", str(file)) as mock, Browser() as browser:
        mock.php("send", "380501234567", "a1", "To be kept")
        for name in (".", ".."):
            assert mock.api("POST", "accounts", {"username": name, "password": "x"})[0] == 400
            mock.php("send", "380501234567", "a1", "Of a strange account", username=name, password="x")
            mock.do("POST", "scripts", {"name": name, "when": {"account": "nobody"}, "refuse": "NO_RECIPIENTS"})
            mock.do("POST", "faults", {"name": name, "kind": "empty", "when": {"account": "nobody"}})
            browser.open(mock.origin + "/#/accounts/demo")
            browser.sees("h2", "demo")
            browser.js("[...document.querySelectorAll(arguments[0])].find(row => row.querySelector('.row-main').textContent === arguments[1]).click()", ROW, name)
            browser.sees(DETAIL, f"cannot ask about «{name}»")
            browser.misses(DETAIL, "Ledger")
            browser.click(".detail-pane button", "Reset")
            browser.sees("dialog", f"The account {name} goes back")
            browser.click("dialog .danger")
            browser.sees(".toast", "The account is as at the beginning")
            account = next(one for one in mock.get("accounts")["accounts"] if one["username"] == name)
            assert account["messages"] == 0, account
            browser.open(f"{mock.origin}/#/messages/{name}/1")
            browser.sees(".toast.bad", "cannot ask about")
            for view, button in (("scripts", "Remove"), ("faults", "Switch off")):
                browser.open(f"{mock.origin}/#/control/{view}")
                browser.click(".card button", button)
                browser.sees(".toast.bad", "cannot ask about")
                assert f"'name': '{name}'" in str(mock.get(view)), mock.get(view)
        assert [message["text"] for message in mock.get("messages")["messages"]] == ["To be kept"]
        strange = [url for url in browser.requests() if "/_mock/reset" in url and "account=" not in url]
        assert not strange, strange


def check_nowhere():
    """A place that there is not leads to the messages, and what every object has by birth is no place."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", "a1", "Hello")
        for place in ("constructor", "toString", "__proto__", "hasOwnProperty/x/y", "nowhere/demo/1"):
            browser.open(f"{mock.origin}/#/{place}")
            browser.sees(ROW, "Hello")
            assert browser.hash() == "#/", place
            browser.click(".nav-link", "Requests")
            browser.sees(ROW, "SEND")
        for place in ("requests?operation=constructor", "messages?by=constructor", "control/constructor", "accounts/constructor"):
            browser.expects = ["400", "404"]
            browser.open(f"{mock.origin}/#/{place}")
            browser.click(".nav-link", "Messages")
            browser.sees(ROW, "Hello")


def check_not_there():
    """What is not there is said not to be, and shown as soon as it comes; what can never be is not asked for."""
    with Mock() as mock, Browser(expects=["404"]) as browser:
        mock.php("send", "380501234567", "a1", "Hello")
        mock.do("POST", "reset")
        for place, words in {"requests/abc": "no such request", "requests/01": "no such request", "messages/demo/abc": "no such message", "requests/1": "no such request"}.items():
            browser.open(f"{mock.origin}/#/{place}")
            browser.sees(DETAIL, words)
        assert not [url for url in browser.requests() if "NaN" in url or "abc" in url], browser.asked
        browser.is_live()
        mock.php("send", "380501234567", "a1", "It has come")
        browser.sees("h2", "#1 SEND")
        browser.sees(".source", "It has come")


def check_anew():
    """After a reset or a restart the details are those of what has the number or the name now."""
    with Mock() as mock, Browser(expects=["404", "ERR_", "Failed to load"]) as browser:
        def restarted():
            mock.stop()
            browser.one(".live[data-state=away]")
            mock.start(f"127.0.0.1:{mock.port}")

        for place in ("requests/1", "requests"):
            for again in (lambda: mock.do("POST", "reset"), restarted):
                mock.do("POST", "reset")
                mock.php("send", "380501234567", "a1", "Before")
                browser.open(f"{mock.origin}/#/{place}")
                browser.sees(".source", "Before")
                browser.is_live()
                again()
                mock.php("send", "380501234567", "a1", "After")
                browser.sees(".source", "After")
                browser.misses(".source", "Before")
        for again in (lambda: mock.do("POST", "reset"), restarted):
            mock.do("POST", "reset")
            mock.php("send", "380501234567", "a1", "Before")
            browser.open(mock.origin + "/#/messages/demo/1")
            browser.sees(".bubble", "Before")
            browser.is_live()
            again()
            browser.misses(".bubble", "Before")
            mock.php("send", "380501234567", "a1", "After")
            browser.sees(".bubble", "After")
        # The same of an account. What was opened on a request stays open while others come.
        mock.do("POST", "accounts", {"username": "shop", "credits": 7})
        browser.open(mock.origin + "/#/accounts/shop")
        browser.until(lambda: browser.text("#balance") == "7", "the balance")
        mock.do("DELETE", "accounts/shop")
        browser.sees(DETAIL, "no such account")
        mock.do("POST", "accounts", {"username": "shop", "credits": 8})
        browser.until(lambda: browser.text("#balance") == "8", "the new balance")
        browser.open(mock.origin + "/#/requests/1")
        browser.click("[role=tab]", "Raw text")
        mock.php("balance")
        browser.sees(ROW, "BALANCE")
        assert browser.text("[role=tab][aria-selected=true]") == "Raw text"


def check_bad_filters():
    """Where what is sought cannot be sought, the list says so, and offers the way back."""
    with Mock() as mock, Browser(expects=["400"]) as browser:
        mock.php("send", "380501234567", "a1", "Hello")
        for place in ("messages?status=%3Cb%3E", "requests?operation=zzz", "requests?q=" + "x" * 1001, "messages?q=" + "x" * 1001):
            browser.open(f"{mock.origin}/#/{place}")
            browser.sees(".empty", "This list cannot be shown")
            assert len(browser.text(".empty")) > 50, browser.text(".empty")
            assert not browser.all(".toast")
            browser.click(".empty button", "Clear the filters")
            browser.one(ROW)
            browser.misses(".list-pane", "cannot be shown")


def check_no_answer():
    """A list that could not be had says so, and is there as soon as the mock is."""
    with Mock() as mock, Browser(expects=["ERR_", "Failed to load"]) as browser:
        browser.open(mock.origin + "/")
        browser.is_live()
        mock.stop()
        browser.click(".nav-link", "Requests")
        browser.sees(".empty", "The mock does not answer")
        browser.click(".empty button", "Try again")
        browser.sees(".empty", "The mock does not answer")
        mock.start(f"127.0.0.1:{mock.port}")
        browser.is_live()
        browser.sees(".empty", "No requests yet")


def check_spaces():
    """A space that was just opened can be chosen, from the root and from any other."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/")
        browser.is_live()
        assert not browser.all("#space")
        for name in ("ci-7", "ci-8"):
            mock.php("send", "380501234567", "a1", f"In {name}", space=f"/s/{name}")
        browser.js("document.getElementById('side').dispatchEvent(new PointerEvent('pointerenter'))")
        offered = lambda: browser.js("return [...document.querySelectorAll('#space option')].map(option => option.text)")
        browser.until(lambda: offered() == ["Root space", "ci-7", "ci-8"], "both spaces")
        browser.choose("#space", "ci-7")
        browser.sees(ROW, "In ci-7")
        browser.until(lambda: offered() == ["Root space", "ci-7", "ci-8"], "both spaces")
        assert browser.js("return document.getElementById('space').value") == "ci-7"
        mock.php("send", "380501234567", "a1", "In ci-9", space="/s/ci-9")
        browser.js("document.getElementById('space').focus()")
        browser.until(lambda: "ci-9" in offered(), "the newest space")
        browser.choose("#space", "ci-9")
        browser.sees(ROW, "In ci-9")
        browser.choose("#space", "")
        browser.until(lambda: browser.js("return location.pathname") == "/", "the root")
