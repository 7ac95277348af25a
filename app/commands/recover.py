"""`folkmoot recover`: recordings that were cut off by a crash or a power failure."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from app.commands.common import (
    Commands,
    cancel_on_interrupt,
    load_settings,
    note,
    opened_library,
    print_json,
    print_meetings,
    run_job,
)
from app.domain.errors import InputError
from app.domain.meeting import Meeting, clock
from app.domain.ports import MeetingStore
from app.services import jobs

if TYPE_CHECKING:
    from app.services.recordings import Interrupted


def add(sub: Commands) -> None:
    p = sub.add_parser(
        "recover",
        help="recordings that were interrupted: finish, keep or discard them",
        description="Without an ID: which recordings were cut off by a crash or a power failure. With one: repair its "
        "files, so that everything up to the last second is there, and turn it into notes.",
    )
    p.add_argument("meeting", nargs="?", metavar="ID", help="its id or the first characters of it")
    then = p.add_mutually_exclusive_group()
    then.add_argument(
        "--process",
        dest="then",
        action="store_const",
        const="process",
        help="repair it and write transcript and minutes",
    )
    then.add_argument("--keep", dest="then", action="store_const", const="keep", help="repair it, and nothing else")
    then.add_argument("--discard", dest="then", action="store_const", const="discard", help="delete it with its sound")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=recover)


def recover(args: argparse.Namespace) -> int:
    from app.services import recordings

    with opened_library(announce=False) as store:
        waiting = recordings.interrupted(store)
        if args.meeting is None:
            if args.then is not None:
                raise InputError(f"--{args.then} needs to know which recording.", "folkmoot recover lists their ids.")
            _list(waiting, args.json)
            return 0
        meeting_id = _chosen(store, args.meeting, waiting)
        if args.then == "discard":
            recordings.discard(store, meeting_id)
            print("Discarded.", file=sys.stderr)
            return 0
        if args.then != "keep" and not recordings.holds_sound(store.folder(meeting_id)):
            raise InputError(
                f"Nothing was recorded of “{store.get(meeting_id).title}” before it was interrupted.",
                f"To delete it: folkmoot recover {meeting_id[:12]} --discard (--keep keeps its notes)",
            )
        recovered = recordings.recover(store, meeting_id)
        meeting = recovered.meeting
        for notice in recovered.notices:
            note(notice)
        print(f"Repaired: {clock(meeting.duration_s)} of “{meeting.title}” are there.", file=sys.stderr)
        if args.then == "keep":
            print(f"For transcript and minutes: folkmoot process --resume {meeting_id[:12]}", file=sys.stderr)
        else:
            job = jobs.make_job(store, meeting, keep_as=load_settings().keep_as)
            with cancel_on_interrupt() as cancel:
                meeting = run_job(store, job, cancel, quiet=args.json, is_new=False)
        print_meetings([meeting], args.json)
    return 0


def _list(waiting: list[Interrupted], as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "interrupted": [
                    {
                        "id": w.meeting_id,
                        "title": w.title,
                        "started_at": w.started_at.isoformat(),
                        "duration_s": round(w.duration_s, 3),
                        "size_bytes": w.size_bytes,
                    }
                    for w in waiting
                ]
            }
        )
        return
    if not waiting:
        print("No recording was interrupted.", file=sys.stderr)
    for w in waiting:
        print(f"{w.meeting_id[:12]}  {w.started_at.astimezone():%Y-%m-%d %H:%M}  {clock(w.duration_s):>8}  {w.title}")
    if waiting:
        print("To finish one: folkmoot recover ID (--keep only repairs it, --discard deletes it)", file=sys.stderr)


def _chosen(store: MeetingStore, meeting: str, waiting: list[Interrupted]) -> str:
    found = store.get(meeting)
    if found.id not in [w.meeting_id for w in waiting] and not _has_no_end(store, found):
        raise InputError(f"“{found.title}” is no interrupted recording.", "folkmoot recover lists those there are.")
    return found.id


def _has_no_end(store: MeetingStore, meeting: Meeting) -> bool:
    """It was begun, and the library has no end of it. It may not be listed for some seconds, because whoever recorded
    it could still be about to store one."""
    from app.audio.journal import JOURNAL_NAME

    begun = meeting.recording is not None and meeting.recording.state != "finished"
    return begun and (store.folder(meeting.id) / JOURNAL_NAME).exists()
