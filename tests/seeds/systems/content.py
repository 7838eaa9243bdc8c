"""Content-generation microservices: seven collections, string ids, nested paths, tag arrays.

The document writes dates as ISO strings but polls with `new Date()`: `next_retry_at` therefore
comes as a date, as an ISO string from an older writer (which a date comparison must not match),
as null and missing.
"""

from bson.int64 import Int64

from vocabulary import Dice, TOPICS, iso, moment

STATUSES = ("pending", "processing", "completed", "failed")
COMPONENTS = ("template", "ai_generator", "transformer", "validator", "publisher")
KEYWORDS = (
    "microservices",
    "architecture",
    "documentation",
    "Überblick",
    "données",
    "облако",
    "数据库",
    "データ",
    "بيانات",
    "डेटा",
    "testing",
    "latency",
    "queues",
    "schema",
)
TAGS = (
    "technical",
    "article",
    "documentation",
    "marketing",
    "legal",
    "lyrics",
    "日本語",
    "español",
)


def contexts(seed, sizes):
    dice = Dice(seed, "content.contexts")
    for index in range(sizes["contexts"]):
        created = moment(index, 30, dice.below(30000))
        status = STATUSES[(0, 0, 1, 2, 2, 2, 2, 3)[dice.below(8)]]
        document = {
            "_id": f"ctx_{index:06d}",
            "type": dice.pick(("article", "social", "email", "video_script")),
            "status": status,
            "created_at": iso(created),
            "updated_at": iso(moment(index, 30, 30000 + dice.below(9000))),
            "pipeline": dice.some(COMPONENTS, 1, 4),
            "data": context_data(dice, status),
            "error": {"code": dice.below(5), "text": dice.text(1)} if status == "failed" else None,
            "retry_count": dice.below(4),
            "batch_id": f"batch_{dice.below(sizes['batches']):04d}",
            "user_id": f"user_{dice.below(sizes['users'])}",
            "organization_id": organization_id(dice.below(sizes["organizations"])),
            "metadata": {
                "source": dice.pick(("api", "scheduled", "ui")),
                "client_version": f"1.{dice.below(9)}.{dice.below(20)}",
            },
        }
        if dice.chance(0.9):
            document["metadata"]["priority"] = dice.pick((1, 2, 3, 4, 5, 5.0, Int64(5), 2.5))
        add_progress(dice, document, index)
        yield document


def context_data(dice, status):
    data = {
        "title": f"{dice.pick(TOPICS)} {dice.text(1)}",
        "keywords": dice.some(KEYWORDS, 1, 6),
        "target_audience": dice.pick(("developers", "managers", "الجميع")),
        "tone": dice.pick(("technical", "friendly", "formal")),
        "template": {
            "id": f"tmpl_{dice.below(40)}",
            "sections": [{"id": f"s{k}", "words": 100 * (k + 1)} for k in range(dice.below(4))],
        },
    }
    if status == "completed":
        data["generated_content"] = {
            "introduction": dice.text(2),
            "body": [dice.text(2) for _ in range(dice.below(4))],
            "conclusion": dice.text(1),
        }
        data["formatted_content"] = {"format": "markdown", "content": "# " + dice.text(3)}
    return data


def add_progress(dice, document, index):
    """Processing times for what has run, and the retry moment in each of its four forms."""
    if document["status"] in ("completed", "failed"):
        processing = {
            "started_at": iso(moment(index, 30, 1)),
            "duration_ms": dice.below(400000),
            "completed_components": list(document["pipeline"]),
        }
        if dice.chance(0.7):
            processing["component_timings"] = {
                name: dice.below(11000) for name in document["pipeline"]
            }
        document["processing"] = processing
    retry = moment(dice.below(100000), 20)
    form = dice.below(5)
    if form < 4:
        document["next_retry_at"] = (None, retry, retry, iso(retry))[form]


def organization_id(number):
    return f"org_{number:03d}"


def templates(seed, sizes):
    dice = Dice(seed, "content.templates")
    for index in range(sizes["templates"]):
        yield {
            "_id": f"tmpl_{index}",
            "name": f"Template {dice.text(1)}",
            "description": dice.text(1),
            "version": f"{dice.below(3)}.{dice.below(10)}.0",
            "created_at": iso(moment(index, 3600)),
            "updated_at": iso(moment(index, 3600, 1 + dice.below(9999))),
            "created_by": f"user_{dice.below(sizes['users'])}",
            "structure": {
                "sections": [
                    {"id": "introduction", "type": "text", "word_range": [150, 300]},
                    {
                        "id": "main_content",
                        "type": "sections",
                        "min_sections": 2,
                        "max_sections": 3 + dice.below(4),
                        "section_template": {
                            "type": "text",
                            "word_range": [300, 500 + 100 * dice.below(4)],
                        },
                    },
                    {
                        "id": "conclusion",
                        "type": "text",
                        "word_range": [100 + dice.below(3) * 50, 300],
                    },
                ]
            },
            "metadata": {
                "tags": dice.some(TAGS, 0, 4),
                "target_audience": "developers",
                "category": dice.pick(("educational", "news")),
            },
            "is_active": dice.chance(0.8),
            "organization_id": organization_id(dice.below(sizes["organizations"])),
        }


