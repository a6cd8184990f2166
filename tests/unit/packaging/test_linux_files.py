"""What Linux is told of the program agrees with the program."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import yaml

from voiceclone_gui import __version__
from voiceclone_gui.app.open_window import APPLICATION_ID

PACKAGING = Path(__file__).parents[3] / "packaging"
LINUX = PACKAGING / "linux"
ENTRY = LINUX / f"{APPLICATION_ID}.desktop"
METAINFO = LINUX / f"{APPLICATION_ID}.metainfo.xml"


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ENTRY, encoding="utf-8")
    return parser["Desktop Entry"]


def test_it_is_offered_for_every_kind_of_file_that_it_reads() -> None:
    kinds = tomllib.loads((PACKAGING / "file_kinds.toml").read_text(encoding="utf-8"))
    wanted = {kind["mime"] for kind in (*kinds["sound"], *kinds["film"])}
    assert set(desktop_entry()["MimeType"].rstrip(";").split(";")) == wanted


def test_entry_icon_and_metainfo_carry_the_windows_name() -> None:
    assert APPLICATION_ID.islower()
    assert desktop_entry()["Icon"] == APPLICATION_ID
    assert desktop_entry()["Exec"] == "voiceclone-gui %F"
    told = ET.parse(METAINFO).getroot()
    assert told.findtext("id") == APPLICATION_ID
    assert told.findtext("launchable") == ENTRY.name
    releases = [release.get("version") for release in told.iter("release")]
    assert releases[0] == __version__


def test_the_manual_tells_every_option_of_the_window() -> None:
    command = [sys.executable, "-m", "voiceclone_gui", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    manual = (LINUX / "voiceclone-gui.1").read_text(encoding="utf-8").replace("\\-", "-")
    for option in set(re.findall(r"--[a-z-]+", said)):
        assert option in manual


def test_the_packages_hold_what_their_recipe_names() -> None:
    recipe = yaml.safe_load((LINUX / "nfpm.yaml").read_text(encoding="utf-8"))
    root = PACKAGING.parent
    for part in recipe["contents"]:
        source = part["src"]
        # What lies below build/ is made on the way, and what lies in /opt is the package's own.
        assert source.startswith(("build/package/", "/opt/voiceclone/")) or (root / source).is_file()
    assert recipe["version"] == "$version"
    assert "maintainer" in recipe
    targets = [part["dst"] for part in recipe["contents"]]
    assert f"/usr/share/applications/{ENTRY.name}" in targets
    assert len(targets) == len(set(targets))
