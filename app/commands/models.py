"""`folkmoot models …`: what there is, what fits this machine, fetching, importing, removing, checking."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from app.commands.common import Commands, cancel_on_interrupt, load_settings, note, print_json
from app.domain.cancel import CancelFlag, check
from app.domain.errors import Cancelled, InputError, ModelError, UserError
from app.domain.models import DownloadEvent, DownloadNotice, DownloadProgress, ModelInstalled, Recommendation
from app.services.paths import Paths

if TYPE_CHECKING:
    from models.catalogue import Installed
    from models.entries import ModelEntry
    from models.hub import Hub

TASKS = {"speech": "Speech", "align": "Word times", "text": "Minutes and answers", "diarize": "Speakers"}


def add(sub: Commands) -> None:
    group = sub.add_parser("models", help="see, fetch, import, check and remove models")
    group.set_defaults(handler=list_models, json=False, all=False)
    actions = group.add_subparsers(dest="action", metavar="ACTION")

    p = actions.add_parser("list", help="what is here and what can be had")
    p.add_argument("--json", action="store_true")
    p.add_argument("--all", action="store_true", help="also models this version cannot use yet")
    p.set_defaults(handler=list_models)

    p = actions.add_parser("recommend", help="what fits this machine, and why")
    p.add_argument("--json", action="store_true")
    p.add_argument("--again", action="store_true", help="measure the processor again")
    p.set_defaults(handler=recommend_models)

    p = actions.add_parser("get", help="fetch models from the internet")
    p.add_argument("models", nargs="+", metavar="ID", help="as `folkmoot models list` shows them")
    p.add_argument(
        "--hub",
        metavar="HUB",
        help="huggingface, modelscope, or the address of a mirror; if not given what the settings or HF_ENDPOINT say",
    )
    p.add_argument("--accept-licence", action="store_true", help="accept the conditions of its licence")
    p.add_argument("--again", action="store_true", help="also if it is here: fetch what is damaged or newer")
    p.set_defaults(handler=get_models)

    p = actions.add_parser("import", help="install a model from a folder, a .zip or a .tar")
    p.add_argument("source", type=Path, metavar="FOLDER_OR_ARCHIVE")
    p.add_argument("--as", dest="name", metavar="NAME", help="which model it is, or a name of its own")
    p.set_defaults(handler=import_a_model)

    p = actions.add_parser("remove", help="remove models from the disk")
    p.add_argument("models", nargs="+", metavar="ID")
    p.add_argument("--yes", action="store_true", help="do not ask")
    p.set_defaults(handler=remove_models)

    p = actions.add_parser("verify", help="compare the files of models with their checksums")
    p.add_argument("models", nargs="*", metavar="ID", help="all that are here if not given")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=verify_models)


# -- looking ---------------------------------------------------------------------------------------
def list_models(args: argparse.Namespace) -> int:
    folder = Paths.default().models
    rows = [_row(e, folder) for e in _shown(folder, args.all)]
    if args.json:
        print_json({"folder": str(folder), "models": rows})
        return 0
    for task, title in TASKS.items():
        print(title)
        for row in (r for r in rows if r["task"] == task):
            size = f"{row['size_mb'] / 1000:.1f} GB"
            mark = "*" if row["in_use"] else " "
            print(f" {mark} {row['id']:<28} {_state(row):<16} {size:>8}   {row['note']}")
        print()
    print("* in use. Fetch one with: folkmoot models get ID. What fits this machine: folkmoot models recommend")
    return 0


def _shown(folder: Path, everything: bool) -> Iterable[Installed]:
    from models import catalogue

    known = {i.entry.id: i for i in catalogue.installed(folder)}
    for e in catalogue.CATALOGUE:
        if e.id in known:
            yield known[e.id]
        elif everything:
            yield catalogue.Installed(e, None)
    yield from catalogue.own(folder)


def _row(one: Installed, folder: Path) -> dict[str, Any]:
    from models import installing, memory

    e = one.entry
    left_over = installing.left_over(folder, e.id)
    precisions = {p: memory.need_mb(e, p) for p in memory.BYTES}
    return {
        "id": e.id,
        "title": e.title,
        "task": e.task,
        "usable": e.is_usable,
        "installed": one.folder is not None,
        "folder": str(one.folder) if one.folder else None,
        "problem": one.problem,
        "in_use": one.folder is not None and one.folder == _in_use(e.task, folder),
        "fetched_mb": round(left_over / 1e6) if left_over else 0,
        "size_mb": e.size_mb,
        "memory_mb": precisions,
        "memory_is": "computed",
        "measured": [
            {"machine": m.machine, "real_time_factor": m.real_time_factor, "memory_mb": m.memory_mb} for m in e.measured
        ],
        "languages": list(e.languages),
        "capabilities": list(e.capabilities),
        "licence": {"name": e.licence.name, "url": e.licence.url, "conditions": e.licence.conditions},
        "repo": e.repo,
        "revision": e.revision if e.repo else "",
        "note": e.note,
    }


def _in_use(task: str, folder: Path) -> Path | None:
    from models import catalogue

    try:
        return catalogue.default(cast("catalogue.Task", task), folder).folder
    except ModelError:
        return None


def _state(row: dict[str, Any]) -> str:
    if not row["usable"]:
        return "not usable yet"
    if row["problem"]:
        return "damaged"
    if row["installed"]:
        return "here"
    return f"{row['fetched_mb'] / row['size_mb']:.0%} fetched" if row["fetched_mb"] else "–"


def recommend_models(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    found = recommendation(Paths.default(), measure_again=args.again)
    if args.json:
        print_json(asdict(found) | {"download_mb": found.download_mb, "missing": list(found.missing)})
        return 0
    for c in found.choices:
        size = f"{c.download_mb / 1000:.1f} GB to fetch" if c.download_mb else "here"
        print(f"{c.title:<24} {size:<18} {c.why}")
    print()
    for line in found.reasons:
        print(line)
    for line in found.warnings:
        note(line)
    if found.missing:
        print(f"\nFetch {found.download_mb / 1000:.1f} GB with: folkmoot models get {' '.join(found.missing)}")
    return 0


def recommendation(paths: Paths, *, measure_again: bool = False) -> Recommendation:
    """What to use on this machine. Imports torch, and measures the processor for a second if it never was."""
    from models import catalogue, device, trial
    from models.recommend import recommend

    trial.remember_in(paths.cache)
    if measure_again:
        trial.measure_again()
    here = {i.entry.id for i in catalogue.installed(paths.models) if i.folder is not None and not i.problem}
    return recommend(device.survey(paths.models, cards=True), device.measured(), here)


# -- getting ---------------------------------------------------------------------------------------
def get_models(args: argparse.Namespace) -> int:
    from models.download import LicenceNotAccepted, download
    from models.hub import hub_for

    folder = Paths.default().models
    hub = hub_for(args.hub or load_settings().hub or None)
    entries = [_entry(name) for name in args.models]
    with cancel_on_interrupt() as cancel:
        for e in entries:
            seen: set[str] = set()  # licences that were accepted
            while True:
                accepted = args.accept_licence or seen
                try:
                    _follow(e.title, download(e, folder, hub, cancel=cancel, accept_licence=accepted, again=args.again))
                    break
                except LicenceNotAccepted as error:
                    if error.licence.name in seen or not _accepts(e, hub, error):
                        raise
                    seen.add(error.licence.name)
                except Cancelled:
                    print("What has come is kept; the same command goes on with it.", file=sys.stderr)
                    raise
    return 0


def _accepts(entry: ModelEntry, hub: Hub, error: UserError) -> bool:
    """Show the licence and ask, if there is somebody to ask."""
    from models.download import licence_text

    if not sys.stdin.isatty():
        return False
    print(licence_text(entry, hub) or error.to_do, file=sys.stderr)
    print(f"\n{error.what}", file=sys.stderr)
    return _yes("Accept this licence?")


def import_a_model(args: argparse.Namespace) -> int:
    from models.importing import import_model

    with cancel_on_interrupt() as cancel:
        events = import_model(args.source, Paths.default().models, name=args.name, cancel=cancel)
        _follow(args.name or args.source.name, events)
    return 0


def _follow(title: str, events: Iterable[DownloadEvent]) -> None:
    """Show how it goes on and, at the end, print the folder of the model."""
    bar = _Bar(sys.stderr)
    try:
        for event in events:
            if isinstance(event, DownloadProgress):
                bar.draw(title, event)
            elif isinstance(event, DownloadNotice):
                bar.clear()
                note(event.message)
            else:
                bar.clear()
                _say_installed(title, event)
    finally:
        bar.clear()


def _say_installed(title: str, done: ModelInstalled) -> None:
    if done.seconds:
        fetched = f", {done.fetched_bytes / 1e6:.0f} MB fetched" if done.fetched_bytes else ""
        print(f"{title} is installed, checked and ready ({done.seconds:.0f} s{fetched}).", file=sys.stderr)
    else:
        print(f"{title} is here already.", file=sys.stderr)
    print(done.folder)


class _Bar:
    """One line that is rewritten on a terminal; elsewhere a line for each tenth and for each time of waiting."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._said = ""

    def draw(self, title: str, p: DownloadProgress) -> None:
        share = p.done_bytes / p.total_bytes if p.total_bytes else 0.0
        speed = f", {p.speed_bytes_s / 1e6:.1f} MB/s" if p.speed_bytes_s else ""
        left = f", {_time(p.left_s)} left" if p.left_s is not None else ""
        if self._is_terminal:
            filled = round(20 * share)
            line = f"{'━' * filled}{'─' * (20 - filled)} {share:4.0%}  {p.message}{speed}{left}"
            self._out.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
            self._out.flush()
            return
        said = p.message if p.phase == "waiting" else f"{int(share * 10)}"
        if said != self._said and (p.total_bytes or p.phase == "waiting"):
            self._said = said
            print(f"{title}: {share:.0%}  {p.message}{speed}{left}", file=self._out, flush=True)

    def clear(self) -> None:
        if self._is_terminal:
            self._out.write("\r\x1b[K")
            self._out.flush()


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{seconds:.0f} s" if seconds < 90 else f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


