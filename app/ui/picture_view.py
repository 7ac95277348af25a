"""The meeting in pictures: who spoke when, with chapters and marks, and how much of the talk was whose."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QRectF,
    QSize,
    QSizeF,
    QStandardPaths,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app.domain.meeting import clock
from app.exporters.write import safe_filename
from app.ui import theme
from app.ui.picture_paint import (
    Timeline,
    in_words,
    paint_share,
    paint_sheet,
    paint_timeline,
    share_height,
    sheet_size,
)
from app.ui.transcript_canvas import reading_column
from app.ui.widgets import IconButton, label
from app.viewmodels.picture import Picture, PictureViewModel

IMAGE_SCALE = 2  # pixels for each of the sheet's, so that it is crisp in a document
NEAR = 6.0  # pixels between the mouse and a mark that is meant


class TimelinePicture(QWidget):
    """Signals:
    seek_wanted: that place was clicked. (seconds)
    """

    seek_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._position_s = 0.0
        self._drawn: QPixmap | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Who spoke when"))

    def show_picture(self, picture: Picture) -> None:
        self._picture = picture
        self._drawn = None
        self.setFixedHeight(round(Timeline(picture, self.width()).height))
        self.setAccessibleDescription(in_words(picture))
        self.update()

    def set_position(self, seconds: float) -> None:
        where = self.where
        if where is None or not self.isVisible():
            self._position_s = seconds
        elif abs(where.x(seconds) - where.x(self._position_s)) > 0.3:
            self._position_s = seconds
            self.update()

    @property
    def where(self) -> Timeline | None:
        return Timeline(self._picture, self.width()) if self._picture is not None else None

    def text_at(self, x: float, y: float) -> str:
        """What is said about a place: "12:40 · Anna · The budget", or the words of a mark."""
        where = self.where
        if where is None or x < where.left - NEAR:
            return ""
        at_s = where.seconds(x)
        parts = [clock(at_s)]
        if where.lanes_bottom <= y < where.axis_top:
            sign = min(where.picture.signs, key=lambda s: abs(where.x(s.at_s) - x), default=None)
            if sign is not None and abs(where.x(sign.at_s) - x) <= NEAR:
                return " · ".join(p for p in (clock(sign.at_s), self._kind(sign.kind), sign.text) if p)
        parts.append(", ".join(where.picture.names_at(at_s)))
        section = where.picture.section_at(at_s)
        parts.append(section.title if section else "")
        return " · ".join(p for p in parts if p)

    def _kind(self, kind: str) -> str:
        return {
            "bookmark": self.tr("Bookmark"),
            "note": self.tr("Note"),
            "pause": self.tr("The recording was paused"),
            "gap": self.tr("Sound is missing"),
            "sleep": self.tr("The computer slept"),
        }.get(kind, "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = self.where
        if event.button() == Qt.MouseButton.LeftButton and where is not None and event.position().x() >= where.left:
            self.seek_wanted.emit(where.seconds(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        where, at = self.where, event.position()
        inside = where is not None and at.x() >= where.left
        self.setCursor(Qt.CursorShape.PointingHandCursor if inside else Qt.CursorShape.ArrowCursor)
        QToolTip.showText(event.globalPosition().toPoint(), self.text_at(at.x(), at.y()), self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._drawn = None

    def resizeEvent(self, _event: object) -> None:
        self._drawn = None

    def paintEvent(self, event: QPaintEvent) -> None:
        where = self.where
        if where is None:
            return
        ratio = self.devicePixelRatioF()
        if self._drawn is None or self._drawn.devicePixelRatioF() != ratio:
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._drawn)
            paint_timeline(inner, where, theme.current())
            inner.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.fillRect(
            QRectF(where.x(self._position_s) - 1, where.lanes_top, 2, where.axis_top - where.lanes_top),
            theme.colour("accent"),
        )


class SharePicture(QWidget):
    """How much of the talk was whose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Share of talk"))

    def show_picture(self, picture: Picture) -> None:
        self._picture = picture
        self.setFixedHeight(round(share_height(picture)))
        self.setAccessibleDescription(in_words(picture))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is not None:
            painter = QPainter(self)
            paint_share(painter, self._picture, self.width(), theme.current())


