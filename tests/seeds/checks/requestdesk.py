"""RequestDesk: every query filters by company; pages with totals, soft deletes, versioned migrations."""

import re

from bson import ObjectId
from pymongo import ReturnDocument

from expect import Checks, averaged, dig, grouped, nothing_first, summed
from systems.requestdesk import EMBEDDING_DIMENSIONS, PRIORITIES, TICKET_STATUSES
from vocabulary import moment

check = Checks("requestdesk")


def company_of(world, place=0):
    return str(list(world["companies"])[place]["_id"])


@check("pages of one company's tickets with their total")
def ticket_pages(db, world, expect):
    query = {"company_id": company_of(world)}
    mine = world["tickets"].where(lambda d: d["company_id"] == query["company_id"])
    for page in (1, 2, 5):
        got = list(db.tickets.find(query).skip((page - 1) * 20).limit(20))
        expect.same(got, mine[(page - 1) * 20 : page * 20])
    expect.same(db.tickets.count_documents(query), len(mine))
    expect.same(
        db.tickets.count_documents(query, skip=30, limit=17), max(0, min(17, len(mine) - 30))
    )
    expect.same(db.command("count", "tickets", query=query, skip=5)["n"], len(mine) - 5)


@check("one company never sees another's documents")
def isolation(db, world, expect):
    for name in (
        "users",
        "agents",
        "campaigns",
        "knowledge_chunks",
        "sync_history",
        "llm_providers",
    ):
        company = world[name].where(lambda d: True)[3]["company_id"]
        got = db[name].find({"company_id": company}, {"embedding": 0})
        mine = world[name].where(lambda d: d["company_id"] == company)
        expect.same_documents(got, [{k: v for k, v in d.items() if k != "embedding"} for d in mine])


@check("ticket boards: status, priority, tags, due dates")
def boards(db, world, expect):
    docs, day = world["tickets"], moment(300, 60)
    for query, predicate in (
        (
            {"status": {"$in": ["open", "review"]}, "priority": "urgent"},
            lambda d: d["status"] in ("open", "review") and d["priority"] == "urgent",
        ),
        (
            {"status": {"$nin": ["completed", "closed"]}, "due_date": {"$lt": day}},
            lambda d: (
                d["status"] not in ("completed", "closed") and d["due_date"] and d["due_date"] < day
            ),
        ),
        (
            {"due_date": None, "tags": {"$size": 2}},
            lambda d: d["due_date"] is None and len(d["tags"]) == 2,
        ),
        ({"tags": {"$all": ["seo", "緊急"]}}, lambda d: {"seo", "緊急"} <= set(d["tags"])),
        (
            {"tags": {"$not": {"$size": 0}}, "priority": {"$gt": "low", "$lte": "medium"}},
            lambda d: d["tags"] and d["priority"] == "medium",
        ),
        (
            {"$nor": [{"tags": "bug"}, {"tags": "blog"}], "status": "open"},
            lambda d: not {"bug", "blog"} & set(d["tags"]) and d["status"] == "open",
        ),
        ({"tags": re.compile("^über|^лен")}, lambda d: "übersetzung" in d["tags"]),
    ):
        expect.same_documents(db.tickets.find(query), docs.where(predicate))


@check("assigned to nobody: null, missing, either")
def assignments(db, world, expect):
    docs = world["tickets"]
    expect.same_documents(
        db.tickets.find({"assigned_to": None}), docs.where(lambda d: d.get("assigned_to") is None)
    )
    expect.same_documents(
        db.tickets.find({"assigned_to": {"$exists": False}}),
        docs.where(lambda d: "assigned_to" not in d),
    )
    expect.same_documents(
        db.tickets.find({"assigned_to": {"$type": 10}}),
        docs.where(lambda d: d.get("assigned_to", 0) is None),
    )
    expect.same_documents(
        db.tickets.find({"assigned_to": {"$gte": None}, "is_deleted": {"$ne": True}}),
        docs.where(lambda d: d.get("assigned_to") is None and not d.get("is_deleted")),
    )


