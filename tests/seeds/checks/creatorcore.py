"""CreatorCore: history by topic, feedback, embeddings, the backfill migration, exports."""

import re

from pymongo import ASCENDING, DESCENDING, ReplaceOne, ReturnDocument, UpdateOne

from expect import Checks, averaged, dig, grouped, summed
from systems.creatorcore import EMBEDDING_DIMENSIONS, topic
from vocabulary import Dice

check = Checks("creatorcore")


@check("latest generation of a topic: findOne by topic, timestamp descending")
def latest_of_topic(db, world, expect):
    for number in range(20):
        mine = world["generations"].where(lambda d: d["topic"] == topic(number))
        if mine:
            got = db.generations.find_one(
                {"topic": topic(number)}, sort=[("timestamp", DESCENDING)]
            )
            expect.same(got, max(mine, key=lambda d: d["timestamp"]))
    expect.same(db.generations.find_one({"topic": "no such topic"}), None)


@check("history of a topic, page by page")
def history_pages(db, world, expect):
    mine = world["generations"].where(lambda d: d["topic"] == topic(3))
    for skip in range(0, len(mine), 7):
        got = list(
            db.generations.find({"topic": topic(3)}).sort("timestamp", -1).skip(skip).limit(7)
        )
        expect.same_page(got, mine, lambda d: d["timestamp"], skip, 7, reverse=True)


@check("generations with and without embeddings, and of the right size")
def embeddings_exist(db, world, expect):
    having = world["generations"].where(lambda d: "embedding" in d)
    lacking = world["generations"].where(lambda d: "embedding" not in d)
    expect.same_documents(db.generations.find({"embedding": {"$exists": True}}), having)
    expect.same_documents(db.generations.find({"embedding": {"$exists": False}}), lacking)
    expect.same(
        db.generations.count_documents({"embedding": {"$size": EMBEDDING_DIMENSIONS}}), len(having)
    )
    expect.same(db.generations.count_documents({"embedding": {"$size": 3}}), 0)
    expect.same(db.generations.count_documents({"embedding": {"$type": "double"}}), len(having))


@check("one number inside an embedding finds its documents")
def number_in_embedding(db, world, expect):
    wanted = world["generations"].where(lambda d: "embedding" in d)[0]["embedding"][17]
    mine = world["generations"].where(lambda d: wanted in d.get("embedding", ()))
    expect.same_documents(db.generations.find({"embedding": wanted}), mine)
    place = world["generations"].where(lambda d: dig(d, "embedding", [0])[0] > 0.05)
    expect.same_documents(db.generations.find({"embedding.0": {"$gt": 0.05}}), place)


@check("iterations are strings and sort as strings")
def iterations_sort_as_strings(db, world, expect):
    got = list(
        db.generations.find({}, {"embedding": 0}).sort([("iteration", -1), ("_id", 1)]).limit(50)
    )
    ordered = sorted(world["generations"], key=lambda d: d["_id"])
    ordered.sort(key=lambda d: d["iteration"], reverse=True)
    expect.same(got, [without(d, "embedding") for d in ordered[:50]])


@check("token counts of three number types compare by value")
def tokens_by_value(db, world, expect):
    docs = world["generations"]
    for query, predicate in (
        ({"$gte": 1000, "$lt": 1500.5}, lambda v: 1000 <= v < 1500.5),
        ({"$mod": [7, 3]}, lambda v: int(v) % 7 == 3),
        ({"$type": "int"}, lambda v: type(v) is int),
        ({"$type": ["long", "double"]}, lambda v: type(v) is not int),
        ({"$type": "number", "$gt": 3000}, lambda v: v > 3000),
        ({"$not": {"$lte": 3900}}, lambda v: v > 3900),
        ({"$eq": 100, "$ne": 101}, lambda v: v == 100),
    ):
        mine = docs.where(lambda d: predicate(d["tokens_used"]))
        expect.same_documents(db.generations.find({"tokens_used": query}), mine, least=0)


@check("Unicode text by regular expression")
def unicode_regex(db, world, expect):
    for pattern, flags in (
        ("^音楽", 0),
        ("пингвин|булок", 0),
        ("СЪЕШЬ ЖЕ", re.I),
        ("zwölf boxkämpfer", re.I),
        (r"\U0001F39B", 0),
        ("e\u0301 vs", 0),
        ("^[a-z]+ 00[12]", re.I),
    ):
        pattern = pattern.replace(r"\U0001F39B", "\U0001f39b")
        rule = re.compile(pattern, flags)
        mine = world["generations"].where(
            lambda d: rule.search(d["topic"]) or rule.search(d["output_text"])
        )
        got = db.generations.find(
            {
                "$or": [
                    {"topic": rule},
                    {"output_text": {"$regex": pattern, "$options": "i" if flags else ""}},
                ]
            }
        )
        expect.same_documents(got, mine)


