"""Exporters: golden files, and that no text of a meeting can break the format it is put into.

After a wanted change of a format, run with FOLKMOOT_UPDATE_GOLDEN=1 and read the difference.
"""

from __future__ import annotations

import errno
import json
import os
import random
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt

from app.domain.coverage import holes
from app.domain.errors import StorageError
from app.domain.meeting import (
    ActionItem,
    Chapter,
    Decision,
    Deleted,
    Mark,
    MarkKind,
    Meeting,
    MeetingSummary,
    Minutes,
    OpenQuestion,
    Recording,
    SearchHit,
    Segment,
    Speaker,
    SpeechRegion,
    Stage,
    StageRecord,
    Track,
    Word,
    clock,
)
from app.domain.meeting import Turn as SpokenTurn
from app.exporters.common import sentence
from app.exporters.doubts import not_written, sentences
from app.exporters.json_export import dumps, hits_to_dict, list_to_dict, to_dict
from app.exporters.markdown import escape, to_markdown
from app.exporters.text import columns, coverage_table, to_terminal, wrap
from app.exporters.timeline import lasting, notes_of, remarks
from app.exporters.write import safe_filename, write_atomically

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))

MEETING = Meeting(
    id="019abc00000070008000000000000001",
    title="Weekly: release & budget 会议",
    started_at=AT,
    duration_s=3725.5,
    language="English",
    glossary=("Folkmoot", "Ærø"),
    tracks=(
        Track("mic", "mic.wav", 3725.5, "/home/anna/mic.wav", 48000, 1),
        Track("system", "system.wav", 3700.25, "/home/anna/system.m4a", 44100, 2),
    ),
    speakers=(Speaker("me", "Me", "mic"), Speaker("s1", "Anna *the* Great", "system"), Speaker("s2", "李娜", "system")),
    segments=(
        Segment(1, "mic", 2.04, 6.0, "Good morning. Let us start.", "me", "English",
                (Word("Good", 2.04, 2.3), Word("morning.", 2.3, 2.9))),
        Segment(2, "mic", 6.5, 9.0, "First the release.", "me", "English"),
        Segment(3, "system", 9.5, 14.0, "We ship on Friday.", "s1", "English"),
        Segment(4, "system", 14.5, 19.0, "I will send the #budget to <everybody> by Friday.", "s1", "English"),
        Segment(5, "system", 75.0, 80.0, "1. Then the rest; see https://example.org/a_b.", "s1", "English"),
        Segment(6, "system", 81.0, 84.0, "下周的会议改到星期四。", "s2", "Chinese"),
        Segment(7, "system", 84.5, 88.0, "地点不变。", "s2", "Chinese"),
        Segment(8, "mic", 3700.0, 3702.0, "Who books the room?", "", "English"),
    ),
    minutes=Minutes(
        "The release ships on Friday.\nThe budget follows.\n\nNext week's meeting moves to Thursday.",
        (Decision("Ship the release on Friday", (3,)), Decision("Move the meeting to Thursday", (6, 7))),
        (
            ActionItem("Send the budget to everybody", "Anna *the* Great", "Friday", (4,)),
            ActionItem("Book a room", None, "the end of March", (8,)),
            ActionItem("Water the plants", "Me", None, (2,), supported=False),
        ),
        (OpenQuestion("Who books the room?", (8, 99)), OpenQuestion("Why?", ())),
    ),
    stages=(
        StageRecord(Stage.DECODE, "done", "pyav", {"rate_hz": 16000}, datetime(2026, 11, 20, 10, tzinfo=UTC), 1.25),
        StageRecord(Stage.TRANSCRIBE, "done", "starter-asr", {"device": "cpu"},
                    datetime(2026, 11, 20, 10, 1, tzinfo=UTC), 20.0004),
        StageRecord(Stage.MINUTES, "failed", "starter-text", {}, None, None, "stopped"),
    ),
)  # fmt: skip
EMPTY = Meeting("019abc00000070008000000000000002", "", AT)


def mark(kind: MarkKind, at_s: float, text: str = "", wall_s: float | None = None, **more: Any) -> Mark:
    return Mark(kind, at_s, AT + timedelta(seconds=at_s if wall_s is None else wall_s), text, **more)


