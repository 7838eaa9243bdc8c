"""RequestDesk: multi-tenant, ids of other documents as strings, dates as dates, 1,536 numbers."""

from bson.int64 import Int64

from vocabulary import Dice, TOPICS, moment

EMBEDDING_DIMENSIONS = 1536
TICKET_STATUSES = ("open", "in_progress", "review", "completed", "closed")
PRIORITIES = ("low", "medium", "high", "urgent")
TICKET_TAGS = ("seo", "blog", "landing-page", "übersetzung", "видео", "緊急", "billing", "bug")
SOURCES = ("shopify", "wordpress", "manual", "upload")


class References:
    """Computes references without making a Dice for each."""

    def __init__(self, seed, sizes, dice):
        self.dice, self.sizes, self.seed = dice, sizes, seed
        self.makers = {}

    def any(self, collection, count=None):
        maker = self.makers.get(collection)
        if maker is None:
            maker = self.makers[collection] = Dice(self.seed, f"requestdesk.{collection}")
        return str(maker.object_id(self.dice.below(count or self.sizes[collection])))

    def company(self):
        """A quarter of all documents belong to the first few companies, as tenants do."""
        few = min(4, self.sizes["companies"])
        return self.any("companies", few if self.dice.chance(0.25) else None)


def users(seed, sizes):
    dice = Dice(seed, "requestdesk.users")
    links = References(seed, sizes, dice)
    for index in range(sizes["users"]):
        document = {
            "_id": dice.object_id(index),
            "username": f"user.{index}",
            "email": f"user.{index}@requestdesk.example",
            "hashed_password": f"$2b$12${dice.hexadecimal(40)}",
            "role": dice.pick(
                ("superadmin", "company_admin", "content_manager", "content_writer", "client")
            ),
            "company_id": links.company(),
            "is_active": dice.chance(0.9),
            "is_superuser": dice.chance(0.02),
            "created_at": moment(index, 300),
            "updated_at": moment(index, 300, 1 + dice.below(1000)),
        }
        if dice.chance(0.7):
            document["first_name"] = dice.pick(("Anna", "Łukasz", "Søren", "Юлия", "美咲", "محمد"))
            document["last_name"] = dice.pick(("Müller", "O'Neil", "Çelik", "Ng", "Đặng"))
        if dice.chance(0.3):
            document["plugin_keys"] = {"typingmind": dice.hexadecimal(16)}
        if dice.chance(0.4):
            document["guest_companies"] = [links.any("companies") for _ in range(dice.below(4))]
        yield document


def companies(seed, sizes):
    dice = Dice(seed, "requestdesk.companies")
    links = References(seed, sizes, dice)
    for index in range(sizes["companies"]):
        yield {
            "_id": dice.object_id(index),
            "name": f"{dice.pick(('Acme', 'Ñandú', 'Ærø', '北京', 'Ώμέγα'))} {index}",
            "domain": f"company{index}.example",
            "settings": {
                "locale": dice.pick(("en", "fr", "ja")),
                "limits": {"tickets": dice.below(900)},
                "branding": {} if dice.chance(0.5) else {"color": f"#{dice.hexadecimal(6)}"},
            },
            "created_at": moment(index, 86400),
            "updated_at": moment(index, 86400, 17),
            "owner_id": links.any("users"),
        }


def agents(seed, sizes):
    dice = Dice(seed, "requestdesk.agents")
    links = References(seed, sizes, dice)
    for index in range(sizes["agents"]):
        shopify = dice.chance(0.4)
        document = {
            "_id": dice.object_id(index),
            "name": f"Agent {index}",
            "description": dice.text(1) if dice.chance(0.8) else None,
            "company_id": links.company(),
            "created_by": links.any("users"),
            "system_prompt": dice.text(4 + dice.below(6)),
            "model": dice.pick(("gpt-4o", "claude-3-5-sonnet", "gemini-pro")),
            "shopify_enabled": shopify,
            "wordpress_enabled": dice.chance(0.3),
            "knowledge_collection_ids": [
                links.any("knowledge_base_collections") for _ in range(dice.below(4))
            ],
            "temperature": dice.pick((0, 0.2, 0.7, 1, 1.5)),
            "max_tokens": dice.pick((1000, 2000, 4096, Int64(8192), 2000.0)),
            "created_at": moment(index, 4000),
            "updated_at": moment(index, 4000, 9),
        }
        if shopify:
            document["shopify_store_url"] = f"https://shop{index}.example"
            document["shopify_api_key"] = dice.hexadecimal(32)
        yield document


def tickets(seed, sizes):
    dice = Dice(seed, "requestdesk.tickets")
    links = References(seed, sizes, dice)
    for index in range(sizes["tickets"]):
        document = {
            "_id": dice.object_id(index),
            "title": f"{dice.pick(TOPICS)}: {dice.text(1)}",
            "description": dice.text(1 + dice.below(6)),
            "status": dice.pick(TICKET_STATUSES),
            "priority": dice.pick(PRIORITIES),
            "company_id": links.company(),
            "created_by": links.any("users"),
            "due_date": moment(index, 60, dice.below(10**9)) if dice.chance(0.7) else None,
            "tags": dice.some(TICKET_TAGS, 0, 4),
            "created_at": moment(index, 60),
            "updated_at": moment(index, 60, dice.below(60000)),
        }
        form = dice.below(3)
        if form:
            document["assigned_to"] = links.any("users", 200) if form == 2 else None
        if dice.chance(0.5):
            document["agent_id"] = links.any("agents")
        if dice.chance(0.05):
            document["is_deleted"] = True
        yield document