@check("feedback: null, missing, present")
def feedback_null_or_missing(db, world, expect):
    docs = world["generations"]
    expect.same_documents(
        db.generations.find({"feedback": None}), docs.where(lambda d: d.get("feedback") is None)
    )
    expect.same_documents(
        db.generations.find({"feedback": {"$type": "null"}}),
        docs.where(lambda d: d.get("feedback", 0) is None),
    )
    expect.same_documents(
        db.generations.find({"feedback": {"$ne": None}}),
        docs.where(lambda d: d.get("feedback") is not None),
    )
    expect.same_documents(
        db.generations.find(
            {
                "feedback": {"$exists": True, "$nin": [None]},
                "feedback_score": {"$in": [0.5, 1, None]},
            }
        ),
        docs.where(
            lambda d: d.get("feedback") is not None and d.get("feedback_score") in (0.5, 1, None)
        ),
    )


@check("text export without embeddings, embedding export without text")
def exports(db, world, expect):
    docs = world["generations"]
    got = db.generations.find({}, {"embedding": 0, "embedding_updated": 0}, batch_size=500)
    expect.same_documents(got, [without(d, "embedding", "embedding_updated") for d in docs])
    got = db.generations.find({"embedding": {"$exists": True}}, {"embedding": 1})
    expect.same_documents(
        got, [{"_id": d["_id"], "embedding": d["embedding"]} for d in docs if "embedding" in d]
    )
    got = (
        db.generations.find({}, {"_id": 0, "topic": 1, "iteration": True})
        .sort("timestamp", ASCENDING)
        .limit(300)
    )
    expect.same(
        list(got), [{"topic": d["topic"], "iteration": d["iteration"]} for d in list(docs)[:300]]
    )


@check("tokens and scores by topic")
def group_by_topic(db, world, expect):
    pipeline = [
        {
            "$group": {
                "_id": "$topic",
                "tokens": {"$sum": "$tokens_used"},
                "score": {"$avg": "$feedback_score"},
                "first": {"$min": "$timestamp"},
                "last": {"$max": "$timestamp"},
                "n": {"$sum": 1},
            }
        }
    ]
    expected = {
        name: {
            "tokens": summed(d["tokens_used"] for d in mine),
            "score": averaged(d.get("feedback_score") for d in mine),
            "first": min(d["timestamp"] for d in mine),
            "last": max(d["timestamp"] for d in mine),
            "n": len(mine),
        }
        for name, mine in grouped(world["generations"], lambda d: d["topic"]).items()
    }
    expect.same_groups(db.generations.aggregate(pipeline), expected)


@check("distinct topics, all and of a filter")
def distinct_topics(db, world, expect):
    docs = world["generations"]
    expect.same_set(db.generations.distinct("topic"), [d["topic"] for d in docs])
    expect.same_set(
        db.generations.distinct("iteration", {"tokens_used": {"$lt": 200}}),
        [d["iteration"] for d in docs if d["tokens_used"] < 200],
    )


