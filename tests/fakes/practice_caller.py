"""A plain client of the practice service, written against the contract and nothing else."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Protocol, Self

import httpx

from tests.fakes.practice_jobs import wav_bytes

Json = dict[str, Any]


class Reachable(Protocol):
    """A running service, wherever it runs."""

    @property
    def base_url(self) -> str: ...

    @property
    def token(self) -> str: ...


class PracticeCaller:
    """Calls ``server`` with its token; the answers come as parsed JSON, or as httpx has them by ``send``."""

    def __init__(self, *, server: Reachable, prefix: str = "/minimaxi") -> None:
        self._server = server
        self._prefix = prefix
        self._http = httpx.Client(trust_env=False, timeout=60.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def send(self, method: str, endpoint: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._server.token}", **options.pop("headers", {})}
        url = f"{self._server.base_url}{self._prefix}/v1/{endpoint}"
        return self._http.request(method, url, headers=headers, **options)

    def load(self, link: str, **options: Any) -> httpx.Response:
        """Load a demo link as it should be loaded: without the token."""
        return self._http.get(link, **options)

    def post(self, endpoint: str, body: object) -> Json:
        return self._parsed(self.send("POST", endpoint, json=body))

    def get(self, endpoint: str, **query: str) -> Json:
        return self._parsed(self.send("GET", endpoint, params=query))

    def send_upload(
        self, content: bytes, *, purpose: str = "voice_clone", name: str = "sample.wav"
    ) -> httpx.Response:
        files = {"file": (name, content)}
        return self.send("POST", "files/upload", data={"purpose": purpose}, files=files)

    def upload(self, content: bytes, *, purpose: str = "voice_clone", name: str = "sample.wav") -> int:
        answer = self._parsed(self.send_upload(content, purpose=purpose, name=name))
        assert code_of(answer) == 0, answer
        file_id: int = answer["file"]["file_id"]
        return file_id

    def clone(self, voice_id: str, *, file_id: int | None = None, **fields: object) -> Json:
        """Clone from ``file_id``, or from twelve seconds uploaded for it."""
        if file_id is None:
            file_id = self.upload(wav_bytes(12.0))
        return self.post("voice_clone", {"file_id": file_id, "voice_id": voice_id, **fields})

    def speak(self, voice_id: str, text: str = "Good morning.", **fields: object) -> Json:
        return self.post(
            "t2a_v2",
            {
                "model": "speech-2.8-hd",
                "text": text,
                "stream": False,
                "voice_setting": {"voice_id": voice_id, "speed": 1, "vol": 1, "pitch": 0},
                "output_format": "hex",
                **fields,
            },
        )

    def listed_voices(self) -> list[str]:
        answer = self.post("get_voice", {"voice_type": "voice_cloning"})
        return [voice["voice_id"] for voice in answer["voice_cloning"] or []]

    @staticmethod
    def _parsed(response: httpx.Response) -> Json:
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer


def code_of(answer: Json) -> int:
    code: int = answer["base_resp"]["status_code"]
    return code
