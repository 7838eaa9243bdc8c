"""Random pipelines over what filters.py's documents look like."""
from filters import random_filter, value

PATHS = ["$a", "$b", "$c", "$a.b", "$b.c", "$_id", "$$ROOT.a", "$none"]


def expression(r, depth=0):
    if depth > 2 or r.random() < 0.35:
        return r.choice(PATHS) if r.random() < 0.75 else {"$literal": value(r, 2)}
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
        lambda: {"$slice": [inner(), r.choice([1, -1, 2])]},
        lambda: {"$sortArray": {"input": inner(), "sortBy": r.choice([1, -1, {"a": 1}])}},
        lambda: {"$getField": {"field": r.choice(["a", "b", "c"]), "input": inner()}},
        lambda: {"$dateToString": {"date": inner(), "onNull": "null"}},
        lambda: {"$convert": {"input": inner(), "to": r.choice(["int", "string", "bool", "double", "date", "objectId"]), "onError": "bad",
                              "onNull": "null"}},
        lambda: {"x": inner(), "y": inner()},
        lambda: [inner(), inner()],
    ])()


ACCUMULATORS = ["$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp", "$count"]
IN_ORDER = ["$first", "$last", "$push", "$firstN", "$lastN", "$topN", "$mergeObjects"]


def accumulator(r, ordered):
    name = r.choice(ACCUMULATORS + (IN_ORDER if ordered else []))
    if name == "$count":
        return {"$count": {}}
    if name in ("$firstN", "$lastN"):
        return {name: {"input": expression(r, 1), "n": r.randint(1, 3)}}
    if name == "$topN":
        return {name: {"sortBy": {r.choice("abc"): r.choice([1, -1]), "_id": 1}, "output": expression(r, 1), "n": 2}}
    return {name: expression(r, 1)}


def window(r):
    name = r.choice(["$sum", "$avg", "$min", "$max", "$count", "$push", "$first", "$last", "$rank", "$denseRank", "$documentNumber", "$shift",
                     "$locf", "$linearFill", "$expMovingAvg", "$derivative", "$stdDevPop", "$covariancePop"])
    if name in ("$rank", "$denseRank", "$documentNumber", "$count"):
        return {name: {}}
    if name == "$shift":
        return {name: {"output": expression(r, 1), "by": r.randint(-2, 2), "default": "none"}}
    if name == "$expMovingAvg":
        return {name: {"input": r.choice(PATHS), "N": 2}}
    if name == "$derivative":
        return {name: {"input": r.choice(PATHS)}, "window": {"documents": [-1, 0]}}
    if name in ("$locf", "$linearFill"):
        return {name: r.choice(PATHS)}
    argument = [expression(r, 2), expression(r, 2)] if name == "$covariancePop" else expression(r, 1)
    bounds = r.choice([["unbounded", "current"], [-1, 1], ["current", "unbounded"], [0, 2], None])
    made = {name: argument}
    if bounds:
        made["window"] = {"documents": bounds}
    return made


