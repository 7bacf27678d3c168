#!/usr/bin/env python3
"""Ends the log of a running authority and begins the next, once with its database and once out of a mirror of its log:
every certification has the state it had, old bundles still hold, new ones lie in the new log.

    succession.py --bin DIR
"""
import argparse
import json
import pathlib
import shutil
import ssl
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import day_head  # noqa: E402
import story  # noqa: E402  the demonstration's way of working with the two programs

WORSE = {2: "SUSPENDED", 3: "REVOKED", 4: "ENDED"}  # what the demonstration does to which app


def get(tale, path):
    """What the public site answers, or the code of its refusal."""
    context = ssl.create_default_context(cafile=str(tale.certmark.authority / "certificates" / "root.pem"))
    url = f"https://{tale.endpoints()['--public-http']}{path}"
    try:
        with urllib.request.urlopen(url, context=context, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code


def mirror(tale, directory):
    """Copies the log as it is served; it fits into one tile."""
    checkpoint = get(tale, "/log/1/checkpoint")
    size = int(checkpoint.split(b"\n")[1])
    if size >= 256:
        raise story.Failed(f"a log of {size} entries does not fit into one tile")
    for name in ("checkpoint", f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(get(tale, f"/log/1/{name}"))
    return size


def verify(tale, app, verdict, lists=(1, 2)):
    """Verifies a bundle as a store would that walked these trust lists."""
    trust = [part for n in lists for part in ("--trust", tale.certmark.authority / "trust" / f"{n}.jwt")]
    got = tale.certmark.run(tale.directory / "homes" / "store", "verify", tale.bundle(app["package"]), "--app",
                            f"android:{app['package']}", "--signer", app["signer"], "--build", app["version_code"], *trust,
                            "--pin", tale.pin, "--allow", "AllowTestAuthority", expect=0 if verdict == "VALID" else 1)
    if got["verdict"] != verdict:
        raise story.Failed(f"{app['package']}: {got['verdict']} ({got['reason']}), not {verdict}")


def verify_all(tale, lists=(1, 2)):
    for n, app in enumerate(tale.apps):
        verify(tale, app, WORSE.get(n, "VALID"), lists)


def origin_in(bundle):
    lines = json.loads(bundle.read_text(encoding="utf-8"))["tlogProof"].split("\n")
    return lines[lines.index("") + 1]


def expect(what, found, wanted):
    if found != wanted:
        raise story.Failed(f"{what}: {found!r}, not {wanted!r}")


def fsck(tale):
    report = tale.certmark.run(tale.directory / "homes" / "nobody", "log", "fsck", tale.certmark.authority)
    expect("fsck finds", report["findings"], [])


def with_the_database(tale, later, size):
    with story.step("the log is succeeded, and asking again finds nothing to do"):
        nobody = tale.directory / "homes" / "nobody"
        done = tale.certmark.run(nobody, "log", "succeed", tale.certmark.authority)
        expect("the end", done["last"]["size"], size)
        expect("the beginning", done["origin"], "ca.example/log/2")
        expect("again", tale.certmark.run(nobody, "log", "succeed", tale.certmark.authority)["wasDone"], True)
    with story.step("bundles of before hold offline, under the old list and the new"):
        verify_all(tale, (1,))
        verify_all(tale)
    with story.step("the authority starts, on the new log"):
        tale.certmark.start()
        for who in ("officer", "decider", "laboratory", later["operator"]):
            tale.run(who, "trust", "add", tale.certmark.authority / "trust" / "2.jwt")
    with story.step("fetched again, the old ones have the state they had, and prove against the end of the old log"):
        tale.fetch_bundles()
        verify_all(tale)
        for app in tale.apps:
            expect(app["package"], origin_in(tale.bundle(app["package"])), "ca.example/log/1")
    with story.step("a new one lies in the new log"):
        number = tale.run("decider", "decide", tale.evaluate(later), "--grant")["number"]
        tale.run(later["operator"], "bundle", number, "--output", tale.bundle(later["package"]))
        verify(tale, later, "VALID")
        expect(later["package"], origin_in(tale.bundle(later["package"])), "ca.example/log/2")
    with story.step("both logs are served and proven"):
        expect("the old checkpoint", get(tale, "/log/1/checkpoint").split(b"\n")[:2],
               [b"ca.example/log/1", str(size).encode()])
        expect("the new checkpoint", get(tale, "/log/2/checkpoint").split(b"\n")[0], b"ca.example/log/2")
        expect("a log to come", get(tale, "/log/3/checkpoint"), 404)
        expect("log 0", get(tale, "/log/0/checkpoint"), 404)
        expect("a proof in log 1", json.loads(get(tale, "/v1/logs/1/inclusion?index=3"))["size"], str(size))
        logs = json.loads(get(tale, "/.well-known/certmark"))["logs"]
        expect("discovery", [log["origin"] for log in logs], ["ca.example/log/1", "ca.example/log/2"])
        expect("log 1 by the command line", tale.run("decider", "log", "checkpoint", "--log", 1)["size"], size)
        tale.run("decider", "log", "proof", 3, "--log", 1)
        tale.run("decider", "log", "proof", 3)
        tale.run("decider", "log", "consistency", 3, size, "--log", 1)
    with story.step("an old certification lives on: suspended by an event in the new log"):
        first = tale.apps[0]
        proposal = tale.run("officer", "suspend", tale.numbers[first["package"]], "--reason", "misuse")["name"]
        tale.run("decider", "suspend", "--confirm", proposal)
        tale.fetch_bundles()
        verify(tale, first, "SUSPENDED")
    with story.step("fsck of everything, both logs"):
        tale.certmark.stop()
        fsck(tale)


def out_of_a_mirror(tale, copy):
    nobody = tale.directory / "homes" / "nobody"
    authority = tale.certmark.authority
    with story.step("the same authority without its database and anchor: nobody vouches for the mirror"):
        device = tale.directory / "device"
        device.mkdir()
        (authority / "anchor" / "anchor").rename(device / "anchor")
        tale.certmark.run(nobody, "log", "succeed", authority, "--from-mirror", copy, expect=1)
        expect("a database", (authority / "data").exists(), False)
    with story.step("with the anchor where the configuration puts it, it is succeeded out of the mirror"):
        settings = authority / "certmark.toml"
        text = settings.read_text(encoding="utf-8")
        if 'anchor = ""\n' not in text and "anchor = ''\n" not in text:
            raise story.Failed("certmark.toml has no key for the anchor")
        lines = [f'anchor = "{device}/anchor"' if line.startswith("anchor = ") else line for line in text.split("\n")]
        settings.write_text("\n".join(lines), encoding="utf-8")
        done = tale.certmark.run(nobody, "log", "succeed", authority, "--from-mirror", copy)
        expect("certifications", done["rebuiltCertifications"], len(tale.apps))
        expect("an anchor in the directory", (authority / "anchor" / "anchor").exists(), False)
        expect("the anchor", b"ca.example/log/2" in (device / "anchor").read_bytes(), True)
    with story.step("it starts; every certification has the state it had, and a bundle that holds"):
        tale.certmark.start()
        tale.fetch_bundles()
        verify_all(tale)
        tale.run("registrar-1", "party", "show")
    with story.step("fsck of everything"):
        tale.certmark.stop()
        fsck(tale)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="certmark-succession-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        tale.apps = tale.apps[:6]
        try:
            tale.found()
            tale.gather()
            later = tale.apps.pop()
            tale.certify()
            tale.change_states()
            day_head.await_head(tale)
            size = mirror(tale, directory / "mirror")
            certmark.stop()
            lost = directory / "lost"
            shutil.copytree(certmark.authority, lost, ignore=shutil.ignore_patterns("data"))
            with_the_database(tale, later, size)
            certmark.authority = lost
            out_of_a_mirror(tale, directory / "mirror")
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print("The log was succeeded twice, and nothing was lost.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
