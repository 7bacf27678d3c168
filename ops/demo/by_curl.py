#!/usr/bin/env python3
"""The same demonstration over REST: whatever the authority is asked, curl asks it, under the client certificate of whoever asks.
openssl makes keys and requests, and signs reports and decisions. The ceremony and the check offline are `certmark`'s, as before.

    by_curl.py --bin DIR [--once] [--keep DIR]
"""
import base64
import calendar
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys
import time
import uuid

import story

SCHEME = "CNCA-App-001 2019"
SCHEMES = pathlib.Path(__file__).resolve().parents[2] / "ca" / "schemes"
MEDIA = {"pdf": "application/pdf", "json": "application/json", "txt": "text/plain"}


def require(holds, what):
    if not holds:
        raise story.Failed(what)


def openssl(*words, given=None):
    return subprocess.run(["openssl", *map(str, words)], input=given, capture_output=True, check=True).stdout


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


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
        done = subprocess.run([*self.words, "--include", *more, self.url + target], capture_output=True, check=False)
        require(done.returncode == 0, f"curl {target}: {done.stderr.decode()}")
        rest = done.stdout
        while True:  # past an interim answer, `100 Continue`
            head, _, rest = rest.partition(b"\r\n\r\n")
            lines = head.decode().splitlines()
            status = int(lines[0].split()[1])
            if status != 100:
                break
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        text = headers.get("content-disposition") is None
        return status, headers, rest.decode() if text else rest

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

    def upload(self, application, kind, file):
        """Hands in a document, its digest said in advance (RFC 9530)."""
        digest = base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
        status, _, body = self.ask(f"/v1/{application}/documents?kind={kind}", "--header", f"Content-Type: {MEDIA[file.suffix[1:]]}",
                                   "--header", f"Content-Digest: sha-256=:{digest}:", "--data-binary", f"@{file}")
        require(status == 200, f"{kind}: {status} {body}")
        return json.loads(body)


def named(message):
    """A request that may be sent again: it is done once."""
    return {**message, "requestId": str(uuid.uuid4())}


