"""Minutes by a server, through chat completions, held to a JSON schema where the server can do that."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.domain.cancel import CancelFlag
from app.domain.errors import ModelError
from app.domain.ports import Constraint, Message
from models.entries import ModelEntry
from models.remote.client import RETRIES, Client
from models.remote.servers import PREFIX, Server, named

_FENCE = re.compile(r"^```(?:json)?\s*|\s*```$")
_THOUGHT = re.compile(r"^.*?</think>|<think>.*$", re.DOTALL)


class RemoteText:
    """A `TextEngine` that asks a server."""

    def __init__(self, server: Server, retries: int = RETRIES) -> None:
        if not server.text_model:
            raise ModelError(
                f"The server “{server.name}” has no text model.",
                f"Add one with: folkmoot servers add {server.name} {server.url} --text MODEL",
            )
        self.name = f"{PREFIX}{server.name}"
        self.settings: Mapping[str, Any] = {"server": server.url, "model": server.text_model}
        self.context_tokens = server.context_tokens
        self.quotes_only = False
        self._server = server
        self._client = Client(server, retries)

    @classmethod
    def load(cls, folder: Path, entry: ModelEntry, _device: str | None = None) -> RemoteText:
        """As the catalogue asks for it: `folder` stands for the list of servers and the name of one."""
        return cls(named(folder.parent, entry.id))

    def count_tokens(self, text: str) -> int:
        """More rather than less: a token of these models is about four letters of English, or one Chinese character."""
        return len(text.encode()) // 3 + 1

    def generate(
        self,
        messages: Sequence[Message],
        *,
        constraint: Constraint | None,
        max_new_tokens: int,
        cancel: CancelFlag,
    ) -> str:
        """See `TextEngine`. Where the server knows no schemas, the form of the answer is what the model makes of it."""
        optional: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}  # vLLM, SGLang, transformers
        schema = dict(constraint.json_schema) if constraint is not None else {}
        if schema:
            form = {"name": "answer", "strict": True, "schema": schema}
            optional["response_format"] = {"type": "json_schema", "json_schema": form}

        async def call(openai: Any) -> str:
            async def send(used: dict[str, Any]) -> Any:
                told = [{"role": m.role, "content": m.content} for m in messages]
                if schema and "response_format" not in used:  # it is asked for in words, and may or may not be kept
                    told[0]["content"] += f" The answer has this JSON schema: {json.dumps(schema)}"
                return await openai.chat.completions.create(
                    model=self._server.text_model,
                    messages=told,
                    max_tokens=max_new_tokens,
                    temperature=0.0,
                    extra_body=used,
                )

            answer = await self._client.with_optional(send, optional)
            return str(answer.choices[0].message.content or "") if answer.choices else ""

        answer = self._client.run([call], cancel)[0]
        return _FENCE.sub("", _THOUGHT.sub("", answer).strip())
