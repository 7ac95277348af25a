"""Sound servers for the tests, one for each test, gone at its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

try:
    if sys.platform != "linux":
        raise OSError("the servers are those of Linux")
    from tests.audio.servers import SERVERS, CannotRun, SoundServer  # loads libpulse
except OSError:
    collect_ignore_glob = ["test_*.py"]
else:

    def _started(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
        try:
            server = SERVERS[name]()
        except CannotRun as error:
            pytest.skip(f"{name}: {error}")
        with ExitStack() as stack:
            stack.callback(server.close)
            for key, value in server.environment.items():
                monkeypatch.setenv(key, value)
            try:
                server.start()
            except CannotRun as error:
                if name == "PipeWire":
                    pytest.skip(str(error))  # it asks more of the machine
                pytest.fail(str(error))
            yield server

    @pytest.fixture(params=list(SERVERS))
    def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
        """Each kind in turn; this process finds it."""
        yield from _started(request.param, monkeypatch)

    @pytest.fixture
    def pulseaudio(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
        """For what does not differ between the kinds: it starts faster."""
        yield from _started("PulseAudio", monkeypatch)
