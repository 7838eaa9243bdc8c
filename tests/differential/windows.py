"""Random window functions of $setWindowFields."""
from bson import Decimal128, Int64
from bson.datetime_ms import DatetimeMS

UNITS = ["millisecond", "second", "minute", "hour", "day", "week"]
OVER_DOCUMENTS = ["$sum", "$avg", "$min", "$max", "$push", "$first", "$last", "$stdDevPop", "$stdDevSamp", "$mergeObjects", "$concatArrays"]
BY_PLACE = ["$rank", "$denseRank", "$documentNumber"]


def n_of(r, expression):
    name = r.choice(["$firstN", "$lastN", "$minN", "$maxN"])
    return {name: {"input": expression(r, 1), "n": r.choice([1, 2, 3.0, Int64(2), 0, "x"]) if r.random() < 0.2 else r.randint(1, 3)}}


def top_of(r, expression):
    name = r.choice(["$top", "$topN", "$bottom", "$bottomN"])
    made = {"sortBy": {r.choice(["a", "b", "c", "a.b"]): r.choice([1, -1]), "_id": r.choice([1, -1])},
            "output": r.choice([expression(r, 1), ["$_id", expression(r, 2)]])}
    if name.endswith("N"):
        made["n"] = r.randint(1, 3)
    return {name: made}


def percentile(r, expression):
    if r.random() < 0.5:
        return {"$median": {"input": expression(r, 1), "method": "approximate"}}
    return {"$percentile": {"input": expression(r, 1), "p": r.sample([0, 0.1, 0.25, 0.5, 0.9, 1.0], r.randint(1, 3)), "method": "approximate"}}


def bound(r, numbers):
    return r.choice(["unbounded", "current"] + [numbers()] * 3)


def documents_window(r):
    made = [bound(r, lambda: r.choice([-3, -2, -1, 0, 1, 2, 3, Int64(1), -1.0])) for _ in range(2)]
    return {"documents": made}


def range_window(r, dates):
    made = {"range": [bound(r, lambda: r.choice([-5, -2, -1, 0, 1, 2, 4, 1.5, -0.5, Decimal128("2.5"), Int64(-3)]))
                      for _ in range(2)]}
    if dates:
        made["unit"] = r.choice(UNITS)
    return made


def by_rate(r, paths, dates):
    made = {r.choice(["$derivative", "$integral"]): {"input": r.choice(paths)}}
    if dates and r.random() < 0.9:
        next(iter(made.values()))["unit"] = r.choice(UNITS)
    return made


def moving_average(r, paths):
    return {"$expMovingAvg": {"input": r.choice(paths), **r.choice([{"N": 2}, {"N": 5}, {"alpha": 0.25}, {"alpha": Decimal128("0.5")}])}}


def window(r, expression, paths, dates=False):
    """`dates`: the sort is by a date, so that ranges and rates have units."""
    kind = r.random()
    if kind < 0.1:
        return {r.choice(BY_PLACE): {}}
    if kind < 0.2:
        made = {"output": expression(r, 1), "by": r.randint(-2, 2)}
        if r.random() < 0.6:
            made["default"] = r.choice(["none", None, 0, {"$add": [1, 1]}])
        return {"$shift": made}
    if kind < 0.27:
        return moving_average(r, paths)
    if kind < 0.35:
        return {r.choice(["$locf", "$linearFill"]): r.choice(paths + [expression(r, 1)])}
    made = r.choice([
        lambda: {r.choice(OVER_DOCUMENTS): expression(r, 1)}, lambda: {r.choice(OVER_DOCUMENTS): r.choice(paths)},
        lambda: {r.choice(["$covariancePop", "$covarianceSamp"]): [expression(r, 2), r.choice(paths)]}, lambda: {"$count": {}},
        lambda: {"$minMaxScaler": {"input": r.choice(paths), **r.choice([{}, {"min": -1, "max": 2.5}])}},
        lambda: n_of(r, expression), lambda: top_of(r, expression), lambda: percentile(r, expression), lambda: by_rate(r, paths, dates),
    ])()
    if r.random() < 0.8:
        made["window"] = range_window(r, dates) if r.random() < 0.4 else documents_window(r)
    return made


def densify(r, dates):
    """Over the numbers of _id and what stands between them."""
    if dates:
        low = r.choice([0, 5000, 7_200_000])
        bounds = r.choice(["full", "partition", [DatetimeMS(low), DatetimeMS(low + r.choice([7_200_000, 90_000_000]))]])
        return {"field": "d", "range": {"step": r.choice([1, 2, 7]), "unit": r.choice(["hour", "hour", "day", "month"]), "bounds": bounds}}
    bounds = r.choice(["full", "partition", [r.choice([-5, 0, 3.5]), r.choice([10, 45, Int64(50)])], [50, 60]])
    return {"field": r.choice(["_id", "_id", "c", "b.c"]), "range": {"step": r.choice([1, 2, 0.5, 3.5, Int64(4), Decimal128("2.5")]), "bounds": bounds}}
