"""Sends a message, and sends it again when no reply comes. This is the bug."""

from gateway import NoReply, send

for attempt in range(3):
    try:
        accepted = send("380501234567", "Your code is 4711", "order-1")
        break
    except NoReply as error:
        print(f"    no reply ({error}): once more")
else:
    raise SystemExit("no reply three times")
raise SystemExit(not accepted)
