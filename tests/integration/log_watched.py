#!/usr/bin/env python3
"""`certmark log watch` beside a daemon that is stopped, killed and started again: every entry is shown once, in order,
as soon as it is published, and the verb ends when it is told to.

    log_watched.py --bin DIR
"""
import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of working with the two programs


class Watch:
    """The verb's process."""

    def __init__(self, tale, *arguments, json_lines):
        flags = ["--json"] if json_lines else []
        self.process = subprocess.Popen(
            [str(tale.certmark.binaries / "certmark"), "--home", str(tale.home("decider")), *flags, "log", "watch",
             *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise story.Failed(f"the watch ended: {self.process.communicate()[1].strip()}")
        return line.rstrip("\n")

    def interrupt(self):
        """Ends it as Ctrl-C does; returns what it still said, and whether it ended well."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=60)
        return said, self.process.returncode

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def expect(what, found, wanted):
    if found != wanted:
        raise story.Failed(f"{what}: {found!r}, not {wanted!r}")


def size(tale):
    return tale.run("decider", "log", "checkpoint")["size"]


def certify(tale, app):
    tale.numbers[app["package"]] = tale.run("decider", "decide", tale.evaluate(app), "--grant")["number"]


def take_all(watch, tale, entries):
    """Reads until everything that is published was shown; each entry is the one that comes next."""
    wanted = size(tale)
    while len(entries) < wanted:
        entry = json.loads(watch.line())
        expect("the next index", entry["index"], len(entries))
        entries.append(entry)
    for index in (0, wanted - 1):
        expect("an entry", entries[index]["leafHash"], tale.run("decider", "log", "entry", index)["leafHash"])


def watched(tale):
    tale.found()
    tale.gather()
    first, second, third = tale.apps
    entries = []
    watch = Watch(tale, "--from", 0, json_lines=True)
    people = None
    try:
        with story.step("all that was there is shown, and what comes"):
            take_all(watch, tale, entries)
            certify(tale, first)
            take_all(watch, tale, entries)
            expect("the newest", entries[-1]["type"], "vc+jwt")
        with story.step("it goes on after a stop, with the next entry"):
            tale.certmark.stop()
            tale.certmark.start()
            certify(tale, second)
            take_all(watch, tale, entries)
        with story.step("and after a kill"):
            tale.certmark.daemon.kill()
            tale.certmark.daemon.wait()
            tale.certmark.start()
            certify(tale, third)
            take_all(watch, tale, entries)
        with story.step("for people it is a line each, from the next one on"):
            people = Watch(tale, "--from", len(entries) - 1, json_lines=False)
            expect("the last one", people.line().split()[:2], [str(len(entries) - 1), "vc+jwt"])
            proposal = tale.run("officer", "suspend", tale.numbers[first["package"]], "--reason", "misuse")["name"]
            tale.run("decider", "suspend", "--confirm", proposal)
            said = people.line().split()
            expect("the event", said[:4], [str(len(entries)), "secevent+jwt", "suspended", f"android:{first['package']}"])
            take_all(watch, tale, entries)
        with story.step("it ends when it is told to"):
            said, code = people.interrupt()
            expect("the exit code", code, 0)
            if f"Stopped: `certmark log watch --from {len(entries)}` goes on." not in said:
                raise story.Failed(f"the verb ends with {said!r}")
            expect("the other's end", watch.interrupt(), ("", 0))
        with story.step("and begins nowhere beyond the log"):
            tale.run("decider", "log", "watch", "--from", len(entries) + 1, expect=1)
    finally:
        watch.end()
        if people:
            people.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="certmark-watch-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        tale.apps = tale.apps[:3]
        try:
            watched(tale)
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print("The log was watched across two ends of its daemon, each entry once.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
