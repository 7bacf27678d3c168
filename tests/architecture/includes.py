#!/usr/bin/env python3
"""Holds every #include of the product against the layers (ARCHITECTURE.md, "Who may include what").

Debian puts all headers in /usr/include, so the linker cannot keep a layer from reaching past the one below: this does.
Usage: includes.py ROOT. Exits 0 when every include is allowed; otherwise prints a line for each that is not and exits 1.
"""
import pathlib
import re
import sys

# What an include belongs to, by the first pattern that matches its path.
COMPONENTS = [
    ("core", r"verifier-sdk/core/"),
    ("apk", r"verifier-sdk/apk/"),
    ("abi", r"verifier-sdk/abi/"),
    ("c_header", r"certmark/(verify|apk)\.hp?p?$"),
    ("io", r"verifier-sdk/io/"),
    ("mirror", r"verifier-sdk/mirror/"),
    ("ledger", r"ledger/"),
    ("ca", r"ca/"),
    ("cli", r"api/cli/"),
    ("api", r"api/"),
    ("protos", r"certmark/v1/"),
    ("protobuf", r"google/(protobuf|rpc|api)/"),
    ("grpc", r"grpc(pp)?/"),
    ("beast", r"boost/(asio|beast|url|system)"),
    ("json", r"boost/json"),
    ("rocksdb", r"rocksdb/"),
    ("libcurl", r"curl/"),
    ("libssl", r"openssl/ssl"),
    ("libcrypto", r"openssl/"),
    ("zlib", r"zlib\.h"),
    ("libzip", r"zip\.h"),
    ("icu", r"unicode/"),
    ("spdlog", r"spdlog/"),
    ("prometheus", r"prometheus/"),
    ("toml", r"toml\+\+/"),
    ("cli11", r"CLI/"),
    ("system", r"[a-z0-9_]+(/[a-z0-9_]+)*(\.h)?$"),  # the standard library and POSIX
]

# Which files may include what. The first row whose pattern matches a file's path is its row; "system" is open to all.
# A name with @PATTERN is open only to files whose path matches the pattern.
RULES = [
    (r"verifier-sdk/core/", ["core", "libcrypto", "zlib@status_list\\.cc$", "json@(json|boost_json)\\.cc$"]),
    (r"verifier-sdk/apk/", ["core", "apk", "libzip@/apk\\.cc$", "zlib@/entry_content\\.cc$",
                             "libcrypto@/(digest|signing_certificate|jar_block)\\.cc$"]),
    # What others compile against stands alone; what is behind it is built on the core.
    (r"verifier-sdk/include/", ["c_header"]),
    (r"verifier-sdk/abi/", ["core", "abi", "c_header", "apk@/apk\\w*\\.(cc|h)$"]),
    (r"verifier-sdk/examples/", ["c_header"]),
    (r"verifier-sdk/io/", ["core", "io", "libcurl@/curl_transfer\\.h$"]),
    (r"verifier-sdk/mirror/", ["core", "io", "mirror"]),
    (r"ledger/", ["core", "io", "ledger", "rocksdb@rocksdb_store\\.cc$", "libcurl@/url_parts\\.cc$"]),
    # Keys and certificates are libcrypto's; the domain is not.
    (r"ca/", ["core", "io", "ledger", "ca", "zlib@status_lists\\.cc$", "icu@/(app_name|folded_text)\\.cc$",
              "libcrypto@^ca/(?!service|party|application|certification|enrolment|rights|scheme|necessary|working_days|record|proposal|index_rows|act_entry|granting|desk|accreditation|bar|challenge|eligibility|look_alikes|operator_rows)"]),
    (r"api/cli/", ["core", "apk", "io", "mirror", "ledger", "ca", "api", "cli", "protos", "protobuf", "grpc", "cli11",
                   "toml@/contexts\\.cc$", "icu@/display_width\\.cc$"]),
    # What composes the process may name every part of it, and is kept to composing.
    (r"api/(daemon\.cc|witnesses\.(cc|h)|main/certmarkd_main\.cc)$", ["core", "io", "ledger", "ca", "api", "spdlog", "cli11"]),
    # What leaves the house, leaves it by the clients of the layer below; mail, by libcurl itself.
    (r"api/(webhook|mailer)\.cc$", ["core", "io@OUTBOUND", "ledger@OUTBOUND", "ca", "api", "libcurl@/mailer\\.cc$"]),
    (r"api/", ["core", "ledger@READING", "ca", "api", "protos", "protobuf", "grpc@/grpc_\\w+\\.(cc|h)$",
               "beast@(http_\\w+|tls_\\w+)\\.(cc|h)$", "libssl@TLS", "libcrypto@TLS", "spdlog@\\.cc$", "toml@/toml_text\\.(cc|h)$",
               "prometheus@metrics\\.cc$"]),
]
LEDGER_READING = {"ledger/tiles.h", "ledger/posix_file.h", "ledger/stats.h"}
LEDGER_OUTBOUND = {"verifier-sdk/io/http_client.h", "verifier-sdk/io/curl_transfer.h", "verifier-sdk/io/public_address.h",
                   "ledger/url_parts.h"}
