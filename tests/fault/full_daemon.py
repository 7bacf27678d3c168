#!/usr/bin/env python3
"""Fills the disk of a running certmarkd: it takes no new work, still suspends, revokes and answers, and goes on without a restart
once there is room.

    full_daemon.py --bin DIR

The disk is a small tmpfs that only this process and its children see. Exit codes: 0 good, 1 not, 77 where it may not be mounted.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from killed_daemon import check_fsck, story

SKIPPED = 77
DISK = 500  # MiB
LEFT = 100  # MiB left to a full disk: too little for new work, enough for what is urgent (ledger/README.md)
INSIDE = "CERTMARK_FULL_DAEMON_DIRECTORY"


def enter_own_mounts():
    """Starts this program again in a mount namespace of its own; in a user namespace too, where it is not root."""
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    probe = subprocess.run(["unshare", *rights, "--mount", "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print(f"SKIPPED: this machine lets us mount nothing: {probe.stderr.strip()}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="certmark-full-") as directory:
        command = ["unshare", *rights, "--mount", sys.executable, __file__, *sys.argv[1:]]
        return subprocess.run(command, env=os.environ | {INSIDE: directory}, check=False).returncode


def fill(directory):
    room = shutil.disk_usage(directory).free - LEFT * 2**20
    with (directory / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, room)


def refused(tale, who, *arguments):
    """The act is refused for want of room, and says so."""
    try:
        tale.run(who, *arguments)
    except story.Failed as failure:
        if "MiB left on the disk" in str(failure):
            return
        raise story.Failed(f"refused, but not for want of room: {failure}") from failure
    raise story.Failed(f"{arguments} was taken on a full disk")


def take(tale, act, number, reason):
    proposal = tale.run("officer", act, number, "--reason", reason)["name"]
    tale.run("decider", act, "--confirm", proposal)


def tell(tale):
    tale.found()
    tale.gather()
    first, second, third, waiting = tale.apps[:4]
    tale.apps = tale.apps[:4]
    for app in tale.apps:
        app["filed"] = tale.evaluate(app)
    for app in (first, second, third):
        tale.numbers[app["package"]] = tale.run("decider", "decide", app["filed"], "--grant")["number"]
    number = lambda app: tale.numbers[app["package"]]
    (tale.directory / "bundles").mkdir()

    def verdicts(expected):
        for app, verdict in zip((first, second, third), expected):
            tale.run(app["operator"], "bundle", number(app), "--output", tale.bundle(app["package"]))
            tale.verify(tale.bundle(app["package"]), app, verdict)

    fill(tale.directory)
    with story.step("full: a decision and an application are refused"):
        refused(tale, "decider", "decide", waiting["filed"], "--grant")
        refused(tale, first["operator"], "apply", "--app", "android:org.example.another", "--app-name", "Another", "--signer",
                first["signer"], "--from", "1", "--to", "1", "--policy-url", "https://operator01.example/privacy",
                *tale.materials())
    with story.step("full: everything can be read, and is VALID"):
        verdicts(("VALID", "VALID", "VALID"))
    with story.step("full: one is suspended, one revoked, one withdrawn, and everybody can tell"):
        take(tale, "suspend", number(first), "misuse")
        take(tale, "revoke", number(second), "serious-defect")
        tale.run(third["operator"], "withdraw", number(third), "--reason", "holder-request")
        verdicts(("SUSPENDED", "REVOKED", "ENDED"))
    with story.step("full: it stops, starts again, and says the same"):
        tale.certmark.stop()
        tale.certmark.start()
        verdicts(("SUSPENDED", "REVOKED", "ENDED"))
        (tale.directory / "filler").unlink()
        fill(tale.directory)
        refused(tale, "decider", "decide", waiting["filed"], "--grant")
    with story.step("room again: the decision is taken, without a restart"):
        (tale.directory / "filler").unlink()
        tale.run("decider", "decide", waiting["filed"], "--grant")
    tale.certmark.stop()
    check_fsck(tale)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    options = parser.parse_args()
    if INSIDE not in os.environ:
        return enter_own_mounts()
    directory = pathlib.Path(os.environ[INSIDE])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "small", str(directory)], check=True)
    certmark = story.Certmark(options.bin.resolve(), directory)
    try:
        tell(story.Story(certmark, directory))
    except story.Failed as failure:
        print(f"{failure}", file=sys.stderr)
        return 1
    finally:
        if certmark.daemon and certmark.daemon.poll() is None:
            certmark.daemon.kill()
            certmark.daemon.wait()
    print("On a full disk new work waited, and what was urgent did not.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
