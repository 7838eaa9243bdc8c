#!/usr/bin/env python3
"""List-append transactions of concurrent PyMongo clients, judged by the checker (checker.py).

    run.py [--seconds N] [--threads N] [--kills N] [--weaken]

--kills: the server dies by SIGKILL so often meanwhile, and starts again. --weaken: reads and appends
outside transactions, as if there were none: the run then passes only if the checker finds that.
"""

import argparse
import os
import pathlib
import random
import sys
import threading
import time
from collections import Counter
from itertools import count

import pymongo
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

from checker import Transaction, check  # noqa: E402
from support import restart_server  # noqa: E402

KEYS = 6
OPERATIONS = 4
TRANSIENT = "TransientTransactionError"


class Worker(threading.Thread):
    """One client, one session at a time."""

    def __init__(self, number, until, numbers, weaken, seed):
        super().__init__()
        self.number, self.until, self.numbers, self.weaken = number, until, numbers, weaken
        self.random = random.Random(seed * 1000 + number)
        self.history, self.error = [], None

    def run(self):
        try:
            client = pymongo.MongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=20000)
            while time.monotonic() < self.until:
                self._transaction(client)
            client.close()
        except Exception as error:  # noqa: BLE001
            self.error = error

    def _operations(self):
        for _ in range(self.random.randint(1, OPERATIONS)):
            key = self.random.randrange(KEYS)
            yield ("append", key, next(self.numbers)) if self.random.random() < 0.5 else ("read", key)

    def _transaction(self, client):
        ops = []
        with client.start_session() as session:
            if not self.weaken:
                session.start_transaction()
            outcome = self._body(client, session, ops)
            if outcome == "ok" and not self.weaken:
                outcome = self._commit(session)
        self.history.append(Transaction(f"t{self.number}.{len(self.history)}", outcome, ops))

    def _body(self, client, session, ops):
        lists = client.isolation.lists
        within = None if self.weaken else session
        try:
            for kind, key, *number in self._operations():
                if kind == "append" and not self.weaken:
                    ops.append(("append", key, number[0]))
                    push = {"$push": {"list": number[0]}}
                    lists.update_one({"_id": key}, push, upsert=True, session=within)
                    continue
                found = (lists.find_one({"_id": key}, session=within) or {}).get("list", [])
                ops.append(("read", key, found))
                if kind == "append":  # what an application does that knows no transactions
                    ops.append(("append", key, number[0]))
                    lists.update_one({"_id": key}, {"$set": {"list": [*found, number[0]]}}, upsert=True)
            return "ok"
        except (OperationFailure, ConnectionFailure):
            return "info" if self.weaken else "fail"

    def _commit(self, session):
        for _ in range(50):
            try:
                session.commit_transaction()
                return "ok"
            except PyMongoError as error:
                if error.has_error_label(TRANSIENT):
                    return "fail"
                if not error.has_error_label("UnknownTransactionCommitResult"):
                    return "info"
                time.sleep(0.1)
        return "info"


def play(options):
    client = pymongo.MongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=20000)
    client.drop_database("isolation")
    client.isolation.lists.insert_many([{"_id": key, "list": []} for key in range(KEYS)])
    until = time.monotonic() + options.seconds
    numbers = count(1)
    workers = [
        Worker(i, until, numbers, options.weaken, options.seed) for i in range(options.threads)
    ]
    for worker in workers:
        worker.start()
    for _ in range(options.kills):
        time.sleep(options.seconds / (options.kills + 1))
        restart_server("kill")
    for worker in workers:
        worker.join()
        if worker.error:
            raise worker.error
    last = [("read", one["_id"], one["list"]) for one in client.isolation.lists.find()]
    history = [one for worker in workers for one in worker.history]
    return [*history, Transaction("last", "ok", last)]


def lost(history):
    """Acknowledged appends that the last read has not."""
    last = {key: set(numbers) for _, key, numbers in history[-1].ops}
    for one in history:
        for kind, key, number in one.ops:
            if one.outcome == "ok" and kind == "append" and number not in last.get(key, ()):
                yield f"lost: {number}, appended to {key} by {one.name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=6)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--weaken", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    history = play(options)
    found = check(history) + list(lost(history))
    outcomes = Counter(one.outcome for one in history)
    print(f"{len(history)} transactions: {dict(outcomes)}; {len(found)} anomalies", flush=True)
    for one in found[:10]:
        print(f"  {one}")
    if outcomes["ok"] < 20:
        print("FAILED: too few transactions to say anything")
        return 1
    if options.weaken:
        print("passed: the checker sees it" if found else "FAILED: the checker is blind")
        return 0 if found else 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
