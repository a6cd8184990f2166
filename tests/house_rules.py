"""The rules of the house that no ready-made checker knows, as functions over source text.

Each takes the path below the repository's root and the text, and returns what breaks the rule, one
sentence each; ``tests/unit/test_house_rules.py`` runs them over the tree, and over samples that break
them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

FUNCTION_LINES = 50
SLEEP_S = 0.05
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "handler", "handlers", "data"}
# The task scope and the event loop: the two that hold tasks on everybody's behalf.
TASK_KEEPERS = {PurePosixPath("voiceclone_gui/ui/tasks.py"), PurePosixPath("voiceclone_gui/ui/event_loop.py")}
# Runs Qt's loop before there is another one that it could nest in.
LOOPS_BEFORE_THE_LOOP = {PurePosixPath("voiceclone_gui/ui/first_paint.py")}
TASK_STARTERS = {"create_task", "ensure_future"}
STATIC_DIALOGS = re.compile(
    r"QMessageBox\.(information|question|warning|critical|about|aboutQt)"
    r"|Q(File|Input|Color|Font|Progress)Dialog\.(get\w+)"
)
MUTATORS = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update",
}  # fmt: skip

# Which part of the package may import which third-party package.
HOMES = {
    "PySide6": {"ui", "app"},
    "qasync": {"ui"},
    "httpx": {"api"},
    "truststore": {"api"},
    "keyring": {"storage"},
    "secretstorage": {"storage"},
    "jeepney": {"storage"},
    "platformdirs": {"storage"},
    "filelock": {"storage"},
    "av": {"audio"},
    "numpy": {"audio"},
    "onnxruntime": {"audio"},
    "swift_f0": {"audio"},
    "espeakng_loader": {"practice"},
    "starlette": {"practice"},
    "uvicorn": {"practice"},
    "python_multipart": {"practice"},
    "tqdm": {"terminal"},
}

# In pieces, so that this file doesn't hold what it looks for.
REGISTRY_HOSTS = re.compile(
    "|".join(
        name.replace(".", r"\.")
        for name in ("pypi" + ".org", "python" + "hosted.org", "deb." + "debian.org", "registry." + "npmjs")
    )
)
MACHINE_PATHS = re.compile(r"/(?:work|root|farm|home|Users)/\w|/tmp/[a-z]")
UNFINISHED = re.compile(
    r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.mark\.(?:skip|xfail)\b|pytest\.skip\("
)


def lines_allowed(path: PurePosixPath) -> int:
    """How many lines a Python file may have."""
    if path.parts[0] == "tests":
        return 600
    if path.parts[:3] in {("voiceclone_gui", "ui", "pages"), ("voiceclone_gui", "ui", "widgets")}:
        return 300
    return 400


def too_long(path: PurePosixPath, text: str) -> Iterator[str]:
    """Files and functions that should be split."""
    lines, allowed = len(text.splitlines()), lines_allowed(path)
    if lines > allowed:
        yield f"{path}: {lines} lines, {allowed} are allowed"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LINES} are allowed"


def vague_names(path: PurePosixPath, text: str) -> Iterator[str]:
    """Modules, packages and classes whose names say nothing about what they are for."""
    for part in (*path.parts[:-1], path.stem):
        if VAGUE_NAMES & set(part.lower().split("_")):
            yield f"{path}: {part} is no name for a module"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", node.name)
            if words and words[-1].lower() in VAGUE_NAMES:
                yield f"{path}:{node.lineno}: {node.name} is no name for a class"


def _group_names(tree: ast.AST) -> set[str]:
    """Names bound by ``async with ...TaskGroup() as name``: such a group holds its tasks and awaits them."""
    return {
        item.optional_vars.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncWith)
        for item in node.items
        if isinstance(item.context_expr, ast.Call)
        and ast.unparse(item.context_expr.func).endswith("TaskGroup")
        and isinstance(item.optional_vars, ast.Name)
    }


def loose_tasks(path: PurePosixPath, text: str) -> Iterator[str]:
    """Tasks that nobody holds; in ``ui``, every task that isn't a task scope's."""
    tree = ast.parse(text)
    used = {getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(tree)}
    if "asyncSlot" in used or any(name.endswith(".asyncSlot") for _, name in _imports(text)):
        yield f"{path}: asyncSlot holds its task weakly; use a task scope"
    in_scope_only = path.parts[:2] == ("voiceclone_gui", "ui") and path not in TASK_KEEPERS
    groups = _group_names(tree)
    dropped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        *owner, name = ast.unparse(node.func).rsplit(".", 1)
        if name not in TASK_STARTERS or (owner and owner[0] in groups):
            continue
        if id(node) in dropped or in_scope_only:
            yield f"{path}:{node.lineno}: {name} without a task scope"


def nested_loops(path: PurePosixPath, text: str) -> Iterator[str]:
    """Whatever runs Qt's event loop inside itself: other tasks lose their wake-ups for good."""
    if path in LOOPS_BEFORE_THE_LOOP:
        return
    for line, name in _imports(text):
        if name == "PySide6.QtCore.QEventLoop":  # qasync's class of the same name is the loop itself
            yield f"{path}:{line}: QEventLoop nests the event loop"
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in {"exec", "exec_", "processEvents"} or ast.unparse(node).endswith("QtCore.QEventLoop"):
            yield f"{path}:{node.lineno}: {node.attr} nests the event loop"
        elif STATIC_DIALOGS.fullmatch(".".join(ast.unparse(node).split(".")[-2:])):
            yield f"{path}:{node.lineno}: {ast.unparse(node)} nests the event loop"