# -- keeping and removing --------------------------------------------------------------------------
def remove_models(args: argparse.Namespace) -> int:
    from models import catalogue
    from models.download import remove

    folder = Paths.default().models
    own = {i.entry.id: i.entry for i in catalogue.own(folder)}
    for name in args.models:
        e = own.get(name) or _entry(name)
        if not e.is_starter and not args.yes and catalogue.folder_of(e, folder).is_dir():
            if not sys.stdin.isatty():
                raise InputError(f"{e.title} is not removed without being asked.", "Add --yes.")
            if not _yes(f"Remove {e.title} ({e.size_mb / 1000:.1f} GB) from {catalogue.folder_of(e, folder)}?"):
                raise Cancelled
        freed = remove(e, folder)
        print(f"{e.title} is removed; {freed / 1e9:.1f} GB are free again.", file=sys.stderr)
    return 0


def verify_models(args: argparse.Namespace) -> int:
    from models import catalogue

    folder = Paths.default().models
    here = {i.entry.id: i for i in [*catalogue.installed(folder), *catalogue.own(folder)] if i.folder is not None}
    wanted = [here.get(n if n in here else _entry(n).id, n) for n in args.models]
    for one in wanted:
        if isinstance(one, str):
            raise InputError(f"{_entry(one).title} is not installed.", f"Get it with: folkmoot models get {one}")
    chosen = [i for i in wanted if not isinstance(i, str)] or [i for i in here.values() if not i.entry.is_starter]
    results = {}
    with cancel_on_interrupt() as cancel:
        for one in chosen:
            results[one.entry.id] = _problems(one, cancel)
    if args.json:
        print_json({"models": [{"id": name, "problems": problems} for name, problems in results.items()]})
    for name, problems in results.items() if not args.json else ():
        print(f"{name}: {'as it came' if not problems else 'damaged'}")
        for problem in problems:
            print(f"  {problem}")
        if problems and here[name].entry.repo:
            print(f"  Mend it with: folkmoot models get {name} --again")
    if not results and not args.json:
        print("No models are installed besides the starter kit.", file=sys.stderr)
    return ModelError.exit_code if any(results.values()) else 0


def _problems(one: Installed, cancel: CancelFlag) -> list[str]:
    from models import installing

    assert one.folder is not None
    found = [one.problem] if one.problem else []
    if one.entry.is_starter:
        return found
    try:
        return found + installing.verify(one.folder, lambda _: check(cancel))
    except ModelError as error:
        if found:
            return found
        note(f"{one.entry.id}: {error}")
        return []


# -- helpers ---------------------------------------------------------------------------------------
def _entry(name: str) -> ModelEntry:
    from models import catalogue

    found = catalogue.entry(name)
    if found is None:
        known = ", ".join(e.id for e in catalogue.CATALOGUE if e.is_usable)
        raise InputError(f"There is no model “{name}” in the catalogue.", f"Known are: {known}.")
    return found


def _yes(question: str) -> bool:
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
