#!/usr/bin/env python3
"""Writes tests/spec/types: what queries, updates, accumulators, windows and stages do with a value of each BSON type, in the place of
each of their operands and in the field that they look at, where Cairn and MongoDB's own engine agree. See README.md.

    every_type_commands.py --ours mongodb://127.0.0.1:27017 --theirs mongodb://127.0.0.1:27018 [--only match,update] [--write]

What differs is printed and not written. Without --write nothing is.
"""
import argparse
import copy
import json
import pathlib
import sys

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.raw_bson import RawBSONDocument
from pymongo.errors import OperationFailure

from every_type import MISSING, TYPES, written
from servers import connect

SPEC = pathlib.Path(__file__).resolve().parents[1] / "spec/types"
NAME = "types"
RAW = CodecOptions(document_class=RawBSONDocument)
READ = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_MS)
VALUES = {what: value for what, value in TYPES.items() if value is not MISSING}
DOCUMENTS = [{"_id": n, "g": n % 3, "v": value} if value is not MISSING else {"_id": n, "g": n % 3}
             for n, value in enumerate(TYPES.values(), 1)]
NUMBERS = [{"_id": n, "g": n % 2, "v": value, "d": bson.datetime_ms.DatetimeMS(n * 1000)} for n, value in enumerate([1, 2.5, 4, 8], 1)]
PLACE = "<place>"


def with_value(template, value):
    """The template with `value` wherever it says PLACE."""
    if isinstance(template, dict):
        return {name: with_value(inner, value) for name, inner in template.items()}
    if isinstance(template, list):
        return [with_value(inner, value) for inner in template]
    return value if isinstance(template, str) and template == PLACE else template


def each_field(specification):
    """The same with PLACE in one field after the other, and as a whole."""
    yield PLACE
    for name in specification if isinstance(specification, dict) else []:
        changed = copy.deepcopy(specification)
        changed[name] = PLACE
        yield changed


def find(condition):
    return {"find": "c", "filter": condition, "projection": {"_id": 1}, "sort": {"_id": 1}}


def aggregate(*stages):
    return {"aggregate": "c", "pipeline": list(stages), "cursor": {}}


def find_and_modify(number, update):
    return {"findAndModify": "c", "query": {"_id": number}, "update": update, "new": True}


