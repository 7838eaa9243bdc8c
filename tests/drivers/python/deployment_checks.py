"""What PyMongo relies on beneath CRUD: the handshake, sessions, retryable writes, compression,
diagnostics."""

import json
import os
import time
import uuid
import warnings

import pymongo
from bson import Binary, Int64
from pymongo import WriteConcern
from pymongo.errors import AutoReconnect, OperationFailure, WriteConcernError
from pymongo.monitoring import CommandListener

from support import caught, is_standalone, restart_server, with_options


class CommandLog(CommandListener):
    def __init__(self):
        self.commands, self.replies = [], []

    def started(self, name=None):
        if isinstance(name, str):
            return [c for n, c in self.commands if n == name]
        self.commands.append((name.command_name, name.command))
        return None

    def succeeded(self, event):
        self.replies.append((event.command_name, event.reply))

    def failed(self, event):
        self.replies.append((event.command_name, event.failure))


def new_client(**options):
    return pymongo.MongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000, **options)


def listening_client(listener, **options):
    return new_client(event_listeners=[listener], **options)


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def after_reconnecting(call):
    """Connections of before a restart are dead; each failure discards one, so try some times."""
    for attempt in range(20):
        try:
            return call()
        except AutoReconnect:
            time.sleep(0.05 * (attempt + 1))
    return call()


def _lsid():
    return {"id": Binary.from_uuid(uuid.uuid4())}


def handshake(t, client, db):
    hello = client.admin.command("hello")
    t.equal(
        (hello["ok"], hello["isWritablePrimary"], hello["readOnly"]), (1.0, True, False), "hello"
    )
    t.equal(hello["minWireVersion"], 0, "minWireVersion")
    t.true(hello["maxWireVersion"] >= 21, "maxWireVersion of a MongoDB 7 or later")
    t.equal(
        (hello["maxBsonObjectSize"], hello["maxMessageSizeBytes"], hello["maxWriteBatchSize"]),
        (16777216, 48000000, 100000),
        "limits",
    )
    legacy = client.admin.command("isMaster")
    t.equal((legacy["ismaster"], legacy["ok"]), (True, 1.0), "isMaster")
    t.equal(client.admin.command("ping")["ok"], 1.0, "ping; ok is a double")
    info = client.admin.command("buildInfo")
    t.true(len(info["versionArray"]) >= 3 and info["version"][0].isdigit(), "buildInfo")
    t.equal(int(info["maxBsonObjectSize"]), 16777216, "buildInfo.maxBsonObjectSize")
    t.equal(client.server_info()["version"], info["version"], "server_info")


def sessions(t, client, db):
    log = CommandLog()
    own = listening_client(log)
    with own.start_session() as session:
        own[db.name].c.insert_one({"_id": 1}, session=session)
        t.equal(
            own[db.name].c.find_one({"_id": 1}, session=session),
            {"_id": 1},
            "a session reads what it wrote",
        )
        t.equal(
            log.started("insert")[0]["lsid"],
            session.session_id,
            "the explicit session's id is sent",
        )
        lsid = session.session_id
    own[db.name].c.find_one({})
    t.true("lsid" in log.started("find")[-1], "an implicit session is sent")
    own.close()
    t.true(
        any(lsid in c["endSessions"] for c in log.started("endSessions")),
        "closing ends the sessions",
    )
    t.true(
        all("errmsg" not in str(r) for n, r in log.replies if n == "endSessions"),
        "endSessions succeeds",
    )
    started = client.admin.command("startSession")
    t.equal(
        (
            started["ok"],
            started["timeoutMinutes"],
            started["id"]["id"].subtype if isinstance(started["id"]["id"], Binary) else 4,
        ),
        (1.0, 30, 4),
        "startSession",
    )
    for command in ("refreshSessions", "killSessions", "endSessions"):
        t.equal(client.admin.command(command, [_lsid()])["ok"], 1.0, command)
    t.equal(client.admin.command("killAllSessions", [])["ok"], 1.0, "killAllSessions")


def session_owns_cursor(t, client, db):
    db.c.insert_many([{"_id": i} for i in range(10)])
    mine, other = client.start_session(), client.start_session()
    cursor = db.command("find", "c", batchSize=2, session=mine)["cursor"]["id"]
    raised = caught(OperationFailure, db.command, "getMore", cursor, collection="c", session=other)
    t.true(
        raised is not None and raised.code in (13, 50738),
        f"another session may not read the cursor ({raised})",
    )
    batch = db.command("getMore", cursor, collection="c", batchSize=3, session=mine)["cursor"]
    t.equal(len(batch["nextBatch"]), 3, "its own may")
    mine.end_session()
    other.end_session()


