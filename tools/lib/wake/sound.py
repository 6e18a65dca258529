"""Sound at 16 kHz as float arrays in -1...1: files, levels, rooms, noise, codecs."""
import io

import numpy as np
import scipy.signal as signal
import soundfile

RATE = 16_000
NOISES = ["white", "pink", "babble", "music", "appliance", "voice over music", "clatter"]


def load(path):
    try:
        x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except Exception:  # an engine that failed leaves half a file: the same as none
        return np.zeros(0, np.float32)
    x = x.mean(1)
    if rate != RATE:
        common = np.gcd(rate, RATE)
        x = signal.resample_poly(x, RATE // common, rate // common).astype(np.float32)
    return x


def normal(x):
    """Peak 0.5 and no silence at the ends, so that the length is the end of what is said; empty if nothing is."""
    peak = np.abs(x).max() if len(x) else 0
    if peak < 1e-4 or len(x) < 1600:
        return np.zeros(0, np.float32)
    x = (x * (0.5 / peak)).astype(np.float32)
    level = np.sqrt(signal.lfilter(np.ones(160) / 160, 1, x * x) + 1e-12)
    on = np.nonzero(level > level.max() * 10 ** (-38 / 20))[0]
    return x[max(0, on[0] - 320):min(len(x), on[-1] + 80)]


def active_level(x):
    """RMS over the frames within 25 dB of the loudest."""
    e = (x[:len(x) // 160 * 160].reshape(-1, 160) ** 2).mean(1)
    return float(np.sqrt(e[e > e.max() * 10 ** -2.5].mean())) if len(e) else 1e-9


def shoebox(rng):
    """A room's response by image sources (Allen and Berkley 1979): 0.15-0.8 s, direct sound first, its size 1."""
    size = np.array([rng.uniform(2.2, 8), rng.uniform(2, 6), rng.uniform(2.2, 3.4)])
    decay = rng.uniform(0.15, 0.8)
    wall = 2 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2])
    reflected = np.sqrt(max(0.05, 1 - min(0.95, 0.161 * size.prod() / (wall * decay))))
    microphone, mouth = rng.uniform(0.2, size - 0.2), rng.uniform(0.2, size - 0.2)
    if rng.random() < 0.4:                                  # on a table or a wall
        microphone[2] = rng.uniform(0.6, 1.2)
        mouth[2] = rng.uniform(0.9, 1.8)
    n = np.arange(-6, 7)
    box = np.stack(np.meshgrid(n, n, n, indexing="ij"), -1).reshape(-1, 1, 3)
    side = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(1, -1, 3)
    way = np.linalg.norm((1 - 2 * side) * mouth + 2 * box * size - microphone, axis=-1).ravel()
    bounces = (np.abs(box - side) + np.abs(box)).sum(-1).ravel()
    direct = np.linalg.norm(mouth - microphone)
    at = np.rint((way - direct) / 343 * RATE).astype(int)
    count = RATE // 2
    told = (at >= 0) & (at < count)
    h = np.bincount(at[told], (reflected ** bounces[told]) * direct / np.maximum(way[told], 0.3), minlength=count)
    return signal.lfilter([1, -0.97], [1, -rng.uniform(0.85, 0.93)], h).astype(np.float32)


def hall(rng):
    """A response of decaying noise with a few early echoes, darker the later."""
    decay, direct_db, count = rng.uniform(0.1, 0.9), rng.uniform(-3, 15), int(0.5 * RATE)
    t = np.arange(count) / RATE
    h = rng.standard_normal(count) * 10 ** (-3 * t / decay) * (t > rng.uniform(0.001, 0.01))
    dark = signal.lfilter([0.3], [1, -0.7], h)
    h = h * np.exp(-t / 0.08) + dark * (1 - np.exp(-t / 0.08))
    h[rng.integers(8, 480, 5)] += rng.uniform(-2, 2, 5)
    h *= 10 ** (-direct_db / 20) / np.sqrt((h * h).sum())
    h[0] = 1
    return h.astype(np.float32)


def in_room(x, response):
    return signal.fftconvolve(x, response)[:len(x)].astype(np.float32)


def _coloured(rng, count, slope):
    f = np.fft.rfftfreq(count, 1 / RATE)
    spectrum = (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f))) / np.maximum(f, 30) ** (slope / 2)
    return np.fft.irfft(spectrum, count)


