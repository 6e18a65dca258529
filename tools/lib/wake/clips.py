"""Clips as a relay hears them, as features: the phrase in rooms and noise, and hours without it.

A clip with the phrase has ``PHRASE_FRAMES`` frames; the phrase's last sample is ``END`` seconds after the clip's first. A
second of noise before each clip lets the front end settle and is cut off.
"""
import multiprocessing
import os

import numpy as np

import family
import frontend
import sound
import speaker
import voices

SETTLE, LENGTH, END = 1.0, 2.4, 1.95
PHRASE_FRAMES = int(LENGTH * 100)
HELD_LENGTH, HELD_END = 3.6, 2.5
STREAM_SECONDS = 20
RATIOS_DB = [60, 45, 34, 24, 17, 12, 9, 6, 4, 2, 0, -2]
HELD_RATIOS_DB = {"clean": 45, "20 dB": 20, "10 dB": 10, "5 dB": 5, "0 dB": 0}

_state = {}


def _start(state):
    family.end_with_parent()
    _state.update(state)
    _state["front end"] = frontend.FrontEnd()


def _room(rng):
    return _state["rooms"][rng.integers(len(_state["rooms"]))]


def _one_of(name, rng):
    return _state[name][rng.integers(len(_state[name]))]


def _level_and_dither(y, rng, level_dbfs, codec):
    y = y * (10 ** (level_dbfs / 20) / (np.sqrt((y * y).mean()) + 1e-9))
    if codec:
        y = sound.through_codec(y.astype(np.float32), rng)
    y = y + rng.standard_normal(len(y)).astype(np.float32) * 10 ** (rng.uniform(-84, -66) / 20)
    if rng.random() < 0.05:
        y = y * 10 ** (rng.uniform(6, 14) / 20)                    # too loud: the converter clips
    return np.clip(y, -1, 1)


def _with_noise(y, speech_level, ratio_db, rng, kind=None):
    bank = _state["noise"][kind or rng.choice(sound.NOISES, p=[.1, .16, .24, .14, .12, .16, .08])]
    n = bank[rng.integers(len(bank))]
    n = np.resize(np.roll(n, -int(rng.integers(len(n)))), len(y))
    return y / (speech_level + 1e-9) + n / sound.active_level(n) * 10 ** (-ratio_db / 20)


def _lay_phrase(x, rng, length, end, before, after):
    """The phrase with its end at ``end`` seconds, speech before it and after it in as many cases."""
    total, stop = int(length * sound.RATE), int(end * sound.RATE)
    y = np.zeros(total, np.float32)
    x = x[-stop:]
    start = stop - len(x)
    y[start:stop] = x
    if rng.random() < before:
        lead, until = _one_of("sentences", rng), start - int(rng.uniform(0.06, 0.6) * sound.RATE)
        if until > 0:
            piece = lead[-until:]
            y[until - len(piece):until] += piece * rng.uniform(0.6, 1.2)
    if rng.random() < after:
        tail, at = _one_of("sentences", rng), stop + int(rng.uniform(0.03, 0.4) * sound.RATE)
        n = min(len(tail), total - at)
        if n > 0:
            y[at:at + n] += tail[:n] * rng.uniform(0.6, 1.2)
    return y, start, stop


def _phrase_clip(job):
    index, seed = job
    rng = np.random.default_rng(seed)
    x = speaker.vary(_state["phrases"][index], rng, 0.12)
    y, start, stop = _lay_phrase(x, rng, SETTLE + LENGTH, SETTLE + END, 0.3, 0.45)
    if rng.random() < 0.88:
        y = sound.in_room(y, _room(rng))
    y = _with_noise(y, sound.active_level(y[start:stop]), rng.choice(RATIOS_DB) + rng.uniform(-2, 2), rng)
    f = _state["front end"](_level_and_dither(y, rng, rng.uniform(-48, -15), rng.random() < 0.1))
    skip = int(SETTLE * 100) - 2                     # frame k has heard 480 + 160 k samples
    return f[skip:skip + PHRASE_FRAMES]


def _held_clip(job):
    index, seed, name = job
    rng = np.random.default_rng(seed)
    x = _state["held phrases"][index]
    y, start, stop = _lay_phrase(x, rng, SETTLE + HELD_LENGTH, SETTLE + HELD_END, 0.2, 0.4)
    y = sound.in_room(y, sound.shoebox(rng))
    kind = "pink" if name == "clean" else None
    y = _with_noise(y, sound.active_level(y[start:stop]), HELD_RATIOS_DB[name], rng, kind)
    f = _state["front end"](_level_and_dither(y, rng, rng.uniform(-42, -20), False))
    skip = int(SETTLE * 100) - 2
    return f[skip:skip + int(HELD_LENGTH * 100)]


