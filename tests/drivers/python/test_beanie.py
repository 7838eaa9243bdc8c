"""Beanie, the document mapper over PyMongo's asynchronous client, against the server at CAIRN_URI.
No index but `_id` is asked for."""

import asyncio
import datetime
import os
import sys
from typing import Optional

import pymongo
from beanie import BulkWriter, Document, Link, PydanticObjectId, WriteRules, init_beanie
from beanie.operators import In, Inc, RegEx, Set
from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from support import caught_async, run_async_sections


class Address(BaseModel):
    street: str
    city: str


class Author(Document):
    name: str
    address: Optional[Address] = None

    class Settings:
        name = "authors"


class Book(Document):
    title: str
    pages: int = 0
    tags: list[str] = Field(default_factory=list)
    printed: Optional[datetime.datetime] = None
    author: Optional[Link[Author]] = None

    class Settings:
        name = "books"


class Event(Document):
    id: int
    kind: str

    class Settings:
        is_root = True
        name = "events"


class Click(Event):
    x: int


async def start(db):
    await init_beanie(database=db, document_models=[Author, Book, Event, Click])


async def documents(t, client, db):
    await start(db)
    author = await Author(name="Ursula", address=Address(street="A 1", city="Portland")).insert()
    t.true(isinstance(author.id, PydanticObjectId), "insert gives an id")
    back = await Author.get(author.id)
    t.equal(back, author, "get")
    back.address.city = "Berkeley"
    await back.save()
    t.equal(
        (await Author.find_one(Author.address.city == "Berkeley")).name,
        "Ursula",
        "save, and a query on a nested field",
    )
    back.name = "Ursula K."
    await back.replace()
    await author.sync()
    t.equal((author.name, author.address.city), ("Ursula K.", "Berkeley"), "replace, then sync")
    await author.set({Author.name: "U."})
    t.equal((await Author.get(author.id)).name, "U.", "set")
    await author.delete()
    t.equal(await Author.get(author.id), None, "delete")


async def queries(t, client, db):
    await start(db)
    when = datetime.datetime(2020, 1, 1)
    await Book.insert_many(
        [
            Book(title=f"Book {i}", pages=i * 10, tags=["odd" if i % 2 else "even"], printed=when)
            for i in range(200)
        ]
    )
    t.equal(await Book.count(), 200, "count")
    t.equal(
        [
            b.pages
            for b in await Book.find(Book.pages >= 1900, Book.tags == "odd")
            .sort(-Book.pages)
            .limit(3)
            .to_list()
        ],
        [1990, 1970, 1950],
        "find, sort, limit",
    )
    t.equal(len(await Book.find(In(Book.pages, [10, 20, 5])).to_list()), 2, "In")
    t.equal(await Book.find(RegEx(Book.title, "^Book 1[0-9]$")).count(), 10, "RegEx")
    t.equal((await Book.find_one(Book.pages == 30)).printed, when, "a date")
    t.equal(len([b async for b in Book.find_all(batch_size=7)]), 200, "a cursor over many batches")
    result = await Book.find(Book.tags == "even").update(
        Inc({Book.pages: 1}), Set({Book.printed: None})
    )
    t.equal((result.matched_count, result.modified_count), (100, 100), "update of many")
    t.equal(
        await Book.find(Book.printed == None).count(), 100, "what it updated"
    )  # noqa: E711 (Beanie's operator)
    t.equal(
        await Book.find(Book.tags == "odd").sum(Book.pages),
        sum(i * 10 for i in range(1, 200, 2)),
        "sum by $group",
    )
    t.equal(await Book.find(Book.pages < 5).avg(Book.pages), 1.0, "avg by $group")
    grouped = await Book.aggregate(
        [{"$group": {"_id": "$tags", "n": {"$sum": 1}}}, {"$sort": {"_id": 1}}]
    ).to_list()
    t.equal(grouped, [{"_id": ["even"], "n": 100}, {"_id": ["odd"], "n": 100}], "aggregate")
    t.equal(sorted(await Book.distinct(Book.tags)), ["even", "odd"], "distinct")
    t.equal((await Book.find(Book.tags == "odd").delete()).deleted_count, 100, "delete of many")
    upserted = await Book.find_one(Book.title == "new").upsert(
        Set({Book.pages: 1}), on_insert=Book(title="new", pages=7)
    )
    t.equal((upserted.title, await Book.find(Book.title == "new").count()), ("new", 1), "upsert")


async def links(t, client, db):
    await start(db)
    book = Book(title="Linked", author=Author(name="Linked author"))
    await book.insert(link_rule=WriteRules.WRITE)
    plain = await Book.get(book.id)
    t.true(isinstance(plain.author, Link), "a link is stored as a reference")
    await plain.fetch_link(Book.author)
    t.equal(plain.author.name, "Linked author", "fetch_link")


async def inheritance(t, client, db):
    await start(db)
    await Click(id=1, kind="click", x=5).insert()
    await Event(id=2, kind="other").insert()
    t.equal(
        [type(e).__name__ for e in await Event.find_all(with_children=True).sort("_id").to_list()],
        ["Click", "Event"],
        "children of a root",
    )
    t.equal((await Click.find_one()).x, 5, "find of a child")
    raised = await caught_async(DuplicateKeyError, Click(id=1, kind="again", x=1).insert())
    t.error(raised, 11000, "a duplicate id", "E11000")


async def bulk(t, client, db):
    await start(db)
    async with BulkWriter() as writer:
        for i in range(20):
            await Event.insert_one(Event(id=i, kind="bulk"), bulk_writer=writer)
        await Event.find_one(Event.id == 3).update(Set({Event.kind: "changed"}), bulk_writer=writer)
    t.equal(await Event.find(Event.kind == "bulk").count(), 19, "BulkWriter")

    async def change(worker):
        for _ in range(20):
            await Event.find_one({"_id": 0}).update({"$inc": {"n": 1}})

    await asyncio.gather(*(change(w) for w in range(16)))
    t.equal(
        (await Event.get_pymongo_collection().find_one({"_id": 0}))["n"], 320, "16 tasks at once"
    )


async def transactions(t, client, db):
    await start(db)
    async with client.start_session() as session:

        async def work(within):
            author = await Author(name="one").insert(session=within)
            await Event.insert_many([Event(id=i, kind="new") for i in range(3)], session=within)
            await Event.find(Event.id > 0, session=within).update(
                Set({Event.kind: "changed"}), session=within
            )
            author.name = "two"
            await author.save(session=within)
            found = await Event.find(Event.kind == "changed", session=within).to_list()
            t.equal([one.id for one in found], [1, 2], "its own writes")
            t.equal(await Event.find_all().count(), 0, "which nobody else sees")
            return author.id

        made = await session.with_transaction(work)
        t.equal((await Author.get(made)).name, "two", "committed")
        t.equal(await Event.find(Event.kind == "changed").count(), 2, "in both collections")

        class Undone(Exception):
            pass

        async def breaks(within):
            await Event.find_all(session=within).delete(session=within)
            raise Undone

        raised = await caught_async(Undone, session.with_transaction(breaks))
        t.true(raised is not None, "the callback's error")
        t.equal(await Event.find_all().count(), 3, "undoes all of it")


async def main():
    client = pymongo.AsyncMongoClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000)
    code = await run_async_sections(
        "beanie", client, [documents, queries, links, inheritance, bulk, transactions]
    )
    await client.close()
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
