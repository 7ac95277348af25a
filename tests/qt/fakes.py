"""A library and an engine that behave like the real ones, without a disk or a model.

`FakeStore` keeps meetings in memory and checks that one thread uses it; `FakeServices` plays a scripted pipeline at a
chosen pace. `demo` has meetings that look like meetings, for tests and for screenshots.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.cancel import CancelFlag, check
from app.domain.edits import Change, applied, inverse
from app.domain.errors import Cancelled, InputError, StorageError
from app.domain.events import (
    AlignResult,
    DecodeResult,
    Event,
    MinutesResult,
    Notice,
    Progress,
    SegmentReady,
    SpeakersResult,
    SpeechResult,
    StageDone,
    StageResult,
    StageStarted,
    TranscriptResult,
)
from app.domain.meeting import (
    ActionItemRow,
    Mark,
    Meeting,
    MeetingSummary,
    Minutes,
    Person,
    Recording,
    SearchHit,
    Segment,
    Speaker,
    Stage,
    StageRecord,
    Track,
    WorkDone,
)
from app.domain.naming import action_rows
from app.domain.ports import Job
from app.domain.recording import AudioSource, Device, RecordingResult
from app.domain.templates import BUILT_IN, Template
from app.services.recordings import Interrupted
from app.services.settings import Settings
from app.workers.services import ModelsInUse
from tests.qt.fake_models import FakeModels
from tests.qt.fake_player import FakePlayerServices
from tests.qt.fake_recording import FakeRecorder, FakeSound, FakeSource


class FakeStore:
    """Meetings in memory. Shared by stores opened one after another on the same `meetings` dictionary."""

    def __init__(self, meetings: dict[str, Meeting], sources: dict[str, dict[str, Path]]) -> None:
        self.meetings = meetings
        self._sources = sources
        self._thread = threading.get_ident()
        self.closed = False

    def _mine(self) -> None:
        assert threading.get_ident() == self._thread, "a store is used by one thread only"
        assert not self.closed

    def create(
        self,
        title: str,
        started_at: datetime,
        *,
        language: str | None,
        glossary: Sequence[str],
        sources: Mapping[str, Path],
    ) -> Meeting:
        self._mine()
        number = max((int(i[1:]) for i in self.meetings), default=0) + 1
        meeting = Meeting(f"m{number:03}", title, started_at, language=language)
        self.meetings[meeting.id] = meeting
        self._sources[meeting.id] = dict(sources)
        return meeting

    def folder(self, meeting_id: str) -> Path:
        return Path(meeting_id)

    def sources(self, meeting_id: str) -> dict[str, Path]:
        return self._sources.get(meeting_id, {})

    def get(self, meeting_id: str) -> Meeting:
        self._mine()
        if meeting_id not in self.meetings:
            raise StorageError("This meeting is no longer in the library.")
        return self.meetings[meeting_id]

    def list(self, *, trashed: bool = False) -> list[MeetingSummary]:
        self._mine()
        made = []
        for m in self.meetings.values():
            if (m.trashed_at is not None) != trashed:
                continue
            states = {r.state for r in m.stages}
            state = (
                "new"
                if not m.stages
                else "failed"
                if "failed" in states
                else "done"
                if m.next_stage() is None
                else "unfinished"
            )
            if m.recording is not None and m.recording.state != "finished":
                state = m.recording.state
            made.append(
                MeetingSummary(
                    m.id,
                    m.title,
                    m.started_at,
                    m.duration_s,
                    m.language,
                    state,
                    tuple(s.name for s in m.speakers),
                    len(m.minutes.action_items) if m.minutes else 0,
                    m.folder,
                    m.tags,
                    m.favourite,
                    m.trashed_at,
                    tuple(s.name for s in m.speakers if s.by_user),
                )
            )
        return sorted(made, key=lambda s: s.started_at, reverse=True)

    def summary(self, meeting_id: str) -> MeetingSummary:
        found = self.get(meeting_id)
        return next(s for s in self.list(trashed=found.trashed_at is not None) if s.id == meeting_id)

    def set_trashed(self, meeting_id: str, trashed: bool) -> MeetingSummary:
        self._replace(meeting_id, trashed_at=datetime.now().astimezone() if trashed else None)
        return self.summary(meeting_id)

    def search(self, text: str, limit: int = 50) -> list[SearchHit]:  # type: ignore[valid-type]
        self._mine()
        hits = []
        for m in self.meetings.values():
            for s in m.segments:
                at = s.text.casefold().find(text.casefold())
                if at >= 0 and len(hits) < limit:
                    end = at + len(text)
                    hits.append(
                        SearchHit(
                            m.id,
                            m.title,
                            m.started_at,
                            s.id,
                            s.start_s,
                            m.speaker_name(s.speaker),
                            f"{s.text[:at]}\x02{s.text[at:end]}\x03{s.text[end:]}",
                        )
                    )
        return hits

    def _replace(self, meeting_id: str, **what: Any) -> None:
        self._mine()
        self.meetings[meeting_id] = replace(self.get(meeting_id), **what)

    def _record(self, meeting_id: str, record: StageRecord) -> None:
        kept = tuple(r for r in self.get(meeting_id).stages if r.stage != record.stage)
        self._replace(meeting_id, stages=(*kept, record))

    def stage_started(self, meeting_id: str, stage: Stage, engine: str, settings: Mapping[str, Any]) -> None:
        self._record(meeting_id, StageRecord(stage, "running", engine))

    def stage_done(
        self,
        meeting_id: str,
        stage: Stage,
        result: StageResult,
        engine: str,
        settings: Mapping[str, Any],
        seconds: float,
    ) -> None:
        if isinstance(result, DecodeResult):
            self._replace(meeting_id, tracks=result.tracks, duration_s=result.duration_s)
        elif isinstance(result, TranscriptResult):
            self._replace(meeting_id, segments=result.segments, language=result.language, speakers=(), minutes=None)
        elif isinstance(result, SpeakersResult):
            self._replace(
                meeting_id,
                speakers=result.speakers,
                segments=tuple(replace(s, speaker=result.of_segment[s.id]) for s in self.get(meeting_id).segments),
            )
        elif isinstance(result, MinutesResult):
            self._replace(meeting_id, minutes=result.minutes)
        began = datetime.now().astimezone() - timedelta(seconds=seconds)
        self._record(meeting_id, StageRecord(stage, "done", engine, started_at=began, seconds=seconds))

    def stage_ended(self, meeting_id: str, stage: Stage, state: str, error: str = "") -> None:
        self._record(meeting_id, StageRecord(stage, state, error=error))  # type: ignore[arg-type]

    def recording_started(self, meeting_id: str, devices: Mapping[str, str]) -> None:
        self._replace(meeting_id, recording=Recording("recording", devices))

    def recording_ended(
        self,
        meeting_id: str,
        state: Any,
        *,
        devices: Mapping[str, str],
        duration_s: float,
        ended_at: datetime,
        marks: Sequence[Mark],
    ) -> None:
        self._replace(
            meeting_id, recording=Recording(state, devices, ended_at), duration_s=duration_s, marks=tuple(marks)
        )

    def rename(self, meeting_id: str, title: str) -> None:
        self._replace(meeting_id, title=title)

    def work_done(self, since: datetime) -> Sequence[WorkDone]:
        self._mine()
        found = []
        for m in self.meetings.values():
            done = [(r.started_at + timedelta(seconds=r.seconds), r.seconds) for r in m.stages
                    if r.started_at is not None and r.seconds is not None]  # fmt: skip
            today = [(at, seconds) for at, seconds in done if at >= since]
            if today:
                found.append(WorkDone(m.id, max(today)[0], sum(seconds for _, seconds in today)))
        return sorted(found, key=lambda d: d.ended_at, reverse=True)

    def action_items(self, *, include_done: bool = False) -> Sequence[ActionItemRow]:
        self._mine()
        newest = sorted(self.meetings.values(), key=lambda m: m.started_at, reverse=True)
        return [
            row for m in newest if m.trashed_at is None for row in action_rows(m) if include_done or not row.item.done
        ]

    def people(self) -> Sequence[Person]:
        self._mine()
        return [Person("p1", "Leila", 2), Person("p2", "Marta", 1)]

    def change(self, meeting_id: str, change: Change) -> Change:
        self._mine()
        before = self.get(meeting_id)
        self.meetings[meeting_id] = applied(before, change, datetime.now().astimezone())
        return inverse(before, change)

    def delete(self, meeting_id: str) -> None:
        self._mine()
        self.get(meeting_id)
        del self.meetings[meeting_id]

    def close(self) -> None:
        self._mine()
        self.closed = True


Script = Callable[[Job, CancelFlag], Iterator[Event]]


class FakeServices:
    """Plays `script` for each job; `play` is the usual one.

    `gate`: when set, jobs wait in front of each segment until it is released, so that a test can look at the middle.
    """

    def __init__(
        self,
        meetings: Sequence[Meeting] = (),
        *,
        result: Meeting | None = None,
        starter: bool = True,
        pace_s: float = 0.0,
    ) -> None:
        self.meetings = {m.id: m for m in meetings}
        self.sources: dict[str, dict[str, Path]] = {}
        self.result = result
        self.starter = starter
        self.pace_s = pace_s
        self.stop_after: int | None = None  # hold after so many segments, until cancelled or released
        self.release = threading.Event()
        self.scripts: list[Script] = []  # used up first, one for each job
        self.open_error: BaseException | None = None
        self.exported: list[tuple[str, Path]] = []
        self.jobs: list[Job] = []
        self.threads: set[str] = set()
        self.stores: list[FakeStore] = []
        self.closed = 0
        self.refused: dict[str, InputError] = {}  # by file name
        self.sound = FakeSound()
        self.cut_off: list[Interrupted] = []
        self.to_pack: list[str] = []
        self.recover_error: StorageError | None = None
        self.lost: list[str] = []  # what a recovery says is missing
        self.end_error: StorageError | None = None
        self.stored = Settings(welcomed=True)
        self.settings_notices: list[str] = []
        self.own_templates: list[Template] = []
        self.template_problems: list[str] = []
        self.settings_error: StorageError | None = None
        self.emptied: list[int] = []
        self.models = FakeModels()
        self.player = FakePlayerServices()
        self.live: Any = None  # no live text, unless a test wants some
        self.speakers: Any = None  # voices cannot be remembered, unless a test wants it

    def open_store(self) -> FakeStore:
        if self.open_error is not None:
            raise self.open_error
        store = FakeStore(self.meetings, self.sources)
        self.stores.append(store)
        return store

    def run_job(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        self.jobs.append(job)
        script = self.scripts.pop(0) if self.scripts else self.play
        yield from script(job, cancel)

    def check_recording(self, path: Path) -> None:
        if path.name in self.refused:
            raise self.refused[path.name]

    def persist(self, store: FakeStore, meeting_id: str, event: Event) -> None:
        if isinstance(event, StageStarted):
            store.stage_started(meeting_id, event.stage, event.engine, event.settings)
        elif isinstance(event, StageDone):
            store.stage_done(meeting_id, event.stage, event.result, event.engine, event.settings, event.seconds)

    def persist_end(self, store: FakeStore, meeting_id: str, error: BaseException) -> None:
        for record in store.get(meeting_id).stages:
            if record.state == "running":
                state = "cancelled" if isinstance(error, Cancelled) else "failed"
                store.stage_ended(meeting_id, record.stage, state, "" if state == "cancelled" else str(error))

    def make_job(
        self, store: FakeStore, meeting_id: str, again: frozenset[Stage] = frozenset(), until: Stage | None = None
    ) -> Job:
        return Job(store.get(meeting_id), store.folder(meeting_id), store.sources(meeting_id), again=again, until=until)

    def unpacked(self, store: FakeStore) -> Sequence[str]:
        return [i for i in self.to_pack if i in store.meetings]

    def settings(self) -> tuple[Settings, Sequence[str]]:
        if self.settings_error is not None:
            raise self.settings_error
        return self.stored, tuple(self.settings_notices)

    def change_settings(self, changes: Mapping[str, Any]) -> Settings:
        if self.settings_error is not None:
            raise self.settings_error
        self.stored = self.stored.changed(**changes)
        return self.stored

    def templates(self) -> tuple[Sequence[Template], Sequence[str]]:
        return (*BUILT_IN, *self.own_templates), tuple(self.template_problems)

    @property
    def folders(self) -> Mapping[str, Path]:
        home = Path("/home/kim/.local/share/Folkmoot")
        return {"data": home, "models": home / "models", "file": Path("/home/kim/.config/Folkmoot/settings.json")}

    def empty_trash(self, store: FakeStore, days: int, busy: Collection[str]) -> Sequence[str]:
        self.emptied.append(days)
        return []

    def sample_sources(self) -> dict[str, Path]:
        return {"mic": Path("sample/mic.flac"), "system": Path("sample/system.flac")}

    def sample_title(self) -> str:
        return "Sample meeting"

    def models_in_use(self) -> ModelsInUse:
        return ModelsInUse(
            "starter-asr" if self.starter else "qwen3-asr-1.7b",
            "starter-minutes" if self.starter else "qwen3-4b",
            self.starter,
        )

    def export_markdown(self, meeting: Meeting, path: Path) -> None:
        path.write_text(self.markdown(meeting), encoding="utf-8")
        self.exported.append((meeting.id, path))

    def markdown(self, meeting: Meeting) -> str:
        return f"# {meeting.title}\n"

    # Recording

    def devices(self) -> list[Device]:
        return self.sound.list()

    def source(self, track: str, choice: str) -> FakeSource:
        return self.sound.source(track, choice)

    def device_choices(self) -> Mapping[str, str]:
        return dict(self.sound.choices)

    def remember_devices(self, choices: Mapping[str, str]) -> None:
        self.sound.choices = dict(choices)

    def recorder(self, folder: Path, sources: Mapping[str, AudioSource], started_at: datetime) -> FakeRecorder:
        return self.sound.recorder(folder, sources, started_at)

    def begin_recording(
        self, store: FakeStore, title: str, started_at: datetime, devices: Mapping[str, str]
    ) -> tuple[Meeting, Path]:
        made = store.create(title, started_at, language=None, glossary=(), sources={})
        store.recording_started(made.id, devices)
        return store.get(made.id), store.folder(made.id)

    def end_recording(self, store: FakeStore, meeting_id: str, result: RecordingResult) -> None:
        if self.end_error is not None:
            raise self.end_error
        store.recording_ended(
            meeting_id,
            "finished",
            devices=result.devices,
            duration_s=result.duration_s,
            ended_at=result.ended_at,
            marks=result.marks,
        )

    def interrupted(self, store: FakeStore) -> Sequence[Interrupted]:
        return list(self.cut_off)

    def recover(self, store: FakeStore, meeting_id: str) -> Sequence[str]:
        if self.recover_error is not None:
            raise self.recover_error
        found = next(i for i in self.cut_off if i.meeting_id == meeting_id)
        self.cut_off.remove(found)
        store.recording_ended(
            meeting_id, "finished", devices={}, duration_s=found.duration_s, ended_at=found.started_at, marks=()
        )
        return self.lost

    def discard(self, store: FakeStore, meeting_id: str) -> None:
        self.cut_off = [i for i in self.cut_off if i.meeting_id != meeting_id]
        store.delete(meeting_id)

    def close(self) -> None:
        self.closed += 1
        self.release.set()

    # The usual script

    def play(self, job: Job, cancel: CancelFlag) -> Iterator[Event]:
        """Every stage that is not done yet, ending in `result`."""
        end = self.result
        assert end is not None
        bare = tuple(replace(s, speaker="") for s in end.segments)
        results: dict[Stage, StageResult] = {
            Stage.DECODE: DecodeResult(end.tracks or (Track("file", "file.wav", end.duration_s),), end.duration_s),
            Stage.SPEECH: SpeechResult(end.regions),
            Stage.TRANSCRIBE: TranscriptResult(bare, end.language),
            Stage.ALIGN: AlignResult({s.id: s.words for s in end.segments if s.words}),
            Stage.SPEAKERS: SpeakersResult(end.speakers, {s.id: s.speaker for s in end.segments}),
            Stage.MINUTES: MinutesResult(end.minutes or Minutes()),
        }
        for stage in Stage:
            record = job.meeting.stage(stage)
            if record is not None and record.state == "done" and stage not in job.again:
                continue
            yield StageStarted(stage, "fake")
            if stage == Stage.TRANSCRIBE:
                yield from self._words(bare, end.duration_s, cancel)
            else:
                for tenth in range(1, 11):
                    check(cancel)
                    time.sleep(self.pace_s)
                    yield Progress(stage, tenth / 10)
            yield StageDone(stage, results[stage], "fake", {}, 0.1)

    def _words(self, segments: Sequence[Segment], duration_s: float, cancel: CancelFlag) -> Iterator[Event]:
        for n, segment in enumerate(segments):
            if n == self.stop_after:
                while not self.release.wait(0.01):
                    check(cancel)
            check(cancel)
            if self.pace_s:
                time.sleep(self.pace_s)
            yield SegmentReady(segment)
            minutes, seconds = divmod(int(segment.end_s), 60)
            yield Progress(
                Stage.TRANSCRIBE,
                (n + 1) / len(segments),
                f"Transcribing {minutes}:{seconds:02} of {int(duration_s) // 60}:{int(duration_s) % 60:02}",
            )


def fail_with(error: BaseException, after: Stage = Stage.SPEECH) -> Script:
    """A script that gets as far as the beginning of a stage, then fails."""

    def script(job: Job, cancel: CancelFlag) -> Iterator[Event]:
        yield StageStarted(after, "fake")
        yield Progress(after, 0.3)
        yield Notice(after, "12 s of the file could not be decoded.")
        raise error

    return script


def finished(meeting: Meeting) -> Meeting:
    """With all stages marked as done."""
    return replace(meeting, stages=tuple(StageRecord(s, "done", "fake", seconds=1.0) for s in Stage))


def speakers(*names: str) -> tuple[Speaker, ...]:
    return tuple(Speaker("me" if i == 0 else f"s{i}", n) for i, n in enumerate(names))
