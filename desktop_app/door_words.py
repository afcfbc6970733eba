"""What the window says about doors: their state, their health, what became of a command."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

from desktop_app import words
from desktop_app.language import tr
from desktop_app.widgets.chips import Fact
from desktop_app.widgets.status_strip import Status
from desktop_app.words import Look
from receiver.language import shown
from receiver.models import (
    BROWSER_DOORS,
    CAMERA_DOORS,
    OWN_DOOR,
    VIRTUAL_DOOR,
    Camera,
    CommandState,
    Door,
    DoorCommand,
    DoorHealth,
    DoorState,
    FullTest,
    Leg,
    PartState,
    Refusal,
)
from receiver.wording import age, ago

MOST_NAMED = 3
"""More doors than these stand in the strip as a number, but for those in trouble."""
UPDATE = "update"
"""The key of the fact that offers an update."""


class News(NamedTuple):
    """A sentence about something that is going on, with its sign."""

    look: Look
    text: str
    step: int = 0
    """How far an update has come, of `UPDATE_STEPS`; 0 where there is nothing to measure."""


UPDATE_STEPS = 3


# ---- which doors there are


def is_unit(door: Door) -> bool:
    """Whether it is a door unit to show: no photo of the window, no browser, no camera, not the virtual one."""
    return door.id not in (OWN_DOOR, VIRTUAL_DOOR) and not door.id.startswith((BROWSER_DOORS, CAMERA_DOORS))


def is_browser(door: Door) -> bool:
    """Whether it is a phone's or another browser on the upload page."""
    return door.id.startswith(BROWSER_DOORS)


def browsers(doors: Collection[Door]) -> str:
    """The browsers that sent pictures, in one line: "Pictures also came from 2 browsers, last at 14:32."."""
    if not doors:
        return ""
    newest = max(door.last_heard for door in doors)
    return tr("Pictures also came from %n browsers, last at {0}.", "", len(doors)).format(words.moment(newest))


# ---- the strip


def strip(doors: Collection[Door], cameras: Mapping[str, Camera]) -> tuple[Status, ...]:
    """What stands in the status strip: each door that is let in; of many, their number and those in trouble."""
    shown = [door for door in doors if door.state is DoorState.APPROVED and (is_unit(door) or _stands(door, cameras))]
    told = [_status(door, cameras.get(door.id)) for door in sorted(shown, key=lambda door: door.name.casefold())]
    if len(told) <= MOST_NAMED:
        return tuple(told)
    trouble = [status for status in told if status.tone in ("warn", "bad")]
    well = len(told) - len(trouble)
    detail = "\n".join(f"{status.name}: {status.word}" for status in told)
    name = tr("%n doors", "", well)
    return (Status("doors", name, tr("well"), detail, "working", "good"), *trouble)


def _stands(door: Door, cameras: Mapping[str, Camera]) -> bool:
    """A camera that is still one, and the virtual door while it is on."""
    return door.id in cameras or (door.id == VIRTUAL_DOOR and bool(door.online))


def _status(door: Door, camera: Camera | None) -> Status:
    news = camera_state(camera) if camera else _in_short(door)
    detail = shown(camera.detail) if camera else trouble(door)
    told = " ".join(filter(None, (detail, tr("Last heard {0}.").format(words.moment(door.last_heard)))))
    return Status(f"door {door.id}", door.name, news.text, told, *news.look)


def _in_short(door: Door) -> News:
    """As `state`, but what is wrong with it goes before."""
    if door.health and door.health.camera:
        return News(Look("camera", "warn"), tr("camera fault"))
    if door.online is None:
        return News(Look("unit", "good"), state(door).text)
    return state(door)


# ---- cameras


def camera_state(camera: Camera) -> News:
    """Ready, watching, or since when no picture comes."""
    if camera.state is PartState.WAITING:
        return News(Look("waiting", "warn"), tr("no picture"))
    if camera.state is PartState.STARTING:
        return News(Look("starting", "muted"), tr("opening"))
    return News(Look("working", "good"), tr("watching") if camera.by_face else tr("ready"))


def camera_source(source: str) -> str:
    """Where a camera is, in words."""
    return tr("Camera {0} of this computer").format(source) if source.isdecimal() else source


