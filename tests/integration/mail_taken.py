#!/usr/bin/env python3
"""Mail is carried to a real relay, Debian's exim, in a folder and on a loopback port of its own: what lies in the mailbox
is what was written, and each thing that a relay may say or be comes to what it says.

    mail_taken.py --program deliver

Exits with 77 where there is no exim, or whoever tests has no name, without which it does not run.
"""
import argparse
import base64
import contextlib
import email
import email.policy
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import tempfile
import threading
import time

from courier import Certificate, Courier, Failed, require

EXIM = "/usr/sbin/exim4"
SKIPPED = 77
NOBODY = 65534
FROM = "desk@ca.example"
PASSWORD = "correct horse"
AT = 1793664007  # 2026-11-03T00:00:07Z
TEXT = "您的证书将于 30 天后到期。\n.\n.. a line that begins with full stops\n" + "长" * 2000 + "\n\nFrom here on, go on.\n"
SUBJECT = "认证状态通知：您的应用“示例”的证书将于三十天后到期，请及时办理续期手续"

CONFIG = """
exim_user = {uid}
exim_group = {gid}
admin_groups = {gid}
primary_hostname = relay.example
spool_directory = {directory}/spool
log_file_path = {directory}/%slog
pid_file_path = {directory}/pid
keep_environment =
host_lookup =
rfc1413_hosts =
deliver_drop_privilege
queue_only
tls_certificate = {certificate.file}
tls_privatekey = {certificate.key}
tls_advertise_hosts = {starttls}
tls_on_connect_ports = {smtps}
acl_smtp_rcpt = recipient
acl_smtp_data = mail
begin acl
recipient:
  defer local_parts = later
        message = come again
  deny local_parts = nobody
       message = no such mailbox
  accept domains = mail.example
  deny message = relay not permitted
mail:
  deny condition = ${{if match{{$h_subject:}}{{unwanted}}}}
       message = not that
  defer condition = ${{if match{{$h_subject:}}{{untimely}}}}
  accept
begin routers
box:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {directory}/box
  maildir_format
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_set_id = $auth2
  server_condition = ${{if and{{{{eq{{$auth2}}{{desk}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
"""


class Relay:
    """A running exim that nobody else speaks with. STARTTLS and smtps are each there or not."""

    def __init__(self, directory, certificate, starttls=True, smtps=False):
        self.box, self.log = directory / "box" / "new", directory / "mainlog"
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        # Exim delivers nothing as root: whoever tests as root has it run as nobody.
        is_root = os.geteuid() == 0
        self.account = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if is_root else {}
        uid, gid = (NOBODY, NOBODY) if is_root else (os.getuid(), os.getgid())
        (directory / "exim.conf").write_text(
            CONFIG.format(directory=directory, certificate=certificate, uid=uid, gid=gid, password=PASSWORD,
                          starttls="*" if starttls else "", smtps=self.port if smtps else ""), encoding="utf-8")
        for path in (directory, *directory.iterdir(), certificate.file, certificate.key):
            os.chown(path, uid, gid)
        self.command = [EXIM, "-C", directory / "exim.conf"]
        self.process = subprocess.Popen([*self.command, "-bw1h"], stdin=listener, stdout=subprocess.DEVNULL, **self.account)
        listener.close()

    def url(self, scheme="smtp"):
        return f"{scheme}://127.0.0.1:{self.port}"

    def mails(self):
        """Has all that was taken delivered, and takes it out of the mailbox."""
        subprocess.run([*self.command, "-q"], check=True, **self.account)
        mails = []
        for file in sorted(self.box.iterdir()) if self.box.exists() else []:
            mails.append(email.message_from_bytes(file.read_bytes(), policy=email.policy.default))
            file.unlink()
        return mails

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def relay(root, certificate, **how):
    with tempfile.TemporaryDirectory(dir=root) as directory:
        running = Relay(pathlib.Path(directory), certificate, **how)
        try:
            yield running
        finally:
            running.stop()


class Mute:
    """A relay by script, which takes every mail in the clear, and falls silent at `word`."""

    def __init__(self, word):
        self.word, self.listener = word, socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def serve(self):
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rwb") as stream:
            self.say(stream, "220 mute.example")
            in_mail = False
            for line in stream:
                line = line.rstrip(b"\r\n").decode()
                if line == self.word:
                    in_mail = True  # and so until whoever waits goes
                elif in_mail and line == ".":
                    in_mail = False
                    self.say(stream, "250 taken")
                elif line == "DATA":
                    in_mail = True
                    self.say(stream, "354 go on")
                elif not in_mail:
                    self.say(stream, "250 well")

    @staticmethod
    def say(stream, line):
        stream.write(line.encode() + b"\r\n")
        stream.flush()


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def mail(to="operator@mail.example", subject="A notice", text="Read it.\n", name="notice-1"):
    return "mail", to, base64_of(subject), base64_of(text), name, AT


