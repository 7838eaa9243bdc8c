"""Creates a system's indexes and runs its queries as a back end on PyMongo does."""

from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient

from asked import explain_command, is_write, page_of

NATURAL = [("$natural", 1)]
DIRECTIONS = {1: ASCENDING, -1: DESCENDING}


def run(definition, uri):
    """Returns {indexes, again, dropped, queries: [{explain, answer, natural}]}."""
    with MongoClient(uri) as client:
        database = client[definition["system"]]
        start(database, definition)
        record = {"indexes": listed(database, definition)}
        start(database, definition)
        record["again"] = listed(database, definition)
        record["dropped"] = []  # PyMongo has nothing that would drop one
        record["queries"] = [asked(database, query) for query in definition["queries"]]
    return record


def start(database, definition):
    """What a back end does at every start."""
    wanted = {}
    for index in definition["indexes"]:
        keys = [(path, DIRECTIONS.get(kind, kind)) for path, kind in index["key"].items()]
        model = IndexModel(keys, **index.get("options", {}))
        wanted.setdefault(index["collection"], []).append(model)
    for collection, models in wanted.items():
        database[collection].create_indexes(models)


def listed(database, definition):
    names = {index["collection"] for index in definition["indexes"]}
    return {
        name: [dict(index) for index in database[name].list_indexes()] for name in sorted(names)
    }


def asked(database, query):
    explained = database.command(
        "explain", explain_command(query), verbosity="executionStats"
    )
    answer, natural = answers(database[query["collection"]], query)
    return {"explain": explained, "answer": answer, "natural": natural}


def answers(collection, query):
    """The query's answer, and what a collection scan finds without its skip and limit."""
    if "aggregate" in query:
        return (
            list(collection.aggregate(query["aggregate"])),
            list(collection.aggregate(query["aggregate"], hint={"$natural": 1})),
        )
    if "count" in query:
        counted = collection.count_documents(query["count"])
        return [counted], [collection.count_documents(query["count"], hint=NATURAL)]
    if is_write(query):
        many = "updateMany" in query
        update = collection.update_many if many else collection.update_one
        result = update(query["updateMany" if many else "updateOne"], query["with"])
        return [{"matched": result.matched_count, "modified": result.modified_count}], None
    page = page_of(query)
    sort = list(page["sort"].items()) or None
    found = collection.find(page["filter"], page["projection"], page["skip"], page["limit"])
    scanned = collection.find(page["filter"], page["projection"])
    if sort:
        found, scanned = found.sort(sort), scanned.sort(sort)
    # No scan answers $text: what its index finds is compared in tests/spec instead.
    natural = None if "$text" in page["filter"] else list(scanned.hint(NATURAL))
    return list(found), natural