TLS_SETUP = r"^api/(http_\w+|tls_\w+|server_identity)\.(cc|h)$"

# A header that other layers read must not bring a library's types with it; these are what a header may include besides ours.
HEADER_MAY = {"core", "apk", "abi", "c_header", "io", "mirror", "ledger", "ca", "api", "cli", "protos", "system"}
# Headers that are themselves the adapter of a library, and are read by nobody but that adapter's sources.
ADAPTER_HEADERS = r"(openssl_\w+|curl_\w+|grpc_\w+|http_\w+|tls_\w+|x509_\w+|toml_text|client|arguments)\.h$"

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def component(include: str) -> str:
    for name, pattern in COMPONENTS:
        if re.match(pattern, include):
            return name
    return "unknown"


def allowed(path: str, include: str, names: list[str]) -> bool:
    found = component(include)
    if found == "system":
        return True
    for name in names:
        name, _, condition = name.partition("@")
        if name != found:
            continue
        if condition == "READING":
            return include in LEDGER_READING
        if condition == "OUTBOUND":
            return include in LEDGER_OUTBOUND
        if condition == "TLS":
            return re.search(TLS_SETUP, path) is not None
        return not condition or re.search(condition, path) is not None
    return False


def problems(root: pathlib.Path) -> list[str]:
    found = []
    sources = [p for folder in ("verifier-sdk", "ledger", "ca", "api") for p in sorted((root / folder).rglob("*"))
               if p.suffix in (".h", ".hpp", ".c", ".cc")]
    if len(sources) < 50:
        return [f"only {len(sources)} sources under {root}: this is not the project's root"]
    for source in sources:
        path = source.relative_to(root).as_posix()
        row = next((names for pattern, names in RULES if re.match(pattern, path)), None)
        if row is None:
            found.append(f"{path}: belongs to no row of the table")
            continue
        for include in INCLUDE.findall(source.read_text(encoding="utf-8")):
            if not allowed(path, include, row):
                found.append(f"{path}: may not include {include} ({component(include)})")
            elif source.suffix == ".h" and component(include) not in HEADER_MAY and not re.search(ADAPTER_HEADERS, path):
                found.append(f"{path}: a header of ours brings in {include}")
    return found


