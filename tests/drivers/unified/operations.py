"""Every operation of the unified test format that PyMongo has, by its name there:
OPERATIONS[name](case, object, arguments)."""

import inspect
import re

import pymongo
from pymongo import (
    DeleteMany,
    DeleteOne,
    InsertOne,
    ReplaceOne,
    ReturnDocument,
    UpdateMany,
    UpdateOne,
)

import results
from entities import concerns, read_preference, transaction_options, write_concern
from errors import Unsupported

WRITE_MODELS = {
    "insertOne": InsertOne,
    "updateOne": UpdateOne,
    "updateMany": UpdateMany,
    "replaceOne": ReplaceOne,
    "deleteOne": DeleteOne,
    "deleteMany": DeleteMany,
}


def snake(name):
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def key_list(spec):
    """A sort or index key as PyMongo takes it everywhere."""
    return list(spec.items()) if isinstance(spec, dict) else spec


def arguments_for(function, arguments):
    """Arguments in PyMongo's spelling: the snake_case parameter where there is one, else the
    command's own name where the function
    passes unknown names on. `rawData` is dropped: PyMongo never sends it, which is what the cases
    for servers before 8.2 expect.
    """
    parameters = inspect.signature(function).parameters
    passes_on = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    options = {}
    for name, value in arguments.items():
        if name == "rawData":
            continue
        if name == "hint":
            value = key_list(value)
        if snake(name) in parameters:
            options[snake(name)] = value
        elif name in parameters or passes_on:
            options[name] = value
        else:
            raise Unsupported(f"PyMongo's {function.__name__} has no option {name}")
    return options


def _collection_call(method, convert=lambda value: value, **renamed):
    """An operation that is one method of a collection."""

    def run(case, collection, arguments):
        function = getattr(collection, method)
        arguments = {renamed.get(name, name): value for name, value in arguments.items()}
        return convert(function(**arguments_for(function, arguments)))

    return run


def _find(case, collection, arguments):
    return list(_create_find_cursor(case, collection, arguments))


def _create_find_cursor(case, collection, arguments):
    arguments = dict(arguments)
    accepted = inspect.signature(pymongo.cursor.Cursor.__init__).parameters
    options = {}
    for name, value in arguments.items():
        if name == "rawData":
            continue
        key = snake(name)
        if key not in accepted:
            raise Unsupported(f"PyMongo's find has no option {name}")
        options[key] = key_list(value) if name in ("sort", "hint") else value
    return collection.find(**options)


def _find_one(case, collection, arguments):
    found = _find(case, collection, {**arguments, "limit": -1})
    return found[0] if found else None


def _find_one_and(method):
    def run(case, collection, arguments):
        arguments = dict(arguments)
        if "returnDocument" in arguments:
            arguments["returnDocument"] = (
                ReturnDocument.AFTER
                if arguments["returnDocument"] == "After"
                else ReturnDocument.BEFORE
            )
        function = getattr(collection, method)
        if "sort" in arguments:
            arguments["sort"] = key_list(arguments["sort"])
        return function(**arguments_for(function, arguments))

    return run


def _aggregate(case, target, arguments):
    return list(target.aggregate(**arguments_for(target.aggregate, arguments)))


def _count(case, collection, arguments):
    options = {
        name: value
        for name, value in arguments.items()
        if name not in ("filter", "rawData", "session")
    }
    return collection.database.command(
        "count",
        collection.name,
        query=arguments.get("filter", {}),
        session=arguments.get("session"),
        **options,
    )["n"]


def _model(kind, arguments):
    model = WRITE_MODELS[kind]
    return model(**arguments_for(model.__init__, arguments))


def _bulk_write(case, collection, arguments):
    requests = [_model(*next(iter(request.items()))) for request in arguments["requests"]]
    options = arguments_for(
        collection.bulk_write, {k: v for k, v in arguments.items() if k != "requests"}
    )
    return results.of_bulk(collection.bulk_write(requests, **options).bulk_api_result)


def _client_bulk_write(case, client, arguments):
    models = [_model(*next(iter(model.items()))) for model in arguments["models"]]
    options = {k: v for k, v in arguments.items() if k != "models"}
    if "writeConcern" in options:
        options["writeConcern"] = write_concern(options["writeConcern"])
    return results.of_client_bulk(
        client.bulk_write(models, **arguments_for(client.bulk_write, options))
    )


def _run_command(case, database, arguments):
    options = {"session": arguments.get("session")}
    if "readPreference" in arguments:
        options["read_preference"] = read_preference(arguments["readPreference"])
    if "writeConcern" in arguments or "readConcern" in arguments:
        raise Unsupported("runCommand with a concern of its own")
    return database.command(_named_first(arguments), **options)


def _named_first(arguments):
    command, name = dict(arguments["command"]), arguments.get("commandName")
    return {name: command.pop(name), **command} if name in command else command


def _create_command_cursor(case, database, arguments):
    for name in ("timeoutMode", "timeoutMS"):
        if name in arguments:
            raise Unsupported(f"a cursor with {name}")
    options = {
        "session": arguments.get("session"),
        "max_await_time_ms": arguments.get("maxTimeMS"),
        "comment": arguments.get("comment"),
    }
    cursor = database.cursor_command(_named_first(arguments), **options)
    return cursor.batch_size(arguments["batchSize"]) if "batchSize" in arguments else cursor


