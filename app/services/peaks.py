"""The waveform of a meeting, unless it is still being recorded."""

from __future__ import annotations

from pathlib import Path

from app.audio.peaks import Outline, Peaks, outline_of, peaks_of
from app.domain.cancel import CancelFlag
from app.domain.meeting import Meeting


def has_sound(meeting: Meeting) -> bool:
    """Whether there may be something to hear: what is being recorded, or waits to be repaired, is left alone."""
    return bool(meeting.tracks) if meeting.recording is None else meeting.recording.state == "finished"


def outline_of_meeting(folder: Path, meeting: Meeting, cancel: CancelFlag) -> Outline:
    """Of all tracks that can be read; none of a meeting without sound. Raises `Cancelled`."""
    return outline_of(peaks_of(folder, meeting.tracks, cancel) if has_sound(meeting) else Peaks({}))
