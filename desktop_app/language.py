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

LANGUAGES = {
    "en": (QLocale.Language.English, QLocale.Language.C),
    "de": (QLocale.Language.German,),
}
"""What systems call the languages that there are catalogues of. The English one holds plurals only: every other text is
English as it stands in the source."""


def tr(text: str, comment: str = "", number: int = -1) -> str:
    """As QObject.tr, outside of a class: with a number, `%n` becomes that number and the plural follows it."""
    return QCoreApplication.translate("", text, comment, number)


def wanted(settings_path: Path) -> str:
    """What `general.language` says: en, de, or system for everything else.

    Only a look into the file: the window must stand before the libraries are read that settings are checked with, and
    what is wrong with the file is told in the window.
    """
    said = None
    with suppress(OSError, ValueError, LookupError, TypeError):
        said = tomllib.loads(settings_path.read_text("utf-8"))["general"]["language"]
    said = os.environ.get("PORCHLIGHT_GENERAL__LANGUAGE", said)
    return said if said in tuple(LANGUAGES) else "system"


def speak(application: QCoreApplication, wanted: str) -> str:
    """Let every text that is made from now on be in a language (en, de, or system: the first we have of those that the
    user's system prefers, else English); dates and numbers follow. Returns its short name.
    """
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    system = QLocale.system()
    preferred = [name.partition("-")[0] for name in system.uiLanguages()]
    found = wanted if wanted in LANGUAGES else next((name for name in preferred if name in LANGUAGES), "")
    foreign = found and system.language() not in LANGUAGES[found]
    QLocale.setDefault(QLocale(LANGUAGES[found][0], system.territory()) if foreign else system)
    language = found or "en"
    folders = (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), str(resources.FOLDER / "translations"))
    for folder, name in zip(folders, ("qtbase", "porchlight"), strict=True):
        translator = QTranslator(application)
        if translator.load(f"{name}_{language}", folder):
            application.installTranslator(translator)
    return language
