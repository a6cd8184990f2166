"""The calls about files: ``files/upload``, ``files/list``, ``files/retrieve``, ``files/delete``."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive

from voiceclone_gui.practice.answers import Json, base_resp, file_entry
from voiceclone_gui.practice.checks import PROMPT_PURPOSE, RECORDING_PURPOSE, check_file_id
from voiceclone_gui.practice.codes import bad_parameter
from voiceclone_gui.practice.pages import TOO_LARGE_PAGE
from voiceclone_gui.practice.parts import ServiceParts, read_object
from voiceclone_gui.practice.state import StoredFile

# A file above this is refused with 2013; a body that is longer still, as a proxy does: 413 and a page.
FILE_LIMIT_BYTES = 20 * 2**20
BODY_LIMIT_BYTES = FILE_LIMIT_BYTES + 2**20
_PURPOSES = frozenset({RECORDING_PURPOSE, PROMPT_PURPOSE})


class FileCalls:
    """The calls about files. Formats and lengths are judged when cloning, not here."""

    def __init__(self, *, parts: ServiceParts) -> None:
        self._parts = parts

    async def upload(self, request: Request) -> Json | Response:
        """Take one file; its bytes go to the disk in pieces."""
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared[:20]) > BODY_LIMIT_BYTES:
            return HTMLResponse(TOO_LARGE_PAGE, status_code=413)
        if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            raise bad_parameter("the body is not multipart/form-data")
        limited = Request(request.scope, _limited(request))
        try:
            async with limited.form(max_files=1, max_fields=20) as form:
                file = await self._take(form.get("purpose"), form.get("file"))
        except _TooLarge:
            return HTMLResponse(TOO_LARGE_PAGE, status_code=413)
        except HTTPException as error:
            raise bad_parameter("the body is not multipart/form-data") from error
        return {"file": file_entry(file), **base_resp()}

    async def list_files(self, request: Request) -> Json:
        """The uploads for one purpose."""
        purpose = _check_purpose(request.query_params.get("purpose"))
        files = await self._parts.store.do(self._parts.state.files, purpose)
        entries = [file_entry(file) for file in files]
        empty: list[Json] | None = None if self._parts.script.habits.null_lists else []
        return {"files": entries or empty, **base_resp()}

    async def retrieve(self, request: Request) -> Json:
        """One upload's facts."""
        written = request.query_params.get("file_id", "")
        if not (written.isascii() and written.isdigit() and len(written) < 20):
            raise bad_parameter("file_id must be an integer (int64)")
        return {"file": file_entry(await self._existing(int(written))), **base_resp()}

    async def delete(self, request: Request) -> Json:
        """Forget one upload; voices made from it live on."""
        body = await read_object(request)
        file_id = check_file_id(body.get("file_id"))
        purpose = _check_purpose(body.get("purpose"))
        file = await self._existing(file_id)
        if file.purpose != purpose:
            raise bad_parameter("file_id was uploaded for another purpose")
        await self._parts.store.do(self._parts.state.delete_file, file_id)
        return {"file_id": file_id, **base_resp()}

    async def _existing(self, file_id: int) -> StoredFile:
        file = await self._parts.file(check_file_id(file_id))
        if file is None:
            raise bad_parameter("file_id doesn't exist")
        return file

    async def _take(self, purpose: object, upload: object) -> StoredFile:
        purpose = _check_purpose(purpose)
        if not isinstance(upload, UploadFile) or not upload.filename:
            raise bad_parameter("file is required")
        if not upload.size:
            raise bad_parameter("file is empty")
        if upload.size > FILE_LIMIT_BYTES:
            raise bad_parameter("file is larger than 20 MB")
        return await self._parts.store.do(
            self._parts.state.add_file, upload.file, purpose=purpose, filename=upload.filename
        )


class _TooLarge(Exception):
    """The body is longer than any allowed file needs."""


def _limited(request: Request) -> Receive:
    taken_bytes = 0

    async def receive() -> Message:
        nonlocal taken_bytes
        message = await request.receive()
        taken_bytes += len(message.get("body", b""))
        if taken_bytes > BODY_LIMIT_BYTES:
            raise _TooLarge
        return message

    return receive


def _check_purpose(value: object) -> str:
    if not isinstance(value, str) or value not in _PURPOSES:
        raise bad_parameter(f"purpose must be one of {', '.join(sorted(_PURPOSES))}")
    return value