OPERATORS = {
    **{name: ({"v": {"$" + name: PLACE}},) for name in ("eq", "ne", "gt", "gte", "lt", "lte", "size", "type", "exists", "not")},
    **{name: ({"v": {"$" + name: PLACE}}, {"v": {"$" + name: [PLACE]}}, {"v": {"$" + name: [PLACE, 2]}}) for name in ("in", "nin", "all")},
    "mod": ({"v": {"$mod": PLACE}}, {"v": {"$mod": [PLACE, 0]}}, {"v": {"$mod": [2, PLACE]}}),
    "regex": ({"v": {"$regex": PLACE}}, {"v": {"$regex": "a", "$options": PLACE}}),
    "elem_match": ({"v": {"$elemMatch": PLACE}}, {"v": {"$elemMatch": {"$gte": PLACE}}}),
    **{name: ({"v": {operator: PLACE}},) for name, operator in {
        "bits_all_set": "$bitsAllSet", "bits_all_clear": "$bitsAllClear", "bits_any_set": "$bitsAnySet", "bits_any_clear": "$bitsAnyClear",
        "geo_within": "$geoWithin", "geo_intersects": "$geoIntersects"}.items()},
    "logic": ({"$and": PLACE}, {"$or": PLACE}, {"$nor": PLACE}, {"$and": [PLACE]}, {"$or": [PLACE]}, {"$nor": [PLACE]}),
    "expr": ({"$expr": PLACE}, {"$expr": {"$eq": ["$v", PLACE]}}),
    "json_schema": ({"$jsonSchema": PLACE},) + tuple(
        {"$jsonSchema": {"properties": {"v": {word: PLACE}}}} for word in (
            "bsonType", "type", "enum", "minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength", "pattern", "items",
            "minItems", "maxItems", "uniqueItems", "required", "properties", "allOf", "anyOf", "oneOf", "not", "title", "description",
            "additionalProperties", "patternProperties", "minProperties", "maxProperties", "dependencies")),
    "sample_rate": ({"$sampleRate": PLACE},),
    "comment": ({"$comment": PLACE, "v": {"$gt": 1}},),
}
UPDATES = {  # an operand that works, and others
    "set": ({"$set": {"v": PLACE}}, {"$set": PLACE}), "unset": ({"$unset": {"v": PLACE}}, {"$unset": PLACE}),
    "set_on_insert": ({"$setOnInsert": {"v": PLACE}}, {"$setOnInsert": PLACE}),
    "inc": ({"$inc": {"v": PLACE}}, {"$inc": PLACE}), "mul": ({"$mul": {"v": PLACE}}, {"$mul": PLACE}),
    "min": ({"$min": {"v": PLACE}}, {"$min": PLACE}), "max": ({"$max": {"v": PLACE}}, {"$max": PLACE}),
    "rename": ({"$rename": {"v": PLACE}}, {"$rename": PLACE}),
    "bit": ({"$bit": {"v": PLACE}}, {"$bit": {"v": {"and": PLACE}}}, {"$bit": {"v": {"xor": PLACE}}}, {"$bit": PLACE}),
    "push": ({"$push": {"a": PLACE}}, {"$push": {"a": {"$each": PLACE}}}, {"$push": {"a": {"$each": [5], "$position": PLACE}}},
             {"$push": {"a": {"$each": [5], "$slice": PLACE}}}, {"$push": {"a": {"$each": [5], "$sort": PLACE}}}, {"$push": PLACE}),
    "add_to_set": ({"$addToSet": {"a": PLACE}}, {"$addToSet": {"a": {"$each": PLACE}}}, {"$addToSet": PLACE}),
    "pop": ({"$pop": {"a": PLACE}}, {"$pop": PLACE}), "pull": ({"$pull": {"a": PLACE}}, {"$pull": {"a": {"$gte": PLACE}}}, {"$pull": PLACE}),
    "pull_all": ({"$pullAll": {"a": PLACE}}, {"$pullAll": {"a": [PLACE]}}, {"$pullAll": PLACE}),
    "whole": (PLACE, [PLACE], [{"$set": PLACE}], [{"$unset": PLACE}], [{"$replaceWith": PLACE}], [{"$project": PLACE}]),
}
WORKING = {  # over a field of each type
    "set": {"$set": {"v.x": 1}}, "unset": {"$unset": {"v": ""}}, "inc": {"$inc": {"v": 2}}, "mul": {"$mul": {"v": 2}}, "min": {"$min": {"v": 2}},
    "max": {"$max": {"v": 2}}, "rename": {"$rename": {"v": "w"}}, "bit": {"$bit": {"v": {"or": 5}}}, "push": {"$push": {"v": 7}},
    "add_to_set": {"$addToSet": {"v": "b"}}, "pop": {"$pop": {"v": 1}}, "pull": {"$pull": {"v": 1}}, "pull_all": {"$pullAll": {"v": [1]}},
}
ACCUMULATORS = {
    **{name: ("$" + name, "$v") for name in ("sum", "avg", "min", "max", "first", "last", "push", "stdDevPop", "stdDevSamp", "mergeObjects",
                                            "concatArrays", "setUnion")},
    "addToSet": ("$addToSet", "$v"), "count": ("$count", {}),
    **{name: ("$" + name, {"input": "$v", "n": 2}) for name in ("firstN", "lastN", "minN", "maxN")},
    "top": ("$top", {"output": "$v", "sortBy": {"_id": 1}}), "bottom": ("$bottom", {"output": "$v", "sortBy": {"_id": 1}}),
    "topN": ("$topN", {"output": "$v", "sortBy": {"_id": 1}, "n": 2}), "bottomN": ("$bottomN", {"output": "$v", "sortBy": {"_id": 1}, "n": 2}),
    "median": ("$median", {"input": "$v", "method": "approximate"}),
    "percentile": ("$percentile", {"input": "$v", "p": [0.5], "method": "approximate"}),
}
WINDOW_ONLY = {
    "rank": ("$rank", {}), "denseRank": ("$denseRank", {}), "documentNumber": ("$documentNumber", {}),
    "shift": ("$shift", {"output": "$v", "by": 1, "default": 0}), "linearFill": ("$linearFill", "$v"), "locf": ("$locf", "$v"),
    "derivative": ("$derivative", {"input": "$v"}), "integral": ("$integral", {"input": "$v"}),
    "expMovingAvg": ("$expMovingAvg", {"input": "$v", "N": 2}), "covariancePop": ("$covariancePop", ["$v", "$_id"]),
    "covarianceSamp": ("$covarianceSamp", ["$v", "$_id"]), "minMaxScaler": ("$minMaxScaler", {"input": "$v"}),
}
UNBOUNDED = ("rank", "denseRank", "documentNumber", "shift", "linearFill", "locf", "expMovingAvg")  # take no window
STAGES = {
    "addFields": {"w": 1}, "project": {"v": 1}, "unset": "v", "match": {"v": 2.5}, "limit": 1, "skip": 1, "sort": {"v": 1}, "sortByCount": "$g",
    "count": "n", "group": {"_id": "$g", "n": {"$sum": 1}}, "unwind": {"path": "$v", "includeArrayIndex": "i", "preserveNullAndEmptyArrays": True},
    "bucket": {"groupBy": "$v", "boundaries": [0, 3, 9], "default": "other", "output": {"n": {"$sum": 1}}},
    "bucketAuto": {"groupBy": "$v", "buckets": 2, "output": {"n": {"$sum": 1}}, "granularity": "R5"}, "facet": {"f": [{"$match": {}}]},
    "lookup": {"from": "c", "localField": "v", "foreignField": "v", "as": "w", "let": {"x": "$v"}, "pipeline": [{"$project": {"v": 1}}]},
    "graphLookup": {"from": "c", "startWith": "$v", "connectFromField": "g", "connectToField": "v", "as": "w", "maxDepth": 1,
                    "depthField": "depth", "restrictSearchWithMatch": {"_id": {"$lt": 3}}},
    "replaceRoot": {"newRoot": {"w": "$v"}}, "replaceWith": {"w": "$v"}, "redact": "$$KEEP",
    "unionWith": {"coll": "c", "pipeline": [{"$limit": 1}]}, "densify": {"field": "v", "range": {"step": 2, "bounds": "full"}, "partitionByFields": []},
    "fill": {"output": {"w": {"value": 1}}, "sortBy": {"_id": 1}, "partitionBy": "$g"}, "documents": [{"w": 1}],
    "setWindowFields": {"partitionBy": "$g", "sortBy": {"_id": 1}, "output": {"w": {"$sum": "$v"}}},
    "merge": {"into": "m", "on": "_id", "whenMatched": "merge", "whenNotMatched": "insert", "let": {"x": 1}}, "out": "m",
}
SORTED = ("sort", "documents", "count", "group", "sortByCount", "bucket", "bucketAuto", "facet", "merge", "out")  # need no $sort behind them


