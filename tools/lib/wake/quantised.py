"""A network in 8-bit integers: scales from what it hears, and a run over a long recording that equals the relay's bit for bit.

The arithmetic is that of TensorFlow Lite's reference kernels (Jacob et al. 2018).
"""
import math

import numpy as np

import frontend
from network import KERNELS, STEM, STRIDE

INPUT_SCALE, INPUT_ZERO = 0.10196078568696976, -128


def factor(real):
    """real = mantissa * 2^(shift - 31), a mantissa of 31 bits."""
    q, shift = math.frexp(real)
    mantissa = math.floor(q * (1 << 31) + 0.5)
    return (mantissa // 2, shift + 1) if mantissa == 1 << 31 else (mantissa, shift)


def rescale(x, mantissa, shift):
    """Integers times factor(), rounded twice: the high half to the nearest, then the shift, halves away from zero.

    Vectors of factors go with the last axis.
    """
    mantissa, shift = np.asarray(mantissa, np.int64), np.asarray(shift, np.int64)
    y = x.astype(np.int64)
    if (shift > 0).any():
        y <<= np.maximum(shift, 0)
    y *= mantissa
    y += 1 << 30
    y >>= 31
    right = np.maximum(-shift, 0)
    y += (y >> 63) * (right > 0)
    y += (np.int64(1) << right) >> 1
    y >>= right
    return y


def clip8(x, lowest=-128):
    return np.clip(x, lowest, 127).astype(np.int8)


def quantised_input(frames, features):
    """Frames of the front end -> what the relay gives the network."""
    v = frames[..., frontend.FEATURES[features]].astype(np.float32) * np.float32(frontend.SCALE)
    return clip8(np.rint(v / np.float32(INPUT_SCALE)) + INPUT_ZERO)


class Layer:
    """Weights (outputs, inputs of one step...) in int8 by channel, biases in int32, and scales in and out."""

    def __init__(self, kind, weight, bias, source, low, high):
        self.kind, (self.in_scale, self.in_zero) = kind, source
        rows = weight.reshape(len(weight), -1)
        per_channel = np.abs(rows).max(1) if kind != "head" else np.full(1, np.abs(rows).max())
        self.scales = np.maximum(per_channel / 127, 1e-9).astype(np.float32)
        scales = self.scales.astype(np.float64)
        self.weight = np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)
        self.bias = np.clip(np.rint(bias / (float(self.in_scale) * scales)), -2 ** 31, 2 ** 31 - 1).astype(np.int32)
        self.relu = kind in ("stem", "wide")
        self.out = scale_for(0 if self.relu else low, high, at_bottom=self.relu)
        pairs = [factor(float(self.in_scale) * s / float(self.out[0])) for s in scales]
        self.mantissa, self.shift = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    def finish(self, sums):
        y = rescale(sums + self.bias, self.mantissa, self.shift) + self.out[1]
        return clip8(y, self.out[1] if self.relu else -128)

    def dense(self, x):
        """(steps, inputs) int8 -> (steps, outputs) int8."""
        centred = x.astype(np.float64) - self.in_zero
        return self.finish(np.rint(centred @ self.weight.T.astype(np.float64)).astype(np.int64))

    def deep(self, x):
        """(steps, channels) int8 with the past in front -> one row less than the kernel fewer."""
        kernel = self.weight.shape[1]
        count, centred = len(x) - kernel + 1, x.astype(np.int64) - self.in_zero
        return self.finish(sum(centred[k:k + count] * self.weight[:, k].astype(np.int64) for k in range(kernel)))


class Sum:
    """The relay's addition of two tensors of different scales."""

    def __init__(self, left, right, high):
        self.left, self.right, self.out = left, right, scale_for(0, high, at_bottom=True)
        twice = 2 * max(float(left[0]), float(right[0]))
        self.factors = [factor(float(left[0]) / twice), factor(float(right[0]) / twice),
                        factor(twice / ((1 << 20) * float(self.out[0])))]

    def __call__(self, a, b):
        a, b = ((v.astype(np.int64) - s[1]) << 20 for v, s in ((a, self.left), (b, self.right)))
        return clip8(rescale(rescale(a, *self.factors[0]) + rescale(b, *self.factors[1]), *self.factors[2]) + self.out[1])


def scale_for(low, high, at_bottom=False):
    """(scale, zero point) of int8 that spans low...high and holds 0 exactly."""
    low, high = min(low, 0.0), max(high, 1e-3)
    scale = np.float32((high - low) / 255)
    return scale, -128 if at_bottom else int(np.clip(round(-128 - low / float(scale)), -128, 127))


def _range(x):
    return float(np.quantile(x, 0.00005)), float(np.quantile(x, 0.99995))


class Quantised:
    """Integers made of the plain layers that ``network.folded`` gives; ``heard`` are frames to set the scales by."""

    def __init__(self, layers, features, heard):
        self.features, self.channels = features, len(layers[0][1])
        v = heard[:, frontend.FEATURES[features]].astype(np.float64) * frontend.SCALE
        source = (np.float32(INPUT_SCALE), INPUT_ZERO)
        _, w, b = layers[0]
        x = np.stack([v[i:i + STEM].ravel() for i in range(0, len(v) - STEM + 1, STRIDE)])
        w = w.transpose(0, 2, 1).reshape(len(w), -1)               # taps, then bands: as they lie in memory
        x = np.maximum(x @ w.T + b, 0)
        self.stem = Layer("stem", w, b, source, *_range(x))
        source, self.blocks = self.stem.out, []
        for k, kernel in enumerate(KERNELS):
            (_, w, b), (_, w2, b2) = layers[1 + 2 * k:3 + 2 * k]
            taps = w[:, 0]
            count = len(x) - kernel + 1
            y = sum(x[j:j + count] * taps[:, j] for j in range(kernel)) + b
            deep = Layer("deep", taps, b, source, *_range(y))
            y = np.maximum(y @ w2[:, :, 0].T + b2, 0)
            wide = Layer("wide", w2[:, :, 0], b2, deep.out, *_range(y))
            x = y + x[kernel - 1:]
            total = Sum(wide.out, source, _range(x)[1])
            self.blocks.append((deep, wide, total))
            source = total.out
        _, w, b = layers[-1]
        self.head = Layer("head", w[:, :, 0], b, source, *_range(x @ w[:, :, 0].T + b))

    def logits(self, frames):
        """One logit for each 3 frames, from the first on, as the relay computes them from a fresh start."""
        x = quantised_input(frames[:len(frames) // STRIDE * STRIDE], self.features)
        x = np.concatenate([np.full((STEM - STRIDE, x.shape[1]), INPUT_ZERO, np.int8), x])
        x = self.stem.dense(np.stack([x[i:i + STEM].ravel() for i in range(0, len(x) - STEM + 1, STRIDE)]))
        for (deep, wide, total), kernel in zip(self.blocks, KERNELS):
            past = np.full((kernel - 1, self.channels), deep.in_zero, np.int8)
            x = total(wide.dense(deep.deep(np.concatenate([past, x]))), x)
        y = self.head.dense(x)[:, 0]
        return (y.astype(np.float32) - self.head.out[1]) * self.head.out[0]
