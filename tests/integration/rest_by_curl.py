#!/usr/bin/env python3
"""What docs/API.md says of HTTP, done by curl at a real daemon: an operator is enrolled, an app is certified and given
back, and everybody reads it.

    rest_by_curl.py --bin DIR
"""
import argparse
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of working with the two programs


def require(holds, what):
    if not holds:
        raise story.Failed(what)


class Curl:
    """Somebody who asks one listener, under a certificate or without one."""

    def __init__(self, tale, port, home=None):
        root = tale.certmark.authority / "certificates" / "root.pem"
        self.words = ["curl", "--silent", "--show-error", "--max-time", "60", "--cacert", str(root)]
        if home:
            self.words += ["--cert", str(home / "certificate.pem"), "--key", str(home / "key.pem")]
        self.url = f"https://127.0.0.1:{port}"

    def ask(self, target, *more):
        """The status, the headers in lower case, and the body."""
        done = subprocess.run([*self.words, "--include", *more, self.url + target], capture_output=True, text=True, check=False)
        require(done.returncode == 0, f"curl {target}: {done.stderr}")
        head, _, body = done.stdout.partition("\n\n" if "\r\n" not in done.stdout else "\r\n\r\n")
        lines = head.splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return int(lines[0].split()[1]), headers, body

    def get(self, target):
        status, _, body = self.ask(target)
        require(status == 200, f"GET {target}: {status} {body}")
        return json.loads(body)

    def post(self, target, message=None, expect=200):
        status, headers, body = self.ask(target, "--header", "Content-Type: application/json", "--data",
                                         json.dumps(message) if message is not None else "")
        require(status == expect, f"POST {target}: {status} {body}")
        require(headers.get("cache-control") == "no-store", f"POST {target}: may be kept")
        require("access-control-allow-origin" not in headers, f"POST {target}: any site may read it")
        return json.loads(body)


class Told:
    def __init__(self, tale):
        self.tale = tale
        self.public = Curl(tale, tale.ports[2])

    def party(self, home):
        return Curl(self.tale, self.tale.ports[3], home)

    def enrol(self, name):
        """A key and a request by openssl; the rest by curl."""
        home = self.tale.home(name)
        home.mkdir(parents=True)
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                        "/CN=Example Operator", "-keyout", home / "key.pem", "-outform", "DER", "-out", home / "request.der"],
                       check=True, capture_output=True)
        asked = self.public.post("/v1/enrolments", {
            "certificateRequest": base64.b64encode((home / "request.der").read_bytes()).decode(),
            "displayName": "Example Operator by Curl", "operatorId": "reg:XX:curl", "url": "https://operator.example",
            "requestId": str(uuid.uuid4())})
        first, second = (self.party(self.tale.home(f"registrar-{n}")) for n in (1, 2))
        require(asked["name"] in [each["name"] for each in first.get("/v1/enrolments")["enrolments"]], "it waits for nobody")
        first.post(f"/v1/{asked['name']}:approve", {"fingerprint": asked["fingerprint"], "roles": ["ROLE_OPERATOR"]})
        shown = self.public.get(f"/v1/{asked['name']}")
        if not shown["certificates"]:
            second.post(f"/v1/{asked['name']}:confirm", {"fingerprint": asked["fingerprint"]})
            shown = self.public.get(f"/v1/{asked['name']}")
        chain = b"".join(subprocess.run(["openssl", "x509", "-inform", "DER"], input=base64.b64decode(each), check=True,
                                        capture_output=True).stdout for each in shown["certificates"])
        (home / "certificate.pem").write_bytes(chain)
        return self.party(home)

    def is_refused(self, who, target, status, reason, *more):
        got, headers, body = who.ask(target, *more)
        require(got == status, f"{target}: {got} {body}, not {status}")
        require(headers["content-type"] == "application/problem+json", f"{target}: {headers}")
        require(json.loads(body).get("reason") == reason, f"{target}: {body}")
        return json.loads(body)

    def tell(self):
        tale = self.tale
        with story.step("an operator is enrolled by curl and openssl, approved by two registrars"):
            operator = self.enrol("by-curl")
            myself = operator.get("/v1/self")
            require(myself["roles"] == ["ROLE_OPERATOR"], myself)
            require(operator.ask("/v1/self")[1]["cache-control"] == "no-store", "what a party reads may be kept")
            challenge = operator.post("/v1/challenges", {"platform": "PLATFORM_ANDROID", "package": "org.example.curl",
                                                         "signer": "ab" * 32})
            require("org.example.curl" in challenge["text"], challenge)
        app = tale.apps[0]
        with story.step("an application is accepted by curl, and decided"):
            filed = tale.run(app["operator"], "apply", "--app", f"android:{app['package']}", "--app-name", app["name"], "--signer",
                             app["signer"], "--from", app["version_code"], "--to", app["version_code"], "--policy-url",
                             "https://operator.example/privacy", *tale.materials())["name"]
            officer = self.party(tale.home("officer"))
            require(filed in [each["subject"] for part in officer.get("/v1/work").values() for each in part], "no work")
            accepted = officer.post(f"/v1/{filed}:accept", {"laboratory": tale.laboratory})
            require(accepted["laboratory"] == tale.laboratory, accepted)
            laboratory = self.party(tale.home("laboratory"))
            require(laboratory.get(f"/v1/{filed}/documents")["documents"], "no documents")
            tale.run("laboratory", "evaluate", "report", filed, "--conform-all", "--method", "demonstration", "--evidence",
                     tale.paper("txt"))
            number = tale.run("decider", "decide", filed, "--grant")["number"]
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
            mine = self.party(tale.home(app["operator"]))
            message = {"reason": "holder-request", "requestId": str(uuid.uuid4())}
            first = mine.post(f"/v1/{name}:withdraw", message)
            require(first["state"] == "WITHDRAWN" and mine.post(f"/v1/{name}:withdraw", message) == first, first)
            mine.post(f"/v1/{name}:withdraw", {**message, "requestId": str(uuid.uuid4())}, expect=400)
            require(self.public.get(f"/v1/{name}")["state"] == "WITHDRAWN", "the register says something else")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="certmark-curl-"))
    certmark = story.Certmark(options.bin.resolve(), directory)
    try:
        tale = story.Story(certmark, directory)
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
