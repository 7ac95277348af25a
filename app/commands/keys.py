"""Keys pressed at a terminal while something runs. Nothing where standard input is no terminal of ours."""

from __future__ import annotations

import codecs
import os
import re
import sys
from types import TracebackType
from typing import Self

_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)")  # arrow and function keys: not letters


class Keys:
    """Used as a context: inside, keys come one by one and unseen; afterwards the terminal is as it was.

    Ctrl-C stays Ctrl-C. Ctrl-Z does nothing meanwhile: it would stop a recording without a word.
    """

    is_open = False  # whether anybody can type

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def typed(self) -> str:
        """What was typed since the last call, without waiting for more."""
        return ""


if sys.platform == "win32":
    import msvcrt

    class _Console(Keys):
        is_open = True

        def typed(self) -> str:
            text = ""
            while msvcrt.kbhit():
                char = msvcrt.getwch()
                if char in ("\x00", "\xe0"):  # a function key: its code follows
                    msvcrt.getwch()
                else:
                    text += char
            return text

else:
    import termios

    class _Terminal(Keys):
        def __init__(self, fd: int) -> None:
            self._fd = fd
            self._before: list[object] | None = None
            self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

        def __enter__(self) -> Self:
            if self._is_ours():
                self._before = termios.tcgetattr(self._fd)
                changed = termios.tcgetattr(self._fd)
                changed[3] &= ~(termios.ICANON | termios.ECHO)
                changed[6][termios.VMIN] = changed[6][termios.VTIME] = 0  # a read never waits
                changed[6][termios.VSUSP] = bytes([os.fpathconf(self._fd, "PC_VDISABLE") & 0xFF])
                termios.tcsetattr(self._fd, termios.TCSADRAIN, changed)
                self.is_open = True
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            if self._before is not None and self._is_ours():
                termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)  # type: ignore[arg-type]
            self._before, self.is_open = None, False

        def typed(self) -> str:
            if self._before is None or not self._is_ours():
                return ""
            try:
                return _SEQUENCE.sub("", self._decoder.decode(os.read(self._fd, 1024)))
            except OSError:  # the terminal has gone
                return ""

        def _is_ours(self) -> bool:
            """Whether this process is in the foreground. Touching the terminal from behind would stop it."""
            try:
                return os.tcgetpgrp(self._fd) == os.getpgrp()
            except OSError:
                return False


def open_keys() -> Keys:
    """The keys of standard input if a person sits at it."""
    try:
        if not sys.stdin.isatty():
            return Keys()
    except (AttributeError, ValueError):  # none, or closed
        return Keys()
    if sys.platform == "win32":
        return _Console()
    else:
        return _Terminal(sys.stdin.fileno())
