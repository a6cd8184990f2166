"""What holds for every test: a quiet, closed world, and nothing left behind.

Loaded before any test module. Whatever a test leaves unsaid fails here: a log record of WARNING or above,
a connection that would leave this computer, a message of Qt, a thread or a process that outlives it.
Warnings and time limits are set in ``pyproject.toml``.
"""

from __future__ import annotations

import datetime as dt
import gc
import inspect
import ipaddress
import logging
import os
import platform
import re
import socket
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings

# How long a thread or process that is already ending may take before it counts as left behind.
GRACE_S = 2.0

# Threads that a library starts once and keeps for the life of the process, by the class's module.
LIBRARY_THREADS = {"tqdm._monitor"}
# So does the standard library's own child process, by a word of its command line.
LIBRARY_PROCESSES = {"multiprocessing.resource_tracker"}

LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost"}
NETWORK_EVENTS = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
NAME_EVENTS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}


QT_MESSAGE_PATTERN = "Qt says (%{type}): %{message}"
QT_COMPLAINT = re.compile(r"^Qt says \((?:warning|critical|fatal)\): (.*)$", re.MULTILINE)
# Said by the off-screen platform and by a machine without a sound server, whatever the program does.
QT_SAYS_ANYWAY = ("propagateSizeHints", "PulseAudioService: pa_context_connect", "No audio device detected")

# -- the environment ------------------------------------------------------------------------------------


def _close_environment() -> None:
    """No screen, no keyring, no token, no proxy, nothing of the person who runs the tests."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")
    os.environ["QT_FORCE_STDERR_LOGGING"] = "1"
    os.environ["QT_MESSAGE_PATTERN"] = QT_MESSAGE_PATTERN
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith("VOICECLONE_"):
            del os.environ[name]


_close_environment()

settings.register_profile("default", derandomize=True, max_examples=50, deadline=None)
settings.register_profile("long", derandomize=True, max_examples=1000, deadline=None)
settings.load_profile("default")


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The standard folders lie in a temporary one: a test that forgets to choose harms nobody."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home / name.lower()))
        yield


# -- the network ----------------------------------------------------------------------------------------


class NetworkRefused(RuntimeError):
    """A test tried to leave this computer."""


def _stays_here(host: object) -> bool:
    name = host.decode(errors="replace") if isinstance(host, bytes) else host
    if name is None:
        return True
    if not isinstance(name, str):
        return False
    if name.lower() in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _is_ip_literal(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


class NetworkWatch:
    """Refuses whatever would leave this computer, and remembers it: the refused code may hide the error.

    An audit hook, since it also sees the calls of compiled code. It can't be taken out again, so there is
    one for the life of the process.
    """

    def __init__(self) -> None:
        self.refused: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in NETWORK_EVENTS:
            self._check_address(event, *arguments[:2])
        elif event in NAME_EVENTS:
            host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
            name = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
            if name.rstrip(".").endswith(".invalid"):
                # By RFC 6761 such a name never exists: said here, without asking a resolver.
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            if not _stays_here(host) and not _is_ip_literal(host):
                self._refuse(f"{event} of {name}")

    def _check_address(self, event: str, sock: socket.socket, address: Any) -> None:
        if sock.family not in {socket.AF_INET, socket.AF_INET6} or not isinstance(address, tuple):
            return
        every_interface = event == "socket.bind" and not address[0]
        if every_interface or not _stays_here(address[0]):
            self._refuse(f"{event} to {address[0] or 'every interface'}")

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise NetworkRefused(f"tests reach no network but loopback: {what}")

    def problems(self) -> list[str]:
        refused, self.refused = self.refused, []
        return [f"tried to leave this computer: {what}" for what in refused]


# -- log records ----------------------------------------------------------------------------------------


class ExpectedLog:
    """Names the log records that a test means to cause; what it names must come."""

    def __init__(self) -> None:
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        self._seen: set[int] = set()

    def __call__(self, logger: str, pattern: str) -> None:
        """Expect records of ``logger`` or one below it whose text ``pattern`` is found in."""
        self._patterns.append((logger, re.compile(pattern)))

    def covers(self, record: logging.LogRecord) -> bool:
        for number, (logger, pattern) in enumerate(self._patterns):
            inside = record.name == logger or record.name.startswith(logger + ".")
            if inside and pattern.search(record.getMessage()):
                self._seen.add(number)
                return True
        return False

    def missing(self) -> list[str]:
        expected = enumerate(self._patterns)
        return [f"{log}: {pat.pattern}" for number, (log, pat) in expected if number not in self._seen]


class LogWatch(logging.Handler):
    """Collects every record of WARNING or above between two tests."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.expected = ExpectedLog()
        self._records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def begin(self) -> None:
        self.expected = ExpectedLog()
        # Code under test may have set up the root logger anew.
        if self not in logging.getLogger().handlers:
            logging.getLogger().addHandler(self)

    def problems(self) -> list[str]:
        records, self._records = self._records, []
        unexpected = [
            f"unexpected log record: {record.levelname} {record.name}: {record.getMessage()}"
            for record in records
            if not self.expected.covers(record)
        ]
        return unexpected + [f"expected log record never came: {what}" for what in self.expected.missing()]


