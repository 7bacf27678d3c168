#!/usr/bin/env python3
"""A second implementation of the encryption of documents, from the comment of ca/stream_cipher.h alone, held against the product's in
both directions: each decrypts what the other encrypted, and the product refuses what this one knows to be wrong.

    stream.py --program build/release/bin/stream_pipe

It needs Python's `cryptography`.
"""
import argparse
import os
import subprocess
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK, TAG = 64 * 1024, 16
MAGIC = b"CMSTREAM\x01"
SIZES = [0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 12345]


def nonce(prefix, number, last):
    return prefix + number.to_bytes(4, "big") + bytes([last])


def encrypt(key, plaintext, prefix, chunk=CHUNK, numbers=None):
    header = MAGIC + prefix
    pieces = [plaintext[at:at + chunk] for at in range(0, len(plaintext), chunk)] or [b""]
    out = header
    for place, piece in enumerate(pieces):
        number = numbers[place] if numbers else place
        out += AESGCM(key).encrypt(nonce(prefix, number, place == len(pieces) - 1), piece, header)
    return out


def decrypt(key, stream):
    header, rest = stream[:16], stream[16:]
    assert header.startswith(MAGIC)
    pieces = [rest[at:at + CHUNK + TAG] for at in range(0, len(rest), CHUNK + TAG)]
    return b"".join(AESGCM(key).decrypt(nonce(header[9:], number, number == len(pieces) - 1), piece, header)
                    for number, piece in enumerate(pieces))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    problems, checks = [], 0

    def run(verb, key, text):
        done = subprocess.run([program, verb], input=key + text, capture_output=True, check=False)
        return done.returncode, done.stdout

    def check(holds, what):
        nonlocal checks
        checks += 1
        if not holds:
            problems.append(what)

    for size in SIZES:
        key, prefix, plaintext = os.urandom(32), os.urandom(7), os.urandom(size)
        code, stream = run("encrypt", key, plaintext)
        try:
            check(code == 0 and decrypt(key, stream) == plaintext, f"{size} bytes of the product's are others here")
        except InvalidTag:
            check(False, f"{size} bytes of the product's are not authentic here")
        ours = encrypt(key, plaintext, prefix)
        check(run("decrypt", key, ours) == (0, plaintext), f"{size} bytes of ours are others to the product")
        check(run("decrypt", key, ours[:-1])[0] == 1, f"{size} bytes, cut: not refused")
        check(run("decrypt", os.urandom(32), ours) == (1, b""), f"{size} bytes, another key: not refused")

    # What only somebody with the key can make, and the format does not know.
    key, prefix = os.urandom(32), os.urandom(7)
    text = os.urandom(2 * CHUNK)
    for what, stream in [
        ("chunks numbered from 1", encrypt(key, text, prefix, numbers=[1, 2])),
        ("a number left out", encrypt(key, text, prefix, numbers=[0, 2])),
        ("short chunks", encrypt(key, text, prefix, chunk=CHUNK // 2)),
        ("an empty last chunk", encrypt(key, text, prefix)[:16]
         + AESGCM(key).encrypt(nonce(prefix, 0, 0), text[:CHUNK], MAGIC + prefix)
         + AESGCM(key).encrypt(nonce(prefix, 1, 1), b"", MAGIC + prefix)),
        ("two last chunks", encrypt(key, text[:CHUNK], prefix)
         + AESGCM(key).encrypt(nonce(prefix, 1, 1), text[CHUNK:], MAGIC + prefix)),
        ("another version", b"CMSTREAM\x02" + encrypt(key, text, prefix)[9:]),
    ]:
        check(run("decrypt", key, stream)[0] == 1, f"{what}: not refused")

    for problem in problems:
        print(problem)
    print(f"{checks} checks, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
