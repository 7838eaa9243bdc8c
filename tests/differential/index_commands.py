#!/usr/bin/env python3
"""Commands about indexes with every option, right and wrong, asked of two servers: errors by code, indexes byte by byte. See README.md.

    index_commands.py --ours mongodb://127.0.0.1:27017 --theirs mongodb://127.0.0.1:27018 [--only options,pairs] [--seed N] [--count N] [--messages]
"""
import argparse
import collections
import random
import sys
import time

try:
    import bson
    from bson import Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
    from bson.binary import Binary
    from bson.code import Code
    from bson.raw_bson import RawBSONDocument
    from bson.son import SON
    from pymongo.errors import OperationFailure, PyMongoError
except ImportError:
    print("PyMongo is not installed")
    sys.exit(77)

import datetime

from servers import connect

DB = "differential"
NAME = "indexes"
RAW = bson.codec_options.CodecOptions(document_class=RawBSONDocument, unicode_decode_error_handler="replace")

KINDS = {
    "plain": {"a": 1},
    "backwards": {"a.b": -1},
    "compound": {"a": 1, "b": -1},
    "id": {"_id": 1},
    "text": {"a": "text"},
    "texts": {"c": 1, "a": "text", "b": "text", "d": -1},
    "everything": {"$**": "text"},
    "wildcard": {"$**": 1},
    "below": {"a.$**": -1},
    "wildcards": {"b": 1, "a.$**": 1, "c": -1},
    "hashed": {"a": "hashed"},
    "hashes": {"a": 1, "b": "hashed", "c": -1},
    "grid": {"a": "2d"},
    "grids": {"a": "2d", "b": 1},
    "sphere": {"a": "2dsphere"},
    "spheres": {"b": 1, "a": "2dsphere", "c": -1},
}

VALUES = [
    1, 0, -1, 2, 3, 4, 26, 32, 33, 1.0, 2.0, 2.5, -0.5, 0.0, -0.0, float("nan"), float("inf"), float("-inf"), 1e300, Int64(1), Int64(2), Int64(0), Int64(-1),
    Int64(2**31), Int64(2**31 - 1), Int64(2**63 - 1), Int64(-2**63), Decimal128("1"), Decimal128("2"), Decimal128("NaN"), Decimal128("0.5"),
    Decimal128("1E+6000"), True, False, None, "", "x", "a", "1", "$a", "a.b", "french", "none", "en", "$**", "*", "_id_", {}, {"a": 1}, {"a": 0},
    {"b": 1}, {"$**": 1}, {"a": 5, "b": 2.5}, {"a": "x"}, {"a.b": 1}, {"a": {"$gt": 1}}, {"$or": [{"a": 1}]}, {"a": {"$ne": 1}}, {"locale": "en"}, {"locale": "simple"},
    {"locale": "en", "strength": 2}, {"locale": 1}, {"wiredTiger": {}}, {"_id": 0}, {"_id": 1, "a": 1}, {"a": 1, "b": 0}, [], [1], [{"a": 1}], ObjectId(b"a" * 12),
    datetime.datetime(2020, 1, 1), Regex("x"), Timestamp(1, 1), MinKey(), MaxKey(), Binary(b"x"), Code("x"), "n" * 200, "n\0n", "a$b",
]

OPTIONS = ["v", "name", "ns", "unique", "sparse", "background", "hidden", "prepareUnique", "expireAfterSeconds", "partialFilterExpression", "collation",
           "storageEngine", "wildcardProjection", "clustered", "dropDups", "weights", "default_language", "language_override", "textIndexVersion",
           "2dsphereIndexVersion", "bits", "min", "max", "bucketSize", "finestIndexedLevel", "coarsestIndexedLevel", "unknown", "key", "originalSpec",
           "columnstoreProjection", "safe", "Unique", "disallowNewDuplicateKeys", "force", "_id", "", "$x"]

