"""`python -m app`: the window, or the command line when there are arguments."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Whether Qt would find a screen to draw on; without one it ends the process instead of raising."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def open_window() -> int:
    """Show the window until it is closed; the exit code."""
    if not has_display():
        sys.stderr.write("folkmoot: there is no display for the window. `folkmoot --help` lists what works without.\n")
        return 3
    from app.bootstrap import build_services
    from app.ui.application import run_window

    return run_window(build_services(), sys.argv)


def main() -> int:
    if getattr(sys, "frozen", False):  # in a bundle the host process starts as this program again
        import multiprocessing

        multiprocessing.freeze_support()
    if len(sys.argv) > 1:
        from app.cli import main as command_line

        return command_line()
    return open_window()


if __name__ == "__main__":
    sys.exit(main())
