"""SampleMind: an ODM's reads and saves, arrays of arrays, results keyed by UUID, vector metadata."""

import re
from datetime import datetime

from pymongo import DESCENDING, ReturnDocument

from expect import Checks, averaged, dig, grouped, summed
from systems.samplemind import EMBEDDING_DIMENSIONS
from vocabulary import moment

check = Checks("samplemind")


@check("login: user by email, then last_login and the counters")
def logins(db, world, expect):
    for number, document in enumerate(list(world["users"])[:60]):
        expect.same(db.users.find_one({"email": f"listener{number}@example.com"}), document)
        now = moment(number, 3600, 777)
        db.users.update_one(
            {"user_id": document["user_id"]},
            {"$max": {"last_login": now}, "$inc": {"total_uploads": 2, "total_analyses": -1}},
        )
        last = document["last_login"]
        document.update(
            last_login=now if last is None or now > last else last,
            total_uploads=document["total_uploads"] + 2,
            total_analyses=document["total_analyses"] - 1,
        )
    expect.same(db.users.find_one({"email": "LISTENER1@example.com"}), None)
    expect.same_documents(
        db.users.find({"username": {"$regex": "^DJ1.$", "$options": "i"}}),
        world["users"].where(lambda d: re.match("^dj1.$", d["username"])),
    )


@check("a user's timeline: files newest first, all users and anonymous")
def timeline(db, world, expect):
    owners = sorted({d["user_id"] for d in world["audio_files"] if d["user_id"]})[:15] + [None]
    for owner in owners:
        mine = world["audio_files"].where(lambda d: d["user_id"] == owner)
        got = list(db.audio_files.find({"user_id": owner}).sort([("uploaded_at", DESCENDING)]))
        expect.same_page(got, mine, lambda d: d["uploaded_at"], reverse=True)


@check("files by tag, tempo range, rate and size past 32 bits")
def files(db, world, expect):
    docs = world["audio_files"]
    for query, predicate in (
        (
            {"metadata.bpm": {"$gte": 120, "$lte": 130}},
            lambda d: 120 <= dig(d, "metadata.bpm", 0) <= 130,
        ),
        ({"metadata.bpm": {"$exists": False}}, lambda d: "bpm" not in d["metadata"]),
        ({"tags": "演歌", "channels": 2}, lambda d: "演歌" in d["tags"] and d["channels"] == 2),
        (
            {"tags": {"$in": ["drum'n'bass", "reggaetón"]}, "format": {"$nin": ["wav", None]}},
            lambda d: (
                {"drum'n'bass", "reggaetón"} & set(d["tags"]) and d.get("format", "wav") != "wav"
            ),
        ),
        ({"file_size": {"$gt": 2**32}}, lambda d: d["file_size"] > 2**32),
        ({"file_size": {"$type": "long"}}, lambda d: d["file_size"] >= 2**31),
        (
            {"duration": {"$lt": 60}, "sample_rate": {"$ne": 44100}},
            lambda d: d["duration"] < 60 and d["sample_rate"] != 44100,
        ),
        (
            {"filename": re.compile("^Ночь [0-9]*5\\.flac$")},
            lambda d: re.match("^Ночь [0-9]*5\\.flac$", d["filename"]),
        ),
        ({"metadata.key": {"$regex": "#"}}, lambda d: "#" in dig(d, "metadata.key", "")),
        (
            {"uploaded_at": {"$gte": moment(100, 120), "$lt": moment(200, 120)}},
            lambda d: moment(100, 120) <= d["uploaded_at"] < moment(200, 120),
        ),
    ):
        expect.same_documents(db.audio_files.find(query), docs.where(predicate))


@check("analyses of a file and of a user, latest first")
def analyses_of(db, world, expect):
    docs = world["analyses"]
    for sample in list(docs)[:20]:
        expect.same_documents(
            db.analyses.find({"file_id": sample["file_id"]}),
            docs.where(lambda d: d["file_id"] == sample["file_id"]),
        )
        mine = docs.where(lambda d: d["user_id"] == sample["user_id"])
        got = list(
            db.analyses.find({"user_id": sample["user_id"]}).sort("analyzed_at", -1).limit(10)
        )
        expect.same_page(got, mine, lambda d: d["analyzed_at"], 0, 10, reverse=True)


