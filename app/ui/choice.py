"""A list to choose one thing from, folded into a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from app.ui import icons, theme


class Choice(QComboBox):
    """Signals:
    picked: the user chose something else. (its data)
    """

    picked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(theme.font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)
        self.setMaxVisibleItems(16)
        self.setItemDelegate(QStyledItemDelegate(self))  # the one a combo box brings ignores the style sheet
        self.activated.connect(self._on_activated)

    def show_options(self, options: Sequence[tuple[str, str]], chosen: str) -> None:
        """(data, label) of each. The list is left alone while the user has it open."""
        there = [(self.itemData(i), self.itemText(i)) for i in range(self.count())]
        if self.view().isVisible():
            return
        with QSignalBlocker(self):
            if there != list(options):
                self.clear()
                for data, text in options:
                    self.addItem(text, data)
                    self.setItemData(self.count() - 1, text, Qt.ItemDataRole.ToolTipRole)
            self.setCurrentIndex(self.findData(chosen))
        self.setToolTip(self.currentText())

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.setToolTip(self.currentText())
        self.picked.emit(str(self.itemData(index)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, super().minimumSizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling over it must not change a device

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.rect().adjusted(11, 0, -30, 0)
        painter.setPen(theme.colour("text" if self.isEnabled() else "secondary"))
        shown = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        self._paint_arrow(painter)

    def _paint_arrow(self, painter: QPainter) -> None:
        at = QRect(self.width() - 26, (self.height() - 16) // 2, 16, 16)
        image = icons.pixmap("chevron-down", theme.colour("secondary"), 16, self.devicePixelRatioF())
        painter.drawPixmap(at.topLeft(), image)
