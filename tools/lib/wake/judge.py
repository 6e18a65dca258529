"""Judges a pair of networks on voices that never taught them: thresholds, misses, false accepts, near phrases, weights."""
import multiprocessing

import numpy as np

import clips
import network

RATES = {"low": 0.2, "normal": 1.0, "high": 5.0}     # false accepts an hour at each sensitivity
APART = 50                                           # steps of 30 ms: one false accept in 1.5 s, as the relay's refractory time
_NEGATIVES = ("held_sentences", "held_people", "held_near", "held_noise")
_AIR = ("held_sentences", "held_people", "held_noise")              # what an hour of a home is: the near phrases are counted apart


def _smooth(logits):
    kernel = np.ones(network.SMOOTH) / network.SMOOTH
    return np.apply_along_axis(lambda v: np.convolve(v, kernel, "valid"), -1, logits)


def peaks(score):
    """The highest scores, none nearer than APART to a higher one, falling."""
    order, taken, out = np.argsort(-score), np.zeros(len(score) + 1, bool), []
    for i in order[:20_000]:
        if not taken[i]:
            taken[max(0, i - APART):i + APART] = True
            out.append(score[i])
    return np.array(out)


def phrase_scores(held, logits_of):
    """Smoothed scores around the phrase's end in each clip of held_phrase.npy: (clips, scores)."""
    count = held.shape[1] // network.STRIDE * network.STRIDE
    # One after the other: what a network saw before the clip is forgotten long before the phrase ends.
    logits = logits_of(held[:, :count].reshape(-1, held.shape[2]))
    each = count // network.STRIDE
    logits = np.concatenate([np.full(len(held) * each - len(logits), -20, np.float32), logits]).reshape(len(held), each)
    heard = 0.01 * network.STRIDE * (np.arange(each) + 1)[network.SMOOTH - 1:]
    return _smooth(logits)[:, (heard > clips.HELD_END - 0.4) & (heard < clips.HELD_END + 1.0)]


def _hear(folder, q):
    """One network's smoothed logits on everything held out; those of phrases only around their ends."""
    load = lambda name: np.load(f"{folder}/{name}.npy", mmap_mode="r")
    negative = {n: _smooth(q.logits(np.asarray(load(n)))) for n in _NEGATIVES}
    return negative, phrase_scores(load("held_phrase"), q.logits)


class Choice:
    """How well a network does while it learns, by the voices that choose: misses in percent at 2 to 10 false accepts an hour."""

    def __init__(self, folder):
        load = lambda name: np.load(f"{folder}/{name}.npy", mmap_mode="r")
        self.phrase = np.asarray(load("held_phrase")[load("held_choose")])
        self.air = [load(n)[:len(load(n)) // 2] for n in _AIR]

    def missed(self, model):
        logits_of = lambda frames: network.score_stream(model, frames)
        best = phrase_scores(self.phrase, logits_of).max(1)
        found = np.sort(np.concatenate([peaks(_smooth(logits_of(a))) for a in self.air]))[::-1]
        hours = sum(map(len, self.air)) / 360_000
        return 100 * float(np.mean([(best < found[min(len(found) - 1, int(rate * hours))]).mean() for rate in (2, 4, 7, 10)]))


class Held:
    """Logits of each network on everything held out."""

    def __init__(self, folder, networks):
        lengths = {n: len(np.load(f"{folder}/{n}.npy", mmap_mode="r")) for n in _NEGATIVES}
        self.networks, self.hours = networks, {n: c / 360_000 for n, c in lengths.items()}
        with multiprocessing.get_context("fork").Pool(len(networks)) as pool:
            parts = pool.starmap(_hear, [(folder, q) for q in networks])
        self.negative = {n: [p[0][n] for p in parts] for n in _NEGATIVES}
        self.phrase = [p[1] for p in parts]
        self.ratios = list(clips.HELD_RATIOS_DB)
        self.choose = np.load(f"{folder}/held_choose.npy")
        self.ratio = np.arange(len(self.choose)) % len(self.ratios)

    def scores(self, weights):
        """The highest score around each held-out phrase, and the peaks where there is none."""
        phrase = sum(w * p for w, p in zip(weights, self.phrase)).max(1)
        negative = {n: peaks(sum(w * s for w, s in zip(weights, parts))) for n, parts in self.negative.items()}
        return phrase, negative

    def thresholds(self, negative):
        """For each sensitivity the threshold of its rate; beyond what was heard the tail is carried on as exponential."""
        air = np.sort(np.concatenate([negative[n] for n in _AIR]))[::-1]
        hours = sum(self.hours[n] for n in _AIR)
        top = air[:max(12, int(20 * hours))]
        slope = max(1e-3, float((top - top[-1]).mean()))
        out = {}
        for name, rate in RATES.items():
            count = rate * hours
            if count >= 8:
                out[name] = float(air[int(count)])
            else:
                out[name] = float(top[-1] + slope * np.log(len(top) / count))
        return out

    def best_weights(self):
        """The weight of the second network with fewest misses of the choosing voices, from 1 to 5 false accepts an hour."""
        best = None
        for w in (0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.0):
            weights = [1.0, w]
            phrase, negative = self.scores(weights)
            t = self.thresholds(negative)
            phrase = phrase[self.choose]
            missed = np.mean([(phrase < t["normal"]).mean(), (phrase < t["high"]).mean()])
            if best is None or missed < best[0]:
                best = (missed, weights)
        return best[1]

    def summary(self, weights):
        phrase, negative = self.scores(weights)
        phrase, ratio = phrase[~self.choose], self.ratio[~self.choose]
        thresholds = self.thresholds(negative)
        out = {"thresholds": {k: round(v, 3) for k, v in thresholds.items()}, "sensitivities": {}}
        for name, threshold in thresholds.items():
            missed = phrase < threshold
            out["sensitivities"][name] = {
                "false_accepts_per_hour": RATES[name],
                "missed_percent": round(100 * float(missed.mean()), 1),
                "missed_percent_by_noise": {r: round(100 * float(missed[ratio == i].mean()), 1) for i, r in enumerate(self.ratios)},
                "near_phrases_firing_per_hour": round(float((negative["held_near"] >= threshold).sum()) / self.hours["held_near"], 1),
            }
        out["heard"] = {"phrases": len(phrase), "hours_without": round(sum(self.hours[n] for n in _AIR), 2)}
        return out


def near_that_fire(speech, networks, weights, threshold, front_end, name="held near", room_seed=5):
    """Near phrases, each alone in a little noise, that score above the threshold: [(text, part that fires, times said)]."""
    import sound
    rng, said = np.random.default_rng(room_seed), {}
    for _, text, x in speech.sounds(name):
        y = np.zeros(len(x) + 2 * sound.RATE + 12_000, np.float32)
        y[2 * sound.RATE:2 * sound.RATE + len(x)] = x / sound.active_level(x) * 0.03
        y = sound.in_room(y, sound.shoebox(rng)) + rng.standard_normal(len(y)).astype(np.float32) * 0.001
        frames = front_end(y)
        score = sum(w * _smooth(q.logits(frames)) for w, q in zip(weights, networks))
        said.setdefault(text, []).append(bool(score[45:].max() >= threshold))
    every = [v for vs in said.values() for v in vs]
    fire = sorted(((t, float(np.mean(v)), len(v)) for t, v in said.items() if any(v)), key=lambda p: -p[1] * p[2])
    return fire, (float(np.mean(every)) if every else 0.0), len(every)
