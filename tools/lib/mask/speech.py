"""Sentences in synthetic voices for training the mask. None of them speaks in tests of the ear."""
import pickle
import re

import numpy as np

import phrase
import texts
import voices

# Who talks in the rooms that the ear is measured in, and the same speakers in other engines.
MEASURED = {("festival", "kal_diphone")}
MEASURED_VARIANTS = {"m1", "m3", "f2", "f4"}
ORDERS = """turn {way} the {thing}|set the {thing} to {number} percent|what is the {news} {when}|is the {thing} closed|lock the {thing} in the {room}
start the {thing}|stop|next|louder please|{do} the {thing} in the {room}|remind me to {do} the {thing} {when}|how long until {when}"""


def _order(rng):
    patterns = [p for line in ORDERS.split("\n") for p in line.split("|")]
    return re.sub(r"\{(\w+)\}", lambda m: str(rng.choice(texts._WORDS[m[1]])), patterns[rng.integers(len(patterns))])


def speakers():
    """(recorded voices, variants of espeak-ng) that may speak here."""
    recorded, variants, *_ = voices.installed()
    return ([v for v in recorded if v[0] == "festival" and v not in MEASURED],
            [v for v in variants if v not in MEASURED_VARIANTS])


def make(path, count, seed, tell=print):
    """{voice: [sound]}, kept in `path`."""
    if path.exists():
        return pickle.loads(path.read_bytes())
    rng = np.random.default_rng(seed)
    other = phrase.Phrase("hey loqa")
    recorded, variants = speakers()
    every = recorded + [("espeak", f"{rng.choice(voices.ACCENTS)}+{v}") for v in variants]
    tell(f"{len(recorded)} recorded voices, {len(variants)} of espeak-ng")
    jobs = []
    for k in range(count):
        voice = recorded[rng.integers(len(recorded))] if recorded and rng.random() < 0.45 else every[k % len(every)]
        text = _order(rng) if rng.random() < 0.4 else texts.sentence(rng, other)
        jobs.append((voice, voices.sentence_for(voice, text), rng.uniform(0.85, 1.15), rng.uniform(0.8, 1.2)))
    said = {}
    for job, x in zip(jobs, voices.speak(jobs)):
        if len(x) > 4_000:
            said.setdefault(job[0], []).append(x)
    said = {voice: all_said for voice, all_said in said.items() if len(all_said) > 2}
    path.write_bytes(pickle.dumps(said))
    return said
