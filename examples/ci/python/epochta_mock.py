"""What a test needs of epochta-mock: a process, and the control API. Copy this file into your project."""

import json
import os
import subprocess
import time
import uuid
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class Mock:
    """A process of our own, on a free port."""

    def __init__(self, directory):
        port_file = directory / "port"
        self.log = directory / "log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    os.environ.get("EPOCHTA_MOCK_BIN", "epochta-mock"),
                    *("--listen", "127.0.0.1:0"),
                    *("--port-file", str(port_file)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.url = f"http://127.0.0.1:{self._port(port_file)}"
            Space(self.url).call("GET", "ready")
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def _port(self, port_file):
        """The file appears, with the port in it, as soon as the mock accepts."""
        deadline = time.monotonic() + 10
        while not port_file.exists():
            try:
                # Looks again after 10 ms, or at once if the mock is gone.
                code = self._process.wait(timeout=0.01)
                raise RuntimeError(f"the mock exited with {code}:\n{self.log.read_text()}")
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"no port after 10 s:\n{self.log.read_text()}") from None
        return int(port_file.read_text())

    def stop(self):
        self._process.terminate()  # SIGTERM: requests under way are finished first.
        code = self._process.wait(timeout=20)
        assert code == 0, f"the mock exited with {code}:\n{self.log.read_text()}"


class Space:
    """The whole mock at http://host:port, or a part of it that nobody shares at http://host:port/s/NAME: accounts,
    messages, scripts and a clock of its own. A space opens itself when it is first named."""

    def __init__(self, base):
        self._base = base
        self.url = base + "/members/sms/xml.php"  # What the application is given as the gateway.

    def call(self, method, path, body=None):
        """Calls the control API; what there is: GET /_mock/openapi.json."""
        request = Request(
            f"{self._base}/_mock/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                # A mock on this machine wants a token only if it was given one.
                "Authorization": f"Bearer {os.environ.get('EPOCHTA_MOCK_TOKEN', '')}",
            },
        )
        try:
            with urlopen(request, timeout=30) as response:
                answer = response.read()
                return json.loads(answer) if answer else None
        except HTTPError as error:
            # A problem document says what is wrong; after verify and wait, its lines say what happened instead.
            problem = json.load(error)
            lines = "\n  ".join([problem["detail"], *problem.get("lines", [])])
            raise AssertionError(f"{method} {path}: {lines}") from None

    def open_account(self, **settings):
        """Opens an account under a login that nobody else has, and returns the login."""
        login = f"test-{uuid.uuid4().hex[:12]}"
        self.call("POST", "accounts", {"username": login, "password": login, **settings})
        return login

    def script(self, login, *story):
        """Says what becomes of the messages of an account."""
        self.call("POST", "scripts", {"when": {"account": login}, "story": list(story)})

    def wait_for_message(self, login, **query):
        """The newest message of an account, as soon as there is one."""
        return self.call("GET", "messages/wait?" + urlencode({"account": login, **query}))

    def verify(self, login, **expected):
        """Fails, with the difference, unless just this happened in an account."""
        self.call("POST", "verify", {"messages": {"account": login}, **expected})

    def freeze_clock(self):
        self.call("PUT", "clock", {"mode": "frozen"})

    def advance_clock(self, by):
        self.call("POST", "clock/advance", {"by": by})
