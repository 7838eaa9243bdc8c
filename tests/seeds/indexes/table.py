"""docs/SEED_INDEXES.md: what each system asks and which index answers it, as a run found it."""

from asked import is_write, shape, words_of
from judge import name_of

HEAD = """# The five systems' indexes and queries

Written by `tests/seeds/indexes/run.py --write`; its ctest entries fail when a run says otherwise. {documents:,} generated
documents in the shapes of the five systems' schema documents; every index is created by the library that the
system's own back end uses, twice, and every query that needs no vectors is run and explained. A query's answer is
compared with a collection scan's. "Keys" and "documents" are what `explain` says was looked at.
"""


def split(text):
    """{system: its section} of a written table."""
    sections = text.split("\n## ")[1:]
    return {part.split("\n", 1)[0]: part.strip() for part in sections}


def whole(documents, sections):
    parts = [HEAD.format(documents=documents).strip()]
    parts += [f"## {section}" for section in sections]
    return "\n\n".join(parts) + "\n"


def section(definition, outcomes):
    """One system's part, without its `## `; `outcomes`: (plan, answer) of each query."""
    queries = zip(definition["queries"], outcomes)
    return "\n\n".join(
        [
            definition["system"],
            f"{definition['why']} Library: {definition['library']}.",
            rows(
                "| collection | index | options | for |",
                (
                    (i["collection"], code(name_of(i)), options_of(i), i["for"])
                    for i in definition["indexes"]
                ),
            ),
            rows(
                "| query | asked | index | sorted | keys | documents | found |",
                (row_of(query, *outcome) for query, outcome in queries),
            ),
        ]
    )


def rows(head, lines):
    ruler = "| " + " | ".join("---" for _ in head.split("|")[1:-1]) + " |"
    return "\n".join([head, ruler, *("| " + " | ".join(line) + " |" for line in lines)])


def row_of(query, plan, answer):
    index = code(", ".join(plan.indexes)) if plan.indexes else "none: reads the collection"
    asked = code(f"{query['collection']}: {words_of(query)}")
    found = answer[0]["matched"] if is_write(query) else len(answer)
    numbers = (f"{plan.keys:,}", f"{plan.documents:,}", f"{found:,}")
    return (query["why"], asked, index, query.get("sorted", ""), *numbers)


def options_of(index):
    options = {k: v for k, v in index.get("options", {}).items() if k != "name"}
    return ", ".join(k if v is True else f"{k} {code(shape(v))}" for k, v in options.items())


def code(text):
    return f"`{text}`"
