#!/usr/bin/env python3
"""Price, send and follow one SMS. Transport: a percent-encoded form, urllib."""

import os
import sys
import time
import uuid
import xml.etree.ElementTree as ET
from decimal import Decimal  # Credits have up to four decimals; floats would not add up.
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import urlopen

URL = os.environ.get("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php")
USERNAME = os.environ.get("EPOCHTA_USERNAME", "demo")
PASSWORD = os.environ.get("EPOCHTA_PASSWORD", "demo")
TO = os.environ.get("EPOCHTA_TO", "380501234567")
TEXT = "Ваш код: 4711 & спасибо <3 +1 🙂"

ERRORS = {
    -1: "AUTH_FAILED",
    -2: "XML_ERROR",
    -3: "NOT_ENOUGH_CREDITS",
    -4: "NO_RECIPIENTS",
    -5: "INVALID_TEXT",
    -7: "BAD_SENDER_NAME",
}
FINAL = {
    "DELIVERED",
    "NOT_DELIVERED",
    "NOT_ALLOWED",
    "INVALID_DESTINATION_ADDRESS",
    "INVALID_SOURCE_ADDRESS",
    "NOT_ENOUGH_CREDITS",
}


class NoAnswer(Exception):
    """No usable reply: nobody knows what the gateway did with the request."""


class Failed(Exception):
    """The gateway refused the request, or the outcome is not what it should be."""


def document(operation):
    """The part that all operations share."""
    # ElementTree escapes &, < and > itself. A document glued together from strings
    # breaks with the first password that holds an &.
    root = ET.Element("SMS")
    ET.SubElement(ET.SubElement(root, "operations"), "operation").text = operation
    # The vendor's document says "authentication"; every client in use says this.
    login = ET.SubElement(root, "authentification")
    ET.SubElement(login, "username").text = USERNAME
    ET.SubElement(login, "password").text = PASSWORD
    return root


def message(operation, message_id):
    """SEND and GETPRICE take the same document."""
    root = document(operation)
    body = ET.SubElement(root, "message")
    ET.SubElement(body, "sender").text = "Demo"
    ET.SubElement(body, "text").text = TEXT
    numbers = ET.SubElement(root, "numbers")
    ET.SubElement(numbers, "number", messageID=message_id).text = TO
    return root


def call(root):
    """Posts a document and returns the root of the reply."""
    # urlencode matters as much as the XML: a bare + would arrive as a blank and a
    # bare & would end the field.
    form = urlencode({"XML": ET.tostring(root, encoding="UTF-8")}).encode("ascii")
    # Without a time-out urllib waits for ever.
    try:
        with urlopen(URL, data=form, timeout=10) as response:
            reply = ET.fromstring(response.read())
    except (OSError, HTTPException, ET.ParseError) as error:  # OSError includes HTTP 404.
        raise NoAnswer(f"no usable reply: {error}") from error
    if reply.tag not in ("RESPONSE", "deliveryreport"):
        raise NoAnswer(f"the reply is a <{reply.tag}>, not one of the gateway's")
    # Errors arrive in HTTP 200, as a negative status. A delivery report has no status.
    status = int(reply.findtext("status", "0"))
    if status < 0:
        raise Failed(f"the gateway answered {ERRORS.get(status, 'an unknown error')} ({status})")
    return reply


def credits(reply):
    return Decimal(reply.findtext("credits"))


def wait_for_final(message_id):
    """Polls GETSTATUS and returns the final row of the report."""
    query = document("GETSTATUS")
    ET.SubElement(ET.SubElement(query, "statistics"), "messageid").text = message_id
    deadline = time.monotonic() + 15
    while True:
        # No row: the gateway does not know the id. Status 0: not handed over yet.
        row = call(query).find("message")
        if row is not None and row.get("status") in FINAL:
            return row
        if time.monotonic() > deadline:
            last = "unknown" if row is None else row.get("status")
            raise Failed(f"no final status of {message_id} within 15 s, the last one is {last}")
        time.sleep(0.3)


def run():
    print("credit price:", call(document("CREDITPRICE")).findtext("price"), "USD")

    before = credits(call(document("BALANCE")))
    print("balance:", before)

    # An id of our own, never used before: GETSTATUS answers by it, and an id used
    # twice gets the rows of both messages.
    message_id = f"python-{uuid.uuid4()}"
    price = credits(call(message("GETPRICE", message_id)))
    print("price:", price, "credits")

    try:
        reply = call(message("SEND", message_id))
    except NoAnswer as error:
        # Never repeat SEND blindly: it may have arrived although the answer did not,
        # and the customer pays twice. Ask GETSTATUS first; no row means not sent.
        raise Failed(f"{error}; ask GETSTATUS for {message_id} before sending again") from error
    charge = credits(reply)
    print("sent:", message_id, "for", charge, "credits")

    row = wait_for_final(message_id)
    print("status:", row.get("status"), "at", row.get("donedate"))

    after = credits(call(document("BALANCE")))
    print("balance:", after)

    if row.get("status") != "DELIVERED":
        raise Failed(f"the message ended as {row.get('status')}")
    if not before - after == charge == price:
        raise Failed(f"the sums differ: balance {before} - {after}, charge {charge}, price {price}")


if __name__ == "__main__":
    try:
        run()
    except (NoAnswer, Failed) as error:
        sys.exit(f"send.py: {error}")  # Exit code 1.