RECORDED = replace(
    MEETING,
    tracks=(Track("mic", "mic.flac", 3725.5), Track("system", "system.flac", 3725.5)),
    recording=Recording("finished", {"mic": "Jabra «Speak»", "system": "Headphones"}, AT + timedelta(seconds=4200)),
    marks=(
        mark(MarkKind.DEVICE, 0.0, "Jabra «Speak»", track="mic"),
        mark(MarkKind.NOTE, 1.0, "Before anybody spoke"),
        mark(MarkKind.NOTE, 16.0, "Ask Anna about the #budget; see https://example.org/a_b_c and what *she* said then"),
        mark(MarkKind.BOOKMARK, 17.0),
        mark(MarkKind.PAUSE, 60.0),
        mark(MarkKind.RESUME, 60.0, wall_s=534.5),
        mark(MarkKind.BOOKMARK, 85.0, "地点"),
        mark(MarkKind.GAP, 1800.0, track="system", seconds=2.12),
        mark(MarkKind.GAP, 1900.0, track="mic", seconds=0.15),
        mark(MarkKind.SLEEP, 2000.0, wall_s=2474.5, seconds=4830.0),
        mark(MarkKind.WARNING, 2100.0, "The microphone is silent."),
    ),
)
INTERRUPTED = replace(
    EMPTY, title="Cut short", duration_s=61.0, recording=Recording("interrupted", {"mic": "Built-in"}),
    marks=(mark(MarkKind.PAUSE, 30.0),),
)  # fmt: skip
DOUBTFUL = replace(
    MEETING,
    regions=(
        *(SpeechRegion(s.track, s.start_s, s.end_s) for s in MEETING.segments),
        SpeechRegion("system", 725.0, 732.0),
        SpeechRegion("system", 732.5, 739.5),
        SpeechRegion("mic", 2400.0, 2400.4),
    ),
    segments=tuple(
        replace(s, guards={3: ("loop",), 5: ("glossary", "thin"), 8: ("reheard",)}.get(s.id, ()))
        for s in MEETING.segments
    ),
)
EDITED = replace(
    MEETING,
    title="Put right",
    folder="Clients/Ærø & Co",
    tags=("Quarter 4", "会议"),
    favourite=True,
    speakers=(
        Speaker("me", "Me", "mic"),
        Speaker("s1", "Anna", "system", by_user=True, person="p"),
        Speaker("s2", "Speaker 2", "system", suggested="李娜", certainty=0.8123),
    ),
    turns=(
        SpokenTurn("mic", 2.0, 9.0, "me"),
        SpokenTurn("system", 8.0, 20.0, "s1"),
        SpokenTurn("system", 75.0, 80.0, "s1"),
    ),
    segments=(
        replace(MEETING.segments[0], guards=("loop",), by_user=("text",)),
        MEETING.segments[1],
        MEETING.segments[2],
        Segment(9, "mic", 9.6, 14.1, "we shipped on Friday", "me", echo_of=3),
        replace(MEETING.segments[3], by_user=("speaker",)),
        *MEETING.segments[4:],
    ),
    minutes=Minutes(
        "The user wrote this.",
        (Decision("Ship on Friday", (9, 3)), Decision("Never cited, but the user's", by_user=True)),
        (
            ActionItem("Send the budget", "Anna", "Friday", (4,), due_on=date(2026, 11, 27), done=True),
            ActionItem("Call the bank", None, None, (), by_user=True, due_on=date(2026, 12, 1)),
            ActionItem("Soon", "Me", "2026-12-24", (2,), due_on=date(2026, 12, 24)),
        ),
        (),
        (Chapter("beginning", 0.0, (1,)), Chapter("The #rest", 75.0, (), by_user=True)),
        summary_by_user=True,
    ),
    deleted=(
        Deleted("segment", track="mic", spans=((90.0, 91.2504),)),
        Deleted("action_item", "Words that nobody is to see", spans=((9.5, 14.0), (14.5, 19.0))),
    ),
)
SUMMARIES = [
    MeetingSummary(
        MEETING.id, MEETING.title, AT, 3725.5, "English", "done", ("Me", "李娜"), 3, "Clients", ("a b",), True
    ),
    MeetingSummary(EMPTY.id, "Untitled", AT, 0.0, None, "new"),
    MeetingSummary(EMPTY.id, "Now", AT, 0.0, None, "recording"),
    MeetingSummary(EMPTY.id, "Then", AT, 0.0, None, "interrupted", trashed_at=AT),
]
HITS = [SearchHit(MEETING.id, MEETING.title, AT, 3, 9.5, "Anna", "We \x02ship\x03 on \x02Fri\x03day.")]


