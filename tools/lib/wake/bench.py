"""Scores a pair of networks on a held-out bench set: labels.json and recordings of phrases, near phrases and hours without.

The rules are the set's: a phrase is found when a firing falls between 0.2 s after its start and 1 s after its end; after a
firing the same recording is deaf for 1.5 s; false accepts count on speech, people and noise, near phrases apart.
"""
import hashlib
import json
import math
import multiprocessing
import os
from collections import defaultdict

import numpy as np
from scipy.ndimage import maximum_filter1d

import near
import network
import sound
from frontend import FrontEnd

DEAF_SECONDS, FLOOR = 1.5, -12.0


def _frames(folder, name, cache, front_end):
    path = f"{cache}/{hashlib.sha256((os.path.realpath(folder) + name).encode()).hexdigest()[:16]}.npy"
    if not os.path.exists(path):
        os.makedirs(cache, exist_ok=True)
        np.save(path, front_end(sound.load(os.path.join(folder, name))))
    return np.load(path, mmap_mode="r")


_state = {}


def _start(*state):
    _state["job"] = (*state, FrontEnd())


def _peaks(name):
    folder, networks, weights, cache, front_end = _state["job"]
    frames = np.asarray(_frames(folder, name, cache, front_end))
    score = sum(w * q.logits(frames) for w, q in zip(weights, networks))
    score = np.convolve(score, np.ones(network.SMOOTH) / network.SMOOTH)[:len(score)]
    score[:33] = FLOOR                                          # the first second settles
    at = np.nonzero((score == maximum_filter1d(score, 33)) & (score > FLOOR))[0]
    return [(0.03 * i + 0.05, float(score[i])) for i in at]


def detections(folder, labels, networks, weights, cache):
    """Every peak of the score with its time, for each recording."""
    names = [f["file"] for f in labels["files"]]
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _start, (folder, networks, weights, cache)) as pool:
        return dict(zip(names, pool.map(_peaks, names, chunksize=1)))


def _firings(peaks, threshold):
    out, last = [], -math.inf
    for t, s in peaks:
        if s >= threshold and t - last >= DEAF_SECONDS:
            out.append(t)
            last = t
    return out


def _threshold(files, found, rate):
    """The lowest at which firings without the phrase stay within the rate."""
    negative = [f for f in files if f["kind"] not in ("positive", "hard")]
    allowed = math.floor(rate * sum(f["seconds"] for f in negative) / 3600 + 1e-9)
    scores = sorted({s for f in negative for _, s in found[f["file"]]}, reverse=True)
    low, high = 0, len(scores)
    while low < high:
        middle = (low + high) // 2
        if sum(len(_firings(found[f["file"]], scores[middle])) for f in negative) <= allowed:
            low = middle + 1
        else:
            high = middle
    return scores[low] + 1e-6 if low < len(scores) else -math.inf


def score(files, found, rate=None, threshold=None):
    """Figures at a rate of false accepts, or at a threshold."""
    threshold = _threshold(files, found, rate) if threshold is None else threshold
    missed, late, by_noise, by_voice, accepts, hours, fired = [], [], defaultdict(list), defaultdict(list), 0, 0.0, []
    for f in files:
        times = _firings(found[f["file"]], threshold)
        if f["kind"] == "positive":
            for e in f["events"]:
                hit = [t for t in times if e["start"] + 0.2 <= t <= e["end"] + 1.0]
                missed.append(not hit)
                by_noise[str(f["snr"])].append(not hit)
                by_voice[e["voice_group"]].append(not hit)
                late += [hit[0] - e["end"]] if hit else []
        elif f["kind"] == "hard":
            fired += [(e["text"], any(e["start"] + 0.1 <= t <= e["end"] + 0.7 for t in times)) for e in f["events"]]
        else:
            accepts, hours = accepts + len(times), hours + f["seconds"] / 3600
    hand = {*near.split(near.BY_HAND), "hey local"}
    percent = lambda v: round(100 * float(np.mean(v)), 1) if len(v) else 0.0
    worst = defaultdict(list)
    for text, hit in fired:
        worst[text].append(hit)
    return {"threshold": round(threshold, 3), "false_accepts_per_hour": round(accepts / max(hours, 1e-9), 2), "hours": round(hours, 2),
            "phrases": len(missed), "missed_percent": percent(missed),
            "missed_percent_by_noise": {k: percent(v) for k, v in by_noise.items()},
            "missed_percent_by_voice": {k: percent(v) for k, v in sorted(by_voice.items())},
            "near_percent": percent([h for _, h in fired]), "near_by_hand_percent": percent([h for t, h in fired if t in hand]),
            "near_that_fire": [f"{t} {sum(v)}/{len(v)}" for t, v in sorted(worst.items(), key=lambda p: -sum(p[1])) if any(v)][:12],
            "latency_ms": round(1000 * float(np.median(late))) if late else None,
            "latency_ms_95": round(1000 * float(np.percentile(late, 95))) if late else None}


def run(folder, networks, weights, cache, rates=(1.0, 5.0), keep=None):
    with open(os.path.join(folder, "labels.json")) as file:
        labels = json.load(file)
    found = detections(folder, labels, networks, weights, cache)
    if keep:                                                    # for the set's own scorer
        with open(keep, "w") as file:
            json.dump({"files": [f["file"] for f in labels["files"]],
                       "detections": [{"file": n, "time_s": round(t, 3), "score": s} for n, p in found.items() for t, s in p]}, file)
    return {f"{r:g}": score(labels["files"], found, r) for r in rates}
