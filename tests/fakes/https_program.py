"""A program of its own that asks a service for its files over https: ``https_program.py ADDRESS``.

It prints the code and the sentences of what goes wrong, as JSON, and ``null`` where nothing does.
"""

from __future__ import annotations

import asyncio
import json
import sys

from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import open_http_client
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.errors import ServiceError
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.core.token import Token


async def main(root: str) -> dict[str, str] | None:
    address = ServiceAddress(root=root, prefix="")
    async with await open_http_client() as http:
        client = ServiceClient(http=http, address=address, token=Token("sk-test"))
        try:
            await client.list_files(Purpose.VOICE_CLONE)
        except ServiceError as error:
            return {"code": error.code, "title": error.title, "cure": error.cure, "detail": error.detail}
    return None


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1]))))