@check("tickets by due date, then newest: nulls first, both directions")
def due_order(db, world, expect):
    query = {"company_id": company_of(world, 1)}
    mine = world["tickets"].where(lambda d: d["company_id"] == query["company_id"])
    got = list(db.tickets.find(query).sort([("due_date", 1), ("created_at", 1)]))
    expect.same_page(got, mine, lambda d: (nothing_first(d["due_date"]), d["created_at"]))
    got = list(db.tickets.find(query).sort([("due_date", -1), ("created_at", -1)]).limit(30))
    expect.same_page(
        got, mine, lambda d: (nothing_first(d["due_date"]), d["created_at"]), 0, 30, reverse=True
    )


@check("dashboards: tickets by status, by priority, campaigns' budgets")
def dashboards(db, world, expect):
    company = company_of(world, 2)
    mine = world["tickets"].where(lambda d: d["company_id"] == company)
    for field, options in (("status", TICKET_STATUSES), ("priority", PRIORITIES)):
        got = list(
            db.tickets.aggregate(
                [
                    {"$match": {"company_id": company}},
                    {
                        "$group": {
                            "_id": f"${field}",
                            "n": {"$sum": 1},
                            "next": {"$min": "$due_date"},
                        }
                    },
                    {"$sort": {"n": -1, "_id": 1}},
                ]
            )
        )
        groups = grouped(mine, lambda d: d[field])
        expected = [
            {
                "_id": key,
                "n": len(docs),
                "next": min((d["due_date"] for d in docs if d["due_date"]), default=None),
            }
            for key, docs in groups.items()
        ]
        expect.same(got, sorted(expected, key=lambda d: (-d["n"], d["_id"])))
        expect.true(set(groups) <= set(options), "an unknown option")
    got = db.campaigns.aggregate(
        [
            {
                "$group": {
                    "_id": "$status",
                    "budget": {"$sum": "$settings.budget"},
                    "mean": {"$avg": "$settings.budget"},
                    "end": {"$max": "$end_date"},
                }
            }
        ]
    )
    expect.same_groups(
        got,
        {
            key: {
                "budget": summed(d["settings"]["budget"] for d in docs),
                "mean": averaged(d["settings"]["budget"] for d in docs),
                "end": max(d["end_date"] for d in docs if d["end_date"]),
            }
            for key, docs in grouped(world["campaigns"], lambda d: d["status"]).items()
        },
    )


@check("references are strings: joins done by the application with $in")
def joins(db, world, expect):
    tickets = list(db.tickets.find({"agent_id": {"$exists": True}}).limit(50))
    wanted = {ObjectId(ticket["agent_id"]) for ticket in tickets}
    expect.same_documents(
        db.agents.find({"_id": {"$in": list(wanted)}}), [world["agents"][key] for key in wanted]
    )
    expect.same(db.agents.find_one({"_id": str(next(iter(wanted)))}), None)
    agent = next(d for d in world["agents"] if d["knowledge_collection_ids"])
    ids = [ObjectId(key) for key in agent["knowledge_collection_ids"]]
    expect.same_documents(
        db.knowledge_base_collections.find({"_id": {"$in": ids}}),
        [world["knowledge_base_collections"][key] for key in set(ids)],
    )


@check("optional fields of users: names, plug-in keys, guest companies")
def optional_fields(db, world, expect):
    docs = world["users"]
    for query, predicate in (
        ({"plugin_keys.typingmind": {"$exists": True}}, lambda d: "plugin_keys" in d),
        (
            {"guest_companies": {"$exists": True, "$size": 0}},
            lambda d: d.get("guest_companies") == [],
        ),
        ({"guest_companies.1": {"$exists": True}}, lambda d: len(d.get("guest_companies", ())) > 1),
        (
            {"guest_companies": {"$in": [company_of(world, 5), company_of(world, 6)]}},
            lambda d: (
                {company_of(world, 5), company_of(world, 6)} & set(d.get("guest_companies", ()))
            ),
        ),
        (
            {"first_name": {"$regex": "^[ЮSŁ]"}, "is_active": True},
            lambda d: d.get("first_name", "").startswith(("Ю", "S", "Ł")) and d["is_active"],
        ),
        ({"username": "user.7"}, lambda d: d["username"] == "user.7"),
        (
            {"username": {"$gte": "user.10", "$lt": "user.11"}},
            lambda d: "user.10" <= d["username"] < "user.11",
        ),
        (
            {"last_name": {"$in": ["O'Neil", "Đặng"]}, "role": {"$ne": "client"}},
            lambda d: d.get("last_name") in ("O'Neil", "Đặng") and d["role"] != "client",
        ),
    ):
        expect.same_documents(db.users.find(query), docs.where(predicate), least=0)
    expect.true(expect.compared > 20, "too few users matched")


