#!/usr/bin/env python3
"""Does what JSON lines on stdin say and answers on stdout: what `epochta-conformance client --adapter` talks to."""

import json
import sys

from epochta import Client, EpochtaError, Recipient


def mailing(job):
    recipients = [Recipient(to["number"], to.get("id"), to.get("variables") or ()) for to in job["to"]]
    return job["sender"], job["text"], recipients


def send(client, job):
    result = client.send(*mailing(job))
    return {"accepted": result.accepted, "credits": f"{result.credits:f}"}


OPERATIONS = {
    "send": send,
    "price": lambda client, job: {"credits": f"{client.price(*mailing(job)):f}"},
    "status": lambda client, job: {"messages": [message._asdict() for message in client.status(job["ids"])]},
    "balance": lambda client, job: {"credits": f"{client.balance():f}"},
    "credit_price": lambda client, job: {"price": f"{client.credit_price():f}"},
}


def answer(line):
    try:
        job = json.loads(line)
        client = Client(job["url"], job["username"], job["password"], job.get("timeout", 10))
        return {"ok": True, **OPERATIONS[job["op"]](client, job)}
    except EpochtaError as error:
        return {"ok": False, "error": error.word}
    # No JSON, or not what it should hold.
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {"ok": False, "error": "INVALID_INPUT"}


for line in sys.stdin.buffer:  # Bytes: a line that is no UTF-8 must not end the loop.
    print(json.dumps(answer(line)), flush=True)
