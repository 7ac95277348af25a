"""The rules of conftest.py do catch what they are there to catch."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parent.parent / "conftest.py"

DIRTY = """
    import contextlib, os, socket, subprocess, sys, threading, time
    from pathlib import Path

    kept = []

    def test_clean(tmp_path, library):
        (library / "a.txt").write_text("kept nowhere else")
        assert os.environ["FOLKMOOT_HOME"] == str(library) and tmp_path in library.parents
        server = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(server.getsockname()).close()
        server.close()
        done = threading.Thread(target=time.sleep, args=(0.1,))
        done.start()  # ends in time

    def test_leaves_a_thread():
        event = threading.Event()
        kept.append(event)
        threading.Thread(target=event.wait, name="forgotten").start()

    def test_leaves_a_process():
        kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))

    def test_leaves_a_file_open(tmp_path):
        kept.append((tmp_path / "x.db").open("w"))

    def test_swallows_a_refusal():
        with socket.socket() as s, contextlib.suppress(OSError):
            s.connect(("192.0.2.1", 80))

    def test_asks_for_a_name():
        with contextlib.suppress(OSError):
            socket.getaddrinfo("example.org", 443)

    def test_last():  # ends what the others left, so that this run can end
        for thing in kept:
            for end in ("set", "kill", "wait", "close"):
                if hasattr(thing, end) and not (end == "wait" and hasattr(thing, "set")):
                    getattr(thing, end)()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for open files and children in /proc")
def test_a_dirty_test_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CONFTEST.read_text(encoding="utf-8").replace("PATIENCE_S = 3.0", "PATIENCE_S = 0.3")
    pytester.makeconftest(text)
    pytester.makepyfile(DIRTY)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # pytest-qt is not needed for it

    result = pytester.runpytest_subprocess("-q")

    result.assert_outcomes(passed=7, errors=5)  # found when the test is over
    for complaint in (
        "left threads running: ['forgotten']",
        "left processes running",
        "left files open",
        "reached for the network: connect ('192.0.2.1', 80)",
        "reached for the network: getaddrinfo ('example.org',)",
    ):
        assert complaint in result.stdout.str()
