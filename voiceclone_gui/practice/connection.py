"""The service's end of a connection: HTTP by uvicorn, and the means to break it off."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "voiceclone.transport"


class Connection(H11Protocol):
    """uvicorn's connection, which also tells the application on which transport a request came."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called by asyncio."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


def transport_of(scope: MutableMapping[str, Any]) -> asyncio.Transport:
    """The transport on which the request of ``scope`` came."""
    transport: asyncio.Transport = scope["state"][_TRANSPORT]
    return transport


def reset(transport: asyncio.Transport) -> None:
    """Break a connection off so that the other side sees a reset, not an end."""
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        # Closing with a linger time of zero sends RST.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
