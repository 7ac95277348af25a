"""The command palette: type a few letters of anything that can be done or opened, and press Return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme
from app.ui.list_delegates import INSET, PAD, elide, pixel_ratio
from app.ui.row_list import RowDelegate, RowList
from app.ui.widgets import hairline, label
from app.viewmodels.palette import Entry, EntryRole, Found, PaletteModel

Index = QModelIndex | QPersistentModelIndex
WIDTH, ROW, MOST_ROWS, TOP = 600, 38, 10, 56
Then = Callable[[Any], None]


class PaletteDelegate(RowDelegate):
    def row_height(self, row: Found) -> int:
        return ROW

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found: Found = index.data(EntryRole)
        entry = found.entry
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole: QRect = option.rect
        rect = whole.adjusted(INSET, 1, -INSET, -1)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        middle = inner.center().y()
        name = "check" if entry.checked else entry.icon
        if name and entry.checked is not False:
            sign = icons.pixmap(
                name, theme.colour("accent" if entry.checked else "secondary"), 16, pixel_ratio(painter)
            )
            painter.drawPixmap(inner.left(), middle - 7, sign)
        left = inner.left() + 16 + theme.M
        right = inner.right()
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(theme.colour("secondary"))
        beside = entry.keys or entry.detail
        if beside:
            most = (right - left) // 2
            beside = elide(painter, beside, most)
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, beside)
            right -= painter.fontMetrics().horizontalAdvance(beside) + theme.M
        self._paint_text(painter, QRect(left, rect.top(), right - left, rect.height()), found)
        painter.restore()

    def _paint_text(self, painter: QPainter, room: QRect, found: Found) -> None:
        """The letters that were typed in bold."""
        font = theme.font(theme.BODY)
        shown = QFontMetrics(font).elidedText(found.entry.text, Qt.TextElideMode.ElideRight, room.width())
        layout = QTextLayout(shown, font)
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.Bold)
        formats = []
        for at in found.marks:
            if at < len(shown):
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = at, 1, bold
                formats.append(part)
        layout.setFormats(formats)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(room.width() + 40)  # bold letters are wider
        layout.endLayout()
        painter.setPen(theme.colour("text"))
        top = room.top() + (room.height() - line.height()) / 2
        layout.draw(painter, QRect(room.left(), round(top), 1, 1).topLeft())


class PaletteField(QLineEdit):
    """Signals:
    moved: the keys that go through the list were pressed. (by how many rows)
    left: Escape.
    """

    moved = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        by_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: MOST_ROWS - 1, keys.Key_PageUp: 1 - MOST_ROWS}
        if event.key() in steps:
            self.moved.emit(steps[keys(event.key())])
        elif by_control and event.key() in (keys.Key_N, keys.Key_J):
            self.moved.emit(1)
        elif event.key() == keys.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Palette(QFrame):
    """Lies over the window while it is open. The keyboard stays in the field; the list follows.

    Signals:
        closed: it has gone, with or without an answer.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self._then: Then | None = None
        self._new: Callable[[str], Entry | None] | None = None
        self._back: QWidget | None = None
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Command palette"))
        self.field = PaletteField(self)
        self.field.setObjectName("paletteField")
        self.field.setFont(theme.font(theme.READING))
        self.field.setAcceptDrops(False)
        self.model = PaletteModel(self)
        self.list = RowList(PaletteDelegate(self), self.tr("What fits"), self)
        self.list.setModel(self.model)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = label(self.tr("Nothing fits these letters."), secondary=True)
        self._nothing.setContentsMargins(theme.XL, theme.M, theme.XL, theme.L)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.field)
        column.addWidget(hairline())
        column.addSpacing(theme.XS)
        column.addWidget(self.list)
        column.addWidget(self._nothing)
        column.addSpacing(theme.XS)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 8)
        self.setGraphicsEffect(shadow)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_return)
        self.field.moved.connect(self._move)
        self.field.left.connect(self.leave)
        self.list.clicked.connect(self._on_clicked)
        parent.installEventFilter(self)
        self.hide()

    def open(
        self,
        prompt: str,
        entries: Sequence[Entry],
        then: Then,
        new: Callable[[str], Entry | None] | None = None,
    ) -> None:
        """Let the user choose; `then` is called with the entry's key. `new`: what else is offered for what is typed."""
        self._then, self._new = then, new
        if self.isHidden():
            self._back = self.window().focusWidget()
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self.model.set_entries(entries)
        self.show()
        self.raise_()
        self.place()
        self._first()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def leave(self) -> None:
        if self.isHidden():
            return
        had_focus = self.field.hasFocus()
        self.hide()
        back, self._back = self._back, None
        if had_focus and back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def place(self) -> None:
        """In the middle, near the top, as high as what it shows."""
        rows = min(MOST_ROWS, len(self.model.rows))
        room = self._around.height() - TOP - theme.XL - 70
        self.list.setFixedHeight(max(ROW, min(rows * ROW, room // ROW * ROW)))
        self.list.setVisible(rows > 0)
        self._nothing.setVisible(rows == 0)
        width = min(WIDTH, self._around.width() - 2 * theme.XL)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._around.width() - width) // 2, TOP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()  # the window's own shortcuts rest meanwhile
            return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        return True  # there is only the field

    # Choosing

    def _first(self) -> None:
        self.list.setCurrentIndex(self.model.index(0, 0))
        self.list.scrollToTop()

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self.model.find(text, self._new(text.strip()) if self._new is not None and text.strip() else None)
        self.place()
        self._first()

    @Slot(int)
    def _move(self, by: int) -> None:
        rows = len(self.model.rows)
        if rows:
            at = self.list.currentIndex().row() + by
            at = at % rows if abs(by) == 1 else max(0, min(rows - 1, at))
            self.list.setCurrentIndex(self.model.index(at, 0))
            self.list.scrollTo(self.list.currentIndex())

    @Slot()
    def _on_return(self) -> None:
        self._on_clicked(self.list.currentIndex())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        found: Found = index.data(EntryRole)
        then = self._then
        self.leave()
        if then is not None:
            then(found.entry.key)
