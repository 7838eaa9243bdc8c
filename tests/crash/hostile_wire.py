#!/usr/bin/env python3
"""Sends a server what no client should, and crowds it, while a well-behaved connection is served.

Each wrong message gets an error or loses its connection; no other connection notices, memory stays
within a bound, and at the end the server holds no descriptor of a connection that is gone. Needs
Python's standard library alone.
"""

import argparse
import random
import resource
import socket
import sys
import threading
import time

import hostile_crowd
from hostile_cases import CLOSED, ERROR, OK, PING, SILENT, mutants, rows
from server import CairnServer, Failure, refuse_crash, run_seeded
from wire import CommandError, Connection, decode, message, op_msg

ANSWER_SECONDS, SILENCE_SECONDS = 20, 0.4
WITNESS_SECONDS = (
    15  # the longest the well-behaved client may wait for one answer, on a busy machine
)


class Witness:
    """The well-behaved client: writes, reads and pings all the time and is never refused."""

    def __init__(self, port):
        self.port, self.failure, self.served, self.slowest = port, None, 0, 0.0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            with Connection(self.port, timeout=60) as link:
                while not self.stop.is_set():
                    began = time.monotonic()
                    self.once(link)
                    self.slowest = max(self.slowest, time.monotonic() - began)
                    self.served += 1
                    time.sleep(0.01)
        except (OSError, EOFError, CommandError, Failure) as error:
            self.failure = f"the well-behaved client: {type(error).__name__}: {error}"

    def once(self, link):
        key = self.served
        link.command("witness", {"insert": "docs", "documents": [{"_id": key, "text": "Zeuge"}]})
        found = link.command("witness", {"find": "docs", "filter": {"_id": key}})["cursor"][
            "firstBatch"
        ]
        if found != [{"_id": key, "text": "Zeuge"}]:
            raise Failure(f"wrote _id {key}, found {found}")
        link.command("admin", {"ping": 1})

    def expect_served(self, what):
        """It has been served again since, and fast enough."""
        before, deadline = self.served, time.monotonic() + WITNESS_SECONDS + 5
        while self.served <= before + 1 and not self.failure and time.monotonic() < deadline:
            time.sleep(0.01)
        if self.failure or self.served <= before + 1:
            raise Failure(
                f"after {what}: {self.failure or 'the well-behaved client is not served'}"
            )
        if self.slowest > WITNESS_SECONDS:
            raise Failure(f"after {what}: the well-behaved client waited {self.slowest:.1f} s")

    def finish(self):
        self.stop.set()
        self.thread.join(60)
        if self.failure:
            raise Failure(self.failure)


def outcome(port, data, wait_for_close):
    """What one message leads to: CLOSED, SILENT, OK, or ERROR with its code."""
    try:
        link = Connection(port, timeout=ANSWER_SECONDS if wait_for_close else SILENCE_SECONDS)
    except OSError as error:
        raise Failure(f"no connection is accepted any more: {error}") from None
    with link:
        try:
            link.send(data)
            if data.startswith(b"GET "):
                return ("http" if link.receive(5) == b"HTTP/" else "nonsense"), None
            answer = link.document()
        except (EOFError, ConnectionError):
            return CLOSED, None
        except (TimeoutError, socket.timeout):
            return SILENT, None
        if answer.get("writeErrors"):
            return ERROR, answer["writeErrors"][0]["code"]
        if answer.get("ok") == 1:
            return OK, None
        if not answer.get("code") or not answer.get("errmsg"):
            raise Failure(f"an error without code or message: {answer}")
        return ERROR, answer["code"]


def single_messages(port, witness):
    count = wrong = 0
    for name, data, expected in rows():
        try:
            got, code = outcome(port, data, SILENT not in expected)
        except Failure as failure:
            raise Failure(f"{name}: {failure}") from None
        if got not in expected and code not in expected:
            wrong += 1
            print(
                f"  WRONG {name}: {got} {code or ''}, expected {sorted(map(str, expected))}",
                flush=True,
            )
        count += 1
        if count % 20 == 0:
            witness.expect_served(name)
    witness.expect_served("the single messages")
    print(f"{count} single messages, {wrong} with a wrong outcome")
    if wrong or count < 150:
        raise Failure(f"{wrong} of {count} single messages had a wrong outcome")


