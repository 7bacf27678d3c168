#!/usr/bin/env python3
"""The command line as somebody has it in hand: contexts, the doctor beside a real daemon, watching, a terminal, completion.

    command_line.py --bin DIR
"""
import argparse
import fcntl
import json
import os
import pathlib
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of founding an authority and enrolling people

PATIENCE = 60  # seconds that anything may take here before it counts as never


def claim(holds, what):
    if not holds:
        raise story.Failed(what)


class CommandLine(story.Story):
    def __init__(self, certmark, directory):
        super().__init__(certmark, directory)
        self.binary = str(certmark.binaries / "certmark")
        self.around = {name: value for name, value in os.environ.items() if not name.startswith("CERTMARK_")}
        self.around.update(XDG_CONFIG_HOME=str(directory / "config"), PATH=f"{certmark.binaries}:{os.environ['PATH']}")

    def typed(self, *arguments, expect=0, **variables):
        """What a command prints where no home is named; without `expect`, however it ends."""
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True, check=False,
                              env=self.around | variables, timeout=PATIENCE)
        claim(expect is None or done.returncode == expect, f"{arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def findings(self, *arguments, expect):
        """The doctor's findings by check; of several of one check, the worst."""
        order = ["skipped", "ok", "warning", "failed"]
        found = {}
        for finding in json.loads(self.typed("--json", "doctor", *arguments, expect=expect))["findings"]:
            known = found.get(finding["check"])
            if not known or order.index(known["health"]) < order.index(finding["health"]):
                found[finding["check"]] = finding
        return found

    def ask_to_be_enrolled(self, who, name):
        """As enrol, but no registrar has seen it yet."""
        at = self.endpoints()
        self.run(who, "trust", "add", self.trust, "--pin", self.pin)
        self.run(who, "party", "enrol", "--authority", story.AUTHORITY, "--public", at["--public-grpc"], "--party",
                 at["--party-grpc"], "--name", name, "--operator-id", "reg:XX:0000002", "--no-passphrase")

    # ---- the claims

    def contexts(self):
        self.enrol("operator", "示例运营者有限责任公司 01", ["operator"], ("--operator-id", "reg:XX:0000001"),
                   two_registrars=False)
        self.typed("context", "add", "operator", "--home", self.home("operator"))
        self.typed("context", "add", "registrar", "--home", self.home("registrar-1"))
        self.typed("context", "use", "operator")
        who = lambda *arguments, **variables: json.loads(self.typed("--json", *arguments, "party", "show", **variables))
        operator, registrar = who(), who("--context", "registrar")
        claim(operator["displayName"].startswith("示例"), f"the context in use is the operator's: {operator}")
        claim(registrar["displayName"] == "Example Registrar 01", f"and the named one the registrar's: {registrar}")
        claim(who(CERTMARK_CONTEXT="registrar") == registrar, "a variable names one too")
        claim(who(CERTMARK_HOME=str(self.home("registrar-1"))) == registrar, "who names a home means that home")
        claim("no newer list" in self.typed("trust", "fetch"), "there is one trust list yet")

    def well(self):
        at = self.endpoints()
        site = ("--site", f"https://{at['--public-http']}/.well-known/certmark", "--ca-file",
                self.certmark.authority / "certificates" / "root.pem")
        found = self.findings(*site, expect=0)
        claim(found["clock"]["health"] == "ok", f"one clock is one clock: {found['clock']}")
        claim("parties/" in found["authority"]["text"], f"the authority knows the home: {found['authority']}")
        for check in ("contexts", "home", "certificate", "trust list"):
            claim(found[check]["health"] == "ok", f"{check}: {found[check]}")
        unsaid = self.findings(expect=0)["clock"]
        claim(unsaid["health"] == "skipped", f"nobody is at https://ca.example: {unsaid}")
        daemon = self.findings("--config", self.certmark.authority / "certmark.toml", expect=None)
        for check in ("configuration", "anchor"):
            claim(daemon[check]["health"] == "ok", f"{check} beside a running daemon: {daemon[check]}")
        claim("MiB are free" in daemon["disk"]["text"], f"the disk was looked at: {daemon['disk']}")

    def ill(self):
        config = self.certmark.authority / "certmark.toml"
        old = self.directory / "old-data"
        self.certmark.stop()
        found = self.findings(expect=1)
        claim(found["authority"]["health"] == "failed", f"nobody answers: {found['authority']}")
        shutil.copytree(self.certmark.authority / "data", old)
        self.certmark.start()
        self.enrol("store", "Example App Store", ["relying-party"], two_registrars=False)
        self.certmark.stop()
        (self.certmark.authority / "data").rename(self.directory / "new-data")
        old.rename(self.certmark.authority / "data")
        anchor = self.findings("--config", config, expect=1)["anchor"]
        claim(anchor["health"] == "failed", f"an old copy of the database is noticed: {anchor}")
        shutil.rmtree(self.certmark.authority / "data")
        (self.directory / "new-data").rename(self.certmark.authority / "data")
        anchor = self.findings("--config", config, expect=1)["anchor"]
        claim(anchor["health"] == "ok", f"and the right one is right, without a daemon too: {anchor}")
        self.certmark.start()

    def watched(self):
        watch = subprocess.Popen([self.binary, "--json", "--context", "registrar", "party", "list", "--watch=1"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.around)
        try:
            names = lambda: [each["displayName"] for each in json.loads(watch.stdout.readline())["enrolments"]]
            before = names()
            self.ask_to_be_enrolled("late", "名字很长的示例运营者有限责任公司及其分公司 02")
            after = names()
            claim((before, len(after)) == ([], 1) and after[0].startswith("名字很长"), f"first {before}, then {after}")
            watch.send_signal(signal.SIGINT)
            out, err = watch.communicate(timeout=PATIENCE)
            claim(watch.returncode == 0 and out == "" and err == "", f"Ctrl-C: {watch.returncode} {out}{err}")
        finally:
            watch.kill()
            watch.wait()

    def on_a_terminal(self, columns, *arguments, end_at=None):
        """What a command writes to a terminal of that width; interrupted as soon as it has written `end_at`."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen([self.binary, *arguments], stdin=follower, stdout=follower, stderr=follower,
                                   env=self.around)
        os.close(follower)
        text = b""
        try:
            while piece := os.read(leader, 4096):
                text += piece
                if end_at and end_at in text:
                    process.send_signal(signal.SIGINT)
                    end_at = None
        except OSError:  # how a terminal says that nobody writes to it any more
            pass
        finally:
            os.close(leader)
        claim(process.wait(timeout=PATIENCE) == 0, f"{arguments} ended with {process.returncode}: {text.decode()}")
        return text.decode()

    def terminal(self):
        listing = ("--context", "registrar", "party", "list")
        wide, narrow = self.on_a_terminal(300, *listing), self.on_a_terminal(90, *listing)
        claim("…" not in wide and "及其分公司 02" in wide, f"a wide terminal shows all:\n{wide}")
        claim("…" in narrow, f"a narrow one what fits:\n{narrow}")
        claim("…" not in self.typed(*listing), "and what is no terminal all")
        watch = self.on_a_terminal(90, *listing, "--watch=1", end_at=b"Ctrl-C ends it.")
        claim("\x1b[2J" in watch and "Watched until now: it changed 0 times." in watch, f"watched:\n{watch}")

    def completed(self):
        done = subprocess.run(["bash", "--norc", "--noprofile", "-c",
                               "source <(certmark completion bash); COMP_WORDS=(certmark --context o); COMP_CWORD=2; "
                               "_certmark; echo \"${COMPREPLY[@]}\""],
                              capture_output=True, text=True, check=False, env=self.around, timeout=PATIENCE)
        claim(done.stdout == "operator\n", f"a context is completed: {done.stdout}{done.stderr}")

    def tell(self):
        self.found()
        for what in (self.contexts, self.well, self.ill, self.watched, self.terminal, self.completed):
            with story.step(what.__name__):
                what()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="certmark-command-line-"))
    certmark = story.Certmark(options.bin.resolve(), directory)
    try:
        CommandLine(certmark, directory).tell()
        certmark.stop()
        print("The command line does what its page says.")
    except story.Failed as failure:
        print(f"Not so: {failure}", file=sys.stderr)
        return 1
    finally:
        if certmark.daemon and certmark.daemon.poll() is None:
            certmark.daemon.kill()
            certmark.daemon.wait()
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
