"""Doors with keys, through the real HTTP server: what is proved is taken once, and nothing else is taken at all."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import io
import json
import logging
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import firmware
from receiver import settings as settings_file
from receiver.door_keys import DoorKeys
from receiver.doors import pair, unpair
from receiver.errors import StationError, StoreError
from receiver.intake import Intake, Receipt, Upload
from receiver.models import Change, Door, DoorState, Message, Trigger, Visit
from receiver.server import Server
from receiver.sessions import MOST_ANSWERS, MOST_SESSIONS, Sessions
from receiver.settings import ReceiverSettings
from receiver.signatures import Claim, greeting_mac, picture_mac, request_mac
from receiver.signed_doors import MOST_UPDATE_REQUESTS, Greeting, SignedDoors
from receiver.signed_requests import Hello
from receiver.store import Store
from receiver.updates import Firmware, Manifest
from receiver.web import create_app
from receiver.wording import headline

ALERT = Message("telegram", "text", "42")
Answer = tuple[int, dict[str, Any]]


def picture(colour: str = "teal", size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


class House:
    """A receiver on a real port, with keys, without recognition; `restart` forgets what is in memory only."""

    def __init__(self, folder: Path, **chosen: Any) -> None:
        folder.mkdir()
        self.folder = folder
        self.chosen = {"host": "127.0.0.1", "port": 0, "pictures_per_minute": 10_000} | chosen
        self.start()

    def start(self) -> None:
        chosen = ReceiverSettings(**self.chosen)
        self.changes: list[Change] = []
        self.store = Store(self.folder / "station.sqlite3")
        self.keys = DoorKeys(self.folder / "station.toml")
        self.intake = Intake(
            self.store,
            self.folder / "snapshots",
            chosen,
            10.0,
            routes=lambda: [ALERT],
            publish=self.changes.append,
            wake=lambda: None,
        )
        self.signed = SignedDoors(
            self.store,
            self.keys,
            Sessions(),
            self.intake,
            chosen,
            firmware=Firmware(),
            publish=self.changes.append,
        )
        self.server = Server(create_app(self, chosen), chosen)
        self.server.start()

    def stop(self) -> None:
        self.server.stop(0.5)
        self.store.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    # ---- what the web asks

    def accept(self, upload: Upload) -> Receipt:
        return self.intake.accept(upload)

    def hello(self, hello: Hello) -> Greeting:
        return self.signed.hello(hello)

    def take_ring(self, claim: Claim, trigger: Trigger, received_at: float) -> Visit:
        return self.signed.ring(claim, trigger, received_at)

    def take_snapshot(
        self, claim: Claim, ring: int | None, trigger: Trigger, body: bytes, received_at: float
    ) -> Receipt:
        return self.signed.snapshot(claim, ring, trigger, body, received_at)

    def update_manifest(self, claim: Claim) -> Manifest:
        return self.signed.update_manifest(claim)

    def update_file(self, claim: Claim, name: str) -> bytes:
        return self.signed.update_file(claim, name)

    def visit(self, visit: str) -> Visit:
        return self.store.visit(visit)

    def visits(self, limit: int = 50, before: str | None = None) -> tuple[Visit, ...]:
        return self.store.visits(limit, before)

    def health(self) -> dict[str, Any]:
        return {}

    # ---- what tests ask

    def pair(self, door: str = "front") -> Remote:
        return Remote(self, door, bytes.fromhex(pair(self.store, self.keys, door, "")))

    def known(self, door: str = "front") -> Door:
        self.intake.refusals.write()
        found = self.store.door(door)
        assert found
        return found

    def kept(self) -> tuple[int, int]:
        """Visits and picture files."""
        return len(self.store.visits(1000)), len(list((self.folder / "snapshots").rglob("*.*")))

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def raw(self, data: bytes, *, hang_up: bool = False) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server.port), 20) as wire:
            wire.sendall(data)
            if hang_up:
                wire.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := wire.recv(65_536):
                answer += piece
        return answer


class Remote:
    """A door, as docs/protocol.md describes it."""

    def __init__(self, house: House, door: str, key: bytes) -> None:
        self.house, self.door, self.key = house, door, key
        self.boot, self.session, self.seq = os.urandom(16).hex(), "0" * 32, 0

    def sign(self, path: str, session: str, seq: int, length: int) -> bytes:
        return request_mac(self.key, Claim("POST", path, self.door, session, seq, length, ""))

    def signed_json(self, path: str, session: str, seq: int, said: dict[str, Any]) -> bytes:
        length = len(json.dumps({**said, "mac": "0" * 64}))
        return json.dumps({**said, "mac": self.sign(path, session, seq, length).hex()}).encode()

    def post_json(self, path: str, body: bytes) -> Answer:
        return self.house.post(path, body, {"Content-Type": "application/json"})

    def hello_body(self, **more: Any) -> bytes:
        said = {"id": self.door, "boot": self.boot, "firmware": "1.0", **more}
        return self.signed_json("/v1/hello", self.boot, 0, said)

    def hello(self, **more: Any) -> Answer:
        status, answer = self.post_json("/v1/hello", self.hello_body(**more))
        self.session = answer.get("session", self.session)
        return status, answer

    def ring_body(self, seq: int | None = None, path: str = "/v1/rings", **more: Any) -> bytes:
        self.seq = seq = self.seq + 1 if seq is None else seq
        return self.signed_json(
            path, self.session, seq, {"door": self.door, "session": self.session, "seq": seq, **more}
        )

    def ring(self, seq: int | None = None, trigger: str = "") -> Answer:
        path = f"/v1/rings?trigger={trigger}" if trigger else "/v1/rings"
        return self.post_json(path, self.ring_body(seq, path))

    def snapshot_parts(
        self, jpeg: bytes, ring: int | str | None = None, seq: int | None = None
    ) -> tuple[str, bytes, dict[str, str]]:
        """`ring` is the number of a ring; None for a look."""
        self.seq = seq = self.seq + 1 if seq is None else seq
        path = "/v1/snapshots?trigger=look" if ring is None else f"/v1/snapshots?ring={ring}"
        mac = self.sign(path, self.session, seq, len(jpeg) + 32)
        headers = {
            "Content-Type": "image/jpeg",
            "Porchlight-Door": self.door,
            "Porchlight-Session": self.session,
            "Porchlight-Seq": str(seq),
            "Porchlight-Mac": mac.hex(),
        }
        return path, jpeg + picture_mac(self.key, mac, jpeg), headers

    def snapshot(self, jpeg: bytes, ring: int | str | None = None, seq: int | None = None) -> Answer:
        return self.house.post(*self.snapshot_parts(jpeg, ring, seq))


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_file, "_keyring_get", lambda _name: "")
    monkeypatch.setattr(settings_file, "_keyring_set", lambda _name, _secret: False)
    monkeypatch.setattr(settings_file, "_keyring_delete", lambda _name: None)


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., House]]:
    built: list[House] = []

    def make(**chosen: Any) -> House:
        built.append(House(tmp_path / str(len(built)), **chosen))
        return built[-1]

    yield make
    for house in built:
        house.stop()


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build()


@pytest.fixture
def door(house: House) -> Remote:
    remote = house.pair()
    assert remote.hello()[0] == 201
    return remote


# ---- the good path


def test_a_hello_is_answered_by_a_station_that_proves_itself(house: House) -> None:
    remote = house.pair()
    status, answer = remote.hello()
    assert status == 201
    assert abs(answer["time"] - time.time()) < 5
    said = {"session": answer["session"], "time": answer["time"]}
    assert answer["mac"] == greeting_mac(remote.key, "front", remote.boot, "", **said).hex()
    assert house.known().firmware == "1.0"


def test_the_answer_to_a_hello_covers_its_nonce(house: House) -> None:
    """So that an answer recorded earlier proves nothing."""
    remote = house.pair()
    nonce = "a0" * 16
    _, answer = remote.hello(nonce=nonce)
    said = {"session": answer["session"], "time": answer["time"]}
    assert answer["mac"] == greeting_mac(remote.key, "front", remote.boot, nonce, **said).hex()
    assert answer["mac"] != greeting_mac(remote.key, "front", remote.boot, "b0" * 16, **said).hex()
    assert [remote.hello(nonce=nonce)[0] for nonce in ("A0" * 16, "a0", 7, None)] == [400] * 4


def test_a_ring_is_durable_and_announced_before_any_picture(house: House, door: Remote) -> None:
    status, answer = door.ring()
    assert status == 201
    visit = house.store.visit(answer["visit"])
    assert (visit.trigger, visit.verdict, visit.snapshots, visit.picture) == (Trigger.RING, None, (), None)
    assert [(d.kind, d.state) for d in visit.deliveries] == [("text", "due")]
    assert visit in house.changes


def test_the_pictures_of_a_ring_join_its_visit_and_alert_nobody_again(house: House, door: Remote) -> None:
    _, rung = door.ring()
    first, second = picture("red"), picture("blue")
    status, taken = door.snapshot(first, ring=1)
    assert (status, taken["visit"]) == (201, rung["visit"])
    assert door.snapshot(second, ring=1)[1]["visit"] == rung["visit"]
    visit = house.store.visit(rung["visit"])
    assert [shot.path.read_bytes() for shot in visit.snapshots] == [first, second], "without the signature"
    assert visit.picture == visit.snapshots[0]
    assert taken["snapshot"] == visit.snapshots[0].id
    assert len(visit.deliveries) == 1


def test_a_late_picture_joins_its_ring_and_is_no_new_visit(house: House, door: Remote) -> None:
    _, rung = door.ring()
    with sqlite3.connect(house.store.path) as db:
        db.execute("UPDATE visits SET started_at = started_at - 3600")
    db.close()
    assert door.snapshot(picture(), ring=1)[1]["visit"] == rung["visit"]
    assert house.kept() == (1, 1)


def test_a_picture_the_house_asked_for_is_a_visit_of_its_own_that_nobody_is_told_of_before_its_verdict(
    house: House, door: Remote
) -> None:
    """Whatever happened a moment ago, and though it shows the very same bytes."""
    rung = door.ring()[1]["visit"]
    door.snapshot(picture(), ring=1)
    looked = [door.snapshot(picture())[1]["visit"] for _ in range(2)]
    assert len({rung, *looked}) == 3
    for visit in map(house.store.visit, looked):
        assert (visit.trigger, visit.deliveries, len(visit.snapshots)) == (Trigger.LOOK, (), 1)
        assert headline(visit) == "A look at the door"
    path, body, headers = door.snapshot_parts(picture("blue"))
    bare = door.sign("/v1/snapshots", door.session, door.seq, len(body))
    body = picture("blue") + picture_mac(door.key, bare, picture("blue"))
    status, taken = house.post("/v1/snapshots", body, headers | {"Porchlight-Mac": bare.hex()})
    assert (status, house.store.visit(taken["visit"]).trigger) == (201, Trigger.LOOK), "without a query the same"
    assert path == "/v1/snapshots?trigger=look"


def test_a_look_that_is_sent_again_after_a_restart_is_the_same(house: House, door: Remote) -> None:
    looked = door.snapshot(picture())[1]
    house.restart()
    door.hello()
    assert door.snapshot(picture(), seq=door.seq)[1] == looked
    assert door.snapshot(picture("blue"), ring=door.seq)[1]["visit"] == looked["visit"], "further pictures name it"


def test_the_pictures_of_an_unknown_ring_are_one_visit_of_their_own(house: House, door: Remote) -> None:
    rung = door.ring()[1]["visit"]
    lost = [door.snapshot(picture(colour), ring=99)[1]["visit"] for colour in ("red", "blue")]
    assert lost[0] == lost[1] != rung


def test_the_same_bytes_for_two_rings_are_two_pictures(house: House, door: Remote) -> None:
    """A look between two presses keeps them apart here; each has its picture."""
    visits = [door.ring(trigger=trigger)[1]["visit"] for trigger in ("look", "test")]
    taken = [door.snapshot(picture(), ring=ring)[1] for ring in (1, 2)]
    assert [one["visit"] for one in taken] == visits
    assert door.snapshot(picture(), ring=2)[1] == taken[1], "but the same bytes for one ring are one"


def ring_of_age(door: Remote, age: str, path: str = "") -> Answer:
    signed = f"/v1/rings?age={age}"
    return door.post_json(path or signed, door.ring_body(path=signed))


@pytest.mark.parametrize(("age", "seconds"), [("0", 0), ("95", 95), ("unknown", 60), ("9" * 15, 30 * 86_400)])
def test_a_press_that_had_to_wait_is_a_visit_of_its_own_time(
    house: House, door: Remote, age: str, seconds: int
) -> None:
    """So it is told as late, and nobody runs to the door."""
    status, answer = ring_of_age(door, age)
    assert status == 201
    assert abs(time.time() - seconds - house.store.visit(answer["visit"]).started_at) < 5
    assert time.time() - house.known().last_heard < 5, "it was heard now"


def test_a_late_press_is_not_taken_for_one_of_now(house: House, door: Remote) -> None:
    late, now = ring_of_age(door, "95")[1]["visit"], door.ring()[1]["visit"]
    assert late != now
    assert ring_of_age(door, "95")[1]["visit"] == late, "but sent once more it is the same"


def test_the_age_of_a_press_cannot_be_taken_off(house: House, door: Remote) -> None:
    """Else a recorded late ring could be made one of now."""
    for path in ("/v1/rings", "/v1/rings?age=0", "/v1/rings?age=9", "/v1/rings?age=95&age=0"):
        assert ring_of_age(door, "95", path)[0] == 401
    assert [ring_of_age(door, age)[0] for age in ("-1", "1.5", "", "soon")] == [400] * 4
    assert house.kept() == (0, 0)


def test_a_second_press_within_the_window_is_the_same_visit_and_told_once(house: House, door: Remote) -> None:
    first, second = door.ring()[1], door.ring()[1]
    assert first == second
    assert len(house.store.visit(first["visit"]).deliveries) == 1
    assert door.snapshot(picture(), ring=2)[1]["visit"] == first["visit"]


@pytest.mark.parametrize("trigger", ["look", "test"])
def test_a_look_never_hides_a_press(house: House, door: Remote, trigger: str) -> None:
    looked = door.ring(trigger=trigger)[1]["visit"]
    assert house.store.visit(looked).trigger == trigger
    assert house.store.visit(looked).deliveries == (), "nobody is at the door because of it"
    rung = door.ring()[1]["visit"]
    assert rung != looked
    assert len(house.store.visit(rung).deliveries) == 1
    assert door.ring(trigger=trigger)[1]["visit"] not in (looked, rung)
    assert door.ring()[1]["visit"] == rung, "nor does one in between part two presses"


def test_what_a_ring_is_cannot_be_changed_on_the_way(house: House, door: Remote) -> None:
    """Else a press could be passed off as a look, and nobody would be told."""
    body = door.ring_body()
    for path in ("/v1/rings?trigger=look", "/v1/rings?trigger=ring"):
        assert door.post_json(path, body)[0] == 401
    assert [door.ring(trigger=trigger)[0] for trigger in ("RING", "door", "look%20")] == [400] * 3
    assert door.post_json("/v1/rings", door.ring_body(trigger="look"))[0] == 400, "it is not in the body any more"
    assert house.kept() == (0, 0)


def test_many_looks_do_not_take_a_press_its_place(build: Callable[..., House]) -> None:
    house = build(pictures_per_minute=1)
    remote = house.pair()
    remote.hello()
    assert [remote.snapshot(picture())[0] for _ in range(2)] == [201, 429]
    assert [remote.ring(trigger="look")[0] for _ in range(2)] == [201, 429]
    assert remote.ring(seq=10)[0] == 201
    assert remote.snapshot(picture(), ring=10)[0] == 201


def test_a_broken_picture_with_a_right_signature_is_kept(house: House, door: Remote) -> None:
    """Who rang is told already; what the camera saw is shown as broken, and never hidden."""
    door.ring()
    assert door.snapshot(b"not a JPEG at all", ring=1)[0] == 201
    assert door.snapshot(b"", ring=1)[0] == 400


# ---- what is refused


FLIPS = (0x01, 0x80)


def test_every_flipped_byte_of_a_ring_is_refused(house: House, door: Remote) -> None:
    body = door.ring_body()
    for where in range(len(body)):
        for flip in FLIPS:
            changed = bytearray(body)
            changed[where] ^= flip
            status, answer = door.post_json("/v1/rings", bytes(changed))
            assert status in (400, 401), (where, changed, answer)
            assert set(answer) == {"title", "message"}
    assert house.kept() == (0, 0)
    assert door.post_json("/v1/rings", body)[0] == 201, "none of them used the number up"


def test_every_flipped_byte_of_a_hello_is_refused_but_those_that_say_what_it_runs(house: House, door: Remote) -> None:
    """And those of its nonce: the door does not accept the answer to another one."""
    body = door.hello_body(nonce="a0" * 16)
    unsigned = {body.index(part) + byte for part in (b"1.0", b"a0" * 16) for byte in range(len(part))}
    for where in set(range(len(body))) - unsigned:
        changed = bytearray(body)
        changed[where] ^= 0x01
        assert door.post_json("/v1/hello", bytes(changed))[0] in (400, 401), (where, changed)
    assert door.post_json("/v1/hello", body)[0] == 201


def test_every_flipped_byte_of_a_picture_is_refused(house: House, door: Remote) -> None:
    door.ring()
    path, body, headers = door.snapshot_parts(picture(size=(8, 8)), ring=1)
    for where in range(len(body)):
        changed = bytearray(body)
        changed[where] ^= 0x01
        assert house.post(path, bytes(changed), headers)[0] == 401
    for name in ("Porchlight-Door", "Porchlight-Session", "Porchlight-Seq", "Porchlight-Mac"):
        for where in range(len(headers[name])):
            value = bytearray(headers[name].encode())
            value[where] ^= 0x01
            assert house.post(path, body, headers | {name: value.decode()})[0] in (400, 401), (name, value)
    for other in ("/v1/snapshots", "/v1/snapshots?ring=2", "/v1/snapshots?ring=1&x=1", "/v1/snapshots?ring=%31"):
        assert house.post(other, body, headers)[0] == 401
    assert house.kept() == (1, 0)
    assert house.post(path, body, headers)[0] == 201


def test_a_repeated_ring_is_409_with_its_visit(house: House, door: Remote) -> None:
    """A door whose answer was lost learns that it arrived; a recording rings nobody's bell."""
    body = door.ring_body()
    _, rung = door.post_json("/v1/rings", body)
    status, answer = door.post_json("/v1/rings", body)
    assert (status, answer["visit"]) == (409, rung["visit"])
    assert set(answer) == {"title", "message", "visit"}
    assert house.kept() == (1, 0)
    assert house.known().refused == {"replayed": 1}


