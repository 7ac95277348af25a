"""`folkmoot list`, `show`, `export` and `search`: what the library has."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.commands.common import Commands, opened_library, print_json, print_meetings, write_notes
from app.domain.meeting import clock


def add(sub: Commands) -> None:
    p = sub.add_parser("list", help="all meetings, newest first")
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


def list_meetings(args: argparse.Namespace) -> int:
    from app.exporters.json_export import list_to_dict

    with opened_library() as store:
        summaries = store.list()
    if args.json:
        print_json(list_to_dict(summaries))
    elif not summaries:
        print("No meetings yet. Try: folkmoot demo", file=sys.stderr)
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
