"""The guards of ``tests/conftest.py`` and of pytest's settings: each really fails a test that trips it.

A project of its own with the same settings and the same conftest runs once; its tests misbehave one by
one, and the report is judged.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]

CASES = """
    import asyncio
    import logging
    import multiprocessing
    import os
    import socket
    import subprocess
    import sys
    import threading
    import time
    import urllib.request
    import warnings
    from pathlib import Path

    import pytest
    from hypothesis import settings
    from PySide6.QtCore import Qt

    LOG = logging.getLogger("voiceclone_gui.somewhere")
    SLEEPER = [sys.executable, "-c", "import sys; sys.stdin.read()"]

    def test_quiet():
        LOG.info("nothing to see")

    def test_warning():
        warnings.warn("old", DeprecationWarning)

    def test_unclosed_file(tmp_path):
        (tmp_path / "a").write_text("a")
        open(tmp_path / "a")

    def test_log_warning():
        LOG.warning("it went wrong")

    def test_log_in_fixture_teardown(request):
        request.addfinalizer(lambda: LOG.error("late trouble"))

    def test_log_after_reset_of_handlers():
        logging.basicConfig(force=True)
        LOG.info("fine")

    def test_log_after_that():
        LOG.warning("still seen")

    def test_log_expected(expected_log):
        expected_log("voiceclone_gui", "went wrong")
        LOG.warning("it went wrong")

    def test_log_other_than_expected(expected_log):
        expected_log("voiceclone_gui", "went wrong")
        LOG.warning("it went wrong")
        LOG.warning("and another thing")

    def test_log_of_other_logger(expected_log):
        expected_log("voiceclone_gui.some", "went wrong")
        LOG.warning("it went wrong")

    def test_log_expected_never_came(expected_log):
        expected_log("voiceclone_gui", "went wrong")

    def test_qt_warning(qapp):
        from PySide6.QtCore import qWarning
        qWarning("a layout has a parent already")

    def test_qt_warning_from_a_thread_of_qts_own(qapp):
        from PySide6.QtCore import QThread, qWarning
        thread = QThread()
        thread.started.connect(lambda: qWarning("said elsewhere"), Qt.ConnectionType.DirectConnection)
        thread.start()
        thread.quit()
        assert thread.wait(5000)

    def test_qt_says_what_it_always_says(qapp):
        from PySide6.QtCore import qDebug, qWarning
        qWarning("This plugin does not support propagateSizeHints()")
        qDebug("nothing to see")

    QT_EVENTS_SEEN = []

    async def test_async_leaves_a_qt_event(qapp):
        from PySide6.QtCore import QTimer
        QTimer.singleShot(0, lambda: QT_EVENTS_SEEN.append("left"))

    async def test_async_after_that(qapp):
        assert QT_EVENTS_SEEN == []

    def test_sync_after_that(qapp):
        assert QT_EVENTS_SEEN == ["left"]

    def test_thread():
        gate = threading.Event()
        test_thread.gate = gate
        threading.Thread(target=gate.wait, name="forgotten", daemon=True).start()

    def test_after_the_thread():
        assert not test_thread.gate.is_set()

    def test_thread_that_ends():
        thread = threading.Thread(target=lambda: None)
        thread.start()

    def test_process():
        test_process.child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)

    def test_after_the_process():
        test_process.child.communicate()

    def test_zombie():
        test_zombie.child = subprocess.Popen(SLEEPER, stdin=subprocess.PIPE)
        test_zombie.child.stdin.close()

    def test_after_the_zombie():
        test_zombie.child.wait()

    @pytest.fixture(scope="class")
    def kept_thread():
        gate = threading.Event()
        thread = threading.Thread(target=gate.wait, name="kept")
        thread.start()
        yield
        gate.set()
        thread.join()

    class TestWiderScope:
        def test_with_a_kept_thread(self, kept_thread):
            pass

        def test_with_the_kept_thread_again(self, kept_thread):
            pass

    @pytest.fixture(scope="class")
    def careless_thread():
        gate = threading.Event()
        threading.Thread(target=gate.wait, name="careless", daemon=True).start()
        yield

    class TestCarelessScope:
        def test_with_a_careless_thread(self, careless_thread):
            pass

    async def test_task_whose_failure_nobody_asks_for():
        async def fail():
            raise ValueError("unheard")
        task = asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def test_coroutine_never_awaited():
        async def nothing():
            pass
        nothing()

    def test_thread_that_raises():
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()

    def test_connect_loopback():
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname()).close()

    def test_connect_elsewhere():
        with socket.socket() as sock:
            sock.connect(("192.0.2.1", 80))

    def test_connect_elsewhere_hidden():
        with socket.socket() as sock:
            try:
                sock.connect(("192.0.2.1", 80))
            except Exception:
                pass

    def test_connect_elsewhere_ipv6():
        with socket.socket(socket.AF_INET6) as sock:
            sock.connect(("2001:db8::1", 80))

    def test_send_elsewhere():
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.sendto(b"hello", ("192.0.2.1", 9))

    def test_name_elsewhere():
        urllib.request.urlopen("http://example.com/")

    def test_name_that_never_exists():
        with pytest.raises(socket.gaierror):
            socket.create_connection(("no-such-host.invalid", 80))

    def test_listen_to_all():
        with socket.socket() as sock:
            sock.bind(("", 0))

    async def test_connect_elsewhere_async():
        await asyncio.open_connection("192.0.2.1", 80)

    @pytest.mark.timeout(0.5)
    def test_hangs():
        threading.Event().wait()

    def test_environment():
        import keyring
        assert "null" in str(keyring.get_keyring())
        assert "VOICECLONE_TOKEN" not in os.environ
        assert "https_proxy" not in os.environ
        assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
        assert settings().derandomize and settings().deadline is None
        import platformdirs
        assert not platformdirs.user_data_path("voiceclone").is_relative_to(Path.home() / ".local")