def test_a_repeated_picture_is_409_with_its_visit(house: House, door: Remote) -> None:
    parts = door.snapshot_parts(picture())
    _, taken = house.post(*parts)
    status, answer = house.post(*parts)
    assert (status, answer["visit"]) == (409, taken["visit"])
    assert house.kept() == (1, 1)


def test_requests_out_of_order_are_409_without_a_visit(house: House, door: Remote) -> None:
    early, late = door.ring_body(), door.ring_body()
    assert door.post_json("/v1/rings", late)[0] == 201
    status, answer = door.post_json("/v1/rings", early)
    assert (status, set(answer)) == (409, {"title", "message"})


def test_ten_times_the_same_number_at_once_is_taken_once(house: House, door: Remote) -> None:
    body, together = door.ring_body(), Barrier(10)

    def send(_: int) -> Answer:
        together.wait(20)
        return door.post_json("/v1/rings", body)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(send, range(10)))
    assert sorted(status for status, _ in answers) == [201, *[409] * 9]
    assert len({answer["visit"] for _, answer in answers}) == 1, "each of them learns the visit"


def test_another_doors_key_opens_nothing(house: House, door: Remote) -> None:
    back = house.pair("back")
    back.hello()
    back.door = "front"
    assert back.hello()[0] == 401
    assert back.ring()[0] == 401
    back.session = door.session
    assert back.ring()[0] == 401
    assert back.snapshot(picture())[0] == 401
    assert house.kept() == (0, 0)
    assert house.known().refused == {"signature": 4}


