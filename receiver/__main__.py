"""`python -m receiver`: the station without a window, and the gallery from a shell.

Exit codes: 0 fine, 1 the job failed (one clear line on stderr), 2 wrong usage or settings.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from receiver import settings
from receiver.arguments import add_arguments, default_path, overrides_of
from receiver.errors import SettingsError, StationError
from receiver.logs import set_up_logging

if TYPE_CHECKING:
    from receiver.gallery import Gallery
    from receiver.settings import Settings
    from receiver.store import Store
    from receiver.workers import WorkerPool


_LOOK_S = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        chosen = settings.load(options.settings, overrides=overrides_of(options))
        set_up_logging(options.log_level, chosen.data_dir / "logs" if options.run is _run else None)
        return int(options.run(chosen, options))
    except SettingsError as error:
        return _complain(error, 2)
    except StationError as error:
        return _complain(error, 1)
    except OSError as error:
        return _complain(StationError("The disk or network said no", str(error)), 1)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="porchlight-headless", description=__doc__.splitlines()[0])
    add_arguments(parser)
    parser.add_argument(
        "--check", dest="run", action="store_const", const=_check, default=_run, help="try every part, one line each"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    _add_people(commands)
    doors = commands.add_parser("doors", help="list the doors; approve, refuse, pair or unpair one")
    doors.add_argument("decision", nargs="?", choices=("approve", "refuse", "pair", "unpair"))
    doors.add_argument("door", nargs="?")
    doors.add_argument("--name", default="", help="what to call a door that is paired")
    doors.set_defaults(run=_doors)

    telegram = commands.add_parser("telegram", help="pair chats with the bot; list, unpair and limit them")
    telegram.add_argument("action", nargs="?", choices=("pair", "chats", "unpair", "rights"), default="chats")
    telegram.add_argument("chat", nargs="?", default="", help="as `telegram chats` lists it")
    telegram.add_argument("rights", nargs="?", default="", help="see,reply,hush,name,open: what the chat may do")
    telegram.set_defaults(run=_telegram)
    hush = commands.add_parser("hush", help="be quiet for a while (30m, 2h, 1d), or `off`; alone: tell what holds")
    hush.add_argument("how_long", nargs="?", default="", metavar="30m|off")
    hush.add_argument("--door", default="all", metavar="ID", help="at one door only")
    hush.set_defaults(run=_hush)

    test = commands.add_parser("test-ring", help="send a test the whole way, with the time of each leg")
    test.set_defaults(run=_test_ring)

    setup = commands.add_parser("setup-door", help="make a board that is plugged into this computer a door")
    source = setup.add_mutually_exclusive_group()
    source.add_argument("--port", default="", help="where the board is; without it the only one that is plugged in")
    source.add_argument("--uf2", type=Path, metavar="FILE", help="put this MicroPython on a board in BOOTSEL first")
    setup.add_argument("--door", default="front-door", metavar="ID", help="the door's id (front-door)")
    setup.add_argument("--name", default="", help="what to call the door")
    setup.add_argument("--station", default="", metavar="HOST[:PORT]", help="the station, as the door reaches it")
    setup.add_argument("--key", default="", metavar="HEX", help="the key from a station elsewhere; - reads it")
    setup.set_defaults(run=_setup_door)

    detector = commands.add_parser("detector", help="tell which eye finds faces; fetch, place or remove YuNet's file")
    detector.add_argument("action", nargs="?", choices=("fetch", "place", "remove"))
    detector.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the file to place")
    detector.set_defaults(run=_detector)

    openings = commands.add_parser("openings", help="list who opened which door from afar; make a secret for codes")
    openings.add_argument("action", nargs="?", choices=("new-code",))
    openings.set_defaults(run=_openings)

    virtual = commands.add_parser("virtual-door", help="run a door without hardware; `help` lists what can be typed")
    virtual.add_argument("--picture", type=Path, metavar="FILE", help="what stands before it")
    virtual.set_defaults(run=_virtual_door)
    return parser


def _add_people(commands: Any) -> None:
    """The commands about people."""
    enrol = commands.add_parser("enrol", help="add photos of a person to the gallery")
    enrol.add_argument("name")
    enrol.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    enrol.set_defaults(run=_enrol)

    forget = commands.add_parser("forget", help="remove a person, their photos and embeddings for good")
    forget.add_argument("name")
    forget.set_defaults(run=_forget)

    export = commands.add_parser("export", help="write everybody's photos into one file")
    export.add_argument("file", type=Path)
    export.set_defaults(run=_export)

    import_ = commands.add_parser("import", help="take in the people of such a file")
    import_.add_argument("file", type=Path)
    import_.add_argument("--replace", action="store_true", help="in the place of everybody there is")
    import_.set_defaults(run=_import)

    identify = commands.add_parser("identify", help="print who is on each photo, one JSON object a line")
    identify.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    identify.set_defaults(run=_identify)


def _run(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.station import Station  # noqa: PLC0415  -- a second of imports that --version need not pay

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    station = Station(chosen, options.settings or default_path())
    station.start()
    try:
        print(f"ready http://{station.bound}", flush=True)
        ended.wait()
    finally:
        station.stop()
    return 0


def _check(chosen: Settings, _options: argparse.Namespace) -> int:
    from receiver.self_check import self_check  # noqa: PLC0415

    failed = False
    for part, good, words in self_check(chosen):
        print(f"{'ok  ' if good else 'FAIL'} {part}: {words}", flush=True)
        failed |= not good
    return int(failed)


def _enrol(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.workers import one_for_each_core  # noqa: PLC0415

    with _gallery(chosen, one_for_each_core()) as (gallery, _, _), _interruptible() as interrupted:
        photos = gallery.enrol(options.name, options.photos, None, interrupted.is_set)
    for photo in photos:
        print(f"{photo.judgement}\t{photo.path}\t{photo.reason}".rstrip())
    if interrupted.is_set():
        raise StationError("Interrupted", "what is printed above was done, the other photos are untouched")
    if not any(photo.judgement == "good" for photo in photos):
        raise StationError(f"Nothing was added to {options.name}", "no photo was good enough")
    return 0


def _forget(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver import people_console  # noqa: PLC0415

    with _gallery(chosen) as (gallery, _, store):
        people_console.forget(chosen, options.settings or default_path(), store, gallery, options.name)
    return 0


def _export(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver import people_console  # noqa: PLC0415

    with _gallery(chosen) as (gallery, _, store), _interruptible() as interrupted:
        people_console.export(chosen, store, gallery, options.file, interrupted.is_set)
    return 0


def _import(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver import people_console  # noqa: PLC0415
    from receiver.workers import one_for_each_core  # noqa: PLC0415

    with _gallery(chosen, one_for_each_core()) as (gallery, _, store), _interruptible() as interrupted:
        stopped = interrupted.is_set
        people_console.import_(chosen, store, gallery, options.file, replace=options.replace, cancelled=stopped)
    return 0


def _identify(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.matching import Rule  # noqa: PLC0415
    from receiver.verdicts import identify  # noqa: PLC0415

    failed = False
    with _gallery(chosen) as (gallery, pool, _):
        match = partial(gallery.match, rule=Rule.of(chosen.recognition))
        for photo in options.photos:
            try:
                found = identify(pool.analyse(photo), match)
                print(json.dumps({"photo": str(photo)} | found), flush=True)
            except (StationError, OSError) as error:
                failed = True
                print(json.dumps({"photo": str(photo), "error": str(error)}), flush=True)
    return int(failed)


def _doors(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.store import Store  # noqa: PLC0415

    if options.decision and not options.door:
        raise SettingsError("Which door?", f"porchlight-headless doors {options.decision} DOOR")
    if options.decision == "pair":
        # The key alone on stdout, so that it can be handed on without a human eye.
        print(_paired(chosen, options))
        print(f"give this key to {options.door}: it is not shown again", file=sys.stderr)
        return 0
    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        if options.decision:
            _decide(store, options)
        for door in store.doors():
            print(f"{door.state}\t{door.id}\t{door.name}\t{'signed' if door.authenticated else 'unauthenticated'}")
    except KeyError:
        raise StationError(f"No door {options.door}", "`porchlight-headless doors` lists them") from None
    finally:
        store.close()
    return 0


def _test_ring(chosen: Settings, _options: argparse.Namespace) -> int:
    """Ask the station that runs here, by a note in its database: who may write there may ask."""
    from receiver.full_test import PATIENCE_S, RESULT, WANTED  # noqa: PLC0415
    from receiver.station_lock import station_runs  # noqa: PLC0415
    from receiver.store import Store  # noqa: PLC0415

    if not station_runs(chosen.data_dir):
        raise StationError("No station runs here", "start porchlight or porchlight-headless first")
    asked, deadline = secrets.token_hex(8), time.monotonic() + 2 * PATIENCE_S + 20
    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        store.set_note(WANTED, asked)
        while (found := json.loads(store.note(RESULT) or "{}")).get("asked") != asked:
            if time.monotonic() > deadline:
                raise StationError("The station does not answer", "its log may tell why")
            time.sleep(_LOOK_S)
    finally:
        store.close()
    for leg in found["legs"]:
        took = leg["error"] or ("" if leg["milliseconds"] is None else f"{leg['milliseconds']:.0f} ms")
        print(f"{'FAIL' if leg['error'] else 'ok  '} {leg['name']}: {took}")
    return int(any(leg["error"] for leg in found["legs"]))


def _hush(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.hush import until  # noqa: PLC0415
    from receiver.quiet import Quiet, span_of  # noqa: PLC0415
    from receiver.store import Store  # noqa: PLC0415

    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        quiet = Quiet(store)  # a station that runs reads the same note, at each ring
        if options.how_long == "off":
            quiet.end(options.door, by="the command line")
        elif options.how_long:
            quiet.begin(span_of(options.how_long), by="the command line", scope=options.door)
        for hush in quiet.hushes():
            print(f"quiet {until(hush.until)}\t{hush.scope}\tasked for by {hush.by}")
        if not quiet.hushes():
            print("not quiet")
        return 0
    finally:
        store.close()


def _paired(chosen: Settings, options: argparse.Namespace) -> str:
    """A new key of a door, which is let in with it."""
    from receiver.door_keys import DoorKeys  # noqa: PLC0415
    from receiver.doors import pair  # noqa: PLC0415
    from receiver.models import DoorState  # noqa: PLC0415
    from receiver.store import Store  # noqa: PLC0415

    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        key = pair(store, DoorKeys(options.settings or default_path()), options.door, options.name)
        store.set_door(options.door, DoorState.APPROVED, ())
        return key
    finally:
        store.close()


def _decide(store: Store, options: argparse.Namespace) -> None:
    from receiver.door_keys import DoorKeys  # noqa: PLC0415
    from receiver.doors import unpair  # noqa: PLC0415
    from receiver.models import DoorState  # noqa: PLC0415

    if options.decision == "unpair":
        unpair(store, DoorKeys(options.settings or default_path()), options.door)
    state = DoorState.APPROVED if options.decision == "approve" else DoorState.REFUSED
    for picture in store.set_door(options.door, state, ()).dropped:
        picture.unlink(missing_ok=True)


def _telegram(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver import phone_console  # noqa: PLC0415

    path = options.settings or default_path()
    with _interruptible() as interrupted:
        return phone_console.work(chosen, path, options.action, options.chat, options.rights, interrupted.is_set)


def _setup_door(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.door_config import UNUSED_KEY, door_config  # noqa: PLC0415
    from receiver.door_setup import board_at, put_micropython, put_program, the_only_board  # noqa: PLC0415

    if options.key == "-":
        options.key = sys.stdin.readline().strip()  # so that it stands in no list of processes
    if options.key and not re.fullmatch("[0-9a-fA-F]{64}", options.key):
        raise SettingsError("Which key?", "64 hexadecimal digits, from `porchlight-headless doors pair` at the station")
    relay_s = chosen.opening.seconds if options.door in chosen.opening.doors else 0
    config = partial(door_config, options.door, station=_station_of(chosen, options), mqtt=chosen.mqtt, relay_s=relay_s)
    config(options.key or UNUSED_KEY)  # what cannot be is told before the board is touched
    with _steps_shown() as progress, _interruptible() as interrupted:
        if options.uf2:
            board = put_micropython(options.uf2, progress, interrupted.is_set)
        else:
            board = board_at(options.port) if options.port else the_only_board()
        put_program(board, lambda: config(options.key or _paired(chosen, options)), progress, interrupted.is_set)
        progress("Waiting for the door to say hello", 0, 0)
        heard = _heard(chosen, options, interrupted.is_set)
    print(f"{options.door} is set up; {heard}")
    return 0


def _heard(chosen: Settings, options: argparse.Namespace, cancelled: Callable[[], bool]) -> str:
    """What its station heard of a door that was just set up, in words."""
    from receiver.doors import first_hello  # noqa: PLC0415
    from receiver.station_lock import station_runs  # noqa: PLC0415
    from receiver.store import Store  # noqa: PLC0415

    if options.key:
        return "its station is on another computer and shows whether it hears it"
    if not station_runs(chosen.data_dir):
        return "no station runs on this computer now, so it has not been heard yet"
    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        return f"the station has heard it, with firmware {first_hello(store, options.door, cancelled).firmware}"
    finally:
        store.close()


def _station_of(chosen: Settings, options: argparse.Namespace) -> tuple[str, int]:
    """(host, port) of the station for the door: as said, else this computer's, else the one in the network."""
    from receiver import addresses  # noqa: PLC0415
    from receiver.announcement import find_stations  # noqa: PLC0415

    host, _, port = options.station.partition(":")
    if not (port or "1066").isdecimal():
        raise SettingsError("Which station?", f"{options.station}: HOST or HOST:PORT, such as 192.168.1.10:1066")
    if host:
        return host, int(port) if port else chosen.receiver.port
    if not options.key:
        return addresses.for_doors(chosen.receiver.host), chosen.receiver.port
    found = find_stations()
    if len(found) != 1:
        seen = ", ".join(f"{station.host}:{station.port} ({station.name})" for station in found)
        raise StationError("Which station?", f"{seen or 'None makes itself known here'}. Name it with --station HOST")
    return found[0].host, found[0].port


