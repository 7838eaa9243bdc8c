"""What a query of a definition asks, in the forms that the libraries and the judge need."""

WRITES = ("updateOne", "updateMany")


def is_write(query):
    return any(verb in query for verb in WRITES)


def page_of(query):
    """{filter, projection, sort, skip, limit} of a find or findOne."""
    one = "findOne" in query
    return {
        "filter": query["findOne" if one else "find"],
        "projection": query.get("projection"),
        "sort": query.get("sort", {}),
        "skip": query.get("skip", 0),
        "limit": 1 if one else query.get("limit", 0),
    }


def filter_of(query):
    """The filter that an index may answer."""
    if "aggregate" in query:
        return query["aggregate"][0]["$match"]
    for verb in ("find", "findOne", "count", *WRITES):
        if verb in query:
            return query[verb]
    raise ValueError(f"a query without a verb: {query}")


def explain_command(query):
    """The command that `explain` takes."""
    name = query["collection"]
    if "aggregate" in query:
        return {"aggregate": name, "pipeline": query["aggregate"], "cursor": {}}
    if "count" in query:  # as drivers count documents
        counting = [{"$match": query["count"]}, {"$group": {"_id": 1, "n": {"$sum": 1}}}]
        return {"aggregate": name, "pipeline": counting, "cursor": {}}
    for verb in WRITES:
        if verb in query:
            update = {"q": query[verb], "u": query["with"], "multi": verb == "updateMany"}
            return {"update": name, "updates": [update]}
    page = page_of(query)
    return {"find": name} | {part: value for part, value in page.items() if value}


def words_of(query):
    """How a person would write it, with values left out."""
    if "aggregate" in query:
        stages = ", ".join(f"{name}" for stage in query["aggregate"] for name in stage)
        return f"aggregate {shape(query['aggregate'][0]['$match'])}: {stages}"
    verb = next(v for v in ("find", "findOne", "count", *WRITES) if v in query)
    text = f"{verb} {shape(query[verb])}"
    if "sort" in query:
        text += f" sort {shape(query['sort'], True)}"
    for part in ("skip", "limit"):
        if part in query:
            text += f" {part} {query[part]}"
    return text


def shape(value, with_values=False):
    """A filter with its operators and without its values."""
    if isinstance(value, dict):
        inner = (f"{name}: {shape(part, with_values)}" for name, part in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        return "[" + ", ".join(shape(part, with_values) for part in value) + "]"
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    return str(value) if with_values else "…"
