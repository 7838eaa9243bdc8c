"""Random pipelines over what filters.py's documents look like."""
from bson import Int64
from bson.datetime_ms import DatetimeMS

from filters import COLLATIONS, random_filter, value
from windows import densify, n_of, percentile, top_of, window

PATHS = ["$a", "$b", "$c", "$a.b", "$b.c", "$_id", "$$ROOT.a", "$none"]
VARIABLES = ["$$REMOVE", "$$CURRENT.b", "$$ROOT", "$$outer", "$$outer.a"]


def expression(r, depth=0):
    if depth > 1 or r.random() < 0.4:
        kind = r.random()
        return r.choice(PATHS) if kind < 0.72 else r.choice(VARIABLES) if kind < 0.78 else {"$literal": value(r, 2)}
    inner = lambda: expression(r, depth + 1)
    return r.choice([
        lambda: {r.choice(["$add", "$multiply", "$concat", "$concatArrays", "$setUnion", "$and", "$or", "$max", "$min", "$avg", "$sum",
                           "$mergeObjects", "$ifNull"]): [inner() for _ in range(r.randint(1, 3))]},
        lambda: {r.choice(["$subtract", "$divide", "$mod", "$pow", "$eq", "$cmp", "$gt", "$lte", "$in", "$setDifference", "$arrayElemAt",
                           "$setIsSubset", "$split", "$indexOfArray", "$strcasecmp", "$atan2", "$round", "$trunc"]): [inner(), inner()]},
        lambda: {r.choice(["$abs", "$ceil", "$floor", "$sqrt", "$not", "$type", "$isArray", "$isNumber", "$size", "$toString", "$toInt",
                           "$toBool", "$toDouble", "$toLong", "$toDecimal", "$toUpper", "$reverseArray", "$objectToArray", "$first", "$last",
                           "$bsonSize", "$strLenCP", "$exp", "$ln", "$anyElementTrue"]): inner()},
        lambda: {"$cond": [inner(), inner(), inner()]},
        lambda: {"$map": {"input": inner(), "as": "x", "in": r.choice(["$$x", {"$add": ["$$x", 1]}, {"$type": "$$x"}])}},
        lambda: {"$filter": {"input": inner(), "as": "x", "cond": {r.choice(["$gt", "$ne", "$lte"]): ["$$x", value(r, 2)]}}},
        lambda: {"$reduce": {"input": inner(), "initialValue": 0, "in": {"$sum": ["$$value", "$$this"]}}},
        lambda: {"$let": {"vars": {"v": inner()}, "in": {"$ifNull": ["$$v", "none"]}}},
        lambda: {"$switch": {"branches": [{"case": inner(), "then": inner()}], "default": inner()}},
        lambda: {r.choice(["$setIntersection", "$setEquals", "$bitAnd", "$bitOr", "$bitXor", "$zip", "$substrCP", "$range", "$stdDevPop",
                           "$stdDevSamp", "$arrayToObject"]): [inner() for _ in range(r.randint(1, 3))]},
        lambda: {r.choice(["$allElementsTrue", "$arrayToObject", "$bitNot", "$toDate", "$toObjectId", "$toUUID", "$toHashedIndexKey", "$strLenBytes",
                           "$binarySize", "$sigmoid", "$log10", "$degreesToRadians", "$tanh", "$year", "$dayOfYear", "$isoWeek", "$hour",
                           "$dateToParts", "$tsSecond", "$tsIncrement", "$avg", "$sum", "$max", "$min", "$toLower", "$concatArrays"]): inner()},
        lambda: {r.choice(["$regexMatch", "$regexFind", "$regexFindAll"]): {"input": inner(), "regex": r.choice(["x", "^(e)?", "", inner()])}},
        lambda: {r.choice(["$trim", "$ltrim", "$rtrim"]): {"input": inner(), **r.choice([{}, {"chars": r.choice(["x", inner()])}])}},
        lambda: {r.choice(["$replaceOne", "$replaceAll"]): {"input": inner(), "find": r.choice(["x", "", inner()]), "replacement": r.choice(["yy", inner()])}},
        lambda: {"$setField": {"field": r.choice(["a", "n", "a.b"]), "input": r.choice([inner(), "$$ROOT"]), "value": inner()}},
        lambda: {"$unsetField": {"field": r.choice(["a", "b"]), "input": inner()}},
        lambda: {"$zip": {"inputs": [inner(), inner()], **r.choice([{}, {"useLongestLength": True}, {"useLongestLength": True, "defaults": [0, inner()]}])}},
        lambda: {r.choice(["$firstN", "$lastN", "$maxN", "$minN"]): {"n": r.choice([1, 2, inner()]), "input": inner()}},
        lambda: {r.choice(["$median", "$percentile"]): {"input": r.choice([inner(), [inner(), inner()]]), "method": "approximate", **r.choice([{}, {"p": [0.5]}])}},
        lambda: {"$map": {"input": inner(), "in": r.choice([{"$concat": ["$$this", "x"]}, ["$$this", "$a"], {"$sum": ["$$this.a", "$b"]}])}},
        lambda: {"$filter": {"input": inner(), "cond": r.choice(["$$this", {"$gt": ["$$this.a", "$b"]}]), "limit": r.choice([1, 2, inner()])}},
        lambda: {"$reduce": {"input": inner(), "initialValue": inner(), "in": r.choice([{"$concatArrays": ["$$value", ["$$this"]]}, ["$$this", "$$value"]])}},
        lambda: {r.choice(["$dateAdd", "$dateSubtract"]): {"startDate": inner(), "unit": r.choice(["day", "month", "hour"]), "amount": r.choice([1, inner()])}},
        lambda: {"$dateDiff": {"startDate": inner(), "endDate": inner(), "unit": r.choice(["day", "month", "millisecond"])}},
        lambda: {"$dateTrunc": {"date": inner(), "unit": r.choice(["day", "week", "quarter"])}},
        lambda: {"$cond": {"if": inner(), "then": inner(), "else": r.choice([inner(), "$$REMOVE"])}},
        lambda: {"$switch": {"branches": [{"case": inner(), "then": inner()}, {"case": inner(), "then": inner()}]}},
        lambda: {"$let": {"vars": {"v": inner(), "CURRENT": {"a": inner()}}, "in": {"x": "$a", "y": "$$v", "z": "$$ROOT.b"}}},
        lambda: {"$getField": {"$literal": r.choice(["a", "b.c", "$a"])}},
        lambda: {r.choice(["$ne", "$lt", "$gte"]): [inner(), inner()]},
        lambda: {"$slice": [inner(), r.choice([1, -1, 2, inner()]), r.choice([1, 2, inner()])]},
        lambda: {"$indexOfArray": [inner(), inner(), r.choice([0, 1, inner()])]},
        lambda: {r.choice(["$indexOfCP", "$indexOfBytes"]): [inner(), r.choice(["x", inner()])]},
        lambda: {"$log": [inner(), r.choice([2, inner()])]},
        lambda: {"$slice": [inner(), r.choice([1, -1, 2])]},
        lambda: {"$sortArray": {"input": inner(), "sortBy": r.choice([1, -1, {"a": 1}])}},
        lambda: {"$getField": {"field": r.choice(["a", "b", "c"]), "input": inner()}},
        lambda: {"$dateToString": {"date": inner(), "onNull": "null"}},
        lambda: {"$convert": {"input": inner(), "to": r.choice(["int", "string", "bool", "double", "date", "objectId"]), "onError": "bad",
                              "onNull": "null"}},
        lambda: {"x": inner(), "y": inner()},
        lambda: [inner(), inner()],
    ])()