def check_golden(name: str, got: str) -> None:
    path = GOLDEN / name
    if os.environ.get("FOLKMOOT_UPDATE_GOLDEN"):
        path.write_text(got, encoding="utf-8", newline="\n")
    assert got == path.read_text(encoding="utf-8")


# --- golden files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meeting"),
    [("meeting", MEETING), ("empty", EMPTY), ("recorded", RECORDED), ("doubtful", DOUBTFUL), ("edited", EDITED)],
)
def test_golden(name: str, meeting: Meeting) -> None:
    check_golden(f"{name}.md", to_markdown(meeting))
    check_golden(f"{name}.json", dumps(to_dict(meeting)))
    check_golden(f"{name}.txt", to_terminal(meeting, 72))


def test_golden_lists() -> None:
    check_golden("list.json", dumps(list_to_dict(SUMMARIES)))
    check_golden("search.json", dumps(hits_to_dict(HITS)))


def test_golden_colour() -> None:
    check_golden("meeting.ansi.txt", to_terminal(MEETING, 72, colour=True))
    plain = re.sub(r"\x1b\[\d+m", "", to_terminal(MEETING, 72, colour=True))
    assert plain == to_terminal(MEETING, 72)


# --- what needs the reader's eye ------------------------------------------------------------------


def test_what_is_not_written_down_is_said_with_its_place() -> None:
    page = to_markdown(DOUBTFUL)
    section = page[page.index("## Worth checking") : page.index("## Transcript")]
    assert section.split("\n\n")[1].splitlines() == [
        "- Not written down: 0:14 at 12:05.",
        "- Little text for so much speech: [1:15](#1:15).",
        "- The model repeated itself, so words may be missing: [0:09](#0:09).",
    ]
    assert '<a id="1:15"></a>' in page
    assert "Not written down: 0:14 at 12:05." in to_terminal(DOUBTFUL, 100)
    assert to_dict(DOUBTFUL)["coverage"]["holes"] == [
        {"track": "system", "start_s": 725.0, "end_s": 739.5, "speech_s": 14.0}
    ]
    assert to_dict(DOUBTFUL)["segments"][4]["guards"] == ["glossary", "thin"]


def test_nothing_is_said_where_nothing_needs_the_eye() -> None:
    fine = replace(DOUBTFUL, regions=DOUBTFUL.regions[:-3], segments=MEETING.segments)
    assert "Worth checking" not in to_markdown(fine)
    only_reheard = replace(fine, segments=tuple(replace(s, guards=("reheard", "glossary")) for s in fine.segments))
    assert "Worth checking" not in to_markdown(only_reheard)
    assert sentences(only_reheard) == []
    before = replace(DOUBTFUL, segments=(), stages=())
    assert "Worth checking" not in to_markdown(before), "nothing is missing before it was transcribed"
    assert to_dict(before)["coverage"] is None


def test_many_places_are_summed_up() -> None:
    regions = tuple(SpeechRegion("mic", n * 10.0, n * 10.0 + 1 + n) for n in range(7))
    segments = tuple(replace(MEETING.segments[0], id=n, start_s=n * 9.0, guards=("loop",)) for n in range(1, 8))
    assert not_written(holes(regions, ())) == (
        "Not written down: 0:28 of speech in 7 places; the longest is 0:07 at 1:00."
    )
    assert sentences(replace(MEETING, segments=segments))[-1] == (
        "The model repeated itself, so words may be missing: 0:09, 0:18, 0:27, 0:36, 0:45 and 2 more."
    )


def test_coverage_minute_by_minute() -> None:
    table = coverage_table(DOUBTFUL).splitlines()
    assert table[0].split() == ["Minute", "Speech", "Written", "Share", "Characters"]
    assert table[1].split() == ["0:00", "15.5", "s", "15.5", "s", "100%", "95"]
    assert table[13].split() == ["12:00", "14.0", "s", "0.0", "s", "0%", "0"]
    assert table[3].split() == ["2:00", "0.0", "s", "0.0", "s", "–", "0"]
    assert len({len(line) for line in table[: table.index("")]}) == 1, "columns are aligned"
    assert table[table.index("") - 1].split()[0] == "All"
    assert table[-3:] == sentences(DOUBTFUL)
    assert coverage_table(EMPTY) == "There is no transcript yet.\n"


