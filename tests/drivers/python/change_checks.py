"""Change streams and the oplog, through PyMongo."""

import threading
import time

import pymongo
from bson import Timestamp
from pymongo.errors import OperationFailure

from support import caught, restart_server


def summary(event):
    """What of an event does not depend on the moment."""
    left_out = ("_id", "clusterTime", "wallTime", "collectionUUID")
    return {name: value for name, value in event.items() if name not in left_out}


def change_events(t, client, db):
    ns = {"db": db.name, "coll": "c"}
    with db.c.watch() as stream:
        t.true(stream.try_next() is None, "nothing has happened yet")
        db.c.insert_one({"_id": 1, "a": 1, "list": [1, 2], "o": {"x": 1, "y": 2}})
        db.other.insert_one({"_id": 1})
        change = {"$set": {"a": 2, "o.x": 3}, "$unset": {"o.y": 1}, "$push": {"list": 9}}
        db.c.update_one({"_id": 1}, change)
        db.c.update_one({"_id": 1}, [{"$set": {"list": [1]}}])
        db.c.update_one({"_id": 1}, {"$set": {"a": 2}})
        db.c.replace_one({"_id": 1}, {"b": 1})
        db.c.delete_one({"_id": 1})
        db.c.drop()
        events = list(stream)
    key = {"documentKey": {"_id": 1}}
    document = {"_id": 1, "a": 1, "list": [1, 2], "o": {"x": 1, "y": 2}}
    t.equal(
        [summary(event) for event in events],
        [
            {"operationType": "insert", "fullDocument": document, "ns": ns, **key},
            {
                "operationType": "update",
                "ns": ns,
                **key,
                "updateDescription": {
                    "updatedFields": {"a": 2, "list.2": 9, "o.x": 3},
                    "removedFields": ["o.y"],
                    "truncatedArrays": [],
                },
            },
            {
                "operationType": "update",
                "ns": ns,
                **key,
                "updateDescription": {
                    "updatedFields": {},
                    "removedFields": [],
                    "truncatedArrays": [{"field": "list", "newSize": 1}],
                },
            },
            {"operationType": "replace", "fullDocument": {"_id": 1, "b": 1}, "ns": ns, **key},
            {"operationType": "delete", "ns": ns, **key},
            {"operationType": "drop", "ns": ns},
            {"operationType": "invalidate"},
        ],
        "the events of a collection, to its end",
    )
    t.equal(
        list(events[0])[:4],
        ["_id", "operationType", "clusterTime", "wallTime"],
        "the order of an event's fields",
    )
    tokens = [event["_id"]["_data"] for event in events]
    t.equal(tokens, sorted(tokens), "tokens sort as the events do")


def change_scopes(t, client, db):
    with db.watch() as of_db, client.watch() as of_all, db.a.watch() as of_a:
        db.a.insert_one({"_id": 1})
        db.b.insert_one({"_id": 2})
        db.a.rename("z")
        client[db.name + "_2"].c.insert_one({"_id": 3})
        client.drop_database(db.name + "_2")
        client.drop_database(db.name)
        kinds = [(e["operationType"], e["ns"].get("coll")) for e in of_a if "ns" in e]
        t.equal(kinds, [("insert", "a"), ("rename", "a")], "of a collection, until it is renamed")
        events = list(of_db)
        kinds = [(e["operationType"], e.get("ns", {}).get("coll")) for e in events]
        t.equal(kinds[:3], [("insert", "a"), ("insert", "b"), ("rename", "a")], "of a database")
        t.equal(events[2]["to"], {"db": db.name, "coll": "z"}, "where to it was renamed")
        t.equal(sorted(kinds[3:5]), [("drop", "b"), ("drop", "z")], "its collections are dropped")
        t.equal(kinds[5:], [("dropDatabase", None), ("invalidate", None)], "to its end")
        names = (db.name, db.name + "_2")
        events = [e for e in (of_all.try_next() for _ in range(9)) if e is not None]
        kinds = [e["operationType"] for e in events if e["ns"]["db"] in names]
        t.equal(
            kinds,
            "insert insert rename insert drop dropDatabase drop drop dropDatabase".split(),
            "of everything",
        )


