"""A person at a pseudo-terminal, for tests of what programs do there. POSIX only."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.conftest import ROOT

_OWN_TERMINAL = "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); sys.argv[0] = 'test'\n"


class Terminal:
    """What a person does and sees. `text` is all that was written so far."""

    def __init__(self, process: subprocess.Popen[bytes], fd: int) -> None:
        self.process = process
        self.text = ""
        self._fd = fd
        self._at = 0  # where the last `until` ended

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def until(self, words: str | re.Pattern[str], patience_s: float = 60.0) -> str:
        """What was written up to `words`, since the last call. Fails if they do not come.

        A count of seconds is asked for as a pattern: a busy machine leaves one out.
        """
        pattern = re.compile(re.escape(words)) if isinstance(words, str) else words
        begin, deadline = self._at, time.monotonic() + patience_s
        while not (found := pattern.search(self.text, begin)):
            left = deadline - time.monotonic()
            assert left > 0, f"waited for {pattern.pattern!r}, got {self.text[begin:]!r}"
            if select.select([self._fd], [], [], left)[0]:
                try:
                    got = os.read(self._fd, 65536)
                except OSError:  # Linux says so when the other end has gone
                    got = b""
                assert got, f"ended before {pattern.pattern!r}: {self.text!r}"
                self.text += got.decode(errors="replace")
        self._at = found.end()
        return self.text[begin : self._at]

    def rest(self, patience_s: float = 60.0) -> int:
        """Read what still comes; returns the exit code."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline and self.process.poll() is None:
            self._drain(0.1)
        self._drain(0.0)
        return self.process.wait(1.0)

    def _drain(self, wait_s: float) -> None:
        while select.select([self._fd], [], [], wait_s)[0]:
            try:
                got = os.read(self._fd, 65536)
            except OSError:
                return
            if not got:
                return
            self.text += got.decode(errors="replace")

    def hang_up(self) -> None:
        """The window of the terminal is closed."""
        os.close(self._fd)
        self._fd = -1


@contextmanager
def terminal(code: str, arguments: Sequence[str] = ()) -> Iterator[Terminal]:
    """Run Python code in a session of its own, whose terminal is the one given."""
    import pty

    person, program = pty.openpty()
    command = [sys.executable, "-c", _OWN_TERMINAL + code, *arguments]
    process = subprocess.Popen(
        command, stdin=program, stdout=program, stderr=program, start_new_session=True, cwd=ROOT, env=os.environ
    )
    os.close(program)
    shown = Terminal(process, person)
    try:
        yield shown
    finally:
        process.kill()
        process.wait()
        if shown._fd >= 0:
            os.close(person)
