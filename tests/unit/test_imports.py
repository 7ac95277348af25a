"""The window starts without the frameworks of the models: what its modules import, in a fresh interpreter."""

from __future__ import annotations

import importlib.util
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# sqlite_utils stands for pandas, which it imports wherever pandas happens to be installed.
HEAVY = ("torch", "transformers", "pandas", "sqlite_utils", "scipy", "silero_vad", "llguidance")
WINDOW = ("app.ui", "app.viewmodels", "app.workers", "app.bootstrap", "app.cli")
LOGIC = ("app.domain", "app.services", "app.audio", "app.exporters", "models", "storage")


def modules_of(name: str) -> list[str]:
    """A module, or a package with every module in it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None, name
    inner = pkgutil.walk_packages(spec.submodule_search_locations or [], f"{name}.", onerror=lambda _: None)
    return [name, *(m.name for m in inner if not m.name.endswith("__main__"))]


def loaded_by(modules: list[str], of: tuple[str, ...]) -> set[str]:
    """Which of the packages `of` a fresh interpreter has loaded after importing the modules."""
    code = (
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        f"print(*(set({of!r}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


@pytest.mark.parametrize("package", WINDOW)
def test_the_window_loads_no_framework(package: str) -> None:
    assert loaded_by(modules_of(package), HEAVY) == set()


def test_logic_loads_no_qt() -> None:
    light = [m for name in LOGIC[:4] for m in modules_of(name)] + ["models", "storage"]
    assert loaded_by(light, ("PySide6", "shiboken6")) == set()


def test_storage_loads_no_framework() -> None:
    assert loaded_by(modules_of("storage"), HEAVY) == set()


def test_this_test_can_fail() -> None:
    assert loaded_by(["json"], ("json", "torch")) == {"json"}