# --- Markdown -------------------------------------------------------------------------------------


def parsed(page: str) -> tuple[dict[str, Any], list[Any]]:
    """Front matter by PyYAML, the body by markdown-it with GitHub's tables and strike-through."""
    _, front, body = page.split("---\n", 2)
    return yaml.safe_load(front), MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)


def inlines(tokens: list[Any]) -> Iterator[tuple[str, str]]:
    """(kind of block, its text without marks) of every block with text."""
    for before, token in pairwise(tokens):
        if token.type == "inline":
            text = "".join(
                "\n" if c.type in ("softbreak", "hardbreak") else c.content
                for c in token.children
                if c.type in ("text", "code_inline", "softbreak", "hardbreak")
            )
            yield before.tag, text


def test_front_matter_is_data() -> None:
    front, _ = parsed(to_markdown(MEETING))
    assert front == {
        "title": MEETING.title,
        "date": AT,
        "duration": "1:02:05",
        "participants": ["Me", "Anna *the* Great", "李娜"],
        "language": "English",
        "tags": ["meeting"],
        "engines": {"transcribe": "starter-asr"},
    }


def test_every_link_has_its_target_and_the_right_time() -> None:
    page = to_markdown(MEETING)
    links = re.findall(r"\[([\d:]+)\]\(#([\d:]+)\)", page)
    assert links == [(t, t) for t in ("0:09", "1:21", "1:24", "0:14", "1:01:40", "0:06", "1:01:40")]
    ids = re.findall(r'<a id="([^"]+)"></a>\n\n### (.*)\n', page)
    assert all(anchor == heading for anchor, heading in ids)  # ids for browsers, headings for Obsidian
    assert len({a for a, _ in ids}) == len(ids)
    assert {t for _, t in links} == {a for a, _ in ids}
    assert "### 0:14\n\n**Anna \\*the\\* Great:** I will send" in page


def test_two_turns_of_one_second_share_a_target() -> None:
    segments = (Segment(1, "mic", 5.1, 5.4, "One", "me"), Segment(2, "system", 5.5, 9, "Two", "s1"))
    minutes = Minutes("", (Decision("A", (1,)), Decision("B", (2,))))
    page = to_markdown(replace(MEETING, segments=segments, minutes=minutes))
    assert page.count('<a id="0:05"></a>') == 1


def test_turns_join_and_long_ones_begin_again() -> None:
    segments = tuple(Segment(n, "mic", n * 10.0, n * 10.0 + 9, f"Part {n}.", "me") for n in range(15))
    page = to_markdown(replace(MEETING, segments=segments, minutes=None))
    assert re.findall(r"### (.*)\n\n\*\*Me:\*\* (.*)", page) == [
        ("0:00", "Part 0. Part 1. Part 2. Part 3. Part 4. Part 5."),
        ("1:00", "Part 6. Part 7. Part 8. Part 9. Part 10. Part 11."),
        ("2:00", "Part 12. Part 13. Part 14."),
    ]
    assert "下周的会议改到星期四。地点不变。" in to_markdown(replace(MEETING, minutes=None))


def test_what_nobody_said_is_not_shown_as_fact() -> None:
    page = to_markdown(MEETING)
    assert "- [ ] *Unconfirmed:* Water the plants — **Me** ([0:06](#0:06))" in page
    assert "- *Unconfirmed:* Why?\n" in page
    assert page.count("Unconfirmed") == 2
    assert to_terminal(MEETING).count("Unconfirmed") == 2


def test_what_the_user_says_needs_no_evidence_and_no_checking() -> None:
    page = to_markdown(EDITED)
    assert "Unconfirmed" not in page
    assert "Worth checking" not in page, "the text with a guard was put right"
    assert page.count("e shipped on Friday") == 0, "echoes are not said twice"
    assert "[1:15](#1:15) — The" in page
    links = set(re.findall(r"\]\(#([\d:]+)\)", page))
    assert links == set(re.findall(r'<a id="([^"]+)">', page))
    front, _ = parsed(page)
    assert (front["tags"], front["folder"]) == (["meeting", "Quarter-4", "会议"], "Clients/Ærø & Co")