"""

# Test -> what its report must say; None: it passes.
OUTCOMES: dict[str, str | None] = {
    "test_quiet": None,
    "test_warning": "DeprecationWarning: old",
    "test_unclosed_file": "ResourceWarning",
    "test_log_warning": "unexpected log record: WARNING voiceclone_gui.somewhere: it went wrong",
    "test_log_in_fixture_teardown": "unexpected log record: ERROR voiceclone_gui.somewhere: late trouble",
    "test_log_after_reset_of_handlers": None,
    "test_log_after_that": "unexpected log record: WARNING voiceclone_gui.somewhere: still seen",
    "test_log_expected": None,
    "test_log_other_than_expected": "and another thing",
    "test_log_of_other_logger": "it went wrong",
    "test_log_expected_never_came": "expected log record never came: voiceclone_gui: went wrong",
    "test_qt_warning": "Qt complains: a layout has a parent already",
    "test_qt_warning_from_a_thread_of_qts_own": "Qt complains: said elsewhere",
    "test_qt_says_what_it_always_says": None,
    "test_async_leaves_a_qt_event": None,
    "test_async_after_that": None,
    "test_sync_after_that": None,
    "test_thread": "thread left behind: forgotten",
    "test_after_the_thread": None,
    "test_thread_that_ends": None,
    "test_process": "process left behind:",
    "test_after_the_process": None,
    "test_zombie": "(ended, but nobody waited for it)",
    "test_after_the_zombie": None,
    "test_with_a_kept_thread": None,
    "test_with_the_kept_thread_again": None,
    "test_with_a_careless_thread": "thread left behind: careless",
    "test_task_whose_failure_nobody_asks_for": "Task exception was never retrieved",
    "test_coroutine_never_awaited": "was never awaited",
    "test_thread_that_raises": "ZeroDivisionError",
    "test_connect_loopback": None,
    "test_connect_elsewhere": "socket.connect to 192.0.2.1",
    "test_connect_elsewhere_hidden": "tried to leave this computer: socket.connect to 192.0.2.1",
    "test_connect_elsewhere_ipv6": "socket.connect to 2001:db8::1",
    "test_send_elsewhere": "socket.sendto to 192.0.2.1",
    "test_name_elsewhere": "socket.getaddrinfo of example.com",
    "test_name_that_never_exists": None,
    "test_listen_to_all": "socket.bind to every interface",
    "test_connect_elsewhere_async": "socket.connect to 192.0.2.1",
    "test_hangs": "Timeout",
    "test_environment": None,
}


class Report:
    """What the misbehaving project's run told: per test the texts of its failures, and the summary."""

    def __init__(self, *, junit: Path, summary: Path) -> None:
        self.troubles: dict[str, str] = {}
        for case in ET.parse(junit).iter("testcase"):
            texts = [f"{e.get('message')}\n{e.text}" for e in (*case.iter("failure"), *case.iter("error"))]
            name = str(case.get("name"))
            self.troubles[name] = self.troubles.get(name, "") + "\n".join(texts)
        self.summary = summary.read_text(encoding="utf-8")


def run_project(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    tests = folder / "tests"
    tests.mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    # What is left behind here never ends by itself, so there is little to wait for.
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    assert "\nGRACE_S = 2.0\n" in conftest
    (tests / "conftest.py").write_text(conftest.replace("GRACE_S = 2.0", "GRACE_S = 0.1"), encoding="utf-8")
    (tests / "test_cases.py").write_text(textwrap.dedent(source), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=environment | {"VOICECLONE_TOKEN": "sk-secret", "https_proxy": "http://192.0.2.1:1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("misbehaving")
    run = run_project(folder, CASES, "--junit-xml=junit.xml", "--summary-to=build/summary.txt")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    return Report(junit=folder / "junit.xml", summary=folder / "build" / "summary.txt")


@pytest.mark.parametrize("name", OUTCOMES)
def test_guard(report: Report, name: str) -> None:
    said, expected = report.troubles[name], OUTCOMES[name]
    if expected is None:
        assert said == ""
    else:
        assert expected in said


def test_every_case_is_judged(report: Report) -> None:
    assert report.troubles.keys() == OUTCOMES.keys()


def test_summary_counts_and_lists_every_test(report: Report) -> None:
    fine = [name for name, expected in OUTCOMES.items() if expected is None]
    lines = report.summary.splitlines()
    assert "profile default" in lines[0]
    assert all(any(name in line for line in lines) for name in OUTCOMES)
    blamed = "\n".join(line for line in lines if line.startswith(("failed: ", "error: ")))
    assert "::test_log_warning" in blamed
    assert not any(f"::{name}\n" in blamed + "\n" for name in fine)


def test_long_profile_counts_more(tmp_path: Path) -> None:
    source = """
        from hypothesis import given, settings, strategies

        def test_profile():
            assert settings().max_examples > settings.get_profile("default").max_examples
            assert settings().derandomize and settings().deadline is None

        @given(strategies.integers())
        def test_property(number):
            assert isinstance(number, int)
    """
    run = run_project(tmp_path, source, "--hypothesis-profile=long", "--summary-to=summary.txt")
    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr
    summary = (tmp_path / "summary.txt").read_text(encoding="utf-8")
    assert "profile long" in summary
    assert "2 passed" in summary


def test_unknown_marker_fails(tmp_path: Path) -> None:
    source = """
        import pytest

        @pytest.mark.lnog
        def test_fine():
            pass
    """
    run = run_project(tmp_path, source)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "'lnog' not found in `markers`" in run.stdout
