#!/usr/bin/env python3
"""Kills the server while vectors are written and their graphs are built, and searches for every one afterwards.

Each round: a writer inserts batches of vectors, moves and deletes some, and knows what was acknowledged; a
searcher keeps asking. After a moment the process dies. Then `cairn check` compares every vector with its document,
and the next start must find each acknowledged vector first where it is, by exact and by approximate
search, and none that was deleted.
"""

import argparse
import random
import sys
import threading
import time

from server import CairnServer, Failure
from wire import CommandError, Connection

DIMENSIONS = 16
BATCH = 500
# Searched for after each kill.
SAMPLE = 40
FIELDS = [
    {"type": "vector", "path": "v", "numDimensions": DIMENSIONS, "similarity": "euclidean"}
]


def vector(chance):
    return [chance.gauss(0, 1) for _ in range(DIMENSIONS)]


class Written:
    """What was acknowledged: where each document's vector is, or None: it is gone. What was under way is unknown."""

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
                made = {next(fresh): vector(chance) for _ in range(BATCH)}
                written.begin(made)
                documents = [{"_id": number, "v": where} for number, where in made.items()]
                link.command("t", {"insert": "c", "documents": documents})
                written.done(made)
                for number in chance.sample(sorted(written.sure), 20):
                    moved = {number: vector(chance) if chance.random() < 0.6 else None}
                    written.begin(moved)
                    change(link, number, moved[number])
                    written.done(moved)
    except (OSError, EOFError):
        pass


def change(link, number, where):
    if where is None:
        link.command("t", {"delete": "c", "deletes": [{"q": {"_id": number}, "limit": 1}]})
        return
    update = {"q": {"_id": number}, "u": {"_id": number, "v": where}, "upsert": True}
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
            where = written.sure[number]
            for options in ({"exact": True}, {"numCandidates": 100}):
                found = search(link, where or vector(chance), **options)
                if where is None:
                    if any(hit["_id"] == number for hit in found):
                        raise Failure(f"{number} was deleted and is found")
                elif not found or found[0]["_id"] != number or found[0]["s"] != 1.0:
                    raise Failure(f"{number} is not found by {options}: {found}")


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
