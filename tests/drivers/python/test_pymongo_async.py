"""PyMongo's asynchronous client against the server at CAIRN_URI."""

import asyncio
import os
import sys

import pymongo
from pymongo import InsertOne, UpdateOne

import async_checks
from support import run_async_sections


async def client_bulk_writes(t, client, db):
    result = await client.bulk_write(
        [
            InsertOne({"_id": 1}, namespace=f"{db.name}.a"),
            InsertOne({"_id": 1}, namespace=f"{db.name}.b"),
            UpdateOne({"_id": 1}, {"$set": {"x": 1}}, namespace=f"{db.name}.b"),
        ]
    )
    t.equal(
        (result.inserted_count, result.modified_count), (2, 1), "bulkWrite over two collections"
    )


async def main():
    client = pymongo.AsyncMongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000)
    code = await run_async_sections(
        "pymongo_async", client, [*async_checks.SECTIONS, client_bulk_writes]
    )
    await client.close()
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
