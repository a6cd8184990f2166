"""Which address leads to which call."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voiceclone_gui.practice.demo_links import LinkRefused
from voiceclone_gui.practice.file_calls import FileCalls
from voiceclone_gui.practice.front import TRACE_ID
from voiceclone_gui.practice.pages import ABOUT_PAGE
from voiceclone_gui.practice.parts import ServiceParts
from voiceclone_gui.practice.voice_calls import VoiceCalls

# The first is what the base document writes; the others are how other gateways and the service itself do.
PREFIXES = ("/minimaxi", "", "/minimax")
_MEDIA_TYPES = {".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac"}
_ALL_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def build_app(parts: ServiceParts) -> Starlette:
    """The service as an ASGI application; any other address answers a page with 200, as gateways do."""
    files, voices, demos = FileCalls(parts=parts), VoiceCalls(parts=parts), DemoCall(parts=parts)
    calls = [
        ("files/upload", files.upload, "POST"),
        ("files/list", files.list_files, "GET"),
        ("files/retrieve", files.retrieve, "GET"),
        ("files/delete", files.delete, "POST"),
        ("voice_clone", voices.clone, "POST"),
        ("t2a_v2", voices.synthesise, "POST"),
        ("get_voice", voices.get_voice, "POST"),
        ("delete_voice", voices.delete_voice, "POST"),
    ]
    routes = [
        Route(f"{prefix}/v1/{endpoint}", parts.answering(call), methods=[method])
        for prefix in PREFIXES
        for endpoint, call, method in calls
    ]
    routes.append(Route("/demo/{path:path}", demos.load, methods=["GET"]))
    routes.append(Route("/{path:path}", _about, methods=_ALL_METHODS))
    return Starlette(routes=routes)


class DemoCall:
    """The links to spoken audio."""

    def __init__(self, *, parts: ServiceParts) -> None:
        self._parts = parts

    async def load(self, request: Request) -> Response:
        """The audio behind a link. A token has no business here: such a request is refused."""
        # Folders in the path are stations of a redirection.
        name = PurePosixPath(request.path_params["path"]).name
        try:
            if "authorization" in request.headers:
                raise LinkRefused(
                    http_status=400,
                    code="InvalidArgument",
                    message="Only one auth mechanism allowed; the link is signed already.",
                )
            self._parts.links.check(name, request.scope["query_string"])
            audio = await self._parts.store.do(self._parts.state.demo, name)
            if audio is None:
                raise LinkRefused(
                    http_status=404, code="NoSuchKey", message="The specified key does not exist."
                )
        except LinkRefused as refusal:
            body = refusal.xml(request_id=request.scope["state"][TRACE_ID])
            return Response(body, status_code=refusal.http_status, media_type="application/xml")
        media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        return Response(audio, media_type=media_type)


async def _about(request: Request) -> Response:  # noqa: ARG001 - one page for all
    return HTMLResponse(ABOUT_PAGE)
