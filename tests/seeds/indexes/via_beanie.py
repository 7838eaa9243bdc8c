"""Creates a system's indexes and runs its queries as a back end on Beanie does.

Single-field indexes are declared on their fields (`Indexed`), compound ones in `Settings.indexes`;
`init_beanie` creates them, and with `allow_index_dropping` drops what no model declares.
"""

import asyncio
from typing import Annotated, Any

from beanie import Document, Indexed, init_beanie
from bson import ObjectId
from pydantic import BaseModel, ConfigDict, Field, create_model
from pymongo import AsyncMongoClient, IndexModel, monitoring

from asked import explain_command, page_of


class Unchecked(BaseModel):
    """Keeps the fields that a model does not declare."""

    model_config = ConfigDict(extra="allow")


class Drops(monitoring.CommandListener):
    """Notes every index that the library asks the server to drop."""

    def __init__(self):
        self.names = []

    def started(self, event):
        if event.command_name == "dropIndexes":
            self.names.append(str(event.command["index"]))

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


def run(definition, uri):
    """Returns {indexes, again, dropped, queries: [{explain, answer, natural}]}."""
    return asyncio.run(run_async(definition, uri))


async def run_async(definition, uri):
    drops = Drops()
    async with AsyncMongoClient(uri, event_listeners=[drops]) as client:
        database = client[definition["system"]]
        await start(database, definition)
        record = {"indexes": await listed(database, definition)}
        models = await start(database, definition)
        record["again"] = await listed(database, definition)
        record["dropped"] = drops.names
        record["queries"] = [
            await asked(database, models[query["collection"]], query)
            for query in definition["queries"]
        ]
    return record


async def start(database, definition):
    """What a back end does at every start; returns {collection: model}."""
    names = sorted({index["collection"] for index in definition["indexes"]})
    models = {name: model_of(name, definition["indexes"]) for name in names}
    await init_beanie(
        database=database, document_models=list(models.values()), allow_index_dropping=True
    )
    return models


def model_of(collection, indexes):
    """A model that keeps every field and declares the indexed ones."""
    fields, compound = {"id": (Any, Field(default_factory=ObjectId, alias="_id"))}, []
    for index in indexes:
        if index["collection"] != collection:
            continue
        keys, options = list(index["key"].items()), index.get("options", {})
        if len(keys) == 1:
            (name, direction), *_ = keys
            indexed = Annotated[Any, Indexed(index_type=direction, **options)]
            fields[name] = (indexed, None)
        else:
            compound.append(IndexModel(keys, **options))
    model = create_model(collection, __base__=(Document, Unchecked), **fields)
    model.Settings = type("Settings", (), {"name": collection, "indexes": compound})
    return model


async def listed(database, definition):
    names = sorted({index["collection"] for index in definition["indexes"]})
    return {
        name: [dict(index) async for index in await database[name].list_indexes()]
        for name in names
    }


async def asked(database, model, query):
    explained = await database.command(
        "explain", explain_command(query), verbosity="executionStats"
    )
    answer, natural = await answers(model, query)
    return {"explain": explained, "answer": answer, "natural": natural}


async def answers(model, query):
    """The query's answer, and what a collection scan finds without its skip and limit."""
    if "aggregate" in query:
        pipeline = query["aggregate"]
        return (
            await model.aggregate(pipeline).to_list(),
            await model.aggregate(pipeline, hint={"$natural": 1}).to_list(),
        )
    if "updateOne" in query:
        result = await model.find_one(query["updateOne"]).update(query["with"])
        return [{"matched": result.matched_count, "modified": result.modified_count}], None
    page = page_of(query)
    sort = list(page["sort"].items()) or None
    natural = model.find(page["filter"], sort=sort, hint={"$natural": 1})
    if "findOne" in query and not sort:
        found = [await model.find_one(page["filter"])]
    else:
        found = await model.find(
            page["filter"], sort=sort, skip=page["skip"] or None, limit=page["limit"] or None
        ).to_list()
    return [stored(one) for one in found], [stored(one) for one in await natural.to_list()]


def stored(document):
    """A model as a plain document; `None` where nothing was found."""
    return document and document.model_dump(by_alias=True, exclude_unset=True)
