"""A client of the ePochta SMS XML gateway, to be copied. It needs Python 3.9 and no package.

    client = Client("https://sms.example/members/sms/xml.php", "login", "password")
    message_id = new_id()  # Write it down first, then send.
    client.send("SMSKA", "Hello %1%", [Recipient("380501234567", message_id, ["John"])])
    client.status([message_id])

Every method returns a result or raises an EpochtaError.
"""

import re
import threading
import time
import uuid
import xml.etree.ElementTree as ElementTree
from codecs import BOM_UTF8
from contextlib import closing, contextmanager, suppress
from decimal import Decimal  # Credits are money; floats do not add up.
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from typing import NamedTuple, Optional, Sequence
from urllib.parse import urlencode, urlsplit

REFUSALS = {
    -1: "AUTH_FAILED",
    -2: "XML_ERROR",
    -3: "NOT_ENOUGH_CREDITS",
    -4: "NO_RECIPIENTS",
    -5: "INVALID_TEXT",
    -7: "BAD_SENDER_NAME",
}
# A message with one of these never changes again: stop asking. All other words may change, also those not known yet.
FINAL = {
    "DELIVERED",
    "NOT_DELIVERED",
    "NOT_ALLOWED",
    "INVALID_DESTINATION_ADDRESS",
    "INVALID_SOURCE_ADDRESS",
    "NOT_ENOUGH_CREDITS",
}


class EpochtaError(Exception):
    """Why there is no result: `word` for programs, the text for people."""

    word = ""


class InvalidInput(EpochtaError):
    """Refused here; nothing was sent."""

    word = "INVALID_INPUT"


class Refused(EpochtaError):
    """The gateway said no; nothing was sent."""

    def __init__(self, code):
        self.code = code
        self.word = REFUSALS.get(code, str(code))
        super().__init__(f"the gateway answered {REFUSALS.get(code, 'an unknown error')} ({code})")


class NoReply(EpochtaError):
    """No whole reply came. The gateway may have done it all the same: ask status() before you send again."""

    word = "NO_REPLY"


class BadReply(EpochtaError):
    """What came is not the gateway's reply. It may have done it all the same, as with NoReply."""

    word = "BAD_REPLY"


class Recipient(NamedTuple):
    number: str
    id: Optional[str] = None  # Without one, nobody can ask what became of the message.
    variables: Sequence[str] = ()  # For %1%, %2%, … in the text.


class Accepted(NamedTuple):
    accepted: int  # Recipients, not parts.
    credits: Decimal


class Message(NamedTuple):
    id: str
    status: str  # The gateway's word; "0" until the message is handed over.
    sent: Optional[str]  # yyyy-mm-dd hh:mm:ss in the gateway's time zone.
    done: Optional[str]


def new_id():
    """An id that no other message has. Keep it before you send: it is all you can ask by if no reply comes."""
    return str(uuid.uuid4())


