"""The process that holds the models: whatever happens in it, the parent hears of it and can go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.cancel import Never
from app.domain.errors import Cancelled, HostDied, ModelError
from app.domain.events import Notice, Progress
from models.host import Host

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


@pytest.fixture(scope="module")
def shared() -> Iterator[Host]:
    """One host for the tests that leave it whole; starting one takes a while."""
    with Host("tests.host_factories:make") as host:
        host.start()
        yield host


@pytest.fixture
def host() -> Iterator[Host]:
    with Host("tests.host_factories:make") as host:
        yield host


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def run(host: Host, *job: object) -> list[object]:
    return list(host.run(job, Never()))


def cancel_later(flag: threading.Event, seconds: float = 0.3) -> None:
    threading.Timer(seconds, flag.set).start()


def test_events_arrive_in_order_and_the_runner_is_kept(shared: Host) -> None:
    first = run(shared, "count", 3)
    assert [e.done for e in first if isinstance(e, Progress)] == [0, 1 / 3, 2 / 3]
    second = run(shared, "count", 0)
    assert isinstance(first[0], Notice)
    assert isinstance(second[0], Notice)
    assert int(second[0].message) == int(first[0].message) + 1


def test_factory_gets_its_arguments() -> None:
    with Host("tests.host_factories:make", ("hello ",)) as host:
        assert run(host, "count", 0)[0].message == "hello 1"  # type: ignore[attr-defined]


def test_child_is_another_process_of_low_priority_that_ignores_ctrl_c(shared: Host) -> None:
    notice = run(shared, "facts")[1]
    assert isinstance(notice, Notice)
    pid, niceness, handler = notice.message.split(maxsplit=2)
    assert int(pid) == shared.pid != os.getpid()
    assert int(niceness) > os.nice(0) or os.nice(0) >= 15
    assert "SIG_IGN" in handler


def test_our_errors_cross_as_they_are(shared: Host) -> None:
    with pytest.raises(ModelError) as caught:
        run(shared, "refuse")
    assert (caught.value.what, caught.value.to_do) == ("The model is damaged.", "Get it again.")


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("bug", "KeyError: 'no such thing'"),
        ("os error", "PermissionError"),
        ("unpicklable event", "pickle"),
        ("unpicklable error", "_LockedError: 1 2"),
    ],
)
def test_bugs_arrive_with_their_traceback_and_leave_the_child_alive(shared: Host, job: str, said: str) -> None:
    pid = shared.pid
    with pytest.raises(RuntimeError, match="model process failed") as caught:
        run(shared, job)
    assert said in str(caught.value)
    assert "Traceback" in str(caught.value)
    run(shared, "count", 1)
    assert pid is None or shared.pid == pid


def test_cancel_reaches_the_job(shared: Host) -> None:
    run(shared, "count", 1)
    pid, flag = shared.pid, threading.Event()
    cancel_later(flag)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(shared.run(("until cancelled",), flag))
    assert time.monotonic() - began < 1.3
    assert shared.pid == pid  # it listened, so it lives
    assert len(run(shared, "count", 2)) == 3  # and the next job is not cancelled


def test_a_flag_set_before_starts_nothing() -> None:
    flag = threading.Event()
    flag.set()
    with Host("tests.host_factories:make") as host:
        with pytest.raises(Cancelled):
            list(host.run(("count", 1), flag))
        assert host.pid is None


def test_a_deaf_job_is_killed_within_the_grace(host: Host) -> None:
    run(host, "count", 1)
    pid, flag = host.pid, threading.Event()
    assert pid is not None
    cancel_later(flag)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(host.run(("deaf",), flag))
    assert time.monotonic() - began < 2.5
    assert gone_within(pid, 1)
    assert len(run(host, "count", 2)) == 3


def test_cancel_while_the_child_still_imports() -> None:
    with Host("tests.host_factories:slow") as host:
        flag = threading.Event()
        cancel_later(flag)
        began = time.monotonic()
        with pytest.raises(Cancelled):
            list(host.run(("count", 1), flag))
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_death_in_the_middle_is_told_and_the_next_job_runs(host: Host, how: signal.Signals) -> None:
    events = host.run(("die", how), Never())
    assert isinstance(next(events), Notice)  # what was sent before arrives
    with pytest.raises(HostDied, match=how.name):
        next(events)
    assert len(run(host, "count", 2)) == 3


def test_exit_in_the_middle_is_a_death(host: Host) -> None:
    with pytest.raises(HostDied, match="exit code 3"):
        run(host, "exit", 3)


def test_death_between_jobs_is_repaired_silently(host: Host) -> None:
    run(host, "count", 1)
    assert host.pid is not None
    os.kill(host.pid, signal.SIGKILL)
    while host.pid is not None:
        time.sleep(0.02)
    assert len(run(host, "count", 2)) == 3


def test_a_failing_factory_tells_why_every_time() -> None:
    with Host("tests.host_factories:fail") as host:
        for _ in range(2):
            with pytest.raises(ModelError, match="No models here"):
                run(host, "count", 1)
    with (
        Host("tests.host_factories:nothing_of_that_name") as host,
        pytest.raises(RuntimeError, match="nothing_of_that_name"),
    ):
        run(host, "count", 1)


def test_close_leaves_no_process(host: Host) -> None:
    run(host, "count", 1)
    pid = host.pid
    assert pid is not None
    host.close()
    host.close()
    assert gone_within(pid, 1)
    assert host.pid is None
    with pytest.raises(RuntimeError, match="closed"):
        run(host, "count", 1)


def test_close_from_another_thread_ends_a_running_job(host: Host) -> None:
    run(host, "count", 1)
    pid = host.pid
    assert pid is not None
    threading.Timer(0.3, host.close).start()
    with pytest.raises(Cancelled):
        run(host, "deaf")
    assert gone_within(pid, 1)


def test_close_does_not_wait_for_somebody_who_takes_no_events(host: Host) -> None:
    events = host.run(("count", 3), Never())
    next(events)
    pid = host.pid
    assert pid is not None
    host.close()
    assert gone_within(pid, 1)
    with pytest.raises(Cancelled):
        list(events)


def test_a_dropped_generator_ends_its_job(host: Host) -> None:
    events = host.run(("deaf",), Never())
    next(events)
    pid = host.pid
    assert pid is not None
    events.close()  # type: ignore[attr-defined]
    assert gone_within(pid, 1)
    assert len(run(host, "count", 2)) == 3


def test_two_jobs_at_once_are_refused(shared: Host) -> None:
    events = shared.run(("count", 3), Never())
    next(events)
    with pytest.raises(RuntimeError, match="already"):
        next(shared.run(("count", 1), Never()))
    assert len(list(events)) == 3


@pytest.mark.parametrize("job", ["deaf", "count"])
def test_the_child_leaves_when_the_parent_is_killed(tmp_path: Path, job: str) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, signal, time
        from app.domain.cancel import Never
        from models.host import Host
        if __name__ == "__main__":
            host = Host("tests.host_factories:make")
            events = host.run(({job!r}, 1), Never()) if {job!r} == "count" else host.run(({job!r},), Never())
            for _ in events:
                print(host.pid, flush=True)
                break
            time.sleep(60)
        """).replace("break", "pass" if job == "count" else "time.sleep(60)")
    )
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    assert gone_within(child, 3)