def campaigns(seed, sizes):
    dice = Dice(seed, "requestdesk.campaigns")
    links = References(seed, sizes, dice)
    for index in range(sizes["campaigns"]):
        yield {
            "_id": dice.object_id(index),
            "name": f"Campaign {index}",
            "description": dice.text(2),
            "company_id": links.company(),
            "created_by": links.any("users"),
            "status": dice.pick(("draft", "active", "paused", "completed")),
            "start_date": moment(index, 7200),
            "end_date": moment(index + 5 + dice.below(300), 7200) if dice.chance(0.8) else None,
            "agent_id": links.any("agents"),
            "settings": {
                "budget": dice.below(1 << 20) / 64,
                "channels": dice.some(("mail", "web", "sms"), 0, 3),
            },
            "created_at": moment(index, 7200, -5000),
            "updated_at": moment(index, 7200, 5000),
        }


def knowledge_base_collections(seed, sizes):
    dice = Dice(seed, "requestdesk.knowledge_base_collections")
    links = References(seed, sizes, dice)
    for index in range(sizes["knowledge_base_collections"]):
        document = {
            "_id": dice.object_id(index),
            "name": f"Knowledge {index}",
            "description": dice.text(1),
            "company_id": links.company(),
            "user_id": links.any("users"),
            "source_type": dice.pick(SOURCES),
            "settings": {},
            "created_at": moment(index, 5000),
            "updated_at": moment(index, 5000, 3),
        }
        if dice.chance(0.5):
            document["agent_id"] = links.any("agents")
        yield document


def knowledge_chunks(seed, sizes):
    dice = Dice(seed, "requestdesk.knowledge_chunks")
    links = References(seed, sizes, dice)
    for index in range(sizes["knowledge_chunks"]):
        source = dice.pick(SOURCES)
        yield {
            "_id": dice.object_id(index),
            "collection_id": links.any("knowledge_base_collections", 50),
            "company_id": links.company(),
            "content": dice.text(3 + dice.below(6)),
            "embedding": dice.embedding(EMBEDDING_DIMENSIONS),
            "metadata": chunk_metadata(dice, source, index),
            "source_type": source,
            "source_id": f"{source}-{dice.below(400)}",
            "created_at": moment(index, 20),
            "updated_at": moment(index, 20, dice.below(20000)),
        }


def chunk_metadata(dice, source, index):
    """Source-specific, so that one path holds different types in different documents."""
    if source == "shopify":
        return {
            "product": {
                "id": Int64((1 << 40) + index),
                "price": dice.below(10000) / 4,
                "variants": dice.below(5),
            }
        }
    if source == "wordpress":
        return {"post": {"slug": dice.word(), "categories": dice.some(TOPICS, 0, 3)}, "id": index}
    if source == "upload":
        return {"file": f"{dice.word()}.pdf", "page": dice.below(300), "id": f"{index}"}
    return {}


def sync_history(seed, sizes):
    dice = Dice(seed, "requestdesk.sync_history")
    links = References(seed, sizes, dice)
    for index in range(sizes["sync_history"]):
        status = dice.pick(("pending", "in_progress", "completed", "completed", "failed"))
        ended = status in ("completed", "failed")
        yield {
            "_id": dice.object_id(index),
            "agent_id": links.any("agents"),
            "company_id": links.company(),
            "sync_type": dice.pick(("products", "collections", "blog_articles", "wordpress")),
            "status": status,
            "items_synced": dice.below(5000) if ended else 0,
            "error_message": dice.text(1) if status == "failed" else None,
            "started_at": moment(index, 45),
            "completed_at": moment(index, 45, 1000 + dice.below(40000)) if ended else None,
        }


def llm_providers(seed, sizes):
    dice = Dice(seed, "requestdesk.llm_providers")
    links = References(seed, sizes, dice)
    for index in range(sizes["llm_providers"]):
        yield {
            "_id": dice.object_id(index),
            "company_id": links.any("companies"),
            "provider": dice.pick(("openai", "anthropic", "google")),
            "api_key": dice.hexadecimal(64),
            "models": dice.some(("gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet", "gemini-pro"), 1, 4),
            "is_active": dice.chance(0.8),
            "created_at": moment(index, 86400),
        }


COLLECTIONS = {
    "users": users,
    "companies": companies,
    "agents": agents,
    "tickets": tickets,
    "campaigns": campaigns,
    "knowledge_base_collections": knowledge_base_collections,
    "knowledge_chunks": knowledge_chunks,
    "sync_history": sync_history,
    "llm_providers": llm_providers,
}
SHARES = {
    "users": 20,
    "companies": 2,
    "agents": 10,
    "tickets": 120,
    "campaigns": 15,
    "knowledge_base_collections": 10,
    "knowledge_chunks": 40,
    "sync_history": 50,
    "llm_providers": 4,
}
