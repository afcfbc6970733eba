"""What has happened before a picture of the window is taken: nothing yet, a day at the door, ten thousand visits.

The window is the real one; the station behind it is scripted (tests/desktop_app/scripted.py), the visitors are painted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import figures
from PySide6.QtCore import QSize, QThreadPool
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scripted import Board, ScriptedStation, a_delivery, a_door, a_face, a_health, a_stranger, a_visit

from desktop_app.assembly import Assembly
from desktop_app.bridge import Bridge
from desktop_app.main_window import MainWindow
from desktop_app.pages.starting import ProblemPage
from desktop_app.problems import Problems
from receiver.errors import PortInUse
from receiver.models import (
    Box,
    Camera,
    Chat,
    ChatsChanged,
    DeliveryState,
    Door,
    DoorState,
    FaceInPhoto,
    FacesInPhoto,
    Finding,
    FullTest,
    Identity,
    Judgement,
    Leg,
    Likeness,
    OwnTest,
    Part,
    PartState,
    Photo,
    Right,
    Verdict,
    Visit,
    VisitState,
)
from receiver.settings import HushSettings, MqttSettings, OpeningSettings, Settings, TelegramSettings

SIZE = (figures.WIDTH, figures.HEIGHT)
FACE = Box(int(figures.FACE.top()), int(figures.FACE.right()), int(figures.FACE.bottom()), int(figures.FACE.left()))
FAMILY = (("Anna", figures.ANNA), ("Bob", figures.BOB), ("Cleo", figures.CLEO))


class Scene:
    """A window around a scripted station in which something has happened."""

    def __init__(self, folder: Path, size: QSize, fill: Callable[[ScriptedStation, Path], None] | None = None) -> None:
        self.folder = folder
        self.station = ScriptedStation(folder, _settings(folder, full=fill is not None))
        if fill is not None:
            fill(self.station, folder)
        self.window = MainWindow()
        self.window.resize(size)
        self.window.show()
        self.bridge = Bridge(self.station)
        self.window.attach(self.station, self.bridge)
        self.assembly = Assembly(self.station, self.bridge, self.window)
        built: list[int] = []
        self.assembly.built.connect(lambda: built.append(1))
        self.assembly.build()
        wait(lambda: bool(built) and bool(self.assembly.visits.records or not self.station.all_visits))
        wait(lambda: len(self.assembly.identities.records) == len(self.station.people))

    def __enter__(self) -> Scene:
        return self

    def __exit__(self, *_: object) -> None:
        self.bridge.close()
        self.window.notice.dismiss()
        self.window.allow_close()
        self.window.close()
        self.window.deleteLater()
        settle()

    def shot(self, page: str) -> QImage:
        """The window as it is."""
        self.window.go(page)
        settle()
        return self.window.grab().toImage()

    # ---- Live

    def several(self) -> None:
        """Three people at once, one of them known."""
        picture = figures.paint(figures.BOB, self.folder / "several.jpg")
        boxes = [Box(120, 60 + 190 * n + 120, 260, 60 + 190 * n) for n in range(3)]
        known = a_face(Verdict.KNOWN, "Bob", box=boxes[1])
        faces = [a_face(Verdict.UNKNOWN, box=boxes[0]), known, a_face(Verdict.UNKNOWN, box=boxes[2])]
        self.station.publish(a_visit(picture, verdict=Verdict.KNOWN, faces=faces, size=SIZE))

    def crowd(self) -> None:
        """Six strangers with a camera that sees wide."""
        picture = figures.paint(figures.CLEO, self.folder / "crowd.jpg")
        boxes = [Box(180 + 30 * (n % 2), 40 + 150 * n + 110, 330 + 30 * (n % 2), 40 + 150 * n) for n in range(6)]
        faces = [a_face(Verdict.UNKNOWN, box=box) for box in boxes]
        self.station.publish(a_visit(picture, verdict=Verdict.UNKNOWN, faces=faces, size=SIZE))

    def waiting(self) -> None:
        """Somebody rang a moment ago, and nobody knows yet who."""
        picture = figures.paint(figures.BOB, self.folder / "waiting.jpg")
        self.station.publish(a_visit(picture, verdict=None, size=SIZE))

    def undelivered(self) -> None:
        """A phone that could not be reached."""
        at = time.time() - 20
        failed = a_delivery(DeliveryState.FAILED, "photo", at=at, error="Telegram does not answer")
        sent = a_delivery(DeliveryState.DELIVERED, "text", at=at)
        late = a_delivery(DeliveryState.DUE, "visitor", at=at, notifier="mqtt", attempts=2, error="no route")
        picture = figures.paint(figures.SHADOW, self.folder / "undelivered.jpg")
        face = a_face(Verdict.UNCLEAR, box=FACE, reason="the face is too dark")
        told = [sent, failed, late]
        reason = "the face is too dark"
        self.station.publish(
            a_visit(picture, verdict=Verdict.UNCLEAR, faces=[face], at=at, deliveries=told, size=SIZE, reason=reason)
        )

    def quiet(self) -> None:
        """Nobody is told for a while."""
        self.station.hush(3600, by="window")

    def not_anna(self) -> None:
        """A name was taken back."""
        anna = next(v for v in self.station.all_visits if v.verdict and v.faces and v.faces[0].identity == "Anna")
        self.window.go("live")
        self.assembly.live.open_visit(anna.id)
        settle()
        self.assembly.live.panel.answers.button("not").click()
        wait(lambda: bool(self.window.notice.text))

    def asking_door(self) -> None:
        """A door nobody approved sends a picture."""
        now = time.time()
        self.station.publish(Door("garden", "garden", DoorState.ASKING, now, now))
        picture = figures.paint(None, self.folder / "garden.jpg")
        held = a_visit(picture, verdict=None, door=("garden", "garden"), state=VisitState.HELD)
        self.station.publish(held)

    # ---- Visits

    def visit(self, row: int = 2) -> None:
        """A visit is chosen."""
        self.window.go("visits")
        settle()
        self.assembly.visits_page.list.setCurrentIndex(self.assembly.history.index(row, 0))

    def filtered(self) -> None:
        """Words for which there is nothing."""
        self.window.go("visits")
        self.station.fits = lambda wanted, visit: not wanted.words
        self.assembly.visits_page.filter.search.setText("the neighbour's cat")
        wait(lambda: self.assembly.history.rowCount() == 0)

    # ---- People

    def people(self) -> None:
        """Someone's photos are on show."""
        self.window.go("people")
        self.assembly.people.select("Anna")

    def strangers(self) -> None:
        """Two who came more than once, one of them chosen."""
        seen = [figures.paint(figures.COURIER, self.folder / f"seen {n}.jpg") for n in range(3)]
        also = [figures.paint(figures.SHADOW, self.folder / f"also {n}.jpg") for n in range(2)]
        found = (a_stranger("C", seen, box=FACE), a_stranger("D", also, days=3, box=FACE))
        wide = [replace(g, width=SIZE[0], height=SIZE[1]) for one in found for g in one.glimpses]
        self.station.gather(replace(found[0], glimpses=tuple(wide[:3])), replace(found[1], glimpses=tuple(wide[3:])))
        self.window.go("people")
        wait(lambda: self.assembly.people.strangers.model.rowCount() == 2)

    def stranger(self) -> None:
        """One of them is looked at."""
        self.strangers()
        listing = self.assembly.people.strangers.list
        listing.setCurrentIndex(listing.model().index(0, 0))

    def enrolled(self) -> None:
        """Photos have just been judged, one by one."""
        photos = [figures.portrait(figures.CLEO, self.folder / f"new {n}.jpg", 1.4 + n / 5, n * 9) for n in range(5)]
        self.station.judgements |= {
            photos[1].name: (Judgement.BLURRED, "the face is blurred"),
            photos[3].name: (Judgement.SEVERAL_FACES, "there are 3 faces in it"),
        }
        self.station.likenesses[photos[2].name] = Likeness("Anna", 0.43)
        self._add("Cleo", photos)

    def group_photo(self) -> None:
        """Which of three is Cleo?"""
        photo = figures.paint(figures.CLEO, self.folder / "party.jpg")
        self.station.judgements[photo.name] = (Judgement.SEVERAL_FACES, "there are 3 faces in it")
        faces = (
            FaceInPhoto(FACE, "", None),
            FaceInPhoto(Box(60, 260, 200, 120), "", Likeness("Bob", 0.31)),
            FaceInPhoto(Box(80, 860, 200, 740), "the face is too small", None),
        )
        self.station.groups[photo.name] = FacesInPhoto(*SIZE, faces)
        self._add("Cleo", [photo])
        self.assembly.people.enrolment.look()

    def own_test(self) -> None:
        """Does it work here?"""
        same = tuple(0.28 + n / 100 for n in range(16))
        other = tuple(0.6 + n / 120 for n in range(24))
        self.station.own_test = OwnTest(Finding.APART, same, other, (), None, None, {}, 0.56, 0.56, None)
        self.window.go("people")
        self.assembly.people.own_test.opener.click()
        wait(lambda: not self.assembly.people.own_test.isHidden())

    def forgetting(self) -> None:
        """Anna for good?"""
        self.people()
        self.assembly.people.forget.ask("Anna")

    def _add(self, name: str, photos: list[Path]) -> None:
        self.window.go("people")
        self.assembly.people.enrolment.add_all(name, [("", photos)])
        wait(lambda: not self.assembly.people.enrolment.busy)

    # ---- Doors

    def doors(self) -> None:
        """Two doors, one of them in need of something, and the virtual one beside them."""
        ailing = a_health(version="0.1.0", camera="the camera does not answer", queue=2)
        refused = {"signature": 3, "replayed": 1}
        self.station.publish(a_door(health=a_health(), online=True))
        self.station.publish(a_door("garden-gate", "Garden gate", health=ailing, online=True, refused=refused))
        self.window.go("doors")
        page = self.assembly.doors
        page.virtual.start()
        wait(lambda: self.station.virtual_door is not None)
        picture = figures.paint(figures.ANNA, self.folder / "before.jpg").read_bytes()
        self.station.virtual_door.seen = lambda: picture
        self.station.virtual_door.state["display"] = ["I'm coming"]
        wait(lambda: page.virtual.screen.text() == "I'm coming")
        page.cards["garden-gate"].update_firmware()
        wait(lambda: self.station.firmware_version in page.cards["garden-gate"].answer)

    def camera_door(self) -> None:
        """A camera in the network is a door, too."""
        door = a_door("camera-1", "Side entrance", paired_at=None, firmware="")
        self.station.publish(door)
        source = "rtsp://anna:***@192.168.1.40/stream1"
        self.station.publish(Camera(door.id, door.name, source, True, PartState.WORKING, ""))

    def full_test(self, broken: str = "") -> None:
        """Every leg with its time, or what broke."""
        legs = (
            Leg("receiver", "receiver", 4.0),
            Leg("recognition", "recognition", 340.0),
            Leg("telegram", "telegram", None if broken else 620.0, broken),
            Leg("mqtt", "mqtt", 18.0),
            Leg("screen of Front door", "mqtt", 410.0),
        )
        test = FullTest(time.time(), legs, "v")
        self.station.full_test = lambda: test
        self.window.go("doors")
        self.assembly.doors.test.run()
        wait(self.assembly.doors.test.again.isEnabled)

    def ways(self) -> None:
        """Every way to another door."""
        self.window.go("doors")
        self.assembly.doors.add_action.click()

    def set_up(self) -> None:
        """A board is plugged in and gets its name."""
        self.station.plugged = (Board("/dev/ttyACM0", "E6612483CB4C8A29"),)
        self.window.go("doors")
        self.assembly.doors.add_board()
        settle()
        QTest.keyClicks(self.assembly.doors.set_up.name, "Garden gate")

    def camera(self) -> None:
        """A camera is about to become a door."""
        self.station.built_in = ("0",)
        self.window.go("doors")
        self.assembly.doors.add_camera()

    # ---- Settings

    def chats(self) -> None:
        """Two chats are paired."""
        rights = frozenset({Right.SEE, Right.REPLY})
        for target, name in (("4711", "Anna's phone"), ("-100", "Family")):
            self.station.paired[target] = Chat(target, name, rights, time.time())
        self.station.publish(ChatsChanged(self.station.chats()))

    def tested(self) -> None:
        """Everything was tested."""
        legs = (Leg("receiver", "receiver", 4.0), Leg("telegram", "telegram", 620.0), Leg("mqtt", "mqtt", 18.0))
        self.station.full_test = lambda: FullTest(time.time(), legs, "v")
        self.window.go("settings")
        self.assembly.settings.test_all.click()
        wait(self.assembly.settings.test_all.isEnabled)
        self.assembly.settings.show_test(self.station.full_test())

    def section(self, name: str) -> QImage:
        """A part of the settings, with all it has."""
        self.shot("settings")
        self.assembly.settings.rows[("data_dir",)].show_value(Path("~/Porchlight"))  # no folder of this computer
        self.assembly.settings.cards[name].unfold()
        settle()
        self.assembly.settings.reveal(name)
        return self.shot("settings")

    # ---- the window

    def problem(self) -> QImage:
        """The station could not start."""
        error = PortInUse("Port 1066 is in use", "Another program listens there. Stop it, or use another port.")
        problems = Problems(Path("station.toml"), lambda: None, lambda: None)
        self.window.show_problem(ProblemPage(*problems.explain(error)))
        settle()
        return self.window.grab().toImage()


