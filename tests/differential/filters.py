"""Random documents, and filters, projections and sorts for them."""
import bson
from bson import Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp

FIELDS = ["a", "b", "a.b", "b.c", "a.0", "a.b.c", "c"]
COLLATIONS = [{"locale": "en", "strength": 1}, {"locale": "en", "numericOrdering": True}, {"locale": "en", "caseFirst": "upper"},
              {"locale": "en", "strength": 2}, {"locale": "fr", "backwards": True}, {"locale": "en", "alternate": "shifted"},
              {"locale": "simple"}]
TEXTS = ["", "x", "X", "xy", "é", "e", "10", "9", "a b"]


def scalar(r):
    return r.choice([
        lambda: r.randint(-3, 6), lambda: Int64(r.randint(-3, 6)), lambda: float(r.randint(-3, 6)),
        lambda: r.choice([0.5, -0.0, 2.5, float("nan"), float("inf"), -float("inf"), 1e20]),
        lambda: Decimal128(r.choice(["1", "2.5", "-0", "NaN", "1E+2", "Infinity"])),
        lambda: r.choice(TEXTS), lambda: None, lambda: r.random() < 0.5,
        lambda: ObjectId(bytes(11) + bytes([r.randint(0, 2)])), lambda: Timestamp(r.randint(0, 2), 1),
        lambda: bytes([r.randint(0, 3)]), lambda: r.choice([MinKey(), MaxKey()]),
        lambda: bson.datetime_ms.DatetimeMS(r.randint(-2, 2)), lambda: Regex(r.choice(["x", "^e"]), ""),
    ])()


def value(r, depth=0):
    kind = r.random()
    if depth < 3 and kind < 0.2:
        return [value(r, depth + 1) for _ in range(r.randint(0, 3))]
    if depth < 3 and kind < 0.38:
        return {k: value(r, depth + 1) for k in r.sample(["a", "b", "c", "0"], r.randint(0, 3))}
    if kind < 0.75:
        return r.randint(-2, 5)
    return scalar(r)


def document(r, number):
    made = {"_id": number}
    for name in ("a", "b", "c"):
        if r.random() < 0.8:
            made[name] = value(r)
    return made


def operator(r, depth):
    name = r.choice(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$type", "$size", "$all",
                     "$mod", "$not", "$elemMatch", "$regex", "$bitsAllSet", "$bitsAnyClear", "$bitsAnySet", "$bitsAllClear"])
    if name in ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte"):
        return {name: value(r)}
    if name in ("$in", "$nin", "$all"):
        return {name: [value(r, 1) for _ in range(r.randint(0, 3))]}
    if name == "$exists":
        return {name: r.choice([True, False, 1, 0, None])}
    if name == "$type":
        return {name: r.choice(["string", "number", "int", "array", "object", "null", 1, 2, 16, ["int", "string"], "double"])}
    if name == "$size":
        return {name: r.choice([0, 1, 2, 3, 2.0])}
    if name == "$mod":
        return {name: [r.choice([1, 2, 3, -2, 2.5, Int64(2)]), r.choice([0, 1, -1, 1.0])]}
    if name == "$regex":
        return r.choice([{name: "x"}, {name: "^X", "$options": "i"}, {name: "é|e"}])
    if name.startswith("$bits"):
        return {name: r.choice([0, 1, 3, [0, 2], [70], b"\x01", Int64(5)])}
    if name == "$not":
        return {name: operator(r, depth + 1)}
    if r.random() < 0.5:
        return {name: operator(r, depth + 1)}
    return {name: random_filter(r, depth + 1)}


def condition(r, depth):
    if r.random() < 0.25:
        return value(r)
    made = operator(r, depth)
    if r.random() < 0.2:
        made.update(operator(r, depth))
    return made


