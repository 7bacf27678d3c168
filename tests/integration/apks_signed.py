#!/usr/bin/env python3
"""APKs built and signed by Debian's tools, aapt, zipalign and apksigner: what we find in them is what apksigner finds, and
of what was cut off or changed we never accept what it refuses.

    apks_signed.py --program read_apk

Exits with 77 where the tools are not.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

SKIPPED = 77
FRAMEWORK = pathlib.Path("/usr/share/android-framework-res/framework-res.apk")
TOOLS = ("aapt", "zipalign", "apksigner", "openssl")
PATIENCE = 120  # seconds that a tool may take before it counts as never

MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="org.example.signed"
    android:versionCode="1207" android:versionName="1.2.7">
  <uses-sdk android:minSdkVersion="{min_sdk}" android:targetSdkVersion="{target}"/>
  <application android:label="Signed" android:hasCode="false"/>
</manifest>
"""

# name: the manifest's lowest platform, the signers, what apksigner is told


def schemes(*on):
    return [word for n in (1, 2, 3) for word in (f"--v{n}-signing-enabled", "true" if n in on else "false")]


CASES = {
    "v1 alone, for Android before 18": (16, ["rsa"], schemes(1)),
    "v1 alone by P-256": (18, ["p256"], schemes(1)),
    "v1 and v2": (21, ["rsa"], schemes(1, 2)),
    "v2 alone": (24, ["rsa"], schemes(2)),
    "v2 alone by P-256": (24, ["p256"], schemes(2)),
    "v2 by P-384": (24, ["p384"], schemes(2)),
    "v2 by RSA of 4096 bits": (24, ["rsa4096"], schemes(2)),
    "v2 with a digest of fs-verity besides": (24, ["rsa"], schemes(2) + ["--verity-enabled", "true"]),
    "v1, v2 and v3": (21, ["rsa"], schemes(1, 2, 3)),
    "v2 and v3 by P-256": (24, ["p256"], schemes(2, 3)),
    "v3 alone": (28, ["rsa"], schemes(3)),
    "two signers by v1": (18, ["rsa", "p256"], schemes(1)),
    "two signers by v1 and v2": (21, ["rsa", "p256"], schemes(1, 2)),
    "two signers by v2": (24, ["rsa", "p384"], schemes(2)),
    "rotated from RSA to P-256": (21, ["rsa", "p256"], schemes(1, 2, 3) + ["--lineage", "rsa-p256"]),
    "rotated twice": (24, ["rsa", "p256", "p384"], schemes(2, 3) + ["--lineage", "rsa-p256-p384"]),
    "rotated, v3 alone": (28, ["rsa", "p256"], schemes(3) + ["--lineage", "rsa-p256"]),
}
REFUSED = {  # by both, on the platforms that the manifest names
    "v1 alone, for an app that targets newer platforms": (21, ["rsa"], schemes(1)),
    "v2 alone, for platforms that know v1 alone": (21, ["rsa"], schemes(2) + ["--min-sdk-version", "24"]),
}
# Platforms 24 to 27 would find nothing that they know. apksigner accepts it; we do not.
UNSIGNED_FOR_SOME = (24, ["rsa"], schemes(3) + ["--min-sdk-version", "28"])
KEYS = {"rsa": "RSA -pkeyopt rsa_keygen_bits:2048", "rsa4096": "RSA -pkeyopt rsa_keygen_bits:4096",
        "p256": "EC -pkeyopt ec_paramgen_curve:P-256", "p384": "EC -pkeyopt ec_paramgen_curve:P-384"}


class Failed(Exception):
    pass


def claim(holds, what):
    if not holds:
        raise Failed(what)