def _stream(job):
    """Seconds without the phrase: sentences, near phrases, or noise alone."""
    name, gap, seed = job
    rng, count = np.random.default_rng(seed), STREAM_SECONDS * sound.RATE
    if name == "noise":
        kinds = rng.choice(sound.NOISES, 4)
        y = np.concatenate([np.resize(_one_noise(k, rng), count // 4) * 10 ** rng.uniform(-0.7, 0) for k in kinds])
        y = _with_noise(y, 1.0, 40, rng)
    else:
        y, at, room = np.zeros(count, np.float32), int(rng.uniform(0, 1) * sound.RATE), _room(rng)
        while at < count:
            x = _one_of(name, rng)
            if "held" not in name:
                x = speaker.vary(x, rng, 0.12)
            if rng.random() < 0.3:
                room = _room(rng)
            x = sound.in_room(np.concatenate([x, np.zeros(3200, np.float32)]), room) if rng.random() < 0.88 else x
            n = min(len(x), count - at)
            y[at:at + n] += (x / sound.active_level(x))[:n]
            at += n + int(rng.uniform(*gap) * sound.RATE)
        y = _with_noise(y, 1.0, rng.choice(RATIOS_DB) + rng.uniform(-2, 2), rng)
    return _state["front end"](_level_and_dither(y, rng, rng.uniform(-48, -15), rng.random() < 0.05))


def _one_noise(kind, rng):
    return _state["noise"][kind][rng.integers(len(_state["noise"][kind]))]


def _half_and_half(names, count, rng):
    """Numbers of utterances to be judged: half of them by espeak-ng, half by recorded voices, each voice as often."""
    groups = {}
    for i, name in enumerate(names):
        groups.setdefault(name.split("+")[-1], []).append(i)
    halves = [[g for name, g in sorted(groups.items()) if names[g[0]].startswith("espeak") == formant] for formant in (True, False)]
    halves = [h for h in halves if h]
    out = []
    for k in range(count):
        half = halves[k // 5 % len(halves)]             # each half at each ratio of noise
        group = half[rng.integers(len(half))]
        out.append(group[rng.integers(len(group))])
    return out


def make(speech, folder, scale, seed, tell=print, workers=2):
    """Writes the features; what an earlier, interrupted run has written stays."""
    rng = np.random.default_rng(seed + 1)
    cut = lambda name: [x for _, _, x in speech.sounds(name)]
    n = lambda count: max(8, int(count * scale))
    sentences = cut("sentence")
    takes = cut("take")
    state = {"phrases": cut("phrase") + takes, "held phrases": cut("held phrase"), "near": cut("near"), "held near": cut("held near"),
             "sentences": sentences, "held sentences": cut("held sentence"), "people": cut("people") or sentences,
             "held people": cut("held people") or cut("held sentence"),
             "rooms": [sound.shoebox(rng) if i % 3 else sound.hall(rng) for i in range(n(300))],
             "noise": {k: [sound.noise(k, rng, 15 * sound.RATE, sentences) for _ in range(max(2, int(8 * scale)))] for k in sound.NOISES}}
    seeds = lambda count: rng.integers(0, 2 ** 31, count)
    phrase_count = len(state["phrases"])
    chosen = rng.integers(0, phrase_count, n(8000))
    if takes:                                        # the user's takes are a third of the clips
        third = len(chosen) // 3
        chosen[:third] = phrase_count - 1 - rng.integers(0, len(takes), third)
        rng.shuffle(chosen)
    held_voices = [v for v, _, _ in speech.sounds("held phrase")]
    held = _half_and_half(held_voices, n(800), rng)
    np.save(f"{folder}/held_choose.npy", np.array([voices.chooses(held_voices[i]) for i in held]))
    jobs = {
        "phrase": (_phrase_clip, list(zip(chosen, seeds(len(chosen)))), np.stack),
        "sentences": (_stream, [("sentences", (0.02, 0.5), s) for s in seeds(n(450))], np.concatenate),
        "people": (_stream, [("people", (0.02, 0.5), s) for s in seeds(n(260))], np.concatenate),
        "near": (_stream, [("near", (0.15, 0.9), s) for s in seeds(n(280))], np.concatenate),
        "noise": (_stream, [("noise", None, s) for s in seeds(n(90))], np.concatenate),
        "held_phrase": (_held_clip, [(int(i), s, list(HELD_RATIOS_DB)[k % 5]) for k, (i, s) in enumerate(zip(held, seeds(len(held))))], np.stack),
        "held_near": (_stream, [("held near", (0.3, 1.0), s) for s in seeds(n(45))], np.concatenate),
        "held_sentences": (_stream, [("held sentences", (0.05, 0.6), s) for s in seeds(n(220))], np.concatenate),
        "held_people": (_stream, [("held people", (0.05, 0.6), s) for s in seeds(n(180))], np.concatenate),
        "held_noise": (_stream, [("noise", None, s) for s in seeds(n(45))], np.concatenate),
    }
    context = multiprocessing.get_context("fork")
    for name, (work, todo, join) in jobs.items():
        path = f"{folder}/{name}.npy"
        if os.path.exists(path):
            continue
        tell(f"{len(todo)} pieces of {name.replace('_', ' ')}")
        with context.Pool(workers, _start, (state,)) as pool:
            out = join(pool.map(work, todo, chunksize=8))
        np.save(path + ".new.npy", out)
        os.replace(path + ".new.npy", path)
