"""The network that hears a phrase: a stem over 3 frames of 10 ms and blocks of long, thin filters, one logit every 30 ms.

Its sight is finite (1.31 s), so clips teach it what it needs on an endless stream. Shape and size suit a microcontroller.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import frontend

KERNELS = (7, 11, 13, 15)
STEM, STRIDE = 5, 3
SIGHT = STEM + STRIDE * sum(k - 1 for k in KERNELS)      # frames of 10 ms
SMOOTH = 4                                               # logits whose mean is the score: 120 ms
_CENTRE = {"micro": (8.0, 8.0), "log-mel": (20.0, 3.5)}  # mean and spread of the input, folded into the stem at export


class Block(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.kernel = kernel
        self.deep = nn.Conv2d(channels, channels, (1, kernel), groups=channels, bias=False)
        self.wide = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return torch.relu(self.norm(self.wide(self.deep(x)))) + x[..., self.kernel - 1:]


class Network(nn.Module):
    def __init__(self, features, channels):
        super().__init__()
        self.features, self.channels = features, channels
        self.stem = nn.Conv2d(frontend.CHANNELS, channels, (1, STEM), stride=(1, STRIDE), bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.blocks = nn.Sequential(*[Block(channels, k) for k in KERNELS])
        self.head = nn.Conv2d(channels, 1, 1)
        self.to(memory_format=torch.channels_last)               # half the time of the other layout on a CPU

    def forward(self, x):
        """(clips, frames, 40) as ``network_input`` gives -> (clips, logits), one each 3 frames from frame SIGHT - 1 on."""
        x = x.transpose(1, 2)[:, :, None]
        return self.head(self.blocks(torch.relu(self.norm(self.stem(x)))))[:, 0, 0]

    def multiplications(self):
        """For each second of sound."""
        return sum(m.weight.numel() for m in self.modules() if isinstance(m, nn.Conv2d)) * 100 // STRIDE


def network_input(frames, features):
    """Frames of the front end (..., frames, 80) -> floats around 0 (..., frames, 40)."""
    mean, spread = _CENTRE[features]
    return (frames[..., frontend.FEATURES[features]].astype(np.float32) * frontend.SCALE - mean) / spread


def smoothed(logits):
    """The mean of SMOOTH logits; one less than SMOOTH fewer than before."""
    return F.avg_pool1d(logits[:, None], SMOOTH, 1)[:, 0]


def score_stream(model, frames, chunk=30_000):
    """One logit each 30 ms over a long recording's frames."""
    model.eval()
    device = model.head.bias.device
    out = []
    with torch.no_grad():
        for start in range(0, len(frames) - SIGHT + 1, chunk):
            part = frames[start:start + chunk + SIGHT - STRIDE]
            if len(part) >= SIGHT:
                out.append(model(torch.from_numpy(network_input(part, model.features))[None].to(device))[0].cpu().numpy())
    model.train()
    return np.concatenate(out) if out else np.zeros(0, np.float32)


def augment(x, rng):
    """Each clip's features as of another throat, another microphone, another distance, and with holes (SpecAugment)."""
    count, frames, bands = x.shape
    at = np.arange(bands) * np.exp(rng.uniform(-0.16, 0.16, (count, 1))) + rng.uniform(-1.2, 1.2, (count, 1))
    at = np.clip(at, 0, bands - 1.001)[:, None]                  # where each band's content comes from
    warp = np.maximum(0, 1 - np.abs(at - np.arange(bands)[:, None])).astype(np.float32)
    x = torch.bmm(x, torch.from_numpy(warp))
    curve = np.cos(np.pi * np.arange(5)[:, None] * np.arange(bands) / bands)
    x = x + torch.from_numpy((rng.normal(0, 0.08, (count, 5)) @ curve).astype(np.float32))[:, None]

    band, frame = np.arange(bands), np.arange(frames)
    first, width = rng.integers(0, bands, (2, count, 1)), rng.integers(0, 9, (2, count, 1))
    holes = ((band >= first[0]) & (band < first[0] + width[0]))
    holes |= (band >= first[1]) & (band < first[1] + width[1] // 2)
    holes |= (band >= rng.integers(25, 36, (count, 1))) & (rng.random((count, 1)) < 0.12)      # a telephone's band
    start, length = rng.integers(0, frames, (count, 1)), rng.integers(0, 8, (count, 1))
    gaps = (frame >= start) & (frame < start + length)
    hidden = torch.from_numpy(holes[:, None, :] | gaps[:, :, None])
    return x.masked_fill(hidden, -1.0)


def folded(model):
    """A list of plain layers for export: (kind, weight, bias), the input's scaling and the normalisation folded in."""
    def fold(conv, norm):
        gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach().double()
        return conv.weight.detach().double()[:, :, 0] * gain[:, None, None], (norm.bias - norm.running_mean * gain).detach().double()

    weight, bias = fold(model.stem, model.norm)
    mean, spread = _CENTRE[model.features]
    layers = [("stem", weight / spread, bias - weight.sum((1, 2)) * mean / spread)]
    for block in model.blocks:
        layers.append(("deep", block.deep.weight.detach().double()[:, :, 0], torch.zeros(model.channels).double()))
        layers.append(("wide", *fold(block.wide, block.norm)))
    layers.append(("head", model.head.weight.detach().double()[:, :, 0], model.head.bias.detach().double()))
    return [(kind, w.numpy(), b.numpy()) for kind, w, b in layers]
