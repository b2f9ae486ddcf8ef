"""What came from clients stays text; who may not change anything cannot; and a mock that went away is found again."""

import json

from browser import Browser, Keys
from mock import HERE, Mock

ROW = ".list-pane .row-link"
EVIL = "<script>hacked=1</script><img src=x onerror=hacked=1><b>{0}</b>'\"&amp;{{{{1}}}}"


def check_markup():
    """Markup in a text, a sender, an id, a login, a number, a name or a path is shown as it is, and does nothing."""
    login, sender, identity, text, name = (EVIL.format(word) for word in ("login", "sender", "id", "text", "name"))
    with Mock() as mock, Browser() as browser:
        mock.do("POST", "accounts", {"username": login, "password": "x"})
        mock.do("POST", "scripts", {"name": "s" + name, "when": {"msisdn": "38050*", "text": "hacked"}, "story": [{"status": "SENT", "polls": 1}]})
        mock.do("POST", "faults", {"name": "f" + name, "kind": "warning", "when": {"account": login}})
        mock.php("send", "380501234567", identity, text, sender, username=login, password="x")
        mock.php("send", "380501234568", identity, text, "Shop", username=login, password="x")
        mock.php("send", "<img src=x onerror=hacked=1>", identity, text, sender, username=login, password="x")
        mock.post(b"<img src=x onerror=hacked=1>", "text/html")
        messages = mock.get("messages")["messages"]
        assert {message["text"] for message in messages} == {text}, messages
        account = "%3C" + login[1:].replace("%", "%25").replace("/", "%2F").replace("<", "%3C").replace(">", "%3E").replace("#", "%23").replace('"', "%22").replace("&", "%26").replace("=", "%3D")
        for place, shown in {
            "#/messages": [(ROW, text), (ROW, sender), (".bubble", text)],
            f"#/messages/{account}/1": [(".handset", sender), (".facts", sender), (".facts", identity), (".facts", login)],
            f"#/messages/{account}/2": [(".by", "s" + name)],
            "#/requests/3": [(".source", "onerror=hacked"), (".reason", "")],
            "#/messages?q=hacked": [(ROW, text)],
            "#/requests/1": [(ROW, login), (".hops", login), (".source", "&lt;script&gt;hacked"), (".reason", "f" + name)],
            "#/requests/4": [(".source", "<img src=x onerror=hacked=1>")],
            f"#/accounts/{account}": [(ROW, login), ("h2", login)],
            "#/control/scripts": [(".card", "s" + name)],
            "#/control/faults": [(".card", "f" + name), (".card", login)],
        }.items():
            browser.open(f"{mock.origin}/{place}")
            for selector, words in shown:
                browser.sees(selector, words)
            assert browser.js("return window.hacked") is None, place
            assert browser.js("return document.querySelectorAll('main img, main script, main b > *, main iframe').length") == 0, place
        browser.type("#search" if browser.all("#search") else "#fault-account", EVIL.format("typed"))
        browser.open(mock.origin + "/#/accounts/" + account)
        browser.click(".actions button", "Reset")
        browser.sees("dialog", login)
        assert browser.js("return window.hacked") is None


def check_read_only():
    """Where nothing may be changed, nothing can be done on the page, and the API refuses it besides."""
    with Mock("--read-only") as mock, Browser(expects=["403"]) as browser:
        mock.php("send", "999206000001", "a1", "Hello")
        assert mock.api("POST", "accounts/demo/top-up", {"credits": 5})[0] == 403
        browser.open(mock.origin + "/")
        browser.sees(".side-note", "Read-only")
        browser.sees(ROW, "Hello")
        for place in ("messages/demo/1", "accounts/demo", "control/clock", "control/scripts", "control/faults", "control/reset"):
            browser.open(f"{mock.origin}/#/{place}")
            browser.one("h2")
            browser.until(lambda: browser.all(".detail-pane button, .detail-pane .empty-line"), "the details")
            able = browser.js(
                "return [...document.querySelectorAll('.detail-pane :is(button, input, select)')].filter(e => e.checkVisibility() && !e.disabled && !e.matches('[role=tab]')).map(e => e.innerText)")
            assert set(able) <= {"Copy the text", "Copy", ""}, (place, able)
        # Whoever calls past the page is refused by the server.
        refused = browser.driver.execute_async_script(
            "const done = arguments[0]; fetch('_mock/accounts/demo/top-up', { method: 'POST', body: '{\"credits\":5}' }).then(r => done(r.status))")
        assert refused == 403, refused
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.sees(".bubble", "Hello")
        browser.press("d")
        assert mock.status("a1") in ("0", "SENT")
        # And its own calls, if one slips through, say why they were refused.
        browser.js("document.querySelector('.actions .primary').disabled = false")
        browser.click(".actions .primary")
        browser.sees(".toast.bad", "read")
        mock.php("send", "380501234567", "a2", "The gateway goes on")
        browser.sees(ROW, "The gateway goes on")


