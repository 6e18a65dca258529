"""Speech over a lossy network: runs, scores, table and plot. Called by tools/bench-loss.

usage: bench-loss.py LOQA_LOSS_PROGRAM WORK_FOLDER SEED_COUNT TCP_SECONDS
Writes docs/loss.md (between its marks) and docs/loss.svg.
"""

import json
import subprocess
import sys
import wave
from multiprocessing import Pool
from pathlib import Path

import matplotlib
import numpy
import pesq
import pystoi
import soxr

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2])
SEEDS, TCP_SECONDS = range(1, int(sys.argv[3]) + 1), float(sys.argv[4])
LOSSES = (0, 1, 2, 5, 10, 20, 30)
RATE = 16_000
# Header, tag and body numbers of a media datagram of version 2; UDP and IPv4; Ethernet, which the TCP figure has as well.
DATAGRAM_OVERHEAD = 36 + 28 + 14
TEXT = ("Please turn on the kitchen lights and set the heating in the bedroom to nineteen degrees. "
        "The quick brown fox jumps over the lazy dog, while seven wizards fix the broken jukebox. "
        "What is the weather like tomorrow morning, and when does the last train leave for the city? "
        "She had your dark suit in greasy wash water all year. Do not ask me to carry an oily rag like that.")
VOICES = {
    "espeak-gb": ["espeak-ng", "-v", "en-gb", "-s", "150", "-w", "{out}", TEXT],
    "espeak-us-f2": ["espeak-ng", "-v", "en-us+f2", "-s", "150", "-w", "{out}", TEXT],
    "flite-slt": ["flite", "-voice", "slt", "-t", TEXT, "-o", "{out}"],
    "flite-rms": ["flite", "-voice", "rms", "-t", TEXT, "-o", "{out}"],
    "flite-awb": ["flite", "-voice", "awb", "-t", TEXT, "-o", "{out}"],
    "festival-kal": ["text2wave", "-eval", "(voice_kal_diphone)", "-o", "{out}", "{text}"],
}
KINDS = {
    "random": [],
    "bursts": ["--burst", "3"],
    "bare": ["--unprotected"],
    "down": ["--path", "down", "--dtx", "--expected", "{permille}"],
    "uneven": ["--jitter", "15", "--reordered", "2"],
}
# The others are shown beside these, and need fewer networks.
MAIN_KINDS = ("random", "bursts")


def read(path):
    with wave.open(str(path)) as file:
        return numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16), file.getframerate()


def write(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype(numpy.int16).tobytes())


def make_speech():
    text = FOLDER / "text.txt"
    text.write_text(TEXT)
    for voice, command in VOICES.items():
        out = FOLDER / f"{voice}.wav"
        if out.exists():
            continue
        raw = FOLDER / f"{voice}.raw.wav"
        subprocess.run([part.format(out=raw, text=text) for part in command], check=True)
        samples, rate = read(raw)
        sound = soxr.resample(samples.astype(float), rate, RATE)
        write(out, sound * 23_000 / numpy.abs(sound).max())


def journey(voice, kind, loss, seed):
    out = FOLDER / f"heard-{voice}-{kind}-{loss}-{seed}.wav"
    options = [part.format(permille=loss * 10) for part in KINDS[kind]]
    done = subprocess.run(
        [PROGRAM, str(FOLDER / f"{voice}.wav"), "--output", str(out), "--loss", str(loss), "--seed", str(seed),
         *options], check=True, capture_output=True, text=True)
    heard, _ = read(out)
    if not (kind in ("random",) and loss == 0 and seed == 1):
        out.unlink()
    return json.loads(done.stdout), heard.astype(float)


def lag(original, heard):
    """Samples by which a codec delays the sound."""
    part = original[:8 * RATE]
    return max(range(0, 400), key=lambda shift: float(numpy.dot(part, heard[shift:shift + len(part)])))


def score(reference, heard):
    count = min(len(reference), len(heard))
    reference, heard = reference[:count], heard[:count]
    return pystoi.stoi(reference, heard, RATE), pesq.pesq(RATE, reference / 32768, heard / 32768, "wb")


def measure(task):
    voice, kind, loss, seed = task
    original = read(FOLDER / f"{voice}.wav")[0].astype(float)
    whole = read(FOLDER / f"heard-{voice}-random-0-1.wav")[0].astype(float)
    outcome, heard = journey(voice, kind, loss, seed)
    shift = lag(original, whole)
    stoi, mos = score(original, heard[shift:])
    count = min(len(whole), len(heard))
    against_whole = pystoi.stoi(whole[:count], heard[:count], RATE)
    return {"voice": voice, "kind": kind, "loss": loss, "seed": seed, "stoi": stoi, "pesq": mos,
            "stoiWhole": against_whole, **outcome}


