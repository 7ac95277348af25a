"""Bytes over a line that may break: every file of a listing into a folder, each checked, none fetched twice.

Runs in an event loop of its own thread (`models.download`), because only there can a wait for a silent server be
cancelled at once. A file grows as `<name>.<checksum>.part` and gets its name when its checksum is right; so what has
its name is whole, and a part is continued only if the repository still has the same file.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from app.domain.disk import disk_error
from app.domain.errors import Cancelled, FolkmootError, ModelError
from app.domain.models import Phase
from models import hub as hubs
from models.hub import Hub, Listing, RemoteFile
from models.installing import BLOCK, Manifest, ManifestFile, read_manifest, write_manifest

T = TypeVar("T")
AT_ONCE = 4  # files: one line to a hub's servers seldom fills a fast connection
FIRST_TRIES = 3  # to reach the hub at all: who has no network should hear it soon
_LISTING_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a hub. Seconds; `tries` counts failures in a row without a byte in between."""

    tries: int = 6
    first_pause_s: float = 1.0
    longest_pause_s: float = 30.0
    longest_asked_s: float = 300.0  # a hub that asks for more is given up on
    connect_s: float = 15.0
    silence_s: float = 30.0  # without a byte

    def pause_s(self, failures: int) -> float:
        return float(min(self.longest_pause_s, self.first_pause_s * 2 ** (failures - 1)))


@dataclass(slots=True)
class State:
    """What the downloading thread tells the other one; each field is written by one side only."""

    phase: Phase = Phase.ASKING
    waiting_for: str = ""
    have: dict[str, int] = field(default_factory=dict)  # bytes there, by file
    total: int = 0
    fetched: int = 0  # over the line
    checking: set[str] = field(default_factory=set)
    checked: int = 0  # bytes
    notices: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(self.have.values())


class _Broken(Exception):
    """Worth another try. `wait_s`: what the hub asked for. `final`: what to say when there are no tries left."""

    def __init__(self, final: ModelError, wait_s: float = 0.0) -> None:
        super().__init__(str(final))
        self.final = final
        self.wait_s = wait_s