def self_test() -> None:
    """A checker that cannot object is no checker."""
    rules = {pattern: may for pattern, may in RULES}
    core, apk, header, abi = (rules[f"verifier-sdk/{name}/"] for name in ("core", "apk", "include", "abi"))
    io, mirror = rules["verifier-sdk/io/"], rules["verifier-sdk/mirror/"]
    ledger, ca, cli, api = rules["ledger/"], rules["ca/"], rules["api/cli/"], rules["api/"]
    couriers = RULES[-2][1]
    assert not allowed("verifier-sdk/core/merkle.cc", "ledger/store.h", core)
    assert not allowed("verifier-sdk/core/note.cc", "zlib.h", core)
    assert allowed("verifier-sdk/core/status_list.cc", "zlib.h", core)
    assert not allowed("verifier-sdk/apk/axml.cc", "zip.h", apk)
    assert allowed("verifier-sdk/apk/apk.cc", "zip.h", apk)
    assert allowed("verifier-sdk/apk/jar_block.cc", "openssl/cms.h", apk)
    assert not allowed("verifier-sdk/apk/archive.cc", "openssl/evp.h", apk)
    assert not allowed("verifier-sdk/apk/apk.cc", "ledger/store.h", apk)
    assert not allowed("verifier-sdk/include/certmark/verify.h", "verifier-sdk/core/verify.h", header)
    assert not allowed("verifier-sdk/core/verify.cc", "certmark/verify.h", core)
    assert not allowed("verifier-sdk/abi/trust.cc", "openssl/evp.h", abi)
    assert allowed("verifier-sdk/abi/trust.cc", "verifier-sdk/core/trust_chain.h", abi)
    assert not allowed("verifier-sdk/abi/trust.cc", "verifier-sdk/apk/verify_apk.h", abi)
    assert allowed("verifier-sdk/abi/apk_facts.h", "verifier-sdk/apk/verify_apk.h", abi)
    assert allowed("ca/app_name.cc", "unicode/uspoof.h", ca)
    assert not allowed("ca/name_terms.cc", "unicode/normalizer2.h", ca)
    assert not allowed("ca/plain_text.cc", "unicode/uchar.h", ca)
    assert not allowed("ledger/log.cc", "rocksdb/db.h", ledger)
    assert allowed("ledger/rocksdb_store.cc", "rocksdb/db.h", ledger)
    assert not allowed("ledger/witness_client.cc", "curl/curl.h", ledger)
    assert allowed("verifier-sdk/io/curl_transfer.h", "curl/curl.h", io)
    assert not allowed("verifier-sdk/io/http_client.h", "curl/curl.h", io)
    assert not allowed("verifier-sdk/mirror/follower.cc", "ledger/store.h", mirror)
    assert not allowed("verifier-sdk/mirror/follower.cc", "curl/curl.h", mirror)
    assert not allowed("api/handlers.cc", "verifier-sdk/io/http_client.h", api)
    assert allowed("api/webhook.cc", "verifier-sdk/io/http_client.h", couriers)
    assert not allowed("api/webhook.cc", "ledger/store.h", couriers)
    assert not allowed("api/webhook.cc", "curl/curl.h", couriers)
    assert allowed("api/mailer.cc", "curl/curl.h", couriers)
    assert not allowed("ledger/log.cc", "ca/service.h", ledger)
    assert not allowed("api/handlers.cc", "ledger/store.h", api)
    assert not allowed("api/handlers.cc", "grpcpp/grpcpp.h", api)
    assert allowed("api/grpc_documents.cc", "grpcpp/grpcpp.h", api)
    assert not allowed("api/config.cc", "toml++/toml.h", api)
    assert allowed("api/toml_text.h", "toml++/toml.h", api)
    assert not allowed("api/cli/settings.cc", "toml++/toml.h", cli)
    assert allowed("api/cli/contexts.cc", "toml++/toml.h", cli)
    assert not allowed("api/cli/table.cc", "unicode/uchar.h", cli)
    assert allowed("api/cli/display_width.cc", "unicode/uchar.h", cli)
    assert component("string_view") == "system" and component("sys/stat.h") == "system"


def main() -> int:
    self_test()
    found = problems(pathlib.Path(sys.argv[1]))
    for line in found:
        print(line)
    print(f"{len(found)} includes break the layers." if found else "Every include keeps the layers.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
