"""What was done can be taken back long after its message has passed: by Ctrl+Z, or out of a list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop_app.widgets.deeds import Deeds, DeedsButton


@pytest.fixture
def done() -> list[str]:
    """What was taken back."""
    return []


def test_ctrl_z_takes_the_latest_back_then_the_one_before(qtbot, opened, done) -> None:
    """Also when the message is gone; it says what it was, and with nothing left nothing happens."""
    window = opened.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for what in ("Anna was removed", "Bob was renamed"):
        opened.notice.undoable(what, lambda what=what: done.append(what))
    opened.notice.dismiss()
    for count, told in ((1, "Undone: Bob was renamed"), (2, "Undone: Anna was removed"), (2, "")):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda count=count: len(done) == count)
        assert opened.notice.text == told
        opened.notice.dismiss()
    assert done == ["Bob was renamed", "Anna was removed"]


def test_in_a_field_ctrl_z_is_the_fields_own(qtbot, opened, done) -> None:
    field = QLineEdit(opened.window)
    field.show()
    field.setFocus()
    qtbot.keyClicks(field, "Zoe")
    opened.notice.undoable("Anna was removed", lambda: done.append("Anna"))
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (field.text(), done) == ("", [])


def test_any_of_them_is_chosen_out_of_a_list(qtbot, opened, done) -> None:
    """The newest first; the button is there as long as there is something to take back."""
    button = opened.window.findChild(DeedsButton)
    assert not button.isVisible()
    for what in ("Anna & Bob are one person now", "Cleo was removed"):
        opened.notice.undoable(what, lambda what=what: done.append(what))
    assert button.isVisible()
    button.fill()
    newest, oldest = button.menu().actions()[2:]
    assert newest.text().endswith("Cleo was removed")
    assert oldest.text().endswith("Anna && Bob are one person now")
    oldest.trigger()
    assert done == ["Anna & Bob are one person now"]
    button.fill()
    button.menu().actions()[-1].trigger()
    assert done == ["Anna & Bob are one person now", "Cleo was removed"]
    assert not button.isVisible()


def test_what_the_message_took_back_is_not_in_the_list(qtbot, opened, done) -> None:
    opened.notice.undoable("Anna was removed", lambda: done.append("Anna"))
    opened.notice.press("Undo")
    assert (done, opened.notice.deeds.all) == (["Anna"], ())


def test_an_undo_that_fails_says_why_instead(qtbot, opened) -> None:
    opened.notice.undoable("Anna was removed", lambda: opened.notice.bad("It is too late for that."))
    opened.notice.deeds.undo_newest()
    assert opened.notice.text == "It is too late for that."


def test_only_the_last_ones_are_kept() -> None:
    """And each is taken back once, however often it is asked for."""
    deeds, done = Deeds(), []
    for number in range(Deeds.MOST + 1):
        deeds.add(f"deed {number}", lambda number=number: done.append(number))
    assert [deed.text for deed in deeds.all][:: Deeds.MOST - 1] == [f"deed {Deeds.MOST}", "deed 1"]
    latest = deeds.all[0]
    deeds.undo(latest)
    deeds.undo(latest)
    assert done == [Deeds.MOST]
