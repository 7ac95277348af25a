"""The command line: everything without a display. `folkmoot` alone opens the window.

Exit codes: 0 done · 1 a bug · 2 wrong command line · 3 a file or argument that cannot be used · 4 a model missing
or damaged · 5 the library or the disk · 6 the model process died · 130 cancelled.

Results go to standard output, progress and messages to standard error.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from app.commands import library, listen, live, machine, models, process, record, recover, servers, speakers, templates
from app.commands.common import Handler, complain
from app.domain.errors import Cancelled, FolkmootError, UserError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    # Names and titles in any script must print on any terminal, a Windows code page included.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = build_parser()
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.ERROR, stream=sys.stderr)
    if args.command is None:
        from app.__main__ import open_window

        return open_window()
    handler: Handler = args.handler
    try:
        return handler(args)
    except (Cancelled, KeyboardInterrupt):
        print("Cancelled.", file=sys.stderr)
        return Cancelled.exit_code
    except UserError as error:
        complain(error)
        return error.exit_code
    except FolkmootError as error:
        print(f"folkmoot: {error or type(error).__name__}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output has gone, as in `folkmoot list | head`
        sys.stderr.close()
        return 0


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="folkmoot",
        description="Meetings into notes, on this machine alone. Without a command it opens the window.",
    )
    parser.add_argument("--debug", action="store_true", help="print what happens inside")
    sub = parser.add_subparsers(dest="command", metavar="COMMAND")

    for family in (record, process, library, speakers, listen, live, recover, models, servers, machine, templates):
        family.add(sub)
    return parser


if __name__ == "__main__":
    sys.exit(main())
