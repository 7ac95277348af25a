"""The catalogue's data: every model Folkmoot knows, and which code runs it. No logic, no heavy imports.

To add a model of a known family, add a `ModelEntry`. To add a family, write its engine and add a `Family`; nothing
outside the catalogue asks which engine it is talking to. A family without a `loader` is known but cannot be used yet:
it is never offered, chosen or downloaded.

Parameter counts were computed by building each architecture from its published settings without weights
(transformers 5.23, meta device); sizes on disk are those of the repositories' weights, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["speech", "align", "text", "diarize"]
Capability = Literal["transcribe", "word times", "listen", "minutes", "thinking", "speakers"]

# Languages as Qwen3-ASR writes them, by code.
LANGUAGES = {
    "ar": "Arabic", "yue": "Cantonese", "zh": "Chinese", "cs": "Czech", "da": "Danish", "nl": "Dutch",
    "en": "English", "fil": "Filipino", "fi": "Finnish", "fr": "French", "de": "German", "el": "Greek",
    "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "mk": "Macedonian", "ms": "Malay", "fa": "Persian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "es": "Spanish", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "vi": "Vietnamese",
}  # fmt: skip
ALL_LANGUAGES = tuple(LANGUAGES.values())


@dataclass(frozen=True, slots=True)
class Family:
    """Models that one engine class runs. `kinds`: model_type and architecture as config.json has them; the latter
    tells, for instance, a recogniser from an aligner of the same type. `loader`: "module:Class" with
    `load(folder, entry, device)`; "" if there is no engine yet."""

    task: Task
    kinds: tuple[tuple[str, str], ...]
    loader: str


# Of Omni models the whole, by its old and its present name, or the part alone that hears and writes.
FAMILIES = {
    "qwen3-asr": Family(
        "speech", (("qwen3_asr", "Qwen3ASRForConditionalGeneration"),), "models.speech.qwen3_asr:Qwen3Asr"
    ),
    "qwen3-aligner": Family(
        "align", (("qwen3_asr", "Qwen3ASRForTokenClassification"),), "models.speech.aligner:ForcedAligner"
    ),
    "qwen2.5-omni": Family(
        "speech",
        (
            ("qwen2_5_omni", "Qwen2_5OmniModel"),
            ("qwen2_5_omni", "Qwen2_5OmniForConditionalGeneration"),
            ("qwen2_5_omni_thinker", "Qwen2_5OmniThinkerForConditionalGeneration"),
        ),
        "models.speech.omni:Qwen25Omni",
    ),
    "qwen3-omni": Family(
        "speech",
        (
            ("qwen3_omni_moe", "Qwen3OmniMoeForConditionalGeneration"),
            ("qwen3_omni_moe_thinker", "Qwen3OmniMoeThinkerForConditionalGeneration"),
        ),
        "models.speech.omni:Qwen3Omni",
    ),
    "qwen2-audio": Family(
        "speech", (("qwen2_audio", "Qwen2AudioForConditionalGeneration"),), "models.speech.qwen2_audio:Qwen2Audio"
    ),
    "qwen3": Family("text", (("qwen3", "Qwen3ForCausalLM"),), "models.text.qwen3:Qwen3Text"),
    "qwen3-moe": Family("text", (("qwen3_moe", "Qwen3MoeForCausalLM"),), "models.text.qwen3:Qwen3Text"),
    # Published with an encoder for pictures; AutoModelForCausalLM takes the text part alone, no key missing.
    "qwen3.5": Family("text", (("qwen3_5", "Qwen3_5ForConditionalGeneration"),), "models.text.qwen3:Qwen3Text"),
    "nemotron-diarization": Family(
        "diarize",
        (("nemotron3_diarization", "Nemotron3DiarizationForAudioFrameClassification"),),
        "models.speakers.nemotron:NemotronDiarizer",
    ),
    # Servers the user has entered; in place of a folder comes the list of servers and the name of one.
    "remote-speech": Family("speech", (), "models.remote.speech:RemoteSpeech"),
    "remote-text": Family("text", (), "models.remote.text:RemoteText"),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """`conditions` is "" for a licence that lets everybody do everything; else they are shown before a download."""

    name: str  # as the hub writes it: "apache-2.0"
    title: str
    url: str
    conditions: str = ""


APACHE = Licence("apache-2.0", "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0")
QWEN_RESEARCH = Licence(
    "qwen-research", "Qwen Research License",
    "https://huggingface.co/Qwen/Qwen2.5-Omni-3B/blob/main/LICENSE",
    "For research and evaluation only. Commercial use needs a licence from Alibaba Cloud.",
)  # fmt: skip
OPENMDW = Licence("openmdw-1.1", "OpenMDW License 1.1", "https://openmdw.ai/license/1-1/")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What memory and arithmetic depend on; `models.memory` computes with it."""

    parameters_m: float  # millions, of what is loaded (of Omni models the thinker, of Qwen3.5 the text part)
    kept_m: float  # of them: encoder, embeddings and head, which stay in 16 bits when the rest is quantised
    kv_bytes: int  # of key-value cache a token, in 16 bits
    width: int  # hidden size of the decoder
    active_m: float = 0.0  # that work on a token, of mixtures of experts; 0: all


