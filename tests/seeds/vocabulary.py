"""Deterministic raw material for documents: text in many scripts, dates, ids and embeddings.

A `Dice` is made from a seed and the name of what it is for ("content.contexts"), so that every
collection can be generated alone, in any process, and again later as the expected answer.
Embeddings are slices of one pool of normal numbers: what they hold does not matter to a database,
that each is different and has full mantissas does, and a slice costs microseconds.
"""

import random
from datetime import datetime, timedelta

from bson import ObjectId

EPOCH = datetime(2025, 3, 1)

SENTENCES = (
    "Microservices architecture has revolutionized how teams ship.",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
    "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter.",
    "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia.",
    "Pchnąć w tę łódź jeża lub ośm skrzyń fig.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Flygande bäckasiner söka hwila på mjuka tuvor.",
    "Pijamalı hasta yağız şoföre çabucak güvendi: İIıi.",
    "Do bạch kim rất quý nên sẽ dùng để lắp vô xương.",
    "Ταχίστη αλώπηξ βαφής ψημένη γη, δρασκελίζει υπέρ νωθρού κυνός.",
    "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "Чуєш їх, доцю, га? Кумедна ж ти, прощайся без ґольфів!",
    "Բել դղյակի ձախ ժամն օֆ ազգությանը ցպահանջ չճշտած վնաս էր եւ փառք։",
    "სწრაფი ყავისფერი მელა ახტება ზარმაც ძაღლს.",
    "דג סקרן שט בים מאוכזב ולפתע מצא לו חברה.",
    "صِف خَلقَ خَودِ كَمِثلِ الشَمسِ إِذ بَزَغَت.",
    "ٹھنڈ میں، ایک قحط زدہ گاؤں سے گذرتے وقت ایک چڑچڑے شخص کو دیکھا۔",
    "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश हुआ।",
    "আমি কাঁচ খেতে পারি, তাতে আমার কোনো ক্ষতি হয় না।",
    "நான் கண்ணாடி சாப்பிடுவேன், அதனால் எனக்கு ஒரு கேடும் வராது.",
    "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า",
    "ដំបូង​ខ្ញុំ​ចង់​និយាយ​ភាសា​ខ្មែរ។",
    "ሰማይ አይታረስ ንጉሥ አይከሰስ።",
    "視野無限廣，窗外有藍天。",
    "いろはにほへと ちりぬるを わかよたれそ つねならむ",
    "다람쥐 헌 쳇바퀴에 타고파.",
    "Emoji: 🎛️ 👩‍👩‍👧‍👦 🏳️‍🌈 🇪🇺 and the astral 𝒜𝔠𝟘 𐍈 𓀀.",
    "Combining: e\u0301 vs \u00e9, n\u0303 vs \u00f1, \u1112\u1161\u11ab vs \ud55c.",
    "Mixed direction: price \u200f١٢٣\u200e is 123, left \u2067right\u2069.",
    "Quotes \" ' \\ and braces {$set: 1} and a.b.c stay text.",
    "Add more high-end frequencies; consider sidechain compression.",
    "By following these best practices, developers can move faster.",
)

TOPICS = (
    "technology",
    "Kultur",
    "santé",
    "кухня",
    "历史",
    "音楽",
    "موسيقى",
    "विज्ञान",
    "스포츠",
    "ταξίδια",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
EMBEDDING_POOL_SIZE = 1 << 15


class Dice:
    """A seeded source of values; the methods are cheap because they are called millions of times."""

    _embedding_pools = {}

    def __init__(self, seed, purpose):
        self.random = random.Random(f"{seed}/{purpose}")
        self.seed = seed
        self.space = self.random.getrandbits(40)

    def below(self, limit):
        return int(self.random.random() * limit)

    def pick(self, options):
        return options[int(self.random.random() * len(options))]

    def chance(self, probability):
        return self.random.random() < probability

    def uniform(self, low, high, digits=4):
        return round(low + (high - low) * self.random.random(), digits)

    def some(self, options, low, high):
        """Between low and high different options, in the order of the options."""
        wanted = low + self.below(high - low + 1)
        chosen = set(self.random.sample(range(len(options)), wanted))
        return [option for place, option in enumerate(options) if place in chosen]

    def text(self, sentences):
        first, step = self.below(len(SENTENCES)), 1 + 2 * self.below(8)
        return " ".join(SENTENCES[(first + k * step) % len(SENTENCES)] for k in range(sentences))

    def word(self, length=8):
        return "".join(self.pick(LETTERS) for _ in range(length))

    def hexadecimal(self, digits):
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"

    def uuid(self, index):
        """A version-4-shaped UUID string that another collection can compute from the index."""
        return uuid_of(self.seed, self.space, index)

    def object_id(self, index):
        """Rises with the index as a real driver's ids do: seconds, then a fixed part, then a counter."""
        seconds = int((EPOCH - datetime(1970, 1, 1)).total_seconds()) + index
        return ObjectId(f"{seconds:08x}{self.space:010x}{index & 0xFFFFFF:06x}")

    def embedding(self, dimensions):
        pool = self._embedding_pools.get(self.seed)
        if pool is None:
            source = random.Random(f"{self.seed}/embeddings")
            pool = [source.gauss(0.0, 0.05) for _ in range(EMBEDDING_POOL_SIZE)]
            self._embedding_pools[self.seed] = pool
        start = self.below(EMBEDDING_POOL_SIZE - dimensions)
        return pool[start : start + dimensions]


def uuid_of(seed, space, index):
    """Spreads the index over all bits with a multiplier that is odd, hence without collisions."""
    mixed = (index * 0x9E3779B97F4A7C15F39CC0605CEDC835 + space + seed) & ((1 << 128) - 1)
    digits = f"{mixed:032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def collection_uuid(seed, collection, index):
    """The UUID that `Dice(seed, collection).uuid(index)` gives."""
    return uuid_of(seed, Dice(seed, collection).space, index)


def moment(index, step_seconds=60, jitter_ms=0):
    """A date that rises with the index; with a jitter below the step no two are equal."""
    return EPOCH + timedelta(seconds=index * step_seconds, milliseconds=jitter_ms)


def iso(date):
    """ISO 8601 UTC with milliseconds; such strings sort as their dates do."""
    return date.strftime("%Y-%m-%dT%H:%M:%S.") + f"{date.microsecond // 1000:03d}Z"
