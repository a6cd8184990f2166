"""The practice service as the command line sees it: the commands of the base document, run by curl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.fakes.practice_caller import Reachable

Json = dict[str, Any]


def curl(*arguments: str | Path) -> str:
    """What curl prints. It reads no configuration and takes no proxy."""
    command = ["curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--max-time", "100"]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, timeout=110, check=True)
    return done.stdout.decode("utf-8")


class CurlCaller:
    """Calls ``server`` as the base document writes it; answers come as the text that was sent."""

    def __init__(self, *, server: Reachable, prefix: str = "/minimaxi") -> None:
        self._root = f"{server.base_url}{prefix}/v1"
        self._authorization = f"Authorization: Bearer {server.token}"

    def upload(self, path: Path, *, purpose: str = "voice_clone", name: str | None = None) -> str:
        file = f"file=@{path}" + ("" if name is None else f";filename={name}")
        return curl(
            "-X", "POST", f"{self._root}/files/upload", "-H", self._authorization, "-F", f"purpose={purpose}", "-F", file
        )  # fmt: skip

    def post(self, endpoint: str, body: str) -> str:
        """``body`` is JSON as it is written, numbers digit by digit."""
        return curl(
            "-X", "POST", f"{self._root}/{endpoint}", "-H", self._authorization,
            "-H", "Content-Type: application/json", "-d", body,
        )  # fmt: skip

    def get(self, endpoint: str, query: str = "") -> str:
        return curl(f"{self._root}/{endpoint}?{query}", "-H", self._authorization)


def code_in(answer: str) -> int:
    """The status code in an answer's text."""
    code: int = json.loads(answer)["base_resp"]["status_code"]
    return code


def file_id_in(answer: str) -> str:
    """The file's number as it is written: its digits, never through a float."""
    assert code_in(answer) == 0, answer
    return str(json.loads(answer, parse_int=str)["file"]["file_id"])
