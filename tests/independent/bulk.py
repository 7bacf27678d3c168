"""The states of all certifications out of whole logs, by FORMATS.md §6 and §9 ("Bulk") alone, under TrustLogForSignatures.

A folder holds each log under the path of its origin, `log/1` for `ca.example/log/1`: `checkpoint` and `tile/entries/…`, as §6 has
them served; one partial tile is all that this reads.
"""
import hashlib
import re

import verify
from verify import Malformed, need, member, strings

FINAL = ("REVOKED", "ENDED")
NEXT = {"suspended": {"VALID": "SUSPENDED"}, "reinstated": {"SUSPENDED": "VALID"}}
ENDS = {"revoked": "REVOKED", "withdrawn": "ENDED", "superseded": "ENDED"}
TYPES = {"certmark-genesis+jwt", "certmark-key+jwt", "vc+jwt", "secevent+jwt", "certmark-record+jwt"}
NUMBERED = {"suspended": ("reason", "until"), "reinstated": ("reason",), "revoked": ("reason",), "withdrawn": ("reason",),
            "superseded": ("by",)}


def tree_hash(leaves):
    """RFC 9162 §2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def read_entries(raw):
    entries = []
    while raw:
        need(len(raw) >= 2, "entries cut short")
        size = int.from_bytes(raw[:2], "big")
        need(len(raw) >= 2 + size, "entries cut short")
        entries.append(raw[2:2 + size])
        raw = raw[2 + size:]
    return entries


def read_log(folder, trust, origin):
    """The entries of a log, every leaf hashed, under a checkpoint that passes step 8; its root, and who cosigned it when."""
    path = folder / origin.partition("/")[2]
    body, signatures = verify.parse_note((path / "checkpoint").read_text(encoding="utf-8"))
    first_line, size, root = verify.parse_checkpoint(body)
    _, vkey, final = next(log for log in trust.logs if log[0] == origin)
    need(first_line == origin and vkey.check(body, signatures) is True, "checkpoint")
    need(final is None or size <= final, "beyond finalSize")
    states = [w.check(body, signatures) for w in trust.witnesses]
    need(False not in states and sum(state is True for state in states) >= trust.quorum, "witnesses")
    entries = read_entries((path / f"tile/entries/000.p/{size}").read_bytes())
    need(len(entries) == size, "as many entries as the checkpoint says")
    need(tree_hash([hashlib.sha256(b"\0" + entry).digest() for entry in entries]) == root, "another tree")
    times = {name: int.from_bytes(blob[4:12], "big") for w in trust.witnesses for name, blob in signatures
             if name == w.name and blob[:4] == w.id}
    return entries, root, list(times.values())


def type_of(entry):
    try:
        header = verify.strict_json(verify.b64url(entry.split(b".")[0].decode("ascii")))
        typ = header.get("typ") if isinstance(header, dict) and b"." in entry else None
        return typ if typ in TYPES else None
    except (Malformed, UnicodeDecodeError):
        return None


def read_event(payload):
    """An event's kind, app and certification number (or None), every member as §4 has it."""
    need(verify.is_authority(member(payload, "iss", str)), "iss")
    uuid = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    need(re.fullmatch(uuid, member(payload, "jti", str)) is not None, "jti")
    app = member(payload, "sub", str)
    platform, _, package = app.partition(":")
    need(platform in ("android", "ios", "harmonyos", "miniprogram") and verify.is_app_package(package), "sub")
    need(member(payload, "toe", int) <= member(payload, "iat", int), "toe")
    events = member(payload, "events", dict)
    need(len(events) == 1, "exactly one event")
    uri, body = next(iter(events.items()))
    kind = uri.removeprefix("urn:certmark:event:")
    need(uri.startswith("urn:certmark:event:") and isinstance(body, dict), "event")
    if kind in NUMBERED:
        need(verify.is_number(member(body, "number", str)), "number")
        for name in NUMBERED[kind]:
            member(body, name, int if name == "until" else str)
        need(kind != "superseded" or verify.is_number(body["by"]), "by")
        return kind, app, body["number"]
    need(kind in ("exposed", "rectified", "order-annulled"), "unknown event")
    need(verify.is_number("CM" + member(body, "order", str)[2:]) and body["order"].startswith("CO"), "order")
    if kind == "order-annulled":
        member(body, "reason", str)
    if kind == "exposed":
        strings(body, "findings")
        member(body, "deadline", int)
        for name in ("operator", "version", "store", "body"):
            member(body, name, str)
        need(len(strings(body, "tested")) == 2, "tested")
        for date in body["tested"]:
            verify.parse_time(date, "%Y-%m-%d")
        if "number" in body:
            need(verify.is_number(member(body, "number", str)), "number")
            return kind, app, body["number"]
    return kind, app, None


def numbers_named(payload):
    """The numbers that an event names, whatever else is wrong with it."""
    events = payload.get("events")
    return [body["number"] for body in (events.values() if isinstance(events, dict) else [])
            if isinstance(body, dict) and isinstance(body.get("number"), str)]


