"""Makes docs/pictures/*.png: every page, light and dark, empty and full, at 100 % and 200 %.

    python docs/pictures/make.py [--into FOLDER] [--language de] [--states]

`--states` makes the rarer states instead, to be looked at before a release and not kept: several strangers, quiet, the
undo of *Not Anna*, an enrolment's report, the owner's own test, filters, chats, a small window, right to left.

The window is the real one; the station behind it is scripted and the visitors are painted (figures.py), so no photo of
a person gets into the repository. It needs no screen: Qt draws offscreen.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Shots = Callable[[Path, str], Iterator[tuple[str, object]]]

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests" / "desktop_app"), str(HERE)]


def main() -> int:
    """Make all pictures, each scale in a process of its own: Qt reads the scale once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=HERE)
    parser.add_argument("--scale", choices=("1", "2"))
    parser.add_argument("--language", choices=("en", "de"), default="en")
    parser.add_argument("--states", action="store_true", help="the rarer states instead")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    if options.scale:
        make(options.into, options.scale, states if options.states else pages, options.language)
        return 0
    for scale in ("1", "2"):
        environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, __file__, "--into", str(options.into), "--scale", scale]
        command += ["--language", options.language]
        command += ["--states"] * options.states
        subprocess.run(command, env=environment, check=True)  # noqa: S603  -- ourselves
    return 0


def make(into: Path, scale: str, shots: Shots, language: str) -> None:
    """All pictures of one scale."""
    from PySide6.QtGui import QFont  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from desktop_app.app import make_application  # noqa: PLC0415
    from desktop_app.main_window import apply_theme  # noqa: PLC0415

    application = make_application(["make"], language)
    application.setFont(QFont("DejaVu Sans", 10))
    light = application.palette()
    with tempfile.TemporaryDirectory() as folder:
        for theme, palette in (("light", light), ("dark", dark_palette(light))):
            QApplication.setPalette(palette)
            apply_theme()
            for name, image in shots(Path(folder), scale):
                save(image, into / f"{name}-{theme}{'@2x' if scale == '2' else ''}.png")
    QApplication.setPalette(light)


def dark_palette(light):
    """What a dark desktop gives Qt."""
    from PySide6.QtGui import QColor, QPalette  # noqa: PLC0415

    palette = QPalette(light)
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, "#323232"),
        (role.Base, "#242424"),
        (role.Text, "#ffffff"),
        (role.WindowText, "#ffffff"),
        (role.ButtonText, "#ffffff"),
        (role.Button, "#323232"),
        (role.PlaceholderText, "#a8a8a8"),
    ):
        palette.setColor(which, QColor(color))
    return palette


def pages(folder: Path, scale: str) -> Iterator[tuple[str, object]]:
    """(name, picture) of every page; at 200 % only the ones that show most."""
    if scale == "1":
        with Scene(folder, full=False) as scene:
            yield "live-empty", scene.shot("live")
            yield "people-empty", scene.shot("people")
            yield "visits-empty", scene.shot("visits")
            yield "doors-empty", scene.shot("doors")
    with Scene(folder, full=True) as scene:
        yield "live", scene.shot("live")
        scene.people()
        yield "people", scene.shot("people")
        scene.doors()
        yield "doors", scene.shot("doors")
        if scale == "1":
            scene.visits()
            yield "visits", scene.shot("visits")
            yield "settings", scene.shot("settings")
            scene.door()
            yield "live-door", scene.shot("live")
            yield "problem", scene.problem()


def states(folder: Path, _scale: str) -> Iterator[tuple[str, object]]:
    """(name, picture) of what is seen more rarely."""
    with Scene(folder, full=True) as scene:
        scene.strangers()
        yield "several", scene.shot("live")
        scene.small()
        for page in ("live", "visits", "people", "doors", "settings"):
            yield f"small-{page}", scene.shot(page)
    with Scene(folder, full=True) as scene:
        scene.quiet()
        yield "quiet", scene.shot("live")
        scene.not_anna()
        yield "not-anna", scene.shot("live")
        scene.filtered()
        yield "filtered", scene.shot("visits")
        scene.enrolled()
        yield "enrolled", scene.shot("people")
    with Scene(folder, full=True) as scene:
        scene.own_test()
        yield "own-test", scene.shot("people")
        scene.chats()
        for section in ("telegram", "window", "recognition"):
            yield f"settings-{section}", scene.section(section)
        scene.mirrored()
        for page in ("live", "visits", "people", "doors", "settings"):
            yield f"mirrored-{page}", scene.shot(page)


