#!/usr/bin/env python3
"""How fast certmarkd serves tiles and checkpoints, against nginx serving the same bytes from files on the same machine.

usage: http_bench.py --bin DIRECTORY [--rounds N] [--seconds S] [--only NAME]

Founds a test authority, fills its log, starts certmarkd and nginx over the same tiles, and has wrk ask both for the
checkpoint and every full and partial hash tile in turn, over kept connections. Ours and nginx's rounds alternate; the
figures are medians. Prints a JSON object a line: http.plain and http.tls.
Needs nginx and wrk (Debian: nginx-light, wrk).
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import re
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ENTRIES, ENTRY_BYTES = 5000, 1600
CONNECTIONS, THREADS = 32, 2
# Server and load generator can use every core; where others left them less than this share, the machine was busy.
ENOUGH_PROCESSOR = 0.8


Server = collections.namedtuple("Server", ("pid", "url"))


class Failed(Exception):
    """The benchmark cannot be run; the message says why."""


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def found(binaries, authority, ports):
    at = [f"127.0.0.1:{port}" for port in ports]
    run(binaries / "certmark", "--home", authority.parent / "nobody", "--json", "init", authority, "--dev",
        "--authority", "https://ca.example", "--name", "Benchmark", "--registrar", "Registrar", "--public-grpc", at[0],
        "--party-grpc", at[1], "--public-http", at[2], "--party-http", at[3], "--operations", at[4])
    config = authority / "certmark.toml"
    text = re.sub(r"(?m)^public_http_plain = .*$", f'public_http_plain = "{at[5]}"', config.read_text())
    config.write_text(text.replace('log_level = "info"', 'log_level = "warn"'))
    run(binaries / "fill_log", authority, ENTRIES, ENTRY_BYTES)


def start_daemon(binaries, authority):
    daemon = subprocess.Popen([str(binaries / "certmarkd"), "--config", str(authority / "certmark.toml")],
                              stdout=subprocess.PIPE, text=True)
    if "ready" not in daemon.stdout.readline():
        daemon.wait()
        raise Failed("certmarkd did not start")
    return daemon


def group(number):
    """A tile's number in path elements: 1234067 is x001/x234/067."""
    path = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        path = f"x{number % 1000:03}/{path}"
    return path


def paths_of(size):
    """The checkpoint, and every hash tile that a log of this size has."""
    paths, level = ["/log/1/checkpoint"], 0
    while size > 0:
        paths += [f"/log/1/tile/{level}/{group(number)}" for number in range(size // 256)]
        if size % 256:
            paths.append(f"/log/1/tile/{level}/{group(size // 256)}.p/{size % 256}")
        size, level = size // 256, level + 1
    return paths


def fetch(url, context=None):
    with urllib.request.urlopen(url, timeout=30, context=context) as answer:
        return answer.read()


def copy_log(port, files):
    base = f"http://127.0.0.1:{port}"
    size = int(fetch(base + "/log/1/checkpoint").split(b"\n")[1])
    for path in paths_of(size):
        file = files / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(fetch(base + path))
    return paths_of(size)


def nginx_config(directory, files, authority, ports):
    """nginx at its best for this: as many workers as cores, files kept open, no log, connections kept."""
    return f"""
user root;
worker_processes 2;
pid {directory}/nginx.pid;
error_log {directory}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 1000000000; keepalive_timeout 60s;
  open_file_cache max=1000; open_file_cache_valid 60s;
  default_type application/octet-stream;
  client_body_temp_path {directory}/t1; proxy_temp_path {directory}/t2; fastcgi_temp_path {directory}/t3;
  uwsgi_temp_path {directory}/t4; scgi_temp_path {directory}/t5;
  ssl_certificate {authority}/certificates/server.pem;
  ssl_certificate_key {authority}/keys/server.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  server {{
    listen 127.0.0.1:{ports[0]};
    listen 127.0.0.1:{ports[1]} ssl;
    root {files};
    add_header Cache-Control "public, max-age=31536000, immutable";
    add_header Access-Control-Allow-Origin "*";
    add_header X-Content-Type-Options nosniff;
  }}
}}
"""


def start_nginx(directory, files, authority, ports):
    config = directory / "nginx.conf"
    config.write_text(nginx_config(directory, files, authority, ports))
    nginx = subprocess.Popen(["nginx", "-c", str(config), "-e", str(directory / "nginx.log"), "-g", "daemon off;"])
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[0]), timeout=1):
            return nginx
        time.sleep(0.05)
    raise Failed("nginx did not start:\n" + (directory / "nginx.log").read_text())


