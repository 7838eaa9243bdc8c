"""Documents written, changed, found and counted, through PyMongo, sync."""

import datetime
import re
import uuid

import bson
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, OperationFailure

from support import caught


def crud(t, client, db):
    inserted = db.c.insert_one({"name": "Ada", "born": 1815})
    t.true(isinstance(inserted.inserted_id, ObjectId), "the driver makes an ObjectId")
    t.equal(
        db.c.insert_many([{"_id": i, "v": i % 3} for i in range(10)]).inserted_ids,
        list(range(10)),
        "inserted ids",
    )
    t.equal(db.c.find_one({"name": "Ada"})["born"], 1815, "find_one")
    t.equal(db.c.find_one({"name": "nobody"}), None, "find_one of nothing")
    t.equal(
        db.c.count_documents({"name": {"$regex": "^a.A", "$options": "is"}}),
        1,
        "$regex as an operator",
    )
    t.equal(
        db.c.count_documents({"name": {"$regex": re.compile("^ada$", re.I)}}),
        1,
        "$regex of a pattern",
    )
    many = db.c.update_many({"v": 1}, {"$set": {"seen": True}, "$inc": {"v": 10}})
    t.equal(
        (many.matched_count, many.modified_count, many.upserted_id), (3, 3, None), "update_many"
    )
    again = db.c.update_many({"seen": True}, {"$set": {"seen": True}})
    t.equal(
        (again.matched_count, again.modified_count),
        (3, 0),
        "an update without effect modifies nothing",
    )
    replaced = db.c.replace_one({"_id": 5}, {"v": "new"})
    t.equal((replaced.matched_count, replaced.modified_count), (1, 1), "replace_one")
    t.equal(db.c.find_one({"_id": 5}), {"_id": 5, "v": "new"}, "a replacement keeps _id")
    t.equal(db.c.delete_one({"v": 0}).deleted_count, 1, "delete_one")
    t.equal(db.c.delete_many({"v": 0}).deleted_count, 3, "delete_many")
    t.equal(db.c.delete_many({"v": "none"}).deleted_count, 0, "delete of nothing")
    before = datetime.datetime.utcnow()
    db.c.update_one({"_id": 1}, {"$currentDate": {"at": True, "ts": {"$type": "timestamp"}}})
    stamped = db.c.find_one({"_id": 1})
    t.true(abs((stamped["at"] - before).total_seconds()) < 60, "$currentDate is now")
    t.true(
        isinstance(stamped["ts"], Timestamp) and stamped["ts"].time > 1_600_000_000,
        "$currentDate as a timestamp",
    )


def upserts(t, client, db):
    result = db.c.update_one(
        {"_id": "new"}, {"$set": {"a": 1}, "$setOnInsert": {"b": 2}}, upsert=True
    )
    t.equal(
        (result.matched_count, result.modified_count, result.upserted_id),
        (0, 0, "new"),
        "an upsert that inserts",
    )
    t.equal(db.c.find_one(), {"_id": "new", "a": 1, "b": 2}, "what it inserted")
    result = db.c.update_one(
        {"_id": "new"}, {"$set": {"a": 5}, "$setOnInsert": {"b": 9}}, upsert=True
    )
    t.equal(
        (result.matched_count, result.modified_count, result.upserted_id),
        (1, 1, None),
        "an upsert that updates",
    )
    t.equal(db.c.find_one(), {"_id": "new", "a": 5, "b": 2}, "what it updated")
    made = db.c.replace_one({"k": 1}, {"k": 1, "v": 2}, upsert=True)
    t.true(isinstance(made.upserted_id, ObjectId), "the server makes an ObjectId for an upsert")
    t.equal(
        db.c.count_documents({"_id": made.upserted_id, "v": 2}),
        1,
        "the upserted replacement is there",
    )
    db.c.update_many({"group": 7}, {"$inc": {"n": 1}}, upsert=True)
    t.equal(
        db.c.find_one({"group": 7}, {"_id": 0}), {"group": 7, "n": 1}, "update_many upserts one"
    )