def measure_tcp():
    kept = FOLDER / "tcp.jsonl"
    if not TCP_SECONDS and kept.exists():
        return {one["loss"]: one for one in map(json.loads, kept.read_text().splitlines())}
    done = subprocess.run(
        [sys.executable, "tools/lib/bench-loss-tcp.py", str(TCP_SECONDS), *map(str, LOSSES)], capture_output=True,
        text=True)
    if done.returncode:
        print(f"TCP could not be measured: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    kept.write_text(done.stdout)
    return {one["loss"]: one for one in map(json.loads, done.stdout.splitlines())}


def mean(runs, kind, loss, key):
    found = [run[key] for run in runs if run["kind"] == kind and run["loss"] == loss]
    return float(numpy.mean(found)) if found else float("nan")


def delay(runs, kind, loss, which, fold=numpy.mean):
    return float(fold([run["delay"][which] for run in runs if run["kind"] == kind and run["loss"] == loss]))


def wire_rate(runs, kind, loss):
    return float(numpy.mean([(run["payloadBytes"] + run["packets"] * DATAGRAM_OVERHEAD) / run["seconds"]
                             for run in runs if run["kind"] == kind and run["loss"] == loss])) / 1000


def table(runs, tcp):
    lines = ["| loss | STOI | drop | PESQ | STOI to no loss | STOI without FEC | PESQ without | STOI in bursts | kB/s "
             "| delay p50, p95 | TCP kB/s | TCP p50, p95, max | TCP later than 150 ms |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    clean = mean(runs, "random", 0, "stoi")
    for loss in LOSSES:
        stoi = mean(runs, "random", loss, "stoi")
        row = [f"{loss} %", f"{stoi:.3f}", f"{clean - stoi:.3f}", f"{mean(runs, 'random', loss, 'pesq'):.2f}",
               f"{mean(runs, 'random', loss, 'stoiWhole'):.3f}", f"{mean(runs, 'bare', loss, 'stoi'):.3f}",
               f"{mean(runs, 'bare', loss, 'pesq'):.2f}", f"{mean(runs, 'bursts', loss, 'stoi'):.3f}",
               f"{wire_rate(runs, 'random', loss):.1f}",
               f"{delay(runs, 'random', loss, 'p50'):.0f}, {delay(runs, 'random', loss, 'p95'):.0f} ms"]
        if one := tcp.get(loss):
            late = one["delay"]
            row += [f"{(one['bytes'] + one['bytesBack']) / one['seconds'] / 1000:.1f}",
                    f"{late['p50']:.0f}, {late['p95']:.0f}, {late['max']:.0f} ms", f"{one['late'] * 100:.0f} %"]
        else:
            row += ["not measured"] * 3
        lines.append("| " + " | ".join(row) + " |")
    lines += ["", "| loss | downlink STOI | PESQ | kB/s | longest prebuffer | uplink, 15 ms of jitter: STOI | delay "
              "p50, p95 |", "|---|---|---|---|---|---|---|"]
    for loss in LOSSES:
        buffer = max(run["longestPrebuffer"] for run in runs if run["kind"] == "down" and run["loss"] == loss) * 20
        lines.append(
            f"| {loss} % | {mean(runs, 'down', loss, 'stoi'):.3f} | {mean(runs, 'down', loss, 'pesq'):.2f} | "
            f"{wire_rate(runs, 'down', loss):.1f} | {buffer} ms | {mean(runs, 'uneven', loss, 'stoi'):.3f} | "
            f"{delay(runs, 'uneven', loss, 'p50'):.0f}, {delay(runs, 'uneven', loss, 'p95'):.0f} ms |")
    return "\n".join(lines)


def plot(runs, tcp):
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "loqa", "font.size": 9})
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.4))
    for kind, label, style in [("random", "Loqa, random loss", "o-"), ("bursts", "Loqa, bursts of 3", "s--"),
                               ("bare", "Opus without FEC", "x:")]:
        left.plot(LOSSES, [mean(runs, kind, loss, "stoi") for loss in LOSSES], style, label=label)
    left.set(xlabel="lost packets, %", ylabel="STOI to the original", ylim=(0.7, 1))
    right.plot(LOSSES, [delay(runs, "random", loss, "p95") for loss in LOSSES], "o-", label="Loqa, 95 %")
    if tcp:
        right.plot(list(tcp), [one["delay"]["p95"] for one in tcp.values()], "^-", label="PCM over TCP, 95 %")
        right.plot(list(tcp), [one["delay"]["p50"] for one in tcp.values()], "v:", label="PCM over TCP, half")
    right.axhline(150, color="grey", linewidth=0.7)
    right.set(xlabel="lost packets, %", ylabel="delay, ms", yscale="log")
    for axes in (left, right):
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig("docs/loss.svg", metadata={"Date": None})


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    make_speech()
    print(f"seeds {list(SEEDS)}, voices {list(VOICES)}", flush=True)
    # Before the cores are busy: it measures time.
    tcp = measure_tcp()
    for voice in VOICES:
        journey(voice, "random", 0, 1)
    tasks = [(voice, kind, loss, seed) for kind in KINDS for loss in LOSSES for voice in VOICES for seed in SEEDS
             if kind in MAIN_KINDS or seed == SEEDS[0]]
    runs = []
    with Pool() as pool:
        for number, run in enumerate(pool.imap(measure, tasks), 1):
            runs.append(run)
            if number % 50 == 0:
                print(f"{number} of {len(tasks)}", file=sys.stderr, flush=True)
    (FOLDER / "runs.json").write_text(json.dumps({"runs": runs, "tcp": tcp}, indent=1))
    text = table(runs, tcp)
    print(text)
    page = Path("docs/loss.md")
    before, _, rest = page.read_text().partition("<!-- figures -->\n")
    after = rest.partition("<!-- end of figures -->")[2]
    page.write_text(f"{before}<!-- figures -->\n{text}\n<!-- end of figures -->{after}")
    plot(runs, tcp)
    clean = mean(runs, "random", 0, "stoi")
    for kind in ("random", "down"):
        for loss, most in ((10, 0.03), (20, 0.08)):
            drop = clean - mean(runs, kind, loss, "stoi")
            print(f"{kind}, {loss} % loss: STOI is {drop:.3f} lower, at most {most} is wanted")
            if drop > most:
                sys.exit(1)


main()