FRAGMENTS = [
    "a", "Anna", "会议", "Zoë", " ", "  ", "\n", "\t", "\r\n", "#", "##", "-", "--", "---", "+", "*",
    "**", "_", "__", "`", "```", "~~", "~", "1.", "2)", "1234567890.", ">", "<", "<b>", "</script>",
    "<!--", "-->", "&amp;", "&", "&#60;", "[", "]", "[[", "]]", "[x]", "[ ]", "(#a)", "](javascript:x)",
    "![", "|", "|-|", "$", "$$", "=", "==", "===", "%", "%%", "^", " ^id", "{{x}}", "\\", "\\\\", "\"",
    "'", ":", ": ", "://", "http://x.y/_z_", "www.x.y", "a@b.c", ",", "?", "!", "@x", "no", "null", "~",
    "2026-01-01", "1:20", "0x1", "- [ ] x", "> x", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0",
    "\u2028", "\u2029", "\u3000", "\ufeff", "\ufffe", "\u202e", "\ud800", "😀", "e\u0301", "…",
]  # fmt: skip


def nasty(seed: int) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randint(1, 7)))


def as_read(text: str) -> str:
    """What a reader must see: the text with its white space made blanks, unprintable characters replaced."""
    text = re.sub("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]", "\ufffd", text)
    return " ".join(text.split())


@pytest.mark.parametrize("seed", range(0, 400, 8))
def test_any_text_reads_as_itself(seed: int) -> None:
    """Every text in every place of the page, eight a time."""
    title, name, said, task, owner, due, decision, question = (nasty(seed + n) + "x" for n in range(8))
    summary = nasty(seed + 1000)
    meeting = replace(
        MEETING,
        title=title,
        language=nasty(seed + 2000),
        speakers=(Speaker("s", name),),
        segments=(Segment(1, "mic", 61.0, 62.0, said, "s"),),
        minutes=Minutes(
            summary, (Decision(decision, (1,)),), (ActionItem(task, owner, due, (1,)),), (OpenQuestion(question),)
        ),
    )
    page = to_markdown(meeting)
    page.encode()
    front, tokens = parsed(page)
    assert front["title"] == " ".join(title.replace("\ud800", "?").split())
    assert front["participants"] == [" ".join(name.replace("\ud800", "?").split())]
    assert list(front) == ["title", "date", "duration", "participants", "language", "tags", "engines"]
    blocks = list(inlines(tokens))
    wanted = [
        ("h1", as_read(title)),
        ("h2", "Summary"),
        ("h2", "Decisions"),
        ("p", f"{as_read(sentence(decision))} (1:01)"),
        ("h2", "Action items"),
        ("p", f"[ ] {as_read(sentence(task))} — {as_read(owner)}, due {as_read(due)} (1:01)"),
        ("h2", "Open questions"),
        ("p", f"Unconfirmed: {as_read(sentence(question))}"),
        ("h2", "Transcript"),
        ("p", ""),
        ("h3", "1:01"),
        ("p", f"{as_read(name)}: {as_read(said)}"),
    ]
    at = blocks.index(("h2", "Decisions"))
    assert blocks[:2] + blocks[at:] == wanted[:2] + wanted[2:]
    summarised = [text for tag, text in blocks[2:at] if tag == "p"]
    assert len(summarised) == at - 2
    assert as_read(" ".join(summarised)) == (as_read(summary) or "None.")
    kinds = {t.type for t in tokens} | {c.type for t in tokens for c in t.children or ()}
    assert kinds <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "html_inline",
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "link_open", "link_close",
        "strong_open", "strong_close", "em_open", "em_close", "hardbreak", "text_special",
    }  # fmt: skip
    html = [c.content for t in tokens for c in t.children or () if c.type == "html_inline"]
    assert html == ['<a id="1:01">', "</a>"]
    links = [c.attrs["href"] for t in tokens for c in t.children or () if c.type == "link_open"]
    assert links == ["#1:01", "#1:01"]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("plain, text. (ok) 50% - fine! 3+4", "plain, text. (ok) 50% - fine! 3+4"),  # no needless backslashes
        ("[[Note]] #tag", r"\[\[Note\]\] \#tag"),
        ("%%gone%% ==lit== $x$", r"\%\%gone\%\% \=\=lit\=\= \$x\$"),
        ("https://a.b and www.c.d", r"https\://a.b and www\.c.d"),
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
        ("R&D &lt;", r"R&D \&lt;"),
        ("会议", "会议"),
    ],
)
def test_escape(text: str, raw: str) -> None:
    assert escape(text) == raw


