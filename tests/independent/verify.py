#!/usr/bin/env python3
"""A second verifier, written from verifier-sdk/FORMATS.md alone: it shares no code and no library with the product's.

It needs Python's `cryptography` for signatures and certificates, and the standard library for everything else.

    verify.py --bundle FILE --trust FILE --pin PIN --app A [--signer S …] [--build N] [--allow NAME …] --now SECONDS
                                        judge one bundle; prints `VERDICT step reason`, exits 0 when VALID

What judges the vectors with it is vectors.py; the states of a whole log are folded in bulk.py.
"""
import argparse
import base64
import datetime
import hashlib
import json
import re
import sys
import zlib

from cryptography import exceptions, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

MAX_NUMBER = 2**53 - 1
STATUS_BYTES = 2**17 // 4


class Malformed(Exception):
    """Bytes that are not what they must be."""


class Fail(Exception):
    """A step that failed: verdict, step, reason."""

    def __init__(self, verdict, step, reason):
        super().__init__(reason)
        self.verdict, self.step, self.reason = verdict, step, reason


def need(condition, reason):
    if not condition:
        raise Malformed(reason)


# ---------------------------------------------------------------- encodings (§1)


def b64(text, alphabet, padded):
    need(isinstance(text, str) and text.isascii(), "base64 is ASCII")
    body = text.rstrip("=") if padded else text
    need(re.fullmatch(alphabet, body) is not None, "bad base64 character")
    need(len(body) % 4 != 1, "impossible base64 length")
    if padded:
        need(text == body + "=" * (-len(body) % 4), "bad base64 padding")
    standard = body.replace("-", "+").replace("_", "/")
    raw = base64.b64decode(standard + "=" * (-len(standard) % 4))
    need(base64.b64encode(raw).decode().rstrip("=") == standard, "non-zero trailing bits")
    return raw


def b64std(text):
    return b64(text, r"[A-Za-z0-9+/]*", True)


def b64url(text):
    return b64(text, r"[A-Za-z0-9_-]*", False)


def check_strings(value, depth):
    """Depth, NUL and lone surrogates; a scalar counts as a value, so inside the 16th container it is one too deep."""
    need(depth <= 16, "too deep")
    if isinstance(value, str):
        need("\0" not in value, "U+0000")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Malformed("lone surrogate") from None
    elif isinstance(value, list):
        for element in value:
            check_strings(element, depth + 1)
    elif isinstance(value, dict):
        for name, member in value.items():
            check_strings(name, depth)
            check_strings(member, depth + 1)


def strict_json(raw):
    def number(text):
        need(re.fullmatch(r"0|[1-9][0-9]*", text) is not None and int(text) <= MAX_NUMBER, "number out of form")
        return int(text)

    def members(pairs):
        names = [name for name, _ in pairs]
        need(len(names) == len(set(names)), "duplicate member")
        return dict(pairs)

    def refuse(text):
        raise Malformed("number out of form: " + text)

    try:
        text = raw.decode("utf-8")
        need(not text.startswith("\ufeff"), "BOM")
        value = json.loads(text, object_pairs_hook=members, parse_int=number, parse_float=refuse, parse_constant=refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from None
    check_strings(value, 1)
    return value


def member(obj, name, kind):
    need(isinstance(obj, dict), "not an object")
    need(name in obj, f"{name} is missing")
    value = obj[name]
    need(isinstance(value, kind) and not (kind is int and isinstance(value, bool)), f"{name} is of another type")
    return value


def strings(obj, name):
    values = member(obj, name, list)
    need(all(isinstance(v, str) for v in values), f"{name} holds something else than strings")
    return values


def parse_jws(text, typ, members, limit):
    need(len(text) <= limit, "too large")
    parts = text.split(".")
    need(len(parts) == 3, "not three parts")
    header = strict_json(b64url(parts[0]))
    need(isinstance(header, dict) and set(header) == set(members), "header members")
    for name in ("alg", "kid", "typ"):
        member(header, name, str)
    need(header["typ"] == typ, "typ")
    if "x5c" in members:
        header["x5c"] = [b64std(c) for c in strings(header, "x5c")]
        need(all(len(c) <= 4096 for c in header["x5c"]), "certificate too large")
    payload = strict_json(b64url(parts[1]))
    need(isinstance(payload, dict), "payload is no object")
    return {"header": header, "payload": payload, "signature": b64url(parts[2]),
            "input": (parts[0] + "." + parts[1]).encode()}


# ---------------------------------------------------------------- names (§1)


def is_authority(text):
    match = re.fullmatch(r"https://([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?", text)
    if not match:
        return False
    labels = match.group(1).split(".")
    if not all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels) or len(match.group(1)) > 253:
        return False
    port = match.group(2)
    return port is None or (int(port) <= 65535 and int(port) != 443)


