"""Bulk writes with mixed failures, and what a duplicate key says, through PyMongo, sync."""

from bson import Decimal128, Int64
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ClientBulkWriteException,
    DuplicateKeyError,
    OperationFailure,
)

from support import caught


def _mixed_requests():
    return [
        InsertOne({"_id": 1, "a": 1}),
        InsertOne({"_id": 1}),
        UpdateOne({"_id": 2}, {"$set": {"a": 5}}),
        UpdateOne({"_id": 3}, {"$nonsense": {"a": 1}}),
        DeleteOne({"_id": 3}),
        InsertOne({"_id": 2}),
        UpdateMany({"_id": "new"}, {"$set": {"up": 1}}, upsert=True),
        ReplaceOne({"_id": 4}, {"r": 1}),
        DeleteMany({"a": 100}),
    ]


def bulk_writes(t, client, db):
    seed = [{"_id": i, "a": 100 if i > 4 else 0} for i in range(2, 8)]
    db.c.insert_many(seed)
    failed = caught(BulkWriteError, db.c.bulk_write, _mixed_requests(), ordered=True)
    t.true(failed is not None, "an ordered bulk with a duplicate fails")
    details = failed.details
    t.equal(
        (
            details["nInserted"],
            details["nMatched"],
            details["nModified"],
            details["nRemoved"],
            details["nUpserted"],
        ),
        (1, 0, 0, 0, 0),
        "ordered stops",
    )
    t.equal(
        [(e["index"], e["code"]) for e in details["writeErrors"]],
        [(1, 11000)],
        "ordered reports one error",
    )
    t.equal(details["writeErrors"][0]["keyPattern"], {"_id": 1}, "keyPattern")
    t.equal(details["writeErrors"][0]["keyValue"], {"_id": 1}, "keyValue")
    t.equal(db.c.count_documents({}), 7, "nothing after the error ran")
    db.c.drop()
    db.c.insert_many(seed)
    details = caught(BulkWriteError, db.c.bulk_write, _mixed_requests(), ordered=False).details
    t.equal(
        sorted((e["index"], e["code"]) for e in details["writeErrors"]),
        [(1, 11000), (3, 9), (5, 11000)],
        "unordered reports all errors",
    )
    t.equal(
        (
            details["nInserted"],
            details["nMatched"],
            details["nModified"],
            details["nRemoved"],
            details["nUpserted"],
        ),
        (1, 2, 2, 4, 1),
        "unordered goes on",
    )
    t.equal(
        [(u["index"], u["_id"]) for u in details["upserted"]],
        [(6, "new")],
        "the upsert's index and id",
    )
    t.equal(sorted(str(d["_id"]) for d in db.c.find()), ["1", "2", "4", "new"], "what is left")
    result = db.d.bulk_write(
        [InsertOne({"_id": i}) for i in range(500)]
        + [DeleteOne({"_id": i}) for i in range(0, 500, 2)]
    )
    t.equal((result.inserted_count, result.deleted_count), (500, 250), "a bulk that succeeds")
    raised = caught(
        BulkWriteError, db.e.insert_many, [{"_id": i % 90} for i in range(100)], ordered=False
    )
    t.equal(
        (raised.details["nInserted"], [e["index"] for e in raised.details["writeErrors"]]),
        (90, list(range(90, 100))),
        "insert_many unordered",
    )


def client_bulk_writes(t, client, db):
    first, second = f"{db.name}.first", f"{db.name}.second"
    db.first.insert_one({"_id": 0})
    result = client.bulk_write(
        [
            InsertOne({"_id": 1}, namespace=first),
            InsertOne({"_id": 1}, namespace=second),
            UpdateOne({"_id": 1}, {"$set": {"x": 1}}, namespace=first),
            UpdateOne({"_id": 5}, {"$set": {"x": 1}}, upsert=True, namespace=second),
            DeleteOne({"_id": 0}, namespace=first),
        ],
        verbose_results=True,
    )
    t.equal(
        (
            result.inserted_count,
            result.matched_count,
            result.modified_count,
            result.upserted_count,
            result.deleted_count,
        ),
        (2, 1, 1, 1, 1),
        "bulkWrite over two collections",
    )
    t.equal(result.update_results[3].upserted_id, 5, "verbose results name the upserted id")
    raised = caught(
        ClientBulkWriteException,
        client.bulk_write,
        [InsertOne({"_id": 1}, namespace=first), InsertOne({"_id": 2}, namespace=second)],
        ordered=False,
    )
    t.equal(
        [(e["idx"], e["code"]) for e in raised.write_errors],
        [(0, 11000)],
        "bulkWrite reports a duplicate",
    )
    t.equal(raised.partial_result.inserted_count, 1, "and goes on unordered")
    many = client.bulk_write(
        [InsertOne({"v": "y" * 1000, "_id": i + 10}, namespace=first) for i in range(5000)],
        verbose_results=True,
    )
    t.equal(
        (many.inserted_count, len(many.insert_results)),
        (5000, 5000),
        "results come through a cursor",
    )


def duplicate_keys(t, client, db):
    db.c.insert_one({"_id": {"a": 1, "b": "x"}})
    raised = caught(DuplicateKeyError, db.c.insert_one, {"_id": {"a": 1, "b": "x"}})
    t.error(
        raised,
        11000,
        "a duplicate _id",
        f"E11000 duplicate key error collection: {db.name}.c index: _id_ "
        'dup key: { _id: { a: 1, b: "x" } }',
    )
    t.equal(raised.details["keyPattern"], {"_id": 1}, "keyPattern")
    t.equal(raised.details["keyValue"], {"_id": {"a": 1, "b": "x"}}, "keyValue")
    t.equal(raised.details["index"], 0, "the write error's index")
    db.c.insert_one({"_id": 7})
    for same in (7.0, Int64(7), Decimal128("7.0")):
        t.error(
            caught(DuplicateKeyError, db.c.insert_one, {"_id": same}),
            11000,
            f"{same!r} is the same key as 7",
        )
    reply = db.command("insert", "c", documents=[{"_id": 7}, {"_id": 8}], ordered=False)
    t.equal(
        (reply["ok"], reply["n"], reply["writeErrors"][0]["code"]),
        (1.0, 1, 11000),
        "write errors come with ok: 1",
    )
    raised = caught(
        OperationFailure,
        db.command,
        "findAndModify",
        "c",
        query={"_id": 7, "x": 1},
        update={"$set": {"y": 1}},
        upsert=True,
    )
    t.error(raised, 11000, "an upsert into an existing key", "E11000")


SECTIONS = [bulk_writes, client_bulk_writes, duplicate_keys]
