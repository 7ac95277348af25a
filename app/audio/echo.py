"""The microphone without the sound of the loudspeakers: WebRTC's canceller (AEC3) with the system track as reference.

A canceller also ducks the near voice while both speak, so its output is used only where the far end is heard, or was
a moment ago; everywhere else the microphone passes unchanged. The raw track on disk is never touched.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.domain.meeting import MIC, SYSTEM
from app.domain.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from app.domain.ports import Samples

LEAD_S = 0.1  # the reference must come first, whatever the order of arrival: so the microphone waits
# A reference that does not come for so long is silence: some loopbacks deliver nothing else. Where its sound has come
# later than that, it is waited for longer.
PATIENCE_S, MOST_S = 0.4, 2.5
_LESS = 0.1  # and less again, by so many seconds in each second of sound that comes earlier
_FRAME = 160  # the canceller works in steps of 10 ms
_CHUNK = 10 * _FRAME
_NEEDED_S = LEAD_S + _CHUNK / SAMPLE_RATE  # of the reference, from where the next chunk of the microphone begins
_LATENCY = 128  # samples by which its output is late
_DITHER = 1e-5  # it diverges on a reference of digital zeros
_ACTIVE_DB = -60.0
_TAIL_FRAMES = 80  # the far end is still heard for so long: delay of the devices, and the room
_AHEAD_FRAMES = 5  # and so long before, because the tracks are aligned to some milliseconds only
_SLIP = SAMPLE_RATE // 50  # tracks this far apart are aligned anew; less is left to the canceller


@dataclass(frozen=True, slots=True)
class LiveBlock:
    """A piece of a track at 16 kHz, as it is heard; `start_s` on the meeting's timeline."""

    track: str
    start_s: float
    samples: Samples

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / SAMPLE_RATE