ACCUMULATORS = ["$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp"]
IN_ORDER = ["$first", "$last", "$push", "$mergeObjects", "$concatArrays"]


def accumulator(r, ordered):
    kind = r.random()
    if kind < 0.1:
        return {"$count": {}}
    if kind < 0.2:
        return percentile(r, expression)
    if kind < 0.35 and ordered:
        return r.choice([top_of, n_of])(r, expression)
    return {r.choice(ACCUMULATORS + (IN_ORDER if ordered else [])): expression(r, 1)}


DATES = {"$set": {"d": {"$add": [DatetimeMS(0), {"$multiply": ["$_id", 3_600_000]}]}}}


class Stages:
    """Stages one behind the other; what depends on an order is made only while there is one."""

    def __init__(self, r):
        self.r = r
        self.ordered = True  # by _id, which is unique
        self.unsorted = None  # an array in an order of chance
        self.dates = False  # the stage before wants a field `d` of dates

    def stage(self, depth=0):
        r = self.r
        name = r.choice(["$match", "$match", "$project", "$addFields", "$unwind", "$group", "$sort", "$limit", "$bucketAuto", "$bucket",
                         "$setWindowFields", "$lookup", "$facet", "$replaceRoot", "$unionWith", "$redact", "$count", "$sortByCount", "$unset",
                         "$fill", "$graphLookup", "$skip", "$densify", "$replaceWith", "$set", "$setWindowFields", "$project"])
        if name in ("$facet", "$lookup", "$unionWith", "$graphLookup") and depth > 0:
            name = "$match"
        if name in ("$limit", "$skip", "$setWindowFields", "$fill", "$bucketAuto", "$densify") and not self.ordered:
            name = "$addFields"
        return {name: getattr(self, name[1:])(depth)}

    def stages(self):
        made = [self.stage()]
        if self.dates:
            made.insert(0, DATES)
            self.dates = False
        if self.unsorted:
            made.append({"$set": {self.unsorted: {"$sortArray": {"input": "$" + self.unsorted, "sortBy": {"_id": 1}}}}})
            self.unsorted = None
        return made

    def match(self, depth):
        return random_filter(self.r, 1)

    def project(self, depth):
        r = self.r
        made = {path: r.choice([1, True, expression(r)]) for path in r.sample(["a", "b", "c", "n", "a.b", "b.c", "a.b.c"], r.randint(1, 3))}
        if r.random() < 0.2:
            made = {"a": {"b": r.choice([1, expression(r)]), "c": expression(r)}, **made}
        if r.random() < 0.2:
            made["_id"] = r.choice([0, 1, "$_id"])
        if r.random() < 0.2:
            made = {path: 0 for path in r.sample(["a", "b.c", "c"], 2)}
        return made

    def addFields(self, depth):
        made = {path: expression(self.r) for path in self.r.sample(["a", "n", "c", "b.c", "a.b", "a.b.c"], self.r.randint(1, 2))}
        if self.r.random() < 0.15:
            made["n"] = {"a": expression(self.r, 1), "b": {"c": expression(self.r, 1)}}
        return made

    set = addFields

    def unset(self, depth):
        return self.r.sample(["a", "b.c", "c"], self.r.randint(1, 2))

    def unwind(self, depth):
        self.ordered = False
        path = self.r.choice(["$a", "$b", "$c", "$a.b"])
        if self.r.random() < 0.5:
            return path
        return {"path": path, "preserveNullAndEmptyArrays": self.r.random() < 0.5, "includeArrayIndex": "i"}

    def group(self, depth):
        made = {"_id": self.r.choice([None, expression(self.r, 1), expression(self.r, 1)])}
        for name in self.r.sample(["a", "b", "c"], self.r.randint(0, 2)):
            made[name] = accumulator(self.r, self.ordered)
        self.ordered = False
        return made

    def sort(self, depth):
        return {self.r.choice(["a", "b", "c", "a.b"]): self.r.choice([1, -1]), "_id": 1} if self.ordered else {"_id": 1}

    def limit(self, depth):
        return self.r.randint(1, 20)

    def skip(self, depth):
        return self.r.choice([0, 1, 5, Int64(3), 2.0])

    def densify(self, depth):
        self.dates = depth == 0 and self.r.random() < 0.4
        made = densify(self.r, self.dates)
        if self.r.random() < 0.4:
            made["partitionByFields"] = self.r.sample(["a", "b", "c"], self.r.randint(1, 2))
        self.ordered = False
        return made

    def count(self, depth):
        self.ordered = False
        return "a"

    def sortByCount(self, depth):
        self.ordered = False
        return expression(self.r, 1) if self.r.random() < 0.2 else self.r.choice(PATHS)

    def bucket(self, depth):
        made = {"groupBy": self.r.choice(PATHS), "boundaries": self.r.choice([[0, 2, 5], [-1, 1.5, 3], ["", "e", "y"]])}
        if self.r.random() < 0.8:
            made["default"] = self.r.choice(["other", -10, None, 2])
        if self.r.random() < 0.5:
            made["output"] = {"b": accumulator(self.r, self.ordered)}
        self.ordered = False
        return made

    def bucketAuto(self, depth):
        made = {"groupBy": self.r.choice(PATHS), "buckets": self.r.randint(1, 6)}
        if self.r.random() < 0.3:
            made["groupBy"] = "$_id"
            made["granularity"] = self.r.choice(["R5", "R10", "R20", "R40", "R80", "1-2-5", "E6", "E12", "E24", "E48", "E96", "E192", "POWERSOF2"])
        if self.r.random() < 0.6:
            made["output"] = {"b": accumulator(self.r, self.ordered)}
        self.ordered = False
        return made

    def setWindowFields(self, depth):
        self.dates = depth == 0 and self.r.random() < 0.3
        by = {"d": 1} if self.dates else self.r.choice([{"_id": 1}, {"_id": 1}, {"_id": -1}, {"c": 1, "_id": 1}])
        made = {"sortBy": by, "output": {path: window(self.r, expression, PATHS, self.dates) for path in self.r.choice(["nm", "n", ["a.b"]])}}
        if self.r.random() < 0.5:
            made["partitionBy"] = self.r.choice(["$c", "$b", {"$type": "$a"}])
        self.ordered = False
        return made

    def fill(self, depth):
        made = {"sortBy": self.r.choice([{"_id": 1}, {"_id": -1}]), "output": {path: self.r.choice(
            [{"method": "locf"}, {"method": "linear"}, {"value": expression(self.r, 1)}]) for path in self.r.sample(["a", "b", "c", "n", "b.c"], 2)}}
        made.update(self.r.choice([{}, {}, {"partitionBy": self.r.choice(["$c", {"$type": "$a"}, {"x": "$b"}])},
                                   {"partitionByFields": self.r.sample(["a", "b", "c"], 1)}]))
        self.ordered = False
        return made

    def lookup(self, depth):
        r = self.r
        made = {"from": "differential", "as": r.choice(["found", "a", "b.c"])}
        joined = r.random() < 0.7
        if joined:
            made.update(localField=r.choice(["a", "b", "c", "_id", "a.b", "b.c", "a.0"]), foreignField=r.choice(["a", "b", "c", "_id", "a.b", "b.c"]))
        inner = []
        if not joined or r.random() < 0.3:
            made["let"] = {"v": expression(r, 1), "w": r.choice(PATHS)}
            inner = [r.choice([{"$match": {"$expr": {r.choice(["$eq", "$gte", "$in", "$lt"]): [r.choice(PATHS), "$$v"]}}},
                               {"$match": {"$expr": {"$and": [{"$eq": ["$_id", "$$w"]}, "$$v"]}}},
                               {"$set": {"n": ["$$v", "$$w"]}}])]
        if inner or r.random() < 0.4:
            nested = Stages(r)
            more = [nested.stage(1)] if r.random() < 0.4 else []
            made["pipeline"] = [{"$sort": {"_id": 1}}] + inner + more + [{"$sort": {"_id": 1}}, {"$limit": 3}]
        elif made["as"] != "found":
            made["pipeline"] = [{"$sort": {"_id": 1}}]
        else:
            self.unsorted = "found"
        return made

    def graphLookup(self, depth):
        self.unsorted = "graph"
        made = {"from": "differential", "startWith": self.r.choice(PATHS + [expression(self.r, 1)]),
                "connectFromField": self.r.choice(["a", "b", "c", "a.b", "b.c"]),
                "connectToField": self.r.choice(["a", "b", "_id", "c", "a.b"]), "as": "graph"}
        if self.r.random() < 0.8:
            made["maxDepth"] = self.r.randint(0, 2)
        if self.r.random() < 0.4:
            made["depthField"] = self.r.choice(["depth", "a.b"])
        if self.r.random() < 0.4:
            made["restrictSearchWithMatch"] = random_filter(self.r, 1)
        return made

    def facet(self, depth):
        made = {}
        for name in self.r.sample("xyz", self.r.randint(1, 2)):
            inner = Stages(self.r)
            inner.ordered = self.ordered
            made[name] = [inner.stage(1) for _ in range(self.r.randint(1, 2))] + [{"$sort": {"_id": 1, "a": 1}}]
        self.ordered = False
        return made

    def replaceRoot(self, depth):
        self.ordered = False
        return {"newRoot": self.replaceWith(depth)}

    def replaceWith(self, depth):
        self.ordered = False
        r = self.r
        return r.choice([{"$mergeObjects": [{"_id": "$_id"}, {"v": expression(r)}]}, {"$ifNull": [r.choice(PATHS), {"_id": "$_id"}]}, expression(r),
                         {"_id": "$_id", "a": expression(r), "n": {"b": expression(r, 1)}}, {"$mergeObjects": [expression(r, 1), "$$ROOT"]}])

    def unionWith(self, depth):
        self.ordered = False
        inner = Stages(self.r)
        return self.r.choice([lambda: "differential", lambda: {"coll": "differential", "pipeline": [{"$match": random_filter(self.r, 1)}]},
                              lambda: {"coll": "differential", "pipeline": [{"$sort": {"_id": 1}}, inner.stage(1)]},
                              lambda: {"pipeline": [{"$documents": [{"_id": 1, "a": value(self.r)}, {"_id": 2, "b": value(self.r)}]}]}])()

    def redact(self, depth):
        test = self.r.choice([expression(self.r, 1), {"$gt": ["$a", "$b"]}, {"$ifNull": ["$c", False]}, {"$eq": [{"$type": "$b"}, "int"]}])
        return {"$cond": [test, self.r.choice(["$$DESCEND", "$$KEEP", "$$DESCEND"]), self.r.choice(["$$PRUNE", "$$KEEP", "$$DESCEND"])]}


