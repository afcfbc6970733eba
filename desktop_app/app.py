"""From the command line to a window around a running station, and back to nothing left running."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app import language
from desktop_app.hooks import UnexpectedErrors, UnixSignals, log_qt_messages
from desktop_app.instance import SingleInstance
from desktop_app.main_window import MainWindow, apply_theme
from desktop_app.tasks import wait_for_all
from desktop_app.widgets import icons
from receiver.arguments import default_path

SWITCH_S = 0.001
"""Every call into Qt gives the interpreter lock away; with Python's usual 5 ms, each would wait that long for the
station's threads before it goes on, and the window would stutter while they are busy."""


def run(options: argparse.Namespace) -> int:
    """Open the window and stay until it is quit; returns the exit code."""
    sys.setswitchinterval(SWITCH_S)
    application = make_application(sys.argv[:1], language.wanted(settings_path(options)))
    instance = SingleInstance(settings_path(options))
    if not instance.claim():
        return _second_start(instance)
    signals = UnixSignals()
    errors = UnexpectedErrors()
    window = MainWindow()
    window.show()
    from desktop_app.life import Life  # noqa: PLC0415  -- after show: the pages' imports need not delay the window

    life = Life(application, window, options, settings_path(options))
    signals.received.connect(life.quit_by_signal)
    instance.asked_to_front.connect(life.come_to_front)
    errors.show_to(life.tell_unexpected)
    QTimer.singleShot(0, life.begin)
    try:
        return application.exec()
    finally:
        life.end()
        wait_for_all()
        errors.close()
        signals.close()
        instance.release()


def make_application(arguments: list[str], wanted_language: str = "en") -> QApplication:
    """The QApplication with the program's name, icon, looks and language."""
    QCoreApplication.setApplicationName("porchlight")
    QCoreApplication.setOrganizationName("porchlight")
    application = QApplication(arguments)
    application.setApplicationDisplayName("Porchlight")
    application.setDesktopFileName("porchlight")
    application.setWindowIcon(icons.app_icon())
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")  # the one style that follows light, dark and the platform's palette everywhere
    language.speak(application, wanted_language)
    log_qt_messages()
    apply_theme()
    return application


def settings_path(options: argparse.Namespace) -> Path:
    """Where station.toml is: as the command line says, else where it always is."""
    return options.settings or default_path()


def _second_start(instance: SingleInstance) -> int:
    if instance.call_the_other():
        return 0
    print("porchlight: it is already running but does not answer; end it and start again", file=sys.stderr)
    return 1
