"""Search by meaning, as three of the systems ask for it: `$vectorSearch` where the documents say Atlas or ChromaDB.

Answers are compared with every score computed in Python: searches that are exact must give the nearest
documents, the others 95 of 100 of them, all of which the filter admits. Equal embeddings may stand in any order.
"""

import math
from operator import mul

from pymongo.operations import SearchIndexModel

from expect import Checks, Mismatch, dig
from systems.requestdesk import SOURCES
from vocabulary import Dice

checks = {name: Checks(name) for name in ("creatorcore", "requestdesk", "samplemind")}

RECALL = 0.95
# Scores are float32 of numbers added in another order.
TOLERANCE = 1e-5


def cosine(a, b):
    return (1 + sum(map(mul, a, b)) / math.sqrt(sum(map(mul, a, a)) * sum(map(mul, b, b)))) / 2


def dot_product(a, b):
    return (1 + sum(map(mul, a, b))) / 2


def euclidean(a, b):
    return 1 / (1 + sum((x - y) ** 2 for x, y in zip(a, b)))


def make_index(collection, name, similarity, dimensions, *filters):
    fields = [
        {
            "type": "vector",
            "path": "embedding",
            "numDimensions": dimensions,
            "similarity": similarity,
        }
    ]
    fields += [{"type": "filter", "path": path} for path in filters]
    collection.create_search_index(
        SearchIndexModel(definition={"fields": fields}, name=name, type="vectorSearch")
    )


class Searches:
    """Searches of one collection by one index, each compared with all scores."""

    def __init__(self, collection, documents, index, similarity, expect):
        self.collection, self.index, self.similarity = collection, index, similarity
        self.documents, self.expect = documents, expect
        self.found = self.wanted = 0

    def search(self, vector, limit, **options):
        """[(document without its embedding, score)]"""
        stage = {"index": self.index, "path": "embedding", "queryVector": vector, "limit": limit}
        got = self.collection.aggregate(
            [
                {"$vectorSearch": stage | options},
                {"$project": {"embedding": 0}},
                {"$addFields": {"score": {"$meta": "vectorSearchScore"}}},
            ]
        )
        return [({k: v for k, v in d.items() if k != "score"}, d["score"]) for d in got]

    def compare(self, vector, limit, admits=lambda d: True, **options):
        candidates = [d for d in self.documents if "embedding" in d and admits(d)]
        scores = {d["_id"]: self.similarity(vector, d["embedding"]) for d in candidates}
        by_id = {d["_id"]: d for d in candidates}
        best = sorted(scores.values(), reverse=True)[:limit]
        if not best:
            raise Mismatch("the generator gives nothing to find")
        got = self.search(vector, limit, **options)
        self.expect.same(len(got), len(best), "documents found")
        for document, score in got:
            if document["_id"] not in by_id:
                raise Mismatch(f"{document['_id']!r} is not what the filter admits")
            expected = {k: v for k, v in by_id[document["_id"]].items() if k != "embedding"}
            self.expect.same(document, expected)
            self.near(score, scores[document["_id"]])
        order = [score for _, score in got]
        self.expect.true(order == sorted(order, reverse=True), "the best come first")
        if options.get("exact"):
            for score, wanted in zip(order, best):
                self.near(score, wanted)
        self.wanted += len(best)
        self.found += sum(score >= best[-1] - TOLERANCE for score in order)

    def near(self, score, wanted):
        self.expect.true(
            abs(score - wanted) <= TOLERANCE * max(1, abs(wanted)), f"score {score}, not {wanted}"
        )

    def finish(self):
        self.expect.true(
            self.found >= RECALL * self.wanted, f"recall {self.found} of {self.wanted}"
        )


