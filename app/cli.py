"""The command line: everything without a display. `folkmoot` alone opens the window.

Exit codes: 0 done · 1 a bug · 2 wrong command line · 3 a file or argument that cannot be used · 4 a model missing
or damaged · 5 the library or the disk · 6 the model process died · 130 cancelled.

Results go to standard output, progress and messages to standard error.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app import bootstrap
from app.domain.cancel import CancelFlag
from app.domain.disk import disk_error
from app.domain.errors import Cancelled, FolkmootError, InputError, UserError
from app.domain.meeting import FILE, TRACK_NAMES, Meeting, Stage, clock
from app.domain.ports import Job, MeetingStore
from app.progress import StageLog, TerminalProgress
from app.services import jobs
from app.services.paths import Paths

Handler = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    # Names and titles in any script must print on any terminal, a Windows code page included.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = build_parser()
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.ERROR, stream=sys.stderr)
    if args.command is None:
        from app.__main__ import open_window

        return open_window()
    handler: Handler = args.handler
    try:
        return handler(args)
    except (Cancelled, KeyboardInterrupt):
        print("Cancelled.", file=sys.stderr)
        return Cancelled.exit_code
    except UserError as error:
        _complain(error)
        return error.exit_code
    except FolkmootError as error:
        print(f"folkmoot: {error or type(error).__name__}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output has gone, as in `folkmoot list | head`
        sys.stderr.close()
        return 0


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="folkmoot",
        description="Meetings into notes, on this machine alone. Without a command it opens the window.",
    )
    parser.add_argument("--debug", action="store_true", help="print what happens inside")
    sub = parser.add_subparsers(dest="command", metavar="COMMAND")

    p = sub.add_parser("process", help="turn recordings into transcripts and minutes")
    p.add_argument("files", nargs="*", type=Path, metavar="FILE", help="audio or video; each file is one meeting")
    p.add_argument(
        "--track",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a track of one meeting: mic=FILE (you) and system=FILE (the others)",
    )
    p.add_argument("--title", help="title of the meeting; the file's name if not given")
    p.add_argument("--language", help="spoken language, such as English or de; found by itself if not given")
    p.add_argument("--glossary", default="", metavar="WORDS", help="names and terms, separated by commas")
    p.add_argument("--resume", metavar="ID", help="continue a meeting that was not finished")
    p.add_argument(
        "--again",
        action="append",
        default=[],
        choices=[str(s) for s in Stage],
        metavar="STAGE",
        help=f"with --resume: run this stage again ({', '.join(Stage)})",
    )
    p.add_argument("--speech-model", metavar="MODEL", help="catalogue name or folder; the best one here if not given")
    p.add_argument("--text-model", metavar="MODEL", help="catalogue name or folder; the best one here if not given")
    p.add_argument("--json", action="store_true", help="print the meeting as JSON")
    p.add_argument("--out", type=Path, metavar="PATH", help="write the notes as Markdown to this file or folder")
    p.set_defaults(handler=process)

    p = sub.add_parser("list", help="all meetings, newest first")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=list_meetings)

    p = sub.add_parser("show", help="one meeting")
    p.add_argument("meeting", metavar="ID", help="its id or the first characters of it")
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

    p = sub.add_parser("demo", help="turn the bundled sample meeting into notes")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=demo)

    p = sub.add_parser("doctor", help="what this machine has, which models are there, what is missing")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=doctor)
    return parser


# -- commands ------------------------------------------------------------------------------------
def process(args: argparse.Namespace) -> int:
    requests = _requests(args)
    models = {k: v for k, v in (("speech", args.speech_model), ("text", args.text_model)) if v}
    language = _language(args.language)
    if args.out is not None and len(requests) > 1 and args.out.suffix:
        raise InputError("--out names one file, but there are several meetings.", "Name a folder.")
    bootstrap.check_models(models, Paths.default().models)
    finished: list[Meeting] = []
    failures: list[UserError] = []
    with closing(bootstrap.open_store(Paths.default())) as store, _cancel_on_interrupt() as cancel:
        for title, sources in requests:
            try:
                if args.resume:
                    job = _resumed(store, args, models, language)
                else:
                    meeting = _new_meeting(store, title, sources, language, _words(args.glossary))
                    job = jobs.make_job(store, meeting, models=models)
                finished.append(_run(store, job, cancel, quiet=args.json, is_new=not args.resume))
                if args.out is not None:
                    _write(finished[-1], args.out, "markdown")
            except UserError as error:
                if len(requests) == 1:
                    raise
                failures.append(error)
                _complain(error)
    _print_meetings(finished, args.json)
    return failures[0].exit_code if failures else 0


def list_meetings(args: argparse.Namespace) -> int:
    from app.exporters.json_export import list_to_dict

    with closing(bootstrap.open_store(Paths.default())) as store:
        summaries = store.list()
    if args.json:
        _print_json(list_to_dict(summaries))
    elif not summaries:
        print("No meetings yet. Try: folkmoot demo", file=sys.stderr)
    else:
        for s in summaries:
            when = s.started_at.astimezone().strftime("%Y-%m-%d %H:%M")
            print(f"{s.id[:12]}  {when}  {clock(s.duration_s):>8}  {s.state:<10}  {s.title}")
    return 0


def show(args: argparse.Namespace) -> int:
    with closing(bootstrap.open_store(Paths.default())) as store:
        meeting = store.get(args.meeting)
    _print_meetings([meeting], args.json)
    return 0


def export(args: argparse.Namespace) -> int:
    with closing(bootstrap.open_store(Paths.default())) as store:
        meeting = store.get(args.meeting)
    print(_write(meeting, args.out, args.format))
    return 0


def search(args: argparse.Namespace) -> int:
    from app.exporters.json_export import hits_to_dict

    with closing(bootstrap.open_store(Paths.default())) as store:
        hits = store.search(" ".join(args.text))
    if args.json:
        _print_json(hits_to_dict(hits))
        return 0
    bold = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    for h in hits:
        snippet = h.snippet.replace("\x02", bold[0]).replace("\x03", bold[1])
        who = f"{h.speaker}: " if h.speaker else ""
        print(f"{h.meeting_id[:12]}  {clock(h.start_s):>8}  {h.title}: {who}{snippet}")
    if not hits:
        print("Nothing found.", file=sys.stderr)
    return 0


def demo(args: argparse.Namespace) -> int:
    sources = bootstrap.sample_sources()
    paths = Paths.default()
    with closing(bootstrap.open_store(paths)) as store, _cancel_on_interrupt() as cancel:
        earlier = _earlier_demo(store, sources)
        meeting = earlier or store.create(
            bootstrap.sample_title(), datetime.now().astimezone(), language=None, glossary=(), sources=sources
        )
        models = {"speech": "starter-asr", "text": "starter-text"}
        job = jobs.make_job(store, meeting, again=frozenset(Stage), models=models)
        done = _run(store, job, cancel, quiet=args.json, is_new=earlier is None)
        folder = store.folder(done.id)
    if args.json:
        _print_json(_as_dict(done))
        return 0
    notes = _write(done, folder / "notes.md", "markdown")
    _print_meetings([done], False)
    print()
    print("Made by the starter kit: for trying and testing, not for real voices.")
    print(f"Notes    {notes}")
    print(f"Meeting  {folder}")
    print(f"Library  {paths.library}")
    return 0


def doctor(args: argparse.Namespace) -> int:
    from app.doctor import examine, to_text

    report = examine(Paths.default())
    if args.json:
        _print_json(report)
    else:
        print(to_text(report))
    return 0


# -- helpers -------------------------------------------------------------------------------------
def _requests(args: argparse.Namespace) -> list[tuple[str, dict[str, Path]]]:
    """(title, sources) of each meeting to process; one empty entry for --resume."""
    if args.resume:
        if args.files or args.track:
            raise InputError("--resume continues a stored meeting.", "Leave the files out.")
        return [("", {})]
    if args.again:
        raise InputError("--again needs a stored meeting.", "Add --resume ID; folkmoot list shows the ids.")
    requests: list[tuple[str, dict[str, Path]]] = []
    if args.track:
        sources: dict[str, Path] = {}
        for entry in args.track:
            name, equals, file = entry.partition("=")
            if not equals or not file or name not in TRACK_NAMES:
                known = ", ".join(f"{n}=FILE" for n in TRACK_NAMES)
                raise InputError(f"“{entry}” is not a track.", f"Write one of {known}.")
            if name in sources:
                raise InputError(f"The track “{name}” is given twice.", "Name each track once.")
            sources[name] = Path(file)
        title = args.title or " + ".join(p.stem for p in sources.values())
        requests.append((title, sources))
    requests += [(args.title or f.stem, {FILE: f}) for f in args.files]
    if not requests:
        raise InputError("There is nothing to process.", "Name a recording: folkmoot process FILE")
    return requests


def _complain(error: UserError) -> None:
    print(f"folkmoot: {error.what}", file=sys.stderr)
    if error.to_do:
        print(f"          {error.to_do}", file=sys.stderr)


def _words(glossary: str) -> tuple[str, ...]:
    return tuple(w.strip() for w in glossary.split(",") if w.strip())


def _resumed(store: MeetingStore, args: argparse.Namespace, models: dict[str, str], language: str | None) -> Job:
    """The job that goes on with a stored meeting; what is given on the command line replaces what was chosen then."""
    meeting = store.get(args.resume)
    if args.title:
        store.rename(meeting.id, args.title)
    job = jobs.make_job(store, meeting, again=frozenset(Stage(s) for s in args.again), models=models)
    return replace(job, language=language or job.language, glossary=_words(args.glossary) or job.glossary)


def _new_meeting(
    store: MeetingStore, title: str, sources: dict[str, Path], language: str | None, glossary: tuple[str, ...]
) -> Meeting:
    """A row for recordings that can be read; what cannot is said before a meeting is made of it."""
    from app.audio.decode import probe

    files = {name: path.absolute() for name, path in sources.items()}
    for path in files.values():
        probe(path)
    return store.create(title, _recorded_at(list(files.values())), language=language, glossary=glossary, sources=files)


def _language(text: str | None) -> str | None:
    if text is None:
        return None
    from models.catalogue import language_name

    return language_name(text)


def _recorded_at(files: list[Path]) -> datetime:
    """When a recording was made, as well as a file can tell: its time of last change."""
    return datetime.fromtimestamp(min(f.stat().st_mtime for f in files)).astimezone()


def _earlier_demo(store: MeetingStore, sources: dict[str, Path]) -> Meeting | None:
    """The sample meeting if it is in the library already: the demo runs it again rather than adding another."""
    title = bootstrap.sample_title()
    for s in store.list():
        if s.title == title and store.sources(s.id) == sources:
            return store.get(s.id)
    return None


def _run(store: MeetingStore, job: Job, cancel: CancelFlag, *, quiet: bool, is_new: bool) -> Meeting:
    """Run a job in this process, with a progress bar on a terminal.

    A meeting that this very command made (`is_new`) is removed again if its recording turns out to be none; one that
    was there before never is.
    """
    run = bootstrap.local_pipeline()
    show = TerminalProgress(sys.stderr) if sys.stderr.isatty() else StageLog(sys.stderr, quiet)
    meeting_id = job.meeting.id
    try:
        with show:
            for event in jobs.process(store, job, run, cancel):
                show.take(event)
    except FolkmootError as error:
        if is_new and isinstance(error, UserError) and not store.get(meeting_id).tracks:
            store.delete(meeting_id)
        else:
            print(f"What was finished is kept. To go on: folkmoot process --resume {meeting_id[:16]}", file=sys.stderr)
        raise
    return store.get(meeting_id)


@contextmanager
def _cancel_on_interrupt() -> Iterator[CancelFlag]:
    """A flag that Ctrl-C sets; a second Ctrl-C interrupts at once."""
    flag = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def interrupt(_number: int, _frame: Any) -> None:
        if flag.is_set():
            raise KeyboardInterrupt
        flag.set()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, before)


def _as_dict(meeting: Meeting) -> dict[str, Any]:
    from app.exporters.json_export import to_dict

    return to_dict(meeting)


def _print_meetings(meetings: list[Meeting], as_json: bool) -> None:
    if as_json:
        # One meeting is one document; several are one document a line.
        for m in meetings:
            _print_json(_as_dict(m), indent=2 if len(meetings) == 1 else None)
        return
    from app.exporters.text import to_terminal

    width = shutil.get_terminal_size((100, 40)).columns
    for m in meetings:
        print(to_terminal(m, min(width, 110), sys.stdout.isatty()))


def _print_json(data: Any, indent: int | None = 2) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=indent))


def _write(meeting: Meeting, out: Path, form: str) -> Path:
    """Write a meeting to a file, or into a folder under its title; returns the path.

    In a folder nothing is overwritten: notes of another meeting, or with the user's own edits, may have that name.
    """
    from app.exporters.markdown import to_markdown
    from app.exporters.write import safe_filename, write_atomically

    suffix = ".md" if form == "markdown" else ".json"
    into_folder = out.is_dir() or not out.suffix
    folder = out if into_folder else out.parent
    name = safe_filename(meeting.title)
    path = out
    if into_folder:
        numbered = (folder / f"{name}{f' {n}' if n > 1 else ''}{suffix}" for n in itertools.count(1))
        path = next(p for p in numbered if not p.exists())
    text = to_markdown(meeting) if form == "markdown" else json.dumps(_as_dict(meeting), ensure_ascii=False, indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error("The folder for the notes could not be created", folder, error) from error
    write_atomically(path, text)
    return path.absolute()


if __name__ == "__main__":
    sys.exit(main())
