#!/usr/bin/env python3
"""Kills the server with SIGKILL at random moments under a mixed write load, restarts it on the same
directory and compares everything with an oracle: acknowledged writes are there to the byte, pending
ones wholly or not at all, nothing else; `cairn check` is clean after each kill.

Some rounds kill again while the server is still recovering, some end by SIGTERM. `--retryable` asks
for retryable writes across kills instead (exactly_once.py). The seed is printed; the moments of the
kills depend on the machine, so a seed repeats the load and not the interleaving.
"""

import random
import sys
import threading
import time

import clients_python  # noqa: F401 (first: it finds an interpreter with PyMongo)
from pymongo import MongoClient

import exactly_once
from server import CairnServer, Failure, load_parser, run_seeded
from write_load import Shared, Worker


def connect(server):
    return MongoClient(
        f"mongodb://127.0.0.1:{server.port}/",
        directConnection=True,
        retryWrites=False,
        retryReads=False,
        serverSelectionTimeoutMS=5000,
    )


def read_everything(client, database):
    """{collection: {_id: document}}, read by scans; counts and finds by _id must agree with them."""
    found = {}
    for name in client[database].list_collection_names():
        docs = list(client[database][name].find(batch_size=1000))
        found[name] = {document["_id"]: document for document in docs}
        if len(found[name]) != len(docs):
            raise Failure(f"{database}.{name}: an _id stands twice")
        counted = (
            client[database][name].count_documents({}),
            client[database][name].estimated_document_count(),
        )
        if counted != (len(docs), len(docs)):
            raise Failure(f"{database}.{name}: {len(docs)} documents scanned, counted {counted}")
        for document in docs[:: max(1, len(docs) // 20)]:
            if client[database][name].find_one({"_id": document["_id"]}) != document:
                raise Failure(f"{database}.{name}: {document['_id']!r} is not found by its _id")
    return found


def verify(server, workers, shared):
    with connect(server) as client:
        for worker in workers:
            try:
                worker.model.accept(read_everything(client, worker.database), worker.pending)
            except Failure as failure:
                raise Failure(f"{worker.database}: {failure}") from None
            worker.pending = []
        allowed = {
            "admin",
            "config",
            "local",
            Shared.DATABASE,
            *(worker.database for worker in workers),
        }
        strangers = set(client.list_database_names()) - allowed
        if strangers:
            raise Failure(f"databases that nobody made: {strangers}")
        if shared:
            shared.verify(client)


def write_until(server, workers, shared, seconds, end):
    """Runs all workers for so long, ends the server by `end` under them, and waits for them."""
    stop = threading.Event()
    with connect(server) as client:
        shared.prepare(client)
        threads = [
            threading.Thread(target=worker.run, args=(client, stop, shared)) for worker in workers
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        server.expect_running()
        end()
        stop.set()
        for thread in threads:
            thread.join(60)
            if thread.is_alive():
                raise Failure(
                    "a client still waits for an answer a minute after the server was killed"
                )
    for worker in workers:
        if worker.failure:
            raise Failure(worker.failure)


def kill_while_starting(server, chance):
    """Starts the server and kills it some milliseconds later, wherever its recovery is by then."""
    delay = chance.uniform(0.0, 0.4)
    threading.Timer(delay, lambda: server.kill()).start()
    server.start()
    time.sleep(max(0.0, delay + 0.1))
    server.kill()


def run_rounds(options, chance):
    workers = [Worker(number, options.seed) for number in range(options.workers)]
    unanswered = shared = None
    total_unanswered = 0
    with CairnServer(options.server_arg) as server:
        for number in range(options.rounds + 1):
            server.start_or_fail()
            verify(server, workers, shared)
            if number == options.rounds:
                break
            shared = Shared(number)
            graceful = chance.random() < 0.1
            write_until(
                server,
                workers,
                shared,
                chance.uniform(0.02, options.seconds),
                server.stop_or_fail if graceful else server.kill,
            )
            unanswered = sum(bool(worker.pending) for worker in workers) + len(shared.unsure)
            total_unanswered += unanswered
            server.check_or_fail()
            if chance.random() < 0.25:
                kill_while_starting(server, chance)
                server.check_or_fail()
            report(number, workers, unanswered, graceful)
        server.stop_or_fail()
        server.check_or_fail()
    acknowledged = sum(worker.acknowledged for worker in workers)
    print(
        f"{options.rounds} rounds: {acknowledged} writes acknowledged, {total_unanswered} never answered, none lost or half-written"
    )
    if acknowledged < options.rounds * 20 or total_unanswered < options.rounds // 4:
        raise Failure("too little was written or pending for this run to prove anything")


def report(number, workers, unanswered, graceful):
    documents = sum(len(docs) for worker in workers for docs in worker.model.collections.values())
    acknowledged = sum(worker.acknowledged for worker in workers)
    print(
        f"round {number}: {'SIGTERM' if graceful else 'SIGKILL'}, {acknowledged} acknowledged in all, "
        f"{unanswered} pending, about {documents} documents",
        flush=True,
    )


def run(options):
    (exactly_once.run if options.retryable else run_rounds)(options, random.Random(options.seed))


if __name__ == "__main__":
    arguments = load_parser(__doc__, rounds=40, seconds=1.2, workers=6)
    arguments.add_argument("--retryable", action="store_true")
    sys.exit(run_seeded(arguments, run))
