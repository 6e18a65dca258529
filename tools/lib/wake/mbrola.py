"""Voices of MBROLA (Dutoit et al. 1996): speakers of many languages, whose recorded pairs of sounds are joined to ours.

A voice is told sounds, lengths and pitch; we choose them, so each utterance has a melody of its own. Sounds of English
become the nearest ones that the voice has, such that each pair of neighbours was recorded.
"""
import os
import struct
import subprocess
import tempfile
import zlib
from functools import lru_cache

import numpy as np

import fetched
import sound

# ARPABET: what to try, best first; several sounds joined by "+". Letters are SAMPA and the ways of single voices.
_NEAREST = {
    "AA": "A: A a: AA a aa", "AE": "{ E ae a aa A", "AH": "V @ 6 a $ aa A", "AO": "O: O o o: oo O0", "AW": "aU au a+U a+u aa+u A+U a+w",
    "AY": "aI AI ai ay a+I a+i a+j A+I aa+ii", "B": "b B", "CH": "tS ch CH c t+S", "D": "d D", "DH": "D d dh", "EH": "E e ee E0",
    "ER": "r= 3: @r 9 9: @+r 2: E+r e+r E0+R", "EY": "eI EI ei ey Ei e:+j e+j e+i e: ee ee+i E+j E0+I e+ii e", "F": "f F", "G": "g G",
    "HH": "h h\\ x X", "IH": "I i ii i. I2", "IY": "i: i ii ii i. I2 I", "JH": "dZ j+h d+Z d+z jh DZ J\\", "K": "k K k_h kh", "L": "l",
    "M": "m M", "N": "n N0 N", "NG": "N ng n+g N+G", "OW": "@U oU ou OU ow o: o oo oo+u o+u o+w O0+U O", "OY": "OI oi oy O+I o+i o+j O0+I",
    "P": "p P p_h ph", "R": "r R rr r2 r\\", "S": "s S", "SH": "S sh SH s' s", "T": "t T t_h t.", "TH": "T th s t", "UH": "U u uu u. U2",
    "UW": "u: u uu u. U2", "V": "v V w b", "W": "w W v u U2", "Y": "j y I i", "Z": "z Z s", "ZH": "Z zh S z s",
}
_LENGTH_MS = {**dict.fromkeys("AA AE AO AW AY EY OW OY ER IY UW".split(), 135), **dict.fromkeys("AH EH IH UH".split(), 90),
              **dict.fromkeys("F S SH TH CH JH Z ZH".split(), 105), **dict.fromkeys("B D G K P T".split(), 80),
              **dict.fromkeys("DH V HH M N NG L R W Y".split(), 65)}
_SILENCE = "_"


def program():
    return fetched.path("usr/bin/mbrola")


def _database(name):
    return fetched.path("usr/share/mbrola", name, name)


def names():
    """The voices that were fetched."""
    folder = fetched.path("usr/share/mbrola")
    return sorted(n for n in os.listdir(folder) if _database(n)) if program() and folder else []


@lru_cache
def pairs(name):
    """(pairs of sounds that the voice can join, its own pitch in Hz), from the head of its file."""
    with open(_database(name), "rb") as file:
        data = file.read(300_000)
    if data[:6] != b"MBROLA":
        raise ValueError(f"{name} is no voice of MBROLA")
    at = 11
    count, marks = struct.unpack_from("<hh", data, at)
    at += 4
    if marks == 0:
        marks, = struct.unpack_from("<i", data, at)
        at += 4
    rate, period = struct.unpack_from("<hB", data, at + 4)
    at += 8
    found, read = set(), 0
    for _ in range(count):
        words = []
        for _ in range(2 if read != marks else 4):     # behind the recorded pairs: pairs that stand for others
            end = data.index(b"\0", at)
            words.append(data[at:end].decode("latin-1"))
            at = end + 1
        if len(words) == 2:
            read += data[at + 2]
            at += 4
        found.add((words[0], words[1]))
    return frozenset(found), (rate & 0xFFFF) / max(1, period)