@dataclass(frozen=True, slots=True)
class Measured:
    """A speed that was measured, and on what. Speech: seconds of computing a second of sound."""

    machine: str
    real_time_factor: float
    memory_mb: int = 0


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model and what one has to know to offer it and to use it."""

    id: str
    task: Task
    family: str
    title: str
    size_mb: int  # of the weights on disk
    repo: str = ""  # on the Hugging Face hub; "" when it cannot be had there
    licence: Licence = APACHE
    languages: tuple[str, ...] = ()  # full English names; empty for models that no language matters to
    context_tokens: int = 0  # text: prompt and answer together
    quotes_only: bool = False  # text: too small to rephrase
    window_s: float = 0.0  # speech: the longest window it hears well, as measured; 0: its family's
    is_starter: bool = False
    note: str = ""
    revision: str = "main"  # of the repository: branch, tag or commit
    modelscope_repo: str = ""  # on ModelScope; "" means the same name
    capabilities: tuple[Capability, ...] = ()
    anatomy: Anatomy | None = None  # None for a model the catalogue does not list
    quality: int = 0  # among models of its task, for recommending: more is better
    measured: tuple[Measured, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether this version has an engine for it."""
        return bool(FAMILIES[self.family].loader)


_STARTER_NOTE = "To try and to test with. It knows a small made-up office world, not real voices and meetings."
_ALIGNED = (
    "Chinese", "English", "Cantonese", "French", "German", "Italian", "Japanese", "Korean", "Portuguese", "Russian",
    "Spanish",
)  # fmt: skip
_2_CORES = "2 cores with AMX, bfloat16, windows of 15 s in batches of 16, random weights"

