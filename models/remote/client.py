"""Asking a server: several requests at a time, cancellable, with every failure in words.

The official client does what is the same for all (retries with the server's own Retry-After, timeouts); here is what
differs between servers: fields that some refuse are left out, and remembered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from app.domain.cancel import CancelFlag
from app.domain.errors import Cancelled, ModelError
from models.remote.servers import Server, key

log = logging.getLogger(__name__)

RETRIES = 4  # by the client, with growing pauses: about 8 s in all, or as long as the server asks for
CONNECT_S = 10.0
_POLL_S = 0.1

T = TypeVar("T")
Call = Callable[[Any], Awaitable[T]]


class Client:
    """One server. `refused` holds the names of optional fields that it does not take."""

    def __init__(self, server: Server, retries: int = RETRIES) -> None:
        self.server = server
        self.refused: set[str] = set()
        self._key = key(server.name)
        self._retries = retries

    def run(self, calls: Sequence[Call[T]], cancel: CancelFlag) -> list[T]:
        """The answers in the order of the calls. Raises `ModelError`, or `Cancelled` within a fraction of a second."""
        return asyncio.run(self._run(calls, cancel))

    async def _run(self, calls: Sequence[Call[T]], cancel: CancelFlag) -> list[T]:
        from openai import AsyncOpenAI, Timeout

        gate = asyncio.Semaphore(self.server.parallel)
        async with AsyncOpenAI(
            base_url=self.server.url,
            api_key=self._key or "none",  # the client insists on one
            organization="",  # from here alone, never from variables meant for another program
            project="",
            timeout=Timeout(self.server.timeout_s, connect=CONNECT_S),
            max_retries=self._retries,
        ) as openai:

            async def one(call: Call[T]) -> T:
                async with gate:
                    return await call(openai)

            tasks = [asyncio.create_task(one(c)) for c in calls]
            try:
                pending: set[asyncio.Task[T]] = set(tasks)
                while pending:
                    done, pending = await asyncio.wait(pending, timeout=_POLL_S, return_when=asyncio.FIRST_EXCEPTION)
                    if cancel.is_set():
                        raise Cancelled
                    for task in done:
                        task.result()
                return [t.result() for t in tasks]
            except Exception as error:
                raise self._in_words(error) from error
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def with_optional(self, send: Callable[[dict[str, Any]], Awaitable[T]], fields: dict[str, Any]) -> T:
        """`send(fields)`; while the server refuses the request because of one of them, the same without it."""
        from openai import BadRequestError, UnprocessableEntityError

        while True:
            used = {k: v for k, v in fields.items() if k not in self.refused}
            try:
                return await send(used)
            except (BadRequestError, UnprocessableEntityError) as error:
                said = f"{error} {error.body}"
                named = [k for k in used if k in said]
                if not named:
                    raise
                log.warning("%s does not take %s", self.server.name, ", ".join(named))
                self.refused.update(named)

    def _in_words(self, error: Exception) -> Exception:
        import openai

        where = f"The server “{self.server.name}” ({self.server.url})"
        if isinstance(error, openai.APITimeoutError):
            return ModelError(
                f"{where} did not answer within {self.server.timeout_s:.0f} s.",
                "Nothing is lost. Try again later, or choose a model on this machine.",
            )
        if isinstance(error, openai.APIConnectionError):
            return ModelError(
                f"{where} cannot be reached, or broke off in the middle of its answer.",
                "Check that it runs and that the address is right. Nothing is lost: try again, or choose a model on "
                "this machine.",
            )
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelError(
                f"{where} does not accept the key.",
                f"Enter it again with: folkmoot servers key {self.server.name}",
            )
        if isinstance(error, openai.NotFoundError):
            return ModelError(
                f"{where} does not know this model or this way of asking: {_detail(error)}",
                "See which models it has with: folkmoot servers test " + self.server.name,
            )
        if isinstance(error, openai.RateLimitError):
            return ModelError(
                f"{where} is too busy, or its quota is used up: {_detail(error)}",
                "Nothing is lost. Try again later.",
            )
        if isinstance(error, openai.InternalServerError):
            return ModelError(f"{where} failed: {_detail(error)}", "Look at its log. Nothing is lost: try again later.")
        if isinstance(error, openai.APIStatusError):
            return ModelError(f"{where} refused the request: {_detail(error)}", "Check the models and the address.")
        if isinstance(error, openai.APIError | ValueError):
            return ModelError(
                f"{where} answered with something that cannot be understood.",
                "Check that the address is that of an OpenAI-compatible server.",
            )
        return error


def _detail(error: Any) -> str:
    """What the server says itself, short enough to be read."""
    body = getattr(error, "body", None)
    said = body.get("message") or body.get("detail") if isinstance(body, dict) else body
    text = " ".join(str(said or error).split())
    return text if len(text) <= 200 else text[:199] + "…"
