"""Transcription by a server: `/audio/transcriptions`, or `input_audio` in a chat for servers that only have that."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile as sf

from app.domain.cancel import CancelFlag
from app.domain.errors import ModelError
from app.domain.ports import SAMPLE_RATE, Transcript
from models.entries import LANGUAGES, ModelEntry
from models.remote.client import RETRIES, Client
from models.remote.servers import PREFIX, Server, named

if TYPE_CHECKING:
    from app.domain.ports import Samples

MAX_WINDOW_S = 30.0  # 1 MB as 16-bit WAV, far below what any server takes; Qwen2-Audio hears no more than this
MAX_NEW_TOKENS = 612  # as the engine of this machine allows for such a window
BATCH_SECONDS = 600.0  # enough requests at a time to keep several cards busy

_CODES = {name: code for code, name in LANGUAGES.items()}
# Qwen3-ASR begins with "language English<asr_text>". Servers pass that on whole, without the token in the middle, or
# not at all. "None" is said of sound without speech.
_TAG = re.compile(rf"\s*language\s+(None|{'|'.join(LANGUAGES.values())})(?:\s*<asr_text>)?")


class RemoteSpeech:
    """A `SpeechEngine` that asks a server. Loops and leaks are the server's to guard."""

    def __init__(self, server: Server, retries: int = RETRIES) -> None:
        if not server.speech_model:
            raise ModelError(
                f"The server “{server.name}” has no speech model.",
                f"Add one with: folkmoot servers add {server.name} {server.url} --speech MODEL",
            )
        self.name = f"{PREFIX}{server.name}"
        self.settings: Mapping[str, Any] = {"server": server.url, "model": server.speech_model}
        self.max_window_s = MAX_WINDOW_S
        self.batch_seconds = BATCH_SECONDS
        self._server = server
        self._client = Client(server, retries)

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, _device: str | None = None) -> RemoteSpeech:
        """As the catalogue asks for it: `folder` stands for the list of servers and the name of one."""
        return cls(named(folder.parent, entry.id))

    def transcribe(
        self,
        windows: Sequence[Samples],
        *,
        language: str | None = None,
        glossary: Sequence[str] = (),
        cancel: CancelFlag,
    ) -> list[Transcript]:
        from models.catalogue import language_name  # which knows us

        forced = language_name(language) if language else None
        words = ", ".join(" ".join(term.split()) for term in glossary)
        ask = self._by_chat if self._server.route == "chat" else self._by_file

        def call(window: Samples) -> Any:
            async def send(openai: Any) -> str:
                return await ask(openai, wav(window), forced, words)

            return send

        return [parse(text, forced) for text in self._client.run([call(w) for w in windows], cancel)]

    async def _by_file(self, openai: Any, sound: bytes, language: str | None, words: str) -> str:
        async def send(optional: dict[str, Any]) -> Any:
            return await openai.audio.transcriptions.create(
                model=self._server.speech_model, file=("speech.wav", sound, "audio/wav"), extra_body=optional
            )

        optional: dict[str, Any] = {"temperature": 0.0}
        if language:
            optional["language"] = _CODES[language]
        if words:
            optional["prompt"] = words
        answer = await self._client.with_optional(send, optional)
        return str(answer if isinstance(answer, str) else answer.text)

    async def _by_chat(self, openai: Any, sound: bytes, language: str | None, words: str) -> str:
        heard = {"data": base64.b64encode(sound).decode(), "format": "wav"}
        messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "input_audio", "input_audio": heard}]}]
        if words:
            messages.insert(0, {"role": "system", "content": words})
        if language:  # the beginning of the answer is given, and the server goes on from there
            messages.append({"role": "assistant", "content": f"language {language}<asr_text>"})

        async def send(optional: dict[str, Any]) -> Any:
            # Without the field that makes it go on, the server would answer to the beginning of the answer.
            kept = (
                messages if "continue_final_message" in optional else [m for m in messages if m["role"] != "assistant"]
            )
            return await openai.chat.completions.create(
                model=self._server.speech_model,
                messages=kept,
                temperature=0.0,
                max_tokens=MAX_NEW_TOKENS,
                extra_body=optional,
            )

        optional: dict[str, Any] = {}
        if language:
            optional = {"continue_final_message": True, "add_generation_prompt": False}
        answer = await self._client.with_optional(send, optional)
        return str(answer.choices[0].message.content or "") if answer.choices else ""


def wav(window: Samples) -> bytes:
    """A window as the bytes of a 16 kHz mono 16-bit WAV file."""
    out = io.BytesIO()
    pcm = np.clip(np.rint(window * 32768.0), -32768, 32767).astype(np.int16)
    sf.write(out, pcm, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return out.getvalue()


def parse(answer: str, forced: str | None = None) -> Transcript:
    """An answer with or without Qwen3-ASR's tag, whole or stripped of its special token."""
    language = forced
    tag = _TAG.match(answer)
    if tag:
        answer = answer[tag.end() :]
        if tag[1] == "None":
            return Transcript("", None)
        language = tag[1]
    text = " ".join(answer.replace("<asr_text>", " ").split())
    return Transcript(text, language if text else None)
