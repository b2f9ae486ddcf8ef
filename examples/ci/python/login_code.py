"""The application under test: logging in with a code that comes by SMS.

It knows the gateway's URL and a login, and nothing of tests or mocks. Yours takes its place.
"""

import hmac
import secrets
import uuid
import xml.etree.ElementTree as ET
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import urlopen

NOT_ENOUGH_CREDITS = -3
FAILED = {
    "NOT_DELIVERED",
    "NOT_ALLOWED",
    "INVALID_DESTINATION_ADDRESS",
    "INVALID_SOURCE_ADDRESS",
    "NOT_ENOUGH_CREDITS",
}


class Refused(Exception):
    """The gateway said no."""


class OutOfCredits(Refused):
    """The account has to be topped up."""


class NoAnswer(Exception):
    """No usable reply: nobody knows what the gateway did with the request."""


class LoginCode:
    def __init__(self, url, username, password, company):
        self._url = url
        self._username = username
        self._password = password
        self._company = company
        self._codes = {}  # By phone. A real application has a database, and lets codes expire.

    def send(self, phone):
        """Sends a new code to a phone and returns the id of the message."""
        code = f"{secrets.randbelow(1_000_000):06}"
        # An id that was never used before: GETSTATUS answers by it.
        message_id = f"login-{uuid.uuid4()}"
        root = self._document("SEND")
        message = ET.SubElement(root, "message")
        ET.SubElement(message, "sender").text = "Login"
        ET.SubElement(message, "text").text = f"{self._company}: your code is {code}"
        numbers = ET.SubElement(root, "numbers")
        ET.SubElement(numbers, "number", messageID=message_id).text = phone
        try:
            self._call(root)
        except NoAnswer:
            # Perhaps only the reply was lost. To ask costs nothing; to send again costs a second message.
            if self._status(message_id) is None:
                raise
        self._codes[phone] = code
        return message_id

    def confirm(self, phone, code):
        """Whether this is the code that the phone was sent. Each code can be tried once."""
        expected = self._codes.pop(phone, None)
        return expected is not None and hmac.compare_digest(expected.encode(), code.encode())

    def was_delivered(self, message_id):
        """True or False once that is final, None until then."""
        status = self._status(message_id)
        if status == "DELIVERED":
            return True
        return False if status in FAILED else None

    def _status(self, message_id):
        """The gateway's word for the message, None if it has none such."""
        root = self._document("GETSTATUS")
        ET.SubElement(ET.SubElement(root, "statistics"), "messageid").text = message_id
        row = self._call(root).find("message")
        return None if row is None else row.get("status")

    def _document(self, operation):
        # ElementTree escapes &, < and >; glued strings break with the first password that has an &.
        root = ET.Element("SMS")
        ET.SubElement(ET.SubElement(root, "operations"), "operation").text = operation
        login = ET.SubElement(root, "authentication")
        ET.SubElement(login, "username").text = self._username
        ET.SubElement(login, "password").text = self._password
        return root

    def _call(self, root):
        form = urlencode({"XML": ET.tostring(root, encoding="UTF-8")}).encode("ascii")
        try:
            with urlopen(self._url, data=form, timeout=10) as response:
                reply = ET.fromstring(response.read())
        except (OSError, HTTPException, ET.ParseError) as error:
            raise NoAnswer(f"no usable reply: {error}") from error
        # Errors come in HTTP 200, as a negative status. A delivery report has no status.
        status = int(reply.findtext("status", "0"))
        if status == NOT_ENOUGH_CREDITS:
            raise OutOfCredits("the gateway account has not enough credits")
        if status < 0:
            raise Refused(f"the gateway answered {status}")
        return reply
