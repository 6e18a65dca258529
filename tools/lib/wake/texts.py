"""What people and televisions say that is not the phrase: sentences from patterns, and strings of words."""
import re

from near import contains
from phrase import lexicon

_PATTERNS = """turn the {thing} {way}|what is the {news} {when}|set a timer for {number} minutes|please {do} the {thing}
{who} was {doing} in the {room} when it rang|i told {who} that the {thing} is in the {room}|could you {do} that {when}
we have to {do} it before {when}|put {food} and {food} on the list|a {kind} {animal} was {doing} by the {thing}
where did {who} leave the {thing}|play {kind} music in the {room}|there are {number} {animal}s behind the house
no {who} likes {food} more than {food}|it will be {kind} {when}|how many {thing}s do we need|good {when} and welcome back
reporters say that {number} people were {doing} {when}|and now {who} wants to {do} the {thing}|your {food} comes in {number} minutes
hey {who} did you {do} it|okay {who} go to the {room}|hello {who} nice to see you {when}|hey can you hold the {thing}
hey look at the {animal}|say hello to {who}|they locked the {thing} {when}|oh okay then we will {do} the {thing} ourselves"""
_WORDS = {k: v.split() for k, v in {
    "thing": "lamp light fan heater window door curtain kettle radio car phone book key bottle chair clock camera letter engine locker soda cola",
    "way": "on off up down higher lower", "news": "weather time news temperature score traffic",
    "when": "today tomorrow morning evening tonight later soon monday", "number": "two three four five six seven ten twelve fifteen twenty forty",
    "do": "open close clean move find sell fix wash paint check lock cover break finish look", "who": "maria john lucas laura kevin carlo monica grandma oliver sophia luke lola coco erica rebecca",
    "doing": "walking reading cooking sleeping talking looking waiting singing working laughing", "room": "kitchen bedroom bathroom garage hallway office garden cellar",
    "food": "bread milk apples coffee cocoa rice chocolate carrots lemons cake yogurt pasta mocha oatmeal", "kind": "old quiet yellow happy cold broken local tiny heavy slow lonely royal okay low",
    "animal": "dog cat horse rabbit spider koala lizard monkey whale fox alpaca"}.items()}


def sentence(rng, phrase):
    """A sentence without the phrase."""
    patterns = [p for line in _PATTERNS.split("\n") for p in line.split("|")]
    words = _common_words()
    while True:
        if rng.random() < 0.45:
            text = " ".join(words[rng.integers(len(words))] for _ in range(rng.integers(4, 10)))
        else:
            text = re.sub(r"\{(\w+)\}", lambda m: str(rng.choice(_WORDS[m[1]])), patterns[rng.integers(len(patterns))])
        if not contains(text, phrase):
            return text


def _common_words():
    global _cached
    try:
        return _cached
    except NameError:
        _cached = sorted(w for w in lexicon() if 3 <= len(w) <= 9)
        return _cached
