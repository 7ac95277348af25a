"""The pictures of a meeting, painted anywhere: on the screen, into an image, into an SVG.

All of it is painted with a given look (`theme.Theme`), so that a picture for a document can be light while the window
is dark.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath

from app.domain.meeting import MarkKind, clock
from app.ui import theme
from app.ui.theme import Theme
from app.viewmodels.formatting import length
from app.viewmodels.picture import Picture, Voice

LANE, SPAN = 30, 12  # the height of a lane, and of what is spoken in it
CHAPTER_ROW, SIGN_ROW, AXIS_ROW = 32, 24, 24
SHARE_ROW, SHARE_BAR = 32, 10
NAMES = 116  # room for names on the left
NUMBERS = 128  # room for minutes and per cent on the right
LEAST_TICK = 84  # pixels between two times on the axis
_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


translate = QCoreApplication.translate


# -- Who spoke when ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where things are in a timeline of this width, from its upper left corner."""

    picture: Picture
    width: float

    @property
    def left(self) -> float:
        return NAMES

    @property
    def lanes_top(self) -> float:
        return CHAPTER_ROW if self.picture.sections else 0

    @property
    def lanes_bottom(self) -> float:
        return self.lanes_top + LANE * len(self.picture.voices)

    @property
    def axis_top(self) -> float:
        return self.lanes_bottom + (SIGN_ROW if self.picture.signs else 0)

    @property
    def height(self) -> float:
        return self.axis_top + AXIS_ROW

    def x(self, seconds: float) -> float:
        room = self.width - NAMES
        return NAMES + (min(1.0, seconds / self.picture.duration_s) if self.picture.duration_s else 0.0) * room

    def seconds(self, x: float) -> float:
        return min(1.0, max(0.0, (x - NAMES) / max(1.0, self.width - NAMES))) * self.picture.duration_s

    def step_s(self) -> int:
        """Between two times on the axis."""
        wanted = LEAST_TICK / max(1.0, self.width - NAMES) * self.picture.duration_s
        return next((s for s in _STEPS_S if s >= wanted), _STEPS_S[-1])


def paint_timeline(painter: QPainter, where: Timeline, look: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_axis(painter, where, look)
    _paint_chapters(painter, where, look)
    for n, voice in enumerate(where.picture.voices):
        _paint_lane(painter, where, look, voice, where.lanes_top + n * LANE)
    if where.picture.signs:
        _paint_signs(painter, where, look)


def _paint_axis(painter: QPainter, where: Timeline, look: Theme) -> None:
    font = theme.font(theme.SMALL - 1, tabular=True)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    step, at = where.step_s(), 0
    while at <= where.picture.duration_s:
        x = where.x(at)
        painter.fillRect(QRectF(x, where.lanes_top, 1, where.axis_top - where.lanes_top + 4), QColor(look.hairline))
        text = clock(at)
        wide = metrics.horizontalAdvance(text)
        painter.setPen(QColor(look.secondary))
        if x + wide <= where.width + 1 or at == 0:
            painter.drawText(QPointF(x, where.axis_top + AXIS_ROW - 6), text)
        at += step


def _paint_chapters(painter: QPainter, where: Timeline, look: Theme) -> None:
    """Each a band with its title, as much of it as there is room for."""
    font = theme.font(theme.SMALL, 500)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    for section in where.picture.sections:
        left, right = where.x(section.start_s), where.x(section.end_s) - 2
        band = QRectF(left, 0, max(1.0, right - left), CHAPTER_ROW - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent_soft))
        painter.drawRoundedRect(band, 4, 4)
        room = band.width() - 12
        text = metrics.elidedText(section.title, Qt.TextElideMode.ElideRight, room)
        if room > 24:
            painter.setPen(QColor(look.text))
            painter.drawText(band.adjusted(6, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _paint_lane(painter: QPainter, where: Timeline, look: Theme, voice: Voice, top: float) -> None:
    font = theme.font(theme.SMALL, 600)
    painter.setFont(font)
    painter.setPen(theme.speaker_colour(voice.hue, look))
    name = QFontMetricsF(font).elidedText(shown_name(voice), Qt.TextElideMode.ElideRight, NAMES - theme.M)
    painter.drawText(QRectF(0, top, NAMES - theme.M, LANE), Qt.AlignmentFlag.AlignVCenter, name)
    painter.fillRect(QRectF(where.left, top + LANE / 2, where.width - where.left, 1), QColor(look.hairline))
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for left, right in _merged(where, voice):
        path.addRoundedRect(QRectF(left, top + (LANE - SPAN) / 2 + 0.5, right - left, SPAN), 2, 2)
    painter.fillPath(path, theme.speaker_colour(voice.hue, look))


def _merged(where: Timeline, voice: Voice) -> list[tuple[float, float]]:
    """Hours of talk are more stretches than there are pixels: what nobody could tell apart is one."""
    found: list[tuple[float, float]] = []
    for start, end in voice.spans:
        left, right = where.x(start), where.x(end)
        right = max(right, left + 1.5)
        if found and left - found[-1][1] < 0.8:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _paint_signs(painter: QPainter, where: Timeline, look: Theme) -> None:
    """A diamond for a bookmark, a dot for a note, a bar where nothing was recorded."""
    middle = where.lanes_bottom + SIGN_ROW / 2
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(look.secondary))
    row = QRectF(0, middle - 12, NAMES - theme.M, 24)
    painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, translate("pictures", "Marks"))
    painter.setPen(Qt.PenStyle.NoPen)
    for sign in where.picture.signs:
        x = where.x(sign.at_s)
        if sign.kind == MarkKind.BOOKMARK:
            painter.setBrush(QColor(look.accent))
            corners = [QPointF(x, middle - 6), QPointF(x + 5, middle), QPointF(x, middle + 6), QPointF(x - 5, middle)]
            painter.drawPolygon(corners)
        elif sign.kind == MarkKind.NOTE:
            painter.setBrush(QColor(look.accent))
            painter.drawEllipse(QPointF(x, middle), 4, 4)
        else:
            painter.setBrush(QColor(look.secondary))
            painter.drawRoundedRect(QRectF(x - 1.5, middle - 6, 3, 12), 1.5, 1.5)


