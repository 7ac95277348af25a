"""Sound of this computer, whichever system it has. Back ends are imported only where they are used."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.audio.systems.pulse import PulseSystem
    from app.domain.recording import SoundSystem

log = logging.getLogger(__name__)


def this_system() -> SoundSystem:
    """What this computer offers for recording. Never fails: what is missing is said when it is asked for."""
    if sys.platform == "win32":
        from app.audio.systems.windows import WindowsSystem

        return WindowsSystem()
    if sys.platform == "darwin":
        from app.audio.systems.macos import MacSystem

        return MacSystem()
    return _linux()


def _linux() -> SoundSystem:
    """A sound server; without one what PortAudio finds, which is microphones only."""
    pulse = _pulse()
    if pulse is not None and pulse.answers():
        return pulse
    from app.audio.systems.portaudio import PortAudioSystem

    portaudio = PortAudioSystem()
    try:
        found = bool(portaudio.devices())
    except InputError:
        found = False
    # With nothing at all a server may still be started; until then its absence is what has to be said.
    return portaudio if found or pulse is None else pulse


def _pulse() -> PulseSystem | None:
    try:
        from app.audio.systems.pulse import PulseSystem

        return PulseSystem()
    except (ImportError, OSError) as error:
        log.warning("libpulse cannot be used: %s", error)
        return None
