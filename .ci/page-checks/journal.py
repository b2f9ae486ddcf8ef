"""Requests: how each was read, where it went wrong, what it did, and how to make it again."""

import os
import re
import subprocess
import urllib.parse
from pathlib import Path

from browser import Browser
from mock import Mock

ROW = ".list-pane .row-link"
HEAD = "<SMS><operations><operation>SEND</operation></operations>"
FORM = "application/x-www-form-urlencoded"


def percent(document, safe=b""):
    """Percent-encoded, but for letters, digits, and what is safe besides; the digits are capitals."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 or byte in safe else f"%{byte:02X}" for byte in document).encode()


def check_ways():
    """A good request's way to its reply, the credits that it cost, and its messages."""
    with Mock() as mock, Browser() as browser:
        browser.open(mock.origin + "/#/requests")
        browser.sees(".empty", "No requests yet")
        mock.php("send", "+380501234567", "a1", "Hello")
        browser.sees(ROW, "SEND")
        browser.click(ROW, "SEND")
        browser.sees(".hops", "multipart form")
        browser.sees(".hops", "UTF-8")
        assert browser.all(".hop.bad") == []
        browser.sees(".tolerated", "A number has a plus")
        browser.sees(".facts", "−1 credit")
        browser.sees(".facts", "balance 99")
        browser.sees(".source", "<status>1</status>")
        browser.sees(".lines", "multipart form (FORM-03)")
        browser.sees(".source", "<password>****</password>")
        for label, begins in {"Copy the document": "<?xml", "Copy the reply": "<?xml"}.items():
            browser.click(f"[aria-label='{label}']")
            browser.sees(".toast", "Copied")
            assert browser.clipboard().startswith(begins) and ("<password>" in browser.clipboard()) == (label == "Copy the document")
        assert "<password>demo" not in browser.text(".detail-pane"), "a password"
        # The journal is searched, too.
        mock.php("balance", password="wrong")
        browser.sees(ROW, "AUTH_FAILED")
        browser.type("#search", "auth_failed")
        browser.until(lambda: len(browser.all(ROW)) == 1, "what fits")
        browser.choose("#filter-operation", "SEND")
        browser.sees(".empty", "No matching requests")


def check_bad_byte():
    """The byte is marked at which a document became unreadable: in the document, and among the bytes."""
    with Mock() as mock, Browser() as browser:
        mock.post(f"{HEAD}<message><text>Привет</text></mesage></SMS>".encode(), "text/xml")
        cyrillic = f"{HEAD}<message><text>".encode()
        mock.post(cyrillic + "Привет".encode("cp1251") + b"</text></message></SMS>", "text/xml")
        browser.open(mock.origin + "/#/requests/1")
        browser.sees(".hop.bad", "Document")
        browser.sees(".reason", "</mesage>")
        marked = lambda: browser.js("const m = document.querySelector('.source mark.bad'); return m && [m.previousSibling.data.slice(-7), m.textContent]")
        browser.until(lambda: marked() == ["</text>", "<"], f"the mark in the document, not {marked()}")
        browser.click("[role=tab]", "Bytes")
        browser.until(lambda: browser.js("return document.querySelector('.hex mark.bad')?.textContent") == "3c", "the mark among the bytes")
        browser.open(mock.origin + "/#/requests/2")
        browser.sees(".reason", "not valid in UTF-8")
        browser.click("[role=tab]", "Bytes")
        browser.sees(".bytes", f"at byte {len(cyrillic)} of the body (0xcf)")
        browser.until(lambda: browser.js("return document.querySelector('.hex mark.bad')?.textContent") == "cf", "the mark among the bytes")
        # In a form it is the byte that is wrong and not the sign that escapes it, in the document and in the body.
        form = b"a=b&XML=" + percent(cyrillic + "Привет".encode("cp1251"))
        mock.post(form, FORM)
        browser.open(mock.origin + "/#/requests/3")
        browser.sees(".reason", f"offset {len(cyrillic)}")
        browser.click("[role=tab]", "Bytes")
        browser.sees(".bytes", f"at byte {len(cyrillic)} of the document (0xcf, written as %CF), which is byte {form.index(b'%CF')} of the body")
        marks = lambda: browser.js("return [...document.querySelectorAll('.hex mark.bad')].map(e => e.textContent)")
        browser.until(lambda: " ".join(marks()[::2]) == "25 43 46", f"three bytes that are marked, not {marks()}")
        browser.click(".actions button", "Copy as curl")
        browser.sees(".toast", "Copied")


