"""`folkmoot process` and `folkmoot demo`: from files to notes."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app import bootstrap
from app.commands.common import (
    Commands,
    add_mixed_languages,
    as_dict,
    cancel_on_interrupt,
    complain,
    language_of,
    load_settings,
    note,
    opened_library,
    print_json,
    print_meetings,
    run_job,
    words,
    write_notes,
)
from app.commands.speakers import add_shared_microphone, changed_options
from app.domain.edits import Change
from app.domain.errors import InputError, UserError
from app.domain.meeting import FILE, TRACK_NAMES, Meeting, MinutesOptions, SpeakerOptions, Stage
from app.domain.ports import Job, MeetingStore
from app.services import jobs, templates
from app.services.paths import Paths


def add(sub: Commands) -> None:
    p = sub.add_parser("process", help="turn audio or video files into transcripts and minutes")
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
    add_mixed_languages(p)
    p.add_argument("--glossary", default="", metavar="WORDS", help="names and terms, separated by commas")
    p.add_argument("--speakers", metavar="N", help="how many people speak, you included; found by itself if not given")
    add_shared_microphone(p)
    p.add_argument("--template", metavar="NAME", help="what the minutes are about; see folkmoot templates list")
    p.add_argument(
        "--minutes-language", metavar="LANGUAGE", help="language of the minutes; that of the meeting if not given"
    )
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
    p.add_argument("--align-model", metavar="MODEL", help="for the times of words; the one here, if any, if not given")
    p.add_argument("--speaker-model", metavar="MODEL", help="to tell speakers apart; voices is what needs no download")
    p.add_argument("--json", action="store_true", help="print the meeting as JSON")
    p.add_argument("--out", type=Path, metavar="PATH", help="write the notes as Markdown to this file or folder")
    p.set_defaults(handler=process)

    p = sub.add_parser("demo", help="turn the bundled sample meeting into notes")
    p.add_argument("--json", action="store_true")
    p.set_defaults(handler=demo)


def process(args: argparse.Namespace) -> int:
    requests = _requests(args)
    named = {
        "speech": args.speech_model,
        "text": args.text_model,
        "align": args.align_model,
        "diarize": args.speaker_model,
    }
    options = changed_options(SpeakerOptions(), args.speakers, args.shared_microphone)
    models = {task: name for task, name in named.items() if name}
    language = language_of(args.language)
    wanted = _minutes_options(args)
    if args.out is not None and len(requests) > 1 and args.out.suffix:
        raise InputError("--out names one file, but there are several meetings.", "Name a folder.")
    bootstrap.check_models(models, Paths.default().models)
    finished: list[Meeting] = []
    failures: list[UserError] = []
    with opened_library() as store, cancel_on_interrupt() as cancel:
        for title, sources in requests:
            try:
                if args.resume:
                    job = _resumed(store, args, models, language, wanted)
                else:
                    meeting = _new_meeting(store, title, sources, language, words(args.glossary))
                    chosen = Change(
                        speaker_options=options if options != SpeakerOptions() else None,
                        minutes_options=wanted if wanted != MinutesOptions() else None,
                    )
                    if chosen != Change():
                        store.change(meeting.id, chosen)
                        meeting = store.get(meeting.id)
                    job = jobs.make_job(
                        store,
                        meeting,
                        models=models,
                        mixed_languages=args.mixed_languages,
                        voiceprints=load_settings().voiceprints,
                    )
                finished.append(run_job(store, job, cancel, quiet=args.json, is_new=not args.resume))
                if args.out is not None:
                    write_notes(finished[-1], args.out, "markdown")
            except UserError as error:
                if len(requests) == 1:
                    raise
                failures.append(error)
                complain(error)
    print_meetings(finished, args.json)
    return failures[0].exit_code if failures else 0


def demo(args: argparse.Namespace) -> int:
    sources = bootstrap.sample_sources()
    paths = Paths.default()
    with opened_library() as store, cancel_on_interrupt() as cancel:
        earlier = _earlier_demo(store, sources)
        meeting = earlier or store.create(
            bootstrap.sample_title(), datetime.now().astimezone(), language=None, glossary=(), sources=sources
        )
        models = {"speech": "starter-asr", "text": "starter-text"}
        job = jobs.make_job(store, meeting, again=frozenset(Stage), models=models)
        done = run_job(store, job, cancel, quiet=args.json, is_new=earlier is None)
        folder = store.folder(done.id)
    if args.json:
        print_json(as_dict(done))
        return 0
    notes = write_notes(done, folder / "notes.md", "markdown")
    print_meetings([done], False)
    print()
    print("Made by the starter kit: for trying and testing, not for real voices.")
    print(f"Notes    {notes}")
    print(f"Meeting  {folder}")
    print(f"Library  {paths.library}")
    return 0


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


def _minutes_options(args: argparse.Namespace) -> MinutesOptions:
    """What was said about the minutes. Raises `InputError` for a template or a language that is not known."""
    template = ""
    if args.template:
        known, problems = templates.load(Paths.default().templates)
        for problem in problems:
            note(problem)
        template = templates.named(args.template, known).id
    return MinutesOptions(template, language_of(args.minutes_language) or "")


def _resumed(
    store: MeetingStore,
    args: argparse.Namespace,
    models: dict[str, str],
    language: str | None,
    wanted: MinutesOptions,
) -> Job:
    """The job that goes on with a stored meeting; what is given on the command line replaces what was chosen then."""
    from app.services import recordings

    meeting = store.get(args.resume)
    if meeting.recording is not None and meeting.recording.state != "finished":
        meeting = recordings.recover(store, meeting.id).meeting  # refuses while it is being recorded
    if args.title:
        store.rename(meeting.id, args.title)
    again = frozenset(Stage(s) for s in args.again)
    options = changed_options(meeting.speaker_options, args.speakers, args.shared_microphone)
    if options != meeting.speaker_options:
        store.change(meeting.id, Change(speaker_options=options))
        again |= {Stage.SPEAKERS}
        meeting = store.get(meeting.id)
    now = meeting.minutes_options
    wanted = MinutesOptions(wanted.template or now.template, wanted.language or now.language)
    if wanted != now:
        store.change(meeting.id, Change(minutes_options=wanted))
        again |= {Stage.MINUTES}
        meeting = store.get(meeting.id)
    settings = load_settings()
    job = jobs.make_job(
        store,
        meeting,
        again=again,
        models=models,
        keep_as=settings.keep_as,
        mixed_languages=args.mixed_languages,
        voiceprints=settings.voiceprints,
    )
    return replace(job, language=language or job.language, glossary=words(args.glossary) or job.glossary)


def _new_meeting(
    store: MeetingStore, title: str, sources: dict[str, Path], language: str | None, glossary: tuple[str, ...]
) -> Meeting:
    """A row for recordings that can be read; what cannot is said before a meeting is made of it."""
    from app.audio.decode import probe

    files = {name: path.absolute() for name, path in sources.items()}
    for path in files.values():
        probe(path)
    return store.create(title, _recorded_at(list(files.values())), language=language, glossary=glossary, sources=files)


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
