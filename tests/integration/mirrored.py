#!/usr/bin/env python3
"""`certmark mirror` beside a real daemon: it follows the log over HTTPS, answers look-ups that agree with the register
across suspension and revocation, shows no re-packager the mark, and answers and exports to other programs.

    mirrored.py --bin DIR
"""
import argparse
import csv
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of working with the two programs

ALLOW = ("--allow", "AllowTestAuthority", "--allow", "AllowUnknownStatus")  # a test authority without witnesses


def expect(what, found, wanted):
    if found != wanted:
        raise story.Failed(f"{what}: {found!r}, not {wanted!r}")


class Mirror:
    def __init__(self, tale, directory):
        self.tale = tale
        self.directory = directory / "mirror"
        self.source = f"https://{tale.endpoints()['--public-http']}/log/1"

    def run(self, verb, *arguments, code=0):
        return self.tale.run("decider", "mirror", verb, *arguments, "--directory", self.directory, expect=code)

    def follow(self, code=0):
        origin = story.AUTHORITY.removeprefix("https://") + "/log/1"
        return self.run("follow", "--once", "--from", f"{origin}={self.source}", "--ca-file", self.tale.ca_file(), code=code)

    def verdicts(self, app, *arguments, code=0):
        answer = self.run("lookup", f"android:{app['package']}", *ALLOW, *arguments, code=code)
        return [one["verdict"] for one in answer["certifications"]]

    def ask(self, path, question):
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(30)
            asked.connect(str(path))
            asked.sendall(json.dumps(question).encode() + b"\n")
            return json.loads(asked.makefile().readline())


def certify(tale, app):
    tale.numbers[app["package"]] = tale.run("decider", "decide", tale.evaluate(app), "--grant")["number"]


def mirrored(tale, mirror):
    tale.found()
    tale.gather()
    first, second = tale.apps
    with story.step("a log over HTTPS becomes an index"):
        certify(tale, first)
        followed = mirror.follow()
        expect("the size", followed["size"], tale.run("decider", "log", "checkpoint")["size"])
        expect("the verdicts", mirror.verdicts(first), ["VALID"])
        expect("what is not there", mirror.verdicts(second, code=1), [])
    with story.step("what is new is fetched, and nothing else"):
        certify(tale, second)
        again = mirror.follow()
        expect("what was new", again["new"], again["size"] - followed["size"])
        expect("the verdicts", mirror.verdicts(second), ["VALID"])
        third = mirror.follow()  # the authority may have logged something of its own meanwhile
        expect("a generation for what is new alone", third["generation"] - again["generation"], 1 if third["new"] else 0)
    with story.step("another's signing identity does not have the mark"):
        signer = mirror.run("lookup", f"android:{first['package']}", *ALLOW)["certifications"][0]["signers"][0]
        expect("its own", mirror.verdicts(first, "--signer", signer), ["VALID"])
        expect("another's", mirror.verdicts(first, "--signer", "0" * 64, code=1), [])
    with story.step("a suspension and a revocation arrive"):
        for app, act, said in ((first, "suspend", "SUSPENDED"), (second, "revoke", "REVOKED")):
            proposal = tale.run("officer", act, tale.numbers[app["package"]], "--reason", "misuse")["name"]
            tale.run("decider", act, "--confirm", proposal)
            mirror.follow()
            expect("without a witness nobody vouches for that being the newest", mirror.verdicts(app, code=2),
                   ["STATUS_STALE"])
            state = mirror.run("lookup", f"android:{app['package']}", *ALLOW, code=2)["certifications"][0]["state"]
            expect("the state", state, said)
    with story.step("programs are answered over a socket"):
        path = mirror.directory / "socket"
        command = [str(tale.certmark.binaries / "certmark"), "mirror", "serve", "--directory", str(mirror.directory),
                   "--socket", str(path), *ALLOW]
        serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            expect("it is ready", serving.stdout.readline().startswith("Answering at"), True)
            answer = mirror.ask(path, {"app": f"android:{first['package']}", "signer": signer})
            expect("the answer", [one["state"] for one in answer["certifications"]], ["SUSPENDED"])
            expect("no question", list(mirror.ask(path, {"app": "nothing"})), ["error"])
            serving.send_signal(signal.SIGTERM)
            expect("its end", serving.wait(timeout=30), 0)
        finally:
            if serving.poll() is None:
                serving.kill()
            serving.communicate()
    with story.step("everything is exported, a row each"):
        feed = mirror.directory.parent / "feed.csv"
        mirror.run("export", "--to", feed)
        rows = list(csv.DictReader(feed.open(encoding="utf-8")))
        expect("the rows", sorted((row["package"], row["state"], row["suspended_before"]) for row in rows),
               sorted([(first["package"], "SUSPENDED", "1"), (second["package"], "REVOKED", "0")]))
    with story.step("a daemon that is away changes nothing"):
        tale.certmark.stop()
        mirror.follow(code=2)
        status = mirror.run("status")["authorities"][0]
        expect("what is there still", (status["certifications"], status["trust"]), (2, "believed"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="certmark-mirror-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        tale.ca_file = lambda: certmark.authority / "certificates" / "root.pem"
        tale.apps = tale.apps[:2]
        try:
            mirrored(tale, Mirror(tale, directory))
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print("The mirror agreed with the log at every step.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
