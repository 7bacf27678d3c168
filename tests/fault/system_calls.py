#!/usr/bin/env python3
"""Lets file system calls of a writing process fail, one in each round, and kills it at such calls; then looks at what it left.

    system_calls.py --program FAULT [--all | --every N] [--only TEXT] [--jobs N] [--keep DIR]

A clean run under strace shows which calls meet which files, and how often. A round lets the N-th such call of a thread fail with EIO
or ENOSPC, or kills the process there; strace is told the call and the file, because it counts per thread. The writer says what was
acknowledged and which checkpoints it showed; the clean run must have synced all of it before; afterwards the ledger is opened again without faults and held to all of it
(`fault --check`, tests/fault/history.h). A round whose fault never happened is a failure, not a pass.

Without a flag a few positions of each kind are tried, always the same; --every N tries every N-th; --all tries each one.
Exit codes: 0 good, 1 not, 77 where this machine lets nobody trace.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

import traced
from traced import ABORTED, ABORTS_AT, ATTEMPTS, FAULTS, KILL, RECORDINGS, SKIPPED, Round

ENTRIES = 6  # of a round
SESSIONS = 5  # of the grown ledger: with so many tables the next opening also compacts
CI_SPREAD = 2  # positions of each kind of round without a flag

# What a file is, by the end of its path; the first that matches.
CLASSES = [
    ("write-ahead log", r"/db/\d+\.log$"), ("table", r"/db/\d+\.sst$"), ("manifest", r"/db/MANIFEST-\d+$"),
    ("temporary file", r"/db/.*\.dbtmp$"), ("options", r"/db/OPTIONS-\d+$"), ("the database's own", r"/db/[A-Z]+$"),
    ("database directory", r"/db/?$"), ("anchors", r"/[\w.-]*anchor[\w.-]*$"), ("directory", r""),
]


def strace(directory, arguments, program):
    """Runs the writer in `directory` under strace; returns its exit code, its reports, its errors and strace's lines."""
    trace = directory.parent / (directory.name + ".strace")
    command = ["strace", "-f", "-qq", "-y", "-o", str(trace), *arguments, *program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    lines = trace.read_text(errors="replace").splitlines() if trace.exists() else []
    trace.unlink(missing_ok=True)
    return done.returncode, done.stdout, done.stderr, lines


def check_synced(directory, lines):
    """Holds a clean run to its promise: at each acknowledgement all that was written to the write-ahead log and the anchors, and each
    new name of an anchor, was synced before."""
    unsynced, acknowledged = set(), 0
    for line in lines:
        if re.match(r'^\d+ +write\(\d+<pipe:\[\d+\]>, "ack ', line):
            acknowledged += 1
            if unsynced:
                raise RuntimeError(f"acknowledged before it was synced: {', '.join(sorted(unsynced))}:\n{line}")
        met = traced.call_of(line, directory)
        if not met:
            continue
        call, path = met
        if traced.class_of(path, CLASSES) not in ("write-ahead log", "anchors") and path:
            continue
        if call.startswith("rename"):
            unsynced.add(path.rpartition("/")[0])
        elif call in ("write", "pwrite64", "writev"):
            unsynced.add(path)
        elif call in ("fsync", "fdatasync"):
            unsynced.discard(path)
    if acknowledged != ENTRIES:
        raise RuntimeError(f"{acknowledged} acknowledgements were traced, not {ENTRIES}")


class Driver:
    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.grown = directory / "template"
        self.told = {"fresh": "", "grown": ""}  # what was reported before a round begins

    def append(self, where, name):
        return [str(self.program), "--append", str(where), name, str(ENTRIES)]

    def prepare(self):
        """Makes the ledger that the grown rounds start from."""
        self.grown.mkdir()
        for session in range(SESSIONS):
            done = subprocess.run(self.append(self.grown, f"session {session}"), capture_output=True, text=True, check=True)
            if done.stdout.count("ack P ") != ENTRIES:
                raise RuntimeError(f"the ledger to start from was not made:\n{done.stdout}{done.stderr}")
            self.told["grown"] += done.stdout

    def begin(self, scenario, name):
        where = self.directory / name
        shutil.rmtree(where, ignore_errors=True)
        if scenario == "grown":
            shutil.copytree(self.grown, where)
        else:
            where.mkdir()
        return where

    def record(self, scenario):
        """The positions of a scenario that every clean run reaches."""
        recordings = []
        for n in range(RECORDINGS):
            where = self.begin(scenario, f"recording-{scenario}-{n}")
            code, _, error, lines = strace(where, traced.recording(), self.append(where, "clean"))
            if code != 0:
                raise RuntimeError(f"the {scenario} writer ended with {code} though nothing failed:\n{error}")
            check_synced(where, lines)
            recordings.append(traced.counts_of(where, lines))
            shutil.rmtree(where)
        return traced.positions_of(scenario, recordings)

    def run(self, index, a_round):
        """One round; returns what is wrong, or None."""
        for attempt in range(ATTEMPTS):
            where = self.begin(a_round.position.scenario, f"round-{index}")
            wrong, happened = self.attempt(where, a_round)
            if happened:
                break
        else:
            wrong = "the fault never happened"
        if wrong is None:
            shutil.rmtree(where)
        return wrong

    def attempt(self, where, a_round):
        position, fault = a_round
        program = self.append(where, f"round {where.name}")
        killed = fault == KILL
        code, reports, error, lines = strace(where, traced.injection(a_round, where), program)
        happened = code == -9 if killed else traced.was_injected(lines)
        if not happened:
            return None, False
        if "is locked by another process" in reports:
            return f"the writer blames another process:\n{reports}", True
        aborted = code == ABORTED and position.call in ABORTS_AT
        if not killed and not aborted and code != 0:
            return f"the writer ended with {code}:\n{reports}{error}", True
        check = subprocess.run([str(self.program), "--check", str(where)], input=self.told[position.scenario] + reports,
                               capture_output=True, text=True, check=False, timeout=240)
        if check.returncode == 0 and check.stdout == "good\n":
            return None, True
        return f"afterwards:\n{check.stdout}{check.stderr}the writer had said:\n{reports}{error}", True


def few(_number, positions):
    """The rounds to try of one kind without a flag: positions spread over it, each with every fault."""
    if len(positions) > CI_SPREAD:
        positions = [positions[i * (len(positions) - 1) // (CI_SPREAD - 1)] for i in range(CI_SPREAD)]
    return [Round(position, fault) for position in positions for fault in FAULTS]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path, help="the fault tests' program")
    traced.add_options(parser)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    reason = traced.may_trace()
    if reason:
        print(f"SKIPPED: this machine lets nobody trace a process: {reason}")
        return SKIPPED
    directory = options.keep or traced.work_directory("certmark-calls-")
    directory.mkdir(exist_ok=True)
    try:
        driver = Driver(options.program.resolve(), directory.resolve())
        driver.prepare()
        positions = [p for scenario in ("fresh", "grown") for p in driver.record(scenario)]
        kinds = traced.by_kind(positions, CLASSES)
        rounds = traced.chosen(kinds, options, few)
        failed = 0
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
            for a_round, wrong in zip(rounds, workers.map(driver.run, range(len(rounds)), rounds)):
                if wrong:
                    failed += 1
                    print(f"FAILED {traced.describe(a_round)}: {wrong}", flush=True)
        print(f"{len(rounds)} rounds of {len(positions) * len(FAULTS)}, {len(kinds)} kinds of call and file, {failed} failed")
        return 1 if failed or not rounds else 0
    finally:
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