class EchoCanceller:
    """Feed it the blocks of both tracks; the microphone's come back cancelled on the times they had, later by about
    0.2 s of sound, or by as much as the reference comes late. Blocks of the system track come back at once. One thread
    uses one canceller."""

    def __init__(self) -> None:
        from pywebrtc_audio import EchoCanceller as Aec

        self._aec = Aec(SAMPLE_RATE, 1, 0)
        self._noise = np.random.default_rng(0).normal(0.0, _DITHER, _CHUNK).astype(np.float32)
        self._mic = _Line()
        self._far = _Line()
        self._raw = np.zeros(_LATENCY, np.float32)  # what went in and has not come out yet
        self._activity: deque[bool] = deque([False] * 200, maxlen=200)  # of the reference, in frames, newest last
        self._gain = np.float32(0.0)  # of the cancelled sound at the end of the last frame
        self._patience_s = PATIENCE_S

    def process(self, block: LiveBlock) -> list[LiveBlock]:
        """Raises nothing but bugs; blocks of a track come in order, and silence fills what is missing."""
        if block.track == SYSTEM:
            self._see_how_late(block)
            self._far.add(block)
            return [block, *self._advance()]
        if block.track == MIC:
            self._mic.add(block)
            return self._advance()
        return [block]

    def flush(self) -> list[LiveBlock]:
        """The rest, when no more will come."""
        if self._mic.start_s is None:
            return []
        rest = len(self._mic) % _CHUNK
        end_s = self._mic.end_s
        silence = np.zeros((_CHUNK - rest) % _CHUNK + _CHUNK, np.float32)  # brings the latency out too
        self._mic.add(LiveBlock(MIC, end_s, silence))
        found = self._advance(wait=False)
        left = [max(0, round((end_s - b.start_s) * SAMPLE_RATE)) for b in found]  # some may lie wholly behind the end
        kept = [LiveBlock(b.track, b.start_s, b.samples[:n]) for b, n in zip(found, left, strict=True)]
        return [b for b in kept if len(b.samples)]

    def _see_how_late(self, block: LiveBlock) -> None:
        """Silence says nothing: it is made up for what did not come."""
        if self._mic.start_s is None or not block.samples.any():
            return
        needed_s = self._mic.end_s - block.start_s + _NEEDED_S + _CHUNK / SAMPLE_RATE
        less_s = self._patience_s - _LESS * len(block.samples) / SAMPLE_RATE
        self._patience_s = min(MOST_S, max(PATIENCE_S, needed_s, less_s))

    def _advance(self, *, wait: bool = True) -> list[LiveBlock]:
        found = []
        while self._mic.start_s is not None and len(self._mic) >= _CHUNK:
            start_s = self._mic.start_s
            has_come = self._far.start_s is not None and self._far.end_s >= start_s + _NEEDED_S
            if not has_come and wait and self._mic.end_s - start_s < self._patience_s:
                break
            far = self._far.take_at(start_s + LEAD_S, _CHUNK)
            samples = self._cancel(self._mic.take(_CHUNK), far)
            found.append(LiveBlock(MIC, start_s - _LATENCY / SAMPLE_RATE, samples))
        return found

    def _cancel(self, mic: Samples, far: Samples) -> Samples:
        cleaned: Samples = self._aec.process(mic, far + self._noise)
        raw = np.concatenate([self._raw, mic])
        self._raw = raw[len(mic) :]
        wanted = []
        for frame in far.reshape(-1, _FRAME):
            self._activity.append(bool(np.dot(frame, frame) > _FRAME * 10 ** (_ACTIVE_DB / 10)))
        lead = round(LEAD_S * SAMPLE_RATE) // _FRAME
        recent = list(self._activity)
        for i in range(_CHUNK // _FRAME):
            now = len(recent) - _CHUNK // _FRAME + i - lead  # the reference at the microphone's own time
            wanted.append(any(recent[max(0, now - _TAIL_FRAMES) : now + _AHEAD_FRAMES + 1]))
        ends = np.concatenate([[self._gain], np.array(wanted, np.float32)])
        self._gain = ends[-1]
        ramps = [np.linspace(a, b, _FRAME, dtype=np.float32) for a, b in itertools.pairwise(ends)]
        gain = np.concatenate(ramps)
        mixed: Samples = raw[: len(mic)] + gain * (cleaned - raw[: len(mic)])
        return mixed


class _Line:
    """The waiting samples of one track, and where on the timeline they begin."""

    def __init__(self) -> None:
        self.start_s: float | None = None
        self._samples = np.zeros(0, np.float32)

    def __len__(self) -> int:
        return len(self._samples)

    @property
    def end_s(self) -> float:
        return (self.start_s or 0.0) + len(self._samples) / SAMPLE_RATE

    def add(self, block: LiveBlock) -> None:
        samples = block.samples
        if self.start_s is None:
            self.start_s = block.start_s
        missing = round((block.start_s - self.end_s) * SAMPLE_RATE)
        if missing > _SLIP:
            samples = np.concatenate([np.zeros(missing, np.float32), samples])
        elif missing < -_SLIP:
            samples = samples[-missing:]
        self._samples = np.concatenate([self._samples, samples])

    def take(self, n: int) -> Samples:
        taken, self._samples = self._samples[:n], self._samples[n:]
        self.start_s = (self.start_s or 0.0) + len(taken) / SAMPLE_RATE
        return taken

    def take_at(self, at_s: float, n: int) -> Samples:
        """`n` samples from `at_s` on, silence where there are none; what lies before is dropped."""
        if self.start_s is None:
            return np.zeros(n, np.float32)
        ahead = round((self.start_s - at_s) * SAMPLE_RATE)
        if ahead < -_SLIP:
            self.take(-ahead)
            ahead = 0
        silence = min(n, ahead) if ahead > _SLIP else 0
        taken = self.take(n - silence)
        missing = n - silence - len(taken)
        if missing:
            self.start_s = None  # whatever comes next begins anew
        return np.concatenate([np.zeros(silence, np.float32), taken, np.zeros(missing, np.float32)])