# ---- the full test


def leg(one: Leg) -> tuple[Look, str, str]:
    """(sign, what part of the way, how long it took or why it failed) of one leg."""
    name = words.part_name(one.name)
    name = name[:1].upper() + name[1:]
    if one.error:
        return Look("broken", "bad"), name, _sentence(_capital(shown(one.error)))
    took = one.milliseconds or 0.0
    short = tr("{0} ms").format(round(took)) if took < 100 else words.seconds(took / 1000)
    return Look("working", "good"), name, short


def tested(test: FullTest) -> str:
    """What a full test found, in a few words."""
    failed = sum(bool(one.error) for one in test.legs)
    if failed:
        return tr("%n legs failed at {0}.", "", failed).format(words.moment(test.at))
    return tr("Everything worked at {0}.").format(words.moment(test.at))


# ---- state


def state(door: Door) -> News:
    """Online, offline, or since when it was heard; for a door that is not let in, that."""
    if door.state is DoorState.REFUSED:
        return News(Look("close", "muted"), tr("turned away"))
    if door.online:
        return News(Look("working", "good"), tr("online"))
    if door.online is False:
        return News(Look("broken", "bad"), tr("offline"))
    return News(Look("off", "muted"), tr("heard {0}").format(ago(time.time() - door.last_heard)))


def heard(door: Door) -> str:
    """When it was heard last, and how much came from it."""
    told = [tr("Last heard {0}").format(words.moment(door.last_heard))]
    if door.pictures:
        told.append(tr("%Ln pictures", "", door.pictures))
    if door.health is not None:
        told.append(tr("running for {0}").format(age(door.health.uptime_s)))
    return " · ".join((*told, tr("id {0}").format(door.id)))


def trust(door: Door) -> str:
    """What a door without a key is told apart by; nothing where all is signed."""
    return "" if door.authenticated else tr("Unauthenticated: anyone in your network can speak in its name.")


def trouble(door: Door) -> str:
    """What the door itself says is wrong; empty while it is well."""
    told = []
    if door.health and door.health.camera:
        told.append(tr("{0} Rings are still delivered.").format(_sentence(_capital(shown(door.health.camera)))))
    if door.health and door.health.failed_update:
        went_back = tr("Firmware {0} did not prove itself: it went back to {1}.")
        told.append(went_back.format(door.health.failed_update, door.health.version))
    return " ".join(told)


def refused(door: Door) -> str:
    """What was turned away in its name, by reason; empty when nothing was."""
    told = [_refusal(reason).format(count) for reason, count in door.refused.items() if count]
    return tr("Turned away so far: {0}.").format(", ".join(told)) if told else ""


def _refusal(reason: str) -> str:
    known = {
        Refusal.SIGNATURE: tr("{0} with a wrong signature"),
        Refusal.SESSION: tr("{0} from before a restart"),
        Refusal.REPLAYED: tr("{0} repeated"),
        Refusal.UNSIGNED: tr("{0} unsigned"),
        Refusal.NOT_LET_IN: tr("{0} while not let in"),
        Refusal.TOO_MANY: tr("{0} beyond the limit of a minute"),
    }
    return {str(key): text for key, text in known.items()}.get(reason, "{0} " + reason.replace("_", " "))


# ---- health


def facts(door: Door, newest: str) -> tuple[Fact, ...]:
    """The chips of a door; `newest` is the firmware that this station has."""
    signed = (
        Fact("trust", tr("signed"), "key", "good", tr("Everything from it is signed with its own key."))
        if door.authenticated
        else Fact("trust", tr("unauthenticated"), "failed", "warn", trust(door))
    )
    health = () if door.health is None else _health(door.health)
    return (signed, *_broken(door), *health, *_firmware(door, newest))


def _broken(door: Door) -> tuple[Fact, ...]:
    if not door.broken:
        return ()
    share = 100 * door.broken / max(door.pictures, door.broken)
    text = tr("{0} % of pictures broken").format(max(round(share), 1))
    detail = tr("{0} of {1} arrived broken.").format(door.broken, door.pictures)
    return (Fact("broken", text, "failed", "warn", detail),)


