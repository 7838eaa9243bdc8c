#!/usr/bin/env python3
"""What operators answer when operands are missing, of a wrong type, or fail: which is evaluated, and which is looked at first. See README.md.

    operand_order.py --uri mongodb://127.0.0.1:27017
"""
import argparse
import itertools
import os

from bson.datetime_ms import DatetimeMS

from expressions import Cairn, Engine, JSON, json_util, same, shown

FAILS = {"$toInt": "$text"}  # 241, and not a constant
DOCUMENT = {"text": "x", "number": 2, "array": [1, 2], "date": DatetimeMS(86400000), "bool": True, "document": {"a": 1}, "null": None,
            "texts": ["a", "b"], "pairs": [["a", 1]]}
ANY = ["$nothing", "$null", "$text", "$number", "$array", "$document", FAILS]
DATE = ["$nothing", "$date", "$text", FAILS]
POSITIONAL = {
    2: ["$subtract", "$divide", "$mod", "$pow", "$log", "$atan2", "$arrayElemAt", "$in", "$indexOfArray", "$indexOfCP", "$indexOfBytes", "$split", "$slice",
        "$range", "$strcasecmp", "$setDifference", "$setIsSubset", "$setEquals", "$setUnion", "$setIntersection", "$concatArrays", "$concat", "$add",
        "$multiply", "$bitAnd", "$bitOr", "$bitXor", "$mergeObjects", "$ifNull", "$cmp", "$eq", "$gt", "$and", "$or", "$round", "$trunc", "$max", "$avg",
        "$stdDevPop", "$similarityCosine", "$similarityDotProduct", "$zip"],
    3: ["$cond", "$slice", "$range", "$indexOfArray", "$indexOfCP", "$substrCP", "$substrBytes", "$add", "$concat", "$concatArrays", "$setUnion",
        "$setIntersection", "$setEquals", "$ifNull", "$bitAnd", "$mergeObjects", "$multiply"],
    4: ["$indexOfArray", "$indexOfBytes"],
}
NAMED = {
    "$dateAdd": {"startDate": DATE, "unit": ["$nothing", "day", "$text", FAILS], "amount": ANY, "timezone": ["$nothing", "UTC", "$text", FAILS]},
    "$dateDiff": {"startDate": DATE, "endDate": DATE, "unit": ["$nothing", "week", "$text", FAILS], "startOfWeek": ["$nothing", "monday", "$text", FAILS]},
    "$dateTrunc": {"date": DATE, "unit": ["$nothing", "week", "$text", FAILS], "binSize": ["$nothing", "$number", "$text", FAILS],
                   "startOfWeek": ["$nothing", "monday", "$text", FAILS]},
    "$dateToString": {"date": DATE, "format": ["$nothing", "%Y", "$number", FAILS], "timezone": ["$nothing", "UTC", "$text", FAILS],
                      "onNull": ["$text", FAILS]},
    "$dateFromString": {"dateString": ANY, "format": ["$nothing", "%Y", "$number", FAILS], "timezone": ["$nothing", "UTC", "$text", FAILS],
                        "onError": ["$number", FAILS], "onNull": ["$text", FAILS]},
    "$dateFromParts": {"year": ["$nothing", "$number", "$text", FAILS], "month": ["$nothing", "$number", "$text", FAILS],
                       "timezone": ["$nothing", "UTC", "$text", FAILS]},
    "$dateToParts": {"date": DATE, "timezone": ["$nothing", "UTC", "$text", FAILS], "iso8601": ["$nothing", "$bool", "$text", FAILS]},
    "$hour": {"date": DATE, "timezone": ["$nothing", "UTC", "$text", FAILS]},
    "$regexFind": {"input": ANY, "regex": ["$nothing", "$text", "$number", FAILS], "options": ["$nothing", "i", "$number", FAILS]},
    "$trim": {"input": ANY, "chars": ["$nothing", "$text", "$number", FAILS]},
    "$replaceOne": {"input": ANY, "find": ANY, "replacement": ANY},
    "$setField": {"field": ["a"], "input": ANY, "value": ANY},
    "$getField": {"field": ["a", "$text", "$number", "$nothing", FAILS], "input": ANY},
    "$sortArray": {"input": ANY, "sortBy": [1]},
    "$firstN": {"n": ANY, "input": ANY}, "$maxN": {"n": ANY, "input": ANY},
    "$topN": {"n": ANY, "input": ANY, "sortBy": [{"a": 1}]}, "$top": {"input": ANY, "sortBy": [1]},
    "$convert": {"input": ANY, "to": ["int", "$text", "$number", "$nothing", FAILS], "onError": ["$text", FAILS], "onNull": ["$text", FAILS]},
    "$filter": {"input": ANY, "cond": ["$$this", FAILS, "$nothing"], "limit": ["$nothing", "$number", "$text", FAILS]},
    "$map": {"input": ANY, "in": ["$$this", FAILS]}, "$reduce": {"input": ANY, "initialValue": ANY, "in": ["$$this", FAILS]},
    "$percentile": {"input": ANY, "p": [[0.5]], "method": ["approximate"]},
}


def positional():
    for count, names in POSITIONAL.items():
        for name in names:
            for operands in itertools.product(ANY, repeat=count):
                yield {name: list(operands)}


def named():
    for name, arguments in NAMED.items():
        for chosen in itertools.product(*arguments.values()):
            yield {name: dict(zip(arguments, chosen))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", default="mongodb://127.0.0.1:27017")
    parser.add_argument("--show", type=int, default=5, help="differences printed of each operator")
    options = parser.parse_args()
    cairn = Cairn(os.path.join(os.environ.get("CAIRN_BUILD_DIR", "build/release"), "differential/evaluate_expressions"))
    engine = Engine(options.uri)
    compared, differences = 0, {}
    for expression in itertools.chain(positional(), named()):
        case = {"doc": DOCUMENT, "expr": expression}
        ours, theirs = cairn.answer(case), engine.answer(case)
        compared += 1
        if same(ours, theirs):
            continue
        name = next(iter(expression))
        differences[name] = differences.get(name, 0) + 1
        if differences[name] <= options.show:
            print(f"{json_util.dumps(expression, json_options=JSON)}\n  cairn   {shown(ours)}\n  mongodb {shown(theirs)}")
    print(f"compared {compared}; differences: {differences}")


if __name__ == "__main__":
    main()
