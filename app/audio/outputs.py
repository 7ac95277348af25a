"""Where sound is played: the output the system plays everything else through."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Protocol

from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

NO_OUTPUT = (
    "There is nothing to play sound through.",
    "Connect loudspeakers or headphones, or choose them in the sound settings of the system.",
)


class Output(Protocol):
    """A stream of 48 kHz mono to the default output. One thread uses it; it never takes long."""

    written: int  # frames since it was opened

    def free(self) -> int:
        """How many frames can be written now."""
        ...

    def write(self, samples: Samples) -> None:
        """At most `free` of them."""
        ...

    def heard(self) -> float | None:
        """How many of the frames written have reached the ear by now; None: not known yet."""
        ...

    def flush(self) -> None:
        """Forget what was written and has not been heard."""
        ...

    def wait(self, timeout_s: float) -> None:
        """Until there may be room, at most so long."""
        ...

    def error(self) -> str:
        """Why nothing is played any more, in the system's words; "" while all is well."""
        ...

    def close(self) -> None: ...


def open_output() -> Output:
    """Open the default output. Raises `InputError` that says what is missing."""
    if sys.platform == "linux":
        from app.audio.systems.pulse_server import ServerGone

        try:
            from app.audio.systems.pulse_play import PulseOutput

            return PulseOutput()
        except (ServerGone, ImportError, OSError) as error:
            log.info("no output through a sound server: %s", error)
    from app.audio.systems.portaudio_play import PortAudioOutput

    try:
        return PortAudioOutput()
    except InputError as error:
        raise InputError(*NO_OUTPUT) from error
