"""The places models are fetched from: the Hugging Face hub or a mirror of it, and ModelScope.

A hub says which files a model has, with sizes and checksums, and where each can be read. Nothing here opens a
connection; `models.download` does, when the user asked for a download.

Written against huggingface_hub 2.4, whose classes read the hub's answers. Its own `hf_hub_download` begins a file anew
after every broken line (it removes what has come), so fetching the bytes is done in `models.download`.
"""

from __future__ import annotations

import os
import re
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from app.domain.errors import InputError, ModelError
from models.entries import ModelEntry
from models.installing import Checksum, is_wanted

HUGGING_FACE = "https://huggingface.co"
MODELSCOPE = "https://modelscope.cn"
MODELSCOPE_VARIABLE = "MODELSCOPE_DOMAIN"  # as ModelScope's own package calls it
_SMALL_BYTES = 50_000_000  # a file without a checksum is accepted up to here, and never if it holds weights
_HEX = {"sha256": re.compile(r"[0-9a-f]{64}"), "git": re.compile(r"[0-9a-f]{40}")}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    name: str
    size: int
    checksum: Checksum


@dataclass(frozen=True, slots=True)
class Listing:
    """What a repository holds of what we want, at one revision. `licence` and `is_gated` as the hub says, "" if not."""

    repo: str
    revision: str
    files: tuple[RemoteFile, ...]
    licence: str = ""
    is_gated: bool = False

    @property
    def size(self) -> int:
        return sum(f.size for f in self.files)


class Hub(ABC):
    """A place to fetch from. `endpoint` has no slash at its end."""

    title: str

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).netloc

    @abstractmethod
    def repo(self, entry: ModelEntry) -> tuple[str, str]:
        """Repository and revision of an entry here."""

    @abstractmethod
    def page(self, repo: str) -> str:
        """Where a person can look at the repository."""

    @abstractmethod
    def listing_url(self, repo: str, revision: str) -> str: ...

    @abstractmethod
    def read_listing(self, repo: str, revision: str, answer: Any) -> Listing:
        """The parsed JSON of `listing_url`. `ModelError` if it is no list of files or holds no model."""

    @abstractmethod
    def file_url(self, repo: str, revision: str, name: str) -> str: ...

    def headers(self) -> dict[str, str]:
        from importlib import metadata

        # Bytes as they are stored: sizes and ranges are those of the file.
        return {"User-Agent": f"folkmoot/{metadata.version('folkmoot')}", "Accept-Encoding": "identity"}

    def _listing(self, repo: str, revision: str, files: Iterator[RemoteFile], licence: str, gated: bool) -> Listing:
        """`ModelError` if what is listed is no model in the form that is used here."""
        found = tuple(f for f in files if is_wanted(f.name))
        names = {f.name for f in found}
        if len(names) != len(found) or any(f.size < 0 for f in found):
            raise self.nonsense(repo)
        if "config.json" not in names or not any(n.endswith(".safetensors") for n in names):
            raise ModelError(
                f"{self.page(repo)} holds no model with config.json and .safetensors files.",
                "Only these are used, because other forms can run code when they are opened.",
            )
        for f in found:
            is_known = f.checksum.kind and _HEX[f.checksum.kind].fullmatch(f.checksum.value)
            is_small = f.size < _SMALL_BYTES and not f.name.endswith(".safetensors")
            if not is_known and (f.checksum.kind or not is_small):
                raise ModelError(f"{self.title} gives no checksum for {f.name}, so it cannot be trusted.", ELSEWHERE)
        return Listing(repo, revision, found, licence, gated)

    def nonsense(self, repo: str) -> ModelError:
        return ModelError(
            f"{self.host} answered something that is no list of the files of {repo}.",
            "It may be a sign-in page of the network you are in, or a mirror that is out of order: open "
            f"{self.page(repo)} in a browser, or choose another hub.",
        )


class HuggingFaceHub(Hub):
    """huggingface.co, or a mirror that speaks its language."""

    title = "The Hugging Face hub"

    def repo(self, entry: ModelEntry) -> tuple[str, str]:
        return entry.repo, entry.revision

    def page(self, repo: str) -> str:
        return f"{self.endpoint}/{repo}"

    def listing_url(self, repo: str, revision: str) -> str:
        return f"{self.endpoint}/api/models/{repo}/revision/{quote(revision, safe='')}?blobs=true"

    def read_listing(self, repo: str, revision: str, answer: Any) -> Listing:
        from huggingface_hub.hf_api import ModelInfo

        try:
            make: Any = ModelInfo  # has no types
            info = make(**answer)
            siblings = info.siblings or []
            files = [
                RemoteFile(
                    s.rfilename,
                    int(s.lfs.size if s.lfs else s.size or 0),
                    Checksum("sha256", s.lfs.sha256)
                    if s.lfs
                    else Checksum("git" if s.blob_id else "", s.blob_id or ""),
                )
                for s in siblings
            ]
            licence = str(getattr(info.card_data, "license", None) or "")
            if licence == "other":
                licence = str(getattr(info.card_data, "license_name", None) or licence)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise self.nonsense(repo) from error
        return self._listing(repo, info.sha or revision, iter(files), licence, bool(info.gated))

    def file_url(self, repo: str, revision: str, name: str) -> str:
        from huggingface_hub import hf_hub_url

        return hf_hub_url(repo, name, revision=revision, endpoint=self.endpoint)

    def headers(self) -> dict[str, str]:
        """With the user's token where it belongs: to the hub itself, to others only if HF_TOKEN was set on purpose.

        Never unencrypted, except to this machine.
        """
        from huggingface_hub import get_token

        token = get_token() if self.endpoint == HUGGING_FACE else os.environ.get("HF_TOKEN")
        parts = urlsplit(self.endpoint)
        is_safe = parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")
        return super().headers() | ({"Authorization": f"Bearer {token}"} if token and is_safe else {})


