"""Random updates, deletes and findAndModifys of what filters.py's documents look like."""
from bson import Int64

from filters import operator, random_filter, value
from pipelines import expression

PATHS = ["a", "b", "c", "a.b", "a.0", "b.c", "a.b.c", "a.$[]", "a.$[x]", "a.$[].b", "a.$[x].b", "a.$", "n", "n.m", "a.5"]


def numbers(r):
    return r.choice([1, -2, 2.5, Int64(3), 0, value(r)])


def push(r):
    made = {"$each": [value(r, 1) for _ in range(r.randint(0, 3))]}
    if r.random() < 0.5:
        made["$slice"] = r.randint(-3, 3)
    if r.random() < 0.4:
        made["$sort"] = r.choice([1, -1, {"b": 1}])
    if r.random() < 0.4:
        made["$position"] = r.randint(-2, 3)
    return made


OPERATORS = {
    "$set": lambda r: value(r), "$unset": lambda r: "", "$inc": numbers, "$mul": numbers, "$min": lambda r: value(r), "$max": lambda r: value(r),
    "$rename": lambda r: r.choice(["n", "n.m", "c", "b.z"]), "$push": lambda r: push(r) if r.random() < 0.6 else value(r),
    "$pull": lambda r: r.choice([value(r, 1), operator(r, 1), {"b": value(r, 2)}]), "$pullAll": lambda r: [value(r, 1) for _ in range(2)],
    "$addToSet": lambda r: r.choice([value(r, 1), {"$each": [value(r, 1), value(r, 1)]}]), "$pop": lambda r: r.choice([1, -1, 1, 2]),
    "$bit": lambda r: {r.choice(["and", "or", "xor"]): r.choice([3, Int64(5)])}, "$setOnInsert": lambda r: value(r),
}


def change(r):
    kind = r.random()
    if kind < 0.1:
        return {name: value(r) for name in r.sample("abcn", 2)}
    if kind < 0.25:
        stage = r.choice(["$set", "$set", "$unset", "$replaceWith", "$project"])
        return [{stage: {"$set": {r.choice(["a", "n", "b.c"]): expression(r)}, "$unset": r.choice(["a", "b.c"]),
                         "$replaceWith": {"$mergeObjects": ["$$ROOT", {"n": expression(r, 1)}]}, "$project": {"a": 1, "c": expression(r, 1)}}[stage]}]
    made = {}
    for _ in range(r.choice([1, 1, 2])):
        name = r.choice(list(OPERATORS))
        made.setdefault(name, {})[r.choice(PATHS)] = OPERATORS[name](r)
    return made


def random_write(r):
    u = change(r)
    query = random_filter(r, 1)
    if ".$\"" in str(u) or "a.$" in str(u):
        query = r.choice([query, {"a": operator(r, 1)}, {"a": value(r)}])
    filters = [{"x": operator(r, 1)}] if "$[x]" in str(u) and "b" not in str(u) else [{"x": value(r, 1)}] if "$[x]" in str(u) else None
    kind = r.random()
    if kind < 0.1:
        return {"delete": "differential", "deletes": [{"q": query, "limit": 0 if r.random() < 0.2 else 1}]}
    if kind < 0.3:
        made = {"findAndModify": "differential", "query": query, "sort": {"_id": 1}, "update": u, "new": r.random() < 0.5}
        if filters:
            made["arrayFilters"] = filters
        return made
    statement = {"q": query, "u": u, "multi": isinstance(u, list) or next(iter(u), "").startswith("$")}
    if r.random() < 0.15:
        statement.update(upsert=True, q={"_id": 100 + r.randint(0, 50), r.choice("abc"): value(r)}, multi=False)
    elif r.random() < 0.5:
        statement.update(multi=False, q={"_id": r.randint(0, 39), **query})
    if filters:
        statement["arrayFilters"] = filters
    return {"update": "differential", "updates": [statement]}
