"""What live text leaves to do: final utterances that are as good as a second hearing are taken over.

Taken is what was heard by the same model with the same settings, said something, raised no guard, and is neither too
much nor too little for its time. Speech that it leaves uncovered is heard now. A small rest beside a live utterance
would be heard worse alone than with its surroundings: then the utterance is given up and its speech heard anew.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.audio.recorded import plan
from app.domain.errors import UserError
from app.domain.meeting import Meeting, SpeechRegion, Stage
from app.domain.ports import Job, SpeechEngine
from app.services import live_draft
from app.services.live_draft import LiveUtterance
from app.services.plausible import is_overlong, is_thin
from app.services.utterances import SHORTEST_PIECE_S

log = logging.getLogger(__name__)

# Of speech beside a live utterance, which is left out: the detector's margin, in which nothing is said.
MARGIN_S = 0.25
# Two utterances that share more sound than this would write the same words twice.
OVERLAP_S = 0.2
# So much of an utterance must be speech by what the detector says after the recording.
LEAST_SPEECH = 0.5


@dataclass(frozen=True, slots=True)
class Reuse:
    """`taken` in order, and `rest`: the speech that they leave to be heard."""

    taken: tuple[LiveUtterance, ...]
    rest: tuple[SpeechRegion, ...]


def utterances_for(job: Job, meeting: Meeting, engine: SpeechEngine) -> list[LiveUtterance]:
    """Those of the meeting's live text that were heard as `job` wants it, in the time of the working copies.

    `meeting`: as far as `job` has come, with its tracks.
    """
    if Stage.TRANSCRIBE in job.again:
        return []
    wanted = live_draft.Hearing(
        engine.name, str(engine.settings.get("precision", "")), job.language, tuple(job.glossary)
    )
    found = live_draft.utterances(job.folder, wanted)
    if job.mixed_languages and job.language is None:
        found = [u for u in found if u.told is None]
    if not found or meeting.recording is None:
        return found
    try:
        return live_draft.in_time(found, {t.name: plan(job.folder, t.name) for t in meeting.tracks})
    except (UserError, OSError):
        log.warning("live text is not used: the times of the recording cannot be read", exc_info=True)
        return []


def reuse(live: Sequence[LiveUtterance], regions: Sequence[SpeechRegion]) -> Reuse:
    """Choose among final live utterances, given the speech that was found after the recording."""
    taken: list[LiveUtterance] = []
    rest: list[SpeechRegion] = []
    for track in dict.fromkeys(r.track for r in regions):
        speech = sorted((r for r in regions if r.track == track), key=lambda r: r.start_s)
        chosen = _with_speech(_apart([u for u in live if u.track == track and _is_good(u)]), speech)
        while given_up := _beside_small_rests(chosen, speech):
            chosen = [u for u in chosen if u not in given_up]
        taken += chosen
        rest += [hole for region, hole, _ in _holes(chosen, speech) if hole == region or _seconds(hole) > MARGIN_S]
    return Reuse(
        tuple(sorted(taken, key=lambda u: (u.start_s, u.track))),
        tuple(sorted(rest, key=lambda r: (r.start_s, r.track))),
    )


def _is_good(u: LiveUtterance) -> bool:
    t = u.transcript
    if not t.text or t.guards or u.start_s < 0 or not u.seconds > 0:
        return False
    return not is_overlong(t.text, u.seconds) and not is_thin(t.text, u.seconds)


def _apart(live: Sequence[LiveUtterance]) -> list[LiveUtterance]:
    """In order, without those that share sound with a longer one, or with one as long that was written later."""
    apart: list[LiveUtterance] = []
    for u in sorted(live, key=lambda u: u.start_s):  # of two that start together, the later one comes second
        while apart and apart[-1].end_s - u.start_s > OVERLAP_S and u.seconds >= apart[-1].seconds:
            apart.pop()
        if not apart or apart[-1].end_s - u.start_s <= OVERLAP_S:
            apart.append(u)
    return apart


def _with_speech(chosen: Sequence[LiveUtterance], speech: Sequence[SpeechRegion]) -> list[LiveUtterance]:
    """Those that are mostly speech."""
    heard: defaultdict[LiveUtterance, float] = defaultdict(float)
    for region, inside in _inside(chosen, speech):
        for u in inside:
            heard[u] += min(u.end_s, region.end_s) - max(u.start_s, region.start_s)
    return [u for u in chosen if heard[u] >= LEAST_SPEECH * u.seconds]


def _beside_small_rests(chosen: Sequence[LiveUtterance], speech: Sequence[SpeechRegion]) -> set[LiveUtterance]:
    """Of the utterances beside a rest that is too small to be heard alone, the shorter."""
    return {
        min(beside, key=lambda u: u.seconds)
        for region, hole, beside in _holes(chosen, speech)
        if hole != region and MARGIN_S < _seconds(hole) < SHORTEST_PIECE_S
    }


def _holes(
    chosen: Sequence[LiveUtterance], speech: Sequence[SpeechRegion]
) -> Iterator[tuple[SpeechRegion, SpeechRegion, list[LiveUtterance]]]:
    """Each region with what the utterances leave of it, piece by piece, and the utterances beside that piece."""
    for region, inside in _inside(chosen, speech):
        edges = [region.start_s, *(t for u in inside for t in (u.start_s, u.end_s)), region.end_s]
        for n, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
            if end > start:
                yield region, SpeechRegion(region.track, start, end), inside[max(0, n - 1) : n + 1]


def _inside(
    chosen: Sequence[LiveUtterance], speech: Sequence[SpeechRegion]
) -> Iterator[tuple[SpeechRegion, list[LiveUtterance]]]:
    """Each region with the utterances that share sound with it. `chosen` are in order and apart."""
    starts, ends = [u.start_s for u in chosen], [u.end_s for u in chosen]
    for region in speech:
        first, last = bisect_right(ends, region.start_s), bisect_left(starts, region.end_s)
        yield region, list(chosen[first:last])


def _seconds(region: SpeechRegion) -> float:
    return region.end_s - region.start_s
