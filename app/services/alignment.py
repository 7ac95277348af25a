"""When each word was spoken: the segments of a transcript through an aligner, where there is one for their language.

Word times are an extra. Whatever goes wrong here, the meeting goes on with the times of its segments, and says why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.cancel import CancelFlag, check
from app.domain.errors import Cancelled, UserError
from app.domain.meeting import Segment, Word, clock
from app.domain.ports import Aligner, AudioReader

log = logging.getLogger(__name__)

NONE_INSTALLED = "no model for the times of words is installed"
NOTHING_SAID = "there is no text"
# The aligner gets this much speech at once and makes its own batches of it: enough to sort by length, and little
# enough to show progress and to lose little if it fails.
STRETCH_S = 240.0


@dataclass(frozen=True, slots=True)
class AlignProgress:
    done: float
    message: str


@dataclass
class Alignment:
    """`words`: segment id → words on the meeting's timeline. `without`: language → how many segments have none."""

    words: dict[int, tuple[Word, ...]] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)
    reason: str = ""  # why there are no words, or not all; "" if there are

    @property
    def settings(self) -> dict[str, Any]:
        """For the stage's record."""
        found: dict[str, Any] = {}
        if self.reason:
            found["reason"] = self.reason
        if self.without:
            found["segment_times_only"] = dict(self.without)
        return found

    @property
    def notice(self) -> str:
        """What the user should know, "" if nothing."""
        if self.reason:
            return f"Segment times only, no times of single words: {self.reason}"
        if self.without:
            return f"Segment times only for {_listed(list(self.without))}: single words have no times there."
        return ""


def align(
    segments: Sequence[Segment],
    readers: Mapping[str, AudioReader],
    aligner: Aligner,
    language: str | None,
    cancel: CancelFlag,
) -> Iterator[AlignProgress | Alignment]:
    """The words of all segments whose language `aligner` knows; the last item is the `Alignment`.

    `language`: of segments that name none. Raises `Cancelled` only: what fails otherwise ends with the words found
    until then and `reason`.
    """
    found = Alignment()
    known: list[Segment] = []
    for s in segments:
        spoken = s.language or language or ""
        if spoken in aligner.languages and s.end_s - s.start_s <= aligner.max_window_s:
            known.append(s)
        else:
            found.without[spoken or "an unknown language"] = found.without.get(spoken or "an unknown language", 0) + 1
    total = sum(s.end_s - s.start_s for s in known) or 1.0
    done = 0.0
    for stretch in _stretches(known):
        check(cancel)
        try:
            windows = [readers[s.track].read(s.start_s, s.end_s) for s in stretch]
            timed = aligner.align(
                windows, [s.text for s in stretch], [s.language or language or "" for s in stretch], cancel
            )
        except Cancelled:
            raise
        except Exception as error:
            log.warning("words could not be timed", exc_info=not isinstance(error, UserError))
            found.reason = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            break
        found.words |= {s.id: on_timeline(s, words) for s, words in zip(stretch, timed, strict=True) if words}
        done += sum(s.end_s - s.start_s for s in stretch)
        yield AlignProgress(done / total, f"Timing the words of {clock(done)} of {clock(total)} of speech")
    yield found


def on_timeline(segment: Segment, words: Sequence[Word]) -> tuple[Word, ...]:
    """Words with times from the segment's start, as times of the meeting that lie within the segment."""

    def at(seconds: float) -> float:
        return min(segment.start_s + max(0.0, seconds), segment.end_s)

    return tuple(replace(w, start_s=at(w.start_s), end_s=at(w.end_s)) for w in words)


def loaded(load: Callable[[], Aligner | None]) -> tuple[Aligner | None, str]:
    """An aligner, or why there is none."""
    try:
        aligner = load()
    except Cancelled:
        raise
    except Exception as error:
        log.warning("the aligner could not be loaded", exc_info=not isinstance(error, UserError))
        return None, str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    return aligner, "" if aligner is not None else NONE_INSTALLED


def _stretches(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    current: list[Segment] = []
    seconds = 0.0
    for s in segments:
        if current and seconds + s.end_s - s.start_s > STRETCH_S:
            yield current
            current, seconds = [], 0.0
        current.append(s)
        seconds += s.end_s - s.start_s
    if current:
        yield current


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
