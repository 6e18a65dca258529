"""Runs the scenarios of the link and prints a line for each. Called by tools/test-link, as root."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import attacks  # noqa: F401  its scenarios
import network_changes  # noqa: F401
from house import Failure, House
from scenarios import SCENARIOS, rotation

# The one that leaves a relay behind comes last.
SCENARIOS.sort(key=lambda one: one[1] is rotation)


def selected(words):
    # The first two make the house that all others need.
    return [(name, function) for index, (name, function) in enumerate(SCENARIOS)
            if index < 2 or not words or any(word in name for word in words)]


def mend(house):
    """After a failure, so that the next scenario starts from a house that works."""
    house.network.stop(house.proxy)
    house.start_proxy()
    for relay in (house.kitchen, house.bedroom):
        relay.stop()
    house.kill_hub()
    ready = house.start_hub()["t"]
    for relay in (house.kitchen, house.bedroom):
        relay.start(hub=house.through_proxy).armed()
    house.hub_is_armed(ready)


def play(house, chosen):
    failures = 0
    for index, (name, function) in enumerate(chosen):
        began = time.monotonic()
        try:
            words, verdict = function(house), "ok"
            house.spoil("clear")
        except Exception as failure:  # noqa: BLE001  a hub that is gone shows in many ways
            words, verdict = str(failure) if isinstance(failure, Failure) else repr(failure), "FAILED"
            failures += 1
        print(f"{verdict:7}{name}: {words} [{time.monotonic() - began:.0f} s]", flush=True)
        if verdict != "ok":
            if index < 2:
                print("        nothing else can be tried without it", flush=True)
                return failures
            mend(house)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    chosen = selected(arguments.only)
    if arguments.list:
        print("\n".join(name for name, _ in chosen))
        return 0
    # Sound waits for nobody; what is measured is the link, not a busy machine.
    os.nice(-15)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="loqa-link-"))
    house, failures = None, 1
    try:
        house = House(arguments.programs, folder, arguments.seed)
        house.start_hub()
        house.start_proxy()
        failures = play(house, chosen)
        print(house.loqa("link"))
    except KeyboardInterrupt:
        return 130
    finally:
        if house:
            house.close()
        if failures or arguments.keep:
            print(f"Traces and logs of this run: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    print("The link works." if not failures else f"{failures} of {len(chosen)} scenarios FAILED.")
    return 1 if failures else 0


sys.exit(main())
