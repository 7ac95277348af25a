"""Downloads: a model of the catalogue fetched from a hub, checked, and moved into its place.

`download` is a generator of frozen events, for the command line and the window alike. The bytes are fetched in a thread
with an event loop of its own (`models.fetching`); the generator looks at it, and at the cancel flag, several times a
second. huggingface_hub's offline switch stays on for everything else: what is fetched here goes through a client of its
own, which nothing but a call of `download` opens.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2

from app.domain.cancel import CancelFlag, Never, check
from app.domain.errors import Cancelled, InputError, ModelError
from app.domain.models import DownloadEvent, DownloadNotice, DownloadProgress, ModelInstalled, Phase
from models import catalogue, installing, loading
from models.entries import CATALOGUE, Licence, ModelEntry
from models.fetching import Fetcher, Patience, State, disk_trouble, manifest_files
from models.hub import Hub, Listing
from models.installing import FreeBytes, Manifest, free_bytes, read_manifest, size_text

_TICK_S = 0.2
_SPEED_OVER_S = 6.0
_GOING_S = 1.0  # how long a cancelled line may take to go


class LicenceNotAccepted(InputError):
    """The model's licence has conditions, which the user must see and accept first (`accept_licence=True`)."""

    def __init__(self, title: str, licence: Licence) -> None:
        super().__init__(
            f"{title} has a licence with conditions, {licence.title}: {licence.conditions}",
            f"Read it at {licence.url}. To accept it: --accept-licence",
        )
        self.licence = licence

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:  # crosses processes as what it says
        return InputError, (self.what, self.to_do)


def download(
    entry: ModelEntry,
    models_dir: Path,
    hub: Hub,
    *,
    cancel: CancelFlag | None = None,
    accept_licence: bool | Collection[str] = False,
    again: bool = False,
    free: FreeBytes = free_bytes,
    patience: Patience | None = None,
) -> Iterator[DownloadEvent]:
    """Fetch a model, resuming what an earlier try left. The last event is `ModelInstalled`.

    A model that is here and whole is not fetched again, unless `again`; of a damaged one only the damaged files are.
    `accept_licence`: the names of the licences whose conditions the user has seen and accepts, or True for any.
    `cancel` ends it within a second; what has come is kept. Raises `Cancelled`, `LicenceNotAccepted`, `ModelError`
    (the hub, the line, a wrong checksum, another download of the same model) and `StorageError` (space, permissions).
    """
    _check(entry, accept_licence)
    cancel = cancel or Never()
    check(cancel)
    target = catalogue.folder_of(entry, models_dir)
    with installing.held(models_dir, entry.id):
        installing.restore(installing.staging(models_dir, entry.id), target)
        if target.is_dir() and not again and _is_whole(entry, target):
            yield ModelInstalled(entry.id, target, 0, 0.0)
            return
        job = _Job(entry, models_dir, hub, accept_licence, free, patience or Patience())
        yield from job.run(target, cancel)


def licence_text(entry: ModelEntry, hub: Hub, timeout_s: float = 10.0) -> str:
    """The licence as it lies in the repository, to be read before it is accepted; "" if it cannot be had now."""
    url = hub.file_url(*hub.repo(entry), "LICENSE")
    try:
        answer = httpx2.get(url, headers=hub.headers(), timeout=timeout_s, follow_redirects=True)
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return ""
    # A sign-in page of the network is no licence.
    is_text = answer.status_code == 200 and "html" not in answer.headers.get("Content-Type", "").lower()
    return answer.text if is_text and len(answer.content) < 200_000 else ""


def drop_left_over(entry: ModelEntry, models_dir: Path) -> None:
    """Remove what an unfinished download has left. `ModelError` while it is going on."""
    folder = installing.staging(models_dir, entry.id)
    if folder.exists():
        with installing.held(models_dir, entry.id):
            shutil.rmtree(folder, ignore_errors=True)


def _accepts(accepted: bool | Collection[str], licence: str) -> bool:
    return accepted if isinstance(accepted, bool) else licence in accepted


