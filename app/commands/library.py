"""`folkmoot list`, `show`, `export`, `search` and `meetings`: what the library has, and putting it in order."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.commands.common import Commands, opened_library, print_json, print_meetings, write_notes
from app.domain.edits import Change, tidy_tags
from app.domain.errors import InputError
from app.domain.meeting import Meeting, MeetingSummary, clock
from app.domain.ports import MeetingStore


def add(sub: Commands) -> None:
    p = sub.add_parser("list", help="all meetings, newest first")
    p.add_argument("--trash", action="store_true", help="those in the trash instead")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=list_meetings)

    p = sub.add_parser("show", help="one meeting")
    p.add_argument("meeting", metavar="ID", help="its id or the first characters of it")
    p.add_argument(
        "--coverage", action="store_true", help="how much of the speech is written down, minute by minute, and no more"
    )
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=show)

    p = sub.add_parser("export", help="write a meeting as Markdown or JSON")
    p.add_argument("meeting", metavar="ID")
    p.add_argument("--out", type=Path, default=Path(), metavar="PATH", help="file or folder; here if not given")
    p.add_argument("--format", choices=["markdown", "json"], default="markdown")
    p.set_defaults(handler=export)

    p = sub.add_parser("search", help="find words in all meetings")
    p.add_argument("text", nargs="+", metavar="WORD")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=search)

    p = sub.add_parser("meetings", help="put meetings in order: tags, folders, stars, trash")
    _add_filing(p.add_subparsers(dest="then", metavar="ACTION", required=True))


def _add_filing(sub: Commands) -> None:
    def add_one(name: str, help_: str, handler: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        p: argparse.ArgumentParser = sub.add_parser(name, help=help_)
        p.set_defaults(handler=handler)
        return p

    p = add_one("tag", "add tags to a meeting", tag)
    p.add_argument("meeting", metavar="ID")
    p.add_argument("tags", nargs="+", metavar="TAG")
    p = add_one("untag", "take tags away from a meeting", untag)
    p.add_argument("meeting", metavar="ID")
    p.add_argument("tags", nargs="+", metavar="TAG")
    p = add_one("move", "put meetings into a folder", move)
    p.add_argument("meetings", nargs="+", metavar="ID")
    p.add_argument("folder", metavar="FOLDER", help='such as "Clients/Acme"; "" takes them out')
    for name, help_, handler in (
        ("star", "mark meetings as favourites", star),
        ("unstar", "take that away", unstar),
        ("trash", "put meetings into the trash", trash),
        ("restore", "take meetings out of the trash", restore),
    ):
        add_one(name, help_, handler).add_argument("meetings", nargs="+", metavar="ID")
    p = add_one("empty-trash", "delete everything in the trash, with its sound", empty_trash)
    p.add_argument("--yes", action="store_true", help="without asking")
    p = add_one("delete", "delete meetings with their sound, for good", delete)
    p.add_argument("meetings", nargs="+", metavar="ID")
    p.add_argument("--yes", action="store_true", help="without asking")


def list_meetings(args: argparse.Namespace) -> int:
    from app.exporters.json_export import list_to_dict

    with opened_library() as store:
        summaries = store.list(trashed=args.trash)
    if args.json:
        print_json(list_to_dict(summaries))
    elif not summaries:
        nothing = "The trash is empty." if args.trash else "No meetings yet. Try: folkmoot demo"
        print(nothing, file=sys.stderr)
    else:
        for s in summaries:
            when = s.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
            print(f"{s.id[:12]}  {when}  {clock(s.duration_s):>8}  {s.state:<11}  {s.title}")
    return 0


def show(args: argparse.Namespace) -> int:
    from app.exporters.text import coverage_table

    with opened_library() as store:
        meeting = store.get(args.meeting)
    if args.coverage and not args.json:  # the JSON has it anyway
        print(coverage_table(meeting), end="")
    else:
        print_meetings([meeting], args.json)
    return 0


def export(args: argparse.Namespace) -> int:
    with opened_library() as store:
        meeting = store.get(args.meeting)
    print(write_notes(meeting, args.out, args.format))
    return 0


def search(args: argparse.Namespace) -> int:
    from app.exporters.json_export import hits_to_dict

    with opened_library() as store:
        hits = store.search(" ".join(args.text))
    if args.json:
        print_json(hits_to_dict(hits))
        return 0
    bold = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    for h in hits:
        snippet = h.snippet.replace("\x02", bold[0]).replace("\x03", bold[1])
        who = f"{h.speaker}: " if h.speaker else ""
        print(f"{h.meeting_id[:12]}  {clock(h.start_s):>8}  {h.title}: {who}{snippet}")
    if not hits:
        print("Nothing found.", file=sys.stderr)
    return 0


# -- putting in order ----------------------------------------------------------------------------
def tag(args: argparse.Namespace) -> int:
    with opened_library() as store:
        meeting = store.get(args.meeting)
        return _tagged(store, meeting, (*meeting.tags, *args.tags))


def untag(args: argparse.Namespace) -> int:
    gone = {t.casefold() for t in tidy_tags(args.tags)}
    with opened_library() as store:
        meeting = store.get(args.meeting)
        return _tagged(store, meeting, tuple(t for t in meeting.tags if t.casefold() not in gone))


def _tagged(store: MeetingStore, meeting: Meeting, tags: Sequence[str]) -> int:
    store.change(meeting.id, Change(tags=tuple(tags)))
    now = store.get(meeting.id).tags
    said = " ".join(f"#{t}" for t in now) if now else "no tags"
    print(f"“{meeting.title}”: {said}", file=sys.stderr)
    return 0


def move(args: argparse.Namespace) -> int:
    with opened_library() as store:
        for meeting in _all_of(store, args.meetings):
            store.change(meeting.id, Change(folder=args.folder))
            where = store.get(meeting.id).folder
            print(f"“{meeting.title}” is in {f'“{where}”' if where else 'no folder'}.", file=sys.stderr)
    return 0


def star(args: argparse.Namespace) -> int:
    return _changed(args.meetings, Change(favourite=True), "is a favourite")


def unstar(args: argparse.Namespace) -> int:
    return _changed(args.meetings, Change(favourite=False), "is no favourite")


def restore(args: argparse.Namespace) -> int:
    with opened_library() as store:
        for meeting in _listed(store, args.meetings):
            store.set_trashed(meeting.id, False)
            print(f"“{meeting.title}” is not in the trash.", file=sys.stderr)
    return 0


def trash(args: argparse.Namespace) -> int:
    from app.services import recordings

    with opened_library() as store:
        chosen = _listed(store, args.meetings)
        for meeting in chosen:
            if recordings.is_being_recorded(store.folder(meeting.id)):
                raise recordings.still_recording(meeting)
        for meeting in chosen:
            store.set_trashed(meeting.id, True)
            print(f"“{meeting.title}” is in the trash.", file=sys.stderr)
    return 0


def _changed(ids: Sequence[str], change: Change, now: str) -> int:
    with opened_library() as store:
        for meeting in _all_of(store, ids):
            store.change(meeting.id, change)
            print(f"“{meeting.title}” {now}.", file=sys.stderr)
    return 0


def empty_trash(args: argparse.Namespace) -> int:
    with opened_library() as store:
        gone = store.list(trashed=True)
        if not gone:
            print("The trash is empty.", file=sys.stderr)
            return 0
        return _deleted(store, gone, args.yes)


def delete(args: argparse.Namespace) -> int:
    with opened_library() as store:
        return _deleted(store, _listed(store, args.meetings), args.yes)


def _deleted(store: MeetingStore, meetings: Sequence[MeetingSummary], yes: bool) -> int:
    from app.services import recordings

    what = f"“{meetings[0].title}”" if len(meetings) == 1 else f"{len(meetings)} meetings"
    if not yes:
        if not sys.stdin.isatty():
            raise InputError(f"{what} would be deleted for good, with all sound.", "Say so with --yes.")
        if input(f"Delete {what} with all sound, for good? [y/N] ").strip().casefold() not in ("y", "yes"):
            print("Nothing was deleted.", file=sys.stderr)
            return 0
    for meeting in meetings:
        recordings.discard(store, meeting.id)
        print(f"Deleted “{meeting.title}”.", file=sys.stderr)
    return 0


def _all_of(store: MeetingStore, ids: Sequence[str]) -> list[Meeting]:
    """All of them, each once, or an error before anything is changed."""
    return list({m.id: m for m in map(store.get, ids)}.values())


def _listed(store: MeetingStore, ids: Sequence[str]) -> list[MeetingSummary]:
    """The same, but only what the list says of them: they may be damaged, and are thrown away all the same."""
    return list({m.id: m for m in map(store.summary, ids)}.values())