def change_resume(t, client, db):
    with db.c.watch() as stream:
        db.c.insert_many([{"_id": i} for i in range(5)])
        events = [stream.next() for _ in range(5)]
        idle = stream.resume_token
    ids = [e["fullDocument"]["_id"] for e in events]
    t.equal(ids, [0, 1, 2, 3, 4], "in order")
    with db.c.watch(resume_after=events[1]["_id"]) as stream:
        t.equal(stream.next()["fullDocument"]["_id"], 2, "resume_after")
    with db.c.watch(start_after=events[2]["_id"]) as stream:
        t.equal(stream.next()["fullDocument"]["_id"], 3, "start_after")
    with db.c.watch(start_at_operation_time=events[3]["clusterTime"]) as stream:
        t.equal(stream.next()["fullDocument"]["_id"], 3, "start_at_operation_time includes its time")
    with db.c.watch(resume_after=idle) as stream:
        t.true(stream.try_next() is None, "behind the last event")
        high_water = stream.resume_token
        t.true(high_water["_data"] > events[4]["_id"]["_data"], "a high-water mark sorts behind it")
        db.c.insert_one({"_id": 5})
    with db.c.watch(resume_after=high_water) as stream:
        t.equal(stream.next()["fullDocument"]["_id"], 5, "from a high-water mark")
    db.c.drop()
    with db.c.watch(resume_after=high_water) as stream:
        ends = list(stream)
    t.equal([e["operationType"] for e in ends], ["insert", "drop", "invalidate"], "to the end")
    with db.c.watch(resume_after=ends[1]["_id"]) as stream:
        t.equal([e["operationType"] for e in stream], ["invalidate"], "the end is told again")
    invalid = ends[2]["_id"]
    t.error(
        caught(OperationFailure, db.c.watch, resume_after=invalid), 260, "resume_after an invalidate"
    )
    with db.c.watch(start_after=invalid) as stream:
        db.c.insert_one({"_id": 6})
        t.equal(stream.next()["fullDocument"]["_id"], 6, "start_after an invalidate")
    wrong = caught(OperationFailure, db.c.watch, resume_after={"_data": "8200"})
    t.error(wrong, 260, "no token")
    t.error(caught(OperationFailure, db.c.watch, resume_after={}), 40647, "an empty token")


def change_images(t, client, db):
    images = {"enabled": True}
    db.create_collection("c", changeStreamPreAndPostImages=images)
    options = next(iter(db.list_collections(filter={"name": "c"})))["options"]
    t.equal(options["changeStreamPreAndPostImages"], images, "listCollections shows it")
    with (
        db.c.watch(full_document="required", full_document_before_change="required") as both,
        db.c.watch(full_document="updateLookup") as lookup,
    ):
        db.c.insert_one({"_id": 1, "a": 1})
        db.c.update_one({"_id": 1}, {"$set": {"a": 2}})
        db.c.replace_one({"_id": 1}, {"a": 3})
        db.c.delete_one({"_id": 1})
        seen = [both.next() for _ in range(4)]
        found = [
            (e["operationType"], e.get("fullDocument"), e.get("fullDocumentBeforeChange"))
            for e in seen
        ]
        t.equal(
            found,
            [
                ("insert", {"_id": 1, "a": 1}, None),
                ("update", {"_id": 1, "a": 2}, {"_id": 1, "a": 1}),
                ("replace", {"_id": 1, "a": 3}, {"_id": 1, "a": 2}),
                ("delete", None, {"_id": 1, "a": 3}),
            ],
            "images before and after",
        )
        t.equal(lookup.next()["fullDocument"], {"_id": 1, "a": 1}, "of an insertion")
        looked_up = lookup.next()
        t.true("fullDocument" in looked_up, "a lookup gives the field in any case")
        t.true(looked_up["fullDocument"] is None, "of a document that is gone by now")
    db.command("collMod", "c", changeStreamPreAndPostImages={"enabled": False})
    with db.c.watch(full_document_before_change="required") as stream:
        db.c.insert_one({"_id": 2})
        t.equal(stream.next()["operationType"], "insert", "an insertion has no image before")
        db.c.update_one({"_id": 2}, {"$set": {"a": 1}})
        t.error(caught(OperationFailure, stream.next), 47, "a required image that is not there")
    with db.c.watch(full_document="whenAvailable") as stream:
        db.c.update_one({"_id": 2}, {"$set": {"a": 2}})
        t.equal(stream.next()["fullDocument"], None, "an image that is not there")


def change_pipelines(t, client, db):
    stages = [
        {"$match": {"operationType": "insert", "fullDocument.n": {"$gte": 3}}},
        {"$project": {"fullDocument.n": 1}},
    ]
    with db.c.watch(stages) as stream:
        db.c.insert_many([{"_id": i, "n": i} for i in range(5)])
        events = [stream.next(), stream.next()]
        t.equal([e["fullDocument"] for e in events], [{"n": 3}, {"n": 4}], "stages behind it")
    t.error(caught(OperationFailure, db.c.watch, [{"$limit": 1}]), 20, "a stage that may not follow")
    t.error(caught(OperationFailure, db.c.watch, [{"$nothing": 1}]), 40324, "an unknown stage")
    with db.c.watch([{"$project": {"_id": 0}}]) as stream:
        db.c.insert_one({})
        t.error(caught(OperationFailure, stream.next), 280, "an event without its token")
    t.error(caught(OperationFailure, db.c.watch, full_document="wrong"), 2, "an unknown mode")
    t.error(caught(OperationFailure, client.admin.watch), 73, "the database admin")
    t.error(caught(OperationFailure, db["system.views"].watch), 73, "a collection of the system's")


