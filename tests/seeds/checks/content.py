"""Content services, reads: polling, histories, batch summaries, tags, nested paths and arrays."""

import re
from datetime import datetime

from expect import Checks, averaged, dig, grouped, nothing_first, summed
from systems.content import STATUSES, organization_id
from vocabulary import moment

check = Checks("content")
NOW = moment(50000, 20)


def is_due(document):
    """`$lte` with a date matches dates only: not the ISO strings of the older writer."""
    retry = document.get("next_retry_at")
    return retry is None or (isinstance(retry, datetime) and retry <= NOW)


def priority_then_age(document):
    return nothing_first(dig(document["metadata"], "priority")), document["created_at"]


def due_filter(organization):
    return {
        "status": "pending",
        "organization_id": organization,
        "$or": [{"next_retry_at": {"$lte": NOW}}, {"next_retry_at": None}],
    }


@check("worker polling: pending and due, by priority then age, ten at a time")
def worker_polling(db, world, expect):
    for number in range(0, 20):
        organization = organization_id(number)
        mine = world["contexts"].where(
            lambda d: (
                d["status"] == "pending" and d["organization_id"] == organization and is_due(d)
            )
        )
        if not mine:
            continue
        got = list(
            db.contexts.find(due_filter(organization))
            .sort([("metadata.priority", 1), ("created_at", 1)])
            .limit(10)
        )
        expect.same_page(got, mine, priority_then_age, 0, 10)
    expect.true(expect.compared > 20, "no organization has pending work")


@check("retry moments: a date range does not match the strings, and the reverse")
def retry_types(db, world, expect):
    docs = world["contexts"]
    for query, predicate in (
        ({"$type": "date"}, lambda v: isinstance(v, datetime)),
        ({"$type": "string"}, lambda v: isinstance(v, str)),
        ({"$gt": NOW}, lambda v: isinstance(v, datetime) and v > NOW),
        ({"$gt": "2025-03-10"}, lambda v: isinstance(v, str) and v > "2025-03-10"),
        ({"$not": {"$gt": NOW}}, lambda v: not (isinstance(v, datetime) and v > NOW)),
    ):
        expect.same(
            db.contexts.count_documents({"next_retry_at": query}),
            len(docs.where(lambda d: predicate(d.get("next_retry_at")))),
            f"count for {query}",
        )
    expect.same(
        db.contexts.count_documents({"next_retry_at": {"$exists": False}}),
        len(docs.where(lambda d: "next_retry_at" not in d)),
    )


@check("sorting on a field of mixed types: null, strings, dates")
def mixed_sort(db, world, expect):
    def rank(document):
        value = document.get("next_retry_at")
        kind = 0 if value is None else 1 if isinstance(value, str) else 2
        return kind, value if kind else 0, document["_id"]

    mine = world["contexts"].where(lambda d: d["batch_id"] < "batch_0010")
    got = list(
        db.contexts.find({"batch_id": {"$lt": "batch_0010"}}).sort(
            [("next_retry_at", 1), ("_id", 1)]
        )
    )
    expect.same_page(got, mine, rank)
    got = list(
        db.contexts.find({"batch_id": {"$lt": "batch_0010"}})
        .sort([("next_retry_at", -1), ("_id", -1)])
        .skip(5)
        .limit(40)
    )
    expect.same_page(got, mine, rank, 5, 40, reverse=True)


@check("a user's recent contexts, newest first")
def user_history(db, world, expect):
    for number in range(10):
        mine = world["contexts"].where(lambda d: d["user_id"] == f"user_{number}")
        for organization in sorted({d["organization_id"] for d in mine})[:3]:
            query = {"user_id": f"user_{number}", "organization_id": organization}
            got = list(db.contexts.find(query).sort("created_at", -1).limit(20))
            expect.same_page(
                got,
                [d for d in mine if d["organization_id"] == organization],
                lambda d: d["created_at"],
                0,
                20,
                True,
            )


@check("batch status summary by aggregation")
def batch_status(db, world, expect):
    for number in range(12):
        mine = world["contexts"].where(lambda d: d["batch_id"] == f"batch_{number:04d}")
        got = db.contexts.aggregate(
            [
                {"$match": {"batch_id": f"batch_{number:04d}"}},
                {"$group": {"_id": "$status", "count": {"$sum": 1}}},
            ]
        )
        expect.same_groups(
            got,
            {
                key: {"count": len(docs)}
                for key, docs in grouped(mine, lambda d: d["status"]).items()
            },
        )


