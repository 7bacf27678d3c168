#!/usr/bin/env python3
"""Holds a C library, shared and static, against what is promised of it, by binutils.

    library.py --shared FILE --static FILE --symbols FILE

The file of symbols is called as the library is: certmark_verify.txt. What it exports is the list and nothing else; what it
needs at run time is named here; it is small; what it does when it is loaded is known; and the static library shows nothing
to whoever links it but the interface.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

MAY_NEED = {"libcrypto.so.3", "libz.so.1", "libstdc++.so.6", "libgcc_s.so.1", "libm.so.6", "libc.so.6"}
MAX_BYTES = 1024 * 1024  # stripped
# Boost.JSON registers the end of its default memory resource, which does nothing; libgcc asks the processor what it can do, once
# for all who ask later; nothing of ours runs before it is called.
MAY_INITIALIZE = {"_GLOBAL__sub_I_boost_json.cc", "__cpu_indicator_init"}


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def exported(shared: str) -> set[str]:
    lines = run("nm", "-D", "--defined-only", shared).splitlines()
    # "address type name@@VERSION"; the version's own name is of type A.
    return {line.split()[2].split("@")[0] for line in lines if line.split()[1] != "A"}


def faults(name: str, shared: str, static: str, symbols: set[str]) -> list[str]:
    found = []
    if exported(shared) != symbols:
        found.append(f"exports are not those of the list: {sorted(exported(shared) ^ symbols)}")
    dynamic = run("readelf", "-dW", shared)
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))
    if not needed or not needed <= MAY_NEED:
        found.append(f"needs {sorted(needed - MAY_NEED) or 'nothing'}")
    if re.search(rf"\(SONAME\).*\[lib{name}\.so\.0\]", dynamic) is None:
        found.append(f"is not lib{name}.so.0")
    if "RPATH" in dynamic or "RUNPATH" in dynamic or "TEXTREL" in dynamic:
        found.append("has a path to libraries, or relocations in its text")
    if "BIND_NOW" not in dynamic:
        found.append("is not bound at once")
    with tempfile.TemporaryDirectory() as folder:
        stripped = pathlib.Path(folder) / "stripped.so"
        run("strip", "-o", str(stripped), shared)
        size = stripped.stat().st_size
    print(f"{size} bytes stripped, needs {', '.join(sorted(needed))}")
    if size > MAX_BYTES:
        found.append(f"{size} bytes stripped")
    names = {line.split()[-1] for line in run("nm", shared).splitlines()}
    runs = {name for name in names if name.startswith("_GLOBAL__")}
    if not runs <= MAY_INITIALIZE:
        found.append(f"runs when it is loaded: {sorted(runs - MAY_INITIALIZE)}")
    initializers = re.search(r"\.init_array\s+INIT_ARRAY\s+\S+ \S+ (\S+) ", run("readelf", "-SW", shared))
    known = 1 + len(MAY_INITIALIZE & names)  # the compiler has one of its own
    if initializers is None or int(initializers.group(1), 16) > 8 * known:
        found.append(f"has more initializers than the {known} that are known")
    shown = {line.split()[-1] for line in run("nm", "-g", "--defined-only", static).splitlines() if len(line.split()) == 3}
    if shown != symbols:
        found.append(f"the static library shows others: {sorted(shown ^ symbols)[:20]}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("--shared", "--static", "--symbols"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    kept = pathlib.Path(options.symbols)
    symbols = set(kept.read_text(encoding="ascii").split())
    assert not faults_of_nothing(), "a checker that cannot object is no checker"
    found = faults(kept.stem, options.shared, options.static, symbols)
    print("\n".join(found) if found else "The library is as promised.")
    return 1 if found else 0


def faults_of_nothing() -> bool:
    """The C library exports much and is not ours: whether that would not be seen."""
    line = run("ldd", "/bin/sh")
    libc = re.search(r"(/\S+libc\.so\.6)", line).group(1)
    return exported(libc) == set()


if __name__ == "__main__":
    sys.exit(main())
