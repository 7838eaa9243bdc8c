#!/usr/bin/env python3
"""Kills the server at each step inside it: of a commit, an index build, and of removing what was dropped.

Where kill_nine strikes at random, this strikes where it hurts: the fail point `cairnAtStep` ends the process
between two steps, in every operation that commits. What was acknowledged must be there, what was under way
wholly or not at all: not at all where nothing was written yet, wholly where the log had it.
"""

import argparse
import sys
import time

from server import CairnServer, Failure
from wire import CommandError, Connection

DOCUMENTS = 500
BEGINS, WRITTEN = "commitBegins", "commitWritten"


def insert(link):
    link.command("t", {"insert": "c", "documents": [{"_id": DOCUMENTS + n, "a": n} for n in range(50)]})


def update(link):
    change = [{"q": {"_id": 7}, "u": {"$set": {"a": [1, 2, 3], "text": "changed"}}}]
    link.command("t", {"update": "c", "updates": change})


def delete(link):
    link.command("t", {"delete": "c", "deletes": [{"q": {"_id": 9}, "limit": 1}]})


def replace_key(link):
    """One document takes the unique value of another in the same write."""
    change = {"findAndModify": "c", "query": {"_id": 11}, "update": {"$set": {"u": -1}}}
    link.command("t", change)


def create(link):
    link.command("t", {"create": "fresh", "capped": True, "size": 10000})


def create_index(link):
    indexes = [{"key": {"text": 1}, "name": "text_1"}, {"key": {"a": -1}, "name": "a_-1"}]
    link.command("t", {"createIndexes": "c", "indexes": indexes})


def drop_index(link):
    link.command("t", {"dropIndexes": "c", "index": "a_1"})


def change_collection(link):
    link.command("t", {"collMod": "c", "validator": {"a": {"$exists": True}}, "validationLevel": "off"})


def rename(link):
    link.command("admin", {"renameCollection": "t.c", "to": "t.renamed"})


def rename_over(link):
    link.command("admin", {"renameCollection": "t.c", "to": "t.other", "dropTarget": True})


def drop(link):
    link.command("t", {"drop": "c"})


def drop_database(link):
    link.command("t", {"dropDatabase": 1})


# Operations that are one commit, and what is several.
SINGLE = [
    insert,
    update,
    delete,
    replace_key,
    create,
    drop_index,
    change_collection,
    rename,
    rename_over,
    drop,
    drop_database,
]
SEVERAL = [create_index]


def cases():
    for operation in SINGLE:
        yield operation, BEGINS, 0
        yield operation, WRITTEN, 0
    for operation in SEVERAL:
        for skip in range(2):
            yield operation, BEGINS, skip
            yield operation, WRITTEN, skip
    for step in ("indexSorted", "indexLoaded"):
        for skip in range(2):
            yield create_index, step, skip
    for step in ("reapBegins", "reaped"):
        yield drop, step, 0
        yield drop_index, step, 0


def fill(link):
    link.command("t", {"dropDatabase": 1})
    for name in ("c", "other"):
        documents = [{"_id": n, "a": n % 20, "u": n, "text": f"text {n}"} for n in range(DOCUMENTS)]
        link.command("t", {"insert": name, "documents": documents})
        indexes = [
            {"key": {"a": 1}, "name": "a_1"},
            {"key": {"u": 1}, "name": "u_1", "unique": True},
        ]
        link.command("t", {"createIndexes": name, "indexes": indexes})


def look(link):
    """Everything that can be seen: collections with their options, indexes and documents."""
    seen = {}
    for collection in everything(link, "t", {"listCollections": 1}):
        name = collection["name"]
        indexes = everything(link, "t", {"listIndexes": name})
        documents = everything(link, "t", {"find": name, "sort": {"_id": 1}, "batchSize": 10000})
        seen[name] = (collection["options"], sorted(i["name"] for i in indexes), documents)
    return seen


def everything(link, database, command):
    reply = link.command(database, command)["cursor"]
    if reply["id"]:
        raise Failure(f"{command} gave more than one batch")
    return reply["firstBatch"]


def strike(server, operation, step, skip):
    """Runs the operation into the fail point. Returns what was there before, and whether it was acknowledged."""
    with Connection(server.port) as link:
        fill(link)
        settle(link)
        before = look(link)
        point = {"step": step, "crash": True}
        link.command("admin", {"configureFailPoint": "cairnAtStep", "mode": {"skip": skip}, "data": point})
        try:
            operation(link)
        except (OSError, EOFError):
            return before, False
        except CommandError as error:
            raise Failure(f"{operation.__name__}: {error}") from error
    return before, True


def settle(link):
    """Until what `fill` dropped is reaped: its steps are not those that are meant."""
    for _ in range(100):
        status = link.command("admin", {"serverStatus": 1})
        if status["cairn"]["background"]["droppedKeyspacesPending"] == 0:
            return
        time.sleep(0.1)
    raise Failure("what was dropped is not reaped after ten seconds")


def done(operation):
    """What is there when nothing stops the operation."""
    with CairnServer(["--test-commands"]) as server:
        server.start_or_fail()
        with Connection(server.port) as link:
            fill(link)
            operation(link)
            seen = look(link)
        server.stop_or_fail()
    return seen


def verify(seen, before, after, step, operation, acknowledged):
    if seen not in (before, after):
        raise Failure(f"half of it is there: {sorted(seen)}")
    if acknowledged and seen != after:
        raise Failure("it was acknowledged and is not there")
    if operation in SINGLE and step == BEGINS and seen != before:
        raise Failure("it is there, and was never written")
    if operation in SINGLE and step == WRITTEN and seen != after:
        raise Failure("the log had it, and it is not there")


def wait_for_end(server, seconds):
    for _ in range(int(seconds * 20)):
        if server.process.poll() is not None:
            return True
        time.sleep(0.05)
    return False


def run(operation, step, skip, after):
    with CairnServer(["--test-commands"]) as server:
        server.start_or_fail()
        before, acknowledged = strike(server, operation, step, skip)
        # What is reaped is reaped in the background; steps that come later than the operation's last do not come.
        struck = wait_for_end(server, 6 if step.startswith("reap") else 0.5 if acknowledged else 5)
        if not struck and not acknowledged:
            raise Failure("the connection broke, and the server lives")
        server.kill()
        server.check_or_fail()
        server.start_or_fail()
        with Connection(server.port) as link:
            verify(look(link), before, after, step, operation, acknowledged)
            fill(link)  # writes go on
        server.stop_or_fail()
        server.check_or_fail()
    return struck


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    options = parser.parse_args()
    finished, struck = {}, {}
    for operation, step, skip in cases():
        name = f"{operation.__name__} at {step}, {skip} let through"
        if options.only not in name:
            continue
        if operation not in finished:
            finished[operation] = done(operation)
        hit = run(operation, step, skip, finished[operation])
        struck.setdefault((operation.__name__, step), []).append(hit)
        print(f"{'struck' if hit else 'passed by'}: {name}", flush=True)
    never = [case for case, hits in struck.items() if not any(hits)]
    if never or not struck:
        raise Failure(f"never struck: {never}")
    print(f"{sum(map(sum, struck.values()))} kills at {len(struck)} places, nothing half-done")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"FAILED: {failure}")
        sys.exit(1)
