"""What is done on the page is what clients then see: accounts, the clock, scripts, faults, the space."""

import re
from datetime import datetime, timedelta

from browser import Browser, Keys
from mock import Mock

ROW = ".list-pane .row-link"


def check_mode():
    """In test mode nothing is sent and nothing charged; in real mode again, it is."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/#/accounts/demo")
        browser.click("[role=radio]", "test")
        browser.sees(".detail-head .badge", "test")
        browser.sees(ROW, "test")
        assert mock.get("accounts/demo")["mode"] == "test"
        mock.php("send", "999103000001", "a1", "Never sent")
        assert mock.status("a1") == "0"
        browser.click("[role=radio]", "real")
        browser.sees(".detail-head .badge", "real")
        mock.php("send", "999103000001", "a2", "Sent")
        assert mock.status("a2") == "DELIVERED"
        browser.until(lambda: browser.text("#balance") == "99", "one credit less")


def check_money():
    """Top-up, the ledger as a list and as a picture, the credit price, and what becomes of it at a client's."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/#/accounts/demo")
        browser.until(lambda: browser.text("#balance") == "100", "the balance")
        browser.type("#top-up", "12,5", Keys.ENTER)
        browser.until(lambda: browser.text("#balance") == "112.5", "the new balance")
        assert "<credits>112.5</credits>" in mock.php("balance")
        mock.php("send", "380501234567", "a1", "Hello")
        browser.until(lambda: browser.text("#balance") == "111.5", "the charge")
        lines = browser.text(".table tbody")
        assert re.search(r"Charge #\d+\s+−1\s+111.5", lines) and re.search(r"Top-up\s+\+12.5\s+112.5", lines), lines
        assert browser.one(".chart svg").get_attribute("aria-label").startswith("The balance went from 100 to 111.5")
        for amount in ("-5", "0", "0,00"):
            browser.type("#top-up", amount, Keys.ENTER)
            browser.until(lambda: browser.js("return document.querySelector('#top-up:invalid') !== null"), "a refusal")
        browser.type("#top-up", "0,0001")
        assert browser.js("return document.querySelector('#top-up:invalid') === null")
        # However long the sums are, they stand beside the picture and not in it.
        mock.do("POST", "accounts/demo/top-up", {"credits": "12233.1789"})
        browser.sees(".chart figcaption", "12,344.6789")
        apart = browser.js("const [a, b] = ['svg', 'figcaption'].map(tag => document.querySelector(`.chart ${tag}`).getBoundingClientRect()); return b.left - a.right")
        assert apart > 0, apart
        browser.click(".detail-head [aria-label='Copy the login']")
        browser.until(lambda: browser.clipboard() == "demo", "the login")
        browser.type("#credit-price", "0.0123", Keys.ENTER)
        browser.sees(".toast", "credit price is set")
        assert mock.get("accounts/demo")["credit_price"] == "0.0123"


