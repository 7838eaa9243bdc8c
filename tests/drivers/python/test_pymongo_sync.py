"""PyMongo's synchronous client against the server at CAIRN_URI: everyday work, cursors, bulk writes, errors, types, catalog."""
import datetime
import os
import re
import sys
import threading
import uuid

import bson
import pymongo
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateMany, UpdateOne, WriteConcern
from pymongo.errors import BulkWriteError, ClientBulkWriteException, CollectionInvalid, DuplicateKeyError, OperationFailure

import deployment_checks
import table_checks
from support import caught, restart_server, run_sections


def crud(t, client, db):
    inserted = db.c.insert_one({"name": "Ada", "born": 1815})
    t.true(isinstance(inserted.inserted_id, ObjectId), "the driver makes an ObjectId")
    t.equal(db.c.insert_many([{"_id": i, "v": i % 3} for i in range(10)]).inserted_ids, list(range(10)), "inserted ids")
    t.equal(db.c.find_one({"name": "Ada"})["born"], 1815, "find_one")
    t.equal(db.c.find_one({"name": "nobody"}), None, "find_one of nothing")
    t.equal(db.c.count_documents({"name": {"$regex": "^a.A", "$options": "is"}}), 1, "$regex as an operator")
    t.equal(db.c.count_documents({"name": {"$regex": re.compile("^ada$", re.I)}}), 1, "$regex of a pattern")
    many = db.c.update_many({"v": 1}, {"$set": {"seen": True}, "$inc": {"v": 10}})
    t.equal((many.matched_count, many.modified_count, many.upserted_id), (3, 3, None), "update_many")
    again = db.c.update_many({"seen": True}, {"$set": {"seen": True}})
    t.equal((again.matched_count, again.modified_count), (3, 0), "an update without effect modifies nothing")
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
    t.true(isinstance(stamped["ts"], Timestamp) and stamped["ts"].time > 1_600_000_000, "$currentDate as a timestamp")


def upserts(t, client, db):
    result = db.c.update_one({"_id": "new"}, {"$set": {"a": 1}, "$setOnInsert": {"b": 2}}, upsert=True)
    t.equal((result.matched_count, result.modified_count, result.upserted_id), (0, 0, "new"), "an upsert that inserts")
    t.equal(db.c.find_one(), {"_id": "new", "a": 1, "b": 2}, "what it inserted")
    result = db.c.update_one({"_id": "new"}, {"$set": {"a": 5}, "$setOnInsert": {"b": 9}}, upsert=True)
    t.equal((result.matched_count, result.modified_count, result.upserted_id), (1, 1, None), "an upsert that updates")
    t.equal(db.c.find_one(), {"_id": "new", "a": 5, "b": 2}, "what it updated")
    made = db.c.replace_one({"k": 1}, {"k": 1, "v": 2}, upsert=True)
    t.true(isinstance(made.upserted_id, ObjectId), "the server makes an ObjectId for an upsert")
    t.equal(db.c.count_documents({"_id": made.upserted_id, "v": 2}), 1, "the upserted replacement is there")
    db.c.update_many({"group": 7}, {"$inc": {"n": 1}}, upsert=True)
    t.equal(db.c.find_one({"group": 7}, {"_id": 0}), {"group": 7, "n": 1}, "update_many upserts one")


