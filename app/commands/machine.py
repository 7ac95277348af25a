"""`folkmoot doctor` and `folkmoot devices`: what this machine has."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.commands.common import Commands, load_settings, print_json
from app.domain.meeting import MIC, SYSTEM
from app.exporters.common import one_line
from app.services.paths import Paths

_TEST_S = 5.0  # of the sound check
_SECTIONS = (
    (MIC, "Microphones (--mic)"),
    (SYSTEM, "Outputs whose sound can be recorded (--system)"),
)


def add(sub: Commands) -> None:
    p = sub.add_parser("doctor", help="what this machine has, which models are there, what is missing")
    p.add_argument("--json", action="store_true")
    p.add_argument(
        "--record-test",
        action="store_true",
        help="record a few seconds of microphone and computer's sound, and say whether each carries a signal",
    )
    p.set_defaults(handler=doctor)

    p = sub.add_parser("devices", help="microphones and outputs that can be recorded")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=devices)


def doctor(args: argparse.Namespace) -> int:
    if args.record_test:
        from app.doctor import record_test

        settings = load_settings()
        return record_test(_TEST_S, args.json, mic=settings.mic, system=settings.system)
    from app.doctor import examine, to_text

    report = examine(Paths.default())
    if args.json:
        print_json(report)
    else:
        print(to_text(report))
    return 0


def devices(args: argparse.Namespace) -> int:
    from app.audio.systems import this_system

    system = this_system()
    found = system.devices()
    if args.json:
        print_json({"sound_system": system.name, "devices": [asdict(d) for d in found]})
        return 0
    for track, title in _SECTIONS:
        print(title)
        of_track = [d for d in found if d.track == track]
        for d in of_track:
            print(f"  {one_line(d.name)}{'  (default)' if d.is_default else ''}")
        if not of_track:
            print("  none")
        print()
    print("To record one of them: folkmoot record --mic NAME --system NAME; a part of the name will do.")
    return 0
