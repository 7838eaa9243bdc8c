#!/usr/bin/env python3
"""Kills the server while a sort and a grouping have spilled to disk.

Each round: some documents are written and acknowledged; a $sort and a $group over more than their hundred
megabytes begin, and once both hold files with something in them, the process dies. Then nothing of them may be
left: no file in the folder for spilled data, no disk that is still taken. `cairn check` is clean, the next start finds
what was acknowledged, and in the end the same sort runs to its end.
"""

import argparse
import os
import random
import sys
import threading
import time

from server import CairnServer, Failure
from wire import CommandError, Connection

# So many documents of so many bytes are twice what a stage may hold.
DOCUMENTS = 400_000
PAD = "x" * 500
SPILL_SECONDS = 120
KEY = {"$mod": [{"$multiply": ["$n", 7919]}, DOCUMENTS]}
MAKE = [
    {"$documents": [{"n": {"$range": [0, DOCUMENTS]}}]},
    {"$unwind": "$n"},
    {"$set": {"k": KEY, "pad": PAD}},
]
SORT = [*MAKE, {"$sort": {"k": 1}}]
GROUP = [*MAKE, {"$group": {"_id": "$k", "all": {"$push": "$pad"}}}]


def run(port, pipeline):
    try:
        with Connection(port, timeout=600) as link:
            command = {"aggregate": 1, "pipeline": pipeline, "cursor": {"batchSize": 1}}
            link.command("t", command)
    except (OSError, EOFError):
        pass


def spilled_files(server):
    """How many nameless files with something in them the process has open."""
    folder = f"/proc/{server.process.pid}/fd"
    count = 0
    for name in os.listdir(folder):
        try:
            target = os.readlink(f"{folder}/{name}")
            if target.startswith(server.data) and target.endswith("(deleted)"):
                count += os.stat(f"{folder}/{name}").st_size > 0
        except FileNotFoundError:  # closed meanwhile
            pass
    return count


def wait_for_spills(server):
    end = time.monotonic() + SPILL_SECONDS
    while spilled_files(server) < 2:
        server.expect_running()
        if time.monotonic() > end:
            raise Failure(f"the sort and the group did not both spill within {SPILL_SECONDS} s")
        time.sleep(0.02)


def refuse_leftovers(server):
    left = [path for path in server.files() if "spill" in os.path.relpath(path, server.data)]
    if left:
        raise Failure(f"of what was spilled there is left: {left}")


def one_round(server, chance, number):
    with Connection(server.port) as link:
        documents = [{"_id": number * 100 + i, "n": i} for i in range(100)]
        link.command(
            "t", {"insert": "c", "documents": documents, "writeConcern": {"j": True}}
        )
    threads = [
        threading.Thread(target=run, args=(server.port, pipeline))
        for pipeline in (SORT, GROUP)
    ]
    for thread in threads:
        thread.start()
    wait_for_spills(server)
    time.sleep(chance.uniform(0, 0.5))
    server.kill()
    for thread in threads:
        thread.join()


def verify(server, rounds):
    refuse_leftovers(server)
    with Connection(server.port) as link:
        found = link.command("t", {"count": "c"})["n"]
    if found != rounds * 100:
        raise Failure(f"{rounds * 100} documents were acknowledged, {found} are there")


def sort_to_the_end(server):
    first = [*SORT, {"$limit": 300_000}, {"$skip": 299_999}, {"$project": {"k": 1}}]
    with Connection(server.port, timeout=600) as link:
        reply = link.command("t", {"aggregate": 1, "pipeline": first, "cursor": {}})
    batch = reply["cursor"]["firstBatch"]
    if len(batch) != 1 or batch[0]["k"] != 299_999:
        raise Failure(f"the sort gave {batch}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    try:
        with CairnServer() as server:
            server.start_or_fail()
            for number in range(options.rounds):
                one_round(server, chance, number)
                refuse_leftovers(server)
                server.check_or_fail()
                server.start_or_fail()
                verify(server, number + 1)
            sort_to_the_end(server)
            server.stop_or_fail()
            refuse_leftovers(server)
    except (Failure, CommandError) as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"{options.rounds} kills while two queries had spilled, nothing left of them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
