#!/usr/bin/env python3
"""The demonstration that ops/quickstart runs: see README.md beside this file.

    story.py --bin DIR [--once] [--keep DIR]
"""
import argparse
import base64
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
AUTHORITY = "https://ca.example"
# What the scheme asks for with a first application, and what each is here.
DOCUMENTS = {"application-form": "pdf", "legal-person-proof": "pdf", "version-control": "pdf", "self-evaluation": "pdf",
             "conformity-proof": "pdf", "channel-differences": "pdf", "privacy-policy": "txt", "inventory": "json",
             "permissions": "json", "third-party-sdks": "json"}
PAPERS = {"pdf": "%PDF-1.7\n% invented for the demonstration\n", "json": '{"invented": "for the demonstration"}\n',
          "txt": "Invented for the demonstration: nobody evaluated this app.\n"}


class Failed(Exception):
    """Something did not go as promised; the message is for a person."""


@contextlib.contextmanager
def step(text):
    """Prints what is being done, where somebody watches, and how long it took once it is done."""
    begun = time.monotonic()
    back = ""
    if sys.stdout.isatty():
        print(f"  … {text}", end="", flush=True)
        back = "\r"
    try:
        yield
    except BaseException:
        print(f"{back}  ✗ {text}", flush=True)
        raise
    print(f"{back}  ✓ {text} ({time.monotonic() - begun:.1f} s)", flush=True)


def in_a_year():
    return (datetime.date.today() + datetime.timedelta(days=365)).isoformat()


