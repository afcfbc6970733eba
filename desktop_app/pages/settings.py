"""Settings, built from the settings model: every field with help, its own validation, applied at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QWidget

from desktop_app import words
from desktop_app.item_models import IdentityModel
from desktop_app.pages.chats_card import ChatsCard
from desktop_app.pages.detector_card import DetectorCard
from desktop_app.pages.setting_pickers import ChosenEditor
from desktop_app.pages.setting_row import SettingRow
from desktop_app.pages.setting_words import EVERYDAY, OF_OTHER_BROKERS, Key, section_of, section_title
from desktop_app.tasks import run_in_background
from desktop_app.widgets import icons, theme
from desktop_app.widgets.basics import button, column, label, row, rule, scrolling
from desktop_app.widgets.choice_list import Choice
from desktop_app.widgets.notice import NoticeBar
from receiver.models import ChatsChanged, Door, FullTest, Part
from receiver.settings import Form, fields

if TYPE_CHECKING:
    from receiver.station import Station

_ORDER = (
    "general",
    "telegram",
    "apprise",
    "mqtt",
    "window",
    "hush",
    "recognition",
    "retention",
    "receiver",
    "opening",
    "",
)
_TESTED = ("telegram", "apprise", "mqtt")
_WIDEST = 860


class SettingsPage(QWidget):
    """One card per section, in the order a homeowner needs them."""

    sound_wanted = Signal()
    """What a ring sounds like is to be heard."""

    def __init__(self, station: Station, identities: IdentityModel, notice: NoticeBar) -> None:
        super().__init__()
        self.setObjectName("page")
        self._station = station
        self._identities = identities
        self._notice = notice
        self._doors: dict[str, Door] = {}
        self.rows: dict[Key, SettingRow] = {}
        self.cards: dict[str, SectionCard] = {}
        self.detector: DetectorCard | None = None
        self.chats: ChatsCard | None = None
        inside = QWidget()
        layout = row(inside, margin=theme.L)
        column_of_cards = QWidget()
        column_of_cards.setMaximumWidth(_WIDEST)
        middle = column(column_of_cards, spacing=theme.L)
        layout.addStretch(1)
        layout.addWidget(column_of_cards, 100)
        layout.addStretch(1)
        middle.addLayout(self._make_head())
        self._cards = middle
        middle.addStretch(1)
        self._area: QScrollArea = scrolling(inside)
        column(self).addWidget(self._area)
        for signal in (identities.rowsInserted, identities.rowsRemoved):
            signal.connect(lambda *_: self._offer())

    def add_section(self, section: str, found: Sequence[tuple[Key, FieldInfo]]) -> None:
        """Build one section's card; each takes some 20 ms, so whoever fills the page leaves the window time between."""
        made = SectionCard(section, found, self._station)
        self.cards[section] = made
        self.rows |= made.rows
        self._cards.insertWidget(self._cards.count() - 1, made)
        if section == "telegram":
            self.chats = ChatsCard(self._station, self._notice)
            self._cards.insertWidget(self._cards.count() - 1, self.chats)
        if section == "window":
            made.add_foot(button(self.tr("Try the sound"), "ring", then=self.sound_wanted.emit))
        if section == "recognition":
            self.detector = DetectorCard(self._station)
            self._cards.insertWidget(self._cards.count() - 1, self.detector)
        for key, setting in made.rows.items():
            setting.show_value(_value(self._station.settings, key))
            setting.settled.connect(self._apply)
        for part in self._station.parts():
            self.show_part(part)
        self._offer()
        self._show_dependents()

    def reveal(self, section: str) -> None:
        """Scroll to a section."""
        if section in self.cards:
            self._area.ensureWidgetVisible(self.cards[section], 0, theme.XL)
            self._area.verticalScrollBar().setValue(max(self.cards[section].y() - theme.L, 0))

    @Slot(object)
    def show_part(self, part: Part) -> None:
        """How a part is doing stands in its card."""
        if part.name in self.cards:
            self.cards[part.name].show_part(part)

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """A door is new, or has another name or key."""
        self._doors[door.id] = door
        self._offer()

    def show_doors(self, doors: Sequence[Door]) -> None:
        """All doors, at the start; what was heard of one meanwhile is newer."""
        self._doors = {door.id: door for door in doors} | self._doors
        self._offer()

    @Slot(object)
    def show_chats(self, change: ChatsChanged) -> None:
        """Chats were paired, changed or unpaired, or a stranger wrote."""
        if self.chats:
            self.chats.show_chats(change)

    def _make_head(self) -> Any:
        head = row(spacing=theme.M)
        head.addWidget(label(self.tr("Settings"), "headline"), 1)
        self.test_all = button(self.tr("Test everything"), "retry", kind="quiet", then=self._test_all)
        self.test_all.setToolTip(self.tr("Send a test the whole way: receiver, recognition, phone, broker, screens"))
        head.addWidget(self.test_all)
        head.addWidget(button(self.tr("Open the settings file"), "file", kind="quiet", then=self._open_file))
        return head

    def _open_file(self) -> None:
        path = self._station.settings_path
        target = path if path.exists() else path.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(target))):
            self._notice.ask(self.tr("The settings are in {0}").format(path), ())

    @Slot(object)
    def show_test(self, test: FullTest) -> None:
        """A full test is done, whoever asked for it; one that went well is only told to whoever waits for it."""
        if not test.passed:
            self._notice.bad(words.tested(test))
        elif not self.test_all.isEnabled():
            self._notice.good(words.tested(test))

    def _test_all(self) -> None:
        self.test_all.setEnabled(False)
        run_in_background(self, self._station.full_test, self._tested_all, self._not_tested)

    def _tested_all(self, test: FullTest) -> None:
        self.show_test(test)
        self.test_all.setEnabled(True)

    def _not_tested(self, error: Exception) -> None:
        self.test_all.setEnabled(True)
        self._notice.bad(str(error))

    @Slot(tuple, object)
    def _apply(self, key: Key, value: Any) -> None:
        task = partial(self._station.apply, {key: value})
        run_in_background(self, task, lambda _: self._applied(key), partial(self._refused, key))

    def _applied(self, key: Key) -> None:
        self.rows[key].show_value(_value(self._station.settings, key))
        self.rows[key].accept()
        self._show_dependents()
        if self.detector and key[0] == "recognition":
            self.detector.refresh()

    def _refused(self, key: Key, error: Exception) -> None:
        told = str(error).rpartition(f"{'.'.join(key)}: ")[2]
        self.rows[key].refuse(told)

    def _offer(self) -> None:
        """Whoever can be chosen, and the doors that can be opened at all: those with a key."""
        people = [Choice(name, name) for name in self._identities.names]
        doors = [Choice(door.id, door.name, door.id) for door in self._doors.values() if door.authenticated]
        offered = {Form.PEOPLE: people, Form.DOORS: sorted(doors, key=lambda one: one.text.casefold())}
        for setting in self.rows.values():
            if isinstance(setting.editor, ChosenEditor):
                setting.editor.offer(offered[setting.form])

    def _show_dependents(self) -> None:
        """What a switched-off part would need is out of the way until it is on."""
        settings = self._station.settings
        broker = settings.mqtt.broker
        if "mqtt" not in self.cards:
            return
        for key, setting in self.rows.items():
            if key[0] == "mqtt" and key != ("mqtt", "broker") and key in EVERYDAY:
                setting.setVisible(broker == "external" or (broker == "builtin" and key not in OF_OTHER_BROKERS))
        self.cards["mqtt"].allow_more(broker != "off")