class Stages:
    """Stages one behind the other; what depends on an order is made only while there is one."""

    def __init__(self, r):
        self.r = r
        self.ordered = True  # by _id, which is unique
        self.unsorted = None  # an array in an order of chance

    def stage(self, depth=0):
        r = self.r
        name = r.choice(["$match", "$match", "$project", "$addFields", "$unwind", "$group", "$sort", "$limit", "$bucketAuto", "$bucket",
                         "$setWindowFields", "$lookup", "$facet", "$replaceRoot", "$unionWith", "$redact", "$count", "$sortByCount", "$unset",
                         "$fill", "$graphLookup"])
        if name in ("$facet", "$lookup", "$unionWith", "$graphLookup") and depth > 0:
            name = "$match"
        if name in ("$limit", "$setWindowFields", "$fill", "$bucketAuto") and not self.ordered:
            name = "$addFields"
        return {name: getattr(self, name[1:])(depth)}

    def stages(self):
        made = [self.stage()]
        if self.unsorted:
            made.append({"$set": {self.unsorted: {"$sortArray": {"input": "$" + self.unsorted, "sortBy": {"_id": 1}}}}})
            self.unsorted = None
        return made

    def match(self, depth):
        return random_filter(self.r, 1)

    def project(self, depth):
        r = self.r
        made = {path: r.choice([1, True, expression(r)]) for path in r.sample(["a", "b", "c", "n", "a.b"], 2)}
        if r.random() < 0.2:
            made = {path: 0 for path in r.sample(["a", "b.c", "c"], 2)}
        return made

    def addFields(self, depth):
        return {path: expression(self.r) for path in self.r.sample(["a", "n", "c", "b.c"], self.r.randint(1, 2))}

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

    def count(self, depth):
        self.ordered = False
        return "a"

    def sortByCount(self, depth):
        self.ordered = False
        return expression(self.r, 1) if self.r.random() < 0.2 else self.r.choice(PATHS)

    def bucket(self, depth):
        made = {"groupBy": self.r.choice(PATHS), "boundaries": self.r.choice([[0, 2, 5], [-1, 1.5, 3]]), "default": "other"}
        if self.r.random() < 0.5:
            made["output"] = {"b": accumulator(self.r, self.ordered)}
        self.ordered = False
        return made

    def bucketAuto(self, depth):
        made = {"groupBy": self.r.choice(PATHS), "buckets": self.r.randint(1, 6)}
        if self.r.random() < 0.6:
            made["output"] = {"b": accumulator(self.r, self.ordered)}
        self.ordered = False
        return made

    def setWindowFields(self, depth):
        made = {"sortBy": self.r.choice([{"_id": 1}, {"_id": -1}, {"c": 1, "_id": 1}]),
                "output": {"n": window(self.r), "m": window(self.r)}}
        if self.r.random() < 0.5:
            made["partitionBy"] = self.r.choice(["$c", "$b", {"$type": "$a"}])
        self.ordered = False
        return made

    def fill(self, depth):
        return {"sortBy": {"_id": 1}, "output": {self.r.choice("abc"): self.r.choice(
            [{"method": "locf"}, {"method": "linear"}, {"value": expression(self.r, 1)}])}}

    def lookup(self, depth):
        made = {"from": "differential", "as": "found"}
        if self.r.random() < 0.6:
            # Paths through arrays meet null in other ways from version to version.
            made.update(localField=self.r.choice("abc"), foreignField=self.r.choice(["a", "b", "c", "_id"]))
        else:
            made.update(let={"v": expression(self.r, 1)})
        if "let" in made or self.r.random() < 0.4:
            inner = [{"$match": {"$expr": {self.r.choice(["$eq", "$gte"]): [self.r.choice(PATHS), "$$v"]}}}] if "let" in made else []
            made["pipeline"] = inner + [{"$sort": {"_id": 1}}, {"$limit": 3}]
        return made

    def graphLookup(self, depth):
        self.unsorted = "graph"
        return {"from": "differential", "startWith": self.r.choice(PATHS), "connectFromField": self.r.choice(["a", "b", "c"]),
                "connectToField": self.r.choice(["a", "b", "_id"]), "as": "graph", "maxDepth": self.r.randint(0, 2)}

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
        return {"newRoot": {"$mergeObjects": [{"_id": "$_id"}, {"v": expression(self.r)}]}}

    def unionWith(self, depth):
        self.ordered = False
        return {"coll": "differential", "pipeline": [{"$match": random_filter(self.r, 1)}]}

    def redact(self, depth):
        return {"$cond": [expression(self.r, 1), self.r.choice(["$$DESCEND", "$$KEEP"]), self.r.choice(["$$PRUNE", "$$KEEP"])]}


def random_pipeline(r):
    stages = Stages(r)
    pipeline = [{"$sort": {"_id": 1}}] if r.random() < 0.5 else []
    stages.ordered = bool(pipeline)
    for _ in range(r.randint(1, 4)):
        pipeline += stages.stages()
    return {"aggregate": "differential", "pipeline": pipeline, "cursor": {"batchSize": 10000}}