# -- Share of talk ----------------------------------------------------------------------------------------


def share_height(picture: Picture) -> float:
    return SHARE_ROW * len(picture.voices)


def paint_share(painter: QPainter, picture: Picture, width: float, look: Theme) -> None:
    """The most talkative first; a whole bar is all of the talk."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = max(1.0, width - NAMES - NUMBERS)
    bold, plain = theme.font(theme.SMALL, 600), theme.font(theme.SMALL, tabular=True)
    for n, voice in enumerate(by_share(picture)):
        top = n * SHARE_ROW
        painter.setFont(bold)
        painter.setPen(theme.speaker_colour(voice.hue, look))
        name = QFontMetricsF(bold).elidedText(shown_name(voice), Qt.TextElideMode.ElideRight, NAMES - theme.M)
        painter.drawText(QRectF(0, top, NAMES - theme.M, SHARE_ROW), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(NAMES, top + (SHARE_ROW - SHARE_BAR) / 2, room, SHARE_BAR)
        painter.setBrush(QColor(look.hover))
        painter.drawRoundedRect(bar, SHARE_BAR / 2, SHARE_BAR / 2)
        bar.setWidth(max(SHARE_BAR, room * voice.share))
        painter.setBrush(theme.speaker_colour(voice.hue, look))
        painter.drawRoundedRect(bar, SHARE_BAR / 2, SHARE_BAR / 2)
        painter.setFont(plain)
        right, flags = QRectF(width - NUMBERS, top, NUMBERS, SHARE_ROW), Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(look.secondary))
        painter.drawText(right.adjusted(theme.S, 0, -48, 0), flags | Qt.AlignmentFlag.AlignRight, length(voice.seconds))
        painter.setPen(QColor(look.text))
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, percent(voice.percent))


def by_share(picture: Picture) -> list[Voice]:
    return sorted(picture.voices, key=lambda v: -v.seconds)


def shown_name(voice: Voice) -> str:
    """Their name; words for somebody nobody has told apart yet."""
    return voice.name or translate("pictures", "Somebody")


def percent(n: int) -> str:
    return translate("pictures", "%n %", "", n)


def in_words(picture: Picture) -> str:
    """The picture for those who cannot see it."""
    return "; ".join(f"{shown_name(v)}: {length(v.seconds)}, {percent(v.percent)}" for v in by_share(picture))


# -- Both together, for a document ---------------------------------------------------------------------------

SHEET_WIDTH, SHEET_MARGIN = 960, 32
_HEADING = 36


def sheet_size(picture: Picture) -> tuple[float, float]:
    inner = SHEET_WIDTH - 2 * SHEET_MARGIN
    whole = Timeline(picture, inner).height + share_height(picture) + 3 * _HEADING + theme.XL + 2 * SHEET_MARGIN
    return SHEET_WIDTH, whole


def paint_sheet(painter: QPainter, picture: Picture, look: Theme) -> None:
    """Title, who spoke when, and share of talk, on the colour of a page."""
    wide, high = sheet_size(picture)
    inner = wide - 2 * SHEET_MARGIN
    painter.fillRect(QRectF(0, 0, wide, high), QColor(look.page))
    painter.translate(SHEET_MARGIN, SHEET_MARGIN)
    _heading(painter, picture.title, theme.TITLE, inner, look)
    _heading(painter, translate("pictures", "Who spoke when"), theme.BODY, inner, look)
    where = Timeline(picture, inner)
    paint_timeline(painter, where, look)
    painter.translate(0, where.height + theme.XL)
    _heading(painter, translate("pictures", "Share of talk"), theme.BODY, inner, look)
    paint_share(painter, picture, inner, look)


def _heading(painter: QPainter, text: str, px: float, width: float, look: Theme) -> None:
    font = theme.font(px, 600)
    painter.setFont(font)
    painter.setPen(QColor(look.text))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
    painter.drawText(QRectF(0, 0, width, _HEADING - 8), Qt.AlignmentFlag.AlignVCenter, shown)
    painter.translate(0, _HEADING)
