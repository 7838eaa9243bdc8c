"""SampleMind: audio files and their analyses through an ODM; UUID strings, dates as dates.

`audio_embeddings` is the system's ChromaDB collection (768 numbers, metadata) kept as documents.
"""

from vocabulary import Dice, collection_uuid, iso, moment

EMBEDDING_DIMENSIONS = 768
KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
AUDIO_TAGS = (
    "house",
    "bass",
    "loop",
    "ambient",
    "drum'n'bass",
    "演歌",
    "тяжёлый",
    "reggaetón",
    "vocal",
)
FORMATS = ("wav", "mp3", "flac", "aiff")


def user_uuids(seed, sizes):
    return [collection_uuid(seed, "samplemind.users", k) for k in range(sizes["users"])]


def file_uuids(seed, sizes):
    space = Dice(seed, "samplemind.audio_files")
    return [space.uuid(k) for k in range(sizes["audio_files"])]


def users(seed, sizes):
    dice = Dice(seed, "samplemind.users")
    for index in range(sizes["users"]):
        yield {
            "_id": dice.object_id(index),
            "user_id": dice.uuid(index),
            "email": f"listener{index}@example.com",
            "username": f"dj{index}",
            "hashed_password": f"$2b$12${dice.hexadecimal(40)}",
            "is_active": dice.chance(0.95),
            "is_verified": dice.chance(0.5),
            "created_at": moment(index, 3600),
            "last_login": moment(index, 3600, 5000 + dice.below(10**6))
            if dice.chance(0.8)
            else None,
            "total_analyses": dice.below(100),
            "total_uploads": dice.below(40),
        }


def audio_files(seed, sizes):
    dice = Dice(seed, "samplemind.audio_files")
    owners = user_uuids(seed, sizes)
    for index in range(sizes["audio_files"]):
        form = dice.pick(FORMATS)
        file_id = dice.uuid(index)
        document = {
            "_id": dice.object_id(index),
            "file_id": file_id,
            "filename": f"{dice.pick(('my_track', 'große Liebe', 'Ночь', '夜曲', 'été'))} {index}.{form}",
            "file_path": f"/data/uploads/{file_id}.{form}",
            "file_size": dice.below(1 << 33),
            "duration": dice.uniform(1, 600, 1),
            "sample_rate": dice.pick((22050, 44100, 48000, 96000)),
            "channels": dice.pick((1, 2)),
            "user_id": dice.pick(owners) if dice.chance(0.95) else None,
            "uploaded_at": moment(index, 120, dice.below(120000)),
            "tags": dice.some(AUDIO_TAGS, 0, 4),
            "metadata": {
                "title": f"Track {index}",
                "artist": dice.pick(("John Doe", "Sigur Rós", "坂本龍一")),
            },
        }
        if dice.chance(0.8):
            document["metadata"]["bpm"] = dice.pick(
                (dice.below(120) + 60, dice.uniform(60, 180, 1))
            )
            document["metadata"]["key"] = dice.pick(KEYS) + " major"
        if dice.chance(0.75):
            document["format"] = form
        yield document


def analyses(seed, sizes):
    dice = Dice(seed, "samplemind.analyses")
    owners, files = user_uuids(seed, sizes), file_uuids(seed, sizes)
    for index in range(sizes["analyses"]):
        level = dice.pick(("basic", "advanced", "full"))
        document = {
            "_id": dice.object_id(index),
            "analysis_id": dice.uuid(index),
            "file_id": dice.pick(files),
            "user_id": dice.pick(owners) if dice.chance(0.95) else None,
            "tempo": dice.uniform(60, 180, 1),
            "key": dice.pick(KEYS),
            "mode": dice.pick(("major", "minor")),
            "time_signature": dice.pick(([4, 4], [3, 4], [6, 8], [7, 8])),
            "duration": dice.uniform(1, 600, 1),
            "spectral_features": spectral_features(dice),
            "ai_provider": dice.pick(("google_ai", "openai", "anthropic"))
            if level != "basic"
            else None,
            "ai_model": "gemini-2.0-flash-exp" if level != "basic" else None,
            "analysis_level": level,
            "processing_time": dice.below(2000) / 64,
            "analyzed_at": moment(index, 120, dice.below(120000)),
        }
        if level != "basic":
            document["ai_summary"] = dice.text(2)
            document["ai_detailed"] = {
                "genre": dice.pick(("House", "Jazz", "Fado")),
                "mood": dice.pick(("Energetic", "Calm")),
                "instruments": dice.some(("synthesizer", "drums", "bass", "三味線"), 1, 3),
                "production_quality": dice.pick(("High", "Low")),
            }
            document["production_tips"] = [dice.text(1) for _ in range(dice.below(3))]
            document["creative_ideas"] = [dice.text(1) for _ in range(dice.below(3))]
            document["fl_studio_recommendations"] = ["Use Sytrus for leads"]
        yield document


def spectral_features(dice):
    """Two lists and two matrices of 13 and 12 rows, as librosa gives them."""
    frames = 2 + dice.below(6)
    return {
        "spectral_centroid": [value * 1000 for value in dice.embedding(frames)],
        "spectral_rolloff": [value * 3000 for value in dice.embedding(frames)],
        "mfcc": [dice.embedding(frames) for _ in range(13)],
        "chroma": [dice.embedding(frames) for _ in range(12)],
    }


def batch_jobs(seed, sizes):
    dice = Dice(seed, "samplemind.batch_jobs")
    owners, files = user_uuids(seed, sizes), file_uuids(seed, sizes)
    for index in range(sizes["batch_jobs"]):
        chosen = list(dict.fromkeys(dice.pick(files) for _ in range(1 + dice.below(20))))
        done = dice.below(len(chosen) + 1)
        results = {
            name: {"status": "completed", "analysis_id": dice.uuid(10**6 + place)}
            if dice.chance(0.8)
            else {"status": "failed", "error": "File too large"}
            for place, name in enumerate(chosen[:done])
        }
        failed = sum(result["status"] == "failed" for result in results.values())
        yield {
            "_id": dice.object_id(index),
            "batch_id": dice.uuid(index),
            "user_id": dice.pick(owners),
            "status": "completed"
            if done == len(chosen)
            else dice.pick(("pending", "processing", "failed")),
            "total_files": len(chosen),
            "completed": done - failed,
            "failed": failed,
            "file_ids": chosen,
            "results": results,
            "created_at": moment(index, 600),
            "updated_at": moment(index, 600, dice.below(500000)),
        }


def audio_embeddings(seed, sizes):
    dice = Dice(seed, "samplemind.audio_embeddings")
    files = file_uuids(seed, sizes)
    for index in range(sizes["audio_embeddings"]):
        file_id = files[index % len(files)]
        yield {
            "_id": f"{file_id}#{index}",
            "embedding": dice.embedding(EMBEDDING_DIMENSIONS),
            "metadata": {
                "file_id": file_id,
                "filename": f"track{index}.wav",
                "duration": dice.uniform(1, 600, 1),
                "tempo": dice.pick((dice.below(120) + 60, dice.uniform(60, 180, 1))),
                "key": dice.pick(KEYS),
                "tags": dice.some(AUDIO_TAGS, 0, 3),
                "created_at": iso(moment(index, 120)),
            },
        }


COLLECTIONS = {
    "users": users,
    "audio_files": audio_files,
    "analyses": analyses,
    "batch_jobs": batch_jobs,
    "audio_embeddings": audio_embeddings,
}
SHARES = {"users": 5, "audio_files": 50, "analyses": 35, "batch_jobs": 5, "audio_embeddings": 30}
