#!/usr/bin/env python3
"""Kills the server while vectors are written and their graphs are built, and searches for every one afterwards.

Each round: a writer inserts batches of vectors, moves and deletes some, and knows what was acknowledged; a
searcher keeps asking. After a moment the process dies. Then `cairn check` compares every vector with its document,
and every segment file with the vectors; and the next start must find each acknowledged vector first where
it is, by exact and by approximate search, with and without a filter, and none that was deleted.
"""

import argparse
import os
import random
import sys
import threading
import time

from server import CairnServer, Failure
from wire import CommandError, Connection

DIMENSIONS = 16
BATCH = 500
# Vectors that have no graph yet, at the most, and how long the first graph may take.
DELTA = 4096
FILL_SECONDS = 120
# Searched for after each kill.
SAMPLE = 40
FIELDS = [
    {"type": "vector", "path": "v", "numDimensions": DIMENSIONS, "similarity": "euclidean"},
    {"type": "filter", "path": "g"},
]
GROUPS = 7


def vector(chance):
    return [chance.gauss(0, 1) for _ in range(DIMENSIONS)]


def place(chance):
    return vector(chance), chance.randrange(GROUPS)


def changed(chance, where):
    """Another vector, the same one in another group, or gone."""
    drawn = chance.random()
    if drawn < 0.4 or (drawn < 0.7 and where is None):
        return place(chance)
    return (where[0], chance.randrange(GROUPS)) if drawn < 0.7 else None


class Written:
    """What was acknowledged: each document's vector and group, or None: it is gone. What was under way is unknown."""

    def __init__(self):
        self.sure = {}
        self.unsure = set()

    def begin(self, ids):
        self.unsure.update(ids)

    def done(self, vectors):
        for number, where in vectors.items():
            self.sure[number] = where
            self.unsure.discard(number)


def write(port, chance, written, fresh, end):
    try:
        with Connection(port) as link:
            while not end.is_set():
                made = {next(fresh): place(chance) for _ in range(BATCH)}
                written.begin(made)
                documents = [
                    {"_id": number, "v": where, "g": group} for number, (where, group) in made.items()
                ]
                link.command("t", {"insert": "c", "documents": documents})
                written.done(made)
                for number in chance.sample(sorted(written.sure), 20):
                    moved = {number: changed(chance, written.sure[number])}
                    written.begin(moved)
                    change(link, number, moved[number])
                    written.done(moved)
    except (OSError, EOFError):
        pass


def change(link, number, where):
    if where is None:
        link.command("t", {"delete": "c", "deletes": [{"q": {"_id": number}, "limit": 1}]})
        return
    vector_of, group = where
    update = {"q": {"_id": number}, "u": {"_id": number, "v": vector_of, "g": group}, "upsert": True}
    link.command("t", {"update": "c", "updates": [update]})


def search(link, where, **options):
    asked = {"index": "near", "path": "v", "queryVector": where, "limit": 1, **options}
    stages = [{"$vectorSearch": asked}, {"$project": {"s": {"$meta": "vectorSearchScore"}}}]
    reply = link.command("t", {"aggregate": "c", "pipeline": stages, "cursor": {}})
    return reply["cursor"]["firstBatch"]


def ask(port, chance, end):
    try:
        with Connection(port) as link:
            while not end.is_set():
                search(link, vector(chance), numCandidates=50)
    except (OSError, EOFError):
        pass


def verify(server, written, chance):
    known = sorted(set(written.sure) - written.unsure)
    with Connection(server.port) as link:
        for number in chance.sample(known, min(SAMPLE, len(known))):
            where, group = written.sure[number] or (None, 0)
            for options in ({"exact": True}, {"numCandidates": 100}):
                for filtered in ({}, {"filter": {"g": group}}):
                    asked = {**options, **filtered}
                    found = search(link, where or vector(chance), **asked)
                    if where is None:
                        if any(hit["_id"] == number for hit in found):
                            raise Failure(f"{number} was deleted and is found")
                    elif not found or found[0]["_id"] != number or found[0]["s"] != 1.0:
                        raise Failure(f"{number} is not found by {asked}: {found}")


def fill(server, chance, written, fresh):
    """More than a delta holds, and the segment that is made of it: what is killed later has files to lose."""
    end = threading.Event()
    write_some = threading.Thread(target=write, args=(server.port, chance, written, fresh, end))
    write_some.start()
    folder = os.path.join(server.data, "vectors")
    for _ in range(FILL_SECONDS * 10):
        time.sleep(0.1)
        if len(written.sure) > DELTA:
            end.set()
        files = os.listdir(folder) if os.path.isdir(folder) else []
        if end.is_set() and any(name.endswith(".segment") for name in files):
            break
    end.set()
    write_some.join()


def one_round(server, chance, written, fresh):
    end = threading.Event()
    writer = (server.port, random.Random(chance.random()), written, fresh, end)
    asker = (server.port, random.Random(chance.random()), end)
    threads = [
        threading.Thread(target=write, args=writer),
        threading.Thread(target=ask, args=asker),
    ]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.2, 1.2))
    server.kill()
    end.set()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    written, fresh = Written(), iter(range(10**9))
    try:
        with CairnServer() as server:
            server.start_or_fail()
            with Connection(server.port) as link:
                link.command("t", {"create": "c"})
                index = {
                    "name": "near",
                    "type": "vectorSearch",
                    "definition": {"fields": FIELDS},
                }
                link.command("t", {"createSearchIndexes": "c", "indexes": [index]})
            fill(server, random.Random(chance.random()), written, fresh)
            for _ in range(options.rounds):
                one_round(server, chance, written, fresh)
                server.check_or_fail()
                server.start_or_fail()
                verify(server, written, chance)
            server.stop_or_fail()
            server.check_or_fail()
    except (Failure, CommandError) as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"{options.rounds} kills, {len(written.sure)} vectors, each sound after each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
