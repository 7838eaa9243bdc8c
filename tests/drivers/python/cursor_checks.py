"""Cursors over many batches and documents of every size, through PyMongo, sync."""

import bson
from bson import Int64
from pymongo.errors import OperationFailure

import deployment_checks
from support import caught


def _drain(t, collection, batch_size, expected_batches):
    listener = deployment_checks.CommandLog()
    client = deployment_checks.listening_client(listener)
    cursor = (
        client[collection.database.name][collection.name]
        .find({}, batch_size=batch_size)
        .sort("_id", 1)
    )
    t.equal(
        [d["_id"] for d in cursor],
        list(range(1000)),
        f"1,000 documents in order, batch size {batch_size}",
    )
    t.equal(
        len(listener.started("find")) + len(listener.started("getMore")),
        expected_batches,
        f"batches of size {batch_size}",
    )
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
    t.equal(
        (len(rest["nextBatch"]), type(rest["id"]), int(rest["id"])),
        (899, Int64, 0),
        "the rest, and an int64 zero id",
    )
    t.error(
        caught(OperationFailure, db.command, "getMore", first["id"], collection="c"),
        43,
        "a finished cursor is gone",
    )
    t.equal(len(list(db.c.find({}, limit=250, batch_size=100))), 250, "limit over several batches")
    t.equal(len(list(db.c.find({}, limit=-5))), 5, "a negative limit is one batch")
    t.equal(
        len(list(db.c.aggregate([{"$match": {"_id": {"$lt": 500}}}], batchSize=7))),
        500,
        "an aggregate's cursor in batches",
    )
    t.equal(
        len(list(db.c.aggregate([{"$sort": {"_id": -1}}], batchSize=0))),
        1000,
        "a first batch of size 0",
    )
    open_cursor = db.command("find", "c", batchSize=2)["cursor"]["id"]
    killed = db.command("killCursors", "c", cursors=[open_cursor, Int64(99)])
    t.equal(
        (killed["cursorsKilled"], killed["cursorsNotFound"]), ([open_cursor], [99]), "killCursors"
    )
    t.error(
        caught(OperationFailure, db.command, "getMore", open_cursor, collection="c"),
        43,
        "a killed cursor is gone",
    )
    half_read = db.c.find({}, batch_size=10)
    cursor_id = next(half_read) and half_read.cursor_id
    half_read.close()
    t.error(
        caught(OperationFailure, db.command, "getMore", Int64(cursor_id), collection="c"),
        43,
        "closing kills the cursor",
    )


def large_documents(t, client, db):
    pad = "z" * (1024 * 1024)
    for i in range(40):
        db.c.insert_one({"_id": i, "pad": pad})
    first = db.command("find", "c", batchSize=100)["cursor"]
    t.true(len(first["firstBatch"]) <= 16 and first["id"] != 0, "a batch stays within 16 MiB")
    t.equal(
        sum(1 for d in db.c.find({}, batch_size=100) if len(d["pad"]) == len(pad)),
        40,
        "40 MiB through one cursor",
    )
    greatest = {"_id": "greatest", "pad": ""}
    greatest["pad"] = "g" * (16 * 1024 * 1024 - len(bson.encode(greatest)))
    t.equal(len(bson.encode(greatest)), 16 * 1024 * 1024, "a document of exactly 16 MiB")
    db.c.insert_one(greatest)
    t.equal(
        len(db.c.find_one({"_id": "greatest"})["pad"]),
        len(greatest["pad"]),
        "the greatest document comes back",
    )
    raised = caught(
        OperationFailure, db.c.update_one, {"_id": "greatest"}, {"$set": {"more": "x" * 100}}
    )
    t.true(
        raised is not None and raised.code in (10334, 17419),
        f"an update may not grow beyond 16 MiB ({raised})",
    )
    t.equal(
        db.c.insert_many([{"v": i} for i in range(120_000)]).inserted_ids.__len__(),
        120_000,
        "more than one wire batch",
    )
    t.equal(db.c.count_documents({"v": {"$exists": True}}), 120_000, "all of them are there")


def idle_cursors(t, client, db):
    db.c.insert_many([{"_id": i} for i in range(3)])
    cursor = db.c.find({}, batch_size=2, no_cursor_timeout=True)
    next(cursor)
    asked = [{"$currentOp": {"idleCursors": True}}, {"$match": {"type": "idleCursor"}}]
    ours = {"$match": {"cursor.cursorId": cursor.cursor_id}}
    told = list(client.admin.aggregate([*asked, ours]))
    t.equal(len(told), 1, "an idle cursor is told of")
    t.equal(told[0]["ns"], f"{db.name}.c", "the idle cursor's namespace")
    t.true(told[0]["cursor"]["noCursorTimeout"], "that it never times out")
    t.true("id" in told[0]["lsid"], "whose session it is")
    cursor.close()
    t.equal(list(client.admin.aggregate([*asked, ours])), [], "a closed cursor is gone")
    t.equal(
        list(client.admin.aggregate([{"$currentOp": {}}, {"$match": {"type": "idleCursor"}}])),
        [],
        "idle cursors are told of only where asked for",
    )


SECTIONS = [cursors, large_documents, idle_cursors]
