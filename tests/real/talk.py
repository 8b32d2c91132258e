"""The plainest courier: it drives one conversation at a time over real HTTP and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from connectors.contract import Connector, Conversation, Pause, Request, Response, Sealed, Step, converse

T = TypeVar("T")


@dataclass
class Talk:
    """Who talks, with which credential and which media (bytes by SHA-256). A time-out is an httpx.ReadTimeout."""

    connector: Connector
    credential: dict[str, str]
    media: Mapping[str, bytes] = field(default_factory=dict)
    seconds: float = 20.0

    def hold(self, conversation: Conversation[T]) -> T:
        """Drive the conversation to its end and return what it returns. Raises what it raises."""
        # Some servers close after every answer without saying so: a kept connection would fail on its second request.
        once = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(timeout=self.seconds, trust_env=False, limits=once) as client:
            return converse(conversation, lambda step: self._answer(client, step))

    def _answer(self, client: httpx.Client, step: Step) -> Response | None:
        if isinstance(step, Pause):
            return None
        request = step.request
        auth = self.connector.auth(self.credential, datetime.now(UTC), "nonce") if request.authorised else None
        answer = client.send(self._built(client, request), auth=auth)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, headers, answer.content)

    def _built(self, client: httpx.Client, request: Request) -> httpx.Request:
        content: dict[str, Any] = {}
        if request.json is not None:
            content["json"] = self._filled(request.json)
        if request.form is not None:
            content["data"] = {name: self._filled(value) for name, value in request.form if self._has(value)}
        if request.files:
            content["files"] = [
                (part.field, (part.filename, self.media[part.sha256], part.media_type)) for part in request.files
            ]
        if request.media is not None:
            content["content"] = self.media[request.media]
        query = httpx.QueryParams(list(request.query)) if request.query else None
        return client.build_request(request.method, request.url, headers=list(request.headers), params=query, **content)

    def _has(self, value: object) -> bool:
        return not isinstance(value, Sealed) or value.field in self.credential

    def _filled(self, value: Any) -> Any:
        """The value with every Sealed replaced by the credential's field."""
        if isinstance(value, Sealed):
            return self.credential[value.field]
        if isinstance(value, dict):
            return {name: self._filled(inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._filled(inner) for inner in value]
        return value
