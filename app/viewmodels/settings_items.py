"""What each setting is called, what it is for in one line, and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import DEFAULT, NONE, Device
from app.domain.templates import BUILT_IN, GENERAL, Template
from app.services.settings import Settings
from app.viewmodels.formatting import length
from app.viewmodels.languages import language_title
from app.viewmodels.phrases import said
from app.viewmodels.templates import template_title

HUB_ADDRESS = "hub_address"
MIRROR = "mirror"

TEXT_SIZES = (90, 100, 110, 125, 150)  # percent

Kind = Literal["switch", "choice", "text", "lines", "link", "path", "people", "shortcuts"]


@dataclass(frozen=True, slots=True)
class Item:
    """One setting. `key`: the field of the settings, or a name of its own. `why`: what it is for, in a line.

    `options`: (value, label) of a choice. `words`: more that it is found by. `action`: what the button of a
    link says, or of a choice that wants something more to be done.
    """

    key: str
    title: str
    why: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()
    words: str = ""
    action: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    items: tuple[Item, ...]


def tr(text: str) -> str:
    return QCoreApplication.translate("settings", text)


def sections(
    now: Settings,
    devices: Sequence[Device],
    languages: Sequence[str],
    *,
    mirror: bool,
    templates: Sequence[Template] = BUILT_IN,
    restart: bool = False,
) -> tuple[Section, ...]:
    """Everything that can be set, in the order in which it is shown. `mirror`: models come from one.

    `restart`: the window speaks another language than the one that was chosen meanwhile.
    """
    return (
        _general(),
        _sound(now, devices),
        _transcription(now, languages),
        _speakers(),
        _minutes(now, languages, templates),
        _storage(now),
        _shortcuts(),
        _appearance(now, restart=restart),
        _advanced(now, mirror=mirror),
    )


def _in_models(key: str, title: str, why: str, words: str = "") -> Item:
    """What is chosen on the page of the models."""
    return Item(key, title, why, "link", words=words, action=tr("Choose in Models"))


def _general() -> Section:
    return Section(
        "general",
        tr("General"),
        (
            Item(
                "notifications",
                tr("Notifications"),
                tr("Tell me when minutes are ready or something went wrong while I look elsewhere."),
                "switch",
            ),
            Item(
                "tray", tr("Icon in the tray"), tr("Start, pause and stop recordings from the system’s tray."), "switch"
            ),
            Item(
                "welcome",
                tr("First steps"),
                tr("Privacy, sound check, models and the sample meeting, once more."),
                "link",
                action=tr("Open the first steps"),
                words=tr("welcome introduction"),
            ),
        ),
    )


def _sound(now: Settings, devices: Sequence[Device]) -> Section:
    return Section(
        "sound",
        tr("Sound"),
        (
            Item(
                "mic",
                tr("Microphone"),
                tr("What you say is recorded from here. It is yours alone, so the words are known to be yours."),
                "choice",
                _devices(MIC, now.mic, devices),
                tr("input device headset"),
            ),
            Item(
                "system",
                tr("Sound of this computer"),
                tr("What the others in a call say is recorded from here."),
                "choice",
                _devices(SYSTEM, now.system, devices),
                tr("output device loudspeaker headphones"),
            ),
            Item(
                "keep_as",
                tr("Keep recordings as"),
                tr("How a finished recording is packed. Nothing is removed before the packed one was read back."),
                "choice",
                (
                    ("opus", tr("Small (Opus)")),
                    ("flac", tr("Lossless (FLAC)")),
                    ("wav", tr("As recorded (WAV, large)")),
                ),
                tr("format compression quality"),
            ),
        ),
    )


def _devices(track: str, chosen: str, devices: Sequence[Device]) -> tuple[tuple[str, str], ...]:
    there = [(d.id, said(d.name)) for d in devices if d.track == track]
    if chosen not in (DEFAULT, NONE) and chosen not in {d for d, _ in there}:
        there.append((chosen, tr("The device of last time")))
    return ((DEFAULT, tr("Follow the system")), *there, (NONE, tr("Do not record")))


def _transcription(now: Settings, languages: Sequence[str]) -> Section:
    return Section(
        "transcription",
        tr("Transcription"),
        (
            _in_models(
                "speech_model",
                tr("Speech model"),
                tr("What writes down the words. Larger models make fewer mistakes and take longer."),
            ),
            Item(
                "language",
                tr("Language of meetings"),
                tr("Found out from the sound unless you say that it is always the same."),
                "choice",
                _languages(languages, now.language, tr("Find out")),
            ),
            Item(
                "live_text",
                tr("Words while recording"),
                tr("Show what is said while it is said. Without it, it is written down after the recording."),
                "switch",
                words=tr("live text captions subtitles"),
            ),
            Item(
                "mixed_languages",
                tr("Several languages in one meeting"),
                tr("Write each sentence in the language it was said in, not all in the one most is said in."),
                "switch",
                words=tr("mixed multilingual"),
            ),
            Item(
                "glossary",
                tr("Names and terms"),
                tr("One on each line: people, products, places. The speech model is told how they are written."),
                "lines",
                words=tr("glossary vocabulary words spelling"),
            ),
        ),
    )


def _languages(languages: Sequence[str], chosen: str, usual: str) -> tuple[tuple[str, str], ...]:
    names = list(languages)
    if chosen and chosen not in names:
        names.append(chosen)
    return (("", usual), *sorted(((n, language_title(n)) for n in names), key=lambda pair: pair[1].casefold()))


def _speakers() -> Section:
    return Section(
        "speakers",
        tr("Speakers"),
        (
            _in_models(
                "diarize_model",
                tr("How speakers are told apart"),
                tr("The built-in way needs no download. A model for it makes fewer mistakes when people interrupt."),
                words=tr("diarization voices"),
            ),
            Item(
                "voiceprints",
                tr("Remember voices"),
                tr("When you name a speaker, the voice may be known again in later meetings."),
                "switch",
                words=tr("voiceprints recognise consent"),
            ),
            Item(
                "people",
                tr("People whose voices are known"),
                tr("They are named by themselves in new meetings. Their voices are stored on this computer only."),
                "people",
                words=tr("voiceprints names forget rename"),
            ),
        ),
    )


def _templates(templates: Sequence[Template], chosen: str) -> tuple[tuple[str, str], ...]:
    found = [("" if t == GENERAL else t.id, template_title(t)) for t in templates]
    if chosen and chosen not in (value for value, _ in found):
        found.append((chosen, chosen))
    return tuple(found)


def _minutes(now: Settings, languages: Sequence[str], templates: Sequence[Template]) -> Section:
    return Section(
        "minutes",
        tr("Minutes"),
        (
            _in_models(
                "text_model",
                tr("Model for the minutes"),
                tr("What writes the summary, decisions and action items."),
            ),
            Item(
                "minutes_template",
                tr("Template of the minutes"),
                tr("What minutes look for, unless another template is chosen for a meeting."),
                "choice",
                _templates(templates, now.minutes_template),
                tr("kind stand-up one-to-one interview lecture sales customer call project"),
            ),
            Item(
                "minutes_language",
                tr("Language of the minutes"),
                tr("Minutes that are written from now on. Written ones stay as they are."),
                "choice",
                _languages(languages, now.minutes_language, tr("That of the meeting")),
                tr("translate"),
            ),
        ),
    )


def _storage(now: Settings) -> Section:
    days = sorted({0, 7, 30, 90, 365, now.empty_trash_after_days}, key=lambda d: d or 10_000)
    return Section(
        "storage",
        tr("Storage"),
        (
            Item(
                "data",
                tr("Folder of the meetings"),
                tr("Recordings, transcripts and minutes are here, and nowhere else."),
                "path",
                action=tr("Open the folder"),
                words=tr("data library location backup"),
            ),
            Item(
                "empty_trash_after_days",
                tr("Empty the trash"),
                tr("Meetings in the trash are removed for good after this time, unless their work is not finished."),
                "choice",
                tuple((str(d), _after(d)) for d in days),
                tr("retention delete remove keep"),
            ),
        ),
    )


def _after(days: int) -> str:
    if not days:
        return tr("Never")
    if days == 365:
        return tr("After a year")
    return QCoreApplication.translate("settings", "After %n days", None, days)


def _shortcuts() -> Section:
    return Section(
        "shortcuts",
        tr("Shortcuts"),
        (Item("shortcuts", tr("Keys"), tr("Everything that has a key of its own."), "shortcuts"),),
    )


def _appearance(now: Settings, *, restart: bool) -> Section:
    return Section(
        "appearance",
        tr("Appearance"),
        (
            Item(
                "appearance",
                tr("Light or dark"),
                tr("Folkmoot follows the system unless you choose."),
                "choice",
                (("system", tr("Follow the system")), ("light", tr("Light")), ("dark", tr("Dark"))),
                tr("theme colours night mode"),
            ),
            Item(
                "text_size",
                tr("Text size"),
                tr("Of transcripts and minutes. Larger and smaller are in the View menu, too."),
                "choice",
                tuple((str(n), _percent(n)) for n in sorted({*TEXT_SIZES, now.text_size})),
                tr("zoom font large small"),
            ),
            Item(
                "interface_language",
                tr("Language of this window"),
                tr(
                    "Folkmoot speaks it from its next start. What meetings are spoken in is chosen under Transcription."
                ),
                "choice",
                (("", tr("Follow the system")), ("en", "English"), ("zh_CN", "简体中文")),
                tr("interface language Chinese English 中文"),
                action=tr("Restart now") if restart else "",
            ),
        ),
    )


def _percent(n: int) -> str:
    return QCoreApplication.translate("settings", "%n %", None, n)


def _advanced(now: Settings, *, mirror: bool) -> Section:
    times = sorted({60, 600, 3600, 0, now.unload_after_s}, key=lambda s: s or 10**9)
    return Section(
        "advanced",
        tr("Advanced"),
        (
            Item(
                "hub",
                tr("Where models come from"),
                tr(
                    "If one site cannot be reached from your network, take another. Automatic is Hugging Face, or what "
                    "HF_ENDPOINT says. Checksums are compared in any case."
                ),
                "choice",
                (
                    ("", tr("Automatic")),
                    ("huggingface", tr("Hugging Face")),
                    ("modelscope", tr("ModelScope")),
                    (MIRROR, tr("A mirror of Hugging Face")),
                ),
                tr("hub download proxy mirror"),
            ),
            Item(
                HUB_ADDRESS,
                tr("Address of the mirror"),
                tr("Such as https://hf-mirror.com."),
                "text",
                enabled=mirror,
            ),
            Item(
                "unload_after_s",
                tr("Free the memory of models"),
                tr("How long after a job models stay loaded. The next job begins sooner while they are."),
                "choice",
                tuple((str(s), _unload(s)) for s in times),
                tr("memory unload keep"),
            ),
            Item("file", tr("File of the settings"), tr("It can be edited by hand while Folkmoot is closed."), "path"),
        ),
    )


def _unload(seconds: int) -> str:
    if not seconds:
        return tr("Never while the window is open")
    return tr("After {time}").format(time=length(seconds))
