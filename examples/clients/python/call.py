#!/usr/bin/env python3
"""One operation, as the environment says: EPOCHTA_OPERATION, EPOCHTA_TO, …"""

import sys

from epochta import BadReply, EpochtaError, InvalidInput, NoReply, Recipient, new_id
from settings import TEXT, client, setting


def mailing(ids):
    numbers = setting("EPOCHTA_TO", "380501234567").split(",")
    ids = ids or [new_id() for _ in numbers]
    if len(ids) != len(numbers):
        raise InvalidInput("EPOCHTA_ID and EPOCHTA_TO are not equally many")
    recipients = [Recipient(number, message_id) for number, message_id in zip(numbers, ids)]
    return setting("EPOCHTA_SENDER", "Demo"), setting("EPOCHTA_TEXT", TEXT), recipients


def send(ids):
    sender, text, recipients = mailing(ids)
    ids = ",".join(recipient.id for recipient in recipients)
    try:
        result = client().send(sender, text, recipients)
    except (NoReply, BadReply):
        print(f"call.py: ask for the status of {ids} before you send again", file=sys.stderr)
        raise
    print(f"accepted {result.accepted}, credits {result.credits:f}, id {ids}")


def status(ids):
    for row in client().status(ids):
        print(row.id, "waiting" if row.status == "0" else f"{row.status} {row.sent or '-'} {row.done or '-'}")


OPERATIONS = {
    "send": send,
    "price": lambda ids: print(f"credits {client().price(*mailing(ids)):f}"),
    "status": status,
    "balance": lambda ids: print(f"credits {client().balance():f}"),
    "credit-price": lambda ids: print(f"price {client().credit_price():f}"),
}

try:
    name = setting("EPOCHTA_OPERATION", "send")
    if name not in OPERATIONS:
        raise InvalidInput(f"{name} is no operation")
    ids = setting("EPOCHTA_ID")
    OPERATIONS[name](ids.split(",") if ids else [])
except EpochtaError as error:
    sys.exit(f"call.py: {error.word}: {error}")  # Exit code 1.
