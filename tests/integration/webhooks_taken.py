#!/usr/bin/env python3
"""Events and notices are carried to a real HTTPS endpoint, Python's own: what arrives is what was to be sent, each answer
comes to what it says, and no endpoint makes the courier wait, read or wander further than it should.

    webhooks_taken.py --program deliver
"""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import socket
import ssl
import sys
import tempfile
import threading
import time

from courier import Certificate, Courier, Failed, require

JWS = "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl"
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
MAX_ANSWER = 64 * 1024
ERROR = {"err": "invalid_issuer", "description": "who are you?\r\nX: y"}


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that does not believe this server, or has had enough of it, goes: that is what is tested."""


class Endpoint:
    """An HTTPS server on a free loopback port. The path says what it answers; what was sent to it is kept."""

    def __init__(self, certificate):
        self.requests, self.sent, self.over = [], 0, threading.Event()
        self.down = False  # it answers 503, and keeps nothing
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                endpoint.requests.append((self.command, self.path, self.headers, b""))
                self.answer(200)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if endpoint.down:
                    return self.answer(503)
                endpoint.requests.append((self.command, self.path, self.headers, body))
                word = self.path.split("?")[0].strip("/")
                try:
                    getattr(self, word)() if hasattr(self, word) else self.answer(int(word))
                except OSError:
                    self.close_connection = True
                return None

            def answer(self, status, body=b"", headers=()):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def error(self):
                self.answer(400, json.dumps(ERROR).encode(), [("Content-Type", "application/json")])

            def no_error(self):
                self.answer(400, b'{"err": 7}', [("Content-Type", "application/json")])

            def moved(self):
                self.answer(307, headers=[("Location", "/202")])

            def endless(self):
                self.send_response(202)
                self.end_headers()
                while not endpoint.over.is_set():
                    self.wfile.write(b"x" * 4096)
                    endpoint.sent += 4096

            def silent(self):
                endpoint.over.wait()

            def drip(self):
                self.send_response(202)
                self.end_headers()
                while not endpoint.over.wait(0.05):
                    self.wfile.write(b"x")

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.file, certificate.key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="", host="127.0.0.1"):
        return f"https://{host}:{self.port}/{path}"

    def taken(self):
        requests, self.requests = self.requests, []
        return requests

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def check_event(courier, endpoint):
    courier.expect("taken", "202", "event", endpoint.url("202?box=7"), JWS)
    [(method, path, headers, body)] = endpoint.taken()
    require((method, path, body) == ("POST", "/202?box=7", JWS.encode()), f"another request: {method} {path} {body}")
    require(headers["Content-Type"] == "application/secevent+jwt", f"of type {headers['Content-Type']}")
    require(headers["Accept"] == "application/json", f"accepts {headers['Accept']}")


def check_notice(courier, endpoint):
    body = json.dumps({"title": "证书将到期", "days": 30}, ensure_ascii=False).encode()
    at = 1793664007
    courier.expect("taken", "202", "notice", endpoint.url("202"), "msg_7", at, SECRET, base64.b64encode(body).decode())
    [(_, _, headers, received)] = endpoint.taken()
    require(received == body, f"another body: {received}")
    require(headers["Content-Type"] == "application/json", f"of type {headers['Content-Type']}")
    require((headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_7", str(at)), "another id or time")
    said = f"msg_7.{at}.".encode() + received
    code = base64.b64encode(hmac.new(KEY, said, hashlib.sha256).digest()).decode()
    require(headers["webhook-signature"] == f"v1,{code}", f"signed {headers['webhook-signature']}, not v1,{code}")


def check_answers(courier, endpoint):
    for status in (200, 202, 204):
        courier.expect("taken", str(status), "event", endpoint.url(status), JWS)
    for status in (413, 415, 422):
        courier.expect("refused", str(status), "event", endpoint.url(status), JWS)
    courier.expect("gone", "410", "event", endpoint.url(410), JWS)
    for status in (400, 401, 403, 404, 408, 429, 500, 503):
        courier.expect("not-now", str(status), "event", endpoint.url(status), JWS)
    courier.expect("refused", 'invalid_issuer": "who are you?', "event", endpoint.url("error"), JWS)
    courier.expect("not-now", "400", "event", endpoint.url("no_error"), JWS)
    endpoint.taken()
    courier.expect("not-now", "redirect", "event", endpoint.url("moved"), JWS)
    require([path for _, path, _, _ in endpoint.taken()] == ["/moved"], "a redirect was followed")


def check_limits(courier, hurried, endpoint):
    courier.expect("not-now", "longer than", "event", endpoint.url("endless"), JWS)
    require(endpoint.sent < 200 * MAX_ANSWER, f"{endpoint.sent} bytes of an endless answer were taken")
    for path in ("silent", "drip"):
        begun = time.monotonic()
        hurried.expect("not-now", "timed out", "event", endpoint.url(path), JWS)
        require(time.monotonic() - begun < 30, "half a second took half a minute")
    endpoint.taken()


def check_secrecy(courier, port):
    """What an URL may hold of its receiver's secrets is not in why."""
    url = f"https://127.0.0.1:{port}/path-word?query-word"
    why = courier.expect("not-now", "127.0.0.1", "event", url, JWS)
    require("word" not in why, f"a URL is told further: {why}")


