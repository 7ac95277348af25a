"""Sound of this computer, whichever system it has. Back ends are imported only where they are used."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from app.domain.errors import InputError

if TYPE_CHECKING:
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
    from app.audio.systems.portaudio import PortAudioSystem

    try:
        from app.audio.systems.pulse import PulseSystem

        pulse = PulseSystem()
    except OSError as error:
        log.warning("libpulse cannot be used: %s", error)
        return PortAudioSystem()
    if pulse.answers():
        return pulse
    portaudio = PortAudioSystem()
    try:
        found = bool(portaudio.devices())
    except InputError:
        found = False
    return portaudio if found else pulse  # a server may still be started; until then its absence is said in words
