#!/usr/bin/env python3
"""Lets file system calls of a running certmarkd fail, or kills it at one, while it issues: nothing acknowledged may be lost, no two
checkpoints of one size may be seen, and every opening afterwards must succeed.

    failing_daemon.py --bin DIR

Each round attaches strace to the daemon, lets one call on its write-ahead log or its anchors fail, and asks for one decision. A round
whose fault never happened is a failure. Then come faults while it starts, and a second daemon on the same database.
Exit codes: 0 good, 1 not, 77 where this machine lets nobody trace a running process.
"""
import argparse
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

from killed_daemon import check_kept, decide, story

SKIPPED = 77
WRITES = "write,pwrite64,writev"
SYNCS = "fsync,fdatasync"
# What fails while the daemon serves: calls, on which files, how, and the how many-th of a thread. A decision makes two commits.
SERVING = [
    (WRITES, "log", "error=ENOSPC", 1), (SYNCS, "log", "error=EIO", 1), (SYNCS, "log", "error=EIO", 2),
    (SYNCS, "anchor", "error=EIO", 1), (WRITES, "anchor", "error=ENOSPC", 1),
    (SYNCS, "log", "signal=KILL", 1), (SYNCS, "log", "signal=KILL", 2), (SYNCS, "anchor", "signal=KILL", 1),
]
# And while it starts: a call on a file of the database, by name. RocksDB first opens CURRENT to ask for direct I/O.
STARTING = [("openat", "data/CURRENT", 2), (SYNCS, "data", 1), ("openat", "data/LOCK", 1)]


class Checkpoints:
    """Every checkpoint that anybody could see."""

    def __init__(self, tale):
        self.url = f"https://{tale.endpoints()['--public-http']}/log/1/checkpoint"
        self.context = ssl.create_default_context(cafile=tale.certmark.authority / "certificates" / "root.pem")
        self.context.check_hostname = False  # the test authority's name is not this loopback address
        self.seen = {}

    def look(self):
        with urllib.request.urlopen(self.url, context=self.context, timeout=60) as answer:
            note = answer.read().decode()
        size = int(note.splitlines()[1])
        if self.seen.setdefault(size, note) != note:
            raise story.Failed(f"two checkpoints of size {size}:\n{self.seen[size]}\n{note}")
        if size < max(self.seen):
            raise story.Failed(f"the checkpoint went back from {max(self.seen)} to {size}")


def files_of(certmark, kind):
    """The paths that a fault is for: the newest write-ahead log, or all that the anchors are written through."""
    if kind == "log":
        return [max((certmark.authority / "data").glob("*.log"))]
    anchors = certmark.authority / "anchor"
    if anchors.is_file():
        return [anchors]
    return [path for file in anchors.iterdir() if file.is_file() for path in (file, file.with_name(file.name + ".new"))]