def a_first_visit(station: ScriptedStation, folder: Path) -> None:
    """One ring, one person."""
    picture = figures.paint(figures.ANNA, folder / "first.jpg")
    station.all_visits.append(_visit(picture, Verdict.UNKNOWN, None, time.time() - 40))
    _enrol(station, folder, FAMILY[:1])
    _work(station)


def a_day(station: ScriptedStation, folder: Path) -> None:
    """A day at the door."""
    day = 60 * 24
    for minutes, figure, verdict, name, reason in (
        (0.5, figures.COURIER, Verdict.UNKNOWN, None, ""),
        (14, figures.ANNA, Verdict.KNOWN, "Anna", ""),
        (41, figures.BOB, Verdict.KNOWN, "Bob", ""),
        (day + 30, None, Verdict.NO_FACE, None, ""),
        (day + 60, figures.SHADOW, Verdict.UNCLEAR, None, "the face is too dark"),
        (day + 180, figures.CLEO, Verdict.KNOWN, "Cleo", ""),
    ):
        picture = figures.paint(figure, folder / f"{int(minutes)}.jpg")
        station.all_visits.append(_visit(picture, verdict, name, time.time() - minutes * 60, reason))
    _enrol(station, folder, FAMILY)
    _work(station)


def ten_thousand(station: ScriptedStation, folder: Path) -> None:
    """Three years at a busy door, and everybody in the street enrolled."""
    a_day(station, folder)
    some = station.all_visits
    hour = 3600 * 2.6
    older = [replace(some[n % 6], id=f"{n:018x}", started_at=time.time() - 3 * 86_400 - n * hour) for n in range(9_994)]
    station.all_visits = [*some, *older]
    for n in range(120):
        like = station.people[FAMILY[n % 3][0]]
        station.people[f"Neighbour {n + 1}"] = Identity(f"Neighbour {n + 1}", like.photos)


