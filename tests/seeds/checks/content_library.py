"""Content services, reads of what is configured: templates, components, pipelines, people."""

from expect import Checks, dig, grouped, is_number, summed

check = Checks("content")


@check("templates: tags, active ones of an organization, word ranges inside sections")
def template_queries(db, world, expect):
    docs = world["templates"]
    expect.same_documents(
        db.templates.find({"metadata.tags": {"$all": ["technical", "article"]}, "is_active": True}),
        docs.where(
            lambda d: {"technical", "article"} <= set(d["metadata"]["tags"]) and d["is_active"]
        ),
    )
    expect.same_documents(
        db.templates.find({"metadata.tags": []}), docs.where(lambda d: d["metadata"]["tags"] == [])
    )
    expect.same_documents(
        db.templates.find({"structure.sections.word_range": [100, 300]}),
        docs.where(lambda d: d["structure"]["sections"][2]["word_range"] == [100, 300]),
    )
    expect.same_documents(
        db.templates.find({"structure.sections.section_template.word_range": {"$gt": 700}}),
        docs.where(
            lambda d: d["structure"]["sections"][1]["section_template"]["word_range"][1] > 700
        ),
    )
    expect.same_documents(
        db.templates.find(
            {"structure.sections": {"$elemMatch": {"max_sections": {"$mod": [2, 1]}}}},
            {"structure.sections.id": 1},
        ),
        [
            {
                "_id": d["_id"],
                "structure": {"sections": [{"id": s["id"]} for s in d["structure"]["sections"]]},
            }
            for d in docs
            if d["structure"]["sections"][1]["max_sections"] % 2
        ],
    )


@check("components and pipelines by nested numbers and by elements")
def component_queries(db, world, expect):
    expect.same_documents(
        db.components.find({"config.temperature": 1}),
        world["components"].where(lambda d: d["config"]["temperature"] == 1),
    )
    expect.same_documents(
        db.components.find({"config.temperature": {"$type": "double"}, "type": "ai_generator"}),
        world["components"].where(
            lambda d: isinstance(d["config"]["temperature"], float) and d["type"] == "ai_generator"
        ),
    )
    query = {
        "components": {
            "$elemMatch": {"order": {"$gte": 2}, "config_overrides.temperature": {"$lt": 0.25}}
        }
    }
    expect.same_documents(
        db.pipelines.find(query),
        world["pipelines"].where(
            lambda d: any(
                c["order"] >= 2 and c["config_overrides"]["temperature"] < 0.25
                for c in d["components"]
            )
        ),
    )
    got = db.pipelines.aggregate(
        [
            {
                "$group": {
                    "_id": "$default_context_type",
                    "rate": {"$max": "$metadata.success_rate"},
                    "tokens": {"$sum": "$metadata.average_tokens"},
                }
            }
        ]
    )
    expect.same_groups(
        got,
        {
            key: {
                "rate": max(d["metadata"]["success_rate"] for d in docs),
                "tokens": summed(d["metadata"]["average_tokens"] for d in docs),
            }
            for key, docs in grouped(
                world["pipelines"], lambda d: d["default_context_type"]
            ).items()
        },
    )


@check("users by keys inside arrays; organizations by contacts and allowed models")
def people(db, world, expect):
    docs = world["users"]
    expect.same_documents(
        db.users.find(
            {
                "api_keys": {
                    "$elemMatch": {
                        "name": "Production",
                        "permissions": {"$all": ["admin", "write"]},
                    }
                }
            }
        ),
        docs.where(
            lambda d: any(
                k["name"] == "Production" and {"admin", "write"} <= set(k["permissions"])
                for k in d["api_keys"]
            )
        ),
    )
    expect.same_documents(
        db.users.find({"api_keys.permissions": "admin", "preferences.notifications.slack": False}),
        docs.where(
            lambda d: (
                any("admin" in k["permissions"] for k in d["api_keys"])
                and not d["preferences"]["notifications"]["slack"]
            )
        ),
    )
    expect.same_documents(
        db.users.find({"name": "山田太郎", "role": {"$not": {"$eq": "viewer"}}}),
        docs.where(lambda d: d["name"] == "山田太郎" and d["role"] != "viewer"),
    )
    expect.same_documents(
        db.organizations.find({"contacts.role": "Billing", "settings.allowed_models": "claude"}),
        world["organizations"].where(
            lambda d: (
                any(c["role"] == "Billing" for c in d["contacts"])
                and "claude" in d["settings"]["allowed_models"]
            )
        ),
        least=0,
    )
    expect.same_set(
        db.users.distinct("api_keys.permissions"),
        [p for d in docs for k in d["api_keys"] for p in k["permissions"]],
    )
    expect.same_set(
        [v for v in db.contexts.distinct("metadata.priority")],
        [v for d in world["contexts"] if is_number(v := dig(d, "metadata.priority"))],
    )
