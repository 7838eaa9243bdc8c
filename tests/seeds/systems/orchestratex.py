"""OrchestrateX: nine collections of model orchestration; costs are binary fractions, so sums are exact."""

from bson.int64 import Int64

from vocabulary import Dice, collection_uuid, moment

MODELS = ("gpt4", "claude", "gemini", "llama", "mistral", "qwen-通义")
DOMAINS = ("coding", "writing", "math", "law", "медицина", "翻訳")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
CRITERIA = ("accuracy", "clarity", "relevance", "completeness")


def thread_id(seed, number):
    return collection_uuid(seed, "orchestratex.conversation_threads", number)


class Threads:
    """Ids of random threads without making a Dice for each."""

    def __init__(self, seed, sizes, dice):
        self.source, self.count, self.dice = (
            Dice(seed, "orchestratex.conversation_threads"),
            sizes["conversation_threads"],
            dice,
        )

    def any(self):
        return self.source.uuid(self.dice.below(self.count))


def user_sessions(seed, sizes):
    dice = Dice(seed, "orchestratex.user_sessions")
    for index in range(sizes["user_sessions"]):
        status = dice.pick(("active", "completed", "completed", "expired"))
        document = {
            "_id": dice.object_id(index),
            "user_id": f"user{dice.below(300)}",
            "session_start": moment(index, 90, dice.below(90000)),
            "session_end": moment(index + 40, 90) if status != "active" else None,
            "max_iterations": 1 + dice.below(10),
            "status": status,
            "total_cost": dice.below(1 << 16) / 1024,
            "cost_limit": dice.pick((10, 10.0, Int64(10), 25.5)),
        }
        if dice.chance(0.7):
            document["settings"] = {"preferred_models": dice.some(MODELS, 0, 3)}
        if status == "completed" and dice.chance(0.8):
            document["user_satisfaction"] = 1 + dice.below(5)
        yield document


def conversation_threads(seed, sizes):
    dice = Dice(seed, "orchestratex.conversation_threads")
    sessions = Dice(seed, "orchestratex.user_sessions")
    for index in range(sizes["conversation_threads"]):
        done = dice.chance(0.7)
        document = {
            "_id": dice.object_id(index),
            "thread_id": dice.uuid(index),
            "session_id": sessions.object_id(dice.below(sizes["user_sessions"])),
            "original_prompt": dice.text(1 + dice.below(4)),
            "domain": dice.pick(DOMAINS),
            "thread_status": "completed" if done else dice.pick(("in_progress", "failed")),
            "iterations": dice.below(11),
            "total_cost": dice.below(1 << 14) / 1024,
            "created_at": moment(index, 60),
        }
        if done:
            document["best_model_id"] = dice.pick(MODELS)
            document["final_quality_score"] = dice.below(41) / 4
            document["final_response"] = dice.text(4)
        yield document


def ai_model_profiles(seed, sizes):
    dice = Dice(seed, "orchestratex.ai_model_profiles")
    for index in range(sizes["ai_model_profiles"]):
        yield {
            "_id": dice.object_id(index),
            "model_name": f"{MODELS[index % len(MODELS)]}-{index}",
            "provider": dice.pick(("openai", "anthropic", "google", "meta")),
            "specialties": [
                {"domain": domain, "strength": dice.below(101) / 100}
                for domain in dice.some(DOMAINS, 1, 4)
            ],
            "max_context_length": dice.pick((8192, 128000, Int64(1 << 40))),
            "cost_per_token": dice.below(100) / 65536,
            "performance_metrics": {
                "average_response_time": dice.below(4096) / 512,
                "success_rate": dice.uniform(0.5, 1),
            },
            "is_available": dice.chance(0.9),
        }


def model_responses(seed, sizes):
    dice = Dice(seed, "orchestratex.model_responses")
    threads = Threads(seed, sizes, dice)
    for index in range(sizes["model_responses"]):
        yield {
            "_id": dice.object_id(index),
            "thread_id": threads.any(),
            "model_name": dice.pick(MODELS),
            "iteration_number": 1 + dice.below(10),
            "response_content": dice.text(2 + dice.below(8)),
            "response_time": dice.below(1 << 13) / 512,
            "tokens_used": {"prompt": dice.below(2000), "completion": Int64(dice.below(4000))},
            "cost": dice.below(4096) / 65536,
            "selection_score": dice.below(401) / 4,
            "is_selected_best": dice.chance(0.3),
            "created_at": moment(index, 50, dice.below(50000)),
        }