class Fetcher:
    """Fetches one listing. `stop` ends checksum reading, which no event loop can cancel."""

    def __init__(self, hub: Hub, folder: Path, patience: Patience, state: State, stop: threading.Event) -> None:
        self._hub = hub
        self._folder = folder
        self._patience = patience
        self._state = state
        self._stop = stop
        self._headers = hub.headers()

    def client(self) -> httpx2.AsyncClient:
        timeout = httpx2.Timeout(self._patience.silence_s, connect=self._patience.connect_s)
        return httpx2.AsyncClient(timeout=timeout, follow_redirects=True, headers=self._headers)

    async def listing(self, client: httpx2.AsyncClient, repo: str, revision: str) -> Listing:
        """What the hub has. `ModelError` if that cannot be found out."""

        async def ask() -> Any:
            url = self._hub.listing_url(repo, revision)
            async with client.stream("GET", url, headers={"Accept": "application/json"}) as answer:
                self._check_status(answer, repo, "")
                body = bytearray()
                async for block in answer.aiter_bytes():
                    body += block
                    if len(body) > _LISTING_LIMIT:
                        raise self._hub.nonsense(repo)
            return httpx2.Response(200, content=bytes(body)).json()

        try:
            answer = await self._patiently(ask, lambda: 0, min(self._patience.tries, FIRST_TRIES))
        except ValueError as error:
            raise self._hub.nonsense(repo) from error
        return self._hub.read_listing(repo, revision, answer)

    async def fetch_all(self, client: httpx2.AsyncClient, listing: Listing, manifest: Manifest) -> None:
        """Every file of the listing into the folder, the small ones first. `manifest` says where they come from."""
        self._tidy(listing)
        self._state.total = listing.size
        self._state.have = {f.name: self._bytes_there(f) for f in listing.files}
        write_manifest(self._folder, manifest)
        places = asyncio.Semaphore(AT_ONCE)

        async def one(file: RemoteFile) -> None:
            async with places:
                await self._fetch(client, listing, file)

        self._state.phase = Phase.FETCHING
        try:
            async with asyncio.TaskGroup() as group:
                for file in sorted(listing.files, key=lambda f: f.size):
                    group.create_task(one(file))
        except BaseExceptionGroup as errors:
            raise _first(errors) from errors

    # -- what is there already ---------------------------------------------------------------------
    def _tidy(self, listing: Listing) -> None:
        """Remove what this listing has no use for. A file with its name stays only if it was checked against the very
        checksum it has to have now."""
        before = read_manifest(self._folder)
        wanted = {f.name: f for f in listing.files}
        parts = {self._part(f).name for f in listing.files}
        for path in self._folder.iterdir():
            known = before.files.get(path.name) if before else None
            file = wanted.get(path.name)
            is_checked = (
                file is not None
                and known is not None
                and known.checksum == checksum_text(file)
                and _size(path) == file.size
            )
            if not is_checked and path.name not in parts and path.is_file():
                path.unlink()

    def _part(self, file: RemoteFile) -> Path:
        return self._folder / f"{file.name}.{file.checksum.value[:16] or 'unknown'}.part"

    def _bytes_there(self, file: RemoteFile) -> int:
        return _size(self._folder / file.name) or min(_size(self._part(file)), file.size)

    # -- one file ----------------------------------------------------------------------------------
    async def _fetch(self, client: httpx2.AsyncClient, listing: Listing, file: RemoteFile) -> None:
        if (self._folder / file.name).exists():
            return
        part = self._part(file)
        for attempt in (1, 2):
            await self._patiently(lambda: self._stream(client, listing, file, part), lambda: _size(part))
            if await self._is_right(file, part):
                part.replace(self._folder / file.name)
                return
            part.unlink()
            self._state.have[file.name] = 0
            if attempt == 1:
                self._state.notices.append(f"{file.name} arrived damaged and is fetched again.")
        raise ModelError(
            f"{file.name} arrived damaged twice: its checksum is not the one that {self._hub.host} gives for it.",
            f"The line or a proxy changes what goes through, or the mirror is out of order. {hubs.ELSEWHERE}",
        )

    async def _stream(self, client: httpx2.AsyncClient, listing: Listing, file: RemoteFile, part: Path) -> None:
        """Go on with a part until its end, or until the line breaks (`_Broken`)."""
        have = _size(part)
        if have > file.size:
            part.unlink()
            have = 0
        if have == file.size:
            part.touch()  # of an empty file, too
            return
        url = self._hub.file_url(listing.repo, listing.revision, file.name)
        async with client.stream("GET", url, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
            if answer.status_code == 416:
                part.unlink()
                raise self._lie(file, "it has less of it than came before")
            self._check_status(answer, listing.repo, file.name)
            until = file.size
            if answer.status_code == 200:
                have = 0  # it sends the whole file, asked for the rest or not
            elif not (until := _goes_on_until(answer, have, file.size)):
                part.unlink(missing_ok=True)
                raise self._lie(file, "it sends another part of it than was asked for")
            self._check_length(answer, file, have, until)
            await self._write(answer, file, part, have)

    async def _write(self, answer: httpx2.Response, file: RemoteFile, part: Path, have: int) -> None:
        with part.open("r+b" if have else "wb") as out:
            out.seek(have)
            out.truncate()
            self._state.have[file.name] = have
            async for block in answer.aiter_bytes():
                have += len(block)
                if have > file.size:
                    out.truncate(0)
                    raise self._lie(file, "it sends more than it announced")
                out.write(block)
                self._state.have[file.name] = have
                self._state.fetched += len(block)
            out.flush()
            os.fsync(out.fileno())
        if have < file.size:
            raise self._lie(file, f"it ended after {have:,} of {file.size:,} bytes")

    async def _is_right(self, file: RemoteFile, part: Path) -> bool:
        def count(block: int) -> None:
            if self._stop.is_set():
                raise Cancelled
            self._state.checked += block

        self._state.checking.add(file.name)
        try:
            if file.size <= BLOCK:
                return file.checksum.matches(part, count)
            return await asyncio.to_thread(file.checksum.matches, part, count)
        finally:
            self._state.checking.discard(file.name)

    # -- trouble -----------------------------------------------------------------------------------
    async def _patiently(
        self, work: Callable[[], Awaitable[T]], progress: Callable[[], int], tries: int | None = None
    ) -> T:
        """Do `work` again while it is `_Broken`, at most `tries` times in a row without progress."""
        tries = tries or self._patience.tries
        failures = 0
        while True:
            before = progress()
            try:
                return await work()
            except httpx2.TransportError as error:
                broken = _Broken(hubs.unreachable(self._hub, error))
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise hubs.unreachable(self._hub, error) from error
            except _Broken as error:
                broken = error
            failures = 1 if progress() > before else failures + 1
            if failures >= tries or broken.wait_s > self._patience.longest_asked_s:
                raise broken.final
            await self._pause(max(broken.wait_s, self._patience.pause_s(failures)), str(broken.final.what))

    async def _pause(self, seconds: float, why: str) -> None:
        self._state.waiting_for = f"{why} Next try in {seconds:.0f} s."
        try:
            await asyncio.sleep(seconds)
        finally:
            self._state.waiting_for = ""

    def _check_status(self, answer: httpx2.Response, repo: str, name: str) -> None:
        status = answer.status_code
        if status in (200, 206):
            return
        failure = hubs.refused(self._hub, repo, status, answer.headers, name)
        if status in (408, 429) or status >= 500:
            raise _Broken(failure, _seconds(answer.headers.get("Retry-After", "")))
        raise failure

    def _check_length(self, answer: httpx2.Response, file: RemoteFile, have: int, until: int) -> None:
        length = answer.headers.get("Content-Length", "")
        is_plain = answer.headers.get("Content-Encoding", "identity") == "identity"
        if is_plain and length.isdigit() and have + int(length) != until:
            raise self._lie(file, f"it announces {have + int(length):,} bytes instead of {until:,}")

    def _lie(self, file: RemoteFile, how: str) -> _Broken:
        return _Broken(
            ModelError(
                f"{self._hub.host} does not send {file.name} as it is listed: {how}.",
                f"Try again later; what has come is kept. If it stays so: {hubs.ELSEWHERE}",
            )
        )


def checksum_text(file: RemoteFile) -> str:
    return f"{file.checksum.kind}:{file.checksum.value}" if file.checksum.kind else ""


def manifest_files(files: Iterable[RemoteFile]) -> dict[str, ManifestFile]:
    return {f.name: ManifestFile(f.size, checksum_text(f)) for f in files}


def _goes_on_until(answer: httpx2.Response, have: int, size: int) -> int:
    """Up to which byte the answer goes on with what is there, which may be less than the rest; 0 if it does not."""
    found = re.match(rf"bytes {have}-(\d{{1,15}})/", answer.headers.get("Content-Range", ""))
    until = int(found[1]) + 1 if found and have else 0
    return until if have < until <= size else 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdigit() else 0.0


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to tell of: the first that is meant for people, else the first."""
    flat: list[BaseException] = []
    for error in errors.exceptions:
        flat.append(_first(error) if isinstance(error, BaseExceptionGroup) else error)
    return next((e for e in flat if isinstance(e, FolkmootError)), flat[0])


def disk_trouble(error: OSError, folder: Path) -> FolkmootError:
    failed = disk_error("The model could not be stored", folder, error)
    failed.to_do += " What has come is kept."
    return failed
