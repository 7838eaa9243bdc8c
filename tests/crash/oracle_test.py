#!/usr/bin/env python3
"""The oracle of kill_nine must notice every kind of loss: an oracle that cannot fail proves nothing."""

import sys
import unittest

import clients_python  # noqa: F401 (first: it finds an interpreter with PyMongo)

from oracle import Model, PendingCatalog, PendingDocuments
from server import Failure

ONE, TWO = {"_id": 1, "n": 1}, {"_id": 2, "n": 1}
CHANGED = {"_id": 1, "n": 2}


def model_of(**collections):
    model = Model()
    for name, docs in collections.items():
        model.collections[name] = {document["_id"]: document for document in docs}
    return model


def found(**collections):
    return {
        name: {document["_id"]: document for document in docs} for name, docs in collections.items()
    }


class OracleTest(unittest.TestCase):
    def refuses(self, model, actual, *pendings):
        with self.assertRaises(Failure):
            model.accept(actual, pendings)

    def test_what_is_as_expected(self):
        model_of(a=[ONE, TWO], b=[]).accept(found(a=[ONE, TWO], b=[]), [])

    def test_losses_and_strangers(self):
        self.refuses(model_of(a=[ONE, TWO]), found(a=[ONE]))
        self.refuses(model_of(a=[ONE]), found(a=[ONE, TWO]))
        self.refuses(model_of(a=[ONE]), found(a=[CHANGED]))
        self.refuses(model_of(a=[ONE]), found())
        self.refuses(model_of(b=[]), found())
        self.refuses(model_of(), found(a=[]))
        self.refuses(model_of(a=[ONE]), found(a=[{"_id": 1, "n": 1.0}]))
        self.refuses(model_of(a=[ONE]), found(a=[{"n": 1, "_id": 1, "m": 1}]))

    def test_a_pending_update_is_before_or_after(self):
        pending = PendingDocuments("a", {1: ONE}, {1: CHANGED})
        for state in (ONE, CHANGED):
            model = model_of(a=[ONE, TWO])
            model.accept(found(a=[state, TWO]), [pending])
            self.assertEqual(model.collections["a"][1], state)
        self.refuses(model_of(a=[ONE, TWO]), found(a=[TWO]), pending)
        self.refuses(model_of(a=[ONE, TWO]), found(a=[{"_id": 1, "n": 3}, TWO]), pending)
        self.refuses(model_of(a=[ONE, TWO]), found(a=[CHANGED]), pending)

    def test_an_ordered_insert_is_a_prefix(self):
        batch = [{"_id": key} for key in (5, 6, 7)]
        pending = PendingDocuments(
            "a", {}, {document["_id"]: document for document in batch}, ordered=True
        )
        for count in range(4):
            model_of(a=[ONE]).accept(found(a=[ONE, *batch[:count]]), [pending])
        self.refuses(model_of(a=[ONE]), found(a=[ONE, batch[0], batch[2]]), pending)
        self.refuses(model_of(a=[ONE]), found(a=[ONE, batch[2]]), pending)
        unordered = PendingDocuments("a", {}, {document["_id"]: document for document in batch})
        model_of(a=[ONE]).accept(found(a=[ONE, batch[2]]), [unordered])

    def test_a_pending_rename_is_done_or_not(self):
        docs = {1: ONE}
        pending = PendingCatalog({"a": docs, "b": None}, {"a": None, "b": docs})
        model_of(a=[ONE]).accept(found(a=[ONE]), [pending])
        renamed = model_of(a=[ONE])
        renamed.accept(found(b=[ONE]), [pending])
        self.assertEqual(list(renamed.collections), ["b"])
        self.refuses(model_of(a=[ONE]), found(), pending)
        self.refuses(model_of(a=[ONE]), found(a=[ONE], b=[ONE]), pending)
        self.refuses(model_of(a=[ONE]), found(b=[CHANGED]), pending)

    def test_a_pending_drop_takes_all_or_nothing(self):
        pending = PendingCatalog({"a": {1: ONE, 2: TWO}}, {"a": None})
        model_of(a=[ONE, TWO]).accept(found(), [pending])
        model_of(a=[ONE, TWO]).accept(found(a=[ONE, TWO]), [pending])
        self.refuses(model_of(a=[ONE, TWO]), found(a=[ONE]), pending)
        self.refuses(model_of(a=[ONE, TWO]), found(a=[]), pending)

    def test_acknowledged_writes_move_the_model(self):
        model = model_of(a=[ONE])
        model.apply(PendingDocuments("a", {1: ONE}, {1: CHANGED, 2: TWO}))
        model.apply(PendingDocuments("a", {2: TWO}, {2: None}))
        model.apply(PendingCatalog({"b": None}, {"b": {}}))
        self.refuses(model, found(a=[ONE], b=[]))
        model.accept(found(a=[CHANGED], b=[]), [])


if __name__ == "__main__":
    sys.exit(unittest.main())
