"""From speech to text over any length: windows through the engine, and a second hearing for what cannot be right.

Stretch by stretch of about four minutes of speech: everything is heard once; text that is too long for its time is
heard again with another cut and without the glossary, speech without text with another cut; then the language that most
of the meeting is spoken in so far decides, and windows of another one are heard again in it. At the end the decision
is made once more for all. What was done to a segment stands in its guards; what could not be helped is left out, and
`app.domain.coverage` shows where. What live text has heard well already is not heard again (`app.services.live_reuse`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain import coverage
from app.domain.cancel import CancelFlag, check
from app.domain.errors import InputError
from app.domain.events import Progress, SegmentReady, TranscriptResult
from app.domain.meeting import Segment, SpeechRegion, Stage, clock
from app.domain.ports import AudioReader, SpeechEngine, Transcript
from app.exporters.doubts import not_written
from app.services.drafts import Draft, Heard, key_of
from app.services.languages import Votes
from app.services.live_draft import LiveUtterance
from app.services.live_reuse import reuse
from app.services.plausible import is_overlong, is_thin
from app.services.utterances import Utterance, batches, cut_points, horizons, other_cut


@dataclass(frozen=True, slots=True)
class Transcribed:
    """`settings`: what is worth remembering with the result. `notices`: what the user should know."""

    result: TranscriptResult
    settings: Mapping[str, Any]
    notices: tuple[str, ...] = ()


class Transcription:
    """One transcription of one meeting."""

    def __init__(
        self,
        engine: SpeechEngine,
        readers: Mapping[str, AudioReader],
        regions: Sequence[SpeechRegion],
        *,
        language: str | None,
        glossary: Sequence[str],
        mixed_languages: bool,
        cancel: CancelFlag,
        live: Sequence[LiveUtterance] = (),
    ) -> None:
        """`language`: the one the user chose, which then is not questioned. `live`: what was heard while it was said,
        on the timeline of `readers`; where it is as good as a second hearing it is taken over."""
        self._engine = engine
        self._readers = readers
        self._regions = regions
        self._language = language
        self._glossary = tuple(glossary)
        self._decides = language is None and not mixed_languages
        self._cancel = cancel
        left = reuse(live, regions)
        self._taken = {Utterance(u.track, u.start_s, u.end_s): u for u in left.taken}
        self._utterances: list[Utterance] = list(self._taken)
        for region in left.rest:
            self._utterances += cut_points(readers[region.track], region, engine.max_window_s)
        self._utterances.sort(key=lambda u: (u.start_s, u.track))
        self._silences = silences(self._utterances, readers)

    @property
    def key(self) -> str:
        """The same for the same task: what a draft belongs to."""
        spans = [(u.track, u.start_s, u.end_s) for u in self._utterances]
        taken = [(u.track, u.start_s) for u in self._taken]
        stretches = [len(s) for s in horizons(self._utterances)]
        return key_of(self._engine.name, self._language, self._glossary, self._decides, spans, taken, stretches)

    def run(self, draft: Draft | None = None) -> Iterator[Progress | SegmentReady | Transcribed]:
        """The last item is the whole result. Segments come earlier, stretch by stretch, as far as is known then."""
        total = sum(u.seconds for u in self._utterances)
        done = 0.0
        shown = 0
        everything: list[Heard] = []
        votes = Votes()
        earlier = draft.stretches() if draft is not None else []
        for n, stretch in enumerate(horizons(self._utterances)):
            if n < len(earlier):
                heard = earlier[n]
                done += sum(u.seconds for u in stretch)
                yield _progress(done, total)
            else:
                first: dict[Utterance, Transcript] = {}
                taken = [self._taken[u] for u in stretch if u in self._taken]
                done += sum(u.seconds for u in taken)
                left = [u for u in stretch if u not in self._taken]
                if taken:
                    yield _progress(done, total)
                for batch in self._hear(left, self._language, self._glossary):
                    first |= batch
                    done += sum(u.seconds for u in batch)
                    yield _progress(done, total)
                heard = _in_order([*self._checked(first), *map(_from_live, taken)])
            for h in heard:
                votes.add(h.free.language, h.utterance.seconds)
            heard = self._decided(heard, votes)
            if draft is not None and n >= len(earlier):
                draft.add(heard)
            everything += heard
            # Readers on screen see whole stretches in order, never a later remark before an earlier one.
            for segment in _segments(heard, shown):
                shown += 1
                yield SegmentReady(segment)
        segments = _segments(self._decided(everything, votes))
        language = self._language or votes.winner
        yield Transcribed(
            TranscriptResult(segments, language),
            self._settings(segments, everything, total, votes),
            self._notices(segments, votes),
        )

    # -- hearing ---------------------------------------------------------------------------------
    def _hear(
        self, utterances: Sequence[Utterance], language: str | None, glossary: Sequence[str]
    ) -> Iterator[dict[Utterance, Transcript]]:
        """Batch by batch."""
        for batch in batches(utterances, self._engine.batch_seconds):
            check(self._cancel)
            windows = [u.read(self._readers[u.track]) for u in batch]
            texts = self._engine.transcribe(windows, language=language, glossary=glossary, cancel=self._cancel)
            yield dict(zip(batch, texts, strict=True))

    def _checked(self, first: Mapping[Utterance, Transcript]) -> list[Heard]:
        """What the first hearing gave, with what cannot be right heard once more."""
        heard: list[Heard] = []
        overlong: list[Utterance] = []
        lost: list[Utterance] = []
        for u, t in first.items():
            if is_overlong(t.text, u.seconds):
                overlong.append(u)
            elif is_thin(t.text, u.seconds) or (not t.text and u.seconds >= coverage.SHORTEST_HOLE_S):
                lost.append(u)
            else:
                heard.append(_free(u, t))
        for u, second in self._again(overlong, ()):
            heard += [_free(p, _with_guard(_if_possible(p, t), "overlong", first[u])) for p, t in second.items()]
        for u, second in self._again(lost, self._glossary):
            heard += _fuller(u, first[u], {p: _if_possible(p, t) for p, t in second.items()})
        return heard

    def _again(
        self, utterances: Sequence[Utterance], glossary: Sequence[str]
    ) -> Iterator[tuple[Utterance, dict[Utterance, Transcript]]]:
        """Each with what its pieces say, cut otherwise."""
        limit = self._engine.max_window_s
        cuts = {u: other_cut(self._readers[u.track], u, self._silences[u], limit) for u in utterances}
        pieces = [p for cut in cuts.values() for p in cut]
        found = {u: t for batch in self._hear(pieces, self._language, glossary) for u, t in batch.items()}
        for u, cut in cuts.items():
            yield u, {p: found[p] for p in cut}

    # -- language --------------------------------------------------------------------------------
    def _decided(self, heard: Sequence[Heard], votes: Votes) -> list[Heard]:
        """All in the language that has most votes; a window that says nothing in it stays as it was."""
        winner = votes.winner
        if not self._decides or winner is None:
            return list(heard)
        minority = [
            h.utterance for h in heard if h.free.text and h.free.language not in (None, winner) and h.told != winner
        ]
        try:
            found = {u: t for batch in self._hear(minority, winner, self._glossary) for u, t in batch.items()}
        except InputError:  # the engine names a language that it cannot be told to hear
            return list(heard)
        result: list[Heard] = []
        for h in heard:
            if h.utterance in found:
                t = _if_possible(h.utterance, found[h.utterance])
                kept = t if t.text else h.free
                result.append(replace(h, transcript=_with_guard(kept, "language", h.free), told=winner))
            elif h.told is not None and h.told != winner:  # told another one while that had most votes
                result.append(replace(h, transcript=h.free, told=None))
            else:
                result.append(h)
        return result

    # -- what is said about it ---------------------------------------------------------------------
    def _settings(
        self, segments: Sequence[Segment], heard: Sequence[Heard], total: float, votes: Votes
    ) -> dict[str, Any]:
        missing = coverage.holes(self._regions, segments)
        settings: dict[str, Any] = {
            "speech_s": round(total, 2),
            "not_written_s": round(sum(h.speech_s for h in missing), 2),
        }
        if self._taken:
            settings["live"] = {
                "utterances": len(self._taken),
                "seconds": round(sum(u.seconds for u in self._taken), 2),
            }
        if self._language is None:
            settings["languages"] = {language: round(s, 2) for language, s in votes.seconds.items()}
        if guards := Counter(g for s in segments for g in s.guards):
            settings["guards"] = dict(guards)
        dropped = [h.utterance for h in heard if "overlong" in h.transcript.guards and not h.transcript.text]
        if dropped:
            settings["dropped"] = [
                {"track": u.track, "start_s": round(u.start_s, 3), "end_s": round(u.end_s, 3)} for u in dropped
            ]
        return settings

    def _notices(self, segments: Sequence[Segment], votes: Votes) -> tuple[str, ...]:
        notices = [s] if (s := not_written(coverage.holes(self._regions, segments))) else []
        if self._decides and votes.others:
            others = ", ".join(f"{language} ({share:.0%} of the speech)" for language, share in votes.others.items())
            notices.append(
                f"The meeting was written down as {votes.winner}, but {others} was heard as well. "
                "If several languages were spoken, transcribe it again with mixed languages allowed."
            )
        return tuple(notices)


def silences(
    utterances: Sequence[Utterance], readers: Mapping[str, AudioReader]
) -> dict[Utterance, tuple[float, float]]:
    """Around each: where the one before it on its track ends, and where the next begins. `utterances` are in order."""
    ends = dict.fromkeys(readers, 0.0)
    starts = {name: reader.duration_s for name, reader in readers.items()}
    before: dict[Utterance, float] = {}
    for u in utterances:
        before[u] = ends[u.track]
        ends[u.track] = u.end_s
    found: dict[Utterance, tuple[float, float]] = {}
    for u in reversed(utterances):
        found[u] = (before[u], starts[u.track])
        starts[u.track] = u.start_s
    return found


def _from_live(u: LiveUtterance) -> Heard:
    return Heard(Utterance(u.track, u.start_s, u.end_s), u.transcript, u.transcript, u.told)


def _in_order(heard: Sequence[Heard]) -> list[Heard]:
    return sorted(heard, key=lambda h: (h.utterance.start_s, h.utterance.track))


def _free(u: Utterance, transcript: Transcript) -> Heard:
    return Heard(u, transcript, transcript)


def _if_possible(u: Utterance, transcript: Transcript) -> Transcript:
    """The transcript, empty if nobody can say so much in that time."""
    return replace(transcript, text="", language=None) if is_overlong(transcript.text, u.seconds) else transcript


def _fuller(u: Utterance, first: Transcript, second: Mapping[Utterance, Transcript]) -> list[Heard]:
    """The second hearing, if it gave text; where the first gave a little, if it gave enough."""
    text = "".join(t.text for t in second.values())
    if not text or (first.text and is_thin(text, u.seconds)):
        return [_free(u, _with_guard(first, "thin") if first.text else first)]
    return [
        _free(p, _with_guard(t, "thin" if is_thin(t.text, p.seconds) else "reheard", first)) for p, t in second.items()
    ]


def _with_guard(transcript: Transcript, guard: str, earlier: Transcript | None = None) -> Transcript:
    """With one more guard, and those of the hearing before it."""
    before = earlier.guards if earlier is not None else ()
    return replace(transcript, guards=tuple(dict.fromkeys((*before, *transcript.guards, guard))))


def _segments(heard: Sequence[Heard], shown: int = 0) -> tuple[Segment, ...]:
    """Those with text in the order of the timeline, numbered from `shown` + 1."""
    said = _in_order([h for h in heard if h.transcript.text])
    return tuple(
        Segment(
            shown + n,
            h.utterance.track,
            h.utterance.start_s,
            h.utterance.end_s,
            h.transcript.text,
            language=h.transcript.language,
            guards=h.transcript.guards,
        )
        for n, h in enumerate(said, 1)
    )


def _progress(done: float, total: float) -> Progress:
    share = min(1.0, done / total)
    return Progress(Stage.TRANSCRIBE, share, f"Transcribing {clock(done)} of {clock(total)} of speech")
