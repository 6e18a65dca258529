"""Simulated rooms with an array of microphones, a talker and noise, for training the ear's mask."""
import numpy as np
import pyroomacoustics as pra
import scipy.signal as signal

import sound

RATE = sound.RATE
SPEED = 343.0
EARLY = int(0.05 * RATE)
POINT_NOISES = ["talker", "talker", "music", "music", "babble", "babble", "voice over music", "clatter", "appliance"]
FIELD_NOISES = ["pink", "pink", "white", "appliance", "babble", "babble", "clatter"]


def array(rng):
    """Positions of 1 to 6 microphones, metres: a pair or a circle of 5 to 10 cm, turned at will."""
    count = int(rng.choice([1, 2, 4, 6], p=[0.08, 0.17, 0.6, 0.15]))
    if count == 1:
        return np.zeros((1, 3))
    radius, turn = rng.uniform(0.026, 0.05), rng.uniform(0, 2 * np.pi)
    angles = turn + 2 * np.pi * np.arange(count) / count
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), 0 * angles], 1)


def _place(rng, size, centre, away=()):
    while True:
        distance, angle = rng.uniform(0.7, 4.2), rng.uniform(-np.pi, np.pi)
        spot = centre + [distance * np.cos(angle), distance * np.sin(angle), 0]
        spot[2] = rng.uniform(0.7, 1.8)
        apart = [abs((angle - other + np.pi) % (2 * np.pi) - np.pi) for other in away]
        if np.all(spot[:2] > 0.25) and np.all(spot[:2] < size[:2] - 0.25) and all(a > 0.4 for a in apart):
            return spot, angle


def responses(rng):
    """Of one room: positions of the microphones (in the room, and to their centre), responses of a talker and of two
    noises, each of shape (microphones, samples), the first 50 ms of the talker's, and the directions."""
    while True:
        size = np.array([rng.uniform(2.8, 8.5), rng.uniform(2.6, 6.5), rng.uniform(2.3, 3.2)])
        try:
            absorption, order = pra.inverse_sabine(rng.uniform(0.15, 0.75), size)
            break
        except ValueError:
            continue
    centre = np.array([rng.uniform(0.4, size[0] - 0.4), rng.uniform(0.4, size[1] - 0.4), rng.uniform(0.6, 1.2)])
    around = array(rng)
    places, angles = [], []
    for _ in range(3):
        spot, angle = _place(rng, size, centre, angles[:1])
        places.append(spot)
        angles.append(angle)
    pra.random.seed(int(rng.integers(1 << 31)))
    room = pra.ShoeBox(size, fs=RATE, materials=pra.Material(absorption), max_order=min(order, 30), use_rand_ism=True,
                       max_rand_disp=0.05)
    for spot in places:
        room.add_source(spot)
    room.add_microphone_array((around + centre).T)
    room.compute_rir()
    late = pra.constants.get("frac_delay_length") // 2
    found = []
    for source in range(3):
        length = min(max(len(row[source]) for row in room.rir) - late, RATE)
        response = np.zeros((len(around), length), np.float32)
        for index, row in enumerate(room.rir):
            part = row[source][late:late + length]
            response[index, :len(part)] = part
        found.append(response)
    return around, around + centre, found


def beginning(response):
    """The direct sound and what follows within 50 ms."""
    loud = np.abs(response[0])
    first = int(np.argmax(loud > 0.5 * loud.max()))
    return response[:, :first + EARLY]


def heard(x, response):
    return signal.oaconvolve(x[None], response, axes=1)[:, :len(x)].astype(np.float32)


def field(rng, kind, count, microphones, speech):
    """Noise from everywhere, with the coherence of a spherically isotropic field, RMS 1."""
    m = len(microphones)
    source = np.stack([sound.noise(kind, rng, count, speech) for _ in range(m)])
    if m == 1:
        return source
    apart = np.linalg.norm(microphones[:, None] - microphones[None], axis=2)
    frequencies, _, spectra = signal.stft(source, RATE, nperseg=512, noverlap=256)
    values, vectors = np.linalg.eigh(np.sinc(2 * frequencies[:, None, None] * apart / SPEED))
    mixing = (vectors * np.sqrt(np.maximum(values, 0))[:, None]) @ vectors.transpose(0, 2, 1)
    spectra = np.einsum("fij,jft->ift", mixing, spectra)
    y = signal.istft(spectra, RATE, nperseg=512, noverlap=256)[1][:, :count]
    return (y / np.sqrt((y * y).mean())).astype(np.float32)


def _said(rng, talker, count):
    """Sentences of one voice with pauses after 1.1 to 2 s of silence; their spans."""
    x, spans, at = np.zeros(count, np.float32), [], int(rng.uniform(1.1, 2.0) * RATE)
    while True:
        one = talker[rng.integers(len(talker))]
        if at + len(one) > count:
            break
        level = rng.uniform(0.7, 1.3) if spans else 1
        x[at:at + len(one)] = one * (level / (np.sqrt((one * one).mean()) + 1e-9))
        spans.append((at, at + len(one)))
        at += len(one) + int(rng.choice([rng.uniform(0.15, 0.6), rng.uniform(0.6, 1.6)]) * RATE)
    return x, spans


def scene(rng, room, speech, seconds=9):
    """(what the microphones hear, what they would of the talker's first 50 ms), each (samples, microphones)."""
    _, microphones, (way, *others) = room
    count = int(seconds * RATE)
    voices = list(speech)
    while True:
        voice = voices[rng.integers(len(voices))]
        dry, spans = _said(rng, speech[voice], count)
        if spans:
            break
    others_speak = [voices[k] for k in rng.integers(len(voices), size=8)]
    crowd = [x for other in others_speak if other != voice for x in speech[other]]
    talker, early = heard(dry, way), heard(dry, beginning(way))
    power = np.mean([np.mean(talker[:, a:b] ** 2) for a, b in spans])
    noise = np.zeros_like(talker)
    number = int(rng.choice([0, 1, 2], p=[0.3, 0.45, 0.25]))
    for response in others[:number]:
        kind = POINT_NOISES[rng.integers(len(POINT_NOISES))]
        y = sound.babble(rng, count, crowd[:3], 1) if kind == "talker" else sound.noise(kind, rng, count, crowd)
        y = y.astype(np.float32)
        if rng.random() < 0.2:
            y[:int(rng.uniform(0.5, 5) * RATE)] = 0
        y = heard(y, response)
        noise += y / (np.sqrt(np.mean(y * y)) + 1e-9)
    if number:
        noise *= np.sqrt(power * 10 ** (-rng.uniform(-3, 20) / 10) / np.mean(noise ** 2))
    around = field(rng, FIELD_NOISES[rng.integers(len(FIELD_NOISES))], count, microphones, crowd)
    noise += around * np.sqrt(power * 10 ** (-rng.uniform(-3, 22) / 10))
    noise += rng.standard_normal(noise.shape) * np.sqrt(power * 10 ** (-rng.uniform(25, 36) / 10))
    gains = 10 ** (np.clip(rng.normal(0, 0.5, len(microphones)), -1, 1) / 20)[:, None]
    scale = 10 ** (rng.uniform(-42, -24) / 20) / np.sqrt(power)
    mixed = (talker + noise) * gains
    scale = min(scale, 0.95 / np.abs(mixed).max())
    return (mixed * scale).T.astype(np.float32), (early * gains * scale).T.astype(np.float32)
