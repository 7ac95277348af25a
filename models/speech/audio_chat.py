"""Chat models that hear: they write down speech, describe what else is heard, and answer questions about it.

The conversation has the form that qwen-omni-utils reads (`{"type": "audio", "audio": samples}`); that package itself is
not used, because it imports torchvision and librosa for pictures and files that are never sent. For the same reason
inputs are built from the tokenizer and the feature extractor: the official processors want torchvision for video. Both
were compared with ours (tests).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from app.domain.cancel import CancelFlag
from app.domain.ports import SAMPLE_RATE, Heard, SoundEvent, Transcript
from models import device, generation, loading
from models.catalogue import LANGUAGES, ModelEntry
from models.memory import OutOfMemory
from models.speech.features import whole_frames
from models.speech.guarded import Answer, GuardedSpeech, max_new_tokens

if TYPE_CHECKING:
    from app.domain.ports import Samples

log = logging.getLogger(__name__)

_SHORTEST_SAMPLES = SAMPLE_RATE // 2  # of less the encoder makes no token; silence is put behind it

_END, _PAD = "<|im_end|>", "<|endoftext|>"
_WHICH_LANGUAGE = (
    "Which language is spoken in this audio? Answer with the name of the language alone, or with None if nobody speaks."
)
_LANGUAGE_TOKENS = 24
_GLOSSARY = "Words that may occur: {words}. "

# Some models introduce what they heard: The original content of this audio is: 'Hello.'
_QUOTED = re.compile(
    r"(?:the|this)\s(?:original\s|transcribed\s)?(?:content|text|transcript|transcription|speech|audio|person|speaker)\b"
    r"[^'\"“:]{0,80}[:,]?\s*(?:'(?P<a>.*)'|\"(?P<b>.*)\"|“(?P<c>.*)”)\.?",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGE_TAG = re.compile(r"^\s*<\|([a-z]{2,3})\|>")

LISTEN = (
    "Listen to this recording of {seconds:.0f} seconds and describe it as JSON. "
    '"language": the language that is spoken, or null. '
    '"tone": how the people speak, in a few words, such as calm, cheerful, annoyed, hesitant. '
    '"scene": where this is and what is going on, in one short sentence. '
    '"events": sounds other than words, such as laughter, applause, a door, a telephone, music, each with "label", '
    '"start_s" and "end_s" in seconds from the beginning, or null where you cannot tell. '
    "Write only what can be heard; leave empty what cannot."
)
LISTEN_TOKENS = 400
ANSWER = (
    "{question}\n\nAnswer in the language of this question, briefly, from the recording alone. "
    "If it cannot be heard there, say so."
)
ANSWER_TOKENS = 512
MAX_EVENTS = 8


@dataclass(frozen=True, slots=True)
class Manner:
    """How one family of models is spoken to, by its official material."""

    model_class: str  # of transformers
    audio_tokens: Callable[[Any], Any]  # mel frames (100 a second) of each window → tokens of the prompt
    longest_s: float  # of sound in one request; more would be cut without a word
    fixed_s: float | None  # the encoder wants every window padded to this; None: to the longest of the batch
    behind_s: float  # silence behind the longest, without which its last frames come out otherwise than officially
    audio_first: bool  # before the text of the request
    system: str | None  # for transcription
    transcribe: str  # the request, with {language} and {code}
    template: str | None = None  # chat template for repositories that have none


class AudioChat(GuardedSpeech):
    """A `SpeechEngine` and a `ListeningEngine`. Use it from one thread at a time, whichever."""

    manner: ClassVar[Manner]
    max_window_s = 30.0

    def __init__(
        self, model: Any, tokenizer: Any, extractor: Any, entry: ModelEntry, placement: device.Placement
    ) -> None:
        super().__init__(model, entry, placement)
        self._tokenizer = tokenizer
        self._extractor = extractor
        self._control_tokens = sorted(tokenizer.get_added_vocab(), key=len, reverse=True)
        self._audio_token = tokenizer.convert_ids_to_tokens(model.config.audio_token_id)
        settings = model.generation_config
        # The settings of the whole model need not say where the part ends that is loaded here.
        ends = settings.eos_token_id
        ends = [] if ends is None else [ends] if isinstance(ends, int) else list(ends)
        end, pad = (tokenizer.convert_tokens_to_ids(t) for t in (_END, _PAD))
        settings.eos_token_id = list(dict.fromkeys([end, pad, *ends]))
        settings.pad_token_id = pad
        # Only the last token of a prompt is answered. These models would compute what may follow each of them, which
        # for a batch takes gigabytes.
        model.get_output_embeddings().register_forward_pre_hook(lambda _, states: (states[0][:, -1:],))
        self._grammar_tokenizer = generation.grammar_tokenizer(
            tokenizer, model.config.get_text_config().vocab_size, settings.eos_token_id
        )

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, device_name: str | device.Placement | None = None) -> AudioChat:
        """Load from a folder like the repository's. `ModelError` if that does not work."""
        placement = device.place(entry.size_mb, starter=entry.is_starter, device=device_name)
        transformers = loading.transformers()
        tokenizer = loading.processor_from_pretrained(transformers.AutoTokenizer, folder)
        generation.require_tokens(tokenizer, [_END, _PAD], folder)
        tokenizer.padding_side = "left"
        tokenizer.chat_template = tokenizer.chat_template or _template(folder) or cls.manner.template
        extractor = loading.processor_from_pretrained(transformers.WhisperFeatureExtractor, folder)
        model = loading.from_pretrained(
            getattr(transformers, cls.manner.model_class), folder, device=placement.device, dtype=placement.dtype
        )
        return cls(model, tokenizer, extractor, entry, placement)

    # -- transcription -----------------------------------------------------------------------------
    def _decode(
        self, windows: Sequence[Samples], language: str | None, glossary: Sequence[str], penalty: float | None
    ) -> list[Answer]:
        """Where the language is not told, the model is asked for it first; who hears none is not asked for words."""
        languages = [language] * len(windows) if language else self._languages(windows)
        speaking = [i for i, name in enumerate(languages) if name]
        answers = [Answer("")] * len(windows)
        if not speaking:
            return answers
        words = self._harmless(", ".join(" ".join(term.split()) for term in glossary))
        hint = _GLOSSARY.format(words=words) if words else ""
        requests = [
            hint + self.manner.transcribe.format(language=languages[i], code=_code(languages[i] or ""))
            for i in speaking
        ]
        said = self._ask(
            [windows[i] for i in speaking],
            requests,
            [max_new_tokens(len(windows[i]) / SAMPLE_RATE, 8) for i in speaking],
            system=self.manner.system,
            penalty=penalty,
        )
        for i, answer in zip(speaking, said, strict=True):
            answers[i] = Answer(answer.text, answer.ending, languages[i])
        return answers

    def _read(self, answer: Answer, language: str | None) -> Transcript:
        text = _LANGUAGE_TAG.sub("", answer.text).strip()
        quoted = _QUOTED.fullmatch(text)
        if quoted:
            text = next(part for part in quoted.groups() if part is not None)
        return Transcript(text, language or answer.language)

    def _languages(self, windows: Sequence[Samples]) -> list[str | None]:
        names = " | ".join(json.dumps(name) for name in (*self._entry.languages, "None"))
        said = self._ask(
            windows, [_WHICH_LANGUAGE] * len(windows), [_LANGUAGE_TOKENS] * len(windows), lark=f"start: {names}"
        )
        return [a.text if a.text in self._entry.languages else None for a in said]

    # -- listening ---------------------------------------------------------------------------------
    def listen(self, window: Samples, cancel: CancelFlag) -> Heard:
        """See `ListeningEngine`. `ValueError` if the window is longer than the model can hear at once."""
        seconds = len(window) / SAMPLE_RATE
        answer = self._ask_once(window, LISTEN.format(seconds=seconds), LISTEN_TOKENS, cancel, listen_grammar())
        return heard_from(answer.text, seconds)

    def answer(self, window: Samples, question: str, cancel: CancelFlag) -> str:
        """See `ListeningEngine`; an answer that did not come to its end ends in "…". `ValueError` as in `listen`."""
        request = ANSWER.format(question=self._harmless(" ".join(question.split())))
        answer = self._ask_once(window, request, ANSWER_TOKENS, cancel)
        text = generation.collapse_loops(answer.text.strip()).strip()
        return text if answer.ending == "ended" or not text else f"{text} …"

    def _ask_once(
        self, window: Samples, request: str, limit: int, cancel: CancelFlag, lark: str | None = None
    ) -> Answer:
        if len(window) > self.manner.longest_s * SAMPLE_RATE:
            raise ValueError(f"windows may have {self.manner.longest_s} s at most")
        device.apply_threads(self._placement)
        try:
            with generation.cancellable(self._model, cancel):
                return self._ask([window], [request], [limit], lark=lark)[0]
        except (RuntimeError, MemoryError) as error:
            if not generation.is_out_of_memory(error):
                raise
        generation.free_memory(self._placement.device)
        raise OutOfMemory(
            f"{self._entry.title} ran out of memory.", "Choose a shorter stretch of sound, or a smaller model."
        )

    # -- asking ------------------------------------------------------------------------------------
    def _ask(
        self,
        windows: Sequence[Samples],
        requests: Sequence[str],
        limits: Sequence[int],
        *,
        system: str | None = None,
        penalty: float | None = None,
        lark: str | None = None,
    ) -> list[Answer]:
        inputs = self._inputs([self.conversation(w, r, system) for w, r in zip(windows, requests, strict=True)])
        processors = []
        if lark is not None:
            matchers = [generation.grammar(self._grammar_tokenizer, lark) for _ in windows]
            end = self._model.generation_config.eos_token_id[0]
            processors.append(generation.Grammars(matchers, inputs["input_ids"].shape[1], end))
        ids, endings = generation.greedy(self._model, inputs, limits, penalty=penalty, processors=processors)
        texts = self._tokenizer.batch_decode(ids, skip_special_tokens=True)
        return [Answer(text, ending) for text, ending in zip(texts, endings, strict=True)]

    def conversation(self, window: Samples, request: str, system: str | None = None) -> list[dict[str, Any]]:
        """A request about one window, in the form that qwen-omni-utils reads."""
        parts: list[dict[str, Any]] = [{"type": "audio", "audio": window}, {"type": "text", "text": request}]
        chat = [{"role": "user", "content": parts if self.manner.audio_first else parts[::-1]}]
        return [{"role": "system", "content": [{"type": "text", "text": system}]}, *chat] if system else chat

    def _inputs(self, conversations: Sequence[list[dict[str, Any]]]) -> dict[str, Any]:
        """What the official processor makes of conversations with one window each."""
        parts = (p for c in conversations for m in c for p in m["content"])
        windows = [whole_frames(p["audio"]) for p in parts if p["type"] == "audio"]
        longest = max(_SHORTEST_SAMPLES, *(len(w) for w in windows))
        fixed, behind = self.manner.fixed_s, int(self.manner.behind_s * SAMPLE_RATE)
        features = self._extractor(
            [np.pad(w, (0, max(0, _SHORTEST_SAMPLES - len(w)))) for w in windows],
            sampling_rate=SAMPLE_RATE,
            padding="max_length",
            max_length=longest + behind if fixed is None else int(fixed * SAMPLE_RATE),
            truncation=False,
            return_attention_mask=True,
            return_tensors="pt",
        )
        mask = features["attention_mask"]
        texts = []
        for chat, tokens in zip(conversations, self.manner.audio_tokens(mask.sum(-1)).tolist(), strict=True):
            text = self._tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
            texts.append(text.replace(self._audio_token, self._audio_token * tokens))
        prompt = self._tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
        on = self._model.device
        return {
            "input_ids": prompt["input_ids"].to(on),
            "attention_mask": prompt["attention_mask"].to(on),
            "input_features": features["input_features"].to(on, self._model.dtype),
            "feature_attention_mask": mask.to(on),
        }

    def _harmless(self, text: str) -> str:
        return generation.without_control_tokens(text, self._control_tokens)


