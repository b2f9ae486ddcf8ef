"""Messages: they appear by themselves, are found, shown as a handset shows them, and can be given another end."""

import os
import subprocess

from browser import Browser, Keys
from mock import Mock, has

ROW = ".list-pane .row-link"
TEXT = "Ваш код: 4711 & спасибо"


def check_first_visit():
    """Each program that the empty page offers works as it stands, and what it sends appears."""
    runs = {
        "curl": ("send.sh", "bash send.sh", "curl"),
        "PHP": ("send.php", "php send.php", "php"),
        "Python": ("send.py", "python3 send.py", "python3"),
        "Node": ("send.mjs", "node send.mjs", "node"),
        "C#": ("Send.cs", "mcs -codepage:utf8 -r:System.Net.Http Send.cs && mono Send.exe", "mcs"),
        "Java": ("Send.java", "java -Dfile.encoding=UTF-8 Send.java", "java"),
    }
    played, skipped = [], []
    with Mock() as mock, Browser(language="ru") as browser:
        browser.open(mock.origin + "/")
        browser.sees("h2", "Пока ничего не пришло")
        browser.sees(".address", mock.url)
        for name, value in {"Логин": "demo", "Пароль": "demo", "Шлюз": mock.url}.items():
            browser.sees(".address", f"{name}\n{value}")
        browser.click(".address [aria-label='Скопировать логин']")
        browser.sees(".toast", "Скопировано")
        assert browser.clipboard() == "demo"
        browser.sees(".magic", "999104")
        programs = {}
        for name in runs:
            browser.click("[role=tab]", name)
            programs[name] = browser.js("return document.querySelector('.snippet pre').textContent")
            browser.click(".snippet button")
            assert browser.clipboard() == programs[name], name
            covered = browser.js("const [a, b] = ['button', 'pre'].map(tag => document.querySelector(`.snippet ${tag}`).getBoundingClientRect()); return a.bottom > b.top && a.top < b.bottom")
            assert not covered, f"the button lies on the code of {name}"
        for name, (file, command, needs) in runs.items():
            if not has(needs) or name == "C#" and not has_http(mock.folder):
                skipped.append(name)
                continue
            (mock.folder / file).write_text(programs[name], encoding="utf-8")
            # It says itself how it is run; that must do wherever it is run, in any locale.
            assert name == "curl" or command in programs[name].splitlines()[0], (name, programs[name])
            environment = dict(os.environ, LC_ALL="C", LANG="C")
            done = subprocess.run(["sh", "-c", command], cwd=mock.folder, capture_output=True, text=True, timeout=180, env=environment)
            assert "<status>1</status>" in done.stdout, (name, done.stdout, done.stderr)
            played.append(name)
            browser.until(lambda: len(browser.all(ROW)) == len(played), f"the message of {name}")
        texts = {message["text"] for message in mock.get("messages")["messages"]}
        assert texts == {TEXT}, texts
        browser.sees(".bubble", TEXT)
    return f"programs in {', '.join(played)}" + (f"; not there: {', '.join(skipped)}" if skipped else "")


def has_http(folder):
    """Whether this mono has the part of .NET that speaks HTTP; Debian keeps it in a package of its own."""
    (folder / "Probe.cs").write_text("class Probe { static void Main() { } }")
    return subprocess.run(["mcs", "-r:System.Net.Http", "Probe.cs"], cwd=folder, capture_output=True).returncode == 0


def check_live():
    """What a PHP program sends appears without a reload, is read out, and its status goes on by time alone."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/")
        browser.is_live()
        browser.js("window.untouched = true")
        mock.php("send", "380501234567", "a1", "Hello from PHP", "Shop")
        browser.sees(ROW, "+380501234567")
        browser.sees(ROW, "Hello from PHP")
        browser.sees(".bubble", "Hello from PHP")
        browser.until(lambda: "Hello from PHP" in browser.js("return document.getElementById('announce').textContent"), "the announcement")
        browser.sees(".detail-head .badge", "Delivered")
        assert browser.js("return window.untouched") is True
        # Whoever reads further down is not moved, and told.
        mock.do("POST", "accounts", {"username": "shop", "credits": 1000})
        mock.mailing("shop", "Many", [(f"38067{number:07}", f"m{number}") for number in range(60)])
        browser.until(lambda: len(browser.all(ROW)) > 10, "the mailing")
        browser.js("document.querySelector('.rows').scrollTop = 900")
        before = browser.one(".rows").find_elements("css selector", "li")[12].text
        mock.php("send", "380501234567", "a2", "One more")
        browser.sees(".news", "1 new message")
        assert browser.one(".rows").find_elements("css selector", "li")[12].text == before
        browser.click(".news")
        browser.sees(ROW, "One more")


def check_code():
    """A one-time code stands there large, and is copied."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", "a1", "Ваш код 482913, никому его не говорите")
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.sees(".otp-code", "482913")
        assert float(browser.one(".otp-code").value_of_css_property("font-size").removesuffix("px")) >= 24
        browser.click(".otp button")
        browser.sees(".toast", "Copied")
        assert browser.clipboard() == "482913"
        # In one line, and whole, wherever there is little room.
        for language, width in (("ru", 1280), ("ru", 1100), ("en", 1024), ("ru", 390)):
            with Browser(width, 800, language=language) as narrow:
                narrow.open(mock.origin + "/#/messages/demo/1")
                narrow.sees(".otp-code", "482913")
                lines, hidden = narrow.js("const e = document.querySelector('.otp-code'), r = document.createRange(); r.selectNodeContents(e); return [r.getClientRects().length, e.scrollWidth - e.clientWidth]")
                assert (lines, hidden) == (1, 0), (language, width, lines, hidden)


