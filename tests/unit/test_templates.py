"""Kinds of minutes: what models are asked, what the user's files may say, what a meeting and the settings choose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import llguidance
import pytest
import soundfile as sf

from app import bootstrap, cli
from app.domain import minutes_format as fmt
from app.domain.cancel import CancelFlag, Never
from app.domain.edits import Change, inverse
from app.domain.errors import InputError
from app.domain.events import Notice, StageDone
from app.domain.meeting import Mark, MarkKind, Meeting, MinutesOptions, Segment, Stage, StageRecord
from app.domain.ports import Constraint, Job, Message
from app.domain.templates import BUILT_IN, GENERAL, PARTS, Template, find
from app.services import templates
from app.services.minutes import MinutesOutcome, write_minutes
from app.services.paths import Paths
from app.services.pipeline import Pipeline
from app.services.settings import Settings
from storage.repository import Library
from tests.fakes import FakeEngines, beeps

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STAND_UP = BUILT_IN[1]
GENERAL_PROMPT = (
    "You write the minutes of a meeting. Each line of the transcript has a number, a speaker and what was "
    "said. List, in this order, every decision that was made, every action item that somebody took on or was "
    "given, and every question that was left open. Evidence is the numbers of the lines that say it. Use the "
    "words of the transcript and add nothing. The owner is who will do it and due is the date as it was said; "
    "null if it was not said. Then write a summary in English. Answer in JSON."
)
ITEMS = [
    fmt.AnswerItem("decision", "We launch in May", None, None, (1,)),
    fmt.AnswerItem("action_item", "write the launch plan", "Anna", None, (1,)),
    fmt.AnswerItem("open_question", "Who pays for the launch?", None, None, (1,)),
]


class Recorder:
    """Keeps every request; answers with one item of each kind whatever it was asked. One token a word."""

    name = "recorder"
    settings: Mapping[str, Any] = {}

    def __init__(self, context_tokens: int = 4000, *, quotes_only: bool = False) -> None:
        self.context_tokens = context_tokens
        self.quotes_only = quotes_only
        self.requests: list[tuple[str, str]] = []
        self.constraints: list[Constraint] = []
        self.merges: list[tuple[str, str]] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(
        self, messages: Sequence[Message], *, constraint: Constraint | None, max_new_tokens: int, cancel: CancelFlag
    ) -> str:
        assert constraint is not None
        asked = sum(self.count_tokens(m.content) for m in messages)
        assert asked + max_new_tokens <= self.context_tokens
        system, user = (m.content for m in messages)
        if "items" in constraint.lark:
            assert asked < 0.75 * self.context_tokens, "there is room for an answer"
            self.requests.append((system, user))
            self.constraints.append(constraint)
            return fmt.render_answer(ITEMS, f"Part {len(self.requests)}.")
        if "summary" in constraint.lark:
            self.merges.append((system, user))
            return '{"summary":"All of it."}'
        return '{"title":"Something"}'


def lines(n: int, words: int = 8) -> list[Segment]:
    said = "the launch is in May and Anna writes the plan who pays".split()
    return [Segment(i, "file", 3.0 * i, 3.0 * i + 2, " ".join((said * words)[:words]), "s1") for i in range(1, n + 1)]


def noted(at_s: float, text: str, kind: MarkKind = MarkKind.NOTE) -> Mark:
    return Mark(kind, at_s, NOW, text)


def write(engine: Recorder, segments: Sequence[Segment], **how: Any) -> MinutesOutcome:
    *_, last = write_minutes(segments, lambda _: "Anna", engine, cancel=Never(), **how)
    assert isinstance(last, MinutesOutcome)
    return last


# What is asked


def test_the_general_request_is_what_it_always_was() -> None:
    """Byte for byte: the bundled model was trained on it."""
    engine = Recorder()
    write(engine, lines(2, 4))
    assert engine.requests == [(GENERAL_PROMPT, "[1] Anna: the launch is in\n[2] Anna: the launch is in\n")]


def test_a_model_that_may_only_quote_gets_the_general_request_whatever_is_chosen() -> None:
    engine = Recorder(quotes_only=True)
    outcome = write(engine, lines(2, 4), template=STAND_UP, marks=[noted(1, "budget")])
    assert engine.requests == [(GENERAL_PROMPT, "[1] Anna: the launch is in\n[2] Anna: the launch is in\n")]
    assert outcome.template == GENERAL
    assert len(outcome.notices) == 1
    assert "“Stand-up” was not used" in outcome.notices[0]
    assert write(Recorder(quotes_only=True), lines(2), marks=[noted(1, "budget")]).notices == ()


def test_a_template_says_what_to_look_for() -> None:
    engine = Recorder()
    outcome = write(engine, lines(2), template=STAND_UP)
    assert engine.requests[0][0] == f"{GENERAL_PROMPT} {STAND_UP.look_for}"
    assert (outcome.template, outcome.notices) == (STAND_UP, ())
    braces = Template("own", "Own", "Look for {language} and {0}.", own=True)
    write(engine, lines(2), template=braces)
    assert engine.requests[1][0].endswith("Look for {language} and {0}.")


def test_the_parts_of_a_long_meeting_are_put_together_by_the_template_too() -> None:
    engine = Recorder(1000)
    write(engine, lines(100), template=STAND_UP)
    assert len(engine.requests) > 1
    assert all(STAND_UP.look_for in system for system, _ in (*engine.requests, *engine.merges))
    assert engine.merges


def test_what_a_template_leaves_out_is_asked_not_for_and_not_taken() -> None:
    engine = Recorder()
    outcome = write(engine, lines(40, 11), template=find("lecture", BUILT_IN) or GENERAL)
    assert engine.requests[0][0].endswith("List no decisions.")
    assert '\\"decision\\"' not in engine.constraints[0].lark
    assert "decision" not in json.dumps(engine.constraints[0].json_schema)
    m = outcome.minutes
    assert (m.decisions, len(m.action_items), len(m.open_questions)) == ((), 1, 1)


@pytest.mark.parametrize("left_out", [(), ("decisions",), ("action_items",), ("decisions", "open_questions"), PARTS])
def test_grammars_without_some_parts_hold(left_out: Any) -> None:
    grammar = fmt.minutes_grammar([fmt.PromptLine("Anna", "hello")], False, left_out)
    assert not llguidance.LLMatcher.validate_grammar(grammar.lark)


def test_the_general_grammar_allows_everything() -> None:
    said = [fmt.PromptLine("Anna", "hello")]
    everything = fmt.minutes_grammar(said, False)
    assert all(f'\\"{kind}\\"' in everything.lark for kind in ("decision", "action_item", "open_question"))
    assert fmt.minutes_grammar(said, True, PARTS) == fmt.minutes_grammar(said, True), "of a quoting model nothing"


def test_another_language_is_asked_for_in_the_items_too() -> None:
    engine = Recorder()
    outcome = write(engine, lines(2), language="French", check_support=False)
    assert "summary in French" in engine.requests[0][0]
    assert "items in French" in engine.requests[0][0]
    assert all(d.supported for d in outcome.minutes.decisions)
    write(engine, lines(2), language="French")
    assert "items in French" not in engine.requests[1][0], "it is what they speak"


# What the user has typed


def test_notes_stand_after_the_transcript_with_time_and_line() -> None:
    engine = Recorder()
    marks = [
        noted(0, "Agenda: budget"),
        noted(7.5, 'who "pays"?'),
        noted(9.5, "good idea", MarkKind.BOOKMARK),
        noted(9.6, "", MarkKind.BOOKMARK),
        noted(9.7, "The microphone is gone.", MarkKind.WARNING),
        noted(500, "after all"),
    ]
    write(engine, lines(3, 3), marks=marks)
    system, user = engine.requests[0]
    assert system == f"{GENERAL_PROMPT} {fmt.NOTES_INSTRUCTION}"
    assert user == (
        "[1] Anna: the launch is\n[2] Anna: the launch is\n[3] Anna: the launch is\n"
        "\nNotes, with time and nearest line:\n"
        "- 0:00, line 1: Agenda: budget\n- 0:07, line 2: who 'pays'?\n"
        "- 0:09, line 3: good idea\n- 8:20, line 3: after all\n"
    )


def test_each_part_of_a_long_meeting_has_the_notes_of_its_time() -> None:
    engine = Recorder(1000)
    spoken = lines(100)
    marks = [noted(s.start_s + 0.5, f"note{s.id}") for s in spoken if s.id % 10 == 0]
    assert write(engine, spoken, marks=marks).notices == ()
    assert len(engine.requests) > 1
    seen = 0
    for n, (_, user) in enumerate(engine.requests):
        transcript, _, notes = user.partition(fmt.NOTES_HEADING)
        count = transcript.count("\n")
        for note in notes.splitlines():
            number = int(note.split("line ")[1].split(":")[0])
            assert 1 <= number <= count, n
            seen += 1
    assert seen == len(marks)


def test_notes_take_no_more_room_than_they_may() -> None:
    engine = Recorder(1000)
    long = " ".join(f"word{i}" for i in range(3000))
    outcome = write(engine, lines(20), marks=[noted(1, long), noted(2, "the second"), noted(30, "the third")])
    asked = " ".join(user for _, user in engine.requests)
    assert "word0 word1" in asked, "its beginning"
    assert " …" in asked
    assert len(engine.requests) <= 2
    assert all(len(user.partition(fmt.NOTES_HEADING)[2].split()) < 200 for _, user in engine.requests)
    assert outcome.notices
    assert outcome.notices[-1].endswith("of your notes could not be read whole by the text model.")


def test_where_there_is_no_room_for_notes_that_is_said() -> None:
    engine = Recorder(300)
    outcome = write(engine, lines(2), marks=[noted(1, "budget")])
    assert engine.requests[0][0] == GENERAL_PROMPT
    assert outcome.notices == ("1 of your notes could not be read whole by the text model.",)


def test_notes_that_fit_when_a_part_is_halved_are_not_missed() -> None:
    class Halting(Recorder):
        def generate(self, messages: Sequence[Message], **how: Any) -> str:
            answer = super().generate(messages, **how)
            return answer if messages[1].content.count("] Anna") < 5 else answer[:20]

    engine = Halting(1000)
    marks = [noted(s * 3 + 1, " ".join(f"{s}word{i}" for i in range(60))) for s in (1, 6)]
    outcome = write(engine, lines(8), marks=marks)
    assert outcome.notices == ()
    assert all(f"{s}word59" in " ".join(user for _, user in engine.requests[1:]) for s in (1, 6))


def test_without_words_there_is_nothing_to_ask() -> None:
    engine = Recorder()
    assert write(engine, [], marks=[noted(1, "budget")]).minutes.summary == ""
    assert engine.requests == []


def test_a_template_that_leaves_no_room_gives_way() -> None:
    engine = Recorder(600)
    outcome = write(engine, lines(3), template=Template("own", "Own", "very " * 400, own=True))
    assert engine.requests[0][0] == GENERAL_PROMPT
    assert "too long" in outcome.notices[0]


# The user's files


def test_the_users_own_are_added(tmp_path: Path) -> None:
    (tmp_path / "Rückblick.json").write_text(
        json.dumps({"title": " Retro\nspective ", "look_for": ["What went well.", "What\ndid not."]}), "utf-8-sig"
    )
    (tmp_path / "bare.json").write_text('{"look_for": "Jokes.", "leave_out": ["chapters", "decisions"], "more": 1}')
    (tmp_path / "notes.txt").write_text("no template")
    found, problems = templates.load(tmp_path)
    assert problems == []
    assert found[: len(BUILT_IN)] == BUILT_IN
    assert found[len(BUILT_IN) :] == (
        Template("bare", "bare", "Jokes.", ("decisions", "chapters"), own=True),
        Template("Rückblick", "Retro spective", "What went well. What did not.", own=True),
    )
    assert find("RETRO  spective", found) == found[-1]
    assert templates.named("bare", found) == found[-2]
    with pytest.raises(InputError) as caught:
        templates.named("joke", found)
    assert "stand-up" in caught.value.to_do


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "line 1"),
        ("[]", "braces"),
        ("\x00\xff", "cannot be understood"),
        ('{"title": "A"}', "look_for"),
        ('{"look_for": " "}', "look_for"),
        ('{"look_for": 5}', "look_for"),
        ('{"look_for": "x", "title": ""}', "title"),
        ('{"look_for": "x", "title": ["a"]}', "title"),
        ('{"look_for": "x", "leave_out": ["summary"]}', "leave_out"),
        ('{"look_for": "x", "leave_out": [["chapters"]]}', "leave_out"),
        ('{"look_for": "x", "title": "Stand-up"}', "already"),
        (json.dumps({"look_for": "x" * 5000}), "4000"),
        ("[" * 200_000, "too large"),
        ("[" * 90_000, "cannot be understood"),
    ],
)
def test_a_damaged_one_takes_only_itself_away(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "bad.json").write_bytes(content.encode("latin-1"))
    (tmp_path / "good.json").write_text('{"look_for": "Jokes."}')
    (tmp_path / "folder.json").mkdir()
    found, problems = templates.load(tmp_path)
    assert [t.id for t in found[len(BUILT_IN) :]] == ["good"]
    assert len(problems) == 2
    bad = next(p for p in problems if "bad.json" in p)
    assert why in bad


def test_names_of_the_programs_own_are_taken(tmp_path: Path) -> None:
    (tmp_path / "General.json").write_text('{"title": "Mine", "look_for": "Jokes."}')
    found, problems = templates.load(tmp_path)
    assert found == BUILT_IN
    assert "General.json" in problems[0]
    assert templates.load(tmp_path / "nowhere") == (BUILT_IN, [])


# What is chosen


def job(options: MinutesOptions, settings: Settings, folder: Path) -> Job:
    done = tuple(StageRecord(s, "done") for s in Stage if s is not Stage.MINUTES)
    meeting = Meeting("m1", "Weekly", NOW, language="English", segments=tuple(lines(3)), stages=done)
    return templates.with_options(Job(replace(meeting, minutes_options=options), folder), settings, folder)


def test_the_meetings_choice_comes_before_that_of_the_settings(tmp_path: Path) -> None:
    usual = Settings(minutes_template="lecture", minutes_language="German")
    (tmp_path / "retro.json").write_text('{"look_for": "Jokes."}')
    made = job(MinutesOptions(), Settings(), tmp_path)
    assert (made.template, made.minutes_language, made.template_problem) == (GENERAL, None, "")
    made = job(MinutesOptions(), usual, tmp_path)
    assert (made.template.id, made.minutes_language) == ("lecture", "German")
    made = job(MinutesOptions("general", "French"), usual, tmp_path)
    assert (made.template, made.minutes_language) == (GENERAL, "French")
    made = job(MinutesOptions("retro"), usual, tmp_path)
    assert (made.template.look_for, made.minutes_language) == ("Jokes.", "German")


def test_a_template_that_is_gone_or_damaged_gives_way_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    made = job(MinutesOptions("gone"), Settings(), tmp_path)
    assert made.template == GENERAL
    assert made.template_problem == "There is no template “gone” any more, so the minutes are general."
    made = job(MinutesOptions("bad"), Settings(), tmp_path)
    assert "bad.json cannot be understood" in made.template_problem
    events = list(Pipeline(FakeEngines(text=Recorder())).run(made, Never()))
    assert made.template_problem in [e.message for e in events if isinstance(e, Notice)]


def test_the_pipeline_uses_and_notes_what_was_chosen(tmp_path: Path) -> None:
    engine = Recorder()
    asked = job(MinutesOptions("stand-up", "French"), Settings(), tmp_path)
    asked = replace(asked, meeting=replace(asked.meeting, marks=(noted(4, "budget"),)))
    events = list(Pipeline(FakeEngines(text=engine)).run(asked, Never()))
    system, user = engine.requests[0]
    assert STAND_UP.look_for in system
    assert "summary in French" in system
    assert "- 0:04, line 1: budget\n" in user
    done = events[-1]
    assert isinstance(done, StageDone)
    assert {k: done.settings[k] for k in ("language", "template", "compared")} == {
        "language": "French",
        "template": "stand-up",
        "compared": False,
    }
    said = [e.message for e in events if isinstance(e, Notice)]
    assert any("could not be compared" in s for s in said)


def test_a_quoting_model_notes_that_it_wrote_general_minutes(tmp_path: Path) -> None:
    asked = job(MinutesOptions("stand-up"), Settings(), tmp_path)
    events = list(Pipeline(FakeEngines(text=Recorder(quotes_only=True))).run(asked, Never()))
    done = events[-1]
    assert isinstance(done, StageDone)
    assert done.settings["template"] == "general"
    assert any("was not used" in e.message for e in events if isinstance(e, Notice))


def test_a_quoting_model_stays_with_the_language_and_is_checked(tmp_path: Path) -> None:
    asked = job(MinutesOptions("", "French"), Settings(), tmp_path)
    engine = Recorder(quotes_only=True)
    events = list(Pipeline(FakeEngines(text=engine)).run(asked, Never()))
    done = events[-1]
    assert isinstance(done, StageDone)
    assert done.settings["language"] == "English"
    assert "compared" not in done.settings
    assert engine.requests[0][0] == GENERAL_PROMPT
    assert [e.message for e in events if isinstance(e, Notice)] == [
        "This text model can only quote, so the minutes are in the language that was spoken."
    ]


def test_a_standing_choice_of_the_language_is_no_news(tmp_path: Path) -> None:
    asked = job(MinutesOptions(), Settings(minutes_language="French"), tmp_path)
    events = list(Pipeline(FakeEngines(text=Recorder())).run(asked, Never()))
    assert not [e for e in events if isinstance(e, Notice)]


# Kept


def test_options_are_stored_and_taken_back(tmp_path: Path) -> None:
    library = Library(tmp_path)
    made = library.create("Weekly", NOW, language=None, glossary=(), sources={})
    assert made.minutes_options == MinutesOptions()
    change = Change(minutes_options=MinutesOptions("stand-up", "Chinese"))
    back = library.change(made.id, change)
    assert library.get(made.id).minutes_options == MinutesOptions("stand-up", "Chinese")
    assert inverse(library.get(made.id), back) == change
    library.change(made.id, back)
    assert library.get(made.id) == made
    library.close()


# The command line


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    text = Recorder()
    monkeypatch.setattr(bootstrap, "local_pipeline", lambda: Pipeline(FakeEngines(text=text)).run)
    return text


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "Weekly.wav"
    sf.write(path, beeps([(0.6, 2.4), (3.6, 5.4)], 8.0), 16_000)
    return path


def out(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_process_is_told_of_template_and_language(
    engine: Recorder, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["process", str(recording), "--template", "Stand-Up", "--minutes-language", "fr", "--json"]) == 0
    data = out(capsys)
    assert STAND_UP.look_for in engine.requests[0][0]
    assert "summary in French" in engine.requests[0][0]
    stored = next(s for s in data["stages"] if s["stage"] == "minutes")["settings"]
    assert (stored["template"], stored["language"]) == ("stand-up", "French")
    number = data["meeting"]["id"]
    assert cli.main(["process", "--resume", number, "--template", "lecture", "--json"]) == 0
    assert len(engine.requests) == 2, "the minutes are written again, and with what was said before"
    assert "This is a lecture" in engine.requests[1][0]
    assert "summary in French" in engine.requests[1][0]
    with Library(Paths.default().data) as library:
        assert library.get(number).minutes_options == MinutesOptions("lecture", "French")


def test_process_uses_the_settings(engine: Recorder, recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = Paths.default()
    Settings(minutes_template="interview").save(paths.settings)
    assert cli.main(["process", str(recording)]) == 0
    assert "This is an interview" in engine.requests[0][0]


def test_a_template_that_is_not_there_is_refused(
    engine: Recorder, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["process", str(recording), "--template", "nonsense"]) == InputError("").exit_code
    assert "no template “nonsense”" in capsys.readouterr().err
    assert engine.requests == []
    assert cli.main(["list", "--json"]) == 0
    assert out(capsys) == {"meetings": []}


def test_templates_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    paths = Paths.default()
    paths.templates.mkdir(parents=True)
    (paths.templates / "retro.json").write_text('{"title": "Retrospective", "look_for": "Jokes."}')
    (paths.templates / "bad.json").write_text("{")
    Settings(minutes_template="retro").save(paths.settings)
    assert cli.main(["templates", "list"]) == 0
    said = capsys.readouterr()
    assert "stand-up    Stand-up\n" in said.out
    assert "Retrospective  (your own, used if none is named)" in said.out
    assert "bad.json cannot be understood" in said.err
    assert cli.main(["templates", "list", "--json"]) == 0
    data = out(capsys)
    assert [t["id"] for t in data["templates"] if t["own"]] == ["retro"]
    assert data["folder"] == str(paths.templates)