def model_evaluations(seed, sizes):
    dice = Dice(seed, "orchestratex.model_evaluations")
    responses = Dice(seed, "orchestratex.model_responses")
    for index in range(sizes["model_evaluations"]):
        scores = {name: 1 + dice.below(10) for name in CRITERIA}
        yield {
            "_id": dice.object_id(index),
            "response_id": responses.object_id(dice.below(sizes["model_responses"])),
            "evaluator_model": dice.pick(MODELS),
            "criteria_scores": scores,
            "overall_score": sum(scores.values()) / 4,
            "criticism": dice.text(1) if dice.chance(0.6) else None,
            "improvement_suggestions": [
                {"area": dice.pick(CRITERIA), "severity": 1 + dice.below(5), "text": dice.text(1)}
                for _ in range(dice.below(4))
            ],
            "evaluated_at": moment(index, 70),
        }


def model_selection_history(seed, sizes):
    dice = Dice(seed, "orchestratex.model_selection_history")
    threads = Threads(seed, sizes, dice)
    for index in range(sizes["model_selection_history"]):
        candidates = dice.some(MODELS, 2, 5)
        yield {
            "_id": dice.object_id(index),
            "thread_id": threads.any(),
            "candidates": [{"model": name, "score": dice.below(101)} for name in candidates],
            "selected_model": dice.pick(candidates),
            "algorithm": dice.pick(("greedy", "ucb", "thompson")),
            "was_successful": dice.pick((True, True, False, None)),
            "selected_at": moment(index, 80),
        }


def criticism_responses(seed, sizes):
    dice = Dice(seed, "orchestratex.criticism_responses")
    threads = Threads(seed, sizes, dice)
    for index in range(sizes["criticism_responses"]):
        before = 1 + dice.below(9)
        yield {
            "_id": dice.object_id(index),
            "thread_id": threads.any(),
            "model_name": dice.pick(MODELS),
            "round": 1 + dice.below(10),
            "improved_response": dice.text(3),
            "score_before": before,
            "score_after": before + dice.below(3),
            "addressed": dice.some(CRITERIA, 0, 4),
            "created_at": moment(index, 75),
        }


def orchestration_logs(seed, sizes):
    dice = Dice(seed, "orchestratex.orchestration_logs")
    threads = Threads(seed, sizes, dice)
    for index in range(sizes["orchestration_logs"]):
        level = dice.pick(LEVELS)
        document = {
            "_id": dice.object_id(index),
            "level": level,
            "component": dice.pick(("selector", "evaluator", "router")),
            "message": f"[{level.lower()}] {dice.pick(('timeout', 'Retry', 'done', 'Übertragung'))} after {dice.below(5000)} ms",
            "timestamp": moment(index, 40),
            "thread_id": threads.any() if dice.chance(0.6) else None,
        }
        if level in ("ERROR", "CRITICAL"):
            document["error_details"] = {
                "code": dice.below(600),
                "stack": [dice.word() for _ in range(dice.below(4))],
            }
        yield document


def algorithm_metrics(seed, sizes):
    dice = Dice(seed, "orchestratex.algorithm_metrics")
    for index in range(sizes["algorithm_metrics"]):
        yield {
            "_id": {"day": index // len(MODELS), "model": MODELS[index % len(MODELS)]},
            "calls": Int64(dice.below(1 << 34)),
            "total_cost": dice.below(1 << 20) / 1024,
            "best_score": dice.below(100),
            "worst_latency": dice.below(9000) / 8,
            "histogram": [dice.below(50) for _ in range(8)],
        }


COLLECTIONS = {
    "user_sessions": user_sessions,
    "conversation_threads": conversation_threads,
    "ai_model_profiles": ai_model_profiles,
    "model_responses": model_responses,
    "model_evaluations": model_evaluations,
    "model_selection_history": model_selection_history,
    "criticism_responses": criticism_responses,
    "orchestration_logs": orchestration_logs,
    "algorithm_metrics": algorithm_metrics,
}
SHARES = {
    "user_sessions": 20,
    "conversation_threads": 30,
    "ai_model_profiles": 1,
    "model_responses": 30,
    "model_evaluations": 15,
    "model_selection_history": 8,
    "criticism_responses": 8,
    "orchestration_logs": 20,
    "algorithm_metrics": 3,
}
