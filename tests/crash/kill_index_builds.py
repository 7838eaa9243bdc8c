#!/usr/bin/env python3
"""Kills the server while indexes are built and dropped beside writers, and proves every index afterwards.

Each round: two writers insert, update (arrays among it) and delete; a builder makes and drops indexes
of every kind; after a moment the process dies. Then `cairn check` looks up every document in every
index and back, and the next start must show the indexes that were acknowledged, and no half-built one.
"""

import argparse
import random
import sys
import threading
import time

from server import CairnServer, Failure
from wire import CommandError, Connection

DOCUMENTS = 4000

INDEXES = {
    "a": {"key": {"a": 1}},
    "tags_a": {"key": {"tags": 1, "a": -1}},
    "key": {"key": {"key": 1}, "unique": True},
    "sparse": {"key": {"late": 1}, "sparse": True},
    "partial": {"key": {"a": 1, "key": 1}, "partialFilterExpression": {"a": {"$gt": 500}}},
    "hashed": {"key": {"key": "hashed"}},
    "wild": {"key": {"$**": 1}},
    "text": {"key": {"words": "text"}},
}
# The one that $vectorSearch asks.
SEARCH = "near"
FIELDS = [{"type": "vector", "path": "v", "numDimensions": 8, "similarity": "euclidean"}]
WORDS = ["tea", "coffee", "cocoa", "water", "milk", "juice"]


def vector(chance):
    return [chance.random() for _ in range(chance.choice([8, 8, 8, 7]))]


def document(number, chance):
    made = {"_id": number, "key": number, "a": chance.randrange(1000)}
    made["tags"] = [chance.randrange(20) for _ in range(chance.randrange(4))]
    made["words"] = " ".join(chance.choices(WORDS, k=3))
    made["v"] = vector(chance)
    if chance.random() < 0.3:
        made["late"] = [{"x": 1}, [1, 2]][: chance.randrange(3)]
    return made


def fill(port, chance):
    with Connection(port) as link:
        link.command("t", {"drop": "c"}) if count(link) else None
        for start in range(0, DOCUMENTS, 1000):
            documents = [document(number, chance) for number in range(start, start + 1000)]
            link.command("t", {"insert": "c", "documents": documents})


def count(link):
    return link.command("t", {"count": "c"})["n"]


def write(port, number, chance, end):
    """Until the connection breaks: the server is killed under it."""
    fresh = DOCUMENTS * 10 * (number + 1)
    try:
        with Connection(port) as link:
            while not end.is_set():
                fresh += 1
                some = chance.randrange(DOCUMENTS)
                link.command("t", {"insert": "c", "documents": [document(fresh, chance)]})
                change = {"$set": {"a": chance.randrange(1000), "tags": [some, fresh], "v": vector(chance)}}
                link.command("t", {"update": "c", "updates": [{"q": {"_id": some}, "u": change}]})
                gone = {"q": {"_id": chance.randrange(DOCUMENTS)}, "limit": 1}
                link.command("t", {"delete": "c", "deletes": [gone]})
    except (OSError, EOFError):
        pass


def make(link, name):
    if name == SEARCH:
        index = {"name": name, "type": "vectorSearch", "definition": {"fields": FIELDS}}
        link.command("t", {"createSearchIndexes": "c", "indexes": [index]})
    else:
        link.command("t", {"createIndexes": "c", "indexes": [{"name": name, **INDEXES[name]}]})


def remove(link, name):
    if name == SEARCH:
        link.command("t", {"dropSearchIndex": "c", "name": name})
    else:
        link.command("t", {"dropIndexes": "c", "index": name})


def build(port, chance, state, end):
    """Makes and drops indexes; `state` says of each name what was acknowledged, or None: unknown."""
    try:
        with Connection(port) as link:
            while not end.is_set():
                name = chance.choice([*INDEXES, SEARCH])
                there, state[name] = state[name], None
                remove(link, name) if there else make(link, name)
                state[name] = not there
    except (OSError, EOFError):
        pass
    except CommandError as error:
        state["error"] = str(error)


def verify(server, state):
    with Connection(server.port) as link:
        listed = link.command("t", {"listIndexes": "c"})["cursor"]["firstBatch"]
        names = {index["name"] for index in listed}
        stages = [{"$indexStats": {}}]
        rows = link.command("t", {"aggregate": "c", "pipeline": stages, "cursor": {}})
        building = [row["name"] for row in rows["cursor"]["firstBatch"] if row.get("building")]
        stages = [{"$listSearchIndexes": {}}]
        rows = link.command("t", {"aggregate": "c", "pipeline": stages, "cursor": {}})
        for row in rows["cursor"]["firstBatch"]:
            names.add(row["name"])
            if row["status"] != "READY":
                building.append(row["name"])
    if building:
        raise Failure(f"half-built after a start: {building}")
    for name in state:
        if state[name] is not None and state[name] != (name in names):
            raise Failure(f"index {name}: acknowledged {state[name]}, listed {names}")
        state[name] = name in names


def one_round(server, chance, state):
    end = threading.Event()
    threads = [
        threading.Thread(target=write, args=(server.port, n, random.Random(chance.random()), end))
        for n in range(2)
    ]
    threads.append(
        threading.Thread(
            target=build, args=(server.port, random.Random(chance.random()), state, end)
        )
    )
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.05, 0.8))
    server.kill()
    end.set()
    for thread in threads:
        thread.join()
    if "error" in state:
        raise Failure(state["error"])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    state = dict.fromkeys([*INDEXES, SEARCH], False)
    try:
        with CairnServer() as server:
            server.start_or_fail()
            fill(server.port, chance)
            for number in range(options.rounds):
                one_round(server, chance, state)
                server.check_or_fail()
                server.start_or_fail()
                verify(server, state)
                if number % 5 == 4:
                    fill(server.port, chance)
                    state = dict.fromkeys([*INDEXES, SEARCH], False)
            server.stop_or_fail()
            server.check_or_fail()
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"{options.rounds} kills, every index sound after each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