class PictureView(QScrollArea):
    """Signals:
    seek_wanted: a place in the timeline was clicked. (seconds)
    said: something was done that cannot be seen. (text)
    """

    seek_wanted = Signal(float)
    said = Signal(str)

    def __init__(self, model: PictureViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._dialog: QFileDialog | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("The meeting in pictures"))
        self.timeline = TimelinePicture()
        self.share = SharePicture()
        self.note = label(self.tr("The pictures appear here when the words are written down."), secondary=True)
        self.copy_button = IconButton("copy", self.tr("Copy as image"))
        self.save_button = IconButton("download", self.tr("Save as an image…"))
        self._head = label(self.tr("Who spoke when"), theme.BODY, 600)
        self._second = label(self.tr("Share of talk"), theme.BODY, 600)
        body = QWidget()
        body.setObjectName("panelBody")
        self._column = column = QVBoxLayout(body)
        column.setSpacing(theme.S)
        row = QHBoxLayout()
        row.setSpacing(theme.XS)
        row.addWidget(self._head, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        column.addLayout(row)
        column.addWidget(self.timeline)
        column.addSpacing(theme.L)
        column.addWidget(self._second)
        column.addWidget(self.share)
        column.addWidget(self.note, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setWidget(body)
        self.timeline.seek_wanted.connect(self.seek_wanted)
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self.ask_where_to_save)
        model.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def dialog(self) -> QFileDialog | None:
        """The dialog that was opened last."""
        return self._dialog

    @Slot(float)
    def set_position(self, seconds: float) -> None:
        self.timeline.set_position(seconds)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width()
        left, width = reading_column(self.width(), self.verticalScrollBar().sizeHint().width())
        self._column.setContentsMargins(left, theme.L, max(0, room - left - width), theme.L)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right are the player's; there is nothing to scroll that way."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_changed(self) -> None:
        picture = self._model.picture
        there = picture is not None and bool(picture.voices)
        for w in (self._head, self._second, self.copy_button, self.save_button, self.timeline, self.share):
            w.setVisible(there)
        self.note.setVisible(not there)
        if picture is not None and there:
            self.timeline.show_picture(picture)
            self.share.show_picture(picture)

    # Out of the window

    def image(self) -> QImage | None:
        """The sheet, light whatever the window is: it is for documents."""
        picture = self._model.picture
        if picture is None:
            return None
        wide, high = sheet_size(picture)
        image = QImage(QSize(round(wide * IMAGE_SCALE), round(high * IMAGE_SCALE)), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(IMAGE_SCALE)
        painter = QPainter(image)
        paint_sheet(painter, picture, theme.LIGHT)
        painter.end()
        return image

    def png(self) -> bytes:
        image = self.image()
        return _bytes(lambda device: image is not None and QImageWriter(device, QByteArray(b"png")).write(image))

    def svg(self) -> bytes:
        picture = self._model.picture
        if picture is None:
            return b""

        def write(device: QIODevice) -> None:
            wide, high = sheet_size(picture)
            generator = QSvgGenerator()
            generator.setOutputDevice(device)
            generator.setResolution(round(self.logicalDpiX()))  # or its letters would be of another size
            generator.setSize(QSizeF(wide, high).toSize())
            generator.setViewBox(QRectF(0, 0, wide, high))
            generator.setTitle(picture.title)
            painter = QPainter(generator)
            paint_sheet(painter, picture, theme.LIGHT)
            painter.end()

        return _bytes(write)

    @Slot()
    def copy(self) -> None:
        image = self.image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.said.emit(self.tr("Copied as an image"))

    @Slot()
    def ask_where_to_save(self) -> None:
        picture = self._model.picture
        if picture is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self, self.tr("Save as an image"), folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = [self.tr("Image") + " (*.png)", self.tr("Drawing that can be enlarged") + " (*.svg)"]
        dialog.setNameFilters(filters)
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(lambda f: dialog.setDefaultSuffix("svg" if f == filters[1] else "png"))
        dialog.selectFile(f"{safe_filename(picture.title)}.png")
        dialog.fileSelected.connect(lambda file: self.save(Path(file)))
        dialog.destroyed.connect(partial(setattr, self, "_dialog", None))
        self._dialog = dialog
        dialog.open()

    def save(self, path: Path) -> None:
        """PNG or SVG, by its name."""
        self._model.save(path, self.svg() if path.suffix.casefold() == ".svg" else self.png())


def _bytes(write: Callable[[QIODevice], object]) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(data.data())
