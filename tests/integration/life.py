#!/usr/bin/env python3
"""Runs docs/LIFE.md: what it says that people type is typed, and what it says that they see must be seen.

    life.py --bin DIR [--keep DIR]

In a block ```console, `who$ certmark …` is a command of somebody's; the lines below it, up to the next one, are lines of what it
prints, in that order, with others between them. In such a line `…` stands for anything, and `$NAME` for the name of something, which commands may use
from then on. A line that begins with `certmark:` is a refusal, one with `REVOKED:` a verdict: the command must not
end with 0.
"""
import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of founding an authority and enrolling people

PAGE = ROOT / "docs" / "LIFE.md"
NAME = r"[a-z]+/[a-z0-9]+|(?:orders/)?C[MO]-[0-9]{4}-[0-9A-Z]+"  # of a resource, or a certification's number
PROMPT = re.compile(r"([a-z0-9-]+)\$ (.*)")
STAFF = {"reviewer": "reviewer", "reviewer-2": "reviewer", "decider": "decider", "decider-2": "decider",
         "officer": "surveillance-officer", "officer-2": "surveillance-officer", "appeals": "appeals-officer"}


class Command:
    def __init__(self, heading, who, line):
        self.heading, self.who, self.line, self.seen = heading, who, line, []


def commands_of(page):
    """The commands of a page, each with the lines that it must print."""
    commands, heading, inside, continued = [], "", False, False
    for line in page.splitlines():
        if line.startswith("```"):
            inside, continued = line == "```console", False
        elif line.startswith("#"):
            heading = line.lstrip("# ")
        elif inside:
            prompt = PROMPT.fullmatch(line)
            if continued:
                commands[-1].line += " " + line.strip().removesuffix("\\")
            elif prompt:
                commands.append(Command(heading, prompt[1], prompt[2].removesuffix("\\")))
            elif line.strip():
                commands[-1].seen.append(line.strip())
            continued = line.endswith("\\") and (continued or prompt is not None)
    return commands


class Life(story.Story):
    def __init__(self, certmark, directory):
        super().__init__(certmark, directory)
        app = next(app for app in self.apps if app["package"] == "org.mozilla.fennec_fdroid")
        self.words = {"PACKAGE": app["package"], "SIGNER": app["signer"], "BUILD": str(app["version_code"])}
        self.folder = directory / "papers"
        self.folder.mkdir()
        self.write_papers()

    def write_papers(self):
        """What the people of the page have on their machines."""
        paper = lambda name, text: (self.folder / name).write_text(text, encoding="utf-8")
        for kind, suffix in story.DOCUMENTS.items():
            paper(f"{kind}.{suffix}", story.PAPERS[suffix])
        paper("privacy-policy.txt", "What the app collects, invented. 2024.\n")
        paper("privacy-policy-new.txt", "What the app collects, invented. 2026.\n")
        paper("evidence.txt", "What was seen on the device, invented.\n")
        paper("complaint.txt", "It sends my contacts somewhere before I agreed to anything.\n")
        paper("grounds.txt", "The documents that the authority calls forged are genuine.\n")
        scheme = json.loads((ROOT / "ca/schemes/CNCA-App-001-2019.json").read_text(encoding="utf-8"))
        codes = [criterion["code"] for catalogue in scheme["catalogues"] for criterion in catalogue["criteria"]]
        answer = {"result": "conform", "method": "tested on a device", "evidence": ["evidence.txt"]}
        answers = [{"criterion": code, **answer} for code in codes]
        for each in answers:
            if each["criterion"] == "APP-2019/3.1":
                each.update(result="nonconform", finding="collects-before-consent")
        paper("answers.json", json.dumps({"answers": answers}))
        named = {kind: f"{kind}.{suffix}" for kind, suffix in story.DOCUMENTS.items()}
        for word, policy in (("DOCUMENTS", "privacy-policy.txt"), ("NEW_DOCUMENTS", "privacy-policy-new.txt")):
            named["privacy-policy"] = policy
            self.words[word] = " ".join(f"--document {kind}={file}" for kind, file in named.items())
        self.words["TODAY"] = time.strftime("%Y-%m-%d", time.gmtime())

    def gather(self):
        with story.step("everybody is enrolled"):
            self.enrol("registrar-2", "Example Registrar 02", ["registrar"], two_registrars=False)
            for n, (who, role) in enumerate(STAFF.items(), 1):
                self.enrol(who, f"Example Staff {n:02}", [role])
            self.words["LABORATORY"] = self.enrol("laboratory", "Example Test Laboratory", ["laboratory"])
            self.enrol("store", "Example App Store", ["relying-party"], two_registrars=False)
            self.words["OPERATOR"] = self.enrol("operator", "Example Operator 01", ["operator"],
                                                ("--operator-id", "reg:XX:0000001", "--url", "https://operator01.example"),
                                                two_registrars=False)

    def type(self, command):
        words = shlex.split(self.filled(command.line))
        if words[0] != "certmark":
            raise story.Failed(f"not a command of certmark's: {command.line}")
        done = subprocess.run([str(self.certmark.binaries / "certmark"), "--home", str(self.home(command.who)), *words[1:]],
                              capture_output=True, text=True, check=False, cwd=self.folder)
        refused = any(line.startswith(("certmark:", "REVOKED:")) for line in command.seen)
        if (done.returncode != 0) != refused:
            raise story.Failed(f"{command.who}$ {shlex.join(words)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
        printed = (done.stdout + done.stderr).splitlines()
        for line in command.seen:
            printed = self.see(command, line, printed, done)

    def filled(self, text):
        return re.sub(r"\$([A-Z0-9_]+)", lambda name: self.words[name[1]], text)

    def see(self, command, line, printed, done):
        """Finds the first printed line that is as the page says; returns those behind it."""
        pattern = ""
        for part in re.split(r"(…|\$[A-Z0-9_]+)", line):
            known = self.words.get(part[1:]) if part.startswith("$") else None
            if part == "…":
                pattern += ".*?"
            elif part.startswith("$") and known is None:
                pattern += rf"(?P<{part[1:]}>{NAME})"
            else:
                pattern += re.escape(part if known is None else known)
        pattern = re.sub(r"(\\ )+", r"\\s+", pattern)
        for n, text in enumerate(printed):
            found = re.fullmatch(pattern, text.strip())
            if found:
                self.words.update(found.groupdict())
                return printed[n + 1:]
        raise story.Failed(f"{command.who}$ {command.line}\ndid not print: {line}\nbut:\n{done.stdout}{done.stderr}")

    def live(self):
        self.found()
        self.gather()
        heading = ""
        for command in commands_of(PAGE.read_text(encoding="utf-8")):
            if command.heading != heading:
                heading = command.heading
                print(f"  {heading}", flush=True)
            self.type(command)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    parser.add_argument("--keep", type=pathlib.Path, help="keep the data in this new directory")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(mode=0o700)
    directory = options.keep.resolve() if options.keep else pathlib.Path(tempfile.mkdtemp(prefix="certmark-life-"))
    certmark = story.Certmark(options.bin.resolve(), directory)
    try:
        life = Life(certmark, directory)
        life.live()
        certmark.stop()
        certmark.run(life.home("store"), "log", "fsck", certmark.authority)
        print("The page is true; log, records and status lists agree.")
    except story.Failed as failure:
        print(f"The page is not true: {failure}", file=sys.stderr)
        return 1
    finally:
        if certmark.daemon and certmark.daemon.poll() is None:
            certmark.daemon.kill()
            certmark.daemon.wait()
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
