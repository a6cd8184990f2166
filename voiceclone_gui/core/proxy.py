"""Which proxy connections take: the system's, none, or one of the user's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.secret import Secret

# What is meant where no port is written.
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
# As GNOME and Clash write it.
_ALIASES = {"socks": "socks5"}


class ProxyMode(StrEnum):
    """Where the proxy comes from."""

    SYSTEM = "system"
    NONE = "none"
    OWN = "own"


@dataclass(frozen=True, kw_only=True)
class ProxyServer:
    """A proxy: ``scheme`` is ``http``, ``https``, ``socks5`` or ``socks5h``; the names of services are
    looked up by the proxy in any case. ``user`` and ``password`` are plain, not percent-encoded.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: Secret = dataclass_field(default_factory=Secret)

    @property
    def address(self) -> str:
        """The proxy without user and password, to be shown and stored."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class ProxyChoice:
    """The user's choice; two that are equal need no new HTTP client. ``server`` goes with ``OWN`` alone."""

    mode: ProxyMode = ProxyMode.SYSTEM
    server: ProxyServer | None = None

    def __post_init__(self) -> None:
        if (self.mode is ProxyMode.OWN) != (self.server is not None):
            raise ValueError("an own proxy has a server, and only that")


def parse_proxy(address: str, *, user: str = "", password: Secret | None = None) -> ProxyServer | Problem:
    """The proxy that results from what was typed or what the system says, or the one problem with it.

    A user and a password inside the address are taken out of it and decoded; those given beside it are
    plain and win. No problem shows the address, which may hold a password.
    """
    text = address.strip()
    if not text:
        return _problem("proxy-missing")
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _problem("proxy-malformed")
    scheme = _ALIASES.get(parts.scheme.lower(), parts.scheme.lower())
    if scheme not in _PORTS:
        return _problem("proxy-scheme", scheme=scheme[:20])
    if not re.fullmatch(r"[A-Za-z0-9_.:-]+", host) or not _is_bare(parts) or port == 0:
        return _problem("proxy-malformed")
    typed_user, typed_password = unquote(parts.username or ""), unquote(parts.password or "")
    return ProxyServer(
        scheme=scheme,
        host=host,
        port=port or _PORTS[scheme],
        user=user or typed_user,
        password=password or Secret(typed_password),
    )


def _is_bare(parts: SplitResult) -> bool:
    return parts.path in {"", "/"} and not parts.query and not parts.fragment


def _problem(code: str, **values: object) -> Problem:
    return Problem(field=Field.PROXY, code=code, values=values)
