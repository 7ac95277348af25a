"""`python -m app`: the window, or the command line when there are arguments."""

from __future__ import annotations

import sys


def main() -> int:
    if len(sys.argv) > 1:
        from app.cli import main as command_line

        return int(command_line())
    from app.bootstrap import build_services
    from app.ui.application import run_window

    return run_window(build_services(), sys.argv)


if __name__ == "__main__":
    sys.exit(main())
