"""How far apart two boards played the same sound, from what they recorded."""

import array

RATE = 16_000
CHANNELS = 2
# Samples that are compared, and how far apart they are looked for (40 ms each way).
LENGTH, REACH = 3_200, 640


def samples(path, first, count):
    """The first channel of a board's output, from a frame on."""
    with open(path, "rb") as file:
        file.seek(first * 2 * CHANNELS)
        data = array.array("h", file.read(count * 2 * CHANNELS))
    return data[::CHANNELS]


def apart(one, other):
    """Milliseconds by which the first was heard later. Each is a path and its event speaker.started.

    The onset is where a threshold is passed, which differs between two encodings of one sound; so the sound itself is
    compared, by correlation.
    """
    (path, start), (other_path, other_start) = one, other
    reference = samples(path, start["frame"] + RATE // 5, LENGTH)
    heard = samples(other_path, other_start["frame"] + RATE // 5 - REACH, LENGTH + 2 * REACH)

    def match(lag):
        return sum(map(int.__mul__, reference, heard[lag:lag + LENGTH]))

    best = max(range(2 * REACH), key=match) - REACH
    # Frames after its own start, and what the starts were apart.
    return (start["t"] - other_start["t"]) / 1e6 - best * 1_000 / RATE
