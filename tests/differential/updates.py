"""Random updates, deletes and findAndModifys of what filters.py's documents look like."""
from bson import Decimal128, Int64

from filters import COLLATIONS, operator, random_filter, random_projection, value
from pipelines import expression

PATHS = ["a", "b", "c", "a.b", "a.0", "b.c", "a.b.c", "a.$[]", "a.$[x]", "a.$[].b", "a.$[x].b", "a.$", "n", "n.m", "a.5", "b.$[]", "a.$[].$[]",
         "a.$[x].$[y]", "a.b.$[x]", "a.$.b", "b.$", "a.0.b", "_id", "c.$[].a", "n.0"]


def numbers(r):
    return r.choice([1, -2, 2.5, Int64(3), 0, Decimal128("1.5"), Int64(2**62), 2**31 - 1, value(r)])


def push_sort(r):
    return r.choice([1, -1, {"b": 1}, {"a": -1, "b": 1}, {"a.b": 1}])


def push(r):
    made = {"$each": [value(r, 1) for _ in range(r.randint(0, 3))]}
    if r.random() < 0.5:
        made["$slice"] = r.choice([r.randint(-3, 3), 2.0, Int64(-2)])
    if r.random() < 0.4:
        made["$sort"] = push_sort(r)
    if r.random() < 0.4:
        made["$position"] = r.randint(-2, 3)
    return made


def bits(r):
    names = r.sample(["and", "or", "xor"], r.choice([1, 1, 2]))
    return {name: r.choice([3, Int64(5), -1, Int64(2**40), 2.0]) for name in names}


OPERATORS = {
    "$set": lambda r: value(r), "$unset": lambda r: "", "$inc": numbers, "$mul": numbers, "$min": lambda r: value(r), "$max": lambda r: value(r),
    "$rename": lambda r: r.choice(["n", "n.m", "c", "b.z", "a", "b", "a.0"]), "$push": lambda r: push(r) if r.random() < 0.6 else value(r),
    "$pull": lambda r: r.choice([value(r, 1), operator(r, 1), {"b": value(r, 2)}, {"b": operator(r, 1)}, {"$or": [{"b": 1}, {"a": {"$gt": 1}}]}]),
    "$pullAll": lambda r: [value(r, 1) for _ in range(2)],
    "$addToSet": lambda r: r.choice([value(r, 1), {"$each": [value(r, 1), value(r, 1)]}]), "$pop": lambda r: r.choice([1, -1, 1, 2, -1.0, Int64(1)]),
    "$bit": bits, "$setOnInsert": lambda r: value(r),
}


def random_stage(r):
    stage = r.choice(["$set", "$set", "$addFields", "$unset", "$replaceWith", "$replaceRoot", "$project"])
    return {stage: {"$set": {r.choice(["a", "n", "b.c", "a.b"]): expression(r)}, "$addFields": {r.choice(["a", "n.m", "c"]): expression(r)},
                    "$unset": r.choice(["a", "b.c", ["a", "c"]]),
                    "$replaceWith": r.choice([{"$mergeObjects": ["$$ROOT", {"n": expression(r, 1)}]}, {"a": expression(r), "b": "$b"}, expression(r)]),
                    "$replaceRoot": {"newRoot": {"$mergeObjects": ["$$ROOT", expression(r, 1)]}},
                    "$project": {"a": r.choice([1, 0]), r.choice(["c", "b.c"]): expression(r, 1)}}[stage]}


def change(r):
    kind = r.random()
    if kind < 0.1:
        return {name: value(r) for name in r.sample("abcn", 2)}
    if kind < 0.25:
        return [random_stage(r) for _ in range(r.choice([1, 1, 2]))]
    made = {}
    for _ in range(r.choice([1, 1, 2, 3])):
        name = r.choice(list(OPERATORS))
        made.setdefault(name, {})[r.choice(PATHS)] = OPERATORS[name](r)
    return made


def element_filter(r, name, nested):
    """A filter of the elements that $[name] stands for."""
    path = name + ".b" if nested else name
    return r.choice([lambda: {path: operator(r, 1)}, lambda: {path: value(r, 1)}, lambda: {"$or": [{path: value(r, 1)}, {path: operator(r, 1)}]},
                     lambda: {"$and": [{path: operator(r, 1)}, {path: operator(r, 1)}]}, lambda: {path: {"$not": operator(r, 1)}},
                     lambda: {"$nor": [{path: value(r, 1)}]}])()


