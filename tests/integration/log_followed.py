#!/usr/bin/env python3
"""A running log, followed by a client that is built on public Go modules alone (log_go/).

    log_followed.py --bin DIR --grow GROW_LOG

Exits 77, which ctest shows as skipped, where there is no Go, one too old, or neither its modules nor their proxy.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CLIENT = HERE / "log_go"
sys.path.insert(0, str(HERE.parents[1] / "ops" / "demo"))
import day_head  # noqa: E402
import story  # noqa: E402  the demonstration's way of working with the two programs

SKIPPED = 77
FILLER = 600  # entries that are there before: two whole tiles and a part of a third


class Skip(Exception):
    """Go cannot build here, and that is not the log's fault; the message says why."""


def go(*arguments, proxy):
    """Runs go on the client. It writes into Go's own caches and changes no file here."""
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-mod=readonly -buildvcs=false", GOWORK="off")
    if not proxy:
        environment["GOPROXY"] = "off"
    try:
        return subprocess.run(["go", *map(str, arguments)], cwd=CLIENT, env=environment, capture_output=True, text=True,
                              timeout=240, check=False)
    except subprocess.TimeoutExpired as late:
        raise Skip(f"go {arguments[0]} did not end in time: is the module proxy reachable?") from late


def build_client(directory):
    """Builds the client, from the module cache where that has its modules, else through the module proxy."""
    if not shutil.which("go"):
        raise Skip("go is not installed")
    client = directory / "log_go"
    if go("build", "-o", client, ".", proxy=False).returncode == 0:
        return client
    fetched = go("mod", "download", proxy=True)
    if fetched.returncode != 0:
        said = (fetched.stdout + fetched.stderr).strip()
        if "checksum mismatch" in said or "SECURITY ERROR" in said:
            raise story.Failed(f"the modules are not those of go.sum:\n{said}")
        raise Skip(f"go has no modules: {said}")
    built = go("build", "-o", client, ".", proxy=False)
    if built.returncode != 0:
        raise story.Failed(f"the client does not build:\n{built.stdout}{built.stderr}")
    return client


def log_of(trust_file):
    """The origin and the verifier key of the log, as the trust list has them."""
    payload = trust_file.read_text().split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["logs"][0]


class Follower:
    """The client's process."""

    def __init__(self, client, tale, log):
        at = tale.endpoints()["--public-http"]
        self.process = subprocess.Popen(
            [client, "-log", f"https://{at}/log/1", "-api", f"https://{at}/v1/logs/1", "-ca",
             tale.certmark.authority / "certificates" / "root.pem", "-origin", log["origin"], "-vkey", log["vkey"]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def look(self):
        """Has it follow the log to its newest checkpoint; returns the size and the root it verified."""
        try:
            self.process.stdin.write("look\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; what it said comes next
        words = self.process.stdout.readline().split()
        if len(words) != 3 or words[0] != "followed":
            raise story.Failed(f"the client does not accept the log: {self.process.communicate()[1].strip()}")
        return int(words[1]), words[2]

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def check_refusals(client, tale, log):
    """A client that is told another key or another origin accepts nothing: what it accepted before, it has checked."""
    other_key = {"vkey": "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}
    for told, complaint in ((other_key, "signature"), ({"origin": "ca.example/log/2"}, "origin")):
        follower = Follower(client, tale, log | told)
        try:
            follower.look()
        except story.Failed as refused:
            if complaint not in str(refused).lower():
                raise
            continue
        finally:
            follower.end()
        raise story.Failed(f"the client accepts the log as {told}")


def check_command_line(tale, seen):
    """`certmark log` says the same of what the client saw: a list of (size, root)."""
    (old, old_root), (new, new_root) = seen[0], seen[-1]
    shown = tale.run("decider", "log", "consistency", old, new, "--root", old_root)
    if (shown["oldRoot"], shown["newRoot"]) != (old_root, new_root):
        raise story.Failed(f"`certmark log consistency` shows other roots: {shown}")
    tale.run("decider", "log", "consistency", old)
    tale.run("decider", "log", "consistency", 1, old, "--root", old_root, expect=1)  # the root of another tree
    tale.run("decider", "log", "consistency", new, old, expect=1)
    tale.run("decider", "log", "consistency", old, new + 1, expect=1)  # no checkpoint is that large
    for index in (0, old - 1):
        sized = tale.run("decider", "log", "proof", index, "--size", old)
        if sized["root"] != old_root:
            raise story.Failed(f"`certmark log proof --size` shows another root: {sized}")
        found = tale.run("decider", "log", "proof", sized["leafHash"])
        if found["index"] != index:
            raise story.Failed(f"`certmark log proof` finds another entry by its leaf hash: {found}")
    tale.run("decider", "log", "proof", old, "--size", old, expect=1)


def follow(client, tale, grow):
    tale.found()
    tale.certmark.stop()
    subprocess.run([grow, tale.certmark.authority, str(FILLER)], check=True)
    tale.certmark.start()
    tale.gather()
    log = log_of(tale.trust)
    follower = Follower(client, tale, log)
    seen = []
    day_head.await_head(tale)
    try:
        with story.step("a client of public Go modules verifies every tile, entry and proof of the log"):
            seen.append(follower.look())
            if seen[0][0] <= FILLER:
                raise story.Failed(f"the log has {seen[0][0]} entries")
        for app in tale.apps:
            tale.numbers[app["package"]] = tale.run("decider", "decide", tale.evaluate(app), "--grant")["number"]
            with story.step(f"and follows it: {app['package']} certified"):
                seen.append(follower.look())
        with story.step("and again, with nothing new"):
            if follower.look() != seen[-1]:
                raise story.Failed("the log moved by itself")
        if [size for size, _ in seen] != sorted({size for size, _ in seen}):
            raise story.Failed(f"the log did not grow each time: {seen}")
    finally:
        follower.end()
    with story.step("and is not content with another key or origin"):
        check_refusals(client, tale, log)
    with story.step("`certmark log` proves the same"):
        check_command_line(tale, seen)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    parser.add_argument("--grow", required=True, type=pathlib.Path, help="the program grow_log")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="certmark-log-go-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        tale.apps = tale.apps[:2]
        try:
            follow(build_client(directory), tale, options.grow.resolve())
            certmark.stop()
        except Skip as why:
            print(f"skipped: {why}")
            return SKIPPED
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print("A client of public modules accepts the log and follows it.")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