class Both:
    def __init__(self, ours, theirs):
        self.servers = ours, theirs
        self.differences = []

    def fill(self, documents):
        for server in self.servers:
            server.drop_database(NAME)
            server[NAME]["c"].insert_many([dict(document) for document in documents])

    def ask(self, server, command):
        try:
            reply = server[NAME].command(dict(command), codec_options=RAW)
        except OperationFailure as failure:
            return failure.details["codeName"] if "codeName" in failure.details else f"Location{failure.code}", None
        if "cursor" in reply:
            return None, [document.raw for document in reply["cursor"]["firstBatch"]]
        return None, [bson.encode({"value": reply["value"]})]

    def answer(self, command):
        """The lines after `run` where both agree, else None."""
        answers = [self.ask(server, command) for server in self.servers]
        if answers[0] != answers[1]:
            self.differences.append((command, answers))
            return None
        code_name, documents = answers[0]
        if code_name:
            return [f"error {code_name}"]
        told = [json.dumps(written(bson.decode(document, READ)), ensure_ascii=False) for document in documents]
        if "findAndModify" in command:
            return ["includes"] + ["  " + one for one in told]
        return ["docs"] + ["  " + one for one in told]


class File:
    def __init__(self, both, documents):
        self.both, self.documents, self.cases = both, documents, []
        self.runs = 0

    def case(self, name, commands):
        lines = []
        self.both.fill(self.documents)
        for what, command in commands:
            try:
                expected = self.both.answer(command)
            except (bson.errors.InvalidDocument, OverflowError):
                continue
            if expected is None:
                continue
            self.runs += 1
            lines += [f"# {what}", "run t", "  " + json.dumps(written(command), ensure_ascii=False)] + expected
        if lines:
            given = ["given t.c"] + ["  " + json.dumps(written(one), ensure_ascii=False) for one in self.documents]
            self.cases.append("\n".join([f"case {name}", "why  each type has its own answer, or its own refusal"] + given + lines))

    def text(self):
        return "# Made by tests/differential/every_type_commands.py.\nmode once\n\n" + "\n\n".join(self.cases) + "\n"


def snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def match_files(both):
    for name, templates in OPERATORS.items():
        file = File(both, DOCUMENTS + [{"_id": 50, "g": 0, "v": [2.5, "abc"]}, {"_id": 51, "g": 0, "v": [[1, "b"], None]}])
        for number, template in enumerate(templates, 1):
            file.case(f"{name} {number}", [(what, find(with_value(template, value))) for what, value in VALUES.items()])
        yield f"match_{name}_types", file


def update_files(both):
    for name, templates in UPDATES.items():
        # One document for each value, so that no update meets what another has left.
        documents = [{"_id": n, "v": 2, "a": [1, 4, 2.5]} for n in range(1, len(VALUES) + 1)]
        file = File(both, documents)
        for number, template in enumerate(templates, 1):
            file.case(f"{name} {number}", [(what, find_and_modify(n, with_value(template, value)))
                                           for n, (what, value) in enumerate(VALUES.items(), 1)])
        if name in WORKING:
            file.documents = DOCUMENTS
            file.case(f"{name} of a field", [(what, find_and_modify(n, WORKING[name])) for n, what in enumerate(TYPES, 1)])
        yield f"update_{name}_types", file