def listen_grammar() -> str:
    """The form of an answer to `LISTEN`, in llguidance's Lark dialect."""
    lit = json.dumps  # a Lark string, escaped as JSON escapes
    languages = " | ".join(lit(lit(name)) for name in LANGUAGES.values())
    fields = (f"{lit(before)} {rule}" for before, rule in _FIELDS)
    event = (f"{lit(before)} {rule}" for before, rule in _EVENT)
    return "\n".join(
        (
            f"start: {' '.join(fields)} {lit(']}')}",
            f'language: "null" | {languages}',
            f"events: (event ({lit(', ')} event){{0,{MAX_EVENTS - 1}}})?",
            f"event: {' '.join(event)} {lit('}')}",
            'time: "null" | /[0-9]{1,3}(\\.[0-9])?/',
            f"text: %json {lit({'type': 'string', 'maxLength': 160})}",
            f"label: %json {lit({'type': 'string', 'minLength': 2, 'maxLength': 40})}",
        )
    )


_FIELDS = (('{"language": ', "language"), (', "tone": ', "text"), (', "scene": ', "text"), (', "events": [', "events"))
_EVENT = (('{"label": ', "label"), (', "start_s": ', "time"), (', "end_s": ', "time"))


def heard_from(text: str, seconds: float) -> Heard:
    """What an answer to `LISTEN` says about a window of `seconds`, as far as it came."""
    data = _begun(text)
    if data is None:
        log.warning("A model's description of a window ended before it said anything")
        return Heard()
    events: dict[SoundEvent, None] = {}
    for event in data["events"]:
        start, end = event["start_s"], event["end_s"]
        start = start if start is not None and start < seconds else None
        end = min(end, seconds) if start is not None and end is not None and end > start else None
        if label := " ".join(event["label"].split()):
            events[SoundEvent(label, start, end)] = None
    tone, scene = (" ".join(data[key].split()) for key in ("tone", "scene"))
    return Heard(data["language"], tone, scene, tuple(events))


def _begun(text: str) -> dict[str, Any] | None:
    """The object that `text` is or, if it was cut off, begins: without the event, or the events, it broke off in."""
    ends = [m.end() for m in re.finditer(r"\}|\"events\": \[", text)]
    for candidate in (text, *(f"{text[:end]}]}}" for end in reversed(ends))):
        try:
            return dict(json.loads(candidate))
        except ValueError:
            continue
    return None


def _code(language: str) -> str:
    return next((code for code, name in LANGUAGES.items() if name == language), "")


def _template(folder: Path) -> str | None:
    """The chat template of repositories that keep it for the processor alone; else None."""
    plain, wrapped = folder / "chat_template.jinja", folder / "chat_template.json"
    if plain.is_file():
        return plain.read_text(encoding="utf-8")
    if wrapped.is_file():
        return str(json.loads(wrapped.read_text(encoding="utf-8"))["chat_template"])
    return None
