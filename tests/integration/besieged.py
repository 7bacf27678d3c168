#!/usr/bin/env python3
"""A daemon whose listeners are attacked: bytes that are no TLS and no HTTP/2, floods of frames, and a thousand connections
at each that send a byte now and then. It answers others meanwhile, its memory stays bounded, and in the end it holds no
descriptor more. Prints how fast and how much.

    besieged.py --bin DIR
"""
import argparse
import os
import pathlib
import random
import resource
import select
import socket
import ssl
import struct
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "demo"))
import story  # noqa: E402  the demonstration's way of working with the two programs

SLOW = 1000  # connections at each listener
DESCRIPTORS = 16384  # that a daemon wants, to have places for as many
# What is asserted, a few times what is measured.
MOST_KIB_A_CONNECTION = 256
MOST_FLOODED_KIB = 512 * 1024
MOST_SECONDS = 5.0  # for the slowest of the others, a handshake included, on two cores that the attackers share
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION = 0, 1, 3, 4, 6, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1


def require(holds, what):
    if not holds:
        raise story.Failed(what)


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def call_headers(path):
    """A gRPC call's headers: HPACK literals that nobody indexes (RFC 7541 §6.2.2)."""
    fields = [(b":method", b"POST"), (b":scheme", b"https"), (b":path", path), (b":authority", b"ca.example"),
              (b"content-type", b"application/grpc"), (b"te", b"trailers")]
    return b"".join(b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value for name, value in fields)


CALL = call_headers(b"/certmark.v1.PublicService/GetCheckpoint")