def _module_variables(tree: ast.Module) -> set[str]:
    """Module-level names whose value can be changed in place."""
    names = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        if targets and isinstance(node.value, ast.List | ast.Dict | ast.Set | ast.Call):  # type: ignore[attr-defined]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def global_state(path: PurePosixPath, text: str) -> Iterator[str]:
    """``global``, and module-level collections that functions change."""
    tree = ast.parse(text)
    variables = _module_variables(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"{path}:{node.lineno}: global {', '.join(node.names)}"
        changed = _changed(node)
        if isinstance(changed, ast.Name) and changed.id in variables:
            yield f"{path}:{changed.lineno}: {changed.id} is a global that is changed"


def _changed(node: ast.AST) -> ast.expr | None:
    """What ``node`` changes in place: ``x`` in ``x[1] = 2``, ``del x[1]`` and ``x.append``."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return node.value
    if isinstance(node, ast.Attribute) and node.attr in MUTATORS:
        return node.value
    return None


def positional_constructors(path: PurePosixPath, text: str) -> Iterator[str]:
    """Constructors where a call could mix up two values."""
    for owner in ast.walk(ast.parse(text)):
        if not isinstance(owner, ast.ClassDef):
            continue
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                needed = len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)
                if needed > 2:
                    yield f"{path}:{node.lineno}: {owner.name} takes positional values, not keywords"


def _imports(text: str) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of all that is imported; a relative name keeps its dots."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def strange_imports(path: PurePosixPath, text: str) -> Iterator[str]:
    """Third-party imports outside the one part that may know them; ``core`` may know none."""
    part = path.parts[1].removesuffix(".py")
    for line, name in _imports(text):
        top = name.partition(".")[0]
        if not top:
            yield f"{path}:{line}: a relative import; write it out"
        elif top not in sys.stdlib_module_names | {"voiceclone_gui"} and part not in HOMES.get(top, set()):
            yield f"{path}:{line}: {top} is not at home in {part}"


def long_sleeps(path: PurePosixPath, text: str) -> Iterator[str]:
    """Sleeps that make a test slow where it should wait for an event."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "sleep" and node.args:
            value = node.args[0]
            seconds = value.value if isinstance(value, ast.Constant) else None
            if isinstance(seconds, int | float) and seconds > SLEEP_S:
                yield f"{path}:{node.lineno}: sleeps {seconds} s, {SLEEP_S} are allowed"


def ready_made_fakes(path: PurePosixPath, text: str) -> Iterator[str]:
    """``unittest.mock``: fakes are written by hand, so that they break when the real thing changes."""
    for line, name in _imports(text):
        if name.startswith("unittest.mock"):
            yield f"{path}:{line}: unittest.mock; write a fake in tests/fakes"


def unfit_for_others(path: PurePosixPath, text: str) -> Iterator[str]:
    """Registry hosts, paths of one machine, and marks of unfinished work, in any text file."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := REGISTRY_HOSTS.search(line):
            yield f"{path}:{number}: names a registry's host, {found[0]}"
        if path.parts[0] != "tests" and (found := MACHINE_PATHS.search(line)):
            yield f"{path}:{number}: a path of one machine, {found[0]}"
        if found := UNFINISHED.search(line):
            yield f"{path}:{number}: unfinished or switched off, {found[0]}"