@check("chunks: vectors of 1,536 numbers by collection, without them, by source")
def chunks(db, world, expect):
    docs = world["knowledge_chunks"]
    collection = docs.where(lambda d: True)[0]["collection_id"]
    mine = docs.where(lambda d: d["collection_id"] == collection)
    expect.same_documents(db.knowledge_chunks.find({"collection_id": collection}), mine)
    got = db.knowledge_chunks.find(
        {"collection_id": collection, "company_id": mine[0]["company_id"]},
        {"content": 1, "metadata": 1},
    )
    expect.same_documents(
        got,
        [
            {"_id": d["_id"], "content": d["content"], "metadata": d["metadata"]}
            for d in mine
            if d["company_id"] == mine[0]["company_id"]
        ],
    )
    expect.same(
        db.knowledge_chunks.count_documents({"embedding": {"$size": EMBEDDING_DIMENSIONS}}),
        len(docs),
    )
    got = db.knowledge_chunks.find(
        {"source_type": "upload"}, {"embedding": 1, "_id": 1}, batch_size=40
    )
    expect.same_documents(
        got,
        [
            {"_id": d["_id"], "embedding": d["embedding"]}
            for d in docs
            if d["source_type"] == "upload"
        ],
    )


@check("source-specific metadata: one path, different types")
def chunk_metadata(db, world, expect):
    docs, bare = world["knowledge_chunks"], {"embedding": 0, "content": 0}
    for query, predicate in (
        ({"metadata.id": {"$type": "string"}}, lambda d: isinstance(dig(d, "metadata.id"), str)),
        (
            {"metadata.id": {"$lt": 100}},
            lambda d: isinstance(dig(d, "metadata.id"), int) and d["metadata"]["id"] < 100,
        ),
        (
            {"metadata.product.id": {"$gt": 2**40 + 50}},
            lambda d: dig(d, "metadata.product.id", 0) > 2**40 + 50,
        ),
        (
            {"metadata.product": {"$exists": False}, "metadata": {"$ne": {}}},
            lambda d: d["source_type"] in ("wordpress", "upload"),
        ),
        ({"metadata": {}}, lambda d: d["metadata"] == {}),
        (
            {"metadata.post.categories": {"$all": ["音楽"]}},
            lambda d: "音楽" in dig(d, "metadata.post.categories", ()),
        ),
        (
            {"metadata.product.price": {"$mod": [10, 7]}},
            lambda d: int(dig(d, "metadata.product.price", 0)) % 10 == 7,
        ),
    ):
        mine = docs.where(predicate)
        expect.same_documents(
            db.knowledge_chunks.find(query, bare),
            [{k: v for k, v in d.items() if k not in bare} for d in mine],
        )


@check("agents: models, limits of three number types, prompts in many scripts")
def agents(db, world, expect):
    docs = world["agents"]
    expect.same_documents(
        db.agents.find({"max_tokens": 2000}), docs.where(lambda d: d["max_tokens"] == 2000)
    )
    expect.same_documents(
        db.agents.find({"max_tokens": {"$in": [8192.0, 1000]}, "description": {"$ne": None}}),
        docs.where(lambda d: d["max_tokens"] in (8192, 1000) and d["description"] is not None),
    )
    rule = re.compile("ヘト|いろは|다람쥐|ሰማይ")
    expect.same_documents(
        db.agents.find({"system_prompt": rule}),
        docs.where(lambda d: rule.search(d["system_prompt"])),
    )
    expect.same_documents(
        db.agents.find(
            {
                "shopify_enabled": True,
                "shopify_store_url": {"$regex": r"^https://shop\d*7\.example$"},
            }
        ),
        docs.where(lambda d: re.search(r"shop\d*7\.", d.get("shopify_store_url", ""))),
    )
    expect.same_set(db.agents.distinct("model"), [d["model"] for d in docs])


