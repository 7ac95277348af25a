"""What holds for every test: no network, nobody's own data, no screen, and nothing left behind.

A test fails if it leaves a thread, a child process, a running QThread or an open file of its own folder, or
if anything it does reaches for the network, even when the code under test swallows the refusal.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]  # for the tests of this file

ROOT = Path(__file__).resolve().parent.parent
TESTDATA = ROOT.parent / "shared" / "testdata"
PATIENCE_S = 3.0  # for threads and processes that have been told to end

# Before anything imports Qt or the hub's client. FOLKMOOT_TEST_DISPLAY=1 shows the windows instead.
if os.environ.get("FOLKMOOT_TEST_DISPLAY") != "1":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"
_HOME = tempfile.mkdtemp(prefix="folkmoot-test-home-")  # for what runs outside a test: fixtures of a session
os.environ["FOLKMOOT_HOME"] = _HOME


def pytest_configure() -> None:
    gc.disable()  # in whatever thread; see `_garbage`


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "hardware" in config.option.markexpr:
        return
    skip = pytest.mark.skip(reason="needs a person and real devices; run with -m hardware")
    for item in items:
        if item.get_closest_marker("hardware"):
            item.add_marker(skip)


# -- Places -----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def folkmoot_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything the program keeps goes during this test (`FOLKMOOT_HOME`); not there yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("FOLKMOOT_HOME", str(home))
    return home


@pytest.fixture
def library(folkmoot_home: Path) -> Path:
    """An empty root for a library of meetings: this test's home, made."""
    folkmoot_home.mkdir()
    return folkmoot_home


@pytest.fixture(scope="session")
def testdata() -> Path:
    """Recordings that are too large for the repository and lie beside it, if they are there."""
    if not TESTDATA.is_dir():
        pytest.skip("needs ../shared/testdata")
    return TESTDATA


# -- No network -------------------------------------------------------------------------------------------


def _is_local(address: Any) -> bool:
    """Whether an address of `socket.connect`, or a host, is on this machine. Not a tuple: AF_UNIX."""
    if not isinstance(address, tuple) or address[0] is None:
        return True
    host = str(address[0])
    return host in {"", "localhost", "::1", "0.0.0.0", "::"} or host.startswith("127.")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every address but this machine's, and fail the test at its end if one was tried."""
    tried: list[str] = []

    def check(what: str, address: Any) -> None:
        if not _is_local(address):
            tried.append(f"{what} {address}")
            raise OSError(f"tests may not use the network: {what} {address}")

    def guard(name: str) -> None:
        real: Callable[..., Any] = getattr(socket.socket, name)

        def guarded(self: socket.socket, *args: Any) -> Any:
            check(name, args[-1])
            return real(self, *args)

        monkeypatch.setattr(socket.socket, name, guarded)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        check("getaddrinfo", (host,))
        return real_getaddrinfo(host, *args, **kwargs)

    real_getaddrinfo = socket.getaddrinfo
    for name in ("connect", "connect_ex", "sendto"):
        guard(name)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    if tried:
        pytest.fail(f"reached for the network: {', '.join(tried)}")


# -- Nothing left behind ----------------------------------------------------------------------------------


def _threads() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if not t.daemon and t.is_alive()}


def _children() -> set[int]:
    """Process ids of running children; those of multiprocessing only where there is no /proc."""
    found = {p.pid for p in multiprocessing.active_children() if p.pid}
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found |= {int(pid) for pid in task.read_text().split()}
        except OSError:  # that thread has just ended
            continue
    tracker = getattr(resource_tracker, "_resource_tracker", None)  # one for the whole run, by design
    helper = getattr(tracker, "_pid", None)
    return {pid for pid in found if pid != helper and _is_running(pid)}


def _is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return True
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _open_files(folder: Path) -> set[str]:
    """Files under `folder` that this process holds open; nothing where there is no /proc."""
    found = set()
    for link in Path("/proc/self/fd").glob("*"):
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(f"{folder}{os.sep}"):
            found.add(target)
    return found


def _running_qthreads() -> list[Any]:
    if "PySide6.QtCore" not in sys.modules:
        return []
    import shiboken6
    from PySide6.QtCore import QThread

    # By type, because isinstance asks objects for __class__, which torch answers with a deprecation warning.
    threads = [o for o in gc.get_objects() if issubclass(type(o), QThread)]
    return [t for t in threads if shiboken6.isValid(t) and t.isRunning() and t is not QThread.currentThread()]


def _wait_until_empty(left: Callable[[], Any]) -> Any:
    """What is left after it had time to go."""
    deadline = time.monotonic() + PATIENCE_S
    while (rest := left()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return rest


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """As in the window: cycles, which may hold objects of Qt, are collected in the main thread alone."""
    from app.workers.garbage import collect_what_is_due

    yield
    collect_what_is_due((20_000, 10, 10))


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    threads, children = _threads(), _children()
    yield
    if rest := _wait_until_empty(lambda: _threads() - threads):
        pytest.fail(f"left threads running: {sorted(t.name for t in rest)}")
    if rest := _wait_until_empty(lambda: _children() - children):
        pytest.fail(f"left processes running: {sorted(rest)}")
    uses_qt = {"qapp", "qtbot"} & set(request.fixturenames) or request.node.get_closest_marker("qt")
    if uses_qt and (rest := _wait_until_empty(_running_qthreads)):
        pytest.fail(f"left QThreads running: {[t.objectName() or type(t).__name__ for t in rest]}")
    if _open_files(tmp_path):
        gc.collect()  # a reference cycle may hold what nobody uses any more
        if rest := _open_files(tmp_path):
            pytest.fail(f"left files open: {sorted(rest)}")
