"""Whoever has a small screen, a keyboard, a screen reader, another language or a dark room gets the same."""

import os
from pathlib import Path

from browser import Browser, Keys
from mock import Mock

ROW = ".list-pane .row-link"
VIEWS = {
    "messages": ".bubble", "messages/demo/2": ".otp-code", "messages?by=phone": ".bubble", "messages?q=none": ".empty", "requests/1": ".hops", "requests/4": ".reason",
    "accounts/demo": ".chart svg", "new-account": "#new-name", "control/clock": ".clock-face", "control/scripts": ".card",
    "control/faults": ".card", "control/magic": ".magic", "control/reset": ".danger",
}


def furnish(mock):
    """Something to see in every view."""
    mock.php("send", "380501234567", "a1", "Уважаемый клиент! " + "Посылка прибыла. " * 9, "Poshta")
    mock.php("send", "380501234567", "a2", "Your code is 482913", "Bank")
    mock.php("balance", password="wrong")
    mock.post(("<SMS><operations>" + "x" * 200).encode(), "text/xml")
    mock.do("POST", "scripts", {"name": "unreachable", "when": {"msisdn": "38099*"}, "story": [{"status": "SENT", "after": "1s"}, {"status": "NOT_DELIVERED", "polls": 2}]})
    mock.do("POST", "faults", {"name": "lost", "kind": "reset", "when": {"operation": "send", "account": "load*"}, "times": 1})


def check_narrow():
    """On 390 pixels nothing runs over the edge, and the details take the place of the list."""
    for language in ("en", "ru"):
        with Mock() as mock, Browser(390, 844, language=language) as browser:
            wide = lambda: browser.js(
                "const w = document.documentElement.clientWidth; return [document.documentElement.scrollWidth > w, ..."
                "[...document.querySelectorAll('.side *, .list-head *, .detail-head *, .detail-body > *, .welcome > *')].filter(e => e.checkVisibility() && !e.closest('.hidden-text') && e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 80))].filter(Boolean)")
            browser.open(mock.origin + "/")
            browser.one(".welcome h2")
            assert wide() == [], wide()
            furnish(mock)
            for place, selector in VIEWS.items():
                browser.open(f"{mock.origin}/#/{place}")
                browser.until(lambda: browser.all(selector) or browser.all(ROW), place)
                assert wide() == [], (language, place, wide())
            mock.php("send", "999206000001", "a3", "By hand")
            browser.open(mock.origin + "/#/messages/demo/3")
            browser.click(".actions [aria-haspopup=menu]")
            browser.one("[role=menuitem]")
            assert wide() == [], (language, "menu", wide())
            browser.open(mock.origin + "/#/messages")
            browser.one(ROW)
            assert not browser.one("#list").find_elements("css selector", ".bubble") and not browser.all("#detail")[0].is_displayed()
            browser.click(ROW)
            browser.one(".bubble")
            assert not browser.all("#list")[0].is_displayed()
            browser.click(".back")
            browser.one(ROW)
            assert not browser.all("#detail")[0].is_displayed()
            browser.click(ROW)
            browser.one(".bubble")
            browser.driver.back()
            browser.one(ROW)


def check_keyboard():
    """Every key of the help does what it says, and where one is can be seen."""
    with Mock() as mock, Browser() as browser:
        for number in range(1, 5):
            mock.php("send", f"99920600000{number}", f"a{number}", f"Message {number} code 48291{number}")
        browser.open(mock.origin + "/")
        browser.sees(ROW, "Message 4")
        at = lambda place: browser.until(lambda: browser.hash() == place, f"{place}, not {browser.hash()}")
        browser.press("j")
        at("#/messages/demo/4")
        browser.press("j", "j", "k")
        at("#/messages/demo/3")
        browser.press(Keys.ARROW_DOWN)
        at("#/messages/demo/2")
        browser.press(Keys.ARROW_UP)
        at("#/messages/demo/3")
        focused = lambda script: browser.js(f"const e = document.activeElement; return {script}")
        assert focused("e.matches('.row-link[aria-current]')")
        outline = focused("getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth")
        assert outline == "solid2px", outline
        browser.press(Keys.ENTER)
        browser.until(lambda: focused("e.tagName") == "H2", "the heading of the details")
        browser.press("y")
        browser.sees(".toast", "Copied")
        assert browser.clipboard() == "482913"
        browser.press("d")
        browser.sees(".detail-head .badge", "Delivered")
        assert mock.status("a3") == "DELIVERED"
        browser.press(Keys.ESCAPE)
        at("#/messages")
        browser.press("/")
        browser.until(lambda: focused("e.id") == "search", "the search")
        browser.press("j")
        assert browser.one("#search").get_attribute("value") == "j"
        browser.press(Keys.ESCAPE)
        at("#/messages")
        for key, place in {"r": "#/requests", "a": "#/accounts", "c": "#/control", "m": "#/messages"}.items():
            browser.press("g", key)
            at(place)
        browser.press("?")
        browser.sees("dialog h2", "Keyboard")
        browser.press("j")
        at("#/messages")
        browser.press(Keys.ESCAPE)
        browser.until(lambda: not browser.all("dialog"), "the end of the help")
        # A menu opens, is walked through and closed by keys, and gives the focus back.
        browser.press("j")
        at("#/messages/demo/4")
        browser.one(".detail-head [aria-haspopup]").send_keys(Keys.ENTER)
        browser.until(lambda: focused("e.getAttribute('role')") == "menuitem", "the menu")
        browser.press(Keys.ARROW_DOWN, Keys.ESCAPE)
        browser.until(lambda: focused("e.getAttribute('aria-haspopup')") == "menu", "the menu's button")
        at("#/messages/demo/4")
        # From the top of the page everything can be reached by Tab, in the order in which it is seen.
        browser.open(mock.origin + "/")
        browser.sees(ROW, "Message 4")
        names = []
        for _ in range(14):
            browser.press(Keys.TAB)
            names.append(focused("e.id || e.getAttribute('aria-label') || e.innerText"))
        seen = [name.split("\n")[0] for name in names]
        assert seen[:4] == ["Messages", "Requests", "Accounts", "Control"], seen
        assert seen.index("Every message") < seen.index("search") < seen.index("filter-account"), seen