# -- Qt's messages --------------------------------------------------------------------------------------


def qt_complaints(item: pytest.Item, phase: str) -> list[str]:
    """What Qt wrote to the standard error in one phase of a test.

    It is read there, since a handler in Python is no place for it: Qt's sound threads also have things to
    say, and wait for Python's lock to say them while ``QMediaPlayer.stop`` holds it and waits for them;
    and where the handler is taken away meanwhile, they crash.
    """
    written = [text for when, what, text in item._report_sections if (when, what) == (phase, "stderr")]
    return [
        said
        for text in written
        for said in QT_COMPLAINT.findall(text)
        if not any(words in said for words in QT_SAYS_ANYWAY)
    ]


def _forget_filters(config: pytest.Config) -> None:
    """A program puts its filter on every handler for the life of the process; here it ends with its test.

    Else each record would pass through the filters of hundreds of programs. pytest's own handlers live as
    long as the run, and are on the root logger only while a test is running.
    """
    plugin = config.pluginmanager.get_plugin("logging-plugin")
    pytests_own = [value for value in vars(plugin).values() if isinstance(value, logging.Handler)]
    for handler in (*logging.getLogger().handlers, *pytests_own, logging.lastResort):
        if handler is not None:
            handler.filters.clear()


# -- what is left behind --------------------------------------------------------------------------------


def _threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if type(thread).__module__ not in LIBRARY_THREADS
        # Stands for a thread that Qt or another library made; it isn't Python's to end.
        and not isinstance(thread, threading._DummyThread)
    }


