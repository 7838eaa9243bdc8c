#!/usr/bin/env python3
"""Random commands over random documents, asked of two servers; what differs is printed with its seed. See README.md.

    commands.py --ours mongodb://127.0.0.1:27017 --theirs mongodb://127.0.0.1:27018 [--only find,write] [--seed N] [--minutes N]
"""
import argparse
import collections
import random
import sys
import time

try:
    import bson
    from bson.raw_bson import RawBSONDocument
    from pymongo import MongoClient
    from pymongo.errors import OperationFailure, PyMongoError
except ImportError:
    print("PyMongo is not installed")
    sys.exit(77)

import filters
import indexes
import pipelines
import updates

NAME = "differential"
RAW = bson.codec_options.CodecOptions(document_class=RawBSONDocument, unicode_decode_error_handler="replace")
DOCUMENTS = 40


def ask(client, command):
    """Documents as bytes, or the code of an error."""
    try:
        reply = client[NAME].command(dict(command), codec_options=RAW)
    except OperationFailure as failure:
        return failure.code
    if "cursor" in reply:
        return [document.raw for document in reply["cursor"]["firstBatch"]]
    told = {name: reply[name] for name in ("n", "nModified", "value", "lastErrorObject") if name in reply}
    if "writeErrors" in reply:
        told["codes"] = [error["code"] for error in reply["writeErrors"]]
    return [bson.encode(told)]


def content(client):
    return ask(client, {"find": NAME, "sort": {"_id": 1}, "batchSize": 10000})


class Family:
    """What is asked in one round of documents."""

    def __init__(self, make, exact_order=False, writes=False, prepare=None):
        self.make, self.exact_order, self.writes, self.prepare = make, exact_order, writes, prepare


def make_indexes(servers, r):
    """The same on both; those that one refuses are on neither."""
    for _ in range(r.randint(1, 3)):
        specification = indexes.random_index(r)
        for server in servers:
            answer = ask(server, {"createIndexes": NAME, "indexes": [specification]})
            if isinstance(answer, int):
                for other in servers:
                    ask(other, {"dropIndexes": NAME, "index": specification["name"]})
                break


FAMILIES = {
    "find": Family(filters.random_command, exact_order=True),
    "write": Family(updates.random_write, exact_order=True, writes=True),
    "pipeline": Family(pipelines.random_pipeline),
    "index": Family(indexes.random_find, exact_order=True, prepare=make_indexes),
}


def known(command, answers):
    """What is told in a sum only: orders of errors, and what versions of MongoDB differ in themselves."""
    if all(isinstance(answer, int) for answer in answers):
        return "refused by both with another code"
    if "None" in str(command) or "$lookup" in str(command):
        return "null and missing behind arrays"
    return None


class Run:
    def __init__(self, servers, show):
        self.servers, self.show = servers, show
        self.compared = self.refused = self.differences = 0
        self.known = collections.Counter()

    def fill(self, documents):
        for server in self.servers:
            server[NAME].drop_collection(NAME)
            server[NAME][NAME].insert_many([dict(document) for document in documents])

    def round(self, seed, family, commands):
        r = random.Random(seed)
        documents = [filters.document(r, number) for number in range(DOCUMENTS)]
        self.fill(documents)
        if family.prepare:
            family.prepare(self.servers, r)
        for _ in range(commands):
            command = family.make(r)
            answers = [ask(server, command) for server in self.servers]
            self.compared += 1
            self.refused += isinstance(answers[1], int)
            if not family.exact_order:
                answers = [sorted(answer) if isinstance(answer, list) else answer for answer in answers]
            before = answers[0] == answers[1]
            if before and family.writes:
                answers = [content(server) for server in self.servers]
            if answers[0] == answers[1]:
                continue
            kind = known(command, answers)
            if kind:
                self.known[kind] += 1
            else:
                self.differences += 1
                self.tell(seed, command, answers)
            if family.writes:
                self.fill(documents)

    def tell(self, seed, command, answers):
        print("seed", seed, command)
        ours, theirs = answers
        if isinstance(ours, list) and isinstance(theirs, list):
            both = [[self.read(one) for one in answer] for answer in
                    ([one for one in ours if one not in theirs], [one for one in theirs if one not in ours])]
            print("  only ours  ", str(both[0][:2])[:self.show])
            print("  only theirs", str(both[1][:2])[:self.show])
            if sorted(ours) == sorted(theirs):
                print("  (another order)")
        else:
            print("  ours  ", str(self.all(ours))[:self.show])
            print("  theirs", str(self.all(theirs))[:self.show])
        sys.stdout.flush()

    @staticmethod
    def read(raw):
        options = bson.codec_options.CodecOptions(datetime_conversion=3, unicode_decode_error_handler="replace")
        return bson.decode(raw, options)

    def all(self, answer):
        return f"error {answer}" if isinstance(answer, int) else [self.read(raw) for raw in answer]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--theirs", required=True)
    parser.add_argument("--only", default=",".join(FAMILIES))
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--commands", type=int, default=100, help="of a round, over the same documents")
    parser.add_argument("--show", type=int, default=300, help="characters of an answer")
    arguments = parser.parse_args()
    try:
        servers = [MongoClient(uri, directConnection=True, serverSelectionTimeoutMS=3000, retryWrites=False)
                   for uri in (arguments.ours, arguments.theirs)]
        for server in servers:
            server.admin.command("ping")
    except PyMongoError as error:
        print("no server:", error)
        return 77
    runs = {name: Run(servers, arguments.show) for name in arguments.only.split(",")}
    end = time.monotonic() + arguments.minutes * 60
    seed = arguments.seed
    while time.monotonic() < end:
        for name, run in runs.items():
            run.round(seed, FAMILIES[name], arguments.commands)
        seed += 1
    for name, run in runs.items():
        print(f"{name}: seeds {arguments.seed}..{seed - 1}, {run.compared} compared, {run.refused} refused by the other, "
              f"{run.differences} differences" + "".join(f"; {count} {kind}" for kind, count in run.known.items()))
    return 1 if any(run.differences for run in runs.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
