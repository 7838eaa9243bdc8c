"""Content services, writes: claiming work, progress, batches, migration by cursor, retention."""

from copy import deepcopy
from datetime import datetime, timedelta, timezone

from pymongo import DeleteOne, InsertOne, ReturnDocument, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from checks.content import NOW, due_filter, is_due, priority_then_age
from expect import Checks
from systems.content import organization_id
from vocabulary import iso, moment

check = Checks("content")


@check("claims by findAndModify empty an organization's queue in priority order")
def claim_queue(db, world, expect):
    organization = organization_id(1)
    queue = world["contexts"].where(
        lambda d: d["status"] == "pending" and d["organization_id"] == organization and is_due(d)
    )
    queue.sort(key=priority_then_age)
    for place, document in enumerate(queue[:200]):
        got = db.contexts.find_one_and_update(
            due_filter(organization),
            {
                "$set": {"status": "processing", "metadata.worker": f"w{place}"},
                "$inc": {"retry_count": 1},
                "$unset": {"next_retry_at": ""},
            },
            sort=[("metadata.priority", 1), ("created_at", 1)],
            return_document=ReturnDocument.AFTER,
        )
        document["status"] = "processing"
        document["metadata"]["worker"] = f"w{place}"
        document["retry_count"] += 1
        document.pop("next_retry_at", None)
        expect.same(got, document)
    if len(queue) <= 200:
        expect.same(
            db.contexts.find_one_and_update(due_filter(organization), {"$set": {"status": "lost"}}),
            None,
        )


@check("claims with a projection and the document before; failing and requeueing")
def claim_before(db, world, expect):
    docs = world["contexts"].where(lambda d: d["status"] == "processing")[:50]
    for document in docs:
        got = db.contexts.find_one_and_update(
            {"_id": document["_id"], "status": "processing"},
            {
                "$set": {
                    "status": "failed",
                    "error": {"code": 3, "text": "превышено время"},
                    "next_retry_at": NOW,
                }
            },
            projection={"status": 1, "retry_count": 1},
        )
        expect.same(
            got,
            {
                "_id": document["_id"],
                "status": "processing",
                "retry_count": document["retry_count"],
            },
        )
        document.update(
            status="failed", error={"code": 3, "text": "превышено время"}, next_retry_at=NOW
        )
    expect.same(db.contexts.find_one_and_delete({"_id": "ctx_never"}), None)


@check("status updates on nested paths, creating the path where it is missing")
def status_updates(db, world, expect):
    docs = world["contexts"].where(lambda d: d["status"] == "processing" and "processing" not in d)[
        :100
    ]
    for document in docs:
        ended = moment(7, 60, 5)
        result = db.contexts.update_one(
            {"_id": document["_id"]},
            {
                "$set": {
                    "status": "completed",
                    "updated_at": iso(ended),
                    "processing.completed_at": ended,
                    "processing.duration_ms": 12500,
                }
            },
        )
        document.update(
            status="completed",
            updated_at=iso(ended),
            processing={"completed_at": ended, "duration_ms": 12500},
        )
        expect.same(result.modified_count, 1)
    first = docs[0]
    before = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(minutes=10)
    db.contexts.update_one(
        {"_id": first["_id"]},
        {"$currentDate": {"updated_at": True, "processing.checked": {"$type": "date"}}},
    )
    got = db.contexts.find_one({"_id": first["_id"]})
    expect.true(
        before < got["updated_at"] < before + timedelta(minutes=20),
        f"current date {got['updated_at']}",
    )
    first["updated_at"] = got["updated_at"]
    first["processing"]["checked"] = got["processing"]["checked"]
    expect.same(got, first)


@check("a batch of contexts: insertMany, then counters on the batch")
def batch_creation(db, world, expect):
    made = [deepcopy(world["contexts"][f"ctx_{k:06d}"]) for k in range(250)]
    for number, document in enumerate(made):
        document.update(_id=f"ctx_new_{number}", batch_id="batch_new", status="pending")
    expect.same(db.contexts.insert_many(made).inserted_ids, [d["_id"] for d in made])
    for document in made:
        world["contexts"].insert(document)
    batch = {"_id": "batch_new", "name": "Neu", "context_ids": [], "context_count": 0}
    db.batches.insert_one(dict(batch))
    db.batches.update_one(
        {"_id": "batch_new"},
        {
            "$push": {"context_ids": {"$each": [d["_id"] for d in made]}},
            "$inc": {"context_count": len(made)},
        },
    )
    world["batches"].insert(
        dict(batch, context_ids=[d["_id"] for d in made], context_count=len(made))
    )
    expect.same_documents(
        db.batches.find({"context_ids": "ctx_new_7"}), [world["batches"]["batch_new"]]
    )