@check("musical features: whole arrays, arrays of arrays, nested choices")
def features(db, world, expect):
    docs, bare = world["analyses"], {"spectral_features": 0}
    for query, predicate in (
        ({"time_signature": [6, 8]}, lambda d: d["time_signature"] == [6, 8]),
        ({"time_signature": 7}, lambda d: 7 in d["time_signature"]),
        ({"time_signature.1": {"$gt": 4}}, lambda d: d["time_signature"][1] > 4),
        (
            {"tempo": {"$gte": 120, "$lte": 130}, "mode": "minor"},
            lambda d: 120 <= d["tempo"] <= 130 and d["mode"] == "minor",
        ),
        (
            {"ai_detailed.instruments": {"$all": ["三味線", "bass"]}},
            lambda d: {"三味線", "bass"} <= set(dig(d, "ai_detailed.instruments", ())),
        ),
        (
            {"ai_detailed": {"$exists": False}, "ai_provider": None},
            lambda d: d["analysis_level"] == "basic",
        ),
        (
            {"production_tips": {"$size": 2}, "creative_ideas": {"$ne": []}},
            lambda d: len(d.get("production_tips", ())) == 2 and d["creative_ideas"],
        ),
        (
            {"spectral_features.mfcc.0.0": {"$gt": 0.05}},
            lambda d: d["spectral_features"]["mfcc"][0][0] > 0.05,
        ),
        (
            {"spectral_features.spectral_centroid": {"$elemMatch": {"$gt": 60, "$lt": 80}}},
            lambda d: any(60 < v < 80 for v in d["spectral_features"]["spectral_centroid"]),
        ),
        (
            {
                "spectral_features.mfcc": {"$size": 13},
                "spectral_features.chroma": {"$elemMatch": {"$elemMatch": {"$gt": 0.14}}},
            },
            lambda d: any(v > 0.14 for row in d["spectral_features"]["chroma"] for v in row),
        ),
    ):
        mine = docs.where(predicate)
        expect.same_documents(
            db.analyses.find(query, bare),
            [{k: v for k, v in d.items() if k not in bare} for d in mine],
        )


@check("usage by provider and level")
def usage(db, world, expect):
    docs = world["analyses"]
    got = db.analyses.aggregate(
        [
            {"$match": {"ai_provider": {"$ne": None}}},
            {
                "$group": {
                    "_id": "$ai_provider",
                    "n": {"$sum": 1},
                    "time": {"$sum": "$processing_time"},
                    "mean": {"$avg": "$processing_time"},
                    "slowest": {"$max": "$processing_time"},
                }
            },
        ]
    )
    expect.same_groups(
        got,
        {
            key: {
                "n": len(mine),
                "time": summed(d["processing_time"] for d in mine),
                "mean": averaged(d["processing_time"] for d in mine),
                "slowest": max(d["processing_time"] for d in mine),
            }
            for key, mine in grouped(
                docs.where(lambda d: d["ai_provider"]), lambda d: d["ai_provider"]
            ).items()
        },
    )
    got = {
        document["_id"]: document["tempo"]
        for document in db.analyses.aggregate(
            [{"$group": {"_id": "$analysis_level", "tempo": {"$avg": "$tempo"}}}]
        )
    }
    for level, mine in grouped(docs, lambda d: d["analysis_level"]).items():
        expect.close(got[level], averaged(d["tempo"] for d in mine), f"mean tempo of {level}")


@check("most active uploaders: group, sort, limit")
def uploaders(db, world, expect):
    got = list(
        db.audio_files.aggregate(
            [
                {
                    "$group": {
                        "_id": "$user_id",
                        "files": {"$sum": 1},
                        "bytes": {"$sum": "$file_size"},
                        "tags": {"$push": "$tags"},
                    }
                },
                {"$sort": {"files": -1, "_id": 1}},
                {"$limit": 10},
                {"$project": {"bytes": 1, "files": 1}},
            ]
        )
    )
    groups = grouped(world["audio_files"], lambda d: d["user_id"])
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0] or ""))[:10]
    expect.same(
        [[d["_id"], d["files"], int(d["bytes"])] for d in got],
        [[key, len(mine), sum(d["file_size"] for d in mine)] for key, mine in ordered],
    )
    expect.same([sorted(d) for d in got], [["_id", "bytes", "files"]] * len(ordered))


