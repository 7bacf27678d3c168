#!/usr/bin/env python3
"""Holds the table of files in a folder's README against the folder: each source is named there, and nothing that is not there.

A name is a source's stem in backquotes, or a pattern of stems (`fsck*`), or of other files (`schemes/*.json`).
Usage: named_in_readme.py ROOT. Exits 0 when every table is right; otherwise prints a line for each fault and exits 1.
"""
import fnmatch
import pathlib
import re
import sys

# Which README has the table of which folder.
TABLES = {
    "ca/README.md": "ca",
    "ledger/README.md": "ledger",
    "verifier-sdk/README.md": "verifier-sdk/core",
    "verifier-sdk/apk/README.md": "verifier-sdk/apk",
    "verifier-sdk/abi/README.md": "verifier-sdk/abi",
    "verifier-sdk/io/README.md": "verifier-sdk/io",
    "verifier-sdk/mirror/README.md": "verifier-sdk/mirror",
}


def names_in(readme: str) -> list[str]:
    """The names in the first column of the table of files: the one headed "file" or "files"."""
    table = re.search(r"^\| files? \|.*\n((?:\|.*\n)+)", readme, re.M)
    cells = [row.split("|")[1] for row in table.group(1).splitlines()] if table else []
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def faults(names: list[str], stems: set[str], others: list[str]) -> list[str]:
    """What is wrong with `names` in a folder that has sources of those stems, and those other files."""
    unnamed = [stem for stem in sorted(stems) if not any(fnmatch.fnmatch(stem, name) for name in names)]
    nothing = [name for name in names if not fnmatch.filter(stems, name) and not fnmatch.filter(others, name)]
    return [f"{stem} is in no row" for stem in unnamed] + [f"`{name}` is no file" for name in nothing]


def self_test() -> None:
    assert names_in("| files | subject |\n|---|---|\n| `a`, `b_*` | of `c` |\n\n| `d` | e |\n") == ["a", "b_*"]
    assert not faults(["a", "b*", "s/*.json"], {"a", "b", "b_c"}, ["s/x.json"])
    assert faults(["a"], {"a", "b"}, []) == ["b is in no row"]
    assert faults(["a", "c"], {"a"}, []) == ["`c` is no file"]


def main() -> int:
    self_test()
    root = pathlib.Path(sys.argv[1])
    found = []
    for readme, name in TABLES.items():
        folder = root / name
        files = [path for path in folder.rglob("*") if path.is_file()]
        stems = {path.stem for path in files if path.parent == folder and path.suffix in (".h", ".cc")}
        others = [str(path.relative_to(folder)) for path in files]
        text = (root / readme).read_text(encoding="utf-8")
        found += [f"{readme}: {fault}" for fault in faults(names_in(text), stems, others)]
    print("\n".join(found) if found else "Every source is named in its folder's README.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