def random_pipeline(r):
    stages = Stages(r)
    pipeline = [{"$sort": {"_id": 1}}] if r.random() < 0.5 else []
    stages.ordered = bool(pipeline)
    for _ in range(r.randint(1, 4)):
        pipeline += stages.stages()
    made = {"aggregate": "differential", "pipeline": pipeline, "cursor": {"batchSize": 10000}}
    if "$$outer" in str(pipeline):
        made["let"] = {"outer": r.choice([value(r, 1), {"a": 2}, "x"])}
    if r.random() < 0.1:
        made["collation"] = r.choice(COLLATIONS)
    return made


MATCHED = ["replace", "merge", "pipeline", "keepExisting", "fail"]


def when_matched(r, name):
    if name != "pipeline":
        return name
    return r.choice([[{"$set": {"n": r.choice(["$$new.a", "$$v", expression(r, 2)])}}], [{"$replaceWith": {"$mergeObjects": ["$$new", {"old": "$$ROOT"}]}}],
                     [{"$unset": "a"}, {"$set": {"b": {"x": "$$new._id"}}}], [{"$project": {"old": 1, "c": "$$new.c"}}]])


def random_merge(r):
    """Of documents with an _id of their own, into a collection that has some of them."""
    stages = Stages(r)
    pipeline = [{"$sort": {"_id": 1}}]
    for _ in range(r.randint(0, 2)):
        name = r.choice(["match", "project", "set", "unset", "setWindowFields", "limit", "lookup"])
        pipeline.append({"$" + name: getattr(stages, name)(1)})
    made = {"aggregate": "differential", "pipeline": pipeline, "cursor": {}}
    if r.random() < 0.15:
        pipeline.append({"$out": "target"})
        return made
    matched = r.choice(MATCHED)
    stage = {"into": "target", "whenMatched": when_matched(r, matched)}
    if r.random() < 0.7:
        stage["whenNotMatched"] = r.choice(["insert"] if matched in ("keepExisting", "fail") else ["insert", "discard", "fail"])
    if "$$v" in str(stage):
        stage["let"] = {"v": expression(r, 2), **({"new": "$$ROOT"} if "$$new" in str(stage) else {})}
    if r.random() < 0.1:
        stage["on"] = r.choice(["_id", ["_id"], "k"])
    pipeline.append({"$merge": stage})
    if "$$outer" in str(pipeline):
        made["let"] = {"outer": value(r, 1)}
    return made