@check("batch jobs: a user's dashboard, jobs holding a file")
def jobs(db, world, expect):
    docs = world["batch_jobs"]
    some = list(docs)[:10]
    for job in some:
        expect.same_documents(
            db.batch_jobs.find({"user_id": job["user_id"], "status": job["status"]}),
            docs.where(lambda d: d["user_id"] == job["user_id"] and d["status"] == job["status"]),
        )
        expect.same_documents(
            db.batch_jobs.find({"file_ids": job["file_ids"][0]}),
            docs.where(lambda d: job["file_ids"][0] in d["file_ids"]),
        )
    finished = next(d for d in docs if d["results"])
    name = next(iter(finished["results"]))
    path = f"results.{name}.status"
    expect.same_documents(
        db.batch_jobs.find({path: finished["results"][name]["status"]}),
        docs.where(
            lambda d: (
                name in d["results"]
                and d["results"][name]["status"] == finished["results"][name]["status"]
            )
        ),
    )


@check("a job runs: counters and results under UUID keys until it is done")
def run_jobs(db, world, expect):
    for job in world["batch_jobs"].where(lambda d: d["status"] in ("pending", "processing"))[:20]:
        for name in [name for name in job["file_ids"] if name not in job["results"]]:
            entry = {"status": "completed", "analysis_id": name[::-1]}
            got = db.batch_jobs.find_one_and_update(
                {"batch_id": job["batch_id"]},
                {
                    "$inc": {"completed": 1},
                    "$set": {f"results.{name}": entry, "status": "processing"},
                },
                return_document=ReturnDocument.AFTER,
            )
            job["results"][name] = entry
            job.update(completed=job["completed"] + 1, status="processing")
            expect.same(got, job)
        result = db.batch_jobs.update_one(
            {"batch_id": job["batch_id"], "status": "processing"},
            {"$set": {"status": "completed"}, "$currentDate": {"updated_at": True}},
        )
        expect.same(result.modified_count, 1)
        stamp = db.batch_jobs.find_one({"_id": job["_id"]}, {"updated_at": 1})["updated_at"]
        expect.true(isinstance(stamp, datetime) and stamp.year >= 2025, f"updated_at {stamp}")
        job.update(status="completed", updated_at=stamp)


@check("migration: every file without a format gets it from its name, saved whole as ODMs do")
def add_format(db, world, expect):
    lacking = world["audio_files"].where(lambda d: "format" not in d)
    saved = 0
    for found in db.audio_files.find({"format": {"$exists": False}}, batch_size=100):
        document = world["audio_files"][found["_id"]]
        expect.same(found, document)
        document["format"] = document["filename"].rsplit(".", 1)[1]
        saved += db.audio_files.replace_one(
            {"_id": found["_id"]}, document, upsert=True
        ).modified_count
    expect.same(saved, len(lacking))
    expect.same(db.audio_files.count_documents({"format": {"$exists": False}}), 0)


@check("vectors of 768 numbers: metadata filters, whole vectors back exactly")
def vector_metadata(db, world, expect):
    docs = world["audio_embeddings"]
    mine = docs.where(lambda d: 120 <= d["metadata"]["tempo"] <= 130)
    expect.same_documents(
        db.audio_embeddings.find({"metadata.tempo": {"$gte": 120, "$lte": 130}}), mine
    )
    got = db.audio_embeddings.find(
        {"metadata.tags": {"$in": ["house", "vocal"]}, "metadata.key": "C#"}, {"metadata": 1}
    )
    expect.same_documents(
        got,
        [
            {"_id": d["_id"], "metadata": d["metadata"]}
            for d in docs
            if {"house", "vocal"} & set(d["metadata"]["tags"]) and d["metadata"]["key"] == "C#"
        ],
    )
    expect.same(
        db.audio_embeddings.count_documents({"embedding": {"$size": EMBEDDING_DIMENSIONS}}),
        len(docs),
    )
    for document in list(docs)[:30]:
        vector = [value * 2 for value in document["embedding"]]
        db.audio_embeddings.update_one(
            {"_id": document["_id"]},
            {"$set": {"embedding": vector, "metadata.created_at": "2025-12-31T00:00:00Z"}},
        )
        document["embedding"] = vector
        document["metadata"]["created_at"] = "2025-12-31T00:00:00Z"
        expect.same(db.audio_embeddings.find_one({"embedding": vector}), document)


@check("a deleted file takes its analyses and vectors with it")
def cascade(db, world, expect):
    for document in list(world["audio_files"])[:25]:
        name = document["file_id"]
        expect.same(db.audio_files.find_one_and_delete({"file_id": name}), document)
        world["audio_files"].delete([document])
        for collection, path in (("analyses", "file_id"), ("audio_embeddings", "metadata.file_id")):
            mine = world[collection].where(lambda d: dig(d, path) == name)
            expect.same(db[collection].delete_many({path: name}).deleted_count, len(mine))
            world[collection].delete(mine)
