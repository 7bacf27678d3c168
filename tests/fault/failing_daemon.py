#!/usr/bin/env python3
"""Lets file system calls of certmarkd fail, one in each round, and kills it at such calls: nothing acknowledged may be lost, no two
checkpoints of one size may be seen, and afterwards it starts, goes on, and fsck finds nothing.

    failing_daemon.py --bin DIR [--all | --every N] [--only TEXT] [--keep DIR]

An authority is founded once, and an application in it taken as far as the decision. A clean life of the daemon, started, asked for that
decision and stopped, shows under strace which calls meet which files of the authority. A round is such a life on a copy, in which the
N-th such call of a thread fails with EIO or ENOSPC, or is the process's last. A round whose fault never happened is a failure.

Without a flag each kind of call and file is met once, with one of the three faults; --every N tries every N-th position of each kind
with all three; --all every position. Then a second daemon is started beside the first.
Exit codes: 0 good, 1 not, 77 where this machine lets nobody trace.
"""
import argparse
import contextlib
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import traced
from killed_daemon import check_fsck, check_kept, decide, story
from traced import ABORTED, ABORTS_AT, ATTEMPTS, FAULTS, KILL, RECORDINGS, SKIPPED, Round

SCENARIO = "certmarkd"
PATIENCE = 120  # seconds that anything may take on a busy machine

# What a file is, by the end of its path in the authority's directory; the first that matches.
CLASSES = [
    ("write-ahead log", r"/data/\d+\.log$"), ("table", r"/data/\d+\.sst$"), ("manifest", r"/data/MANIFEST-\d+$"),
    ("temporary file of the database", r"/data/.*\.dbtmp$"), ("options", r"/data/OPTIONS-\d+$"), ("CURRENT", r"/data/CURRENT$"),
    ("LOCK", r"/data/LOCK$"), ("IDENTITY", r"/data/IDENTITY$"), ("the database's own", r"/data/[^/]+$"),
    ("database directory", r"/data/?$"), ("anchor", r"/anchor/[^/]+$"), ("anchor's directory", r"/anchor/?$"),
    ("revocation list", r"/crl(/|$)"), ("operations token", r"token"), ("keys", r"/keys/"), ("certificates", r"/certificates/"),
    ("trust lists", r"/trust/"), ("schemes", r"/schemes/"), ("settings", r"\.toml$"), ("directory", r""),
]


class Checkpoints:
    """Every checkpoint that anybody could see."""

    def __init__(self, tale):
        self.url = f"https://{tale.endpoints()['--public-http']}/log/1/checkpoint"
        self.context = ssl.create_default_context(cafile=tale.certmark.authority / "certificates" / "root.pem")
        self.context.check_hostname = False  # the test authority's name is not this loopback address
        self.seen = {}

    def look(self):
        with urllib.request.urlopen(self.url, context=self.context, timeout=PATIENCE) as answer:
            note = answer.read().decode()
        size = int(note.splitlines()[1])
        if self.seen.setdefault(size, note) != note:
            raise story.Failed(f"two checkpoints of size {size}:\n{self.seen[size]}\n{note}")
        if size < max(self.seen):
            raise story.Failed(f"the checkpoint went back from {max(self.seen)} to {size}")


