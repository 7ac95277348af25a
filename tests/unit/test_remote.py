"""Servers that do the work: a real one (`transformers serve` with the starter kit), and one that fails in every way."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from app import cli
from app.domain import minutes_format
from app.domain.errors import Cancelled, InputError, ModelError, StorageError
from app.domain.meeting import Segment
from app.domain.ports import Message
from app.services.minutes import MinutesOutcome, write_minutes
from models import catalogue
from models.remote import servers
from models.remote.probe import probe
from models.remote.servers import Server
from models.remote.speech import RemoteSpeech, parse
from models.remote.text import RemoteText
from tests.tiny import noise

ROOT = Path(__file__).resolve().parents[2]
KIT = ROOT / "models" / "starter" / "kit"
SAMPLE = ROOT / "models" / "starter" / "sample"
GO = threading.Event()
Reply = Callable[[BaseHTTPRequestHandler, bytes], None]


# -- a server that does as it is told --------------------------------------------------------------
class Scripted:
    """Answers requests one after the other with `replies`; the last one goes on for ever. `bodies`: what was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        left = list(replies)
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with lock:
                    outer.bodies.append(body)
                    outer.paths.append(self.path)
                    outer.keys.append(self.headers.get("Authorization"))
                    reply = left.pop(0) if len(left) > 1 else left[0]
                reply(self, body)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *_: Any) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def says(data: Any, status: int = 200, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        content = json.dumps(data).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def half(data: Any) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        content = json.dumps(data).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    return reply


def silent(seconds: float) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return reply


def chat(content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "1", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }  # fmt: skip


def error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "x", "code": None}}


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    made: list[Scripted] = []

    def make(*replies: Reply) -> Scripted:
        made.append(Scripted(*replies))
        return made[-1]

    yield make
    for s in made:
        s.close()


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A keyring of this test alone."""
    import keyring

    kept: dict[str, str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda _service, name: kept.get(name))
    monkeypatch.setattr(keyring, "set_password", lambda _service, name, value: kept.__setitem__(name, value))
    monkeypatch.setattr(keyring, "delete_password", lambda _service, name: kept.pop(name))
    return kept


def speech(url: str, *, retries: int = 0, **more: Any) -> RemoteSpeech:
    return RemoteSpeech(Server("team", url, speech_model="asr", **more), retries)


def text(url: str, *, retries: int = 0, **more: Any) -> RemoteText:
    return RemoteText(Server("team", url, text_model="llm", **more), retries)


# -- what is sent, and what comes back -------------------------------------------------------------
def test_sound_is_sent_as_a_wav_file_with_language_and_glossary(scripted: Callable[..., Scripted]) -> None:
    server = scripted(says({"text": "language German<asr_text>Guten Tag, Rosa."}))

    heard = speech(server.url).transcribe([noise(1.0)], language="de", glossary=["Rosa", "Atlas"], cancel=GO)

    assert [(t.text, t.language) for t in heard] == [("Guten Tag, Rosa.", "German")]
    assert server.paths == ["/v1/audio/transcriptions"]
    body = server.bodies[0]
    assert b"RIFF" in body
    assert b'name="language"\r\n\r\nde\r\n' in body
    assert b'name="prompt"\r\n\r\nRosa, Atlas\r\n' in body


def test_answers_keep_the_order_of_the_windows_although_they_are_asked_at_once(
    scripted: Callable[..., Scripted],
) -> None:
    def reply(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seconds = (len(body) - 44) // 32_000  # the longer the sound, the sooner the answer
        time.sleep(0.3 / max(1, seconds))
        says({"text": f"{seconds} seconds"})(handler, body)

    server = scripted(reply)

    heard = speech(server.url).transcribe([noise(s) for s in (1.2, 2.2, 3.2)], cancel=GO)

    assert [t.text for t in heard] == ["1 seconds", "2 seconds", "3 seconds"]


def test_sound_in_a_chat(scripted: Callable[..., Scripted]) -> None:
    server = scripted(says(chat("language English<asr_text>Hello.")))

    heard = speech(server.url, route="chat").transcribe([noise(0.5)], glossary=["Atlas"], cancel=GO)

    assert heard[0].text == "Hello."
    sent = json.loads(server.bodies[0])["messages"]
    assert sent[0] == {"role": "system", "content": "Atlas"}
    assert sent[1]["content"][0]["type"] == "input_audio"


@pytest.mark.parametrize(
    ("answer", "words", "language"),
    [
        ("language English<asr_text>Hello there.", "Hello there.", "English"),
        ("language EnglishHello there.", "Hello there.", "English"),  # the token in the middle was stripped
        ("language Chinese你好。", "你好。", "Chinese"),
        ("Hello there.", "Hello there.", None),
        ("language None<asr_text>", "", None),
        ("language None", "", None),
        ("  ", "", None),
        ("language Englishhello there.", "hello there.", "English"),
        ("language learning is fun", "language learning is fun", None),
        ("language English lessons start today", "lessons start today", "English"),
    ],
)
def test_the_tag_is_read_whole_stripped_or_not_there(answer: str, words: str, language: str | None) -> None:
    heard = parse(answer)

    assert heard.text == words
    if language or not words:
        assert heard.language == language


def test_minutes_are_asked_for_under_a_schema(scripted: Callable[..., Scripted]) -> None:
    server = scripted(says(chat('<think>hm</think>```json\n{"items":[],"summary":"Short."}\n```')))
    lines = [minutes_format.PromptLine("Me", "We meet on Friday.")]

    answer = text(server.url).generate(
        minutes_format.minutes_request(lines),
        constraint=minutes_format.minutes_grammar(lines, False),
        max_new_tokens=50,
        cancel=GO,
    )

    assert minutes_format.parse_answer(answer) == ([], "Short.")
    sent = json.loads(server.bodies[0])
    schema = sent["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["items"]["items"]["anyOf"][0]["properties"]["evidence"]["items"]["maximum"] == 1
    assert sent["chat_template_kwargs"] == {"enable_thinking": False}


def test_fields_that_a_server_refuses_are_left_out_and_said_in_words_instead(
    scripted: Callable[..., Scripted],
) -> None:
    server = scripted(
        says(error("Extra inputs are not permitted: chat_template_kwargs, response_format"), 400),
        says(chat('{"summary":"Short."}')),
    )
    engine = text(server.url)

    for _ in range(2):
        engine.generate(
            [Message("system", "Sum up."), Message("user", "x")],
            constraint=minutes_format.merge_grammar(),
            max_new_tokens=50,
            cancel=GO,
        )

    assert len(server.bodies) == 3  # refused once, and never sent again
    last = json.loads(server.bodies[-1])
    assert "response_format" not in last
    assert "chat_template_kwargs" not in last
    assert '"summary"' in last["messages"][0]["content"]


def test_minutes_survive_an_answer_that_is_no_json(scripted: Callable[..., Scripted]) -> None:
    """What the server cannot answer is asked again in halves, and at last named as unread."""
    server = scripted(says(chat('{"items": [')))
    segments = [Segment(n, "mic", float(n), n + 1.0, f"Sentence number {n} about the budget.") for n in range(1, 4)]

    steps = list(write_minutes(segments, str, text(server.url), cancel=GO))

    outcome = steps[-1]
    assert isinstance(outcome, MinutesOutcome)
    assert outcome.unread == (1, 2, 3)


# -- failures --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (says(error("bad key"), 401), "key"),
        (says(error("no such model"), 404), "no such model"),
        (says(error("quota"), 429, retry_after="0"), "busy"),
        (says(error("boom"), 500), "boom"),
        (half({"text": "Hello there, all of you."}), "broke off"),
        (says({"error": "sound is too long"}, 413), "too long"),
    ],
)
def test_every_failure_says_what_happened_and_what_to_do(
    scripted: Callable[..., Scripted], reply: Reply, words: str
) -> None:
    server = scripted(reply)

    with pytest.raises(ModelError) as caught:
        speech(server.url).transcribe([noise(0.5)], cancel=GO)

    assert words in caught.value.what
    assert caught.value.to_do


def test_a_server_that_is_down_or_mute(scripted: Callable[..., Scripted]) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with pytest.raises(ModelError, match="cannot be reached"):
        speech(f"http://127.0.0.1:{port}/v1").transcribe([noise(0.5)], cancel=GO)
    mute = scripted(silent(1.5))
    with pytest.raises(ModelError, match="did not answer within"):
        speech(mute.url, timeout_s=0.3).transcribe([noise(0.5)], cancel=GO)


def test_a_busy_server_is_asked_again(scripted: Callable[..., Scripted]) -> None:
    # The broken line first: after it the client pauses for as long as it likes, which grows with every try.
    busy = says(error("later"), 429, retry_after="0.05")
    server = scripted(half({"text": "x"}), busy, says(error("boom"), 500, retry_after="0.05"), says({"text": "Hello."}))

    heard = speech(server.url, retries=4).transcribe([noise(0.5)], cancel=GO)

    assert heard[0].text == "Hello."
    assert len(server.bodies) == 4


def test_cancelling_does_not_wait_for_the_server(scripted: Callable[..., Scripted]) -> None:
    server = scripted(silent(2.0))
    cancel = threading.Event()
    timer = threading.Timer(0.2, cancel.set)
    timer.start()
    began = time.monotonic()

    with pytest.raises(Cancelled):
        speech(server.url).transcribe([noise(0.5)], cancel=cancel)

    assert time.monotonic() - began < 1.5
    timer.join()


# -- the list of servers ---------------------------------------------------------------------------
def test_servers_are_kept_checked_and_named(tmp_path: Path) -> None:
    path = tmp_path / "models" / "servers.json"
    assert servers.load(path) == {}
    server = servers.check(Server("team", "gpu.example:8000/", speech_model="asr"))
    assert server.url == "http://gpu.example:8000/v1"
    assert not server.is_this_machine
    assert servers.check(Server("own", "http://127.0.0.1:8000/v1", text_model="x")).is_this_machine

    servers.save(path, {server.name: server})

    assert servers.load(path) == {"team": server}
    assert servers.named(path, "server:team") == server
    with pytest.raises(ModelError, match="no server “other”"):
        servers.named(path, "server:other")
    path.write_text('{"servers": [{"name": "x"}]}', encoding="utf-8")
    with pytest.raises(StorageError, match="damaged"):
        servers.load(path)


@pytest.mark.parametrize(
    "server",
    [
        Server("Team One", "http://h/v1", "a"),
        Server("team", "ftp://h/v1", "a"),
        Server("team", "http://", "a"),
        Server("team", "http://h:99999/v1", "a"),
        Server("team", "http://me:secret@h/v1", "a"),
        Server("team", "http://h/v1"),
        Server("team", "http://h/v1", "a", parallel=0),
    ],
)
def test_what_cannot_be_a_server_is_refused(server: Server) -> None:
    with pytest.raises(InputError):
        servers.check(server)


def test_keys_lie_in_the_keyring_or_a_variable_and_are_sent(
    scripted: Callable[..., Scripted], no_keyring: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted(says({"text": "Hello."}))
    servers.set_key("team", "s3cret")
    assert no_keyring == {"team": "s3cret"}

    speech(server.url).transcribe([noise(0.2)], cancel=GO)
    monkeypatch.setenv("FOLKMOOT_KEY_TEAM", "other")
    speech(server.url).transcribe([noise(0.2)], cancel=GO)

    assert server.keys == ["Bearer s3cret", "Bearer other"]
    servers.set_key("team", "")
    assert no_keyring == {}


def test_a_system_without_keyring_says_so_only_when_a_key_is_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    import keyring.errors

    def none(*_: Any) -> None:
        raise keyring.errors.NoKeyringError

    for name in ("get_password", "set_password"):
        monkeypatch.setattr(keyring, name, none)

    assert servers.key("team") == ""
    servers.set_key("team", "")
    with pytest.raises(InputError, match="no keyring") as caught:
        servers.set_key("team", "x")
    assert "FOLKMOOT_KEY_TEAM" in caught.value.to_do


# -- a real server ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def transformers_serve() -> Iterator[str]:
    """`transformers serve` on a free port of this machine."""
    pytest.importorskip("fastapi", reason="needs transformers[serving]")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    program = Path(sys.executable).with_name("transformers")
    options = ["serve", "--port", str(port), "--device", "cpu", "--dtype", "float32", "--log-level", "error"]
    process = subprocess.Popen(
        [program, *options],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=1):
                    break
            except OSError:
                assert process.poll() is None, "the server did not start"
                time.sleep(0.1)
        yield f"{url}/v1"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.slow
def test_a_real_server_with_the_starter_kit_gives_the_words_and_the_minutes(transformers_serve: str) -> None:
    server = Server(
        "own", transformers_serve, str(KIT / "speech"), str(KIT / "text"), "transcriptions", context_tokens=1024
    )

    found = probe(server, GO)  # its route for files does not know Qwen3-ASR's processor (transformers 5.23)

    assert found.works, found.notes
    assert found.server.route == "chat"
    reference = json.loads((SAMPLE / "reference.json").read_text(encoding="utf-8"))["segments"]
    said = [s for s in reference if s["track"] == "mic"][:3]
    sound, _ = sf.read(SAMPLE / "mic.flac", dtype="float32")
    windows = [sound[int(s["start_s"] * 16_000) - 1600 : int(s["end_s"] * 16_000) + 1600] for s in said]
    silence = np.zeros(16_000, np.float32)
    for language in (None, "English"):
        heard = RemoteSpeech(found.server).transcribe([*windows, silence], language=language, cancel=GO)
        assert [t.text for t in heard] == [*(s["text"] for s in said), ""]
    lines = [minutes_format.PromptLine("Me", s["text"]) for s in said]
    answer = RemoteText(found.server).generate(
        minutes_format.minutes_request(lines), constraint=None, max_new_tokens=100, cancel=GO
    )
    minutes_format.parse_answer(answer)


# -- the command line ------------------------------------------------------------------------------
def test_a_server_is_entered_tried_listed_and_forgotten(
    scripted: Callable[..., Scripted], capsys: pytest.CaptureFixture[str], no_keyring: dict[str, str]
) -> None:
    def reply(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if handler.path.endswith("/models"):
            says({"object": "list", "data": [{"id": "asr", "object": "model", "created": 0, "owned_by": "x"}]})(
                handler, body
            )
        elif handler.path.endswith("/transcriptions"):
            says(error("no such route"), 404)(handler, body)
        else:
            says(chat("language None<asr_text>"))(handler, body)

    server = scripted(reply)

    assert cli.main(["servers", "add", "team", server.url, "--speech", "asr"]) == 0
    assert "in a chat" in capsys.readouterr().out  # the way that works was found and is kept
    assert cli.main(["servers", "list", "--json"]) == 0
    (kept,) = json.loads(capsys.readouterr().out)
    assert (kept["name"], kept["route"]) == ("team", "chat")
    servers.set_key("team", "s3cret")
    assert cli.main(["servers", "remove", "team"]) == 0
    assert no_keyring == {}
    assert cli.main(["servers", "test", "team"]) == 3
    assert "no server “team”" in capsys.readouterr().err


def test_a_server_elsewhere_is_entered_with_a_plain_word_about_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["servers", "add", "team", "http://gpu.example:8000", "--text", "llm", "--no-test"]) == 0

    assert "are sent to gpu.example" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_entered_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["servers", "add", "off", "http://127.0.0.1:9/v1", "--text", "llm"]) == 4

    assert "cannot be reached" in capsys.readouterr().err
    assert cli.main(["servers", "list"]) == 0
    assert "off" in capsys.readouterr().out


def test_a_model_on_a_server_is_found_like_any_other(scripted: Callable[..., Scripted], tmp_path: Path) -> None:
    server = scripted(says({"text": "Hello."}))
    entered = Server("team", server.url, speech_model="asr")
    servers.save(servers.servers_file(tmp_path), {"team": entered})

    found = catalogue.resolve_for("speech", "server:team", tmp_path)
    engine = catalogue.load_speech(found)

    assert engine.name == "server:team"
    assert engine.transcribe([noise(0.2)], cancel=GO)[0].text == "Hello."
    with pytest.raises(ModelError, match="no text model"):
        catalogue.resolve_for("text", "server:team", tmp_path)
    with pytest.raises(ModelError, match="no server “other”"):
        catalogue.resolve_for("speech", "server:other", tmp_path)