class Scene:
    """A window around a scripted station in which something has happened."""

    def __init__(self, folder: Path, *, full: bool) -> None:
        from scripted import ScriptedStation  # noqa: PLC0415

        from desktop_app.assembly import Assembly  # noqa: PLC0415
        from desktop_app.bridge import Bridge  # noqa: PLC0415
        from desktop_app.main_window import MainWindow  # noqa: PLC0415

        self.folder = folder
        self.station = ScriptedStation(folder, settings(folder, full=full))
        if full:
            fill(self.station, folder)
        self.window = MainWindow()
        self.window.resize(1120, 740)
        self.window.show()
        self.bridge = Bridge(self.station)
        self.window.attach(self.station, self.bridge)
        self.assembly = Assembly(self.station, self.bridge, self.window)
        built: list[int] = []
        self.assembly.built.connect(lambda: built.append(1))
        self.assembly.build()
        wait(lambda: bool(built) and self.assembly.visits.complete)

    def __enter__(self) -> Scene:
        return self

    def __exit__(self, *_: object) -> None:
        self.bridge.close()
        self.window.notice.dismiss()
        self.window.allow_close()
        self.window.close()
        self.window.deleteLater()

    def shot(self, page: str):
        """The window as it is."""
        self.window.go(page)
        settle()
        return self.window.grab().toImage()

    def people(self) -> None:
        """Someone's photos are on show."""
        self.window.go("people")
        wait(lambda: self.assembly.identities.rowCount() == 3)
        self.assembly.people.select("Anna")

    def visits(self) -> None:
        """A visit is chosen."""
        self.window.go("visits")
        self.assembly.visits_page.list.setCurrentIndex(self.assembly.history.index(2, 0))

    def doors(self) -> None:
        """Two doors, one of them in need of something, and the virtual one beside them."""
        import figures  # noqa: PLC0415
        from scripted import a_door, a_health  # noqa: PLC0415

        well = a_health()
        ailing = a_health(version="0.1.0", camera="the camera does not answer", queue=2)
        refused = {"signature": 3, "replayed": 1}
        self.station.publish(a_door(health=well, online=True))
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

    def door(self) -> None:
        """A door nobody approved sends a picture."""
        import figures  # noqa: PLC0415
        from scripted import a_visit  # noqa: PLC0415

        from receiver.models import Door, DoorState, VisitState  # noqa: PLC0415

        now = time.time()
        self.station.publish(Door("garden", "garden", DoorState.ASKING, now, now))
        picture = figures.paint(None, self.folder / "garden.jpg")
        held = a_visit(picture, verdict=None, door=("garden", "garden"), state=VisitState.HELD)
        self.station.publish(held)

    def strangers(self) -> None:
        """Three people at once, one of them known."""
        import figures  # noqa: PLC0415
        from scripted import a_face, a_visit  # noqa: PLC0415

        from receiver.models import Box, Verdict  # noqa: PLC0415

        picture = figures.paint(figures.BOB, self.folder / "several.jpg")
        boxes = [Box(120, 60 + 190 * n + 120, 260, 60 + 190 * n) for n in range(3)]
        known = a_face(Verdict.KNOWN, "Bob", box=boxes[1])
        faces = [a_face(Verdict.UNKNOWN, box=boxes[0]), known, a_face(Verdict.UNKNOWN, box=boxes[2])]
        size = (figures.WIDTH, figures.HEIGHT)
        self.station.publish(a_visit(picture, verdict=Verdict.KNOWN, faces=faces, size=size))

    def small(self) -> None:
        """The smallest window."""
        self.people()
        self.visits()
        self.window.resize(900, 600)

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

    def filtered(self) -> None:
        """Words for which there is nothing."""
        self.window.go("visits")
        self.station.fits = lambda wanted, visit: not wanted.words
        self.assembly.visits_page.filter.search.setText("the neighbour's cat")
        wait(lambda: self.assembly.history.rowCount() == 0)

    def enrolled(self) -> None:
        """Photos have just been judged."""
        import figures  # noqa: PLC0415

        from receiver.models import Judgement  # noqa: PLC0415

        photos = [figures.portrait(figures.CLEO, self.folder / f"new {n}.jpg", 1.4 + n / 5, n * 9) for n in range(3)]
        self.station.judgements[photos[1].name] = (Judgement.BLURRED, "the face is blurred")
        self.window.go("people")
        self.assembly.people.enrolment.add_all("Cleo", [("", photos)])
        wait(lambda: not self.assembly.people.enrolment.busy)

    def own_test(self) -> None:
        """Does it work here?"""
        from receiver.models import Finding, OwnTest  # noqa: PLC0415

        same = tuple(0.28 + n / 100 for n in range(16))
        other = tuple(0.6 + n / 120 for n in range(24))
        found = OwnTest(Finding.APART, same, other, (), None, None, {}, 0.56, 0.56, None)
        self.station.own_test = found
        self.window.go("people")
        self.assembly.people.own_test.opener.click()
        settle()

    def chats(self) -> None:
        """Two chats are paired."""
        from receiver.models import Chat, ChatsChanged, Right  # noqa: PLC0415

        rights = frozenset({Right.SEE, Right.REPLY})
        for target, name in (("4711", "Anna's phone"), ("-100", "Family")):
            self.station.paired[target] = Chat(target, name, rights, time.time())
        self.station.publish(ChatsChanged(self.station.chats()))

    def section(self, name: str):
        """A part of the settings."""
        self.shot("settings")
        self.assembly.settings.reveal(name)
        return self.shot("settings")

    def mirrored(self) -> None:
        """As it is read from right to left."""
        from PySide6.QtCore import Qt  # noqa: PLC0415

        self.people()
        self.visits()
        self.window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    def problem(self):
        """The station could not start."""
        from desktop_app.pages.starting import ProblemPage  # noqa: PLC0415
        from desktop_app.problems import Problems  # noqa: PLC0415
        from receiver.errors import PortInUse  # noqa: PLC0415

        error = PortInUse("Port 1066 is in use", "Another program listens there. Stop it, or use another port.")
        problems = Problems(Path("station.toml"), lambda: None, lambda: None)
        self.window.show_problem(ProblemPage(*problems.explain(error)))
        settle()
        return self.window.grab().toImage()


