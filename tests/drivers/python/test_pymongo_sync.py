"""PyMongo's synchronous client against the server at CAIRN_URI."""

import os
import sys
import threading

import pymongo
from bson import Binary
from pymongo import WriteConcern
from pymongo.errors import CollectionInvalid, OperationFailure

import bulk_checks
import change_checks
import cursor_checks
import deployment_checks
import document_checks
import table_checks
import transaction_checks
import vector_checks
from support import caught, is_standalone, restart_server, run_sections


def concurrent_clients(t, client, db):
    db.c.insert_one({"_id": "sum", "n": 0})
    errors = []

    def work(worker):
        try:
            own = deployment_checks.new_client()
            for i in range(50):
                own[db.name].c.update_one({"_id": "sum"}, {"$inc": {"n": 1}})
                own[db.name].c.insert_one({"worker": worker, "i": i})
                own[db.name].c.find_one_and_update(
                    {"_id": f"max{worker % 4}"}, {"$max": {"i": i}, "$inc": {"n": 1}}, upsert=True
                )
            own.close()
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    t.equal(errors, [], "no client saw an error")
    t.equal(db.c.find_one({"_id": "sum"})["n"], 800, "no increment was lost")
    t.equal(db.c.count_documents({"worker": {"$exists": True}}), 800, "no insertion was lost")
    for worker in range(16):
        t.equal(db.c.count_documents({"worker": worker}), 50, f"worker {worker}'s documents")
    t.equal(
        sum(d["n"] for d in db.c.find({"_id": {"$regex": "^max"}})),
        800,
        "every upsert found its document",
    )


def catalog(t, client, db):
    clustered = {"key": {"_id": 1}, "unique": True}
    db.create_collection("made")
    t.error(
        caught(OperationFailure, db.command, "create", "made", clusteredIndex=clustered),
        48,
        "a collection is made once",
    )
    t.true(
        caught(CollectionInvalid, db.create_collection, "made") is not None,
        "the driver refuses it too",
    )
    db.implicit.insert_one({"_id": 1})
    t.equal(sorted(db.list_collection_names()), ["implicit", "made"], "list_collection_names")
    entry = next(iter(db.list_collections(filter={"name": "made"})))
    t.equal(
        (entry["type"], entry["info"]["readOnly"], entry["idIndex"]["name"]),
        ("collection", False, "_id_"),
        "an entry of listCollections",
    )
    t.equal(
        entry["info"]["uuid"].subtype if isinstance(entry["info"]["uuid"], Binary) else 4,
        4,
        "a collection's uuid",
    )
    t.equal([i["name"] for i in db.made.list_indexes()], ["_id_"], "list_indexes")
    t.equal(db.made.create_index([("_id", 1)]), "_id_1", "createIndexes on _id changes nothing")
    t.equal(list(db.made.index_information()), ["_id_"], "and leaves one index")
    t.error(
        caught(
            OperationFailure,
            lambda: list(db.none.list_indexes().__iter__()) or db.command("listIndexes", "none"),
        ),
        26,
        "indexes of nothing",
    )
    db.implicit.rename("renamed")
    t.equal(
        (db.renamed.find_one(), db.implicit.find_one()),
        ({"_id": 1}, None),
        "rename keeps documents",
    )
    t.error(caught(OperationFailure, db.renamed.rename, "made"), 48, "a rename does not overwrite")
    db.renamed.rename("made", dropTarget=True)
    t.equal(
        (db.list_collection_names(), db.made.find_one()), (["made"], {"_id": 1}), "unless told to"
    )
    t.error(caught(OperationFailure, db.none.rename, "other"), 26, "a rename of nothing")
    db.made.drop()
    t.equal((db.list_collection_names(), db.made.count_documents({})), ([], 0), "drop")
    db.again.insert_one({})
    t.true(db.name in client.list_database_names(), "the database is listed")
    listed = next(d for d in client.list_databases() if d["name"] == db.name)
    t.equal((listed["empty"], "sizeOnDisk" in listed), (False, True), "an entry of listDatabases")
    client.drop_database(db.name)
    t.true(db.name not in client.list_database_names(), "the database is gone")
    for i in range(150):
        db[f"many_{i:03}"].insert_one({})
    t.equal(len(db.list_collection_names()), 150, "listCollections over many batches")
    for bad in ("", "a\0b", "$x"):
        t.error(
            caught(OperationFailure, db.command, "create", bad),
            73,
            f"a collection may not be called {bad!r}",
        )


def write_concerns(t, client, db):
    unacknowledged = db.get_collection("c", write_concern=WriteConcern(w=0))
    t.equal(unacknowledged.insert_one({"_id": 1}).acknowledged, False, "w: 0 is not acknowledged")
    unacknowledged.update_one({"_id": 1}, {"$set": {"a": 1}})
    t.true(
        deployment_checks.eventually(lambda: db.c.count_documents({"a": 1}) == 1),
        "w: 0 is carried out all the same",
    )
    for concern in (
        WriteConcern(w=1),
        WriteConcern(w="majority", wtimeout=5000),
        WriteConcern(w=1, j=True),
    ):
        t.equal(
            db.get_collection("c", write_concern=concern)
            .update_one({"_id": 1}, {"$inc": {"n": 1}})
            .modified_count,
            1,
            f"{concern}",
        )
    t.equal(db.c.find_one()["n"], 3, "three acknowledged writes")


def restart(t, client, db):
    for how in ("restart", "kill"):
        kept = db.c.insert_many([{"how": how, "i": i} for i in range(500)]).inserted_ids
        db.c.update_many({"how": how, "i": {"$lt": 100}}, {"$set": {"low": True}})
        db.c.delete_many({"how": how, "i": {"$gte": 400}})
        restart_server(how)
        found = deployment_checks.after_reconnecting(
            lambda: list(db.c.find({"how": how}).sort("i", 1))
        )
        t.equal(
            [d["_id"] for d in found],
            kept[:400],
            f"every acknowledged document is there after {how}",
        )
        t.equal(sum("low" in d for d in found), 100, f"every update is there after {how}")
        db.c.insert_one({"after": how})
        t.equal(db.c.count_documents({"after": how}), 1, f"writes go on after {how}")


SECTIONS = [
    *document_checks.SECTIONS,
    *table_checks.SECTIONS,
    *cursor_checks.SECTIONS,
    *bulk_checks.SECTIONS,
    concurrent_clients,
    catalog,
    write_concerns,
    *vector_checks.SECTIONS,
    *(change_checks.STANDALONE if is_standalone() else change_checks.SECTIONS),
    *deployment_checks.SECTIONS,
    *([] if is_standalone() else transaction_checks.SECTIONS),
    restart,
]

if __name__ == "__main__":
    main_client = pymongo.MongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000)
    sys.exit(run_sections("pymongo_sync", main_client, SECTIONS))
