"""What the service's calls share, and how every call is answered."""

from __future__ import annotations

import hmac
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.practice.answers import Json, base_resp
from voiceclone_gui.practice.codes import INTERNAL, TOKEN_MISSING, TOKEN_WRONG, Refused, bad_parameter
from voiceclone_gui.practice.demo_links import DemoLinks
from voiceclone_gui.practice.faults import FaultScript
from voiceclone_gui.practice.jobs import AudioDesk
from voiceclone_gui.practice.state import PracticeState, StoredFile
from voiceclone_gui.practice.store_thread import StoreThread

_JSON_LIMIT_BYTES = 2**20
_log = logging.getLogger(__name__)

Call = Callable[[Request], Awaitable[Json | Response]]


@dataclass(frozen=True, kw_only=True)
class ServiceParts:
    """One running service's memory, ears, voice and rules. ``root`` is its address without a path."""

    state: PracticeState
    store: StoreThread
    desk: AudioDesk
    links: DemoLinks
    script: FaultScript
    catalog: Catalog
    token: str
    root: str

    async def file(self, file_id: int) -> StoredFile | None:
        """The upload of that number."""
        return await self.store.do(self.state.file, file_id)

    async def is_voice_id_used(self, voice_id: str) -> bool:
        """Whether a voice has, or had, that id."""
        return await self.store.do(self.state.is_voice_id_used, voice_id)

    async def duration_s(self, path: Path) -> float:
        """The decoded length of an upload."""
        return await self.desk.duration_s(path)

    def answering(self, call: Call) -> Callable[[Request], Awaitable[Response]]:
        """``call`` behind the check of the token, with its refusals as answers."""

        async def answer(request: Request) -> Response:
            try:
                self._check_token(request.headers.get("authorization", ""))
                result = await call(request)
            except Refused as refused:
                result = base_resp(refused.code, refused.message)
            except VoiceCloneError as error:
                _log.info("The practice service gave up: %s, %s", error.code, error.__cause__ or error)
                result = base_resp(INTERNAL)
            except (OSError, sqlite3.Error) as error:
                _log.warning("The practice service can't use its disk: %s", type(error).__name__)
                result = base_resp(INTERNAL)
            return result if isinstance(result, Response) else JSONResponse(result)

        return answer

    def _check_token(self, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused(TOKEN_MISSING)
        if not hmac.compare_digest(token.strip().encode(), self.token.encode()):
            raise Refused(TOKEN_WRONG)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body. Raises :class:`Refused` for anything else."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise bad_parameter("the Content-Type must be application/json")
    body = bytearray()
    async for piece in request.stream():
        body.extend(piece)
        if len(body) > _JSON_LIMIT_BYTES:
            raise bad_parameter("the body is too long")
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise bad_parameter("the body is not JSON") from error
    if not isinstance(content, dict):
        raise bad_parameter("the body must be a JSON object")
    return content