def check_letter(courier, running):
    courier.expect("taken", "250 OK", *mail(subject=SUBJECT, text=TEXT))
    courier.expect("taken", "250 OK", *mail(subject=SUBJECT, text=TEXT))
    first, again = running.mails()
    text = first.get_payload(decode=True)
    require(text == TEXT.replace("\n", "\r\n").encode(), f"another text: {text}")
    headers = {name: str(first[name]) for name in ("Subject", "From", "To", "Message-ID", "Auto-Submitted", "Date")}
    wanted = {"Subject": SUBJECT, "From": FROM, "To": "operator@mail.example", "Message-ID": "<notice-1@ca.example>",
              "Auto-Submitted": "auto-generated", "Date": "Tue, 03 Nov 2026 00:00:07 +0000"}
    require(headers == wanted, f"other headers: {headers}")
    require(first["Return-Path"] is None or FROM in first["Return-Path"], "it would come back to somebody else")
    require(not first.defects, f"no good mail: {first.defects}")
    require(again["Message-ID"] == first["Message-ID"], "a double that cannot be told")
    arrivals = [line for line in running.log.read_text().splitlines() if " <= " in line]
    require(all(" X=TLS" in line and " A=plain:desk" in line for line in arrivals), f"came otherwise: {arrivals}")


def check_refusals(courier, running):
    courier.expect("refused", "550 no such mailbox", *mail(to="nobody@mail.example"))
    courier.expect("refused", "550 relay not permitted", *mail(to="operator@elsewhere.example"))
    courier.expect("refused", "550 not that", *mail(subject="unwanted"))
    courier.expect("not-now", "451 come again", *mail(to="later@mail.example"))
    courier.expect("not-now", "451", *mail(subject="untimely"))
    courier.expect("refused", "the mail's subject", *mail(subject="a\r\nBcc: other@mail.example"))
    courier.expect("refused", "the mail address", *mail(to="operator@mail.example\rRCPT TO:<other@mail.example>"))
    require(not running.mails(), "what was not taken was delivered")
    courier.expect("taken", "250 OK", *mail())  # what was refused before bars nothing
    require(len(running.mails()) == 1, "one mail")


def check_tls(program, root, certificate, running, to_relay):
    """Who is not believed is told nothing: no address, no password."""
    other = Certificate(root, "other.example", "DNS:other.example")
    with Courier(program, *to_relay(running.url()), "--ca", other.file) as courier:
        courier.expect("not-now", "certificate", *mail())
    with Courier(program, *to_relay(f"smtp://localhost:{running.port}"), "--ca", certificate.file) as courier:
        courier.expect("not-now", "SSL", *mail())  # its certificate has the address alone
    with relay(root, certificate, starttls=False) as plain:
        with Courier(program, *to_relay(plain.url()), "--ca", certificate.file) as courier:
            courier.expect("not-now", "STARTTLS", *mail())
        with Courier(program, "--relay", plain.url(), "--from", FROM, "--no-tls") as courier:
            courier.expect("taken", "250 OK", *mail())
        require(len(plain.mails()) == 1, "one mail in the clear, where that is wanted")
    with relay(root, certificate, smtps=True) as secure:
        with Courier(program, *to_relay(secure.url("smtps")), "--ca", certificate.file) as courier:
            courier.expect("taken", "250 OK", *mail())
        require(len(secure.mails()) == 1, "one mail by smtps")
    require(not running.mails(), "mail was taken by whom it was not given to")


def check_password(program, root, running, certificate):
    wrong = root / "wrong"
    wrong.write_text("hunter2\n", encoding="utf-8")
    wrong.chmod(0o600)
    how = ["--relay", running.url(), "--from", FROM, "--user", "desk", "--password-file", wrong, "--ca", certificate.file]
    with Courier(program, *how) as courier:
        why = courier.expect("not-now", "denied", *mail())
    require("hunter2" not in why and base64_of("hunter2") not in why, f"a password is told further: {why}")


def check_mute(program):
    how = ["--from", FROM, "--no-tls"]
    with Courier(program, "--relay", Mute("QUIT").url(), *how, "--timeout", 50_000) as courier:
        begun = time.monotonic()
        courier.expect("taken", "250 taken", *mail())
        require(time.monotonic() - begun < 30, "a relay that says no farewell was waited for")
    for word in ("RCPT TO:<operator@mail.example>", "DATA"):
        with Courier(program, "--relay", Mute(word).url(), *how, "--timeout", 1_000) as courier:
            courier.expect("not-now", "timed out", *mail())


def run(program):
    with tempfile.TemporaryDirectory(prefix="certmark-mail-") as name:
        root = pathlib.Path(name)
        root.chmod(0o711)
        certificate = Certificate(root, "relay.example", "IP:127.0.0.1")
        password = root / "password"
        password.write_text(PASSWORD + "\n", encoding="utf-8")
        password.chmod(0o600)

        def to_relay(url):
            return "--relay", url, "--from", FROM, "--user", "desk", "--password-file", password

        with relay(root, certificate) as running:
            with Courier(program, *to_relay(running.url()), "--ca", certificate.file) as courier:
                check_letter(courier, running)
                check_refusals(courier, running)
                check_tls(program, root, certificate, running, to_relay)
                check_password(program, root, running, certificate)
                running.stop()
                courier.expect("not-now", "127.0.0.1", *mail())
        check_mute(program)


def has_relay():
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return os.access(EXIM, os.X_OK)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    if not has_relay():
        print("no exim on this machine, or no name for who tests: skipped")
        return SKIPPED
    try:
        run(program)
    except Failed as failed:
        print(f"mail_taken: {failed}", file=sys.stderr)
        return 1
    print("Every mail came to what its relay said.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
