"""Several tabs of one browser, which has six connections to the mock: each shows what comes, and says if it cannot."""

import re
import urllib.request

from browser import Browser, Keys
from mock import Mock

ROW = ".list-pane .row-link"
AWAY = ("ERR_", "Failed to load", "401")


def open_tabs(browser, url, count):
    """Opens so many tabs, every other one in a window of its own. Answers what they are known by; the first is first."""
    browser.open(url)
    for number in range(1, count):
        browser.driver.switch_to.new_window("tab" if number % 2 else "window")
        browser.open(url)
    return browser.driver.window_handles


def each(browser, tabs, look):
    for tab in tabs:
        browser.driver.switch_to.window(tab)
        look()


def streams(mock):
    """How many streams of events are open."""
    with urllib.request.urlopen(f"{mock.origin}/_mock/metrics", timeout=30) as reply:
        return int(re.search(r"^epochta_mock_event_streams (\d+)", reply.read().decode(), re.M).group(1))


def in_line(browser):
    """How many tabs lead, and how many wait to do so."""
    return browser.driver.execute_async_script("const done = arguments[0]; navigator.locks.query().then(({ held, pending }) => done([held, pending].map(locks => locks.filter(lock => lock.name.startsWith('epochta-mock events')).length)))")


def check_together():
    """Ten tabs share one stream, also where the one that read it is closed, and where the mock was away."""
    with Mock() as mock, Browser(expects=AWAY) as browser:
        mock.php("send", "380501234567", "a1", "Before")
        tabs = open_tabs(browser, mock.origin + "/", 10)
        each(browser, tabs, lambda: browser.sees(ROW, "Before"))
        each(browser, tabs, browser.is_live)
        assert streams(mock) == 1, streams(mock)
        mock.php("send", "380501234567", "a2", "To all")
        each(browser, tabs, lambda: browser.sees(ROW, "To all"))
        for number in range(3):
            # The first one reads the stream, then the one that has waited longest.
            browser.driver.switch_to.window(tabs.pop(0))
            browser.driver.close()
            mock.php("send", "380501234567", "a3", f"To the rest {number}")
            each(browser, tabs, lambda: browser.sees(ROW, f"To the rest {number}"))
            each(browser, tabs, browser.is_live)
        # Who comes later is told the state, too, and shares the stream.
        browser.driver.switch_to.new_window("tab")
        browser.open(mock.origin + "/#/requests")
        tabs.append(browser.driver.current_window_handle)
        browser.is_live()
        mock.php("balance")
        browser.sees(ROW, "BALANCE")
        asked = browser.js("return performance.getEntriesByType('resource').filter(entry => entry.name.includes('/_mock/events')).length")
        assert asked == 0, "the last tab reads a stream of its own"
        mock.stop()
        each(browser, tabs, lambda: browser.one(".live[data-state=away]"))
        mock.start(f"127.0.0.1:{mock.port}")
        mock.php("send", "380501234567", "a1", "After")
        each(browser, tabs, browser.is_live)
        each(browser, tabs[:-1], lambda: browser.sees(ROW, "After"))
        each(browser, tabs[:-1], lambda: browser.misses(ROW, "Before"))
        each(browser, tabs[-1:], lambda: browser.misses(ROW, "BALANCE"))


def check_unseen():
    """Who reads the stream hands it over when nobody has seen it for a minute, and when it is left; and hears what comes."""
    quick = """
        const wait = window.setTimeout;
        window.setTimeout = (act, pause, ...more) => wait(act, pause === 60000 ? 10 : pause, ...more);
        let isHidden = false;
        Object.defineProperty(document, "hidden", { get: () => isHidden });
        window.seen = isSeen => {
          isHidden = !isSeen;
          document.dispatchEvent(new Event("visibilitychange"));
        };"""
    with Mock() as mock, Browser(before=quick) as browser:
        tabs = open_tabs(browser, mock.origin + "/", 2)
        first, other = tabs
        each(browser, tabs, browser.is_live)
        browser.until(lambda: in_line(browser) == [1, 1], "a line of two")
        browser.driver.switch_to.window(first)
        browser.js("seen(false)")
        browser.until(lambda: in_line(browser) == [1, 0], "the other tab's turn")
        mock.php("send", "380501234567", "a1", "Behind the other")
        each(browser, tabs, lambda: browser.sees(ROW, "Behind the other"))
        each(browser, tabs, browser.is_live)
        browser.driver.switch_to.window(first)
        browser.js("seen(true)")
        browser.until(lambda: in_line(browser) == [1, 1], "the first tab in line")
        browser.driver.switch_to.window(other)
        browser.driver.get("about:blank")
        mock.php("send", "380501234567", "a2", "While one was away")
        browser.driver.switch_to.window(first)
        browser.sees(ROW, "While one was away")
        browser.is_live()
        browser.driver.switch_to.window(other)
        browser.driver.back()
        browser.sees(ROW, "While one was away")
        browser.is_live()


