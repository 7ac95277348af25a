"""`folkmoot listen`: what a model hears besides the words, and questions about a stretch of sound."""

from __future__ import annotations

import argparse
import re
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.commands.common import Commands, cancel_on_interrupt, opened_library, print_json
from app.domain.cancel import CancelFlag
from app.domain.errors import InputError, ModelError
from app.domain.meeting import clock
from app.domain.ports import SAMPLE_RATE, Heard, ListeningEngine
from app.services.paths import Paths

if TYPE_CHECKING:
    from app.domain.ports import Samples

STRETCH_S = 30.0  # heard at a time: what every model of this kind can take


def add(sub: Commands) -> None:
    p = sub.add_parser(
        "listen",
        help="language, tone, sounds and scene of a recording, or a question about it",
        description="Needs a model that listens, such as qwen2.5-omni-3b. Each 30 s are heard by themselves.",
    )
    p.add_argument("what", metavar="ID|FILE", help="a meeting, or an audio or video file")
    p.add_argument("--track", metavar="NAME", help="of a meeting: mic, system or file; the first if not given")
    p.add_argument("--from", dest="start_s", type=moment, default=0.0, metavar="TIME", help="such as 1:20")
    p.add_argument("--to", dest="end_s", type=moment, metavar="TIME", help="such as 1:50; the end if not given")
    p.add_argument("--ask", metavar="QUESTION", help="a question about every 30 s of it")
    p.add_argument("--model", metavar="MODEL", help="catalogue name or folder; the best one here if not given")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=listen)


def moment(text: str) -> float:
    """Seconds: "80", "1:20", "1:02:03"."""
    if not re.fullmatch(r"\d+(:[0-5]?\d){0,2}(\.\d+)?", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no time; write 80, 1:20 or 1:02:03")
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def listen(args: argparse.Namespace) -> int:
    if args.end_s is not None and args.end_s <= args.start_s:
        raise InputError("The stretch ends before it begins.", "Give a later time for --to.")
    with cancel_on_interrupt() as cancel:
        sound = _sound(args, cancel)
        engine = _engine(args.model)
        heard: list[dict[str, Any]] = []
        size = round(STRETCH_S * SAMPLE_RATE)
        for at in range(0, len(sound), size):
            window = sound[at : at + size]
            start_s = args.start_s + at / SAMPLE_RATE
            found: dict[str, Any] = {"start_s": start_s, "end_s": start_s + len(window) / SAMPLE_RATE}
            if args.ask:
                found["answer"] = engine.answer(window, args.ask, cancel)
            else:
                found |= _moved(engine.listen(window, cancel), start_s)
            heard.append(found)
            if not args.json:
                print("\n".join(_lines(found)), flush=True)
    if args.json:
        print_json({"model": engine.name, "heard": heard})
    return 0


def _moved(heard: Heard, by_s: float) -> dict[str, Any]:
    """What was heard in a stretch, its times from the start of the recording."""
    data = asdict(heard)
    for event in data["events"]:
        event |= {k: event[k] + by_s for k in ("start_s", "end_s") if event[k] is not None}
    return data


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{clock(found['start_s'])}–{clock(found['end_s'])}"]
    if "answer" in found:
        return [*lines, f"  {found['answer']}"]
    named = {"Language": found["language"], "Tone": found["tone"], "Scene": found["scene"]}
    lines += [f"  {name:<9} {value}" for name, value in named.items() if value]
    for event in found["events"]:
        when = "" if event["start_s"] is None else f" at {clock(event['start_s'])}"
        lines.append(f"  {'Sound':<9} {event['label']}{when}")
    return lines if len(lines) > 1 else [*lines, "  Nothing besides words."]


def _sound(args: argparse.Namespace, cancel: CancelFlag) -> Samples:
    """The stretch asked for, 16 kHz. `InputError` if there is none."""
    from app.audio.decode import decode
    from app.audio.tracks import TrackReader

    path = Path(args.what)
    with ExitStack() as stack:
        if path.exists():
            blocks = decode(path, cancel=cancel)
        else:
            store = stack.enter_context(opened_library())
            meeting = store.get(args.what)
            tracks = {t.name: t for t in meeting.tracks}
            if not tracks:
                raise InputError(
                    f"The sound of “{meeting.title}” has not been read yet.",
                    f"Process it first: folkmoot process --resume {meeting.id[:16]}",
                )
            name = args.track or next(iter(tracks))
            if name not in tracks:
                raise InputError(f"“{meeting.title}” has no track “{name}”.", f"It has: {', '.join(tracks)}.")
            blocks = stack.enter_context(TrackReader(store.folder(meeting.id) / tracks[name].path)).blocks(1.0)
        kept: list[Samples] = []
        at_s = 0.0
        for block in blocks:
            end_s = at_s + len(block) / SAMPLE_RATE
            if end_s > args.start_s:
                first = max(0, round((args.start_s - at_s) * SAMPLE_RATE))
                last = None if args.end_s is None else max(0, round((args.end_s - at_s) * SAMPLE_RATE))
                kept.append(block[first:last])
            at_s = end_s
            if args.end_s is not None and at_s >= args.end_s:
                break
    if not sum(len(k) for k in kept):
        raise InputError(
            f"There is no sound after {clock(args.start_s)}; it ends at {clock(at_s)}.", "Choose earlier times."
        )
    return np.concatenate(kept)


def _engine(model: str | None) -> ListeningEngine:
    from models import catalogue
    from models.keeper import Keeper

    folder = Paths.default().models
    if model is None:
        able = [i for i in catalogue.installed(folder) if "listen" in i.entry.capabilities]
        there = [i for i in able if i.folder is not None and not i.problem]
        if not there:
            smallest = min(able, key=lambda i: i.entry.size_mb).entry
            raise ModelError(
                "No model that listens is installed.",
                f"Get one ({smallest.size_mb / 1000:.0f} GB) with: folkmoot models get {smallest.id}",
            )
        model = max(there, key=lambda i: i.entry.quality).entry.id
    engine = Keeper().speech(catalogue.resolve_for("speech", model, folder))
    if not isinstance(engine, ListeningEngine):
        raise ModelError(f"{model} writes words down but hears nothing else.", "Choose one such as qwen2.5-omni-3b.")
    return engine
