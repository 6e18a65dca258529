"""What people say that is not the phrase: the dialogues of the game Flight of the Amazon Queen, which Debian main has.

Some 6700 lines of several actors, a few hours, in a narrow band. Lines of one scene either teach or judge.
"""
import io
import struct
import zlib

import numpy as np
import scipy.signal as signal
import soundfile

import fetched
import sound

_ARCHIVE = "usr/share/scummvm/flight-of-the-amazon-queen/queen.1c"
_ENTRY = struct.Struct(">12sBII")                      # name, bundle, place, size
_JUDGES = 4                                            # one scene in so many judges


def lines(part, count, rng):
    """Up to ``count`` lines as sound at 16 kHz, of the scenes that "teach" or that "judge"; none if the game was not fetched."""
    path = fetched.path(_ARCHIVE)
    if path is None:
        return []
    with open(path, "rb") as file:
        data = file.read()
    number, = struct.unpack_from(">H", data, 13)
    entries = [_ENTRY.unpack_from(data, 15 + i * _ENTRY.size) for i in range(number)]
    spoken = [(name, at, size) for name, _, at, size in entries if b".SB" in name
              and (zlib.crc32(name[:3]) % _JUDGES == 0) == (part == "judge")]
    out = []
    for i in rng.permutation(len(spoken))[:count]:
        _, at, size = spoken[i]
        try:
            x, rate = soundfile.read(io.BytesIO(data[at:at + size]), dtype="float32")
        except soundfile.LibsndfileError:              # a line that is no sound
            continue
        x = signal.resample_poly(x, 640, 441).astype(np.float32) if rate == 11_025 else np.zeros(0, np.float32)
        x = sound.normal(x)
        if len(x):
            out.append(x[:6 * sound.RATE])
    return out
