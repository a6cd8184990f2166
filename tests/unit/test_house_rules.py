"""The rules of the house hold for the whole tree, and each rule finds what breaks it."""

from __future__ import annotations

import os
import shutil
import string
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path, PurePosixPath
from typing import cast

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests import house_rules
from voiceclone_gui.core import sentence_table
from voiceclone_gui.core.sentences import fill, places, template

ROOT = Path(__file__).parents[2]
Rule = Callable[[PurePosixPath, str], Iterable[str]]


@cache
def tree() -> tuple[tuple[PurePosixPath, str], ...]:
    """Every text file of the repository that git knows or would take."""
    listed = subprocess.run(
        # The files may belong to somebody else than who runs the tests.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found = []
    for name in sorted(set(listed.stdout.decode().split("\0")) - {""}):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in content:
            found.append((PurePosixPath(name), content.decode("utf-8")))
    return tuple(found)


def python_files(*folders: str) -> Iterator[tuple[PurePosixPath, str]]:
    return ((path, text) for path, text in tree() if path.suffix == ".py" and path.parts[0] in folders)


def broken(rule: Rule, files: Iterable[tuple[PurePosixPath, str]]) -> list[str]:
    return [sentence for path, text in files for sentence in rule(path, text)]


RULES: list[tuple[Rule, tuple[str, ...]]] = [
    (house_rules.too_long, ("voiceclone_gui", "packaging", "tests")),
    (house_rules.vague_names, ("voiceclone_gui", "packaging")),
    (house_rules.loose_tasks, ("voiceclone_gui",)),
    (house_rules.nested_loops, ("voiceclone_gui",)),
    (house_rules.global_state, ("voiceclone_gui", "packaging")),
    (house_rules.positional_constructors, ("voiceclone_gui", "packaging")),
    (house_rules.strange_imports, ("voiceclone_gui",)),
    (house_rules.long_sleeps, ("tests",)),
    (house_rules.ready_made_fakes, ("tests",)),
]


@pytest.mark.parametrize(("rule", "folders"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_tree_keeps_the_rule(rule: Rule, folders: tuple[str, ...]) -> None:
    files = list(python_files(*folders))
    assert {path.parts[0] for path, _ in files} == set(folders)
    assert broken(rule, files) == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    files = [(path, text) for path, text in tree() if path.suffix not in {".lock", ".svg"}]
    assert any(path.name == "Makefile" for path, _ in files)
    assert broken(house_rules.unfit_for_others, files) == []


def test_lock_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not house_rules.REGISTRY_HOSTS.search(lock)
    assert "--index-url" not in lock
    assert "--find-links" not in lock


LONG_FUNCTION = "def f():\n" + "    pass\n" * 50
MODULE = "voiceclone_gui/services/thing.py"

# Rule, file, text, and what must be said of it; "" where nothing may be said.
SAMPLES: list[tuple[Rule, str, str, str]] = [
    (house_rules.too_long, MODULE, "x = 1\n" * 400, ""),
    (house_rules.too_long, MODULE, "x = 1\n" * 401, "401 lines, 400 are allowed"),
    (house_rules.too_long, "voiceclone_gui/ui/pages/clone.py", "x = 1\n" * 301, "300 are allowed"),
    (house_rules.too_long, "voiceclone_gui/ui/widgets/wave.py", "x = 1\n" * 301, "300 are allowed"),
    (house_rules.too_long, "voiceclone_gui/ui/tasks.py", "x = 1\n" * 301, ""),
    (house_rules.too_long, "tests/unit/test_thing.py", "x = 1\n" * 600, ""),
    (house_rules.too_long, "tests/unit/test_thing.py", "x = 1\n" * 601, "600 are allowed"),
    (house_rules.too_long, MODULE, LONG_FUNCTION, "f has 51 lines"),
    (
        house_rules.too_long,
        MODULE,
        "class A:\n    async " + LONG_FUNCTION.replace("\n", "\n    "),
        "f has 51",
    ),
    (house_rules.too_long, MODULE, LONG_FUNCTION.removesuffix("    pass\n"), ""),
    (house_rules.vague_names, "voiceclone_gui/ui/utils.py", "", "utils is no name for a module"),
    (house_rules.vague_names, "voiceclone_gui/voice_data.py", "", "voice_data is no name"),
    (house_rules.vague_names, "voiceclone_gui/helpers/wave.py", "", "helpers is no name"),
    (house_rules.vague_names, "voiceclone_gui/database.py", "class Database: ...", ""),
    (house_rules.vague_names, MODULE, "class VoiceManager: ...", "VoiceManager is no name for a class"),
    (house_rules.vague_names, MODULE, "class HTTPHandler: ...", "HTTPHandler is no name"),
    (house_rules.vague_names, MODULE, "class Data: ...", "Data is no name"),
    (house_rules.vague_names, MODULE, "class DataFolder: ...", ""),
    (house_rules.loose_tasks, MODULE, "asyncio.create_task(go())", "create_task without a task scope"),
    (house_rules.loose_tasks, MODULE, "asyncio.ensure_future(go())", "ensure_future without"),
    (house_rules.loose_tasks, MODULE, "asyncio.get_running_loop().create_task(go())", "create_task without"),
    (house_rules.loose_tasks, MODULE, "task = asyncio.create_task(go())", ""),
    (house_rules.loose_tasks, "voiceclone_gui/ui/page.py", "t = asyncio.create_task(go())", "create_task"),
    (house_rules.loose_tasks, "voiceclone_gui/ui/tasks.py", "t = asyncio.create_task(go())", ""),
    (house_rules.loose_tasks, "voiceclone_gui/ui/event_loop.py", "t = asyncio.ensure_future(go())", ""),
    (house_rules.loose_tasks, "voiceclone_gui/ui/tasks.py", "asyncio.create_task(go())", "create_task"),
    (
        house_rules.loose_tasks,
        MODULE,
        "async def f():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(go())",
        "",
    ),
    (house_rules.loose_tasks, MODULE, "from qasync import asyncSlot", "asyncSlot holds its task weakly"),
    (house_rules.loose_tasks, MODULE, "@qasync.asyncSlot()\ndef f(): ...", "asyncSlot holds"),
    (house_rules.nested_loops, MODULE, "dialog.exec()", "exec nests the event loop"),
    (house_rules.nested_loops, MODULE, "run = menu.exec_", "exec_ nests"),
    (house_rules.nested_loops, MODULE, "QApplication.processEvents()", "processEvents nests"),
    (house_rules.nested_loops, MODULE, "QMessageBox.question(a, b, c)", "QMessageBox.question nests"),
    (house_rules.nested_loops, MODULE, "QtWidgets.QMessageBox.warning(a)", "QMessageBox.warning nests"),
    (house_rules.nested_loops, MODULE, "QFileDialog.getOpenFileName(a)", "getOpenFileName nests"),
    (house_rules.nested_loops, MODULE, "QInputDialog.getText(a)", "getText nests"),
    (house_rules.nested_loops, MODULE, "loop = QtCore.QEventLoop()", "QEventLoop nests"),
    (house_rules.nested_loops, MODULE, "from PySide6.QtCore import QEventLoop, Qt", "QEventLoop nests"),
    (house_rules.nested_loops, MODULE, "from qasync import QEventLoop\nloop = QEventLoop(a)", ""),
    (house_rules.nested_loops, MODULE, "box = QMessageBox(a)\nbox.open()", ""),
    (house_rules.nested_loops, "voiceclone_gui/ui/first_paint.py", "loop.exec()", ""),
    (house_rules.global_state, MODULE, "n = 0\ndef f():\n    global n\n    n = 1", "global n"),
    (house_rules.global_state, MODULE, "_SEEN = {}\ndef f(x):\n    _SEEN[x] = 1", "_SEEN is a global"),
    (house_rules.global_state, MODULE, "_SEEN: set[int] = set()\ndef f(x):\n    _SEEN.add(x)", "_SEEN is"),
    (house_rules.global_state, MODULE, "_SEEN = []\ndef f():\n    del _SEEN[0]", "_SEEN is a global"),
    (house_rules.global_state, MODULE, "TABLE = {}\ndef f(x):\n    own = {}\n    own[x] = TABLE[x]", ""),
    (house_rules.positional_constructors, MODULE, "class A:\n    def __init__(self, a, b): ...", "A takes"),
    (house_rules.positional_constructors, MODULE, "class A:\n    def __init__(self, a, *, b): ...", ""),
    (house_rules.strange_imports, MODULE, "import httpx", "httpx is not at home in services"),
    (
        house_rules.strange_imports,
        MODULE,
        "def f():\n    from PySide6 import QtCore",
        "PySide6 is not at home",
    ),
    (house_rules.strange_imports, "voiceclone_gui/core/a.py", "import platformdirs", "not at home in core"),
    (house_rules.strange_imports, "voiceclone_gui/app.py", "import unheard_of", "not at home in app"),
    (
        house_rules.strange_imports,
        "voiceclone_gui/api/a.py",
        "import httpx, asyncio\nfrom . import b",
        "relative",
    ),
    (house_rules.strange_imports, "voiceclone_gui/api/a.py", "import httpx\nimport voiceclone_gui.core", ""),
    (house_rules.long_sleeps, "tests/a.py", "time.sleep(0.06)", "sleeps 0.06 s"),
    (house_rules.long_sleeps, "tests/a.py", "async def f():\n    await asyncio.sleep(1)", "sleeps 1 s"),
    (house_rules.long_sleeps, "tests/a.py", "time.sleep(0.05)", ""),
    (house_rules.ready_made_fakes, "tests/a.py", "from unittest.mock import Mock", "unittest.mock"),
    (house_rules.ready_made_fakes, "tests/a.py", "from unittest import mock", "unittest.mock"),
    (house_rules.ready_made_fakes, "tests/a.py", "import unittest.mock", "unittest.mock"),
    (house_rules.unfit_for_others, "docs/a.md", "from https://pypi" + ".org/simple", "a registry's host"),
    (house_rules.unfit_for_others, "docs/a.md", "see /ho" + "me/anna/voices", "a path of one machine"),
    (house_rules.unfit_for_others, "a.sh", "cd /wo" + "rk/main", "a path of one machine"),
    (house_rules.unfit_for_others, MODULE, "# TO" + "DO: later", "unfinished"),
    (house_rules.unfit_for_others, "tests/a.py", "@pytest.mark.sk" + "ip", "switched off"),
    (house_rules.unfit_for_others, "docs/a.md", "runs on Debian", ""),
]


@pytest.mark.parametrize(("rule", "path", "text", "said"), SAMPLES)
def test_rule_finds_what_breaks_it(rule: Rule, path: str, text: str, said: str) -> None:
    found = list(rule(PurePosixPath(path), text))
    if said:
        assert len(found) == 1
        assert said in found[0]
        assert found[0].startswith(path)
    else:
        assert found == []


def test_every_rule_has_samples_of_both_kinds() -> None:
    rules = {rule for rule, _ in RULES} | {house_rules.unfit_for_others}
    assert {rule for rule, _, _, said in SAMPLES if said} >= rules - {house_rules.ready_made_fakes}
    assert {rule for rule, _, _, _ in SAMPLES} == rules


# -- import contracts -----------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        # Run in the folder, Python finds the package there first.
        [sys.executable, "-c", command, "--no-cache"],
        cwd=folder,
        env=os.environ | {"COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package with its contracts, to be broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "_resources")
    shutil.copytree(ROOT / "voiceclone_gui", tmp_path / "voiceclone_gui", ignore=ignored)
    return tmp_path


def test_import_contracts_are_kept(package: Path) -> None:
    run = lint_imports(package)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


# One import that each contract forbids.
FORBIDDEN = [
    ("core/request.py", "import voiceclone_gui.api.client", "Layers"),
    ("services/clone_voice.py", "import voiceclone_gui.ui", "Layers"),
    ("api/client.py", "import voiceclone_gui.storage.files", "Layers"),
    ("practice/__init__.py", "import voiceclone_gui.api.wire", "The practice service knows"),
    ("services/repeat.py", "import voiceclone_gui.practice", "Nobody but app knows"),
    ("core/token.py", "import numpy", "core is standard library only"),
    ("terminal.py", "import PySide6", "Qt lives in ui"),
    ("storage/files.py", "import httpx", "httpx and truststore live in api"),
    ("services/repeat.py", "import av", "PyAV, numpy and onnxruntime live in audio"),
    ("api/client.py", "import keyring", "keyring lives in storage"),
    ("api/client.py", "import starlette", "starlette, uvicorn and espeak-ng live in practice"),
]


def test_import_contracts_find_what_breaks_them(package: Path) -> None:
    for path, line, _ in FORBIDDEN:
        module = package / "voiceclone_gui" / path
        module.write_text(module.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    (package / "voiceclone_gui" / "newcomer.py").write_text("", encoding="utf-8")
    run = lint_imports(package)
    assert run.returncode == 1, run.stdout + run.stderr
    verdicts = [line for line in run.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert len(verdicts) == len(contracts())
    assert [line for line in verdicts if line.endswith(" KEPT")] == []
    for path, line, _ in FORBIDDEN:
        importer = "voiceclone_gui." + path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        imported = line.removeprefix("import ")
        assert f"{importer} -> {imported}" in run.stdout
    assert "newcomer" in run.stdout


def contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_every_contract_has_a_forbidden_import() -> None:
    names = [str(contract["name"]) for contract in contracts()]
    assert all(any(name.startswith(start) for _, _, start in FORBIDDEN) for name in names)


# -- sentences ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sentence_table.SENTENCES)
def test_sentence_can_be_filled(code: str) -> None:
    raw = template(code)
    for text in (raw.title, raw.cure):
        for _, name, spec, conversion in string.Formatter().parse(text):
            assert name is None or (name.isidentifier() and not spec and conversion is None)
    filled = fill(code, dict.fromkeys(places(code), "something"))
    assert filled.title
    assert filled.cure
    assert not set("{}") & set(filled.title + filled.cure)


# -- locked requirements --------------------------------------------------------------------------------


def locked() -> list[Requirement]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = (line.removesuffix("\\").strip() for line in text.splitlines() if line and line[0] not in " #")
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(
    ("system", "platform"), [("Linux", "linux"), ("Windows", "win32"), ("Darwin", "darwin")]
)
def test_lock_meets_the_project(python: str, system: str, platform: str) -> None:
    environment: dict[str, str | AbstractSet[str]] = {
        **cast("dict[str, str]", default_environment()),
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_system": system,
        "sys_platform": platform,
        "os_name": "nt" if platform == "win32" else "posix",
    }
    versions = {
        pin.name.lower(): next(iter(pin.specifier)).version
        for pin in locked()
        if pin.marker is None or pin.marker.evaluate(environment)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate(environment):
            assert wanted.specifier.contains(versions[wanted.name.lower()]), line