@checks["requestdesk"]("the ten chunks nearest to a question, of one company and of all")
def knowledge(db, world, expect):
    make_index(db.knowledge_chunks, "vector_index", "cosine", 1536, "company_id", "source_type")
    companies = [str(company["_id"]) for company in world["companies"]][:4]
    searches = Searches(db.knowledge_chunks, world["knowledge_chunks"], "vector_index", cosine, expect)
    dice = Dice(7, "questions")
    for company in companies:
        if not world["knowledge_chunks"].where(lambda d: d["company_id"] == company):
            continue
        question, mine = dice.embedding(1536), (lambda d: d["company_id"] == company)
        searches.compare(question, 10, mine, filter={"company_id": company}, numCandidates=100)
        searches.compare(question, 10, mine, filter={"company_id": company}, exact=True)
        searches.compare(
            question,
            5,
            lambda d: mine(d) or d["source_type"] != SOURCES[0],
            filter={
                "$or": [{"company_id": company}, {"source_type": {"$nin": [SOURCES[0]]}}],
            },
            numCandidates=150,
        )
    searches.compare(dice.embedding(1536), 10, numCandidates=100)
    searches.finish()


@checks["requestdesk"]("a chunk is found as soon as it is stored, and no longer than it is there")
def fresh_knowledge(db, world, expect):
    searches = Searches(db.knowledge_chunks, world["knowledge_chunks"], "vector_index", cosine, expect)
    vector = [1.0 if place % 3 else -1.0 for place in range(1536)]
    chunk = {"_id": "fresh", "company_id": "fresh", "embedding": vector, "source_type": "manual"}
    found = [({k: v for k, v in chunk.items() if k != "embedding"}, 1.0)]
    db.knowledge_chunks.insert_one(chunk)
    expect.same(searches.search(vector, 1, numCandidates=10), found)
    opposite = [-number for number in vector]
    db.knowledge_chunks.update_one({"_id": "fresh"}, {"$set": {"embedding": opposite}})
    (_, score) = searches.search(vector, 1, filter={"company_id": "fresh"}, exact=True)[0]
    searches.near(score, 0.0)
    expect.same(searches.search(opposite, 1, numCandidates=10), found)
    db.knowledge_chunks.delete_one({"_id": "fresh"})
    expect.same(searches.search(vector, 3, filter={"company_id": "fresh"}, exact=True), [])


@checks["samplemind"]("tracks that sound alike, between 120 and 130 beats a minute")
def alike(db, world, expect):
    make_index(db.audio_embeddings, "alike", "cosine", 768, "metadata.tempo", "metadata.tags")
    searches = Searches(db.audio_embeddings, world["audio_embeddings"], "alike", cosine, expect)
    dice = Dice(8, "tracks")
    for low, high in ((120, 130), (60, 61), (60, 180)):
        tempo = {"metadata.tempo": {"$gte": low, "$lte": high}}
        searches.compare(
            dice.embedding(768),
            10,
            lambda d: low <= dig(d, "metadata.tempo") <= high,
            filter=tempo,
            numCandidates=100,
        )
    tag = next(iter(world["audio_embeddings"].where(lambda d: d["metadata"]["tags"])))
    tag = tag["metadata"]["tags"][0]
    searches.compare(
        dice.embedding(768),
        10,
        lambda d: tag in d["metadata"]["tags"],
        filter={"metadata.tags": tag},
        numCandidates=100,
    )
    searches.finish()


@checks["creatorcore"]("generations like a new topic, those without an embedding left out")
def like_a_topic(db, world, expect):
    dice = Dice(9, "topics")
    for name, similarity in (("dotProduct", dot_product), ("euclidean", euclidean)):
        make_index(db.generations, name, name, 384, "topic", "feedback_score")
        searches = Searches(db.generations, world["generations"], name, similarity, expect)
        searches.compare(dice.embedding(384), 10, numCandidates=100)
        searches.compare(
            dice.embedding(384),
            5,
            lambda d: d.get("feedback_score", -9) > 0,
            filter={"feedback_score": {"$gt": 0}},
            numCandidates=100,
        )
        searches.finish()


@checks["creatorcore"]("search indexes are listed and dropped by name")
def listed(db, world, expect):
    names = sorted(index["name"] for index in db.generations.list_search_indexes())
    expect.same(names, ["dotProduct", "euclidean"])
    expect.true(
        all(index["queryable"] for index in db.generations.list_search_indexes()), "all answer"
    )
    db.generations.drop_search_index("euclidean")
    expect.same([index["name"] for index in db.generations.list_search_indexes()], ["dotProduct"])
