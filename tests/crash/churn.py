#!/usr/bin/env python3
"""Creates and drops databases and collections by the ten thousand and looks at what stays behind.

After a warm-up, a second stretch several times as long must leave no more files, disk or memory than
a bound that does not depend on its length. The server's processor time for each create and drop is
measured and printed; `--cpu-limit-ms` makes it a condition.
"""

import argparse
import sys
import time

from server import CairnServer, Failure
from wire import Connection

KEPT_DOCUMENTS = 500


class Footprint:
    """Files, bytes on disk and resident memory at one moment, after background work has calmed."""

    def __init__(self, server, quiet_seconds=2.0):
        time.sleep(quiet_seconds)
        self.files, self.disk, self.memory = (
            len(server.files()),
            server.disk_bytes(),
            server.memory_bytes(),
        )

    def __str__(self):
        return (
            f"{self.files} files, {self.disk >> 20} MiB on disk, {self.memory >> 20} MiB resident"
        )


def database_cycle(link, number):
    """A database comes into being with its first document, and goes."""
    name = f"churn_db_{number}"
    link.command(name, {"insert": "docs", "documents": [{"_id": 1}, {"_id": 2, "text": "x" * 100}]})
    link.command(name, {"dropDatabase": 1})


def collection_cycle(link, number):
    name = f"made_{number}"
    link.command("churn", {"create": name})
    link.command("churn", {"insert": name, "documents": [{"_id": number}]})
    link.command("churn", {"drop": name})


def empty_collection_cycle(link, number):
    link.command("churn", {"create": f"empty_{number}"})
    link.command("churn", {"drop": f"empty_{number}"})


CYCLES = (
    ("create and drop a database", database_cycle),
    ("create, fill and drop a collection", collection_cycle),
    ("create and drop a collection", empty_collection_cycle),
)


def run_cycles(server, link, first, count):
    """Runs each kind of cycle count times; returns {kind: processor milliseconds of the server each}."""
    spent = {}
    for kind, cycle in CYCLES:
        began, cpu = time.monotonic(), server.cpu_seconds()
        for number in range(first, first + count):
            cycle(link, number)
        spent[kind] = (server.cpu_seconds() - cpu) * 1000 / count
        print(
            f"  {count} x {kind}: {count / (time.monotonic() - began):,.0f}/s, {spent[kind]:.3f} ms of the server's processor each",
            flush=True,
        )
    return spent


def standing_collections(server, link, count):
    """Collections that stay, idle: cheap, and no file each."""
    before = Footprint(server)
    for number in range(count):
        link.command("standing", {"create": f"c{number}"})
    after = Footprint(server)
    print(f"{count} standing collections: {before} -> {after}")
    if after.files - before.files > 50:
        raise Failure(f"{count} collections made {after.files - before.files} files")
    began, cpu = time.monotonic(), server.cpu_seconds()
    link.command("standing", {"dropDatabase": 1})
    print(
        f"  dropping them all: {time.monotonic() - began:.2f} s, {(server.cpu_seconds() - cpu) * 1000 / count:.3f} ms of processor each"
    )


def expect_kept(link):
    """What lives beside the churn is untouched, and nothing of the churn is left."""
    count = link.command("kept", {"count": "docs"})["n"]
    if count != KEPT_DOCUMENTS:
        raise Failure(f"{count} of {KEPT_DOCUMENTS} documents beside the churn are left")
    names = {
        entry["name"]
        for entry in link.command("admin", {"listDatabases": 1, "nameOnly": True})["databases"]
    }
    left = {name for name in names if name.startswith(("churn", "standing"))}
    collections = link.command("churn", {"listCollections": 1, "nameOnly": True})["cursor"][
        "firstBatch"
    ]
    if left or collections:
        raise Failure(f"dropped, and yet there: databases {left}, collections {collections[:3]}")


def churn(server, options):
    with Connection(server.port) as link:
        link.command(
            "kept",
            {
                "insert": "docs",
                "documents": [{"_id": key, "text": "stays" * 50} for key in range(KEPT_DOCUMENTS)],
            },
        )
        run_cycles(server, link, 0, options.cycles // 5)
        before = Footprint(server)
        spent = run_cycles(server, link, 10**6, options.cycles)
        after = Footprint(server)
        print(f"over {3 * options.cycles} cycles: {before} -> {after}")
        expect_kept(link)
        for what, grown, bound in (
            ("files", after.files - before.files, options.files),
            ("MiB on disk", (after.disk - before.disk) >> 20, options.disk),
            ("MiB of memory", (after.memory - before.memory) >> 20, options.memory),
        ):
            if grown > bound:
                raise Failure(
                    f"{3 * options.cycles} creates and drops left {grown} {what} behind, the bound is {bound}"
                )
        standing_collections(server, link, options.cycles)
    slow = {
        kind: cost
        for kind, cost in spent.items()
        if options.cpu_limit_ms and cost > options.cpu_limit_ms
    }
    if slow:
        raise Failure(f"over {options.cpu_limit_ms} ms of processor time: {slow}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--cycles", type=int, default=3000, help="of each of three kinds, after a fifth as warm-up"
    )
    parser.add_argument("--files", type=int, default=40, help="files that may be more afterwards")
    parser.add_argument(
        "--disk",
        type=int,
        default=256,
        help="MiB on disk that may be more afterwards (an oplog, a log)",
    )
    parser.add_argument(
        "--memory", type=int, default=200, help="MiB of memory that may be more afterwards"
    )
    parser.add_argument(
        "--cpu-limit-ms", type=float, help="fail where a cycle costs the server more processor time"
    )
    parser.add_argument("--server-arg", action="append", default=[])
    options = parser.parse_args()
    try:
        with CairnServer(options.server_arg) as server:
            server.start_or_fail()
            churn(server, options)
            server.stop_or_fail()
            server.check_or_fail()
            server.start_or_fail()
            with Connection(server.port) as link:
                expect_kept(link)
            print(f"after a restart: {Footprint(server)}")
            server.stop_or_fail()
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
