"""What both clients need: a request to the gateway, and the two operations."""

import os
import sys
import xml.etree.ElementTree as ElementTree
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import urlopen
from xml.sax.saxutils import escape, quoteattr

URL = os.environ["EPOCHTA_URL"]
ACCOUNT = sys.argv[1]

# Nobody knows what became of a request without a reply: a reset, a close, a time-out, a reply that is cut, or no XML.
NoReply = (OSError, HTTPException, ElementTree.ParseError)


def ask(operation, inside):
    document = (
        f"<SMS><operations><operation>{operation}</operation></operations>"
        f"<authentication><username>{escape(ACCOUNT)}</username><password>secret</password></authentication>"
        f"{inside}</SMS>"
    )
    body = urlencode({"XML": document}).encode()
    with urlopen(URL, body, timeout=5) as reply:
        return ElementTree.fromstring(reply.read())


def send(number, text, message_id):
    """Whether the message was accepted; NoReply if nobody knows."""
    reply = ask(
        "SEND",
        f"<message><sender>Shop</sender><text>{escape(text)}</text></message>"
        f"<numbers><number messageID={quoteattr(message_id)}>{number}</number></numbers>",
    )
    return int(reply.findtext("status")) > 0


def is_known(message_id):
    """Whether the gateway has the message."""
    report = ask("GETSTATUS", f"<statistics><messageid>{escape(message_id)}</messageid></statistics>")
    return report.find("message") is not None