def find_and_modify(t, client, db):
    db.c.insert_many([{"_id": i, "n": i} for i in range(1, 6)])
    t.equal(db.c.find_one_and_update({"n": {"$gt": 2}}, {"$inc": {"n": 100}}, sort=[("n", -1)]), {"_id": 5, "n": 5}, "the document before")
    after = db.c.find_one_and_update({"_id": 1}, {"$inc": {"n": 1}}, return_document=ReturnDocument.AFTER, projection={"_id": 0})
    t.equal(after, {"n": 2}, "the document after, projected")
    t.equal(db.c.find_one_and_replace({"_id": 2}, {"x": 1}, return_document=ReturnDocument.AFTER), {"_id": 2, "x": 1}, "find_one_and_replace")
    t.equal(db.c.find_one_and_delete({"_id": 3}), {"_id": 3, "n": 3}, "find_one_and_delete")
    t.equal(db.c.find_one_and_delete({"_id": 3}), None, "nothing to delete")
    t.equal(db.c.find_one_and_update({"_id": 9}, {"$set": {"n": 9}}, upsert=True), None, "an upsert had nothing before")
    t.equal(db.c.find_one_and_update({"_id": 10}, {"$set": {"n": 1}}, upsert=True, return_document=ReturnDocument.AFTER),
            {"_id": 10, "n": 1}, "an upsert returned after")
    reply = db.command("findAndModify", "c", query={"_id": 1}, update={"$inc": {"n": 1}}, new=True)
    t.equal(reply["lastErrorObject"], {"n": 1, "updatedExisting": True}, "lastErrorObject of an update")
    t.equal(reply["value"], {"_id": 1, "n": 3}, "value of the raw command")
    reply = db.command("findAndModify", "c", query={"_id": 77}, remove=True)
    t.equal((reply["lastErrorObject"], reply["value"]), ({"n": 0}, None), "removing nothing")


def _drain(t, collection, batch_size, expected_batches):
    listener = deployment_checks.CommandLog()
    client = deployment_checks.listening_client(listener)
    cursor = client[collection.database.name][collection.name].find({}, batch_size=batch_size).sort("_id", 1)
    t.equal([d["_id"] for d in cursor], list(range(1000)), f"1,000 documents in order, batch size {batch_size}")
    t.equal(len(listener.started("find")) + len(listener.started("getMore")), expected_batches, f"batches of size {batch_size}")
    client.close()


def cursors(t, client, db):
    db.c.insert_many([{"_id": i, "pad": "x" * 100} for i in range(1000)])
    _drain(t, db.c, 7, 143)
    _drain(t, db.c, 0, 2)  # 101 first, then all the rest in one batch.
    _drain(t, db.c, 1000, 2)  # A batch that is exactly full cannot know that nothing follows.
    first = db.command("find", "c", sort={"_id": 1})["cursor"]
    t.equal(len(first["firstBatch"]), 101, "101 documents come first")
    t.true(isinstance(first["id"], Int64) and first["id"] != 0, "a cursor id is an int64")
    t.equal(first["ns"], f"{db.name}.c", "the cursor's namespace")
    rest = db.command("getMore", first["id"], collection="c")["cursor"]
    t.equal((len(rest["nextBatch"]), type(rest["id"]), int(rest["id"])), (899, Int64, 0), "the rest, and an int64 zero id")
    t.error(caught(OperationFailure, db.command, "getMore", first["id"], collection="c"), 43, "a finished cursor is gone")
    t.equal(len(list(db.c.find({}, limit=250, batch_size=100))), 250, "limit over several batches")
    t.equal(len(list(db.c.find({}, limit=-5))), 5, "a negative limit is one batch")
    t.equal(len(list(db.c.aggregate([{"$match": {"_id": {"$lt": 500}}}], batchSize=7))), 500, "an aggregate's cursor in batches")
    t.equal(len(list(db.c.aggregate([{"$sort": {"_id": -1}}], batchSize=0))), 1000, "a first batch of size 0")
    open_cursor = db.command("find", "c", batchSize=2)["cursor"]["id"]
    killed = db.command("killCursors", "c", cursors=[open_cursor, Int64(99)])
    t.equal((killed["cursorsKilled"], killed["cursorsNotFound"]), ([open_cursor], [99]), "killCursors")
    t.error(caught(OperationFailure, db.command, "getMore", open_cursor, collection="c"), 43, "a killed cursor is gone")
    half_read = db.c.find({}, batch_size=10)
    cursor_id = next(half_read) and half_read.cursor_id
    half_read.close()
    t.error(caught(OperationFailure, db.command, "getMore", Int64(cursor_id), collection="c"), 43, "closing kills the cursor")