def check_alone():
    """Where the browser lets tabs agree on nothing, each has a stream of its own."""
    without = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined, configurable: true });"
    with Mock() as mock, Browser(before=without) as browser:
        tabs = open_tabs(browser, mock.origin + "/", 2)
        each(browser, tabs, browser.is_live)
        mock.php("send", "380501234567", "a1", "To both")
        each(browser, tabs, lambda: browser.sees(ROW, "To both"))


def check_other_spaces():
    """Tabs of different spaces hear of nothing but their own."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/s/other/")
        browser.is_live()
        other = browser.driver.current_window_handle
        browser.driver.switch_to.new_window("tab")
        browser.open(mock.origin + "/")
        browser.is_live()
        mock.php("send", "380501234567", "a1", "In the other", space="/s/other")
        mock.php("send", "380501234567", "a1", "In the root")
        browser.sees(ROW, "In the root")
        browser.misses(ROW, "In the other")
        browser.driver.switch_to.window(other)
        browser.sees(ROW, "In the other")


def check_many_spaces():
    """Tabs of very many spaces leave connections for what they ask, and each sees what comes."""
    with Mock() as mock, Browser() as browser:
        spaces = [f"/s/q{number}" for number in range(9)]
        for number, space in enumerate(spaces):
            mock.php("send", "380501234567", "a1", "Before", space=space)
            if number > 0:
                browser.driver.switch_to.new_window("window")
            browser.open(f"{mock.origin}{space}/")
        tabs = browser.driver.window_handles
        each(browser, tabs, lambda: browser.sees(ROW, "Before"))
        assert streams(mock) <= 3, streams(mock)
        for space in spaces:
            mock.php("send", "380501234567", "a2", "To each", space=space)
        each(browser, tabs, lambda: browser.sees(ROW, "To each"))
        each(browser, tabs, browser.is_live)
        browser.click(".nav-link", "Requests")
        browser.sees(ROW, "SEND")
        # Where a space with a stream is left, another has it.
        for tab in tabs[:6]:
            browser.driver.switch_to.window(tab)
            browser.driver.close()
        browser.driver.switch_to.window(tabs[6])
        browser.until(lambda: streams(mock) == 3, "streams for the rest")


def check_tokens():
    """A tab whose token is no longer the right one asks for it, and keeps no other from its events."""
    with Mock(token="first-token", listen="0.0.0.0:0") as mock, Browser(expects=AWAY) as browser:
        browser.open(mock.origin + "/")
        browser.type("#token", "first-token", Keys.ENTER)
        browser.is_live()
        leader = browser.driver.current_window_handle
        browser.driver.switch_to.new_window("tab")
        browser.open(mock.origin + "/")
        browser.type("#token", "first-token", Keys.ENTER)
        browser.is_live()
        mock.stop()
        mock.token = "other-token"
        mock.start(f"0.0.0.0:{mock.port}")
        browser.sees("dialog h2", "demands a token")
        browser.type("#token", "other-token", Keys.ENTER)
        browser.is_live()
        mock.php("send", "380501234567", "a1", "For who may see it")
        browser.sees(ROW, "For who may see it")
        browser.driver.switch_to.window(leader)
        browser.sees("dialog h2", "demands a token")


def check_late():
    """Where other tabs hold all connections, a page says that it waits, and goes on when there is one."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", "a1", "Hello")
        browser.open(mock.origin + "/")
        browser.is_live()
        browser.js(
            "window.others = new AbortController(); const options = { signal: others.signal, cache: 'no-store', credentials: 'omit' };"
            "for (let n = 0; n < 9; n += 1) fetch('_mock/events', options).then(reply => reply.text()).catch(() => {})")
        browser.until(lambda: streams(mock) >= 6, "all connections taken")
        browser.click(".nav-link", "Requests")
        browser.sees(".toast", "does not answer yet")
        browser.js("others.abort()")
        browser.sees(ROW, "SEND")
        browser.misses(".toasts", "does not answer yet")
