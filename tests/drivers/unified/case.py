"""One case: its data laid, its operations run, its events and outcome compared."""

import time

from gridfs import GridFSBucket
from pymongo import WriteConcern
from pymongo.errors import PyMongoError

import bucket_operations
import operations
import runner_operations
from entities import Entities
from errors import Mismatch, Unsupported
from events import check_events
from expectations import check_error, is_failure
from matching import MISSING, Matcher


class Case:
    """`checks` counts what was compared: a case without any has proved nothing."""

    def __init__(self, uri, internal_client, specification, test):
        self.internal, self.file, self.test = internal_client, specification, test
        self.entities = Entities(uri)
        self.matcher = Matcher(self.entities)
        self.fail_points, self.checks = [], 0

    def run(self):
        if self.test.get("skipReason"):
            raise Unsupported(f"the case says: {self.test['skipReason']}")
        if "expectLogMessages" in self.test or "expectTracingMessages" in self.test:
            raise Unsupported("log messages of the driver")
        self._lay_initial_data()
        try:
            self.entities.create(self.file.get("createEntities", []))
            self.run_operations(self.test["operations"])
            self._check_events()
        finally:
            self._disable_fail_points()
            self.entities.close()
            self._end_transactions()
        self._check_outcome()
        if self.checks == 0:
            raise Mismatch("nothing was checked")

    def _end_transactions(self):
        """One whose abort was made to fail is open, and the next case's drop would wait for it."""
        self.internal.admin.command("killAllSessions", [])

    def _collection(self, spec):
        majority = WriteConcern(w="majority")
        return self.internal[spec["databaseName"]].get_collection(
            spec["collectionName"], write_concern=majority
        )

    def _lay_initial_data(self):
        for spec in self.file.get("initialData", []):
            collection = self._collection(spec)
            collection.drop()
            if spec.get("createOptions") or not spec["documents"]:
                collection.database.create_collection(
                    spec["collectionName"], **spec.get("createOptions", {})
                )
            if spec["documents"]:
                collection.insert_many(spec["documents"])

    def run_operations(self, specs, propagate=False):
        """`propagate`: errors that are expected end it all the same, as in a callback."""
        for spec in specs:
            self._run_operation(spec, propagate)

    def _run_operation(self, spec, propagate):
        if spec["object"] == "testRunner":
            self.checks += runner_operations.perform(self, spec["name"], spec.get("arguments", {}))
            return
        target, arguments = self.entities.get(spec["object"]), spec.get("arguments", {})
        error, result = None, None
        try:
            module = bucket_operations if isinstance(target, GridFSBucket) else operations
            result = module.perform(self, spec["name"], target, arguments)
        except Exception as raised:
            if isinstance(raised, (Mismatch, Unsupported)) or not is_failure(raised):
                raise
            error = raised
        if not spec.get("ignoreResultAndError"):
            self._check_operation(spec, result, error)
        if propagate and error is not None:
            raise error

    def _check_operation(self, spec, result, error):
        self.checks += 1
        if "expectError" in spec:
            if error is None:
                raise Mismatch(
                    f"{spec['name']} should fail with {spec['expectError']}, gave {result!r}"
                )
            check_error(self.matcher, spec["expectError"], error)
            return
        if error is not None:
            raise Mismatch(f"{spec['name']} failed: {error!r} {getattr(error, 'details', '')}")
        if "expectResult" in spec:
            self.matcher.match(
                spec["expectResult"],
                (
                    MISSING
                    if result is None
                    and isinstance(spec["expectResult"], dict)
                    and "$$unsetOrMatches" in spec["expectResult"]
                    else result
                ),
            )
        if "saveResultAsEntity" in spec:
            self.entities.keep(spec["saveResultAsEntity"], result)

    def _check_events(self):
        for expected in self.test.get("expectEvents", []):
            self.checks += 1
            check_events(
                self.matcher,
                self.entities.observers[expected["client"]],
                expected,
                f"events of {expected['client']}",
            )

    def _check_outcome(self):
        for spec in self.test.get("outcome", []):
            self.checks += 1
            expected = spec["documents"]
            actual = list(self._collection(spec).find({}, sort=[("_id", 1)]))
            if [list(d.items()) for d in actual] != [list(d.items()) for d in expected]:
                self.matcher.match(
                    expected, actual, f"outcome of {spec['collectionName']}", root=False
                )
                raise Mismatch(
                    f"outcome of {spec['collectionName']}: other order of fields: {actual}"
                )

    def _disable_fail_points(self):
        for client, name in self.fail_points:
            try:
                client.admin.command("configureFailPoint", name, mode="off")
            except PyMongoError:
                time.sleep(
                    0
                )  # The server may have no fail points at all; the case has failed by then.
