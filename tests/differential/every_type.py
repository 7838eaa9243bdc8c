#!/usr/bin/env python3
"""Adds to the tables of tests/spec/expr what each operand does with a value of each BSON type, where Cairn and MongoDB's own engine agree.

    every_type.py --uri mongodb://127.0.0.1:27017 [--only abs,add] [--write]

What a table has already is left alone; where the two differ, it is printed and not written. Without --write nothing is.
"""
import argparse
import json
import pathlib
import sys

import bson
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp, json_util
from bson.codec_options import DatetimeConversion
from bson.datetime_ms import DatetimeMS

from expressions import Cairn, Engine, kind

TABLES = pathlib.Path(__file__).resolve().parents[1] / "spec/expr"
READ = json_util.JSONOptions(json_mode=json_util.JSONMode.RELAXED, datetime_conversion=DatetimeConversion.DATETIME_MS, tz_aware=False)
MISSING = object()
TYPES = {
    "a double": 1.5, "a string": "abc", "a document": {"x": 1}, "an array": [1, "b"], "a binary": Binary(b"ab", 0),
    "an objectId": ObjectId("507f1f77bcf86cd799439011"), "a boolean": True, "a date": DatetimeMS(1486555840787), "null": None,
    "a regular expression": Regex("a", "i"), "code": Code("f()"), "an int": 2, "a timestamp": Timestamp(5, 1), "a long": Int64(3),
    "a decimal": Decimal128("2.5"), "MinKey": MinKey(), "MaxKey": MaxKey(), "what is missing": MISSING,
}
MOST_OPERANDS = 3


def camel(name):
    head, *rest = name.split("_")
    return "$" + head + "".join(part.capitalize() for part in rest)


def is_path(value, document):
    return isinstance(value, str) and value.startswith("$") and not value.startswith("$$") and value[1:] in document


def is_constant(value):
    return not isinstance(value, (dict, list)) and not (isinstance(value, str) and value.startswith("$"))


class Base:
    """An expression that works, whose operands are fields of the document."""

    def __init__(self, case):
        self.document = dict(case.get("doc", {}))
        self.operator, argument = next(iter(case["expr"].items()))
        self.argument = argument
        self.fields = []

    def expression(self):
        return {self.operator: self.argument}

    def operands(self):
        if isinstance(self.argument, list):
            return list(enumerate(self.argument))
        if isinstance(self.argument, dict):
            return list(self.argument.items())
        return [(None, self.argument)]

    def put(self, place, value):
        if place is None:
            self.argument = value
        else:
            self.argument = type(self.argument)(self.argument)
            self.argument[place] = value

    def turn_into_fields(self, answer):
        """Constants become fields where the answer stays."""
        for place, value in self.operands():
            if is_path(value, self.document):
                if value[1:] not in self.fields:
                    self.fields.append(value[1:])
                continue
            if not is_constant(value):
                continue
            before = answer({"doc": self.document, "expr": self.expression()})
            name = f"operand{place}" if isinstance(place, int) else place or "operand"
            if name in self.document:
                continue
            self.document[name] = value
            self.put(place, "$" + name)
            if answer({"doc": self.document, "expr": self.expression()}) == before:
                self.fields.append(name)
            else:
                del self.document[name]
                self.put(place, value)
        self.fields = self.fields[:MOST_OPERANDS]


def best_base(cases, name, answer):
    """The case with the most operands that can be varied."""
    best = None
    for case in cases:
        expression = case.get("expr")
        if "error" in case or "collation" in case or "let" in case or not isinstance(expression, dict) or len(expression) != 1:
            continue
        if next(iter(expression)).lower() != camel(name).lower():
            continue
        base = Base(case)
        base.turn_into_fields(answer)
        if base.fields and (best is None or len(base.fields) > len(best.fields)):
            best = base
    return best


def kinds_seen(cases, field):
    """Python types of what the table's documents have there."""
    return {type(case["doc"][field]) for case in cases if field in case.get("doc", {})}


def written(value):
    text = json_util.dumps(value, json_options=json_util.JSONOptions(
        json_mode=json_util.JSONMode.CANONICAL, datetime_representation=json_util.DatetimeRepresentation.NUMBERLONG))
    # Plain ints are written plainly, as in the rest of the tables.
    return plain(json.loads(text))


def plain(value):
    if isinstance(value, dict):
        if set(value) == {"$numberInt"}:
            return int(value["$numberInt"])
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def new_cases(name, cases, cairn, engine, differences):
    base = best_base(cases, name, engine.answer)
    if base is None:
        return []
    added = []
    for field in base.fields:
        seen = kinds_seen(cases, field)
        for what, value in TYPES.items():
            if value is not MISSING and type(value) in seen:
                continue
            document = dict(base.document)
            document.pop(field)
            if value is not MISSING:
                document[field] = value
            case = {"doc": document, "expr": base.expression()}
            ours, theirs = cairn.answer(case), engine.answer(case)
            same = ours == theirs or (kind(ours) == kind(theirs) and "error" in kind(ours))
            if not same:
                differences.append((name, what, field, case, ours, theirs))
                continue
            made = {"why": f"{what} as ${field}", "doc": written(document), "expr": written(base.expression())}
            reply = bson.decode(theirs, bson.codec_options.CodecOptions(datetime_conversion=3))
            if "code" in reply:
                made["error"] = engine.code_name(reply["code"])
            elif "r" in reply:
                made["result"] = written({"r": reply["r"]})["r"]
            else:
                made["missing"] = True
            added.append(made)
    return added


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", default="mongodb://127.0.0.1:27017")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cairn = Cairn(f"{options.build}/differential/evaluate_expressions")
    engine = Engine(options.uri)
    differences, total = [], 0
    for table in sorted(TABLES.glob("*.cases.json")):
        name = table.name.removesuffix(".cases.json")
        if options.only and name not in options.only.split(","):
            continue
        text = table.read_text()
        added = new_cases(name, json_util.loads(text, json_options=READ)["cases"], cairn, engine, differences)
        print(f"{name}: {len(added)} more")
        total += len(added)
        if options.write and added:
            lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in added)
            table.write_text(text.rstrip().removesuffix("]}").rstrip() + ",\n" + lines + "\n]}\n")
    for name, what, field, case, ours, theirs in differences:
        options_ = bson.codec_options.CodecOptions(datetime_conversion=3)
        print("difference:", name, what, "as $" + field, case["expr"], "\n  cairn  ", bson.decode(ours, options_), "\n  mongodb", bson.decode(theirs, options_))
    print(f"{total} cases more, {len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