@check("feedback update by _id: text and score")
def feedback_updates(db, world, expect):
    for document in list(world["generations"])[:: max(1, len(world["generations"]) // 200)]:
        result = db.generations.update_one(
            {"_id": document["_id"]}, {"$set": {"feedback": "très bien 👍", "feedback_score": 1.5}}
        )
        changed = (
            document.get("feedback_score") != 1.5 or document.get("feedback") != "très bien 👍"
        )
        expect.same([result.matched_count, result.modified_count], [1, int(changed)])
        document["feedback"] = "très bien 👍"
        document["feedback_score"] = 1.5
    got = db.generations.find_one_and_update(
        {"topic": topic(5)},
        {"$inc": {"feedback_score": 0.5}},
        sort=[("timestamp", -1)],
        return_document=ReturnDocument.AFTER,
    )
    document = max(
        world["generations"].where(lambda d: d["topic"] == topic(5)), key=lambda d: d["timestamp"]
    )
    document["feedback_score"] = document.get("feedback_score", 0.0) + 0.5
    expect.same(got, document)


@check("votes: push, upsert with setOnInsert, min, max, inc")
def votes(db, world, expect):
    loops = world["feedback_loops"]
    for number, document in enumerate(list(loops)[:40]):
        vote = {"by": "reader_é", "score": number % 3, "at": "2025-07-01T00:00:00Z"}
        db.feedback_loops.update_one(
            {"_id": document["_id"]},
            {
                "$push": {"votes": vote},
                "$inc": {"rounds": 1},
                "$max": {"best": number % 3},
                "$min": {"worst": -number},
            },
        )
        document["votes"] = document["votes"] + [vote]
        document.update({"best": number % 3, "rounds": 1, "worst": -number})
    dice = Dice(world.seed, "creatorcore.upserts")
    for index in range(30):
        key = dice.object_id(index // 2)
        result = db.feedback_loops.update_one(
            {"_id": key},
            {"$setOnInsert": {"topic": "new", "votes": []}, "$inc": {"rounds": 1}},
            upsert=True,
        )
        expect.same(result.upserted_id, None if index % 2 else key)
    for index in range(15):
        loops.insert({"_id": dice.object_id(index), "rounds": 2, "topic": "new", "votes": []})
    expect.same_documents(
        db.feedback_loops.find({"rounds": {"$exists": True}}), loops.where(lambda d: "rounds" in d)
    )


@check("votes inside arrays by elemMatch and dotted path")
def votes_in_arrays(db, world, expect):
    loops = world["feedback_loops"]
    expect.same_documents(
        db.feedback_loops.find(
            {"votes": {"$elemMatch": {"score": {"$gte": 2}, "by": {"$lt": "reader_3"}}}}
        ),
        loops.where(lambda d: any(v["score"] >= 2 and v["by"] < "reader_3" for v in d["votes"])),
    )
    expect.same_documents(
        db.feedback_loops.find({"votes.score": -2, "votes.by": {"$gt": "reader_4"}}),
        loops.where(
            lambda d: (
                any(v["score"] == -2 for v in d["votes"])
                and any(v["by"] > "reader_4" for v in d["votes"])
            )
        ),
    )
    expect.same_documents(
        db.feedback_loops.find({"votes.0.score": 1}),
        loops.where(lambda d: d["votes"] and d["votes"][0]["score"] == 1),
    )
    expect.same_documents(
        db.feedback_loops.find({"votes": {"$size": 0}}), loops.where(lambda d: not d["votes"])
    )


@check("migration to version 2: a cursor in batches backfills embeddings")
def backfill(db, world, expect):
    dice = Dice(world.seed, "creatorcore.backfill")
    lacking = world["generations"].where(lambda d: "embedding" not in d)
    seen, requests, modified = [], [], 0
    for found in db.generations.find(
        {"embedding": {"$exists": False}}, {"_id": 1}, batch_size=100
    ).sort("_id", 1):
        document = world["generations"][found["_id"]]
        seen.append(found["_id"])
        fields = {
            "embedding": dice.embedding(EMBEDDING_DIMENSIONS),
            "embedding_updated": "2025-12-01T00:00:00Z",
        }
        if "feedback_score" not in document:
            fields["feedback_score"] = 0.0
        document.update(sorted(fields.items()))
        requests.append(
            UpdateOne({"_id": found["_id"], "embedding": {"$exists": False}}, {"$set": fields})
        )
        if len(requests) == 100:
            modified += db.generations.bulk_write(requests, ordered=False).modified_count
            requests = []
    if requests:
        modified += db.generations.bulk_write(requests).modified_count
    expect.same(seen, sorted(d["_id"] for d in lacking))
    expect.same(modified, len(lacking))
    expect.same(db.generations.count_documents({"embedding": {"$exists": False}}), 0)


@check("restoring a dump: whole documents replaced by _id, and the missing ones put back")
def restore(db, world, expect):
    docs = list(world["feedback_loops"])
    lost = docs[::5]
    expect.same(
        db.feedback_loops.delete_many({"_id": {"$in": [d["_id"] for d in lost]}}).deleted_count,
        len(lost),
    )
    world["feedback_loops"].delete(lost)
    result = db.feedback_loops.bulk_write(
        [ReplaceOne({"_id": d["_id"]}, d, upsert=True) for d in docs]
    )
    expect.same(
        [result.upserted_count, result.matched_count, result.modified_count],
        [len(lost), len(docs) - len(lost), 0],
    )
    for document in lost:
        world["feedback_loops"].insert(document)


def without(document, *names):
    return {name: value for name, value in document.items() if name not in names}
