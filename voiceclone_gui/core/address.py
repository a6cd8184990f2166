"""Where a service answers: base address and prefix, tolerant of what people paste."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem

# What people paste behind a base: the version, with or without an endpoint of ours.
_ENDPOINT_TAIL = re.compile(
    r"/v1(/(files(/(upload|list|retrieve|delete))?|voice_clone|t2a_v2|get_voice|delete_voice))?/?$"
)


@dataclass(frozen=True, kw_only=True)
class ServiceAddress:
    """A checked address: ``root`` is scheme, host and port; ``prefix`` is ``""`` or ``/something``."""

    root: str
    prefix: str

    @property
    def is_loopback(self) -> bool:
        """Whether the service runs on this computer."""
        return is_loopback_host(urlsplit(self.root).hostname or "")

    def url(self, endpoint: str) -> str:
        """The address of an endpoint such as ``voice_clone`` or ``files/upload``."""
        return f"{self.root}{self.prefix}/v1/{endpoint}"


def parse_address(base_url: str, prefix: str = "") -> ServiceAddress | Problem:
    """The address that results from what was typed, or the one problem with it.

    White space, a missing ``https://``, trailing slashes, ``/v1``, a whole endpoint and a prefix that
    stands in the base already are put right. Only https is allowed, loopback aside.
    """
    text = "".join(base_url.split())
    if not text:
        return _problem("address-missing")
    if "://" not in text:
        text = ("http://" if is_loopback_host(_host_of(text)) else "https://") + text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _problem("address-malformed", address=_shown(base_url))
    problem = _check_parts(parts, host)
    if problem is not None or host is None:
        return problem or _problem("address-malformed", address=_shown(base_url))
    shown_host = f"[{host}]" if ":" in host else host
    root = f"{parts.scheme.lower()}://{shown_host}" + (f":{port}" if port is not None else "")
    base_path = _clean_path(parts.path)
    typed_prefix = _clean_path("".join(prefix.split()))
    if typed_prefix and not base_path.endswith(typed_prefix):
        base_path += typed_prefix
    if not re.fullmatch(r"(/[A-Za-z0-9._~%-]+)*", base_path):
        return Problem(
            field=Field.PREFIX, code="prefix-malformed", values={"prefix": _shown(prefix or base_path)}
        )
    return ServiceAddress(root=root, prefix=base_path)


def is_loopback_host(host: str) -> bool:
    """Whether ``host``, as written, is this computer: ``localhost`` or a loopback address."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def is_private_literal(host: str) -> bool:
    """Whether ``host``, as written, is a number in this computer's or a private network; no name ever is."""
    try:
        address = ipaddress.ip_address(host.split("%", 1)[0])
    except ValueError:
        if not re.fullmatch(r"(0[xX][0-9A-Fa-f]+|[0-9]+)(\.(0[xX][0-9A-Fa-f]+|[0-9]+)){0,3}\.?", host):
            return False
        # Other spellings of an address, such as 2130706433 or 0x7f.1.
        try:
            address = ipaddress.ip_address(socket.inet_aton(host.rstrip(".")))
        except OSError:
            return True
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


def _check_parts(parts: SplitResult, host: str | None) -> Problem | None:
    if parts.username or parts.password:
        return _problem("address-with-password")
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return _problem("address-malformed", address=_shown(parts.geturl()))
    if not re.fullmatch(r"[\w.:-]+", host):
        return _problem("address-malformed", address=_shown(parts.geturl()))
    if parts.query or parts.fragment:
        return _problem("address-with-query")
    if parts.scheme.lower() == "http" and not is_loopback_host(host):
        return _problem("address-not-https", host=host)
    return None


def _host_of(text: str) -> str:
    authority = text.split("/", 1)[0]
    if authority.startswith("["):
        return authority[1:].split("]", 1)[0]
    return authority.rsplit(":", 1)[0]


def _clean_path(path: str) -> str:
    segments = [s for s in path.split("/") if s]
    cleaned = "/" + "/".join(segments) if segments else ""
    return _ENDPOINT_TAIL.sub("", cleaned)


def _shown(text: str) -> str:
    return text.strip()[:80]


def _problem(code: str, **values: object) -> Problem:
    return Problem(field=Field.BASE_URL, code=code, values=values)