def large_documents(t, client, db):
    pad = "z" * (1024 * 1024)
    for i in range(40):
        db.c.insert_one({"_id": i, "pad": pad})
    first = db.command("find", "c", batchSize=100)["cursor"]
    t.true(len(first["firstBatch"]) <= 16 and first["id"] != 0, "a batch stays within 16 MiB")
    t.equal(sum(1 for d in db.c.find({}, batch_size=100) if len(d["pad"]) == len(pad)), 40, "40 MiB through one cursor")
    greatest = {"_id": "greatest", "pad": ""}
    greatest["pad"] = "g" * (16 * 1024 * 1024 - len(bson.encode(greatest)))
    t.equal(len(bson.encode(greatest)), 16 * 1024 * 1024, "a document of exactly 16 MiB")
    db.c.insert_one(greatest)
    t.equal(len(db.c.find_one({"_id": "greatest"})["pad"]), len(greatest["pad"]), "the greatest document comes back")
    raised = caught(OperationFailure, db.c.update_one, {"_id": "greatest"}, {"$set": {"more": "x" * 100}})
    t.true(raised is not None and raised.code in (10334, 17419), f"an update may not grow beyond 16 MiB ({raised})")
    t.equal(db.c.insert_many([{"v": i} for i in range(120_000)]).inserted_ids.__len__(), 120_000, "more than one wire batch")
    t.equal(db.c.count_documents({"v": {"$exists": True}}), 120_000, "all of them are there")


def _mixed_requests():
    return [InsertOne({"_id": 1, "a": 1}), InsertOne({"_id": 1}), UpdateOne({"_id": 2}, {"$set": {"a": 5}}),
            UpdateOne({"_id": 3}, {"$nonsense": {"a": 1}}), DeleteOne({"_id": 3}), InsertOne({"_id": 2}),
            UpdateMany({"_id": "new"}, {"$set": {"up": 1}}, upsert=True), ReplaceOne({"_id": 4}, {"r": 1}), DeleteMany({"a": 100})]


def bulk_writes(t, client, db):
    seed = [{"_id": i, "a": 100 if i > 4 else 0} for i in range(2, 8)]
    db.c.insert_many(seed)
    failed = caught(BulkWriteError, db.c.bulk_write, _mixed_requests(), ordered=True)
    t.true(failed is not None, "an ordered bulk with a duplicate fails")
    details = failed.details
    t.equal((details["nInserted"], details["nMatched"], details["nModified"], details["nRemoved"], details["nUpserted"]), (1, 0, 0, 0, 0), "ordered stops")
    t.equal([(e["index"], e["code"]) for e in details["writeErrors"]], [(1, 11000)], "ordered reports one error")
    t.equal(details["writeErrors"][0]["keyPattern"], {"_id": 1}, "keyPattern")
    t.equal(details["writeErrors"][0]["keyValue"], {"_id": 1}, "keyValue")
    t.equal(db.c.count_documents({}), 7, "nothing after the error ran")
    db.c.drop()
    db.c.insert_many(seed)
    details = caught(BulkWriteError, db.c.bulk_write, _mixed_requests(), ordered=False).details
    t.equal(sorted((e["index"], e["code"]) for e in details["writeErrors"]), [(1, 11000), (3, 9), (5, 11000)], "unordered reports all errors")
    t.equal((details["nInserted"], details["nMatched"], details["nModified"], details["nRemoved"], details["nUpserted"]), (1, 2, 2, 4, 1), "unordered goes on")
    t.equal([(u["index"], u["_id"]) for u in details["upserted"]], [(6, "new")], "the upsert's index and id")
    t.equal(sorted(str(d["_id"]) for d in db.c.find()), ["1", "2", "4", "new"], "what is left")
    result = db.d.bulk_write([InsertOne({"_id": i}) for i in range(500)] + [DeleteOne({"_id": i}) for i in range(0, 500, 2)])
    t.equal((result.inserted_count, result.deleted_count), (500, 250), "a bulk that succeeds")
    raised = caught(BulkWriteError, db.e.insert_many, [{"_id": i % 90} for i in range(100)], ordered=False)
    t.equal((raised.details["nInserted"], [e["index"] for e in raised.details["writeErrors"]]), (90, list(range(90, 100))), "insert_many unordered")


