"""The network that the ear runs, and its file."""
import struct

import numpy as np
import torch

import data

VERSION = 1
FRONT, FIRST, SECOND = 64, 96, 64


class Mask(torch.nn.Module):
    """Of what is heard (batch, hops, features), the gain of every band, 0...1, causal."""

    def __init__(self, mean, spread):
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("spread", torch.as_tensor(spread, dtype=torch.float32))
        self.front = torch.nn.Linear(data.FEATURES, FRONT)
        self.first = torch.nn.GRU(FRONT, FIRST, batch_first=True)
        self.second = torch.nn.GRU(FIRST, SECOND, batch_first=True)
        self.last = torch.nn.Linear(SECOND, data.BANDS)

    def forward(self, x):
        x = torch.relu(self.front((x - self.mean) / self.spread))
        x, _ = self.first(x)
        x, _ = self.second(x)
        return torch.sigmoid(self.last(x))


def loss(gain, output, talker, heard):
    """Between the log powers of what the mask leaves and of the talker, above a floor 20 dB below the talker's mean in the
    band: what recognisers measure. `output` and `talker` are decimal logarithms; `heard` is 0 where a scene is over."""
    power = 10 ** talker
    speaks = (power.sum(2, keepdim=True) > 0.05 * power.sum(2).mean(1)[:, None, None]).float()
    floor = 0.01 * (power * speaks).sum(1, keepdim=True) / (speaks.sum(1, keepdim=True) + 1) + 1e-9
    left = torch.log10(gain ** 2 * 10 ** output + floor)
    wanted = torch.log10(power + floor)
    return (((left - wanted) ** 2) * heard).mean()


def rows(weight, bias):
    """Scales, biases and 8-bit rows of a matrix, as the file has them."""
    scale = np.maximum(np.abs(weight).max(1), 1e-8) / 127
    small = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8)
    return scale.astype("<f4").tobytes() + bias.astype("<f4").tobytes() + small.tobytes()


def checksum(raw):
    value = 0x811C9DC5
    for byte in raw:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def write(mask, path):
    """Writes the file; the scaling of what is heard goes into the first layer."""
    get = lambda t: t.detach().numpy().astype(np.float64)
    front = get(mask.front.weight) / get(mask.spread)
    parts = [rows(front, get(mask.front.bias) - front @ get(mask.mean))]
    for layer in (mask.first, mask.second):
        parts.append(rows(get(layer.weight_ih_l0), get(layer.bias_ih_l0)))
        parts.append(rows(get(layer.weight_hh_l0), get(layer.bias_hh_l0)))
    parts.append(rows(get(mask.last.weight), get(mask.last.bias)))
    raw = b"LOQAMASK" + struct.pack("<4H", VERSION, FRONT, FIRST, SECOND) + b"".join(parts)
    path.write_bytes(raw + struct.pack("<I", checksum(raw)))
