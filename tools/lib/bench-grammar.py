"""Speech heard by two grammars: recordings, runs, table. Called by tools/bench-grammar.

A command counts as heard if its words are, or words of the same meaning by the pack; it counts as accepted if the engine's
confidence reaches THRESHOLD as well. Speech outside the grammars counts as rejected if nothing is heard or if it does not.
"""

import argparse
import json
import math
import random
import shutil
import subprocess
import sys
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
FITTED = ("espeak-us", "flite-rms", "fest-kal", "pico-us", "mbrola-us2", "rhvoice-bdl", "flite-slt", "rhvoice-clb", "fest-ked")
CONDITIONS = {"clean": None, "noise10": 10}
# The hub acts from 0.7 on, after what a call adds to the odds (Hub/HubServer/CalledConfidence.swift).
THRESHOLD = 0.7 / (0.7 + 0.3 * 4.5)
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
    run = subprocess.run([programs / "loqa-speech", "hear", "--network", network], input=paths, text=True,
                         check=True, capture_output=True)
    heard, facts = {}, {}
    for line in run.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "#loaded":
            facts["words"], facts["load_ms"] = int(fields[1]), int(fields[2])
        elif fields[0] == "#memory":
            facts["memory_mib"] = int(fields[1]) / 1024
        else:
            heard[fields[0]] = {"text": fields[1], "cpu": float(fields[3]),
                                "confidence": float(fields[-1]) if len(fields) > 4 else 0}
    lines = network.read_text().splitlines()
    facts["states"] = next(int(line.split()[1]) for line in lines if line.startswith("NUM_STATES"))
    facts["arcs"] = sum(line.startswith("TRANSITION") for line in lines)
    return heard, facts