def test_the_session_of_another_door_is_unknown(house: House, door: Remote) -> None:
    back = house.pair("back")
    back.hello()
    back.session = door.session
    assert back.ring()[0] == 401
    assert house.known("back").refused == {"session": 1}


def test_a_door_that_does_not_exist_gets_the_answer_of_a_wrong_key(house: House, door: Remote) -> None:
    nobody = Remote(house, "nobody", bytes(32))
    wrong = Remote(house, "front", bytes(32))
    assert nobody.hello() == wrong.hello()
    assert nobody.ring() == wrong.ring()
    assert house.intake.refusals.of_strangers == {"signature": 2}


def test_a_body_moved_to_another_request_is_refused(house: House, door: Remote) -> None:
    """Both are the door's own and of one length: yet no picture can be shown for another."""
    one, other = picture("red"), picture("blue")
    assert len(one) == len(other)
    path, _, headers = door.snapshot_parts(one)
    _, body, _ = door.snapshot_parts(other)
    assert house.post(path, body, headers)[0] == 401
    assert house.kept() == (0, 0)


def test_a_body_cut_short_is_refused_and_nothing_is_stored(house: House, door: Remote) -> None:
    path, body, headers = door.snapshot_parts(picture())
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    house.raw(head.encode() + body[:-40], hang_up=True)
    for end in (0, 1, 31, 32, len(body) - 1):
        assert house.post(path, body[:end], headers)[0] == 401
    assert house.kept() == (0, 0)
    assert house.post(path, body, headers)[0] == 201