# -- resting and being asked ---------------------------------------------------------------------------
def eventually(host: Host, wanted: object, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if host.state() == wanted:
            return True
        time.sleep(0.05)
    return False


def test_an_idle_child_rests_once_and_works_again() -> None:
    with Host("tests.host_factories:resting", (0.2,)) as host:
        run(host, "count", 1)
        assert eventually(host, (1, 1))
        time.sleep(0.6)
        assert host.state() == (1, 1), "once is enough"
        run(host, "count", 1)
        assert eventually(host, (2, 2))


def test_who_never_rests_does_not() -> None:
    with Host("tests.host_factories:resting", (None,)) as host:
        run(host, "count", 1)
        time.sleep(0.5)
        assert host.state() == (1, 0)


def test_the_child_is_asked_while_a_job_runs_and_can_still_be_cancelled() -> None:
    flag = threading.Event()
    with Host("tests.host_factories:resting", (0.0,)) as host:
        ended: list[type[BaseException]] = []

        def work() -> None:
            try:
                list(host.run(("until cancelled",), flag))
            except Cancelled as error:
                ended.append(type(error))

        thread = threading.Thread(target=work)
        thread.start()
        assert eventually(host, (1, 0)), "a job that runs is no rest"
        asking = [threading.Thread(target=lambda: [host.state() for _ in range(20)]) for _ in range(3)]
        for t in asking:
            t.start()
        flag.set()
        for t in (*asking, thread):
            t.join(20)
        assert ended == [Cancelled]
        assert host.pid is not None, "it listened, and lives"
        assert eventually(host, (1, 1))


def test_nobody_to_ask_is_no_answer(shared: Host) -> None:
    run(shared, "count", 1)
    assert shared.state(timeout_s=5.0) is None, "this runner has nothing to tell"
    host = Host("tests.host_factories:resting", (None,))
    assert host.state() is None, "there is no child, and none was started"
    assert host.pid is None
    run(host, "count", 1)
    host.close()
    assert host.state() is None


def test_a_bug_in_the_answer_costs_the_answer_only() -> None:
    with Host("tests.host_factories:resting", (None,)) as host:
        for _ in range(13):
            run(host, "count", 1)
        assert host.state(timeout_s=5.0) is None
        run(host, "count", 1)
        assert host.state() == (14, 0)
