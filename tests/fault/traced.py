"""What the tests by system call have in common: which calls of a program meet which files, learnt from clean runs under strace, and
how one of them is made to fail, or to be the last.

strace counts the calls of each thread for itself, so a position is a call, a file and the how many-th of a thread; where threads are
scheduled otherwise, it may not be reached, and is tried again."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
CALLS = "openat,write,pwrite64,writev,fsync,fdatasync,sync_file_range,fallocate,ftruncate,/^rename,/^unlink,/^mkdir"
KILL = "signal=KILL"
FAULTS = ("error=EIO", "error=ENOSPC", KILL)
RECORDINGS = 3  # clean runs: what only some of them do is no position to wait for
ATTEMPTS = 3  # of a round whose fault did not happen

# Debian's RocksDB asks with a call of no bytes whether sync_file_range is there, and asserts that no error but ENOSYS comes back: that
# process ends as if it were killed.
ABORTS_AT = {"sync_file_range"}
ABORTED = -6

# Position.path begins where the traced directory ends; Round.fault is one of FAULTS.
Position = collections.namedtuple("Position", "scenario call path nth")
Round = collections.namedtuple("Round", "position fault")

FILE_OF = re.compile(r'^\d+ +(\w+)\((?:AT_FDCWD(?:<[^>]*>)?, )?(?:\d+<([^>]*)>|"([^"]*)")')


def may_trace():
    """None if this machine lets us trace, or why not. Without strace itself the tests are not set up, which is no excuse."""
    if shutil.which("strace") is None:
        sys.exit("strace is not installed: run ops/setup --tests")
    done = subprocess.run(["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "inject=getppid:error=EIO", "true"],
                          capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def call_of(line, directory):
    """The call and the path of a line of strace's, the path from `directory` on; None if it is of a file elsewhere."""
    found = FILE_OF.match(line)
    path = found and (found.group(2) or found.group(3) or "")
    if not path or not path.startswith(str(directory)):
        return None
    return found.group(1), path[len(str(directory)):]


def counts_of(directory, lines):
    """Counts each thread's calls by file; returns {(call, path): the most that one thread made}, in order of appearance."""
    counts = collections.Counter()
    for line in lines:
        call = call_of(line, directory)
        if call:
            counts[(*call, line.split()[0])] += 1
    most = {}
    for (call, path, _thread), count in counts.items():
        most[(call, path)] = max(count, most.get((call, path), 0))
    if not most:
        raise RuntimeError("strace showed no call of the program")
    return most


def positions_of(scenario, recordings):
    """The positions that every one of the recordings, each as counts_of returns it, has reached."""
    most = recordings[0]
    for seen in recordings[1:]:
        most = {key: min(count, seen.get(key, 0)) for key, count in most.items()}
    return [Position(scenario, call, path, nth) for (call, path), count in most.items() for nth in range(1, count + 1)]


def recording():
    """strace's options to record every call of a run."""
    return ["--seccomp-bpf", "-e", f"trace={CALLS}"]


def injection(a_round, directory):
    """strace's options for one round: the position's file alone is looked at."""
    position, fault = a_round
    quick = [] if fault == KILL else ["--seccomp-bpf"]  # a filter's stop delivers no signal
    return [*quick, "-P", str(directory) + position.path, "-e", f"trace={position.call}",
            "-e", f"inject={position.call}:{fault}:when={position.nth}"]


def was_injected(lines):
    return any("(INJECTED)" in line for line in lines)


def class_of(path, classes):
    """What a file is: the name beside the first pattern that its path matches."""
    return next(name for name, pattern in classes if re.search(pattern, path))


def by_kind(positions, classes):
    """The positions of each kind: of a scenario, a call and a class of files."""
    kinds = collections.defaultdict(list)
    for position in positions:
        kinds[(position.scenario, position.call, class_of(position.path, classes))].append(position)
    return kinds


def describe(a_round):
    position, fault = a_round
    return f"{position.scenario}: {position.call} of {position.path or '/'}, number {position.nth}, {fault}"


def work_directory(prefix):
    """A new directory, in memory where there is room: a killed process loses no page, so no round needs a disk."""
    memory = pathlib.Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 2**30
    return pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))


def add_options(parser):
    parser.add_argument("--all", action="store_true", help="try every position with every fault")
    parser.add_argument("--every", type=int, default=0, metavar="N", help="try every N-th position of each kind with every fault")
    parser.add_argument("--only", default="", metavar="TEXT", help="only rounds whose description holds TEXT")
    parser.add_argument("--keep", type=pathlib.Path, help="work in this new directory; what failed stays there")


def chosen(kinds, options, few):
    """The rounds to run: what --all or --every names, or those that `few` picks of each kind, given its number."""
    rounds = []
    for number, positions in enumerate(kinds.values()):
        if options.all or options.every:
            rounds += [Round(p, fault) for p in positions[:: options.every or 1] for fault in FAULTS]
        else:
            rounds += few(number, positions)
    return [r for r in rounds if not options.only or options.only in describe(r)]