def is_app_package(text):
    return re.fullmatch(r"[!-.0-9;-~]{1,255}", text) is not None


def is_signer(platform, text):
    if platform in ("android", "harmonyos"):
        return re.fullmatch(r"[0-9a-f]{64}", text) is not None
    return platform == "ios" and re.fullmatch(r"[A-Z0-9]{10}", text) is not None


def build_of(platform, value):
    """A comparable build, from a JSON value; None when it is not of the platform's form."""
    if platform in ("android", "harmonyos"):
        return [value, 0, 0] if isinstance(value, int) and not isinstance(value, bool) else None
    if not isinstance(value, str) or not re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){0,2}", value):
        return None
    parts = [int(p) for p in value.split(".")]
    return parts + [0] * (3 - len(parts))


def expected_build(platform, text):
    if platform in ("android", "harmonyos"):
        if not re.fullmatch(r"0|[1-9][0-9]*", text) or int(text) > MAX_NUMBER:
            return None
        return build_of(platform, int(text))
    return build_of(platform, text)


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def is_number(text):
    if not re.fullmatch(r"CM-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{11}", text):
        return False
    value = 0
    for symbol in text[8:18]:
        value = value * 32 + CROCKFORD.index(symbol)
    return value % 37 <= 31 and CROCKFORD[value % 37] == text[18]


def parse_time(text, form):
    shape = {"%Y-%m-%dT%H:%M:%SZ": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "%Y-%m-%d": r"\d{4}-\d\d-\d\d"}[form]
    need(re.fullmatch(shape, text, re.A) is not None, f"time {text}")
    try:
        moment = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Malformed(f"time {text}") from None
    return int(moment.timestamp())


# ---------------------------------------------------------------- keys and certificates (§2)


