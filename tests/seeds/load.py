#!/usr/bin/env python3
"""Loads the collections of the five systems through PyMongo, `--documents` in total.

Each collection is inserted in order by one process, so its natural order is known; the collections
are shared out over `--processes`. Prints rates. Example:
  load.py --uri mongodb://localhost:27017 --documents 200000
"""

import argparse
import os
import sys
import time
from multiprocessing import get_context

try:
    from pymongo import MongoClient
except ImportError:
    print("SKIP: PyMongo is not installed")
    sys.exit(77)

from systems import SYSTEMS, documents, sizes_for


def load_collection(task):
    """Returns (system, collection, documents, seconds)."""
    uri, seed, sizes, system, name, batch = task
    started = time.monotonic()
    with MongoClient(uri) as client:
        collection = client[system][name]
        pending, sent = [], 0
        for document in documents(seed, sizes, system, name):
            pending.append(document)
            if len(pending) == batch:
                sent += len(collection.insert_many(pending).inserted_ids)
                pending = []
        if pending:
            sent += len(collection.insert_many(pending).inserted_ids)
    return system, name, sent, time.monotonic() - started


def load(uri, total, seed, processes=2, batch=1000, chosen=tuple(SYSTEMS)):
    """Empties the chosen systems' databases and fills them; returns the sizes of all collections.

    `total` counts all five systems, so that a collection is the same whichever are chosen."""
    sizes = sizes_for(total)
    total = sum(sum(sizes[system].values()) for system in chosen)
    with MongoClient(uri) as client:
        for system in chosen:
            client.drop_database(system)
    tasks = [
        (uri, seed, sizes, system, name, batch) for system in chosen for name in sizes[system]
    ]
    tasks.sort(
        key=lambda task: -sizes[task[3]][task[4]] * (10 if "knowledge_chunks" in task else 1)
    )
    started, done = time.monotonic(), 0
    with get_context("spawn").Pool(processes) as pool:
        for system, name, sent, seconds in pool.imap_unordered(load_collection, tasks):
            done += sent
            if sent != sizes[system][name]:
                raise RuntimeError(
                    f"{system}.{name}: {sent} inserted, {sizes[system][name]} generated"
                )
            print(
                f"  {system}.{name}: {sent} documents, {sent / seconds:,.0f}/s; {done} of {total}",
                flush=True,
            )
    seconds = time.monotonic() - started
    print(
        f"loaded {done} documents in {seconds:.1f} s: {done / seconds:,.0f}/s by {processes} processes"
    )
    if done != total:
        raise RuntimeError(f"{done} documents loaded, {total} wanted")
    return sizes


def arguments(description):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--uri", default=os.environ.get("CAIRN_URI", "mongodb://localhost:27017"))
    parser.add_argument("--documents", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=20250301)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1000)
    return parser


if __name__ == "__main__":
    options = arguments(__doc__).parse_args()
    load(options.uri, options.documents, options.seed, options.processes, options.batch)
