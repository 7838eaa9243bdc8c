"""Judges what a library's run recorded against the definition: indexes, plans, work and answers."""

from collections import Counter

import bson

from asked import filter_of, is_write, page_of

# A scan looks at one key past each interval; the definitions have a few intervals at most.
KEYS_PAST_INTERVALS = 10
BY_ID = ("IDHACK", "EXPRESS_IXSCAN", "EXPRESS_UPDATE", "EXPRESS_DELETE")


def index_problems(definition, record):
    """What is wrong with the indexes after the first and the second start."""
    problems = []
    for collection, listed in record["indexes"].items():
        wanted = {name_of(i): i for i in definition["indexes"] if i["collection"] == collection}
        found = {index["name"]: index for index in listed if index["name"] != "_id_"}
        for name in sorted(set(wanted) ^ set(found)):
            state = "was not created" if name in wanted else "was not asked for"
            problems.append(f"{collection}: the index {name} {state}")
        for name in sorted(set(wanted) & set(found)):
            problems += [
                f"{collection}.{name}: {problem}"
                for problem in differences(wanted[name], found[name])
            ]
        if listed != record["again"][collection]:
            problems.append(f"{collection}: a second start changed the indexes")
    if record["dropped"]:
        problems.append(f"a second start dropped {record['dropped']}")
    return problems


def name_of(index):
    joined = "_".join(f"{path}_{kind}" for path, kind in index["key"].items())
    return index.get("options", {}).get("name", joined)


def is_text(index):
    return "text" in index["key"].values()


def differences(wanted, found):
    if is_text(wanted):
        expected = {"_fts": "text", "_ftsx": 1}
        if set(found.get("weights", {})) != set(wanted["key"]):
            yield f"weights {found.get('weights')}"
    else:
        expected = wanted["key"]
    if list(found["key"].items()) != list(expected.items()):
        yield f"keys {dict(found['key'])}, expected {expected}"
    for option, value in wanted.get("options", {}).items():
        if found.get(option) != value:
            yield f"{option} is {found.get(option)!r}, expected {value!r}"


class Plan:
    """What `explain` says of one query."""

    def __init__(self, explained):
        planner = first_with(explained, "winningPlan")
        self.stages = list(stages_of(planner["winningPlan"]))
        self.work = first_with(explained, "totalKeysExamined")
        self.indexes = sorted({s["indexName"] for s in self.stages if "indexName" in s})
        names = [stage.get("stage") for stage in self.stages]
        if not self.indexes and any(name in BY_ID for name in names):
            self.indexes = ["_id_"]
        self.scans_collection = "COLLSCAN" in names
        self.sorts = "SORT" in names
        self.merges = "SORT_MERGE" in names

    @property
    def keys(self):
        return int(self.work["totalKeysExamined"])

    @property
    def documents(self):
        return int(self.work["totalDocsExamined"])


def first_with(value, name):
    """The first document within a value, outermost first, that has the field; else None."""
    if isinstance(value, dict):
        if name in value:
            return value
        value = value.values()
    elif not isinstance(value, list):
        return None
    return next(filter(None, (first_with(part, name) for part in value)), None)


def stages_of(value):
    """Every stage of a plan, outermost first."""
    if isinstance(value, dict):
        if "stage" in value:
            yield value
        value = value.values()
    elif not isinstance(value, list):
        return
    for part in value:
        yield from stages_of(part)


def plan_problems(query, plan, matching):
    """`matching`: how many documents the indexed part of the filter holds."""
    if query["index"] is None:
        if not plan.scans_collection:
            yield f"used {plan.indexes}, expected a scan of the collection"
        return
    if plan.indexes not in [[query["index"]], *([name] for name in query.get("or", ()))]:
        yield f"used {plan.indexes or 'a collection scan'}, expected {query['index']}"
    if plan.scans_collection:
        yield "scans the collection"
    yield from sort_problems(query, plan)
    most = most_documents(query, matching)
    if plan.documents > most:
        yield f"looked at {plan.documents} documents, {most} would do"
    most_keys = most * query.get("keys_each", 1) + KEYS_PAST_INTERVALS
    if plan.keys > most_keys:
        yield f"looked at {plan.keys} keys, {most_keys} would do"


def sort_problems(query, plan):
    if "sort" not in query:
        return
    wanted = query["sorted"]
    said = (
        "in memory"
        if plan.sorts
        else "by the index, merged"
        if plan.merges
        else "by the index"
    )
    if said != wanted:
        yield f"sorts {said}, expected {wanted}"


def most_documents(query, matching):
    """A page in the index's order needs the page alone, unless other conditions pick from it."""
    page = 0
    if "find" in query or "findOne" in query:
        asked = page_of(query)
        page = asked["limit"] and asked["skip"] + asked["limit"]
    within = "indexed" in query or query.get("sorted") == "in memory"
    return matching if within or not page else min(matching, page)


def answer_problems(query, answer, natural):
    if is_write(query):
        if not answer[0]["matched"]:
            yield "the update matched nothing"
        return
    if not answer or answer == [0]:
        yield "the answer is empty"
    if natural is None:
        return
    if "find" not in query and "findOne" not in query:
        if Counter(map(encoded, answer)) != Counter(map(encoded, natural)):
            yield f"{answer[:3]} differs from a collection scan's {natural[:3]}"
        return
    page = page_of(query)
    expected = natural[page["skip"] :][: page["limit"] or None]
    if len(answer) != len(expected):
        yield f"{len(answer)} documents, {len(expected)} by a collection scan"
    if Counter(map(encoded, answer)) - Counter(map(encoded, natural)):
        yield "holds documents that a collection scan does not find"
    order = page["sort"]
    if order and [keys(d, order) for d in answer] != [keys(d, order) for d in expected]:
        yield "is in another order than by a collection scan"


def encoded(value):
    return bson.encode({"": value})


def keys(document, order):
    """The values that a sort compares; the definitions sort by paths without arrays."""
    values = []
    for path in order:
        value = document
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        values.append(value)
    return values


def counted(database, query):
    """How many documents the indexed part of a query's filter holds, by a collection scan."""
    indexed = query.get("indexed", filter_of(query))
    hint = {} if "$text" in indexed else {"hint": [("$natural", 1)]}
    return database[query["collection"]].count_documents(indexed, **hint)
