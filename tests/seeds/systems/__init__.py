"""The five systems: each is one database, its collections, and their shares of all documents."""

from systems import content, creatorcore, orchestratex, requestdesk, samplemind

SYSTEMS = {
    "creatorcore": creatorcore,
    "content": content,
    "requestdesk": requestdesk,
    "samplemind": samplemind,
    "orchestratex": orchestratex,
}
LEAST_DOCUMENTS = 24


def sizes_for(total):
    """{system: {collection: count}}, in the stated shares and summing to the total exactly."""
    shares = {
        (name, collection): share
        for name, system in SYSTEMS.items()
        for collection, share in system.SHARES.items()
    }
    whole = sum(shares.values())
    sizes = {name: {} for name in SYSTEMS}
    for (name, collection), share in shares.items():
        sizes[name][collection] = max(LEAST_DOCUMENTS, total * share // whole)
    placed = sum(sum(collections.values()) for collections in sizes.values())
    sizes["content"]["contexts"] += total - placed
    if sizes["content"]["contexts"] < LEAST_DOCUMENTS:
        raise ValueError(f"too few documents for every collection to have some: {total}")
    return sizes


def documents(seed, sizes, name, collection):
    """The documents of one collection, in the order in which they are inserted."""
    return SYSTEMS[name].COLLECTIONS[collection](seed, sizes[name])
