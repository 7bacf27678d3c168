#!/usr/bin/env python3
"""Holds the alert rules of ops/prometheus and the dashboard of ops/grafana against Prometheus' own tool, promtool.

That every figure they ask for is one that the daemon shows is unit_api's to say (Alerts).
Usage: alerts_checked.py OPS. Exits 0 when all is well, 1 when something is not, and 77 where there is no promtool.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RULES = "certmark.rules.yaml"


def promtool(*arguments: str, folder: pathlib.Path) -> None:
    done = subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"promtool {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


def expressions(dashboard: dict) -> list[str]:
    """Every query of every panel, its variables of Grafana's replaced by what Grafana would put there."""
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    return [re.sub(r"\$__rate_interval", "5m", one).replace("$instance", ".*") for one in found]


def check_dashboard(file: pathlib.Path) -> int:
    """Each query as a rule of its own, for promtool checks no dashboard."""
    queries = expressions(json.loads(file.read_text(encoding="utf-8")))
    if len(queries) < 10:
        sys.exit(f"{file}: only {len(queries)} queries were found")
    rules = [{"record": f"query:{number}", "expr": one} for number, one in enumerate(queries)]
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML.
        pathlib.Path(folder, "queries.yaml").write_text(json.dumps({"groups": [{"name": "q", "rules": rules}]}))
        promtool("check", "rules", "queries.yaml", folder=pathlib.Path(folder))
    return len(queries)


def check_alerts_are_told_apart(rules: str) -> int:
    """Every alert says how urgent it is, and what to do; no two have one name."""
    alerts = re.findall(r"- alert: (\w+)\n((?:(?!\n      - alert:).)*)", rules, re.S)
    for name, body in alerts:
        if not re.search(r"severity: (page|ticket)\}", body) or "summary:" not in body or "action:" not in body:
            sys.exit(f"{RULES}: {name} does not say how urgent it is, what it is, and what to do")
    if len({name for name, _ in alerts}) != len(alerts) or not alerts:
        sys.exit(f"{RULES}: two alerts have one name, or there is none")
    return len(alerts)


def main() -> int:
    ops = pathlib.Path(sys.argv[1])
    alerts = check_alerts_are_told_apart((ops / "prometheus" / RULES).read_text(encoding="utf-8"))
    if shutil.which("promtool") is None:
        print("SKIPPED: no promtool here: it comes with Debian's package prometheus (ops/setup --tests)")
        return 77
    promtool("check", "rules", "--lint-fatal", RULES, folder=ops / "prometheus")
    promtool("test", "rules", "certmark.rules.test.yaml", folder=ops / "prometheus")
    queries = check_dashboard(ops / "grafana" / "certmark.json")
    print(f"{alerts} alerts and {queries} queries of the dashboard are good.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