class Client:
    def __init__(self, url, username, password, timeout=10.0):
        """`timeout` is in seconds, for everything from the connection to the last byte of the reply."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(f"{url} is no URL of a gateway")
        if not timeout > 0:
            raise InvalidInput("the time-out is not above 0")
        # HTTPSConnection checks certificates, and neither class follows a redirect.
        self._connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port = parts.hostname, parts.port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._username, self._password, self._timeout = username, password, timeout

    def send(self, sender, text, recipients):
        """Sends a text to all recipients, in one document. Never call it again just because no reply came."""
        reply = self._ask(self._mailing("SEND", sender, text, recipients))
        accepted = int(_value(reply, "status", _INTEGER))
        if accepted == 0:
            raise BadReply("no usable reply: nothing is refused, and nothing accepted")
        return Accepted(accepted, _amount(reply, "credits"))

    def price(self, sender, text, recipients):
        """The credits that send() would take."""
        return _amount(self._ask(self._mailing("GETPRICE", sender, text, recipients)), "credits")

    def status(self, ids):
        """The messages with these ids: none for an id that the gateway does not know, several for one used twice."""
        if not ids:
            raise InvalidInput("there are no ids to ask for")
        document = self._document("GETSTATUS")
        statistics = _add(document, "statistics")
        for message_id in ids:
            _add(statistics, "messageid", message_id)
        return [_message(row) for row in self._ask(document, "deliveryreport").findall("message")]

    def balance(self):
        """The credits of the account."""
        return _amount(self._ask(self._document("BALANCE")), "credits")

    def credit_price(self):
        """What a credit costs, in US dollars."""
        return _amount(self._ask(self._document("CREDITPRICE")), "price")

    def _document(self, operation):
        root = ElementTree.Element("SMS")
        _add(_add(root, "operations"), "operation", operation)
        # The vendor's document says "authentication". All clients in use say this, and gateways know both.
        login = _add(root, "authentification")
        _add(login, "username", self._username)
        _add(login, "password", self._password)
        return root

    def _mailing(self, operation, sender, text, recipients):
        # Senders and numbers are for the gateway to judge: what it takes differs from place to place.
        if not recipients:
            raise InvalidInput("there are no recipients")
        if not text:
            raise InvalidInput("the text is empty")
        root = self._document(operation)
        message = _add(root, "message")
        _add(message, "sender", sender)
        _add(message, "text", text)
        numbers = _add(root, "numbers")
        for recipient in recipients:
            attributes = {}
            if recipient.id:
                attributes["messageID"] = recipient.id
            if recipient.variables:
                attributes["variables"] = _joined(recipient.variables)
            _add(numbers, "number", recipient.number, **attributes)
        return root

    def _ask(self, document, expected="RESPONSE"):
        """Posts a document and returns the root of the reply, if that is what is expected and no refusal."""
        # ElementTree escapes everything else, but a bare CR in a text would be read as a line feed.
        xml = ElementTree.tostring(document, "UTF-8", xml_declaration=True).replace(b"\r", b"&#13;")
        # Percent-encoding matters as much: a bare + would arrive as a blank, and a bare & would end the field.
        code, body = self._post(urlencode({"XML": xml}).encode("ascii"))
        if code != 200:
            raise BadReply(f"no usable reply: HTTP {code}")
        reply = _parse(body)
        # Refusals come in HTTP 200, and GETSTATUS is refused in a RESPONSE, too.
        if reply.tag == "RESPONSE":
            status = int(_value(reply, "status", _INTEGER))
            if status < 0:
                raise Refused(status)
        if reply.tag != expected:
            raise BadReply(f"no usable reply: a <{reply.tag}> instead of a <{expected}>")
        return reply

    def _post(self, form):
        """The HTTP status and the whole body. There is no second try here, on purpose: a try may cost money."""
        deadline = time.monotonic() + self._timeout
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            with closing(self._connection(self._host, self._port, timeout=self._timeout)) as connection:
                connection.connect()
                with _hang_up(connection.sock, deadline - time.monotonic()):
                    connection.request("POST", self._target, form, headers)
                    with connection.getresponse() as response:
                        body = response.read()  # Raises if the body is shorter than announced.
        except (OSError, HTTPException, UnicodeError) as error:  # UnicodeError: of a host name that cannot be.
            raise NoReply(f"no usable reply: {error or type(error).__name__}") from error
        return response.status, body


@contextmanager
def _hang_up(connected, seconds):
    """Ends a connection after so many seconds, whatever it is doing then.

    The time-out of a socket is for each read alone: a reply that drips would hold the client for ever.
    """

    def shut():
        late.set()
        with suppress(OSError):  # It is closed already.
            socket.shutdown(connected, SHUT_RDWR)  # Of the socket itself, below TLS, which could wait.

    late = threading.Event()
    timer = threading.Timer(max(seconds, 0), shut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # Instead of what came of hanging up, which may also look like the good end of a body.
        if late.is_set():
            raise TimeoutError("nothing whole within the time-out")


# All that XML cannot hold, not even as a reference: control characters, lone surrogates, two that are none.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile("[+-]?[0-9]{1,9}")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NO_DATE = ("", "0000-00-00 00:00:00")


def _add(parent, name, text="", **attributes):
    for value in (text, *attributes.values()):
        if not isinstance(value, str) or _NOT_XML.search(value):
            raise InvalidInput(f"XML cannot hold {value!a}")
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = text
    return element


def _joined(variables):
    if any(";" in variable for variable in variables):
        raise InvalidInput("a variable holds a semicolon, which ends it")
    return "".join(f"{variable};" for variable in variables)


class _NoDoctype(ElementTree.TreeBuilder):
    def doctype(self, name, pubid, system):
        """No reply has one, and its entities can be bombs."""
        raise BadReply("no usable reply: a DOCTYPE")


def _parse(body):
    # A blank line before the XML declaration is a common slip of PHP scripts. Any other text there is not forgiven.
    document = (body[len(BOM_UTF8) :] if body.startswith(BOM_UTF8) else body).lstrip(b"\t\n\r ")
    try:
        # Of the bytes: they are in the encoding that the declaration names, whatever the HTTP header says.
        return ElementTree.fromstring(document, ElementTree.XMLParser(target=_NoDoctype()))
    except (ElementTree.ParseError, LookupError, ValueError) as error:  # The last two: of unknown encodings.
        raise BadReply(f"no usable reply: no XML: {error}") from error


def _value(root, name, pattern):
    value = root.findtext(name, "").strip()
    if not pattern.fullmatch(value):
        raise BadReply(f"no usable reply: the <{name}> of the <{root.tag}> is {value!a}")
    return value


def _amount(root, name):
    return Decimal(_value(root, name, _AMOUNT))


def _message(row):
    message_id, status = row.get("id"), row.get("status", "").strip()
    if message_id is None or not status:
        raise BadReply("no usable reply: a <message> without id or status")
    sent, done = (row.get(name, "").strip() for name in ("sentdate", "donedate"))
    return Message(message_id, status, None if sent in _NO_DATE else sent, None if done in _NO_DATE else done)
