"""The clients, databases, collections, sessions and saved results that a case names."""

import pymongo
from gridfs import GridFSBucket
from pymongo import ReadPreference, WriteConcern
from pymongo.client_session import TransactionOptions
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import make_read_preference
from pymongo.server_api import ServerApi

from errors import Mismatch, Unsupported
from events import Observer

MODES = {"primary": 0, "primaryPreferred": 1, "secondary": 2, "secondaryPreferred": 3, "nearest": 4}


def read_preference(spec):
    if spec is None:
        return ReadPreference.PRIMARY
    mode = next(number for name, number in MODES.items() if name.lower() == spec["mode"].lower())
    return make_read_preference(mode, spec.get("tagSets"), spec.get("maxStalenessSeconds", -1))


def write_concern(spec):
    spec = dict(spec)
    return WriteConcern(
        w=spec.get("w"),
        wtimeout=spec.get("wtimeoutMS", spec.get("wtimeout")),
        j=spec.get("journal", spec.get("j")),
    )


def concerns(spec):
    """readPreference, readConcern and writeConcern of a specification, as PyMongo's keyword
    arguments."""
    spec, options = spec or {}, {}
    if "readPreference" in spec:
        options["read_preference"] = read_preference(spec["readPreference"])
    if "readConcern" in spec:
        options["read_concern"] = ReadConcern(spec["readConcern"].get("level"))
    if "writeConcern" in spec:
        options["write_concern"] = write_concern(spec["writeConcern"])
    return options


def transaction_options(spec):
    return TransactionOptions(
        max_commit_time_ms=(spec or {}).get("maxCommitTimeMS"), **concerns(spec)
    )


class Entities:
    """Made for one case, closed after it."""

    def __init__(self, uri):
        self.uri, self.named, self.observers, self.lsids, self.clients = uri, {}, {}, {}, []

    def get(self, name):
        if name not in self.named:
            raise Mismatch(f"there is no entity {name}")
        return self.named[name]

    def keep(self, name, value):
        self.named[name] = value

    def lsid(self, name):
        return self.lsids[name]

    def create(self, specs):
        for entry in specs:
            ((kind, spec),) = entry.items()
            make = getattr(self, f"_make_{kind}", None)
            if make is None:
                raise Unsupported(f"an entity of kind {kind}")
            self.named[spec["id"]] = make(spec)

    def _make_client(self, spec):
        for key in spec:
            if key not in (
                "id",
                "observeEvents",
                "useMultipleMongoses",
                "uriOptions",
                "serverApi",
                "ignoreCommandMonitoringEvents",
                "observeSensitiveCommands",
            ):
                raise Unsupported(f"the client option {key}")
        observer = Observer(
            spec.get("observeEvents", []),
            spec.get("ignoreCommandMonitoringEvents", []),
            spec.get("observeSensitiveCommands"),
        )
        options = dict(spec.get("uriOptions", {}))
        if "serverApi" in spec:
            api = spec["serverApi"]
            options["server_api"] = ServerApi(
                api["version"],
                strict=api.get("strict"),
                deprecation_errors=api.get("deprecationErrors"),
            )
        client = pymongo.MongoClient(
            self.uri,
            event_listeners=[observer],
            uuidRepresentation="standard",
            serverSelectionTimeoutMS=10000,
            **options,
        )
        self.clients.append(client)
        self.observers[spec["id"]] = observer
        return client

    def _make_database(self, spec):
        return self.get(spec["client"]).get_database(
            spec["databaseName"], **concerns(spec.get("databaseOptions"))
        )

    def _make_collection(self, spec):
        return self.get(spec["database"]).get_collection(
            spec["collectionName"], **concerns(spec.get("collectionOptions"))
        )

    def _make_bucket(self, spec):
        options = spec.get("bucketOptions", {})
        renamed = {"bucketName": "bucket_name", "chunkSizeBytes": "chunk_size_bytes"}
        named = {renamed[name]: value for name, value in options.items() if name in renamed}
        return GridFSBucket(self.get(spec["database"]), **named, **concerns(options))

    def _make_session(self, spec):
        options = spec.get("sessionOptions", {})
        session = self.get(spec["client"]).start_session(
            causal_consistency=options.get("causalConsistency"),
            snapshot=options.get("snapshot", False),
            default_transaction_options=transaction_options(
                options.get("defaultTransactionOptions")
            ),
        )
        self.lsids[spec["id"]] = dict(session.session_id)
        return session

    def close(self):
        for entity in self.named.values():
            if isinstance(
                entity,
                (
                    pymongo.client_session.ClientSession,
                    pymongo.command_cursor.CommandCursor,
                    pymongo.cursor.Cursor,
                ),
            ):
                entity.close() if not hasattr(entity, "end_session") else entity.end_session()
        for client in self.clients:
            client.close()
