"""What the layers below the window say, in the window's language: real errors of real code, raised here."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication

from app.audio.decode import decode
from app.audio.levels import Heard, Watch
from app.audio.media import probe
from app.domain.coverage import Hole
from app.domain.disk import disk_error
from app.domain.errors import InputError, ModelError, StorageError, UserError
from app.domain.events import Notice, Progress
from app.domain.meeting import MIC, SYSTEM, Mark, MarkKind, Segment, Stage
from app.domain.recording import Level
from app.exporters.doubts import not_written
from app.services.alignment import Alignment
from app.ui import translation
from app.viewmodels.doubts import doubt_about
from app.viewmodels.job import Job
from app.viewmodels.marks import asides
from app.viewmodels.models_said import recommendation_said
from app.viewmodels.phrases import said
from app.viewmodels.phrases_list import PHRASES
from app.viewmodels.problems import in_words
from models import catalogue
from models.device import Survey
from models.recommend import recommend
from storage.repository import Library

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")  # two words of a sentence; names of models and files have none


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    translation.install(qapp, "zh_CN")
    yield
    translation.install(qapp, "en")
    QLocale.setDefault(before)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("phrases", ROOT / "packaging" / "phrases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["phrases"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def put(template: str, values: Sequence[str]) -> str:
    return re.sub(r"\{(\d)\}", lambda field: values[int(field[1])], template)


def assert_chinese(text: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", text), text
    assert not ENGLISH.search(text), text


# -- the list of templates ---------------------------------------------------------------------------
def test_the_list_is_up_to_date(tool: ModuleType) -> None:
    written = tool.LIST.read_text(encoding="utf-8")
    assert written == tool.module(tool.collect()), "run: python3 dev.py translate"


def test_what_the_code_says_is_found_in_it(tool: ModuleType) -> None:
    source = '''
"""Not this."""
WHY = {1: ("the disk is full", "Free some space."), 2: "key"}
def f(path, n, device, error):
    """Nor this."""
    log.warning("nor what is logged")
    where = f" on {device}" if device else ""
    if "not compared words" in path:
        raise ValueError("nor bugs")
    raise InputError(f"{path} is no file{where}.", f"Look for {n} " "others." if n else HINT)
HINT = "Choose another."
'''
    import ast

    found = tool._Module("x.py", ast.parse(source), only_errors=False).read()
    assert found == [
        "the disk is full",
        "Free some space.",
        "{0} is no file on {1}.",
        "{0} is no file.",
        "Look for {0} others.",
        "Choose another.",
    ]
    assert tool._Module("x.py", ast.parse(source), only_errors=True).read() == found[2:]


@pytest.mark.usefixtures("chinese")
def test_every_template_is_found_again_with_its_values() -> None:
    wrong = []
    for template in PHRASES:
        letters = sum(c.isalpha() for c in re.sub(r"\{\d\}", "", template))
        if letters < 5:
            continue  # too little to be told from other text; only with values that are known themselves
        values = [f"Xy{n}9" for n in range(5)]
        english, spoken = put(template, values), put(QCoreApplication.translate("phrases", template), values)
        if re.sub(r"\s", "", said(english)) != re.sub(r"\s", "", spoken):
            wrong.append((english, said(english), spoken))
    assert not wrong


# -- what real code says -----------------------------------------------------------------------------
def error_of(call: Callable[[], object]) -> UserError:
    with pytest.raises(UserError) as caught:
        call()
    return caught.value


@pytest.mark.usefixtures("chinese")
def test_a_full_disk() -> None:
    folder = Path("/home/anna/Meetings")
    problem = in_words(disk_error("The recording could not begin", folder, OSError(errno.ENOSPC, "No space left")))
    assert problem.what == f"无法开始录音：磁盘已满（{folder}）。"
    assert problem.to_do == "请腾出一些空间，然后重试。"


@pytest.mark.usefixtures("chinese")
def test_an_error_that_only_the_system_has_words_for() -> None:
    problem = in_words(
        disk_error("The file could not be written", Path("/x y/a: b.md"), OSError(errno.EPIPE, "Broken"))
    )
    assert problem.what == "无法写入文件：Broken（/x y/a: b.md）。"


@pytest.mark.usefixtures("chinese")
def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "notes.mp3").write_text("Dear all, this is the agenda of our meeting on Monday.\n" * 40)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "cut.wav").write_bytes(b"RIFF\x10\x00")
    for name in ("notes.mp3", "empty.wav", "cut.wav", "gone.mp3", "."):
        error = error_of(lambda name=name: probe(tmp_path / name))  # type: ignore[misc]
        assert isinstance(error, InputError)
        problem = in_words(error)
        assert_chinese(problem.what.replace(str(tmp_path), ""))
        assert_chinese(problem.to_do)
        assert str(tmp_path) in problem.what


@pytest.mark.usefixtures("chinese")
def test_a_damaged_recording(tmp_path: Path) -> None:
    path = tmp_path / "no sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    problem = in_words(error_of(lambda: list(decode(path, cancel=_Never()))))
    assert_chinese(problem.what.replace(str(path), ""))
    assert_chinese(problem.to_do)


@pytest.mark.usefixtures("chinese")
def test_models_that_are_missing_or_damaged(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{")
    for name in ("qwen3-asr-0.6b", "unheard-of", str(tmp_path / "mine")):
        error = error_of(lambda name=name: catalogue.resolve(name, tmp_path, "speech"))  # type: ignore[misc]
        assert isinstance(error, ModelError)
        assert_chinese(said(error.what).replace(str(tmp_path), ""))
        assert_chinese(re.sub(r"folkmoot( [\w.-]+)+", "", said(error.to_do)))


@pytest.mark.usefixtures("chinese")
def test_a_library_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"something else entirely " * 100)
    error = error_of(lambda: Library(tmp_path).list())
    assert isinstance(error, StorageError)
    assert_chinese(in_words(error).what.replace(str(tmp_path), ""))
    assert_chinese(in_words(error).to_do.replace("FOLKMOOT_HOME", ""))


@pytest.mark.usefixtures("chinese")
def test_warnings_while_recording() -> None:
    loud, silent = Level(-20.0, 0.0, True), Level(-120.0, -120.0, False)
    watch, spoken = Watch(), set[tuple[str, str]]()
    for tenth in range(1200):
        heard = {
            MIC: Heard("live", silent if tenth < 600 else loud, losses=tenth // 200, lost_s=tenth / 1000),
            SYSTEM: Heard("lost", None, what="“Built-in” delivers no sound.", to_do="Check that it is connected."),
        }
        spoken |= {(w.what, w.to_do) for w in watch.look(tenth / 10, heard, remaining_s=400.0)}
    assert len(spoken) >= 5
    for what, to_do in spoken:
        assert_chinese(said(what))
        assert_chinese(said(to_do))
    assert "“Built-in”没有传来声音。" in {said(what) for what, _ in spoken}
    assert "磁盘空间大约还可以录制 6 分钟。" in {said(what) for what, _ in spoken}


@pytest.mark.usefixtures("chinese")
def test_why_models_are_recommended() -> None:
    for memory_mb, disk_mb in ((16_000, 300_000), (2_000, 300_000), (16_000, 900)):
        survey = Survey("Linux", "a processor", 8, (), memory_mb, memory_mb // 2, disk_mb, (), "2.13.0")
        found = recommendation_said(recommend(survey, None))
        assert found.reasons
        for text in (*found.reasons, *found.warnings, *(c.why for c in found.choices if c.why)):
            assert_chinese(text)


@pytest.mark.usefixtures("chinese")
def test_notices_and_progress_of_a_job() -> None:
    job = Job("1")
    job.take(Progress(Stage.TRANSCRIBE, 0.3, "Transcribing 3:20 of 12:00 of speech"), 1.0)
    assert job.message == "正在转写：3:20 / 12:00 的讲话"
    job.take(Notice(Stage.ALIGN, Alignment(without={"German": 3, "French": 1}).notice), 1.0)
    holes = [Hole("mic", 200.0, 212.0, 12.0), Hole("mic", 420.0, 425.0, 5.0)]
    job.take(Notice(Stage.TRANSCRIBE, not_written(holes)), 1.0)
    job.take(Notice(Stage.DECODE, "Meeting of May.mp3: 3 damaged pieces of the file could not be decoded."), 1.0)
    assert job.notices == [
        "德语、法语只有段落的时间，没有词语的时间。",
        "未能写下：3:20 处 0:12、7:00 处 0:05。",
        "Meeting of May.mp3：文件中有 3 处损坏的部分无法解码。",
    ]


@pytest.mark.usefixtures("chinese")
def test_doubts_and_marks() -> None:
    segment = Segment(1, "mic", 0.0, 5.0, "Hm", guards=("thin", "loop"))
    assert doubt_about(segment) == "讲话较多而文字很少；模型出现重复，可能缺少字词"
    now = datetime(2026, 11, 20, 9, 30).astimezone()
    marks = [Mark(MarkKind.DEVICE, 3.0, now, text="Goes on with Jabra 75.", track="mic")]
    marks += [Mark(MarkKind.NOTE, 4.0, now, text="The disk is full, so the recording ended.")]
    assert [a.text for a in asides(marks)] == [
        "麦克风: 使用 Jabra 75 继续",
        "The disk is full, so the recording ended.",
    ]


# -- what is not ours --------------------------------------------------------------------------------
@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Budget of 2026",
        "Anna and Ben",
        "Tom said yes. All of it is fine.",
        "录音已在磁盘上。",
        "Traceback (most recent call last): x",
        "{0} of {1} % $ \\",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert said(text) == text


@pytest.mark.usefixtures("chinese")
def test_titles_are_not_translated() -> None:
    what = "The meeting “The disk is full. Check the path.” is still being recorded."
    assert said(what) == "会议“The disk is full. Check the path.”仍在录制。"


@pytest.mark.usefixtures("chinese")
def test_sentences_are_translated_one_by_one() -> None:
    assert said("All this is new. Check the path.") == "All this is new. 请检查路径。"
    assert said("The disk is full, so the recording ended. 已保留。") == "磁盘已满，录音已结束。已保留。"
    assert said("Check the path.\nChoose another file.") == "请检查路径。\n请选择其他文件。"


@pytest.mark.usefixtures("chinese")
def test_it_takes_no_time_that_is_noticed() -> None:
    text = "No one has ever seen this, of all things in it, at the end: it is {0} here. " * 25
    began = time.perf_counter()
    assert said(text) == text
    assert time.perf_counter() - began < 1.0  # about 10 ms on a quiet computer


def test_in_english_nothing_is_looked_for(qapp: QApplication) -> None:
    code = (
        "import sys; from app.viewmodels.phrases import said; "
        "assert said('Check the path.') == 'Check the path.'; assert 'app.viewmodels.phrases_list' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=os.environ)


class _Never:
    """Nobody cancels."""

    def is_set(self) -> bool:
        return False

    def set(self) -> None: ...
