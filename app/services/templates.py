"""Templates of minutes: those of the program, and the user's own, one JSON file each.

A file `templates/retrospective.json` in the folder of the data is a template called "retrospective":
`{"title": "Retrospective", "look_for": "What went well, what did not, what we try next.", "leave_out": ["chapters"]}`.
A file that is damaged takes nothing but itself away.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from app.domain.disk import disk_error
from app.domain.errors import InputError, StorageError
from app.domain.ports import Job
from app.domain.templates import BUILT_IN, GENERAL, PARTS, Part, Template, find
from app.services.settings import Settings

LONGEST = 4000  # characters of what to look for; more is no instruction any more
LARGEST_FILE = 100_000  # bytes


def load(folder: Path) -> tuple[tuple[Template, ...], list[str]]:
    """All templates, the program's first, and what is wrong with files that are none."""
    found: list[Template] = list(BUILT_IN)
    problems: list[str] = []
    try:
        files = sorted(folder.glob("*.json"), key=lambda p: p.name.casefold()) if folder.is_dir() else []
    except OSError as error:
        failed = disk_error("The folder of the templates could not be read", folder, error)
        return BUILT_IN, [f"{failed.what} {failed.to_do}"]
    for path in files:
        try:
            template = read(path)
            if find(template.id, found) or find(template.title, found):
                raise InputError(
                    f"There is a template “{template.title}” already, so {path.name} is not used.",
                    "Give the file another name, and another title in it.",
                )
        except (InputError, StorageError) as error:
            problems.append(f"{error.what} {error.to_do}".strip())
        else:
            found.append(template)
    return tuple(found), problems


def read(path: Path) -> Template:
    """A user's own. Raises `InputError` for a file that is no template, `StorageError` for one that cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise disk_error("A template could not be read", path, error) from error
    if len(raw) > LARGEST_FILE:
        raise InputError(f"The template {path.name} is too large.", "A template is a few sentences.")
    try:
        data = json.loads(raw.decode("utf-8-sig"))  # Windows editors write a mark first
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"The template {path.name} cannot be understood{line}.",
            'It has to be like this: {"title": "Retrospective", "look_for": "What went well and what did not."}',
        ) from error
    if not isinstance(data, dict):
        raise _wrong(path, "braces {} around everything are missing")
    title = _line(path, data.get("title", path.stem), "title")
    look_for = data.get("look_for")
    if isinstance(look_for, list) and all(isinstance(s, str) for s in look_for):
        look_for = " ".join(look_for)
    if not isinstance(look_for, str) or not look_for.strip():
        raise _wrong(path, "“look_for” has to be a text that says what the minutes are about")
    if len(look_for) > LONGEST:
        raise _wrong(path, f"“look_for” is longer than {LONGEST} characters")
    return Template(
        " ".join(path.stem.split()),
        title,
        " ".join(look_for.split()),
        _parts(path, data.get("leave_out", [])),
        own=True,
    )


def _line(path: Path, value: Any, key: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 100:
        raise _wrong(path, f"“{key}” has to be a text of at most 100 characters")
    return " ".join(value.split())


def _parts(path: Path, value: Any) -> tuple[Part, ...]:
    if not isinstance(value, list) or not all(v in get_args(Part) for v in value):
        raise _wrong(path, f"“leave_out” has to be a list of some of these: {', '.join(PARTS)}")
    return tuple(p for p in PARTS if p in value)


def _wrong(path: Path, why: str) -> InputError:
    return InputError(f"The template {path.name} cannot be used: {why}.", "Correct the file, or remove it.")


def named(name: str, among: Sequence[Template]) -> Template:
    """The template of an id or a title. Raises `InputError`."""
    template = find(name, among)
    if template is None:
        known = ", ".join(t.id for t in among)
        raise InputError(f"There is no template “{name}”.", f"There are these: {known}.")
    return template


def with_options(job: Job, settings: Settings, folder: Path) -> Job:
    """The job with the template and the language that its meeting, or else the settings, ask for. `folder`: of the
    user's templates. One that is not there any more gives way to the general one, and the job says so."""
    options = job.meeting.minutes_options
    wanted = options.template or settings.minutes_template
    template: Template | None = find(wanted, BUILT_IN) if wanted else GENERAL
    problem = ""
    if template is None:
        own, problems = load(folder)
        template = find(wanted, own)
        if template is None:
            problem = f"There is no template “{wanted}” any more, so the minutes are general."
            problem = " ".join([problem, *(p for p in problems if f"{wanted}.json" in p)])
    language = options.language or settings.minutes_language or None
    return replace(job, template=template or GENERAL, template_problem=problem, minutes_language=language)