def check_fail_as():
    """«Fail as NOT_DELIVERED» and «Deliver now» are what the PHP program's next GETSTATUS gets."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "999206000001", "a1", "By hand")
        mock.php("send", "999206000002", "a2", "By hand")
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.click(".actions [aria-haspopup=menu]")
        # A menu stays open while the status goes on under it.
        browser.sees(".detail-head .badge", "Sent")
        assert mock.status("a1") == "SENT"
        browser.click("[role=menuitem]", "NOT_DELIVERED")
        browser.sees(".detail-head .badge", "Not delivered")
        assert mock.status("a1") == "NOT_DELIVERED"
        browser.sees(".story", "by hand")
        assert not browser.one(".actions .primary").is_enabled()
        browser.open(mock.origin + "/#/messages/demo/2")
        browser.click(".actions .primary", "Deliver now")
        browser.sees(".detail-head .badge", "Delivered")
        assert mock.status("a2") == "DELIVERED"


def check_handset():
    """The thread of a number, the seams between parts, the template beside the text, and what it cost."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", "a1", "First", "Shop")
        mock.php("send", "380501234567", "a2", "ї" * 67 + "Є" * 67 + "ґ", "Bank")
        mock.mailing("demo", "Other phone", [("380671112233", "a3")])
        mock.do("POST", "scripts", {"name": "slow", "when": {"id": "a4"}, "story": [{"status": "SENT", "polls": 2}]})
        form = "XML=" + "".join(f"%{byte:02X}" for byte in (
            "<SMS><operations><operation>SEND</operation></operations><authentification><username>demo</username>"
            "<password>demo</password></authentification><message><sender>Shop</sender><text>Dear %1%, come at %2%</text></message>"
            '<numbers><number messageID="a4" variables="Olena;18:00;">380501234567</number></numbers></SMS>').encode())
        mock.post(form.encode(), "application/x-www-form-urlencoded")
        browser.open(mock.origin + "/#/messages/demo/2")
        browser.until(lambda: len(browser.all(".bubble")) == 3, "the thread")
        assert "Other phone" not in browser.text(".thread")
        seams = [seam.get_attribute("title") for seam in browser.all(".bubble[aria-current] .seam")]
        assert seams == ["Part 2", "Part 3"], seams
        assert browser.js("return document.querySelector('.bubble[aria-current] .bubble-text').firstChild.data") == "ї" * 67
        browser.sees(".blocks", "3 parts")
        browser.sees(".blocks", "3 credits")
        browser.sees(".blocks", "UCS-2")
        browser.click(".bubble", "Dear Olena")
        browser.sees(".template", "%1%")
        browser.sees(".template", "Olena")
        browser.sees(".story", "at GETSTATUS no. 2 from now")
        browser.sees(".by", "slow")
        mock.status("a4")
        browser.sees(".story", "at the next GETSTATUS, 1 so far")
        assert browser.hash() == "#/messages/demo/4", browser.hash()


