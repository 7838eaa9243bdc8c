"""LangChain's MongoDBAtlasVectorSearch, unmodified."""

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_mongodb import MongoDBAtlasVectorSearch

import store_checks
from store_checks import DIMENSIONS, TEXTS, cosine_score, embed


class HashedWords(Embeddings):
    def embed_documents(self, texts):
        return [embed(text) for text in texts]

    def embed_query(self, text):
        return embed(text)


def make_store(db, **options):
    store = MongoDBAtlasVectorSearch(
        collection=db.texts,
        embedding=HashedWords(),
        index_name="nearest",
        relevance_score_fn="cosine",
        auto_create_index=False,
        **options,
    )
    store.create_vector_search_index(
        dimensions=DIMENSIONS, filters=["number"], wait_until_complete=60
    )
    return store


def by_hand(query, numbers=None):
    """(text, score) of all texts, the nearest first."""
    scored = [
        (text, cosine_score(embed(query), embed(text)))
        for number, text in enumerate(TEXTS)
        if numbers is None or number in numbers
    ]
    return sorted(scored, key=lambda one: -one[1])


def searches(t, client, db):
    store = make_store(db)
    ids = store.add_texts(TEXTS, metadatas=[{"number": number} for number in range(len(TEXTS))])
    t.equal(len(ids), len(TEXTS), "add_texts gives ids")
    query = "an invoice that the company paid late"
    wanted = by_hand(query)
    found = store.similarity_search_with_score(query, k=3)
    t.equal([one.page_content for one, _ in found], [text for text, _ in wanted[:3]], "the nearest")
    for (one, score), (_, expected) in zip(found, wanted):
        t.near(score, expected, f"the score of {one.page_content!r}")
    filtered = store.similarity_search(query, k=2, pre_filter={"number": {"$gte": 2}})
    t.equal(
        [one.page_content for one in filtered],
        [text for text, _ in by_hand(query, {2, 3, 4})[:2]],
        "with a filter",
    )
    t.equal(filtered[0].metadata["number"] >= 2, True, "metadata comes back")
    retriever = store.as_retriever(search_kwargs={"k": 1})
    t.equal(retriever.invoke(TEXTS[2])[0].page_content, TEXTS[2], "a retriever")
    diverse = store.max_marginal_relevance_search(query, k=2, fetch_k=5, lambda_mult=0.3)
    t.equal(len({one.page_content for one in diverse}), 2, "two that differ")


def writes(t, client, db):
    store = make_store(db)
    documents = [
        Document(page_content=text, metadata={"number": number}, id=f"{number:024x}")
        for number, text in enumerate(TEXTS)
    ]
    ids = store.add_documents(documents)
    t.equal(store.similarity_search(TEXTS[4], k=1)[0].page_content, TEXTS[4], "what was added")
    store.add_documents([Document(page_content="an owl at night", id=documents[4].id)])
    t.equal(db.texts.count_documents({}), len(TEXTS), "adding again takes the place")
    t.equal(
        store.similarity_search("an owl at night", k=1)[0].page_content, "an owl at night", "found"
    )
    t.equal(store.delete(ids[:1]), True, "delete")
    left = {one.page_content for one in store.similarity_search(TEXTS[0], k=len(TEXTS))}
    t.equal(TEXTS[0] in left, False, "what is deleted is not found")
    t.equal(len(left), len(TEXTS) - 1, "the others are")


store_checks.run("langchain", [searches, writes])
