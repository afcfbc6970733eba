"""Runs before everything else: chooses which of the two slots is the door's program this time.

Set-up over USB puts this file into the root of the flash, and no update ever touches it: whatever an update brings,
there is a way back. `boot.json` is

    {"slot": "a" or "b", "trial": "a", "b" or "", "tried": true or false, "failed": version}

A slot on trial gets one start, under the watchdog from the first moment on. Unless the program confirms itself
(updates.py), the next start, whoever caused it, is the old program again.
"""

import json
import os

import machine

STATE = "boot.json"


def choose(state: dict) -> str:
    """The slot of this start; changes what must be known at the next."""
    if not state["trial"]:
        return state["slot"]
    if not state["tried"]:
        state["tried"] = True
        return state["trial"]
    state["trial"], state["tried"], state["failed"] = "", False, state.get("version", "")
    return state["slot"]


def _read() -> dict:
    state = {"slot": "a", "trial": "", "tried": False, "version": "", "failed": ""}
    try:
        with open(STATE) as file:
            said = json.loads(file.read(512))
        if said["slot"] in ("a", "b") and said["trial"] in ("", "a", "b"):
            state.update(said)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # never written, or spoilt: the slot that set-up fills
    return state


def _write(state: dict) -> None:
    with open(STATE + ".new", "w") as file:
        json.dump(state, file)
    os.rename(STATE + ".new", STATE)


def _start() -> None:
    state = _read()
    before = dict(state)
    slot = choose(state)
    if state != before:
        _write(state)
    if state["tried"]:
        # On trial nobody may hang, not even while the program is being loaded.
        machine.WDT(timeout=8388)
        print("boot: trial of", state["version"])
    elif state["failed"] != before["failed"]:
        print("boot: the update to", state["failed"], "did not prove itself; back to the program before it")
    os.chdir(slot)


try:
    _start()
except OSError as error:
    # The console stays open, so that set-up can put things right.
    print("boot: this door has no program; set it up again over USB (error", error.args[0], ")")
