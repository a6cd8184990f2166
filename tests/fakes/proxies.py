"""Real proxies as programs of their own: proxy.py for HTTP, microsocks for SOCKS 5.

Loopback is never proxied, so the service has to be called by a name that doesn't look like it and that
the proxy knows: ``service.test`` for the first, which a plug-in tells it, and for the second, which asks
the system, an old way to write 127.0.0.1.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from voiceclone_gui.core.proxy import ProxyServer, parse_proxy

ROOT = Path(__file__).parents[2]
HTTP_NAME = "service.test"
SOCKS_NAME = "0x7f000001"
USER, PASSWORD = "us er", "p@ss:w%rd/ü"
_START_S = 20.0


def proxy_at(address: str) -> ProxyServer:
    """The proxy that ``address`` names."""
    server = parse_proxy(address)
    assert isinstance(server, ProxyServer)
    return server


@contextmanager
def http_proxy(
    folder: Path, *, with_password: bool = False, certificate: Path | None = None
) -> Iterator[int]:
    """proxy.py on a free port, with TLS of its own where a certificate with its key is given."""
    port_file = folder / "proxy-port"
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "proxy", "--hostname", "127.0.0.1", "--port", "0"]
    command += ["--port-file", str(port_file), "--num-acceptors", "1", "--num-workers", "1"]
    command += ["--plugins", "tests.fakes.proxy_names.KnowsTheService", "--log-level", "ERROR"]
    command += ["--data-dir", str(folder)]
    if with_password:
        command += ["--basic-auth", f"{USER}:{PASSWORD}"]
    if certificate is not None:
        command += ["--cert-file", str(certificate), "--key-file", str(certificate)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until(lambda: port_file.is_file() and bool(port_file.read_text().strip()), process)
        yield int(port_file.read_text())
    finally:
        # It ends its own children on this signal, as on Ctrl+C.
        process.terminate()
        process.wait(10)


@contextmanager
def socks_proxy(*, with_password: bool = False) -> Iterator[int]:
    """microsocks on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = ["microsocks", "-i", "127.0.0.1", "-p", str(port)]
    if with_password:
        command += ["-u", USER, "-P", PASSWORD]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_until(lambda: _answers(port), process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


def _wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    give_up_s = time.monotonic() + _START_S
    while not holds():
        assert process.poll() is None, "the proxy has ended"
        assert time.monotonic() < give_up_s, "the proxy doesn't start"
        time.sleep(0.01)
