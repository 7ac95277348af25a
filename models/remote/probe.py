"""Trying a server: what models it has, and which way of sending sound it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.domain.cancel import CancelFlag
from app.domain.errors import ModelError
from app.domain.ports import SAMPLE_RATE, Message
from models.remote.client import Client
from models.remote.servers import Route, Server
from models.remote.speech import RemoteSpeech
from models.remote.text import RemoteText

ROUTES: tuple[Route, ...] = ("transcriptions", "chat")


@dataclass(frozen=True, slots=True)
class Probe:
    """`server` with the route that works. `models`: names the server says it has; `notes`: what did not work."""

    server: Server
    models: tuple[str, ...]
    notes: tuple[str, ...]
    works: bool


def probe(server: Server, cancel: CancelFlag) -> Probe:
    """Ask for the list of models, send a second of faint noise, and ask the text model for one word.

    Never raises `ModelError`: what failed is in the notes.
    """
    notes: list[str] = []
    works = True
    try:
        models = tuple(sorted(Client(server, retries=0).run([_models], cancel)[0]))
    except ModelError as error:
        models = ()
        if "cannot be reached" in error.what or "did not answer" in error.what:
            return Probe(server, (), (str(error),), False)
        # Not every server has that list.
    wanted = [m for m in (server.speech_model, server.text_model) if m]
    notes += [f"The server does not list “{m}”." for m in wanted if models and m not in models]
    if server.speech_model:
        first = [server.route, *(r for r in ROUTES if r != server.route)]
        failures = []
        for route in first:
            try:
                _hear(replace(server, route=route), cancel)
            except ModelError as error:
                failures.append(f"{route}: {error.what}")
            else:
                server = replace(server, route=route)
                break
        else:
            notes += failures
            works = False
    if server.text_model:
        try:
            RemoteText(server, retries=0).generate(
                [Message("user", "Say yes.")], constraint=None, max_new_tokens=8, cancel=cancel
            )
        except ModelError as error:
            notes.append(error.what)
            works = False
    return Probe(server, models, tuple(notes), works)


async def _models(openai: Any) -> list[str]:
    page = await openai.models.list()
    return [str(m.id) for m in page.data or ()]


def _hear(server: Server, cancel: CancelFlag) -> None:
    noise = np.random.default_rng(0).standard_normal(SAMPLE_RATE).astype(np.float32) * 0.001
    RemoteSpeech(server, retries=0).transcribe([noise], cancel=cancel)
