"""Speech heard by two grammars: recordings, runs, table. Called by tools/bench-grammar.

A command counts as heard if its words are, or words of the same meaning by the pack; it counts as accepted if the engine's
confidence reaches THRESHOLD as well. Speech outside the grammars counts as rejected if nothing is heard or if it does not.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
import wave
from collections import defaultdict
from pathlib import Path

import numpy

HERE = Path(__file__).parent
RATE = 16_000
# What confidence was fitted on stands in FITTED: what the others score is independent of it. Voices of packages that Debian
# keeps outside its main part are used if they are there.
VOICES = {
    "espeak-us": ("espeak-ng", "-v", "en-us", "-w", "{out}", "{text}"),
    "flite-rms": ("flite", "-voice", "rms", "-t", "{text}", "-o", "{out}"),
    "fest-kal": ("text2wave", "-eval", "(voice_kal_diphone)", "-o", "{out}", "{file}"),
    "espeak-gb": ("espeak-ng", "-v", "en-gb", "-s", "160", "-w", "{out}", "{text}"),
    "flite-slt": ("flite", "-voice", "slt", "-t", "{text}", "-o", "{out}"),
    "flite-awb": ("flite", "-voice", "awb", "-t", "{text}", "-o", "{out}"),
    "fest-ked": ("text2wave", "-eval", "(voice_ked_diphone)", "-o", "{out}", "{file}"),
    "pico-us": ("pico2wave", "-l", "en-US", "-w", "{out}", "{text}"),
    "pico-gb": ("pico2wave", "-l", "en-GB", "-w", "{out}", "{text}"),
    "mbrola-us2": ("espeak-ng", "-v", "mb-us2", "-w", "{out}", "{text}"),
    "mbrola-us1": ("espeak-ng", "-v", "mb-us1", "-w", "{out}", "{text}"),
    "mbrola-us3": ("espeak-ng", "-v", "mb-us3", "-w", "{out}", "{text}"),
    "mbrola-en1": ("espeak-ng", "-v", "mb-en1", "-w", "{out}", "{text}"),
    "rhvoice-bdl": ("RHVoice-test", "-p", "bdl", "-o", "{out}"),
    "rhvoice-clb": ("RHVoice-test", "-p", "clb", "-o", "{out}"),
    "rhvoice-alan": ("RHVoice-test", "-p", "alan", "-o", "{out}"),
}
FITTED = ("espeak-us", "flite-rms", "fest-kal", "pico-us", "mbrola-us2")
CONDITIONS = {"clean": None, "noise10": 10}
THRESHOLD = 0.7
MARKS = ("<!-- bench-grammar begins -->", "<!-- bench-grammar ends -->")


def sentences():
    section, rows = "", []
    for line in (HERE / "bench-grammar-sentences.txt").read_text().splitlines():
        if line.startswith("# section: "):
            section = line.removeprefix("# section: ")
        elif line:
            rows.append((section, line))
    return rows


def samples(path):
    with wave.open(str(path)) as file:
        return numpy.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def pink(count):
    """Pink noise of unit power from 20 Hz on: white noise, every frequency divided by its root."""
    white = numpy.fft.rfft(numpy.random.default_rng(1).standard_normal(count))
    frequencies = numpy.fft.rfftfreq(count, 1 / RATE)
    noise = numpy.fft.irfft(white * (frequencies >= 20) / numpy.sqrt(numpy.maximum(frequencies, 20)), count)
    return noise / numpy.sqrt(numpy.mean(noise ** 2))


def is_there(voice, command):
    number = voice.removeprefix("mbrola-")
    return shutil.which(command[0]) and (number == voice or Path("/usr/share/mbrola", number, number).exists())


def speak(folder):
    """Recordings of every sentence, with a list: path, condition, voice, section, text, seconds."""
    listing = folder / "list.tsv"
    if listing.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    noise, chance, rows = pink(30 * RATE), random.Random(2), []
    for voice, command in VOICES.items():
        if not is_there(voice, command):
            print("no voice", voice, file=sys.stderr)
            continue
        print("speaking", voice, file=sys.stderr)
        for number, (section, text) in enumerate(sentences()):
            raw, plain, file = folder / "raw.wav", folder / "plain.wav", folder / "text"
            file.write_text(text)
            subprocess.run([part.format(out=raw, text=text, file=file) for part in command], input=text + "\n",
                           text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            subprocess.run(["sox", raw, "-r", str(RATE), "-c", "1", "-b", "16", plain, "norm", "-6", "pad", "0.3", "0.4"],
                           check=True)
            voiced = samples(plain)
            loud = voiced[numpy.abs(voiced) > 300]
            level = numpy.sqrt(numpy.mean(loud ** 2)) if loud.size else 1
            for condition, ratio in CONDITIONS.items():
                gain = 3 if ratio is None else level * 10 ** (-ratio / 20)
                heard = voiced + gain * numpy.roll(noise, -chance.randrange(len(noise)))[:len(voiced)]
                mixed = numpy.clip(numpy.rint(heard / 2), -32768, 32767).astype("<i2")
                out = folder / condition / voice / f"{number:03}.wav"
                out.parent.mkdir(parents=True, exist_ok=True)
                with wave.open(str(out), "wb") as file_out:
                    file_out.setparams((1, 2, RATE, 0, "NONE", ""))
                    file_out.writeframes(mixed.tobytes())
                rows.append((str(out), condition, voice, section, text, f"{len(mixed) / RATE:.2f}"))
    listing.write_text("".join("\t".join(row) + "\n" for row in rows))


def hear(programs, network, rows):
    """What the engine makes of each recording: voices one after another, each in one condition, as one room hears them."""
    paths = "".join(row["path"] + "\n" for row in rows)
    began = time.monotonic()
    run = subprocess.run([programs / "loqa-speech", "hear", "--network", network], input=paths, text=True,
                         check=True, capture_output=True)
    heard, facts = {}, {"wall": time.monotonic() - began}
    for line in run.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "#loaded":
            facts["words"], facts["load_ms"] = int(fields[1]), int(fields[2])
        elif fields[0] == "#memory":
            facts["memory_mib"] = int(fields[1]) / 1024
        else:
            heard[fields[0]] = {"text": fields[1], "cpu": float(fields[3]),
                                "confidence": float(fields[-1]) if len(fields) > 4 else 0}
    return heard, facts


def meanings(programs, intents, home, texts):
    texts = sorted(texts)
    run = subprocess.run([programs / "loqa-hub", "understand", "--home", home, "--intents", intents, "--room", "kitchen"],
                         input="".join(t + "\n" for t in texts), text=True, capture_output=True, check=False)
    found = {}
    for text, line in zip(texts, run.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        if answer.get("intent"):
            found[text] = (answer["intent"], json.dumps(answer.get("slots"), sort_keys=True))
    return found


def main():
    parser = argparse.ArgumentParser()
    for name in ("programs", "intents", "folder"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--sounds", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-page", action="store_true")
    options = parser.parse_args()
    home, hub = HERE / "bench-grammar-home.yaml", options.programs / "loqa-hub"
    folder, sounds = options.folder, options.sounds or options.folder / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    speak(sounds)
    own, full = folder / "own.fsg", folder / "full.fsg"
    own.write_text(subprocess.run([hub, "--grammar", "--home", home], text=True, check=True, capture_output=True).stdout)
    counts = subprocess.run([hub, "grammar", "--home", home, "--intents", options.intents, "--fsg", full],
                            text=True, check=True, capture_output=True).stdout
    keys = ("path", "condition", "voice", "section", "text", "seconds")
    rows = [dict(zip(keys, line.split("\t"))) for line in (sounds / "list.tsv").read_text().splitlines()]
    rows.sort(key=lambda row: (row["condition"], row["voice"], row["path"]))
    if options.quick:
        rows = rows[::4]
    results = {"counts": dict(line.split("\t") for line in counts.splitlines())}
    inside = [line.split("\t") for line in subprocess.run(
        [hub, "grammar", "--home", home, "--intents", options.intents, "--check"], text=True, check=True,
        capture_output=True, input="".join(t + "\n" for s, t in sentences() if s == "commands")).stdout.splitlines()]
    common = {text for progress, text in inside if progress.startswith("complete")}
    for name, network in (("own", own), ("full", full)):
        heard, facts = hear(options.programs, network, rows)
        meant = meanings(options.programs, options.intents, home,
                         {h["text"] for h in heard.values()} | {row["text"] for row in rows})
        cells = defaultdict(lambda: [0, 0, 0])
        for row in rows:
            hit = heard[row["path"]]
            group = "fitted" if row["voice"] in FITTED else "held out"
            accepted = bool(hit["text"]) and hit["confidence"] >= THRESHOLD
            if row["section"] == "commands":
                if row["text"] not in common:
                    continue
                right = hit["text"] == row["text"] or meant.get(hit["text"], 0) == meant.get(row["text"], 1)
                keys = [("commands", group, row["condition"]), ("commands", row["voice"], row["condition"])]
            else:
                right, keys = False, [(row["section"].split(",")[0], group, row["condition"])]
            for key in keys:
                cells[key] = [a + b for a, b in zip(cells[key], (1, right, accepted))]
        sound = sum(float(row["seconds"]) for row in rows)
        results[name] = {"cells": {" / ".join(k): v for k, v in cells.items()}, **facts,
                         "rtf": sum(h["cpu"] for h in heard.values()) / sound}
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    page = table(results)
    print(page)
    if not options.no_page and not options.quick:
        doc = Path("docs/grammar.md")
        before, rest = doc.read_text().split(MARKS[0])
        doc.write_text(before + MARKS[0] + "\n" + page + MARKS[1] + rest.split(MARKS[1])[1])


def table(results):
    names = ("own", "full")
    lines = ["| | hub's own sentences | full pack |", "|---|---|---|"]
    for key in sorted({k for n in names for k in results[n]["cells"]}):
        cells = []
        for name in names:
            count, right, accepted = results[name]["cells"].get(key, (0, 0, 0))
            if key.startswith("commands"):
                cells.append(f"{100 * right / count:.1f} % right, {100 * accepted / count:.1f} % accepted ({count})")
            else:
                cells.append(f"{100 - 100 * accepted / count:.1f} % rejected ({count})")
        lines.append(f"| {key} | {cells[0]} | {cells[1]} |")
    for label, key, unit in (("CPU for each second of sound", "rtf", "s"), ("most memory", "memory_mib", "MiB"),
                             ("words", "words", ""), ("time to load", "load_ms", "ms")):
        lines.append(f"| {label} | " + " | ".join(f"{results[n][key]:.3g} {unit}".strip() for n in names) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
