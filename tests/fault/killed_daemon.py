#!/usr/bin/env python3
"""Kills certmarkd with -9 in the middle of issuing, again and again: nothing that was acknowledged may be lost.

    killed_daemon.py --bin DIR [--rounds N] [--seed S]
"""
import argparse
import concurrent.futures
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of working with the two programs


def decide(tale, app):
    """Asks for the decision once; returns the number if it was acknowledged, or None."""
    try:
        return tale.run("decider", "decide", app["filed"], "--grant")["number"]
    except story.Failed:
        return None


def kill_while_deciding(tale, apps, rng):
    """Decides `apps` from two clients at once and kills the daemon after some of the answers; returns what was acknowledged."""
    with concurrent.futures.ThreadPoolExecutor(2) as clients:
        answers = [clients.submit(decide, tale, app) for app in apps]
        done = concurrent.futures.as_completed(answers)
        for _ in range(rng.randrange(len(apps) + 1)):
            next(done, None)
        time.sleep(rng.uniform(0, 0.03))  # somewhere within the next decision
        tale.certmark.daemon.kill()
        tale.certmark.daemon.wait()
        return {app["package"]: answer.result() for app, answer in zip(apps, answers)}


def share(waiting, rounds):
    """The apps to decide in the first of so many rounds: something is left for the last."""
    return waiting[: -(-len(waiting) // rounds)]


def check_kept(tale, acknowledged):
    """Every acknowledged certification is in the register, and its bundle is good for a stranger."""
    for app in tale.apps:
        number = acknowledged.get(app["package"])
        if number is None:
            continue
        tale.run("decider", "bundle", number, "--output", tale.bundle(app["package"]))
        tale.verify(tale.bundle(app["package"]), app, "VALID")


def check_fsck(tale):
    """fsck finds nothing in the database of the daemon, which is stopped: trees, entries, and every row that follows."""
    where = tale.certmark.authority
    done = subprocess.run([str(tale.certmark.binaries / "certmark"), "log", "fsck", str(where)], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise story.Failed(f"fsck ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def unfinished(tale, apps):
    """The apps whose files still wait for a decision: a lost answer is not a lost act."""
    left = []
    for app in apps:
        state = tale.run("decider", "show", app["filed"])["state"]
        if state not in ("REVIEW", "GRANTED"):
            raise story.Failed(f"{app['filed']} is in state {state}")
        if state == "REVIEW":
            left.append(app)
    return left


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=20190125)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="certmark-killed-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        (directory / "bundles").mkdir()
        try:
            tale.found()
            tale.gather()
            for app in tale.apps:
                app["filed"] = tale.evaluate(app)
            waiting, acknowledged = list(tale.apps), {}
            for left in range(options.rounds, 0, -1):
                asked = kill_while_deciding(tale, share(waiting, left), rng)
                acknowledged |= {package: number for package, number in asked.items() if number}
                check_fsck(tale)
                certmark.start()
                check_kept(tale, acknowledged)
                waiting = unfinished(tale, waiting)
                lost = sum(number is None for number in asked.values())
                print(f"killed; {lost} of {len(asked)} answers lost, {len(acknowledged)} acknowledged and kept, {len(waiting)} waiting",
                      flush=True)
            for app in waiting:
                acknowledged[app["package"]] = tale.run("decider", "decide", app["filed"], "--grant")["number"]
            check_kept(tale, acknowledged)
            for app in tale.apps:
                shown = tale.run("decider", "show", f"android:{app['package']}").get("certifications", [])
                if len(shown) != 1:
                    raise story.Failed(f"{app['package']} has {len(shown)} certifications, not one")
            certmark.stop()
            check_fsck(tale)
        except story.Failed as failure:
            print(f"seed {options.seed}: {failure}", file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print(f"Nothing acknowledged was lost in {options.rounds} kills (seed {options.seed}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
