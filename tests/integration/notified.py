#!/usr/bin/env python3
"""Parties are told of what concerns them by a daemon that is killed meanwhile: by mail through a real relay, at a real
HTTPS endpoint; nothing is left out, and what comes twice bears the name that it had before.

    notified.py --bin DIR

Exits with 77 where there is no exim.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "ops" / "demo"))
import mail_taken  # noqa: E402
import story  # noqa: E402  the demonstration's way of working with the two programs
import webhooks_taken  # noqa: E402
from courier import Certificate  # noqa: E402

SKIPPED = 77
PATIENCE = 60  # seconds, for what comes by itself
MAILBOX = "operator@mail.example"


def await_(what, is_so):
    end = time.monotonic() + PATIENCE
    while not (found := is_so()):
        if time.monotonic() > end:
            raise story.Failed(f"{what}: not within {PATIENCE} s")
        time.sleep(0.02)
    return found


def expect(what, found, wanted):
    if found != wanted:
        raise story.Failed(f"{what}: {found!r}, not {wanted!r}")


def configure(tale, certificate, relay):
    """Sets keys of certmark.toml, each of which is there with its default."""
    wanted = {"smtp": relay.url(), "smtp_from": "desk@ca.example", "smtp_ca": certificate.file, "private_targets": "true",
              "targets_ca": certificate.file}
    file = tale.certmark.authority / "certmark.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    for key, value in wanted.items():
        places = [n for n, line in enumerate(lines) if line.startswith(f"{key} = ")]
        expect(f"the key {key}", len(places), 1)
        lines[places[0]] = f'{key} = "{value}"'
    tale.certmark.stop()
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tale.certmark.start()


class Post:
    """What came to a path of the endpoint."""

    def __init__(self, endpoint, word):
        self.endpoint, self.word = endpoint, word

    def requests(self):
        return [(headers, body) for _, path, headers, body in list(self.endpoint.requests) if path == self.word]

    def names(self):
        return [headers["webhook-id"] for headers, _ in self.requests()]


def check_notices(post, subscription):
    """Each is signed under the subscription's secret, and says of which act it is by its name too."""
    key = base64.b64decode(subscription["secret"].removeprefix("whsec_"))
    short = subscription["name"].removeprefix("subscriptions/")
    for headers, body in post.requests():
        name, at = headers["webhook-id"], headers["webhook-timestamp"]
        signed = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
        expect("the signature", headers["webhook-signature"], "v1," + base64.b64encode(signed).decode())
        expect("the time of the attempt", abs(int(at) - time.time()) < 2 * PATIENCE, True)
        expect("the name", name, f"{short}-{json.loads(body)['data']['id']}")


def check_mails(mails, notices):
    """One mail for each notice, known by its name; a mailbox has them in no order."""
    by_name = {mail["Message-ID"].strip("<>").split("@")[0].split("-")[1]: mail for mail in mails}
    expect("the mails", sorted(by_name), sorted(notice["id"] for notice in notices))
    for notice in notices:
        text = by_name[notice["id"]].get_payload(decode=True).decode()
        for part in (notice["subject"], notice["after"], "状态"):
            expect(f"{part!r} in {text!r}", part in text, True)


def check_events(tale, post, first):
    """Each is the log's own entry, and they come in its order."""
    size = tale.run("decider", "log", "checkpoint")["size"]
    logged = [tale.run("decider", "log", "entry", index) for index in range(first, size)]
    wanted = [entry["leafHash"] for entry in logged if entry["type"] == "secevent+jwt"]
    for headers, _ in post.requests():
        expect("the content type", headers["Content-Type"], "application/secevent+jwt")
    sent = [hashlib.sha256(b"\0" + body).hexdigest() for _, body in post.requests()]
    once = list(dict.fromkeys(sent))
    expect("the events", once, wanted)


def turn(tale, number):
    """Suspends a certification and reinstates it."""
    proposal = tale.run("officer", "suspend", number, "--reason", "misuse")["name"]
    tale.run("decider", "suspend", "--confirm", proposal)
    tale.run("officer", "reinstate", number, "--reason", "cause-corrected")