def check_interface():
    """An account whose interface is off is refused; one that was opened here can send."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/#/accounts/demo")
        browser.click("#interface[aria-checked=true]")
        browser.one("#interface[aria-checked=false]")
        assert "<status>-1</status>" in mock.php("balance")
        browser.sees(ROW, "interface off")
        browser.click("#interface[aria-checked=false]")
        browser.one("#interface[aria-checked=true]")
        assert "<status>0</status>" in mock.php("balance")
        browser.click(".list-head a", "New")
        browser.type("#new-name", "shop")
        browser.type("#new-password", "R&D <9>")
        browser.type("#new-credits", "7")
        browser.click(".form-buttons button")
        browser.sees("h2", "shop")
        assert "<credits>7</credits>" in mock.php("balance", username="shop", password="R&D <9>")
        mock.php("send", "380501234567", "a1", "Hello", username="shop", password="R&D <9>")
        browser.until(lambda: browser.text("#balance") == "6", "the charge")
        browser.click(".actions button", "Reset")
        browser.click("dialog .danger")
        browser.until(lambda: browser.text("#balance") == "7", "the opening credits")


def check_clock():
    """A clock that stands is moved on, and a message goes its way at once."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/#/control/clock")
        browser.click(".clock button", "Freeze")
        browser.sees(".clock button", "Resume")
        assert mock.get("clock")["mode"] == "frozen"
        before = mock.get("clock")["now"]
        mock.php("send", "999204000001", "slow", "Ten minutes")
        assert mock.status("slow") == "0"
        browser.click(".actions button", "+1 min")
        browser.until(lambda: mock.status("slow") == "SENT", "SENT after a minute")
        browser.sees(".side-clock", "Stands at")
        browser.type("#advance-by", "15m", Keys.ENTER)
        browser.until(lambda: mock.status("slow") == "DELIVERED", "DELIVERED after more")
        # It says where the clock is, with the day, and the hours as everywhere.
        shown = datetime.fromisoformat(mock.get("clock")["now"][:19] + "+00:00").astimezone()
        for selector, words in {".toast:last-child": "now stands at", ".subject": "Stands at"}.items():
            browser.sees(selector, f"{words} {shown:%b} {shown.day}, ")
            browser.sees(selector, f", {shown:%H:%M:%S}")
        browser.sees(".clock-date", f"{shown:%H:%M:%S}")
        assert not any(half in browser.text(".clock-date") for half in ("AM", "PM"))
        at = lambda: datetime.fromisoformat(mock.get("clock")["now"][:19])
        assert at() > datetime.fromisoformat(before[:19])
        for place, seconds in enumerate([1, 10, 60, 600, 3600, 86400]):
            goal = at() + timedelta(seconds=seconds)
            browser.all(".block .actions .button")[place].click()
            browser.until(lambda: at() == goal, f"{seconds} seconds more")
        browser.open(mock.origin + "/")
        browser.sees(".detail-head .badge", "Delivered")
        mock.php("send", "999204000002", "other", "Ten minutes")
        browser.sees(ROW, "+999204000002")
        browser.sees(".detail-head .badge", "Waiting")
        # By other hands, too, while the page looks on.
        mock.do("POST", "clock/advance", {"by": "1h"})
        browser.sees(".detail-head .badge", "Delivered")
        browser.open(mock.origin + "/#/control/clock")
        browser.click(".clock button", "Resume")
        browser.sees(".toast:last-child", "The clock goes, 1 day 2 hr ahead of the clock of your machine")
        browser.sees(".clock-difference", "1 day 2 hr ahead")
        browser.until(lambda: not browser.all(".side-clock:not([hidden])"), "a clock that goes")
        # Another year is said, and a clock that comes to its end is not said to have gone on.
        browser.click(".clock button", "Freeze")
        browser.click(".block .button", "+24")
        browser.type("#advance-by", "1000000000h", Keys.ENTER)
        browser.until(lambda: mock.get("clock")["now"][:4] > "3000", "the end of the clock")
        browser.sees(".toast:last-child", "now stands at Dec 3")
        browser.sees(".toast:last-child", mock.get("clock")["now"][:4])


def check_scripts():
    """A script that is added here decides, says so, and can be removed."""
    with Mock() as mock, Browser(expects=["409"]) as browser:
        browser.open(mock.origin + "/#/control/scripts")
        browser.sees(".empty-line", "There are no scripts")
        browser.type("#script-msisdn", "38099*")
        browser.type("#script-name", "unreachable")
        browser.choose(".step-fields li:nth-child(2) .step-how", "polls")
        amount = browser.type(".step-fields li:nth-child(2) .step-amount", "2")
        browser.choose(".step-fields li:nth-child(1) .step-how", "polls")
        assert amount.get_attribute("value") == "2"
        browser.click(".form-buttons button")
        browser.sees(".card", "unreachable")
        browser.sees(".card", "SENT at GETSTATUS no. 1")
        browser.sees(".card", "NOT_DELIVERED at GETSTATUS no. 3")
        mock.php("send", "380991234567", "a1", "Hello")
        assert [mock.status("a1") for _ in range(3)] == ["SENT", "SENT", "NOT_DELIVERED"]
        browser.choose("#script-kind", "refuse")
        browser.type("#script-name", "refused")
        browser.choose("#script-refuse", "NO_RECIPIENTS")
        browser.click(".form-buttons button")
        browser.sees(".card", "refused")
        assert "<status>-4</status>" in mock.php("send", "380991234567", "a2", "Hello")
        browser.click(".card button", "Remove")
        browser.misses(".card", "refused")
        assert "<status>1</status>" in mock.php("send", "380991234567", "a3", "Hello")
        # What is wrong is said by the server.
        browser.type("#script-name", "unreachable")
        browser.click(".form-buttons button")
        browser.one(".toast.bad")
        return None


