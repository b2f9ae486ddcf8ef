"""What the mock saw: its journal and its balances; and whether the story is as README.md tells it."""

import json
import os
from urllib.request import urlopen

CHARGES = {"blind-after": 2, "careful-after": 1, "blind-before": 1, "careful-before": 1}


def read(path):
    with urlopen(f"{os.environ['EPOCHTA_CONTROL']}/{path}", timeout=5) as answer:
        return json.load(answer)


charged = dict.fromkeys(CHARGES, 0)
print("\n no  account         asked      result    credits  fault")
for request in read("requests")["requests"]:
    fault = request["fault"]
    told = f"{fault['kind']}, {fault['placed']}: committed {str(fault['committed']).lower()}" if fault else ""
    row = (request["number"], request["account"], request["operation"], request["result"], request["charged"], told)
    print("{:>3}  {:<14}  {:<9}  {:<8}  {:>7}  {}".format(*row).rstrip())
    charged[request["account"]] += int(request["charged"])
print()
for account, charges in charged.items():
    credits = read(f"accounts/{account}")["credits"]
    print(f"{account:<14}  charged {charges} times, {credits} of 10 credits left")
    if int(credits) != 10 - charges:
        raise SystemExit("the ledger and the journal do not agree")
if charged != CHARGES:
    raise SystemExit(f"the story is otherwise: {CHARGES} was expected")
