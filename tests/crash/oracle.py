"""What a database must hold after a crash, where some writes were never answered.

An acknowledged write changes the model at once. The one write of each worker that was under way
when the server died is pending: each document it touches must be wholly as before or wholly as
after; where the write is ordered, a prefix of it may be done. Nothing else may differ by a byte.
"""

import bson

from server import Failure


class PendingDocuments:
    """A write of documents of one collection: before and after by _id; None says absent."""

    def __init__(self, collection, before, after, ordered=False):
        self.collection, self.before, self.after = collection, before, after
        self.order = list(after) if ordered else None

    def resolve(self, name, actual):
        """{_id: document or None} as found, or Failure. `actual` is {_id: document}."""
        if name != self.collection:
            return {}
        found, done = {}, {}
        for key in self.after:
            value = actual.get(key)
            if identical(value, self.after[key]):
                done[key] = True
            elif identical(value, self.before.get(key)):
                done[key] = False
            else:
                raise Failure(
                    f"{name}: {key!r} is neither before nor after the pending write: "
                    f"{value!r:.300} ({self.before.get(key)!r:.300} -> {self.after[key]!r:.300})"
                )
            found[key] = value
        if self.order:
            steps = [
                done[key]
                for key in self.order
                if not identical(self.before.get(key), self.after[key])
            ]
            if steps != sorted(steps, reverse=True):
                raise Failure(f"{name}: an ordered write was done with gaps: {steps}")
        return found


class PendingCatalog:
    """A create, drop or rename: each alternative says {collection: {_id: document} or None}."""

    def __init__(self, *alternatives):
        self.alternatives = alternatives

    def resolve_all(self, actual):
        """The alternative that was found; `actual` is {collection: {_id: document}}."""
        for alternative in self.alternatives:
            if all(same_collection(actual.get(name), docs) for name, docs in alternative.items()):
                return alternative
        sizes = {
            name: None if name not in actual else len(actual[name])
            for alternative in self.alternatives
            for name in alternative
        }
        raise Failure(f"a pending create, drop or rename is neither done nor undone: found {sizes}")


class Model:
    """The collections of one database: {collection: {_id: document}}."""

    def __init__(self):
        self.collections = {}

    def apply(self, pending):
        """The write was acknowledged."""
        if isinstance(pending, PendingCatalog):
            for name, docs in pending.alternatives[-1].items():
                self.put_collection(name, docs)
            return
        docs = self.collections.setdefault(pending.collection, {})
        for key, document in pending.after.items():
            if document is None:
                docs.pop(key, None)
            else:
                docs[key] = document

    def put_collection(self, name, docs):
        if docs is None:
            self.collections.pop(name, None)
        else:
            self.collections[name] = docs

    def accept(self, actual, pendings):
        """Compares everything found with the model and the pending writes; the found state is the new model."""
        free = set()
        for pending in pendings:
            if isinstance(pending, PendingCatalog):
                for name, docs in pending.resolve_all(actual).items():
                    self.put_collection(name, docs)
            else:
                free.add(pending.collection)
        for name in sorted(set(self.collections) | set(actual)):
            if name not in actual and not (name in free and not self.collections[name]):
                raise Failure(
                    f"collection {name} with {len(self.collections[name])} documents is gone"
                )
            if name not in self.collections and name not in free:
                raise Failure(
                    f"collection {name} with {len(actual[name])} documents should not be there"
                )
            self.accept_collection(name, actual.get(name), pendings)

    def accept_collection(self, name, actual, pendings):
        if actual is None:  # a pending write did not even create it
            self.collections.pop(name, None)
            return
        expected = dict(self.collections.get(name, {}))
        for pending in pendings:
            if isinstance(pending, PendingDocuments):
                for key, document in pending.resolve(name, actual).items():
                    expected.pop(key, None)
                    if document is not None:
                        expected[key] = document
        lost = [key for key in expected if key not in actual]
        extra = [key for key in actual if key not in expected]
        if lost or extra:
            raise Failure(
                f"{name}: {len(lost)} acknowledged documents lost ({lost[:5]}), {len(extra)} unexpected ({extra[:5]})"
            )
        for key, document in expected.items():
            if not identical(actual[key], document):
                raise Failure(f"{name}: {key!r} is {actual[key]!r:.400}, must be {document!r:.400}")
        self.collections[name] = actual


def identical(left, right):
    """The same bytes; None is absence."""
    if left is None or right is None:
        return left is right
    return bson.encode(left) == bson.encode(right)


def same_collection(actual, expected):
    if actual is None or expected is None:
        return actual is expected
    return actual.keys() == expected.keys() and all(
        identical(actual[key], expected[key]) for key in expected
    )
