"""Random indexes on what filters.py's documents look like, and finds that they may serve."""
from filters import random_filter, random_projection

KEYS = ["a", "b", "c", "a.b", "b.c", "a.0", "a.b.c"]


def random_index(r):
    kind = r.random()
    if kind < 0.1:
        specification = {"key": {r.choice(["$**", "a.$**", "b.$**"]): 1}}
    elif kind < 0.15:
        specification = {"key": {r.choice(["a", "b", "c"]): "hashed"}}
    else:
        specification = {"key": {path: r.choice([1, -1]) for path in r.sample(KEYS, r.randint(1, 3))}}
    if kind > 0.15 and r.random() < 0.2:
        specification["sparse"] = True
    elif r.random() < 0.2:
        specification["partialFilterExpression"] = r.choice([{"c": {"$gt": 1}}, {"b": {"$exists": True}}, {"a": {"$type": "int"}}])
    if r.random() < 0.1 and kind > 0.15:
        specification["collation"] = {"locale": "en", "strength": 1}
    specification["name"] = "i" + str(r.randrange(10**6))
    return specification


def random_find(r):
    made = {"find": "differential", "filter": random_filter(r), "batchSize": 1000, "sort": {"_id": 1}}
    kind = r.random()
    if kind < 0.3:
        made["sort"] = {r.choice(KEYS[:5]): r.choice([1, -1]), "_id": 1}
    elif kind < 0.5:
        made["sort"] = {"_id": 1}
        made["skip"], made["limit"] = r.randint(0, 4), r.randint(1, 10)
    if r.random() < 0.3:
        made["projection"] = random_projection(r)
    elif r.random() < 0.3:
        made["projection"] = {"_id": 0, r.choice("abc"): 1}
    if r.random() < 0.1:
        made["collation"] = {"locale": "en", "strength": 1}
    return made