def settings(folder: Path, *, full: bool):
    """What a homeowner has set."""
    from receiver.settings import MqttSettings, Settings, TelegramSettings  # noqa: PLC0415

    if not full:
        return Settings(data_dir=folder)
    telegram = TelegramSettings(enabled=True, token="1:x", chat_ids=(4711,))  # noqa: S106  -- nobody's token
    return Settings(data_dir=folder, telegram=telegram, mqtt=MqttSettings(broker="external", host="broker.home"))


def fill(station, folder: Path) -> None:
    """A day at the door."""
    import figures  # noqa: PLC0415
    from scripted import a_delivery, a_face, a_visit  # noqa: PLC0415

    from receiver.models import Box, DeliveryState, Identity, Judgement, Part, PartState, Photo, Verdict  # noqa: PLC0415

    face = figures.FACE
    box = Box(int(face.top()), int(face.right()), int(face.bottom()), int(face.left()))
    now = time.time()
    size = (figures.WIDTH, figures.HEIGHT)

    def sent(at: float) -> list:
        return [
            a_delivery(DeliveryState.DELIVERED, "text", at=at),
            a_delivery(DeliveryState.DELIVERED, "photo", at=at, delivered_at=at + 0.6),
            a_delivery(DeliveryState.DELIVERED, "ring", at=at, notifier="mqtt", target=""),
            a_delivery(DeliveryState.DELIVERED, "visitor", at=at, notifier="mqtt", target="", delivered_at=at + 0.5),
        ]

    def visit(minutes: float, figure, verdict, name: str | None = None, reason: str = "") -> None:
        at = now - minutes * 60
        picture = figures.paint(figure, folder / f"{int(minutes)}.jpg")
        faces = [a_face(verdict, name, box=box, reason=reason)] if verdict is not Verdict.NO_FACE else []
        made = a_visit(picture, verdict=verdict, faces=faces, at=at, reason=reason, deliveries=sent(at), size=size)
        station.all_visits.append(made)

    visit(0.5, figures.COURIER, Verdict.UNKNOWN)
    visit(14, figures.ANNA, Verdict.KNOWN, "Anna")
    visit(41, figures.BOB, Verdict.KNOWN, "Bob")
    visit(60 * 24 + 30, None, Verdict.NO_FACE)
    visit(60 * 25, figures.SHADOW, Verdict.UNCLEAR, reason="the face is too dark")
    visit(60 * 27, figures.CLEO, Verdict.KNOWN, "Cleo")
    for name, figure in (("Anna", figures.ANNA), ("Bob", figures.BOB), ("Cleo", figures.CLEO)):
        near = [figures.portrait(figure, folder / f"{name} {n}.jpg", 1.5 + n / 5, n * 12) for n in range(3)]
        photos = [Photo(name, path, "", Judgement.GOOD, "") for path in near]
        aside = figures.portrait(figure, folder / f"{name} far.jpg", 0.5)
        photos.append(Photo(name, aside, "", Judgement.TOO_SMALL, "the face is too small"))
        station.people[name] = Identity(name, tuple(photos))
    for part in ("telegram", "mqtt"):
        station.all_parts[part] = Part(part, PartState.WORKING, "connected", now - 3600)


def wait(condition: Callable[[], bool], patience_s: float = 10) -> None:
    """Turn the event loop until something is so."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(condition)
        QApplication.processEvents()


def settle() -> None:
    """Let pictures arrive and layouts come to rest."""
    from PySide6.QtCore import QThreadPool  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    for _ in range(4):
        QApplication.processEvents()
        QThreadPool.globalInstance().waitForDone()
        QApplication.processEvents()


def save(image, target: Path) -> None:
    """Write a picture with 256 colours: a third of the size, and no difference one would see."""
    from PIL import Image  # noqa: PLC0415
    from PySide6.QtGui import QImage  # noqa: PLC0415

    raw = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = bytes(raw.constBits())
    whole = Image.frombytes("RGB", (raw.width(), raw.height()), rows, "raw", "RGB", raw.bytesPerLine())
    whole.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
