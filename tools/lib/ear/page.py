"""Tables, goals and docs/ear.md of tools/bench-ear."""

import json
from pathlib import Path

import numpy as np
import soundfile as sf

NAMES = {"re2": "two microphones, 58 mm (ReSpeaker 2-Mics HAT)", "re4usb": "four on a circle of 65 mm (ReSpeaker USB)",
         "re6": "six on a circle of 93 mm (ReSpeaker 6-Mic)"}
COLUMNS = [("snri", "SNR gain dB", 2), ("stoi", "STOI gain", 3), ("pesq", "PESQ gain", 2), ("asr", "commands %", 0),
           ("doa", "direction °", 1), ("doa10", "within 10° %", 0), ("cpu", "CPU ms/s", 1)]
ECHO_COLUMNS = [("erle", "ERLE dB, median", 1), ("erle_mean", "mean", 1), ("erle_init", "first seconds", 1),
                ("stoi", "STOI gain", 3), ("talker", "talker dB", 2), ("asr", "commands %", 0),
                ("cpu", "CPU ms/s, one microphone", 1)]
BEAM, CLEAN, ECHO = "Loqa, beam", "Loqa, beam and noise suppression", "Loqa, echo stage alone"
WHOLE = "Loqa, echo stage and beam"
# Part, geometry, row, figure, comparison, limit, in words.
GOALS = [
    ("array", "re4usb", BEAM, "snri", ">=", 4.2, "SNR gain, four microphones"),
    ("array", "re4usb", BEAM, "stoi", ">=", 0.035, "STOI gain, four microphones"),
    ("array", "re6", BEAM, "snri", ">=", 5.2, "SNR gain, six microphones"),
    ("array", "re2", BEAM, "snri", ">=", 2.0, "SNR gain, two microphones"),
    ("array", "re4usb", CLEAN, "asr", ">=", 88, "commands recognised with noise suppression"),
    ("array", "re4usb", BEAM, "doa", "<=", 5, "direction, four microphones"),
    ("array", "re4usb", BEAM, "doa10", ">=", 85, "directions within 10°, four microphones"),
    ("array", "re6", BEAM, "doa", "<=", 3, "direction, six microphones"),
    ("array", "re6", BEAM, "doa10", ">=", 92, "directions within 10°, six microphones"),
    ("array", "re2", BEAM, "doa", "<=", 10, "angle to the axis, two microphones"),
    ("array", "re4usb", CLEAN, "cpu", "<=", 30, "processor ms for a second, four microphones, without echo"),
    ("echo", None, ECHO, "erle", ">=", 20, "median ERLE"),
    ("echo", None, ECHO, "talker", ">=", -0.5, "taken from the talker, dB"),
    ("echo", None, WHOLE, "asr", ">=", 55, "commands recognised over the loudspeaker"),
    ("echo", None, ECHO, "cpu", "<=", 3, "processor ms for a second of one microphone, echo stage"),
]


def table(rows, columns):
    lines = ["| | " + " | ".join(title for _, title, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, row in rows.items():
        cells = ["" if row.get(key) is None else f"{row[key]:.{digits}f}" for key, _, digits in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def goals(results):
    lines, isReached = ["| goal | limit | measured | |", "|---|---|---|---|"], True
    for part, geometry, row, key, comparison, limit, words in GOALS:
        rows = results.get(part)
        if rows is None:
            continue
        value = (rows[geometry] if geometry else rows)[row].get(key)
        isGood = value is not None and (value >= limit if comparison == ">=" else value <= limit)
        isReached = isReached and isGood
        shown = "not measured" if value is None else f"{value:.3f}" if abs(limit) < 1 else f"{value:.1f}"
        lines.append(f"| {words} | {comparison} {limit} | {shown} | {'pass' if isGood else 'FAIL'} |")
    return "\n".join(lines), isReached


def tables(results):
    """All tables as Markdown, and whether every goal is reached."""
    parts = []
    for geometry, rows in results.get("array", {}).items():
        parts += [f"### {NAMES[geometry]}", "", table(rows, COLUMNS), ""]
    if "echo" in results:
        parts += ["### Echo of the relay's own loudspeaker", "", table(results["echo"], ECHO_COLUMNS), ""]
    text, isReached = goals(results)
    return "\n".join(parts + ["### Goals", "", text, ""]), isReached


def draw(folder, work, scene):
    """Spectrograms before and after, and the direction over time."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    before = sf.read(folder / scene["id"] / "mix.wav")[0][:, 0]
    out = work / "out" / CLEAN.replace(" ", "-").replace(",", "")
    after = sf.read(out / f"{scene['id']}.wav")[0]
    clean = sf.read(folder / scene["id"] / "target_rev.wav")[0]
    report = json.loads((out / f"{scene['id']}.json").read_text())
    figure, axes = pyplot.subplots(3, 1, figsize=(9, 8), sharex=True)
    for axis, sound, title in zip(axes, (before, after, clean),
                                  ("microphone 0", "what the ear makes of four microphones", "the talker alone")):
        axis.specgram(sound / (np.std(sound) + 1e-9), NFFT=512, Fs=16_000, noverlap=384, vmin=-120, vmax=-20,
                      cmap="magma")
        axis.set_ylabel("Hz")
        axis.set_title(title, loc="left")
    axes[-1].set_xlabel("s")
    figure.tight_layout()
    figure.savefig("docs/ear-spectrograms.png", dpi=80)
    pyplot.close(figure)
    blocks = [b for b in report["blocks"] if b["azimuth"] is not None]
    figure, axis = pyplot.subplots(figsize=(9, 3))
    axis.scatter([b["t"] for b in blocks], [(b["azimuth"] + 180) % 360 - 180 for b in blocks], s=6, label="found")
    axis.axhline(scene["azimuth"], color="black", linewidth=1, label="true")
    for segment in scene["segments"]:
        axis.axvspan(segment["start"], segment["end"], color="0.9", zorder=0)
    axis.set(xlabel="s (grey: somebody speaks)", ylabel="degrees", ylim=(-180, 180))
    axis.legend(loc="upper right")
    figure.tight_layout()
    figure.savefig("docs/ear-direction.png", dpi=80)
    pyplot.close(figure)


def write(results, folder, work, options):
    """Writes what stands between the marks of docs/ear.md, and the pictures."""
    scenes = [json.loads(p.read_text()) for p in sorted(folder.glob("*_re4usb/scene.json"))]
    # One with an interferer and a middling SNR shows most.
    scenes = [s for s in scenes if s["scene"] < options.scenes]
    scene = min(scenes, key=lambda s: abs(s["snr_mic0_db"] - 3) + (0 if s["interferers"] else 100))
    draw(folder, work, scene)
    path = Path("docs/ear.md")
    text = path.read_text()
    begin, end = "<!-- measured -->", "<!-- end of measured -->"
    head, tail = text[: text.index(begin) + len(begin)], text[text.index(end):]
    about = (f"Seed {options.seed}, {options.scenes} rooms for each board and {options.echo_scenes} with echo; the pictures "
             f"are of the room {scene['id']}.")
    path.write_text(f"{head}\n\n{about}\n\n{tables(results)[0]}\n{tail}")