class Listener:
    def __init__(self, name, port, context):
        self.name, self.port, self.context = name, port, context
        self.is_grpc = "gRPC" in name

    def plain(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as every client of HTTP's does
        return connection

    def tls(self):
        return self.context.wrap_socket(self.plain(), server_hostname="127.0.0.1")

    def ask(self):
        """Asks for the checkpoint over a new connection; how long it took."""
        begun = time.monotonic()
        with self.tls() as connection:
            answer = self.call(connection) if self.is_grpc else self.get(connection)
        require(b"ca.example/log/1" in answer, f"{self.name}: no checkpoint but {answer[:200]!r}")
        return time.monotonic() - begun

    @staticmethod
    def get(connection):
        connection.sendall(b"GET /v1/checkpoint HTTP/1.1\r\nHost: ca.example\r\nConnection: close\r\n\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer

    @staticmethod
    def call(connection):
        connection.sendall(PREFACE + frame(SETTINGS, 0, 0) + frame(HEADERS, END_HEADERS, 1, CALL) +
                           frame(DATA, END_STREAM, 1, bytes(5)))
        unread, answer = b"", b""
        while piece := connection.recv(65536):
            unread += piece
            while len(unread) >= 9 and len(unread) >= 9 + (size := int.from_bytes(unread[:3], "big")):
                kind, flags, stream = unread[3], unread[4], int.from_bytes(unread[5:9], "big")
                answer += unread[9:9 + size] if kind == DATA else b""
                unread = unread[9 + size:]
                if kind == SETTINGS and not flags & ACK:
                    connection.sendall(frame(SETTINGS, ACK, 0))
                if stream == 1 and flags & END_STREAM:
                    return answer
        return answer


class Process:
    def __init__(self, pid):
        self.proc = pathlib.Path("/proc") / str(pid)

    def kib(self, what):
        line = next(line for line in (self.proc / "status").read_text().splitlines() if line.startswith(what + ":"))
        return int(line.split()[1])

    def descriptors(self):
        return len(os.listdir(self.proc / "fd"))


def told(seconds):
    """The median and the 99th of a hundred, in milliseconds."""
    ordered = sorted(seconds)
    middle, last = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    require(last < MOST_SECONDS, f"others waited {last:.2f} s")
    return f"p50 {middle * 1000:.1f} ms, p99 {last * 1000:.1f} ms"


def client_hello(listener):
    """The very bytes by which OpenSSL greets."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    greeting = listener.context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    try:
        greeting.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def ended(connection, seconds=20):
    """Reads until the other side has closed, or said all that it has to say."""
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
        return True
    except TimeoutError:
        return False
    except OSError:
        return True


def garbage(listener, noise):
    """Bytes that are no TLS: each connection is ended, and the next one served."""
    hello = client_hello(listener)
    forms = {
        "random bytes": noise.randbytes(4096),
        "a greeting with random bytes in it": hello[:11] + noise.randbytes(len(hello) - 11),
        "a greeting of another version": b"\x16\x09\x09" + hello[3:],
        "a record longer than any": b"\x16\x03\x01\xff\xff" + noise.randbytes(65535),
        "a record of the greatest length": b"\x17\x03\x03\x41\x00" + noise.randbytes(16640),
        "an alert": b"\x15\x03\x01\x00\x02\x02\x28",
        "SSL 2": b"\x80\x2e\x01\x00\x02" + noise.randbytes(43),
        "plain HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "plain HTTP/2": PREFACE + frame(SETTINGS, 0, 0),
        "nothing but zeroes": bytes(65536),
    }
    waited = []
    for form, sent in forms.items():
        with listener.plain() as connection:
            try:
                connection.sendall(sent)
            except OSError:
                pass  # it was ended before it had said all
            require(ended(connection), f"{listener.name}: {form} keeps its connection")
        waited.append(listener.ask())
    # A greeting that is cut off, and a side that goes.
    for end in (1, 5, 6, len(hello) // 2, len(hello) - 1):
        with listener.plain() as connection:
            connection.sendall(hello[:end])
        waited.append(listener.ask())
    # What was encrypted by nobody, after a handshake.
    for sent in (noise.randbytes(300), b"\x17\x03\x03\x40\x00" + noise.randbytes(16384), b"\x16\x03\x03\x00\x04\x01\x00\x00\x00"):
        with listener.tls() as connection:
            os.write(connection.fileno(), sent)
            require(ended(connection), f"{listener.name}: garbage after the handshake keeps its connection")
        waited.append(listener.ask())
    return told(waited)


def floods(listener, noise):
    """HTTP/2 that is none, and too much of what is."""
    begin = PREFACE + frame(SETTINGS, 0, 0)
    odd = range(1, 4001, 2)
    forms = {
        "random bytes": noise.randbytes(65536),
        "a preface and random bytes": begin + noise.randbytes(65536),
        "a frame longer than any": begin + b"\xff\xff\xff" + bytes([DATA, 0, 0, 0, 0, 1]) + noise.randbytes(65536),
        "10,000 SETTINGS": begin + frame(SETTINGS, 0, 0) * 10000,
        "10,000 PINGs": begin + frame(PING, 0, 0, bytes(8)) * 10000,
        "2,000 calls taken back": begin + b"".join(frame(HEADERS, END_HEADERS, n, CALL) + frame(RST_STREAM, 0, n, bytes(4))
                                                   for n in odd),
        "8 MiB of header in pieces": begin + frame(HEADERS, 0, 1, CALL) +
                                     frame(CONTINUATION, 0, 1, (b"\0\x01x\x7e" + b"y" * 126) * 126) * 500,
        "data of no call": begin + frame(DATA, 0, 7, bytes(16384)) * 64,
    }
    waited = []
    for sent in forms.values():
        with listener.tls() as connection:
            connection.settimeout(5)
            try:
                for at in range(0, len(sent), 65536):
                    connection.sendall(sent[at:at + 65536])
            except OSError:
                pass  # it was ended before it had said all
            waited.append(listener.ask())
    return told(waited)


class Slow:
    """A thousand connections that send a byte now and then: in the greeting, before the request, in it, in its body."""

    def __init__(self, listener):
        self.listener, self.hello = listener, client_hello(listener)
        if listener.is_grpc:
            begin = PREFACE + frame(SETTINGS, 0, 0)
            self.words = [b"", begin[:10], begin, begin + frame(HEADERS, END_HEADERS, 1, CALL) + frame(DATA, 0, 1, bytes(9))[:10]]
        else:
            self.words = [b"", b"GET /v1/checkpoint HTTP/1.1\r\n", b"GET /v1/checkpoint HTTP/1.1\r\nHost: x\r\nA: ",
                          b"POST /v1/enrolments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                          b"Content-Length: 1000\r\n\r\n{"]
        self.open = [self.one(n) for n in range(SLOW)]

    def one(self, n):
        if n % 5 == 4:
            connection = self.listener.plain()
            connection.sendall(self.hello[:n % 200])
        else:
            connection = self.listener.tls()
            if self.words[n % 5]:
                connection.sendall(self.words[n % 5])
        return connection

    def drip(self):
        """One more byte from each that is still heard."""
        for connection in self.open:
            try:
                connection.send(b" ")
            except OSError:
                pass

    def cut_off(self):
        """How many the daemon has closed."""
        closed = 0
        for connection in self.open:
            connection.setblocking(False)
            try:
                while data := connection.recv(65536):
                    pass
                closed += data == b""
            except (ssl.SSLWantReadError, BlockingIOError):
                pass
            except OSError:
                closed += 1
        return closed

    def close(self):
        for connection in self.open:
            connection.close()


def wait_for(what, holds, seconds):
    limit = time.monotonic() + seconds
    while not holds():
        require(time.monotonic() < limit, f"{what}: not within {seconds} s")
        select.select([], [], [], 0.2)


def besiege(process, listeners):
    """All the slow ones at once; the others are asked between their bytes."""
    crowds = []
    for listener in listeners:
        alone = told([listener.ask() for _ in range(50)])
        before = process.kib("VmRSS")
        crowds.append(Slow(listener))
        waited = []
        for _ in range(10):
            for crowd in crowds:
                crowd.drip()
            waited += [listener.ask() for _ in range(10)]
        each = (process.kib("VmRSS") - before) / SLOW
        print(f"    {listener.name}: {SLOW} slow connections, {each:.0f} KiB each; others {told(waited)}; alone {alone}", flush=True)
        require(each < MOST_KIB_A_CONNECTION, f"{listener.name}: {each:.0f} KiB a connection")
    return crowds


def told_story(tale):
    public, party = ssl.create_default_context(), ssl.create_default_context()
    for context in (public, party):
        context.load_verify_locations(tale.certmark.authority / "certificates" / "root.pem")
    home = tale.home("registrar-1")
    party.load_cert_chain(home / "certificate.pem", home / "key.pem")
    grpc = []
    for context in (public, party):
        of_grpc = ssl.create_default_context()
        of_grpc.load_verify_locations(tale.certmark.authority / "certificates" / "root.pem")
        of_grpc.set_alpn_protocols(["h2"])
        if context is party:
            of_grpc.load_cert_chain(home / "certificate.pem", home / "key.pem")
        grpc.append(of_grpc)
    ports = tale.ports
    listeners = [Listener("public HTTP", ports[2], public), Listener("party HTTP", ports[3], party),
                 Listener("public gRPC", ports[0], grpc[0]), Listener("party gRPC", ports[1], grpc[1])]
    process = Process(tale.certmark.daemon.pid)
    noise = random.Random(6)
    for listener in listeners:
        listener.ask()  # whatever is opened once, and kept, is open now
    resting, memory = process.descriptors(), process.kib("VmRSS")
    for listener in listeners:
        with story.step(f"{listener.name}: garbage for TLS"):
            print(f"    others {garbage(listener, noise)}", flush=True)
    with story.step(f"{SLOW} slow connections at each listener"):
        crowds = besiege(process, listeners)
        print(f"    memory {memory} KiB before, {process.kib('VmRSS')} now, {process.kib('VmHWM')} at most", flush=True)
    with story.step("the HTTP doors cut all of theirs off"):
        for crowd in crowds[:2]:
            wait_for(f"the slow at {crowd.listener.name}", lambda crowd=crowd: crowd.cut_off() == SLOW, 60)
        print("    gRPC has cut off " + ", ".join(f"{crowd.cut_off()} at {crowd.listener.name}" for crowd in crowds[2:]))
    with story.step("when they have gone, the daemon has what it had"):
        for crowd in crowds:
            crowd.close()
        wait_for("the descriptors", lambda: process.descriptors() <= resting, 30)
        print(f"    {process.descriptors()} descriptors, {resting} before; memory {process.kib('VmRSS')} KiB; "
              f"others {told([listener.ask() for listener in listeners for _ in range(10)])}", flush=True)
    for listener in listeners[2:]:
        with story.step(f"{listener.name}: garbage and floods for HTTP/2"):
            before = process.kib("VmRSS")
            waited, more = floods(listener, noise), process.kib("VmHWM") - before
            print(f"    others {waited}; at most {more} KiB more", flush=True)
            require(more < MOST_FLOODED_KIB, f"{listener.name}: {more} KiB for what one connection sends")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where certmark and certmarkd are")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < DESCRIPTORS:
        print(f"A process may have {most} descriptors here, and {DESCRIPTORS} are needed.")
        return 77
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="certmark-besieged-") as name:
        directory = pathlib.Path(name)
        certmark = story.Certmark(options.bin.resolve(), directory)
        tale = story.Story(certmark, directory)
        try:
            tale.found()
            told_story(tale)
            certmark.stop()
        except story.Failed as failure:
            print(failure, file=sys.stderr)
            return 1
        finally:
            if certmark.daemon and certmark.daemon.poll() is None:
                certmark.daemon.kill()
                certmark.daemon.wait()
    print("The daemon was besieged at every listener, and answered.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