def check_certificates(program, directory, endpoint):
    other = Certificate(directory, "other.example", "DNS:other.example")
    impostor = Endpoint(other)
    with Courier(program, "--private", "--ca", other.file) as courier:
        courier.expect("not-now", "certificate", "event", endpoint.url("202"), JWS)  # of a CA that is not trusted
        courier.expect("not-now", "SSL", "event", impostor.url("202"), JWS)  # of another name
    with Courier(program, "--private") as courier:
        courier.expect("not-now", "certificate", "event", endpoint.url("202"), JWS)
    require(not endpoint.taken() and not impostor.taken(), "an event was shown to whom it was not for")
    impostor.close()


def inward_names():
    """Names that lead this machine to itself or its own network, and do not look like it."""
    for name in (socket.gethostname(), "ip6-localhost", "ip6-loopback"):
        try:
            addresses = {info[4][0] for info in socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)}
        except OSError:
            continue
        if all(address == "::1" or address.startswith(("127.", "10.", "192.168.", "172.", "169.254.")) for address in addresses):
            yield name


def check_reach(program, certificate, endpoint):
    with Courier(program, "--ca", certificate.file) as courier:
        for host in ("127.0.0.1", "localhost", "LOCALHOST.", "x.localhost", "0x7f000001", "[::ffff:127.0.0.1]"):
            courier.expect("not-now", "public internet", "event", endpoint.url("202", host), JWS)
        for name in inward_names():
            courier.expect("not-now", "its address is not of the public internet", "event", endpoint.url("202", name), JWS)
    require(not endpoint.taken(), "an event was carried into the house")


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def run(program):
    with tempfile.TemporaryDirectory(prefix="certmark-webhooks-") as name:
        directory = pathlib.Path(name)
        certificate = Certificate(directory, "hooks.example", "IP:127.0.0.1", "DNS:localhost")
        endpoint = Endpoint(certificate)
        ours = ["--private", "--ca", certificate.file]
        with Courier(program, *ours) as courier, Courier(program, *ours, "--timeout", 500) as hurried:
            check_event(courier, endpoint)
            check_notice(courier, endpoint)
            check_answers(courier, endpoint)
            check_limits(courier, hurried, endpoint)
            check_secrecy(courier, closed_port())
        check_certificates(program, directory, endpoint)
        check_reach(program, certificate, endpoint)
        endpoint.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    try:
        run(parser.parse_args().program)
    except Failed as failed:
        print(f"webhooks_taken: {failed}", file=sys.stderr)
        return 1
    print("Every event and notice came to what its endpoint said.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
