#!/usr/bin/env python3
"""Whether a server holds vectors within its memory budget, and how soon it finds them after a kill.

    vector_memory_bench.py [--binary cairn] [--rows N] [--dimensions D] [--memory SIZE] ...

Starts `cairn serve --memory SIZE` on a fresh directory and lets `cairn bench ann --only-wire` fill
it, make an index and search. Then kills the server (SIGKILL), starts it again, and asks for stored
vectors' own documents until each is found at its place. Prints the highest memory of each phase,
what is the process's own and what it maps of files apart, and the seconds until the first right
answer and until a graph answers. Exits with 1 if what is the process's own is beyond budget and
allowance: pages of files are the kernel's to take (in a memory cgroup of so many bytes the server
does the same).
"""
import json
import os
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in (HERE, os.path.join(HERE, "../../tests/drivers"), os.path.join(HERE, "../../tests/server")):
    sys.path.insert(0, folder)
sys.dont_write_bytecode = True

from memory_bench import MB, Sampler, parser_with, run, size  # noqa: E402  (the paths above come first)
from mongo_wire import Link  # noqa: E402

PLACES = 20  # documents that are asked for by their own vectors
CANDIDATES = 100
SCANNED = 5000  # so few vectors are scanned, graph or no graph


def floats(vector):
    """The numbers of a stored vector: two bytes tell what follows, then float32s."""
    return list(struct.unpack("<%df" % ((len(vector) - 2) // 4), vector[2:]))


def search(numbers):
    stage = {"index": "ann", "path": "v", "queryVector": numbers, "numCandidates": CANDIDATES,
             "limit": 1}
    return {"aggregate": "vectors", "cursor": {},
            "pipeline": [{"$vectorSearch": stage}, {"$project": {"v": 0}}]}


def compared(link, numbers):
    """How many vectors a search compares: few where a graph leads it."""
    reply = link.run({"explain": search(numbers), "verbosity": "executionStats"}, "ann")
    return find_deep(reply, "vectorsCompared")


def find_deep(value, name):
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    return next((f for f in (find_deep(v, name) for v in value.values()) if f is not None), None)


class Run:
    def __init__(self, options, server):
        self.options, self.server = options, server
        self.phases, self.restart = [], {}

    def phase(self, name, sampler):
        self.phases.append((name, sampler.highest(), sampler.highest_anonymous()))

    def fill_and_search(self):
        sampler = Sampler(self.server.process.pid, self.options.interval)
        command = [self.options.binary, "bench", "ann", "--only-wire", "--keep", "--no-filters",
                   "--uri", "mongodb://127.0.0.1:%d" % self.server.port, "--clients", "2",
                   "--rows", str(self.options.rows), "--dimensions", str(self.options.dimensions),
                   "--queries", str(self.options.queries)]
        if subprocess.run(command).returncode != 0:
            sys.exit("cairn bench ann did not end well")
        self.phase("fill and search", sampler)
        sampler.stop()

    def pick(self):
        """[(_id, its vector)] from all over the collection."""
        step = max(self.options.rows // PLACES, 1)
        with Link(self.server.port) as link:
            found = [link.run({"find": "vectors", "filter": {"_id": n}}, "ann")
                     for n in range(0, self.options.rows, step)]
        documents = [reply["cursor"]["firstBatch"][0] for reply in found]
        return [(each["_id"], floats(each["v"])) for each in documents]

    def kill_and_search(self):
        picked = self.pick()
        self.server.kill()
        began = time.monotonic()
        if not self.server.start():
            sys.exit("the server did not come back")
        sampler = Sampler(self.server.process.pid, self.options.interval)
        self.restart["answersPing"] = time.monotonic() - began
        with Link(self.server.port, timeout=600) as link:
            for number, (identity, vector) in enumerate(picked):
                reply = link.run(search(vector), "ann")
                if [d["_id"] for d in reply["cursor"]["firstBatch"]] != [identity]:
                    self.server.faults.append("%r is not found by its vector: %r" % (identity, reply))
                if number == 0:
                    self.restart["firstAnswer"] = time.monotonic() - began
            while (compared(link, picked[0][1]) or 0) > max(self.options.rows // 20, SCANNED):
                time.sleep(0.5)
            self.restart["graphAnswers"] = time.monotonic() - began
        self.phase("after the kill", sampler)
        sampler.stop()


def report(options, measured):
    budget = size(options.memory)
    print("%d vectors of %d numbers, --memory %s:" % (options.rows, options.dimensions, options.memory))
    for name, peak, own in measured.phases:
        print("  %-16s %7.1f MB   %.2f of the budget; %.1f MB without mapped files"
              % (name, peak / MB, peak / budget, own / MB))
    for name, seconds in measured.restart.items():
        print("  %-16s %7.2f s after the start that followed a kill" % (name, seconds))
    highest = max(own for _, _, own in measured.phases)
    within = highest <= budget * options.allowed
    print("highest of its own: %.2f of the budget (allowed: %.2f): %s"
          % (highest / budget, options.allowed, "within" if within else "BEYOND"))
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            json.dump({"rows": options.rows, "dimensions": options.dimensions,
                       "budgetBytes": budget, "restartSeconds": measured.restart,
                       "phases": [{"phase": n, "residentBytes": p, "ownBytes": a}
                                  for n, p, a in measured.phases],
                       "ofBudget": highest / budget, "within": within}, out)
    return within


def parse_arguments():
    parser = parser_with(__doc__, "2GB")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--queries", type=int, default=200)
    return parser.parse_args()


def main():
    options = parse_arguments()

    def measure_and_report(server):
        measured = Run(options, server)
        measured.fill_and_search()
        measured.kill_and_search()
        return report(options, measured)

    return run(options, measure_and_report)


if __name__ == "__main__":
    sys.exit(main())