def array_filters(r, u):
    return [element_filter(r, name, r.random() < 0.3) for name in "xy" if f"$[{name}]" in str(u)]


def equalities(r):
    """What an upsert takes into the document that it inserts."""
    path = r.choice(["a", "b", "c", "a.b", "b.c", "n.m", "a.0"])
    return r.choice([
        lambda: {path: value(r)}, lambda: {path: {"$eq": value(r)}}, lambda: {path: {"$in": [value(r)]}}, lambda: {path: {"$all": [value(r)]}},
        lambda: {"$and": [{path: value(r)}, {"c": {"$gt": 1}}]}, lambda: {"$or": [{path: value(r)}]}, lambda: {"$or": [{path: 1}, {"b": 2}]},
        lambda: {path: {"$elemMatch": {"b": 1}}}, lambda: {path: {"$not": {"$eq": 1}}}, lambda: {path: {"$in": [1, 2]}},
        lambda: {path: {"$all": [1, 2]}}, lambda: {path: {"$gt": 1, "$eq": 2}}, lambda: {"$and": [{path: 1}, {path: 1}]},
        lambda: {path: 1, "c": r.choice([2, {"$exists": False}])}, lambda: {"$nor": [{path: 1}]},
        lambda: {"$expr": {"$eq": ["$" + path.replace(".0", ""), 1]}},
    ])()


def query_for(r, u):
    query = random_filter(r, 1)
    if ".$'" in str(u) or ".$." in str(u):
        array = r.choice("ab")
        query = r.choice([query, {array: operator(r, 1)}, {array: value(r)}, {array: {"$elemMatch": {"b": value(r, 2)}}}, {array + ".b": operator(r, 1)}])
    return query


def find_and_modify(r, query, u):
    made = {"findAndModify": "differential", "query": query, "sort": r.choice([{"_id": 1}, {"a": 1, "_id": -1}, {"b": -1, "_id": 1}])}
    if r.random() < 0.2:
        made["remove"] = True
    else:
        made.update(update=u, new=r.random() < 0.5)
        if r.random() < 0.2:
            made.update(upsert=True, query={"_id": 100 + r.randint(0, 50), **equalities(r)})
    if r.random() < 0.3:
        made["fields"] = random_projection(r)
    return made


def update(r, query, u):
    statement = {"q": query, "u": u, "multi": isinstance(u, list) or next(iter(u), "").startswith("$")}
    kind = r.random()
    if kind < 0.2:
        statement.update(upsert=True, q={"_id": 100 + r.randint(0, 50), **equalities(r)}, multi=False)
    elif kind < 0.25:
        statement.update(multi=False, sort=r.choice([{"_id": -1}, {"a": 1, "_id": 1}]))
    elif kind < 0.6:
        statement.update(multi=False, q={"_id": r.randint(0, 39), **query})
    if isinstance(u, list) and r.random() < 0.3:
        statement["c"] = {"outer": value(r, 1)}
    return statement


def random_write(r):
    u = change(r)
    query = query_for(r, u)
    options = {"collation": r.choice(COLLATIONS)} if r.random() < 0.15 else {}
    if r.random() < 0.1:
        options["hint"] = r.choice([{"_id": 1}, "_id_", {"$natural": 1}])
    filters = {"arrayFilters": array_filters(r, u)} if "$[x]" in str(u) or "$[y]" in str(u) else {}
    variables = {"let": {"outer": value(r, 1)}} if "$$outer" in str(u) else {}
    kind = r.random()
    if kind < 0.1:
        return {"delete": "differential", "deletes": [{"q": query, "limit": 0 if r.random() < 0.2 else 1, **options}]}
    if kind < 0.35:
        made = find_and_modify(r, query, u)
        if "remove" in made:
            return {**made, **options}
        return {**made, **filters, **options, **variables}
    statement = update(r, query, u)
    return {"update": "differential", "updates": [{**statement, **filters, **options}], **({} if "c" in statement else variables)}
