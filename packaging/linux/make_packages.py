"""Makes the .deb, the .rpm and the relocatable .tar.xz of the tree below build/package.

Usage: make_packages.py [--only KIND] [--version VERSION] [--compression NAME]

KIND is deb, rpm or tar. VERSION is the program's if none is named. NAME is how the .deb is packed, for tries
that needn't be small. Runs in any folder; the environment names SOURCE_DATE_EPOCH, which every file in the
packages carries as its time. Needs nfpm, xz and ar.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from email.utils import formatdate
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[2]
MADE = ROOT / "build" / "package"
# Two threads always: what comes out depends on their number.
XZ = ("xz", "-T2", "-6")
_VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)


_CHANGELOG = Template("""\
voiceclone ($version-1) stable; urgency=medium

  * Version $version. What changed is told in changelog.gz beside this file.

 -- The VoiceClone authors <voiceclone@users.noreply.github.com>  $date
""")


def program_version(root: Path = ROOT) -> str:
    """The version that the packages carry. Raises ``ValueError`` where the program names none."""
    found = _VERSION.search((root / "voiceclone_gui" / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("voiceclone_gui/__init__.py names no __version__")
    return found[1]


def write_documents(*, version: str, epoch_s: int) -> None:
    """What Debian wants beside the tree: man page, changelogs in its form and ours, copyright file."""
    folder = MADE / "files"
    folder.mkdir(parents=True, exist_ok=True)
    man_page = (ROOT / "packaging" / "linux" / "voiceclone-gui.1").read_bytes()
    (folder / "voiceclone-gui.1.gz").write_bytes(gzip.compress(man_page, 9, mtime=0))
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (folder / "CHANGELOG.md.gz").write_bytes(gzip.compress(changes, 9, mtime=0))
    changelog = _CHANGELOG.substitute(version=version, date=formatdate(epoch_s))
    (folder / "changelog.gz").write_bytes(gzip.compress(changelog.encode(), 9, mtime=0))
    copyright_text = (ROOT / "packaging" / "linux" / "copyright").read_bytes()
    (folder / "copyright").write_bytes(copyright_text)


def make_with_nfpm(kind: str, *, version: str, compression: str) -> Path:
    """The .deb or .rpm of the tree."""
    template = Template((ROOT / "packaging" / "linux" / "nfpm.yaml").read_text(encoding="utf-8"))
    recipe = MADE / f"nfpm.{kind}.yaml"
    recipe.write_text(template.substitute(version=version, deb_compression=compression), encoding="utf-8")
    name = {"deb": f"voiceclone_{version}_amd64.deb", "rpm": f"voiceclone-{version}-1.x86_64.rpm"}[kind]
    target = MADE / "out" / name
    nfpm = Path(sysconfig.get_path("scripts")) / "nfpm"
    command = [nfpm, "package", "--config", recipe, "--packager", kind, "--target", target]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return target


def pack_smaller(package: Path) -> None:
    """Pack the files in the .deb ``package``, which aren't packed yet, by xz.

    nfpm packs them itself, but a fifth larger than the program xz does: 134 instead of 108 MB.
    """
    with tempfile.TemporaryDirectory(dir=package.parent) as folder:
        subprocess.run(["ar", "x", package], cwd=folder, check=True)
        subprocess.run([*XZ, "data.tar"], cwd=folder, check=True)
        package.unlink()
        # The order is Debian's rule; D leaves out whose files they were, and when.
        parts = ["debian-binary", "control.tar.gz", "data.tar.xz"]
        subprocess.run(["ar", "rcD", package, *parts], cwd=folder, check=True)


def make_tar(*, version: str, epoch_s: int) -> Path:
    """The tree in one folder, for any place: the same bytes whenever the tree is the same."""
    top = f"voiceclone-{version}-linux-x86_64"
    target = MADE / "out" / f"{top}.tar.xz"

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = epoch_s
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    tree = MADE / "tree" / "voiceclone"
    with target.open("wb") as packed, subprocess.Popen(XZ, stdin=subprocess.PIPE, stdout=packed) as xz:
        assert xz.stdin is not None
        with tarfile.open(fileobj=xz.stdin, mode="w|", format=tarfile.GNU_FORMAT) as archive:
            for path in [tree, *sorted(tree.rglob("*"))]:
                archive.add(path, f"{top}/{path.relative_to(tree)}", recursive=False, filter=plain)
        xz.stdin.close()
    if xz.returncode:
        raise OSError(f"xz ended with {xz.returncode}")
    return target


def main(arguments: list[str]) -> int:
    """Make what was asked for; returns the exit code."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--only", choices=("deb", "rpm", "tar"))
    parser.add_argument("--version", default=program_version())
    parser.add_argument("--compression", choices=("xz", "zstd", "gzip", "none"), default="xz")
    asked = parser.parse_args(arguments)
    version = asked.version
    (MADE / "out").mkdir(parents=True, exist_ok=True)
    epoch_s = int(os.environ["SOURCE_DATE_EPOCH"])
    write_documents(version=version, epoch_s=epoch_s)
    for kind in (asked.only,) if asked.only else ("deb", "rpm", "tar"):
        if kind == "tar":
            made = make_tar(version=version, epoch_s=epoch_s)
        else:
            unpacked = kind == "deb" and asked.compression == "xz"
            made = make_with_nfpm(
                kind, version=version, compression="none" if unpacked else asked.compression
            )
            if unpacked:
                pack_smaller(made)
        print(f"{made.stat().st_size / 1e6:.1f} MB  {made.relative_to(ROOT)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