def requests(mock):
    """Requests of every kind; none has a login but the first account's."""
    login = "<authentification><username>demo</username><password>demo</password></authentification>"
    sms = f"{HEAD}{login}<message><sender>It's</sender><text>Привіт ${{x}} 100% & more</text></message><numbers><number>380501234567</number></numbers></SMS>"
    sms = sms.replace("& more", "&amp; more")
    declared = f'<?xml version="1.0" encoding="windows-1251"?>\n{sms}\n'.encode("cp1251", "xmlcharrefreplace")
    mock.php("send", "380501234567", "a1", "Ось «це» & 'те' ${x}")
    mock.post(sms.encode(), "text/xml; charset=utf-8")
    mock.post(declared, "text/xml")
    mock.post(("XML=" + f"{HEAD}{login}<message><sender>S</sender><text>plain</text></message><numbers><number>380501234567</number></numbers></SMS>").encode(), "application/x-www-form-urlencoded")
    mock.post(b"XML=" + "".join(f"%{byte:02x}" for byte in sms.encode()).encode(), "application/x-www-form-urlencoded")
    mock.post(sms.encode("utf-16"), "text/xml")
    mock.post(f"{HEAD}<message>".encode() + b"\xff\x00", "text/xml")
    mock.post(b"xml=nothing", "application/x-www-form-urlencoded")
    mock.php("status", "nobody")
    mock.php("balance")


OTHER = "-R&D <9> 100%+'\"*\\"


def strange(mock, username="demo", password="demo"):
    """A mailing in every form and charset that a shell, a URL or a browser could take amiss, and some that are broken."""
    secret = password.replace("&", "&amp;").replace("<", "&lt;")
    login = f"<authentification><username>{username}</username><password>{secret}</password></authentification>"
    document = lambda text, charset: (
        f'<?xml version="1.0" encoding="{charset}"?>{HEAD}{login}<message><sender>S</sender><text>{text}</text></message>'
        "<numbers><number>380501234567</number></numbers></SMS>"
    )
    parts = lambda body: b'-----7\r\nContent-Disposition: form-data; name="XML"\r\n\r\n' + body + b"\r\n-----7--\r\n"
    cyrillic = "Привет 100% + it's"
    for charset, text in [
        ("windows-1251", cyrillic), ("koi8-r", cyrillic), ("utf-8", cyrillic), ("utf-8", "\ufeffa\ufeff"), ("utf-8", "a\ufffdb"),
    ]:
        body = document(text, charset).encode(charset)
        mock.post(parts(body), "multipart/form-data; boundary=---7")
        mock.post(body, "text/xml")
        mock.post(b"XML=" + percent(body, b"<>/ "), FORM)
        mock.post(b"XML=" + re.sub(b"%..", lambda found: found[0].lower(), percent(body)), FORM)
    mock.post(document(cyrillic, "UTF-16").encode("utf-16"), "text/xml")
    mock.post(b"XML=" + document("plain", "utf-8").replace("&", "%26").replace("+", "%2b").encode(), f"{FORM}; charset=koi8-r")
    mock.post(b"XML=" + percent(document(cyrillic, "utf-8").encode()), f"{FORM}; charset=koi8-r")
    broken = document("x", "utf-8").replace("</message>", "</massage>").encode()
    mock.post(broken, "text/xml")
    mock.post(b"XML=" + percent(broken), FORM)
    mock.post(b"XML=" + percent(document("x", "utf-8").encode().replace(b"<text>x", "<text>Привет".encode("cp1251"))), FORM)
    mock.post(parts(broken.replace(b">x<", b">\xcf<")), "multipart/form-data; boundary=---7")


