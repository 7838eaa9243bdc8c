#!/usr/bin/env python3
"""Kills the server while documents expire and indexes meet their first arrays, and proves both afterwards.

Each round has a collection of its own, half of it due at once by a TTL index, and indexes that have seen no
array yet. While they expire, writers put arrays into documents and insert more that are due; the process dies
in the middle of it. Then `cairn check` must be clean, every index must find what a scan finds, no document may be gone that
was not due, and what was due must go.
"""

import argparse
import random
import sys
import threading
import time

from server import CairnServer, Failure
from wire import Connection, Date

DOCUMENTS = 4000
PAST, FUTURE = Date(1), Date(2**42)

INDEXES = {
    "due": {"key": {"due": 1}, "expireAfterSeconds": 0},
    "tags": {"key": {"tags": 1, "number": -1}},
    "deep": {"key": {"deep.x": 1, "tags": 1}},
    "wild": {"key": {"wild.$**": 1}},
    "some": {"key": {"tags": 1}, "partialFilterExpression": {"kept": True}},
}

FILTERS = {
    "tags": [{"tags": 3}, {"tags": {"$gt": 15}}, {"tags": {"$gte": 5, "$lt": 7}}],
    "deep": [{"deep.x": 3}, {"deep.x": {"$lte": 4}, "tags": {"$gt": 10}}],
    "wild": [{"wild.k": 3}, {"wild.k": {"$gt": 15}}],
    "some": [{"tags": 3}, {"tags": {"$in": [1, 2, 19]}}],
}


def document(number, kept, chance):
    made = {"_id": number, "number": number, "kept": kept, "due": FUTURE if kept else PAST}
    some = chance.randrange(20)
    made.update({"tags": some, "deep": {"x": some % 7}, "wild": {"k": some}})
    return made


def fill(port, name, chance):
    """Gives the numbers of those that stay."""
    with Connection(port) as link:
        link.command("t", {"create": name})
        for start in range(0, DOCUMENTS, 1000):
            numbers = range(start, start + 1000)
            documents = [document(number, number % 2 == 0, chance) for number in numbers]
            link.command("t", {"insert": name, "documents": documents})
        indexes = [{"name": index, **options} for index, options in INDEXES.items()]
        link.command("t", {"createIndexes": name, "indexes": indexes})
    return set(range(0, DOCUMENTS, 2))


def write(port, name, number, chance, kept):
    """Until the connection breaks: the server is killed under it."""
    fresh = DOCUMENTS * 10 * (number + 1)
    try:
        with Connection(port) as link:
            while True:
                fresh += 1
                stays = chance.random() < 0.5
                link.command("t", {"insert": name, "documents": [document(fresh, stays, chance)]})
                if stays:
                    kept.add(fresh)
                values = [chance.randrange(20) for _ in range(chance.randrange(4))]
                field, value = chance.choice(
                    [
                        ("tags", values),
                        ("deep", [{"x": value % 7} for value in values]),
                        ("deep.x", values),
                        ("wild.k", values),
                    ]
                )
                change = {"q": {"_id": 2 * chance.randrange(DOCUMENTS // 2)}, "u": {"$set": {field: value}}}
                link.command("t", {"update": name, "updates": [change]})
    except (OSError, EOFError):
        pass


def ids(link, name, condition, hint):
    query = {"find": name, "filter": {**condition, "kept": True}, "hint": hint, "batchSize": 100_000}
    query["projection"] = {"_id": 1}
    answer = link.command("t", query)
    return sorted(found["_id"] for found in answer["cursor"]["firstBatch"])


def verify(port, name, kept):
    """Gives how many had not expired before the kill, or soon after."""
    with Connection(port) as link:
        left = link.command("t", {"count": name, "query": {"kept": False}})["n"]
        lost = kept - set(ids(link, name, {}, {"$natural": 1}))
        if lost:
            raise Failure(f"{len(lost)} documents are gone that were not due, such as {min(lost)}")
        for index, filters in FILTERS.items():
            for condition in filters:
                found, scanned = ids(link, name, condition, index), ids(link, name, condition, {"$natural": 1})
                if found != scanned:
                    raise Failure(f"{condition}: {index} finds {found}, a scan {scanned}")
        end = time.monotonic() + 10
        while link.command("t", {"count": name, "query": {"kept": False}})["n"] > 0:
            if time.monotonic() > end:
                raise Failure("what is due is still there")
            time.sleep(0.05)
    return left


def one_round(server, name, chance):
    kept = fill(server.port, name, chance)
    server.kill()
    server.start_or_fail()  # begins with a pass over what is due
    threads = [
        threading.Thread(target=write, args=(server.port, name, n, random.Random(chance.random()), kept))
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.02, 0.3))
    server.kill()
    for thread in threads:
        thread.join()
    server.check_or_fail()
    server.start_or_fail()
    left = verify(server.port, name, kept)
    return 0 < left < DOCUMENTS // 2


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    try:
        with CairnServer() as server:
            server.start_or_fail()
            midway = sum(one_round(server, f"c{n}", chance) for n in range(options.rounds))
            server.stop_or_fail()
            server.check_or_fail()
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"{options.rounds} kills, {midway} amid a pass: nothing gone too early, every index sound")
    return 0


if __name__ == "__main__":
    sys.exit(main())
