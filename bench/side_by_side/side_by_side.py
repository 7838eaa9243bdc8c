#!/usr/bin/env python3
"""The same pipelines on two servers in turn: figures, and the first one's as a ratio of the second one's.

    bench/side_by_side/side_by_side.py mongodb://… mongodb://… [--documents 100000] [--rounds 5] [--only NAME,…]

Needs PyMongo. Both servers get the same documents of some 500 bytes, in the collection `side_by_side.work`, which is
dropped before and after. What is timed is the server's work: each pipeline gives few or small results. The servers
take turns within a round, and the medians of the rounds are printed, since machines differ from minute to minute.
"""

import argparse
import datetime
import json
import random
import statistics
import sys
import time

from pymongo import MongoClient

DATABASE = "side_by_side"
BATCH = 1000
BEGIN = datetime.datetime(2024, 1, 1)


def document(number, chance):
    return {
        "_id": number,
        "user": f"u{chance.randrange(1000)}",
        "status": ("pending", "done", "failed")[number % 3],
        "n": chance.randrange(1_000_000),
        "x": chance.random() * 100,
        "tags": [f"a{number % 7}", f"b{number % 11}"],
        "created": BEGIN + datetime.timedelta(seconds=number),
        "meta": {"priority": number % 5, "source": "api"},
        "pad": "x" * 300,
    }


RUNNING = {"$sum": "$n", "window": {"documents": ["unbounded", "current"]}}
MOVING = {"$avg": "$x", "window": {"documents": [-9, 0]}}
COUNT = {"$count": "documents"}
WORK = {
    "scan with a filter": [{"$match": {"x": {"$gt": 99.9}}}, COUNT],
    "group by 1000": [
        {"$group": {"_id": "$user", "sum": {"$sum": "$n"}, "average": {"$avg": "$x"}}}
    ],
    "sort and limit 100": [{"$sort": {"n": -1}}, {"$limit": 100}, {"$project": {"n": 1}}],
    "window, running sum": [
        {
            "$setWindowFields": {
                "partitionBy": "$user",
                "sortBy": {"created": 1},
                "output": {"running": RUNNING},
            }
        },
        {"$group": {"_id": None, "last": {"$max": "$running"}}},
    ],
    "window, moving average": [
        {
            "$setWindowFields": {
                "partitionBy": "$user",
                "sortBy": {"created": 1},
                "output": {"moving": MOVING},
            }
        },
        {"$group": {"_id": None, "most": {"$max": "$moving"}}},
    ],
    "window, rank": [
        {
            "$setWindowFields": {
                "partitionBy": "$status",
                "sortBy": {"n": 1},
                "output": {"rank": {"$rank": {}}},
            }
        },
        {"$group": {"_id": None, "most": {"$max": "$rank"}}},
    ],
    "facet of three": [
        {
            "$facet": {
                "by_status": [{"$sortByCount": "$status"}],
                "by_priority": [{"$group": {"_id": "$meta.priority", "x": {"$avg": "$x"}}}],
                "best": [{"$sort": {"x": -1}}, {"$limit": 10}, {"$project": {"x": 1}}],
            }
        }
    ],
    "bucketAuto of 10": [{"$bucketAuto": {"groupBy": "$x", "buckets": 10}}],
    "bucketAuto of 100, with sums": [
        {
            "$bucketAuto": {
                "groupBy": "$n",
                "buckets": 100,
                "output": {"count": {"$sum": 1}, "x": {"$avg": "$x"}},
            }
        }
    ],
}
# Field, filter.
DISTINCT = {
    "distinct of 1000": ("user", {}),
    "distinct of an array": ("tags", {}),
    "distinct with a filter": ("user", {"x": {"$gt": 50}}),
}


def load(collection, count):
    chance = random.Random(42)
    collection.drop()
    for begin in range(0, count, BATCH):
        numbers = range(begin, min(begin + BATCH, count))
        collection.insert_many([document(number, chance) for number in numbers], ordered=False)


def run(collection, name):
    if name in WORK:
        return list(collection.aggregate(WORK[name], allowDiskUse=True))
    field, wanted = DISTINCT[name]
    return collection.distinct(field, wanted)


def seconds(collection, name):
    begin = time.perf_counter()
    run(collection, name)
    return time.perf_counter() - begin


def measure(collections, names, rounds):
    taken = {name: [[] for _ in collections] for name in names}
    for name in names:
        for collection in collections:
            run(collection, name)  # once, unmeasured
    for _ in range(rounds):
        for name in names:
            for place, collection in enumerate(collections):
                taken[name][place].append(seconds(collection, name))
    return taken


def figures(taken, count):
    lines = []
    for name, both in taken.items():
        rates = [count / statistics.median(times) for times in both]
        lines.append({"name": name, "rates": rates, "ratio": rates[0] / rates[1]})
    return lines


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("uris", nargs=2, metavar="mongodb://…")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    names = [name for name in [*WORK, *DISTINCT] if name in (options.only or name)]
    clients = [MongoClient(uri, retryWrites=False) for uri in options.uris]
    collections = [client[DATABASE]["work"] for client in clients]
    for collection in collections:
        load(collection, options.documents)
    lines = figures(measure(collections, names, options.rounds), options.documents)
    print(f"{'documents/s':<32}{'first':>12}{'second':>12}{'ratio':>8}")
    for line in lines:
        first, second = line["rates"]
        print(f"{line['name']:<32}{first:>12,.0f}{second:>12,.0f}{line['ratio']:>8.2f}")
    if options.json:
        with open(options.json, "w") as out:
            json.dump(lines, out, indent=1)
    for client in clients:
        client.drop_database(DATABASE)
        client.close()


if __name__ == "__main__":
    sys.exit(main())