def mutated_messages(port, witness, seed, count):
    tally = {}
    for number, data in enumerate(mutants(seed, count)):
        got, _ = outcome(port, data, False)
        tally[got] = tally.get(got, 0) + 1
        if number % 100 == 99:
            witness.expect_served(f"mutant {number}")
    print(f"{count} mutants: {tally}")
    if not tally.get(ERROR) or sum(tally.values()) != count:
        raise Failure(f"the mutants were not looked at: {tally}")


def garbage(port, witness, seed):
    """Bytes of chance, in pieces, on connections that are then just dropped."""
    chance = random.Random(seed)
    for _ in range(200):
        with Connection(port, timeout=5) as link:
            try:
                for _ in range(chance.randrange(1, 5)):
                    link.send(chance.randbytes(chance.randrange(1, 3000)))
            except OSError:
                pass
    witness.expect_served("garbage")


def pipelined(port, witness):
    """A thousand requests before the first answer is read: all are answered, in order; then some
    that want no answer, and a last one that does."""
    with Connection(port) as link:
        link.send(b"".join(message(op_msg(PING), request=number) for number in range(1, 1001)))
        for number in range(1, 1001):
            _, response_to, body = link.answer()
            if response_to != number or decode(body, 5)["ok"] != 1:
                raise Failure(f"answer {number} of a pipeline is to request {response_to}")
        silent = {"insert": "quiet", "documents": [{}], "$db": "hostile", "writeConcern": {"w": 0}}
        unknown = {"frobnicate": 1, "$db": "hostile"}
        link.send(
            b"".join(
                message(op_msg(silent if k % 2 else unknown, 2), request=2000 + k)
                for k in range(1000)
            )
        )
        link.send(message(op_msg(PING), request=5000))
        if link.answer()[1] != 5000:
            raise Failure("a message with moreToCome was answered")
    witness.expect_served("pipelines")


def settle(server, descriptors):
    """Closed connections leave nothing behind."""
    deadline = time.monotonic() + 30
    while server.descriptors() > descriptors + 10 and time.monotonic() < deadline:
        time.sleep(0.1)
    if server.descriptors() > descriptors + 10:
        raise Failure(f"{server.descriptors()} descriptors stay open, {descriptors} were before")


def attack(server, options):
    witness = Witness(server.port)
    witness.expect_served("the start")
    descriptors, memory = server.descriptors(), server.memory_bytes()
    bound = memory + (options.growth << 20)
    steps = [
        ("single messages", lambda: single_messages(server.port, witness)),
        ("mutants", lambda: mutated_messages(server.port, witness, options.seed, options.mutants)),
        ("garbage", lambda: garbage(server.port, witness, options.seed)),
        ("pipelines", lambda: pipelined(server.port, witness)),
    ]
    steps += [
        (name, lambda crowd=crowd: crowd(server, witness)) for name, crowd in hostile_crowd.CROWDS
    ]
    for name, step in steps:
        began = time.monotonic()
        step()
        server.expect_running()
        settle(server, descriptors)
        now = server.memory_bytes()
        print(
            f"{name}: {time.monotonic() - began:.1f} s, memory {memory >> 20} -> {now >> 20} MiB, "
            f"slowest answer to the witness {witness.slowest:.2f} s",
            flush=True,
        )
        if now > bound:
            raise Failure(
                f"after {name} the server holds {now >> 20} MiB, the bound is {bound >> 20}"
            )
    witness.finish()
    if witness.served < 100:
        raise Failure(f"the witness was served only {witness.served} times")


def run(options):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
    with CairnServer(options.server_arg) as server:
        server.start_or_fail()
        attack(server, options)
        server.stop_or_fail()
        refuse_crash(0, server.log_text(), "cairn serve")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mutants", type=int, default=1500)
    parser.add_argument(
        "--growth", type=int, default=400, help="MiB by which resident memory may grow"
    )
    parser.add_argument("--server-arg", action="append", default=[])
    return run_seeded(parser, run)


if __name__ == "__main__":
    sys.exit(main())
