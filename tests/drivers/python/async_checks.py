"""The everyday work of an asynchronous client. Motor and PyMongo's AsyncMongoClient have the same
methods, but Motor's
`aggregate`, `list_indexes` and `list_collections` give a cursor at once and PyMongo's
must be awaited: `cursor_of` hides that.
"""

import asyncio
import inspect

from bson import Int64, ObjectId
from pymongo import (
    DeleteMany,
    DeleteOne,
    InsertOne,
    ReplaceOne,
    ReturnDocument,
    UpdateMany,
    UpdateOne,
)
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from support import cases, caught_async, is_standalone


async def cursor_of(result):
    return await result if inspect.isawaitable(result) else result


async def documents(result):
    return await (await cursor_of(result)).to_list(None)


async def crud(t, client, db):
    t.true(
        isinstance((await db.c.insert_one({"name": "Ada"})).inserted_id, ObjectId),
        "the driver makes an ObjectId",
    )
    t.equal(
        (await db.c.insert_many([{"_id": i, "v": i % 3} for i in range(10)])).inserted_ids,
        list(range(10)),
        "inserted ids",
    )
    t.equal((await db.c.find_one({"_id": 4}))["v"], 1, "find_one")
    t.equal(await db.c.find_one({"name": "nobody"}), None, "find_one of nothing")
    many = await db.c.update_many({"v": 1}, {"$inc": {"v": 10}})
    t.equal((many.matched_count, many.modified_count), (3, 3), "update_many")
    one = await db.c.update_one(
        {"_id": "up"}, {"$set": {"a": 1}, "$setOnInsert": {"b": 2}}, upsert=True
    )
    t.equal((one.matched_count, one.upserted_id), (0, "up"), "an upsert")
    t.equal((await db.c.replace_one({"_id": 5}, {"v": "new"})).modified_count, 1, "replace_one")
    t.equal(await db.c.find_one({"_id": 5}), {"_id": 5, "v": "new"}, "the replacement")
    t.equal((await db.c.delete_one({"v": 0})).deleted_count, 1, "delete_one")
    t.equal((await db.c.delete_many({"v": 0})).deleted_count, 3, "delete_many")
    before = await db.c.find_one_and_update({"_id": 1}, {"$inc": {"v": 1}})
    after = await db.c.find_one_and_update(
        {"_id": 1}, {"$inc": {"v": 1}}, return_document=ReturnDocument.AFTER
    )
    t.equal((before["v"], after["v"]), (11, 13), "find_one_and_update before and after")
    t.equal(
        (await db.c.find_one_and_replace({"_id": 1}, {"z": 1}))["v"], 13, "find_one_and_replace"
    )
    t.equal(await db.c.find_one_and_delete({"_id": 1}), {"_id": 1, "z": 1}, "find_one_and_delete")
    t.equal(await db.c.count_documents({"_id": {"$type": "int"}}), 5, "count_documents")
    t.equal(await db.c.estimated_document_count(), 7, "estimated_document_count")


async def table(t, client, db):
    table = cases()
    await db.c.insert_many(table["documents"])
    for case in table["queries"]:
        cursor = db.c.find(case["filter"]).sort(list(case.get("sort", {"_id": 1}).items()))
        found = await cursor.skip(case.get("skip", 0)).limit(case.get("limit", 0)).to_list(None)
        t.equal([d["_id"] for d in found], case["ids"], case["why"])
    for case in table["projections"]:
        t.same_bson(
            await db.c.find(case["filter"], case["projection"]).sort("_id", 1).to_list(None),
            case["docs"],
            case["why"],
        )
    for case in table["pipelines"]:
        t.same_bson(await documents(db.c.aggregate(case["pipeline"])), case["docs"], case["why"])
    for case in table["distincts"]:
        t.equal(
            sorted(await db.c.distinct(case["key"], case["filter"])), case["values"], case["why"]
        )
    for case in table["updates"]:
        await db.u.drop()
        if "before" in case:
            await db.u.insert_one(case["before"])
        await db.u.update_one(
            case.get("filter", {"_id": 1}), case["update"], upsert=case.get("upsert", False)
        )
        t.same_bson(await db.u.find().to_list(None), [case["after"]], case["why"])


async def errors(t, client, db):
    await db.c.insert_one({"_id": 0})
    for case in cases()["errors"]:
        raised = await caught_async(OperationFailure, db.command(case["command"]))
        if case["code"] == 0:
            t.equal(raised, None, case["why"])
        else:
            t.error(raised, case["code"], case["why"], case["message"])
    raised = await caught_async(DuplicateKeyError, db.c.insert_one({"_id": 0}))
    t.error(
        raised,
        11000,
        "a duplicate _id",
        f"E11000 duplicate key error collection: {db.name}.c index: _id_ dup key: {{ _id: 0 }}",
    )
    t.equal(
        (raised.details["keyPattern"], raised.details["keyValue"]),
        ({"_id": 1}, {"_id": 0}),
        "its key",
    )