@check("sync jobs: claimed oldest first until none is pending")
def sync_queue(db, world, expect):
    queue = sorted(
        world["sync_history"].where(
            lambda d: d["status"] == "pending" and d["sync_type"] == "products"
        ),
        key=lambda d: d["started_at"],
    )
    for number, job in enumerate(queue):
        got = db.sync_history.find_one_and_update(
            {"status": "pending", "sync_type": "products"},
            {"$set": {"status": "in_progress"}},
            sort=[("started_at", 1)],
        )
        expect.same(got, job)
        done = moment(number, 45, 7)
        db.sync_history.update_one(
            {"_id": got["_id"]},
            {
                "$set": {"status": "completed", "completed_at": done},
                "$inc": {"items_synced": number},
            },
        )
        job.update(status="completed", completed_at=done, items_synced=job["items_synced"] + number)
    expect.same(
        db.sync_history.find_one_and_update(
            {"status": "pending", "sync_type": "products"}, {"$set": {"status": "lost"}}
        ),
        None,
    )
    expect.true(len(queue) > 5, "too few pending jobs")


@check("tickets change hands: assignment, status, tags, replacement")
def ticket_writes(db, world, expect):
    for number, document in enumerate(list(world["tickets"])[100:200]):
        changed = db.tickets.find_one_and_update(
            {"_id": document["_id"], "company_id": document["company_id"]},
            {
                "$set": {"assigned_to": "nobody", "status": "review"},
                "$addToSet": {"tags": {"$each": ["bug", "новый"]}},
                "$max": {"updated_at": moment(20, 60)},
            },
            return_document=ReturnDocument.AFTER,
        )
        document.update(
            assigned_to="nobody",
            status="review",
            updated_at=max(document["updated_at"], moment(20, 60)),
        )
        document["tags"] = document["tags"] + [
            tag for tag in ("bug", "новый") if tag not in document["tags"]
        ]
        expect.same(changed, document)
        if number % 10 == 0:
            small = {
                "_id": document["_id"],
                "title": "ersetzt",
                "company_id": document["company_id"],
                "tags": None,
            }
            expect.same(
                db.tickets.replace_one(
                    {"_id": document["_id"]}, {k: v for k, v in small.items() if k != "_id"}
                ).modified_count,
                1,
            )
            document.clear()
            document.update(small)
    expect.same(
        db.tickets.update_one(
            {"_id": document["_id"], "company_id": "another"}, {"$set": {"status": "stolen"}}
        ).matched_count,
        0,
    )


@check("soft deletes hide, and the final purge removes")
def soft_delete(db, world, expect):
    docs = world["tickets"]
    closing = docs.where(lambda d: d.get("status") == "closed" and d["priority"] == "low")
    result = db.tickets.update_many(
        {"status": "closed", "priority": "low"}, {"$set": {"is_deleted": True}}
    )
    expect.same(
        [result.matched_count, result.modified_count],
        [len(closing), sum(not d.get("is_deleted") for d in closing)],
    )
    for document in closing:
        document["is_deleted"] = True
    expect.same_documents(
        db.tickets.find({"is_deleted": {"$ne": True}, "status": "closed"}),
        docs.where(lambda d: not d.get("is_deleted") and d.get("status") == "closed"),
    )
    gone = docs.where(lambda d: d.get("is_deleted") is True)
    expect.same(db.tickets.delete_many({"is_deleted": True}).deleted_count, len(gone))
    docs.delete(gone)
    expect.same(db.tickets.delete_one({"is_deleted": True}).deleted_count, 0)


@check("versioned migration up, its record, down, and up again")
def migration(db, world, expect):
    docs = world["agents"]
    world["migrations"].insert(
        {"_id": "0.33.8", "description": "Add new field to agents", "runs": 2, "state": "up"}
    )
    for step in ("up", "down", "up"):
        change = {"$set": {"new_field": None}} if step == "up" else {"$unset": {"new_field": ""}}
        result = db.agents.update_many({}, change)
        expect.same([result.matched_count, result.modified_count], [len(docs), len(docs)])
        count = len(docs) if step == "up" else 0
        expect.same(db.agents.count_documents({"new_field": {"$exists": True}}), count)
        db.migrations.update_one(
            {"_id": "0.33.8"},
            {
                "$set": {"state": step},
                "$inc": {"runs": 1 if step == "up" else 0},
                "$setOnInsert": {"description": "Add new field to agents"},
            },
            upsert=True,
        )
    for document in docs:
        document["new_field"] = None
    expect.same_documents(db.migrations.find(), world["migrations"])