CATALOGUE = (
    ModelEntry(
        "starter-asr", "speech", "qwen3-asr", "Starter kit: speech", 8,
        languages=("English",), is_starter=True, note=_STARTER_NOTE, capabilities=("transcribe",), window_s=10.0,
    ),
    ModelEntry(
        "qwen3-asr-0.6b", "speech", "qwen3-asr", "Qwen3-ASR 0.6B", 1600, repo="Qwen/Qwen3-ASR-0.6B-hf",
        languages=ALL_LANGUAGES, capabilities=("transcribe",), quality=6,
        anatomy=Anatomy(782, 342, 114_688, 1024), measured=(Measured(_2_CORES, 0.060, 5400),),
        note="Good and quick; runs without a graphics card.",
    ),
    ModelEntry(
        "qwen3-asr-1.7b", "speech", "qwen3-asr", "Qwen3-ASR 1.7B", 4100, repo="Qwen/Qwen3-ASR-1.7B-hf",
        languages=ALL_LANGUAGES, capabilities=("transcribe",), quality=9,
        anatomy=Anatomy(2040, 630, 114_688, 2048),
        note="The most accurate; wants a graphics card.",
    ),
    ModelEntry(
        "qwen3-forced-aligner-0.6b", "align", "qwen3-aligner", "Qwen3-ForcedAligner 0.6B", 1840,
        repo="Qwen/Qwen3-ForcedAligner-0.6B-hf", languages=_ALIGNED, capabilities=("word times",), quality=5,
        anatomy=Anatomy(918, 477, 114_688, 1024),
        note="Says when each word was spoken, in 11 languages.",
    ),
    ModelEntry(
        "nemotron-3-diarization", "diarize", "nemotron-diarization", "Nemotron 3 Diarization", 396,
        repo="nvidia/Nemotron-3-Diarization", licence=OPENMDW, capabilities=("speakers",), quality=5,
        anatomy=Anatomy(99, 99, 0, 512),
        measured=(Measured("2 cores with AMX, bfloat16, steps of 10 s, random weights", 0.05, 1000),),
        note="Tells up to 8 speakers apart, also while they talk at once.",
    ),
    ModelEntry(
        "qwen2.5-omni-3b", "speech", "qwen2.5-omni", "Qwen2.5-Omni 3B", 11_100, repo="Qwen/Qwen2.5-Omni-3B",
        licence=QWEN_RESEARCH, languages=("Chinese", "English"), capabilities=("transcribe", "listen"), quality=3,
        anatomy=Anatomy(4704, 1929, 36_864, 2048),
        note="Listens: language, tone, sounds, questions about a stretch of sound.",
    ),
    ModelEntry(
        "qwen2.5-omni-7b", "speech", "qwen2.5-omni", "Qwen2.5-Omni 7B", 22_400, repo="Qwen/Qwen2.5-Omni-7B",
        languages=("Chinese", "English"), capabilities=("transcribe", "listen"), quality=5,
        anatomy=Anatomy(8932, 2406, 57_344, 3584),
        note="Listens better than the 3B; wants a graphics card with 24 GB.",
    ),
    ModelEntry(
        "qwen2-audio-7b", "speech", "qwen2-audio", "Qwen2-Audio 7B Instruct", 16_800,
        repo="Qwen/Qwen2-Audio-7B-Instruct", languages=("Chinese", "English"),
        capabilities=("transcribe", "listen"), quality=4, anatomy=Anatomy(8397, 1920, 524_288, 4096),
        note="Listens to stretches of up to 30 s.",
    ),
    ModelEntry(
        "qwen3-omni-30b-a3b", "speech", "qwen3-omni", "Qwen3-Omni 30B-A3B Instruct", 70_500,
        repo="Qwen/Qwen3-Omni-30B-A3B-Instruct", languages=("Chinese", "English"),
        capabilities=("transcribe", "listen"), quality=8,
        anatomy=Anatomy(31_719, 1809, 98_304, 2048, active_m=4100),
        note="Listens best; needs 70 GB on a card and is better run by a server.",
    ),
    ModelEntry(
        "starter-text", "text", "qwen3", "Starter kit: minutes", 7,
        context_tokens=480, quotes_only=True, is_starter=True, note=_STARTER_NOTE, capabilities=("minutes",),
    ),
    ModelEntry(
        "qwen3-0.6b", "text", "qwen3", "Qwen3 0.6B", 1500, repo="Qwen/Qwen3-0.6B", context_tokens=8192,
        capabilities=("minutes", "thinking"), quality=1, anatomy=Anatomy(596, 156, 114_688, 1024),
        note="For old computers; its minutes are rough.",
    ),
    ModelEntry(
        "qwen3.5-0.8b", "text", "qwen3.5", "Qwen3.5 0.8B", 1750, repo="Qwen/Qwen3.5-0.8B", context_tokens=16_384,
        capabilities=("minutes", "thinking"), quality=2, anatomy=Anatomy(752, 254, 12_288, 1024),
        note="Newer than Qwen3 0.6B and little larger; its minutes are rough.",
    ),
    ModelEntry(
        "qwen3-1.7b", "text", "qwen3", "Qwen3 1.7B", 4100, repo="Qwen/Qwen3-1.7B", context_tokens=16_384,
        capabilities=("minutes", "thinking"), quality=3, anatomy=Anatomy(1721, 311, 114_688, 2048),
        note="Runs without a graphics card.",
    ),
    ModelEntry(
        "qwen3.5-2b", "text", "qwen3.5", "Qwen3.5 2B", 4550, repo="Qwen/Qwen3.5-2B", context_tokens=32_768,
        capabilities=("minutes", "thinking"), quality=4, anatomy=Anatomy(1882, 509, 12_288, 2048),
        note="Newer than Qwen3 1.7B, and holds a longer meeting in less memory.",
    ),
    ModelEntry(
        "qwen3-4b-instruct-2507", "text", "qwen3", "Qwen3 4B Instruct", 8100, repo="Qwen/Qwen3-4B-Instruct-2507",
        context_tokens=32_768, capabilities=("minutes",), quality=6, anatomy=Anatomy(4022, 389, 147_456, 2560),
        note="Good minutes; wants a graphics card.",
    ),
    ModelEntry(
        "qwen3.5-4b", "text", "qwen3.5", "Qwen3.5 4B", 9300, repo="Qwen/Qwen3.5-4B", context_tokens=32_768,
        capabilities=("minutes", "thinking"), quality=7, anatomy=Anatomy(4206, 636, 32_768, 2560),
        note="Good minutes, and a long meeting in little memory; wants a graphics card.",
    ),
    ModelEntry(
        "qwen3-8b", "text", "qwen3", "Qwen3 8B", 16_400, repo="Qwen/Qwen3-8B", context_tokens=32_768,
        capabilities=("minutes", "thinking"), quality=8, anatomy=Anatomy(8191, 1245, 147_456, 4096),
        note="Very good minutes; wants a graphics card with 24 GB.",
    ),
    ModelEntry(
        "qwen3.5-9b", "text", "qwen3.5", "Qwen3.5 9B", 19_300, repo="Qwen/Qwen3.5-9B", context_tokens=32_768,
        capabilities=("minutes", "thinking"), quality=9, anatomy=Anatomy(8954, 2034, 32_768, 4096),
        note="Very good minutes; wants a graphics card with 24 GB.",
    ),
    ModelEntry(
        "qwen3-14b", "text", "qwen3", "Qwen3 14B", 29_500, repo="Qwen/Qwen3-14B", context_tokens=32_768,
        capabilities=("minutes", "thinking"), quality=10, anatomy=Anatomy(14_768, 1556, 163_840, 5120),
        note="Excellent minutes; wants a graphics card with 48 GB.",
    ),
    ModelEntry(
        "qwen3-30b-a3b-instruct-2507", "text", "qwen3-moe", "Qwen3 30B-A3B Instruct", 61_100,
        repo="Qwen/Qwen3-30B-A3B-Instruct-2507", context_tokens=32_768, capabilities=("minutes",), quality=11,
        anatomy=Anatomy(30_532, 622, 98_304, 2048, active_m=3300),
        note="The best minutes here; wants a graphics card with 80 GB.",
    ),
)  # fmt: skip