# Of each option, what is mostly good.
GOOD = {
    "v": [1, 2, 2.0, Int64(2)], "unique": [True, False, 1, 0], "sparse": [True, False], "background": [True, False], "hidden": [True, False],
    "prepareUnique": [True, False], "expireAfterSeconds": [0, 5, 5.5, Int64(7)], "partialFilterExpression": [{"a": 1}, {"a": {"$gt": 1}}, {"b": {"$exists": True}}],
    "collation": [{"locale": "en"}, {"locale": "simple"}, {"locale": "fr", "strength": 1}], "wildcardProjection": [{"a": 1}, {"b": 0}, {"a.b": 1, "_id": 1}],
    "weights": [{"a": 5}, {"b": 2, "a": 1}, {"z": 3}, "$**", {"$**": 2}], "default_language": ["french", "none", "en"], "language_override": ["idioma", "language"],
    "textIndexVersion": [1, 2, 3, 4], "2dsphereIndexVersion": [1, 2, 3, 4], "bits": [1, 20, 26.0, 32], "min": [-10, 0, 10.5], "max": [10, 180, 1e3], "bucketSize": [1],
    "finestIndexedLevel": [10, 23, 30], "coarsestIndexedLevel": [0, 5, 12],
}


def ask(client, command, db=DB):
    try:
        return client[db].command(dict(command), codec_options=RAW)
    except OperationFailure as failure:
        return failure
    except PyMongoError:  # the other engine can abort, and is started again
        time.sleep(3)
        return None


def told(reply):
    """What must be the same: an error's code and name, or the reply without clocks."""
    if isinstance(reply, OperationFailure):
        details = reply.details or {}
        return (reply.code, details["codeName"] if "codeName" in details else None)
    # A server started with another version of the engine may say more: names that neither documents nor drivers read.
    return bson.encode({name: bson.decode(bson.encode({"x": value}))["x"] if isinstance(value, RawBSONDocument) else value
                        for name, value in reply.items() if name not in ("$clusterTime", "operationTime", "cursor", "warnings", "commitQuorum", "_commandResult")})


def shown(client):
    reply = ask(client, {"listIndexes": NAME})
    if reply is None:
        return None
    return reply.code if isinstance(reply, OperationFailure) else [each.raw for each in reply["cursor"]["firstBatch"]]


def comparable(listed):
    """Without what differs between versions: of ICU, and of MongoDB, of which 9 shows simple collations and has a newer 2dsphere index."""
    if not isinstance(listed, list):
        return listed
    made = []
    for raw in listed:
        document = bson.decode(raw, bson.codec_options.CodecOptions(document_class=SON, datetime_conversion=3))
        collation = document.get("collation", {})
        collation.pop("version", None)
        if collation == {"locale": "simple"}:
            del document["collation"]
        if document.get("2dsphereIndexVersion") == 4:
            document["2dsphereIndexVersion"] = 3
        made.append(bson.encode(document))
    return made


