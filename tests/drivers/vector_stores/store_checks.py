"""What the tests of vector stores share: texts, an embedding without a model, the server."""

import hashlib
import math
import os
import sys
import traceback

import pymongo

DIMENSIONS = 64

TEXTS = [
    "the invoice of the railway company was paid late",
    "the invoice of the power company was paid on time",
    "a cat sleeps on the warm radiator all afternoon",
    "a dog runs along the beach all afternoon",
    "the train leaves the station at nine in the morning",
]


def embed(text):
    """Words that two texts share make them near: a hashed bag of words, of length 1."""
    vector = [0.0] * DIMENSIONS
    for word in text.lower().split():
        digest = hashlib.sha256(word.encode()).digest()
        vector[digest[0] % DIMENSIONS] += 1.0
        vector[digest[1] % DIMENSIONS] -= 0.5
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector]


def cosine_score(a, b):
    return (1 + sum(x * y for x, y in zip(a, b))) / 2


class Checks:
    """Each call is one check."""

    def __init__(self):
        self.count = 0

    def equal(self, actual, expected, what):
        self.count += 1
        if actual != expected:
            raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")

    def near(self, actual, expected, what):
        self.count += 1
        if abs(actual - expected) > 1e-6:
            raise AssertionError(f"{what}: expected {expected!r}, got {actual!r}")


def run(name, sections):
    """Runs the sections, each with an empty database of its own; ends the process."""
    failed = 0
    client = pymongo.MongoClient(os.environ["CAIRN_URI"])
    for section in sections:
        checks = Checks()
        database = f"client_{name}_{section.__name__}"
        client.drop_database(database)
        try:
            section(checks, client, client[database])
            if checks.count == 0:
                raise AssertionError("nothing was checked")
            print(f"{name}: {section.__name__}: {checks.count} checks", flush=True)
        except Exception:  # noqa: BLE001  (every failure is told, and the others still run)
            failed += 1
            traceback.print_exc()
        client.drop_database(database)
    client.close()
    sys.exit(1 if failed else 0)
