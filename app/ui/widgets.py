"""Small parts the window is made of."""

from __future__ import annotations

from typing import ClassVar, Literal

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme

Kind = Literal["primary", "record", "quiet", "time", "tab"]


def entered(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Press a button by the Enter key, as the space bar does: Qt leaves Enter to dialogs. True if that was the key."""
    if (
        event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    ):
        return False
    if not event.isAutoRepeat():
        button.click()
    event.accept()
    return True


class IconButton(QToolButton):
    """A quiet button with an icon only; its accessible name is also its tool tip."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, *, tip: str = "", size: int = 18) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._size = size
        self.setAccessibleName(name)
        self.setToolTip(tip or name)
        self.setFixedSize(32, 32)
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tint()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self._tint()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)

    def show_icon(self, name: str) -> None:
        if name != self._icon_name:
            self._icon_name = name
            self._tint()

    def _tint(self) -> None:
        self.setIcon(
            icons.icon(
                self._icon_name,
                theme.colour("secondary"),
                theme.colour("control"),
                self._size,
                self.devicePixelRatioF(),
            )
        )


class Glyph(QWidget):
    """An icon that is only looked at."""

    def __init__(self, icon: str, role: str = "secondary", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._role = role
        self.setFixedSize(size, size)

    def show_icon(self, icon: str, role: str) -> None:
        self._icon_name, self._role = icon, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(
            0, 0, icons.pixmap(self._icon_name, theme.colour(self._role), self.width(), self.devicePixelRatioF())
        )


class TextButton(QPushButton):
    """A button with words, and an icon in front of them if it has one."""

    TINTS: ClassVar[dict[str, str]] = {"primary": "on_accent", "record": "on_danger"}
    SIZE, GAP = 16, 3

    def __init__(self, text: str, icon: str = "", parent: QWidget | None = None, *, filled: bool = False) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._filled = filled
        self.setIconSize(QSize(self.SIZE + self.GAP, self.SIZE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not entered(self, event):
            super().keyPressEvent(event)

    def show_icon(self, icon: str) -> None:
        if icon != self._icon_name:
            self._icon_name = icon
            self._tint()

    def set_kind(self, kind: Kind) -> None:
        """How much it asks for attention."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            repolish(self)
            self._tint()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange, QEvent.Type.Polish):
            self._tint()
        return super().event(event)

    def _tint(self) -> None:
        if self._icon_name:
            tint = theme.colour(self.TINTS.get(self.property("kind"), "text"))
            faint, ratio = theme.colour("secondary"), self.devicePixelRatioF()
            self.setIcon(icons.icon(self._icon_name, tint, faint, self.SIZE, ratio, filled=self._filled, gap=self.GAP))


def repolish(widget: QWidget) -> None:
    """Let the style sheet see a property that has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def button(
    text: str,
    kind: Kind = "quiet",
    parent: QWidget | None = None,
    *,
    icon: str = "",
    filled: bool = False,
    keys: str = "",
) -> TextButton:
    """`keys`: its shortcut, for the tool tip. `filled`: its icon is a shape, not a line."""
    made = TextButton(text, icon, parent, filled=filled)
    made.setProperty("kind", kind)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    made.setFont(theme.font(theme.SMALL if kind == "time" else theme.BODY, tabular=kind == "time"))
    if keys:
        made.setToolTip(with_keys(text, keys))
    return made


def with_keys(text: str, keys: str) -> str:
    """What a tool tip says: "Pause (Ctrl+Shift+P)", in the system's own way of writing keys."""
    return f"{text} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})"


def label(
    text: str = "",
    px: float = theme.BODY,
    weight: int = 400,
    *,
    secondary: bool = False,
    wrap: bool = False,
    read: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """`read`: words of a meeting, in the text size that the user has chosen for them."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(theme.font(theme.reading(px) if read else px, weight, tabular=px == theme.SMALL))
    if read:
        made.setProperty(theme.READ, px)
    if secondary:
        made.setProperty("role", "secondary")
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


class ElidedLabel(QLabel):
    """One line that ends in "…" when there is no room; the whole text is the tool tip then."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._full = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def full_text(self) -> str:
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - max(0, self.indent())
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, room)
        super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class ScrollBody(QWidget):
    """What lies in a scroll area. Its height follows from its width alone: labels that wrap would otherwise ask for
    the height they need when they are narrow, and leave that empty below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panelBody")

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class ColumnArea(QScrollArea):
    """A page's content in one column of at most `width` pixels that scrolls up and down.

    `body` and its layout `column` are what it is filled with; `frame` is what scrolls, for asking how far down
    something is. `top`: what is left free above.
    """

    def __init__(self, width: int, parent: QWidget, *, top: int = theme.L, bottom: int = theme.XXL) -> None:
        super().__init__(parent)
        self.body = QWidget()
        self.body.setObjectName("panelBody")
        self.body.setMaximumWidth(width)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, top, 0, bottom)
        self.column.setSpacing(0)
        self.frame = ScrollBody()
        self._middle = QHBoxLayout(self.frame)
        self._middle.setContentsMargins(theme.XL, 0, theme.XL, 0)
        self._middle.addStretch(1)
        self._middle.addWidget(self.body, 100)
        self._middle.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.frame)

    def keep_left(self, left: bool = True) -> None:
        """Stand beside something or under a title, not in the middle."""
        self._middle.setStretch(0, 0 if left else 1)

    def fill(self, page: QWidget) -> None:
        """Be all there is on a page."""
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self)


def first_control(part: QWidget) -> QWidget | None:
    """What takes the keyboard in a part of the window: what that wants first, or itself, or its first control."""
    wish = getattr(part, "first_control", None)
    if callable(wish):  # a focus proxy would hide from Tab what stands before it
        wanted: QWidget = wish()
        return wanted
    if part.focusPolicy() != Qt.FocusPolicy.NoFocus or part.focusProxy() is not None:
        return part
    # Not by walking `nextInFocusChain`: PySide takes what it returns for a part of what it was asked of, and when one
    # widget on the way is deleted, all behind it (the menus, too) are gone for Python.
    return next(
        (
            w
            for w in part.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled() and w.isVisible()
        ),
        None,
    )


def section_head(title: str, what: str = "", *, beside: QWidget | None = None, above: int = theme.L) -> QWidget:
    """What stands over the rows of a section: its title, what it is about, a line below.

    `beside`: a control for the whole section. `above`: what is left free, in pixels.
    """
    head = QWidget()
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(title, theme.READING, 600))
    if what:
        words.addWidget(label(what, theme.SMALL, secondary=True, wrap=True))
    row = QHBoxLayout()
    row.setSpacing(theme.L)
    row.addLayout(words, 1)
    if beside is not None:
        row.addWidget(beside)
    column = QVBoxLayout(head)
    column.setContentsMargins(0, above, 0, theme.S)
    column.setSpacing(theme.S)
    column.addLayout(row)
    column.addWidget(hairline())
    return head


def hairline(parent: QWidget | None = None) -> QFrame:
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line


class ProgressLine(QWidget):
    """A thin bar; None hides it without moving anything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done: float | None = None
        self.setFixedHeight(4)

    def set_done(self, done: float | None) -> None:
        if done != self._done:
            self._done = done
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._done is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hairline"))
        painter.drawRoundedRect(self.rect(), 2, 2)
        filled = QRect(self.rect())
        filled.setWidth(max(4, round(self.width() * self._done)))
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(filled, 2, 2)


class FlowLayout(QLayout):
    """Items side by side that wrap like words (after the example in Qt's documentation)."""

    def __init__(self, gap: int = theme.XS) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue  # what is hidden leaves no gap
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            line = max(line, hint.height())
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self._gap
        return y + line - rect.y()
