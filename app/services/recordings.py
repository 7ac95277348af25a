"""A recording from its row in the library to its packed files: begin, end, find what was interrupted, pack.

Whether a folder is being recorded into is told by its lock, which the system gives back when a process dies. What is
locked by somebody alive is never touched here.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.cancel import CancelFlag, check
from app.domain.disk import disk_error
from app.domain.errors import Cancelled, InputError, UserError
from app.domain.events import Event, Notice, Progress
from app.domain.meeting import MIC, SYSTEM, Meeting, MeetingSummary, RecordingState, Stage
from app.domain.ports import Job, KeepAs, MeetingStore
from app.domain.recording import DEFAULT, NONE, AudioSource, RecordingResult, RecordingWarning, SoundSystem

if TYPE_CHECKING:
    from app.audio.recorder import Recorder
    from app.audio.repair import Repaired
    from app.services.jobs import RunJob

log = logging.getLogger(__name__)

_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_JUST_BEGUN_S = 60.0  # a row without a journal may be that of a recording which is about to start
_JUST_ENDED_S = 10.0  # and one whose journal has its end that of a recording whose end is about to be stored


# -- Recording --------------------------------------------------------------------------------------------


def default_title(started_at: datetime) -> str:
    """ "Meeting, Sat 21 Nov 2026, 14:05", in English whatever the locale is."""
    day, month = _DAYS[started_at.weekday()], _MONTHS[started_at.month - 1]
    return f"Meeting, {day} {started_at.day} {month} {started_at:%Y, %H:%M}"


def begin(
    store: MeetingStore,
    title: str,
    started_at: datetime,
    *,
    language: str | None = None,
    glossary: Sequence[str] = (),
    devices: Mapping[str, str] | None = None,
) -> Meeting:
    """The row and folder of a meeting that is recorded from now on. An empty title gets a default one.

    If the recorder then cannot be started, `discard` the meeting. Raises `StorageError`.
    """
    meeting = store.create(
        title.strip() or default_title(started_at), started_at, language=language, glossary=glossary, sources={}
    )
    try:
        store.recording_started(meeting.id, dict(devices or {}))
    except BaseException:  # an empty row that nobody could explain
        with suppress(Exception):
            store.delete(meeting.id)
        raise
    return store.get(meeting.id)


@dataclass(frozen=True, slots=True)
class OpenedRecorder:
    """A recorder that is ready to `start()`. `warnings`: tracks that cannot be had, and what to do about it."""

    recorder: Recorder
    warnings: tuple[RecordingWarning, ...] = ()


def open_sources(
    system: SoundSystem, *, mic: str = DEFAULT, system_audio: str = DEFAULT
) -> tuple[dict[str, AudioSource], tuple[RecordingWarning, ...]]:
    """The sources of both tracks as they were chosen (DEFAULT, NONE, an id, or a part of a name).

    One that cannot be had is left out with a warning; if none is left, `InputError` says why. Opens no device yet.
    """
    sources: dict[str, AudioSource] = {}
    warnings: list[RecordingWarning] = []
    for track, choice in ((MIC, mic), (SYSTEM, system_audio)):
        if choice == NONE:
            continue
        try:
            sources[track] = system.source(track, choice)
        except UserError as e:
            warnings.append(RecordingWarning("failed", track, e.what, e.to_do))
        except Exception as e:  # drivers raise anything; that must not cost the other track
            log.exception("the source of %s could not be made", track)
            said = f"The {track} track cannot be recorded: {e or type(e).__name__}."
            warnings.append(RecordingWarning("failed", track, said, "Choose another device for it."))
    if not sources and not warnings:
        raise InputError("There is nothing to record.", "Choose a microphone, the system audio, or both.")
    if not sources:
        what, to_do = (
            list(dict.fromkeys(texts)) for texts in ([w.what for w in warnings], [w.to_do for w in warnings])
        )
        raise InputError(" ".join(what), " ".join(t for t in to_do if t))
    return sources, tuple(warnings)


def open_recorder(
    folder: Path,
    system: SoundSystem,
    *,
    started_at: datetime,
    mic: str = DEFAULT,
    system_audio: str = DEFAULT,
    limit_s: float | None = None,
) -> OpenedRecorder:
    """A recorder into the meeting's folder, with every track that can be had. Raises `InputError` if that is none."""
    from app.audio.recorder import Recorder

    sources, warnings = open_sources(system, mic=mic, system_audio=system_audio)
    return OpenedRecorder(Recorder(folder, sources, started_at=started_at, limit_s=limit_s), warnings)