def free_ports(count):
    """Ports that were free a moment ago; they are held together so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
    finally:
        for s in sockets:
            s.close()


class Certmark:
    """The two programs."""

    def __init__(self, binaries, directory):
        self.binaries = binaries
        self.directory = directory
        self.authority = directory / "authority"
        self.daemon = None

    def run(self, home, *arguments, expect=0):
        """Runs `certmark --json` for the party at `home` and returns the object it printed."""
        command = [str(self.binaries / "certmark"), "--home", str(home), "--json", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != expect:
            raise Failed(f"`certmark {' '.join(map(str, arguments))}` ended with {done.returncode}, not {expect}:\n"
                         f"{done.stdout}{done.stderr}".rstrip())
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def start(self):
        log = (self.directory / "certmarkd.log").open("ab")
        self.daemon = subprocess.Popen([str(self.binaries / "certmarkd"), "--config", str(self.authority / "certmark.toml")],
                                       stdout=subprocess.PIPE, stderr=log, text=True)
        log.close()
        line = self.daemon.stdout.readline()
        if "ready" not in line:
            self.daemon.wait()
            raise Failed("certmarkd did not start:\n" + (self.directory / "certmarkd.log").read_text()[-2000:])

    def stop(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
            if self.daemon.wait(timeout=20) != 0:
                raise Failed("certmarkd did not end cleanly")
        self.daemon = None


class Story:
    def __init__(self, certmark, directory):
        self.certmark = certmark
        self.directory = directory
        self.ports = free_ports(5)
        apps = [json.loads(line) for line in (HERE / "apps.jsonl").read_text(encoding="utf-8").splitlines()]
        self.apps = [app for app in apps if app["use"] == "certify"]
        self.repackaged = next(app for app in apps if app["use"] == "same package, other signer")
        self.uncertified = next(app for app in apps if app["use"] == "not certified")
        self.pin = ""
        self.trust = self.certmark.authority / "trust" / "1.jwt"
        self.numbers = {}

    # ---- the cast

    def home(self, who):
        return self.certmark.authority / "registrar" if who == "registrar-1" else self.directory / "homes" / who

    def run(self, who, *arguments, expect=0):
        return self.certmark.run(self.home(who), *arguments, expect=expect)

    def endpoints(self):
        at = [f"127.0.0.1:{port}" for port in self.ports]
        return dict(zip(("--public-grpc", "--party-grpc", "--public-http", "--party-http", "--operations"), at))

    def enrol(self, who, name, roles, extra=(), two_registrars=True):
        """A party's own side makes the key; registrars approve against the fingerprint it told them."""
        at = self.endpoints()
        self.run(who, "trust", "add", self.trust, "--pin", self.pin)
        asked = self.run(who, "party", "enrol", "--authority", AUTHORITY, "--public", at["--public-grpc"],
                         "--party", at["--party-grpc"], "--name", name, "--no-passphrase", *extra)
        wanted = [argument for role in roles for argument in ("--role", role)]
        self.run("registrar-1", "party", "approve", asked["name"], "--fingerprint", asked["fingerprint"], *wanted)
        if two_registrars:
            self.run("registrar-2", "party", "confirm", asked["name"], "--fingerprint", asked["fingerprint"])
        return self.run(who, "party", "fetch")["party"]

    # ---- what the authority is asked, by the command line here, and by curl in by_curl.py

    def accredit(self, party):
        proposed = self.run("registrar-1", "accreditation", "grant", party, "--scheme", "CNCA-App-001", "--platform", "android",
                            "--until", in_a_year())["name"]
        self.run("registrar-2", "proposal", "confirm", proposed)

    def apply(self, app):
        return self.run(app["operator"], "apply", "--app", f"android:{app['package']}", "--app-name", app["name"],
                        "--signer", app["signer"], "--from", app["version_code"], "--to", app["version_code"], "--policy-url",
                        f"https://{app['operator']}.example/privacy", *self.materials())["name"]

    def accept(self, filed):
        self.run("officer", "evaluate", "accept", filed, "--laboratory", self.laboratory)

    def read_policy(self, filed, file):
        handed_in = self.run("laboratory", "document", "list", filed)["documents"]
        policy = next(document["name"] for document in handed_in if document["kind"] == "privacy-policy")
        self.run("laboratory", "document", "read", policy, "--out", file)

    def report(self, filed):
        self.run("laboratory", "evaluate", "report", filed, "--conform-all", "--method", "demonstration",
                 "--evidence", self.paper("txt"))

    def grant(self, filed):
        """Decides, and returns the certification's number."""
        return self.run("decider", "decide", filed, "--grant")["number"]

    def fetch_bundle(self, app):
        self.run(app["operator"], "bundle", self.numbers[app["package"]], "--output", self.bundle(app["package"]))

    def propose(self, act, number, reason):
        """Proposes to suspend or to revoke; returns the proposal's name."""
        return self.run("officer", act, number, "--reason", reason)["name"]

    def confirm(self, who, act, proposal, refused=False):
        self.run(who, act, "--confirm", proposal, expect=1 if refused else 0)

    def withdraw(self, app):
        self.run(app["operator"], "withdraw", self.numbers[app["package"]], "--reason", "holder-request")

    def certifications_of(self, package):
        return self.run("officer", "show", f"android:{package}").get("certifications", [])

    # ---- the acts

    def found(self):
        with step("the ceremony: root, two CAs, signers, log and the first registrar"):
            arguments = [part for pair in self.endpoints().items() for part in pair]
            made = self.certmark.run(self.directory / "homes" / "nobody", "init", self.certmark.authority, "--dev",
                                     "--authority", AUTHORITY, "--name", "Example Certification Authority",
                                     "--registrar", "Example Registrar 01", *arguments)
            self.pin = made["pin"]
        with step("the authority starts"):
            self.certmark.start()

    def gather(self):
        with step("a second registrar, approved by the first alone, this once"):
            self.enrol("registrar-2", "Example Registrar 02", ["registrar"], two_registrars=False)
        with step("two staff, each approved by one registrar and confirmed by the other"):
            self.enrol("officer", "Example Staff 01", ["reviewer", "surveillance-officer"])
            self.enrol("decider", "Example Staff 02", ["decider"])
        with step("a laboratory, likewise"):
            self.laboratory = self.enrol("laboratory", "Example Test Laboratory", ["laboratory"])
        with step("it is accredited: one registrar proposes, the other confirms"):
            self.accredit(self.laboratory)
        with step(f"{len(self.apps)} operators, one for each app"):
            for n, app in enumerate(self.apps, 1):
                app["operator"] = f"operator-{n:02}"
                self.enrol(app["operator"], f"Example Operator {n:02}", ["operator"],
                           ("--operator-id", f"reg:XX:{n:07}", "--url", f"https://operator{n:02}.example"), two_registrars=False)

    def paper(self, suffix):
        """The one file that stands for every document of that type here."""
        file = self.directory / f"paper.{suffix}"
        if not file.exists():
            file.write_text(PAPERS[suffix], encoding="utf-8")
        return file

    def materials(self):
        """What the scheme asks for with an application, as arguments: named in the form, and handed in."""
        return ["--self-evaluate-conform", *(argument for kind, suffix in DOCUMENTS.items()
                                             for argument in ("--document", f"{kind}={self.paper(suffix)}"))]

    def evaluate(self, app):
        """Takes an app's application as far as the decision; returns its name."""
        filed = self.apply(app)
        self.accept(filed)
        self.read_policy(filed, self.directory / f"{app['package']}.policy.txt")
        self.report(filed)
        return filed

    def certify(self):
        for app in self.apps:
            with step(f"{app['package']} {app['version_name']}: applied, accepted, evaluated, decided, issued"):
                filed = self.evaluate(app)
                self.numbers[app["package"]] = self.grant(filed)
        with step("every bundle fetched"):
            self.fetch_bundles()

    def bundle(self, package):
        return self.directory / "bundles" / f"{package}.certmark.json"

    def fetch_bundles(self):
        (self.directory / "bundles").mkdir(exist_ok=True)
        for app in self.apps:
            self.fetch_bundle(app)

    def verify(self, bundle, app, expect_verdict):
        """Verifies as a store would: with a trust list and a pin, and nothing of the authority's."""
        codes = {"VALID": 0, "STATUS_UNKNOWN": 2, "STATUS_STALE": 2}
        got = self.certmark.run(self.directory / "homes" / "store", "verify", bundle, "--app", f"android:{app['package']}",
                                "--signer", app["signer"], "--build", app["version_code"], "--trust", self.trust, "--pin",
                                self.pin, "--allow", "AllowTestAuthority", expect=codes.get(expect_verdict, 1))
        if got["verdict"] != expect_verdict:
            raise Failed(f"{app['package']}: {got['verdict']} ({got['reason']}), not {expect_verdict}")
        return got

    def go_offline(self):
        with step("the authority stops"):
            self.certmark.stop()
        with step(f"offline, a store verifies all {len(self.apps)}: VALID"):
            for app in self.apps:
                self.verify(self.bundle(app["package"]), app, "VALID")
        with step("offline, the right package under another signer: WRONG_SIGNER"):
            self.verify(self.bundle(self.repackaged["package"]), self.repackaged, "WRONG_SIGNER")
        with step(f"offline, another app's bundle shown for {self.uncertified['package']}, which has none: WRONG_APP"):
            self.verify(self.bundle(self.apps[0]["package"]), self.uncertified, "WRONG_APP")
        with step("offline, a bundle with one byte of its credential changed: BAD_SIGNATURE"):
            self.verify(self.tampered(self.apps[1]), self.apps[1], "BAD_SIGNATURE")
        with step("the authority starts again, on the same log"):
            self.certmark.start()

    def tampered(self, app):
        """A copy whose credential says another level: still well-formed, no longer signed."""
        bundle = json.loads(self.bundle(app["package"]).read_text(encoding="utf-8"))
        header, payload, signature = bundle["credential"].split(".")
        claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
        claims = claims.replace('"level":"certified"', '"level":"certifieD"')
        payload = base64.urlsafe_b64encode(claims.encode()).rstrip(b"=").decode()
        bundle["credential"] = ".".join((header, payload, signature))
        file = self.directory / "bundles" / "tampered.certmark.json"
        file.write_text(json.dumps(bundle), encoding="utf-8")
        return file

    def change_states(self):
        suspended, revoked, withdrawn = self.apps[2], self.apps[3], self.apps[4]
        number = lambda app: self.numbers[app["package"]]
        with step(f"{suspended['package']} suspended: proposed by one, confirmed by another"):
            proposal = self.propose("suspend", number(suspended), "misuse")
            self.confirm("officer", "suspend", proposal, refused=True)  # not by the one who proposed it
            self.confirm("decider", "suspend", proposal)
        with step(f"{revoked['package']} revoked, likewise"):
            self.confirm("decider", "revoke", self.propose("revoke", number(revoked), "serious-defect"))
        with step(f"{withdrawn['package']} withdrawn by its operator"):
            self.withdraw(withdrawn)
        with step("their bundles fetched again and verified: SUSPENDED, REVOKED, ENDED; the others still VALID"):
            self.fetch_bundles()
            expected = {suspended["package"]: "SUSPENDED", revoked["package"]: "REVOKED", withdrawn["package"]: "ENDED"}
            for app in self.apps:
                self.verify(self.bundle(app["package"]), app, expected.get(app["package"], "VALID"))
        with step(f"the register, asked for {self.uncertified['package']}: no certification"):
            if self.certifications_of(self.uncertified["package"]):
                raise Failed("an app that nobody certified has a certification")

    def mirror(self, verb, *arguments, expect=0):
        return self.run("store", "mirror", verb, *arguments, "--directory", self.directory / "mirror", expect=expect)

    def follow_and_look_up(self):
        certified, suspended = self.apps[0], self.apps[2]
        with step("a store's own mirror follows the log, every entry checked"):
            self.run("store", "trust", "add", self.trust, "--pin", self.pin)
            log = f"{AUTHORITY.removeprefix('https://')}/log/1"
            self.mirror("follow", "--once", "--from", f"{log}=https://{self.endpoints()['--public-http']}/log/1", "--ca-file",
                        self.certmark.authority / "certificates" / "root.pem")
        with step("and answers for itself: VALID, SUSPENDED; under another signer nothing"):
            self.look_up(certified, certified["signer"], ["VALID"])
            self.look_up(suspended, suspended["signer"], ["SUSPENDED"], code=2)
            self.look_up(certified, "0" * 64, [], code=1)

    def look_up(self, app, signer, expect_states, code=0):
        # A test authority, without witnesses: nobody vouches for its log being the newest, so that a state that is not
        # VALID is one that cannot be told for sure.
        found = self.mirror("lookup", f"android:{app['package']}", "--signer", signer, "--allow", "AllowTestAuthority", "--allow",
                            "AllowUnknownStatus", expect=code)
        states = [one["state"] for one in found["certifications"]]
        if states != expect_states:
            raise Failed(f"the mirror says {states} of {app['package']}, not {expect_states}")

    def refuse_an_apk(self):
        """A good bundle, and a file that one reader takes for an APK and another for a program."""
        file = self.directory / "janus.apk"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("classes.dex", b"dex\n035\0")
        file.write_bytes(b"dex\n035\0" + bytes(104) + file.read_bytes())
        with step("a good bundle with an APK that has a program in front of it: refused"):
            got = self.certmark.run(self.home("store"), "verify", self.bundle(self.apps[0]["package"]), "--apk", file, "--trust",
                                    self.trust, "--pin", self.pin, "--allow", "AllowTestAuthority", expect=1)
            if got["verdict"] != "UNDECIDED":
                raise Failed(f"an APK of two readings: {got['verdict']}")

    def tell(self):
        print("The apps' packages, signers and versions are real; operators, laboratory and findings are invented, "
              "and nothing here certifies anything.")
        self.found()
        self.gather()
        self.certify()
        self.go_offline()
        self.change_states()
        self.follow_and_look_up()
        self.refuse_an_apk()

    def stay(self):
        """Leaves the authority running until Ctrl-C."""
        at = self.endpoints()
        print(f"\nThe authority is up.\n"
              f"  discovery   https://{at['--public-http']}/.well-known/certmark\n"
              f"  a look-up   https://{at['--public-http']}/v1/apps/android/{self.apps[0]['package']}\n"
              f"  the log     https://{at['--public-http']}/log/1/checkpoint\n"
              f"  gRPC        {at['--public-grpc']} (public), {at['--party-grpc']} (parties)\n"
              f"  pin         {self.pin}\n"
              f"  trust root  {self.certmark.authority / 'certificates' / 'root.pem'} (for curl --cacert)\n"
              f"  data        {self.directory}\n"
              f"Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            self.certmark.daemon.wait()


def main(kind=Story):
    """Tells the story as `kind` of it does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    parser.add_argument("--once", action="store_true", help="end after the demonstration")
    parser.add_argument("--keep", type=pathlib.Path, help="keep the data in this new directory")
    options = parser.parse_args()

    if options.keep:
        options.keep.mkdir(mode=0o700)
    directory = options.keep.resolve() if options.keep else pathlib.Path(tempfile.mkdtemp(prefix="certmark-quickstart-"))
    certmark = Certmark(options.bin.resolve(), directory)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    try:
        story = kind(certmark, directory)
        story.tell()
        print(f"All of it took {time.monotonic() - begun:.1f} s: {len(story.apps)} real apps certified, verified offline, "
              "one suspended, one revoked, one withdrawn.")
        if not options.once:
            story.stay()
        certmark.stop()
    except Failed as failure:
        print(f"The demonstration failed: {failure}", file=sys.stderr)
        return 1
    finally:
        if certmark.daemon and certmark.daemon.poll() is None:
            certmark.daemon.kill()
            certmark.daemon.wait()
        if options.keep:
            print(f"The data is kept in {directory}.")
        else:
            shutil.rmtree(directory, ignore_errors=True)
            print("The authority is stopped and its data removed.")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