def check_polls():
    """Which GETSTATUS brings a step is counted as a client counts them, through all steps that wait for one."""
    with Mock() as mock, Browser() as browser:
        story = [{"status": "SENT", "after": "1h"}, {"status": "DELIVERED", "polls": 2}]
        mock.do("POST", "scripts", {"name": "later", "when": {"id": "later"}, "story": story})
        mock.php("send", "999202000001", "a1", "At the second")
        mock.php("send", "380501234567", "later", "After an hour")
        browser.open(mock.origin + "/#/messages/demo/2")
        browser.sees(".story .step:last-child", "at GETSTATUS no. 2")
        assert "from now" not in browser.text(".story")
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.sees(".story .step:nth-child(2)", "at the next GETSTATUS")
        browser.sees(".story .step:nth-child(3)", "at GETSTATUS no. 2 from now")
        assert mock.status("a1") == "SENT"
        browser.sees(".story .step:nth-child(3)", "at the next GETSTATUS")
        assert mock.status("a1") == "DELIVERED"
        browser.sees(".detail-head .badge", "Delivered")


def check_signs():
    """What cannot be seen in texts of others is marked and turns nothing round; copies are exact; long ids are cut short."""
    text, sender, identity = "a\u200bb\u2066c\u2069 \U0001f468\u200d\U0001f469", "Sh\u202eop", "id\ufeff" + "x" * 1000
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", identity, text, sender)
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.one(".bubble .invisible")
        codes = lambda selector: browser.js("return [...document.querySelectorAll(`${arguments[0]} .invisible`)].map(e => e.dataset.code)", selector)
        # What holds an emoji together is part of it.
        assert codes(".bubble") == ["200B", "2066", "2069"], codes(".bubble")
        assert codes(".handset-name") == ["202E"] and codes(".facts") == ["202E", "FEFF"], codes(".facts")
        assert browser.one(".facts .invisible").get_attribute("title") == "U+202E RIGHT-TO-LEFT OVERRIDE"
        assert browser.js("return [...document.querySelectorAll('.invisible')].every(e => e.closest('bdi'))")
        assert browser.js("return document.querySelector('.bubble-text').textContent") == text
        browser.click("button", "Copy the text")
        browser.sees(".toast", "Copied")
        assert browser.clipboard() == text
        browser.click(".facts [aria-label='Copy the message id']")
        browser.until(lambda: browser.clipboard() == identity, "the whole id")
        height = lambda: browser.one(".facts code").size["height"]
        assert height() < 80, height()
        browser.click(".facts button", "Show all")
        assert height() > 200, height()
        browser.click(".facts button", "Show less")
        assert height() < 80, height()


def check_written():
    """The number of a message that is valid nowhere is shown as it was written, where the API tells that."""
    told = """
        const ask = window.fetch;
        window.fetch = async (...asked) => {
          const reply = await ask(...asked);
          if (!/messages\\/demo\\/1$/.test(String(asked[0]))) return reply;
          return new Response(JSON.stringify({ ...await reply.json(), written: "12\\u202e-ab" }));
        };"""
    with Mock() as mock, Browser(before=told) as browser:
        mock.mailing("demo", "Somebody gets it", [("12\u202e-ab", "a1"), ("380501234567", "a2")], invalid=1)
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.until(lambda: browser.js("return document.querySelector('.detail-head h2')?.textContent") == "12\u202e-ab", "the number as written")
        browser.sees(".detail-head .badge", "Invalid number")
        browser.open(mock.origin + "/#/messages/demo/2")
        browser.sees(".detail-head h2", "+380501234567")


def check_search():
    """Words, numbers, ids, accounts and statuses are found; what is sought stands in the address."""
    with Mock() as mock, Browser() as browser:
        mock.do("POST", "accounts", {"username": "shop"})
        mock.php("send", "380501234567", "order-17", "Ваша посылка прибыла", "Poshta")
        mock.php("send", "999104000001", "x2", "Never mind", "Bank")
        mock.php("send", "380671112233", "x3", "Hello", "Bank", username="shop")
        browser.open(mock.origin + "/")
        rows = lambda: sorted(row.find_element("css selector", ".row-text").text for row in browser.all(ROW))
        everything = ["Hello", "Never mind", "Ваша посылка прибыла"]
        browser.until(lambda: rows() == everything, "three rows")
        for words, found in {
            "ПОСЫЛКА прибыла": ["Ваша посылка прибыла"], "671112": ["Hello"], "order-17": ["Ваша посылка прибыла"],
            "shop": ["Hello"], "bank": ["Hello", "Never mind"], "not_delivered": ["Never mind"], "nothing at all": [],
        }.items():
            browser.type("#search", words)
            browser.until(lambda: rows() == found, f"what fits «{words}»")
        browser.click(".empty button")
        browser.until(lambda: rows() == everything, "all of them again")
        browser.type("#search", "bank")
        browser.until(lambda: "q=bank" in browser.hash(), "the search in the address")
        browser.choose("#filter-account", "shop")
        browser.until(lambda: rows() == ["Hello"], "one account's")
        browser.choose("#filter-account", "")
        browser.choose("#filter-status", "NOT_DELIVERED")
        browser.until(lambda: rows() == ["Never mind"], "one status's")
        address = browser.js("return location.href")
        browser.open(address)
        browser.until(lambda: rows() == ["Never mind"], "the same by its address")
        assert browser.one("#search").get_attribute("value") == "bank"
        browser.one("#search").send_keys(Keys.ESCAPE)
        browser.choose("#filter-status", "")
        mock.php("send", "380501234567", "x4", "Again")
        browser.sees(ROW, "Again")
        browser.click(".way[aria-label='Group by phone']")
        browser.until(lambda: rows() == ["Again", "Hello", "Never mind"], "a row a phone")
        # However many messages another phone has got since, each has its row.
        mock.mailing("demo", "Many", [("999103000001", f"m{number}") for number in range(60)])
        browser.until(lambda: rows() == ["Again", "Hello", "Many", "Never mind"], "a row a phone still")
        browser.sees(".list-pane .row-link .chip", "60")
        browser.sees(".count", "4 phones")
        # A link to an older message of a phone leads to its row.
        browser.open(mock.origin + "/#/messages/demo/5?by=phone")
        browser.sees(".list-pane .row-link[aria-current]", "60")