def _processes() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _describe(process: psutil.Process) -> str:
    """The process's command line; empty where it has gone or is the standard library's own."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return "(ended, but nobody waited for it)"
        command = " ".join(process.cmdline()) or process.name()
    except psutil.ZombieProcess:
        return "(ended, but nobody waited for it)"
    except psutil.NoSuchProcess:
        return ""
    return "" if any(word in command for word in LIBRARY_PROCESSES) else command


class LeftoverWatch:
    """Tells which threads and child processes outlive a test.

    While a fixture of a wider scope keeps one, others may be started on its behalf: they are looked at
    when that fixture has ended.
    """

    def __init__(self) -> None:
        self._threads = _threads()
        self._processes = _processes()
        self._keepers: set[int] = set()

    def fixture_began(self, fixture: object) -> None:
        if self._new_threads() or self._new_processes():
            self._keepers.add(id(fixture))

    def fixture_ended(self, fixture: object) -> None:
        self._keepers.discard(id(fixture))

    def problems(self) -> list[str]:
        if self._keepers:
            return []
        threads = self._new_threads()
        for thread in threads:
            thread.join(GRACE_S)
        # Asked again and again, not waited for: waiting would clear away what nobody else has waited for.
        give_up_s = time.monotonic() + GRACE_S
        while (processes := self._new_processes()) and time.monotonic() < give_up_s:
            time.sleep(0.01)
        left = [f"thread left behind: {thread.name}" for thread in threads if thread.is_alive()]
        left += [f"process left behind: {process.pid} {_describe(process)}" for process in processes]
        # Told once: the tests that follow aren't to blame.
        self._threads, self._processes = _threads(), _processes()
        return left

    def _new_threads(self) -> set[threading.Thread]:
        return _threads() - self._threads

    def _new_processes(self) -> set[psutil.Process]:
        return {process for process in _processes() - self._processes if _describe(process)}


# -- the plug-in ----------------------------------------------------------------------------------------


class Watch:
    """Asks the three watches after each test, when all of its fixtures have ended."""

    def __init__(self, network: NetworkWatch) -> None:
        self.network = network
        self.log = LogWatch()
        self.leftovers = LeftoverWatch()

    def pytest_collection_finish(self) -> None:
        # What was imported stays anyway; without it, collecting garbage after each test is quick.
        gc.collect()
        gc.freeze()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        with pytest.MonkeyPatch.context() as patch:
            if inspect.iscoroutinefunction(getattr(item, "function", None)):
                # pytest-qt works off Qt's events before and after a test. Tasks of an event loop on Qt would
                # be stepped there without a running loop, and fail.
                patch.setattr("pytestqt.plugin._process_events", lambda: None)
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        self.log.begin()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        result = yield
        if fixturedef.scope != "function":
            self.leftovers.fixture_began(fixturedef)
        return result

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        self.leftovers.fixture_ended(fixturedef)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, None, None]:
        result = yield
        # A task whose failure nobody asked for tells so when it is collected.
        gc.collect()
        if nextitem is None or nextitem.path != item.path:
            # What a whole file of tests leaves is caches and reports: without it, the next are quick.
            gc.freeze()
        _forget_filters(item.config)
        problems = self.leftovers.problems() + self.network.problems() + self.log.problems()
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.passed and (complaints := qt_complaints(item, report.when)):
            report.outcome = "failed"
            report.longrepr = "\n".join(f"Qt complains: {said}" for said in complaints)
        return report


@pytest.fixture
def expected_log(request: pytest.FixtureRequest) -> ExpectedLog:
    """``expected_log("logger.name", "part of the text")``: this record is meant, and must come."""
    watch: Watch = request.config.pluginmanager.get_plugin("voiceclone-watch")  # type: ignore[assignment]
    return watch.log.expected


def pytest_configure(config: pytest.Config) -> None:
    network = NetworkWatch()
    sys.addaudithook(network)
    config.pluginmanager.register(Watch(network), "voiceclone-watch")


# -- the summary ----------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--summary-to", type=Path, metavar="FILE", help="write counts and durations to FILE")


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    path: Path | None = config.getoption("--summary-to")
    if path is None:
        return
    counted = ("passed", "failed", "error", "skipped", "xfailed", "xpassed", "deselected")
    stats = {kind: terminalreporter.stats.get(kind, []) for kind in counted}
    spent: dict[str, float] = {}
    for kind in ("", *counted[:-1]):
        for report in terminalreporter.stats.get(kind, []):
            spent[report.nodeid] = spent.get(report.nodeid, 0.0) + getattr(report, "duration", 0.0)
    lines = [
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, profile {settings.get_current_profile_name()}",
        f"Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores",
        ", ".join(f"{len(reports)} {kind}" for kind, reports in stats.items() if reports),
        f"exit status {int(exitstatus)}, {sum(spent.values()):.1f} s in {len(spent)} tests",
        *(f"{kind}: {report.nodeid}" for kind in ("failed", "error") for report in stats[kind]),
        "",
        "Seconds, the slowest first:",
        *(f"{seconds:8.2f}  {name}" for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1])),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
