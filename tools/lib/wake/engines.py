"""Two speech engines by their C interfaces, each call in a process of its own: SVOX Pico and RHVoice.

    python engines.py < jobs > sounds     # jobs: a pickled list of (engine, voice, text, rate, pitch); sounds: a pickled list
"""
import ctypes
import os
import pickle
import subprocess
import sys

import numpy as np

import fetched

RATE = 16_000
PICO = {"en-US": "lh0", "en-GB": "kh0", "de-DE": "gl0", "es-ES": "zl0"}


def _library(name):
    import glob
    folder = fetched.path("usr/lib")
    found = sorted(glob.glob(f"{folder}/*/{name}")) if folder else []
    return found[0] if found else None


def names():
    """(engine, voice) of those that were fetched."""
    found = [("pico", n) for n in PICO] if _library("libttspico.so.0") and fetched.path("usr/share/pico/lang") else []
    folder = fetched.path("usr/share/RHVoice/voices")
    return found + ([("rhvoice", n) for n in ("bdl", "clb") if os.path.isdir(f"{folder}/{n}")] if folder and _library("libRHVoice.so.5") else [])


def speak(jobs):
    """jobs: (engine, voice, text, rate, pitch) -> sound at 16 kHz; empty where the engine failed."""
    if not jobs:
        return []
    done = subprocess.run([sys.executable, "-W", "ignore", os.path.abspath(__file__)], input=pickle.dumps(jobs), capture_output=True, timeout=3600)
    if done.returncode:
        return [np.zeros(0, np.float32) for _ in jobs]
    return [x.astype(np.float32) / 32768 for x in pickle.loads(done.stdout)]


class _Pico:
    def __init__(self, voice):
        self.c, self.memory = ctypes.CDLL(_library("libttspico.so.0")), ctypes.create_string_buffer(5_000_000)
        self.system, folder = ctypes.c_void_p(), fetched.path("usr/share/pico/lang")
        self._check(self.c.pico_initialize(self.memory, ctypes.c_uint32(len(self.memory)), ctypes.byref(self.system)))
        self.c.pico_createVoiceDefinition(self.system, b"voice")
        for part in (f"{voice}_ta.bin", f"{voice}_{PICO[voice]}_sg.bin"):
            resource, name = ctypes.c_void_p(), ctypes.create_string_buffer(200)
            self._check(self.c.pico_loadResource(self.system, f"{folder}/{part}".encode(), ctypes.byref(resource)))
            self.c.pico_getResourceName(self.system, resource, name)
            self.c.pico_addResourceToVoiceDefinition(self.system, b"voice", name)
        self.engine = ctypes.c_void_p()
        self._check(self.c.pico_newEngine(self.system, b"voice", ctypes.byref(self.engine)))

    @staticmethod
    def _check(code):
        if code:
            raise OSError(f"Pico refused its voice ({code})")

    def say(self, text, rate, pitch):
        told = f'<pitch level="{int(np.clip(100 * (0.75 + 0.25 * pitch), 60, 180))}"><speed level="{int(100 * rate)}">{text}.</speed></pitch>'
        rest, out = told.encode() + b"\0", []
        buffer, sent, got, kind = ctypes.create_string_buffer(4096), ctypes.c_int16(), ctypes.c_int16(), ctypes.c_int16()
        while rest:
            self._check(self.c.pico_putTextUtf8(self.engine, rest, ctypes.c_int16(len(rest)), ctypes.byref(sent)))
            rest = rest[sent.value:]
            while True:
                state = self.c.pico_getData(self.engine, buffer, ctypes.c_int16(4096), ctypes.byref(got), ctypes.byref(kind))
                out.append(buffer.raw[:got.value])
                if state != 201:                                   # PICO_STEP_BUSY: there is more to come
                    break
        return np.frombuffer(b"".join(out), "<i2")


_SetRate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_Play = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_uint, ctypes.c_void_p)


class _Callbacks(ctypes.Structure):
    _fields_ = [("set_sample_rate", _SetRate), ("play_speech", _Play), *[(n, ctypes.c_void_p) for n in (
        "process_mark", "word_starts", "word_ends", "sentence_starts", "sentence_ends", "play_audio", "done")]]


class _Start(ctypes.Structure):
    _fields_ = [("data_path", ctypes.c_char_p), ("config_path", ctypes.c_char_p), ("resource_paths", ctypes.c_void_p),
                ("callbacks", _Callbacks), ("options", ctypes.c_uint)]


class _Manner(ctypes.Structure):
    _fields_ = [("voice_profile", ctypes.c_char_p), *[(f"{k}_{w}", ctypes.c_double) for k in ("absolute", "relative") for w in ("rate", "pitch", "volume")],
                ("punctuation_mode", ctypes.c_int), ("punctuation_list", ctypes.c_char_p), ("capitals_mode", ctypes.c_int), ("flags", ctypes.c_int)]


class _RHVoice:
    def __init__(self):
        ctypes.CDLL(_library("libRHVoice_core.so.7"), mode=ctypes.RTLD_GLOBAL)
        self.c, self.rate, self.heard = ctypes.CDLL(_library("libRHVoice.so.5")), 0, []
        self.c.RHVoice_new_tts_engine.restype = self.c.RHVoice_new_message.restype = ctypes.c_void_p
        data = os.path.abspath(fetched.path("usr/share/RHVoice")).encode()
        config = os.path.abspath(fetched.path("etc/RHVoice")).encode()
        self.start = _Start(data, config, None, _Callbacks(_SetRate(self._hear_rate), _Play(self._hear)), 0)
        self.engine = ctypes.c_void_p(self.c.RHVoice_new_tts_engine(ctypes.byref(self.start)))
        if not self.engine:
            raise OSError("RHVoice did not start")

    def _hear_rate(self, rate, _):
        self.rate = rate
        return 1

    def _hear(self, samples, count, _):
        self.heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 1

    def say(self, voice, text, rate, pitch):
        import scipy.signal
        self.heard, text = [], text.encode()
        manner = _Manner(voice.capitalize().encode(), 0, 0, 0, rate, float(np.clip(0.75 + 0.25 * pitch, 0.5, 2)), 1, 0, None, 0, 0)
        message = ctypes.c_void_p(self.c.RHVoice_new_message(self.engine, text, len(text), 0, ctypes.byref(manner), None))
        if not message:
            return np.zeros(0, np.int16)
        self.c.RHVoice_speak(message)
        self.c.RHVoice_delete_message(message)
        x = np.concatenate(self.heard) if self.heard else np.zeros(0, np.int16)
        if self.rate not in (0, RATE):
            common = np.gcd(self.rate, RATE)
            x = np.clip(scipy.signal.resample_poly(x.astype(np.float32), RATE // common, self.rate // common), -32768, 32767).astype(np.int16)
        return x


def main():
    out, running = [], {}
    for engine, voice, text, rate, pitch in pickle.load(sys.stdin.buffer):
        if engine == "pico":
            if voice not in running:
                running[voice] = _Pico(voice)
            out.append(running[voice].say(text, rate, pitch))
        else:
            if "rhvoice" not in running:
                running["rhvoice"] = _RHVoice()
            out.append(running["rhvoice"].say(voice, text, rate, pitch))
    sys.stdout.buffer.write(pickle.dumps(out))


if __name__ == "__main__":
    main()