def check_way_back():
    """Links can be shared, and Back works."""
    with Mock() as mock, Browser(expects=["404"]) as browser:
        mock.php("send", "380501234567", "a1", "First")
        mock.php("send", "380671112233", "a2", "Second")
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.sees(".bubble", "First")
        browser.click(".facts a", "#1")
        browser.sees("h2", "#1 SEND")
        browser.click(".facts a", "1 message")
        browser.sees(".bubble", "First")
        browser.driver.back()
        browser.sees("h2", "#1 SEND")
        browser.driver.back()
        browser.sees(".bubble", "First")
        assert browser.hash() == "#/messages/demo/1"
        # What a link leads to is before the eyes in the list, too.
        mock.mailing("demo", "Many", [(f"38067{number:07}", f"m{number}") for number in range(40)])
        browser.open(mock.origin + "/#/messages/demo/1")
        browser.until(lambda: browser.all(ROW + "[aria-current]") and browser.js("const r = document.querySelector('.row-link[aria-current]').getBoundingClientRect(); return r.bottom <= innerHeight"), "the row of the link")
        browser.open(mock.origin + "/#/messages/demo/99")
        browser.sees(".detail-pane", "no longer kept")


def check_very_many():
    """Of 100,000 messages only those before the eyes are in the document, and the first rows come as soon as of ten."""
    loads = 5
    with Mock() as few, Mock() as many, Browser() as browser:
        numbers = [(f"38050{number:07}", f"m{number}") for number in range(100_000)]
        many.do("POST", "accounts", {"username": "load", "credits": 1_000_000})
        few.do("POST", "accounts", {"username": "load", "credits": 1_000_000})
        few.mailing("load", "Order %1% is ready, code 4711", numbers[:10])
        for start in range(0, len(numbers), 5000):
            many.mailing("load", "Order %1% is ready, code 4711", numbers[start : start + 5000])
        paints = {}
        for _ in range(loads):
            for name, mock in (("few", few), ("many", many)):
                with Browser() as visitor:
                    visitor.open(mock.origin + "/")
                    paints.setdefault(name, []).append(visitor.until(lambda: visitor.js("return window.firstRows"), "the first rows"))
        few_ms, many_ms = (sorted(paints[name])[loads // 2] for name in ("few", "many"))
        browser.open(many.origin + "/")
        browser.sees(".count", "100,000")
        deepest = 0
        for _ in range(20):
            height = browser.js("const r = document.querySelector('.rows'); r.scrollTop = r.scrollHeight; return r.scrollHeight")
            browser.until(lambda: browser.js("return document.querySelector('.rows').scrollHeight") > height, "more rows")
            deepest = max(deepest, len(browser.all(ROW)))
        browser.js("document.querySelector('.rows').scrollTop = 0")
        browser.sees(ROW, "+380500099999")
        assert 10 < max(deepest, len(browser.all(ROW))) < 100, deepest
        assert browser.js("return document.querySelectorAll('*').length") < 2500
        # The last of all is found among them.
        browser.type("#search", "m0 380500000000")
        browser.until(lambda: len(browser.all(ROW)) == 1, "the oldest message")
        ratio = many_ms / few_ms
        assert ratio < 3, (few_ms, many_ms)
    return f"first rows with 100,000 messages {many_ms:.0f} ms, with ten {few_ms:.0f} ms: {ratio:.2f} times"