@contextmanager
def _steps_shown() -> Iterator[Callable[[str, int, int], None]]:
    """What is being done, for a person who watches."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return

    def show(words: str, done: int, total: int) -> None:
        print(f"\r\033[K{words}{f': {done * 100 // total} %' if total else ''}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print(file=sys.stderr)


def _detector(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver.engines.model_files import (  # noqa: PLC0415
        detector_for,
        fetch_detector,
        find_detector,
        place_detector,
        remove_detector,
    )

    models = chosen.models
    if (options.action == "place") != (options.file is not None):
        raise SettingsError("Which file?", "porchlight-headless detector place FILE")
    match options.action:
        case "fetch":
            with _progress_shown() as progress:
                fetch_detector(models, progress)
        case "place":
            place_detector(models, options.file)
        case "remove" if not remove_detector(models):
            raise StationError("There is no YuNet file to remove", f"{models} has none")
    used = detector_for(chosen.recognition.detector, models)
    print(f"{used}\t{find_detector(models) or 'the file of YuNet is not there'}")
    if options.action:
        print("a station that is running notices at its next start")
    return 0


def _openings(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver import one_time_code  # noqa: PLC0415
    from receiver.store import Store  # noqa: PLC0415

    if options.action == "new-code":
        secret = one_time_code.new_secret()
        settings.save_secret(options.settings or default_path(), ("opening", "secret"), secret)
        print(one_time_code.address(secret, "door"))
        print("put this into your authenticator app: it is not shown again; restart the station", file=sys.stderr)
        return 0
    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        for one in reversed(store.openings()):
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.at))
            print(f"{at}\t{one.door}\t{one.by}\t{one.visit or '-'}\t{one.outcome}")
    finally:
        store.close()
    return 0


def _virtual_door(chosen: Settings, options: argparse.Namespace) -> int:
    from receiver import door_console  # noqa: PLC0415

    return door_console.work(chosen, options.settings or default_path(), options.picture)


@contextmanager
def _progress_shown() -> Iterator[Callable[[int, int], None] | None]:
    """How far a download is, for a person who watches."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield lambda done, total: print(f"\r{done * 100 // total} %", end="", file=sys.stderr, flush=True)
    finally:
        print(file=sys.stderr)


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl-C asks for an early end, in order; a second one insists."""
    interrupted = threading.Event()

    def interrupt(*_: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _gallery(chosen: Settings, processes: int = 1) -> Iterator[tuple[Gallery, WorkerPool, Store]]:
    """The gallery as the station has it, for one command; a running station notices what changes."""
    from receiver.gallery import Gallery  # noqa: PLC0415
    from receiver.store import Store  # noqa: PLC0415
    from receiver.workers import WorkerPool  # noqa: PLC0415

    store = Store(chosen.data_dir / "station.sqlite3")
    pool = WorkerPool(chosen.recognition.engine, processes, models=chosen.models, detector=chosen.recognition.detector)
    gallery = Gallery(chosen.gallery, store, pool, chosen.recognition.engine, lambda _: None)
    try:
        gallery.refresh()
        yield gallery, pool, store
    finally:
        gallery.stop()
        pool.stop()
        store.close()


def _complain(error: StationError, code: int) -> int:
    print(f"porchlight: {' '.join(str(error).split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
