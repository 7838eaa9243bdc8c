#!/usr/bin/env python3
"""Whether a server stays within its memory budget while it is filled and read.

    memory_bench.py [--binary cairn] [--load cairn-load] [--documents N] [--memory SIZE] ...

Starts `cairn serve --memory SIZE` on a fresh directory, inserts documents of 1 KB over the wire, reads them at random by
`_id`, then inserts single ones, and samples the server's resident memory all the while. Prints the highest figure of each phase
and its share of the budget; exits with 1 if one is beyond budget and allowance, 77 where /proc does not tell.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../tests/drivers"))
sys.dont_write_bytecode = True

from with_server import Server, skip  # noqa: E402  (the path above comes first)

UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "K": 2**10, "M": 2**20, "G": 2**30,
         "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
MB = 10**6


def size(text):
    number, unit = re.fullmatch(r"([0-9.]+)\s*([A-Za-z]*)", text).groups()
    return int(float(number) * UNITS[unit.upper()])


def memory_of(process):
    """(resident bytes, those of them that are no file's)"""
    with open("/proc/%d/status" % process, encoding="ascii", errors="replace") as status:
        text = status.read()
    return tuple(int(re.search(name + r":\s+(\d+) kB", text).group(1)) * 1024
                 for name in ("VmRSS", "RssAnon"))


class Sampler:
    """The highest resident memory since `highest` was asked last: all of it, or what is no file's."""

    def __init__(self, process, interval):
        self.process, self.interval = process, interval
        self.peak, self.peak_anonymous = 0, 0
        self.lock, self.done = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.done.wait(self.interval):
            try:
                now, anonymous = memory_of(self.process)
            except (OSError, AttributeError):
                return
            with self.lock:
                self.peak = max(self.peak, now)
                self.peak_anonymous = max(self.peak_anonymous, anonymous)

    def highest(self):
        with self.lock:
            peak, self.peak = max(self.peak, memory_of(self.process)[0]), 0
        return peak

    def highest_anonymous(self):
        with self.lock:
            peak, self.peak_anonymous = max(self.peak_anonymous, memory_of(self.process)[1]), 0
        return peak

    def stop(self):
        self.done.set()
        self.thread.join()


def run_load(options, uri):
    """Runs cairn-load; yields the name of each operation as it is done. `find` fills the collection first."""
    for operation in ("find", "insert", "insertMany"):
        command = [options.load, "--uri", uri, "--op", operation, "--rounds", "1",
                   "--documents", str(options.documents), "--connections", str(options.connections),
                   "--seconds", str(options.seconds), "--keep"]
        ended = subprocess.run(command)
        if ended.returncode != 0:
            sys.exit("cairn-load ended with %d" % ended.returncode)
        yield operation


def measure(options, server):
    """[(phase, highest resident bytes)]"""
    sampler = Sampler(server.process.pid, options.interval)
    phases = [("started", sampler.highest())]
    for operation in run_load(options, "mongodb://127.0.0.1:%d" % server.port):
        name = "fill and find" if operation == "find" else operation
        phases.append((name, sampler.highest()))
    time.sleep(options.rest)
    sampler.highest()
    time.sleep(2 * options.interval)
    phases.append(("at rest", sampler.highest()))
    sampler.stop()
    return phases


def report(options, phases):
    """Prints the table; whether every figure is within the budget and what is allowed on top."""
    budget = size(options.memory)
    print("%d documents of 1 KB, --memory %s:" % (options.documents, options.memory))
    for name, peak in phases:
        print("  %-14s %7.1f MB   %.2f of the budget" % (name, peak / MB, peak / budget))
    highest = max(peak for _, peak in phases)
    within = highest <= budget * options.allowed
    print("highest: %.1f MB = %.2f of the budget (allowed: %.2f): %s"
          % (highest / MB, highest / budget, options.allowed, "within" if within else "BEYOND"))
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            json.dump({"documents": options.documents, "budgetBytes": budget,
                       "phases": [{"phase": n, "residentBytes": p} for n, p in phases],
                       "ofBudget": highest / budget, "within": within}, out)
    return within


def parser_with(description, memory):
    """With the options that every benchmark of a server's memory has."""
    parser = argparse.ArgumentParser(description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.environ.get("CAIRN_BINARY", "build/release/cairn"))
    parser.add_argument("--memory", default=memory)
    parser.add_argument("--allowed", type=float, default=1.2, help="of the budget (1.2)")
    parser.add_argument("--interval", type=float, default=0.05, help="seconds between samples")
    parser.add_argument("--dir", help="where to put the data (default: the system's temporary one)")
    parser.add_argument("--json", help="write the figures to this file")
    return parser


def parse_arguments():
    parser = parser_with(__doc__, "512MB")
    parser.add_argument("--load", default="build/release/cairn-load")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=20, help="for each operation (20)")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rest", type=float, default=3, help="seconds before the last sample")
    return parser.parse_args()


def run(options, measure_and_report):
    """The exit code of `measure_and_report(server)`, which tells whether all is within the budget."""
    if not os.path.exists("/proc/self/status"):
        skip("/proc, from which resident memory is read, is not there")
    folder = tempfile.mkdtemp(prefix="cairn_memory_", dir=options.dir)
    server = Server(options.binary, ["--memory", options.memory], folder)
    try:
        if not server.start():
            sys.exit("the server did not start")
        within = measure_and_report(server)
        server.stop()
    finally:
        if server.process:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    for fault in server.faults:
        print("FAILED: " + fault)
    return 0 if within and not server.faults else 1


def main():
    options = parse_arguments()
    return run(options, lambda server: report(options, measure(options, server)))


if __name__ == "__main__":
    sys.exit(main())