# Of a program that runs for a second, compiling it costs the most.
ENVIRONMENT = os.environ | {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def run(*words, expect=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=PATIENCE,
                          env=ENVIRONMENT)
    claim(expect is None or done.returncode == expect, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


class Reader:
    """Our verdicts, by a process that answers line by line."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, file, first=0, last=0):
        self.process.stdin.write(f"{file}\t{first}\t{last}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        claim(self.process.wait(PATIENCE) == 0, "the reader ended badly")


class Builder:
    """Keys, lineages and signed APKs in a folder."""

    def __init__(self, folder):
        self.folder = folder
        for name, kind in KEYS.items():
            key, certificate = folder / f"{name}.pem", folder / f"{name}.crt"
            run("openssl", "genpkey", "-algorithm", *kind.split(), "-out", key)
            run("openssl", "req", "-new", "-x509", "-key", key, "-subj", f"/CN={name}", "-days", "9000", "-out", certificate)
            run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", key, "-outform", "DER", "-out", folder / f"{name}.pk8")
        self.rotate("rsa-p256", None, "rsa", "p256")
        self.rotate("rsa-p256-p384", "rsa-p256", "p256", "p384")

    def signer(self, name):
        return ["--key", self.folder / f"{name}.pk8", "--cert", self.folder / f"{name}.crt"]

    def rotate(self, name, before, old, new):
        known = ["--in", self.folder / before] if before else []
        run("apksigner", "rotate", *known, "--out", self.folder / name, "--old-signer", *self.signer(old), "--new-signer",
            *self.signer(new))

    def digest(self, name):
        der = run("openssl", "x509", "-in", self.folder / f"{name}.crt", "-noout", "-fingerprint", "-sha256").stdout
        return der.split("=")[1].strip().replace(":", "").lower()

    def unsigned(self, min_sdk):
        file = self.folder / f"unsigned-{min_sdk}.apk"
        if file.exists():
            return file
        source = self.folder / f"source-{min_sdk}"
        (source / "assets").mkdir(parents=True)
        (source / "AndroidManifest.xml").write_text(MANIFEST.format(min_sdk=min_sdk, target=29 if min_sdk < 21 else 33), encoding="utf-8")
        assets = source / "assets"
        (assets / "noise.png").write_bytes(random.Random(min_sdk).randbytes(1_400_000))  # stored, over a chunk
        (assets / "text.txt").write_text("a text that packs well\n" * 5000, encoding="utf-8")
        plain = self.folder / f"plain-{min_sdk}.apk"
        run("aapt", "package", "-f", "-M", source / "AndroidManifest.xml", "-A", assets, "-I", FRAMEWORK, "-F", plain)
        with zipfile.ZipFile(plain, "a") as archive:  # aapt takes no such name
            archive.writestr("assets/名称.txt", "a name that is not ASCII\n")
        run("zipalign", "-f", "4", plain, file)
        return file

    def sign(self, min_sdk, signers, words):
        words = [self.folder / word if word.startswith("rsa-") else word for word in words]
        given = [word for n, name in enumerate(signers) for word in (["--next-signer"] if n else []) + self.signer(name)]
        out = self.folder / "signed.apk"
        run("apksigner", "sign", *words, "--in", self.unsigned(min_sdk), "--out", out, *given)
        return out


def by_apksigner(file, first=0, last=0):
    """The digests that apksigner prints, or nothing where it refuses."""
    window = (["--min-sdk-version", first] if first else []) + (["--max-sdk-version", last] if last else [])
    done = run("apksigner", "verify", "--print-certs", *window, file, expect=None)
    if done.returncode != 0:
        return None
    return sorted(set(re.findall(r"^Signer .*certificate SHA-256 digest: ([0-9a-f]{64})$", done.stdout, re.M)))


def held_together(reader, file, name, first=0, last=0):
    """Both verdicts on the platforms of a window; apksigner prints the signers of the newest of them."""
    ours, theirs = reader.read(file, first, last), by_apksigner(file, first, last)
    where = f"{name}, {first or 'lowest'} to {last or 'all'}: {ours}, apksigner: {theirs}"
    claim(ours["verified"] == (theirs is not None), where)
    if theirs is not None:
        claim(sorted(ours["platforms"][-1]["signers"]) == theirs, where)
        claim(ours["package"] == "org.example.signed" and ours["build"] == "1207", where)
    return ours


def windows(min_sdk, words):
    """The platforms that a file is looked at for: all, and where it may have others for older ones, those."""
    yield 0, 0
    if "--lineage" in words and min_sdk < 24:
        yield min_sdk, 23
        yield 24, 27


def well_signed(reader, builder, kept):
    for number, (name, (min_sdk, signers, words)) in enumerate(CASES.items()):
        file = builder.sign(min_sdk, signers, words)
        for first, last in windows(min_sdk, words):
            found = held_together(reader, file, name, first, last)
            claim(found["verified"] and found["unchecked"], f"{name} is well signed: {found}")
        whole = reader.read(file)
        expected = signers if "--lineage" not in words else [signers[-1]] + ([signers[0]] if min_sdk < 28 else [])
        claim(whole["signers"] == sorted(map(builder.digest, expected)), f"{name}: {whole}")
        if "--lineage" in words:
            claim(whole["platforms"][-1]["lineage"] == list(map(builder.digest, signers[:-1])), f"{name}: {whole}")
        shutil.copyfile(file, kept / f"{number:02}.apk")


def badly_signed(reader, builder):
    for name, (min_sdk, signers, words) in REFUSED.items():
        claim(not held_together(reader, builder.sign(min_sdk, signers, words), name)["verified"], f"{name} is refused")
    claim(reader.read(builder.sign(*UNSIGNED_FOR_SOME))["code"] == "NOT_FOUND", "v3 alone is nothing to platform 24")
    unsigned = held_together(reader, builder.unsigned(21), "unsigned")
    claim(unsigned["code"] == "NOT_FOUND", f"unsigned: {unsigned}")


PADDING = struct.pack("<I", 0x42726577)  # the id of what fills a signing block up: nobody signs it, and nobody reads it


def ends_of(data):
    """Where the signing block begins, where what counts of it ends, where the directory begins, where the end record does."""
    end = data.rindex(b"PK\5\6")
    directory = struct.unpack_from("<I", data, end + 16)[0]
    if data[directory - 16:directory] != b"APK Sig Block 42":
        return directory, directory, directory, end
    block = directory - 8 - struct.unpack_from("<Q", data, directory - 24)[0]
    padding = data.find(PADDING, block, directory)
    return block, padding if padding >= 0 else directory, directory, end


def variants(data, dice):
    """Changed copies: cut off, a bit turned, a byte more; most of them where signatures and the directory lie."""
    block, block_end, directory, end = ends_of(data)
    for size in {0, 21, 22, block, directory, end, len(data) - 1, *(dice.randrange(len(data)) for _ in range(6))}:
        yield f"cut off after {size}", data[:size]
    places = [dice.randrange(block) for _ in range(12)]
    places += [dice.randrange(block, block_end) for _ in range(60)] if block_end > block else []
    places += [dice.randrange(directory, end) for _ in range(15)] + [dice.randrange(end, len(data)) for _ in range(10)]
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << dice.randrange(8)
        yield f"a bit turned at {place}", bytes(changed)
    yield "a byte in front", b"d" + data
    yield "a byte behind", data + b"\0"
    yield "a byte in front of the directory", data[:directory] + b"\0" + data[directory:]


def changed_files(reader, kept, folder):
    """No variant is accepted of a file that v2 or a later scheme signs. v1 covers neither the directory's times and attributes
    nor the bytes between entries: there apksigner is asked about each that we accept, and must accept it too."""
    dice, tried, accepted, file = random.Random(7), 0, 0, folder / "variant.apk"
    for original in sorted(kept.iterdir()):
        by_v1_alone = reader.read(original)["schemes"] == ["v1"]
        for what, data in variants(original.read_bytes(), dice):
            file.write_bytes(data)
            tried += 1
            ours = reader.read(file)
            if not ours["verified"]:
                continue
            accepted += 1
            claim(by_v1_alone, f"{original.name}, {what}: accepted as {ours}")
            theirs = by_apksigner(file)
            claim(theirs == sorted(ours["platforms"][-1]["signers"]), f"{original.name}, {what}: {ours}, apksigner: {theirs}")
    print(f"{tried} changed files; {accepted} of those that v1 alone signs are accepted, by apksigner too.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    missing = [tool for tool in TOOLS if not shutil.which(tool)] + ([] if FRAMEWORK.exists() else [str(FRAMEWORK)])
    if missing:
        print(f"skipped: this machine has no {', '.join(missing)} (ops/setup --tests installs them)")
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        kept = folder / "kept"
        kept.mkdir()
        reader, builder = Reader(program), Builder(folder)
        try:
            well_signed(reader, builder, kept)
            badly_signed(reader, builder)
            changed_files(reader, kept, folder)
        except Failed as failed:
            print(f"failed: {failed}")
            return 1
        reader.close()
    print(f"{len(CASES)} well signed APKs, and what was made of them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
