"""The language of a meeting while it is spoken: found over the first utterances, kept unless the evidence is strong.

An engine that is told a language writes everything in it, whatever is spoken. So now and then one utterance is heard
freely; if that says something else, the next ones are too, until either side has made its case.
"""

from __future__ import annotations

from app.services.languages import SHORTEST_VOTE_S, Votes

SETTLE_S, SETTLE_UTTERANCES, SETTLE_SHARE = 12.0, 3, 0.7
SETTLE_AT_LAST_S = 40.0  # whatever leads by then
PROBE_EVERY = 6  # utterances; one of them is heard freely
SWITCH_S, SWITCH_UTTERANCES = 15.0, 3  # of another language, without one of the settled language in between


class LiveLanguage:
    """`chosen`: by the user, then nothing is questioned. `mixed`: every utterance is heard freely."""

    def __init__(self, chosen: str | None = None, *, mixed: bool = False) -> None:
        self._fixed = chosen is not None
        self._mixed = mixed and chosen is None
        self.settled: str | None = chosen
        self._first = Votes()
        self._counted = 0
        self._since_probe = 0
        self._case: dict[str, tuple[float, int]] = {}  # another language → seconds and utterances in its favour

    def to_tell(self) -> str | None:
        """What the engine is told for the next utterance; None: it is free."""
        if self._fixed or self.settled is None:
            return self.settled
        self._since_probe += 1
        if self._case or self._since_probe >= PROBE_EVERY:
            self._since_probe = 0
            return None
        return self.settled

    def heard(self, told: str | None, language: str | None, seconds: float) -> str | None:
        """An utterance was written down. The language in which it must be heard again, if it must."""
        if told is not None or self._mixed or language is None:
            return None
        if self.settled is None:
            self._settle(language, seconds)
            return None
        if language == self.settled:
            if seconds >= SHORTEST_VOTE_S:
                self._case.clear()
            return None
        if seconds >= SHORTEST_VOTE_S:
            heard_s, utterances = self._case.get(language, (0.0, 0))
            self._case[language] = heard_s + seconds, utterances + 1
            if heard_s + seconds >= SWITCH_S and utterances + 1 >= SWITCH_UTTERANCES:
                self.settled, self._case = language, {}
                return None
        return self.settled

    def _settle(self, language: str, seconds: float) -> None:
        self._first.add(language, seconds)
        if seconds < SHORTEST_VOTE_S:
            return
        self._counted += 1
        votes = self._first.seconds
        total = sum(votes.values())
        winner = self._first.winner
        assert winner is not None
        is_clear = total >= SETTLE_S and self._counted >= SETTLE_UTTERANCES and votes[winner] >= SETTLE_SHARE * total
        if is_clear or total >= SETTLE_AT_LAST_S:
            self.settled = winner
