"""Puts into the frozen tree what it owes to others: a report of all third parties, and their licence texts.

Usage: licences.py

Reads build/package/contents.json, which the spec writes, so that exactly what is shipped is named: a Python
package counts if a file of it is in the tree. Writes the folder ``licences`` there, and as a CycloneDX bill
of materials build/package/sbom.json. Runs where the tree was made; needs pip-licenses and cyclonedx-bom.
"""

from __future__ import annotations

import fnmatch
import json
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MADE = ROOT / "build" / "package"
TEXTS = ROOT / "packaging" / "licences"
OURS = "voiceclone-gui"
_TEXT_NAMES = ("licen[cs]e*", "copying*", "notice*", "authors*", "*/licenses/*", "thirdpartynotices*")


def main() -> int:
    """Write report, texts and bill of materials; returns the exit code."""
    contents = json.loads((MADE / "contents.json").read_text(encoding="utf-8"))
    sources = {Path(source).resolve() for _name, source in contents}
    shipped = shipped_distributions(sources)
    parts = found_parts([name for name, _source in contents])
    target = licences_folder()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for distribution in shipped:
        copy_texts(distribution, target)
    copy_part_texts(parts, target)
    systems = system_packages(sources, target)
    shutil.copyfile(ROOT / "LICENSE", target / "VoiceClone.txt")
    table = licence_table([distribution.metadata["Name"] for distribution in shipped])
    (target / "THIRD-PARTY.md").write_text(report(table, parts, systems), encoding="utf-8")
    names = {normal(distribution.metadata["Name"]) for distribution in shipped}
    (MADE / "sbom.json").write_text(json.dumps(bill_of_materials(names, parts), indent=1), encoding="utf-8")
    print(
        f"{len(table)} Python packages, {len(parts)} other parts and {len(systems)} of the system's packages"
    )
    return 0


def normal(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


def licences_folder() -> Path:
    """Where the texts belong in the tree, of which there is one: macOS signs resources apart from code."""
    app = MADE / "tree" / "VoiceClone.app"
    return (app / "Contents" / "Resources" if app.exists() else MADE / "tree" / "voiceclone") / "licences"


def shipped_distributions(sources: set[Path]) -> list[metadata.Distribution]:
    """The installed packages of which a file is in the tree, by name; ours isn't a third party's."""
    found = {}
    for distribution in metadata.distributions():
        name = normal(distribution.metadata["Name"])
        files = (Path(str(file.locate())).resolve() for file in distribution.files or ())
        if name != OURS and any(file in sources for file in files):
            found[name] = distribution
    return [found[name] for name in sorted(found)]


def found_parts(names: list[str]) -> list[dict[str, Any]]:
    """What the wheels bring that is no Python package, as ``bundled.toml`` tells; its version if known."""
    names = [name.replace("\\", "/") for name in names] + ["voiceclone-gui"]
    parts = []
    for part in tomllib.loads((TEXTS / "bundled.toml").read_text(encoding="utf-8"))["part"]:
        patterns = part["found"].split("|")
        if any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns):
            if "version_of" in part:
                part["version"] = metadata.version(part["version_of"])
            elif part["name"] == "CPython":
                part["version"] = sys.version.split()[0]
            parts.append(part)
    return parts


def copy_texts(distribution: metadata.Distribution, target: Path) -> None:
    """The licence texts that ``distribution`` was installed with."""
    folder = target / distribution.metadata["Name"]
    for file in distribution.files or ():
        name = file.name.lower()
        in_folder = "/licenses/" in f"/{str(file).lower()}"
        if in_folder or any(fnmatch.fnmatch(name, pattern) for pattern in _TEXT_NAMES):
            source = Path(str(file.locate()))
            if source.is_file() and source.suffix.lower() not in {".py", ".pyc"}:
                folder.mkdir(exist_ok=True)
                shutil.copyfile(source, folder / "-".join(file.parts[-2:] if in_folder else file.parts[-1:]))