class Fold:
    """What the logs of a succession come to, by all trust lists that were accepted, oldest first."""

    def __init__(self, trusts):
        self.trusts, self.trust, self.position = trusts, trusts[-1], -1
        self.states, self.apps, self.reported, self.unknown, self.times = {}, {}, [], 0, []

    def fresh(self, now, age, skew):
        good = [t for t in self.times if t <= now + skew and now - t <= age + skew]
        return self.position + 1 == len(self.trust.logs) and len(good) >= max(1, self.trust.quorum)

    def add_log(self, entries, before):
        """Folds the next log of the list; `before` is the size and root of the one before it."""
        self.position, self.keys = self.position + 1, {}
        self.origin = origin = self.trust.logs[self.position][0]
        need(entries and type_of(entries[0]) == "certmark-genesis+jwt", "no genesis")
        self.check_genesis(entries[0], before)
        for index, entry in enumerate(entries[1:], 1):
            try:
                self.add(index, entry, type_of(entry))
            except Malformed:
                self.reported.append({"log": origin, "index": index})

    def check_genesis(self, entry, before):
        jws = verify.parse_jws(entry.decode("ascii"), "certmark-genesis+jwt", ("alg", "kid", "typ"), 65535)
        p = jws["payload"]
        log = self.trust.logs[self.position]
        need(member(p, "iss", str) == self.trust.iss and member(p, "origin", str) == self.origin, "genesis origin")
        vkey = verify.Vkey(member(p, "vkey", str), 1)
        need((vkey.name, vkey.raw) == (log[1].name, log[1].raw), "genesis vkey")
        member(p, "iat", int)
        named = strings(p, "roots")
        signers = [root for trust in self.trusts for root in trust.roots
                   if verify.thumbprint(root.key) == jws["header"]["kid"]]
        if signers:
            need(jws["header"]["alg"] == "ES384"
                 and verify.ecdsa_ok(signers[0].key, jws["input"], jws["signature"]), "genesis signature")
            need(any(hashlib.sha256(root.der).hexdigest() in named for root in signers), "genesis roots")
        if self.position == 0:
            need("previous" not in p, "a log before the first")
            return
        previous = member(p, "previous", dict)
        last_origin, _, final = self.trust.logs[self.position - 1]
        need(member(previous, "origin", str) == last_origin, "another log before it")
        size, root = member(previous, "size", int), verify.b64std(member(previous, "root", str))
        need(size == final, "not the final size of the log before it")
        need((size, root) == before, "another tree before it")

    def add(self, index, entry, typ):
        if typ is None:
            self.unknown += 1
            return
        limit = 16 * 1024 if typ == "vc+jwt" else 65535
        jws = verify.parse_jws(entry.decode("ascii"), typ, ("alg", "kid", "typ"), limit)
        need(typ != "certmark-genesis+jwt", "a second genesis")
        if typ == "certmark-key+jwt":
            return self.add_key(jws)
        leaf, ca, root = self.signer(jws)
        need(jws["header"]["alg"] == "ES256", "alg")
        if typ != "vc+jwt":
            need(verify.ecdsa_ok(leaf.key, jws["input"], jws["signature"]), "signature")
        p = jws["payload"]
        blocked = self.trust.blocked_at([leaf, ca, root], self.position, index)
        in_use = lambda: (member(p, "iss", str) == self.trust.iss and leaf.usage_period()[0] <= member(p, "iat", int)
                          <= leaf.usage_period()[1] and leaf.valid_at(p["iat"]) and ca.valid_at(p["iat"]))
        if typ == "vc+jwt":
            verify.check_shape(p)
            verify.check_claims(p)
            need(in_use(), "outside the usage period")
            if not blocked:
                number = p["credentialSubject"]["certification"]["number"]
                self.apps.setdefault(number, p["sub"])
                self.states.setdefault(number, "VALID")
        elif typ == "secevent+jwt":
            self.add_event(p, in_use, blocked)

    def signer(self, jws):
        path = self.keys.get(jws["header"]["kid"])
        need(path is not None, "key not logged, or not for credentials")
        return path

    def add_key(self, jws):
        p = jws["payload"]
        certificates = [verify.b64std(c) for c in strings(p, "x5c")]
        need(member(p, "iss", str) == self.trust.iss and len(certificates) == 2, "key entry")
        path, is_for_credentials = None, False
        for eku in (self.trust.credential_eku, self.trust.status_eku):
            try:
                path = verify.check_path(certificates, self.trust, eku, member(p, "iat", int))
                is_for_credentials = eku == self.trust.credential_eku
                break
            except Malformed:
                continue
        need(path is not None, "no path of either EKU")
        leaf = path[0]
        verify.san_is(leaf, self.trust.iss)
        kid = verify.thumbprint(leaf.key)
        need(jws["header"]["alg"] == "ES256" and jws["header"]["kid"] == kid
             and verify.ecdsa_ok(leaf.key, jws["input"], jws["signature"]), "signed by itself")
        need(kid not in self.keys, "a second key entry")
        self.keys[kid] = path if is_for_credentials else None

    def spoil(self, number):
        if number in self.states and self.states[number] not in FINAL:
            self.states[number] = "STATUS_UNKNOWN"

    def add_event(self, p, in_use, blocked):
        try:
            kind, app, number = read_event(p)
        except Malformed:
            for number in numbers_named(p):
                self.spoil(number)
            raise
        need(in_use(), "outside the usage period")
        if number is None:
            return
        if blocked and kind == "reinstated":
            return
        need(number in self.states, "no earlier credential")
        if self.apps[number] != app:
            return self.spoil(number)
        state = self.states[number]
        if state in FINAL:
            return
        self.states[number] = ENDS.get(kind) or NEXT.get(kind, {}).get(state, state)


def fold(folder, trusts, origins):
    """Folds logs, the first ones of the newest list's succession, as one sequence; Malformed where nothing of them may be
    used."""
    folded, before = Fold(trusts), None
    need(origins == [log[0] for log in folded.trust.logs[:len(origins)]], "not the succession of the list")
    for origin in origins:
        entries, root, folded.times = read_log(folder, folded.trust, origin)
        folded.add_log(entries, before)
        before = (len(entries), root)
    return folded
