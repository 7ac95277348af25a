"""A small real model hub on 127.0.0.1, in the dialects of huggingface.co and of ModelScope, with every bad habit.

    with serve({"Qwen/Qwen3-0.6B": folder}) as hub:
        hub.endpoint …  hub.habits.break_after = 10_000 …  hub.served("model.safetensors")

It answers what the product asks for: the list of a model's files with sizes and checksums, and the files themselves,
with ranges, the hub's headers, and for weights a redirect to a place of their own, as the real one does it.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Habits:
    """What is wrong with the hub. Those about content count for weights (`.safetensors`) only."""

    delay_s: float = 0.0  # before every answer
    bytes_per_s: float = 0.0  # 0: as fast as it goes
    break_after: int = 0  # bytes of an answer, then the line is cut
    breaks: int = 1_000_000  # how often it does so
    stall_after: int = 0  # bytes of an answer, then nothing more comes
    corrupt: int = 0  # how often a byte of an answer is changed
    status: int = 0  # instead of files
    statuses: int = 1_000_000  # how often
    listing_status: int = 0  # instead of the list
    listing_body: bytes = b""  # instead of the list, with status 200
    retry_after: str = ""
    error_code: str = ""
    announce_more: int = 0  # bytes added to Content-Length
    announce_less: int = 0  # bytes taken off it; only so much is sent
    ends_early: int = 0  # bytes left off, without any length having been announced
    ignores_ranges: bool = False
    wrong_ranges: bool = False  # sends from another place than was asked for
    sign_in: bool = False  # pages for people, as a network gives them that wants its users to sign in
    short_ranges: int = 0  # bytes that it gives at most of a range
    licence: str = "apache-2.0"
    token: str = ""  # that is asked for; "" for none
    lists: dict[str, Any] = field(default_factory=dict)  # name → what it says besides the truth


@dataclass(frozen=True)
class Asked:
    path: str
    first: int  # byte asked for
    sent: int  # bytes of content that were handed to the socket
    headers: Mapping[str, str]


class Hub:
    def __init__(self, repos: Mapping[str, Path]) -> None:
        self.repos = dict(repos)
        self.habits = Habits()
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self.server: ThreadingHTTPServer | None = None

    @property
    def endpoint(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def served(self, name: str) -> int:
        """Bytes of content sent of a file, over all answers."""
        with self._lock:
            return sum(a.sent for a in self.asked if unquote(a.path).endswith(name))

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)

    def takes(self, habit: str) -> bool:
        """Whether the habit is to be shown once more; counts down."""
        with self._lock:
            left = int(getattr(self.habits, habit))
            setattr(self.habits, habit, max(0, left - 1))
            return left > 0


@contextmanager
def serve(repos: Mapping[str, Path]) -> Iterator[Hub]:
    hub = Hub(repos)

    class Bound(_Handler):
        pass

    Bound.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
    server.daemon_threads = True
    hub.server = server
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="hub")
    thread.start()
    try:
        yield hub
    finally:
        hub.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def git_sha(path: Path) -> str:
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(OSError):  # who asked has gone
            super().handle()

    def do_HEAD(self) -> None:  # which huggingface_hub asks first
        self.do_GET()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        path = unquote(parts.path).strip("/")
        if self.hub.habits.delay_s:
            self.hub.closing.wait(self.hub.habits.delay_s)
        for repo, folder in self.hub.repos.items():
            if path == f"api/models/{repo}/revision/{query.get('revision', 'main')}":
                return self._list(self._huggingface(repo, folder))
            if path == f"api/v1/models/{repo}/repo/files":
                return self._list(self._modelscope(folder))
            if path == f"api/v1/models/{repo}/repo":
                return self._file(folder / query["FilePath"], elsewhere=False)
            for kind, revision in (("resolve", COMMIT), ("resolve", "main"), ("cdn", COMMIT), ("cdn", "main")):
                start = f"{repo}/{kind}/{revision}/"
                if path.startswith(start):
                    return self._file(folder / path.removeprefix(start), elsewhere=kind == "resolve")
        return self._refuse(404, "RepoNotFound")

    # -- lists -------------------------------------------------------------------------------------
    def _list(self, answer: Any) -> None:
        habits = self.hub.habits
        if habits.listing_status:
            return self._refuse(habits.listing_status, habits.error_code)
        if habits.token and self.headers.get("Authorization") != f"Bearer {habits.token}":
            return self._refuse(401, "GatedRepo")
        body = habits.listing_body or json.dumps(answer).encode()
        self.hub.note(Asked(self.path, 0, len(body), dict(self.headers)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def _huggingface(self, repo: str, folder: Path) -> dict[str, Any]:
        siblings = []
        for path in sorted(folder.iterdir()):
            one: dict[str, Any] = {"rfilename": path.name, "size": path.stat().st_size, "blobId": git_sha(path)}
            if path.suffix in (".safetensors", ".bin"):
                one["lfs"] = {"size": path.stat().st_size, "sha256": sha256(path), "pointerSize": 134}
            siblings.append(one | self.hub.habits.lists.get(path.name, {}))
        return {
            "id": repo,
            "sha": COMMIT,
            "gated": False,
            "cardData": {"license": self.hub.habits.licence},
            "siblings": siblings,
        }

    def _modelscope(self, folder: Path) -> dict[str, Any]:
        files: list[dict[str, Any]] = [{"Name": "assets", "Path": "assets", "Type": "tree", "Size": 0, "Sha256": ""}]
        files += [
            {"Name": p.name, "Path": p.name, "Type": "blob", "Size": p.stat().st_size, "Sha256": sha256(p)}
            for p in sorted(folder.iterdir())
        ]
        return {"Code": 200, "Data": {"Files": files}}

    # -- files -------------------------------------------------------------------------------------
    def _file(self, path: Path, *, elsewhere: bool) -> None:
        if not path.is_file():
            return self._refuse(404, "EntryNotFound")
        is_weights = path.suffix == ".safetensors"
        if elsewhere and is_weights:
            self.send_response(302)
            self.send_header("Location", self.path.replace("/resolve/", "/cdn/"))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("X-Linked-Size", str(path.stat().st_size))
            self.send_header("X-Linked-Etag", f'"{sha256(path)}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        habits = self.hub.habits
        if is_weights and habits.status and self.hub.takes("statuses"):
            return self._refuse(habits.status, habits.error_code)
        content = path.read_bytes()
        first, total = self._first_byte(is_weights), len(content)
        if first and first >= total:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{total}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        is_part = "Range" in self.headers and not (is_weights and habits.ignores_ranges)
        if is_part and is_weights and habits.wrong_ranges:
            first = max(0, first - 7)
        body = content[first : first + habits.short_ranges if habits.short_ranges and is_part and is_weights else None]
        until = first + len(body)
        if is_weights and self.hub.takes("corrupt"):
            middle = len(body) // 2
            body = body[:middle] + bytes([body[middle] ^ 0xFF]) + body[middle + 1 :]
        self.send_response(206 if is_part else 200)
        if is_part:
            self.send_header("Content-Range", f"bytes {first}-{until - 1}/{total}")
        if path.name == "LICENSE" and habits.sign_in:
            self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("ETag", f'"{sha256(path)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if is_weights and habits.ends_early:
            body = body[: -habits.ends_early]
            self.send_header("Connection", "close")
        else:
            if is_weights and habits.announce_less:
                body = body[: -habits.announce_less]
            more = habits.announce_more if is_weights else 0
            self.send_header("Content-Length", str(len(body) + more))
        self.end_headers()
        if self.command != "HEAD":
            self._send(body, first, is_weights)
        if is_weights and habits.ends_early:
            self.close_connection = True
        return None

    def _first_byte(self, is_weights: bool) -> int:
        wanted = self.headers.get("Range", "")
        if not wanted or (is_weights and self.hub.habits.ignores_ranges):
            return 0
        return int(wanted.removeprefix("bytes=").partition("-")[0])

    def _send(self, body: bytes, first: int, is_weights: bool) -> None:
        habits = self.hub.habits
        sent = 0
        step = 4096
        breaks = is_weights and habits.break_after > 0 and self.hub.takes("breaks")
        try:
            while sent < len(body) and not self.hub.closing.is_set():
                if breaks and sent >= habits.break_after:
                    self.close_connection = True
                    self.connection.close()
                    return
                if is_weights and habits.stall_after and sent >= habits.stall_after:
                    self.hub.closing.wait(30)
                    return
                block = body[sent : sent + step]
                self.wfile.write(block)
                sent += len(block)
                if is_weights and habits.bytes_per_s:
                    time.sleep(len(block) / habits.bytes_per_s)
        finally:
            self.hub.note(Asked(self.path, first, sent, dict(self.headers)))

    def _refuse(self, status: int, code: str = "") -> None:
        self.hub.note(Asked(self.path, 0, 0, dict(self.headers)))
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        if self.hub.habits.retry_after:
            self.send_header("Retry-After", self.hub.habits.retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()