@check("everything by organization and status: sums, averages, bounds")
def organization_summary(db, world, expect):
    pipeline = [
        {"$match": {"status": {"$in": ["completed", "failed"]}}},
        {
            "$group": {
                "_id": "$organization_id",
                "spent": {"$sum": "$processing.duration_ms"},
                "mean": {"$avg": "$metadata.priority"},
                "least": {"$min": "$processing.duration_ms"},
                "latest": {"$max": "$updated_at"},
                "retries": {"$avg": "$retry_count"},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    done = world["contexts"].where(lambda d: d["status"] in ("completed", "failed"))
    expected = [
        {
            "_id": key,
            "spent": summed(d["processing"]["duration_ms"] for d in docs),
            "mean": averaged(dig(d, "metadata.priority") for d in docs),
            "least": min(d["processing"]["duration_ms"] for d in docs),
            "latest": max(d["updated_at"] for d in docs),
            "retries": averaged(d["retry_count"] for d in docs),
        }
        for key, docs in sorted(grouped(done, lambda d: d["organization_id"]).items())
    ]
    expect.same(list(db.contexts.aggregate(pipeline)), expected)


@check("priorities of three number types fall into one group each")
def number_groups(db, world, expect):
    got = {
        document["_id"]: document["n"]
        for document in db.contexts.aggregate(
            [{"$group": {"_id": "$metadata.priority", "n": {"$sum": 1}}}]
        )
    }
    expected = {
        key: len(docs)
        for key, docs in grouped(
            world["contexts"], lambda d: dig(d, "metadata.priority", None)
        ).items()
    }
    expect.true(got == expected, f"groups {got}, expected {expected}")
    mine = world["contexts"].where(lambda d: dig(d, "metadata.priority") == 5)
    expect.same_documents(db.contexts.find({"metadata.priority": 5}), mine)
    expect.same_documents(
        db.contexts.find({"metadata.priority": 5.0, "status": "failed"}),
        [d for d in mine if d["status"] == "failed"],
    )


@check("aggregation pages: match, sort, skip, limit, project, count")
def pipeline_pages(db, world, expect):
    mine = world["contexts"].where(lambda d: d["type"] == "article" and d["status"] != "pending")
    match = {"$match": {"type": "article", "status": {"$ne": "pending"}}}
    ordered = sorted(mine, key=lambda d: d["created_at"], reverse=True)
    got = db.contexts.aggregate(
        [
            match,
            {"$sort": {"created_at": -1}},
            {"$skip": 10},
            {"$limit": 25},
            {"$project": {"title": "$data.title", "status": 1, "metadata.priority": 1}},
        ]
    )
    expect.same(list(got), [projected(d) for d in ordered[10:35]])
    got = db.contexts.aggregate(
        [
            match,
            {"$project": {"data": 0, "metadata.source": 0, "pipeline": 0}},
            {"$sort": {"created_at": 1}},
            {"$limit": 20},
        ]
    )
    expect.same(list(got), [excluded(d) for d in ordered[::-1][:20]])
    expect.same(
        list(db.contexts.aggregate([match, {"$count": "articles"}])), [{"articles": len(mine)}]
    )
    expect.same(list(db.contexts.aggregate([{"$match": {"type": "nothing"}}, {"$count": "n"}])), [])


def projected(document):
    """Kept fields in the document's order, then the computed one."""
    priority = dig(document, "metadata.priority", None)
    return {
        "_id": document["_id"],
        "status": document["status"],
        "metadata": {} if priority is None else {"priority": priority},
        "title": document["data"]["title"],
    }


def excluded(document):
    rest = {name: value for name, value in document.items() if name not in ("data", "pipeline")}
    rest["metadata"] = {
        name: value for name, value in document["metadata"].items() if name != "source"
    }
    return rest


@check("push collects in sorted order, totals over everything with _id null")
def push_and_totals(db, world, expect):
    mine = world["contexts"].where(lambda d: d["batch_id"] < "batch_0005")
    got = db.contexts.aggregate(
        [
            {"$match": {"batch_id": {"$lt": "batch_0005"}}},
            {"$sort": {"_id": -1}},
            {
                "$group": {
                    "_id": "$batch_id",
                    "ids": {"$push": "$_id"},
                    "sources": {"$push": "$metadata.source"},
                }
            },
        ]
    )
    newest = sorted(mine, key=lambda d: d["_id"], reverse=True)
    expect.same_groups(
        got,
        {
            key: {
                "ids": [d["_id"] for d in docs],
                "sources": [d["metadata"]["source"] for d in docs],
            }
            for key, docs in grouped(newest, lambda d: d["batch_id"]).items()
        },
    )
    got = db.batches.aggregate(
        [
            {
                "$group": {
                    "_id": None,
                    "n": {"$sum": 1},
                    "time": {"$sum": "$total_duration_ms"},
                    "done": {"$sum": "$completed_count"},
                }
            }
        ]
    )
    docs = world["batches"]
    expect.same(
        list(got),
        [
            {
                "_id": None,
                "n": len(docs),
                "time": summed(d["total_duration_ms"] for d in docs),
                "done": summed(d["completed_count"] for d in docs),
            }
        ],
    )


@check("keywords and pipelines: in, nin, all, size, whole array, elemMatch on strings")
def arrays(db, world, expect):
    docs = world["contexts"]
    for query, predicate in (
        ({"data.keywords": "数据库"}, lambda d: "数据库" in d["data"]["keywords"]),
        (
            {"data.keywords": {"$in": ["облако", re.compile("^arch")]}},
            lambda d: any(k == "облако" or k.startswith("arch") for k in d["data"]["keywords"]),
        ),
        (
            {"data.keywords": {"$nin": ["testing", "queues", "schema", "latency"]}},
            lambda d: not {"testing", "queues", "schema", "latency"} & set(d["data"]["keywords"]),
        ),
        (
            {"data.keywords": {"$all": ["testing", "schema"]}},
            lambda d: {"testing", "schema"} <= set(d["data"]["keywords"]),
        ),
        ({"pipeline": {"$size": 3}}, lambda d: len(d["pipeline"]) == 3),
        (
            {"pipeline": ["template", "ai_generator"]},
            lambda d: d["pipeline"] == ["template", "ai_generator"],
        ),
        ({"pipeline": {"$ne": "template"}}, lambda d: "template" not in d["pipeline"]),
        ({"pipeline.0": "validator"}, lambda d: d["pipeline"][0] == "validator"),
        (
            {"data.keywords": {"$elemMatch": {"$gte": "t", "$lt": "u"}}},
            lambda d: any("t" <= k < "u" for k in d["data"]["keywords"]),
        ),
        (
            {"data.template.sections.words": {"$gte": 300}},
            lambda d: any(s["words"] >= 300 for s in d["data"]["template"]["sections"]),
        ),
        (
            {"data.template.sections": {"$elemMatch": {"id": "s1", "words": 200}}},
            lambda d: len(d["data"]["template"]["sections"]) > 1,
        ),
    ):
        expect.same_documents(
            db.contexts.find(query, {"data": 1, "pipeline": 1}),
            [
                {"_id": d["_id"], "pipeline": d["pipeline"], "data": d["data"]}
                for d in docs.where(predicate)
            ],
        )


@check("nor, nested and/or, embedded document equality")
def boolean_filters(db, world, expect):
    docs = world["contexts"]
    query = {
        "$nor": [
            {"status": "completed"},
            {"type": {"$in": ["social", "email"]}},
            {"metadata.priority": {"$exists": True}},
        ]
    }
    mine = docs.where(
        lambda d: (
            d["status"] != "completed"
            and d["type"] not in ("social", "email")
            and "priority" not in d["metadata"]
        )
    )
    expect.same_documents(db.contexts.find(query), mine)
    query = {
        "$and": [
            {"$or": [{"retry_count": 0}, {"retry_count": {"$gt": 2}}]},
            {"$or": [{"error": None}, {"error.code": {"$lt": 2}}]},
        ],
        "status": {"$in": list(STATUSES[1:])},
    }
    mine = docs.where(
        lambda d: (
            d["retry_count"] in (0, 3)
            and (d["error"] is None or d["error"]["code"] < 2)
            and d["status"] != "pending"
        )
    )
    expect.same_documents(db.contexts.find(query), mine)
    wanted = world["contexts"]["ctx_000003"]["metadata"]
    expect.same_documents(
        db.contexts.find({"metadata": wanted}),
        docs.where(lambda d: list(d["metadata"].items()) == list(wanted.items())),
    )
