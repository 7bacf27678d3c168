#!/usr/bin/env python3
"""What docs/API.md says of HTTP, done by curl at a real daemon: an app is certified and given back, everybody reads it, and what is
wrong is refused. The way itself is the demonstration's over REST (ops/demo/by_curl.py).

    rest_by_curl.py --bin DIR
"""
import argparse
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import uuid
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "ops" / "demo"))
import api_examples  # noqa: E402
import story  # noqa: E402
from by_curl import StoryByCurl, require  # noqa: E402

LARGE = 64 * 1024 * 1024
ATOM = "{http://www.w3.org/2005/Atom}"


class Certmark(story.Certmark):
    def peak(self):
        """The most bytes of memory that the daemon ever had."""
        status = pathlib.Path(f"/proc/{self.daemon.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024


class Told:
    def __init__(self, tale):
        self.tale = tale
        self.public = tale.public

    def party(self, who):
        return self.tale.party(who)

    def is_refused(self, who, target, status, reason, *more):
        got, headers, body = who.ask(target, *more)
        require(got == status, f"{target}: {got} {body}, not {status}")
        require(headers["content-type"] == "application/problem+json", f"{target}: {headers}")
        require(json.loads(body).get("reason") == reason, f"{target}: {body}")
        return json.loads(body)

    def tell(self):
        tale = self.tale
        with story.step("an operator is enrolled, and sees itself"):
            tale.enrol("by-curl", "Example Operator by Curl", ["operator"],
                       ("--operator-id", "reg:XX:curl", "--url", "https://operator.example"), two_registrars=False)
            operator = self.party("by-curl")
            myself = operator.get("/v1/self")
            require(myself["roles"] == ["ROLE_OPERATOR"], myself)
            require(operator.ask("/v1/self")[1]["cache-control"] == "no-store", "what a party reads may be kept")
            challenge = operator.post("/v1/challenges", {"platform": "PLATFORM_ANDROID", "package": "org.example.curl",
                                                         "signer": "ab" * 32})
            require("org.example.curl" in challenge["text"], challenge)
        app = tale.apps[0]
        with story.step("an application is evaluated and granted"):
            filed = tale.evaluate(app)
            number = tale.numbers[app["package"]] = tale.grant(filed)
        with story.step("everybody reads it, and is told when nothing has changed"):
            name = f"certifications/{number}"
            look_up = f"/v1/apps/android/{app['package']}"
            require(self.public.get(look_up)["certifications"][0]["name"] == name, "not found by its app")
            status, headers, body = self.public.ask(f"/v1/{name}")
            require(json.loads(body)["state"] == "VALID", body)
            require(headers["access-control-allow-origin"] == "*" and headers["cache-control"] == "no-cache", headers)
            require(self.public.ask(f"/v1/{name}", "--header", f"If-None-Match: {headers['etag']}")[0] == 304, "sent again")
            status, head, body = self.public.ask(f"/v1/{name}", "--head")
            require(status == 200 and head["content-length"] == headers["content-length"] and not body, "HEAD")
            batch = self.public.post("/v1/certifications:batchGet", {"names": [name], "readMask": "name,state"})
            require(batch == {"certifications": [{"name": name, "state": "VALID"}]}, batch)
            require("credential" in self.public.get(f"/v1/{name}/bundle"), "no bundle")
            description = self.public.get("/openapi.json")
            require("get" in description["paths"]["/v1/apps/{platform}/{package}"], "not described")
            allowed = self.public.ask(f"/v1/{name}", "--request", "OPTIONS")
            require(allowed[0] == 204 and allowed[1]["allow"] == "GET, HEAD, OPTIONS", allowed)
        with story.step("what is wrong is refused, and says what"):
            json_type = ("--header", "Content-Type: application/json")
            self.is_refused(self.public, f"/v1/{filed}", 403, "PERMISSION_DENIED")
            self.is_refused(operator, f"/v1/{filed}", 404, "NOT_FOUND")
            self.is_refused(operator, f"/v1/{filed}:accept", 403, "PERMISSION_DENIED", *json_type, "--data", "{}")
            self.is_refused(operator, "/v1/applications", 415, None, "--data", "{}")
            self.is_refused(operator, "/v1/self:revokeCertificates", 415, None, "--request", "POST")
            wrong = self.is_refused(operator, "/v1/applications", 400, "INVALID_FIELD", *json_type, "--data", '{"from":"x"}')
            require(wrong["field"] == "from", wrong)
            wrong = self.is_refused(operator, "/v1/challenges", 400, "INVALID_FIELD", *json_type, "--data",
                                    '{"platform":"PLATFORM_ANDROID","package":"/"}')
            require(wrong["field"] == "package", wrong)
        with story.step("its operator gives it back, twice under one name, and once"):
            mine = self.party(app["operator"])
            message = {"reason": "holder-request", "requestId": str(uuid.uuid4())}
            first = mine.post(f"/v1/{name}:withdraw", message)
            require(first["state"] == "WITHDRAWN" and mine.post(f"/v1/{name}:withdraw", message) == first, first)
            mine.post(f"/v1/{name}:withdraw", {**message, "requestId": str(uuid.uuid4())}, expect=400)
            require(self.public.get(f"/v1/{name}")["state"] == "WITHDRAWN", "the register says something else")
        with story.step("a document that is large, or not what was said, or nobody's to hand in"):
            self.hand_in(tale, filed, operator)
        with story.step("its feed tells all of it"):
            self.follow(app["package"], name)
        with story.step("what docs/API.md shows anybody who reads"):
            self.do_examples(app, number)

    def hand_in(self, tale, filed, operator):
        paper = tale.paper("pdf")
        digest = subprocess.run(f"openssl dgst -sha256 -binary {shlex.quote(str(paper))} | base64", shell=True, check=True,
                                capture_output=True, text=True).stdout.strip()
        words = ("--header", "Content-Type: application/pdf", "--data-binary", f"@{paper}")
        said = ("--header", f"Content-Digest: sha-256=:{digest}:")
        target = f"/v1/{filed}/documents?kind=self-evaluation"
        # A page of another site can send the first by a browser, and not the header.
        require(self.is_refused(operator, target, 400, "INVALID_FIELD", *words)["field"] == "Content-Digest", "another field")
        self.is_refused(operator, target, 403, "PERMISSION_DENIED", *words, *said)
        self.is_refused(self.public, target, 403, "PERMISSION_DENIED", *words, *said)
        another = tale.apply({**tale.apps[0], "package": "org.example.large", "operator": "by-curl"})
        large = tale.directory / "large.pdf"
        large.write_bytes(paper.read_bytes() + b"x" * LARGE)
        peak = tale.certmark.peak()
        kept = operator.upload(another, "self-evaluation", large)
        require(kept["size"] == str(large.stat().st_size), kept)
        read = operator.ask(f"/v1/{kept['name']}:read")
        require(read[0] == 200 and read[2] == large.read_bytes(), "it is not what was handed in")
        grown = tale.certmark.peak() - peak
        require(grown < LARGE / 4, f"certmarkd took {grown} bytes for a document of {LARGE}")
        require(read[1]["x-content-type-options"] == "nosniff" and read[1]["content-type"] == "application/pdf", read[1])
        self.is_refused(self.party(tale.apps[0]["operator"]), f"/v1/{kept['name']}:read", 403, "PERMISSION_DENIED")

    def follow(self, package, name):
        """Read by an XML parser that is not ours."""
        status, headers, body = self.public.ask(f"/feed/android/{package}.atom?lang=zh")
        require(status == 200 and headers["content-type"] == "application/atom+xml; charset=utf-8", headers)
        require(headers["cache-control"] == "public, max-age=60, must-revalidate", headers)
        feed = ET.fromstring(body)
        # RFC 4287, section 4.1: what a feed and an entry must have.
        for each, wanted in ((feed, ("id", "title", "updated", "author")), *((e, ("id", "title", "updated")) for e in feed.iter(ATOM + "entry"))):
            require(all(len(each.findall(ATOM + member)) == 1 for member in wanted), ET.tostring(each))
        entries = feed.findall(ATOM + "entry")
        require([e.find(ATOM + "category").get("term") for e in entries] == ["withdrawn", "issued"], body)
        require(entries[0].find(ATOM + "updated").text == feed.find(ATOM + "updated").text, "it changed with its newest entry")
        ids = [e.find(ATOM + "id").text for e in entries]
        require(len(set(ids)) == 2 and all(each.startswith(f"{story.AUTHORITY}/v1/{name}#") for each in ids), ids)
        require("已注销" in entries[0].find(ATOM + "title").text, body)
        again = self.public.ask(f"/feed/android/{package}.atom?lang=zh", "--header", f"If-None-Match: {headers['etag']}")
        require(again[0] == 304, "sent again")
        require(self.public.ask("/feed/android/org.example.nobody.atom")[0] == 200, "of an app that is not known there is a feed, too")

    def do_examples(self, app, number):
        """Every GET that the page shows for anybody, and for stores, of this app."""
        done = 0
        for example in api_examples.examples(ROOT):
            if example.curl is None or not example.is_public or example.is_post or "…" in example.target:
                continue
            target = example.target
            for shown, real in (("CM-2026-7K3Q9X2M4T4", number), ("org.example.app", app["package"])):
                target = target.replace(shown, real)
            status, _, body = self.public.ask(target)
            require(status == 200, f"docs/API.md: {example.target}: {status} {body}")
            done += 1
        require(done >= 15, f"{done} examples")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="certmark-curl-"))
    certmark = Certmark(options.bin.resolve(), directory)
    try:
        tale = StoryByCurl(certmark, directory)
        tale.apps = tale.apps[:1]
        tale.found()
        tale.gather()
        Told(tale).tell()
        certmark.stop()
    except story.Failed as failure:
        print(f"rest_by_curl: {failure}", file=sys.stderr)
        return 1
    finally:
        if certmark.daemon and certmark.daemon.poll() is None:
            certmark.daemon.kill()
            certmark.daemon.wait()
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
