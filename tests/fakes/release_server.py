"""A real https server of a list of releases on this computer, trusted by whoever is told to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import trustme

from tests.fakes.raw_server import RawAnswer, RawServer, http_answer
from tests.fakes.release_lists import sum_of

HOST = "127.0.0.1"


@contextmanager
def release_server(
    authority: trustme.CA, answers: Sequence[RawAnswer], *, name: str = HOST
) -> Iterator[RawServer]:
    """A server with a certificate of ``authority`` for ``name``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with RawServer(answers, tls=context) as server:
        yield server


def list_address(server: RawServer, *, name: str = HOST) -> str:
    """Where its list lies."""
    return f"https://{name}:{server.port}/voiceclone/releases.json"


def publication(content: bytes) -> list[RawAnswer]:
    """The answers to one who asks for a list and its sum."""
    return [http_answer(content, type_="application/json"), http_answer(sum_of(content), type_="text/plain")]
