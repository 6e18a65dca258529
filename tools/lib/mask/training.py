"""Teaches the mask network what was heard of simulated rooms."""
import time

import numpy as np
import torch

import data
import network


def load(paths):
    """(scenes, hops, numbers) in half precision."""
    return np.concatenate([np.load(p)["scenes"] for p in paths])


def split(scenes):
    x = torch.as_tensor(scenes.astype(np.float32))
    f, b = data.FEATURES, data.BANDS
    return x[..., :f], x[..., f:f + b], x[..., f + b:]


def train(scenes, judged, epochs, save, seed=1, batch=24, rate=2e-3, tell=print):
    """Trains on `scenes`; after each epoch measures `judged` and calls `save` with the network. Returns its losses."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    sample = scenes[::7, ::5, :data.FEATURES].reshape(-1, data.FEATURES).astype(np.float32)
    mask = network.Mask(sample.mean(0), sample.std(0) + 1e-3)
    optimiser = torch.optim.AdamW(mask.parameters(), lr=rate, weight_decay=0.01)
    steps = epochs * (len(scenes) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 1, pct_start=0.15)
    losses, began = [], time.time()
    for epoch in range(epochs):
        mask.train()
        order, total = rng.permutation(len(scenes)), 0.0
        for k in range(len(scenes) // batch):
            heard, output, talker = split(scenes[np.sort(order[k * batch:(k + 1) * batch])])
            # Not every scene begins as quietly: half of the time the network wakes up in the middle.
            start = int(rng.integers(0, min(120, heard.shape[1] // 2))) if rng.random() < 0.5 else 0
            value = network.loss(mask(heard[:, start:]), output[:, start:], talker[:, start:], 1.0)
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(mask.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += value.item()
        mask.eval()
        with torch.no_grad():
            parts = [split(judged[k:k + 48]) for k in range(0, len(judged), 48)]
            found = np.mean([float(network.loss(mask(h), o, t, 1.0)) for h, o, t in parts])
            nothing = np.mean([float(network.loss(torch.ones_like(o), o, t, 1.0)) for h, o, t in parts])
        losses.append({"epoch": epoch, "training": total / max(len(scenes) // batch, 1), "judged": float(found),
                       "without": float(nothing)})
        save(mask, losses)
        tell(f"epoch {epoch + 1} of {epochs}: {losses[-1]['training']:.4f}, judged {found:.4f} (without a mask {nothing:.4f}), "
             f"{time.time() - began:.0f} s")
    return losses
