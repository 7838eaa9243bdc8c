"""CreatorCore: one collection of generations, 384-number embeddings, dates as ISO strings."""

from bson.int64 import Int64

from vocabulary import Dice, TOPICS, iso, moment

EMBEDDING_DIMENSIONS = 384


def generations(seed, sizes):
    """Version 1 documents lack the embedding and the feedback score: the backfill is for them."""
    dice = Dice(seed, "creatorcore.generations")
    topic_count = max(10, sizes["generations"] // 40)
    for index in range(sizes["generations"]):
        tokens = 50 + dice.below(4000)
        stamp = moment(index, 60, dice.below(60000))
        document = {
            "_id": dice.object_id(index),
            "topic": topic(dice.below(topic_count)),
            "goal": dice.text(1),
            "output_text": dice.text(2 + dice.below(8)),
            "tokens_used": (tokens, float(tokens) + 0.5, Int64(tokens))[index % 3],
            "timestamp": iso(stamp),
            "iteration": str(1 + dice.below(30)),
        }
        if dice.chance(0.3):
            document["feedback"] = dice.text(1) if dice.chance(0.8) else None
        if index % 10 >= 3:
            document["feedback_score"] = dice.below(9) / 4 - 1.0
            document["embedding"] = dice.embedding(EMBEDDING_DIMENSIONS)
            document["embedding_updated"] = iso(moment(index + 1, 60, 5))
        yield document


def topic(number):
    return f"{TOPICS[number % len(TOPICS)]} {number:04d}"


def feedback_loops(seed, sizes):
    """Reserved by the document "for more complex feedback tracking": votes embedded in a loop."""
    dice = Dice(seed, "creatorcore.feedback_loops")
    for index in range(sizes["feedback_loops"]):
        yield {
            "_id": dice.object_id(index),
            "topic": topic(dice.below(max(10, sizes["generations"] // 40))),
            "votes": [
                {
                    "by": f"reader_{dice.below(500)}",
                    "score": dice.below(5) - 2,
                    "at": iso(moment(index * 7 + k, 30)),
                }
                for k in range(dice.below(6))
            ],
            "closed": dice.chance(0.4),
            "summary": dice.text(1) if dice.chance(0.5) else None,
        }


COLLECTIONS = {"generations": generations, "feedback_loops": feedback_loops}
SHARES = {"generations": 150, "feedback_loops": 10}