def check_same(paths, ours, theirs):
    insecure = ssl.create_default_context()
    insecure.check_hostname, insecure.verify_mode = False, ssl.CERT_NONE
    for path in paths:
        if fetch(ours + path, insecure) != fetch(theirs + path, insecure):
            raise Failed(f"{path} differs between ours and nginx")


def write_load(file, paths):
    wanted = ",\n".join(f'"{path}"' for path in paths)
    file.write_text(f"""local paths = {{ {wanted} }}
local requests, at = {{}}, 0
function init()
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
""")


def measure(url, load, seconds):
    out = run("wrk", "-t", THREADS, "-c", CONNECTIONS, "-d", f"{seconds}s", "-s", load, url)
    if "Non-2xx" in out or "Socket errors" in out:
        raise Failed(f"wrk at {url}:\n{out}")
    return float(re.search(r"Requests/sec:\s*([0-9.]+)", out).group(1))


def cpu_seconds(pid):
    """What a process and its children, running ones, have spent."""
    total = 0
    for process in [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def loader_seconds():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


Round = collections.namedtuple("Round", ("rate", "microseconds", "share"))


def measure_round(server, load, seconds):
    """Requests a second, the server's processor time for one, and the share of the machine that it and wrk got."""
    server_before, loader_before = cpu_seconds(server.pid), loader_seconds()
    rate = measure(server.url, load, seconds)
    spent = cpu_seconds(server.pid) - server_before
    share = (spent + loader_seconds() - loader_before) / (seconds * os.cpu_count())
    return Round(rate, spent / (rate * seconds) * 1e6, share)


def compare(name, ours, theirs, load, options):
    measure(ours.url, load, 1), measure(theirs.url, load, 1)  # warm
    rounds = [(measure_round(ours, load, options.seconds), measure_round(theirs, load, options.seconds))
              for _ in range(options.rounds)]
    our, their = (Round(*map(statistics.median, zip(*column))) for column in zip(*rounds))
    share = min(our.share, their.share)
    ratios = sorted(round(a.rate / b.rate, 2) for a, b in rounds)
    note = (f"checkpoint and hash tiles, {CONNECTIONS} kept connections, medians of {options.rounds} rounds of "
            f"{options.seconds} s, ratio of each {ratios}; processor time a request: {our.microseconds:.1f} µs, "
            f"nginx {their.microseconds:.1f} µs; server and wrk had {share:.0%} of {os.cpu_count()} cores")
    busy = share < ENOUGH_PROCESSOR
    if busy:
        note += ": the machine was busy with other things"
    print(json.dumps({"name": name, "value": round(our.rate), "unit": "requests/s", "limit": round(their.rate),
                      "ratio": round(our.rate / their.rate, 3), "invalid": busy, "note": note}, ensure_ascii=False),
          flush=True)


def bench(options, directory):
    authority, files = directory / "authority", directory / "files"
    ports = free_ports(8)
    found(options.bin, authority, ports)
    daemon = start_daemon(options.bin, authority)
    nginx = None
    try:
        paths = copy_log(ports[5], files)
        nginx = start_nginx(directory, files, authority, ports[6:])
        load = directory / "load.lua"
        write_load(load, paths)
        for name, scheme, ours, theirs in (("http.plain", "http", ports[5], ports[6]),
                                           ("http.tls", "https", ports[2], ports[7])):
            if options.only not in ("", name):
                continue
            servers = [Server(process.pid, f"{scheme}://127.0.0.1:{port}")
                       for process, port in ((daemon, ours), (nginx, theirs))]
            check_same(paths, *(server.url for server in servers))
            compare(name, *servers, load, options)
    finally:
        for process in filter(None, (nginx, daemon)):
            process.terminate()
            process.wait(timeout=30)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of certmark, certmarkd and fill_log")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="", help="http.plain or http.tls")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        try:
            bench(options, pathlib.Path(directory))
        except (Failed, OSError, subprocess.SubprocessError) as failure:
            print(f"http_bench: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