def spoken(name, sounds, rng, exact=True):
    """The voice's own sounds for ours, each with the ARPABET it stands for and the number that stand for one of ours.

    None if pairs of neighbours were not recorded; unless ``exact``, one in eight may be missing, and an H may be mute.
    """
    known, _ = pairs(name)
    best = {(_SILENCE, (_SILENCE,)): (0.0, 0, [])}               # by the last sound and what it came from
    for s in [*sounds, _SILENCE]:
        choices = [tuple(c.split("+")) for c in _NEAREST[s].split()] if s != _SILENCE else [(_SILENCE,)]
        after = {}
        for (last, _), (cost, missing, way) in best.items():
            for rank, choice in enumerate(choices):
                chain = (last, *choice)
                absent = sum(p not in known for p in zip(chain, chain[1:]) if p != (_SILENCE, _SILENCE))
                price = cost + rank * rng.uniform(0.3, 1.7) + 12 * absent
                if (not absent or not exact) and ((choice[-1], choice) not in after or price < after[choice[-1], choice][0]):
                    after[choice[-1], choice] = (price, missing + absent, way + [(c, s, len(choice)) for c in choice])
            if s == "HH" and not exact and ((last, ()) not in after or cost + 8 < after[last, ()][0]):
                after[last, ()] = (cost + 8, missing, way)
        if not after:
            return None
        best = after
    _, missing, way = min(best.values(), key=lambda p: p[0])
    return way[:-1] if missing <= len(sounds) / 8 else None


def _script(name, words, rate, pitch, rng, exact):
    """Lines of sound, length, pitch: falling by and by, raised on some vowels, words apart now and then."""
    sounds = []
    for i, word in enumerate(words):
        sounds += [_SILENCE] * (i > 0 and rng.random() < 0.12) + word
    way = spoken(name, sounds, rng, exact)
    if way is None:
        return None
    _, own = pairs(name)
    middle = own * np.exp(0.35 * (pitch - 1)) * np.exp(rng.normal(0, 0.06))
    span, fall = abs(rng.normal(0.16, 0.1)), rng.uniform(-0.05, 0.3) if rng.random() < 0.85 else -rng.uniform(0.1, 0.4)
    lines, raised = [f"{_SILENCE} 60"], 0.0
    for k, (mine, ours, parts) in enumerate(way):
        part = k / max(1, len(way) - 1)
        vowel = _LENGTH_MS.get(ours, 100) >= 90 and ours in "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split()
        if vowel:
            raised = span * rng.uniform(-0.2, 1.0)
        length = _LENGTH_MS.get(ours, 120) / parts / rate * np.exp(rng.normal(0, 0.2)) * (1.25 if part > 0.85 and vowel else 1)
        hertz = [middle * np.exp(raised + fall * (0.5 - part) + rng.normal(0, 0.02)) for _ in range(2)]
        lines.append(f"{mine} {max(25, length):.0f}" + "".join(f" {p} {h:.0f}" for p, h in zip((15, 75), hertz)))
    return "\n".join(lines + [f"{_SILENCE} 60"]) + "\n"


def say(name, words, rate, pitch, exact=True):
    """Words, each a list of ARPABET, as sound at 16 kHz; empty where the voice lacks too many pairs of sounds."""
    rng = np.random.default_rng(zlib.crc32(repr((name, words, round(rate, 6), round(pitch, 6))).encode()))
    script = _script(name, words, rate, pitch, rng, exact)
    if script is None:
        return np.zeros(0, np.float32)
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/say.pho", "w", encoding="latin-1") as file:
            file.write(script)
        subprocess.run([program(), "-e", _database(name), folder + "/say.pho", folder + "/said.wav"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60, check=False)
        return sound.load(folder + "/said.wav") if os.path.exists(folder + "/said.wav") else np.zeros(0, np.float32)
