"""What a package owes to others: each part that is named has its texts, and Silero's model is among them."""

from __future__ import annotations

import fnmatch
import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "resources" / "models"
MODEL = "voiceclone_gui/_resources/models/silero_vad_16k_sequence.onnx"


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "packaging" / "licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bundled(licences: ModuleType) -> list[dict[str, Any]]:
    """What the packages bring beside Python packages."""
    table = tomllib.loads((licences.TEXTS / "bundled.toml").read_text(encoding="utf-8"))
    return list(table["part"])


def test_every_part_has_its_texts(licences: ModuleType, tmp_path: Path) -> None:
    parts = bundled(licences)
    licences.copy_part_texts(parts, tmp_path)
    wanted = {Path(text).name for part in parts for text in part["texts"]}
    assert {path.name for path in tmp_path.iterdir()} == wanted


def test_the_model_goes_with_its_licence(licences: ModuleType, tmp_path: Path) -> None:
    parts = [part for part in bundled(licences) if fnmatch.fnmatchcase(MODEL, part["found"])]
    assert [part["licence"] for part in parts] == ["MIT"]
    licences.copy_part_texts(parts, tmp_path)
    text = (tmp_path / "silero-vad-licence.txt").read_text(encoding="utf-8")
    assert "Silero Team" in text
    assert "Permission is hereby granted" in text
    # In the package too, beside the model: a wheel has no folder of licences.
    assert text == (MODELS / "silero-vad-licence.txt").read_text(encoding="utf-8")
    assert (MODELS / Path(MODEL).name).stat().st_size > 1_000_000
