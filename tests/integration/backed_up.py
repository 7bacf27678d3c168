#!/usr/bin/env python3
"""An authority is backed up while it works, lost, and restored: nothing that was published is lost, nothing is un-revoked.

    backed_up.py --bin DIR
"""
import argparse
import base64
import concurrent.futures
import functools
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "ops" / "demo"))
import day_head  # noqa: E402
import story  # noqa: E402  the demonstration's way of working with the two programs

KEYS = ["credential-signer", "log", "party-ca", "server", "status-signer"]
STORES = ["documents", "document-keys"]


def require(holds, what):
    if not holds:
        raise story.Failed(what)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class StaticServer:
    """A plain web server that knows nothing of logs."""

    def __init__(self, directory):
        handler = functools.partial(Quiet, directory=str(directory))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Witness:
    """A running `certmark witness serve`, and the policy of a log that asks it."""

    def __init__(self, keeper, trust, directory):
        payload = trust.read_text().split(".")[1]
        log = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["logs"][0]["vkey"]
        made = keeper.run("witness", "init", "--directory", directory, "--name", "witness.example/w1", "--dev")
        self.process = subprocess.Popen(
            [keeper.tale.certmark.binaries / "certmark", "--json", "witness", "serve", "--directory", directory, "--listen",
             "127.0.0.1:0", "--log", log], stdout=subprocess.PIPE, text=True)
        url = json.loads(self.process.stdout.readline())["url"]
        self.policy = directory.with_suffix(".policy")
        self.policy.write_text(f"witness w1 {made['vkey']} {url}\nquorum w1\n", encoding="utf-8")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Keeper:
    """Whoever keeps the authority's machine."""

    def __init__(self, tale, directory):
        self.tale = tale
        self.directory = directory
        self.authority = tale.certmark.authority
        self.home = directory / "homes" / "keeper"

    def run(self, *arguments, expect=0):
        return self.tale.certmark.run(self.home, *arguments, expect=expect)

    def refused(self, *arguments, expect=1):
        """Runs a verb that must be refused; returns the line that says why."""
        done = subprocess.run([str(self.tale.certmark.binaries / "certmark"), *map(str, arguments)], capture_output=True,
                              text=True, check=False)
        require(done.returncode == expect, f"{arguments} ended with {done.returncode}, not {expect}: {done.stdout}{done.stderr}")
        return done.stderr.strip()

    def fsck(self, where, *arguments):
        checked = self.run("log", "fsck", where, *arguments)
        require(checked["clean"], f"fsck of {where}: {checked['findings']}")
        return checked


def certify(tale, app):
    tale.numbers[app["package"]] = tale.run("decider", "decide", tale.evaluate(app), "--grant")["number"]