@check("duplicate keys: the single, the ordered and the unordered batch")
def duplicates(db, world, expect):
    try:
        db.contexts.insert_one({"_id": "ctx_000001"})
        expect.true(False, "a duplicate _id was accepted")
    except DuplicateKeyError as error:
        expect.same(
            [error.code, error.details["keyPattern"], error.details["keyValue"]],
            [11000, {"_id": 1}, {"_id": "ctx_000001"}],
        )
    batch = [
        {"_id": f"ctx_dup_{k}"} if k != 4 and k != 7 else {"_id": "ctx_000002"} for k in range(10)
    ]
    for ordered, inserted, failed in ((True, 4, [4]), (False, 4, [0, 1, 2, 3, 4, 7])):
        try:
            db.contexts.insert_many([dict(d) for d in batch], ordered=ordered)
            expect.true(False, "a duplicate _id was accepted")
        except BulkWriteError as error:
            expect.same(
                [error.details["nInserted"], [e["index"] for e in error.details["writeErrors"]]],
                [inserted, failed],
            )
    for document in (d for d in batch if d["_id"] != "ctx_000002"):
        world["contexts"].insert(document)
    expect.same_documents(
        db.contexts.find({"_id": {"$gte": "ctx_dup", "$lt": "ctx_duq"}}),
        [d for d in batch if d["_id"] != "ctx_000002"],
    )
    gone = {d["_id"]: world["contexts"][d["_id"]] for d in batch if d["_id"] != "ctx_000002"}
    expect.same(db.contexts.delete_many({"_id": {"$in": list(gone)}}).deleted_count, 8)
    world["contexts"].delete(gone.values())


@check("migration by cursor: component timings from completed components, batches of 100")
def component_timings(db, world, expect):
    query = {
        "status": "completed",
        "processing.component_timings": {"$exists": False},
        "processing.completed_components": {"$exists": True},
    }
    mine = world["contexts"].where(
        lambda d: (
            d["status"] == "completed"
            and "component_timings" not in d.get("processing", {})
            and "completed_components" in d.get("processing", {})
        )
    )
    processed = 0
    for context in db.contexts.find(query).batch_size(100):
        document = world["contexts"][context["_id"]]
        timings = {component: 0 for component in context["processing"]["completed_components"]}
        result = db.contexts.update_one(
            {"_id": context["_id"]},
            {"$set": {"processing.component_timings": timings, "updated_at": iso(NOW)}},
        )
        document["processing"]["component_timings"] = timings
        document["updated_at"] = iso(NOW)
        processed += result.modified_count
    expect.same(processed, len(mine))
    expect.true(processed > 0, "nothing to migrate")
    expect.same(db.contexts.count_documents(query), 0)


@check("later steps of the migration: defaults everywhere, a field renamed, one removed")
def schema_change(db, world, expect):
    docs = world["contexts"]
    lacking = docs.where(lambda d: "priority" not in d["metadata"])
    result = db.contexts.update_many(
        {"metadata.priority": {"$exists": False}}, {"$set": {"metadata.priority": 3}}
    )
    expect.same([result.matched_count, result.modified_count], [len(lacking), len(lacking)])
    for document in lacking:
        document["metadata"]["priority"] = 3
    renamed = docs.where(lambda d: "client_version" in d["metadata"])
    result = db.contexts.update_many(
        {"metadata.client_version": {"$exists": True}},
        {"$rename": {"metadata.client_version": "metadata.client"}, "$unset": {"error": ""}},
    )
    expect.same(result.modified_count, len(renamed))
    for document in renamed:
        document["metadata"]["client"] = document["metadata"].pop("client_version")
        document.pop("error", None)