def check_curl():
    """The curl command of every request gets the same answer from the same bytes."""
    with Mock() as mock, Browser() as browser:
        requests(mock)
        strange(mock)
        mock.php("balance", password="wrong")
        mock.do("POST", "accounts", {"username": "R&D", "password": OTHER})
        first_of_other = mock.get("requests?order=newest&limit=1")["requests"][0]["number"] + 1
        strange(mock, "R&amp;D", OTHER)
        last = mock.get("requests?order=newest&limit=1")["requests"][0]["number"]
        for number in range(1, last + 1):
            browser.open(f"{mock.origin}/#/requests/{number}")
            browser.sees("h2", f"#{number} ")
            browser.click(".actions button", "Copy as curl")
            browser.sees(".toast", "Copied")
            command = browser.clipboard()
            before = mock.get(f"requests/{number}")
            is_other = number >= first_of_other and before["account"] is not None
            said = browser.text(".toast:last-child")
            assert ("Set EPOCHTA_PASSWORD" in said) == ("$EPOCHTA_PASSWORD" in command) == (is_other or before["result"] == "AUTH_FAILED"), (said, command)
            assert ("*" in said) == ("****" in command), (said, command)
            for shell in ("bash", "sh"):
                environment = dict(os.environ, EPOCHTA_PASSWORD=OTHER if is_other else "wrong")
                done = subprocess.run([shell, "-c", command], capture_output=True, text=True, timeout=60, env=environment)
                again = mock.get("requests?order=newest&limit=1")["requests"][0]
                assert again["number"] > last, (command, done)
                # A broken document of another account's gets the login of the first one.
                keys = ["operation", "account", "result", "transport", "charset"] + ["reason"] * (number < first_of_other)
                # Of a form in parts curl chooses the boundary.
                keys += ["content_type"] * (before["transport"] != "multipart")
                for key in keys:
                    assert again[key] == before[key], (number, shell, key, again[key], before[key], command)
                texts = [mock.get(urllib.parse.quote(f"messages/{request['account']}/{request['first_message']}"))["text"] for request in (before, again) if request["messages"]]
                assert len(set(texts)) <= 1, (texts, command)
                last = again["number"]


def check_large():
    """Of a large body everything is shown and copied that its text tells; where it does not, that is said."""
    with Mock() as mock, Browser() as browser:
        numbers = [(f"38050{number:07}", f"order-{number}") for number in range(2500)]
        mock.do("POST", "accounts/demo/top-up", {"credits": 10_000})
        mock.mailing("demo", "Привет", numbers)
        length = mock.get("requests/1")["bytes"]["length"]
        assert length > 131_072, length
        long = f'<?xml version="1.0" encoding="windows-1251"?>{HEAD}<message><text>{"Привет" * 12_000}</text></message></SMS>'
        mock.post(long.encode("cp1251"), "text/xml")
        browser.open(mock.origin + "/#/requests/1")
        browser.sees("[role=tab][aria-selected=true]", "Document")
        browser.sees(".source", numbers[-1][1])
        browser.click("[role=tab]", "Bytes")
        browser.sees(".tab-panel", f"Bytes 0 to 65,535 of {length:,}")
        browser.click(".tab-panel button", "Show the 65,536 bytes that were told")
        browser.until(lambda: browser.text(".hex").count("\n") >= 4095, "every line")
        browser.click(".actions button", "Copy as scenario step")
        browser.until(lambda: browser.clipboard().startswith("- name: request_1") and numbers[-1][1] in browser.clipboard(), "the whole step")
        browser.click(".actions button", "Copy as curl")
        browser.until(lambda: " curl " in browser.clipboard(), "the command")
        (mock.folder / "again.sh").write_text(browser.clipboard(), encoding="utf-8")
        done = subprocess.run(["sh", "again.sh"], cwd=mock.folder, capture_output=True, text=True, timeout=60)
        assert f"<status>{len(numbers)}</status>" in done.stdout, done
        browser.open(mock.origin + "/#/requests/2")
        browser.sees(".detail-body", f"of a body of {len(long):,} bytes that is no UTF-8 not all are told")
        browser.click(".actions button", "Copy as curl")
        browser.sees(".toast", f"It has only bytes 0 to 65,535 of {len(long):,}")


