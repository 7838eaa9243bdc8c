#!/usr/bin/env python3
"""Runs the reads and writes that the five systems' documents describe, on what load.py has loaded.

Every answer is compared with one computed in Python from the same seed, and at the end every
collection is read whole and compared. The checks write, so load again before running them again.
"""

import sys
import time
import traceback
from multiprocessing import get_context

from load import MongoClient, arguments, load  # first: it skips where PyMongo is not installed

from checks import CHECKS
from expect import Expected, Expectations, Mismatch
from systems import SYSTEMS, documents, sizes_for


class World(dict):
    """Expected collections of one system, generated when first asked for."""

    def __init__(self, system, seed, sizes):
        super().__init__()
        self.system, self.seed, self.sizes = system, seed, sizes

    def __missing__(self, name):
        generated = name in self.sizes[self.system]  # else a check makes this collection
        source = documents(self.seed, self.sizes, self.system, name) if generated else ()
        self[name] = Expected(source)
        return self[name]


def run_system(task):
    """Runs one system's checks in order; returns (system, lines, checks run, failed, compared)."""
    uri, seed, sizes, system = task
    world, failed, compared, lines = World(system, seed, sizes), 0, 0, []
    with MongoClient(uri) as client:
        for check in CHECKS[system]:
            expect, started = Expectations(), time.monotonic()
            problem = problem_of(check, client[system], world, expect)
            failed += problem is not None
            compared += expect.compared
            spent = f"{(time.monotonic() - started) * 1000:7.0f} ms {expect.compared:7d} compared"
            lines.append(f"  {'FAIL' if problem else 'ok  '} {spent}  {check.why}")
            if problem:
                lines.append("       " + problem.replace("\n", "\n       "))
    return system, lines, len(CHECKS[system]), failed, compared


def problem_of(check, database, world, expect):
    try:
        check.run(database, world, expect)
    except Mismatch as mismatch:
        return f"{check.run.__name__}: {mismatch}"
    except Exception:  # whatever a driver raises is this check's failure, not the end of the run
        return traceback.format_exc(limit=-4)
    return None if expect.compared else f"{check.run.__name__}: compared nothing"


def query(uri, total, seed, processes=2):
    """Returns how many checks failed; raises where fewer ran than are written."""
    sizes = sizes_for(total)
    tasks = [(uri, seed, sizes, system) for system in SYSTEMS]
    ran = failures = everything = 0
    with get_context("spawn").Pool(processes) as pool:
        for system, lines, count, failed, compared in pool.imap_unordered(run_system, tasks):
            print(
                f"{system}: {count} checks, {failed} failed, {compared} comparisons",
                *lines,
                sep="\n",
                flush=True,
            )
            ran, failures, everything = ran + count, failures + failed, everything + compared
    print(f"{ran} checks, {failures} failed, {everything} comparisons")
    if ran != sum(map(len, CHECKS.values())) or everything < total:
        raise RuntimeError("fewer checks ran or fewer documents were compared than there are")
    return failures


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--load", action="store_true", help="load first")
    options = parser.parse_args()
    if options.load:
        load(options.uri, options.documents, options.seed, options.processes, options.batch)
    began = time.monotonic()
    failures = query(options.uri, options.documents, options.seed, options.processes)
    print(f"queries took {time.monotonic() - began:.1f} s")
    sys.exit(1 if failures else 0)
