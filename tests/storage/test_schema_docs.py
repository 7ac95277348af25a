"""docs/schema.md says what is in the database, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from storage.migrations import APPLICATION_ID, LATEST
from storage.repository import Library

DOCUMENT = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")


def documented() -> dict[str, dict[str, tuple[str, str]]]:
    """Table → column → (type, what it says it is)."""
    tables: dict[str, dict[str, tuple[str, str]]] = {}
    for section in re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| `(\w+)` \| (\w*) ?\| (.*?) ?\|$", section, flags=re.MULTILINE)
        name = re.match(r"`(\w+)`", section)
        assert name is not None
        tables[name[1]] = {column: (kind, meaning) for column, kind, meaning in rows}
    return tables


def test_tables_and_columns_are_the_documented_ones(library: Library) -> None:
    db = library._db
    names = {t for t in db.table_names() if not t.startswith(("segments_fts_", "sqlite_"))}
    real = {t: {c.name: c.type for c in db[t].columns} for t in names}
    assert {t: {c: kind for c, (kind, _) in columns.items()} for t, columns in documented().items()} == real


def test_references_are_the_documented_ones(library: Library) -> None:
    said = {
        (table, column, *arrow.groups())
        for table, columns in documented().items()
        for column, (_, meaning) in columns.items()
        if (arrow := re.match(r"→ `(\w+)\.(\w+)`", meaning))
    }
    real = {
        (table, fk.column, fk.other_table, fk.other_column)
        for table in documented()
        for fk in library._db.table(table).foreign_keys
    }
    assert said == real


def test_numbers_are_the_documented_ones() -> None:
    assert f"the version of the schema, {LATEST} at present" in DOCUMENT
    assert f"`PRAGMA application_id` is {APPLICATION_ID}." in DOCUMENT


def test_search_is_found_by_tools_that_look_for_it(library: Library) -> None:
    """Datasette offers its search field by this rule."""
    assert library._db.table("segments").detect_fts() == "segments_fts"
