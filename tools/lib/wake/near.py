"""What sounds near the phrase and is not it: from the dictionary by distance in sounds, and by hand."""
from phrase import lexicon, sounds_of

# Those of the bench set, and more. "hey local" holds the phrase and is not taught.
BY_HAND = """hey look at|okay loca|hey luca is here|say local|hello car|hey look|hey loki|hey lola|hey lucas|hey logan|hey joker
hey soaker|hey polka|hey mocha|hey coca cola|they local|the local shop|a local car|okay look|play polka|may local|day locust|hey lotus
hello there|hey lonely|hey loan|hey low|hello carl|alaska|pay local tax|stay low key|hey low key|hey lock it|hey locker|the locket
hey laker|hey lego|hey liquor|hey loofah|hey no car|a yoga class|hey yoga|say yoga|hey broker|halo car|hail oak|hey old car|hey there
hey you|hey google|hey jarvis|okay nabu|alexa|hey mycroft|loka|low car|loca loca|hey|hay bale|yellow car|follow cards|delay locally
relay local|hey loud car"""
ALSO_BY_HAND = """hey lucky|hey lake|hey lady|hey loyal|hey lover|heavy loan|hey coke|hey oak|hey opera|hey okra|hey soda
they spoke a|he spoke a lot|hey poker|her loca|pay loca|may loca|hey roca|hey bowker|ok lookout|hey lecture|hey likely|take a look at"""
FIRSTS = "hey say may day they hay hello okay a the he hi play her stay pay way".split()


# Sounds that an accent may swap: a swap of them makes no other phrase.
_SAME = {frozenset(p.split()) for p in ("AH ER", "AH AA", "OW AO", "AA AO", "IH IY", "UH UW", "EY EH", "AH UH")}


def _swap(x, y):
    return 0 if x == y else 0.3 if frozenset((x, y)) in _SAME else 1


def distance(a, b):
    """Edits between two lists of sounds (Levenshtein; a swap that an accent makes counts 0.3)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + _swap(x, y))
    return row[-1]


def contains(text, phrase):
    """Whether the text holds the phrase's sounds, at a word's end or not: it must then wake, or may."""
    sounds = [s for w in text.split() for s in sounds_of(w)]
    size = len(phrase.sounds)
    return any(all(_swap(x, y) < 1 for x, y in zip(sounds[i:], phrase.sounds)) for i in range(len(sounds) - size + 1))


def _may_be_near(sounds, target, edits):
    """A cheap bound on the distance, to spare most of the dictionary the exact one."""
    return abs(len(sounds) - len(target)) <= edits and len(set(sounds) - set(target)) <= edits + 1


def from_dictionary(phrase, count=500):
    """Words and pairs of words nearest to the phrase, by 1 to 3 edits, nearest first."""
    lex, target = lexicon(), phrase.sounds
    found = []
    if len(phrase.words) > 1:
        head, tail = phrase.word_sounds[0], [s for w in phrase.word_sounds[1:] for s in w]
        close = sorted((distance(s, tail), w) for w, s in lex.items() if _may_be_near(s, tail, 2))
        close = [w for d, w in close if d <= 2][:900]
        for first in dict.fromkeys([phrase.words[0]] + FIRSTS):
            for w in close:
                d = distance(sounds_of(first) + lex[w], target)
                if 1 <= d <= 3:
                    found.append((d + (0 if first == phrase.words[0] else 0.5), f"{first} {w}"))
    found += [(distance(s, target) + 0.2, w) for w, s in lex.items()
              if _may_be_near(s, target, 2) and 1 <= distance(s, target) <= 3]
    texts = [t for _, t in sorted(found)]
    return [t for t in texts if not contains(t, phrase)][:count]


def split(texts):
    return [t.strip() for line in texts.split("\n") for t in line.split("|")]


def by_hand(phrase):
    """Phrases written by hand for "hey loqa"; for others, each word of theirs among common ones."""
    texts = split(BY_HAND) + split(ALSO_BY_HAND)
    if phrase.slug != "hey_loqa":
        texts = [t for w in phrase.words for t in (w, f"{w} there", f"{w} is here", f"the {w}", f"my {w}", f"say {w}", f"hey {w}")]
    return [t for t in texts if not contains(t, phrase)]
