"""Half an hour of a relay that speaks and plays speech at barge-in levels: does it wake itself, and is it heard meanwhile?

A room is simulated: the loudspeaker's sound, late by the sound card, bent a little as small loudspeakers do, comes to two
microphones by an exponentially decaying room, 15 to 25 dB louder than a talker at 1 to 3 m. Everything goes through
`loqa-relay process` (the relay's own ear) and `loqa-relay detect` (its own wake engine).

usage: bench-selfwake.py PROGRAM BOARD MODEL.json PHRASE MINUTES SEED FOLDER
"""
import json
import os
import random
import subprocess
import sys
import wave

import numpy as np
from scipy.signal import fftconvolve

RATE = 16_000
RELAY_VOICES = ["slt", "rms", "kal16"]
TALKER_VOICES = ["en-us+m3", "en-gb+f2", "en-us+f4", "en-gb-x-rp+m1", "en-029+m7", "en-us+m1"]
ANSWERS = [
    "The lights in the kitchen are on.", "It is twenty one degrees in the living room.", "I set a timer for five minutes.",
    "Your timer is done. You can tell me to stop.", "Good morning. It will rain this afternoon, so take an umbrella.",
    "I did not find a device of that name. Which room do you mean?", "Here is the news. The council met on Tuesday.",
    "You can say, for example, turn on the lights, or set the heating to twenty degrees.",
    "There are three lights on. Shall I turn them off?", "The door of the garage has been open for ten minutes.",
    "The story begins in a small village by the sea, where nobody had ever heard a machine speak.",
]


def save(path, sound):
    data = np.clip(np.round(sound * 32_768), -32_768, 32_767).astype("<i2")
    with wave.open(path, "wb") as file:
        file.setnchannels(1 if data.ndim == 1 else data.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())


def spoken(command, path):
    """What a voice says, 16 kHz mono, full scale 1."""
    subprocess.run(command, check=True, capture_output=True)
    with wave.open(path) as file:
        rate, sound = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_768
    at = np.arange(0, len(sound) - 1, rate / RATE)
    return np.interp(at, np.arange(len(sound)), sound)


def flite(voice, text, folder):
    return spoken(["flite", "-voice", voice, "-t", text, "-o", f"{folder}/said.wav"], f"{folder}/said.wav")


def espeak(voice, text, speed, folder):
    return spoken(["espeak-ng", "-v", voice, "-s", str(speed), "-w", f"{folder}/said.wav", text], f"{folder}/said.wav")


def active(sound):
    """Level of the parts that are not silent."""
    power = sound[:len(sound) // 320 * 320].reshape(-1, 320) ** 2
    power = power.mean(axis=1)
    return float(np.sqrt(power[power > power.max() * 1e-3].mean()))


def room(random, decay, direct, delay):
    """A decaying room with its direct sound at a delay in samples."""
    length = int(decay * RATE)
    tail = random.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length) * (1 - direct) * 0.15
    tail[:int(0.002 * RATE)] = 0
    response = np.concatenate([np.zeros(delay), tail])
    response[delay] += direct
    return response / np.sqrt((response ** 2).sum())


def playback(minutes, phrase, seed, folder):
    """What the relay says, with short pauses; now and then the wake word itself is among its words."""
    choose, parts, length = random.Random(seed), [], 0
    while length < minutes * 60 * RATE:
        text = choose.choice(ANSWERS)
        if choose.random() < 0.08:
            text = f"To call me, say {phrase}, and then what you want. " + text
        sound = flite(choose.choice(RELAY_VOICES), text, folder)
        parts += [sound / active(sound), np.zeros(int(choose.uniform(0.2, 1.2) * RATE))]
        length += sum(map(len, parts[-2:]))
    return np.concatenate(parts)[:minutes * 60 * RATE] * 0.08


def talker(length, phrase, seed, folder):
    """The phrase every 15 to 25 s in several voices, and where each one ends."""
    choose, sound, ends, at = random.Random(seed + 1), np.zeros(length), [], 8 * RATE
    while at < length - 6 * RATE:
        said = espeak(choose.choice(TALKER_VOICES), phrase, choose.randint(130, 180), folder)
        said = np.trim_zeros(np.where(np.abs(said) > 0.003, said, 0))
        sound[at:at + len(said)] += said / active(said)
        ends.append((at / RATE, (at + len(said)) / RATE))
        at += int(choose.uniform(15, 25) * RATE)
    return sound, ends


def microphones(played, said, seed):
    """Two microphones of a board, 58 mm apart. Levels: the echo 15 to 25 dB over the talker, by stretches of two minutes."""
    generator = np.random.default_rng(seed)
    bent = np.tanh(played * 4) / 4 * 0.03 + played                 # about 30 dB down at these levels
    heard = np.zeros((len(played), 2))
    for channel in range(2):
        echo = fftconvolve(bent, room(generator, 0.35, 0.7, 900 + channel * 2))[:len(played)]
        voice = fftconvolve(said, room(generator, 0.4, 0.55, 100 + channel))[:len(played)]
        for start in range(0, len(played), 120 * RATE):
            over = 15 + 5 * (start // (120 * RATE) % 3)
            part = slice(start, start + 120 * RATE)
            gain = active(played) / active(said) / 10 ** (over / 20) if np.any(said) else 0
            heard[part, channel] = echo[part] + voice[part] * gain
        heard[:, channel] += generator.standard_normal(len(played)) * 10 ** (-62 / 20)
    return heard


def firings(program, board, model, folder, played, heard):
    save(f"{folder}/many.wav", heard)
    save(f"{folder}/reference.wav", played)
    subprocess.run([program, "process", "--board", board, "--input", f"{folder}/many.wav", "--reference", f"{folder}/reference.wav",
                    "--output", f"{folder}/clean.wav"], check=True, stdout=subprocess.DEVNULL)
    times = {}
    for name in ("clean", "many"):
        said = subprocess.run([program, "detect", "--model", model, f"{folder}/{name}.wav"], check=True, capture_output=True, text=True)
        times[name] = [json.loads(line)["time_s"] for line in said.stdout.splitlines()]
    return times


def main():
    program, board, model, phrase, minutes, seed, folder = sys.argv[1:8]
    minutes, seed = int(minutes), int(seed)
    os.makedirs(folder, exist_ok=True)
    played = playback(minutes, phrase, seed, folder)
    silent = firings(program, board, model, folder, played, microphones(played, np.zeros(len(played)), seed))
    said, ends = talker(len(played), phrase, seed, folder)
    both = firings(program, board, model, folder, played, microphones(played, said, seed))
    heard = {name: sum(any(a + 0.2 <= t <= b + 1.0 for t in times) for a, b in ends) for name, times in both.items()}
    stray = sum(not any(a + 0.2 <= t <= b + 1.0 for a, b in ends) for t in both["clean"])
    print(json.dumps({
        "minutes": minutes, "phrase": phrase, "model": os.path.basename(model),
        "self_wakes": len(silent["clean"]), "self_wakes_at": silent["clean"], "self_wakes_with_a_talker": stray,
        "without_the_ear": {"self_wakes": len(silent["many"]), "heard": heard["many"]},
        "phrases": len(ends), "heard": heard["clean"], "heard_percent": round(100 * heard["clean"] / max(1, len(ends)), 1)}, indent=1))
    if silent["clean"] or stray:
        sys.exit(f"the relay woke itself {len(silent['clean']) + stray} times")


if __name__ == "__main__":
    main()