def client_bulk_writes(t, client, db):
    first, second = f"{db.name}.first", f"{db.name}.second"
    db.first.insert_one({"_id": 0})
    result = client.bulk_write([InsertOne({"_id": 1}, namespace=first), InsertOne({"_id": 1}, namespace=second),
                                UpdateOne({"_id": 1}, {"$set": {"x": 1}}, namespace=first),
                                UpdateOne({"_id": 5}, {"$set": {"x": 1}}, upsert=True, namespace=second),
                                DeleteOne({"_id": 0}, namespace=first)], verbose_results=True)
    t.equal((result.inserted_count, result.matched_count, result.modified_count, result.upserted_count, result.deleted_count),
            (2, 1, 1, 1, 1), "bulkWrite over two collections")
    t.equal(result.update_results[3].upserted_id, 5, "verbose results name the upserted id")
    raised = caught(ClientBulkWriteException, client.bulk_write,
                    [InsertOne({"_id": 1}, namespace=first), InsertOne({"_id": 2}, namespace=second)], ordered=False)
    t.equal([(e["idx"], e["code"]) for e in raised.write_errors], [(0, 11000)], "bulkWrite reports a duplicate")
    t.equal(raised.partial_result.inserted_count, 1, "and goes on unordered")
    many = client.bulk_write([InsertOne({"v": "y" * 1000, "_id": i + 10}, namespace=first) for i in range(5000)], verbose_results=True)
    t.equal((many.inserted_count, len(many.insert_results)), (5000, 5000), "results come through a cursor")


def duplicate_keys(t, client, db):
    db.c.insert_one({"_id": {"a": 1, "b": "x"}})
    raised = caught(DuplicateKeyError, db.c.insert_one, {"_id": {"a": 1, "b": "x"}})
    t.error(raised, 11000, "a duplicate _id",
            f'E11000 duplicate key error collection: {db.name}.c index: _id_ dup key: {{ _id: {{ a: 1, b: "x" }} }}')
    t.equal(raised.details["keyPattern"], {"_id": 1}, "keyPattern")
    t.equal(raised.details["keyValue"], {"_id": {"a": 1, "b": "x"}}, "keyValue")
    t.equal(raised.details["index"], 0, "the write error's index")
    db.c.insert_one({"_id": 7})
    for same in (7.0, Int64(7), Decimal128("7.0")):
        t.error(caught(DuplicateKeyError, db.c.insert_one, {"_id": same}), 11000, f"{same!r} is the same key as 7")
    reply = db.command("insert", "c", documents=[{"_id": 7}, {"_id": 8}], ordered=False)
    t.equal((reply["ok"], reply["n"], reply["writeErrors"][0]["code"]), (1.0, 1, 11000), "write errors come with ok: 1")
    raised = caught(OperationFailure, db.command, "findAndModify", "c", query={"_id": 7, "x": 1}, update={"$set": {"y": 1}}, upsert=True)
    t.error(raised, 11000, "an upsert into an existing key", "E11000")