def accumulator_files(both):
    for name, (operator, operand) in ACCUMULATORS.items():
        file = File(both, DOCUMENTS)
        group = {"$group": {"_id": None, "r": {operator: operand}}}
        file.case(f"{name} of one value", [(what, aggregate({"$match": {"_id": n}}, group)) for n, what in enumerate(TYPES, 1)])
        file.case(f"{name} of a value and a number", [(what, aggregate({"$match": {"_id": {"$in": [n, 12]}}}, {"$sort": {"_id": 1}}, group))
                                                      for n, what in enumerate(TYPES, 1)])
        for number, template in enumerate(each_field(operand), 1):
            made = {"$group": {"_id": None, "r": {operator: template}}}
            file.case(f"{name} with operand {number}", [(what, aggregate({"$match": {"_id": 12}}, with_value(made, value)))
                                                        for what, value in VALUES.items()])
        yield f"accumulator{snake('_' + name).replace('__', '_')}_types", file


def window_files(both):
    for name, (operator, operand) in {**ACCUMULATORS, **WINDOW_ONLY}.items():
        def fields(operand, window, operator=operator, name=name):
            output = {operator: operand} if name in UNBOUNDED else {operator: operand, "window": window}
            return aggregate({"$setWindowFields": {"sortBy": {"_id": 1}, "output": {"r": output}}}, {"$project": {"r": 1}})
        file = File(both, DOCUMENTS)
        number_window = {"documents": [-1, 0]}
        file.case(f"{name} beside a number", [
            (what, {**fields(operand, number_window), "pipeline": [{"$match": {"_id": {"$in": [n, 12]}}}] + fields(operand, number_window)["pipeline"]})
            for n, what in enumerate(TYPES, 1)])
        file.documents = NUMBERS
        for number, template in enumerate(each_field(operand), 1):
            file.case(f"{name} with operand {number}", [(what, with_value(fields(template, number_window), value)) for what, value in VALUES.items()])
        if name == "sum":
            for bounds in ({"documents": PLACE}, {"documents": [PLACE, 0]}, {"range": PLACE}, {"range": [PLACE, 1]}, {"range": [-1, 1], "unit": PLACE}, PLACE):
                file.case(f"window {json.dumps(bounds)}", [(what, with_value(fields(operand, bounds), value)) for what, value in VALUES.items()])
        yield f"window{snake('_' + name).replace('__', '_')}_types", file


def stage_files(both):
    for name, specification in STAGES.items():
        file = File(both, NUMBERS)
        behind = [] if name in SORTED else [{"$sort": {"_id": 1}}]
        for number, template in enumerate(each_field(specification), 1):
            commands = []
            for what, value in VALUES.items():
                stage = {"$" + name: with_value(template, value)}
                command = {"aggregate": 1, "pipeline": [stage], "cursor": {}} if name == "documents" else aggregate(stage, *behind)
                commands.append((what, command))
            file.case(f"{name} {number}", commands)
        if name in ("sort", "group", "sortByCount", "bucket", "bucketAuto", "unwind", "densify", "lookup", "graphLookup"):
            file.documents = DOCUMENTS
            stages = [{"$" + name: specification}] + ([{"$sort": {"_id": 1}}] if name in ("group", "sortByCount") else behind)
            file.case(f"{name} of a field", [(what, aggregate({"$match": {"_id": n}}, *stages)) for n, what in enumerate(TYPES, 1)])
        yield f"stage_{snake(name)}_types", file


FAMILIES = {"match": match_files, "update": update_files, "accumulator": accumulator_files, "window": window_files, "stage": stage_files}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", default="mongodb://127.0.0.1:27017")
    parser.add_argument("--theirs", default="mongodb://127.0.0.1:27018")
    parser.add_argument("--only", default=",".join(FAMILIES))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    both = Both(*connect(options.ours, options.theirs))
    total = 0
    for family in options.only.split(","):
        for name, file in FAMILIES[family](both):
            print(f"{name}: {file.runs}")
            total += file.runs
            if options.write and file.cases:
                SPEC.mkdir(exist_ok=True)
                (SPEC / f"{name}.spec").write_text(file.text())
    for command, answers in both.differences:
        read = [code or [bson.decode(document, READ) for document in documents][:3] for code, documents in answers]
        print("difference:", command, "\n  cairn  ", str(read[0])[:300], "\n  mongodb", str(read[1])[:300])
    print(f"{total} runs, {len(both.differences)} differences")
    return 1 if both.differences else 0


if __name__ == "__main__":
    sys.exit(main())