# --- JSON -----------------------------------------------------------------------------------------


def schema(name: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8"))
    return {**whole, "$ref": f"#/$defs/{name}"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("process", to_dict(MEETING)),
        ("process", to_dict(EMPTY)),
        ("process", to_dict(RECORDED)),
        ("process", to_dict(INTERRUPTED)),
        ("process", to_dict(DOUBTFUL)),
        ("list", list_to_dict(SUMMARIES)),
        ("list", list_to_dict([])),
        ("search", hits_to_dict(HITS)),
    ],
)
def test_json_follows_its_schema(name: str, data: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.validate(data, schema(name))
    jsonschema.validate(json.loads(dumps(data)), schema(name))


def test_schema_notices_changes_of_the_shape() -> None:
    for path in (
        ["meeting", "id"],
        ["meeting", "recording"],
        ["meeting", "recording", "devices"],
        ["marks"],
        ["segments"],
        ["coverage"],
        ["coverage", "holes"],
        ["stages"],
        ["minutes", "action_items"],
    ):
        data = to_dict(RECORDED)
        inner = data
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, schema("process"))
    data = to_dict(MEETING)
    data["minutes"]["action_items"][0]["evidence"] = ["1"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema("process"))


def test_every_key_is_documented() -> None:
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "json.md").read_text(encoding="utf-8")))
    keys: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            keys.update(value)
            for inner in (v for k, v in value.items() if k not in ("settings", "devices")):
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    for data in (to_dict(RECORDED), to_dict(DOUBTFUL), list_to_dict(SUMMARIES), hits_to_dict(HITS)):
        collect(data)
    assert keys <= documented


def test_json_of_the_issue() -> None:
    data = to_dict(MEETING)
    assert data["segments"][2] == {
        "id": 3, "track": "system", "speaker": "Anna *the* Great", "start_s": 9.5, "end_s": 14.0,
        "text": "We ship on Friday.", "language": "English", "guards": [], "by_user": [], "echo_of": None,
        "words": [],
    }  # fmt: skip
    assert data["minutes"]["action_items"][0]["evidence"] == [4]
    assert to_dict(EMPTY)["minutes"] is None


def test_json_of_any_text() -> None:
    for seed in range(100):
        meeting = replace(MEETING, title=nasty(seed), segments=(Segment(1, "mic", 0, 1, nasty(seed + 500)),))
        data = json.loads(dumps(to_dict(meeting)).encode())
        assert data["meeting"]["title"] == meeting.title.replace("\ud800", "\ufffd")
    settings = {"path": Path("x"), "sizes": (1, 2), 3: None}
    stage = StageRecord(Stage.DECODE, "done", "", settings)  # type: ignore[arg-type]
    assert to_dict(replace(EMPTY, stages=(stage,)))["stages"][0]["settings"] == {
        "path": "x", "sizes": [1, 2], "3": None,
    }  # fmt: skip


def test_matches_are_offsets() -> None:
    (hit,) = hits_to_dict(HITS)["hits"]
    assert hit["text"] == "We ship on Friday."
    assert [hit["text"][a:b] for a, b in hit["matches"]] == ["ship", "Fri"]


def test_json_of_a_recording() -> None:
    data = to_dict(RECORDED)
    assert data["meeting"]["recording"] == {
        "state": "finished",
        "devices": {"mic": "Jabra «Speak»", "system": "Headphones"},
        "ended_at": "2026-11-20T10:40:00+01:00",
    }
    assert data["marks"][7] == {
        "kind": "gap", "at_s": 1800.0, "wall": "2026-11-20T10:00:00+01:00", "text": "", "track": "system",
        "seconds": 2.12,
    }  # fmt: skip
    assert to_dict(MEETING)["meeting"]["recording"] is None
    assert to_dict(INTERRUPTED)["meeting"]["recording"]["ended_at"] is None


