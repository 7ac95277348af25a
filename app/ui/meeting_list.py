"""The list of meetings: several can be chosen, and dragged onto a folder or out of the window as Markdown files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.ui import theme
from app.ui.list_delegates import MeetingDelegate
from app.ui.row_list import RowList
from app.viewmodels.meetings import MeetingListModel, MeetingRow

MEETINGS = "application/x-folkmoot-meetings"  # ids, one a line
URIS = "text/uri-list"
PATIENCE_S = 3.0  # how long whoever the files are dropped on may wait for them
MakeFiles = Callable[[Sequence[str]], "Future[list[Path]]"]


class DraggedMeetings(QMimeData):
    """Ids for this window, files for others. The files are begun with the drag and waited for when they are asked."""

    def __init__(self, ids: Sequence[str], make_files: MakeFiles) -> None:
        super().__init__()
        self.ids = list(ids)
        self._make = make_files
        self._files: Future[list[Path]] | None = None
        self.setData(MEETINGS, "\n".join(self.ids).encode())

    def prepare(self) -> None:
        """Begin to write the files."""
        self._files = self._make(self.ids)

    def formats(self) -> list[str]:
        return [MEETINGS, URIS]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in (MEETINGS, URIS)

    def retrieveData(self, mimetype: str, type: Any) -> Any:
        if mimetype != URIS:
            return super().retrieveData(mimetype, type)
        if self._files is None:
            self.prepare()
        assert self._files is not None
        try:
            paths = self._files.result(PATIENCE_S)
        except Exception:  # nothing to drop; the problem is told when a meeting is exported in the usual way
            return None
        return [QUrl.fromLocalFile(str(p)) for p in paths]


def meeting_ids(data: QMimeData) -> list[str]:
    """Ids of dragged meetings; none when something else is dragged."""
    if not data.hasFormat(MEETINGS):
        return []
    return bytes(data.data(MEETINGS).data()).decode().splitlines()


def start_drag(source: QWidget, ids: Sequence[str], title: str, make_files: MakeFiles) -> None:
    """Drag meetings until they are dropped. `title`: what is seen beside the mouse."""
    data = DraggedMeetings(ids, make_files)
    data.prepare()
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(label_pixmap(title, source.devicePixelRatioF()))
    drag.setHotSpot(QPoint(-12, -8))
    drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)


def label_pixmap(text: str, ratio: float) -> QPixmap:
    """A small card with one line."""
    font = theme.font(theme.BODY, 500)
    metrics = QFontMetrics(font)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 220)
    width, height = metrics.horizontalAdvance(text) + 2 * theme.M, 32
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("control"))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(0, 0, width - 1, height - 1, theme.RADIUS, theme.RADIUS)
    painter.setPen(theme.colour("text"))
    painter.setFont(font)
    painter.drawText(theme.M, 0, width, height, Qt.AlignmentFlag.AlignVCenter, text)
    painter.end()
    return pixmap


class MeetingList(RowList):
    """Signals:
    trash_wanted: Delete was pressed.
    """

    trash_wanted = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(MeetingDelegate(parent), name, parent)
        self.make_files: MakeFiles | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def selected_ids(self) -> list[str]:
        """In the order of the list."""
        selection = self.selectionModel().selection()
        ranges = sorted((r.top(), r.bottom()) for r in map(selection.at, range(selection.count())))
        shown = self.model()
        assert isinstance(shown, MeetingListModel)
        rows = (row for top, bottom in ranges for row in shown.rows[top : bottom + 1])
        return [row.id for row in rows if isinstance(row, MeetingRow)]

    def startDrag(self, actions: Qt.DropAction) -> None:
        ids = self.selected_ids()
        if not ids or self.make_files is None:
            return
        title = str(self.currentIndex().data()) if len(ids) == 1 else self.tr("%n meetings", "", len(ids))
        start_drag(self, ids, title, self.make_files)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and len(self.selected_ids()) > 1:
            self.selectionModel().select(
                self.currentIndex(), self.selectionModel().SelectionFlag.ClearAndSelect
            )  # back to one
            return
        if event.key() == Qt.Key.Key_Delete and not event.modifiers():
            self.trash_wanted.emit()
            return
        super().keyPressEvent(event)
