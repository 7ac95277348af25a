"""Collects the sentences that are made below the window: `app/viewmodels/phrases_list.py`, for lupdate to find.

Errors, notices, progress and advice are written in English by layers that know nothing of Qt, often in another process.
This reads those modules, takes every text in them that reads like words for people, with {0}, {1}, … where values are
put in, and writes the list of them. `app.viewmodels.phrases.said` finds there what an English sentence was made from.

`packaging/translate.py` calls this before everything else. What it takes by mistake is named in NOT_SAID.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "app" / "viewmodels" / "phrases_list.py"

SOURCES = ("app/domain", "app/services", "app/audio", "app/exporters", "app/workers", "storage", "models")
MORE = ("app/bootstrap*.py",)
# What these hold is for a model, a file, the command line, or the making of Folkmoot; nothing of it is in the window.
NOTHING_IN = (
    "app/audio/check.py",
    "app/domain/chapters.py",
    "app/domain/due_dates.py",
    "app/domain/minutes_format.py",
    "app/domain/names.py",
    "app/domain/templates.py",
    "app/domain/errors.py",
    "app/exporters/json_export.py",
    "app/exporters/markdown.py",
    "app/exporters/text.py",
    "models/speakers/convert.py",
    "models/speech/omni.py",
    "models/speech/qwen2_audio.py",
    "models/starter",
)
# Here only what is given to errors and their like: the rest is SQL, prompts, or names of threads.
ERRORS_OF = (
    "app/exporters/write.py",
    "app/workers",
    "models/device.py",
    "models/generation.py",
    "models/live_host.py",
    "models/speech",
    "models/speakers",
    "models/remote/text.py",
    "models/trial.py",
    "models/vad.py",
    "storage",
    "app/bootstrap",
)
SINKS = {
    *("InputError", "StorageError", "ModelError", "UserError", "HostDied", "disk_error", "Notice", "Progress"),
    *(
        "RecordingWarning",
        "Problem",
        "ModelInfo",
        "OutOfMemory",
        "__init__",
        "LiveState",
        "LivePaused",
        "AlignProgress",
        "_off",
    ),
}
# Calls whose texts nobody reads.
SILENT = {
    *("compile", "execute", "executemany", "executescript", "startswith", "endswith", "removeprefix", "removesuffix"),
    *(
        "TypeVar",
        "getLogger",
        "getenv",
        "Thread",
        "Lock",
        "Path",
        "open",
        "encode",
        "strftime",
        "strptime",
        "find_spec",
    ),
    *("import_module", "get_context", "isoformat", "sub", "match", "search", "fullmatch", "Option", "split", "request"),
}
# Taken by mistake: headers, formats, names of other people's things.
NOT_SAID = {
    "2 cores with AMX, bfloat16, steps of 10 s, random weights",
    "2 cores with AMX, bfloat16, windows of 15 s in batches of 16, random weights",
    "ALSA: default",
    "Apache License 2.0",
    "Apple GPU",
    "Bearer {0}",
    "Core Audio",
    "IMMDevice **",
    "Meeting, {0} {1} {2} {3}",
    "OpenMDW License 1.1",
    "Qwen Research License",
    "Say yes.",
    "_ .-~",
    "bytes {0}-{1}/",
    "can't allocate memory",
    "download {0}",
    "live feed",
    "model name",
    "not enough memory",
    "unsupported format",
    "in {0} on {1}",
    "voice job",
    "{0} gave no result",
    "{0}× ({1})",
    "{0} Next try in {1} s.",
    "{0}: {1} ({2}).",
    "and {0} more",
    "{0} GB of {1}",
    "Only {0} are free at present: another program uses it.",
    "{0} has no {1}{2}",
    "“{name}” has a format that cannot be recorded.",
}
# Made of pieces that no reading of the code puts together, and words that stand in for a value.
EXTRA = (
    *(
        "{0} core",
        "{0} cores",
        "{0} minute",
        "{0} minutes",
        "{0} of {1}",
        "{0} on {1}",
        "{0} at {1}",
        "{0} s",
        "{0} bytes",
    ),
    *("microphone", "computer's sound", "the microphone's sound", "the computer's sound", "system audio", "processor"),
    *(
        "speech",
        "text",
        "speakers",
        "align",
        "diarize",
        "audio",
        "word times",
        "transcribed",
        "summarised",
        "some",
        "none",
    ),
    *("mic", "system", "main", "32 bits", "16 bits", "8 bits", "4 bits"),
    # titles of the templates
    *("General", "Stand-up", "One-to-one", "Interview", "Lecture", "Project or decision meeting"),
    "Sales or customer call",
    *("none yet", "{0} has no {1} in {2}.", "{0} has no {1}.", "{0} and {1} more", "{0}. {1}", "Next try in {0} s."),
    *("No such file or directory", "Permission denied", "Input/output error", "No space left on device"),
    *("Too many open files", "Read-only file system", "Device or resource busy", "Connection refused", "timed out"),
    "Only {0} GB of {1} are free at present: another program uses it.",
    *(f"in {bits} bits on {{0}}" for bits in (32, 16, 8, 4)),
)

Template = str
_FIELD = "\x00"  # in templates under construction
_WORDS = re.compile(
    r"[^\W\d_]{2,}[’']?\w*[.,;:…]?[\s\x00“(]+[\x00(“]*[^\W\d_]{2,}|[^\W\d_]{3,}.*\x00|\x00.*[^\W\d_]{3,}"
)
_CODE = re.compile(r"[\\<>^$|*]|\{%|::|\bSELECT\b|\bFROM\b|\n|[a-z]_[a-z]|^\W*$|=\x00|\w=")
_MOST = 12  # alternatives of one text


@dataclass
class _Module:
    """One file: what names stand for, and what was found."""

    path: str
    tree: ast.Module
    only_errors: bool
    values: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    found: dict[Template, None] = field(default_factory=dict)  # in the order of the file
    _followed: set[str] = field(default_factory=set)

    def read(self) -> list[Template]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._remember(target, node.value)
            elif isinstance(node, (ast.AnnAssign, ast.AugAssign)) and node.value is not None:
                self._remember(node.target, node.value)
        self._walk(self.tree, taking=not self.only_errors)
        return [t for t in self.found if t not in NOT_SAID]

    def _remember(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values[target.id].append(value)
        elif isinstance(target, ast.Tuple):
            for n, one in enumerate(target.elts):
                if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                    self._remember(one, value.elts[n])

    def _walk(self, node: ast.AST, *, taking: bool, sink: bool = False) -> None:
        """`sink`: what is here is given to an error or the like itself, so it is words however short."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name == "disk_error" and (what := self._texts(node.args[0])):
                for text in what:  # the sentence is put together there
                    self._take(f"{text}: {_FIELD} ({_FIELD}).", sink=True)
                return
            if name in SINKS:
                for argument in [*node.args, *(k.value for k in node.keywords)]:
                    self._walk(argument, taking=True, sink=True)
                return
            if name in SILENT or _is_log(node.func) or (name.endswith(("Error", "Exception")) and name not in SINKS):
                return
        if isinstance(node, ast.Compare):
            for part in [node.left, *node.comparators]:
                if not isinstance(part, (ast.Constant, ast.Tuple, ast.Set)):
                    self._walk(part, taking=taking)
            return
        if isinstance(node, ast.Dict):
            for value in node.values:
                self._walk(value, taking=taking, sink=sink)
            return
        if isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._walk(node.value, taking=taking)
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for default in node.args.defaults:
                self._walk(default, taking=taking)
            for statement in node.body:
                self._walk(statement, taking=taking)
            return
        if isinstance(node, ast.expr) and taking and (texts := self._texts(node)):
            for text in texts:
                self._take(text, sink=sink)
            self._pieces(node)
            return
        if isinstance(node, ast.Name) and sink:
            self._follow(node.id)
        for child in ast.iter_child_nodes(node):
            self._walk(child, taking=taking, sink=sink and isinstance(node, (ast.IfExp, ast.Tuple, ast.Starred)))

    def _pieces(self, node: ast.expr) -> None:
        """What may be put into the fields of a text: other texts."""
        for part in ast.walk(node):
            if isinstance(part, ast.FormattedValue) and not self._optional(part.value):
                if isinstance(part.value, ast.Name):
                    self._follow(part.value.id)
                else:
                    self._walk(part.value, taking=True, sink=isinstance(part.value, ast.IfExp))
            elif isinstance(part, ast.BinOp):
                for side in (part.left, part.right):
                    if not self._texts(side):
                        self._walk(side, taking=True)

    def _follow(self, name: str) -> None:
        if name in self._followed:
            return
        self._followed.add(name)
        for value in self.values.get(name, ()):
            if isinstance(value, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.IfExp, ast.Tuple, ast.BoolOp)):
                self._walk(value, taking=True, sink=True)

    def _texts(self, node: ast.expr) -> list[str]:
        """What the expression can be, values as _FIELD; nothing if it is no text."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.JoinedStr):
            parts = [self._texts_or_field(v) for v in node.values]
            return ["".join(p) for p in itertools.islice(itertools.product(*parts), _MOST)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._texts(node.left), self._texts(node.right)
            if left or right:
                return [a + b for a in left or [_FIELD] for b in right or [_FIELD]][:_MOST]
        return []

    def _texts_or_field(self, node: ast.expr) -> list[str]:
        if isinstance(node, ast.FormattedValue):
            return self._optional(node.value) or [_FIELD]
        return self._texts(node) or [_FIELD]

    def _optional(self, value: ast.expr) -> list[str]:
        """What may be left out of a text is part of it, not a field: two fields side by side cannot be told apart."""
        if isinstance(value, ast.Name):
            known = self.values.get(value.id, [])
            return self._optional(known[0]) if len(known) == 1 and isinstance(known[0], ast.IfExp) else []
        if isinstance(value, ast.IfExp):
            either = [*self._texts(value.body), *self._texts(value.orelse)]
            return either if "" in either and len(either) > 1 else []
        return []

    def _take(self, text: str, *, sink: bool) -> None:
        text = text.strip()
        if not text or text == _FIELD or not any(c.isalpha() or c == _FIELD for c in text):
            return
        if not sink and (not _WORDS.search(text) or _CODE.search(text)):
            return
        if " " not in text or re.fullmatch(r"[\x00\s]*", text):
            return  # single words are keys of the program as often as words for people: EXTRA has the latter
        text = re.sub(r"(?<=[.!?]) \x00$", "", text)  # a sentence that follows is one of its own
        numbers = itertools.count()
        self.found[re.sub(_FIELD, lambda _: f"{{{next(numbers)}}}", text)] = None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_log(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and _name(node.value) in ("log", "logging")


def _within(path: str, places: Iterable[str]) -> bool:
    return any(path == p or path.startswith((f"{p}/", f"{p}.", f"{p}_")) for p in places)


def files() -> Iterator[Path]:
    for folder in SOURCES:
        yield from sorted((ROOT / folder).rglob("*.py"))
    for pattern in MORE:
        yield from sorted(ROOT.glob(pattern))


def collect() -> list[Template]:
    """All templates, each once, in the order of the files."""
    found: dict[Template, None] = {}
    for file in files():
        path = file.relative_to(ROOT).as_posix()
        if not _within(path, NOTHING_IN):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            found |= dict.fromkeys(_Module(path, tree, _within(path, ERRORS_OF)).read())
    return list(found | dict.fromkeys(EXTRA))


def module(templates: Iterable[Template]) -> str:
    """The generated module's text."""
    lines = (f"    QT_TRANSLATE_NOOP({_CONTEXT}, {json.dumps(t, ensure_ascii=False)})," for t in sorted(templates))
    return _HEAD + "\n".join(lines) + "\n)\n"


def write() -> int:
    """Bring the list up to date; how many templates there are."""
    templates = collect()
    text = module(templates)
    if not LIST.is_file() or LIST.read_text(encoding="utf-8") != text:
        LIST.write_text(text, encoding="utf-8", newline="\n")
    return len(templates)


_CONTEXT = '"phrases"'
_HEAD = '''"""What the layers below the window say. Made by `python3 dev.py translate`, not by hand."""

# ruff: noqa: E501
# fmt: off


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """lupdate knows it by its name. Qt's own costs an import and has no type."""
    return text


PHRASES: tuple[str, ...] = (
'''


if __name__ == "__main__":
    print(*collect() if "--show" in sys.argv else [f"{write()} texts"], sep="\n")