class StoryByCurl(story.Story):
    def __init__(self, certmark, directory):
        super().__init__(certmark, directory)
        self.public = Curl(self, self.ports[2])

    def party(self, who):
        return Curl(self, self.ports[3], self.home(who))

    # ---- the cast

    def enrol(self, who, name, roles, extra=(), two_registrars=True):
        home = self.home(who)
        home.mkdir(parents=True)
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", home / "key.pem", "-outform", "DER", "-out", home / "request.der")
        told = dict(zip(extra[::2], extra[1::2]))
        asked = self.public.post("/v1/enrolments", named({
            "certificateRequest": base64.b64encode((home / "request.der").read_bytes()).decode(), "displayName": name,
            "operatorId": told.get("--operator-id", ""), "url": told.get("--url", "")}))
        first, second = self.party("registrar-1"), self.party("registrar-2")
        require(asked["name"] in [each["name"] for each in first.get("/v1/enrolments")["enrolments"]], "it waits for nobody")
        # The party's own side told the fingerprint: it is not taken from the request that is approved.
        key = openssl("pkey", "-in", home / "key.pem", "-pubout", "-outform", "DER")
        approval = {"fingerprint": hashlib.sha256(key).hexdigest()}
        first.post(f"/v1/{asked['name']}:approve",
                   named({**approval, "roles": ["ROLE_" + role.upper().replace("-", "_") for role in roles]}))
        if two_registrars:
            second.post(f"/v1/{asked['name']}:confirm", named(approval))
        shown = self.public.get(f"/v1/{asked['name']}")
        certificates = [openssl("x509", "-inform", "DER", given=base64.b64decode(each)) for each in shown["certificates"]]
        (home / "certificate.pem").write_bytes(b"".join(certificates))
        myself = self.party(who).get("/v1/self")
        require(myself["name"] == shown["party"], myself)
        return myself["name"]

    def signed(self, who, typ, payload):
        """A compact JWS (FORMATS.md §5a), by openssl and the party's own key."""
        home = self.home(who)
        point = openssl("pkey", "-in", home / "key.pem", "-pubout", "-outform", "DER")[-64:]
        jwk = {"crv": "P-256", "kty": "EC", "x": base64url(point[:32]), "y": base64url(point[32:])}
        chain = (home / "certificate.pem").read_text().split("-----END CERTIFICATE-----\n")[:-1]
        header = {"alg": "ES256", "kid": base64url(hashlib.sha256(compact(jwk)).digest()), "typ": typ,
                  "x5c": ["".join(each.partition("-----BEGIN CERTIFICATE-----\n")[2].split()) for each in chain]}
        text = base64url(compact(header)) + "." + base64url(compact(payload))
        der = openssl("dgst", "-sha256", "-sign", home / "key.pem", given=text.encode())
        return text + "." + base64url(raw_signature(der))

    def about(self, who, filed):
        """The file as it is, its form, and what every document on it says."""
        file = self.party(who).get(f"/v1/{filed}")
        form = json.loads(base64.b64decode(file["form"]))
        myself = self.party(who).get("/v1/self")["name"]
        return file, form, {
            "iss": f"{story.AUTHORITY}/{myself}", "iat": int(time.time()), "authority": story.AUTHORITY,
            "application": filed.removeprefix("applications/"), "edition": form["scheme"],
            "subject": {name: form[name] for name in ("platform", "package", "signers", "versions")}}

    # ---- what the authority is asked

    def accredit(self, party):
        until = calendar.timegm(datetime.date.fromisoformat(story.in_a_year()).timetuple())
        details = compact({"schemes": ["CNCA-App-001"], "platforms": ["android"], "until": until}).decode()
        proposed = self.party("registrar-1").post("/v1/proposals", named({"act": "ACCREDIT", "subject": party, "details": details}))
        self.party("registrar-2").post(f"/v1/{proposed['name']}:confirm", named({}))

    def form(self, app):
        scheme = json.loads((SCHEMES / "CNCA-App-001-2019.json").read_text(encoding="utf-8"))
        codes = [criterion["code"] for catalogue in scheme["catalogues"] for criterion in catalogue["criteria"]
                 if "android" in criterion.get("platforms", ["android"])]
        build = int(app["version_code"])
        return {"platform": "android", "package": app["package"], "signers": [app["signer"]], "versions": {"from": build, "to": build},
                "name": app["name"], "scheme": SCHEME, "privacy_policy": f"https://{app['operator']}.example/privacy",
                "path": "initial", "self_evaluation": {code: "conform" for code in codes},
                "documents": {kind: sha256(self.paper(suffix).read_bytes()) for kind, suffix in story.DOCUMENTS.items()}}

    def apply(self, app):
        mine = self.party(app["operator"])
        filed = mine.post("/v1/applications", named({"form": base64.b64encode(compact(self.form(app))).decode()}))["name"]
        for kind, suffix in story.DOCUMENTS.items():
            mine.upload(filed, kind, self.paper(suffix))
        return filed

    def accept(self, filed):
        officer = self.party("officer")
        require(filed in [each["subject"] for part in officer.get("/v1/work").values() for each in part], f"{filed} waits for nobody")
        officer.post(f"/v1/{filed}:accept", named({"laboratory": self.laboratory}))

    def read_policy(self, filed, file):
        laboratory = self.party("laboratory")
        policy = next(each for each in laboratory.get(f"/v1/{filed}/documents")["documents"] if each["kind"] == "privacy-policy")
        status, headers, text = laboratory.ask(f"/v1/{policy['name']}:read")
        require(status == 200 and sha256(text) == policy["digest"], f"{policy['name']}: {status}, not what was handed in")
        require(headers["content-disposition"].startswith("attachment") and headers["cache-control"] == "no-store", headers)
        file.write_bytes(text)

    def report(self, filed):
        _, form, about = self.about("laboratory", filed)
        evidence = [sha256(self.paper("txt").read_bytes())]
        answers = [{"criterion": code, "result": "conform", "method": "demonstration", "evidence": evidence}
                   for code in form["self_evaluation"]]
        report = self.signed("laboratory", "certmark-report+jwt", {**about, "kind": "verification", "answers": answers})
        self.party("laboratory").post(f"/v1/{filed}:report", named({"report": report}))

    def grant(self, filed):
        file, _, about = self.about("decider", filed)
        rests_on = [sha256(base64.b64decode(file["form"])), *(sha256(report.encode()) for report in file["reports"])]
        decision = self.signed("decider", "certmark-decision+jwt", {**about, "outcome": "granted", "reasons": [], "restsOn": rests_on})
        decided = self.party("decider").post(f"/v1/{filed}:decide", named({"etag": file["etag"], "decision": decision}))
        require(decided["application"]["state"] == "GRANTED", decided)
        return decided["application"]["certification"].removeprefix("certifications/")

    def fetch_bundle(self, app):
        status, _, bundle = self.public.ask(f"/v1/certifications/{self.numbers[app['package']]}/bundle")
        require(status == 200, f"{app['package']}: {status} {bundle}")
        self.bundle(app["package"]).write_text(bundle, encoding="utf-8")

    def propose(self, act, number, reason):
        message = {"act": act.upper(), "subject": f"certifications/{number}", "reason": reason}
        return self.party("officer").post("/v1/proposals", named(message))["name"]

    def confirm(self, who, act, proposal, refused=False):
        self.party(who).post(f"/v1/{proposal}:confirm", named({}), expect=403 if refused else 200)

    def withdraw(self, app):
        self.party(app["operator"]).post(f"/v1/certifications/{self.numbers[app['package']]}:withdraw", named({"reason": "holder-request"}))

    def certifications_of(self, package):
        return self.public.get(f"/v1/apps/android/{package}")["certifications"]


def raw_signature(der):
    """The two numbers of a signature, 32 bytes each, from the DER that openssl writes: 30 length 02 length r 02 length s."""
    numbers, at = [], 2
    for _ in range(2):
        length = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + length], "big").to_bytes(32, "big"))
        at += 2 + length
    return b"".join(numbers)


if __name__ == "__main__":
    story.os.umask(0o077)
    sys.exit(story.main(StoryByCurl))