def thumbprint(key):
    numbers = key.public_numbers()
    size = (key.curve.key_size + 7) // 8
    coordinate = lambda n: base64.urlsafe_b64encode(n.to_bytes(size, "big")).rstrip(b"=").decode()
    crv = {256: "P-256", 384: "P-384"}[key.curve.key_size]
    jwk = {"crv": crv, "kty": "EC", "x": coordinate(numbers.x), "y": coordinate(numbers.y)}
    digest = hashlib.sha256(json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def spki_hash(key):
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER,
                                           serialization.PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def ecdsa_ok(key, message, raw):
    size = (key.curve.key_size + 7) // 8
    if len(raw) != 2 * size:
        return False
    algorithm = hashes.SHA256() if size == 32 else hashes.SHA384()
    der = utils.encode_dss_signature(int.from_bytes(raw[:size], "big"), int.from_bytes(raw[size:], "big"))
    try:
        key.verify(der, message, ec.ECDSA(algorithm))
    except exceptions.InvalidSignature:
        return False
    return True


# What stands before the uncompressed point in a SubjectPublicKeyInfo (RFC 5480 §2): id-ecPublicKey, the curve by its name.
SPKI_PREFIX = {32: bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
               48: bytes.fromhex("3076301006072a8648ce3d020106052b81040022036200")}
KNOWN_CRITICAL = {"2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17"}


class Cert:
    def __init__(self, der):
        try:
            self.x509 = x509.load_der_x509_certificate(der)
            self.key = self.x509.public_key()
            self.extensions = {e.oid.dotted_string: e for e in self.x509.extensions}
        except (ValueError, TypeError, exceptions.UnsupportedAlgorithm, x509.DuplicateExtension) as error:
            raise Malformed(f"certificate: {error}") from None
        self.der = der
        need(self.x509.version == x509.Version.v3, "certificate version")
        need(isinstance(self.key, ec.EllipticCurvePublicKey) and self.key.curve.name in ("secp256r1", "secp384r1"), "key")
        numbers, size = self.key.public_numbers(), (self.key.curve.key_size + 7) // 8
        point = b"\x04" + numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")
        need(SPKI_PREFIX[size] + point in self.x509.tbs_certificate_bytes, "key is not named-curve, uncompressed")
        for oid, extension in self.extensions.items():
            need(not extension.critical or oid in KNOWN_CRITICAL, f"critical extension {oid}")
        dots = list(self.extensions) + [o.dotted_string for o in (self.value("2.5.29.37") or [])]
        need(all(int(arc) < 2**31 for oid in dots for arc in oid.split(".")), "OID arc")

    def value(self, oid):
        extension = self.extensions.get(oid)
        return extension.value if extension else None

    def valid_at(self, now):
        stamp = lambda t: int(t.replace(tzinfo=datetime.timezone.utc).timestamp())
        return stamp(self.x509.not_valid_before) <= now <= stamp(self.x509.not_valid_after)

    def eku(self):
        value = self.value("2.5.29.37")
        return None if value is None else sorted(o.dotted_string for o in value)

    def usage(self):
        return self.value("2.5.29.15")

    def is_ca(self, path_length):
        basic, usage = self.value("2.5.29.19"), self.usage()
        return (basic is not None and basic.ca and basic.path_length == path_length
                and usage is not None and usage.key_cert_sign)

    def issued_by(self, issuer):
        if self.x509.issuer.public_bytes() != issuer.x509.subject.public_bytes():
            return False
        algorithm = hashes.SHA256() if issuer.key.curve.key_size == 256 else hashes.SHA384()
        oid = {256: "1.2.840.10045.4.3.2", 384: "1.2.840.10045.4.3.3"}[issuer.key.curve.key_size]
        if self.x509.signature_algorithm_oid.dotted_string != oid:
            return False
        try:
            issuer.key.verify(self.x509.signature, self.x509.tbs_certificate_bytes, ec.ECDSA(algorithm))
        except exceptions.InvalidSignature:
            return False
        return True

    def usage_period(self):
        extension = self.value("2.5.29.16")
        need(extension is not None, "no private-key usage period")
        der = extension.value if isinstance(extension, x509.UnrecognizedExtension) else None
        need(der is not None and len(der) == 36 and der[:2] == b"\x30\x22" and der[2:4] == b"\x80\x0f"
             and der[19:21] == b"\x81\x0f", "usage period needs both ends")
        ends = []
        for raw in (der[4:19], der[21:36]):
            need(re.fullmatch(rb"\d{14}Z", raw) is not None, "usage period time")
            moment = datetime.datetime.strptime(raw.decode(), "%Y%m%d%H%M%SZ")
            ends.append(int(moment.replace(tzinfo=datetime.timezone.utc).timestamp()))
        return ends


def check_path(ders, trust, leaf_eku, now):
    need(len(ders) == 2, "exactly two certificates")
    leaf, ca = Cert(ders[0]), Cert(ders[1])
    need(leaf.key.curve.key_size == 256 and ca.key.curve.key_size == 256, "leaf and CA are P-256")
    basic = leaf.value("2.5.29.19")
    need(basic is None or not basic.ca, "the leaf is a CA")
    need(leaf.usage() is not None and leaf.usage().digital_signature and not leaf.usage().key_cert_sign, "leaf keyUsage")
    need(leaf.eku() == [leaf_eku], "leaf EKU")
    need(ca.is_ca(0), "CA profile")
    need(ca.eku() == sorted([trust.credential_eku, trust.status_eku]), "CA EKU")
    need(leaf.issued_by(ca), "leaf not signed by CA")
    need(leaf.valid_at(now) and ca.valid_at(now), "a certificate is not valid now")
    root = next((r for r in trust.roots if ca.issued_by(r) and r.valid_at(now)), None)
    need(root is not None, "CA not signed by a root of the list that is valid now")
    return leaf, ca, root


def san_is(leaf, authority):
    san = leaf.value("2.5.29.17")
    need(san is not None and len(list(san)) == 1 and isinstance(list(san)[0], x509.UniformResourceIdentifier)
         and list(san)[0].value == authority, "SAN")


# ---------------------------------------------------------------- notes (§6)


class Vkey:
    def __init__(self, text, kind):
        match = re.fullmatch(r"([!-*,-~]+)\+([0-9a-f]{8})\+(.+)", text, re.S)
        need(match is not None, "vkey form")
        self.name, raw = match.group(1), b64std(match.group(3))
        need(len(raw) == 33 and raw[0] == kind, "vkey type")
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        need(self.id.hex() == match.group(2), "vkey id")
        self.raw, self.kind = raw[1:], kind

    def check(self, text, signatures):
        """None: no line of this key; False: one that is wrong; True: all good."""
        state = None
        for name, blob in signatures:
            if name != self.name or blob[:4] != self.id:
                continue
            body, message = blob[4:], text.encode()
            if self.kind == 4:
                if len(body) != 72:
                    return False
                message = f"cosignature/v1\ntime {int.from_bytes(body[:8], 'big')}\n".encode() + message
                body = body[8:]
            try:
                ed25519.Ed25519PublicKey.from_public_bytes(self.raw).verify(body, message)
            except (exceptions.InvalidSignature, ValueError):
                return False
            state = True
        return state


def parse_note(note):
    need(all(c == "\n" or (c >= " " and c != "\x7f") for c in note), "control character in note")
    head, separator, tail = note.rpartition("\n\n")
    need(separator and tail.endswith("\n"), "note has no signatures")
    signatures = []
    for line in tail[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 ([^ +\n]+) (\S+)", line)
        need(match is not None, "signature line")
        blob = b64std(match.group(2))
        need(len(blob) > 4, "signature too short")
        signatures.append((match.group(1), blob))
    return head + "\n", signatures


def parse_checkpoint(text):
    lines = text.split("\n")[:-1]
    need(len(lines) >= 3 and all(lines), "checkpoint lines")
    need(re.fullmatch(r"0|[1-9][0-9]*", lines[1]) is not None and int(lines[1]) < 2**63, "checkpoint size")
    root = b64std(lines[2])
    need(len(root) == 32, "checkpoint root")
    return lines[0], int(lines[1]), root


def root_from_inclusion(index, size, leaf, path):
    """RFC 9162 §2.1.3.2."""
    need(index < size, "index beyond the tree")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        need(sn != 0, "proof too long")
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "proof too short")
    return r


# ---------------------------------------------------------------- trust lists (§8)


class Trust:
    def __init__(self, text):
        jws = parse_jws(text, "certmark-trust+jwt", ("alg", "kid", "typ", "x5c"), 256 * 1024)
        need(jws["header"]["alg"] == "ES384" and len(jws["header"]["x5c"]) == 1, "trust list header")
        p = jws["payload"]
        self.text, self.iss = text, member(p, "iss", str)
        need(is_authority(self.iss), "iss")
        self.seq, self.iat, self.exp = (member(p, n, int) for n in ("seq", "iat", "exp"))
        need(self.seq >= 1 and self.iat < self.exp <= self.iat + 398 * 86400, "seq or exp")
        self.environment = member(p, "environment", str)
        need(self.environment in ("production", "test"), "environment")
        eku = member(p, "eku", dict)
        self.credential_eku, self.status_eku = member(eku, "credential", str), member(eku, "status", str)
        match = re.fullmatch(r"1\.3\.6\.1\.4\.1\.(0|[1-9][0-9]*)\.1\.1", self.credential_eku)
        need(match is not None and self.status_eku == self.credential_eku[:-1] + "2", "eku")
        need(int(match.group(1)) < 2**31, "PEN")
        self.roots = [Cert(b64std(r)) for r in strings(p, "roots")]
        need(self.roots and len({r.der for r in self.roots}) == len(self.roots), "roots")
        for root in self.roots:
            need(len(root.der) <= 4096 and root.key.curve.key_size == 384 and root.is_ca(1) and root.eku() is None
                 and root.issued_by(root), "root profile")
        self.logs = []
        for log in member(p, "logs", list):
            origin = member(log, "origin", str)
            need(re.fullmatch(re.escape(self.iss[8:]) + r"/log/(0|[1-9][0-9]*)", origin) is not None, "origin")
            vkey = Vkey(member(log, "vkey", str), 1)
            need(vkey.name == origin, "vkey name")
            need(member(log, "url", str) != "", "url")
            final_size = member(log, "finalSize", int) if "finalSize" in log else None
            need(final_size != 0, "a finalSize before the genesis")
            self.logs.append((origin, vkey, final_size))
        need(self.logs and len({l[0] for l in self.logs}) == len(self.logs), "logs")
        self.witnesses = [Vkey(w, 4) for w in strings(p, "witnesses")]
        need(len({w.name for w in self.witnesses}) == len(self.witnesses) == len({w.raw for w in self.witnesses}), "witnesses")
        self.quorum = member(p, "quorum", int)
        need(self.quorum <= len(self.witnesses), "quorum")
        if self.environment == "production":
            need(self.quorum >= 1 and match.group(1) != "32473", "production list")
        self.blocked = []
        for block in member(p, "blocked", list):
            spki = member(block, "spki", str)
            need(re.fullmatch(r"[0-9a-f]{64}", spki) is not None, "spki")
            need(("fromIndex" in block) == ("origin" in block), "fromIndex and origin come together")
            self.blocked.append((spki, member(block, "fromIndex", int) if "fromIndex" in block else None,
                                 member(block, "origin", str) if "origin" in block else None))
        self.signer = next((r for r in self.roots if r.der == jws["header"]["x5c"][0]), Cert(jws["header"]["x5c"][0]))
        need(self.signer.key.curve.key_size == 384, "signed by a P-384 root")
        need(jws["header"]["kid"] == thumbprint(self.signer.key), "kid")
        need(ecdsa_ok(self.signer.key, jws["input"], jws["signature"]), "signature")

    def blocked_outright(self, certs):
        return any(spki == spki_hash(c.key) and index is None for spki, index, _ in self.blocked for c in certs)

    def blocked_anywhere(self, certs):
        return any(spki == spki_hash(c.key) for spki, _, _ in self.blocked for c in certs)

    def blocked_at(self, certs, position, index):
        origins = [log[0] for log in self.logs]
        for spki, first, origin in self.blocked:
            if not any(spki == spki_hash(c.key) for c in certs):
                continue
            if first is None or origin not in origins:
                return True
            own = origins.index(origin)
            if position > own or (position == own and index >= first):
                return True
        return False


def accept_first(text, pin):
    """The list that a pin names."""
    authority, _, digest = pin.partition("#")
    first = Trust(text)
    need(first.iss == authority and hashlib.sha256(first.signer.der).hexdigest() == digest
         and first.signer.der in [r.der for r in first.roots], "pin")
    return first


def accept_next(old, text):
    """What comes of a list offered to who has accepted `old`: "accepted", "same", "reported" or "refused", and the list to go
    on with."""
    try:
        new = Trust(text)
        need(new.iss == old.iss and new.environment == old.environment, "another authority or environment")
        known = new.signer.der in [r.der for r in old.roots]
        if new.seq == old.seq:
            if new.text.rpartition(".")[0] == old.text.rpartition(".")[0]:
                return "same", old
            return ("reported" if known else "refused"), old
        need(new.seq == old.seq + 1, "not the next seq")
        need(known and not old.blocked_anywhere([new.signer]), "signer")
    except Malformed:
        return "refused", old
    return "accepted", new


def accept_all(texts, pin):
    """The lists of a walk that begins at a pin, oldest first."""
    accepted = [accept_first(texts[0], pin)]
    for text in texts[1:]:
        result, newest = accept_next(accepted[-1], text)
        need(result == "accepted", "a list of the walk is " + result)
        accepted.append(newest)
    return accepted


def accept(texts, pin):
    """The newest list of a walk that begins at a pin."""
    return accept_all(texts, pin)[-1]


# ---------------------------------------------------------------- the credential (§3)


def check_shape(p):
    """Step 1: presence and JSON type of every member."""
    for name in ("iss", "jti", "sub", "id", "validFrom", "validUntil"):
        member(p, name, str)
    for name in ("iat", "exp"):
        member(p, name, int)
    for name in ("@context", "type"):
        strings(p, name)
    issuer, subject = member(p, "issuer", dict), member(p, "credentialSubject", dict)
    for name in ("id", "name"):
        member(issuer, name, str)
    for name in ("id", "type", "name", "platform", "package"):
        member(subject, name, str)
    if "signers" in subject:
        strings(subject, "signers")
    versions = member(subject, "versions", dict)
    need("from" in versions, "versions.from")
    for name in ("from", "to"):
        if name in versions:
            need(isinstance(versions[name], (int, str)) and not isinstance(versions[name], bool), f"versions.{name}")
    operator = member(subject, "operator", dict)
    for name in ("id", "name"):
        member(operator, name, str)
    if "url" in operator:
        member(operator, "url", str)
    c = member(subject, "certification", dict)
    for name in ("number", "scheme", "level", "decision", "decidedOn"):
        member(c, name, str)
    for name in ("standards", "scope"):
        strings(c, name)
    for evaluator in member(c, "evaluatedBy", list):
        for name in ("name", "report"):
            member(evaluator, name, str)
    status = member(member(p, "status", dict), "status_list", dict)
    member(status, "idx", int)
    member(status, "uri", str)


def check_claims(p):
    """Step 5: the table of §3."""
    s = p["credentialSubject"]
    c, status = s["certification"], p["status"]["status_list"]
    need(is_authority(p["iss"]) and p["issuer"]["id"] == p["iss"], "iss")
    need(is_number(c["number"]), "number")
    need(p["jti"] == p["id"] == f"{p['iss']}/certifications/{c['number']}", "jti")
    need(s["platform"] in ("android", "ios", "harmonyos", "miniprogram") and is_app_package(s["package"]), "app")
    need(p["sub"] == s["id"] == f"{s['platform']}:{s['package']}", "sub")
    start, end = parse_time(p["validFrom"], "%Y-%m-%dT%H:%M:%SZ"), parse_time(p["validUntil"], "%Y-%m-%dT%H:%M:%SZ")
    need(start >= p["iat"] - 86400, "validFrom")
    need(end == p["exp"], "validUntil")
    need(p["@context"][:2] == ["https://www.w3.org/ns/credentials/v2", p["iss"] + "/ns/v1"], "@context")
    need(p["type"][:2] == ["VerifiableCredential", "AppCertification"], "type")
    signers = s.get("signers")
    if s["platform"] == "miniprogram":
        need(signers is None, "signers of a miniprogram")
    else:
        need(signers is not None and 1 <= len(signers) <= 64 and len(set(signers)) == len(signers)
             and all(is_signer(s["platform"], x) for x in signers), "signers")
    first = build_of(s["platform"], s["versions"]["from"])
    last = build_of(s["platform"], s["versions"]["to"]) if "to" in s["versions"] else None
    need(first is not None and ("to" not in s["versions"] or (last is not None and last >= first)), "versions")
    digest = r"sha256:[0-9a-f]{64}"
    need(re.fullmatch(digest, c["decision"]) is not None
         and all(re.fullmatch(digest, e["report"]) for e in c["evaluatedBy"]), "digests")
    parse_time(c["decidedOn"], "%Y-%m-%d")
    need(status["idx"] < 2**17, "idx")
    uri = re.fullmatch(re.escape(p["iss"]) + r"/status/(0|[1-9][0-9]*)", status["uri"])
    need(uri is not None and int(uri.group(1)) < 2**32, "uri")
    return start, end, first, last


# ---------------------------------------------------------------- verification (§9)


def step(number, verdict, action):
    try:
        return action()
    except Malformed as error:
        raise Fail(verdict, number, str(error)) from None


def inflate(data):
    stream = zlib.decompressobj()
    try:
        out = stream.decompress(data, STATUS_BYTES + 1)
    except zlib.error as error:
        raise Malformed(f"lst: {error}") from None
    need(stream.eof and not stream.unused_data and not stream.unconsumed_tail and len(out) == STATUS_BYTES, "lst size")
    return out


def check_signer(jws, certificates, trust, eku, iss, iat, now):
    """Step 3's path, kid, SAN and usage period."""
    leaf, ca, root = check_path(certificates, trust, eku, now)
    need(jws["header"]["kid"] == thumbprint(leaf.key), "kid")
    san_is(leaf, iss)
    first, last = leaf.usage_period()
    need(first <= iat <= last, "iat outside the usage period")
    return [leaf, ca, root]


def verify(raw, trusts, case):
    allow, now, skew = set(case["allow"]), case["now"], case["skew"]

    def parse():
        need(len(raw) <= 256 * 1024, "bundle too large")
        bundle = strict_json(raw)
        need(member(bundle, "mediaType", str) == "application/vnd.certmark.bundle.v1+json", "mediaType")
        text = member(bundle, "credential", str)
        certificates = [b64std(c) for c in strings(bundle, "certificates")]
        need(len(certificates) == 2 and all(len(c) <= 4096 for c in certificates), "certificates")
        for name in ("tlogProof", "statusList"):
            if name in bundle:
                member(bundle, name, str)
        jws = parse_jws(text, "vc+jwt", ("alg", "kid", "typ"), 16 * 1024)
        check_shape(jws["payload"])
        return bundle, text, certificates, jws

    bundle, text, certificates, jws = step(1, "MALFORMED", parse)
    p = jws["payload"]
    proof, token = bundle.get("tlogProof"), bundle.get("statusList")

    trust = max((t for t in trusts if t.iss == p["iss"]), key=lambda t: t.seq, default=None)
    if trust is None or now >= trust.exp or (trust.environment == "test" and "AllowTestAuthority" not in allow):
        raise Fail("UNTRUSTED_ISSUER", 2, "no such authority, list expired, or a test authority")

    if jws["header"]["alg"] != "ES256":
        raise Fail("BAD_SIGNATURE", 3, "alg")
    path = step(3, "UNTRUSTED_ISSUER", lambda: check_signer(jws, certificates, trust, trust.credential_eku, p["iss"], p["iat"], now))
    unproven = proof is None and "AllowUnlogged" in allow
    if trust.blocked_outright(path) or (unproven and trust.blocked_anywhere(path)):
        raise Fail("UNTRUSTED_ISSUER", 3, "blocked key")

    if not ecdsa_ok(path[0].key, jws["input"], jws["signature"]):
        raise Fail("BAD_SIGNATURE", 4, "signature")

    start, end, first, last = step(5, "MALFORMED", lambda: check_claims(p))

    if start > now + skew or p["iat"] > now + skew:
        raise Fail("NOT_YET_VALID", 6, "not yet")
    if not now - skew < end:
        raise Fail("EXPIRED", 6, "expired")

    check_subject(p, case, allow, first, last)
    seen = None if unproven else check_log(proof, text, path, trust, case, allow)
    return check_status(token, p, trust, case, allow, seen)


def check_subject(p, case, allow, first, last):
    s = p["credentialSubject"]
    platform, _, package = case["app"].partition(":")
    if (s["platform"], s["package"]) != (platform, package):
        raise Fail("WRONG_APP", 7, "app")
    told = case["signers"]
    if told:
        if platform == "miniprogram" or not all(is_signer(platform, x) and x in s["signers"] for x in told):
            raise Fail("WRONG_SIGNER", 7, "signer")
    elif platform != "miniprogram" and "AllowUnboundSigner" not in allow:
        raise Fail("WRONG_SIGNER", 7, "told no signer")
    if case["build"] is not None:
        build = expected_build(platform, case["build"])
        if build is None or build < first or (last is not None and build > last):
            raise Fail("WRONG_VERSION", 7, "build")
    elif "AllowUnknownBuild" not in allow:
        raise Fail("WRONG_VERSION", 7, "told no build")
    c = s["certification"]
    if (case["schemes"] and c["scheme"] not in case["schemes"]) or (case["levels"] and c["level"] not in case["levels"]):
        raise Fail("NOT_ACCEPTED", 7, "scheme or level")


def check_log(proof, text, path, trust, case, allow):
    def prove():
        need(proof is not None, "no proof")
        need(len(proof.encode()) <= 64 * 1024, "proof too long")
        head, separator, note = proof.partition("\n\n")
        need(separator, "no checkpoint")
        lines = head.split("\n")
        need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "proof header")
        if lines and lines[0].startswith("extra "):
            lines.pop(0)
        match = re.fullmatch(r"index (0|[1-9][0-9]*)", lines.pop(0)) if lines else None
        need(match is not None, "index line")
        hashes_ = [b64std(line) for line in lines]
        need(len(hashes_) <= 63 and all(len(h) == 32 for h in hashes_), "path hashes")
        body, signatures = parse_note(note)
        origin, size, root = parse_checkpoint(body)
        position = next((i for i, log in enumerate(trust.logs) if log[0] == origin), None)
        need(position is not None, "origin")
        _, vkey, final = trust.logs[position]
        need(vkey.check(body, signatures) is True, "log signature")
        need(final is None or size <= final, "beyond finalSize")
        index = int(match.group(1))
        leaf = hashlib.sha256(b"\0" + text.encode()).digest()
        need(root_from_inclusion(index, size, leaf, hashes_) == root, "inclusion")
        return position, index, body, signatures, origin, size

    position, index, body, signatures, origin, size = step(8, "NOT_LOGGED", prove)
    witnesses, quorum = trust.witnesses, trust.quorum
    if case["witnesses"] is not None:
        witnesses, quorum = [Vkey(w, 4) for w in case["witnesses"]], case["threshold"]
    states = [w.check(body, signatures) for w in witnesses]
    if False in states:
        raise Fail("NOT_LOGGED", 8, "a witness's signature is wrong")
    if trust.blocked_at(path, position, index):
        raise Fail("UNTRUSTED_ISSUER", 8, "blocked from an index")
    if "AllowUnwitnessed" not in allow and len({w.raw for w, s in zip(witnesses, states) if s}) < quorum:
        raise Fail("NOT_WITNESSED", 8, "quorum")


    return origin, size