def schema(r, depth=0):
    name = r.choice(["bsonType", "minimum", "maximum", "required", "properties", "items", "enum", "not", "anyOf", "allOf", "oneOf",
                     "minItems", "uniqueItems", "maxLength", "additionalProperties", "multipleOf", "pattern", "minProperties"])
    if depth > 2:
        name = r.choice(["bsonType", "minimum"])
    inner = lambda: schema(r, depth + 1)
    argument = {
        "bsonType": lambda: r.choice(["int", "string", "object", "array", "number", ["int", "null"]]),
        "minimum": lambda: r.randint(-1, 4), "maximum": lambda: r.randint(-1, 4),
        "required": lambda: r.sample(["a", "b", "c"], r.randint(1, 2)),
        "properties": lambda: {k: inner() for k in r.sample(["a", "b", "c"], r.randint(1, 2))},
        "items": lambda: r.choice([inner(), [inner(), inner()]]), "enum": lambda: [r.randint(0, 3), "x", {"a": 1, "b": 2}],
        "not": inner, "anyOf": lambda: [inner(), inner()], "allOf": lambda: [inner(), inner()],
        "oneOf": lambda: [inner(), inner()], "minItems": lambda: r.randint(0, 3), "uniqueItems": lambda: True,
        "maxLength": lambda: r.randint(0, 2), "additionalProperties": lambda: r.choice([False, inner()]),
        "multipleOf": lambda: r.choice([2, 0.5]), "pattern": lambda: "x", "minProperties": lambda: r.randint(0, 2),
    }[name]()
    made = {name: argument}
    if r.random() < 0.3 and depth < 2:
        made.update(schema(r, depth + 1))
    return made


def random_filter(r, depth=0):
    kind = r.random()
    if depth < 3 and kind < 0.15:
        return {r.choice(["$and", "$or", "$nor"]): [random_filter(r, depth + 1) for _ in range(r.randint(1, 3))]}
    if depth == 0 and kind < 0.25:
        return {"$jsonSchema": schema(r)}
    if depth == 0 and kind < 0.30:
        return {"$expr": r.choice(["$a", "$b.c", "$a.b", 0, "$$ROOT.c"])}
    return {r.choice(FIELDS): condition(r, depth) for _ in range(r.choice([1, 1, 2]))}


def random_projection(r, expression=None):
    made = {}
    sign = r.choice([0, 1])
    for _ in range(r.randint(1, 3)):
        path = r.choice(["a", "b", "a.b", "b.c", "c", "a.b.c", "a.$", "n"])
        made[path] = r.choice([sign, sign, sign, {"$slice": r.choice([1, -1, [0, 2], [-1, 1], [1, 2], [-2, 5]])}, "$b", {"$elemMatch": operator(r, 1)},
                               {"b": sign}, {"$elemMatch": {"b": value(r, 2)}}, expression(r, 1) if expression else sign])
        if path.endswith("$"):
            made[path] = sign
    if r.random() < 0.3:
        made["_id"] = r.choice([0, 1])
    return made


def query_options(r):
    made = {}
    if r.random() < 0.25:
        made["collation"] = r.choice(COLLATIONS)
    if r.random() < 0.1:
        made["hint"] = r.choice([{"_id": 1}, "_id_", {"$natural": 1}, "none"])
    return made


def random_command(r):
    kind = r.random()
    if kind < 0.1:
        return {"count": "differential", "query": random_filter(r), **r.choice([{}, {"limit": 5}, {"skip": 3}, {"skip": 2, "limit": -4}]), **query_options(r)}
    if kind < 0.2:
        return {"distinct": "differential", "key": r.choice(FIELDS + ["_id", "a.1.b", "none"]), "query": random_filter(r, 1), **query_options(r)}
    made = {"find": "differential", "filter": random_filter(r), "batchSize": 1000}
    if r.random() < 0.3:
        made["projection"] = random_projection(r)
    if r.random() < 0.3:
        made["sort"] = {path: r.choice([1, -1]) for path in r.sample(["a", "b", "c", "a.b", "b.c", "a.0", "a.0.b"], r.randint(1, 2))}
        made["sort"]["_id"] = r.choice([1, -1])
    elif r.random() < 0.9:
        made["sort"] = {"_id": 1}
    if "sort" in made and r.random() < 0.2:
        made.update(skip=r.randint(0, 4), limit=r.randint(1, 10))
    if "sort" in made and r.random() < 0.05:
        made.update(min={"_id": r.randint(0, 20)}, max={"_id": r.randint(10, 40)}, hint={"_id": 1})
    made.update(query_options(r) if "hint" not in made else {})
    return made