def long_names(station: ScriptedStation, folder: Path) -> None:
    """Who is called something long, at a door that is, too."""
    a_day(station, folder)
    name = "Maximiliane-Alexandra von und zu Hohenstaufen-Wittelsbach"
    newest = station.all_visits[0]
    face = a_face(Verdict.KNOWN, name, box=FACE)
    door = "The door behind the garden shed, near the compost"
    station.all_visits[0] = replace(
        newest, faces=(replace(face, snapshot=newest.faces[0].snapshot),), verdict=Verdict.KNOWN, door_name=door
    )
    station.people[name] = Identity(name, station.people["Anna"].photos)


def _visit(picture: Path, verdict: Verdict, name: str | None, at: float, reason: str = "") -> Visit:
    faces = [a_face(verdict, name, box=FACE, reason=reason)] if verdict is not Verdict.NO_FACE else []
    sent = [
        a_delivery(DeliveryState.DELIVERED, "text", at=at),
        a_delivery(DeliveryState.DELIVERED, "photo", at=at, delivered_at=at + 0.6),
        a_delivery(DeliveryState.DELIVERED, "ring", at=at, notifier="mqtt", target=""),
        a_delivery(DeliveryState.DELIVERED, "visitor", at=at, notifier="mqtt", target="", delivered_at=at + 0.5),
    ]
    return a_visit(picture, verdict=verdict, faces=faces, at=at, reason=reason, deliveries=sent, size=SIZE)


