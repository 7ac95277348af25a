"""Names of languages as people read them. The program itself writes them in English, as the models do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def language_title(name: str) -> str:
    """A full English name in the language of the window; one that is not known stays as it is."""
    return _titles().get(name, name)


def known_languages() -> tuple[str, ...]:
    """Full English names of all that have a title."""
    return tuple(_titles())


def _titles() -> dict[str, str]:

    def tr(text: str) -> str:
        return QCoreApplication.translate("languages", text)

    return {
        "Arabic": tr("Arabic"),
        "Cantonese": tr("Cantonese"),
        "Chinese": tr("Chinese"),
        "Czech": tr("Czech"),
        "Danish": tr("Danish"),
        "Dutch": tr("Dutch"),
        "English": tr("English"),
        "Filipino": tr("Filipino"),
        "Finnish": tr("Finnish"),
        "French": tr("French"),
        "German": tr("German"),
        "Greek": tr("Greek"),
        "Hindi": tr("Hindi"),
        "Hungarian": tr("Hungarian"),
        "Indonesian": tr("Indonesian"),
        "Italian": tr("Italian"),
        "Japanese": tr("Japanese"),
        "Korean": tr("Korean"),
        "Macedonian": tr("Macedonian"),
        "Malay": tr("Malay"),
        "Persian": tr("Persian"),
        "Polish": tr("Polish"),
        "Portuguese": tr("Portuguese"),
        "Romanian": tr("Romanian"),
        "Russian": tr("Russian"),
        "Spanish": tr("Spanish"),
        "Swedish": tr("Swedish"),
        "Thai": tr("Thai"),
        "Turkish": tr("Turkish"),
        "Vietnamese": tr("Vietnamese"),
    }