def _check(entry: ModelEntry, accepted: bool | Collection[str]) -> None:
    if not entry.repo:
        raise InputError(f"{entry.title} is part of Folkmoot and cannot be fetched.", "It is here already.")
    if not entry.is_usable:
        raise InputError(
            f"{entry.title} is known but cannot be used by this version of Folkmoot.",
            "Choose one of: " + ", ".join(e.id for e in CATALOGUE if e.is_usable and e.repo) + ".",
        )
    if entry.licence.conditions and not _accepts(accepted, entry.licence.name):
        raise LicenceNotAccepted(entry.title, entry.licence)


def _is_whole(entry: ModelEntry, folder: Path) -> bool:
    try:
        catalogue.family_of(loading.inspect(folder), entry.family)
    except ModelError:
        return False
    manifest = read_manifest(folder)
    return manifest is None or all(
        (folder / n).is_file() and (folder / n).stat().st_size == f.size for n, f in manifest.files.items()
    )


class _Job:
    """One download; the generator side."""

    def __init__(
        self,
        entry: ModelEntry,
        models_dir: Path,
        hub: Hub,
        accepted: bool | Collection[str],
        free: FreeBytes,
        patience: Patience,
    ) -> None:
        self._entry = entry
        self._hub = hub
        self._accepted = accepted
        self._free = free
        self._folder = installing.staging(models_dir, entry.id)
        self._state = State()
        self._stop = threading.Event()
        self._patience = patience
        self._failure: BaseException | None = None
        self._listing: Listing | None = None
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._samples: deque[tuple[float, int]] = deque()

    def run(self, target: Path, cancel: CancelFlag) -> Iterator[DownloadEvent]:
        began = time.monotonic()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                yield from self._reuse(target, cancel)
        except OSError as error:
            raise disk_trouble(error, self._folder) from error
        thread = threading.Thread(target=self._thread, name=f"download {self._entry.id}", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_TICK_S)
                yield from self._notices()
                yield self._progress()
                check(cancel)
        finally:
            self._end(thread)
        yield from self._notices()
        if self._failure is not None:
            raise self._told(self._failure)
        self._examine()
        check(cancel)
        installing.move_in(self._folder, target)
        yield ModelInstalled(self._entry.id, target, self._state.fetched, time.monotonic() - began)

    def _reuse(self, installed: Path, cancel: CancelFlag) -> Iterator[DownloadEvent]:
        """Take over the undamaged files of a model that is here, so that only the others are fetched.

        Not again when there is a manifest: then this was done to its end, and a download has begun.
        """
        manifest = read_manifest(installed)
        if manifest is None or read_manifest(self._folder) is not None:
            return
        total = sum(f.size for f in manifest.files.values())
        done = 0

        def look(_count: int) -> None:
            check(cancel)

        for name, file in manifest.files.items():
            yield DownloadProgress(self._entry.id, Phase.CHECKING, done, total, message="Checking what is here")
            path = installed / name
            if path.is_file() and path.stat().st_size == file.size and file.parsed.matches(path, look):
                (self._folder / name).unlink(missing_ok=True)  # of a check that was stopped
                try:
                    (self._folder / name).hardlink_to(path)
                except OSError:  # a file system without links
                    shutil.copyfile(path, self._folder / name)
            done += file.size
        installing.write_manifest(self._folder, manifest)

    # -- the other thread --------------------------------------------------------------------------
    def _thread(self) -> None:
        loop = asyncio.new_event_loop()
        try:
            self._loop, self._task = loop, loop.create_task(self._fetch())
            if self._stop.is_set():
                self._task.cancel()
            loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            self._failure = Cancelled()
        except BaseException as error:  # told to the user by the generator
            self._failure = error
        finally:
            with suppress(Exception):
                loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()  # does not wait for name servers, as asyncio.run would

    async def _fetch(self) -> None:
        fetcher = Fetcher(self._hub, self._folder, self._patience, self._state, self._stop)
        async with fetcher.client() as client:
            listing = await fetcher.listing(client, *self._hub.repo(self._entry))
            self._check_licence(listing)
            self._listing = listing
            there = installing.left_over(self._folder.parent.parent, self._entry.id)
            title = self._entry.title
            installing.check_space(max(0, listing.size - there), self._folder, title, self._free)
            manifest = Manifest(
                self._entry.id,
                self._hub.page(listing.repo),
                listing.revision,
                listing.licence or self._entry.licence.name,
                manifest_files(listing.files),
            )
            await fetcher.fetch_all(client, listing, manifest)

    def _check_licence(self, listing: Listing) -> None:
        """The hub may know of a licence that the catalogue does not. Who has accepted the latter has not seen it."""
        is_other = listing.licence and listing.licence != self._entry.licence.name
        if is_other and not _accepts(self._accepted, listing.licence):
            page = self._hub.page(listing.repo)
            conditions = "its licence is another than the one Folkmoot knows of."
            raise LicenceNotAccepted(self._entry.title, Licence(listing.licence, listing.licence, page, conditions))

    def _end(self, thread: threading.Thread) -> None:
        """Stop the other thread. Should it hang in a name server, it is left behind; it writes nothing any more."""
        self._stop.set()
        if thread.is_alive() and self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop has just closed
                self._loop.call_soon_threadsafe(self._task.cancel)
        thread.join(_GOING_S)

    # -- this thread -------------------------------------------------------------------------------
    def _told(self, failure: BaseException) -> BaseException:
        if isinstance(failure, OSError):
            return disk_trouble(failure, self._folder)
        return failure

    def _examine(self) -> None:
        """Whether what came is the model it should be; if not, it is discarded, for going on would not help."""
        try:
            catalogue.family_of(loading.inspect(self._folder), self._entry.family)
        except ModelError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise ModelError(
                f"{self._hub.host} has another model under this name, or an incomplete one. {error.what}",
                "Nothing was installed. Choose another hub, or another model.",
            ) from error

    def _notices(self) -> Iterator[DownloadNotice]:
        while self._state.notices:
            yield DownloadNotice(self._entry.id, self._state.notices.pop(0))

    def _progress(self) -> DownloadProgress:
        state = self._state
        now = time.monotonic()
        self._samples.append((now, state.fetched))
        while now - self._samples[0][0] > _SPEED_OVER_S:
            self._samples.popleft()
        since, fetched = self._samples[0]
        speed = (state.fetched - fetched) / (now - since) if now - since > 0.5 else 0.0
        done, total = state.done, state.total
        phase, message = state.phase, f"Asking {self._hub.host}"
        left: float | None = None
        checking = sorted(state.checking)
        if state.waiting_for:
            phase, message = Phase.WAITING, state.waiting_for
        elif state.phase is Phase.FETCHING and done >= total and checking:
            phase, message = Phase.CHECKING, f"Checking {checking[0]}"
        elif state.phase is Phase.FETCHING:
            message = f"{size_text(done)} of {size_text(total)}"
            left = (total - done) / speed if speed > 0 else None
        return DownloadProgress(self._entry.id, phase, done, total, speed, left, message)


def remove(entry: ModelEntry, models_dir: Path) -> int:
    """Remove an installed model and what an unfinished download left of it. Returns the bytes that were freed.

    `InputError` for the starter kit and for a model that is not here, `StorageError` if it cannot be removed.
    """
    if entry.is_starter:
        raise InputError("The starter kit is part of Folkmoot and cannot be removed.", "It takes less than 30 MB.")
    folder = catalogue.folder_of(entry, models_dir)
    staged = installing.staging(models_dir, entry.id)
    if not folder.is_dir() and not staged.is_dir():
        raise InputError(f"{entry.title} is not installed.", "See what is: folkmoot models list")
    with installing.held(models_dir, entry.id):
        freed = _bytes_in(folder) + _bytes_in(staged)
        for path in (folder, staged):
            if path.is_dir():
                installing.discard(path, staged.with_name(f"{entry.id}.removed"))
    return freed


def _bytes_in(folder: Path) -> int:
    try:
        return sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file())
    except OSError:
        return 0
