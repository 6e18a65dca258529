"""The voices that speak for training, and those that never may.

Every synthetic voice of Debian 12 speaks, except those reserved for testing: flite awb, festival ked, festival slt (hts), their
speakers in RHVoice, and some variants of espeak-ng. ``refuse_reserved`` is called for every voice before it speaks, and for
every recording.
"""
import glob
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import engines
import mbrola
import sound
from phrase import read_text

RESERVED = {("flite", "awb"), ("festival", "ked_diphone"), ("festival", "cmu_us_slt_arctic_hts"),
            ("rhvoice", "alan"), ("rhvoice", "slt")}     # RHVoice's alan is the speaker of awb
RESERVED_VARIANTS = "m4 m8 f2 f5 annie michael belinda lee linda steph edward iven2 klatt3".split()
RESERVED_FOLDERS = ("/usr/share/asterisk/", "/usr/share/sounds/alsa/")
ACCENTS = "en-us en-us en-us en-gb en-gb en-gb-scotland en-gb-x-rp en-gb-x-gbclan en-gb-x-gbcwmd en-029 en-us-nyc".split()
# name: (language its spelling follows, encoding of its text). kal speaks in flite too: one speaker.
FESTIVAL = {
    "kal_diphone": ("english", "latin-1"), "czech_ph": ("czech", "iso-8859-2"), "czech_dita": ("czech", "iso-8859-2"),
    "czech_krb": ("czech", "iso-8859-2"), "czech_machac": ("czech", "iso-8859-2"),
    "suo_fi_lj_diphone": ("finnish", "latin-1"), "hy_fi_mv_diphone": ("finnish", "latin-1"),
    "lp_diphone": ("italian", "latin-1"), "pc_diphone": ("italian", "latin-1"), "upc_ca_ona_hts": ("catalan", "latin-1"),
    "hindi_NSK_diphone": ("hindi", "utf-8"), "marathi_NSK_diphone": ("hindi", "utf-8"),
    "telugu_NSK_diphone": ("telugu", "utf-8"), "msu_ru_nsh_clunits": ("russian", "utf-8"),
}
FLITE = ["slt", "rms", "kal16", "kal"]
# Held out of training to predict the miss rate on unheard voices: whole speakers, in whatever engine they speak.
HELD_OUT = {("flite", "kal16"), ("flite", "kal"), ("festival", "kal_diphone"), ("festival", "czech_ph"), ("festival", "pc_diphone"),
            ("mbrola", "us2"), ("mbrola", "nl3"), ("mbrola", "in1"), ("pico", "en-GB")}
HELD_OUT_VARIANTS = "m2 m6 f3 alicia hugo klatt5 zac adam".split()
# Those of them that choose among networks and weights; the report's figures come from the others.
CHOOSING = {("festival", "czech_ph"), ("festival", "pc_diphone"), ("mbrola", "nl3"), ("mbrola", "in1")}
CHOOSING_VARIANTS = "m2 f3 alicia hugo".split()


class ReservedVoice(Exception):
    """A voice or a recording is kept for testing and must not be trained on."""


def refuse_reserved(engine, name):
    variant = name.split("+")[-1].lower() if engine == "espeak" else name
    plain = variant.removeprefix("cmu_us_") if engine == "flite" else name.lower() if engine == "rhvoice" else name
    if (engine, plain) in RESERVED or (
            engine == "espeak" and variant in RESERVED_VARIANTS):
        raise ReservedVoice(f"the voice {name} of {engine} is reserved for testing and never trained on")


def refuse_reserved_recording(path):
    if os.path.realpath(path).startswith(RESERVED_FOLDERS):
        raise ReservedVoice(f"{path} is one of the recordings kept for testing and never trained on")


def variants():
    """The variants of espeak-ng that may be trained on."""
    folders = glob.glob("/usr/lib/*/espeak-ng-data/voices/!v") + glob.glob("/usr/share/espeak-ng-data/voices/!v")
    names = sorted({os.path.basename(p) for f in folders for p in glob.glob(f + "/*")})
    unfit = {"whisper", "whisperf", "croak", "robosoft", "robosoft8", "UniversalRobot"}  # not like speech
    return [n for n in names if n.lower() not in RESERVED_VARIANTS and n not in unfit]


def installed():
    """(recorded voices, variants of espeak-ng) to train on, without those held out; then the held out ones alike."""
    folders = glob.glob("/usr/share/festival/voices/*/*")
    festival = [("festival", n) for n in FESTIVAL if any(os.path.basename(f) == n for f in folders)]
    recorded = [("flite", n) for n in FLITE] + festival + [("mbrola", n) for n in mbrola.names()] + engines.names()
    every = variants()
    return ([v for v in recorded if v not in HELD_OUT], [n for n in every if n.lower() not in HELD_OUT_VARIANTS],
            [v for v in recorded if v in HELD_OUT], [n for n in every if n.lower() in HELD_OUT_VARIANTS])


