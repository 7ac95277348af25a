"""Servers that speak the OpenAI dialect, as the user has entered them. None until then, and none is ever asked before.

`servers.json` holds addresses and model names; a server's key lies in the keyring of the system.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from app.domain.disk import disk_error
from app.domain.errors import InputError, ModelError, StorageError

KEYRING_SERVICE = "Folkmoot"
PREFIX = "server:"  # a model chosen as "server:NAME" runs there
Route = Literal["transcriptions", "chat"]
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Server:
    """`url` ends before the routes: "http://gpu.example:8000/v1".

    `speech_model`, `text_model`: names the server knows, "" for none. `route`: how it takes sound, as a file for
    `/audio/transcriptions` or as `input_audio` in a chat. `context_tokens`: prompt and answer of the text model
    together. `parallel`: requests at a time.
    """

    name: str
    url: str
    speech_model: str = ""
    text_model: str = ""
    route: Route = "transcriptions"
    context_tokens: int = 16_384
    timeout_s: float = 120.0
    parallel: int = 8

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def is_this_machine(self) -> bool:
        """Whether what is sent there stays on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def check(server: Server) -> Server:
    """The server, its address tidied; `InputError` for what cannot be one."""
    if not _NAME.fullmatch(server.name):
        raise InputError(f"“{server.name}” cannot be a server's name.", "Use small letters, digits, - and _.")
    url = server.url.strip()
    url = (url if "://" in url else f"http://{url}").rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.query or parts.fragment:
        raise InputError(f"“{server.url}” is not the address of a server.", "Write it like http://host:8000/v1.")
    if not (server.speech_model or server.text_model):
        raise InputError(
            "A server needs the name of at least one model.", "Give the name of a speech model, a text model, or both."
        )
    if server.route not in ("transcriptions", "chat"):
        raise InputError(f"“{server.route}” is no way to send sound.", "Choose transcriptions or chat.")
    if server.context_tokens < 1024 or server.timeout_s <= 0 or server.parallel < 1:
        raise InputError(
            "These limits cannot work.", "Give 1024 or more tokens, a time above 0, and at least one request at a time."
        )
    if not parts.path:
        url += "/v1"
    return Server(**{**asdict(server), "url": url})


def load(path: Path) -> dict[str, Server]:
    """The servers by name; empty when there is no such file. `StorageError` if it cannot be read as one."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["servers"]
        known = {f.name for f in fields(Server)}
        found = [check(Server(**{k: v for k, v in entry.items() if k in known})) for entry in entries]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise disk_error("The list of servers could not be read", path, error) from error
    except (ValueError, TypeError, KeyError, AttributeError, InputError) as error:
        raise StorageError(
            f"The list of servers is damaged ({path}).", "Correct it or delete it, and add the servers again."
        ) from error
    return {s.name: s for s in found}


def save(path: Path, servers: Mapping[str, Server]) -> None:
    """Write the list whole or not at all."""
    text = json.dumps({"servers": [asdict(s) for s in servers.values()]}, ensure_ascii=False, indent=2)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise disk_error("The list of servers could not be written", path, error) from error


def servers_file(models_dir: Path) -> Path:
    return models_dir / "servers.json"


def named(path: Path, model: str) -> Server:
    """The server that a model "server:NAME" runs on; `ModelError` if there is none of that name."""
    known = load(path)
    name = model.removeprefix(PREFIX)
    if name not in known:
        raise ModelError(
            f"There is no server “{name}”.",
            f"Entered are: {', '.join(known) or 'none yet'}. Add one with: folkmoot servers add {name} URL",
        )
    return known[name]


# -- keys ------------------------------------------------------------------------------------------
def key_variable(name: str) -> str:
    """The environment variable that takes the place of the keyring, where a machine has none."""
    return f"FOLKMOOT_KEY_{name.upper().replace('-', '_')}"


def key(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The key of a server, or "" if it has none."""
    given = environ.get(key_variable(name), "").strip()
    if given:
        return given
    return str(_keyring(name, lambda k: k.get_password(KEYRING_SERVICE, name)) or "")


def set_key(name: str, value: str) -> None:
    """Keep the key of a server in the system's keyring; "" forgets it."""

    def write(keyring: Any) -> None:
        if value:
            keyring.set_password(KEYRING_SERVICE, name, value)
        elif keyring.get_password(KEYRING_SERVICE, name) is not None:
            keyring.delete_password(KEYRING_SERVICE, name)

    _keyring(name, write, needed=bool(value))


def _keyring(name: str, use: Any, needed: bool = False) -> Any:
    """Many Linux machines without a desktop have no keyring: then there is no key, and one cannot be kept."""
    import keyring
    import keyring.errors

    try:
        return use(keyring)
    except keyring.errors.NoKeyringError as error:
        if not needed:
            return None
        raise InputError(
            "This system has no keyring to keep the key in.",
            f"Set the environment variable {key_variable(name)} instead.",
        ) from error
    except keyring.errors.KeyringError as error:
        raise InputError(
            f"The system's keyring refused: {error}.",
            f"Unlock it, or set the environment variable {key_variable(name)}.",
        ) from error