def components(seed, sizes):
    dice = Dice(seed, "content.components")
    for index in range(sizes["components"]):
        yield {
            "_id": f"comp_{index}",
            "name": f"Component {index} {dice.pick(TOPICS)}",
            "type": dice.pick(COMPONENTS),
            "description": dice.text(1),
            "created_at": iso(moment(index, 1800)),
            "config": {
                "model": dice.pick(("gpt-4", "gpt-3.5-turbo", "claude")),
                "temperature": dice.pick((0, 0.5, 0.7, 1, 1.0, Int64(1))),
                "max_tokens": 500 * (1 + dice.below(8)),
                "top_p": 1.0,
                "frequency_penalty": dice.uniform(0, 1),
                "stop_sequences": ["\n\n\n"],
            },
            "metadata": {
                "version": f"1.0.{dice.below(9)}",
                "cost_per_1k_tokens": dice.below(64) / 1024,
            },
            "is_active": dice.chance(0.9),
            "organization_id": organization_id(dice.below(sizes["organizations"])),
        }


def pipelines(seed, sizes):
    dice = Dice(seed, "content.pipelines")
    for index in range(sizes["pipelines"]):
        steps = [
            {
                "component_id": f"comp_{dice.below(sizes['components'])}",
                "name": dice.pick(COMPONENTS),
                "order": order,
                "config_overrides": {"temperature": dice.uniform(0, 1, 2)},
            }
            for order in range(1, 2 + dice.below(4))
        ]
        yield {
            "_id": f"pipe_{index}",
            "name": f"Pipeline {index}",
            "components": steps,
            "default_context_type": dice.pick(("article", "social", "email")),
            "metadata": {
                "estimated_processing_time_ms": dice.below(20000),
                "success_rate": dice.uniform(0.5, 1),
                "average_tokens": dice.below(3000),
            },
            "is_active": dice.chance(0.9),
            "organization_id": organization_id(dice.below(sizes["organizations"])),
        }


def batches(seed, sizes):
    dice = Dice(seed, "content.batches")
    for index in range(sizes["batches"]):
        count = dice.below(12)
        failed = dice.below(count + 1) if dice.chance(0.2) else 0
        yield {
            "_id": f"batch_{index:04d}",
            "name": f"Daily Batch {index}",
            "created_at": iso(moment(index, 900)),
            "updated_at": iso(moment(index, 900, 400)),
            "created_by": f"user_{dice.below(sizes['users'])}",
            "status": dice.pick(STATUSES),
            "context_ids": [f"ctx_{dice.below(sizes['contexts']):06d}" for _ in range(count)],
            "context_count": count,
            "completed_count": count - failed,
            "failed_count": failed,
            "total_duration_ms": Int64(dice.below(1 << 40)),
            "pipeline_id": f"pipe_{dice.below(sizes['pipelines'])}",
            "metadata": {"priority": 1 + dice.below(5), "source": "scheduled"},
            "organization_id": organization_id(dice.below(sizes["organizations"])),
        }


def users(seed, sizes):
    dice = Dice(seed, "content.users")
    for index in range(sizes["users"]):
        keys = [
            {
                "key_id": f"key_{dice.hexadecimal(8)}",
                "name": dice.pick(("Production", "Staging")),
                "last_used_at": iso(moment(dice.below(9000))),
                "permissions": dice.some(("read", "write", "admin"), 1, 3),
            }
            for _ in range(dice.below(4))
        ]
        yield {
            "_id": f"user_{index}",
            "email": f"user{index}@example.com",
            "name": dice.pick(("John Doe", "Zoë Šimić", "Иван Петров", "山田太郎", "مريم", "राम")),
            "created_at": iso(moment(index, 600)),
            "last_login_at": iso(moment(index, 600, 77)) if dice.chance(0.8) else None,
            "role": dice.pick(("admin", "editor", "viewer")),
            "status": dice.pick(("active", "active", "suspended")),
            "preferences": {
                "language": dice.pick(("en", "de", "ja")),
                "timezone": "UTC",
                "notifications": {"email": dice.chance(0.5), "slack": dice.chance(0.5)},
            },
            "api_keys": keys,
            "organization_id": organization_id(dice.below(sizes["organizations"])),
        }


def organizations(seed, sizes):
    dice = Dice(seed, "content.organizations")
    for index in range(sizes["organizations"]):
        yield {
            "_id": organization_id(index),
            "name": f"{dice.pick(('Acme', 'Øresund', 'Škoda', '株式会社', 'ООО'))} {index}",
            "created_at": iso(moment(index, 86400)),
            "plan": dice.pick(("free", "team", "enterprise")),
            "settings": {
                "max_contexts_per_day": 1000,
                "max_batch_size": 10 * (1 + dice.below(9)),
                "allowed_models": dice.some(("gpt-3.5-turbo", "gpt-4", "claude"), 1, 3),
            },
            "contacts": [
                {
                    "name": "Jane Smith",
                    "email": f"jane{index}.{k}@acme.com",
                    "role": dice.pick(("Admin", "Billing")),
                }
                for k in range(dice.below(3))
            ],
            "billing": {
                "plan_renewal_date": iso(moment(index, 86400 * 3)),
                "payment_method": "credit_card",
            },
        }


COLLECTIONS = {
    "contexts": contexts,
    "templates": templates,
    "components": components,
    "pipelines": pipelines,
    "batches": batches,
    "users": users,
    "organizations": organizations,
}
SHARES = {
    "contexts": 250,
    "templates": 12,
    "components": 12,
    "pipelines": 8,
    "batches": 20,
    "users": 15,
    "organizations": 2,
}
