#!/usr/bin/env python3
"""Creates the five systems' indexes through their own libraries, runs and explains their queries.

  run.py --uri mongodb://localhost:27017 [--library mongoose|beanie|pymongo] [--write]

Loads the systems of that library (all without --library), starts their back ends twice, and checks
that a second start changes nothing, that every query uses the index it is meant to, looks at no
more than it must, and answers as a collection scan does; that unique indexes refuse duplicates;
and that docs/SEED_INDEXES.md says so. --write writes that table, and needs every library.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(1, str(HERE.parent))

from load import MongoClient, arguments, load  # first: it skips where PyMongo is not installed

from bson import json_util
from bson.json_util import CANONICAL_JSON_OPTIONS
from pymongo.errors import DuplicateKeyError

import judge
import table
from systems import SYSTEMS, documents

TABLE = HERE.parents[2] / "docs" / "SEED_INDEXES.md"
PLAIN_DATES = json_util.JSONOptions(tz_aware=False)


def read(system):
    text = (HERE / f"{system}.json").read_text(encoding="utf-8")
    return json_util.loads(text, json_options=PLAIN_DATES)


class Generated:
    """Values of generated documents, for the definitions' {"$of": [collection, number, path]}."""

    def __init__(self, seed, sizes, system):
        self.seed, self.sizes, self.system, self.known = seed, sizes, system, {}

    def filled(self, value):
        if isinstance(value, list):
            return [self.filled(part) for part in value]
        if not isinstance(value, dict):
            return value
        if list(value) == ["$of"]:
            return self.value(*value["$of"])
        return {name: self.filled(part) for name, part in value.items()}

    def value(self, collection, number, path, form=None):
        if (collection, number) not in self.known:
            source = documents(self.seed, self.sizes, self.system, collection)
            self.known[collection, number] = next(d for n, d in enumerate(source) if n == number)
        found = self.known[collection, number][path]
        return str(found) if form == "as string" else found


def run_library(definition, uri):
    if definition["library"] == "mongoose":
        return run_mongoose(definition, uri)
    if definition["library"] == "beanie":
        import via_beanie

        return via_beanie.run(definition, uri)
    import via_pymongo

    return via_pymongo.run(definition, uri)


def run_mongoose(definition, uri):
    with tempfile.TemporaryDirectory() as folder:
        asked, record = Path(folder, "definition.json"), Path(folder, "record.json")
        asked.write_text(json_util.dumps(definition, json_options=CANONICAL_JSON_OPTIONS))
        command = ["node", str(HERE / "via_mongoose.mjs"), str(asked), str(record)]
        subprocess.run(command, check=True, env=os.environ | {"CAIRN_URI": uri})
        return json_util.loads(record.read_text(), json_options=PLAIN_DATES)


def unique_problems(database, definition):
    """A copy of a document under another `_id` must be refused by each unique index."""
    for index in definition["indexes"]:
        if not index.get("options", {}).get("unique"):
            continue
        collection = database[index["collection"]]
        copied = collection.find_one({path: {"$exists": True} for path in index["key"]})
        try:
            collection.insert_one(copied | {"_id": "a copy"})
            yield f"{index['collection']}.{judge.name_of(index)} accepts a duplicate"
        except DuplicateKeyError:
            pass


def run_system(system, uri, seed, sizes):
    """Returns (its section of the table, problems found)."""
    definition = Generated(seed, sizes, system).filled(read(system))
    record = run_library(definition, uri)
    problems, outcomes = judge.index_problems(definition, record), []
    with MongoClient(uri) as client:
        database = client[system]
        for query, said in zip(definition["queries"], record["queries"], strict=True):
            plan = judge.Plan(said["explain"])
            outcomes.append((plan, said["answer"]))
            matching = judge.counted(database, query) if query["index"] else 0
            found = [
                *judge.plan_problems(query, plan, matching),
                *judge.answer_problems(query, said["answer"], said["natural"]),
            ]
            problems += [f"{query['collection']}: {query['why']}: {what}" for what in found]
        problems += unique_problems(database, definition)
    print(
        f"{system} ({definition['library']}): {len(definition['indexes'])} indexes,"
        f" {len(outcomes)} queries, {len(problems)} problems",
        *(f"  FAIL {problem}" for problem in problems),
        sep="\n",
        flush=True,
    )
    return table.section(definition, outcomes), problems


def table_problems(sections):
    written = table.split(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for system, section in sections.items():
        if written.get(system) != section:
            yield f"{TABLE.name} says something else about {system}: run with --write, and look"
            yield section


def main():
    parser = arguments(__doc__)
    parser.add_argument("--library", choices=("mongoose", "beanie", "pymongo"))
    parser.add_argument("--write", action="store_true", help="write docs/SEED_INDEXES.md")
    options = parser.parse_args()
    chosen = [s for s in SYSTEMS if options.library in (None, read(s)["library"])]
    sizes = load(
        options.uri, options.documents, options.seed, options.processes, options.batch, chosen
    )
    sections, problems = {}, []
    for system in chosen:
        sections[system], found = run_system(system, options.uri, options.seed, sizes)
        problems += found
    if options.write and not options.library:
        TABLE.write_text(table.whole(options.documents, sections.values()), encoding="utf-8")
    differs = list(table_problems(sections))
    print(*differs, sep="\n", end="\n" if differs else "")
    return 1 if problems or differs else 0


if __name__ == "__main__":
    sys.exit(main())
