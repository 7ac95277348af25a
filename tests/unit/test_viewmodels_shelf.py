"""Where meetings stand: shelves and their counts, rows, filing, and what the palette finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QModelIndex

from app.domain.meeting import MeetingSummary
from app.viewmodels.meetings import RowMaker, people
from app.viewmodels.organiser import moved_path, tidy_path
from app.viewmodels.palette import Entry, rank
from app.viewmodels.shelf import ALL, TRASH, NodeRole, Shelf, ShelfModel, count

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def summary(meeting_id: str, folder: str = "", *tags: str, favourite: bool = False) -> MeetingSummary:
    return MeetingSummary(
        meeting_id, meeting_id.upper(), NOON, 60.0, None, "done", folder=folder, tags=tags, favourite=favourite
    )


MEETINGS = [
    summary("a", "Clients/Acme", "budget", favourite=True),
    summary("b", "Clients", "budget", "release"),
    summary("c"),
    replace(summary("d", "Clients/Acme", "release", favourite=True), trashed_at=NOON),
]


@pytest.mark.parametrize(
    ("shelf", "held"),
    [
        (ALL, "abc"),
        (Shelf("favourites"), "a"),
        (Shelf("folder", "Clients"), "ab"),
        (Shelf("folder", "Clients/Acme"), "a"),
        (Shelf("folder", "Client"), ""),
        (Shelf("tag", "release"), "b"),
        (TRASH, "d"),
    ],
)
def test_a_shelf_holds_what_belongs_there(shelf: Shelf, held: str) -> None:
    assert "".join(m.id for m in MEETINGS if shelf.holds(m)) == held


def test_a_shelf_is_remembered_by_its_name() -> None:
    for shelf in (ALL, TRASH, Shelf("folder", "A: b/C"), Shelf("tag", "")):
        assert Shelf.named(shelf.name) == shelf
    assert Shelf.named("cellar:wine") is None
    assert Shelf.named("") is None


def test_counts_are_of_folders_with_all_below() -> None:
    counts = count([*MEETINGS, summary("e", "Research/Deep/Deeper")])
    assert (counts.all, counts.favourites, counts.trash) == (4, 1, 1)
    assert dict(counts.folders) == {
        "Clients": 2,
        "Clients/Acme": 1,
        "Research": 1,
        "Research/Deep": 1,
        "Research/Deep/Deeper": 1,
    }
    assert counts.tags == (("budget", 2), ("release", 1))


def test_a_folder_stays_when_all_of_it_is_in_the_trash() -> None:
    counts = count([replace(summary("a", "Clients/Acme", "budget"), trashed_at=NOON), summary("b")])
    assert counts.folders == (("Clients", 0), ("Clients/Acme", 0))
    assert counts.tags == ()


def test_the_tree_changes_in_place_when_only_numbers_do(qapp: QCoreApplication) -> None:
    model = ShelfModel()
    resets: list[int] = []
    changed: list[str] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda i, _j: changed.append(i.data()))
    model.set_counts(count(MEETINGS))
    assert len(resets) == 1
    model.set_counts(count([*MEETINGS, summary("e", "Clients/Acme")]))
    assert len(resets) == 1
    assert changed == ["All meetings", "Clients", "Acme"]
    tops = [model.index(i, 0).data(NodeRole).shelf.kind for i in range(model.rowCount())]
    assert tops == ["all", "favourites", "trash", "folders", "tags"]
    acme = model.index_of(Shelf("folder", "Clients/Acme"))
    assert model.parent(acme) == model.index_of(Shelf("folder", "Clients"))
    assert model.parent(model.index(0, 0)) == QModelIndex()


def test_people_are_named_or_counted(qapp: QCoreApplication) -> None:
    assert people(("Me", "Anna")) == "Me, Anna"
    assert people(("Anna", "Speaker 2", "Speaker 3")) == "Anna +2"
    assert people(("Speaker 1",)) == ""
    assert people(()) == ""


def test_what_is_in_the_trash_stands_under_the_day_it_went_there(qapp: QCoreApplication) -> None:
    make = RowMaker(NOON.astimezone().date()).row
    old = replace(summary("a"), started_at=NOON - timedelta(days=400))
    assert make(old).section != "Today"
    assert make(replace(old, trashed_at=NOON)).section == "Today"
    assert isinstance(NOON.date(), date)


def test_paths_of_folders() -> None:
    assert tidy_path("  Clients /  Acme  Ltd/ ") == "Clients/Acme Ltd"
    assert tidy_path(" / ") == ""
    assert moved_path("A/B/C", "A/B", "X") == "X/C"
    assert moved_path("A/B", "A/B", "") == ""
    assert moved_path("A/B/C", "A/B", "") == "C"
    assert moved_path("A/Bee", "A/B", "X") == "A/Bee"


def found(query: str, *texts: str) -> list[str]:
    return [f.entry.text for f in rank(query, [Entry(t) for t in texts])]


def test_the_palette_finds_letters_in_order() -> None:
    assert found("", "b", "a") == ["b", "a"]
    assert found("exp", "Export as Markdown", "Rename", "Unexpected guests") == [
        "Export as Markdown",
        "Unexpected guests",
    ]
    assert found("mark exp", "Export as Markdown", "Import") == ["Export as Markdown"]
    assert found("nwrc", "New recording", "Rename") == ["New recording"]
    assert found("周会", "产品周会：进度与发布计划", "Stand-up") == ["产品周会：进度与发布计划"]
    assert found("xyz", "Export") == []


def test_the_palette_marks_what_was_typed() -> None:
    (hit,) = rank("set", [Entry("Reset the settings")])
    assert hit.marks == (10, 11, 12)  # rather the beginning of a word


def test_commands_come_before_meetings_that_fit_as_well() -> None:
    entries = [Entry("Record keeping", kind="meeting", key="m1"), Entry("Record", key="do", bias=8)]
    assert [f.entry.key for f in rank("record", entries)] == ["do", "m1"]


def test_ten_thousand_entries_are_searched_at_once() -> None:
    from time import perf_counter

    entries = [Entry(f"Meeting number {n} with the Lyon team") for n in range(10_000)]
    times = []
    for query in ("lyon 99", "mtng lyn", "zzz"):
        began = perf_counter()
        rank(query, entries)
        times.append(perf_counter() - began)
    assert sorted(times)[1] < 0.5  # a few hundredths of a second on a machine that is not busy
