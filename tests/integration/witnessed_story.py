#!/usr/bin/env python3
"""An authority whose verifiers demand two of three witnesses, and three `certmark witness`: who sees what, and when.

    witnessed_story.py --bin DIR
"""
import argparse
import base64
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import day_head  # noqa: E402
import story  # noqa: E402  the demonstration's way of working with the two programs

PATIENCE = 60  # seconds that anything may take here before it counts as never


class Witness:
    """A `certmark witness` in a directory of its own; it comes back to the port that it had."""

    def __init__(self, binaries, directory, number):
        self.certmark = str(binaries / "certmark")
        self.directory = directory
        self.port = 0
        self.process = None
        made = subprocess.run([self.certmark, "--json", "witness", "init", "--directory", str(directory), "--name",
                               f"witness.example/w{number}", "--dev"], capture_output=True, text=True, check=True)
        self.vkey = json.loads(made.stdout)["vkey"]

    def serve(self, log):
        self.process = subprocess.Popen([self.certmark, "--json", "witness", "serve", "--directory", str(self.directory),
                                         "--listen", f"127.0.0.1:{self.port}", "--log", log],
                                        stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=PATIENCE)


class WitnessedStory(story.Story):
    def found(self, witnesses):
        """The ceremony with these witnesses, a policy file, and the daemon."""
        listed = [part for witness in witnesses for part in ("--witness", witness.vkey)]
        endpoints = [part for pair in self.endpoints().items() for part in pair]
        made = self.certmark.run(self.directory / "homes" / "nobody", "init", self.certmark.authority, "--dev", "--authority",
                                 story.AUTHORITY, "--name", "Example Certification Authority", "--registrar",
                                 "Example Registrar 01", "--quorum", "2", *listed, *endpoints)
        self.pin = made["pin"]
        payload = self.trust.read_text().split(".")[1]
        log = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["logs"][0]["vkey"]
        for witness in witnesses:
            witness.serve(log)
        policy = self.certmark.authority / "witnesses.policy"
        lines = [f"witness w{n} {witness.vkey} {witness.url}\n" for n, witness in enumerate(witnesses, 1)]
        policy.write_text("".join(lines) + "group two 2 w1 w2 w3\nquorum two\n")
        config = self.certmark.authority / "certmark.toml"
        text = config.read_text()
        if 'witness_policy = ""' not in text.replace("'", '"'):
            raise story.Failed("certmark.toml has no empty witness_policy to fill in")
        config.write_text(text.replace("witness_policy = ''", f"witness_policy = '{policy}'").replace(
            'witness_policy = ""', f'witness_policy = "{policy}"'))
        self.certmark.start()
        return log

    def operations(self, path):
        with urllib.request.urlopen(f"http://{self.endpoints()['--operations']}{path}", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def metric(self, name):
        return float(next(line.split()[1] for line in self.operations("/metrics").splitlines() if line.startswith(name + " ")))

    def bundle_comes(self, number, app):
        """The bundle, once it proves the certification against a checkpoint that the quorum cosigned."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.run("decider", "bundle", number, "--output", self.bundle(app["package"]))
                return self.verify(self.bundle(app["package"]), app, "VALID")
            except story.Failed:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


def tell(tale, witnesses):
    log = tale.found(witnesses)
    tale.apps = tale.apps[:3]
    tale.gather()
    (tale.directory / "bundles").mkdir()
    first, second, third = tale.apps
    day_head.await_head(tale)
    with story.step("all three witnesses are up: a grant is answered with a bundle that every verifier accepts"):
        number = tale.run("decider", "decide", tale.evaluate(first), "--grant", "--output", tale.bundle(first["package"]))["number"]
        outcome = tale.verify(tale.bundle(first["package"]), first, "VALID")
        if "witnesses" not in json.dumps(outcome):
            raise story.Failed("the verifier does not speak of witnesses")
        if tale.metric("certmark_log_witnessed_size") != tale.metric("certmark_log_published_size"):
            raise story.Failed("answered before the witnesses had cosigned")
    with story.step("one is down: two are a quorum"):
        witnesses[0].stop()
        tale.run("decider", "decide", tale.evaluate(second), "--grant", "--output", tale.bundle(second["package"]))
        tale.verify(tale.bundle(second["package"]), second, "VALID")
        findings = tale.run("decider", "doctor", expect=2)["findings"]
        found = next(finding for finding in findings if finding["check"] == "witnesses")
        if found["health"] != "warning" or "witness.example/w1" not in found["text"]:
            raise story.Failed(f"the doctor does not say who is down: {found}")
    with story.step("two are down: the grant stands, its bundle is still to come, and nothing new is shown"):
        witnesses[1].stop()
        filed = tale.evaluate(third)
        shown = tale.metric("certmark_log_witnessed_size")
        tale.run("decider", "decide", filed, "--grant", "--output", tale.bundle(third["package"]), expect=2)
        number = tale.run("decider", "show", filed)["certification"].split("/")[1]
        if tale.metric("certmark_log_witnessed_size") != shown or tale.metric("certmark_log_published_size") <= shown:
            raise story.Failed("something is shown that no quorum has cosigned")
        tale.run("decider", "bundle", number, "--output", tale.bundle(third["package"]), expect=1)
    with story.step("one is back: the bundle comes"):
        witnesses[1].serve(log)
        tale.bundle_comes(number, third)
    with story.step("the authority starts again: what was shown is shown"):
        tale.certmark.stop()
        tale.certmark.start()
        tale.bundle_comes(number, third)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="certmark-witnessed-"))
    certmark = story.Certmark(options.bin.resolve(), directory)
    witnesses = []
    try:
        for number in (1, 2, 3):
            witnesses.append(Witness(options.bin.resolve(), directory / f"w{number}", number))
        tell(WitnessedStory(certmark, directory), witnesses)
        certmark.stop()
    except story.Failed as failure:
        print(f"witnessed_story: {failure}", file=sys.stderr)
        log = directory / "certmarkd.log"
        print(log.read_text()[-3000:] if log.exists() else "", file=sys.stderr)
        return 1
    finally:
        for process in [certmark.daemon] + [witness.process for witness in witnesses]:
            if process and process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(directory, ignore_errors=True)
    print("witnessed_story: shown is what two of three witnesses have cosigned.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
