"""Minutes to rows. What is there already is compared, and only items that differ are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.domain.meeting import ActionItem, Chapter, Decision, Minutes, OpenQuestion
from storage.rows import segment_rows
from storage.values import text_in

if TYPE_CHECKING:
    from sqlite_utils import Database

_Item = Decision | ActionItem | OpenQuestion | Chapter


def write_minutes(db: Database, meeting_id: str, old: Minutes | None, new: Minutes) -> None:
    """`old`: those that are stored. Raises ValueError for an item that cites a segment which is not there."""
    row_of = segment_rows(db, meeting_id)
    if old is None:
        db.table("minutes").insert({"meeting": meeting_id, **_head(new)})
    elif _head(old) != _head(new):
        db.execute(
            "UPDATE minutes SET summary = :summary, summary_by_user = :summary_by_user WHERE meeting = :meeting",
            {"meeting": meeting_id, **_head(new)},
        )
    before = _items(old) if old is not None else {}
    after = _items(new)
    changed = {place: item for place, item in after.items() if before.get(place) != item}
    db.conn.executemany(
        "DELETE FROM minutes_items WHERE meeting = ? AND kind = ? AND position = ?",
        [(meeting_id, *place) for place, item in before.items() if after.get(place) != item],
    )
    for (kind, position), item in changed.items():
        missing = [s for s in item.evidence if s not in row_of]
        if missing:
            raise ValueError(f"{kind} {position} cites segments {missing} that do not exist")
        columns = {"meeting": meeting_id, "kind": kind, "position": position, **_item_columns(item)}
        marks = ", ".join(f":{name}" for name in columns)
        row = db.execute(f"INSERT INTO minutes_items ({', '.join(columns)}) VALUES ({marks})", columns).lastrowid
        db.conn.executemany(
            "INSERT INTO evidence (item, segment, position) VALUES (?, ?, ?)",
            [(row, row_of[s], n) for n, s in enumerate(dict.fromkeys(item.evidence))],
        )


def _head(minutes: Minutes) -> dict[str, Any]:
    return {"summary": text_in(minutes.summary), "summary_by_user": int(minutes.summary_by_user)}


def _items(minutes: Minutes) -> dict[tuple[str, int], _Item]:
    kinds: dict[str, Sequence[_Item]] = {
        "decision": minutes.decisions,
        "action_item": minutes.action_items,
        "open_question": minutes.open_questions,
        "chapter": minutes.chapters,
    }
    return {(kind, n): item for kind, items in kinds.items() for n, item in enumerate(items)}


def _item_columns(item: _Item) -> dict[str, Any]:
    columns: dict[str, Any] = {"by_user": int(item.by_user)}
    match item:
        case ActionItem():
            columns |= {
                "text": text_in(item.task),
                "owner": None if item.owner is None else text_in(item.owner),
                "due": None if item.due is None else text_in(item.due),
                "due_on": None if item.due_on is None else item.due_on.isoformat(),
                "done": int(item.done),
                "supported": int(item.supported),
            }
        case Chapter():
            columns |= {"text": text_in(item.title), "start_s": item.start_s, "supported": 1}
        case _:
            columns |= {"text": text_in(item.text), "supported": int(item.supported)}
    return columns
