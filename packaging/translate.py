"""Brings the window's translations up to date with the code: `python3 dev.py translate`.

lupdate and lrelease are Qt's and come with PySide6. What is new in the code stands in the `.ts` files as unfinished
afterwards, to be filled in with Qt Linguist (`pyside6-linguist`) or any editor; run it again then.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # a test loads this file by its path
import phrases

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "ui" / "translations"
LANGUAGES = ("zh_CN",)
# Only these layers speak Qt.
SOURCES = ("app/ui", "app/viewmodels", "app/workers")


def main() -> int:
    phrases.write()
    left = 0
    for code in LANGUAGES:
        ts = FOLDER / f"folkmoot_{code}.ts"
        update(ts)
        release(ts, ts.with_suffix(".qm"))
        open_ = list(unfinished(ts))
        left += len(open_)
        print(f"{ts.name}: {len(list(messages(ts)))} texts, {len(open_)} not translated")
        for context, text in open_[:20]:
            print(f"  {context}: {text}")
    return 1 if left else 0


def update(ts: Path) -> None:
    """Take in what the code says now; keep what is translated, drop what is gone."""
    FOLDER.mkdir(exist_ok=True)
    files = sorted(str(p.relative_to(ROOT)) for folder in SOURCES for p in (ROOT / folder).rglob("*.py"))
    _qt("lupdate", [*files, "-ts", str(ts), "-no-obsolete", "-locations", "none", "-tr-function-alias", "tr+=_tr"])


def release(ts: Path, qm: Path) -> None:
    """What the program reads, of all that is translated."""
    _qt("lrelease", [str(ts), "-qm", str(qm), "-silent"])


def messages(ts: Path) -> Iterator[tuple[str, ET.Element]]:
    """(context, message) of everything in the file."""
    for context in ET.parse(ts).getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name") or "", message


def unfinished(ts: Path) -> Iterator[tuple[str, str]]:
    """(context, text) of what has no translation yet."""
    for context, message in messages(ts):
        translation = message.find("translation")
        forms = [] if translation is None else [translation.text or "", *(f.text or "" for f in translation)]
        if translation is None or translation.get("type") == "unfinished" or not "".join(forms).strip():
            yield context, message.findtext("source") or ""


def _qt(tool: str, arguments: Sequence[str]) -> None:
    wrapper = f"from PySide6.scripts.pyside_tool import {tool}; {tool}()"  # knows where each system keeps it
    done = subprocess.run(
        [sys.executable, "-c", wrapper, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{tool} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
