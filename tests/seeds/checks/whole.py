"""What closes every system: its database holds exactly the expected collections and documents."""

from expect import Check, Mismatch


def every_collection(database, world, expect):
    """Natural order is insertion order (one process loaded each collection, updates do not move)."""
    names = sorted(set(world.sizes[world.system]) | set(world))
    expect.same(sorted(database.list_collection_names()), names, "collection names")
    for name in names:
        expected = list(world[name])
        got = list(database[name].find())
        if [document["_id"] for document in got] != [document["_id"] for document in expected]:
            raise Mismatch(
                f"{name}: {len(got)} documents for {len(expected)}, or not in insertion order"
            )
        for document, wanted in zip(got, expected):
            expect.same(document, wanted, f"{name} {document['_id']!r}")


def sizes_in_statistics(database, world, expect):
    for name in world.sizes[world.system]:
        expect.same(database[name].estimated_document_count(), len(world[name]), f"count of {name}")
        statistics = database.command("collStats", name)
        expect.same(int(statistics["count"]), len(world[name]), f"collStats.count of {name}")
        expect.true(statistics["size"] > 0, f"collStats.size of {name}")
    totals = database.command("dbStats")
    expect.same(int(totals["objects"]), sum(len(world[name]) for name in world), "dbStats.objects")


def checks_of(system):
    return [
        Check(
            system,
            "every document of every collection is as expected, in insertion order",
            every_collection,
        ),
        Check(
            system, "collStats, dbStats and count agree with what is stored", sizes_in_statistics
        ),
    ]
