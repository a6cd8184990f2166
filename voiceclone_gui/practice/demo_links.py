"""Signed links to spoken audio, as object storage makes them: whoever has the link may load it for a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote
from xml.sax.saxutils import escape

LINK_LIFE = timedelta(hours=24)


class LinkRefused(Exception):
    """A link that isn't honoured, with the HTTP status and the words of object storage."""

    def __init__(self, *, http_status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.http_status = http_status
        self.code = code
        self.message = message

    def xml(self, *, request_id: str) -> bytes:
        """The page that object storage sends."""
        return refusal_xml(self.code, self.message, request_id=request_id)


class DemoLinks:
    """Makes and checks queries such as ``Expires=…&Signature=…``.

    The query is compared byte for byte: a client that decodes and rewrites it is found out.
    """

    def __init__(self, *, key: bytes, clock: Callable[[], datetime]) -> None:
        self._key = key
        self._clock = clock

    def expiry_s(self) -> int:
        """When a link made now ends, in seconds since 1970."""
        return int((self._clock() + LINK_LIFE).timestamp())

    def query(self, name: str, *, expires_at_s: int) -> str:
        """The query for the file ``name``; it holds ``%2F`` and ``%3D``, which must be kept as they are."""
        digest = hmac.digest(self._key, f"{name}\n{expires_at_s}".encode(), hashlib.sha256)
        signature = "practice/" + base64.b64encode(digest).decode("ascii")
        return f"Expires={expires_at_s}&Signature={quote(signature, safe='')}"

    def check(self, name: str, query: bytes) -> None:
        """Raise :class:`LinkRefused` unless ``query`` was made here for ``name`` and hasn't expired."""
        written = query.partition(b"&")[0].removeprefix(b"Expires=")
        expires_at_s = int(written) if written.isdigit() and len(written) < 16 else -1
        expected = self.query(name, expires_at_s=expires_at_s).encode("ascii")
        if expires_at_s < 0 or not hmac.compare_digest(expected, query):
            raise LinkRefused(
                http_status=403,
                code="SignatureDoesNotMatch",
                message="The request signature we calculated does not match the signature you provided.",
            )
        if self._clock().timestamp() >= expires_at_s:
            raise expired()


def expired() -> LinkRefused:
    """The refusal of a link whose time has passed."""
    return LinkRefused(http_status=403, code="AccessDenied", message="Request has expired.")


def refusal_xml(code: str, message: str, *, request_id: str) -> bytes:
    """An error page of object storage."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n'
        f"  <Code>{escape(code)}</Code>\n  <Message>{escape(message)}</Message>\n"
        f"  <RequestId>{escape(request_id)}</RequestId>\n</Error>\n"
    ).encode()
