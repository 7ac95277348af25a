"""`folkmoot speakers` and `folkmoot people`: who spoke in a meeting, and whose voices are known."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from app import bootstrap
from app.commands.common import (
    Commands,
    cancel_on_interrupt,
    load_settings,
    note,
    opened_library,
    print_json,
    run_job,
)
from app.domain import edits
from app.domain.edits import Change
from app.domain.errors import InputError
from app.domain.events import VoiceHeard
from app.domain.meeting import SURE_FROM, Meeting, Person, Speaker, SpeakerOptions, Stage, clock
from app.domain.ports import MeetingStore
from app.domain.turns import percents
from app.exporters.common import one_line, talk
from app.exporters.text import columns
from app.services import jobs, voiceprints
from app.services.paths import Paths

MOST_SPEAKERS = 15
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")


def add(sub: Commands) -> None:
    p = sub.add_parser("speakers", help="who spoke in a meeting: list, name, merge, reassign, find anew")
    p.add_argument("meeting", metavar="ID", help="the meeting's id or the first characters of it")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=list_speakers)
    actions = p.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, handler: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        one.set_defaults(handler=handler)
        return one

    a = action("rename", rename, "give a speaker a name; the name of another speaker merges the two")
    a.add_argument("who", metavar="WHO", help="the speaker's name or key")
    a.add_argument("name", metavar="NAME")
    a = action("accept", accept, "accept the name that is suggested for a speaker")
    a.add_argument("who", metavar="WHO")
    a = action("merge", merge, "say that speakers are one person")
    a.add_argument("who", nargs="+", metavar="WHO")
    a.add_argument("--into", required=True, metavar="WHO", help="who they turn out to be")
    a = action("reassign", reassign, "say who spoke parts of the transcript")
    a.add_argument("segments", nargs="+", metavar="PART", help="the number of a segment, or a time in it, such as 3:20")
    a.add_argument("--to", required=True, metavar="WHO", help="a speaker, or a new name")
    a.add_argument("--from-here", action="store_true", help="and whatever the same speaker says afterwards")
    a = action("count", count, "say how many people there are, and tell them apart again")
    a.add_argument("number", nargs="?", metavar="N", help="with the one at the microphone; auto: find out")
    add_shared_microphone(a)
    a = action("remember", remember, "remember a speaker's voice, so that later meetings suggest the name")
    a.add_argument("who", metavar="WHO")

    p = sub.add_parser("people", help="whose voices are known: list, rename, forget")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=list_people)
    actions = p.add_subparsers(dest="action", metavar="ACTION")
    action("list", list_people, "everybody whose voice is known")
    a = action("rename", rename_person, "change a person's name")
    a.add_argument("person", metavar="PERSON", help="name or id")
    a.add_argument("name", metavar="NAME")
    a = action("forget", forget, "remove a person's voice for good")
    a.add_argument("person", metavar="PERSON", help="name or id")
    a = action("agree", agree, "whether voices may be remembered, and known again in later meetings")
    a.add_argument("answer", choices=["yes", "no"])


def add_shared_microphone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--shared-microphone",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="several people sit at this microphone, so it is not simply you",
    )


def speaker_count(text: str) -> int | None:
    """How many speakers there are; None for "auto". Raises `InputError`."""
    if text.strip().lower() == "auto":
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= MOST_SPEAKERS:
        raise InputError(f"“{text}” is no number of speakers.", f"Say 1 to {MOST_SPEAKERS}, or auto.")
    return int(text)


def changed_options(old: SpeakerOptions, number: str | None, shared: bool | None) -> SpeakerOptions:
    """The options with what was said on the command line."""
    new = old if number is None else replace(old, speakers=speaker_count(number))
    return new if shared is None else replace(new, shared_microphone=shared)


# -- speakers of a meeting -----------------------------------------------------------------------
def list_speakers(args: argparse.Namespace) -> int:
    with opened_library() as store:
        _show(store.get(args.meeting), args.json)
    return 0


def rename(args: argparse.Namespace) -> int:
    if not args.name.strip():
        raise InputError("A speaker needs a name.", "Type at least one character.")
    return _change(args, lambda m, store: _named(m, store, _speaker(m, args.who).key, args.name))


def accept(args: argparse.Namespace) -> int:
    def make(meeting: Meeting, store: MeetingStore) -> Change:
        speaker = _speaker(meeting, args.who)
        if not speaker.suggested:
            raise InputError(f"No name is suggested for {speaker.name}.", "Give one with: rename")
        return _named(meeting, store, speaker.key, speaker.suggested)

    return _change(args, make)


def merge(args: argparse.Namespace) -> int:
    def make(meeting: Meeting, _: MeetingStore) -> Change:
        into = _speaker(meeting, args.into)
        return edits.merge_speakers(meeting, [_speaker(meeting, who).key for who in args.who], into.key)

    return _change(args, make)


def reassign(args: argparse.Namespace) -> int:
    def make(meeting: Meeting, _: MeetingStore) -> Change:
        ids = [i for part in args.segments for i in _parts(meeting, part, args.from_here)]
        same = _find(meeting, args.to)
        if same is not None:
            return edits.reassign(meeting, ids, same.key)
        return edits.reassign_to_new(meeting, ids, args.to)

    return _change(args, make)


def count(args: argparse.Namespace) -> int:
    with opened_library() as store, cancel_on_interrupt() as cancel:
        meeting = store.get(args.meeting)
        options = changed_options(meeting.speaker_options, args.number, args.shared_microphone)
        if options != meeting.speaker_options:
            store.change(meeting.id, Change(speaker_options=options))
        job = jobs.make_job(
            store,
            store.get(meeting.id),
            again=frozenset({Stage.SPEAKERS}),
            until=Stage.SPEAKERS,
            voiceprints=load_settings().voiceprints,
        )
        _show(run_job(store, job, cancel, quiet=args.json, is_new=False), args.json)
    return 0


def remember(args: argparse.Namespace) -> int:
    if not load_settings().voiceprints:
        raise InputError(
            "You have not agreed that voices are remembered. They stay on this computer and can be forgotten.",
            "To agree: folkmoot people agree yes",
        )
    with opened_library() as store, cancel_on_interrupt() as cancel:
        meeting = store.get(args.meeting)
        job = voiceprints.make_voice_job(store, meeting.id, _speaker(meeting, args.who).key)
        heard = next(e for e in bootstrap.hear_voice(job, cancel) if isinstance(e, VoiceHeard))
        person = voiceprints.remember(store, job, heard.prints)
    if args.json:
        print_json(_person(person))
    else:
        print(f"The voice of {person.name} is remembered. To forget it: folkmoot people forget “{person.name}”")
    return 0


# -- people --------------------------------------------------------------------------------------
def list_people(args: argparse.Namespace) -> int:
    with opened_library() as store:
        people = store.people()
    agreed = load_settings().voiceprints
    if args.json:
        print_json({"people": [_person(p) for p in people], "agreed": agreed})
        return 0
    for p in people:
        print(f"{p.id[:12]}  {p.prints:>3} print{' ' if p.prints == 1 else 's'}  {p.name}")
    if not people:
        print("No voices are known.", file=sys.stderr)
    elif not agreed:
        note("Voices are not looked for in meetings. To agree to it: folkmoot people agree yes")
    return 0


def rename_person(args: argparse.Namespace) -> int:
    with opened_library() as store:
        person = _known(store, args.person)
        store.rename_person(person.id, args.name)
        person = _known(store, person.id)
    return _said(args, person, f"This voice is {person.name}’s now.")


def forget(args: argparse.Namespace) -> int:
    with opened_library() as store:
        person = _known(store, args.person)
        store.forget_person(person.id)
    return _said(args, person, f"The voice of {person.name} is forgotten. Nothing of it is left in the library.")


def agree(args: argparse.Namespace) -> int:
    path = Paths.default().settings
    yes = args.answer == "yes"
    load_settings().changed(voiceprints=yes).save(path)
    if args.json:
        print_json({"agreed": yes})
    elif yes:
        print("Voices may be remembered, and known again in later meetings. They stay on this computer.")
    else:
        print("Voices are no longer remembered or looked for. Those that are known stay until they are forgotten.")
    return 0


# -- finding -------------------------------------------------------------------------------------
def _find(meeting: Meeting, who: str) -> Speaker | None:
    wanted = " ".join(who.split()).casefold()
    by_key = next((s for s in meeting.speakers if s.key == who), None)
    return by_key or next((s for s in meeting.speakers if s.name.casefold() == wanted), None)


def _speaker(meeting: Meeting, who: str) -> Speaker:
    found = _find(meeting, who)
    if found is None:
        there = ", ".join(s.name for s in meeting.speakers) or "nobody yet"
        raise InputError(f"There is no speaker “{who}” in this meeting.", f"There are: {there}.")
    return found


def _parts(meeting: Meeting, part: str, from_here: bool) -> Iterator[int]:
    """Ids of the segments that a number or a time means."""
    if match := _CLOCK.fullmatch(part):
        hours, minutes, seconds = (int(g or 0) for g in match.groups())
        at = 3600 * hours + 60 * minutes + seconds
        # What begins within the second counts: clocks show whole ones.
        found = [s.id for s in meeting.segments if s.echo_of is None and s.start_s < at + 1 and s.end_s > at]
    else:
        found = [s.id for s in meeting.segments if str(s.id) == part]
    if not found:
        raise InputError(
            f"Nothing was said at “{part}” in this meeting.", "Name a time as folkmoot show prints it, or a segment."
        )
    for i in found:
        yield from edits.from_here_on(meeting, i) if from_here else (i,)


def _known(store: MeetingStore, who: str) -> Person:
    people = store.people()
    found = voiceprints.find_person(store, who) or next((p for p in people if p.id.startswith(who) and who), None)
    if found is None:
        names = ", ".join(p.name for p in people) or "nobody"
        raise InputError(f"No voice is known of “{who}”.", f"Known are: {names}.")
    return found


def _named(meeting: Meeting, store: MeetingStore, key: str, name: str) -> Change:
    person = voiceprints.find_person(store, name)
    return edits.name_speaker(meeting, key, name, person.id if person is not None else "")


# -- saying it -----------------------------------------------------------------------------------
def _change(args: argparse.Namespace, make: Callable[[Meeting, MeetingStore], Change]) -> int:
    with opened_library() as store:
        meeting = store.get(args.meeting)
        store.change(meeting.id, make(meeting, store))
        _show(store.get(meeting.id), args.json)
    return 0


def _show(meeting: Meeting, as_json: bool) -> None:
    rows = talk(meeting)
    spoken = {s.key: (seconds, share) for s, seconds, share in rows}
    if as_json:
        print_json(
            {
                "meeting": meeting.id,
                "options": {
                    "speakers": meeting.speaker_options.speakers,
                    "shared_microphone": meeting.speaker_options.shared_microphone,
                },
                "speakers": [_row(s, *spoken.get(s.key, (0.0, 0.0))) for s in meeting.speakers],
            }
        )
        return
    if not meeting.speakers:
        print("Nobody was told apart yet.", file=sys.stderr)
    shares = dict(zip((s.key for s, _, _ in rows), percents([seconds for _, seconds, _ in rows]), strict=True))
    width = max((columns(one_line(s.name)) for s in meeting.speakers), default=0)
    for s in sorted(meeting.speakers, key=lambda s: -spoken.get(s.key, (0.0, 0.0))[0]):
        seconds, _ = spoken.get(s.key, (0.0, 0.0))
        name = one_line(s.name)
        maybe = f"  {_guess(s)}" if s.suggested else ""
        gap = " " * (width - columns(name))
        print(f"{s.key:<5} {name}{gap}  {clock(seconds):>8}  {shares.get(s.key, 0):>3}%{maybe}")


def _guess(s: Speaker) -> str:
    name = one_line(s.suggested)
    return f"probably {name}" if s.certainty >= SURE_FROM else f"perhaps {name}?"


def _row(s: Speaker, seconds: float, share: float) -> dict[str, Any]:
    return {
        "key": s.key,
        "name": s.name,
        "track": s.track,
        "by_user": s.by_user,
        "suggested": {"name": s.suggested, "certainty": round(s.certainty, 3)} if s.suggested else None,
        "person": s.person or None,
        "talk_s": round(seconds, 3),
        "talk_share": round(share, 4),
    }


def _person(p: Person) -> dict[str, Any]:
    return {"id": p.id, "name": p.name, "prints": p.prints}


def _said(args: argparse.Namespace, person: Person, sentence: str) -> int:
    if args.json:
        print_json(_person(person))
    else:
        print(sentence)
    return 0