class Strace:
    """strace on the running daemon, from when it has attached until the daemon or it ends."""

    def __init__(self, daemon, paths, calls, fault, nth):
        self.output = tempfile.NamedTemporaryFile("r+", prefix="certmark-strace-")
        restrict = [argument for path in paths for argument in ("-P", str(path))]
        command = ["strace", "-f", "-o", self.output.name, *restrict, "-e", f"trace={calls}",
                   "-e", f"inject={calls}:{fault}:when={nth}", "-p", str(daemon.pid)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if "attached" not in line:
            self.process.wait()
            raise PermissionError(line.strip())

    def end(self):
        """Detaches; tells whether the fault happened."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=60)
        self.output.seek(0)
        text = self.output.read()
        self.output.close()
        return "(INJECTED)" in text or "killed by SIGKILL" in text


def serve(tale, app, checkpoints, row):
    """One round while the daemon serves; returns the number if the decision was acknowledged."""
    calls, kind, fault, nth = row
    daemon = tale.certmark.daemon
    tracer = Strace(daemon, files_of(tale.certmark, kind), calls, fault, nth)
    number = decide(tale, app)
    if fault == "signal=KILL":
        daemon.wait(timeout=60)
    happened = tracer.end()
    if not happened:
        raise story.Failed("the fault never happened")
    if fault != "signal=KILL":
        # What was published can still be read, whatever became of the writer.
        checkpoints.look()
        daemon.kill()
        daemon.wait()
    return number


def start_fails(tale, calls, name, nth):
    """certmarkd with a call failing at its start says why and ends."""
    trace = tale.directory / "start.strace"
    done = subprocess.run(["strace", "-f", "--seccomp-bpf", "-o", str(trace), "-P", str(tale.certmark.authority / name),
                           "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO:when={nth}",
                           str(tale.certmark.binaries / "certmarkd"), "--config", str(tale.certmark.authority / "certmark.toml")],
                          capture_output=True, text=True, check=False, timeout=120)
    if "(INJECTED)" not in trace.read_text(errors="replace"):
        raise story.Failed("the fault never happened")
    if done.returncode <= 0 or "ready" in done.stdout or not re.search("input/output error|I/O error|IO error", done.stderr, re.I):
        raise story.Failed(f"certmarkd ended with {done.returncode}: {done.stdout}{done.stderr}")


def second_daemon(tale):
    """A second daemon on the same database, with ports of its own, says who is in its way and ends."""
    config = tale.certmark.authority / "second.toml"
    text = (tale.certmark.authority / "certmark.toml").read_text()
    for port, other in zip(tale.ports, story.free_ports(len(tale.ports))):
        text = text.replace(f":{port}\"", f":{other}\"")
    config.write_text(text)
    done = subprocess.run([str(tale.certmark.binaries / "certmarkd"), "--config", str(config)], capture_output=True, text=True,
                          check=False, timeout=120)
    if done.returncode <= 0 or "is locked by another process" not in done.stderr:
        raise story.Failed(f"the second daemon ended with {done.returncode}: {done.stdout}{done.stderr}")


def tell(tale):
    (tale.directory / "bundles").mkdir()
    tale.found()
    tale.gather()
    for app in tale.apps:
        app["filed"] = tale.evaluate(app)
    checkpoints, acknowledged = Checkpoints(tale), {}
    for app, row in zip(tale.apps, SERVING, strict=False):
        what = f"{row[0]} of the {row[1]}, number {row[3]}, {row[2]}"
        with story.step(what):
            checkpoints.look()
            number = serve(tale, app, checkpoints, row)
            tale.certmark.start()
            checkpoints.look()
            # A lost answer is not a lost act: the file says whether it was decided.
            state = tale.run("decider", "show", app["filed"])["state"]
            if number is None and state == "REVIEW":
                number = tale.run("decider", "decide", app["filed"], "--grant")["number"]
            if number:
                acknowledged[app["package"]] = number
            check_kept(tale, acknowledged)
    with story.step("a second daemon on the same database is refused"):
        second_daemon(tale)
        checkpoints.look()
    tale.certmark.stop()
    for calls, name, nth in STARTING:
        with story.step(f"{calls} of {name} fails while certmarkd starts"):
            start_fails(tale, calls, name, nth)
    tale.certmark.start()
    checkpoints.look()
    check_kept(tale, acknowledged)
    tale.certmark.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    options = parser.parse_args()
    if shutil.which("strace") is None:
        print("failing_daemon.py: strace is not installed: run ops/setup --tests", file=sys.stderr)
        return 1
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="certmark-failing-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        try:
            tell(story.Story(certmark, directory))
        except PermissionError as refusal:
            print(f"SKIPPED: this machine lets nobody trace a running process: {refusal}")
            return SKIPPED
        except story.Failed as failure:
            print(f"{failure}", file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print(f"{len(SERVING)} faults while serving and {len(STARTING)} at start, nothing lost ({time.monotonic() - begun:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
