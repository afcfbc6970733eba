"""Which language the window speaks, and `tr` for what is said outside of a class.

Qt looks a text up by its context, and `lupdate` gives every text one: within a class the name of the class, which is
where `self.tr` looks, too; elsewhere none, which is where `tr` of this module looks. So: `self.tr("...")` in a QObject,
`tr("...")` in a function outside of classes, always with the text itself between the brackets, and with a number as
`tr("%n photos", "", count)`. Whatever does not come out so fails tests/desktop_app/test_language.py.
"""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

import resources
from receiver.language import SYSTEM, languages, resolved, use

_OF_THE_SYSTEM = {"en": (QLocale.Language.English, QLocale.Language.C), "de": (QLocale.Language.German,)}
"""In which languages a system writes dates and numbers as ours are written; the first one, where it does not."""


def tr(text: str, comment: str = "", number: int = -1) -> str:
    """As QObject.tr, outside of a class: with a number, `%n` becomes that number and the plural follows it."""
    return QCoreApplication.translate("", text, comment, number)


def wanted(settings_path: Path) -> str:
    """What `general.language` says: one of the station's languages, or "system" for everything else.

    Only a look into the file: the window must stand before the libraries are read that settings are checked with, and
    what is wrong with the file is told in the window.
    """
    said = None
    with suppress(OSError, ValueError, LookupError, TypeError):
        said = tomllib.loads(settings_path.read_text("utf-8"))["general"]["language"]
    said = os.environ.get("PORCHLIGHT_GENERAL__LANGUAGE", said)
    return said if said in tuple(languages()) else SYSTEM


def speak(application: QCoreApplication, wanted: str) -> str:
    """Let every text that is made from now on, and every sentence of the station, be in a language, or the system's;
    dates and numbers follow. Returns its short name. The English catalogue holds plurals only.
    """
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    system = QLocale.system()
    language = resolved(wanted)
    use(language)
    ours = _OF_THE_SYSTEM[language]
    QLocale.setDefault(system if system.language() in ours else QLocale(ours[0], system.territory()))
    folders = (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), str(resources.FOLDER / "translations"))
    for folder, name in zip(folders, ("qtbase", "porchlight"), strict=True):
        translator = QTranslator(application)
        if translator.load(f"{name}_{language}", folder):
            application.installTranslator(translator)
    return language
