#!/usr/bin/env python3
"""Makes the Debian packages (ops/package), installs them into an empty root, and builds and runs the examples against nothing else.

    package.py --build FOLDER --package PROGRAM --examples FOLDER --case FOLDER

--case holds what write_example wrote. The examples are compiled by pkg-config and by find_package, against the shared and the
static libraries, and asked for good and bad bundles and APKs.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RUNTIME, DEV = ("libcertmark-verify0", "libcertmark-apk0"), "libcertmark-verify-dev"
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
    check(set(debs) == {*RUNTIME, DEV}, f"three packages, not {sorted(debs)}")
    version = field(debs[DEV], "Version")
    for name in RUNTIME:
        depends = {re.split(r"[ (]", word.strip())[0] for word in field(debs[name], "Depends").split(",")}
        check(depends <= MAY_DEPEND and {"libssl3", "zlib1g"} <= depends, f"what {name} depends on: {sorted(depends)}")
    check(field(debs[DEV], "Depends") == ", ".join(f"{name} (= {version})" for name in RUNTIME), f"what {DEV} depends on")
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
    wanted = ["certmarkConfig.cmake", "certmarkConfigVersion.cmake", "certmarkTargets.cmake", "certmarkTargets-relwithdebinfo.cmake"]
    for name in ("verify", "apk"):
        wanted += [f"libcertmark_{name}.{end}" for end in ("so", "so.0", "so.0.1.0", "a")]
        wanted += [f"{name}.h", f"{name}.hpp", f"certmark-{name}.pc"]
    check(names == sorted(wanted), f"what is installed: {names}")
    libraries = next((root / "usr").rglob("libcertmark_verify.so")).parent
    headers = subprocess.run(["grep", "-rlE", "verifier-sdk/core|boost", root / "usr/include"], capture_output=True, text=True)
    check(headers.stdout == "", "headers that stand alone")
    return libraries


C = ("cc", "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror")
CXX = ("c++", "-std=c++17", "-Wall", "-Wextra", "-pedantic", "-Werror")
EXAMPLES = {"check_app": (C, "check_app.c", "verify"), "rank_apps": (CXX, "rank_apps.cc", "verify"), "check_apk": (C, "check_apk.c", "apk")}


def built_by_pkg_config(examples, libraries, out) -> list[dict[str, pathlib.Path]]:
    """Returns the examples' programs, by name: of the shared libraries, and of the static ones."""
    environment = dict(os.environ, PKG_CONFIG_LIBDIR=str(libraries / "pkgconfig"))
    found = []
    for kind in ("", "--static"):
        programs = {}
        for name, (compiler, source, library) in EXAMPLES.items():
            words = run("pkg-config", *kind.split(), "--cflags", "--libs", f"certmark-{library}", env=environment).split()
            if kind:
                words = [re.sub(r"^-l(certmark_\w+)$", r"-l:lib\1.a", word) for word in words]
            programs[name] = out / f"{name}{kind}"
            run(*compiler, examples / source, "-o", programs[name], *words)
        found.append(programs)
    return found


def built_by_cmake(examples, root, out) -> list[dict[str, pathlib.Path]]:
    run("cmake", "-S", examples, "-B", out, f"-DCMAKE_PREFIX_PATH={root}/usr", "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF")
    run("cmake", "--build", out)
    return [{name: out / f"{name}_{library}{kind}" for name, (_, _, library) in EXAMPLES.items()} for kind in ("", "_static")]


def ask(programs, libraries, case: pathlib.Path) -> None:
    told = {name: (case / name).read_text(encoding="ascii") for name in ("pin", "scheme", "app", "signer", "build", "now")}
    environment = dict(os.environ, LD_LIBRARY_PATH=str(libraries))

    def says(code: int, begins: str, program: str, *arguments) -> str:
        command = [str(word) for word in (programs[program], *arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
        check(done.returncode == code and done.stdout.startswith(begins), f"{command}: {done}")
        return done.stdout

    believed = (case / "trust", told["pin"], told["scheme"])
    at_hand = (told["app"], told["signer"], told["build"], told["now"])
    says(0, "VALID: certified until", "check_app", case / "bundle", *believed, *at_hand)
    says(1, "REVOKED: ", "check_app", case / "revoked", *believed, *at_hand)
    says(1, "WRONG_SIGNER: ", "check_app", case / "bundle", *believed, told["app"], "0" * 64, told["build"], told["now"])
    says(2, "", "check_app", case / "none", *believed, *at_hand)

    says(0, "VALID: certified until", "check_apk", case / "app.apk", case / "apk-bundle", *believed, told["now"])
    says(1, "WRONG_SIGNER: ", "check_apk", case / "app.apk", case / "bundle", *believed, told["now"])
    says(1, "APK_UNSIGNED: apk: it is unsigned", "check_apk", case / "unsigned.apk", case / "apk-bundle", *believed, told["now"])
    says(1, "APK_BAD_SIGNATURE: ", "check_apk", case / "changed.apk", case / "apk-bundle", *believed, told["now"])
    says(2, "APK_UNREADABLE: ", "check_apk", case / "none.apk", case / "apk-bundle", *believed, told["now"])
    says(2, "", "check_apk", case / "app.apk", case / "none", *believed, told["now"])

    ranked = (case / "trust", told["pin"], told["now"], told["app"], case / "bundle", told["app"], case / "revoked")
    rows = says(1, told["app"], "rank_apps", *ranked).splitlines()
    check([row.split()[1] for row in rows] == ["VALID", "REVOKED"], f"rank_apps: {rows}")


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
        built = built_by_pkg_config(options.examples, libraries, folder / "programs")
        built += built_by_cmake(options.examples, root, folder / "cmake")
        for programs in built:
            ask(programs, libraries, options.case)
        sizes = ", ".join(f"{name} {deb.stat().st_size} bytes" for name, deb in debs.items())
    print(f"{sizes}; the examples run against what they install.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
