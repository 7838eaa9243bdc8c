"""PyMongo's results as the documents that the unified test format describes."""


def of_insert_one(result):
    return {"insertedId": result.inserted_id} if result.acknowledged else {"acknowledged": False}


def of_insert_many(result):
    return (
        {"insertedIds": {str(i): value for i, value in enumerate(result.inserted_ids)}}
        if result.acknowledged
        else {"acknowledged": False}
    )


def of_delete(result):
    return (
        {"deletedCount": result.deleted_count} if result.acknowledged else {"acknowledged": False}
    )


def of_update(result):
    if not result.acknowledged:
        return {"acknowledged": False}
    document = {
        "matchedCount": result.matched_count,
        "modifiedCount": result.modified_count,
        "upsertedCount": 0,
    }
    if result.did_upsert:
        document.update(upsertedCount=1, upsertedId=result.upserted_id)
    return document


def of_bulk(api_result):
    """Also of BulkWriteError.details. PyMongo does not tell the ids of a bulk's insertions."""
    if not api_result:
        return {"acknowledged": False}
    return {
        "insertedCount": api_result["nInserted"],
        "matchedCount": api_result["nMatched"],
        "modifiedCount": api_result["nModified"],
        "deletedCount": api_result["nRemoved"],
        "upsertedCount": api_result["nUpserted"],
        "upsertedIds": {str(u["index"]): u["_id"] for u in api_result["upserted"]},
    }


def of_client_bulk(result):
    if result is None or not result.acknowledged:
        return {"acknowledged": False}
    document = {
        "insertedCount": result.inserted_count,
        "matchedCount": result.matched_count,
        "modifiedCount": result.modified_count,
        "deletedCount": result.deleted_count,
        "upsertedCount": result.upserted_count,
    }
    if result.has_verbose_results:
        document["insertResults"] = {
            str(i): of_insert_one(r) for i, r in result.insert_results.items()
        }
        document["updateResults"] = {
            str(i): _of_client_update(r) for i, r in result.update_results.items()
        }
        document["deleteResults"] = {str(i): of_delete(r) for i, r in result.delete_results.items()}
    return document


def _of_client_update(result):
    document = {"matchedCount": result.matched_count, "modifiedCount": result.modified_count}
    if result.did_upsert:
        document["upsertedId"] = result.upserted_id
    return document