class Comparison:
    def __init__(self, servers, messages):
        self.servers, self.messages = servers, messages
        self.compared = self.refused = 0
        self.differences = collections.Counter()
        self.texts = collections.Counter()

    def fresh(self):
        for server in self.servers:
            ask(server, {"drop": NAME})

    def steps(self, label, commands):
        """The commands one after the other on a fresh collection."""
        self.fresh()
        for command in commands:
            replies = [ask(server, command) for server in self.servers]
            if None in replies:
                return
            self.compared += 1
            self.refused += isinstance(replies[1], OperationFailure)
            answers = [told(reply) for reply in replies]
            lists = [shown(server) for server in self.servers]
            if answers[0] != answers[1]:
                self.tell(label, command, [self.read(reply) for reply in replies])
                return
            if comparable(lists[0]) != comparable(lists[1]):
                self.tell(label, command, [[bson.decode(raw) for raw in one] if isinstance(one, list) else one for one in lists])
                return
            if self.messages and isinstance(replies[0], OperationFailure):
                self.compare_texts(label, command, replies)

    def compare_texts(self, label, command, replies):
        texts = [reply.details["errmsg"] for reply in replies]
        if texts[0] == texts[1]:
            return
        kind = f"message {label}"
        self.texts[kind] += 1
        if self.texts[kind] <= 1:
            print(f"~ {command}\n    ours   {texts[0][:300]}\n    theirs {texts[1][:300]}")

    def tell(self, label, command, answers):
        self.differences[label] += 1
        if self.differences[label] <= 3:
            print(f"! {label}: {command}\n    ours   {str(answers[0])[:400]}\n    theirs {str(answers[1])[:400]}")
            sys.stdout.flush()

    @staticmethod
    def read(reply):
        if isinstance(reply, OperationFailure):
            return f"{reply.code} {(reply.details or {}).get('codeName')} {(reply.details or {}).get('errmsg')}"
        return {name: reply[name] for name in reply if name not in ("$clusterTime", "operationTime")}


def create(*specifications, **more):
    return {"createIndexes": NAME, "indexes": list(specifications), **more}


def specification(kind, *options):
    made = {"key": KINDS[kind], "name": "i"}
    for name, value in options:
        made[name] = value
    return made


def options(_random, _count):
    for kind in KINDS:
        for option in OPTIONS:
            for value in VALUES:
                yield f"{kind} {option}", [create(specification(kind, (option, value)))]


def key_values(_random, _count):
    fields = ["a", "a.b", "_id", "_id.a", "$**", "a.$**", "", "a.", ".a", "a..b", "$a", "a.$a", "a.$id", "$id", "_fts", "_ftsx", "a.0", "0", "a.$**.b", "$**.a",
              "$", "a$", "$ref", "a.$ref", "a.$db", "*", "**", "a.**"]
    strings = ["text", "hashed", "2d", "2dsphere", "2dsphere_bucket", "geoHaystack", "wildcard", "columnstore", "foo", "", "queryable_encrypted_range", "1", "btree", "TEXT"]
    for field in fields:
        for value in VALUES + strings:
            for version in (None, 1):
                made = {"key": {field: value}, "name": "i"}
                if version:
                    made["v"] = version
                yield f"key {field!r}" + (" v1" if version else ""), [create(made)]
                yield f"key b, {field!r}" + (" v1" if version else ""), [create({**made, "key": {"b": 1, field: value}})]
                if not version and value in strings:
                    yield f"key {field!r}, b", [create({**made, "key": {field: value, "b": 1}})]
                    for other in strings[:6]:
                        yield f"key {field!r} {other}", [create({**made, "key": {field: value, "q": other}})]


def random_options(r, most):
    names = r.sample(sorted(GOOD), r.randint(0, most))
    return [(name, r.choice(GOOD[name])) for name in names]


def pairs(r, count):
    """Several good options at once, which may not go together."""
    for _ in range(count):
        kind = r.choice(list(KINDS))
        yield f"pairs {kind}", [create(specification(kind, *random_options(r, 4)))]


def redefinitions(r, count):
    """Two to four definitions of which some are alike, in one command or one after the other."""
    names = ["i", "j"]
    for _ in range(count):
        kind = r.choice(list(KINDS))
        kept = random_options(r, 3)
        made = []
        for _ in range(r.randint(2, 3)):
            one = specification(kind if r.random() < 0.85 else r.choice(list(KINDS)), *(kept if r.random() < 0.5 else random_options(r, 2)))
            one["name"] = r.choice(names)
            made.append(one)
        if r.random() < 0.3:
            yield f"together {kind}", [create(*made)]
        else:
            yield f"again {kind}", [create(one) for one in made]


