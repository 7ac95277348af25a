"""Models and servers that behave like the real ones, without a disk, a hub or a network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from app.domain.cancel import CancelFlag, check
from app.domain.errors import InputError, UserError
from app.domain.models import (
    DownloadEvent,
    DownloadNotice,
    DownloadProgress,
    LoadedModel,
    ModelChoice,
    ModelInstalled,
    Phase,
    Recommendation,
)
from app.services.settings import Settings
from app.workers.models_services import (
    TASKS,
    LicenceQuestion,
    Machine,
    ModelInfo,
    ModelShelf,
    ServerInfo,
    ServerTest,
)

GB = 1_000_000_000
LANGUAGES = ("Chinese", "English", "French", "German", "Japanese", "Spanish")

SHELF = (
    ModelInfo(
        "starter-asr", "Starter kit: speech", "speech", "To try and to test with. It knows a small made-up office "
        "world, not real voices and meetings.", 8, 600, ("English",), ("transcribe",), "Apache License 2.0",
        folder="/program/kit/speech", is_starter=True,
    ),
    ModelInfo(
        "qwen3-asr-0.6b", "Qwen3-ASR 0.6B", "speech", "Good and quick; runs without a graphics card.", 1600, 2900,
        LANGUAGES, ("transcribe",), "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0",
        source="Qwen/Qwen3-ASR-0.6B-hf", can_fetch=True,
    ),
    ModelInfo(
        "qwen3-asr-1.7b", "Qwen3-ASR 1.7B", "speech", "The most accurate; wants a graphics card.", 4100, 5600,
        LANGUAGES, ("transcribe",), "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0",
        source="Qwen/Qwen3-ASR-1.7B-hf", can_fetch=True,
    ),
    ModelInfo(
        "qwen2.5-omni-3b", "Qwen2.5-Omni 3B", "speech", "Listens: language, tone, sounds, questions about a stretch "
        "of sound.", 11100, 12000, ("Chinese", "English"), ("transcribe", "listen"), "Qwen Research License",
        "https://huggingface.co/Qwen/Qwen2.5-Omni-3B/blob/main/LICENSE",
        "For research and evaluation only. Commercial use needs a licence from Alibaba Cloud.",
        source="Qwen/Qwen2.5-Omni-3B", can_fetch=True,
    ),
    ModelInfo(
        "starter-text", "Starter kit: minutes", "text", "To try and to test with.", 16, 600, licence="Apache License "
        "2.0", folder="/program/kit/text", is_starter=True,
    ),
    ModelInfo(
        "qwen3-4b", "Qwen3 4B", "text", "Good minutes on most computers.", 8100, 9800, licence="Apache License 2.0",
        source="Qwen/Qwen3-4B", can_fetch=True,
    ),
    ModelInfo(
        "qwen3-forced-aligner-0.6b", "Qwen3-ForcedAligner 0.6B", "align", "Says when each word was spoken, in 11 "
        "languages.", 1840, 2600, LANGUAGES[:4], licence="Apache License 2.0", source="Qwen/Qwen3-ForcedAligner-0.6B",
        can_fetch=True,
    ),
)  # fmt: skip

MACHINE = Machine(
    "Linux 6.1 x86_64", "AMD Ryzen 7 7840U", 8, ("avx512f", "avx512_bf16"), 32_768, 21_000, 240_000
)  # fmt: skip


class FakeModels:
    """`step`: when set, a download waits before each tenth until it is released once more."""

    def __init__(self) -> None:
        self.infos = {i.id: i for i in SHELF}
        self.servers: dict[str, ServerInfo] = {}
        self.keys: dict[str, str] = {}
        self.in_memory: list[LoadedModel] = []
        self.step: threading.Semaphore | None = None
        self.errors: list[UserError] = []  # used up first, one for each download
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.damage: dict[str, list[str]] = {}
        self.test = ServerTest(True, ("whisper-large", "qwen3-32b"))
        self.measured = 0
        self.last: tuple[Machine, Recommendation] | None = None
        self.machine_error: UserError | None = None

    def _note(self, call: str) -> None:
        self.calls.append(call)
        self.threads.add(threading.get_ident())

    def shelf(self) -> ModelShelf:
        self.threads.add(threading.get_ident())
        infos = tuple(self.infos.values())
        return ModelShelf(infos, tuple(self.servers.values()), self._usual(), "/home/kim/.local/share/Folkmoot/models",
                          sum(i.size_mb for i in infos if i.folder and not i.is_starter), 240_000)  # fmt: skip

    def _usual(self) -> dict[str, str]:
        usual = {}
        for task in TASKS:
            here = [i for i in self.infos.values() if i.task == task and i.is_here]
            if here:
                usual[task] = max(here, key=lambda i: (not i.is_starter, i.size_mb)).id
        return usual

    def languages(self) -> Sequence[str]:
        return LANGUAGES

    def machine(self, cancel: CancelFlag, *, again: bool = False) -> tuple[Machine, Recommendation]:
        self._note(f"machine {again}")
        self.measured += 1
        if self.machine_error is not None:
            raise self.machine_error
        choices = tuple(
            ModelChoice(i, self.infos[i].title, task, "cpu", "bfloat16", self.infos[i].memory_mb,
                        0 if self.infos[i].folder else self.infos[i].size_mb,
                        "The best model that fits into memory and is not too slow for the processor.")
            for i, task in (("qwen3-asr-0.6b", "speech"), ("qwen3-4b", "text"))
        )  # fmt: skip
        reasons = ("The processor has 8 cores, this computer 32 GB of memory.",
                   "Together they need about 12.7 GB of memory while they work. This is an estimate.")  # fmt: skip
        return MACHINE, Recommendation(choices, reasons)

    def last_machine(self) -> tuple[Machine, Recommendation] | None:
        return self.last

    def loaded(self) -> Sequence[LoadedModel]:
        self.threads.add(threading.get_ident())
        return tuple(self.in_memory)

    def download(
        self, model: str, hub: str, cancel: CancelFlag, *, accept_licence: bool = False, again: bool = False
    ) -> Iterator[DownloadEvent]:
        self._note(f"download {model} {hub or '-'} {accept_licence} {again}")
        info = self.infos[model]
        if info.conditions and not accept_licence:
            raise LicenceQuestion(info.title, info.licence, info.conditions, info.licence_url)
        if self.errors:
            raise self.errors.pop(0)
        total = info.size_mb * 1_000_000
        begin = round(10 * info.fetched_mb / info.size_mb)
        for tenth in range(begin, 11):
            done = total * tenth // 10
            self.infos[model] = replace(self.infos[model], fetched_mb=done // 1_000_000)
            speed = 12e6 if tenth > begin else 0.0
            yield DownloadProgress(
                model, Phase.FETCHING, done, total, speed, (total - done) / speed if speed else None,
                f"{done / 1e9:.1f} GB of {total / 1e9:.1f} GB",
            )  # fmt: skip
            while self.step is not None and not self.step.acquire(timeout=0.02):
                check(cancel)
            check(cancel)
        yield DownloadNotice(model, "model.safetensors arrived damaged and is fetched again")
        self.infos[model] = replace(info, folder=f"/models/{model}", fetched_mb=0, problem="")
        yield ModelInstalled(model, Path(f"/models/{model}"), total, 1.0)

    def licence_text(self, model: str, hub: str) -> str:
        self._note(f"licence {model}")
        return "Qwen RESEARCH LICENSE AGREEMENT\n\nBy clicking to agree …\n" * 20

    def import_model(self, source: Path, name: str, cancel: CancelFlag) -> Iterator[DownloadEvent]:
        self._note(f"import {source.name} {name or '-'}")
        if self.errors:
            raise self.errors.pop(0)
        model = name or source.stem
        yield DownloadProgress(model, Phase.CHECKING, 50, 100, message="Copying")
        self.infos[model] = replace(
            self.infos.get(model, ModelInfo(model, model, "speech", "Chosen by its folder.", 500)),
            folder=f"/models/{model}",
        )
        yield ModelInstalled(model, Path(f"/models/{model}"), 0, 1.0)

    def verify(self, model: str, cancel: CancelFlag, on_bytes: Callable[[int], None]) -> Sequence[str]:
        self._note(f"verify {model}")
        for _ in range(4):
            check(cancel)
            on_bytes(self.infos[model].size_mb * 250_000)
        return self.damage.get(model, [])

    def remove(self, model: str) -> int:
        self._note(f"remove {model}")
        info = self.infos[model]
        self.infos[model] = replace(info, folder="", fetched_mb=0, problem="")
        return info.size_mb * 1_000_000

    def drop_left_over(self, model: str) -> None:
        self._note(f"drop {model}")
        self.infos[model] = replace(self.infos[model], fetched_mb=0)

    def add_server(self, server: ServerInfo, key: str | None) -> ServerInfo:
        self._note(f"server {server.name}")
        if not server.url:
            raise InputError("“” is not the address of a server.", "Write it like http://host:8000/v1.")
        host = server.url.partition("://")[2].partition(":")[0].partition("/")[0]
        made = replace(server, host=host, is_this_machine=host == "127.0.0.1")
        self.servers[server.name] = made
        if key is not None:
            self.keys[server.name] = key
        return made

    def test_server(self, name: str, cancel: CancelFlag) -> ServerTest:
        self._note(f"test {name}")
        return self.test

    def remove_server(self, name: str) -> None:
        self._note(f"forget {name}")
        self.servers.pop(name, None)
        self.keys.pop(name, None)

    def chosen(self, settings: Settings) -> Mapping[str, str]:
        return {t: name for t in TASKS if (name := getattr(settings, f"{t}_model"))}
