"""The mixed write load of kill_nine: each worker owns a database, knows what it must hold, and
notes before each write what that write may have done if no answer comes.
"""

import random
import threading

from bson import ObjectId
from bson.int64 import Int64
from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError
from pymongo.write_concern import WriteConcern

from oracle import Model, PendingCatalog, PendingDocuments
from server import Failure

MAX_DOCUMENTS = 900
MAX_COLLECTIONS = 4
CONCERNS = (
    WriteConcern(),
    WriteConcern(),
    WriteConcern(),
    WriteConcern(j=True),
    WriteConcern("majority"),
)


class Worker:
    """One client thread's writes to its own database; `pending` is what was never answered."""

    def __init__(self, number, seed):
        self.number = number
        self.random = random.Random(f"{seed}/worker {number}")
        self.database = f"crash_{number}"
        self.model = Model()
        self.pending = []
        self.serial = 0
        self.acknowledged = 0
        self.failure = None

    def run(self, client, stop, shared):
        """Writes until told to stop or until the server is gone."""
        self.client, self.shared = client, shared
        try:
            while not stop.is_set():
                self.pending = []
                self.step()
                self.acknowledged += 1
            self.pending = []
        except AutoReconnect:  # the server is gone: what is pending stays pending
            pass
        except BulkWriteError as error:
            self.failure = f"worker {self.number}: {error.details}"
        except Exception as error:  # anything else is a wrong answer
            self.failure = f"worker {self.number}: {type(error).__name__}: {error}"

    def step(self):
        kind = self.random.choices(STEPS, WEIGHTS)[0]
        kind(self)

    # What the steps are made of.

    def collection(self):
        """A collection of this worker's, through a random write concern."""
        names = sorted(self.model.collections)
        if not names:
            self.create()
            names = sorted(self.model.collections)
        name = self.random.choice(names)
        handle = self.client[self.database].get_collection(
            name, write_concern=self.random.choice(CONCERNS)
        )
        return name, self.model.collections[name], handle

    def document(self):
        self.serial += 1
        kind = self.serial % 3
        text = f"{self.number}.{self.serial}"
        key = (
            ObjectId(f"{self.number:08x}{self.serial:016x}")
            if kind == 0
            else text
            if kind == 1
            else self.serial
        )
        size = self.random.choice((10, 100, 300, 900)) if self.random.random() < 0.99 else 200_000
        return {
            "_id": key,
            "group": self.random.randrange(20),
            "n": self.random.choice((1, 1.5, Int64(1))),
            "body": (text + "·é漢") * (size // 8),
            "list": [self.serial],
        }

    def some_keys(self, docs, most):
        keys = list(docs)
        return self.random.sample(keys, min(len(keys), 1 + self.random.randrange(most)))

    def note(self, name, docs, after, ordered=False):
        """REQUIRES: called before the request is sent."""
        pending = PendingDocuments(name, {key: docs.get(key) for key in after}, after, ordered)
        self.pending = [pending]
        return pending

    def done(self, got=None, expected=None):
        """The server acknowledged: its counts must be right, and the model moves on."""
        if got != expected:
            raise Failure(f"the answer counts {got}, must count {expected}")
        for pending in self.pending:
            self.model.apply(pending)
        self.pending = []

    # The steps.

    def insert_one(self):
        name, docs, handle = self.collection()
        document = self.document()
        self.note(name, docs, {document["_id"]: document})
        self.done(handle.insert_one(document).inserted_id, document["_id"])

    def insert_many(self):
        name, docs, handle = self.collection()
        if len(docs) > MAX_DOCUMENTS:
            return self.delete_many()
        batch = [self.document() for _ in range(2 + self.random.randrange(60))]
        ordered = self.random.random() < 0.7
        self.note(name, docs, {document["_id"]: document for document in batch}, ordered)
        self.done(len(handle.insert_many(batch, ordered=ordered).inserted_ids), len(batch))

    def update_one(self):
        name, docs, handle = self.collection()
        for key in self.some_keys(docs, 1):
            after = grown(docs[key], self.serial)
            self.note(name, docs, {key: after})
            result = handle.update_one(
                {"_id": key},
                {"$inc": {"n": 1}, "$push": {"list": self.serial}, "$set": {"seen": True}},
            )
            self.done([result.matched_count, result.modified_count], [1, 1])

    def upsert(self):
        name, docs, handle = self.collection()
        self.serial += 1
        key = f"upsert {self.number}.{self.serial}"
        self.note(name, docs, {key: {"_id": key, "group": 1, "n": 7}})
        result = handle.update_one(
            {"_id": key}, {"$inc": {"n": 7}, "$setOnInsert": {"group": 1}}, upsert=True
        )
        self.done(result.upserted_id, key)

    def replace_one(self):
        name, docs, handle = self.collection()
        for key in self.some_keys(docs, 1):
            after = dict(self.document(), _id=key)
            self.note(name, docs, {key: after})
            self.done(handle.replace_one({"_id": key}, after).matched_count, 1)

    def find_and_modify(self):
        name, docs, handle = self.collection()
        for key in self.some_keys(docs, 1):
            after = grown(docs[key], self.serial)
            self.note(name, docs, {key: after})
            change = {"$inc": {"n": 1}, "$push": {"list": self.serial}, "$set": {"seen": True}}
            got = handle.find_one_and_update(
                {"_id": key}, change, return_document=ReturnDocument.AFTER
            )
            self.done(got, after)

    def find_and_delete(self):
        name, docs, handle = self.collection()
        for key in self.some_keys(docs, 1):
            before = docs[key]
            self.note(name, docs, {key: None})
            self.done(handle.find_one_and_delete({"_id": key}), before)

    def delete_one(self):
        name, docs, handle = self.collection()
        for key in self.some_keys(docs, 1):
            self.note(name, docs, {key: None})
            self.done(handle.delete_one({"_id": key}).deleted_count, 1)

    def update_many(self):
        name, docs, handle = self.collection()
        group = self.random.randrange(20)
        mine = [key for key, document in docs.items() if document["group"] == group]
        self.note(name, docs, {key: grown(docs[key], self.serial) for key in mine})
        result = handle.update_many(
            {"group": group},
            {"$inc": {"n": 1}, "$push": {"list": self.serial}, "$set": {"seen": True}},
        )
        self.done(result.modified_count, len(mine))

    def delete_many(self):
        name, docs, handle = self.collection()
        keys = self.some_keys(docs, 200)
        self.note(name, docs, {key: None for key in keys})
        self.done(handle.delete_many({"_id": {"$in": keys}}).deleted_count, len(keys))

    def bulk(self):
        """Inserts, updates, replacements and deletes of different documents in one ordered bulk."""
        name, docs, handle = self.collection()
        after, requests = {}, []
        for key in self.some_keys(docs, 12):
            fate = self.random.randrange(3)
            if fate == 0:
                after[key] = grown(docs[key], self.serial)
                requests.append(
                    UpdateOne(
                        {"_id": key},
                        {"$inc": {"n": 1}, "$push": {"list": self.serial}, "$set": {"seen": True}},
                    )
                )
            elif fate == 1:
                after[key] = {"_id": key, "group": 3, "n": Int64(self.serial)}
                requests.append(ReplaceOne({"_id": key}, after[key]))
            else:
                after[key] = None
                requests.append(DeleteOne({"_id": key}))
        for document in [self.document() for _ in range(3)]:
            after[document["_id"]] = document
            requests.append(InsertOne(document))
        self.note(name, docs, after, ordered=True)
        result = handle.bulk_write(requests, ordered=True)
        self.done(
            [result.inserted_count, result.deleted_count],
            [3, sum(document is None for document in after.values())],
        )

    def create(self):
        self.serial += 1
        name = f"made_{self.serial}"
        if len(self.model.collections) >= MAX_COLLECTIONS:
            return self.drop()
        self.pending = [PendingCatalog({name: None}, {name: {}})]
        self.client[self.database].create_collection(name)
        self.done()

    def drop(self):
        name, docs, handle = self.collection()
        self.pending = [PendingCatalog({name: docs}, {name: None})]
        handle.drop()
        self.done()

    def rename(self):
        name, docs, handle = self.collection()
        others = [other for other in self.model.collections if other != name]
        self.serial += 1
        target = (
            self.random.choice(others)
            if others and self.random.random() < 0.4
            else f"renamed_{self.serial}"
        )
        before = {name: docs, target: self.model.collections.get(target)}
        self.pending = [PendingCatalog(before, {name: None, target: docs})]
        handle.rename(target, dropTarget=target in others)
        self.done()

    def drop_database(self):
        """Each collection by itself is there or gone: MongoDB promises no more."""
        self.pending = [
            PendingCatalog({name: docs}, {name: None})
            for name, docs in self.model.collections.items()
        ]
        self.client.drop_database(self.database)
        self.done()

    def count_shared(self):
        self.shared.count(self.client, self.number)

    def claim_shared(self):
        self.shared.claim(self.client, self.number)


STEPS, WEIGHTS = zip(
    (Worker.insert_one, 14),
    (Worker.insert_many, 10),
    (Worker.update_one, 14),
    (Worker.upsert, 6),
    (Worker.replace_one, 8),
    (Worker.find_and_modify, 8),
    (Worker.find_and_delete, 3),
    (Worker.delete_one, 5),
    (Worker.update_many, 4),
    (Worker.delete_many, 3),
    (Worker.bulk, 6),
    (Worker.create, 1.5),
    (Worker.drop, 0.5),
    (Worker.rename, 1),
    (Worker.drop_database, 0.15),
    (Worker.count_shared, 8),
    (Worker.claim_shared, 8),
)


def grown(document, serial):
    """What `$inc n, $push list, $set seen` make of it; new fields come in lexicographic order."""
    after = dict(document)
    after["n"] = type(document["n"])(document["n"] + 1)
    new = {"list": document.get("list", []) + [serial], "seen": True}
    for name, value in sorted(new.items()):
        after[name] = value
    return after


class Shared:
    """What all workers write at once: a counter with its history, and jobs that one may claim."""

    DATABASE = "crash_shared"
    JOBS = 400

    def __init__(self, round_number):
        self.round = round_number
        self.lock = threading.Lock()
        self.counted, self.claimed, self.unsure = set(), {}, set()
        self.serial = 0

    def prepare(self, client):
        database = client[self.DATABASE]
        database.counters.delete_many({})
        database.jobs.delete_many({})
        database.counters.insert_one({"_id": self.round, "n": 0, "tokens": []})
        database.jobs.insert_many(
            [{"_id": f"{self.round}.{place}", "state": "new"} for place in range(self.JOBS)]
        )

    def token(self, worker):
        with self.lock:
            self.serial += 1
            token = f"{worker}.{self.serial}"
            self.unsure.add(token)
            return token

    def count(self, client, worker):
        token = self.token(worker)
        result = client[self.DATABASE].counters.update_one(
            {"_id": self.round}, {"$inc": {"n": 1}, "$push": {"tokens": token}}
        )
        if result.modified_count != 1:
            raise Failure(f"counting said {result.raw_result}")
        with self.lock:
            self.unsure.discard(token)
            self.counted.add(token)

    def claim(self, client, worker):
        token = self.token(worker)
        job = client[self.DATABASE].jobs.find_one_and_update(
            {"state": "new"}, {"$set": {"state": "claimed", "by": token}}
        )
        with self.lock:
            self.unsure.discard(token)
            if job:
                if job["_id"] in self.claimed or "by" in job:
                    raise Failure(f"job {job['_id']} was given twice")
                self.claimed[job["_id"]] = token

    def verify(self, client):
        counter = client[self.DATABASE].counters.find_one({"_id": self.round})
        tokens = set(counter["tokens"])
        if counter["n"] != len(counter["tokens"]) or len(tokens) != counter["n"]:
            raise Failure(
                f"the counter is half-written: n {counter['n']}, {len(counter['tokens'])} tokens, {len(tokens)} different"
            )
        if self.counted - tokens or tokens - self.counted - self.unsure:
            raise Failure(
                f"counts lost: {self.counted - tokens}; never sent: {tokens - self.counted - self.unsure}"
            )
        jobs = {job["_id"]: job for job in client[self.DATABASE].jobs.find()}
        if len(jobs) != self.JOBS:
            raise Failure(f"{len(jobs)} jobs of {self.JOBS}")
        for key, job in jobs.items():
            if key in self.claimed and job.get("by") != self.claimed[key]:
                raise Failure(f"job {key}, claimed by {self.claimed[key]}, is {job}")
            if key not in self.claimed and job["state"] != "new" and job["by"] not in self.unsure:
                raise Failure(f"job {key} is {job}, but nobody claimed it")
            if (job["state"] == "claimed") != ("by" in job):
                raise Failure(f"job {key} is half-written: {job}")