def change_waiting(t, client, db):
    """Many streams wait at once, and hold no thread: commands go on beside them."""
    streams = [db.c.watch(max_await_time_ms=10000) for _ in range(40)]
    seen = []

    def follow(stream):
        seen.append((stream.next()["documentKey"]["_id"], time.monotonic()))

    followers = [threading.Thread(target=follow, args=(stream,)) for stream in streams]
    for follower in followers:
        follower.start()
    time.sleep(0.5)
    began = time.monotonic()
    t.equal(list(db.other.find({"a": {"$gt": 1}})), [], "a scan is answered beside them")
    t.true(time.monotonic() - began < 2, "soon")
    inserted = time.monotonic()
    db.c.insert_one({"_id": 7})
    for follower in followers:
        follower.join()
    t.equal([key for key, _ in seen], [7] * 40, "everyone sees it")
    t.true(max(at for _, at in seen) - inserted < 3, "without waiting for their time to end")
    began = time.monotonic()
    with db.c.watch(max_await_time_ms=300) as stream:
        t.true(stream.try_next() is None, "nothing comes")
        t.true(stream.try_next() is None, "and again")
    t.true(time.monotonic() - began < 3, "the time to wait is kept")
    for stream in streams:
        stream.close()


def change_expanded(t, client, db):
    with db.watch(show_expanded_events=True) as stream:
        db.create_collection("c")
        db.c.create_index([("a", 1)])
        db.c.insert_one({"_id": 1, "a": {"1": 1}})
        db.c.update_one({"_id": 1}, {"$set": {"a.1": 2}})
        db.c.create_index([("b", 1)])
        db.c.drop_index("a_1")
        db.command("collMod", "c", validationLevel="off")
        db.c.drop()
        events = [stream.next() for _ in range(8)]
    t.equal(
        [e["operationType"] for e in events],
        "create createIndexes insert update createIndexes dropIndexes modify drop".split(),
        "expanded events",
    )
    t.true(all("collectionUUID" in e for e in events), "they name the collection's uuid")
    t.equal(events[0]["nsType"], "collection", "what was created")
    t.equal(
        events[0]["operationDescription"]["idIndex"],
        {"v": 2, "key": {"_id": 1}, "name": "_id_"},
        "how it was created",
    )
    for place in (1, 5):
        names = [i["name"] for i in events[place]["operationDescription"]["indexes"]]
        t.equal(names, ["a_1"], "which index")
    t.equal(
        events[3]["updateDescription"]["disambiguatedPaths"], {"a.1": ["a", "1"]}, "which path"
    )


def change_restart(t, client, db):
    """A stream goes on by itself across a restart, and no event is lost or told twice."""
    for how in ("restart", "kill"):
        with db.c.watch() as stream:
            db.c.insert_many([{"_id": f"{how}{i}"} for i in range(3)])
            t.equal(stream.next()["documentKey"]["_id"], f"{how}0", "before it")
            restart_server(how)
            t.equal(stream.next()["documentKey"]["_id"], f"{how}1", f"after {how}")
            t.equal(stream.next()["documentKey"]["_id"], f"{how}2", f"after {how}, the next")
            db.c.insert_one({"_id": how})
            t.equal(stream.next()["documentKey"]["_id"], how, "what comes afterwards")


def oplog(t, client, db):
    entries = client.local["oplog.rs"]
    before = entries.find_one(sort=[("$natural", -1)])["ts"]
    tail = entries.find(
        {"ts": {"$gt": before}, "ns": f"{db.name}.c"},
        cursor_type=pymongo.CursorType.TAILABLE_AWAIT,
    )
    db.c.insert_one({"_id": 1, "a": 1})
    db.c.update_one({"_id": 1}, {"$set": {"a": 2}})
    db.c.delete_one({"_id": 1})
    seen = [next(tail) for _ in range(3)]
    t.equal([e["op"] for e in seen], ["i", "u", "d"], "what was done")
    t.equal(seen[0]["o"], {"_id": 1, "a": 1}, "an insertion")
    t.equal(seen[1]["o"], {"$v": 2, "diff": {"u": {"a": 2}}}, "an update")
    t.equal(seen[1]["o2"], {"_id": 1}, "of which document")
    t.equal(seen[2]["o"], {"_id": 1}, "a deletion")
    t.true(all(isinstance(e["ts"], Timestamp) and e["v"] == 2 for e in seen), "their form")
    t.true("oplog.rs" in client.local.list_collection_names(), "it is listed")
    t.true("local" in client.list_database_names(), "and its database")
    wrong = caught(OperationFailure, entries.insert_one, {})
    t.error(wrong, 73, "nobody writes to it")
    tail.close()


SECTIONS = [
    change_events,
    change_scopes,
    change_resume,
    change_images,
    change_pipelines,
    change_waiting,
    change_expanded,
    change_restart,
    oplog,
]


def standalone_watch(t, client, db):
    t.error(caught(OperationFailure, db.c.watch), 40573, "a standalone server has none")


STANDALONE = [standalone_watch]