def _enrol(station: ScriptedStation, folder: Path, family: tuple[tuple[str, figures.Figure], ...]) -> None:
    for name, figure in family:
        near = [figures.portrait(figure, folder / f"{name} {n}.jpg", 1.5 + n / 5, n * 12) for n in range(3)]
        photos = [Photo(name, path, "", Judgement.GOOD, "") for path in near]
        aside = figures.portrait(figure, folder / f"{name} far.jpg", 0.5)
        photos.append(Photo(name, aside, "", Judgement.TOO_SMALL, "the face is too small"))
        station.people[name] = Identity(name, tuple(photos))


def _work(station: ScriptedStation) -> None:
    for part in ("telegram", "mqtt"):
        station.all_parts[part] = Part(part, PartState.WORKING, "connected", time.time() - 3600)


def _settings(folder: Path, *, full: bool) -> Settings:
    """What a homeowner has set."""
    if not full:
        return Settings(data_dir=folder)
    return Settings(
        data_dir=folder,
        telegram=TelegramSettings(enabled=True, token="1:x", chat_ids=(4711,)),  # noqa: S106  -- nobody's token
        mqtt=MqttSettings(broker="external", host="broker.home"),
        hush=HushSettings(
            quiet_hours="Mon-Fri 22:00-07:00, Sat Sun 23:00-09:00", never_for=("Anna",), digest_at="20:00"
        ),
        opening=OpeningSettings(doors=("front-door",)),
    )


def wait(condition: Callable[[], bool], patience_s: float = 20) -> None:
    """Turn the event loop until something is so."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(condition)
        QApplication.processEvents()


def settle() -> None:
    """Let pictures arrive and layouts come to rest."""
    for _ in range(4):
        QApplication.processEvents()
        QThreadPool.globalInstance().waitForDone()
        QApplication.processEvents()
