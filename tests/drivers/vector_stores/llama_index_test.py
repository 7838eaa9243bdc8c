"""LlamaIndex's MongoDBAtlasVectorSearch, unmodified."""

import os

import store_checks
from store_checks import DIMENSIONS, TEXTS, cosine_score, embed

from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import (
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
)
from llama_index.vector_stores.mongodb import MongoDBAtlasVectorSearch


def make_store(client, db):
    store = MongoDBAtlasVectorSearch(
        mongodb_client=client,
        db_name=db.name,
        collection_name="nodes",
        vector_index_name="nearest",
    )
    store.create_vector_search_index(
        path="embedding",
        dimensions=DIMENSIONS,
        similarity="cosine",
        filters=["metadata.number"],
        wait_until_complete=60,
    )
    return store


def node(number):
    one = TextNode(
        id_=f"node-{number}",
        text=TEXTS[number],
        embedding=embed(TEXTS[number]),
        metadata={"number": number},
    )
    source = f"document-{number // 2}"
    one.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=source)
    return one


def by_hand(query, numbers):
    return sorted(numbers, key=lambda number: -cosine_score(embed(query), embed(TEXTS[number])))


def searches(t, client, db):
    store = make_store(client, db)
    added = store.add([node(number) for number in range(len(TEXTS))])
    t.equal(added, [f"node-{number}" for number in range(len(TEXTS))], "add gives ids")
    query = "an invoice that the company paid late"
    found = store.query(VectorStoreQuery(query_embedding=embed(query), similarity_top_k=3))
    wanted = by_hand(query, range(len(TEXTS)))
    t.equal(found.ids, [f"node-{number}" for number in wanted[:3]], "the nearest")
    t.equal([one.text for one in found.nodes], [TEXTS[number] for number in wanted[:3]], "texts")
    for similarity, number in zip(found.similarities, wanted):
        t.near(similarity, cosine_score(embed(query), embed(TEXTS[number])), "the similarity")
    filters = MetadataFilters(
        filters=[MetadataFilter(key="number", value=2, operator=FilterOperator.GTE)]
    )
    found = store.query(
        VectorStoreQuery(query_embedding=embed(query), similarity_top_k=2, filters=filters)
    )
    t.equal(found.ids, [f"node-{number}" for number in by_hand(query, [2, 3, 4])[:2]], "a filter")
    t.equal(found.nodes[0].metadata["number"] >= 2, True, "metadata comes back")
    store.delete("document-1")
    found = store.query(VectorStoreQuery(query_embedding=embed(TEXTS[2]), similarity_top_k=5))
    t.equal(sorted(found.ids), ["node-0", "node-1", "node-4"], "what is deleted is not found")


os.environ.setdefault("MONGODB_URI", os.environ["CAIRN_URI"])
store_checks.run("llama_index", [searches])
