"""Cards that say what is happening, or what went wrong and what to do."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import Glyph, ProgressLine, button, label, repolish
from app.viewmodels.banner import Banner
from app.viewmodels.problems import Problem


class BannerCard(QFrame):
    """What is happening to the meeting: what is being done, how far, how long still; or what went wrong.

    Signals:
        acted: its button was pressed.
    """

    acted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._glyph = Glyph("triangle-alert", "warning", 18)
        self._title = label("", theme.BODY, 600, wrap=True)
        self._detail = label("", theme.BODY, secondary=True, wrap=True)
        self._aside = label("", theme.SMALL, secondary=True)
        self._progress = ProgressLine()
        self._notices = label("", theme.SMALL, secondary=True, wrap=True)
        self.action = button("")
        words = QVBoxLayout()
        words.setSpacing(2)
        self._head = QHBoxLayout()
        self._head.setSpacing(theme.S)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._aside, 0, Qt.AlignmentFlag.AlignBottom)
        words.addLayout(self._head)
        words.addWidget(self._detail)
        words.addWidget(self._notices)
        words.addSpacing(theme.XS)
        words.addWidget(self._progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.M, theme.M, theme.M)
        row.setSpacing(theme.M)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        self._kind = ""
        self.action.clicked.connect(self.acted)

    def show_banner(self, banner: Banner) -> None:
        problem = banner.kind == "failed"
        if banner.kind != self._kind:
            self._kind = banner.kind
            self.setProperty("mood", "problem" if problem else "")
            self.action.set_kind("primary" if banner.kind in ("failed", "stopped") else "quiet")
            repolish(self)
        self._glyph.setVisible(banner.kind in ("failed", "notice"))
        self._glyph.show_icon(*(("triangle-alert", "warning") if problem else ("info", "secondary")))
        self._title.setText(banner.title)
        self._set(self._detail, banner.detail)
        self._set(self._aside, banner.aside)
        self._set(self._notices, "\n".join(banner.notices))
        self._progress.setVisible(banner.kind in ("progress", "waiting"))
        self._progress.set_done(banner.done if banner.done is not None else 0.0)
        self.action.setText(banner.action)
        self.action.setVisible(bool(banner.action))
        self.setAccessibleName(". ".join(p for p in (banner.title, banner.detail, banner.aside) if p))

    @staticmethod
    def _set(words: QLabel, text: str) -> None:
        words.setText(text)
        words.setVisible(bool(text))


class WarningCard(QFrame):
    """What the user should look at now, in a line or two."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("mood", "problem")
        self._words = label("", theme.BODY, wrap=True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        row.setSpacing(theme.S)
        row.addWidget(Glyph("triangle-alert", "warning", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)

    @property
    def text(self) -> str:
        return self.accessibleName()

    def show_problem(self, problem: Problem) -> None:
        text = f"{problem.what} {problem.to_do}".strip()
        if text != self.accessibleName():
            self.setAccessibleName(text)
            self._words.setText(f"<b>{escape(problem.what)}</b> {escape(problem.to_do)}")
