"""Sends a message, and asks whether the gateway has it before it sends it again. The id makes that possible: the client
chose it, so it is known even where nothing came back."""

from gateway import NoReply, is_known, send

for attempt in range(3):
    try:
        if attempt > 0 and is_known("order-1"):
            print("    the gateway has it: nothing to do")
            accepted = True
            break
        accepted = send("380501234567", "Your code is 4711", "order-1")
        break
    except NoReply as error:
        print(f"    no reply ({error}): does the gateway have it?")
else:
    raise SystemExit("no reply three times")
raise SystemExit(not accepted)
