"""The shared table (cases.json) through PyMongo, sync: queries, projections, updates, pipelines,
distinct values, errors."""

from pymongo.errors import OperationFailure

from support import cases, caught


def _find(collection, case):
    cursor = collection.find(case["filter"], {"_id": 1}).sort(
        list(case.get("sort", {"_id": 1}).items())
    )
    return cursor.skip(case.get("skip", 0)).limit(case.get("limit", 0))


def table_of_reads(t, client, db):
    table = cases()
    db.c.insert_many(table["documents"])
    for case in table["queries"]:
        t.equal([d["_id"] for d in _find(db.c, case)], case["ids"], case["why"])
        if "sort" not in case:
            t.equal(db.c.count_documents(case["filter"]), len(case["ids"]), f"count: {case['why']}")
    for case in table["projections"]:
        t.same_bson(
            list(db.c.find(case["filter"], case["projection"]).sort("_id", 1)),
            case["docs"],
            case["why"],
        )
    for case in table["pipelines"]:
        t.same_bson(list(db.c.aggregate(case["pipeline"])), case["docs"], case["why"])
    for case in table["distincts"]:
        t.equal(sorted(db.c.distinct(case["key"], case["filter"])), case["values"], case["why"])


def table_of_updates(t, client, db):
    for case in cases()["updates"]:
        db.u.drop()
        if "before" in case:
            db.u.insert_one(case["before"])
        result = db.u.update_one(
            case.get("filter", {"_id": 1}), case["update"], upsert=case.get("upsert", False)
        )
        t.same_bson(list(db.u.find()), [case["after"]], case["why"])
        if "before" in case:
            t.equal(
                (result.matched_count, result.modified_count),
                (1, case.get("modified", 1)),
                case["why"],
            )
        else:
            t.equal(result.upserted_id, case["after"]["_id"], case["why"])


def table_of_errors(t, client, db):
    table = cases()
    db.c.insert_one({"_id": 0})
    for case in table["errors"]:
        raised = caught(OperationFailure, db.command, case["command"])
        if case["code"] == 0:
            t.equal(raised, None, case["why"])
            continue
        t.error(raised, case["code"], case["why"], case["message"])
        t.equal(raised.details["ok"], 0.0, f"{case['why']}: ok is the double 0")
        t.true(raised.details["codeName"], f"{case['why']}: has a codeName")
    for case in table["write_errors"]:
        db.u.drop()
        db.u.insert_one(case["before"])
        raised = caught(OperationFailure, db.u.update_one, {"_id": 1}, case["update"])
        t.error(raised, case["code"], case["why"], case["message"])
        t.same_bson(list(db.u.find()), [case["before"]], f"{case['why']}: left as it was")


SECTIONS = [table_of_reads, table_of_updates, table_of_errors]