def meanings(programs, intents, home, texts):
    """What the pack takes each text to mean; what it does not understand is left out."""
    texts = sorted(texts - {""})
    run = subprocess.run([programs / "loqa-hub", "understand", "--home", home, "--intents", intents, "--room", "kitchen"],
                         input="".join(t + "\n" for t in texts), text=True, capture_output=True, check=False)
    found = {}
    for text, line in zip(texts, run.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        if answer.get("intent"):
            found[text] = (answer["intent"], json.dumps(answer.get("slots"), sort_keys=True))
    return found


def judge(row, hit, meant):
    """What became of one recording, as the counts that it adds to."""
    text, accepted = hit["text"], bool(hit["text"]) and hit["confidence"] >= THRESHOLD
    if row["section"] != "commands":
        return {"other": 1, "rejected": not accepted, "near": row["section"].startswith("near"),
                "near rejected": row["section"].startswith("near") and not accepted}
    right = text == row["text"] or text in meant and meant[text] == meant.get(row["text"])
    return {"commands": 1, "words": text == row["text"], "right": right, "accepted": right and accepted,
            "wrong accepted": accepted and not right}


def percent(part, whole):
    """A share with the bounds that it lies in with 95 % (Wilson, 1927)."""
    if not whole:
        return "-"
    share, z = part / whole, 1.96
    middle, spread = share + z * z / (2 * whole), z * (share * (1 - share) / whole + z * z / (4 * whole * whole)) ** 0.5
    low, high = ((middle + sign * spread) / (1 + z * z / whole) for sign in (-1, 1))
    return f"{100 * share:.1f} % ({100 * low:.0f}...{100 * high:.0f})"


def paired(rows, verdicts, condition):
    """Commands that only one of the grammars has right, and how often chance alone would part them as much."""
    both = [[v[row["path"]].get("right") for v in verdicts] for row in rows
            if row["section"] == "commands" and row["condition"] == condition]
    own, full = sum(a and not b for a, b in both), sum(b and not a for a, b in both)
    tails = sum(math.comb(own + full, k) for k in range(min(own, full) + 1)) / 2 ** (own + full)
    return own, full, min(1, 2 * tails)


LINES = (("commands, quiet: words right", "clean", "words", "commands"),
         ("commands, quiet: meaning right", "clean", "right", "commands"),
         ("commands, noise of 10 dB: meaning right", "noise10", "right", "commands"),
         ("of right commands accepted, quiet", "clean", "accepted", "right"),
         ("of right commands accepted, noise of 10 dB", "noise10", "accepted", "right"),
         ("commands taken for another one and accepted, quiet", "clean", "wrong accepted", "commands"),
         ("commands taken for another one and accepted, noise of 10 dB", "noise10", "wrong accepted", "commands"),
         ("other speech rejected, quiet", "clean", "rejected", "other"),
         ("other speech rejected, noise of 10 dB", "noise10", "rejected", "other"),
         ("of it near the domain, quiet", "clean", "near rejected", "near"),
         ("of it near the domain, noise of 10 dB", "noise10", "near rejected", "near"))


def page(results, rows, verdicts):
    names, voices = ("own", "full"), sorted({row["voice"] for row in rows})
    count = {c: sum(row["section"] == "commands" and row["condition"] == c for row in rows) for c in CONDITIONS}
    other = sum(row["section"] != "commands" and row["condition"] == "clean" for row in rows)
    text = [f"{len(voices)} voices that nothing was fitted on ({', '.join(voices)}): {count['clean']} commands and {other} "
            f"other sentences each in quiet and in noise; accepted from a confidence of {THRESHOLD:.2f} on, 0.7 in a turn. In brackets "
            "the bounds that the share lies in with 95 %.", "",
            "| | hub's own sentences | with the full pack |", "|---|---|---|"]
    text.append("| states, arcs, words | " + " | ".join(
        f"{results[n]['states']:,}, {results[n]['arcs']:,}, {results[n]['words']:,}" for n in names) + " |")
    for label, condition, part, whole in LINES:
        cells = [results[n]["counts"][condition] for n in names]
        text.append(f"| {label} | " + " | ".join(percent(c[part], c[whole]) for c in cells) + " |")
    for label, key, unit in (("CPU for each second of sound, both decoders", "rtf", "s"),
                             ("most memory of the engine", "memory_mib", "MiB"), ("time to load", "load_ms", "ms")):
        text.append(f"| {label} | " + " | ".join(f"{results[n][key]:.3g} {unit}" for n in names) + " |")
    text.append("")
    for condition, place in (("clean", "quiet"), ("noise10", "noise")):
        own, full, chance = paired(rows, verdicts, condition)
        text.append(f"In {place}, {own} commands were right with the hub's own sentences alone and {full} with the full "
                    f"pack alone; chance alone parts them as much with a probability of {chance:.2f}.")
    return "\n".join(text) + "\n"


def listed(sounds, options, common):
    """The recordings to hear: of the voices that nothing was fitted on, and of commands those that the pack has."""
    keys = ("path", "condition", "voice", "section", "text", "seconds")
    rows = [dict(zip(keys, line.split("\t"))) for line in (sounds / "list.tsv").read_text().splitlines()]
    every = 4 if options.quick else options.every
    rows = [row for row in rows if row["voice"] not in FITTED and int(Path(row["path"]).stem) % every == 0
            and (not options.voices or row["voice"] in options.voices.split(","))
            and (row["section"] != "commands" or row["text"] in common)]
    return sorted(rows, key=lambda row: (row["condition"], row["voice"], row["path"]))


def main():
    parser = argparse.ArgumentParser()
    for name in ("programs", "intents", "folder"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--sounds", type=Path)
    parser.add_argument("--voices")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-page", action="store_true")
    options = parser.parse_args()
    home, hub = HERE / "bench-grammar-home.yaml", options.programs / "loqa-hub"
    folder, sounds = options.folder, options.sounds or options.folder / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    speak(sounds)
    packs = ["--intents", options.intents]
    inside = subprocess.run([hub, "grammar", "--home", home, *packs, "--check"], text=True, check=True, capture_output=True,
                            input="".join(t + "\n" for s, t in sentences() if s == "commands")).stdout.splitlines()
    common = {line.split("\t")[1] for line in inside if line.startswith("complete")}
    rows = listed(sounds, options, common)
    if not rows:
        sys.exit("bench-grammar: no recording is left; see --voices and --every")
    results, verdicts = {}, []
    for name, arguments in (("own", []), ("full", ["--sentences", HERE / "../../Hub/sentences", *packs])):
        network = folder / f"{name}.fsg"
        with network.open("w") as file:
            subprocess.run([hub, "--grammar", "--home", home, *arguments], check=True, stdout=file)
        print("hearing", len(rows), "recordings with", network, file=sys.stderr)
        heard, facts = hear(options.programs, network, rows)
        meant = meanings(options.programs, options.intents, home,
                         {h["text"] for h in heard.values()} | {row["text"] for row in rows})
        verdict = {row["path"]: judge(row, heard[row["path"]], meant) for row in rows}
        counts = {condition: defaultdict(int) for condition in CONDITIONS}
        for row in rows:
            for key, value in verdict[row["path"]].items():
                counts[row["condition"]][key] += value
        verdicts.append(verdict)
        sound = sum(float(row["seconds"]) for row in rows)
        results[name] = {"counts": counts, **facts, "rtf": sum(h["cpu"] for h in heard.values()) / sound}
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    text = page(results, rows, verdicts)
    print(text)
    if not options.no_page and not options.quick:
        doc = Path("docs/grammar.md")
        before, rest = doc.read_text().split(MARKS[0])
        doc.write_text(before + MARKS[0] + "\n" + text + MARKS[1] + rest.split(MARKS[1])[1])


if __name__ == "__main__":
    main()
