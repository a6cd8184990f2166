"""The service's calls, over one ``httpx.AsyncClient``. Every failure is one of core's errors."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx

from voiceclone_gui.api import wire
from voiceclone_gui.api.download import fetch_preview
from voiceclone_gui.api.faults import RawAnswer, read_answer, trace_id_of
from voiceclone_gui.api.network import CHECK_READ_TIMEOUT_S, time_limits, upload_read_s
from voiceclone_gui.api.preview import sniff_audio
from voiceclone_gui.api.transport import exchange
from voiceclone_gui.api.upload_stream import OffLoopStream, WatchedFile
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.answers import (
    CloneAnswer,
    ListedVoice,
    Preview,
    Speech,
    SpeechRequest,
    UploadedFile,
)
from voiceclone_gui.core.errors import AnswerUnreadable, ServiceError, TokenRefused
from voiceclone_gui.core.job import CLONE_READ_TIMEOUT_S
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import FileStamp, Purpose
from voiceclone_gui.core.token import Token

logger = logging.getLogger("voiceclone_gui.calls")
ANSWER_MAX_BYTES = 4 * 2**20
SPEECH_MAX_BYTES = 128 * 2**20
T = TypeVar("T")
_MEDIA_TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav"}


class ServiceClient:
    """The calls of one service with one token.

    The client is told address and token and never changes them; the HTTP client belongs to the caller.
    The token goes to this address and nowhere else.
    """

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        address: ServiceAddress,
        token: Token,
        clone_timeout_s: float = CLONE_READ_TIMEOUT_S,
        check_timeout_s: float = CHECK_READ_TIMEOUT_S,
    ) -> None:
        self._http = http
        self._address = address
        self._token = token
        self._slow = time_limits(clone_timeout_s)
        self._check = time_limits(check_timeout_s)

    async def upload(
        self,
        path: Path,
        *,
        stamp: FileStamp,
        extension: str,
        purpose: Purpose,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        """Send the file at ``path``, streamed from disk in 64 KiB pieces, under a name of our own.

        ``stamp`` is what the file was when it was examined: other bytes are not sent (``SampleChanged``).
        ``extension`` is ``mp3``, ``m4a`` or ``wav``. ``on_progress`` gets sent and all bytes of the file.
        """
        file = await asyncio.to_thread(WatchedFile.open, path, stamp=stamp, field=purpose.field)
        try:
            request = self._request(
                "POST",
                "files/upload",
                data={"purpose": purpose.value},
                files={"file": (f"sample.{extension}", file, _MEDIA_TYPES[extension])},
                timeout=time_limits(upload_read_s(stamp.size_bytes)),
            )
            body = iter(request.stream)  # type: ignore[arg-type] # httpx encodes files as a plain iterator

            def tell() -> None:
                if on_progress is not None:
                    on_progress(file.read_bytes, stamp.size_bytes)

            request.stream = OffLoopStream(body=body, on_piece=tell)
            answer = await self._exchange(request, call="upload")
        finally:
            # In a thread and not awaited: closing waits for a read that a slow disk may hold.
            asyncio.get_running_loop().run_in_executor(None, file.close)
        return self._read(answer, wire.read_uploaded, call="upload")

    async def clone(
        self,
        fields: CloneFields,
        *,
        file_id: int,
        prompt_file_id: int | None = None,
        on_sent: Callable[[], None] | None = None,
    ) -> CloneAnswer:
        """Ask for the voice: one call that takes up to minutes and can't be taken back.

        ``on_sent`` is called just before the request's first byte leaves: from then on the outcome is the
        service's. What an error says about the voice tells :func:`voiceclone_gui.api.retry.clone_outcome`.
        """
        body = wire.clone_body(fields, file_id=file_id, prompt_file_id=prompt_file_id)
        request = self._request("POST", "voice_clone", json_body=body, timeout=self._slow)
        answer = await self._exchange(request, call="voice_clone", on_sent=on_sent)
        return self._read(answer, wire.read_clone, call="voice_clone")

    async def download_preview(
        self, url: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Preview:
        """Fetch the preview behind ``url``, byte for byte, without the token.

        ``on_progress`` gets received and all bytes, the latter 0 where unknown. Raises
        ``PreviewUnavailable``, or ``NotConnected`` and ``ConnectionLost``; the voice is made in any case.
        """
        return await fetch_preview(self._http, url, service=self._address, on_progress=on_progress)

    async def t2a(self, request: SpeechRequest, *, on_sent: Callable[[], None] | None = None) -> Speech:
        """Speak a text with a voice: a real synthesis, which is billed and keeps the voice.

        ``on_sent`` as for :meth:`clone`.
        """
        http_request = self._request(
            "POST", "t2a_v2", json_body=wire.speech_body(request), timeout=self._slow
        )
        answer = await self._exchange(http_request, call="t2a_v2", limit=SPEECH_MAX_BYTES, on_sent=on_sent)
        if answer.is_success and answer.headers.get("content-type", "").lower().startswith("audio/"):
            return self._speech(answer.body, {}, answer, trace_id=trace_id_of(answer))

        def read(parsed: dict[str, Any], *, trace_id: str) -> Speech:
            content, extra = wire.read_speech(parsed)
            return self._speech(content, extra, answer, trace_id=trace_id)

        return self._read(answer, read, call="t2a_v2")

    async def get_voices(self) -> tuple[ListedVoice, ...]:
        """The account's cloned voices; a voice appears only after its first synthesis."""
        request = self._request("POST", "get_voice", json_body={"voice_type": "voice_cloning"})
        answer = await self._exchange(request, call="get_voice", optional=True)
        return self._read(answer, wire.read_voices, call="get_voice")

    async def delete_voice(self, voice_id: str) -> None:
        """Delete a voice for good; its id is never free again."""
        body = {"voice_type": "voice_cloning", "voice_id": voice_id}
        request = self._request("POST", "delete_voice", json_body=body)
        answer = await self._exchange(request, call="delete_voice", optional=True)
        self._read(answer, self._expect_success, call="delete_voice")

    async def list_files(self, purpose: Purpose) -> tuple[UploadedFile, ...]:
        """The account's files of one purpose."""
        request = self._request("GET", "files/list", params={"purpose": purpose.value})
        answer = await self._exchange(request, call="files/list", optional=True)
        return self._read(answer, wire.read_files, call="files/list")

    async def check_files(self) -> str:
        """Ask for the account's recordings, only to see how that is answered; gives the trace id."""
        query = {"purpose": Purpose.VOICE_CLONE.value}
        request = self._request("GET", "files/list", params=query, timeout=self._check)
        answer = await self._exchange(request, call="files/list", optional=True)
        return self._read(answer, self._trace_of_success, call="files/list")

    async def check_clone(self) -> str:
        """Ask for a clone with an empty body: it names no file, so no voice can come of it.

        A service that answers has to refuse it; what it refuses tells whether the token is good.
        """
        request = self._request("POST", "voice_clone", json_body={}, timeout=self._check)
        answer = await self._exchange(request, call="voice_clone")
        return self._read(answer, self._trace_of_success, call="voice_clone")

    async def retrieve_file(self, file_id: int) -> UploadedFile:
        """What the service knows of one file."""
        request = self._request("GET", "files/retrieve", params={"file_id": str(file_id)})
        answer = await self._exchange(request, call="files/retrieve", optional=True)
        return self._read(answer, wire.read_uploaded, call="files/retrieve")

    async def delete_file(self, file_id: int, *, purpose: Purpose) -> None:
        """Delete one file."""
        body = {"file_id": file_id, "purpose": purpose.value}
        request = self._request("POST", "files/delete", json_body=body)
        answer = await self._exchange(request, call="files/delete", optional=True)
        self._read(answer, self._expect_success, call="files/delete")

    def _request(
        self, method: str, endpoint: str, *, json_body: dict[str, Any] | None = None, **options: Any
    ) -> httpx.Request:
        problem = self._token.problem()
        if problem is not None:
            raise TokenRefused(problem.code, field=problem.field)
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "Accept": "application/json"}
        if json_body is not None:
            headers["Content-Type"] = "application/json"
            options["content"] = json.dumps(json_body, ensure_ascii=False).encode()
        return self._http.build_request(method, self._address.url(endpoint), headers=headers, **options)

    async def _exchange(
        self,
        request: httpx.Request,
        *,
        call: str,
        optional: bool = False,
        limit: int = ANSWER_MAX_BYTES,
        on_sent: Callable[[], None] | None = None,
    ) -> RawAnswer:
        return await exchange(
            self._http, request, call=call, optional=optional, answer_limit_bytes=limit, on_sent=on_sent
        )

    def _read(self, answer: RawAnswer, read: Callable[..., T], *, call: str) -> T:
        try:
            parsed, trace_id = read_answer(answer)
        except ServiceError as error:
            error.detail = self._token.hide_in(error.detail)
            logger.info("%s was refused: %s, trace id %s", call, error.code, error.trace_id or "none")
            raise
        try:
            return read(parsed, trace_id=trace_id)
        except wire.MissingPartError as missing:
            raise self._unreadable(answer, str(missing), trace_id=trace_id, call=call) from missing

    def _speech(
        self, content: bytes, extra: Mapping[str, int], answer: RawAnswer, *, trace_id: str
    ) -> Speech:
        kind = sniff_audio(content)
        if kind is None:
            raise self._unreadable(
                answer, "its sound is not mp3, wav or m4a", trace_id=trace_id, call="t2a_v2"
            )
        return Speech(content=content, kind=kind, extra=extra, trace_id=trace_id)

    def _expect_success(self, parsed: Mapping[str, Any], *, trace_id: str) -> None:  # noqa: ARG002
        if not wire.confirms_success(parsed):
            raise wire.MissingPartError("it doesn't say whether it was done")

    def _trace_of_success(self, parsed: Mapping[str, Any], *, trace_id: str) -> str:
        self._expect_success(parsed, trace_id=trace_id)
        return trace_id

    @staticmethod
    def _unreadable(answer: RawAnswer, reason: str, *, trace_id: str, call: str) -> AnswerUnreadable:
        error = AnswerUnreadable(
            "answer-unreadable", trace_id=trace_id, host=answer.host, reason=reason, detail=call
        )
        error.http_status = answer.status
        return error
