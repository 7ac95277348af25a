"""Recording without a window: what devices and recordings are told in words, and the thread that owns them."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from app.domain.errors import InputError, StorageError
from app.domain.meeting import MIC, SYSTEM, Mark, MarkKind, Meeting, Recording, Segment
from app.domain.recording import (
    DEFAULT,
    NONE,
    Level,
    RecordingResult,
    RecordingStatus,
    RecordingWarning,
    SourceEvent,
    TrackStatus,
)
from app.services.recordings import Interrupted
from app.viewmodels.formatting import weekday
from app.viewmodels.marks import Aside, asides
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.minutes import minutes_document
from app.viewmodels.paragraphs import paragraphs
from app.viewmodels.recording import WARNING_STAYS_S, RecordingViewModel
from app.viewmodels.recording_setup import PATIENCE_S, SetupViewModel
from app.viewmodels.recovery import RecoveryViewModel
from app.viewmodels.transcript import TranscriptModel
from app.workers.preview import TrackPreview
from app.workers.recording import RecordingController
from app.workers.recording_worker import Began, Ended
from app.workers.taps import Tap
from tests.qt import demo
from tests.qt.fake_recording import DEVICES, FakeRecorder, FakeSource
from tests.qt.fakes import FakeServices
from tests.unit.viewmodels_support import QueueBench

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


# -- Marks in words ---------------------------------------------------------------------------------------


def mark(
    kind: MarkKind, at_s: float, text: str = "", track: str = "", seconds: float = 0.0, later_s: float = 0.0
) -> Mark:
    return Mark(kind, at_s, NOON + timedelta(seconds=at_s + later_s), text, track, seconds)


def test_marks_in_words(qapp: QCoreApplication) -> None:
    found = asides([
        mark(MarkKind.BOOKMARK, 4),
        mark(MarkKind.NOTE, 5, "  Budget first "),
        mark(MarkKind.NOTE, 6, "  "),
        mark(MarkKind.PAUSE, 60),
        mark(MarkKind.RESUME, 60, later_s=480),
        mark(MarkKind.GAP, 70, track=MIC, seconds=0.2),
        mark(MarkKind.GAP, 71, track=SYSTEM, seconds=3.2),
        mark(MarkKind.DEVICE, 75, "Goes on with Headphones.", SYSTEM),
        mark(MarkKind.SLEEP, 80, seconds=4000),
        mark(MarkKind.WARNING, 90, "The microphone hears nothing."),
        mark(MarkKind.PAUSE, 100),
    ])  # fmt: skip
    assert [(a.kind, a.time, a.text) for a in found] == [
        ("bookmark", "0:04", "Bookmark"),
        ("note", "0:05", "Budget first"),
        ("hole", "1:00", "Paused for 8 min"),
        ("hole", "1:11", "3 s missing from the computer’s sound"),
        ("device", "1:15", "Computer sound: Goes on with Headphones"),
        ("hole", "1:20", "The computer slept for 1 h 7 min"),
        ("hole", "1:40", "Paused"),
    ]


def test_days_in_a_sentence(qapp: QCoreApplication) -> None:
    today = date(2026, 11, 21)
    noon = datetime(2026, 11, 21, 12, 0).astimezone()
    assert [weekday(noon - timedelta(days=n), today) for n in (0, 1, 4, 6)] == [
        "today", "yesterday", "Tuesday", "Sunday",
    ]  # fmt: skip
    assert weekday(noon - timedelta(days=7), today) == "Sat 14 Nov"


def segments(n: int) -> list[Segment]:
    """One person, a sentence every ten seconds."""
    return [Segment(i + 1, MIC, i * 10.0, i * 10.0 + 4, f"Sentence {i}.", "me") for i in range(n)]


def note(at_s: float) -> Aside:
    return Aside("note", at_s, f"at {at_s:g}")


def test_remarks_stand_where_they_belong() -> None:
    rows = paragraphs(segments(6), {}, {}, None, [note(0), note(12), note(13), note(99)])
    assert [(r.text, [a.text for a in r.before], r.continues) for r in rows] == [
        ("Sentence 0. Sentence 1.", ["at 0"], False),
        ("Sentence 2. Sentence 3. Sentence 4. Sentence 5.", ["at 12", "at 13"], True),
    ]
    assert [a.text for a in rows[-1].after] == ["at 99"]
    growing = paragraphs(segments(6), {}, {}, None, [note(99)], growing=True)
    assert growing[-1].after == (), "what was said at that time may still come"


@pytest.mark.parametrize("step", [1, 2, 5])
def test_growing_puts_remarks_where_a_whole_transcript_has_them(qapp: QCoreApplication, step: int) -> None:
    remarks = [note(0), note(12), note(13), note(45), note(46), note(200)]
    whole, grown = TranscriptModel(), TranscriptModel()
    every = segments(20)
    whole.set_transcript(every, (), remarks, same=False, growing=True)
    grown.set_transcript((), (), remarks, same=False, growing=True)
    for i in range(0, 20, step):
        grown.add(every[i : i + step])
    assert [(r.text, r.before, r.after) for r in grown.rows] == [(r.text, r.before, r.after) for r in whole.rows]
    assert sum(len(r.before) for r in grown.rows) == 5


def test_notes_are_in_the_document_before_there_are_minutes(qapp: QCoreApplication) -> None:
    bare = Meeting("m1", "Weekly", NOON, 60.0, marks=(mark(MarkKind.NOTE, 12, "Budget"),))
    document = minutes_document(bare)
    assert document is not None
    assert not document.written
    assert [(n.text, n.evidence[0].time, n.evidence[0].segment_ids) for n in document.notes] == [("Budget", "0:12", ())]
    assert minutes_document(Meeting("m1", "Weekly", NOON)) is None
    written = minutes_document(demo.noted())
    assert written is not None
    assert written.written
    assert [n.kind for n in written.notes] == ["note", "bookmark", "note", "note"]
    assert all(n.evidence[0].segment_ids for n in written.notes)


# -- Handing sound over -----------------------------------------------------------------------------------


class Sink:
    def __init__(self) -> None:
        self.frames = 0
        self.events: list[SourceEvent] = []

    def put(self, samples: np.ndarray, at: float, live: bool = True) -> None:
        self.frames += len(samples)

    def lost(self, frames: int = 0) -> None: ...

    def event(self, event: SourceEvent) -> None:
        self.events.append(event)


def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # a meter is emptied by looking at it
            return
        time.sleep(0.005)
    pytest.fail("it did not come to that")


def test_a_running_source_changes_hands_without_being_opened_again() -> None:
    source = FakeSource(MIC, "Built-in Audio")
    tap = Tap(source, DEFAULT)
    assert tap.device == ""
    tap.meter()
    until(lambda: tap.preview().level.rms_db > -40)
    seen = tap.preview()
    assert (seen.track, seen.state, seen.device) == (MIC, "live", "Built-in Audio")
    sink = Sink()
    tap.open(sink)
    until(lambda: sink.frames > 0)
    assert source.opened == 1
    assert [e.kind for e in sink.events] == ["opened"]
    time.sleep(0.05)
    assert tap.preview().level.rms_db < -100, "nothing reaches the meter any more"
    tap.meter()
    had = sink.frames
    until(lambda: tap.preview().level.rms_db > -40)
    assert sink.frames == had
    tap.close()
    assert source.closed == 1
    tap.close()


def test_silence_on_a_meter_tells_muted_from_quiet() -> None:
    for level_db, only_zeros in ((-120.0, True), (-80.0, False)):
        tap = Tap(FakeSource(MIC, "Built-in Audio", level_db), DEFAULT)
        tap.meter()
        until(lambda tap=tap: tap.preview().state == "live")  # type: ignore[misc]
        time.sleep(0.2)
        seen = tap.preview()
        assert seen.silent_s > 0.1
        assert seen.only_zeros is only_zeros
        tap.close()


# -- The view-models, their controller played by the test -------------------------------------------------


class Bench(QueueBench):
    """The real threads on fake services."""

    def __init__(self, services: FakeServices) -> None:
        super().__init__(services)
        self.controller = RecordingController(self.given, self.lane)
        self.now = 0.0
        self.setup = SetupViewModel(self.controller, now=lambda: NOON)
        self.recording = RecordingViewModel(self.controller, self.queue, now=lambda: self.now)
        self.meeting = MeetingViewModel(self.given, self.lane, self.queue)
        self.recovery = RecoveryViewModel(self.given, self.lane, self.queue, today=lambda: date(2026, 11, 21))

    def stop(self) -> None:
        self.setup.leave()
        assert self.controller.shut_down()
        super().stop()


@pytest.fixture
def bench(qapp: QCoreApplication) -> Iterator[Callable[..., Bench]]:
    # What an earlier test left in a cycle (a logged traceback holds its bench) is destroyed here, in the thread it
    # belongs to, before other threads run that could collect it: Qt's objects do not survive that.
    gc.collect()
    made: list[Bench] = []

    def make(*args: object, **kwargs: object) -> Bench:
        made.append(Bench(FakeServices(*args, **kwargs)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for b in made:
        b.stop()
        assert b.services.sound.open == [], "a device was left open"
        assert all(s.closed for s in b.services.stores)


def test_who_starts_at_once_records_with_the_devices_of_last_time(bench: Callable[..., Bench]) -> None:
    """The answer to what they were is still on its way; the defaults must neither be recorded nor remembered."""
    b = bench()
    b.services.sound.choices = {MIC: "usb.jabra", SYSTEM: NONE}
    b.setup.enter()
    b.recording.start("Quick", b.setup.choices)
    b.wait(lambda: b.recording.state == "recording")
    b.recording.stop()
    b.wait(lambda: b.recording.state == "idle")
    assert b.services.sound.choices == {MIC: "usb.jabra", SYSTEM: NONE}


def test_what_is_wrong_with_a_device_in_words(bench: Callable[..., Bench]) -> None:
    s = bench().setup

    def told(**what: object) -> tuple[str, str]:
        track = str(what.pop("track", MIC))
        s._on_previewed([TrackPreview(track, DEFAULT, **what)])  # type: ignore[arg-type]
        shown = s.track(track)
        return (shown.problem.what if shown.problem else "", shown.hint)

    assert told() == ("", "")
    assert told(state="live") == ("", "")
    assert told(state="live", silent_s=PATIENCE_S - 1) == ("", "")
    assert told(state="live", silent_s=PATIENCE_S)[0] == "Nothing is heard from this microphone."
    assert told(state="live", silent_s=9, only_zeros=True)[0].startswith("This microphone is muted")
    assert told(state="failed", what="It is in use.", to_do="Close it.")[0] == "It is in use."
    assert told(state="lost")[0] == "No sound comes from this device."
    assert told(track=SYSTEM, state="live", silent_s=9, only_zeros=True) == ("", "Nothing plays right now.")
    assert told(track=SYSTEM, state="live", silent_s=9, expects=True)[0] == "Something plays, but not on this device."
    s._on_no_devices(InputError("No sound server runs.", "Start it."))
    assert told(track=SYSTEM)[0] == "No sound server runs."


def test_devices_to_choose_from(bench: Callable[..., Bench]) -> None:
    s = bench().setup
    assert [o.label for o in s._setup_of(MIC).options] == ["Follow the system", "Do not record"]
    s._on_devices(DEVICES)
    assert [o.choice for o in s.track(SYSTEM).options] == [DEFAULT, "alsa.speakers", "bt.headphones", NONE]
    s._on_remembered({MIC: "usb.gone", SYSTEM: NONE})
    assert s.track(MIC).options[-2].label == "The device of last time"
    assert s.track(MIC).choice == "usb.gone"
    assert not s.track(SYSTEM).recorded
    assert s.can_start
    s.choose(MIC, NONE)
    assert not s.can_start
    assert s.usual_title.startswith("Meeting on 21 Nov, ")


def test_devices_open_for_the_meters_only_while_they_are_looked_at(bench: Callable[..., Bench]) -> None:
    b = bench()
    b.services.sound.choices = {MIC: "usb.jabra", SYSTEM: DEFAULT}
    b.setup.enter()
    b.wait(lambda: b.services.sound.open == [MIC, SYSTEM] and b.setup.level(MIC).rms_db > -60)
    assert b.services.sound.sources[0].device == "Jabra Evolve2 65"
    assert b.setup.track(MIC).choice == "usb.jabra"
    b.setup.leave()
    b.wait(lambda: b.services.sound.open == [])


STATUS = RecordingStatus("recording", 723.4, 722.0, 10**8, 5000.0, (TrackStatus(MIC, "live", "Hat", Level(-20, -10)),))


def running(b: Bench) -> RecordingViewModel:
    """The view-model of a recording that the test itself plays."""
    b.recording._on_began(Began("m1", "Weekly", NOON))
    b.recording._on_progressed(STATUS)
    return b.recording


def test_a_recording_in_words(bench: Callable[..., Bench]) -> None:
    r = running(bench())
    assert (r.state, r.clock, r.title) == ("recording", "12:03", "Weekly")
    assert r.safe_text == "Safe on disk up to 12:02"
    assert r.room_text == "Room for 1 h 20 min more"
    assert [(t.name, t.device, t.on, t.trouble) for t in r.tracks] == [("Microphone", "Hat", True, "")]
    r._on_progressed(RecordingStatus("recording", 724, 0.2, 0, 40 * 3600.0, (TrackStatus(MIC, "lost", "Hat"),)))
    assert (r.safe_text, r.room_text) == ("", "")
    assert [(t.on, t.trouble) for t in r.tracks] == [(False, "No sound")]
    r._on_progressed(RecordingStatus("paused", 724, 724, 0, None, (TrackStatus(MIC, "live", "Hat"),)))
    assert (r.state, r.tracks[0].on) == ("paused", False)
    r._on_progressed(RecordingStatus("ended", 724, 724, 0, None))
    assert (r.state, r.safe_text) == ("saving", "Writing the last seconds to the disk")


def test_words_change_at_most_once_a_second(bench: Callable[..., Bench]) -> None:
    r = running(bench())
    ticks: list[str] = []
    r.ticked.connect(lambda: ticks.append(r.clock))
    for tenth in range(30):
        r._on_progressed(RecordingStatus("recording", 723.4 + tenth / 10, 722.0 + tenth // 10, 0, None, STATUS.tracks))
    assert len(ticks) <= 7


def test_a_warning_stays_long_enough_to_be_read(bench: Callable[..., Bench]) -> None:
    b = bench()
    r = running(b)
    lost = RecordingWarning("lost", SYSTEM, "It has gone.", "Wait.")
    r._on_progressed(RecordingStatus("recording", 724, 724, 0, None, (), (lost,)))
    r._on_progressed(RecordingStatus("recording", 724, 724, 0, None, (), ()))
    assert [w.what for w in r.warnings] == ["It has gone."]
    b.now = WARNING_STAYS_S + 0.1
    r._on_progressed(RecordingStatus("recording", 728, 728, 0, None, (), ()))
    assert r.warnings == ()
    space = RecordingWarning("space", "", "The disk has space for about 26 minutes.", "Free some.")
    r._on_progressed(RecordingStatus("recording", 724, 724, 0, 1560.0, (), (space,)))
    assert r.room_text == "", "the warning says it"
    assert len(r.warnings) == 1


def test_a_note_has_the_time_of_its_first_letter(bench: Callable[..., Bench]) -> None:
    b = bench()
    noted: list[tuple[str, float]] = []
    b.controller.note = lambda text, at_s: noted.append((text, at_s))  # type: ignore[method-assign,assignment]
    r = running(b)
    r.typing("B")
    r._on_progressed(RecordingStatus("recording", 800.0, 799.0, 0, None, STATUS.tracks))
    r.typing("Budget")
    assert r.note_time == "12:03"
    assert r.add_note(" Budget ")
    assert r.note_time == ""
    assert r.add_note("At once")
    assert not r.add_note("   ")
    r.typing("x")
    r.typing("")
    assert r.note_time == ""
    assert noted == [("Budget", 723.4), ("At once", 800.0)]


def result(reason: str, what: str = "") -> RecordingResult:
    return RecordingResult(Path("m1"), reason, 754.0, NOON, NOON, {}, (), what, "Free some.")  # type: ignore[arg-type]


@pytest.mark.parametrize(("ended", "expected"), [
    (Ended("m1", result("stopped")), ""),
    (Ended("m1", result("time")), ""),
    (Ended("m1", result("disk_full", "The disk is full.")), "The disk is full. Everything up to 12:34 is kept."),
    (Ended("m1", result("error")), "The recording ended by itself. Everything up to 12:34 is kept."),
    (Ended("m1", result("stopped"), StorageError("It is locked.", "Wait.")),
     "The recording is on the disk, but the library could not be told: It is locked."),
])  # fmt: skip
def test_ends_in_words(bench: Callable[..., Bench], ended: Ended, expected: str) -> None:
    b = bench(result=demo.planning())
    r = running(b)
    r.process_afterwards = False
    said: list[str] = []
    r.ended_early.connect(lambda _id, problem: said.append(problem.what))
    r._on_ended(ended)
    assert said == ([expected] if expected else [])
    assert r.state == "idle"


# -- The recording thread ---------------------------------------------------------------------------------


def started(b: Bench) -> FakeRecorder:
    b.setup.enter()
    b.wait(lambda: b.services.sound.open == [MIC, SYSTEM])
    b.recording.start("Weekly", b.setup.choices)
    b.wait(lambda: b.recording.state == "recording")
    b.setup.leave()
    return b.services.sound.recorders[-1]


def test_from_start_to_end(bench: Callable[..., Bench]) -> None:
    b = bench(result=demo.planning())
    recorder = started(b)
    stored = b.services.meetings["m001"].recording
    assert stored == Recording("recording", {MIC: "Built-in Audio", SYSTEM: "Speakers"}), (
        "in the library from the start"
    )
    assert b.services.sound.open == [MIC, SYSTEM], "leaving the page does not end what is recorded"
    b.recording.bookmark()
    b.recording.add_note("Budget")
    b.recording.pause_or_resume()
    b.wait(lambda: b.recording.state == "paused")
    b.recording.pause_or_resume()
    b.wait(lambda: b.recording.state == "recording")
    b.wait(lambda: sorted(a.kind for a in b.recording.asides) == ["bookmark", "hole", "note"])
    b.recording.stop()
    assert b.recording.state == "saving"
    b.wait(lambda: b.recording.state == "idle")
    stored = b.services.meetings["m001"].recording
    assert stored is not None
    assert stored.state == "finished"
    assert len(b.services.meetings["m001"].marks) == 4
    b.wait(lambda: not b.queue.busy and bool(b.services.jobs))
    assert recorder.wait(0) is not None
    b.setup.enter()
    b.wait(lambda: b.services.sound.open == [MIC, SYSTEM])


def test_two_are_not_recorded_at_once(bench: Callable[..., Bench]) -> None:
    b = bench()
    started(b)
    b.recording.start("Another", b.setup.choices)
    b.controller.start("Another", b.setup.choices)
    b.wait(lambda: b.recording.state == "recording")
    time.sleep(0.1)
    assert len(b.services.sound.recorders) == 1


def test_the_end_of_the_program_waits_for_the_disk(bench: Callable[..., Bench]) -> None:
    b = bench()
    recorder = started(b)
    recorder.hold = threading.Event()
    threading.Timer(0.3, recorder.hold.set).start()
    began = time.monotonic()
    assert b.controller.shut_down()
    assert time.monotonic() - began > 0.25
    stored = b.services.meetings["m001"].recording
    assert stored is not None
    assert stored.state == "finished"


def test_a_driver_that_fails_in_its_own_way_costs_one_track(bench: Callable[..., Bench]) -> None:
    b = bench()

    def source(track: str, choice: str) -> FakeSource:
        if track == SYSTEM:
            raise OSError("0x88890004")
        return b.services.sound.source(track, choice)

    b.services.source = source  # type: ignore[method-assign]
    b.setup.enter()
    b.wait(lambda: b.setup.track(SYSTEM).problem is not None)
    problem = b.setup.track(SYSTEM).problem
    assert problem is not None
    assert "0x88890004" in problem.what
    b.recording.start("Weekly", b.setup.choices)
    b.wait(lambda: b.recording.state == "recording")
    assert list(b.services.sound.recorders[0].sources) == [MIC]
    assert "Computer sound is not recorded" in b.recording.warnings[0].what


def test_settings_that_cannot_be_read_do_not_stop_anybody(bench: Callable[..., Bench]) -> None:
    b = bench()

    def broken() -> dict[str, str]:
        raise StorageError("The settings could not be read.")

    b.services.device_choices = broken  # type: ignore[method-assign]
    b.setup.enter()
    b.wait(lambda: b.services.sound.open == [MIC, SYSTEM])


# -- After a crash ----------------------------------------------------------------------------------------


def test_what_was_interrupted_in_words(bench: Callable[..., Bench]) -> None:
    b = bench([demo.planning("m001"), demo.planning("m002"), demo.planning("m003")], result=demo.planning())
    began = datetime(2026, 11, 17, 14, 5).astimezone()
    b.services.cut_off = [Interrupted(f"m00{n}", "Weekly", began, 2460.0 if n < 3 else 0.2, 1) for n in (1, 2, 3)]
    b.recovery.look()
    b.wait(lambda: b.recovery.offer is not None)
    offer = b.recovery.offer
    assert offer is not None
    assert offer.what.startswith("A recording from Tuesday ")
    assert offer.what.endswith("(41 min) was interrupted")
    assert offer.others == "2 more were interrupted."
    b.recovery.keep("m001")
    b.wait(lambda: b.recovery.offer is not None and b.recovery.offer.meeting_id == "m002")
    assert b.recovery.offer is not None
    assert b.recovery.offer.others == "1 more was interrupted."
    b.recovery.discard("m002")
    b.wait(lambda: b.recovery.offer is not None and b.recovery.offer.meeting_id == "m003")
    assert b.recovery.offer is not None
    assert (b.recovery.offer.detail, b.recovery.offer.sound) == ("It holds no sound.", False)
    assert set(b.services.meetings) == {"m001", "m003"}


def test_an_interrupted_meeting_can_be_written_down_from_its_page(bench: Callable[..., Bench]) -> None:
    stored = Meeting("m001", "Weekly", NOON, recording=Recording("interrupted"))
    b = bench([stored])
    b.meeting.open("m001")
    b.wait(lambda: b.meeting.banner is not None)
    banner = b.meeting.banner
    assert banner is not None
    assert (banner.title, banner.action) == ("This recording was interrupted", "Write it down")
    wanted: list[str] = []
    b.meeting.recover_wanted.connect(wanted.append)
    b.meeting.act_on_banner()
    assert wanted == ["m001"]
    assert not b.queue.busy, "not before it is repaired"
    b.meeting.banners.offered("m001")
    assert b.meeting.banner is None, "it is asked once"