def copy_part_texts(parts: list[dict[str, Any]], target: Path) -> None:
    """The licence texts that ``parts`` name, by their way from ``packaging/licences``."""
    for text in {text for part in parts for text in part["texts"]}:
        source = ROOT / "LICENSE" if text == "GPL-3.txt" else TEXTS / text
        shutil.copyfile(source, target / Path(text).name)


def system_packages(sources: set[Path], target: Path) -> dict[str, str]:
    """Name and version of Debian's packages whose libraries are in the tree; their texts go to ``target``."""
    files = sorted(str(source) for source in sources if str(source).startswith(("/lib/", "/usr/lib/x86_64")))
    if not files or shutil.which("dpkg-query") is None:
        return {}
    said = subprocess.run(["dpkg-query", "--search", *files], capture_output=True, text=True, check=False)
    names = sorted({line.split(":")[0] for line in said.stdout.splitlines()})
    packages = {}
    for name in names:
        command = ["dpkg-query", "--show", "--showformat=${Version}\n", name]
        packages[name] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[0]
        text = Path("/usr/share/doc") / name / "copyright"
        if text.is_file():
            (target / "system").mkdir(exist_ok=True)
            shutil.copyfile(text, target / "system" / f"{name}.txt")
    return packages


def licence_table(names: list[str]) -> list[dict[str, str]]:
    """Name, version, licence and address of the packages, as pip-licenses reads them."""
    command = [_script("pip-licenses"), "--from=mixed", "--format=json", "--with-urls", "--packages", *names]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    table: list[dict[str, str]] = json.loads(said.stdout)
    missing = {normal(name) for name in names} - {normal(row["Name"]) for row in table}
    if missing:
        raise ValueError(f"pip-licenses doesn't tell of {', '.join(sorted(missing))}")
    return sorted(table, key=lambda row: normal(row["Name"]))


def report(table: list[dict[str, str]], parts: list[dict[str, Any]], systems: dict[str, str]) -> str:
    """The report that users read."""
    lines = [
        "# What VoiceClone is made of",
        "",
        "VoiceClone is free, under the GNU General Public License, version 3 or later (VoiceClone.txt).",
        "It brings the work of others, each under its own licence. The texts are in this folder.",
        "",
        "| part | version | licence | where it comes from |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {part['name']} | {part.get('version', '')} | {part['licence']} | {part['homepage']} |"
        for part in parts
    ]
    lines += [f"| {row['Name']} | {row['Version']} | {row['License']} | {row['URL']} |" for row in table]
    lines += [f"| {name} | {version} | system/{name}.txt | Debian |" for name, version in systems.items()]
    lines += ["", "The source of the parts under the GPL and LGPL is at their address, in the version named."]
    return "\n".join(lines) + "\n"


def bill_of_materials(names: set[str], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """CycloneDX: what cyclonedx-py finds installed here, less what isn't shipped, and the other parts."""
    command = [_script("cyclonedx-py"), "environment", "--output-reproducible", "--output-format", "JSON"]
    said = subprocess.run([*command, sys.executable], capture_output=True, text=True, check=True)
    bill: dict[str, Any] = json.loads(said.stdout)
    bill["components"] = [part for part in bill.get("components", []) if normal(part["name"]) in names]
    kept = {part["bom-ref"] for part in bill["components"]}
    bill["dependencies"] = [
        {**row, "dependsOn": [name for name in row.get("dependsOn", ()) if name in kept]}
        for row in bill.get("dependencies", ())
        if row["ref"] in kept
    ]
    bill["components"] += [
        {
            "type": "library",
            "bom-ref": part["name"],
            "name": part["name"],
            **({"version": part["version"]} if "version" in part else {}),
            "licenses": [{"expression": part["licence"]}],
        }
        for part in parts
    ]
    return bill


def _script(name: str) -> str:
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        raise FileNotFoundError(f"{name} isn't installed beside {sys.executable}")
    return found


if __name__ == "__main__":
    sys.exit(main())
