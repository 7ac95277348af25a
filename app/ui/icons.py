"""Line icons (Lucide, see icons/LICENSE), tinted by role and drawn at the device's own resolution."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).parent / "icons"


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _pixmap(name: str, rgb: str, size: int, ratio: float, stroke: str, filled: bool, gap: int) -> QPixmap:
    svg = _source(name).replace("currentColor", rgb).replace('stroke-width="2"', f'stroke-width="{stroke}"')
    if filled:
        svg = svg.replace('fill="none"', f'fill="{rgb}"', 1)
    pixmap = QPixmap(QSize(round((size + gap) * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(
    name: str, tint: QColor, size: int = 16, ratio: float = 1.0, *, filled: bool = False, gap: int = 0
) -> QPixmap:
    """`size` in logical pixels. Strokes keep the same weight on screen at every size. `gap`: room kept free on the
    right, for buttons that leave too little before their words."""
    stroke = f"{24 / size * 1.5:.2f}" if size > 20 else "2"
    return _pixmap(name, tint.name(), size, ratio, stroke, filled, gap)


def icon(
    name: str, tint: QColor, disabled: QColor, size: int, ratio: float, *, filled: bool = False, gap: int = 0
) -> QIcon:
    made = QIcon()
    made.addPixmap(pixmap(name, tint, size, ratio, filled=filled, gap=gap))
    made.addPixmap(pixmap(name, disabled, size, ratio, filled=filled, gap=gap), QIcon.Mode.Disabled)
    return made