def check_languages():
    """The browser's language is taken, another can be chosen and is kept; both say everything."""
    with Mock() as mock, Browser(language="ru") as browser:
        browser.open(mock.origin + "/")
        browser.sees(".nav", "Сообщения")
        assert browser.js("return document.documentElement.lang") == "ru"
        mock.mailing("demo", "Привет", [(f"38050000000{number}", f"m{number}") for number in range(2)])
        browser.sees(ROW, "Привет")
        browser.click(".nav-link", "Журнал")
        browser.sees(ROW, "2 сообщения, 2 кредита")
        # Why something was refused is said in Russian, too, with its place.
        mock.php("balance", password="wrong")
        browser.sees(ROW, "пароль неверный")
        mock.post(b"<SMS><a>&</a></SMS>", "text/xml")
        browser.sees(ROW, "строка 1, столбец 9, в /SMS/a: здесь просто &")
        browser.click(".side-tools button", "EN")
        browser.sees(ROW, "2 messages, 2 credits")
        assert browser.js("return document.documentElement.lang") == "en"
        browser.driver.refresh()
        browser.sees(".nav", "Requests")
        texts = browser.driver.execute_async_script("""
            const done = arguments[0], base = new URL("_mock/page/", document.baseURI);
            Promise.all(["en", "ru"].map(tag => import(new URL(`texts.${tag}.js`, base)))).then(found => done(found.map(one => one.default)));""")
        english, russian = texts
        assert english.keys() == russian.keys(), english.keys() ^ russian.keys()
        holes = lambda text: {hole for form in (text.values() if isinstance(text, dict) else [text]) for hole in __import__("re").findall(r"\{\w+\}", form)}
        for key in english:
            assert holes(english[key]) == holes(russian[key]), key
            if isinstance(russian[key], dict):
                assert {"one", "few", "many", "other"} <= russian[key].keys(), key
        same = [key for key in english if english[key] == russian[key] and any(sign.islower() for sign in str(english[key]))]
        assert set(same) <= {"request.label", "requests.how", "scripts.namePlaceholder"}, same
    with Mock() as mock, Browser(language="de") as browser:
        browser.open(mock.origin + "/")
        browser.sees(".nav", "Messages")


def check_axe():
    """axe-core finds nothing to complain about, in any view, light and dark, wide and narrow."""
    axe = os.environ.get("AXE_CORE")
    if not axe or not Path(axe).exists():
        return "skipped: axe-core cannot be had from the npm registry here"
    source, wrong, played = Path(axe).read_text(encoding="utf-8"), [], 0

    def look(browser, name):
        nonlocal played
        played += 1
        browser.js(source)
        found = browser.driver.execute_async_script("const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations), e => done([{ id: String(e), nodes: [] }]))")
        wrong.extend(f"{name}: {one['id']}: {[node['html'][:120] for node in one['nodes']][:3]}" for one in found)

    for width, height in ((1280, 800), (390, 844)):
        with Mock() as mock, Browser(width, height) as browser:
            for scheme in ("light", "dark") if width > 500 else ("dark",):
                browser.scheme(scheme)
                browser.open("about:blank")
                mock.do("POST", "reset")
                browser.open(mock.origin + "/")
                browser.one(".welcome h2")
                look(browser, f"first visit, {scheme}, {width}")
                furnish(mock)
                for place, selector in VIEWS.items():
                    browser.open(f"{mock.origin}/#/{place}")
                    browser.until(lambda: browser.all(selector) or browser.all(ROW), place)
                    browser.until(lambda: not browser.js("return document.getAnimations().length"), "rest")
                    look(browser, f"{place}, {scheme}, {width}")
                browser.open(mock.origin + "/#/messages/demo/1")
                browser.one(".bubble")
                browser.press("?")
                browser.one("dialog")
                look(browser, f"help, {scheme}, {width}")
    assert not wrong, "\n".join(wrong)
    return f"axe-core has nothing to say about {played} screens"