def notified(tale, certificate, relay, endpoint):
    tale.found()
    tale.gather()
    configure(tale, certificate, relay)
    app = tale.apps[0]
    operator = app["operator"]
    notices, events = Post(endpoint, "/202?notices"), Post(endpoint, "/202?events")
    first = tale.run("decider", "log", "checkpoint")["size"]
    with story.step("an operator wants mail and a webhook, a laboratory what becomes public"):
        tale.run(operator, "subscription", "create", f"mailto:{MAILBOX}")
        hook = tale.run(operator, "subscription", "create", endpoint.url("202?notices"))
        tale.run("laboratory", "subscription", "create", endpoint.url("202?events"), "--of", "events")
        tale.run(operator, "subscription", "create", "https://user@store.example/", expect=1)
        tale.run("laboratory", "subscription", "create", f"mailto:{MAILBOX}", "--of", "events", expect=1)
    with story.step("it is told of its application, by both, and of nobody else's"):
        number = tale.run("decider", "decide", tale.evaluate(app), "--grant")["number"]
        said = tale.run(operator, "notices")["notices"]
        expect("the acts", [notice["act"] for notice in said], ["accept-application", "submit-report", "decide"])
        await_("the webhook", lambda: len(notices.requests()) >= 3)
        check_notices(notices, hook)
        mails = []
        await_("the mails", lambda: mails.extend(relay.mails()) or len(mails) >= 3)
        check_mails(mails, said)
    with story.step("an event is pushed as it stands in the log"):
        turn(tale, number)
        await_("the events", lambda: len(events.requests()) >= 2)
        check_events(tale, events, first)
    with story.step("an endpoint that is down is told later, in order; killed meanwhile, nothing is left out"):
        await_("the webhook", lambda: len(notices.requests()) >= 5)
        endpoint.down = True
        for _ in range(3):
            turn(tale, number)
        tale.certmark.daemon.kill()
        tale.certmark.daemon.wait()
        tale.certmark.start()
        await_("a failure that is kept", lambda: int(tale.run(operator, "subscription", "show", hook["name"])["attempts"]) > 0)
        endpoint.down = False
        before = len(notices.requests())
        await_("one that is taken", lambda: len(notices.requests()) > before)
        tale.certmark.daemon.kill()
        tale.certmark.daemon.wait()
        tale.certmark.start()
        wanted = [f"{hook['name'].removeprefix('subscriptions/')}-{notice['id']}"
                  for notice in tale.run(operator, "notices")["notices"]]
        await_("all notices", lambda: set(notices.names()) == set(wanted))
        expect("their order", list(dict.fromkeys(notices.names())), wanted)
        check_notices(notices, hook)
        await_("all events", lambda: len({body for _, body in events.requests()}) >= 8)
        check_events(tale, events, first)
        print(f"    {len(notices.names())} notices for {len(wanted)}, {len(events.requests())} events for 8")
    with story.step("what is refused is listed, and replayed once the endpoint is mended"):
        refusing = tale.run("laboratory", "subscription", "create", endpoint.url("error"), "--of", "events", "--from", first)
        listed = await_("the dead letters", lambda: tale.run("laboratory", "subscription", "show", refusing["name"]).get(
            "deadLetters", [])[7:] and tale.run("laboratory", "subscription", "show", refusing["name"])["deadLetters"])
        expect("why", "invalid_issuer" in listed[0]["why"], True)
        replayed = tale.run("laboratory", "subscription", "replay", refusing["name"], "--from", first)
        expect("forgotten", replayed["deadLetters"], [])
        tale.run("laboratory", "subscription", "end", refusing["name"])
        expect("one is left", len(tale.run("laboratory", "subscription", "list")["subscriptions"]), 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    options = parser.parse_args()
    if not os.access(mail_taken.EXIM, os.X_OK):
        print("no exim on this machine: skipped")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="certmark-notified-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o711)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        tale.apps = tale.apps[:1]
        certificate = Certificate(directory, "outside.example", "IP:127.0.0.1")
        endpoint = webhooks_taken.Endpoint(certificate)
        try:
            with mail_taken.relay(directory, certificate) as relay:
                notified(tale, certificate, relay, endpoint)
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
            endpoint.close()
    print("Everybody was told of what concerned them, across two kills of the daemon.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
