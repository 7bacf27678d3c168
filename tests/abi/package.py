#!/usr/bin/env python3
"""Makes the two Debian packages (ops/package), installs them into an empty root, and builds and runs the examples against nothing else.

    package.py --build FOLDER --package PROGRAM --examples FOLDER --case FOLDER

--case holds what write_example wrote. Both examples are compiled by pkg-config and by
find_package, against the shared and the static library, and asked for a good and a bad bundle.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RUNTIME, DEV = "libcertmark-verify0", "libcertmark-verify-dev"
MAY_DEPEND = {"libc6", "libgcc-s1", "libssl3", "libstdc++6", "zlib1g"}


def run(*command, **more) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(word) for word in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def check(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"package.py: not so: {what}")


def field(deb: pathlib.Path, name: str) -> str:
    return run("dpkg-deb", "--field", deb, name).strip()


def packages(build: pathlib.Path, package: pathlib.Path, folder: pathlib.Path) -> dict[str, pathlib.Path]:
    run(package, build, folder)
    debs = {field(deb, "Package"): deb for deb in folder.glob("*.deb")}
    check(set(debs) == {RUNTIME, DEV}, f"two packages, not {sorted(debs)}")
    depends = {re.split(r"[ (]", word.strip())[0] for word in field(debs[RUNTIME], "Depends").split(",")}
    check(depends <= MAY_DEPEND and {"libssl3", "zlib1g"} <= depends, f"what {RUNTIME} depends on: {sorted(depends)}")
    version = field(debs[RUNTIME], "Version")
    check(field(debs[DEV], "Depends") == f"{RUNTIME} (= {version})", f"what {DEV} depends on")
    return debs


def installed(debs, root: pathlib.Path) -> pathlib.Path:
    """Returns the library folder below root."""
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/info").mkdir()
    for name in ("status", "available"):
        (root / "var/lib/dpkg" / name).touch()
    # The root is empty: what the packages depend on is the machine's own.
    run("dpkg", f"--root={root}", f"--log={root}/log", "--force-not-root", "--force-depends", "--install", *debs.values())
    files = {str(path.relative_to(root)) for path in (root / "usr").rglob("*") if not path.is_dir()}
    names = sorted(pathlib.PurePath(file).name for file in files)
    wanted = sorted(["libcertmark_verify.so", "libcertmark_verify.so.0", "libcertmark_verify.so.0.1.0", "libcertmark_verify.a",
                     "verify.h", "verify.hpp", "certmark-verify.pc", "certmarkConfig.cmake", "certmarkConfigVersion.cmake",
                     "certmarkTargets.cmake", "certmarkTargets-relwithdebinfo.cmake"])
    check(names == wanted, f"what is installed: {names}")
    libraries = next((root / "usr").rglob("libcertmark_verify.so")).parent
    headers = subprocess.run(["grep", "-rlE", "verifier-sdk/core|boost", root / "usr/include"], capture_output=True, text=True)
    check(headers.stdout == "", "headers that stand alone")
    return libraries


def built_by_pkg_config(examples, root, libraries, out) -> list[tuple[pathlib.Path, pathlib.Path]]:
    environment = dict(os.environ, PKG_CONFIG_LIBDIR=str(libraries / "pkgconfig"))
    flags = {}
    for kind in ("", "--static"):
        words = run("pkg-config", *kind.split(), "--cflags", "--libs", "certmark-verify", env=environment).split()
        flags[kind] = words if not kind else [f"-l:libcertmark_verify.a" if word == "-lcertmark_verify" else word for word in words]
    pairs = []
    for kind, words in flags.items():
        programs = (out / f"check{kind}", out / f"rank{kind}")
        run("cc", "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", examples / "check_app.c", "-o", programs[0], *words)
        run("c++", "-std=c++17", "-Wall", "-Wextra", "-pedantic", "-Werror", examples / "rank_apps.cc", "-o", programs[1], *words)
        pairs.append(programs)
    return pairs


def built_by_cmake(examples, root, out) -> list[tuple[pathlib.Path, pathlib.Path]]:
    run("cmake", "-S", examples, "-B", out, f"-DCMAKE_PREFIX_PATH={root}/usr", "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF")
    run("cmake", "--build", out)
    return [(out / f"check_app_{kind}", out / f"rank_apps_{kind}") for kind in ("verify", "verify_static")]


def ask(programs, libraries, case: pathlib.Path) -> None:
    told = {name: (case / name).read_text(encoding="ascii") for name in ("pin", "scheme", "app", "signer", "build", "now")}
    environment = dict(os.environ, LD_LIBRARY_PATH=str(libraries))

    def exits(*command):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=environment, timeout=60)
        return done.returncode, done.stdout

    check_app, rank_apps = programs
    rest = (case / "trust", told["pin"], told["scheme"], told["app"])
    good = exits(check_app, case / "bundle", *rest, told["signer"], told["build"], told["now"])
    check(good[0] == 0 and good[1].startswith("VALID: certified until"), f"{check_app}: {good}")
    bad = exits(check_app, case / "revoked", *rest, told["signer"], told["build"], told["now"])
    check(bad[0] == 1 and bad[1].startswith("REVOKED: "), f"{check_app}: {bad}")
    stranger = exits(check_app, case / "bundle", *rest, "0" * 64, told["build"], told["now"])
    check(stranger[0] == 1 and stranger[1].startswith("WRONG_SIGNER: "), f"{check_app}: {stranger}")
    two = exits(rank_apps, case / "trust", told["pin"], told["now"], told["app"], case / "bundle", told["app"], case / "revoked")
    check(two[0] == 1 and [line.split()[1] for line in two[1].splitlines()] == ["VALID", "REVOKED"], f"{rank_apps}: {two}")


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("--build", "--package", "--examples", "--case"):
        parser.add_argument(name, required=True, type=pathlib.Path)
    options = parser.parse_args()
    if shutil.which("dpkg-shlibdeps") is None or shutil.which("pkg-config") is None:
        print("no dpkg-dev or pkg-config here")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in ("debs", "root", "programs"):
            (folder / name).mkdir()
        debs = packages(options.build, options.package, folder / "debs")
        root = folder / "root"
        libraries = installed(debs, root)
        pairs = built_by_pkg_config(options.examples, root, libraries, folder / "programs")
        pairs += built_by_cmake(options.examples, root, folder / "cmake")
        for programs in pairs:
            ask(programs, libraries, options.case)
        sizes = ", ".join(f"{name} {deb.stat().st_size} bytes" for name, deb in debs.items())
    print(f"{sizes}; the examples run against what they install.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
