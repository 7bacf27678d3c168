#!/usr/bin/env python3
"""Runs `certmark witness` as an operator would, and asks it as a log would: a log written here from RFC 6962 and
c2sp.org/tlog-witness, that shares no code with the product.

Usage: witness_served.py --bin DIRECTORY [--kills N]. Exits 0 when every claim holds.
"""
import argparse
import base64
import hashlib
import http.client
import json
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = "log.example/1"
LIMIT = 120  # seconds; reached only when something is broken


def claim(holds, what):
    if not holds:
        sys.exit(f"witness_served: NOT SO: {what}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    k = split(len(leaves))
    return sha256(b"\1", root(leaves[:k]), root(leaves[k:]))


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [root(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


def key_id(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key)[:4]


class Log:
    def __init__(self, origin=ORIGIN, salt=b""):
        self.origin = origin
        self.private = Ed25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.leaves = [salt + str(i).encode() for i in range(2000)]

    def vkey(self):
        return f"{self.origin}+{key_id(self.origin, 1, self.public).hex()}+" + base64.b64encode(b"\1" + self.public).decode()

    def text(self, size):
        return f"{self.origin}\n{size}\n{base64.b64encode(root(self.leaves[:size])).decode()}\n"

    def note(self, size):
        text = self.text(size)
        signature = key_id(self.origin, 1, self.public) + self.private.sign(text.encode())
        return f"{text}\n— {self.origin} {base64.b64encode(signature).decode()}\n"

    def body(self, old, size):
        proof = [] if old in (0, size) else subproof(old, self.leaves[:size], True)
        lines = "".join(base64.b64encode(h).decode() + "\n" for h in proof)
        return f"old {old}\n{lines}\n{self.note(size)}"


class Witness:
    """A running `certmark witness serve`."""

    def __init__(self, binary, directory, logs, more=()):
        command = [binary, *more, "witness", "serve", "--directory", directory, "--listen", "127.0.0.1:0"]
        for log in logs:
            command += ["--log", log.vkey()]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.startswith("ready: "):
                self.host = line.split("http://")[1].strip()
                return
        sys.exit("witness_served: it did not start: " + self.process.stderr.read())

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection(self.host, timeout=LIMIT)
        try:
            connection.request(method, target, body.encode() if body is not None else None)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    def add(self, body):
        return self.ask("POST", "/add-checkpoint", body)

    def latest(self, log):
        return self.ask("GET", f"/{hashlib.sha256(log.origin.encode()).hexdigest()}/checkpoint")

    def size(self, log):
        """What it says it cosigned last."""
        status, _, body = self.latest(log)
        return int(body.split("\n")[1]) if status == 200 else 0

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=LIMIT)
        return self.process.returncode


def check_cosignature(line, text, vkey):
    name, identity, material = vkey.split("+", 2)
    material = base64.b64decode(material)
    claim(material[0] == 4, "a witness's key has type 0x04")
    claim(key_id(name, 4, material[1:]).hex() == identity, "the key id is that of the specification")
    claim(line.startswith(f"— {name} ") and line.endswith("\n"), f"a signature line: {line!r}")
    signed = base64.b64decode(line.split(" ")[2])
    claim(signed[:4].hex() == identity, "the line bears the key's id")
    seconds = struct.unpack(">Q", signed[4:12])[0]
    try:
        Ed25519PublicKey.from_public_bytes(material[1:]).verify(
            signed[12:], f"cosignature/v1\ntime {seconds}\n{text}".encode())
    except InvalidSignature:
        claim(False, "the cosignature verifies")
    return seconds


def run(binary, *arguments):
    return subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=LIMIT)


def make(binary, directory, *how):
    done = run(binary, "--json", *how, "witness", "init", "--directory", directory, "--name", "witness.example/w1",
               *([] if how else ["--dev"]))
    claim(done.returncode == 0, "init: " + done.stderr)
    return json.loads(done.stdout)["vkey"]


def check_protocol(binary, work):
    directory = str(work / "w1")
    vkey = make(binary, directory)
    claim(run(binary, "witness", "init", "--directory", directory, "--name", "x", "--dev").returncode != 0,
          "init overwrites no witness")
    log, fork, other = Log(), Log(salt=b"fork"), Log("other.example")
    fork.private, fork.public = log.private, log.public
    witness = Witness(binary, directory, [log])

    status, _, line = witness.add(log.body(0, 5))
    claim(status == 200, "the first checkpoint is cosigned")
    first = check_cosignature(line, log.text(5), vkey)
    for old, size in [(5, 5), (5, 6), (6, 64), (64, 65), (65, 1000), (1000, 1024)]:
        status, _, line = witness.add(log.body(old, size))
        claim(status == 200, f"{old} to {size} is cosigned: {line}")
        claim(check_cosignature(line, log.text(size), vkey) >= first, "times do not go back")

    claim(witness.add(log.body(5, 1100)) == (409, "text/x.tlog.size", "1024\n"), "a conflict tells the size")
    claim(witness.add(fork.body(1024, 1024))[0] == 409, "another root at that size is a conflict")
    claim(witness.add(fork.body(1024, 1100))[0] == 422, "another history is not cosigned")
    claim(witness.add(other.body(0, 5))[0] == 404, "a log that is not followed is unknown")
    claim(witness.add(log.body(1024, 1100).replace(log.note(1100)[-20:], "A" * 19 + "\n"))[0] in (400, 403),
          "a wrong signature is refused")
    claim(witness.add("old 1025\n\n" + log.note(1024))[0] == 400, "an old size beyond the checkpoint is bad")
    claim(witness.add("x" * 200_000)[0] == 413, "a huge request is refused")
    claim(witness.ask("GET", "/add-checkpoint")[0] == 405, "add-checkpoint is a POST")
    claim(witness.ask("GET", "/")[0] == 404, "nothing else is there")

    status, kind, note = witness.latest(log)
    claim(status == 200 and kind.startswith("text/plain"), "monitors get the last checkpoint")
    text, lines = note.split("\n\n")
    claim(text + "\n" == log.text(1024), "which is the one cosigned last")
    claim(lines.split("\n")[0] in log.note(1024), "with the log's signature")
    check_cosignature(lines.split("\n")[1] + "\n", log.text(1024), vkey)
    claim(witness.latest(other)[0] == 404, "and nothing of another log")

    second = run(binary, "witness", "serve", "--directory", directory, "--listen", "127.0.0.1:0", "--log", log.vkey())
    claim(second.returncode != 0 and "in use" in second.stderr, "a second process is refused: " + second.stderr)
    claim(witness.stop() == 0, "it ends when told")

    witness = Witness(binary, directory, [log, other])
    claim(witness.size(log) == 1024, "it remembers across restarts")
    claim(witness.add(other.body(0, 5))[0] == 200, "and takes on a further log")
    witness.stop()
    shutil.rmtree(work / "w1" / "cosigned")
    gone = run(binary, "witness", "serve", "--directory", directory, "--listen", "127.0.0.1:0", "--log", log.vkey())
    claim(gone.returncode != 0 and "memory" in gone.stderr, "without its memory it does not sign: " + gone.stderr)


def check_passphrase(binary, work):
    (work / "passphrase").write_text("correct horse\n")
    (work / "wrong").write_text("battery staple\n")
    for name in ("passphrase", "wrong"):
        (work / name).chmod(0o600)
    directory = str(work / "w2")
    make(binary, directory, "--passphrase-file", str(work / "passphrase"))
    claim("ENCRYPTED" in (work / "w2" / "key.pem").read_text(), "the key is encrypted")
    claim((work / "w2" / "key.pem").stat().st_mode & 0o077 == 0, "and its owner's alone")
    log = Log()
    serve = ["witness", "serve", "--directory", directory, "--listen", "127.0.0.1:0", "--log", log.vkey()]
    claim(run(binary, *serve).returncode != 0, "without a passphrase it does not start")
    claim(run(binary, "--passphrase-file", str(work / "wrong"), *serve).returncode != 0, "nor with a wrong one")
    witness = Witness(binary, directory, [log], ["--passphrase-file", str(work / "passphrase")])
    claim(witness.add(log.body(0, 5))[0] == 200, "with the right one it does")
    witness.stop()


def check_kills(binary, work, kills):
    """Killed at random moments, it never forgets what it has answered."""
    directory = str(work / "w3")
    make(binary, directory)
    log, acknowledged, cosigned = Log(), 0, 0
    for _ in range(kills):
        witness = Witness(binary, directory, [log])
        size = witness.size(log)
        claim(size >= acknowledged, f"answered {acknowledged}, remembers {size}")
        # After so many answers the killer strikes while the next request is under way.
        answers, under_way = random.randint(0, 20), threading.Event()
        killer = threading.Thread(target=lambda: (under_way.wait(LIMIT), witness.kill()))
        killer.start()
        try:
            for turn in range(1000):
                if turn == answers:
                    under_way.set()
                status, _, answer = witness.add(log.body(size, size + 1))
                claim(status == 200, f"{size} to {size + 1}: {status} {answer}")
                size = acknowledged = size + 1
                cosigned += 1
        except (OSError, http.client.HTTPException):
            pass
        under_way.set()
        killer.join()
    claim(cosigned > 0, "some were cosigned between the kills")
    print(f"witness_served: {kills} kills, {cosigned} cosignatures, none forgotten")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bin", required=True)
    arguments.add_argument("--kills", type=int, default=15)
    options = arguments.parse_args()
    binary = str(pathlib.Path(options.bin) / "certmark")
    work = pathlib.Path(tempfile.mkdtemp())
    try:
        check_protocol(binary, work)
        check_passphrase(binary, work)
        check_kills(binary, work, options.kills)
    finally:
        shutil.rmtree(work)
    print("witness_served: every claim holds")


if __name__ == "__main__":
    main()