def _run_cursor_command(case, database, arguments):
    return list(_create_command_cursor(case, database, arguments))


def _create_collection(case, database, arguments):
    arguments = dict(arguments)
    return database.create_collection(arguments.pop("collection"), check_exists=False, **arguments)


def _drop_collection(case, database, arguments):
    database.drop_collection(arguments["collection"], session=arguments.get("session"))


def _drop_database(case, client, arguments):
    client.drop_database(arguments["database"], session=arguments.get("session"))


def _modify_collection(case, database, arguments):
    arguments = dict(arguments)
    session = arguments.pop("session", None)
    return database.command({"collMod": arguments.pop("collection"), **arguments}, session=session)


def _list_names(method):
    def run(case, target, arguments):
        return getattr(target, method)(**arguments_for(getattr(target, method), arguments))

    return run


def _list_documents(method):
    def run(case, target, arguments):
        arguments = {k: v for k, v in arguments.items() if k != "batchSize"}
        return list(getattr(target, method)(**arguments_for(getattr(target, method), arguments)))

    return run


def _create_index(case, collection, arguments):
    arguments = dict(arguments)
    return collection.create_index(key_list(arguments.pop("keys")), **arguments)


def _rename(case, collection, arguments):
    arguments = dict(arguments)
    collection.rename(arguments.pop("to"), **arguments)


def _with_transaction(case, session, arguments):
    options = transaction_options(arguments)
    return session.with_transaction(
        lambda _: case.run_operations(arguments["callback"], propagate=True),
        read_concern=options.read_concern,
        write_concern=options.write_concern,
        read_preference=options.read_preference,
        max_commit_time_ms=options.max_commit_time_ms,
    )


def _start_transaction(case, session, arguments):
    options = transaction_options(arguments)
    session.start_transaction(
        read_concern=options.read_concern,
        write_concern=options.write_concern,
        read_preference=options.read_preference,
        max_commit_time_ms=options.max_commit_time_ms,
    )


def _create_change_stream(case, target, arguments):
    return target.watch(**arguments_for(target.watch, arguments))


def _close(case, target, arguments):
    target.close()


OPERATIONS = {
    "insertOne": _collection_call("insert_one", results.of_insert_one),
    "insertMany": _collection_call("insert_many", results.of_insert_many),
    "updateOne": _collection_call("update_one", results.of_update),
    "updateMany": _collection_call("update_many", results.of_update),
    "replaceOne": _collection_call("replace_one", results.of_update),
    "deleteOne": _collection_call("delete_one", results.of_delete),
    "deleteMany": _collection_call("delete_many", results.of_delete),
    "countDocuments": _collection_call("count_documents"),
    "estimatedDocumentCount": _collection_call("estimated_document_count"),
    "distinct": _collection_call("distinct", fieldName="key"),
    "dropIndex": _collection_call("drop_index", name="index_or_name"),
    "dropIndexes": _collection_call("drop_indexes"),
    "find": _find,
    "findOne": _find_one,
    "createFindCursor": _create_find_cursor,
    "findOneAndUpdate": _find_one_and("find_one_and_update"),
    "findOneAndReplace": _find_one_and("find_one_and_replace"),
    "findOneAndDelete": _find_one_and("find_one_and_delete"),
    "aggregate": _aggregate,
    "count": _count,
    "bulkWrite": _bulk_write,
    "clientBulkWrite": _client_bulk_write,
    "runCommand": _run_command,
    "runCursorCommand": _run_cursor_command,
    "createCommandCursor": _create_command_cursor,
    "createChangeStream": _create_change_stream,
    "iterateUntilDocumentOrError": lambda case, cursor, arguments: next(cursor),
    "iterateOnce": lambda case, cursor, arguments: cursor.try_next(),
    "close": _close,
    "createCollection": _create_collection,
    "dropCollection": _drop_collection,
    "dropDatabase": _drop_database,
    "modifyCollection": _modify_collection,
    "rename": _rename,
    "createIndex": _create_index,
    "listCollections": _list_documents("list_collections"),
    "listCollectionNames": _list_names("list_collection_names"),
    "listDatabases": _list_documents("list_databases"),
    "listDatabaseNames": _list_names("list_database_names"),
    "listIndexes": _list_documents("list_indexes"),
    "listIndexNames": lambda case, collection, arguments: list(
        collection.index_information(session=arguments.get("session"))
    ),
    "startTransaction": _start_transaction,
    "commitTransaction": lambda case, session, arguments: session.commit_transaction(),
    "abortTransaction": lambda case, session, arguments: session.abort_transaction(),
    "withTransaction": _with_transaction,
    "endSession": lambda case, session, arguments: session.end_session(),
}


def perform(case, name, target, arguments):
    """Runs one operation on an entity; concerns given as arguments apply to a copy of the
    collection or database."""
    if OPERATIONS.get(name) is None:
        raise Unsupported(f"the operation {name}")
    arguments = dict(arguments)
    if "session" in arguments:
        arguments["session"] = case.entities.get(arguments["session"])
    own = {
        k: arguments.pop(k)
        for k in ("readConcern", "writeConcern", "readPreference")
        if k in arguments and isinstance(target, pymongo.collection.Collection)
    }
    if own:
        target = target.with_options(**concerns(own))
    return OPERATIONS[name](case, target, arguments)
