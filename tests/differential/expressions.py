#!/usr/bin/env python3
"""Random expressions, answered by Cairn and by MongoDB's own engine. See README.md."""

import argparse
import collections
import os
import random
import subprocess
import sys

import bson
from bson import json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

import arithmetic
import arrays
import conversions
import dates
import texts
from values import Values

FAMILIES = {"date": dates.MAKERS, "array": arrays.MAKERS, "text": texts.MAKERS,
            "arithmetic": arithmetic.MAKERS, "conversion": conversions.MAKERS}
JSON = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)


class Cairn:
    """evaluate_expressions, a program of the build tree."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answer(self, case):
        self.process.stdin.write(bson.encode(case))
        self.process.stdin.flush()
        size = self.process.stdout.read(4)
        if len(size) < 4:
            raise SystemExit("evaluate_expressions ended at " + json_util.dumps(case, json_options=JSON))
        return size + self.process.stdout.read(int.from_bytes(size, "little") - 4)


class Engine:
    """MongoDB's own engine."""

    def __init__(self, uri):
        import pymongo

        self.failure = pymongo.errors.OperationFailure
        self.client = pymongo.MongoClient(uri, directConnection=True, serverSelectionTimeoutMS=3000,
                                          unicode_decode_error_handler="replace")
        try:
            self.client.admin.command("ping")
        except pymongo.errors.PyMongoError as error:
            print("no engine to compare with:", error)
            sys.exit(77)
        self.code_names = {}
        self.database = self.client.get_database("differential", CodecOptions(document_class=RawBSONDocument, unicode_decode_error_handler="replace"))

    def answer(self, case):
        # A pipeline's constants are folded in both engines; the document comes from $documents.
        pipeline = [{"$documents": [{"$literal": case["doc"]}]}, {"$replaceWith": {"r": case["expr"]}}]
        try:
            return next(self.database.aggregate(pipeline)).raw
        except self.failure as error:
            self.code_names[error.code] = error.details.get("codeName", f"Location{error.code}")
            return bson.encode({"code": error.code, "text": error.details["errmsg"]})

    def code_name(self, code):
        """Of a code that an answer had."""
        return self.code_names[code]


def kind(answer):
    document = bson.decode(answer, CodecOptions(document_class=RawBSONDocument, datetime_conversion=3, unicode_decode_error_handler="replace"))
    return f"error {document['code']}" if "code" in document else "a value"


def shown(answer):
    options = CodecOptions(datetime_conversion=3, unicode_decode_error_handler="replace")
    return json_util.dumps(bson.decode(answer, options), json_options=JSON)


def same(a, b):
    if a == b:
        return True
    return "error" in kind(a) and kind(a) == kind(b)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uri", default="mongodb://127.0.0.1:27017")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--only", default=",".join(FAMILIES))
    parser.add_argument("--operator", default="")
    parser.add_argument("--show", type=int, default=3, help="differences printed of each kind")
    options = parser.parse_args()
    makers = [maker for family in options.only.split(",") for maker in FAMILIES[family]]
    build = os.environ.get("CAIRN_BUILD_DIR", "build/release")
    cairn = Cairn(os.path.join(build, "differential/evaluate_expressions"))
    engine = Engine(options.uri)
    compared, values_agreed, differences = 0, 0, collections.Counter()
    for index in range(options.count):
        values = Values(random.Random(f"{options.seed}/{index}"))
        expression = values.pick(makers)(values)
        name = next(iter(expression))
        if options.operator and name not in options.operator.split(","):
            continue
        case = {"doc": values.document, "expr": expression}
        try:
            ours, theirs = cairn.answer(case), engine.answer(case)
        except (bson.errors.InvalidDocument, OverflowError):
            continue
        compared += 1
        if same(ours, theirs):
            values_agreed += kind(ours) == "a value"
            continue
        difference = (name, kind(ours), kind(theirs))
        differences[difference] += 1
        if differences[difference] <= options.show:
            print(f"#{index} {json_util.dumps(case, json_options=JSON)}\n  cairn   {shown(ours)}\n  mongodb {shown(theirs)}")
    for difference, count in sorted(differences.items()):
        print("difference:", *difference, count)
    print(f"compared {compared}, {sum(differences.values())} differences; {values_agreed} of what agreed were values")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
