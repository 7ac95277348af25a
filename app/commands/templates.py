"""`folkmoot templates`: what minutes can be about."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.commands.common import Commands, load_settings, note, print_json
from app.domain.templates import GENERAL
from app.services import templates
from app.services.paths import Paths


def add(sub: Commands) -> None:
    p = sub.add_parser(
        "templates",
        help="what minutes can be about: stand-ups, interviews, lectures, …",
        description="A meeting uses one that is named: folkmoot process FILE --template stand-up. Your own are JSON "
        'files: {"title": "Retrospective", "look_for": "What went well and what did not.", "leave_out": ["chapters"]}',
    )
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)
    a = actions.add_parser("list", help="all templates, your own included")
    a.add_argument("--json", action="store_true")
    a.set_defaults(handler=list_templates)


def list_templates(args: argparse.Namespace) -> int:
    folder = Paths.default().templates
    known, problems = templates.load(folder)
    usual = load_settings().minutes_template or GENERAL.id
    for problem in problems:
        note(problem)
    if args.json:
        print_json({"templates": [{**asdict(t), "is_default": t.id == usual} for t in known], "folder": str(folder)})
        return 0
    width = max(len(t.id) for t in known)
    for t in known:
        remarks = ["your own"] * t.own + ["used if none is named"] * (t.id == usual)
        print(f"{t.id:{width}}  {t.title}" + (f"  ({', '.join(remarks)})" if remarks else ""))
    print(f"\nYour own are JSON files in {folder}")
    return 0
