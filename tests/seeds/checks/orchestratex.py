"""OrchestrateX: sessions and threads, model rankings, evaluations, logs, daily metrics."""

import re

from bson.int64 import Int64
from pymongo import ReturnDocument, UpdateOne

from expect import Checks, averaged, dig, grouped, summed
from systems.orchestratex import MODELS, thread_id
from vocabulary import moment

check = Checks("orchestratex")


@check("active sessions since yesterday, newest first")
def active_sessions(db, world, expect):
    since = list(world["user_sessions"])[len(world["user_sessions"]) // 2]["session_start"]
    mine = world["user_sessions"].where(
        lambda d: d["status"] == "active" and d["session_start"] >= since
    )
    got = list(
        db.user_sessions.find({"status": "active", "session_start": {"$gte": since}}).sort(
            [("session_start", -1)]
        )
    )
    expect.same_page(got, mine, lambda d: d["session_start"], reverse=True)
    expect.same_documents(
        db.user_sessions.find({"cost_limit": 10, "session_end": {"$type": "date"}}),
        world["user_sessions"].where(
            lambda d: d["cost_limit"] == 10 and d["session_end"] is not None
        ),
    )


@check("thread performance of a domain: quality and cost by model, best first")
def thread_performance(db, world, expect):
    for domain in ("coding", "медицина", "翻訳"):
        got = db.conversation_threads.aggregate(
            [
                {"$match": {"domain": domain}},
                {
                    "$group": {
                        "_id": "$best_model_id",
                        "avg_quality": {"$avg": "$final_quality_score"},
                        "avg_cost": {"$avg": "$total_cost"},
                        "count": {"$sum": 1},
                    }
                },
                {"$sort": {"avg_quality": -1}},
            ]
        )
        mine = world["conversation_threads"].where(lambda d: d["domain"] == domain)
        groups = {
            key: {
                "avg_quality": averaged(d.get("final_quality_score") for d in docs),
                "avg_cost": averaged(d["total_cost"] for d in docs),
                "count": len(docs),
            }
            for key, docs in grouped(mine, lambda d: d.get("best_model_id")).items()
        }
        got = list(got)
        expect.same_groups(got, groups)
        qualities = [d["avg_quality"] for d in got]
        expect.same(
            qualities,
            sorted((q for q in qualities if q is not None), reverse=True)
            + [None] * qualities.count(None),
        )


@check("model performance: response time and score of the selected answers")
def model_performance(db, world, expect):
    got = db.model_responses.aggregate(
        [
            {"$match": {"is_selected_best": True}},
            {
                "$group": {
                    "_id": "$model_name",
                    "avg_response_time": {"$avg": "$response_time"},
                    "avg_selection_score": {"$avg": "$selection_score"},
                    "tokens": {"$sum": "$tokens_used.completion"},
                    "total_responses": {"$sum": 1},
                }
            },
            {"$sort": {"avg_selection_score": -1, "_id": 1}},
        ]
    )
    chosen = grouped(
        world["model_responses"].where(lambda d: d["is_selected_best"]), lambda d: d["model_name"]
    )
    expected = [
        {
            "_id": key,
            "avg_response_time": averaged(d["response_time"] for d in docs),
            "avg_selection_score": averaged(d["selection_score"] for d in docs),
            "tokens": summed(d["tokens_used"]["completion"] for d in docs),
            "total_responses": len(docs),
        }
        for key, docs in chosen.items()
    ]
    expect.same(list(got), sorted(expected, key=lambda d: (-d["avg_selection_score"], d["_id"])))


@check("daily session summary: totals of a day and of those completed")
def daily_summary(db, world, expect):
    first, last = moment(100, 90), moment(300, 90)
    for extra in ({}, {"status": "completed"}):
        mine = world["user_sessions"].where(
            lambda d: first <= d["session_start"] < last and extra.items() <= d.items()
        )
        got = db.user_sessions.aggregate(
            [
                {"$match": {"session_start": {"$gte": first, "$lt": last}, **extra}},
                {
                    "$group": {
                        "_id": None,
                        "total_sessions": {"$sum": 1},
                        "total_cost": {"$sum": "$total_cost"},
                        "avg_satisfaction": {"$avg": "$user_satisfaction"},
                    }
                },
            ]
        )
        expect.same(
            list(got),
            [
                {
                    "_id": None,
                    "total_sessions": len(mine),
                    "total_cost": summed(d["total_cost"] for d in mine),
                    "avg_satisfaction": averaged(d.get("user_satisfaction") for d in mine),
                }
            ],
        )


@check("a thread with its responses and evaluations, joined by the application")
def whole_thread(db, world, expect):
    responses = world["model_responses"]
    for number in range(10):
        name = thread_id(world.seed, number)
        expect.same(
            db.conversation_threads.find_one({"thread_id": name}),
            list(world["conversation_threads"])[number],
        )
        mine = responses.where(lambda d: d["thread_id"] == name)
        got = list(
            db.model_responses.find({"thread_id": name}).sort(
                [("iteration_number", 1), ("created_at", 1)]
            )
        )
        expect.same(got, sorted(mine, key=lambda d: (d["iteration_number"], d["created_at"])))
        ids = {d["_id"] for d in mine}
        expect.same_documents(
            db.model_evaluations.find({"response_id": {"$in": list(ids)}}),
            world["model_evaluations"].where(lambda d: d["response_id"] in ids),
            least=0,
        )


@check("evaluations: nested scores, suggestions by elemMatch")
def evaluations(db, world, expect):
    docs = world["model_evaluations"]
    for query, predicate in (
        (
            {"criteria_scores.accuracy": {"$gte": 9}, "criteria_scores.clarity": {"$lte": 3}},
            lambda d: (
                d["criteria_scores"]["accuracy"] >= 9 and d["criteria_scores"]["clarity"] <= 3
            ),
        ),
        (
            {
                "improvement_suggestions": {
                    "$elemMatch": {"area": "clarity", "severity": {"$gte": 4}}
                }
            },
            lambda d: any(
                s["area"] == "clarity" and s["severity"] >= 4 for s in d["improvement_suggestions"]
            ),
        ),
        (
            {"improvement_suggestions.area": {"$all": ["clarity", "accuracy"]}},
            lambda d: {"clarity", "accuracy"} <= {s["area"] for s in d["improvement_suggestions"]},
        ),
        (
            {"improvement_suggestions.2.severity": {"$in": [4, 5.0]}},
            lambda d: (
                len(d["improvement_suggestions"]) > 2
                and d["improvement_suggestions"][2]["severity"] > 3
            ),
        ),
        (
            {"improvement_suggestions": {"$not": {"$elemMatch": {"severity": {"$lt": 3}}}}},
            lambda d: all(s["severity"] >= 3 for s in d["improvement_suggestions"]),
        ),
        (
            {"overall_score": {"$mod": [2, 0]}, "criticism": None},
            lambda d: int(d["overall_score"]) % 2 == 0 and d["criticism"] is None,
        ),
    ):
        expect.same_documents(db.model_evaluations.find(query), docs.where(predicate))
    got = db.model_evaluations.aggregate(
        [
            {
                "$group": {
                    "_id": "$evaluator_model",
                    "best": {"$max": "$overall_score"},
                    "worst": {"$min": "$criteria_scores.accuracy"},
                    "n": {"$sum": 1},
                }
            }
        ]
    )
    expect.same_groups(
        got,
        {
            key: {
                "best": max(d["overall_score"] for d in mine),
                "worst": min(d["criteria_scores"]["accuracy"] for d in mine),
                "n": len(mine),
            }
            for key, mine in grouped(docs, lambda d: d["evaluator_model"]).items()
        },
    )


@check("selection history and model profiles: candidates and specialties")
def selections(db, world, expect):
    docs = world["model_selection_history"]
    expect.same_documents(
        db.model_selection_history.find(
            {"candidates": {"$elemMatch": {"model": "qwen-通义", "score": {"$gt": 80}}}}
        ),
        docs.where(
            lambda d: any(c["model"] == "qwen-通义" and c["score"] > 80 for c in d["candidates"])
        ),
    )
    expect.same_documents(
        db.model_selection_history.find({"was_successful": False}),
        docs.where(lambda d: d["was_successful"] is False),
    )
    expect.same_documents(
        db.model_selection_history.find({"was_successful": {"$ne": True}}),
        docs.where(lambda d: d["was_successful"] is not True),
    )
    expect.same_documents(
        db.ai_model_profiles.find(
            {"specialties": {"$elemMatch": {"domain": "law", "strength": {"$gte": 0.3}}}},
            {"specialties.strength": 0},
        ),
        [
            dict(d, specialties=[{"domain": s["domain"]} for s in d["specialties"]])
            for d in world["ai_model_profiles"]
            if any(s["domain"] == "law" and s["strength"] >= 0.3 for s in d["specialties"])
        ],
        least=0,
    )
    expect.same_documents(
        db.ai_model_profiles.find({"max_context_length": {"$gt": 2**33}}),
        world["ai_model_profiles"].where(lambda d: d["max_context_length"] > 2**33),
    )


@check("logs by level, time and message; counts by level")
def logs(db, world, expect):
    docs, since = world["orchestration_logs"], moment(100, 40)
    rule = re.compile(r"\] (timeout|übertragung) after [0-9]{4} ms$", re.I)
    expect.same_documents(
        db.orchestration_logs.find({"message": rule, "timestamp": {"$gte": since}}),
        docs.where(lambda d: rule.search(d["message"]) and d["timestamp"] >= since),
    )
    expect.same_documents(
        db.orchestration_logs.find(
            {"error_details.code": {"$gte": 500}, "level": {"$not": re.compile("^CRIT")}}
        ),
        docs.where(lambda d: dig(d, "error_details.code", 0) >= 500 and d["level"] == "ERROR"),
    )
    got = db.orchestration_logs.aggregate(
        [
            {"$match": {"timestamp": {"$gte": since}}},
            {"$group": {"_id": "$level", "n": {"$sum": 1}, "first": {"$min": "$timestamp"}}},
        ]
    )
    expect.same_groups(
        got,
        {
            key: {"n": len(mine), "first": mine[0]["timestamp"]}
            for key, mine in grouped(
                docs.where(lambda d: d["timestamp"] >= since), lambda d: d["level"]
            ).items()
        },
    )
    got = list(
        db.orchestration_logs.find({"level": "ERROR"}, {"message": 1, "_id": 0})
        .sort("timestamp", -1)
        .limit(5)
    )
    expect.same(
        got,
        [{"message": d["message"]} for d in docs.where(lambda d: d["level"] == "ERROR")[-5:][::-1]],
    )


@check("metrics under document ids: found, compared, grown by inc, min, max, mul")
def metrics(db, world, expect):
    docs = world["algorithm_metrics"]
    expect.same(
        db.algorithm_metrics.find_one({"_id": {"day": 1, "model": "gpt4"}}),
        docs[{"day": 1, "model": "gpt4"}],
    )
    expect.same(db.algorithm_metrics.find_one({"_id": {"model": "gpt4", "day": 1}}), None)
    expect.same_documents(
        db.algorithm_metrics.find({"_id.model": "claude"}),
        docs.where(lambda d: d["_id"]["model"] == "claude"),
    )
    requests = []
    for document in docs:
        requests.append(
            UpdateOne(
                {"_id": document["_id"]},
                {
                    "$inc": {"calls": 1, "histogram.3": 2},
                    "$mul": {"total_cost": 0.5},
                    "$min": {"worst_latency": 500},
                    "$max": {"best_score": 50},
                },
            )
        )
        document["calls"] = Int64(document["calls"] + 1)
        document["histogram"][3] += 2
        document["total_cost"] *= 0.5
        document["worst_latency"] = (
            500 if document["worst_latency"] > 500 else document["worst_latency"]
        )
        document["best_score"] = max(document["best_score"], 50)
    expect.same(db.algorithm_metrics.bulk_write(requests).modified_count, len(docs))
    for model in MODELS:
        key = {"day": 10**6, "model": model}
        got = db.algorithm_metrics.find_one_and_update(
            {"_id": key},
            {"$inc": {"calls": Int64(1)}, "$setOnInsert": {"histogram": [0] * 8}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        docs.insert({"_id": key, "calls": Int64(1), "histogram": [0] * 8})
        expect.same(got, docs[key])
    expect.same_documents(db.algorithm_metrics.find(), docs)


@check("migration: sessions without settings get empty ones")
def add_settings(db, world, expect):
    lacking = world["user_sessions"].where(lambda d: "settings" not in d)
    result = db.user_sessions.update_many(
        {"settings": {"$exists": False}}, {"$set": {"settings": {}}}
    )
    expect.same([result.matched_count, result.modified_count], [len(lacking), len(lacking)])
    for document in lacking:
        document["settings"] = {}
    expect.same(
        db.user_sessions.update_many(
            {"settings": {"$exists": False}}, {"$set": {"settings": {}}}
        ).matched_count,
        0,
    )
    expect.same_documents(
        db.user_sessions.find({"settings": {}}),
        world["user_sessions"].where(lambda d: d["settings"] == {}),
    )


@check("improvement rounds: push with each, slice, sort and position; an early end")
def rounds(db, world, expect):
    for document in list(world["conversation_threads"])[:40]:
        for number in range(4):
            entry = {"round": number, "score": (number * 7 + document["iterations"]) % 5}
            push = (
                {"$each": [entry], "$position": 0}
                if number % 2
                else {
                    "$each": [entry, dict(entry, extra=True)],
                    "$sort": {"score": -1},
                    "$slice": 3,
                }
            )
            db.conversation_threads.update_one(
                {"_id": document["_id"]}, {"$push": {"rounds": push}, "$inc": {"iterations": 1}}
            )
            grown = document.get("rounds", [])
            document["rounds"] = (
                [entry] + grown
                if number % 2
                else sorted(grown + [entry, dict(entry, extra=True)], key=lambda r: -r["score"])[:3]
            )
            document["iterations"] += 1
        expect.same(db.conversation_threads.find_one({"_id": document["_id"]}), document)
    result = db.criticism_responses.update_many(
        {"round": {"$gt": 8}, "addressed": {"$size": 4}},
        {"$set": {"final": True}, "$pull": {"addressed": {"$in": ["clarity", "relevance"]}}},
    )
    mine = world["criticism_responses"].where(lambda d: d["round"] > 8 and len(d["addressed"]) == 4)
    for document in mine:
        document["addressed"] = ["accuracy", "completeness"]
        document["final"] = True
    expect.same(result.modified_count, len(mine))


@check("sessions expire and old logs go")
def expiry(db, world, expect):
    limit = moment(50, 90)
    mine = world["user_sessions"].where(
        lambda d: d["status"] == "active" and d["session_start"] < limit
    )
    result = db.user_sessions.update_many(
        {"status": "active", "session_start": {"$lt": limit}},
        {"$set": {"status": "expired", "session_end": limit}},
    )
    for document in mine:
        document.update(status="expired", session_end=limit)
    expect.same(result.modified_count, len(mine))
    old = world["orchestration_logs"].where(
        lambda d: d["level"] in ("DEBUG", "INFO") and d["timestamp"] < moment(200, 40)
    )
    expect.same(
        db.orchestration_logs.delete_many(
            {"level": {"$in": ["DEBUG", "INFO"]}, "timestamp": {"$lt": moment(200, 40)}}
        ).deleted_count,
        len(old),
    )
    world["orchestration_logs"].delete(old)


@check("the server tells its state: serverStatus, collection names, database list")
def server_state(db, world, expect):
    status = db.command({"serverStatus": 1})
    expect.true(status["ok"] == 1 and status["uptime"] >= 0 and status["version"], "serverStatus")
    expect.same(
        sorted(d["name"] for d in db.list_collections(filter={"name": re.compile("^model_")})),
        ["model_evaluations", "model_responses", "model_selection_history"],
    )
    expect.true(
        "orchestratex" in db.client.list_database_names(), "listDatabases lacks the database"
    )
    expect.same([index["key"] for index in db.user_sessions.list_indexes()], [{"_id": 1}])