def end(store: MeetingStore, meeting_id: str, result: RecordingResult) -> Meeting:
    """Note how a recording ended; it can be processed from now on. Raises `StorageError`."""
    store.recording_ended(
        meeting_id,
        "finished",
        devices=result.devices,
        duration_s=result.duration_s,
        ended_at=result.ended_at,
        marks=result.marks,
    )
    return store.get(meeting_id)


# -- After a crash ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A recording whose process died. `duration_s` and `size_bytes` are what reached the disk."""

    meeting_id: str
    title: str
    started_at: datetime
    duration_s: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """A repaired meeting, ready to be processed; `notices` say what was lost."""

    meeting: Meeting
    notices: tuple[str, ...]


def is_being_recorded(folder: Path) -> bool:
    """Whether a living process holds the folder's lock."""
    with _lock(folder) as free:
        return not free


def interrupted(store: MeetingStore) -> list[Interrupted]:
    """Recordings that nobody makes any more and that have no end, newest first. Each is marked so in the library.

    Reads only heads and journals. What cannot be read, or not be marked, is listed with what is known. Raises
    `StorageError` if the library cannot be read.
    """
    from app.audio.journal import JOURNAL_NAME
    from app.audio.repair import look

    found = []
    for summary in store.list():
        if summary.state not in ("recording", "interrupted"):
            continue
        folder = store.folder(summary.id)
        if _is_young(summary.started_at, _JUST_BEGUN_S) and not os.path.lexists(folder / JOURNAL_NAME):
            continue  # nor is its lock taken, even for a moment: somebody may be about to
        duration_s, size = summary.duration_s, 0
        try:
            with _lock(folder) as free:
                if not free:
                    continue
                seen = look(folder)
                duration_s, size = seen.duration_s, seen.size_bytes
                if summary.state == "recording":
                    if seen.is_whole and _is_young(seen.ended_at, _JUST_ENDED_S):
                        continue  # whoever recorded it is about to note that
                    meeting = store.get(summary.id)
                    if meeting.recording is None or meeting.recording.state != "recording":
                        continue  # has just noted it
                    _store_end(store, meeting, "interrupted", seen)
        except (UserError, OSError):  # it is offered all the same; recovering it will say what is wrong
            log.warning("the interrupted recording in %s cannot be read, or not be noted", folder, exc_info=True)
        found.append(Interrupted(summary.id, summary.title, summary.started_at, duration_s, size))
    return found


def _is_young(moment: datetime | None, seconds: float) -> bool:
    return moment is not None and 0 <= (datetime.now(UTC) - moment).total_seconds() < seconds


def recover(store: MeetingStore, meeting_id: str) -> Recovered:
    """Repair an interrupted recording and keep it: it is finished then, with its marks and its length.

    Raises `InputError` if it is still being recorded, `StorageError` if it cannot be written.
    """
    from app.audio.repair import repair

    meeting = store.get(meeting_id)
    if meeting.recording is None or meeting.recording.state == "finished":
        return Recovered(meeting, ())
    folder = store.folder(meeting.id)
    with _lock(folder) as free:
        if not free:
            raise still_recording(meeting)
        repaired = repair(folder)
        _store_end(store, meeting, "finished", repaired)
    return Recovered(store.get(meeting.id), repaired.notices)


def discard(store: MeetingStore, meeting_id: str) -> None:
    """Delete a meeting and everything recorded of it, because the user said so.

    It may be damaged: nothing of it is read. Raises `InputError` if it is still being recorded.
    """
    meeting = store.summary(meeting_id)
    if is_being_recorded(store.folder(meeting.id)):
        raise still_recording(meeting)
    store.delete(meeting.id)


def holds_sound(folder: Path) -> bool:
    """Whether anything was recorded into this folder. What holds sound is deleted only on the user's word."""
    from app.audio.originals import original_frames, recorded_file, tracks_of

    for track in tracks_of(folder):
        path = recorded_file(folder, track)
        try:
            if path is not None and original_frames(path):
                return True
        except UserError:
            return True  # it cannot be read now; that does not make it empty
    return False


def still_recording(meeting: Meeting | MeetingSummary) -> InputError:
    """Why the files of a meeting, whose lock somebody else holds, cannot be touched now."""
    if isinstance(meeting, MeetingSummary):
        is_finished = meeting.state not in ("recording", "interrupted")
    else:
        is_finished = meeting.recording is not None and meeting.recording.state == "finished"
    if is_finished:
        return InputError(
            f"The recording of “{meeting.title}” is being packed by another Folkmoot.", "Try again in a minute."
        )
    return InputError(
        f"The meeting “{meeting.title}” is still being recorded.", "Stop the recording first, then try again."
    )