class SectionCard(QFrame):
    """The settings of one section: the everyday ones, and the others behind a button."""

    def __init__(self, section: str, found: Sequence[tuple[Key, FieldInfo]], station: Station) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.section = section
        self._station = station
        self.rows = {key: SettingRow(key, info) for key, info in found}
        self.setAccessibleName(section_title(section)[1])
        layout = column(self, margin=theme.L, spacing=theme.M)
        layout.addLayout(self._make_head())
        everyday = [key for key in self.rows if key in EVERYDAY]
        others = [key for key in self.rows if key not in EVERYDAY]
        for key in everyday:
            layout.addWidget(self.rows[key])
        self._more = QWidget()
        more = column(self._more, spacing=theme.M)
        for place, key in enumerate(others):
            if everyday or place:
                more.addWidget(rule())
            more.addWidget(self.rows[key])
        self._toggle: QPushButton = button(self.tr("More settings"), "more", kind="fold", then=self._flip)
        self._toggle.setAccessibleName(f"{self._toggle.text()}: {section_title(section)[1]}")
        if everyday and others:
            layout.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
            self._more.hide()
        else:
            self._toggle.hide()
            self._more.setVisible(bool(others))
        layout.addWidget(self._more)
        if section in _TESTED:
            layout.addLayout(self._make_test())

    def add_foot(self, widget: QWidget) -> None:
        """Something to do, below the settings."""
        self.layout().addWidget(widget)
        self.layout().setAlignment(widget, Qt.AlignmentFlag.AlignLeft)

    def show_part(self, part: Part) -> None:
        """How the part is doing, in words."""
        status = words.part_status(part)
        icons.put(self._state_sign, status.icon, status.tone, 18)
        self._state.setText(status.word)
        self._state.setToolTip(status.detail)

    def unfold(self) -> None:
        """Show all settings of the section."""
        if self._more.isHidden():
            self._flip()

    def allow_more(self, allowed: bool) -> None:
        """Whether further settings make sense at present."""
        self._toggle.setVisible(allowed)
        self._more.setVisible(allowed and not self._more.isHidden())

    def test(self) -> None:
        """Try the way there."""
        self._test.setEnabled(False)
        self._say("waiting", "muted", self.tr("Trying ..."))
        run_in_background(self, partial(self._station.check, self.section), self._tested, self._failed)

    @property
    def result(self) -> str:
        """What the last test said."""
        return self._result.text()

    def _make_head(self) -> Any:
        icon, name = section_title(self.section)
        head = row(spacing=theme.S)
        sign = label()
        icons.put(sign, icon, "accent", 24)
        head.addWidget(sign)
        head.addWidget(label(name, "title"), 1)
        self._state_sign = label()
        self._state = label(kind="caption")
        head.addWidget(self._state_sign)
        head.addWidget(self._state)
        return head

    def _make_test(self) -> Any:
        line = row(spacing=theme.S)
        name = section_title(self.section)[1]
        self._test = button(self.tr("Test {0}").format(name), "retry", then=self.test)
        self._sign = label()
        self._result = label(wrap=True, select=True)
        self._result.hide()
        line.addWidget(self._test, 0, Qt.AlignmentFlag.AlignLeft)
        line.addWidget(self._sign)
        line.addWidget(self._result, 1)
        return line

    def _flip(self) -> None:
        opened = self._more.isHidden()
        self._more.setVisible(opened)
        told = self.tr("Fewer settings") if opened else self.tr("More settings")
        self._toggle.setText(told)
        self._toggle.setAccessibleName(f"{told}: {section_title(self.section)[1]}")
        icons.put(self._toggle, "less" if opened else "more", "text", 18)

    def _tested(self, told: str) -> None:
        self._say("working", "good", told)

    def _failed(self, error: Exception) -> None:
        self._say("broken", "bad", str(error))

    def _say(self, icon: str, tone: str, text: str) -> None:
        self._test.setEnabled(icon != "waiting")
        icons.put(self._sign, icon, tone, 18)
        self._result.setText(text)
        self._result.show()


def by_section() -> list[tuple[str, list[tuple[Key, FieldInfo]]]]:
    """Every setting, grouped by section, in the order of the page."""
    groups = {name: list(found) for name, found in groupby(fields(), key=lambda item: section_of(item[0]))}
    ordered = [name for name in _ORDER if name in groups] + [name for name in groups if name not in _ORDER]
    return [(name, groups[name]) for name in ordered]


def _value(settings: Any, key: Key) -> Any:
    for part in key:
        settings = getattr(settings, part)
    return settings