def test_a_refused_door_is_403_even_with_its_key(house: House, door: Remote) -> None:
    house.store.set_door("front", DoorState.REFUSED, ())
    assert (door.ring()[0], door.snapshot(picture())[0], door.hello()[0]) == (403, 403, 403)
    assert house.kept() == (0, 0)
    assert house.known().refused == {"not_let_in": 3}


def test_nothing_unsigned_is_taken_in_the_name_of_a_door_with_a_key(build: Callable[..., House]) -> None:
    house = build(unknown_doors="accept")
    house.pair("legacy-127-0-0-1")
    status, _ = house.post("/", picture(), {"Content-Type": "image/jpeg"})
    assert status == 401
    assert house.kept() == (0, 0)
    assert house.known("legacy-127-0-0-1").refused == {"unsigned": 1}


def test_a_door_without_a_key_waits_for_the_owner_and_is_shown_as_unauthenticated(house: House) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", house.server.port, timeout=20)
    connection.request("POST", "/", picture(), {"Content-Type": "image/jpeg"})
    assert connection.getresponse().status == 202
    connection.close()
    known = house.known("legacy-127-0-0-1")
    assert (known.state, known.authenticated) == (DoorState.ASKING, False)
    assert house.pair().house.known().authenticated


def test_what_is_too_large_is_413_and_what_is_no_picture_415(build: Callable[..., House]) -> None:
    house = build(max_upload_mb=1)
    remote = house.pair()
    remote.hello()
    assert remote.snapshot(bytes(1024 * 1024 + 1))[0] == 413
    assert remote.snapshot(bytes(3 * 1024 * 1024))[0] == 413
    assert remote.post_json("/v1/rings", b" " * 5000)[0] == 413
    path, body, headers = remote.snapshot_parts(picture())
    assert house.post(path, body, headers | {"Content-Type": "text/plain"})[0] == 415
    assert house.post("/v1/rings", remote.ring_body(), {"Content-Type": "text/plain"})[0] == 415
    assert b" 411 " in house.raw(b"POST /v1/rings HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").split(b"\r\n")[0]
    assert remote.snapshot(bytes(1024 * 1024))[0] == 201, "the signature does not count"