def find_and_modify(t, client, db):
    db.c.insert_many([{"_id": i, "n": i} for i in range(1, 6)])
    t.equal(
        db.c.find_one_and_update({"n": {"$gt": 2}}, {"$inc": {"n": 100}}, sort=[("n", -1)]),
        {"_id": 5, "n": 5},
        "the document before",
    )
    after = db.c.find_one_and_update(
        {"_id": 1}, {"$inc": {"n": 1}}, return_document=ReturnDocument.AFTER, projection={"_id": 0}
    )
    t.equal(after, {"n": 2}, "the document after, projected")
    t.equal(
        db.c.find_one_and_replace({"_id": 2}, {"x": 1}, return_document=ReturnDocument.AFTER),
        {"_id": 2, "x": 1},
        "find_one_and_replace",
    )
    t.equal(db.c.find_one_and_delete({"_id": 3}), {"_id": 3, "n": 3}, "find_one_and_delete")
    t.equal(db.c.find_one_and_delete({"_id": 3}), None, "nothing to delete")
    t.equal(
        db.c.find_one_and_update({"_id": 9}, {"$set": {"n": 9}}, upsert=True),
        None,
        "an upsert had nothing before",
    )
    t.equal(
        db.c.find_one_and_update(
            {"_id": 10}, {"$set": {"n": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        ),
        {"_id": 10, "n": 1},
        "an upsert returned after",
    )
    reply = db.command("findAndModify", "c", query={"_id": 1}, update={"$inc": {"n": 1}}, new=True)
    t.equal(
        reply["lastErrorObject"], {"n": 1, "updatedExisting": True}, "lastErrorObject of an update"
    )
    t.equal(reply["value"], {"_id": 1, "n": 3}, "value of the raw command")
    reply = db.command("findAndModify", "c", query={"_id": 77}, remove=True)
    t.equal((reply["lastErrorObject"], reply["value"]), ({"n": 0}, None), "removing nothing")


def counting(t, client, db):
    t.equal(
        (db.c.count_documents({}), db.c.estimated_document_count(), db.c.distinct("a")),
        (0, 0, []),
        "a collection that is not there",
    )
    db.c.insert_many([{"_id": i, "a": i % 5} for i in range(50)])
    t.equal(db.c.estimated_document_count(), 50, "estimated_document_count")
    t.equal(
        db.c.count_documents({"a": 2}, skip=3, limit=5), 5, "count_documents with skip and limit"
    )
    t.equal(db.command("count", "c", query={"a": 2})["n"], 10, "count with a query")
    t.equal(db.command("count", "c", query={"a": 2}, limit=4)["n"], 4, "count with a limit")
    t.equal(sorted(db.c.distinct("a", {"_id": {"$lt": 3}})), [0, 1, 2], "distinct with a filter")
    t.equal(
        list(db.c.aggregate([{"$group": {"_id": "$a", "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}])),
        [{"_id": a, "n": 10} for a in range(5)],
        "$group",
    )


def types(t, client, db):
    when = datetime.datetime(2024, 2, 29, 12, 30, 15, 123000)
    nested = {"level": 0}
    for level in range(1, 60):
        nested = {"level": level, "in": [nested]}
    stored = {
        "_id": 1,
        "int32": 1,
        "greatest32": 2147483647,
        "int64": Int64(1),
        "above32": 2147483648,
        "least64": -(2**63),
        "double": 1.0,
        "negative_zero": -0.0,
        "infinity": float("inf"),
        "decimal": Decimal128("1.10"),
        "decimal_nan": Decimal128("NaN"),
        "date": when,
        "early": datetime.datetime(1901, 1, 1),
        "oid": ObjectId(),
        "uuid": Binary.from_uuid(uuid.UUID(int=5)),
        "binary": Binary(bytes(range(256)), 128),
        "empty_binary": b"",
        "regex": Regex("^a.*\\d$", re.I | re.M),
        "null": None,
        "true": True,
        "false": False,
        "nested": nested,
        "array": [1, "two", [3.0, []], {}],
        "unicode": "日本語 🍎 ñ \u0000 zero",
        "ключ": "значение",
        "": "empty name",
        "code": Code("function() {}"),
        "scoped": Code("x", {"y": 1}),
        "ts": Timestamp(5, 6),
        "least": MinKey(),
        "greatest": MaxKey(),
        "vector": Binary(bytes([0x27, 0]) + b"\0\0\x80?" * 3, 9),
    }
    db.c.insert_one(stored)
    raw = db.get_collection(
        "c", codec_options=bson.CodecOptions(document_class=bson.raw_bson.RawBSONDocument)
    ).find_one()
    t.equal(raw.raw, bson.encode(stored), "every type comes back byte for byte")
    back = db.c.find_one()
    t.true(
        type(back["int32"]) is int and isinstance(back["int64"], Int64),
        "int32 stays int32, int64 stays int64",
    )
    t.equal(
        (back["double"], str(back["negative_zero"])),
        (1.0, "-0.0"),
        "doubles stay doubles, with their sign",
    )
    t.equal(back["date"], when, "dates keep milliseconds")
    db.c.insert_one({"_id": float("nan")})
    t.equal(db.c.count_documents({"_id": float("nan")}), 1, "NaN finds itself")
    t.error(
        caught(DuplicateKeyError, db.c.insert_one, {"_id": Decimal128("NaN")}),
        11000,
        "NaN is one key in every type",
    )
    bad_ids = [([1], 2), (Regex("a"), 2)]
    for bad, code in bad_ids:
        raised = caught(OperationFailure, db.c.insert_one, {"_id": bad})
        t.true(
            raised is not None and raised.code in (code, 53), f"_id may not be {bad!r} ({raised})"
        )


SECTIONS = [crud, upserts, find_and_modify, counting, types]
