"""Transactions, snapshots and what ends them, through PyMongo."""

import threading

from bson import Int64, Timestamp
from pymongo import InsertOne
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from deployment_checks import after_reconnecting, new_client
from support import caught, restart_server

TRANSIENT = "TransientTransactionError"


def _with_session(client, **options):
    return client.start_session(**options)


def _repeat(client, work, times, failures):
    """One session's transactions, one after the other; what ends them goes to `failures`."""
    try:
        with _with_session(client) as session:
            for _ in range(times):
                session.with_transaction(work)
    except Exception as error:  # noqa: BLE001
        failures.append(error)


def with_transaction(t, client, db):
    db.a.create_index("x", unique=True)
    db.a.insert_one({"_id": 0, "x": 0})

    def work(session):
        db.a.insert_one({"_id": 1, "x": 1}, session=session)
        # A collection that was not there.
        db.b.insert_many([{"_id": i, "y": i} for i in range(5)], session=session)
        t.equal(db.a.find_one({"_id": 1}, session=session), {"_id": 1, "x": 1}, "its own write")
        t.equal(db.a.find_one({"_id": 1}), None, "which nobody else sees")
        found = [one["_id"] for one in db.a.find({"x": {"$gte": 0}}, session=session)]
        t.equal(found, [0, 1], "by an index")
        t.equal(db.a.count_documents({}, session=session), 2, "counted")
        t.equal(sorted(db.b.distinct("y", session=session)), [0, 1, 2, 3, 4], "distinct")
        changed = db.b.update_many({"y": {"$gt": 0}}, {"$inc": {"y": 10}}, session=session)
        t.equal(changed.modified_count, 4, "updated")
        t.equal(db.b.delete_one({"_id": 0}, session=session).deleted_count, 1, "deleted")
        batches = list(db.b.find({}, session=session, batch_size=2))
        t.equal([one["y"] for one in batches], [11, 12, 13, 14], "getMore")
        t.true("b" not in db.list_collection_names(), "a new collection is not there yet")
        return "done"

    with _with_session(client) as session:
        t.equal(session.with_transaction(work), "done", "with_transaction gives the result")
    t.equal(sorted(one["_id"] for one in db.a.find()), [0, 1], "committed")
    t.equal(sorted(one["y"] for one in db.b.find()), [11, 12, 13, 14], "in both")
    for name in db.list_collection_names():
        t.true(db.validate_collection(name)["valid"], f"{name} is whole")


def conflicts_and_errors(t, client, db):
    db.a.insert_one({"_id": 0, "n": 0})
    with _with_session(client) as one, _with_session(client) as two:
        one.start_transaction()
        two.start_transaction()
        db.a.update_one({"_id": 0}, {"$inc": {"n": 1}}, session=one)
        raised = caught(
            OperationFailure, db.a.update_one, {"_id": 0}, {"$inc": {"n": 5}}, session=two
        )
        t.error(raised, 112, "two writers of one document")
        t.true(raised.has_error_label(TRANSIENT), "with the label")
        two.abort_transaction()
        one.commit_transaction()
        one.commit_transaction()
        t.equal(db.a.find_one(), {"_id": 0, "n": 1}, "the first one counts, once")
        one.start_transaction()
        raised = caught(DuplicateKeyError, db.a.insert_one, {"_id": 0}, session=one)
        t.true(raised is not None, "an error of a statement")
        raised = caught(OperationFailure, db.a.find_one, {}, session=one)
        t.error(raised, 251, "ends the transaction")
        t.true(raised.has_error_label(TRANSIENT), "with the label")
        one.abort_transaction()


