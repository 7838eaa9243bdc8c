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
    from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError
except ImportError:
    print("PyMongo is not installed")
    sys.exit(77)

import filters
import indexes
import pipelines
import updates
from servers import connect
from shrink import shrink

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
        return [bytes(document.raw) for document in reply["cursor"]["firstBatch"]]
    if "values" in reply:
        return [bson.encode({"value": value}) for value in reply["values"]]
    told = {name: reply[name] for name in ("n", "nModified", "value", "lastErrorObject", "upserted") if name in reply}
    if "writeErrors" in reply:
        return reply["writeErrors"][0]["code"]
    return [bson.encode(told)]


def in_any_order(value):
    """Of fields, and of a $facet's documents, with an _id that was made for them: in MongoDB a field that was removed and set again stands where it was,
    and what an upsert takes from its filter has no order."""
    if isinstance(value, bson.ObjectId) and value.binary[0]:
        return "one of its own"
    if isinstance(value, dict):
        return {key: in_any_order(part) for key, part in sorted(value.items())}
    if isinstance(value, list):
        return sorted((in_any_order(part) for part in value), key=repr)
    return value


def same_in_another_order(answers):
    if not all(isinstance(answer, list) for answer in answers):
        return False
    ours, theirs = [sorted(repr(in_any_order(Run.read(raw))) for raw in answer) for answer in answers]
    return ours == theirs


def content(client, name=NAME):
    return ask(client, {"find": name, "sort": {"_id": 1}, "batchSize": 10000})


class Family:
    """What is asked in one round of documents."""

    def __init__(self, make, exact_order=False, writes=None, prepare=None):
        """`writes`: the collection that its commands change."""
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
    "write": Family(updates.random_write, exact_order=True, writes=NAME),
    "pipeline": Family(pipelines.random_pipeline),
    "merge": Family(pipelines.random_merge, writes="target"),
    "index": Family(indexes.random_find, exact_order=True, prepare=make_indexes),
}


def known(command, documents):
    """What versions of MongoDB differ in themselves: told in a sum only."""
    text = str(command)
    if "oneOf" in text:
        return "oneOf"
    if ("None" in text or "MinKey" in text or "MaxKey" in text or "localField" in text or "graphLookup" in text) and "[" in str(documents)[1:]:
        return "null and missing behind arrays"
    if "'$densify'" in text and "partitionByFields" in text:
        return "the first of a partition within a step of the least"
    return None


class Run:
    def __init__(self, servers, family, options):
        self.servers, self.family, self.options = servers, family, options
        self.compared = self.refused = self.differences = 0
        self.known = collections.Counter()
        self.codes = collections.Counter()  # both refuse, with other codes: which is found first is not defined

    def fill(self, documents):
        for server in self.servers:
            server[NAME].drop_collection(NAME)
            if documents:
                server[NAME][NAME].insert_many([dict(document) for document in documents])
        if self.family.writes not in (None, NAME):
            self.fill_target()

    def fill_target(self):
        for server in self.servers:
            server[NAME].drop_collection(self.family.writes)
            server[NAME][self.family.writes].insert_many([{"_id": number, "k": number, "a": [number], "old": 1} for number in range(5, 60, 2)])

    def answers(self, command):
        answers = [ask(server, command) for server in self.servers]
        if not self.family.exact_order or "distinct" in command:
            answers = [sorted(answer) if isinstance(answer, list) else answer for answer in answers]
        if self.family.writes and answers[0] == answers[1] and not (isinstance(answers[0], int) and "aggregate" in command):
            return [content(server, self.family.writes) for server in self.servers], answers[1]
        return answers, answers[1]

    def round(self, seed, commands):
        r = random.Random(seed)
        documents = [filters.document(r, number) for number in range(DOCUMENTS)]
        self.fill(documents)
        if self.family.prepare:
            self.family.prepare(self.servers, r)
        for _ in range(commands):
            command = self.family.make(r)
            before = [dict(bson.decode(raw)) for raw in content(self.servers[0])] if self.options.shrink and self.family.writes == NAME else documents
            answers, told = self.answers(command)
            self.compared += 1
            self.refused += isinstance(told, int)
            if answers[0] != answers[1]:
                self.judge(seed, before, command, answers)
                self.fill(documents)
                if self.family.prepare:
                    continue
            elif self.family.writes == "target":
                self.fill_target()

    def judge(self, seed, documents, command, answers):
        if ("aggregate" in command or "upsert" in str(command)) and same_in_another_order(answers):
            self.known["fields or arrays in another order"] += 1
            return
        pair = tuple(answer if isinstance(answer, int) else "value" for answer in answers)
        if isinstance(pair[0], int) and isinstance(pair[1], int):
            self.codes[pair] += 1
            if not self.options.codes or self.codes[pair] > self.options.codes:
                return
        else:
            self.differences += 1
        if known(command, documents) == "oneOf":
            self.known["oneOf"] += 1
            return
        if self.options.shrink and not self.family.prepare:
            documents, command = shrink(lambda d, c: self.still(pair, d, c), documents, command)
            self.fill(documents)
            answers, _ = self.answers(command)
        kind = known(command, documents)
        if kind:
            self.known[kind] += 1
            return
        if self.options.shrink:
            print("of", documents)
        self.tell(seed, command, answers)

    def still(self, pair, documents, command):
        try:
            self.fill(documents)
            answers, _ = self.answers(command)
        except (PyMongoError, bson.errors.BSONError, TypeError, ValueError):
            return False
        if ("aggregate" in command or "upsert" in str(command)) and same_in_another_order(answers):
            return False
        return answers[0] != answers[1] and pair == tuple(answer if isinstance(answer, int) else "value" for answer in answers)

    def tell(self, seed, command, answers):
        print("seed", seed, command)
        ours, theirs = answers
        if isinstance(ours, list) and isinstance(theirs, list):
            both = [[self.read(one) for one in answer] for answer in
                    ([one for one in ours if one not in theirs], [one for one in theirs if one not in ours])]
            print("  only ours  ", str(both[0][:2])[:self.options.show])
            print("  only theirs", str(both[1][:2])[:self.options.show])
            if sorted(ours) == sorted(theirs):
                print("  (another order)")
        else:
            print("  ours  ", str(self.all(ours))[:self.options.show])
            print("  theirs", str(self.all(theirs))[:self.options.show])
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
    parser.add_argument("--shrink", action="store_true", help="tell a smaller case of the same difference, with its documents")
    parser.add_argument("--codes", type=int, default=0, help="cases told of each pair of codes with which both refuse")
    arguments = parser.parse_args()
    servers = connect(arguments.ours, arguments.theirs)
    runs = {name: Run(servers, FAMILIES[name], arguments) for name in arguments.only.split(",")}
    end = time.monotonic() + arguments.minutes * 60
    seed = arguments.seed
    while time.monotonic() < end:
        for name, run in runs.items():
            try:
                run.round(seed, arguments.commands)
            except ConnectionFailure as failure:  # MongoDB's engine aborts at times, and is started again
                print("seed", seed, name, "connection lost:", str(failure)[:100], flush=True)
                time.sleep(10)
        seed += 1
    for name, run in runs.items():
        print(f"{name}: seeds {arguments.seed}..{seed - 1}, {run.compared} compared, {run.refused} refused by the other, "
              f"{run.differences} differences" + "".join(f"; {count} refused as {ours}, {theirs}" for (ours, theirs), count in run.codes.items())
              + "".join(f"; {count} {kind}" for kind, count in run.known.items()))
    return 1 if any(run.differences for run in runs.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
