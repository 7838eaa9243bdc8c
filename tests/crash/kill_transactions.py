#!/usr/bin/env python3
"""Money that moves between accounts, and numbers that are given once, in transactions under SIGKILL;
beside them consumers of change streams that go on where they were.

Each transfer changes two accounts, takes the next number of one counter, and writes a receipt. What
must hold after every kill: the sum of the money; no number twice and none left out; every receipt
whose commit was acknowledged; of the others the whole transfer or nothing of it. Each consumer (one
by PyMongo's own resuming, one that opens a new stream with its last token after each kill, one that
matches and projects) sees every event once, in the order of the commits, those of one transaction
with one time. The seed is printed.
"""

import random
import sys
import threading
import time

import clients_python  # noqa: F401 (first: it finds an interpreter with PyMongo)
from pymongo import MongoClient, ReturnDocument
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from server import CairnServer, Failure, load_parser, run_seeded

DATABASE = "bank"
ACCOUNTS, MONEY = 12, 1000
LAST = "end"  # the event at which consumers stop


def connect(server, **options):
    return MongoClient(
        f"mongodb://127.0.0.1:{server.port}/",
        serverSelectionTimeoutMS=60000,
        heartbeatFrequencyMS=500,
        **options,
    )


def transfer(db, session, chance, name):
    """The body of one transaction. Gives the number that it took."""
    source, target = chance.sample(range(ACCOUNTS), 2)
    amount = chance.randint(1, 20)
    paid = db.accounts.find_one_and_update(
        {"_id": source, "money": {"$gte": amount}}, {"$inc": {"money": -amount}}, session=session
    )
    if paid is None:
        amount = 0
    else:
        db.accounts.update_one({"_id": target}, {"$inc": {"money": amount}}, session=session)
    counter = db.counters.find_one_and_update(
        {"_id": "receipts"},
        {"$inc": {"n": 1}},
        session=session,
        return_document=ReturnDocument.AFTER,
    )
    receipt = {"_id": counter["n"], "by": name, "amount": amount}
    db.receipts.insert_one(receipt, session=session)
    return counter["n"]


class Teller:
    """Makes one transfer after the other and knows which were acknowledged."""

    def __init__(self, number, seed):
        self.number, self.chance = number, random.Random(seed * 1000 + number)
        self.serial = 0
        self.acknowledged, self.unsure = {}, set()
        self.failure = None

    def run(self, client, stop):
        try:
            with client.start_session() as session:
                while not stop.is_set():
                    self.serial += 1
                    self.one_transfer(client[DATABASE], session, f"{self.number}.{self.serial}")
        except Exception as error:  # noqa: BLE001
            self.failure = f"teller {self.number}: {type(error).__name__}: {error}"

    def one_transfer(self, db, session, name):
        numbers = []

        def body(within):
            numbers.append(transfer(db, within, self.chance, name))

        try:
            session.with_transaction(body)
            self.acknowledged[name] = numbers[-1]
        except ConnectionFailure:
            self.unsure.add(name)
        except PyMongoError as error:
            labels = getattr(error, "_error_labels", ())
            if not labels:
                raise
            self.unsure.add(name)


class Consumer:
    """Follows a stream until the last event; keeps what it was told."""

    def __init__(self, server, start, pipeline=(), by_itself=True):
        self.server, self.start = server, start
        self.pipeline, self.by_itself = list(pipeline), by_itself
        self.events, self.token, self.opened = [], None, 0
        self.failure = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            with connect(self.server) as client:
                while not self.follow(client):
                    pass
        except Exception as error:  # noqa: BLE001
            self.failure = f"a consumer: {type(error).__name__}: {error}"

    def follow(self, client):
        place = (
            {"resume_after": self.token}
            if self.token
            else {"start_at_operation_time": self.start}
        )
        try:
            with client[DATABASE].watch(self.pipeline, max_await_time_ms=500, **place) as stream:
                self.opened += 1
                before = self.server.kills
                while True:
                    event = stream.try_next()
                    if event is not None:
                        self.events.append(event)
                        if event["documentKey"]["_id"] == LAST:
                            return True
                    self.token = stream.resume_token
                    # One that is told by nobody to resume begins anew.
                    if not self.by_itself and self.server.kills != before:
                        return False
        except ConnectionFailure:
            return False
        except OperationFailure as error:
            if error.has_error_label("ResumableChangeStreamError"):
                return False
            raise


class Server(CairnServer):
    kills = 0

    def kill_and_start(self):
        self.expect_running()
        self.kill()
        self.kills += 1
        self.start_or_fail()


def verify_money(client, tellers):
    db = client[DATABASE]
    # Before the snapshot: the tellers go on meanwhile.
    acknowledged = [item for teller in tellers for item in list(teller.acknowledged.items())]
    with client.start_session(snapshot=True) as session:
        accounts = list(db.accounts.find({}, session=session))
        counter = db.counters.find_one({}, session=session)["n"]
        receipts = {one["_id"]: one for one in db.receipts.find({}, session=session)}
    total = sum(one["money"] for one in accounts)
    if total != ACCOUNTS * MONEY or any(one["money"] < 0 for one in accounts):
        raise Failure(f"the accounts hold {total} in all: {accounts}")
    if set(receipts) != set(range(1, counter + 1)):
        raise Failure(f"{counter} numbers were given, the receipts have others")
    names = {one["by"] for one in receipts.values()}
    if len(names) != len(receipts):
        raise Failure("a transfer has two receipts")
    for name, number in acknowledged:
        if receipts.get(number, {}).get("by") != name:
            raise Failure(f"{name} was acknowledged with {number}: {receipts.get(number)}")
    return receipts


