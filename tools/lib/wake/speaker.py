"""Other speakers from one recording, by the WORLD vocoder (Morise et al. 2016): pitch, its movement, vocal tract length,
breath, tilt and uneven tempo. And tempo alone by overlap-add with best fit (WSOLA; Verhelst and Roelands 1993)."""
import numpy as np
import pyworld

import sound

_STEP_MS = 5.0


def analyse(x):
    """Pitch, envelope and aperiodicity every 5 ms, to be given to ``other_speaker`` any number of times."""
    x = np.ascontiguousarray(x, np.float64)
    pitch, times = pyworld.dio(x, sound.RATE, frame_period=_STEP_MS)
    pitch = pyworld.stonemask(x, pitch, times, sound.RATE)
    return (pitch, pyworld.cheaptrick(x, pitch, times, sound.RATE).astype(np.float32),
            pyworld.d4c(x, pitch, times, sound.RATE).astype(np.float32))


def _resampled(rows, at):
    i = np.clip(at.astype(int), 0, len(rows) - 2)
    part = (at - i)[:, None]
    return rows[i] * (1 - part) + rows[i + 1] * part


def other_speaker(analysis, rng, tempo=(0.75, 1.35)):
    """The same words by someone else."""
    pitch, envelope, noise = analysis
    count = len(pitch)
    if count < 8:
        return np.zeros(0, np.float32)
    rate = np.exp(rng.uniform(*np.log(tempo)))
    local = np.exp(0.22 * np.interp(np.linspace(0, 1, count), np.linspace(0, 1, 6), rng.standard_normal(6)))
    clock = np.concatenate([[0], np.cumsum(1 / (rate * local))])[:count]
    at = np.interp(np.arange(0, clock[-1]), clock, np.arange(count))
    at = np.clip(at, 0, count - 1.001)

    tract = np.exp(rng.uniform(-0.2, 0.2))
    bins = envelope.shape[1]
    from_bin = np.clip(np.arange(bins) * tract, 0, bins - 1.001)
    envelope = np.log(_resampled(_resampled(envelope, at).T, from_bin).T + 1e-16)
    noise = _resampled(_resampled(noise, at).T, from_bin).T
    tilt = rng.normal(0, 1.0) * np.linspace(0.5, -0.5, bins)
    envelope = np.exp(envelope + tilt + 0.4 * rng.normal(0, 1) * np.cos(np.linspace(0, np.pi * rng.uniform(1, 5), bins)))
    if rng.random() < 0.3:
        noise = 1 - (1 - noise) * rng.uniform(0.1, 0.8)   # breath

    voiced = pitch[np.round(at).astype(int)]
    told = voiced > 0
    if told.any():
        middle = np.exp(np.log(voiced[told]).mean())
        # Towards where people speak: a low voice is raised further than a high one.
        goal = np.exp(rng.uniform(np.log(85), np.log(290))) if rng.random() < 0.7 else middle * np.exp(rng.uniform(-0.3, 0.3))
        goal = np.clip(goal, middle * 0.55, middle * 2.2)
        slow = np.interp(np.linspace(0, 1, len(at)), np.linspace(0, 1, 5), rng.normal(0, 0.1, 5))
        moved = goal * (np.maximum(voiced, 1) / middle) ** rng.uniform(0.3, 1.8) * np.exp(slow)
        voiced = np.where(told, np.clip(moved, 60, 500), 0.0)
    y = pyworld.synthesize(np.ascontiguousarray(voiced), np.ascontiguousarray(envelope, np.float64),
                           np.ascontiguousarray(np.clip(noise, 0, 1), np.float64), sound.RATE, _STEP_MS)
    return sound.normal(y.astype(np.float32))


def stretch(x, factor, window=640):
    """Longer by the factor; pitch and tract stay."""
    if abs(factor - 1) < 0.02 or len(x) < 4 * window:
        return x
    half, reach = window // 2, window // 4
    shape = np.hanning(window).astype(np.float32)
    count = int(len(x) * factor)
    y, weight = np.zeros(count + window, np.float32), np.full(count + window, 1e-3, np.float32)
    padded = np.concatenate([np.zeros(reach, np.float32), x, np.zeros(2 * window + reach, np.float32)])
    last = reach
    for start in range(0, count, half):
        at = reach + int(start / factor)
        if start:
            goal, near = padded[last + half:last + half + window], padded[at - reach:at + reach + window]
            if len(near) < window or len(goal) < window:
                break
            at += int(np.argmax(np.correlate(near, goal, "valid"))) - reach
        if at + window > len(padded):
            break
        y[start:start + window] += padded[at:at + window] * shape
        weight[start:start + window] += shape
        last = at
    return (y / weight)[:count]


def vary(x, rng, amount=0.1):
    """A slightly other speaker at another tempo, cheaply: by sampling faster or slower, then by stretching."""
    faster = np.exp(rng.uniform(-amount, amount))
    count = max(16, int(len(x) / faster))
    moved = np.interp(np.arange(count) * faster, np.arange(len(x)), x).astype(np.float32)
    return stretch(moved, np.exp(rng.uniform(-1.4 * amount, 1.4 * amount)))