async def cursors(t, client, db):
    await db.c.insert_many([{"_id": i} for i in range(1000)])
    for size in (7, 0, 1000):
        seen = [d["_id"] async for d in db.c.find({}, batch_size=size).sort("_id", 1)]
        t.equal(seen, list(range(1000)), f"1,000 documents in order, batch size {size}")
    seen = [
        d["_id"]
        async for d in await cursor_of(db.c.aggregate([{"$sort": {"_id": -1}}], batchSize=7))
    ]
    t.equal(seen, list(range(999, -1, -1)), "an aggregate in batches")
    half_read = db.c.find({}, batch_size=10)
    await anext(aiter(half_read))
    cursor_id = half_read.cursor_id
    await half_read.close()
    raised = await caught_async(
        OperationFailure, db.command("getMore", Int64(cursor_id), collection="c")
    )
    t.error(raised, 43, "closing kills the cursor")


async def bulk_writes(t, client, db):
    requests = [
        InsertOne({"_id": 1}),
        InsertOne({"_id": 1}),
        UpdateOne({"_id": 2}, {"$set": {"a": 1}}, upsert=True),
        ReplaceOne({"_id": 1}, {"b": 1}),
        UpdateMany({}, {"$set": {"c": 1}}),
        DeleteOne({"_id": 2}),
        DeleteMany({"none": 1}),
    ]
    raised = await caught_async(BulkWriteError, db.c.bulk_write(requests, ordered=True))
    t.equal(
        (
            raised.details["nInserted"],
            raised.details["nUpserted"],
            len(raised.details["writeErrors"]),
        ),
        (1, 0, 1),
        "ordered stops",
    )
    await db.c.drop()
    details = (await caught_async(BulkWriteError, db.c.bulk_write(requests, ordered=False))).details
    t.equal(
        tuple(details[k] for k in ("nInserted", "nUpserted", "nMatched", "nModified", "nRemoved")),
        (1, 1, 3, 3, 1),
        "unordered goes on",
    )
    t.equal(
        [(e["index"], e["code"], e["keyValue"]) for e in details["writeErrors"]],
        [(1, 11000, {"_id": 1})],
        "the error",
    )
    t.equal(await db.c.find().to_list(None), [{"_id": 1, "b": 1, "c": 1}], "what is left")


async def concurrent_tasks(t, client, db):
    await db.c.insert_one({"_id": "sum", "n": 0})

    async def work(worker):
        for i in range(50):
            await db.c.update_one({"_id": "sum"}, {"$inc": {"n": 1}})
            await db.c.insert_one({"worker": worker, "i": i})

    await asyncio.gather(*(work(i) for i in range(16)))
    t.equal((await db.c.find_one({"_id": "sum"}))["n"], 800, "no increment was lost")
    for worker in range(16):
        t.equal(await db.c.count_documents({"worker": worker}), 50, f"worker {worker}'s documents")


async def sessions(t, client, db):
    async with await cursor_of(client.start_session()) as session:
        await db.c.insert_one({"_id": 1}, session=session)
        t.equal(
            await db.c.find_one({}, session=session), {"_id": 1}, "a session reads what it wrote"
        )
        t.equal(
            session.operation_time is not None,
            not is_standalone(),
            "a replica set tells its operation time",
        )
        lsid = session.session_id
    t.equal((await client.admin.command("endSessions", [lsid]))["ok"], 1.0, "endSessions")


async def catalog(t, client, db):
    await db.create_collection("made")
    await db.implicit.insert_one({"_id": 1})
    t.equal(sorted(await db.list_collection_names()), ["implicit", "made"], "list_collection_names")
    t.equal([i["name"] for i in await documents(db.made.list_indexes())], ["_id_"], "list_indexes")
    await db.implicit.rename("renamed")
    t.equal(await db.renamed.find_one(), {"_id": 1}, "rename keeps documents")
    await db.made.drop()
    t.equal(await db.list_collection_names(), ["renamed"], "drop")
    t.true(db.name in await client.list_database_names(), "the database is listed")
    await client.drop_database(db.name)
    t.true(db.name not in await client.list_database_names(), "the database is gone")


SECTIONS = [crud, table, errors, cursors, bulk_writes, concurrent_tasks, sessions, catalog]
