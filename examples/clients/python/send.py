#!/usr/bin/env python3
"""Price, send and follow one SMS."""

import sys
import time

from epochta import FINAL, BadReply, EpochtaError, NoReply, Recipient, new_id
from settings import TEXT, client, setting


class Failed(Exception):
    """The outcome is not what it should be."""


def wait_for_final(gateway, message_id):
    """Asks until the status is final, and returns the message."""
    deadline = time.monotonic() + 15
    while True:
        # No row: the gateway does not know the id. Status 0: not handed over yet.
        rows = gateway.status([message_id])
        if rows and rows[0].status in FINAL:
            return rows[0]
        if time.monotonic() > deadline:
            last = rows[0].status if rows else "unknown"
            raise Failed(f"no final status of {message_id} within 15 s, the last one is {last}")
        time.sleep(0.3)


def run():
    gateway = client()
    print("credit price:", gateway.credit_price(), "USD")

    before = gateway.balance()
    print("balance:", before)

    # An id of our own, never used before: GETSTATUS answers by it, and an id used
    # twice gets the rows of both messages.
    message_id = f"python-{new_id()}"
    message = "Demo", TEXT, [Recipient(setting("EPOCHTA_TO", "380501234567"), message_id)]
    price = gateway.price(*message)
    print("price:", price, "credits")

    try:
        charge = gateway.send(*message).credits
    except (NoReply, BadReply) as error:
        # Never repeat SEND blindly: it may have arrived although the answer did not,
        # and the customer pays twice. Ask GETSTATUS first; no row means not sent.
        raise Failed(f"{error}; ask GETSTATUS for {message_id} before sending again") from error
    print("sent:", message_id, "for", charge, "credits")

    final = wait_for_final(gateway, message_id)
    print("status:", final.status, "at", final.done)

    after = gateway.balance()
    print("balance:", after)

    if final.status != "DELIVERED":
        raise Failed(f"the message ended as {final.status}")
    if not before - after == charge == price:
        raise Failed(f"the sums differ: balance {before} - {after}, charge {charge}, price {price}")


if __name__ == "__main__":
    try:
        run()
    except (EpochtaError, Failed) as error:
        sys.exit(f"send.py: {error}")  # Exit code 1.