def commands(_random, _count):
    """Commands about indexes with values of every type in the place of their arguments."""
    setting = [create({"key": {"a": 1}, "name": "a"}, {"key": {"b": 1}, "name": "b"}, {"key": {"a": 1}, "name": "fr", "collation": {"locale": "fr"}},
                      {"key": {"c": "text"}, "name": "t"}, {"key": {"$**": 1}, "name": "w"}, {"key": {"d": "hashed"}, "name": "h"})]
    more = ["a", "b", "_id_", "none", {"a": 1}, {"b": 1}, {"_id": 1}, {"b": 1.0}, {"b": -1}, {"d": "hashed"}, {"c": "text"}, {"_fts": "text", "_ftsx": 1}, {"$**": 1},
            ["a", "b"], ["a", "none"], ["_id_"], ["*"], ["a", "a"], ["a", 1], [{"a": 1}], ["b", {"d": "hashed"}]]
    for value in VALUES + more:
        yield "dropIndexes", setting + [{"dropIndexes": NAME, "index": value}]
        yield "deleteIndexes", setting + [{"deleteIndexes": NAME, "index": value}]
        yield "listIndexes", setting + [{"listIndexes": NAME, "cursor": value}]
        yield "listIndexes batchSize", setting + [{"listIndexes": NAME, "cursor": {"batchSize": value}}]
        yield "listIndexes includeBuildUUIDs", setting + [{"listIndexes": NAME, "includeBuildUUIDs": value}]
        yield "listIndexes includeIndexBuildInfo", setting + [{"listIndexes": NAME, "includeIndexBuildInfo": value}]
        yield "commitQuorum", [create({"key": {"a": 1}, "name": "a"}, commitQuorum=value)]
        yield "ignoreUnknownIndexOptions", [create({"key": {"a": 1}, "name": "a", "x": 1}, ignoreUnknownIndexOptions=value)]
        yield "indexes", [{"createIndexes": NAME, "indexes": value}]
        yield "indexes of", [{"createIndexes": NAME, "indexes": [value]}]
        for command in ("createIndexes", "dropIndexes", "listIndexes", "reIndex", "planCacheClear", "planCacheListFilters"):
            given = {command: value}
            if command == "createIndexes":
                given["indexes"] = [{"key": {"a": 1}, "name": "a"}]
            if command == "dropIndexes":
                given["index"] = "a"
            yield f"{command} name", [given]
        for hint_of in ("find", "count", "distinct", "aggregate", "update", "delete", "findAndModify"):
            yield f"hint {hint_of}", setting + [hinted(hint_of, value)]
        for bound in ("min", "max"):
            for hint in (None, {"a": 1}, {"b": 1}, "a", "w", {"$natural": 1}):
                made = {"find": NAME, bound: value}
                if hint:
                    made["hint"] = hint
                yield f"{bound} hint {hint}", setting + [made]
        for command in ("planCacheClear", "planCacheSetFilter", "planCacheListFilters", "planCacheClearFilters"):
            for argument in ("query", "sort", "projection", "collation", "indexes", "comment"):
                made = {command: NAME, argument: value}
                if command == "planCacheSetFilter":
                    made.setdefault("query", {"a": 1})
                    made.setdefault("indexes", [{"a": 1}])
                if argument in ("sort", "projection", "collation"):
                    made.setdefault("query", {"a": 1})
                yield f"{command} {argument}", setting + [made]
        yield "planCacheSetFilter index", setting + [{"planCacheSetFilter": NAME, "query": {"a": 1}, "indexes": [value]}]
    for name in ("dropIndexes", "listIndexes", "reIndex", "planCacheClear", "createIndexes", "planCacheSetFilter", "planCacheListFilters", "planCacheClearFilters"):
        for unknown in ("x", "indexes", "index", "query", "key"):
            yield f"{name} argument {unknown}", setting + [{name: NAME, unknown: 1}]
            yield f"{name} argument {unknown}, none there", [{name: NAME, unknown: 1}]
        yield f"{name} alone", setting + [{name: NAME}]
        yield f"{name} alone, none there", [{name: NAME}]