def check_token():
    """Beyond loopback the page asks for the token, keeps it in the tab alone, and shows it for the stream, too."""
    with Mock(token="s3cret-token", listen="0.0.0.0:0") as mock, Browser(expects=["401"]) as browser:
        mock.php("send", "380501234567", "a1", "Behind a token")
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.sees("dialog h2", "demands a token")
        assert "Behind a token" not in browser.text("body")
        browser.type("#token", "wrong", Keys.ENTER)
        browser.sees("dialog", "Wrong token")
        # As it comes from the keyboard's other layout: no header can hold that.
        browser.type("#token", "токен", Keys.ENTER)
        browser.until(lambda: browser.one("#token").get_attribute("value") == "", "another question")
        browser.sees("dialog", "Wrong token")
        browser.press(Keys.ESCAPE)
        browser.sees("dialog h2", "demands a token")
        browser.type("#token", "s3cret-token", Keys.ENTER)
        browser.sees(".bubble", "Behind a token")
        browser.is_live()
        mock.php("send", "380501234567", "a2", "Live, too")
        browser.sees(ROW, "Live, too")
        browser.driver.refresh()
        browser.sees(".bubble", "Behind a token")
        kept = browser.js("return [JSON.stringify(localStorage), document.cookie, location.href, document.documentElement.outerHTML].join()")
        assert "s3cret" not in kept
        assert not [url for url in browser.requests() if "s3cret" in url]
        # What the visitor is to be shown has no password that others could see.
        browser.open(mock.origin + "/#/control/reset")
        browser.click(".block button", "Reset everything")
        browser.click("dialog .danger")
        browser.sees(".toast", "Everything has been reset")
        browser.click(".nav-link", "Messages")
        browser.sees(".address", "demo")
        assert "Login\ndemo" in browser.text(".address") and "Password" not in browser.text(".address")


def check_no_clipboard():
    """Where the browser gives a page no clipboard, copying works all the same."""
    without = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined, configurable: true });"
    with Mock() as mock, Browser(before=without) as browser:
        mock.php("send", "380501234567", "a1", "Your code is 482913")
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.click(".otp button")
        browser.sees(".toast", "Copied")
        search = browser.one("#search")
        search.send_keys(Keys.CONTROL, "v")
        browser.until(lambda: search.get_attribute("value") == "482913", "what was copied")


def check_away():
    """A mock that went away is said to be away, and shown as it is when it is back."""
    with Mock() as mock, Browser(expects=["ERR_", "Failed to load"]) as browser:
        mock.php("send", "380501234567", "a1", "Before")
        browser.open(mock.origin + "/")
        browser.sees(ROW, "Before")
        browser.is_live()
        mock.stop()
        browser.one(".live[data-state=away]")
        browser.sees(".live", "Reconnecting")
        mock.start(f"127.0.0.1:{mock.port}")
        mock.php("send", "380501234567", "a1", "After")
        browser.is_live()
        browser.sees(ROW, "After")
        browser.misses(ROW, "Before")


def check_connections():
    """Pages that were left keep no connection, of which a browser has six."""
    with Mock() as mock, Browser() as browser:
        for _ in range(9):
            browser.open(mock.origin + "/")
            browser.is_live()
        browser.driver.back()
        browser.driver.back()
        browser.is_live()
        mock.php("send", "380501234567", "a1", "Still live")
        browser.sees(ROW, "Still live")


def check_headers():
    """The page is held to its own files, and they are told again only where they are others."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/")
        browser.is_live()
        headers = browser.driver.execute_async_script(
            "const done = arguments[0]; fetch('./').then(r => done(JSON.stringify([...r.headers])))")
        headers = dict(json.loads(headers))
        policy = headers["content-security-policy"]
        for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"):
            assert part in policy, policy
        assert "unsafe" not in policy
        # Every module is asked for at once, and none that nobody needs.
        modules = browser.js("""
            const name = url => url.split("/").at(-1);
            const asked = performance.getEntriesByType("resource").map(entry => name(entry.name)).filter(file => file.endsWith(".js") && file !== "app.js");
            const early = [...document.querySelectorAll("link[rel=modulepreload]")].map(link => name(link.href));
            return [[...new Set(asked)].sort(), early.sort()];""")
        folder = HERE.parent.parent / "server" / "src" / "page"
        there = sorted(file.name for file in folder.glob("*.js") if file.name != "app.js")
        assert modules == [there, there], modules
        # A policy that is told and not kept would be worth nothing.
        tried = browser.driver.execute_async_script("""
            const done = arguments[0], told = [];
            const attempt = (name, way) => { try { way(); told.push(name); } catch { } };
            attempt("script", () => {
              const script = document.createElement("script");
              script.textContent = "window.inline = 1";
              document.body.append(script);
            });
            attempt("eval", () => setTimeout("window.evaluated = 1"));
            attempt("markup", () => { document.body.innerHTML = "<b>x</b>"; });
            fetch("http://localhost:9/").then(() => told.push("fetch"), () => {}).finally(() =>
              setTimeout(() => done([...told, window.inline, window.evaluated].filter(Boolean)), 50));""")
        assert tried == [], tried
        # What was tried here is no fault of the page's.
        browser.open("about:blank")
        browser.driver.get_log("browser")
        browser.asked = [url for url in browser.requests() if "localhost:9" not in url]
        browser.driver.get_log("performance")
