"""Documents written over the plain protocol, and the proof that all of them are still there."""

import random

from server import Failure
from wire import CommandError, Connection, Long

DATABASE = "damage"
COLLECTIONS = ("plain", "large", "thrice", "unicode")


class Content:
    """What was acknowledged: {collection: {_id: document}}."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.expected = {name: {} for name in COLLECTIONS}

    def document(self, key, size):
        return {
            "_id": key,
            "text": f"é漢🎛 {key}",
            "n": key / 4,
            "noise": self.random.randbytes(size),
        }

    def write(self, port, first, count):
        """Inserts, updates and deletes; the last write is fsynced, and all before it with it."""
        with Connection(port) as link:
            for name in COLLECTIONS:
                size, step, batch = (100_000, 50, 1) if name == "large" else (300, 200, 200)
                for start in range(first, first + count, step):
                    docs = [self.document(key, size) for key in range(start, start + batch)]
                    link.command(DATABASE, {"insert": name, "documents": docs})
                    self.expected[name].update((document["_id"], document) for document in docs)
            self.change(link, first, count)
            link.command(
                DATABASE,
                {
                    "insert": "plain",
                    "documents": [{"_id": -first - 1}],
                    "writeConcern": {"w": 1, "j": True},
                },
            )
            self.expected["plain"][-first - 1] = {"_id": -first - 1}

    def change(self, link, first, count):
        for key in range(first, first + count, 7):
            link.command(
                DATABASE,
                {
                    "update": "thrice",
                    "updates": [{"q": {"_id": key}, "u": {"$set": {"text": "changed"}}}],
                },
            )
            self.expected["thrice"][key]["text"] = "changed"
        gone = {"$lt": first + count // 5, "$gte": first}
        link.command(DATABASE, {"delete": "unicode", "deletes": [{"q": {"_id": gone}, "limit": 0}]})
        for key in range(first, first + count // 5):
            del self.expected["unicode"][key]

    def errors(self, port):
        """Reads everything twice, by scan and by _id. Returns the errors the server reported, as text;
        a document that is missing, changed or too many without such an error is a Failure."""
        reported = []
        with Connection(port) as link:
            try:
                names = {
                    entry["name"]
                    for entry in link.command(DATABASE, {"listCollections": 1})["cursor"][
                        "firstBatch"
                    ]
                }
                if names != set(COLLECTIONS):
                    raise Failure(f"the collections are {sorted(names)}")
            except CommandError as error:
                reported.append(f"listCollections: {error}")
            for name, docs in self.expected.items():
                self.scan(link, name, docs, reported)
                for key in list(docs)[:: max(1, len(docs) // 200)]:
                    self.find(link, name, key, docs[key], reported)
        return reported

    def scan(self, link, name, docs, reported):
        try:
            found = read_all(link, DATABASE, name)
        except CommandError as error:
            reported.append(f"scan of {name}: {error}")
            return
        if found != docs:
            lost, extra = docs.keys() - found.keys(), found.keys() - docs.keys()
            raise Failure(
                f"{name}: {len(lost)} documents silently lost, {len(extra)} too many, {sum(found.get(k) != docs[k] for k in docs)} wrong"
            )

    def find(self, link, name, key, document, reported):
        try:
            found = link.command(DATABASE, {"find": name, "filter": {"_id": key}})["cursor"][
                "firstBatch"
            ]
        except CommandError as error:
            reported.append(f"find in {name}: {error}")
            return
        if found != [document]:
            raise Failure(f"{name}: _id {key} gives {len(found)} documents, silently")

    def expect_everything(self, port):
        reported = self.errors(port)
        if reported:
            raise Failure(f"reading reports {reported[:3]}")


def read_all(link, database, name):
    """{_id: document} by a scan through all batches."""
    cursor = link.command(database, {"find": name, "batchSize": 500})["cursor"]
    docs = cursor["firstBatch"]
    while cursor["id"]:
        cursor = link.command(
            database, {"getMore": Long(cursor["id"]), "collection": name, "batchSize": 500}
        )["cursor"]
        docs += cursor["nextBatch"]
    return {document["_id"]: document for document in docs}
