"""The whole window on fake services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.ui.application import Desk, make_application
from app.ui.window_state import WindowState
from tests.qt.fakes import FakeServices

MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[MakeDesk]:
    """Make a desk: `desk(services, size=(w, h))`; shown, its list read. Ended after the test.

    `before`: done to it before it is shown.
    """
    made: list[Desk] = []

    def make(
        services: FakeServices,
        *,
        size: tuple[int, int] = (1320, 860),
        wait: bool = True,
        before: Callable[[Desk], object] | None = None,
        **state: Any,
    ) -> Desk:
        make_application([])
        d = Desk(services, WindowState(size=size, **state))  # type: ignore[arg-type]
        if before is not None:
            before(d)
        made.append(d)
        d.window.show()
        qtbot.waitExposed(d.window)
        with qtbot.waitSignal(d.library.models_known, timeout=5000 if wait else 1, raising=wait):
            d.begin()
        return d

    yield make
    for d in made:
        d.queue.cancel_all()
        qtbot.waitUntil(lambda d=d: not d.queue.busy, timeout=5000)  # type: ignore[misc]
        d.recording.process_afterwards = False
        d.window.hide()
        assert d.stop()
        d.window.deleteLater()
        d.deleteLater()
