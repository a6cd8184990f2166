"""A plug-in of proxy.py's, for its own process: the one name that the tests' proxy knows."""

from __future__ import annotations

from proxy.http.proxy import HttpProxyBasePlugin


class KnowsTheService(HttpProxyBasePlugin):
    """Answers for ``service.test``, and leaves every other name to the system."""

    def resolve_dns(self, host: str, port: int) -> tuple[str | None, tuple[str, int] | None]:
        return ("127.0.0.1" if host == "service.test" else None), None