def test_a_door_that_sends_too_much_is_429_and_its_number_is_not_used_up(build: Callable[..., House]) -> None:
    house = build(pictures_per_minute=2)
    remote = house.pair()
    assert [remote.hello()[0] for _ in range(3)] == [201, 201, 429]
    assert [remote.ring()[0] for _ in range(3)] == [201, 201, 429]
    assert remote.snapshot(picture(), ring=1, seq=3)[0] == 201, "rings do not take the pictures' places"
    assert house.known().refused == {"too_many": 2}


@pytest.mark.expects_log("could not be stored")
def test_a_full_disk_is_503_and_the_same_request_is_taken_later(
    house: House, door: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = door.ring_body()

    def full(*_: Any, **__: Any) -> Any:
        raise StoreError("The database cannot be written", "database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(house.store, "ring", full)
        status, answer = door.post_json("/v1/rings", body)
    assert (status, answer["title"]) == (503, "The disk is full")
    assert door.post_json("/v1/rings", body)[0] == 201


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(["id", "door", "boot", "firmware", "session", "seq", "mac", "trigger"])
_FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_FUZZ
@given(
    st.sampled_from(["/v1/hello", "/v1/rings"]),
    st.binary(max_size=300)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(NAMES, JSON | st.just("0" * 32) | st.just("0" * 64)).map(lambda v: json.dumps(v).encode()),
)
def test_garbage_is_refused_in_words_and_breaks_nothing(house: House, path: str, body: bytes) -> None:
    status, answer = house.post(path, body, {"Content-Type": "application/json"})
    assert status in (400, 401)
    assert set(answer) == {"title", "message"}
    assert house.kept() == (0, 0)


@pytest.mark.parametrize(
    "body",
    [b"[" * 4000, b'{"seq":' + b"9" * 4000 + b"}", b"null", b'"\\ud800"', b"{}", b"\xff\xfe", b""],
    ids=["deep", "long number", "null", "half a character", "empty object", "no text", "nothing"],
)
def test_hostile_json_is_400(house: House, body: bytes) -> None:
    assert house.post("/v1/rings", body, {"Content-Type": "application/json"})[0] == 400


@pytest.mark.parametrize("seq", [0, -1, True, 1.0, "1", [], 2**53])
def test_a_number_that_is_none_is_400(house: House, door: Remote, seq: Any) -> None:
    assert door.ring(seq=seq)[0] == 400


@pytest.mark.parametrize("ring", ["-1", "0", "01", "x", "", "9" * 17])
def test_a_ring_that_is_no_number_is_400(house: House, door: Remote, ring: Any) -> None:
    assert door.snapshot(picture(), ring=ring)[0] == 400


# ---- updates


def signature(key: bytes, *words: object) -> str:
    """Reckoned here, independently of the station."""
    return hmac.digest(key, "\n".join(map(str, words)).encode(), hashlib.sha256).hex()


def update(door: Remote, path: str = "/v1/updates", seq: int | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", door.house.server.port, timeout=20)
    try:
        connection.request("POST", path, door.ring_body(seq, path), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_an_update_is_a_signed_list_and_its_files(house: House, door: Remote) -> None:
    status, body = update(door)
    offered = json.loads(body)
    assert (status, offered["version"]) == (200, firmware.VERSION)
    listed = [word for file in offered["files"] for word in file]
    assert offered["mac"] == signature(door.key, "update", "front", door.session, door.seq, offered["version"], *listed)
    assert [name for name, *_ in offered["files"]] == list(firmware.slot_files())
    for name, size, digest in offered["files"]:
        status, content = update(door, f"/v1/updates?file={name}")
        assert (status, len(content), hashlib.sha256(content).hexdigest()) == (200, size, digest)
        assert content == firmware.slot_files()[name]


@pytest.mark.parametrize(
    "name", ["boot.py", "__init__.py", "", "../setup.cfg", "..%2Fsetup.cfg", "%2Fetc%2Fpasswd", "main", "main.py%00"]
)
def test_what_is_not_on_the_list_is_404_and_uses_no_number_up(house: House, door: Remote, name: str) -> None:
    assert update(door, f"/v1/updates?file={name}", 5)[0] == 404
    assert update(door, "/v1/updates?file=main.py", 5)[0] == 200


def test_an_update_is_for_doors_that_are_let_in_only(house: House, door: Remote) -> None:
    body = door.ring_body(path="/v1/updates")
    assert door.post_json("/v1/updates?file=main.py", body)[0] == 401, "the path is signed"
    assert door.post_json("/v1/updates", body)[0] == 200
    assert door.post_json("/v1/updates", body)[0] == 409
    assert update(Remote(house, "front", bytes(32)))[0] == 401
    assert update(Remote(house, "nobody", bytes(32)))[0] == 401
    assert house.post("/v1/updates", b"{}", {"Content-Type": "application/json"})[0] == 400
    assert house.raw(b"GET /v1/updates HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 405")
    house.store.set_door("front", DoorState.REFUSED, ())
    assert update(door)[0] == 403


def test_a_door_that_asks_too_often_is_429_and_may_still_ring(house: House, door: Remote) -> None:
    assert [update(door)[0] for _ in range(MOST_UPDATE_REQUESTS + 1)] == [200] * MOST_UPDATE_REQUESTS + [429]
    assert door.ring()[0] == 201


def test_an_update_does_not_push_out_what_became_of_a_ring(house: House, door: Remote) -> None:
    body = door.ring_body()
    _, rung = door.post_json("/v1/rings", body)
    for _ in range(MOST_ANSWERS + 1):
        update(door)
    status, answer = door.post_json("/v1/rings", body)
    assert (status, answer["visit"]) == (409, rung["visit"])


# ---- restarts, sessions, keys


def test_after_a_restart_the_door_says_hello_and_its_picture_joins_the_ring(house: House, door: Remote) -> None:
    _, rung = door.ring()
    house.restart()
    parts = door.snapshot_parts(picture(), ring=1)
    assert house.post(*parts)[0] == 401
    before = door.session
    assert door.hello()[0] == 201
    assert door.session != before
    status, taken = door.snapshot(picture(), ring=1)
    assert (status, taken["visit"]) == (201, rung["visit"])
    assert house.post(*parts)[0] == 401, "what was recorded before stays worthless"
    assert house.known().refused == {"session": 2}


def test_a_door_that_counts_anew_gets_its_own_rings_first(house: House, door: Remote) -> None:
    """In the session at hand a number means the ring of this session, else the latest of the same boot."""
    old = door.ring(trigger="look")[1]["visit"]
    door.hello()
    new = door.ring(seq=1, trigger="test")[1]["visit"]
    assert old != new
    assert door.snapshot(picture("red"), ring=1, seq=2)[1]["visit"] == new


def test_rings_of_an_earlier_boot_are_not_mistaken_for_this_ones(house: House, door: Remote) -> None:
    old = door.ring()[1]["visit"]
    again = Remote(house, "front", door.key)
    again.hello()
    assert again.snapshot(picture(), ring=1)[1]["visit"] != old


def test_repeated_hellos_do_not_push_the_doors_own_session_out(house: House, door: Remote) -> None:
    recorded = door.hello_body()
    door.ring()
    for _ in range(3 * MOST_SESSIONS):
        assert door.post_json("/v1/hello", recorded)[0] == 201
    assert door.ring()[0] == 201


def test_the_newest_sessions_stay_valid_and_older_ones_end(house: House) -> None:
    remotes = [house.pair()]
    remotes += [Remote(house, "front", remotes[0].key) for _ in range(MOST_SESSIONS)]
    for remote in remotes:
        remote.hello()
        remote.ring()
    assert [remote.ring()[0] for remote in remotes] == [401, *[201] * MOST_SESSIONS]


def test_a_session_remembers_a_bounded_number_of_answers() -> None:
    session = Sessions().open("front", 1.0, "0" * 32)
    for seq in range(1, 3 * MOST_ANSWERS):
        with session.turn(seq) as kept:
            kept(f"visit {seq}")
    assert len(session._visits) == MOST_ANSWERS


def test_pairing_again_voids_the_old_key_and_its_sessions(house: House, door: Remote) -> None:
    """Also when another process does it: the row tells the station."""
    key = bytes.fromhex(pair(house.store, DoorKeys(house.folder / "station.toml"), "front", "Front"))
    assert (door.ring()[0], door.hello()[0]) == (401, 401)
    door.key = key
    assert door.ring()[0] == 401, "a session of the old key is over"
    assert (door.hello()[0], door.ring()[0]) == (201, 201)


def test_an_unpaired_door_is_let_in_neither_with_its_key_nor_without(build: Callable[..., House]) -> None:
    house = build(unknown_doors="accept")
    remote = house.pair("legacy-127-0-0-1")
    remote.hello()
    assert unpair(house.store, house.keys, "legacy-127-0-0-1").state is DoorState.REFUSED
    assert (remote.ring()[0], remote.hello()[0]) == (401, 401)
    assert house.post("/", picture(), {"Content-Type": "image/jpeg"})[0] == 403
    assert remote.key.hex() not in (house.folder / "station.secrets.json").read_text()


@pytest.mark.parametrize("door", ["", "Front", "a/b", "web-10-0-0-1", "this-computer"])
def test_an_id_that_cannot_be_a_doors_is_not_paired(house: House, door: str) -> None:
    with pytest.raises(StationError):
        house.pair(door)


@pytest.mark.expects_log("The key of the door front cannot be read")
def test_a_key_that_cannot_be_read_is_503_and_said(house: House) -> None:
    """The owner's keyring is locked: that is no fault of the door, and it may try again."""
    remote = house.pair()
    (house.folder / "station.secrets.json").unlink()
    assert remote.hello()[0] == 503


def test_keys_are_kept_in_a_private_file_and_never_logged_or_shown(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    remote = house.pair()
    remote.hello()
    remote.ring()
    remote.snapshot(picture(), ring=1)
    Remote(house, "front", bytes(32)).hello()
    house.known()
    shown = caplog.text + repr(vars(house)) + repr(house.store.doors()) + repr(house.changes)
    assert remote.key.hex() not in shown
    assert repr(remote.key) not in shown
    secrets = house.folder / "station.secrets.json"
    assert remote.key.hex() in secrets.read_text()
    assert secrets.stat().st_mode & 0o077 == 0
    assert remote.key.hex().encode() not in house.store.path.read_bytes()


def test_the_owner_sees_what_was_refused_at_most_once_a_second(house: House, door: Remote) -> None:
    """A flood of forgeries costs no flood of writes; nothing is lost of the count."""
    wrong = Remote(house, "front", bytes(32))
    for _ in range(50):
        wrong.ring()
    told = [change for change in house.changes if isinstance(change, Door) and change.refused]
    assert len(told) < 25
    assert house.known().refused == {"signature": 50}