# --- what happened beside the talking -------------------------------------------------------------


def test_notes_lead_to_what_was_being_said() -> None:
    page = to_markdown(RECORDED)
    notes = page.split("## Notes\n\n")[1].split("\n\n## ")[0].splitlines()
    assert notes[0] == "- 0:01 — Before anybody spoke"
    assert notes[2] == "- [0:17](#0:14) — *Bookmark*"
    assert notes[3] == "- [1:25](#1:24) — *Bookmark:* 地点"
    targets = set(re.findall(r"\]\(#([\d:]+)\)", page))
    assert targets == set(re.findall(r'<a id="([^"]+)"></a>\n\n### \1\n', page))
    assert page.count("<a id=") == len(targets)
    assert "## Notes" not in to_markdown(MEETING)
    assert "Notes" not in to_terminal(MEETING)


@pytest.mark.parametrize("seed", range(0, 200, 2))
def test_any_note_reads_as_itself(seed: int) -> None:
    note, word = nasty(seed) + "x", nasty(seed + 1) + "x"
    marks = (mark(MarkKind.NOTE, 3.0, note), mark(MarkKind.BOOKMARK, 4.0, word))
    _, tokens = parsed(to_markdown(replace(MEETING, marks=marks)))
    blocks = list(inlines(tokens))
    at = blocks.index(("h2", "Notes"))
    assert blocks[at + 1 : at + 3] == [
        ("p", f"0:03 — {as_read(note)}"),
        ("p", f"0:04 — Bookmark: {as_read(word)}"),
    ]
    assert blocks[at + 3] == ("h2", "Transcript")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", to_terminal(replace(MEETING, marks=marks)))


def test_a_recording_with_holes_says_so() -> None:
    said = remarks(RECORDED)
    assert said == [
        "Paused 09:31–09:38 (at 1:00).",
        "2.1 s of the computer's sound are missing at 30:00.",
        "The computer slept for 1 h 20 min (at 33:20).",
    ]
    assert f"\n\n*{' '.join(said)}*\n\n###" in to_markdown(RECORDED).replace('<a id="0:02"></a>\n\n', "")
    for one in said:
        assert one in to_terminal(RECORDED)
    assert remarks(MEETING) == []
    assert remarks(INTERRUPTED) == [
        "Paused from 09:30 (at 0:30).",
        "The recording was interrupted; it goes up to 1:01.",
    ]
    assert "*There is no transcript yet.*" in to_markdown(INTERRUPTED)


def test_many_holes_are_summed_up() -> None:
    gaps = [mark(MarkKind.GAP, 10.0 * n, track="mic", seconds=float(n)) for n in range(1, 8)]
    pauses = [mark(kind, 10.0 * n) for n in range(6) for kind in (MarkKind.PAUSE, MarkKind.RESUME)]
    slept = [mark(MarkKind.SLEEP, 5.0 * n, seconds=600.0) for n in range(6)]
    marks = tuple(sorted([*gaps, *pauses, *slept], key=lambda m: m.at_s))
    assert remarks(replace(RECORDED, marks=marks)) == [
        "Paused 6 times.",
        "The computer slept 6 times, for 1 h in all.",
        "28.0 s of the microphone's sound are missing in 7 places; the longest is 7.0 s at 1:10.",
    ]