def shape(event):
    """What must be the same whoever is told."""
    return (
        event["_id"]["_data"],
        event["operationType"],
        event.get("ns", {}).get("coll"),
        event["documentKey"]["_id"],
        event["clusterTime"],
    )


def verify_events(consumer, wanted):
    seen = [shape(event) for event in consumer.events]
    if seen == wanted:
        return
    double = len(seen) - len(set(seen))
    missing = [one for one in wanted if one not in set(seen)]
    raise Failure(
        f"a consumer was told {len(seen)} events instead of {len(wanted)}: {double} twice, "
        f"{len(missing)} not: {missing[:3]}"
    )


def verify_transactions(events, receipts):
    """The events of one transaction are together, with one time, and whole."""
    at = 0
    seen = []
    while at < len(events) and events[at]["documentKey"]["_id"] != LAST:
        first = events[at]
        run = [one for one in events[at : at + 4] if one["clusterTime"] == first["clusterTime"]]
        names = {(str(one["lsid"]), one["txnNumber"]) for one in run}
        inserted = [one["fullDocument"] for one in run if one["operationType"] == "insert"]
        if len(names) != 1 or len(inserted) != 1:
            raise Failure(f"no whole transaction: {run}")
        changed = 4 if inserted[0]["amount"] else 2
        if len(run) != changed or [one["ns"]["coll"] for one in run[-2:]] != ["counters", "receipts"]:
            raise Failure(f"{changed} events belong together: {run}")
        seen.append(inserted[0]["_id"])
        at += changed
    if seen != sorted(receipts):
        raise Failure("the receipts of the events are not those of the collection, in their order")


def prepare(client):
    db = client[DATABASE]
    db.accounts.insert_many([{"_id": number, "money": MONEY} for number in range(ACCOUNTS)])
    db.counters.insert_one({"_id": "receipts", "n": 0})
    db.create_collection("receipts")
    return client.admin.command("ping")["operationTime"]


def run_rounds(options, chance):
    with Server(options.server_arg) as server:
        server.start_or_fail()
        with connect(server) as client:
            operation_time = prepare(client)
            start = type(operation_time)(operation_time.time, operation_time.inc + 1)
            inserts = [
                {"$match": {"operationType": "insert", "ns.coll": "receipts"}},
                {"$project": {"operationType": 1, "ns": 1, "documentKey": 1, "clusterTime": 1}},
            ]
            consumers = [
                Consumer(server, start),
                Consumer(server, start, by_itself=False),
                Consumer(server, start, by_itself=False),
                Consumer(server, start, inserts),
            ]
            tellers = [Teller(number, options.seed) for number in range(options.workers)]
            stop = threading.Event()
            threads = [
                threading.Thread(target=teller.run, args=(client, stop), daemon=True)
                for teller in tellers
            ]
            for thread in threads:
                thread.start()
            for number in range(options.rounds):
                time.sleep(chance.uniform(0.1, options.seconds))
                server.kill_and_start()
                verify_money(client, tellers)
                report(number, tellers, consumers)
            stop.set()
            for thread in threads:
                thread.join(120)
            finish(client, tellers, consumers, start)
        server.stop_or_fail()
        server.check_or_fail()


def finish(client, tellers, consumers, start):
    receipts = verify_money(client, tellers)
    sure = sum(len(teller.acknowledged) for teller in tellers)
    unsure = {name for teller in tellers for name in teller.unsure}
    strange = {one["by"] for one in receipts.values()} - unsure
    strange -= {name for teller in tellers for name in teller.acknowledged}
    if strange:
        raise Failure(f"transfers that nobody made: {strange}")
    db = client[DATABASE]
    db.receipts.insert_one({"_id": LAST})
    with db.watch(start_at_operation_time=start) as stream:
        events = []
        while not events or events[-1]["documentKey"]["_id"] != LAST:
            events.append(stream.next())
    wanted = [shape(event) for event in events]
    for consumer in consumers:
        consumer.thread.join(120)
    for failing in [*tellers, *consumers]:
        if failing.failure:
            raise Failure(failing.failure)
    for consumer in consumers[:3]:
        verify_events(consumer, wanted)
    verify_events(consumers[3], [one for one in wanted if one[1:3] == ("insert", "receipts")])
    verify_transactions(events, receipts)
    print(
        f"{sure} transfers acknowledged, {len(unsure)} unsure, {len(receipts)} receipts, "
        f"{len(events)} events, each told once to {len(consumers)} consumers"
    )
    if sure < 100 or consumers[1].opened < 2:
        raise Failure("too little was done for this run to prove anything")


def report(number, tellers, consumers):
    print(
        f"kill {number + 1}: {sum(len(t.acknowledged) for t in tellers)} transfers acknowledged, "
        f"events told: {[len(c.events) for c in consumers]}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(
        run_seeded(
            load_parser(__doc__, rounds=8, seconds=2, workers=4),
            lambda options: run_rounds(options, random.Random(options.seed)),
        )
    )
