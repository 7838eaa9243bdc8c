#!/usr/bin/env python3
"""Runs MongoDB's published driver cases (unified test format) through PyMongo against the server
at CAIRN_URI.

    run.py [FOLDER_OR_FILE...] [--only TEXT] [--gaps FILE] [--print-gaps]

The cases stand in CAIRN_SPEC_TESTS, by default shared/spec-tests beside the project; without them
it exits with 77. Folders are
relative to it (default: DEFAULT_FOLDERS). Every case that is meant for
this server must pass, but for those in known_gaps.txt, which must not. --print-gaps writes the failing cases in
the form of that file.
"""

import argparse
import collections
import os
import pathlib
import sys
import traceback

import pymongo
import pymongo.common
from bson import json_util

from case import Case
from errors import Mismatch, Unsupported
from known_gaps import SEPARATOR, KnownGaps
from requirements import Deployment, schema_is_known, why_not

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_FOLDERS = [
    "crud/unified",
    "run-command/tests/unified",
    "collection-management/tests",
    "gridfs/tests",
    "retryable-reads/tests",
    "retryable-writes/tests",
    "versioned-api",
    "change-streams/tests/unified",
    "transactions/tests/unified",
    "transactions-convenient-api/tests/unified",
    "sessions/tests",
    "causal-consistency/tests",
    "read-write-concern/tests/operation",
]
# Operations that PyMongo does not have, or does not retry: the cases are about other drivers.
NOT_OF_THIS_CLIENT = {"count", "listCollectionObjects", "listDatabaseObjects", "mapReduce"}


# A client that was told of another primary looks again at once, not seconds later.
pymongo.common.MIN_HEARTBEAT_INTERVAL = 0.02
pymongo.common.HEARTBEAT_FREQUENCY = 0.1


class Summary:
    def __init__(self, gaps, print_gaps):
        self.gaps, self.print_gaps = gaps, print_gaps
        self.counts, self.checks, self.faults = collections.Counter(), 0, 0
        self.not_meant = collections.Counter()
        self.files, self.seen = set(), set()

    def record(self, file, description, error):
        reason = self.gaps.reason(file, description)
        self.seen.add((file, description.replace(SEPARATOR, " ")))
        if error is None and reason is None:
            self.counts["passed"] += 1
        elif error is None:
            self._fault("UNEXPECTED PASS", file, description, f"listed as: {reason}")
        elif reason is not None:
            self.counts["known gaps"] += 1
        else:
            self._fault(
                "UNSUPPORTED" if isinstance(error, Unsupported) else "FAILED",
                file,
                description,
                str(error),
            )
            if not isinstance(error, (Mismatch, Unsupported)):
                traceback.print_exception(error, file=sys.stdout)
            if self.print_gaps:
                text = " ".join(str(error).split())[:100]
                print("GAP " + SEPARATOR.join([file, description.replace(SEPARATOR, " "), text]))

    def _fault(self, kind, file, description, text):
        self.faults += 1
        self.counts[kind.lower()] += 1
        print(f"{kind}: {file}: {description}\n    {text}", flush=True)

    def finish(self):
        for file, description in self.gaps.stale(self.files, self.seen):
            self._fault("STALE GAP", file, description, "no such case is meant for this server")
        if self.not_meant:
            print(
                "not meant for this server: "
                + ", ".join(f"{n} {why}" for why, n in self.not_meant.most_common())
            )
        print(
            f"unified cases: {self.counts['passed']} passed, {self.faults} failed, "
            f"{self.counts['known gaps']} known gaps, "
            f"{sum(self.not_meant.values())} not meant for this server, {self.checks} checks"
        )
        return 0 if self.faults == 0 and self.counts["passed"] > 0 and self.checks > 0 else 1


def case_files(root, names):
    for name in names:
        path = root / name
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        elif path.is_file():
            yield path
        else:
            raise SystemExit(f"FAILED: {path} is not there")


def run_file(path, root, only, deployment, client, summary):
    file = path.relative_to(root).as_posix()
    specification = json_util.loads(path.read_text(encoding="utf-8"))
    if "schemaVersion" not in specification:
        return  # Another format, e.g. the BSON corpus.
    summary.files.add(file)
    for test in specification["tests"]:
        if only and only not in f"{file}: {test['description']}":
            continue
        reason = why_not(specification, deployment) or why_not(test, deployment)
        if not reason and NOT_OF_THIS_CLIENT & {o["name"] for o in test["operations"]}:
            reason = "for other clients"
        if reason:
            summary.not_meant[reason] += 1
            continue
        case = Case(os.environ["CAIRN_URI"], client, specification, test)
        error = None
        try:
            if not schema_is_known(specification["schemaVersion"]):
                raise Unsupported(f"schema version {specification['schemaVersion']}")
            case.run()
        except Exception as raised:  # A case may fail in any way; the next ones still run.
            error = raised
        summary.checks += case.checks
        summary.record(file, test["description"], error)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", default=DEFAULT_FOLDERS)
    parser.add_argument("--only", help="run only cases whose `file: description` contains this")
    parser.add_argument("--gaps", default=HERE / "known_gaps.txt")
    parser.add_argument("--print-gaps", action="store_true")
    options = parser.parse_args()
    root = pathlib.Path(
        os.environ.get("CAIRN_SPEC_TESTS") or HERE.parents[3] / "shared/spec-tests"
    ).resolve()
    if not root.is_dir():
        print(f"SKIPPED: the published cases are not at {root}; CAIRN_SPEC_TESTS may name them")
        return 77
    client = pymongo.MongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000)
    deployment = Deployment(client)
    expected = os.environ.get("CAIRN_TOPOLOGY", "").replace("standalone", "single")
    if expected and expected != deployment.topology:
        print(f"FAILED: the server says it is {deployment}, it should be {expected}")
        return 1
    print(f"server: {deployment}; PyMongo {pymongo.version}")
    summary = Summary(KnownGaps(options.gaps), options.print_gaps)
    for path in case_files(root, options.folders):
        run_file(path, root, options.only, deployment, client, summary)
    client.close()
    return summary.finish()


if __name__ == "__main__":
    sys.exit(main())