def _store_end(store: MeetingStore, meeting: Meeting, state: RecordingState, seen: Repaired) -> None:
    known = meeting.recording.devices if meeting.recording is not None else {}
    store.recording_ended(
        meeting.id,
        state,
        devices={**known, **{track: name for track, name in seen.devices.items() if name or track not in known}},
        duration_s=seen.duration_s,
        ended_at=seen.ended_at or meeting.started_at,
        marks=seen.marks,
    )


# -- Packing ----------------------------------------------------------------------------------------------


def with_packing(run: RunJob) -> RunJob:
    """The same, and afterwards the meeting's recording is packed: also when a stage failed, not when cancelled."""

    def run_and_pack(job: Job, cancel: CancelFlag) -> Iterator[Event]:
        try:
            yield from run(job, cancel)
        except Cancelled:
            raise
        except Exception:
            yield from pack_recording(job.meeting, job.folder, job.keep_as, cancel)
            raise
        yield from pack_recording(job.meeting, job.folder, job.keep_as, cancel)

    return run_and_pack


def pack_recording(meeting: Meeting, folder: Path, keep_as: KeepAs, cancel: CancelFlag) -> Iterator[Event]:
    """Pack what was recorded, if it was, and is not yet. A track that cannot be packed stays as it is, with a notice.

    Raises only `Cancelled`. Needs no model; one track takes about a hundredth of its length.
    """
    if meeting.recording is None or keep_as == "wav":
        return
    from app.audio.originals import working_copy_path
    from app.audio.packing import PackedTrack, pack
    from app.audio.recorded import plan

    with ExitStack() as stack:
        try:
            if not stack.enter_context(_lock(folder)):
                return
        except UserError as e:
            yield Notice(Stage.MINUTES, str(e))
            return
        tracks = [t for t in _unpacked_tracks(folder) if working_copy_path(folder, t).is_file()]
        for n, track in enumerate(tracks):
            check(cancel)
            message = "Packing the recording"
            yield Progress(Stage.MINUTES, n / len(tracks), message, after=True)
            last = 0.0
            try:
                for step in pack(folder, track, keep_as, duration_s=plan(folder, track).duration_s, cancel=cancel):
                    if isinstance(step, PackedTrack):
                        if step.problem:
                            yield Notice(Stage.MINUTES, step.problem)
                    elif (share := step.done_s / step.total_s) >= last + 0.01:
                        last = share
                        yield Progress(Stage.MINUTES, (n + share) / len(tracks), message, after=True)
            except UserError as e:
                yield Notice(Stage.MINUTES, str(e))


def unpacked(store: MeetingStore) -> list[str]:
    """Ids of finished recordings whose .wav is still there although they were decoded: to be packed at some time."""
    found = []
    for summary in store.list():
        if summary.state in ("recording", "interrupted") or not _unpacked_tracks(store.folder(summary.id)):
            continue
        try:
            meeting = store.get(summary.id)
        except UserError as error:  # a damaged one must not keep the others from being packed
            log.warning("the recording of %s is not packed: %s", summary.id, error)
            continue
        record = meeting.stage(Stage.DECODE)
        if meeting.recording is not None and record is not None and record.state == "done":
            found.append(meeting.id)
    return found


def _unpacked_tracks(folder: Path) -> list[str]:
    from app.audio.track_file import raw_path, wav_frames

    paths = {t: raw_path(folder, t) for t in (MIC, SYSTEM)}
    return [t for t, p in paths.items() if p.is_file() and wav_frames(p)]


@contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder if it is free; false if somebody else does."""
    from filelock import FileLock, Timeout

    from app.audio.journal import LOCK_NAME

    path = folder / LOCK_NAME
    if not folder.is_dir():
        yield True
        return
    lock = FileLock(path, timeout=0, thread_local=False)  # a generator may hold it, whoever drives that
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as e:
        # Whoever records holds a file that is there, and in a folder that can be written.
        if os.path.lexists(path) and not path.is_dir() and not _is_read_only(folder, e):
            raise disk_error("Whether this meeting is being recorded could not be seen", path, e) from e
        yield True
        return
    try:
        yield True
    finally:
        with suppress(OSError):  # first, so that it cannot be the lock of whoever comes next; Windows refuses
            path.unlink()
        lock.release()
        if sys.platform == "win32":
            with suppress(OSError):
                path.unlink()


def _is_read_only(folder: Path, e: OSError) -> bool:
    return e.errno == errno.EROFS or (e.errno in (errno.EACCES, errno.EPERM) and not os.access(folder, os.W_OK))