def chooses(name):
    """Whether a held-out voice, named as ``Speech`` does, chooses among networks rather than judges them."""
    engine, voice = name.split(" ", 1)
    return voice.split("+")[-1].lower() in CHOOSING_VARIANTS if engine == "espeak" else (engine, voice) in CHOOSING


def language(voice):
    """What its texts are spelled as; "sounds" are the letters of the CMU dictionary."""
    engine, name = voice
    by_name = {"de-DE": "german", "es-ES": "spanish"} if engine == "pico" else {}
    return FESTIVAL[name][0] if engine == "festival" else {"espeak": "espeak", "mbrola": "sounds"}.get(engine) or by_name.get(name, "english")


def english(voice):
    return voice[1][:2] in ("us", "en") if voice[0] == "mbrola" else language(voice) == "english"


def pick(rng, recorded, variant_names, espeak_part):
    """A voice; the English ones among the recorded are drawn three times as often as the others."""
    if not recorded or rng.random() < espeak_part:
        return "espeak", f"{rng.choice(ACCENTS)}+{rng.choice(variant_names)}"
    weight = np.array([3.0 if english(v) else 1.0 for v in recorded])
    return recorded[rng.choice(len(recorded), p=weight / weight.sum())]


def _run(command):
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)


def _speak_one(job):
    (engine, name), text, rate, pitch = job
    refuse_reserved(engine, name)
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/said.wav"
        if engine == "mbrola":
            exact = not text.startswith("~")
            return mbrola.say(name, [w.split() for w in text.strip("~").split("|")], rate, pitch, exact)
        if engine == "espeak":
            _run(["espeak-ng", "-v", name, "-s", str(int(165 * rate)), "-p", str(int(50 * pitch)), "-w", path, text])
        else:
            _run(["flite", "-voice", name, "--setf", f"duration_stretch={1 / rate:.3f}", "-t", text, "-o", path])
        return sound.load(path) if os.path.exists(path) else np.zeros(0, np.float32)


def _speak_festival(name, jobs):
    refuse_reserved("festival", name)
    _, encoding = FESTIVAL[name]
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"(voice_{name})"]
        for i, (_, text, rate, _) in enumerate(jobs):
            lines += [f"(Parameter.set 'Duration_Stretch {1 / rate:.3f})",
                      f'(unwind-protect (utt.save.wave (utt.synth (Utterance Text "{text}")) "{folder}/{i}.wav" \'riff) nil)']
        script = folder + "/say.scm"
        with open(script, "w", encoding=encoding, errors="ignore") as file:
            file.write("\n".join(lines))
        subprocess.run(["festival", "-b", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900, check=False)
        paths = [f"{folder}/{i}.wav" for i in range(len(jobs))]
        return [sound.load(p) if os.path.exists(p) else np.zeros(0, np.float32) for p in paths]


def speak(jobs, workers=2):
    """jobs: (voice, text in the voice's spelling, rate, pitch) -> sound at 16 kHz, ends cut, peak 0.5; empty where it failed."""
    said = [None] * len(jobs)
    groups = {}
    for i, job in enumerate(jobs):
        if job[0][0] == "festival":
            groups.setdefault(job[0][1], []).append(i)
    with ThreadPoolExecutor(workers) as pool:
        batches = [(n, ix[k:k + 40]) for n, ix in groups.items() for k in range(0, len(ix), 40)]
        waiting = [(ix, pool.submit(_speak_festival, n, [jobs[i] for i in ix])) for n, ix in batches]
        libraries = [i for i, j in enumerate(jobs) if j[0][0] in ("pico", "rhvoice")]
        for i in libraries:
            refuse_reserved(*jobs[i][0])
        by_library = pool.submit(engines.speak, [(*jobs[i][0], *jobs[i][1:]) for i in libraries])
        single = [i for i, j in enumerate(jobs) if j[0][0] not in ("festival", "pico", "rhvoice")]
        for i, x in zip(single, pool.map(_speak_one, [jobs[i] for i in single])):
            said[i] = x
        for ix, future in [*waiting, (libraries, by_library)]:
            for i, x in zip(ix, future.result()):
                said[i] = x
    return [sound.normal(x) for x in said]


def sentence_for(voice, text):
    return ("~" if language(voice) == "sounds" else "") + read_text(re.sub(r"[^a-z ]", "", text.lower()), language(voice))
