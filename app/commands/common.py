"""What the commands share: the library, messages, results, and running a job with its progress."""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from app import bootstrap
from app.domain.cancel import CancelFlag, PlainFlag
from app.domain.disk import disk_error
from app.domain.errors import FolkmootError, StorageError, UserError
from app.domain.meeting import Meeting
from app.domain.ports import Job, MeetingStore
from app.progress import StageLog, TerminalProgress
from app.services import jobs, templates
from app.services.paths import Paths
from app.services.settings import Settings

log = logging.getLogger(__name__)

Handler = Callable[[argparse.Namespace], int]
Commands = Any  # argparse._SubParsersAction, which has no public name


# -- messages ------------------------------------------------------------------------------------
def complain(error: UserError) -> None:
    print(f"folkmoot: {error.what}", file=sys.stderr)
    if error.to_do:
        print(f"          {error.to_do}", file=sys.stderr)


def note(message: str) -> None:
    print(f"Note: {message}", file=sys.stderr)


def as_dict(meeting: Meeting) -> dict[str, Any]:
    from app.exporters.json_export import to_dict

    return to_dict(meeting)


def print_json(data: Any, indent: int | None = 2) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=indent))


def print_meetings(meetings: list[Meeting], as_json: bool) -> None:
    if as_json:
        # One meeting is one document; several are one document a line.
        for m in meetings:
            print_json(as_dict(m), indent=2 if len(meetings) == 1 else None)
        return
    from app.exporters.text import to_terminal

    width = shutil.get_terminal_size((100, 40)).columns
    for m in meetings:
        print(to_terminal(m, min(width, 110), sys.stdout.isatty()))


def write_notes(meeting: Meeting, out: Path, form: str) -> Path:
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
    text = to_markdown(meeting) if form == "markdown" else json.dumps(as_dict(meeting), ensure_ascii=False, indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error("The folder for the notes could not be created", folder, error) from error
    write_atomically(path, text)
    return path.absolute()


# -- options -------------------------------------------------------------------------------------
def words(glossary: str) -> tuple[str, ...]:
    return tuple(w.strip() for w in glossary.split(",") if w.strip())


def add_mixed_languages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mixed-languages",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="write each remark down in the language it seems to be in; without it one language, the one most of the "
        "meeting is spoken in, holds for all",
    )


def language_of(text: str | None) -> str | None:
    """The full English name of a language or code. Raises `InputError` for one that no model knows."""
    if text is None:
        return None
    from models.catalogue import language_name

    return language_name(text)


# -- the library ---------------------------------------------------------------------------------
@contextmanager
def opened_library(*, announce: bool = True) -> Iterator[MeetingStore]:
    """The user's library; says if an interrupted recording is waiting in it (`announce`).

    Looking for those also corrects, in the library, what a process that died could not."""
    with closing(bootstrap.open_store(Paths.default())) as store:
        if announce:
            _mention_interrupted(store)
        yield store


def _mention_interrupted(store: MeetingStore) -> None:
    from app.services import recordings

    waiting = recordings.interrupted(store)
    if len(waiting) == 1:
        when = f"{waiting[0].started_at.astimezone():%Y-%m-%d %H:%M}"
        print(f"A recording of {when} was interrupted: folkmoot recover", file=sys.stderr)
    elif waiting:
        print(f"{len(waiting)} recordings were interrupted: folkmoot recover", file=sys.stderr)


def load_settings() -> Settings:
    settings, notices = Settings.load(Paths.default().settings)
    for notice in notices:
        note(notice)
    return settings


# -- jobs ----------------------------------------------------------------------------------------
def run_job(store: MeetingStore, job: Job, cancel: CancelFlag, *, quiet: bool, is_new: bool) -> Meeting:
    """Run a job in this process, with a progress bar on a terminal; a recording is packed afterwards.

    A meeting that this very command made (`is_new`) is removed again if its file turns out to be no recording; one
    that was there before, or that was recorded here, never is.
    """
    paths = Paths.default()
    job = templates.with_options(job, _settings_or_usual(paths), paths.templates)
    run = bootstrap.packing_pipeline()
    show = TerminalProgress(sys.stderr) if sys.stderr.isatty() else StageLog(sys.stderr, quiet)
    meeting_id = job.meeting.id
    try:
        with show:
            for event in jobs.process(store, job, run, cancel):
                show.take(event)
    except FolkmootError as error:
        meeting = store.get(meeting_id)
        if is_new and isinstance(error, UserError) and not meeting.tracks and meeting.recording is None:
            store.delete(meeting_id)
        else:
            say_how_to_go_on(meeting_id)
        raise
    return store.get(meeting_id)


def _settings_or_usual(paths: Paths) -> Settings:
    """What is wrong with them is said by those commands that depend on them."""
    try:
        return Settings.load(paths.settings)[0]
    except StorageError:
        return Settings()


def say_how_to_go_on(meeting_id: str) -> None:
    print(f"What was finished is kept. To go on: folkmoot process --resume {meeting_id[:16]}", file=sys.stderr)


@contextmanager
def cancel_on_interrupt() -> Iterator[CancelFlag]:
    """A flag that Ctrl-C sets; a second Ctrl-C interrupts at once."""
    flag = PlainFlag()
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