class TracedDaemon:
    """certmarkd under strace, which is its grandchild: what is waited for is the daemon's own end."""

    def __init__(self, tale, options):
        self.trace = tale.directory / "certmarkd.strace"
        self.said = tale.directory / "certmarkd.said"
        self.trace.unlink(missing_ok=True)
        command = ["strace", "-D", "-f", "-q", "-y", "-o", str(self.trace), *options,
                   str(tale.certmark.binaries / "certmarkd"), "--config", str(tale.certmark.authority / "certmark.toml")]
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)

    def ready(self):
        """Waits until it serves, or has ended; tells which."""
        return "ready" in self.process.stdout.readline()

    def end(self):
        """Stops it, if it has not ended; returns its exit code and strace's lines."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()
        return code, self.lines()

    def lines(self):
        # strace may still be writing when the daemon is gone: its last line is of the process that was started.
        last = re.compile(rf"^{self.process.pid} +\+\+\+ (exited|killed)", re.M)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = self.trace.read_text(errors="replace") if self.trace.exists() else ""
            if last.search(text):
                return text.splitlines()
            time.sleep(0.01)
        raise story.Failed("strace did not say how the daemon ended")

    def words(self):
        return self.said.read_text(errors="replace")


class Driver:
    def __init__(self, tale):
        self.tale = tale
        self.app = tale.apps[0]
        self.authority = tale.certmark.authority
        self.template = tale.directory / "template"
        self.checkpoints = None

    def prepare(self):
        """Founds the authority that every round starts from."""
        (self.tale.directory / "bundles").mkdir()
        self.tale.found()
        self.tale.gather()
        self.app["filed"] = self.tale.evaluate(self.app)
        self.checkpoints = Checkpoints(self.tale)
        self.checkpoints.look()
        self.tale.certmark.stop()
        self.first = dict(self.checkpoints.seen)
        shutil.copytree(self.authority, self.template)

    def begin(self):
        shutil.rmtree(self.authority)
        shutil.copytree(self.template, self.authority)
        self.checkpoints.seen = dict(self.first)

    def record(self):
        """The positions that every clean life reaches."""
        recordings = []
        for _ in range(RECORDINGS):
            self.begin()
            daemon = TracedDaemon(self.tale, traced.recording())
            if not daemon.ready() or decide(self.tale, self.app) is None:
                raise story.Failed(f"certmarkd does not serve though nothing fails:\n{daemon.words()}")
            code, lines = daemon.end()
            if code != 0:
                raise story.Failed(f"certmarkd ended with {code} though nothing failed:\n{daemon.words()}")
            recordings.append(traced.counts_of(self.authority, lines))
        return traced.positions_of(SCENARIO, recordings)

    def run(self, a_round):
        for _ in range(ATTEMPTS):
            self.begin()
            if self.attempt(a_round):
                return
        raise story.Failed("the fault never happened")

    def attempt(self, a_round):
        """One life with a fault, and the next without; False if the fault never happened."""
        daemon = TracedDaemon(self.tale, traced.injection(a_round, self.authority))
        number = None
        is_ready = daemon.ready()
        if is_ready:
            number = decide(self.tale, self.app)
            self.look_if_served(daemon)
        code, lines = daemon.end()
        happened = code == -9 if a_round.fault == KILL else traced.was_injected(lines)
        if not happened:
            return False
        self.judge_end(a_round, code, is_ready, daemon.words())
        self.check_after(number)
        return True

    def look_if_served(self, daemon):
        """What was published can be read as long as the daemon lives, whatever became of its writer."""
        try:
            self.checkpoints.look()
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.process.wait(timeout=10)  # its end may be a moment away
            if daemon.process.poll() is None:
                raise story.Failed("it lives, and does not serve its checkpoint") from None

    @staticmethod
    def judge_end(a_round, code, was_ready, words):
        """A daemon that was not killed ends by itself or when it is told to, and one that cannot start says why."""
        if a_round.fault == KILL or (code == ABORTED and a_round.position.call in ABORTS_AT):
            return
        if code < 0:
            raise story.Failed(f"certmarkd ended by signal {-code}:\n{words}")
        if not was_ready and (code == 0 or not words.strip()):
            raise story.Failed(f"certmarkd did not start, ended with {code}, and did not say why:\n{words}")
        if "is locked by another process" in words:
            raise story.Failed(f"certmarkd blames another process:\n{words}")

    def check_after(self, number):
        """Without faults it starts, has what it acknowledged, and takes what it did not."""
        tale = self.tale
        tale.certmark.start()
        self.checkpoints.look()
        # A lost answer is not a lost act: the file says whether it was decided.
        if number is None and tale.run("decider", "show", self.app["filed"])["state"] == "REVIEW":
            number = tale.run("decider", "decide", self.app["filed"], "--grant")["number"]
        if number:
            check_kept(tale, {self.app["package"]: number})
        self.checkpoints.look()
        tale.certmark.stop()
        check_fsck(tale)


def second_daemon(tale):
    """A second daemon on the same database, with ports of its own, says who is in its way and ends."""
    config = tale.certmark.authority / "second.toml"
    text = (tale.certmark.authority / "certmark.toml").read_text()
    for port, other in zip(tale.ports, story.free_ports(len(tale.ports))):
        text = text.replace(f":{port}\"", f":{other}\"")
    config.write_text(text)
    done = subprocess.run([str(tale.certmark.binaries / "certmarkd"), "--config", str(config)], capture_output=True, text=True,
                          check=False, timeout=PATIENCE)
    if done.returncode <= 0 or "is locked by another process" not in done.stderr:
        raise story.Failed(f"the second daemon ended with {done.returncode}: {done.stdout}{done.stderr}")


def few(number, positions):
    """The round to try of one kind without a flag: faults take turns, and positions are from the middle of a life."""
    return [Round(positions[len(positions) // 2], FAULTS[number % len(FAULTS)])]


def tell(driver, options):
    """Returns how many rounds failed, of how many."""
    driver.prepare()
    with story.step(f"{RECORDINGS} clean lives are traced"):
        positions = driver.record()
    kinds = traced.by_kind(positions, CLASSES)
    rounds = traced.chosen(kinds, options, few)
    failed = 0
    for number, a_round in enumerate(rounds):
        try:
            driver.run(a_round)
        except (story.Failed, OSError, subprocess.TimeoutExpired) as failure:
            failed += 1
            print(f"FAILED {traced.describe(a_round)}: {failure}", flush=True)
            end_all(driver.tale)
            if options.keep:
                shutil.copytree(driver.authority, options.keep / f"failed-{number}")
    print(f"{len(rounds)} rounds of {len(positions) * len(FAULTS)}, {len(kinds)} kinds of call and file, {failed} failed", flush=True)
    with story.step("a second daemon on the same database is refused"):
        driver.begin()
        driver.tale.certmark.start()
        second_daemon(driver.tale)
        driver.checkpoints.look()
        driver.tale.certmark.stop()
    return failed, len(rounds)


def end_all(tale):
    daemon = tale.certmark.daemon
    if daemon and daemon.poll() is None:
        daemon.kill()
        daemon.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    traced.add_options(parser)
    options = parser.parse_args()
    reason = traced.may_trace()
    if reason:
        print(f"SKIPPED: this machine lets nobody trace a process: {reason}")
        return SKIPPED
    begun = time.monotonic()
    directory = options.keep or traced.work_directory("certmark-failing-")
    directory.mkdir(exist_ok=True)
    tale = story.Story(story.Certmark(options.bin.resolve(), directory), directory)
    tale.apps = tale.apps[:1]
    try:
        failed, rounds = tell(Driver(tale), options)
    except story.Failed as failure:
        print(f"{failure}", file=sys.stderr)
        return 1
    finally:
        end_all(tale)
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    print(f"{time.monotonic() - begun:.0f} s.")
    return 1 if failed or not rounds else 0


if __name__ == "__main__":
    sys.exit(main())
