"""Search over all meetings: what was said, the titles, and the items of the minutes.

What the user types is text, never a query language: terms between spaces must all occur, in any order, as
parts of words, whatever their case; double quotes keep several words together. Terms of three characters or
more go through the trigram index; shorter ones ("Q3", 会议) have no trigram and are looked for in the texts
themselves.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.meeting import SearchHit
from storage.rows import text_in

if TYPE_CHECKING:
    from sqlite_utils import Database

_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')
_INDEXED = 3  # characters: the length of a trigram

# Newest meeting first, then as it was said. julianday() compares moments, not digits in different time zones.
_ORDER = "ORDER BY julianday(m.started_at) DESC, m.id DESC"
_TITLES = f"""
    SELECT m.id AS meeting, m.title, m.started_at, coalesce(s.number, 0) AS segment,
           coalesce(s.start_s, 0.0) AS start_s, '' AS speaker, m.title AS body
    FROM meetings m LEFT JOIN segments s
        ON s.meeting = m.id AND s.number = (SELECT min(number) FROM segments WHERE meeting = m.id)
    WHERE found(m.title) {_ORDER} LIMIT :limit
"""
_ITEMS = f"""
    SELECT m.id AS meeting, m.title, m.started_at, coalesce(s.number, 0) AS segment,
           coalesce(s.start_s, 0.0) AS start_s, '' AS speaker,
           i.text || coalesce(' — ' || i.owner, '') || coalesce(', ' || i.due, '') AS body
    FROM minutes_items i JOIN meetings m ON m.id = i.meeting
        LEFT JOIN evidence e ON e.item = i.id AND e.position = 0
        LEFT JOIN segments s ON s.id = e.segment
    WHERE found(body) {_ORDER}, i.kind, i.position LIMIT :limit
"""
_SEGMENTS = """
    SELECT m.id AS meeting, m.title, m.started_at, s.number AS segment, s.start_s,
           coalesce(p.name, '') AS speaker, s.text AS body
    FROM segments s JOIN meetings m ON m.id = s.meeting LEFT JOIN speakers p ON p.id = s.speaker
    WHERE {condition} {order}, s.start_s, s.number LIMIT :limit
"""


def terms_of(text: str) -> list[str]:
    """What must occur. Nothing for text without letters or signs: an empty search finds nothing."""
    found = (m[1] or m[2] for m in _TERM.finditer(text_in(text)))
    return [t for t in (f.strip() for f in found) if t]


def search(db: Database, text: str, limit: int) -> list[SearchHit]:
    """Hits, newest meeting first; within a meeting its title, then its minutes, then its segments in time
    order.

    A title or an item of the minutes comes as a hit without a speaker at the first segment it rests on (0
    if there is none), unless that segment is a hit itself.
    """
    terms = terms_of(text)
    if not terms or limit < 1:
        return []
    patterns = [re.compile(re.escape(t), re.IGNORECASE) for t in terms]

    def found(body: str) -> bool:
        return all(p.search(body) for p in patterns)

    db.conn.create_function("found", 1, found, deterministic=True)
    mark = re.compile("|".join(re.escape(t) for t in sorted(terms, key=len, reverse=True)), re.IGNORECASE)

    indexed = " ".join('"' + t.replace('"', '""') + '"' for t in terms if len(t) >= _INDEXED)
    conditions = []
    if indexed:
        conditions.append("s.id IN (SELECT rowid FROM segments_fts WHERE segments_fts MATCH :indexed)")
    if any(len(t) < _INDEXED for t in terms):
        conditions.append("found(s.text)")
    said = list(
        db.query(
            _SEGMENTS.format(condition=" AND ".join(conditions), order=_ORDER),
            {"indexed": indexed, "limit": limit},
        )
    )
    places = {(r["meeting"], r["segment"]) for r in said}
    noted = [r for r in db.query(_ITEMS, {"limit": limit}) if (r["meeting"], r["segment"]) not in places]
    titled = list(db.query(_TITLES, {"limit": limit}))

    rows = [(kind, n, r) for kind, found in enumerate((titled, noted, said)) for n, r in enumerate(found)]
    rows.sort(key=lambda k: k[:2])
    rows.sort(key=lambda k: (datetime.fromisoformat(k[2]["started_at"]), k[2]["meeting"]), reverse=True)
    return [_hit(row, mark) for _, _, row in rows[:limit]]


def _hit(row: dict[str, Any], mark: re.Pattern[str]) -> SearchHit:
    plain = row["body"].replace("\x02", "").replace("\x03", "")
    return SearchHit(
        meeting_id=row["meeting"],
        title=row["title"],
        started_at=datetime.fromisoformat(row["started_at"]),
        segment_id=row["segment"],
        start_s=row["start_s"],
        speaker=row["speaker"],
        snippet=mark.sub("\x02\\g<0>\x03", plain),
    )
