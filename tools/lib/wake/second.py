"""What a second stage is worth on a bench set: misses at rates of false accepts, with and without it.

usage: second.py LABELS.json LINES.jsonl [RATE ...]

LINES.jsonl is what `loqa-relay detect --scores --second MODEL.json --model MODEL.json FILE.wav ...` writes. For each threshold of
the first stage the second one's is set so that firings without the phrase stay within the rate; the pair that misses least is told.
"""
import json
import math
import os
import sys
from collections import defaultdict

DEAF_SECONDS = 1.5


def firings(peaks, first, second):
    """Times at which both stages fire. A firing that the second stage lets fall leaves the relay deaf as well."""
    times, last = [], -math.inf
    for time, one, two in peaks:
        if one < first or time - last < DEAF_SECONDS:
            continue
        last = time
        if two is None or two >= second:
            times.append(time)
    return times


def misses(files, found, first, second):
    missed = []
    for file in files:
        if file["kind"] != "positive":
            continue
        times = firings(found[file["file"]], first, second)
        missed += [not any(e["start"] + 0.2 <= t <= e["end"] + 1.0 for t in times) for e in file["events"]]
    return sum(missed) / max(1, len(missed)), len(missed)


def accepts(files, found, first, second):
    return sum(len(firings(found[f["file"]], first, second)) for f in files if f["kind"] not in ("positive", "hard"))


def lowest(files, found, allowed, first=None, second=None):
    """The lowest threshold of the stage that is not given, within the allowed number of false accepts."""
    place = 1 if first is None else 2
    scores = sorted({p[place] for f in files if f["kind"] not in ("positive", "hard") for p in found[f["file"]] if p[place] is not None})
    scores = [-math.inf] + [s + 1e-6 for s in scores]
    low, high = 0, len(scores) - 1
    while low < high:
        middle = (low + high) // 2
        one, two = (scores[middle], second) if first is None else (first, scores[middle])
        if accepts(files, found, one, two) <= allowed:
            high = middle
        else:
            low = middle + 1
    return scores[low]


def main():
    with open(sys.argv[1]) as file:
        labels = json.load(file)["files"]
    rates = [float(r) for r in sys.argv[3:]] or [1.0, 5.0]
    found = defaultdict(list)
    with open(sys.argv[2]) as file:
        for text in file:
            line = json.loads(text)
            found[os.path.basename(line["file"])].append((line["time_s"], line["score"], line.get("second")))
    labels = [f for f in labels if f["file"] in found or f["kind"] != "positive"]
    hours = sum(f["seconds"] for f in labels if f["kind"] not in ("positive", "hard")) / 3600
    for rate in rates:
        allowed = math.floor(rate * hours + 1e-9)
        alone = lowest(labels, found, allowed, second=-math.inf)
        missed, count = misses(labels, found, alone, -math.inf)
        print(f"{rate:g} an hour over {hours:.2f} h, {count} phrases: first stage alone misses {100 * missed:.1f} % (threshold {alone:.3f})")
        best = None
        for more in (1, 2, 3, 5, 8, 12, 20, 35, 60):
            first = lowest(labels, found, math.floor(rate * more * hours), second=-math.inf)
            second = lowest(labels, found, allowed, first=first)
            missed, _ = misses(labels, found, first, second)
            if best is None or missed < best[0]:
                best = missed, more, first, second
        print(f"  with the second stage {100 * best[0]:.1f} % (first {best[2]:.3f}, {best[1]} times as willing; second {best[3]:.3f})")


if __name__ == "__main__":
    main()