def replica_set_fields(t, client, db):
    hello = client.admin.command("hello")
    t.true(
        hello["hosts"] == [hello["me"]] and hello["primary"] == hello["me"],
        "hosts, me and primary agree",
    )
    t.equal(
        (hello["secondary"], hello["logicalSessionTimeoutMinutes"]),
        (False, 30),
        "secondary, session timeout",
    )
    t.true(
        "lastWrite" in hello and "electionId" in hello and "setVersion" in hello,
        "the fields of a replica set",
    )
    reply = db.command("ping")
    t.true(
        "operationTime" in reply and "clusterTime" in reply["$clusterTime"],
        "operationTime and $clusterTime on a reply",
    )
    before = reply["operationTime"]
    after = db.command("insert", "c", documents=[{}])["operationTime"]
    t.true(after > before, "operationTime rises with a write")
    named = new_client(replicaSet=hello["setName"])
    t.equal(named[db.name].c.count_documents({}), 1, "a client that names the set finds it")
    t.equal(
        named.primary,
        tuple([hello["me"].rsplit(":", 1)[0], int(hello["me"].rsplit(":", 1)[1])]),
        "and its primary",
    )
    named.close()
    two_nodes = db.get_collection("c", write_concern=WriteConcern(w=2, wtimeout=100))
    raised = caught(WriteConcernError, two_nodes.insert_one, {"_id": "w2"})
    t.error(raised, 100, "w: 2 cannot be satisfied by one node")


def retryable_writes(t, client, db):
    log = CommandLog()
    own = listening_client(log)
    collection = own[db.name].c
    collection.insert_one({"_id": 1, "n": 0})
    collection.update_one({"_id": 1}, {"$inc": {"n": 1}})
    collection.find_one_and_update({"_id": 1}, {"$inc": {"n": 1}})
    collection.delete_one({"_id": 2})
    for name in ("insert", "update", "findAndModify", "delete"):
        t.true(
            isinstance(log.started(name)[0].get("txnNumber"), Int64),
            f"{name} is sent as a retryable write by default",
        )
    own.close()
    fresh = new_client()  # No txnNumber was ever sent on its sessions.
    session = fresh.start_session()

    def retry(number, *command, **fields):
        return fresh[db.name].command(*command, session=session, txnNumber=Int64(number), **fields)

    first = retry(1, "update", "c", updates=[{"q": {"_id": 1}, "u": {"$inc": {"n": 10}}}])
    again = retry(1, "update", "c", updates=[{"q": {"_id": 1}, "u": {"$inc": {"n": 10}}}])
    t.equal(
        (first["n"], first["nModified"], again["n"], again["nModified"]),
        (1, 1, 1, 1),
        "a retry gives the first result",
    )
    t.equal(db.c.find_one({"_id": 1})["n"], 12, "and does not write again")
    t.equal(again.get("retriedStmtIds"), [0], "the retried statements are named")
    retry(2, "insert", "c", documents=[{"_id": "a"}, {"_id": "b"}])
    wider = retry(2, "insert", "c", documents=[{"_id": "a"}, {"_id": "b"}, {"_id": "c"}])
    t.equal(
        (wider["n"], "writeErrors" in wider, db.c.count_documents({"_id": "c"})),
        (3, False, 1),
        "statements already done are not done again",
    )
    modified = retry(3, "findAndModify", "c", query={"_id": 1}, update={"$inc": {"n": 1}}, new=True)
    repeated = retry(3, "findAndModify", "c", query={"_id": 1}, update={"$inc": {"n": 1}}, new=True)
    t.equal(
        (modified["value"], repeated["value"]),
        ({"_id": 1, "n": 13}, {"_id": 1, "n": 13}),
        "findAndModify gives the same document",
    )
    raised = caught(OperationFailure, retry, 2, "insert", "c", documents=[{"_id": "late"}])
    t.error(raised, 225, "an older transaction number")
    for round_name in ("first", "retried"):
        upsert = {"q": {"_id": "up"}, "u": {"$set": {"x": 1}}, "upsert": True}
        reply = retry(4, "update", "c", updates=[upsert])
        t.equal(reply["upserted"], [{"index": 0, "_id": "up"}], f"an upsert's id, {round_name}")
    t.equal(db.c.count_documents({"_id": "up"}), 1, "one document was upserted")
    session.end_session()
    fresh.close()


def retries_survive_restart(t, client, db):
    fresh = new_client()
    session = fresh.start_session()
    upsert = {"q": {"_id": 1}, "u": {"$inc": {"n": 1}}, "upsert": True}
    write = {"updates": [upsert], "txnNumber": Int64(1)}
    fresh[db.name].command("update", "c", session=session, **write)
    restart_server("kill")
    again = after_reconnecting(
        lambda: fresh[db.name].command("update", "c", session=session, **write)
    )
    t.equal(
        (again["n"], again["upserted"][0]["_id"]),
        (1, 1),
        "the stored result is returned after a crash",
    )
    t.equal(db.c.find_one(), {"_id": 1, "n": 1}, "and the write is not done twice")
    fresh.close()


def standalone_refuses_retries(t, client, db):
    raised = caught(
        OperationFailure,
        db.command,
        "insert",
        "c",
        documents=[{}],
        session=client.start_session(),
        txnNumber=Int64(1),
    )
    t.error(
        raised,
        20,
        "a standalone",
        "Transaction numbers are only allowed on a replica set member or mongos",
    )
    t.true("setName" not in client.admin.command("hello"), "a standalone names no set")