def check_covered():
    """The password alone is covered; more only where nobody can tell, and then the command says so."""
    with Mock() as mock, Browser() as browser:
        mock.php("send", "380501234567", "user-1", "Your login: x, password: 4711")
        browser.open(mock.origin + "/#/requests/1")
        browser.sees(".source", "Your login: x, password: 4711")
        browser.click(".actions button", "Copy as curl")
        browser.sees(".toast", "Copied")
        assert browser.clipboard().startswith("curl ")
        again = subprocess.run(["bash", "-c", browser.clipboard()], capture_output=True, text=True, timeout=60)
        assert "<status>1</status>" in again.stdout, again
        mock.post(f"{HEAD}<!-- my login --><message><text>x</text></message></SMS>".encode(), "text/xml")
        browser.open(mock.origin + "/#/requests/3")
        browser.sees(".source", "<!-- my ****")
        browser.click(".actions button", "Copy as curl")
        browser.sees(".toast", "Copied")
        assert browser.clipboard().startswith("# What is covered"), browser.clipboard()


def check_step():
    """The scenario step of every request is one that the conformance kit reads, and that holds on the mock."""
    kit = os.environ["EPOCHTA_CONFORMANCE_BIN"]
    if not Path(kit).exists():
        return f"skipped: the kit is not built: {kit}"
    with Mock() as mock, Browser() as browser:
        requests(mock)
        strange(mock)
        mock.php("balance", password="wrong")
        mock.php("balance", username="nobody")
        last = mock.get("requests?order=newest&limit=1")["requests"][0]["number"]
        steps = []
        for number in range(1, last + 1):
            browser.open(f"{mock.origin}/#/requests/{number}")
            browser.sees("h2", f"#{number} ")
            browser.click(".actions button", "Copy as scenario step")
            browser.sees(".toast", "Copied")
            steps.append(browser.clipboard())
        mine = mock.folder / "scenarios" / "send"
        mine.mkdir(parents=True)
        for number, step in enumerate(steps, 1):
            indented = "".join(f"  {line}\n" if line else "\n" for line in step.splitlines())
            (mine / f"SEND-03-copied-{number}.yaml").write_text(f"clauses: [SEND-03]\nrequirement: What was copied holds.\nsteps:\n{indented}", encoding="utf-8")
        files = sorted(str(file) for file in mine.iterdir())
        done = subprocess.run([kit, "check", *files], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        target = mock.folder / "target.yaml"
        target.write_text(f"url: {mock.url}\naccounts:\n  main: {{ username: demo, password: demo }}\n")
        before = mock.get("requests?order=newest&limit=1")["requests"][0]["number"]
        done = subprocess.run([kit, "server", "--target", str(target), str(mock.folder / "scenarios")], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and re.search(rf"ran {len(steps)} / passed {len(steps)} ", done.stdout), done.stdout + done.stderr
        # They did what the requests did that they were copied from.
        came = mock.get(f"requests?after={before}&limit=1000")["requests"]
        first = mock.get(f"requests?limit={last}")["requests"]
        # The kit asks for the balance and the price before it begins.
        asked = ("BALANCE", "GETPRICE")
        kinds = lambda requests: sorted((request["operation"], request["result"], str(request["transport"]), str(request["charset"])) for request in requests if request["operation"] not in asked)
        assert kinds(came) == kinds(first), (kinds(came), kinds(first))
