"""Retryable writes across kill -9: a write whose answer was lost is sent again with its session and
transaction number, to a server that has restarted, and happens exactly once.

Half of the clients speak the protocol themselves, so that every retry is theirs: after each restart
they repeat their last statement, answered or not, and must get the stored result. The other half
are PyMongo with retryWrites on, which repeats by itself.
"""

import threading
import time
import uuid

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from server import CairnServer, Failure
from wire import CommandError, Connection, Long

DATABASE = "crash_retry"
TRANSACTION_TOO_OLD = 225
INSERTS = 5


class ProtocolClient:
    """One session that writes, loses its connection, and repeats its last statement."""

    def __init__(self, number):
        self.number, self.session = number, {"id": uuid.uuid4()}
        self.transaction = 0
        self.last = self.answer = None
        self.increments = self.repeated = self.replayed = 0
        self.failure = None

    def run(self, port, stop):
        try:
            with Connection(port) as link:
                while not stop.is_set():
                    self.transaction += 1
                    self.last, self.answer = self.statement(), None
                    self.answer = self.send(link)
        except (OSError, EOFError):
            pass  # killed: repeat() follows
        except Exception as error:
            self.failure = f"client {self.number}: {type(error).__name__}: {error}"

    def statement(self):
        """The kinds take turns: $inc, findAndModify, and a batch of inserts."""
        kind = self.transaction % 3
        change = {"$inc": {"n": 1}, "$set": {"at": self.transaction}}
        if kind == 0:
            return {
                "update": "counters",
                "updates": [{"q": {"_id": self.number}, "u": change, "upsert": True}],
            }
        if kind == 1:
            return {
                "findAndModify": "counters",
                "query": {"_id": self.number},
                "update": change,
                "upsert": True,
                "new": True,
            }
        documents = [
            {"_id": f"{self.number}.{self.transaction}.{place}"} for place in range(INSERTS)
        ]
        return {"insert": "batches", "documents": documents}

    def send(self, link):
        answer = link.command(
            DATABASE, {**self.last, "lsid": self.session, "txnNumber": Long(self.transaction)}
        )
        if answer.get("writeErrors") or answer.get("writeConcernError"):
            raise Failure(f"{self.last} gave {answer}")
        return self.result(answer)

    def result(self, answer):
        """The part of an answer that a retry must repeat."""
        if "findAndModify" in self.last:
            value = answer["value"]
            return value["_id"], value["n"], value["at"]
        upserted = [entry["_id"] for entry in answer.get("upserted", [])]
        return answer["n"], answer.get("nModified"), upserted

    def repeat(self, port):
        """After a restart: the last statement again, twice, then one that is too old."""
        if not self.last:
            return
        with Connection(port) as link:
            before, answered = self.answer, self.answer is not None
            after = self.send(link)
            self.repeated += not answered
            self.replayed += answered
            if answered and after != before:
                raise Failure(
                    f"client {self.number}: the retry of {self.last} gave {after}, the first time {before}"
                )
            if self.send(link) != after:
                raise Failure(f"client {self.number}: the second retry of {self.last} differs")
            self.refuse_older(link)
            self.verify(link)
        self.answer = after

    def refuse_older(self, link):
        try:
            link.command(
                DATABASE,
                {
                    "insert": "batches",
                    "documents": [{"_id": f"old {self.number}.{self.transaction}"}],
                    "lsid": self.session,
                    "txnNumber": Long(self.transaction - 1),
                },
            )
        except CommandError as error:
            if error.code == TRANSACTION_TOO_OLD:
                return
            raise Failure(f"a transaction number of the past gave {error}") from None
        raise Failure("a transaction number of the past was accepted")

    def verify(self, link):
        """Of three statements two increment; each insert statement left exactly its documents."""
        counted = sum(number % 3 != 2 for number in range(1, self.transaction + 1))
        found = link.command(DATABASE, {"find": "counters", "filter": {"_id": self.number}})[
            "cursor"
        ]["firstBatch"]
        if counted and (not found or found[0]["n"] != counted):
            raise Failure(
                f"client {self.number}: counter is {found}, {counted} increments were sent"
            )
        prefix = f"{self.number}."
        query = {"_id": {"$gte": prefix, "$lt": prefix + "~"}}
        wanted = INSERTS * (self.transaction - counted)
        inserted = link.command(DATABASE, {"count": "batches", "query": query})["n"]
        if inserted != wanted:
            raise Failure(
                f"client {self.number}: {inserted} documents inserted, {wanted} were sent"
            )


