"""The language of a meeting, from what a speech model takes each window for.

A model that hears two seconds of English with an accent may take them for Dutch, and then writes Dutch. What most of
the meeting is spoken in decides, and the windows that differ are heard again in that language.
"""

from __future__ import annotations

from collections.abc import Mapping

# Shorter windows are guesses: they follow and do not decide, unless there is nothing else.
SHORTEST_VOTE_S = 2.0
# A second language with this share of the speech was hardly a mistake, and the user is asked to look.
NOTABLE_SHARE = 0.15


class Votes:
    """Seconds of speech for each language, by what the windows were taken for when the model was free to choose."""

    def __init__(self) -> None:
        self._long: dict[str, float] = {}
        self._short: dict[str, float] = {}

    def add(self, language: str | None, seconds: float) -> None:
        if language:
            kind = self._long if seconds >= SHORTEST_VOTE_S else self._short
            kind[language] = kind.get(language, 0.0) + seconds

    @property
    def seconds(self) -> Mapping[str, float]:
        """Of the windows that count, most first; among equals, what was heard first."""
        counted = self._long or self._short
        return dict(sorted(counted.items(), key=lambda item: -item[1]))

    @property
    def winner(self) -> str | None:
        return next(iter(self.seconds), None)

    @property
    def others(self) -> dict[str, float]:
        """Languages beside the winner that were hardly a mistake, with their share of the speech."""
        total = sum(self.seconds.values())
        shares = {language: seconds / total for language, seconds in self.seconds.items()}
        return {language: share for language, share in list(shares.items())[1:] if share >= NOTABLE_SHARE}
