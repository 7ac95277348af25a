"""`python -m app`: which of the two faces shows, and what a machine without a display is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import app.__main__ as start
import app.cli
from app.ui import window_state
from app.ui.window_state import WindowState


def test_arguments_mean_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["folkmoot", "list"])
    monkeypatch.setattr(app.cli, "main", lambda: 7)
    assert start.main() == 7


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["folkmoot"])
    monkeypatch.setattr(start, "has_display", lambda: False)
    assert start.main() == 3
    assert "no display" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="always has a display")
def test_a_display_is_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not start.has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert start.has_display()


@pytest.mark.qt
def test_the_window_runs_and_is_remembered(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run_window` from the first frame to the exit code, on fake services."""
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from app.ui import application
    from app.ui.window import MainWindow
    from tests.qt import demo
    from tests.qt.fakes import FakeServices

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    services = FakeServices([demo.planning()])

    def leave() -> None:
        for w in QApplication.topLevelWidgets():
            if isinstance(w, MainWindow) and w.isVisible():
                w.resize(1234, 777)
                w.close()

    QTimer.singleShot(400, leave)
    assert application.run_window(services, []) == 0  # type: ignore[arg-type]
    stored = window_state.load(QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Folkmoot", "window"))
    assert isinstance(stored, WindowState)
    assert stored.size == (1234, 777)
    assert services.closed == 1
