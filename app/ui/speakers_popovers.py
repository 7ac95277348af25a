"""The cards about speakers that open over the meeting's page."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.ui.speakers_card import Card, NameCard, SpeakerCard
from app.ui.speakers_list import SpeakersList
from app.ui.transcript_view import TranscriptView
from app.viewmodels.meeting import MeetingViewModel


class SpeakerPopovers(QObject):
    """Signals:
    play_wanted: a stretch of a voice is to be heard. (start, end in seconds)
    """

    play_wanted = Signal(float, float)

    def __init__(self, meeting: MeetingViewModel, transcript: TranscriptView, page: QWidget) -> None:
        super().__init__(page)
        self._meeting = meeting
        self._transcript = transcript
        self._page = page
        self._card: Card | None = None
        transcript.speaker_wanted.connect(self.show_speaker)
        transcript.new_name_wanted.connect(self.ask_name)

    def show_all(self, at: QWidget) -> None:
        """Everybody who speaks, below a button."""
        if not self._meeting.speakers.rows:
            self._meeting.said.emit(self.tr("Nobody is told apart in this meeting yet."))
            return
        self._meeting.speakers.look()
        card = SpeakersList(self._meeting, self._page)
        card.speaker_wanted.connect(self.show_speaker)
        self._show(card, QRect(at.mapToGlobal(QPoint(0, 0)), at.size()))

    @Slot(str, QRect)
    def show_speaker(self, key: str, place: QRect) -> None:
        if self._meeting.speakers.row(key) is None:
            return
        self._meeting.speakers.look()
        card = SpeakerCard(self._meeting, key, self._page)
        card.play_wanted.connect(self.play_wanted)
        self._show(card, place)

    @Slot(bool, QRect)
    def ask_name(self, from_here: bool, place: QRect) -> None:
        """Who says what is selected, if none of those in the meeting."""
        card = NameCard(self.tr("Who says this?"), self._meeting.speakers.names(), self._page)
        actions = self._transcript.actions_
        card.named.connect(lambda name: actions.assign(from_here, name=name))
        self._show(card, place)

    def _show(self, card: Card, place: QRect) -> None:
        self._card = card
        card.show_below(place)

    def close(self) -> None:
        """The meeting they are about goes from the page."""
        if self._card is not None and shiboken6.isValid(self._card):
            self._card.close()
        self._card = None
