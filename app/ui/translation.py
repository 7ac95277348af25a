"""The window's language: what is installed before the first widget is made.

Texts are in the code in English. `translations/folkmoot_*.ts` (Qt Linguist) hold the others; `python3 dev.py translate`
brings them up to date with the code and makes the `.qm` files that are read here. Qt's own texts ("Cancel", "Save as")
come from the files that PySide6 brings.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.ui import theme

log = logging.getLogger(__name__)

FOLDER = Path(__file__).resolve().parent / "translations"
ENGLISH = "en"


class _Translator(QTranslator):
    """Finds texts of functions too: lupdate files them under no class, while they are asked for under a name.

    It is asked last, and what it does not know stays as it is: it has no way to say that it knows nothing.
    """

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        ours = super().translate
        return ours(context, source, disambiguation, n) or ours("", source, disambiguation, n) or source


def languages() -> dict[str, str]:
    """Code → the language's own name, of those the window speaks."""
    found = {ENGLISH: "English"}
    for file in sorted(FOLDER.glob("folkmoot_*.qm")):
        code = file.stem.removeprefix("folkmoot_")
        found[code] = QLocale(code).nativeLanguageName()
    return found


def chosen(wanted: str, system: QLocale | None = None) -> str:
    """The code to use: `wanted` if there is such a one, else the first of the system's languages that there is."""
    known = languages()
    if wanted in known:
        return wanted
    for name in (system or QLocale.system()).uiLanguages():
        locale = QLocale(name)
        if locale.language() == QLocale.Language.English:
            break
        for code in known:
            # Any Chinese reader is better served by simplified characters than by English.
            if QLocale(code).language() == locale.language():
                return code
    return ENGLISH


def install(app: QCoreApplication, wanted: str = "") -> str:
    """Let `app` speak `wanted` ("zh_CN"), or the system's language with ""; the code of what it speaks then.

    Called again, it replaces what was installed; widgets that are there keep their texts.
    """
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    code = chosen(wanted)
    QLocale.setDefault(QLocale(code) if code != ENGLISH else _english())
    theme.speak(QLocale())
    if code == ENGLISH:
        return code
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for translator, file in (
        (_Translator(app), FOLDER / f"folkmoot_{code}.qm"),
        (QTranslator(app), qt / f"qtbase_{code}.qm"),
    ):
        if translator.load(str(file)):
            app.installTranslator(translator)
        else:
            log.warning("no translation in %s", file)
    return code


def _english() -> QLocale:
    """English with the dates and the clock of where the user is."""
    system = QLocale.system()
    if system.language() in (QLocale.Language.English, QLocale.Language.C):
        return system
    return QLocale(QLocale.Language.English, system.territory())
