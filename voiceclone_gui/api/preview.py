"""The preview's link: which may be followed, and what comes from it (contract, section 5).

The host is judged by what is written, never by what it resolves to: some networks answer every name with
an address that looks private.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from voiceclone_gui.core.address import ServiceAddress, is_loopback_host, is_private_literal
from voiceclone_gui.core.errors import PreviewUnavailable

PREVIEW_MAX_BYTES = 64 * 2**20
REDIRECTS_MAX = 5


@dataclass(frozen=True, kw_only=True)
class PreviewLink:
    """A link that may be followed: where to connect, and the path and query exactly as written."""

    scheme: str
    host: str
    port: int | None
    target: bytes

    @property
    def origin(self) -> str:
        """Scheme, host and port as one address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port is not None else "")


def check_link(url: str, *, service: ServiceAddress) -> PreviewLink:
    """The link as it may be followed, https in place of plain http. Raises ``PreviewUnavailable``.

    Refused: ``localhost`` and private or loopback addresses, save the service's own host where that is
    loopback; anything but http and https; a user name in the link.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise PreviewUnavailable("preview-bad-link") from None
    if parts.scheme.lower() not in {"http", "https"} or not host or parts.username or parts.password:
        raise PreviewUnavailable("preview-bad-link")
    if re.search(r"[\x00-\x20\x7f]", url):
        raise PreviewUnavailable("preview-bad-link")
    scheme = parts.scheme.lower()
    if service.is_loopback and host == urlsplit(service.root).hostname:
        return PreviewLink(scheme=scheme, host=host, port=port, target=_target(url))
    if is_loopback_host(host) or is_private_literal(host):
        raise PreviewUnavailable("preview-bad-link")
    if scheme == "http":
        return PreviewLink(scheme="https", host=host, port=None if port == 80 else port, target=_target(url))
    return PreviewLink(scheme="https", host=host, port=port, target=_target(url))


def follow_redirect(url: str, location: str) -> str:
    """The address that ``location`` means when ``url`` answered with it."""
    return urljoin(url, location)


def sniff_audio(start: bytes) -> str | None:
    """``mp3``, ``wav`` or ``m4a`` by the first bytes; type and name are not to be trusted."""
    if start.startswith(b"ID3") or (len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0):
        return "mp3"
    if start.startswith(b"RIFF") and start[8:12] == b"WAVE":
        return "wav"
    if start[4:8] == b"ftyp":
        return "m4a"
    return None


def _target(url: str) -> bytes:
    # Byte for byte as written: a signature covers every character of it.
    after_authority = url.split("://", 1)[1].split("#", 1)[0]
    start = re.search(r"[/?]", after_authority)
    target = after_authority[start.start() :] if start else "/"
    if target.startswith("?"):
        target = "/" + target
    return quote(target, safe="".join(chr(c) for c in range(0x21, 0x7F))).encode("ascii")