def check_faults():
    """A fault is switched on, strikes, tells its hits and leads to them, and is switched off."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/#/control/faults")
        browser.choose("#fault-kind", "html_error")
        browser.sees("#fault-about", "page for people")
        browser.type("#fault-own-status", "502")
        browser.choose("#fault-operation", "send")
        browser.click(".form-buttons button")
        browser.sees(".card", "0 hits")
        assert "<html" in mock.php("send", "380501234567", "a1", "Hello").lower()
        assert "<status>0</status>" in mock.php("balance")
        browser.sees(".card", "1 hit")
        browser.click(".card .badge", "1 hit")
        browser.until(lambda: len(browser.all(ROW)) == 1, "what it hit")
        browser.click(ROW, "SEND")
        browser.sees(".reason.warn", "accepted all the same")
        browser.driver.back()
        browser.driver.back()
        browser.sees(".card", "HTTP status: 502")
        mock.do("POST", "faults", {"kind": "drip", "bytes": 8, "pause": "200ms", "nth": 2, "when": {"account": "nobody"}})
        browser.sees(".card", "From the n-th request: 2 · Bytes: 8 · Pause: 200 ms")
        browser.click(".card button", "Switch off")
        browser.until(lambda: len(browser.all(".card")) == 1, "one fault less")
        browser.click(".card button", "Switch off")
        browser.sees(".empty-line", "No fault is on")
        assert "<status>1</status>" in mock.php("send", "380501234567", "a2", "Hello")


def check_space():
    """A reset is asked about; a named space has a page of its own, and the way back."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", "a1", "In the root")
        mock.php("send", "380501234567", "a1", "In the other", space="/s/ci-7")
        browser.open(mock.origin + "/s/ci-7/")
        browser.sees(ROW, "In the other")
        browser.misses(ROW, "In the root")
        browser.is_live()
        browser.sees(".side-space", "ci-7")
        browser.sees(".endpoint", "/s/ci-7/")
        browser.open(mock.origin + "/s/ci-7/#/control/reset")
        browser.click(".block button", "Reset everything")
        browser.click("dialog button", "Cancel")
        assert len(mock.get("messages")["messages"]) == 1
        browser.click(".block button", "Reset everything")
        browser.click("dialog .danger")
        browser.sees(".toast", "Everything has been reset")
        browser.click(".nav-link", "Messages")
        browser.sees("h2", "Nothing has come yet")
        browser.choose("#space", "")
        browser.sees(ROW, "In the root")
        browser.choose("#space", "ci-7")
        browser.until(lambda: "/s/ci-7/" in browser.driver.current_url, "the other space")
        # Somebody else's reset is seen at once.
        browser.open(mock.origin + "/")
        browser.sees(ROW, "In the root")
        browser.is_live()
        mock.do("POST", "reset")
        browser.sees("h2", "Nothing has come yet")


def check_configuration():
    """A configuration file that is wrong is told with its place."""
    with Mock() as other:
        file = other.folder / "mock.yaml"
        file.write_text("accounts:\n  - { username: demo, password: demo, credits: 5 }\n")
        with Mock("--config", str(file)) as mock, Browser() as browser:
            browser.open(mock.origin + "/#/control/reset")
            browser.sees(".facts", "mock.yaml")
            file.write_text("accounts:\n  - { username: demo, pasword: demo }\n")
            mock.api("POST", "reload")
            browser.sees(".reason", "mock.yaml:2")
            browser.sees(".subject", "configuration file is wrong")
            file.write_text("accounts:\n  - { username: demo, password: demo, credits: 5, mode: test }\n")
            browser.click("button", "Read it again")
            browser.until(lambda: not browser.all(".reason"), "no more mistake")
            assert mock.get("accounts/demo")["mode"] == "test"
            # Whether anything may be changed is edited, too; an open page follows.
            account = "accounts:\n  - { username: demo, password: demo, credits: 5 }\n"
            file.write_text("read_only: true\n" + account)
            browser.sees(".side-note", "Read-only")
            file.write_text(account)
            browser.until(lambda: not browser.all(".side-note"), "a page that can be used again")