def _health(health: DoorHealth) -> tuple[Fact, ...]:
    told = [
        Fact("camera", tr("camera well"), "camera", "good")
        if health.camera is None
        else Fact("camera", tr("camera fault"), "camera", "bad", _sentence(_capital(shown(health.camera)))),
        Fact("link", tr("cable well"), "cable", "good")
        if health.link == "up"
        else Fact("link", _link(health.link), "cable", "bad"),
    ]
    if health.queue:
        text = tr("%n rings wait in it", "", health.queue)
        told.append(Fact("queue", text, "waiting", "warn", tr("They come as soon as the station is reached.")))
    if health.lost_rings:
        told.append(Fact("lost", tr("%n rings lost", "", health.lost_rings), "failed", "bad", _lost_detail()))
    if health.reset == "watchdog":
        detail = tr("It hung, and its watchdog started it again {0}.").format(ago(health.uptime_s))
        told.append(Fact("reset", tr("started by its watchdog"), "retry", "warn", detail))
    return tuple(told)


def _lost_detail() -> str:
    return tr("The station was away for so long that the door could not keep them.")


def _link(link: str) -> str:
    return {"no cable": tr("no cable"), "no address": tr("no network address")}.get(link, link)


def _firmware(door: Door, newest: str) -> tuple[Fact, ...]:
    version = door.health.version if door.health else door.firmware
    if not version:
        return ()
    if door.health and door.health.trial:
        return (Fact(UPDATE, tr("firmware {0} on trial").format(version), "chip", "warn"),)
    if can_update(door, newest):
        text = tr("firmware {0}, {1} is available").format(version, newest)
        return (Fact(UPDATE, text, "chip", "accent"),)
    return (Fact(UPDATE, tr("firmware {0}").format(version), "chip", "good", tr("The newest this station has.")),)


def can_update(door: Door, newest: str) -> bool:
    """Whether the station has other firmware than the door runs."""
    version = door.health.version if door.health else door.firmware
    return door.authenticated and bool(version) and version != newest


# ---- commands


def command(given: DoorCommand, door: Door) -> News:
    """What became of a command."""
    if given.state is CommandState.REFUSED:
        told = tr("{0} is not done: {1}").format(_name(given.do), _sentence(shown(given.words)))
        return News(Look("failed", "bad"), told)
    if given.do == UPDATE:
        return _update(given, door)
    if given.state is CommandState.SILENT:
        return News(Look("failed", "warn"), tr("{0}: the door does not answer.").format(_name(given.do)))
    if given.state is CommandState.SENT:
        return News(Look("waiting", "muted"), tr("{0}: sent, waiting for the door…").format(_name(given.do)))
    return News(Look("working", "good"), _done(given.do))


def _update(given: DoorCommand, door: Door) -> News:
    """An update goes on after its receipt: the door restarts with it, on trial until it has proved itself."""
    version = str(given.arguments.get("version", ""))
    health = door.health if door.health is not None and door.health.at >= given.at else None
    if health and health.version == version and not health.trial:
        told = tr("Firmware {0} runs and has proved itself.")
        return News(Look("working", "good"), told.format(version), UPDATE_STEPS)
    if health and health.failed_update == version:
        told = tr("Firmware {0} did not prove itself: the door went back to {1}.")
        return News(Look("undo", "bad"), told.format(version, health.version))
    if health and health.version == version:
        return News(Look("waiting", "warn"), tr("Firmware {0} runs on trial…").format(version), 2)
    if given.state is CommandState.SILENT:
        return News(Look("failed", "warn"), tr("The update was sent, but the door does not answer."))
    return News(Look("waiting", "muted"), tr("Firmware {0} is sent; the door fetches it…").format(version), 1)


def _name(do: str) -> str:
    names = {"text": tr("Text"), "chime": tr("Chime"), "look": tr("Look"), "relay": tr("Open"), UPDATE: tr("Update")}
    return names.get(do, do)


def _done(do: str) -> str:
    known = {
        "text": tr("The door shows the text."),
        "chime": tr("The door has chimed."),
        "look": tr("The door has looked: its picture is on Live."),
        "relay": tr("The door is open for a moment."),
    }
    return known.get(do, tr("Done."))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    text = text.strip() or tr("it does not say why")
    return text if text[-1] in ".!?" else f"{text}."
