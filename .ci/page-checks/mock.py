"""A mock of its own for a check, its clients, and its control API. Knows no browser."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).parent
WORK = Path(os.environ["WORK"])


class Mock:
    """The program, started; `with Mock() as mock:` stops it."""

    def __init__(self, *options, token=None, listen="127.0.0.1:0"):
        self.options, self.token, self.listen = options, token, listen

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(dir=WORK))
        self.start(self.listen)
        return self

    def start(self, listen):
        port = self.folder / "port"
        port.unlink(missing_ok=True)
        environment = dict(os.environ)
        if self.token is not None:
            environment["EPOCHTA_MOCK_TOKEN"] = self.token
        log = open(self.folder / "log", "ab")
        command = [os.environ["EPOCHTA_MOCK_BIN"], "--listen", listen, "--port-file", str(port), "--log", "warn", *self.options]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        wait = threading.Event()
        for _ in range(400):
            if port.exists() and port.read_text():
                break
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            wait.wait(0.05)
        self.port = int(port.read_text())
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/members/sms/xml.php"

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def __exit__(self, *_):
        self.stop()

    def api(self, method, path, body=None):
        """What the control API answers: the HTTP status, and the value."""
        request = urllib.request.Request(f"{self.origin}/_mock/{path}", method=method)
        if self.token is not None:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as reply:
                text = reply.read().decode()
                return reply.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def get(self, path):
        status, value = self.api("GET", path)
        assert status == 200, (path, status, value)
        return value

    def do(self, method, path, body=None):
        status, value = self.api(method, path, body)
        assert status < 300, (path, status, value)
        return value

    def php(self, *arguments, username="demo", password=None, space=""):
        """What a PHP program is answered, or why it got no answer."""
        url = f"{self.origin}{space}/members/sms/xml.php"
        environment = dict(os.environ, EPOCHTA_URL=url, EPOCHTA_USERNAME=username, EPOCHTA_PASSWORD=username if password is None else password)
        done = subprocess.run(["php", str(HERE / "client.php"), *arguments], env=environment, capture_output=True, text=True, timeout=60)
        return done.stdout or done.stderr

    def status(self, identity, **more):
        """The status of a message, as a PHP program's next GETSTATUS gets it."""
        found = re.search(r'status="([^"]*)"', self.php("status", identity, **more))
        return found and found.group(1)

    def post(self, body, content_type):
        """Any bytes at all, as no library would send them."""
        request = urllib.request.Request(self.url, data=body, headers={"Content-Type": content_type})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.read().decode()

    def mailing(self, username, text, numbers, invalid=0):
        """One SEND to many numbers, of which so many are invalid."""
        rows = "".join(f"<number messageID={quoteattr(identity)}>{to}</number>" for to, identity in numbers)
        document = (
            '<?xml version="1.0" encoding="UTF-8"?><SMS><operations><operation>SEND</operation></operations>'
            f"<authentification><username>{username}</username><password>{username}</password></authentification>"
            f"<message><sender>Shop</sender><text>{escape(text)}</text></message><numbers>{rows}</numbers></SMS>"
        )
        reply = self.post(urllib.parse.urlencode({"XML": document}).encode(), "application/x-www-form-urlencoded")
        assert f"<status>{len(numbers) - invalid}</status>" in reply, reply


def has(program):
    return shutil.which(program) is not None
