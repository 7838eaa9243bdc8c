"""Vector search through PyMongo's own helpers, as an application with embeddings has it."""

import random

from bson.binary import Binary, BinaryVectorDtype
from pymongo.errors import OperationFailure
from pymongo.operations import SearchIndexModel

from support import caught

DIMENSIONS = 32


def nearest(db, vector, **options):
    search = {"index": "embeddings", "path": "embedding", "queryVector": vector, **options}
    stages = [{"$vectorSearch": search}, {"$project": {"score": {"$meta": "vectorSearchScore"}}}]
    return list(db.chunks.aggregate(stages))


def cosine_score(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    norms = sum(x * x for x in a) * sum(x * x for x in b)
    return (1 + dot / norms**0.5) / 2


def vector_search(t, client, db):
    chance = random.Random(7)
    vectors = [[chance.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(500)]
    db.chunks.insert_many(
        {"_id": i, "company": i % 5, "embedding": vector} for i, vector in enumerate(vectors)
    )
    model = SearchIndexModel(
        name="embeddings",
        type="vectorSearch",
        definition={
            "fields": [
                {
                    "type": "vector",
                    "path": "embedding",
                    "numDimensions": DIMENSIONS,
                    "similarity": "cosine",
                },
                {"type": "filter", "path": "company"},
            ]
        },
    )
    t.equal(db.chunks.create_search_index(model), "embeddings", "create_search_index")
    listed = list(db.chunks.list_search_indexes("embeddings"))
    t.equal(
        [(i["name"], i["type"], i["queryable"], i["status"]) for i in listed],
        [("embeddings", "vectorSearch", True, "READY")],
        "list_search_indexes",
    )
    query = [chance.gauss(0, 1) for _ in range(DIMENSIONS)]
    by_hand = sorted(range(500), key=lambda i: -cosine_score(query, vectors[i]))
    found = nearest(db, query, numCandidates=200, limit=10)
    t.equal([d["_id"] for d in found], by_hand[:10], "the ten nearest of 500")
    t.true(
        all(abs(d["score"] - cosine_score(query, vectors[d["_id"]])) < 1e-6 for d in found),
        "their scores",
    )
    found = nearest(db, query, numCandidates=200, limit=10, filter={"company": 3})
    t.equal([d["_id"] for d in found], [i for i in by_hand if i % 5 == 3][:10], "of one company")
    db.chunks.update_one({"_id": by_hand[-1]}, {"$set": {"embedding": query}})
    db.chunks.delete_one({"_id": by_hand[0]})
    found = nearest(db, query, exact=True, limit=2)
    t.equal([d["_id"] for d in found], [by_hand[-1], by_hand[1]], "after an update and a deletion")
    packed = Binary.from_vector(query, BinaryVectorDtype.FLOAT32)
    t.equal(
        [d["_id"] for d in nearest(db, packed, exact=True, limit=2)],
        [by_hand[-1], by_hand[1]],
        "asked with a binary vector",
    )
    t.error(caught(OperationFailure, nearest, db, [1.0], exact=True, limit=1), 8, "dimensions")
    changed = dict(model.document["definition"]["fields"][0], similarity="euclidean")
    db.chunks.update_search_index("embeddings", {"fields": [changed]})
    t.equal(nearest(db, query, exact=True, limit=1)[0]["score"], 1.0, "update_search_index")
    db.chunks.drop_search_index("embeddings")
    t.equal(list(db.chunks.list_search_indexes()), [], "drop_search_index")


SECTIONS = [vector_search]