@check("tags: addToSet, push, pull by value and by condition, pop at both ends")
def tag_updates(db, world, expect):
    docs = list(world["templates"])
    everything = len(docs)
    added = sum("article" not in d["metadata"]["tags"] for d in docs)
    expect.same(
        db.templates.update_many({}, {"$addToSet": {"metadata.tags": "article"}}).modified_count,
        added,
    )
    pulled = sum("legal" in d["metadata"]["tags"] for d in docs)
    for document in docs:
        if "article" not in document["metadata"]["tags"]:
            document["metadata"]["tags"].append("article")
    expect.same(
        db.templates.update_many({}, {"$pull": {"metadata.tags": "legal"}}).modified_count, pulled
    )
    db.templates.update_many(
        {"is_active": False},
        {"$push": {"metadata.tags": "неактивный"}, "$set": {"metadata.note": None}},
    )
    db.templates.update_many({"is_active": True}, {"$pop": {"metadata.tags": -1}})
    db.templates.update_many({"metadata.category": "news"}, {"$pop": {"metadata.tags": 1}})
    for document in docs:
        tags = [tag for tag in document["metadata"]["tags"] if tag != "legal"]
        if document["is_active"]:
            tags = tags[1:]
        else:
            tags.append("неактивный")
            document["metadata"]["note"] = None
        document["metadata"]["tags"] = (
            tags[:-1] if document["metadata"]["category"] == "news" else tags
        )
    pulled = db.users.update_many(
        {}, {"$pull": {"api_keys": {"name": "Staging", "permissions": "admin"}}}
    )
    changed = 0
    for document in world["users"]:
        kept = [
            k
            for k in document["api_keys"]
            if not (k["name"] == "Staging" and "admin" in k["permissions"])
        ]
        changed += kept != document["api_keys"]
        document["api_keys"] = kept
    expect.same([pulled.matched_count, pulled.modified_count], [len(world["users"]), changed])
    expect.same_documents(db.templates.find(), docs, least=everything)


@check("numbers: inc and mul keep or widen the type, min and max compare across types")
def number_updates(db, world, expect):
    for document in world["components"]:
        result = db.components.update_one(
            {"_id": document["_id"]},
            {
                "$mul": {"metadata.cost_per_1k_tokens": 2, "config.max_tokens": 1.5},
                "$inc": {"config.runs": 1},
                "$min": {"config.temperature": 0.6},
                "$max": {"config.top_p": 1},
            },
        )
        expect.same(result.modified_count, 1)
        config = document["config"]
        config["max_tokens"] = config["max_tokens"] * 1.5
        document["metadata"]["cost_per_1k_tokens"] *= 2
        config["temperature"] = 0.6 if config["temperature"] > 0.6 else config["temperature"]
        config["runs"] = 1
    big = db.batches.find_one_and_update(
        {"_id": "batch_0000"},
        {"$inc": {"context_count": 2**31}},
        return_document=ReturnDocument.AFTER,
    )
    batch = world["batches"]["batch_0000"]
    batch["context_count"] = type(big["context_count"])(batch["context_count"] + 2**31)
    expect.same(big, batch)
    expect.same(type(big["context_count"]).__name__, "Int64")


@check("a bulk of everything in one order, counted exactly")
def bulk(db, world, expect):
    result = db.batches.bulk_write(
        [
            InsertOne({"_id": "bulk_a", "n": 1}),
            UpdateOne({"_id": "bulk_a"}, {"$inc": {"n": 5}}),
            UpdateOne({"_id": "bulk_b"}, {"$set": {"n": 7}}, upsert=True),
            UpdateMany({"_id": {"$in": ["bulk_a", "bulk_b"]}}, {"$mul": {"n": 10}}),
            DeleteOne({"_id": "bulk_a"}),
            DeleteOne({"_id": "bulk_c"}),
        ]
    )
    expect.same(
        [result.inserted_count, result.matched_count, result.modified_count, result.deleted_count],
        [1, 3, 3, 1],
    )
    expect.same(list(result.upserted_ids.items()), [(2, "bulk_b")])
    world["batches"].insert({"_id": "bulk_b", "n": 70})
    expect.same_documents(
        db.batches.find({"_id": {"$in": ["bulk_a", "bulk_b", "bulk_c"]}}),
        [{"_id": "bulk_b", "n": 70}],
    )


@check("retention: contexts past their days go to the archive, then away")
def retention(db, world, expect):
    limit = world["contexts"][f"ctx_{len(world['contexts']) // 10:06d}"]["created_at"]
    old = world["contexts"].where(lambda d: d["created_at"] < limit)
    archived = list(
        db.contexts.find(
            {"created_at": {"$lt": limit}},
            {"data.generated_content": 0, "data.formatted_content": 0},
        ).sort([("created_at", 1), ("_id", 1)])
    )
    db.contexts_archive.insert_many(archived)
    expect.same(db.contexts.delete_many({"created_at": {"$lt": limit}}).deleted_count, len(old))
    world["contexts"].delete(old)
    for document in sorted(old, key=lambda d: (d["created_at"], d["_id"])):
        data = {
            name: value
            for name, value in document["data"].items()
            if name not in ("generated_content", "formatted_content")
        }
        world["contexts_archive"].insert(dict(document, data=data))
    expect.same(db.contexts.count_documents({"created_at": {"$lt": limit}}), 0)
    expect.same(db.contexts_archive.count_documents({}), len(old))
