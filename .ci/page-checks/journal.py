"""Requests: how each was read, where it went wrong, what it did, and how to make it again."""

import os
import re
import subprocess
from pathlib import Path

from browser import Browser
from mock import Mock

ROW = ".list-pane .row-link"
HEAD = "<SMS><operations><operation>SEND</operation></operations>"


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
        browser.sees(".bytes", f"at byte {len(cyrillic)} (0xcf)")
        browser.until(lambda: browser.js("return document.querySelector('.hex mark.bad')?.textContent") == "cf", "the mark among the bytes")


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


def check_curl():
    """The curl command of every request gets the same answer from the same bytes."""
    with Mock() as mock, Browser() as browser:
        requests(mock)
        last = mock.get("requests?order=newest&limit=1")["requests"][0]["number"]
        for number in range(1, last + 1):
            browser.open(f"{mock.origin}/#/requests/{number}")
            browser.sees("h2", f"#{number} ")
            browser.click(".actions button", "Copy as curl")
            browser.sees(".toast", "Copied")
            command = browser.clipboard()
            done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
            again = mock.get("requests?order=newest&limit=1")["requests"][0]
            before = mock.get(f"requests/{number}")
            assert again["number"] > last, (command, done)
            for key in ("operation", "account", "result", "transport", "charset", "reason"):
                assert again[key] == before[key], (number, key, again[key], before[key], command)
            texts = [mock.get(f"messages/demo/{request['first_message']}")["text"] for request in (before, again) if request["messages"]]
            assert len(set(texts)) <= 1, (texts, command)


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