def _music(rng, count):
    """Chords with overtones that decay, a tune and a drum."""
    y, beat, at = np.zeros(count + RATE), int(RATE * rng.uniform(0.25, 0.7)), 0
    root, kind = rng.uniform(80, 260), rng.integers(4)
    scale = np.array([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10]][rng.integers(2)])
    while at < count:
        degree, length = rng.integers(7), min(beat * int(rng.choice([1, 1, 2])), len(y) - at)
        t = np.arange(length) / RATE
        steps = [scale[(degree + k) % 7] + 12 * ((degree + k) // 7) for k in (0, 2, 4)] + [scale[rng.integers(7)] + 12]
        for step in steps:
            f = root * 2 ** (step / 12)
            decay = np.exp(-t * rng.uniform(0.3, 6))
            for k in range(1, 7):
                if f * k < 7500:
                    bend = 0.004 * np.sin(2 * np.pi * 5.5 * t) * (kind == 1)
                    y[at:at + length] += np.sin(2 * np.pi * f * k * t + f * k * bend) / k ** (0.8 + 0.4 * kind) * decay
        if rng.random() < 0.7:
            n = min(2400, len(y) - at)
            y[at:at + n] += rng.standard_normal(n) * np.exp(-np.arange(n) / 400) * rng.uniform(0.3, 3)
        at += length
    return y[:count]


def _appliance(rng, count):
    edges = np.sort(np.exp(rng.uniform(np.log(90), np.log(6000), 2)))
    band = signal.butter(2, [edges[0], max(edges[1], edges[0] * 1.5)], "band", fs=RATE)
    t = np.arange(count) / RATE
    y = signal.lfilter(*band, rng.standard_normal(count)) * (1 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.3, 8) * t))
    f = rng.choice([50, 60]) * rng.integers(1, 5)
    return y / y.std() + rng.uniform(0, 1) * sum(np.sin(2 * np.pi * f * k * t) / k for k in range(1, 6))


def _clatter(rng, count):
    """Dishes, doors, keys: short decaying bursts and ringing tones over a faint hiss."""
    y = 0.02 * rng.standard_normal(count)
    for at in rng.integers(0, count, int(count / RATE * rng.uniform(1, 6))):
        n = min(int(RATE * rng.uniform(0.02, 0.25)), count - at)
        t = np.arange(n) / RATE
        ring = sum(np.sin(2 * np.pi * f * t) for f in np.exp(rng.uniform(np.log(200), np.log(6000), 3)))
        y[at:at + n] += (rng.standard_normal(n) * rng.random() + ring * rng.random()) * np.exp(-t * rng.uniform(20, 120))
    return y


def babble(rng, count, speech, talkers):
    y = np.zeros(count)
    for _ in range(talkers):
        at = -int(rng.integers(0, RATE))
        while at < count:
            x = speech[rng.integers(len(speech))]
            a, b = max(0, at), min(count, at + len(x))
            if b > a:
                y[a:b] += x[a - at:b - at] * rng.uniform(0.5, 1)
            at += len(x) + int(rng.uniform(0.02, 0.4) * RATE)
    return y


def noise(kind, rng, count, speech):
    """Noise of the kind, RMS 1."""
    if kind == "white":
        y = rng.standard_normal(count)
    elif kind == "pink":
        y = _coloured(rng, count, rng.uniform(0.7, 2.2))
    elif kind == "babble":
        y = babble(rng, count, speech, int(rng.integers(2, 9)))
    elif kind == "music":
        y = _music(rng, count)
    elif kind == "appliance":
        y = _appliance(rng, count)
    elif kind == "clatter":
        y = _clatter(rng, count)
    else:
        y = babble(rng, count, speech, 1) * 8 / 10 + 0.3 * _music(rng, count) * rng.uniform(0.3, 1.5)
    return (y / (np.sqrt((y * y).mean()) + 1e-9)).astype(np.float32)


def through_codec(x, rng):
    """As it sounds after a telephone or a lossy codec at few bits."""
    if rng.random() < 0.5:
        edges = [rng.uniform(150, 350), rng.uniform(3000, 3900)]
        y = signal.sosfilt(signal.butter(4, edges, "band", fs=RATE, output="sos"), x)
        peak = np.abs(y).max() + 1e-9
        small = np.sign(y) * np.log1p(255 * np.abs(y) / peak) / np.log(256)         # the curve of G.711 mu-law
        small = np.round(small * 127) / 127
        return (np.sign(small) * (256 ** np.abs(small) - 1) / 255 * peak).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, x, RATE, format="OGG", subtype="OPUS", compression_level=rng.uniform(0.9, 1.0))
    file.seek(0)
    y, _ = soundfile.read(file, dtype="float32")
    return np.resize(y, len(x)) if len(y) >= len(x) else np.pad(y, (0, len(x) - len(y)))