class ModelScopeHub(Hub):
    """modelscope.cn, by the two addresses its own package uses (modelscope/hub/api.py, file_download.py)."""

    title = "ModelScope"

    def repo(self, entry: ModelEntry) -> tuple[str, str]:
        return entry.modelscope_repo or entry.repo, "master" if entry.revision == "main" else entry.revision

    def page(self, repo: str) -> str:
        return f"{self.endpoint}/models/{repo}"

    def listing_url(self, repo: str, revision: str) -> str:
        query = urlencode({"Revision": revision, "Recursive": "True"})
        return f"{self.endpoint}/api/v1/models/{repo}/repo/files?{query}"

    def read_listing(self, repo: str, revision: str, answer: Any) -> Listing:
        try:
            files = [
                RemoteFile(
                    str(f.get("Path") or f["Name"]),
                    int(f["Size"]),
                    Checksum("sha256" if f.get("Sha256") else "", str(f.get("Sha256") or "").lower()),
                )
                for f in answer["Data"]["Files"]
                if f.get("Type") != "tree"
            ]
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise self.nonsense(repo) from error
        return self._listing(repo, revision, iter(files), "", False)

    def file_url(self, repo: str, revision: str, name: str) -> str:
        return f"{self.endpoint}/api/v1/models/{repo}/repo?{urlencode({'Revision': revision, 'FilePath': name})}"


def hub_for(choice: str | None = None, environ: Mapping[str, str] = os.environ) -> Hub:
    """The hub to fetch from. `choice`: "huggingface", "modelscope", the address of a mirror of the former, or None
    for what HF_ENDPOINT says. `InputError` for anything else."""
    wanted = (choice or "").strip()
    if wanted.lower() == "modelscope":
        domain = environ.get(MODELSCOPE_VARIABLE, "").strip()
        return ModelScopeHub(_address(domain if "://" in domain else f"https://{domain}") if domain else MODELSCOPE)
    if wanted.lower() == "huggingface":
        return HuggingFaceHub(HUGGING_FACE)
    return HuggingFaceHub(_address(wanted or environ.get("HF_ENDPOINT", "").strip() or HUGGING_FACE))


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
        _ = parts.port
    except ValueError:
        is_good = False
    if not is_good:
        raise InputError(
            f"“{text}” is no hub to fetch models from.",
            "Choose huggingface, modelscope, or the address of a mirror, such as https://hf-mirror.com.",
        )
    return text.rstrip("/")


# -- what went wrong -------------------------------------------------------------------------------
ELSEWHERE = (
    "Choose a mirror (--hub ADDRESS, or HF_ENDPOINT, for instance https://hf-mirror.com) or ModelScope "
    "(--hub modelscope), or get the model on another computer and bring it: folkmoot models import FOLDER"
)


def unreachable(hub: Hub, error: BaseException) -> ModelError:
    """The line does not come about, or breaks again and again."""
    chain = list(_causes(error))
    if any(isinstance(e, socket.gaierror) for e in chain):
        return ModelError(
            f"{hub.host} cannot be found: there is no network here, or it blocks that name.",
            f"Check the connection to the internet. If only this hub is blocked: {ELSEWHERE}",
        )
    detail = next((str(e).strip() for e in chain if str(e).strip()), type(error).__name__).splitlines()[0][:160]
    if "certificate" in detail.lower():
        return ModelError(
            f"The connection to {hub.host} is not trusted ({detail}).",
            "A firewall or proxy may stand between; have its certificate installed on this computer, or use a mirror.",
        )
    return ModelError(
        f"{hub.host} cannot be reached ({detail}).",
        f"Check the connection to the internet and try again; what has come is kept. If it stays so: {ELSEWHERE}",
    )


def refused(hub: Hub, repo: str, status: int, headers: Mapping[str, str], name: str = "") -> ModelError:
    """The hub answered, but not with what was asked for."""
    code = headers.get("X-Error-Code", "")
    what = name or repo
    if status in (401, 403):
        # 401 is also what huggingface.co says of a repository that does not exist.
        is_gated = code == "GatedRepo"
        why = "its owner wants to be asked first" if is_gated else "it is private, gone, or wants you to sign in"
        return ModelError(
            f"{hub.host} does not give out {what}: {why} ({status}).",
            f"Open {hub.page(repo)}, accept what it asks, and put your access token into HF_TOKEN.",
        )
    if status == 404:
        return ModelError(
            f"{hub.host} has no {what}" + (f" in {repo}." if name else "."),
            f"It may have been renamed, or this mirror does not have it. {ELSEWHERE}",
        )
    if status == 429:
        return ModelError(
            f"{hub.host} says that too much was asked of it from your network (429).",
            "Try again in some minutes; what has come is kept. Signing in (HF_TOKEN) raises the limit.",
        )
    if status >= 500:
        return ModelError(
            f"{hub.host} has trouble of its own ({status}).",
            f"Try again later; what has come is kept. If it stays so: {ELSEWHERE}",
        )
    return ModelError(f"{hub.host} refused to give {what} ({status}).", f"Try again later. If it stays so: {ELSEWHERE}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