def test_marks_that_do_not_pair_are_no_failure() -> None:
    """As a journal repaired after a crash may have them."""
    kinds = (MarkKind.RESUME, MarkKind.PAUSE, MarkKind.PAUSE, MarkKind.RESUME, MarkKind.RESUME)
    marks = tuple(mark(kind, 70.0 * n, track="elsewhere") for n, kind in enumerate(kinds))
    marks += (mark(MarkKind.GAP, 400.0, track="elsewhere", seconds=1.0),)
    assert remarks(replace(RECORDED, marks=marks)) == [
        "Paused 09:31–09:33 (at 1:10).",
        "1.0 s of the sound are missing at 6:40.",
    ]
    assert notes_of(replace(RECORDED, marks=marks)) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "0.5 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min"),
        (89, "1 min"),
        (3570, "1 h"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
    ],
)
def test_lasting(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


# --- terminal -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1, 30, 47, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = Segment(9, "mic", 4000, 4001, "x" * 300 + " 会议" * 100 + "é" * 50 + "。" * 10, "s2")
    meeting = replace(MEETING, title="标题" * 60, segments=(*MEETING.segments, long))
    for colour in (False, True):
        lines = re.sub(r"\x1b\[\d+m", "", to_terminal(meeting, width, colour)).splitlines()
        assert max(map(columns, lines)) <= max(width, 30)
        assert lines == [line.rstrip() for line in lines]


def test_text_cannot_steer_the_terminal() -> None:
    for seed in range(200):
        bad = nasty(seed) + "\x1b]0;x\x07\x9b31m"
        meeting = replace(
            MEETING, title=bad, speakers=(Speaker("me", bad),), language=bad,
            minutes=Minutes(bad, (Decision(bad),), (ActionItem(bad, bad, bad),), (OpenQuestion(bad),)),
            segments=(Segment(1, "mic", 0, 1, bad, "me"),),
        )  # fmt: skip
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", to_terminal(meeting))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("abcdefghijkl mn", ["abcdefgh", "ijkl mn"]),
        ("会议会议会议", ["会议会议", "会议"]),
        ("会议会议。会", ["会议会", "议。会"]),  # no full stop at the start of a line
        ("ab 会议 cd", ["ab 会议", "cd"]),
        ("", []),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    assert wrap(text, 8) == lines


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59.99, "0:59"), (60, "1:00"), (3600, "1:00:00"), (-1, "0:00"), (36061, "10:01:01")],
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


# --- writing --------------------------------------------------------------------------------------


def test_write_text_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "Protokoll 会议.md"
    write_atomically(path, "é\nx\ud800\n")
    assert path.read_bytes() == "é\nx?\n".encode()
    write_atomically(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert [f.name for f in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_write_keeps_permissions_and_links(tmp_path: Path) -> None:
    path, link = tmp_path / "a.md", tmp_path / "link.md"
    old = os.umask(0o027)
    try:
        write_atomically(path, "new")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    link.symlink_to(path)
    write_atomically(link, "newer")
    assert link.is_symlink()
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("newer", 0o604)


@pytest.mark.parametrize("where", ["missing/a.md", "file/a.md", "folder", "x" * 300 + ".md"])
def test_write_that_cannot_be_says_what_to_do(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StorageError) as caught:
        write_atomically(tmp_path / where, "x")
    assert caught.value.to_do
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("code", "says"), [(errno.ENOSPC, "full"), (errno.EIO, "disk"), (errno.EROFS, "read-only")])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_failure_half_way_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str, step: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    def fail(*args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(StorageError, match=says):
        write_atomically(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [f.name for f in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_interrupted_write_leaves_no_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.md", "new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Weekly: Q3/Q4 <plan>?", "Weekly- Q3-Q4 -plan"),
        ("会议 周一", "会议 周一"),
        ("Cafe\u0301", "Café"),
        ("  .hidden. ", "hidden"),
        ("CON", "_CON"), ("con.txt", "_con.txt"), ("COM1", "_COM1"), ("LPT9.a", "_LPT9.a"), ("console", "console"),
        ("a\x00b\n\tc\x1b\u202e", "ab c"),
        ("", "Meeting"), ("...", "Meeting"), ("///", "Meeting"), ("\ud800", "Meeting"),
        ("../../etc/passwd", "etc-passwd"),
        ("-rf", "rf"),
        ("🎉", "🎉"),
    ],
)  # fmt: skip
def test_safe_filename(title: str, name: str) -> None:
    assert safe_filename(title) == name


def test_safe_filename_can_be_created_whatever_the_title(tmp_path: Path) -> None:
    titles = [nasty(seed) for seed in range(300)] + ["x" * 1000, "会" * 1000, "e\u0323\u0302\u0301" * 500, "😀" * 100]
    for title in titles:
        name = safe_filename(title)
        assert 0 < len(name.encode()) <= 190
        assert name == name.strip()
        assert not name.endswith(".")
        (tmp_path / f"{name}.md").write_text("x")
        assert (tmp_path / f"{name}.md").parent == tmp_path


def test_exporters_import_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys, app.exporters.markdown, app.exporters.json_export, app.exporters.text, app.exporters.write;"
        "print(sorted({'yaml', 'markdown_it', 'numpy', 'torch', 'PySide6', 'sqlite_utils'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
