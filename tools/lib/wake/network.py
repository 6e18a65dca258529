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
        self.deep = nn.Conv1d(channels, channels, kernel, groups=channels, bias=False)
        self.wide = nn.Conv1d(channels, channels, 1, bias=False)
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x):
        return torch.relu(self.norm(self.wide(self.deep(x)))) + x[:, :, self.kernel - 1:]


class Network(nn.Module):
    def __init__(self, features, channels):
        super().__init__()
        self.features, self.channels = features, channels
        self.stem = nn.Conv1d(frontend.CHANNELS, channels, STEM, stride=STRIDE, bias=False)
        self.norm = nn.BatchNorm1d(channels)
        self.blocks = nn.Sequential(*[Block(channels, k) for k in KERNELS])
        self.head = nn.Conv1d(channels, 1, 1)

    def forward(self, x):
        """(clips, 40, frames) as ``network_input`` gives -> (clips, logits), one each 3 frames from frame SIGHT - 1 on."""
        return self.head(self.blocks(torch.relu(self.norm(self.stem(x)))))[:, 0]

    def multiplications(self):
        """For each second of sound."""
        return sum(m.weight.numel() for m in self.modules() if isinstance(m, nn.Conv1d)) * 100 // STRIDE


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
    x, out = network_input, []
    with torch.no_grad():
        for start in range(0, len(frames) - SIGHT + 1, chunk):
            part = frames[start:start + chunk + SIGHT - STRIDE]
            if len(part) >= SIGHT:
                out.append(model(torch.from_numpy(np.ascontiguousarray(x(part, model.features).T))[None])[0].numpy())
    model.train()
    return np.concatenate(out) if out else np.zeros(0, np.float32)


def score_clips(model, clips, batch=256):
    model.eval()
    with torch.no_grad():
        out = [model(torch.from_numpy(network_input(clips[i:i + batch], model.features)).transpose(1, 2)).numpy()
               for i in range(0, len(clips), batch)]
    model.train()
    return np.concatenate(out)


def augment(x, rng):
    """Each clip's features as of another throat, another microphone, another distance, and with holes (SpecAugment)."""
    count, bands, frames = x.shape
    ratio = torch.from_numpy(np.exp(rng.uniform(-0.16, 0.16, (count, 1))).astype(np.float32))
    shift = torch.from_numpy(rng.uniform(-1.2, 1.2, (count, 1)).astype(np.float32))
    at = (torch.arange(bands)[None] * ratio + shift).clamp(0, bands - 1.001)
    low = at.long()
    part = (at - low)[:, :, None]
    index = low[:, :, None].expand(count, bands, frames)
    x = x.gather(1, index) * (1 - part) + x.gather(1, index + 1) * part
    curve = np.cos(np.pi * np.arange(5)[:, None] * np.arange(bands) / bands)
    x = x + torch.from_numpy((rng.normal(0, 0.08, (count, 5)) @ curve).astype(np.float32))[:, :, None]

    band, frame = np.arange(bands), np.arange(frames)
    first, width = rng.integers(0, bands, (2, count, 1)), rng.integers(0, 9, (2, count, 1))
    holes = ((band >= first[0]) & (band < first[0] + width[0]))
    holes |= (band >= first[1]) & (band < first[1] + width[1] // 2)
    holes |= (band >= rng.integers(25, 36, (count, 1))) & (rng.random((count, 1)) < 0.12)      # a telephone's band
    start, length = rng.integers(0, frames, (count, 1)), rng.integers(0, 8, (count, 1))
    gaps = (frame >= start) & (frame < start + length)
    keep = torch.from_numpy(~(holes[:, :, None] | gaps[:, None, :]))
    return torch.where(keep, x, x.amin((1, 2), keepdim=True))


def folded(model):
    """A list of plain layers for export: (kind, weight, bias), the input's scaling and the normalisation folded in."""
    def fold(conv, norm):
        gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach().double()
        return conv.weight.detach().double() * gain[:, None, None], (norm.bias - norm.running_mean * gain).detach().double()

    weight, bias = fold(model.stem, model.norm)
    mean, spread = _CENTRE[model.features]
    layers = [("stem", weight / spread, bias - weight.sum((1, 2)) * mean / spread)]
    for block in model.blocks:
        layers.append(("deep", block.deep.weight.detach().double(), torch.zeros(model.channels).double()))
        layers.append(("wide", *fold(block.wide, block.norm)))
    layers.append(("head", model.head.weight.detach().double(), model.head.bias.detach().double()))
    return [(kind, w.numpy(), b.numpy()) for kind, w, b in layers]