def post_backup(tale, token):
    """What the daemon answers to who shows this token."""
    request = urllib.request.Request(f"http://{tale.endpoints()['--operations']}/backup", method="POST",
                                     data=json.dumps({"to": "/nonexistent/x"}).encode(),
                                     headers={"Authorization": token, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def back_up(tale, keeper, directory):
    backup = directory / "backup"
    with story.step("a backup while the daemon issues, and the copy is whole"):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            issuing = pool.submit(certify, tale, tale.apps[2])
            made = keeper.run("backup", keeper.authority, "--to", backup)
            issuing.result()
        require(keeper.run("backup", "--verify", backup)["good"], "the backup is not good")
        require(made["logs"][1]["size"] >= 5, f"the backup has too little: {made}")
        require(not (backup / "keys").exists(), "there are keys in the backup")
    with story.step("over another backup: refused; for who has no token, or another: 401"):
        keeper.refused("backup", keeper.authority, "--to", backup)
        require(post_backup(tale, "Bearer x") == 401, "a wrong token is let in")
        require(post_backup(tale, "") == 401, "no token is let in")
        token = keeper.authority / "operations.token"
        require(token.stat().st_mode & 0o777 == 0o600, "the token may be read by others")
        require(post_backup(tale, "Bearer " + token.read_text().split("\n")[1]) == 503, "the token is not known")
    with story.step("the token goes to the daemon that wrote it, whatever certmark.toml says meanwhile"):
        config = keeper.authority / "certmark.toml"
        text = config.read_text()
        require(tale.endpoints()["--operations"] == token.read_text().split("\n")[0], "the token names another address")
        with socket.create_server(("127.0.0.1", 0)) as trap:
            trap.settimeout(0.0)
            config.write_text(text.replace(tale.endpoints()["--operations"], "127.0.0.1:%d" % trap.getsockname()[1]))
            keeper.run("backup", keeper.authority, "--to", directory / "backup-2")
            try:
                trap.accept()
                require(False, "the token was shown to another listener")
            except BlockingIOError:
                pass
        config.write_text(text)
    with story.step("with a byte changed, a file missing or one too many: not good, and not restored"):
        check_tampering(keeper, backup, directory)
    return backup


def check_tampering(keeper, backup, directory):
    def flip(copy):
        file = max((copy / "data").glob("*"), key=lambda f: f.stat().st_size)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    changes = [flip, lambda copy: (copy / "trust" / "1.jwt").unlink(), lambda copy: (copy / "trust" / "9.jwt").write_text("x")]
    for n, change in enumerate(changes):
        copy = directory / f"tampered-{n}"
        shutil.copytree(backup, copy)
        change(copy)
        require(not keeper.run("backup", "--verify", copy, expect=1)["good"], "a tampered backup is good")
        keeper.refused("restore", copy, "--to", directory / f"from-tampered-{n}", expect=2)
        require(not (directory / f"from-tampered-{n}" / "data").exists(), "a tampered backup was restored")


def restore_elsewhere(tale, keeper, backup, directory):
    elsewhere = directory / "elsewhere"
    with story.step("restored elsewhere, with nothing to ask and with nothing but the backup's own anchor: refused"):
        why = keeper.refused("restore", backup, "--to", elsewhere)
        require("nothing vouches" in why and "--witness-policy" in why and "--nothing-vouches" in why, why)
        keeper.refused("restore", backup, "--to", elsewhere, "--anchor", backup / "anchor" / "anchor", expect=3)
        require(not (elsewhere / "data").exists(), "an unvouched backup was restored")
    with story.step("told that nothing vouches: clean, its keys and documents asked for; bundles still verify"):
        done = keeper.run("restore", backup, "--to", elsewhere, "--nothing-vouches")
        require(len(done["missing"]) == len(KEYS + STORES), f"keys are not asked for: {done}")
        require(done["vouchedBy"] == [], "something vouched, and nothing was there")
        keeper.fsck(elsewhere)
        for app in tale.apps[:2]:
            tale.run(app["operator"], "bundle", tale.numbers[app["package"]], "--output", tale.bundle(app["package"]))
            tale.verify(tale.bundle(app["package"]), app, "VALID")
        keeper.refused("restore", backup, "--to", elsewhere)  # a database is there


def check_export(tale, keeper, www):
    with story.step("exported beside the running daemon, served by a plain web server, and checked there"):
        first = keeper.run("log", "export", keeper.authority, "--to", www)["logs"][0]
        again = keeper.run("log", "export", keeper.authority, "--to", www)["logs"][0]
        require(again["written"] == 0 and again["size"] == first["size"], f"the second export wrote: {again}")
        server = StaticServer(www)
        try:
            keeper.fsck(f"{server.url}/log/1", "--trust", tale.trust, "--pin", tale.pin)
        finally:
            server.close()
    return first["size"]


def go_on(tale, keeper, www, size):
    """What happens after the backup: one more is certified, one revoked, and the log exported again."""
    with story.step("after the backup one app is certified, and another revoked"):
        certify(tale, tale.apps[3])
        proposal = tale.run("officer", "revoke", tale.numbers[tale.apps[1]["package"]], "--reason", "serious-defect")["name"]
        tale.run("decider", "revoke", "--confirm", proposal)
    with story.step("the export, run again, adds what is new, and has no other partial tiles"):
        exported = keeper.run("log", "export", keeper.authority, "--to", www)["logs"][0]
        require(exported["size"] == size + 2, f"the export has {exported['size']} entries, not {size + 2}")
        keeper.fsck(www / "log" / "1", "--trust", tale.trust, "--pin", tale.pin)
        partials = sorted(path.name for path in (www / "log" / "1").rglob("*.p/*"))
        require(partials == [str(exported["size"])] * 2, f"partial tiles: {partials}")
    return exported["size"]


def lose_and_restore(tale, keeper, backup, www, size):
    revoked, late = tale.apps[1], tale.apps[3]
    with story.step("the database is lost: the backup alone is refused, with both sizes"):
        tale.certmark.stop()
        (keeper.authority / "data").rename(keeper.directory / "lost")
        why = keeper.refused("restore", backup, "--to", keeper.authority)
        require(f" {size} were published" in why and " are here, with what mirrors gave" in why, why)
        require(not (keeper.authority / "data").exists(), "an old database was put in place")
    with story.step("with a mirror: what was missing is replayed, and everything agrees"):
        server = StaticServer(www)
        try:
            done = keeper.run("restore", backup, "--to", keeper.authority, "--mirror", f"{server.url}/log/1")
        finally:
            server.close()
        require(done["size"] == size and done["events"] == 1 and done["credentials"] >= 1, f"replayed: {done}")
        require(done["actsLost"] > 0 and not done["missing"], f"restored: {done}")
        require(done["vouchedBy"] == [f"anchor {keeper.authority}/anchor/anchor"], f"vouched for by {done['vouchedBy']}")
        keeper.fsck(keeper.authority)
    with story.step(f"a daemon starts on it: {revoked['package']} is still REVOKED, {late['package']} VALID"):
        tale.certmark.start()
        at = tale.endpoints()["--public-http"]
        keeper.fsck(f"https://{at}/log/1", "--authority", f"https://{at}", "--ca-file",
                    keeper.authority / "certificates" / "root.pem", "--trust", tale.trust, "--pin", tale.pin)
        for app, verdict in ((revoked, "REVOKED"), (late, "VALID"), (tale.apps[0], "VALID")):
            tale.run(app["operator"], "bundle", tale.numbers[app["package"]], "--output", tale.bundle(app["package"]))
            tale.verify(tale.bundle(app["package"]), app, verdict)
        shown = tale.run("officer", "show", tale.numbers[revoked["package"]])
        require(shown["state"].endswith("REVOKED"), f"the register says {shown['state']}")


def check_life(tale, keeper):
    late, last = tale.apps[3], tale.apps[4]
    with story.step("and it works on: the replayed certification is revoked, another app certified"):
        proposal = tale.run("officer", "revoke", tale.numbers[late["package"]], "--reason", "serious-defect")["name"]
        tale.run("decider", "revoke", "--confirm", proposal)
        certify(tale, last)
        tale.run(late["operator"], "bundle", tale.numbers[late["package"]], "--output", tale.bundle(late["package"]))
        tale.verify(tale.bundle(late["package"]), late, "REVOKED")
        tale.certmark.stop()
        keeper.fsck(keeper.authority)


def check_cold(keeper, directory):
    with story.step("a backup of an authority that is not running, keys too, restored: clean and whole"):
        cold = directory / "cold"
        keeper.run("backup", keeper.authority, "--to", cold, "--with-keys")
        require(sorted(key.stem for key in (cold / "keys").iterdir()) == KEYS, "not all keys are there")
        done = keeper.run("restore", cold, "--to", directory / "whole", "--anchor", keeper.authority / "anchor" / "anchor")
        require([pathlib.Path(each).name for each in done["missing"]] == STORES, f"no documents are asked for: {done}")
        require(done["actsLost"] == 0 and len(done["vouchedBy"]) == 1, f"restored: {done}")
        keeper.fsck(directory / "whole")


def check_witness(tale, keeper, backup, directory):
    with story.step("where a witness has seen more, the older backup is refused, anchor or not; the newest one is cosigned"):
        witness = Witness(keeper, tale.trust, directory / "witness")
        try:
            why = keeper.refused("restore", directory / "cold", "--to", directory / "seen", "--witness-policy", witness.policy)
            require("0 witnesses agreed, no quorum" in why, f"a witness vouched for what it was told: {why}")
            done = keeper.run("restore", directory / "cold", "--to", directory / "seen", "--witness-policy", witness.policy)
            require(done["witnessesAgreed"] == 1 and done["vouchedBy"] == ["1 witness"], f"the witness did not agree: {done}")
            why = keeper.refused("restore", backup, "--to", directory / "unseen", "--witness-policy", witness.policy)
            require("ROLLBACK DETECTED" in why, why)
            configured = directory / "configured"
            configured.mkdir()
            text = (keeper.authority / "certmark.toml").read_text(encoding="utf-8")
            require('witness_policy = ""' in text, "certmark.toml names no policy yet")
            text = text.replace('witness_policy = ""', f'witness_policy = "{witness.policy}"')
            (configured / "certmark.toml").write_text(text, encoding="utf-8")
            done = keeper.run("restore", directory / "cold", "--to", configured)
            require(done["vouchedBy"] == ["1 witness"], f"the configured witness was not asked: {done}")
        finally:
            witness.stop()
        why = keeper.refused("restore", backup, "--to", directory / "unseen", "--witness-policy", witness.policy)
        require("0 witnesses agreed, no quorum" in why, f"a witness that is down said something: {why}")


def check_moved_anchor(tale, keeper, directory):
    place = directory / "device" / "anchor"
    with story.step("an anchor where certmark.toml puts it: backed up, asked, and replaced there; the daemon starts on it"):
        config = keeper.authority / "certmark.toml"
        text = config.read_text(encoding="utf-8")
        require('anchor = ""' in text, "certmark.toml says where the anchor is")
        config.write_text(text.replace('anchor = ""', f'anchor = "{place}"'), encoding="utf-8")
        place.parent.mkdir()
        (keeper.authority / "anchor" / "anchor").rename(place)
        keeper.run("backup", keeper.authority, "--to", directory / "moved")
        require((directory / "moved" / "anchor" / "anchor").exists(), "the backup has no anchor")
        (keeper.authority / "data").rename(directory / "lost-again")
        config.unlink()  # as on a new machine: the backup's own says where
        done = keeper.run("restore", directory / "moved", "--to", keeper.authority)
        require(done["vouchedBy"] == [f"anchor {place}"], f"vouched for by {done['vouchedBy']}")
        require(not (keeper.authority / "anchor" / "anchor").exists(), "a second anchor was made")
        tale.certmark.start()
        certify(tale, tale.apps[5])
        tale.certmark.stop()
        keeper.fsck(keeper.authority)


def check_succession(tale, keeper, directory):
    """The newest backup, of log 1, is restored when log 2 has begun."""
    late, www = tale.apps[5], directory / "www-2"
    backup = directory / "moved"
    with story.step("the log is succeeded; in the next one something certified after the backup is revoked"):
        keeper.run("log", "succeed", keeper.authority)
        tale.certmark.start()
        for who in ("officer", "decider"):
            tale.run(who, "trust", "add", keeper.authority / "trust" / "2.jwt")
        proposal = tale.run("officer", "revoke", tale.numbers[late["package"]], "--reason", "serious-defect")["name"]
        tale.run("decider", "revoke", "--confirm", proposal)
        tale.certmark.stop()
        size = keeper.run("log", "export", keeper.authority, "--to", www)["logs"][1]["size"]
        (keeper.authority / "data").rename(directory / "lost-once-more")
    first, second = www / "log" / "1", www / "log" / "2"
    with story.step("the backup of before, with the mirror of one log alone: refused, and the other one named"):
        why = keeper.refused("restore", backup, "--to", keeper.authority, "--mirror", second)
        require("a copy of ca.example/log/1" in why, why)
        why = keeper.refused("restore", backup, "--to", keeper.authority, "--mirror", first)
        require("a copy of ca.example/log/2" in why, why)
    with story.step("with both: the one to its end, then the other; a daemon starts, and what was revoked is"):
        done = keeper.run("restore", backup, "--to", keeper.authority, "--mirror", first, "--mirror", second)
        require(done["origin"] == "ca.example/log/2" and done["size"] == size, f"restored: {done}")
        require(not done["missing"] and len(done["vouchedBy"]) == 1, f"restored: {done}")
        keeper.fsck(keeper.authority)
        tale.certmark.start()
        shown = tale.run("officer", "show", tale.numbers[late["package"]])
        require(shown["state"].endswith("REVOKED"), f"the register says {shown['state']}")
        tale.certmark.stop()


def tell(tale, keeper, directory):
    www = directory / "www"
    tale.found()
    tale.gather()
    (directory / "bundles").mkdir()
    for app in tale.apps[:2]:
        certify(tale, app)
    backup = back_up(tale, keeper, directory)
    restore_elsewhere(tale, keeper, backup, directory)
    day_head.await_head(tale)
    size = check_export(tale, keeper, www)
    size = go_on(tale, keeper, www, size)
    lose_and_restore(tale, keeper, backup, www, size)
    check_life(tale, keeper)
    check_cold(keeper, directory)
    check_witness(tale, keeper, backup, directory)
    check_moved_anchor(tale, keeper, directory)
    check_succession(tale, keeper, directory)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="certmark-backup-") as name:
        directory = pathlib.Path(name).resolve()
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        tale.apps = tale.apps[:6]
        try:
            tell(tale, Keeper(tale, directory), directory)
            certmark.stop()
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print("What was published came back, and nothing was un-revoked.")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