class DriverClient:
    """PyMongo with retryWrites: what it reports done is done once, what it reports failed at most once."""

    def __init__(self, number):
        self.number = number
        self.serial = 0
        self.succeeded, self.unsure = set(), set()
        self.failure = None

    def run(self, client, stop):
        while not stop.is_set():
            self.serial += 1
            token = f"{self.number}.{self.serial}"
            try:
                change = {"$inc": {"n": 1}, "$push": {"tokens": token}}
                result = client[DATABASE].drivers.update_one(
                    {"_id": self.number}, change, upsert=True
                )
                if result.modified_count + (result.upserted_id is not None) != 1:
                    self.failure = f"driver {self.number}: {token} gave {result.raw_result}"
                    return
                self.succeeded.add(token)
            except PyMongoError:  # both attempts failed, as they may when kills follow closely
                self.unsure.add(token)
                time.sleep(0.01)

    def verify(self, link):
        found = link.command(DATABASE, {"find": "drivers", "filter": {"_id": self.number}})[
            "cursor"
        ]["firstBatch"]
        tokens = found[0]["tokens"] if found else []
        if len(set(tokens)) != len(tokens) or (found and found[0]["n"] != len(tokens)):
            raise Failure(
                f"driver {self.number}: a write happened twice: n {found[0]['n']}, {len(tokens)} tokens, {len(set(tokens))} different"
            )
        lost, strange = self.succeeded - set(tokens), set(tokens) - self.succeeded - self.unsure
        if lost or strange:
            raise Failure(f"driver {self.number}: lost {lost}, never sent {strange}")


def run(options, chance):
    protocol = [ProtocolClient(number) for number in range(max(1, options.workers // 2))]
    drivers = [DriverClient(number) for number in range(max(1, options.workers // 2))]
    with CairnServer(options.server_arg) as server:
        server.start_or_fail()
        driver_stop = threading.Event()
        address = f"mongodb://127.0.0.1:{server.port}/"
        client = MongoClient(
            address, retryWrites=True, serverSelectionTimeoutMS=60000, heartbeatFrequencyMS=500
        )
        driver_threads = start(drivers, lambda driver: driver.run(client, driver_stop))
        try:
            for number in range(options.rounds):
                one_round(server, protocol, chance, options.seconds)
                if number % 10 == 9:
                    print(
                        f"{number + 1} kills: {sum(p.repeated for p in protocol)} lost answers fetched again, "
                        f"{sum(p.replayed for p in protocol)} known ones repeated",
                        flush=True,
                    )
        finally:
            driver_stop.set()
            join(driver_threads)
            client.close()
        finish(server, protocol, drivers)


def start(clients, run_one):
    threads = [threading.Thread(target=run_one, args=(client,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    return threads


def join(threads):
    for thread in threads:
        thread.join(120)
        if thread.is_alive():
            raise Failure("a client still waits for an answer two minutes after the end")


def one_round(server, protocol, chance, seconds):
    stop = threading.Event()
    threads = start(protocol, lambda client: client.run(server.port, stop))
    time.sleep(chance.uniform(0.05, seconds))
    server.expect_running()
    server.kill()
    stop.set()
    join(threads)
    server.start_or_fail()
    if chance.random() < 0.2:  # what recovery restored must survive the next crash as well
        server.kill()
        server.start_or_fail()
    for client in protocol:
        if client.failure:
            raise Failure(client.failure)
        client.repeat(server.port)


def finish(server, protocol, drivers):
    with Connection(server.port) as link:
        for client in drivers:
            if client.failure:
                raise Failure(client.failure)
            client.verify(link)
        for client in protocol:
            client.verify(link)
    server.stop_or_fail()
    server.check_or_fail()
    repeated, sent = sum(p.repeated for p in protocol), sum(p.transaction for p in protocol)
    done, unsure = sum(len(d.succeeded) for d in drivers), sum(len(d.unsure) for d in drivers)
    print(
        f"{sent} statements of our own, {repeated} answers lost and fetched again; {done} by the driver, {unsure} given up: each once"
    )
    if repeated < 3 or done < 100:
        raise Failure("too few answers were lost for this run to prove anything")
