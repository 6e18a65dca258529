"""Teaches one network: the phrase must score once where it ends, and nothing else may.

Loss: cross entropy of the smoothed score, its largest value after the phrase's end (max pooling; Sun et al. 2016), its
largest ones where the phrase is not. The negatives that score highest are sought all along and shown more often. A moving
mean of the weights is kept, and of its states the one that misses least in voices that teach nothing. Everything needed to go on is saved each minute, so an interruption costs at most that.
"""
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import clips
import family
import judge
import network

PHRASES, NEGATIVES = 40, 120          # windows a step
NEGATIVE_KINDS = {"sentences": 0.4, "near": 0.25, "people": 0.25, "noise": 0.1}    # part of the windows that are not mined
MINED_PART = 0.4
MINING_ROUNDS = 16
MEAN_KEEPS = 0.998


class Trainer:
    def __init__(self, folder, features, channels, steps, seed, threads=1):
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.folder, self.features, self.steps = folder, features, steps
        self.rng = np.random.default_rng(seed)
        self.path = f"{folder}/{features}.checkpoint"
        load = lambda name: np.load(f"{folder}/{name}.npy", mmap_mode="r")
        self.phrase = load("phrase")
        self.negatives = [load(n) for n in NEGATIVE_KINDS]
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = network.Network(features, channels).to(self.device)
        self.mean = network.Network(features, channels).to(self.device)
        self.mean.load_state_dict(self.model.state_dict())
        self.optimiser = torch.optim.AdamW(self.model.parameters(), 1e-3, weight_decay=2e-3, betas=(0.9, 0.98))
        self.step, self.seconds, self.mined, self.loss = 0, 0.0, [], 1.0
        self.best, self.choice = (np.inf, 0, self.mean.state_dict()), judge.Choice(folder)
        if os.path.exists(self.path):
            self._resume()
        # Where in a clip the phrase counts as heard, by the newest sound each smoothed score has heard.
        count = (clips.PHRASE_FRAMES - network.SIGHT) // network.STRIDE + 1 - (network.SMOOTH - 1)
        heard = 0.01 * (np.arange(count) * 3 + network.SIGHT + 3 * (network.SMOOTH - 1))
        self.on = torch.from_numpy((heard >= clips.END + 0.02) & (heard <= clips.END + 0.24)).to(self.device)
        self.off = torch.from_numpy(heard < clips.END - 0.13).to(self.device)

    def _resume(self):
        kept = torch.load(self.path, weights_only=False, map_location=self.device)
        self.model.load_state_dict(kept["model"])
        self.mean.load_state_dict(kept["mean"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.step, self.seconds, self.mined, self.best = kept["step"], kept["seconds"], kept["mined"], kept["best"]
        self.rng.bit_generator.state = kept["rng"]

    def _save(self):
        torch.save({"model": self.model.state_dict(), "mean": self.mean.state_dict(), "optimiser": self.optimiser.state_dict(),
                    "step": self.step, "seconds": self.seconds, "mined": self.mined, "best": self.best, "rng": self.rng.bit_generator.state,
                    "features": self.features, "channels": self.model.channels}, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def _rate(self):
        """Up over the first twentieth, then down along a cosine."""
        done = self.step / self.steps
        return 4e-3 * (done / 0.05 if done < 0.05 else 0.5 * (1 + np.cos(np.pi * (done - 0.05) / 0.95)) + 0.002)

    def _mine(self):
        """Notes the windows without the phrase that score highest, for each kind of negatives."""
        found = []
        for kind, frames in enumerate(self.negatives):
            score = network.score_stream(self.mean, frames)
            score = np.convolve(score, np.ones(network.SMOOTH) / network.SMOOTH, "valid")
            order = np.argsort(-score)[:6000]
            taken, places = np.zeros(len(score) // 20 + 2, bool), []
            for i in order:
                if not taken[i // 20]:
                    taken[i // 20] = True
                    places.append(i)
            # The window that ends a quarter of a second after the peak.
            end = np.array(places[:800]) * 3 + network.SIGHT + 3 * (network.SMOOTH - 1) + 25
            found += [(kind, int(e) - clips.PHRASE_FRAMES) for e in end]
        self.mined = found

    def _judge(self):
        """Keeps the mean weights if they miss less than all before them."""
        missed = self.choice.missed(self.mean)
        if missed < self.best[0]:
            self.best = (missed, self.step, {k: v.clone() for k, v in self.mean.state_dict().items()})

    def _negative_windows(self):
        rng, n = self.rng, clips.PHRASE_FRAMES
        mined = int(NEGATIVES * MINED_PART) if self.mined else 0
        places = [self.mined[i] for i in rng.integers(0, len(self.mined), mined)] if mined else []
        places = [(k, p + int(rng.integers(-40, 40))) for k, p in places]
        for kind in rng.choice(len(self.negatives), NEGATIVES - mined, p=list(NEGATIVE_KINDS.values())):
            places.append((kind, int(rng.integers(0, len(self.negatives[kind])))))
        return np.stack([self.negatives[k][(q := min(max(p, 0), len(self.negatives[k]) - n)):q + n] for k, p in places])

    def _learn(self):
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate()
        chosen = self.rng.integers(0, len(self.phrase), PHRASES)
        x = np.concatenate([self.phrase[np.sort(chosen)], self._negative_windows()])
        x = torch.from_numpy(network.network_input(x, self.features))
        logits = network.smoothed(self.model(network.augment(x, self.rng).to(self.device)))
        heard, other = logits[:PHRASES], F.softplus(logits[PHRASES:])
        on, off = F.softplus(-heard[:, self.on]), F.softplus(heard[:, self.off])
        loss = (on.amin(1) + 0.2 * on.mean(1)).mean() + 0.5 * (off.amax(1) + off.mean(1)).mean()
        loss = loss + 1.5 * (other.topk(3, 1).values.mean() + other.mean())
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        self.optimiser.step()
        keep = min(MEAN_KEEPS, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for kept, new in zip(self.mean.state_dict().values(), self.model.state_dict().values()):
                if kept.is_floating_point():
                    kept.lerp_(new, 1 - keep)
        self.loss = 0.99 * self.loss + 0.01 * float(loss.detach())

    def run(self, tell, until=None):
        """Learns to the end. ``tell`` is given the steps done, the loss and the CPU seconds, about twice a minute.

        ``until`` is a step at which to stop before, as an interruption would.
        """
        last = self.steps if until is None else until
        said = saved = time.monotonic()
        spent = time.process_time()
        every = max(1, self.steps // MINING_ROUNDS)
        while self.step < last:
            if self.step and self.step % every == 0:
                self._mine()
            self._learn()
            self.step += 1
            if self.step == self.steps or self.step % every == 0 and self.step > self.steps // 4:
                self._judge()
            now = time.monotonic()
            if now - saved > 60 or self.step == last:
                self.seconds += time.process_time() - spent
                spent, saved = time.process_time(), now
                self._save()
            if now - said > 30 or self.step == last:
                said = now
                tell(self.step, self.loss, self.seconds + time.process_time() - spent, self.best)


def learned(folder, features):
    """The network that was taught: of its mean weights those that missed least."""
    kept = torch.load(f"{folder}/{features}.checkpoint", weights_only=False, map_location="cpu")
    model = network.Network(features, kept["channels"])
    missed, step, weights = kept["best"]
    model.load_state_dict(weights)
    model.eval()
    return model, {"steps": kept["step"], "best_step": step, "missed_by_choosing_voices_percent": round(missed, 1), "cpu_seconds": round(kept["seconds"])}


def main(folder, features, channels, steps, seed, threads):
    family.end_with_parent()

    def tell(step, loss, seconds, best):
        print(json.dumps({"features": features, "step": step, "steps": steps, "loss": round(loss, 4), "cpu_seconds": round(seconds),
                          "best": [round(min(best[0], 100.0), 1), best[1]]}), flush=True)
    Trainer(folder, features, channels, steps, seed, threads).run(tell)


if __name__ == "__main__":
    import sys
    folder, features, channels, steps, seed, threads = sys.argv[1:]
    main(folder, features, int(channels), int(steps), int(seed), int(threads))
