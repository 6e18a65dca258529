"""What the ear hears of many simulated rooms, by the ear's own code, kept in files."""
import multiprocessing
import os
import subprocess
from pathlib import Path

import numpy as np

import rooms
import speech

HOP = 256
FEATURES, BANDS = 122, 40
SCENES_PER_ROOM = 4


def hear(program, positions, mixed, early):
    """(hops, features + bands + bands): what a mask hears, power of the beam's output, of the talker's early part."""
    count = mixed.shape[1]
    hops = len(mixed) // HOP
    planar = lambda x: x[:hops * HOP].reshape(hops, HOP, count).transpose(0, 2, 1).reshape(hops, count * HOP)
    raw = np.concatenate([planar(mixed), planar(early)], 1).astype("<f4").tobytes()
    places = " ".join(",".join(f"{value:.5f}" for value in place) for place in positions)
    told = subprocess.run([program, "--positions", places], input=raw, capture_output=True, check=True).stdout
    return np.frombuffer(told, "<f4").reshape(hops, FEATURES + 2 * BANDS)


def _room(job):
    program, folder, seed = job
    path = folder / f"room-{seed}.npz"
    if path.exists():
        return
    rng = np.random.default_rng([seed, 77])
    room = rooms.responses(rng)
    scenes = []
    for _ in range(SCENES_PER_ROOM):
        told = hear(program, room[0], *rooms.scene(rng, room, _said)).copy()
        told[:, FEATURES:] = np.log10(told[:, FEATURES:] + 1e-9)
        scenes.append(told.astype(np.float16))
    np.savez(folder / f"part-{seed}.npz", scenes=np.stack(scenes))
    os.replace(folder / f"part-{seed}.npz", path)


def make(program, folder, count, first=0, tell=print, workers=1):
    """Hears `count` rooms, whose seeds begin at `first`, and returns their files; those that are there stay."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    said = speech.make(folder / "speech.pickle", 900, 5, tell)
    jobs = [(program, folder, seed) for seed in range(first, first + count)]
    # Processes share what is said by being forked.
    with multiprocessing.get_context("fork").Pool(workers, _remember, (said,)) as pool:
        for done, _ in enumerate(pool.imap(_room, jobs)):
            if done % 20 == 19:
                tell(f"{done + 1} of {count} rooms")
    return [folder / f"room-{seed}.npz" for seed in range(first, first + count)]


def _remember(said):
    global _said
    _said = said
