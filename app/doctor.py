"""`folkmoot doctor`: what this machine has, which models are there, what is missing and how to get it.

`folkmoot doctor --record-test`: whether the microphone and the computer's sound can be recorded here.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
from dataclasses import asdict
from importlib import metadata
from typing import Any

from app.domain.errors import InputError
from app.domain.meeting import MIC, SYSTEM
from app.domain.recording import DEFAULT
from app.services.paths import Paths

PACKAGES = (
    "torch",
    "transformers",
    "PySide6-Essentials",
    "av",
    "silero-vad",
    "llguidance",
    "sqlite-utils",
    "soundfile",
    *{
        "win32": ("soundcard",),
        "darwin": ("sounddevice", "catap"),
        "linux": ("pulsectl", "sounddevice"),
    }.get(sys.platform, ("sounddevice",)),
)


def examine(paths: Paths) -> dict[str, Any]:
    """The report as plain data; loads no model."""
    from models import catalogue, device

    hardware = device.survey(paths.data if paths.data.exists() else None, cards=True)
    models = []
    for one in catalogue.installed(paths.models):
        e = one.entry
        models.append(
            {
                "id": e.id,
                "title": e.title,
                "task": e.task,
                "size_mb": e.size_mb,
                "installed": one.folder is not None,
                "folder": str(one.folder) if one.folder else None,
                "problem": one.problem,
                "get": "" if one.folder or not e.repo else f"{e.repo} → {paths.models / e.id}",
            }
        )
    used = {task: _in_use(task, paths) for task in ("speech", "text")}
    runs = {task: _would_run(task, paths) for task in ("speech", "align", "text")}
    existing = next((p for p in (paths.data, *paths.data.parents) if p.exists()), paths.data)
    return {
        "folkmoot": _version("folkmoot"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "hardware": asdict(hardware),
        "library": {
            "folder": str(paths.data),
            "exists": paths.library.exists(),
            "free_gb": round(shutil.disk_usage(existing).free / 1e9, 1),
        },
        "models": models,
        "in_use": used,
        "would_run": {task: found for task, found in runs.items() if found is not None},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _in_use(task: str, paths: Paths) -> str:
    from app.domain.errors import ModelError
    from models import catalogue

    try:
        return catalogue.default("speech" if task == "speech" else "text", paths.models).entry.title
    except ModelError as error:
        return str(error)


def _would_run(task: str, paths: Paths) -> dict[str, Any] | None:
    """On which device and in what precision the model in use would be loaded now. May time the processor (2 s, once).

    None where there is no model for the task.
    """
    from app.domain.errors import ModelError
    from models import catalogue, ladder, trial

    trial.remember_in(paths.cache)
    try:
        found = catalogue.default(
            "speech" if task == "speech" else "align" if task == "align" else "text", paths.models
        )
    except ModelError:
        return None
    known = {"model": found.entry.id}
    try:
        rung = ladder.choose(found.entry)
    except ModelError as error:
        return known | {"device": None, "precision": None, "memory_mb": None, "problem": str(error)}
    place = rung.placement
    return known | {"device": place.device, "precision": place.dtype, "memory_mb": rung.need_mb, "problem": ""}


def _placed(report: dict[str, Any], task: str) -> str:
    run = report["would_run"].get(task)
    if run is None:
        return ""
    return run["problem"] or f"({run['device']}, {run['precision']}, {run['memory_mb'] / 1000:.1f} GB)"


def to_text(report: dict[str, Any]) -> str:
    lines = [
        f"Folkmoot {report['folkmoot']} · Python {report['python']} · {report['platform']}",
        "",
        "This machine",
        *(f"  {key:<12} {value}" for key, value in report["hardware"].items() if value not in (None, "", [])),
        f"  {'disk':<12} {report['library']['free_gb']} GB free for {report['library']['folder']}",
        "",
        "Packages",
        *(f"  {name:<20} {version or 'missing: run dev.py again'}" for name, version in report["packages"].items()),
        "",
        "Models",
    ]
    for m in report["models"]:
        state = m["problem"] or ("here" if m["installed"] else f"not here ({m['size_mb'] / 1000:.1f} GB)")
        lines.append(f"  {m['id']:<24} {state}")
        if m["get"]:
            lines.append(f"  {'':<24} get {m['get']}")
    lines += [
        "",
        "In use now",
        *(f"  {task:<8} {name} {_placed(report, task)}".rstrip() for task, name in report["in_use"].items()),
    ]
    if any("Starter" in name for name in report["in_use"].values()):
        lines += ["", "The starter kit is for trying and testing, not for real voices: get a model above for those."]
    return "\n".join(lines)


def record_test(seconds: float = 5.0, as_json: bool = False, *, mic: str = DEFAULT, system: str = DEFAULT) -> int:
    """Record a little of both tracks, say on the standard output what came of it, and return the exit code.

    `mic`, `system`: device choices, NONE to leave one out. 0 only if everything that was asked for carries a signal.
    """
    from app.audio import check
    from app.audio.systems import this_system

    def say(sentence: str) -> None:
        out = sys.stderr if as_json else sys.stdout
        out.write(f"{sentence}\n\n")
        out.flush()

    result = check.run(this_system(), {MIC: mic, SYSTEM: system}, seconds=seconds, say=say)
    text = json.dumps(check.to_dict(result), ensure_ascii=False, indent=2) if as_json else check.to_text(result)
    sys.stdout.write(f"{text}\n")
    return 0 if result.passed else InputError.exit_code