def hinted(command, hint):
    if command == "update":
        return {"update": NAME, "updates": [{"q": {"a": 1}, "u": {"$set": {"x": 1}}, "hint": hint}]}
    if command == "delete":
        return {"delete": NAME, "deletes": [{"q": {"a": 1}, "limit": 1, "hint": hint}]}
    if command == "findAndModify":
        return {"findAndModify": NAME, "query": {"a": 1}, "remove": True, "hint": hint}
    if command == "aggregate":
        return {"aggregate": NAME, "pipeline": [{"$match": {"a": 1}}], "cursor": {}, "hint": hint}
    if command == "distinct":
        return {"distinct": NAME, "key": "a", "query": {"a": 1}, "hint": hint}
    return {command: NAME, ("filter" if command == "find" else "query"): {"a": 1}, "hint": hint}


def bounds(r, count):
    """min and max with keys that fit an index, or nearly."""
    setting = [create({"key": {"a": 1, "b": -1}, "name": "ab"}, {"key": {"a": 1}, "name": "a"}, {"key": {"c": "hashed"}, "name": "h"}, {"key": {"d.$**": 1}, "name": "w"},
                      {"key": {"e": "2d"}, "name": "g"}, {"key": {"f": 1}, "name": "s", "sparse": True}, {"key": {"_id": 1, "a": 1}, "name": "ia"})]
    hints = [None, "ab", {"a": 1, "b": -1}, "a", {"a": 1}, "h", "w", "g", "s", {"_id": 1}, {"$natural": 1}, "none", {"z": 1}, {"b": 1}]
    keys = [{"a": 1, "b": 1}, {"a": 1}, {"b": 1, "a": 1}, {"a": 5, "b": 0}, {"c": 1}, {"d": 1}, {"d.x": 1}, {"e": 1}, {"f": 1}, {"_id": 1}, {}, {"a": None}, {"a": {"$gt": 1}},
            {"a": "x"}, {"a": float("nan")}, {"$natural": 1}, {"a": MinKey(), "b": MaxKey()}]
    for _ in range(count):
        made = {"find": NAME, "filter": r.choice([{}, {"a": 1}])}
        for name, chance in (("min", 0.7), ("max", 0.7)):
            if r.random() < chance:
                made[name] = r.choice(keys)
        hint = r.choice(hints)
        if hint is not None:
            made["hint"] = hint
        if r.random() < 0.3:
            made["sort"] = r.choice([{"a": 1}, {"b": 1}, {"$natural": 1}, {"_id": -1}])
        if r.random() < 0.1:
            made["returnKey"] = True
        yield "bounds", setting + [made]


FAMILIES = {"options": options, "keys": key_values, "pairs": pairs, "again": redefinitions, "commands": commands, "bounds": bounds}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", required=True)
    parser.add_argument("--only", default=",".join(FAMILIES))
    parser.add_argument("--match", default="", help="only cases whose label has this in it")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--count", type=int, default=500, help="cases of each random family")
    parser.add_argument("--share", type=float, default=1, help="of the cases, drawn by chance")
    parser.add_argument("--messages", action="store_true", help="compare the texts of errors too")
    arguments = parser.parse_args()
    servers = connect(arguments.ours, arguments.theirs)
    comparison = Comparison(servers, arguments.messages)
    drawn = random.Random(arguments.seed)
    for family in arguments.only.split(","):
        for label, steps in FAMILIES[family](random.Random(arguments.seed), arguments.count):
            if arguments.match in label and drawn.random() < arguments.share:
                comparison.steps(label, steps)
    comparison.fresh()
    print(f"seed {arguments.seed}: {comparison.compared} compared, {comparison.refused} refused by the other, {sum(comparison.differences.values())} differences,"
          f" {sum(comparison.texts.values())} other texts")
    for label, times in comparison.differences.most_common():
        print(f"  {times} {label}")
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
