"""Search over all meetings: what was said, the titles, the items of the minutes, and the user's own notes.

What the user types is text, never a query language: terms between spaces must all occur, in any order, as
parts of words, whatever their case; double quotes keep several words together. Terms of three characters or
more go through the trigram index; shorter ones ("Q3", 会议) have no trigram and are looked for in the texts
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.domain.meeting import SearchHit
from storage.lists import began
from storage.values import text_in

if TYPE_CHECKING:
    from sqlite_utils import Database

_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')
_INDEXED = 3  # characters: the length of a trigram
_MOST_TERMS = 100  # SQLite's limit for one expression is about 1000
_LIKE_SPECIAL = re.compile(r"[\\%_]")

# Newest meeting first, then as it was said. julianday() compares moments, not digits in different time zones; ranking
# the few meetings once is much cheaper than comparing moments for each of many hits.
_RANKED = """
    WITH m AS MATERIALIZED (
        SELECT id, CAST(title AS TEXT) AS title, started_at,
               row_number() OVER (ORDER BY julianday(started_at) DESC, id DESC) AS rank
        FROM meetings WHERE trashed_at IS NULL
    )
"""
_TITLES = f"""
    {_RANKED}
    SELECT m.rank, m.id AS meeting, m.title, m.started_at, coalesce(s.number, 0) AS segment,
           coalesce(s.start_s, 0.0) AS start_s, '' AS speaker, 1 AS in_title, m.title AS body
    FROM m LEFT JOIN segments s
        ON s.meeting = m.id AND s.number = (
            SELECT number FROM segments WHERE meeting = m.id ORDER BY start_s, end_s, number LIMIT 1
        )
    WHERE found(CAST(m.title AS BLOB)) ORDER BY m.rank LIMIT :limit
"""
_ITEMS = f"""
    {_RANKED}
    SELECT m.rank, m.id AS meeting, m.title, m.started_at, coalesce(s.number, 0) AS segment,
           coalesce(i.start_s, s.start_s, 0.0) AS start_s, '' AS speaker, i.kind AS kind,
           i.text || coalesce(' — ' || i.owner, '') || coalesce(', ' || i.due, '') AS body
    FROM minutes_items i JOIN m ON m.id = i.meeting
        LEFT JOIN evidence e ON e.item = i.id AND e.position = 0
        LEFT JOIN segments s ON s.id = e.segment
    WHERE found(CAST(body AS BLOB)) ORDER BY m.rank, i.kind, i.position LIMIT :limit
"""
_NOTES = f"""
    {_RANKED}
    SELECT m.rank, m.id AS meeting, m.title, m.started_at, coalesce(s.number, 0) AS segment, n.at_s AS start_s,
           '' AS speaker, 'note' AS kind, n.text AS body
    FROM marks n JOIN m ON m.id = n.meeting
        LEFT JOIN segments s ON s.id = (
            SELECT id FROM segments WHERE meeting = n.meeting AND start_s <= n.at_s
            ORDER BY start_s DESC, number LIMIT 1
        )
    WHERE n.kind IN ('note', 'bookmark') AND n.text <> '' AND found(CAST(body AS BLOB))
    ORDER BY m.rank, n.at_s, n.id LIMIT :limit
"""
_SEGMENTS = f"""
    {_RANKED}
    SELECT m.rank, m.id AS meeting, m.title, m.started_at, s.number AS segment, s.start_s,
           coalesce(who.name, '') AS speaker, who.by_user AS speaker_by_user, s.text AS body
    FROM segments s JOIN m ON m.id = s.meeting LEFT JOIN speakers who ON who.id = s.speaker
    WHERE s.echo_of IS NULL AND {{condition}} ORDER BY m.rank, s.start_s, s.number LIMIT :limit
"""


def terms_of(text: str) -> list[str]:
    """What must occur. Nothing for text without letters or signs: an empty search finds nothing. Of a whole page
    pasted into the field the first words count."""
    found = (m[1] or m[2] for m in _TERM.finditer(text_in(text)))
    return list(dict.fromkeys(t for t in (f.strip() for f in found) if t))[:_MOST_TERMS]


def search(db: Database, text: str, limit: int) -> list[SearchHit]:
    """Hits, newest meeting first; within a meeting its title, then its minutes, then the user's notes, then
    its segments in time order.

    A title or an item of the minutes comes as a hit without a speaker at the first segment it rests on (0
    if there is none), unless that segment is a hit itself. A note comes as a hit without a speaker at its own
    time, with the segment that was being said then.
    """
    terms = terms_of(text)
    if not terms or limit < 1:
        return []
    patterns = [re.compile(re.escape(t), re.IGNORECASE) for t in terms]

    def found(stored: bytes) -> bool:
        body = stored.decode(errors="replace")
        return all(p.search(body) for p in patterns)

    db.conn.create_function("found", 1, found, deterministic=True)
    mark = re.compile("|".join(re.escape(t) for t in sorted(terms, key=len, reverse=True)), re.IGNORECASE)

    condition, values = _condition(terms)
    said = list(db.query(_SEGMENTS.format(condition=condition), {**values, "limit": limit}))
    places = {(r["meeting"], r["segment"]) for r in said}
    noted = [r for r in db.query(_ITEMS, {"limit": limit}) if (r["meeting"], r["segment"]) not in places]
    typed = list(db.query(_NOTES, {"limit": limit}))
    titled = list(db.query(_TITLES, {"limit": limit}))

    rows = sorted([*titled, *noted, *typed, *said], key=lambda row: row["rank"])  # stable: that order
    return [_hit(row, mark) for row in rows[:limit]]


def _condition(terms: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The condition on a segment `s`, and its values."""
    conditions, values = [], {}
    indexed = " ".join('"' + t.replace('"', '""') + '"' for t in terms if len(t) >= _INDEXED)
    if indexed:
        conditions.append("s.id IN (SELECT rowid FROM segments_fts WHERE segments_fts MATCH :indexed)")
        values["indexed"] = indexed
    for n, term in enumerate(t for t in terms if len(t) < _INDEXED):
        if term.isascii() or term.lower() == term.upper():
            conditions.append(f"s.text LIKE :short{n} ESCAPE '\\'")
            values[f"short{n}"] = "%" + _LIKE_SPECIAL.sub(r"\\\g<0>", term) + "%"
        else:  # LIKE knows upper and lower case of ASCII only
            conditions.append("found(CAST(s.text AS BLOB))")
    return " AND ".join(conditions), values


def _hit(row: dict[str, Any], mark: re.Pattern[str]) -> SearchHit:
    plain = row["body"].replace("\x02", "").replace("\x03", "")
    return SearchHit(
        meeting_id=row["meeting"],
        title=row["title"],
        started_at=began(row["meeting"], row["started_at"]),
        segment_id=row["segment"],
        start_s=row["start_s"],
        speaker=row["speaker"],
        snippet=mark.sub("\x02\\g<0>\x03", plain),
        speaker_by_user=bool(row.get("speaker_by_user")),
        in_title=bool(row.get("in_title")),
        kind=row.get("kind") or "",
    )
