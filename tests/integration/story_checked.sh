#!/usr/bin/env bash
# Runs the demonstration and holds what it made against programs that are not ours: Python's cryptography, openssl, Go.
# Usage: story_checked.sh BIN PYTHON
set -euo pipefail
bin=$1 python=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" "$root/ops/demo/story.py" --bin "$bin" --once --keep "$work/kept"
cd "$work/kept"
pin=$(python3 - <<'PY'
import hashlib, subprocess
der = subprocess.run(["openssl", "x509", "-in", "authority/certificates/root.pem", "-outform", "DER"], capture_output=True, check=True).stdout
print("https://ca.example#" + hashlib.sha256(der).hexdigest())
PY
)

# 1. Every bundle, by a verifier that shares nothing with ours.
"$python" - "$root" "$pin" <<'PY'
import json, pathlib, subprocess, sys, time
root, pin = sys.argv[1:]
expected = {2: "SUSPENDED", 3: "REVOKED", 4: "ENDED"}
apps = [json.loads(l) for l in open(f"{root}/ops/demo/apps.jsonl", encoding="utf-8")]
for n, app in enumerate(a for a in apps if a["use"] == "certify"):
    done = subprocess.run([sys.executable, f"{root}/tests/independent/verify.py", "--bundle",
                           f"bundles/{app['package']}.certmark.json", "--trust", "authority/trust/1.jwt", "--pin", pin,
                           "--app", f"android:{app['package']}", "--signer", app["signer"], "--build", str(app["version_code"]),
                           "--allow", "AllowTestAuthority", "--now", str(int(time.time()))], capture_output=True, text=True)
    verdict = done.stdout.split()[0] if done.stdout else done.stderr
    if verdict != expected.get(n, "VALID"):
        sys.exit(f"{app['package']}: the independent verifier says {done.stdout}{done.stderr}")
    print(f"independent verifier: {app['package']} {verdict}")
PY

# 2. The chains and the profile, by openssl.
cd authority/certificates
openssl verify -x509_strict -CAfile root.pem -untrusted credential-ca.pem credential-signer.pem status-signer.pem
openssl verify -x509_strict -CAfile root.pem -untrusted party-ca.pem -purpose sslserver server.pem
openssl verify -x509_strict -CAfile root.pem -untrusted party-ca.pem -purpose sslclient ../registrar/certificate.pem
has() { openssl x509 -in "$1" -noout -text | grep -qE "$2" || { echo "$1: no $2 in its text" >&2; exit 1; }; }
has root.pem 'CA:TRUE, pathlen:1'
has root.pem 'ecdsa-with-SHA384'
has credential-ca.pem 'CA:TRUE, pathlen:0'
has credential-ca.pem '1\.3\.6\.1\.4\.1\.32473\.1\.1, 1\.3\.6\.1\.4\.1\.32473\.1\.2'
has party-ca.pem 'TLS Web Client Authentication, TLS Web Server Authentication'
has credential-signer.pem 'URI:https://ca\.example$'
has credential-signer.pem 'Private Key Usage Period'
has credential-signer.pem 'CRL Distribution Points'
has status-signer.pem '1\.3\.6\.1\.4\.1\.32473\.1\.2'
for crl in ../crl/root.crl ../crl/credential-ca.crl; do
  openssl crl -inform DER -in "$crl" -noout -CAfile "$(basename "$crl" .crl).pem"
done
echo "openssl accepts the chains and shows the profile"

# Every entry, row, act and signature of that authority, from the entries' bytes on.
"$bin/certmark" log fsck "$work/kept/authority"
echo "The demonstration holds before strangers."