def counters_by_many(t, client, db):
    """The driver's retries see every increment through."""
    db.c.insert_many([{"_id": i, "n": 0} for i in range(2)])
    failures = []

    def add(session):
        for i in range(2):
            db.c.update_one({"_id": i}, {"$inc": {"n": 1}}, session=session)

    threads = [threading.Thread(target=_repeat, args=(client, add, 10, failures)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    t.equal(failures, [], "no transaction is given up")
    t.equal([one["n"] for one in db.c.find().sort("_id")], [40, 40], "none is lost")


def definitions_beside_transactions(t, client, db):
    """Indexes come and go, as when an application starts anew, and no transaction is the worse."""
    db.d.insert_many([{"_id": i, "n": 0} for i in range(300)])
    db.d.create_index("kept")
    failures = []
    stop = threading.Event()

    def add(session):
        one = db.d.find_one({"_id": 0}, session=session)
        db.d.update_one({"_id": 0}, {"$set": {"n": one["n"] + 1}}, session=session)
        db.d.update_one({"_id": 1}, {"$inc": {"n": 1}}, session=session)

    def define():
        try:
            while not stop.is_set():
                db.d.create_index("n", background=True)
                db.d.create_index("kept")
                db.command("collMod", "d", index={"name": "n_1", "hidden": True})
                db.d.drop_index("n_1")
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    workers = [threading.Thread(target=_repeat, args=(client, add, 25, failures)) for _ in range(3)]
    definer = threading.Thread(target=define)
    for thread in (*workers, definer):
        thread.start()
    for thread in workers:
        thread.join()
    stop.set()
    definer.join()
    t.equal(failures, [], "nobody fails")
    t.equal([one["n"] for one in db.d.find({"_id": {"$lt": 2}}).sort("_id")], [75, 75], "all count")
    t.true(db.validate_collection("d", full=True)["valid"], "and the indexes have all of it")


def indexes_made_at_start_up(t, client, db):
    """An application asks for its indexes while others' transactions are open: none of them fails."""
    db.e.insert_one({"_id": 0, "n": 0})
    db.e.create_index("there")
    made = []
    with _with_session(client) as session:
        session.start_transaction()
        db.e.update_one({"_id": 0}, {"$inc": {"n": 1}}, session=session)
        db.e.create_index("there")
        maker = threading.Thread(target=lambda: made.append(db.e.create_index("more")))
        maker.start()
        maker.join(0.3)
        t.equal(made, [], "a new index waits")
        db.e.update_one({"_id": 0}, {"$inc": {"n": 1}}, session=session)
        session.commit_transaction()
        maker.join()
    t.equal(made, ["more_1"], "until the transaction has ended")
    t.equal(db.e.find_one()["n"], 2, "which did not fail")


def snapshot_sessions(t, client, db):
    db.s.insert_one({"_id": 1})
    with _with_session(client, snapshot=True) as session:
        t.equal(db.s.count_documents({}, session=session), 1, "a snapshot")
        db.s.insert_one({"_id": 2})
        t.equal(db.s.count_documents({}, session=session), 1, "does not move")
        t.equal(db.s.distinct("_id", session=session), [1], "for distinct either")
    t.equal(db.s.count_documents({}), 2, "now")


def times_that_writes_were_told(t, client, db):
    """What was there at the operationTime of a write, though it was overwritten since."""

    def at(time):
        return {"readConcern": {"level": "snapshot", "atClusterTime": time}}

    def found(reply):
        return [(one["_id"], one["n"]) for one in reply["cursor"]["firstBatch"]]

    documents = [{"_id": i, "n": i} for i in range(3)]
    inserted = db.command("insert", "h", documents=documents)["operationTime"]
    change = [{"q": {}, "u": {"$inc": {"n": 10}}, "multi": True}]
    updated = db.command("update", "h", updates=change)["operationTime"]
    db.h.create_index("n")
    removed = db.command("delete", "h", deletes=[{"q": {"_id": 1}, "limit": 1}])["operationTime"]
    db.h.insert_one({"_id": 1, "n": 100})
    states = {
        inserted: [(0, 0), (1, 1), (2, 2)],
        updated: [(0, 10), (1, 11), (2, 12)],
        removed: [(0, 10), (2, 12)],
    }
    for time, state in states.items():
        t.equal(found(db.command("find", "h", sort={"_id": 1}, **at(time))), state, "find")
        large = db.command("find", "h", filter={"n": {"$gt": 1}}, sort={"n": 1}, **at(time))
        t.equal(found(large), [one for one in state if one[1] > 1], "find by an index")
        summed = db.command(
            "aggregate",
            "h",
            pipeline=[{"$group": {"_id": 0, "n": {"$sum": "$n"}}}],
            cursor={},
            **at(time),
        )
        t.equal(found(summed), [(0, sum(n for _, n in state))], "aggregate")
        values = db.command("distinct", "h", key="n", **at(time))["values"]
        t.equal(sorted(values), [n for _, n in state], "distinct")
    fresh = new_client()
    with _with_session(fresh) as session:
        transaction = {"txnNumber": Int64(1), "autocommit": False, "session": session}
        first = fresh[db.name].command(
            "find", "h", sort={"_id": 1}, startTransaction=True, **transaction, **at(inserted)
        )
        t.equal(found(first), states[inserted], "a transaction")
        db.h.update_one({"_id": 0}, {"$set": {"n": 7}})
        again = fresh[db.name].command("find", "h", filter={"n": 0}, **transaction)
        t.equal(found(again), [(0, 0)], "stays at its time")
        fresh.admin.command("abortTransaction", **transaction)
    fresh.close()
    raised = caught(OperationFailure, db.command, "find", "h", **at(Timestamp(1000, 1)))
    t.error(raised, 239, "long ago")


def causal_sessions(t, client, db):
    with _with_session(client, causal_consistency=True) as session:
        db.s.insert_one({"_id": 1}, session=session)
        t.true(session.operation_time is not None, "a session knows its time")
        t.equal(db.s.find_one({}, session=session), {"_id": 1}, "and reads after it")
        majority = db.s.with_options(read_concern=ReadConcern("majority"))
        t.equal(majority.find_one({}, session=session), {"_id": 1}, "by any concern")


def bulk_write_over_databases(t, client, db):
    with _with_session(client) as session, session.start_transaction():
        client.bulk_write(
            [InsertOne({"_id": i}, namespace=f"{db.name}.bulk{i % 2}") for i in range(4)],
            session=session,
        )
        t.equal(db.bulk0.count_documents({}, session=session), 2, "one command, two collections")
        t.equal(db.bulk0.count_documents({}), 0, "not yet")
    t.equal(db.bulk1.count_documents({}), 2, "now")


def commit_is_repeated_after_a_restart(t, client, db):
    fresh = new_client()
    session = fresh.start_session()
    first = {"txnNumber": Int64(1), "autocommit": False}
    second = {"txnNumber": Int64(2), "autocommit": False}

    def insert(number, transaction):
        fresh[db.name].command(
            "insert",
            "kept",
            documents=[{"_id": number}],
            startTransaction=True,
            session=session,
            **transaction,
        )

    def commit(transaction):
        return fresh.admin.command("commitTransaction", session=session, **transaction)

    insert(1, first)
    t.equal(commit(first)["ok"], 1.0, "committed")
    restart_server("kill")
    again = after_reconnecting(lambda: commit(first))
    t.equal(again["ok"], 1.0, "committed, asked again")
    insert(2, second)
    restart_server("kill")
    raised = after_reconnecting(lambda: caught(OperationFailure, commit, second))
    t.error(raised, 251, "an open one is gone")
    t.equal([one["_id"] for one in db.kept.find()], [1], "what was committed is there, once")
    fresh.close()


SECTIONS = [
    with_transaction,
    conflicts_and_errors,
    counters_by_many,
    definitions_beside_transactions,
    indexes_made_at_start_up,
    snapshot_sessions,
    times_that_writes_were_told,
    causal_sessions,
    bulk_write_over_databases,
    commit_is_repeated_after_a_restart,
]