def compression(t, client, db):
    pad = {"_id": 1, "text": "compressible " * 5000}
    db.c.insert_one(pad)
    offered = client.admin.command(
        {"hello": 1, "compression": ["zstd", "snappy", "zlib", "nonsense"]}
    )
    t.equal(
        sorted(offered.get("compression", [])),
        ["snappy", "zlib", "zstd"],
        "hello answers with what both know",
    )
    t.true(
        "compression" not in client.admin.command({"hello": 1, "compression": ["nonsense"]}),
        "and with nothing when there is nothing",
    )
    for name in ("zlib", "snappy", "zstd"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # PyMongo only warns when it lacks a compressor.
            own = pymongo.MongoClient(with_options(os.environ["CAIRN_URI"], compressors=name))
        t.equal(own[db.name].c.find_one(), pad, f"{name}: a long document")
        own[db.name].d.insert_many([{"_id": f"{name}{i}", "pad": "x" * 200} for i in range(1000)])
        t.equal(
            len(list(own[db.name].d.find({"_id": {"$regex": f"^{name}"}}, batch_size=50))),
            1000,
            f"{name}: many batches",
        )
        own.close()


def diagnostics(t, client, db):
    db.c.insert_many([{"i": i} for i in range(20)])
    admin = client.admin
    info = admin.command("connectionStatus", showPrivileges=True)["authInfo"]
    t.equal(
        [
            info[k]
            for k in ("authenticatedUsers", "authenticatedUserRoles", "authenticatedUserPrivileges")
        ],
        [[], [], []],
        "connectionStatus",
    )
    host = admin.command("hostInfo")
    t.true(all(k in host for k in ("system", "os", "extra")), "hostInfo")
    t.contains(admin.command("whatsmyuri")["you"], "127.0.0.1:", "whatsmyuri")
    t.true(
        isinstance(admin.command("getLog", "startupWarnings")["log"], list),
        "getLog startupWarnings",
    )
    t.true("global" in admin.command("getLog", "*")["names"], "getLog *")
    version = admin.command("getParameter", 1, featureCompatibilityVersion=1)[
        "featureCompatibilityVersion"
    ]["version"]
    t.true(version[0].isdigit(), "getParameter featureCompatibilityVersion")
    t.true(all(k in admin.command("getCmdLineOpts") for k in ("argv", "parsed")), "getCmdLineOpts")
    status = admin.command("serverStatus")
    t.true(
        all(
            k in status
            for k in ("host", "version", "process", "uptime", "connections", "storageEngine")
        ),
        "serverStatus",
    )
    listed = admin.command("listCommands")["commands"]
    t.true(all(name in listed for name in ("find", "insert", "aggregate", "hello")), "listCommands")
    stats = db.command("dbStats")
    t.equal((int(stats["collections"]), int(stats["objects"])), (1, 20), "dbStats")
    stats = db.command("collStats", "c")
    t.equal((int(stats["count"]), stats["ns"]), (20, f"{db.name}.c"), "collStats")
    raised = caught(OperationFailure, admin.command, "atlasVersion")
    t.error(raised, 59, "atlasVersion is not ours", "no such command")


def _logged(client, message):
    """The attributes of the log's lines with that message."""
    lines = [json.loads(line) for line in client.admin.command("getLog", "global")["log"]]
    return [line["attr"] for line in lines if line["msg"] == message]


def validation_warnings(t, client, db):
    rule = {"validator": {"a": {"$gt": 1}}}
    db.create_collection("warned", validationAction="warn", **rule)
    db.create_collection("told", validationAction="errorAndLog", **rule)
    db.create_collection("quiet", **rule)
    db.warned.insert_many([{"_id": 1, "a": 0}, {"_id": 2, "a": 5}])
    db.warned.update_one({"_id": 2}, {"$set": {"a": 1}})
    for refusing in (db.told, db.quiet):
        raised = caught(OperationFailure, refusing.insert_one, {"_id": 1, "a": 0})
        t.true(raised is not None and raised.code == 121, f"{refusing.name}: refused")
    warned = _logged(client, "Document would fail validation")
    t.equal(
        [(line["namespace"], line["document"]) for line in warned],
        [(f"{db.name}.warned", {"_id": 1, "a": 0}), (f"{db.name}.warned", {"_id": 2, "a": 1})],
        "what would fail is logged",
    )
    t.equal(warned[0]["errInfo"]["failingDocumentId"], 1, "with what errInfo would say")
    told = _logged(client, "Document failed validation")
    t.equal([line["namespace"] for line in told], [f"{db.name}.told"], "what failed is logged")


STANDALONE = [standalone_refuses_retries]
REPLICA_SET = [
    replica_set_fields,
    retryable_writes,
    retries_survive_restart,
]
SECTIONS = [
    handshake,
    sessions,
    session_owns_cursor,
    compression,
    diagnostics,
    validation_warnings,
    *(STANDALONE if is_standalone() else REPLICA_SET),
]
