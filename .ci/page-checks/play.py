"""Plays the checks, one after the other, and says what came of each."""

import os
import sys
import time
import traceback

import guard
import inbox
import journal
import places
import shape
import steer
import tabs

CHECKS = [
    (f"{module.__name__}.{name.removeprefix('check_')}", check)
    for module in (inbox, journal, places, steer, tabs, guard, shape)
    for name, check in vars(module).items()
    if name.startswith("check_")
]


def play(selected):
    chosen = [(name, check) for name, check in CHECKS if not selected or any(word in name for word in selected)]
    failed, notes = [], []
    for name, check in chosen:
        begun = time.monotonic()
        try:
            note = check()
        except Exception:  # Whatever it is, the others are played.
            failed.append(name)
            print(f"FAILED  page {name}", flush=True)
            traceback.print_exc(file=sys.stdout)
            continue
        if note:
            notes.append(f"        {name}: {note}")
        if os.environ.get("VERBOSE"):
            print(f"        {name} {time.monotonic() - begun:.1f} s", flush=True)
    for note in notes:
        print(note)
    if not chosen:
        print("FAILED  page                   no check is called that")
    elif failed:
        print(f"FAILED  page                   {len(failed)} of {len(chosen)}: {', '.join(failed)}")
    else:
        print(f"ok      page                   {len(chosen)} checks")
    return 1 if failed or not chosen else 0


sys.exit(play(sys.argv[1:]))