def counting(t, client, db):
    t.equal((db.c.count_documents({}), db.c.estimated_document_count(), db.c.distinct("a")), (0, 0, []), "a collection that is not there")
    db.c.insert_many([{"_id": i, "a": i % 5} for i in range(50)])
    t.equal(db.c.estimated_document_count(), 50, "estimated_document_count")
    t.equal(db.c.count_documents({"a": 2}, skip=3, limit=5), 5, "count_documents with skip and limit")
    t.equal(db.command("count", "c", query={"a": 2})["n"], 10, "count with a query")
    t.equal(db.command("count", "c", query={"a": 2}, limit=4)["n"], 4, "count with a limit")
    t.equal(sorted(db.c.distinct("a", {"_id": {"$lt": 3}})), [0, 1, 2], "distinct with a filter")
    t.equal(list(db.c.aggregate([{"$group": {"_id": "$a", "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}])),
            [{"_id": a, "n": 10} for a in range(5)], "$group")


def types(t, client, db):
    when = datetime.datetime(2024, 2, 29, 12, 30, 15, 123000)
    nested = {"level": 0}
    for level in range(1, 60):
        nested = {"level": level, "in": [nested]}
    stored = {"_id": 1, "int32": 1, "greatest32": 2147483647, "int64": Int64(1), "above32": 2147483648, "least64": -2**63, "double": 1.0,
              "negative_zero": -0.0, "infinity": float("inf"), "decimal": Decimal128("1.10"), "decimal_nan": Decimal128("NaN"),
              "date": when, "early": datetime.datetime(1901, 1, 1), "oid": ObjectId(), "uuid": Binary.from_uuid(uuid.UUID(int=5)),
              "binary": Binary(bytes(range(256)), 128), "empty_binary": b"", "regex": Regex("^a.*\\d$", re.I | re.M), "null": None,
              "true": True, "false": False, "nested": nested, "array": [1, "two", [3.0, []], {}], "unicode": "日本語 🍎 ñ \u0000 zero",
              "ключ": "значение", "": "empty name", "code": Code("function() {}"), "scoped": Code("x", {"y": 1}), "ts": Timestamp(5, 6),
              "least": MinKey(), "greatest": MaxKey(), "vector": Binary(bytes([0x27, 0]) + b"\0\0\x80?" * 3, 9)}
    db.c.insert_one(stored)
    raw = db.get_collection("c", codec_options=bson.CodecOptions(document_class=bson.raw_bson.RawBSONDocument)).find_one()
    t.equal(raw.raw, bson.encode(stored), "every type comes back byte for byte")
    back = db.c.find_one()
    t.true(type(back["int32"]) is int and isinstance(back["int64"], Int64), "int32 stays int32, int64 stays int64")
    t.equal((back["double"], str(back["negative_zero"])), (1.0, "-0.0"), "doubles stay doubles, with their sign")
    t.equal(back["date"], when, "dates keep milliseconds")
    db.c.insert_one({"_id": float("nan")})
    t.equal(db.c.count_documents({"_id": float("nan")}), 1, "NaN finds itself")
    t.error(caught(DuplicateKeyError, db.c.insert_one, {"_id": Decimal128("NaN")}), 11000, "NaN is one key in every type")
    bad_ids = [([1], 2), (Regex("a"), 2)]
    for bad, code in bad_ids:
        raised = caught(OperationFailure, db.c.insert_one, {"_id": bad})
        t.true(raised is not None and raised.code in (code, 53), f"_id may not be {bad!r} ({raised})")


def concurrent_clients(t, client, db):
    db.c.insert_one({"_id": "sum", "n": 0})
    errors = []

    def work(worker):
        try:
            own = deployment_checks.new_client()
            for i in range(50):
                own[db.name].c.update_one({"_id": "sum"}, {"$inc": {"n": 1}})
                own[db.name].c.insert_one({"worker": worker, "i": i})
                own[db.name].c.find_one_and_update({"_id": f"max{worker % 4}"}, {"$max": {"i": i}, "$inc": {"n": 1}}, upsert=True)
            own.close()
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    t.equal(errors, [], "no client saw an error")
    t.equal(db.c.find_one({"_id": "sum"})["n"], 800, "no increment was lost")
    t.equal(db.c.count_documents({"worker": {"$exists": True}}), 800, "no insertion was lost")
    for worker in range(16):
        t.equal(db.c.count_documents({"worker": worker}), 50, f"worker {worker}'s documents")
    t.equal(sum(d["n"] for d in db.c.find({"_id": {"$regex": "^max"}})), 800, "every upsert found its document")


def catalog(t, client, db):
    db.create_collection("made")
    t.error(caught(OperationFailure, db.command, "create", "made", size=4096, capped=True), 48, "a collection is made once")
    t.true(caught(CollectionInvalid, db.create_collection, "made") is not None, "the driver refuses it too")
    db.implicit.insert_one({"_id": 1})
    t.equal(sorted(db.list_collection_names()), ["implicit", "made"], "list_collection_names")
    entry = next(iter(db.list_collections(filter={"name": "made"})))
    t.equal((entry["type"], entry["info"]["readOnly"], entry["idIndex"]["name"]), ("collection", False, "_id_"), "an entry of listCollections")
    t.equal(entry["info"]["uuid"].subtype if isinstance(entry["info"]["uuid"], Binary) else 4, 4, "a collection's uuid")
    t.equal([i["name"] for i in db.made.list_indexes()], ["_id_"], "list_indexes")
    t.equal(db.made.create_index([("_id", 1)]), "_id_1", "createIndexes on _id changes nothing")
    t.equal(list(db.made.index_information()), ["_id_"], "and leaves one index")
    t.error(caught(OperationFailure, lambda: list(db.none.list_indexes().__iter__()) or db.command("listIndexes", "none")), 26, "indexes of nothing")
    db.implicit.rename("renamed")
    t.equal((db.renamed.find_one(), db.implicit.find_one()), ({"_id": 1}, None), "rename keeps documents")
    t.error(caught(OperationFailure, db.renamed.rename, "made"), 48, "a rename does not overwrite")
    db.renamed.rename("made", dropTarget=True)
    t.equal((db.list_collection_names(), db.made.find_one()), (["made"], {"_id": 1}), "unless told to")
    t.error(caught(OperationFailure, db.none.rename, "other"), 26, "a rename of nothing")
    db.made.drop()
    t.equal((db.list_collection_names(), db.made.count_documents({})), ([], 0), "drop")
    db.again.insert_one({})
    t.true(db.name in client.list_database_names(), "the database is listed")
    listed = next(d for d in client.list_databases() if d["name"] == db.name)
    t.equal((listed["empty"], "sizeOnDisk" in listed), (False, True), "an entry of listDatabases")
    client.drop_database(db.name)
    t.true(db.name not in client.list_database_names(), "the database is gone")
    for i in range(150):
        db[f"many_{i:03}"].insert_one({})
    t.equal(len(db.list_collection_names()), 150, "listCollections over many batches")
    for bad in ("", "a\0b", "$x"):
        t.error(caught(OperationFailure, db.command, "create", bad), 73, f"a collection may not be called {bad!r}")


def write_concerns(t, client, db):
    unacknowledged = db.get_collection("c", write_concern=WriteConcern(w=0))
    t.equal(unacknowledged.insert_one({"_id": 1}).acknowledged, False, "w: 0 is not acknowledged")
    unacknowledged.update_one({"_id": 1}, {"$set": {"a": 1}})
    t.true(deployment_checks.eventually(lambda: db.c.count_documents({"a": 1}) == 1), "w: 0 is carried out all the same")
    for concern in (WriteConcern(w=1), WriteConcern(w="majority", wtimeout=5000), WriteConcern(w=1, j=True)):
        t.equal(db.get_collection("c", write_concern=concern).update_one({"_id": 1}, {"$inc": {"n": 1}}).modified_count, 1, f"{concern}")
    t.equal(db.c.find_one()["n"], 3, "three acknowledged writes")


def restart(t, client, db):
    for how in ("restart", "kill"):
        kept = db.c.insert_many([{"how": how, "i": i} for i in range(500)]).inserted_ids
        db.c.update_many({"how": how, "i": {"$lt": 100}}, {"$set": {"low": True}})
        db.c.delete_many({"how": how, "i": {"$gte": 400}})
        restart_server(how)
        found = deployment_checks.after_reconnecting(lambda: list(db.c.find({"how": how}).sort("i", 1)))
        t.equal([d["_id"] for d in found], kept[:400], f"every acknowledged document is there after {how}")
        t.equal(sum("low" in d for d in found), 100, f"every update is there after {how}")
        db.c.insert_one({"after": how})
        t.equal(db.c.count_documents({"after": how}), 1, f"writes go on after {how}")


SECTIONS = [crud, upserts, find_and_modify, table_checks.table_of_reads, table_checks.table_of_updates, table_checks.table_of_errors, cursors,
            large_documents, bulk_writes, client_bulk_writes, duplicate_keys, counting, types, concurrent_clients, catalog, write_concerns,
            *deployment_checks.SECTIONS, restart]

if __name__ == "__main__":
    sys.exit(run_sections("pymongo_sync", pymongo.MongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000), SECTIONS))