def check_status(token, p, trust, case, allow, seen):
    now, skew, status = case["now"], case["skew"], p["status"]["status_list"]
    if token is None and "AllowUnknownStatus" in allow:
        return "VALID", 10, "status unknown, as allowed"

    def read():
        need(token is not None, "no status list")
        jws = parse_jws(token, "statuslist+jwt", ("alg", "kid", "typ", "x5c"), 64 * 1024)
        t = jws["payload"]
        for name in ("iat", "exp", "ttl"):
            member(t, name, int)
        lst = member(t, "status_list", dict)
        need(member(lst, "bits", int) == 2, "bits")
        bits = inflate(b64url(member(lst, "lst", str)))
        need(member(t, "iss", str) == p["iss"] and member(t, "sub", str) == status["uri"], "other list")
        need(jws["header"]["alg"] == "ES256", "alg")
        path = check_signer(jws, jws["header"]["x5c"], trust, trust.status_eku, t["iss"], t["iat"], now)
        need(not trust.blocked_anywhere(path), "blocked key")
        need(ecdsa_ok(path[0].key, jws["input"], jws["signature"]), "signature")
        return t, bits

    t, bits = step(9, "STATUS_UNKNOWN", read)
    fresh = (t["iat"] <= now + skew and now - skew < t["exp"] and now - t["iat"] <= case["status_age"] + skew
             and (case["min_status_iat"] is None or t["iat"] >= case["min_status_iat"]))
    if seen and case["min_checkpoint"] and seen[0] == case["min_checkpoint"]["origin"]:
        fresh = fresh and seen[1] >= case["min_checkpoint"]["size"]
    if not fresh:
        raise Fail("STATUS_STALE", 9, "status list too old")
    value = (bits[status["idx"] // 4] >> (2 * (status["idx"] % 4))) & 3
    return ("VALID", "REVOKED", "SUSPENDED", "ENDED")[value], 10, f"status {value}"


def judge(raw, case):
    try:
        trusts = [accept(walk["lists"], walk["pin"]) for walk in case["trusts"]]
        return verify(raw, trusts, case)
    except Fail as failure:
        return failure.verdict, failure.step, failure.reason


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle")
    parser.add_argument("--trust", action="append", default=[])
    parser.add_argument("--pin")
    parser.add_argument("--app")
    parser.add_argument("--signer", action="append", default=[])
    parser.add_argument("--build")
    parser.add_argument("--allow", action="append", default=[])
    parser.add_argument("--now", type=int)
    options = parser.parse_args()
    case = {"trusts": [{"lists": [open(f, encoding="ascii").read().strip() for f in options.trust], "pin": options.pin}],
            "app": options.app, "signers": options.signer, "build": options.build, "allow": options.allow, "schemes": [],
            "levels": [], "witnesses": None, "threshold": None, "status_age": 86400, "skew": 60, "min_status_iat": None,
            "min_checkpoint": None,
            "now": options.now}
    verdict, number, reason = judge(open(options.bundle, "rb").read(), case)
    print(verdict, number, reason)
    return 0 if verdict == "VALID" else 1


if __name__ == "__main__":
    sys.exit(main())
