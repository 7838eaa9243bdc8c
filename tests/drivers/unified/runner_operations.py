"""Operations on the test runner itself; each returns how many checks it made."""

import time

from errors import Mismatch, Unsupported


def _fail_point(case, arguments):
    client, point = case.entities.get(arguments["client"]), arguments["failPoint"]
    client.admin.command(point)
    case.fail_points.append((client, point["configureFailPoint"]))
    return 0


def _started(case, arguments):
    return [
        e
        for n, e in case.entities.observers[arguments["client"]].seen
        if n == "commandStartedEvent"
    ]


def _last_two_lsids(case, arguments):
    started = _started(case, arguments)
    if len(started) < 2:
        raise Mismatch(f"expected two commands, got {len(started)}")
    return [e.command["lsid"] for e in started[-2:]]


def _same_lsid(case, arguments):
    first, second = _last_two_lsids(case, arguments)
    return _require(first == second, f"the last two commands have lsids {first} and {second}")


def _different_lsid(case, arguments):
    first, second = _last_two_lsids(case, arguments)
    return _require(first != second, f"the last two commands both have lsid {first}")


def _require(condition, text):
    if not condition:
        raise Mismatch(text)
    return 1


# By PyMongo's numbers of them.
TRANSACTION_STATES = dict(
    enumerate(["none", "starting", "in_progress", "committed", "committed_empty", "aborted"], 1)
)


def _transaction_state(case, arguments):
    state = TRANSACTION_STATES[case.entities.get(arguments["session"])._transaction.state]
    return _require(
        state == arguments["state"].lower(), f"the transaction is {state}, not {arguments['state']}"
    )


def _session_dirty(expected):
    def check(case, arguments):
        dirty = case.entities.get(arguments["session"])._server_session.dirty
        return _require(dirty == expected, f"session dirty: {dirty}")

    return check


def _collection_exists(expected):
    def check(case, arguments):
        exists = (
            arguments["collectionName"]
            in case.internal[arguments["databaseName"]].list_collection_names()
        )
        return _require(exists == expected, f"{arguments['collectionName']} exists: {exists}")

    return check


def _index_exists(expected):
    def check(case, arguments):
        collection = case.internal[arguments["databaseName"]][arguments["collectionName"]]
        exists = arguments["indexName"] in collection.index_information()
        return _require(exists == expected, f"index {arguments['indexName']} exists: {exists}")

    return check


def _checked_out(case, arguments):
    servers = case.entities.get(arguments["client"])._topology._servers.values()
    out = sum(server.pool.active_sockets for server in servers)
    return _require(
        out == arguments["connections"],
        f"{out} connections are checked out, not {arguments['connections']}",
    )


def _count_events(case, arguments):
    observer, (name, fields) = case.entities.observers[arguments["client"]], next(
        iter(arguments["event"].items())
    )
    if name not in observer.names:
        raise Unsupported(f"counting {name}")
    if fields:
        raise Unsupported(f"counting events with {fields}")
    return sum(1 for seen, _ in observer.seen if seen == name)


def _wait_for_event(case, arguments):
    deadline = time.monotonic() + 10
    while _count_events(case, arguments) < arguments["count"] and time.monotonic() < deadline:
        time.sleep(0.01)
    return _require(
        _count_events(case, arguments) >= arguments["count"],
        f"waited in vain for {arguments['event']}",
    )


def _event_count(case, arguments):
    count = _count_events(case, arguments)
    return _require(
        count == arguments["count"],
        f"{count} events {arguments['event']}, not {arguments['count']}",
    )


def _create_entities(case, arguments):
    case.entities.create(arguments["entities"])
    return 0


def _wait(case, arguments):
    time.sleep(arguments["ms"] / 1000)
    return 0


OPERATIONS = {
    "failPoint": _fail_point,
    "assertSameLsidOnLastTwoCommands": _same_lsid,
    "assertDifferentLsidOnLastTwoCommands": _different_lsid,
    "assertSessionTransactionState": _transaction_state,
    "assertSessionDirty": _session_dirty(True),
    "assertSessionNotDirty": _session_dirty(False),
    "assertCollectionExists": _collection_exists(True),
    "assertCollectionNotExists": _collection_exists(False),
    "assertIndexExists": _index_exists(True),
    "assertIndexNotExists": _index_exists(False),
    "assertNumberConnectionsCheckedOut": _checked_out,
    "waitForEvent": _wait_for_event,
    "assertEventCount": _event_count,
    "createEntities": _create_entities,
    "wait": _wait,
}


def perform(case, name, arguments):
    if name not in OPERATIONS:
        raise Unsupported(f"the runner operation {name}")
    return OPERATIONS[name](case, arguments)
