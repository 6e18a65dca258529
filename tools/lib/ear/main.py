"""Measures the ear and the reference implementations on the same rooms. Called by tools/bench-ear.

usage: main.py PROGRAM ARRAY_BENCH WORK_FOLDER [options of tools/bench-ear]
"""

import argparse
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import soundfile as sf

warnings.filterwarnings("ignore")
parser = argparse.ArgumentParser()
for name in ("program", "bench", "work"):
    parser.add_argument(name)
parser.add_argument("--rooms")
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--scenes", type=int, default=40)
parser.add_argument("--echo-scenes", type=int, default=16)
parser.add_argument("--odas", default="")
parser.add_argument("--only", choices=["array", "echo"], default="")
parser.add_argument("--quick", action="store_true")
parser.add_argument("--no-page", action="store_true")
options = parser.parse_args()
if options.quick:
    options.scenes, options.echo_scenes, options.no_page = min(options.scenes, 6), min(options.echo_scenes, 4), True
work = Path(options.work)
rooms = Path(options.rooms or work / "rooms")
sys.path.insert(0, options.bench)
sys.path.insert(0, str(Path(__file__).parent))
import ours  # noqa: E402
import page  # noqa: E402
import references  # noqa: E402
import score  # noqa: E402

SPEEX = f"{work}/speex_ref"
MODEL = "/usr/share/pocketsphinx/model/en-us"


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def scenes(kind, count):
    """Makes what is missing of the rooms of this seed; returns their folder and scenes."""
    folder = rooms / f"{kind[0]}{options.seed}"
    found = sorted(folder.glob("*/scene.json"))
    made = [s for s in map(lambda p: json.loads(p.read_text()), found) if s["scene"] < count]
    # The last scene is whole only once the list of all was written.
    if len({s["scene"] for s in made}) < count or not (folder / "manifest.json").exists():
        say(f"Making {count} {kind} rooms of seed {options.seed} in {folder}")
        subprocess.run([sys.executable, f"{options.bench}/make_rooms.py", "--kind", kind, "--seed", str(options.seed),
                        "--n", str(count), "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
        made = [json.loads(p.read_text()) for p in sorted(folder.glob("*/scene.json"))]
    return folder, sorted((s for s in made if s["scene"] < count), key=lambda s: s["id"])


def score_file(folder, scene, path):
    return score.score_one(str(folder), scene, str(path), not options.quick and scene["scene"] % 2 == 0)


def save(out, scene, sound, shadow=None):
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{scene['id']}.wav"
    sf.write(path, np.clip(sound, -1, 1), 16_000, subtype="PCM_16")
    if shadow is not None:
        sf.write(f"{str(path)[:-4]}.target.wav", np.clip(shadow, -1, 1), 16_000, subtype="PCM_16")
    return path


def mean(rows, key):
    values = [row[key] for row in rows if key in row]
    return float(np.mean(values)) if values else None


def recognised(folder, geometry, spec, count):
    """Share of commands that pocketsphinx recognises, by name."""
    out = work / "asr.json"
    subprocess.run([sys.executable, f"{options.bench}/asr.py", str(folder), str(out), *spec, "--geom", geometry, "--limit",
                    str(count), "--model", MODEL], check=True, stdout=subprocess.DEVNULL)
    return {name: 100 * row["acc"] for name, row in json.loads(out.read_text()).items()}


def measure_array():
    """Rows by geometry: figures of each method, our own first."""
    folder, all_scenes = scenes("array", options.scenes)
    results, finders = {}, {}
    for geometry in ("re2", "re4usb", "re6"):
        chosen = [s for s in all_scenes if s["geometry"] == geometry]
        say(f"{geometry}: {len(chosen)} rooms")
        rows, wavs, cpu, azimuths, reports = {}, {}, {}, {}, {}
        for scene in chosen:
            room = folder / scene["id"]
            for name, stages in (("Loqa, beam", ours.BEAM), ("Loqa, beam and noise suppression", ours.CLEAN)):
                out = work / "out" / name.replace(" ", "-").replace(",", "")
                report = ours.process(options.program, folder, scene, out, stages)
                rows.setdefault(name, []).append(score_file(folder, scene, out / f"{scene['id']}.wav"))
                wavs[name] = out
                reports.setdefault(name, []).append(report)
                azimuths[scene["id"]] = ours.directions(report)
            for name, sound, shadow, seconds in references.pra_beams(scene, room, finders):
                out = work / "out" / name.replace(" ", "-")
                path = save(out, scene, sound, shadow)
                rows.setdefault(name, []).append(score_file(folder, scene, path))
                wavs[name] = out
                cpu.setdefault(name, []).append(1_000 * seconds / (len(sound) / 16_000))
            name, out = "speexdsp noise suppression, microphone 0", work / "out/speex-ns"
            sound, seconds = references.speex(SPEEX, ["ns", "256", "12"], [sf.read(room / "mix.wav")[0][:, 0]], work)
            rows.setdefault(name, []).append(score_file(folder, scene, save(out, scene, sound)))
            wavs[name] = out
            cpu.setdefault(name, []).append(1_000 * seconds / (len(sound) / 16_000))
        table = {}
        for name, scored in rows.items():
            table[name] = {key: mean(scored, key) for key in ("snri", "stoi", "pesq", "sisdr_e")}
            table[name]["cpu"] = ours.cost(reports[name]) if name in reports else float(np.mean(cpu[name]))
        if geometry == "re4usb":
            spec = [f"{name.replace('=', '')}={out}" for name, out in wavs.items()]
            for name, share in recognised(folder, geometry, [*spec, "microphone 0=@mix", "clean=@target_rev"],
                                          options.scenes).items():
                table.setdefault(name, {})["asr"] = share
        found = score.score_az(chosen, azimuths)
        table["Loqa, beam"].update(doa=found["az_seg_median"], doa10=found["az_seg_in10"])
        errors = []
        for scene in chosen:
            sound = sf.read(folder / scene["id"] / "mix.wav")[0].T
            angle = np.degrees(references.pra_direction(scene, sound, finders))
            errors.append(float(score.az_err(scene, angle)))
        table["pyroomacoustics SRP-PHAT"] = {"doa": float(np.median(errors)),
                                             "doa10": 100 * float(np.mean(np.array(errors) <= 10))}
        if geometry == "re4usb":
            odas = references.odas(options.bench, str(folder), str(work / "odas"), options.odas, options.scenes)
            if odas is None:
                say("ODAS is not built here; its row is left out (name its tree with --odas)")
            else:
                errors = np.array([e for row in odas for e in row["err"]])
                heard = [row["sep"] for row in odas if "sep" in row]
                table["ODAS (dds)"] = {"stoi": mean(heard, "stoi"), "doa": float(np.median(errors)),
                                       "doa10": 100 * float(np.mean(errors <= 10)),
                                       "cpu": 1_000 * sum(r["cpu"] for r in odas) / sum(r["dur"] for r in odas)}
        results[geometry] = table
    return results, folder


def measure_echo():
    """Rows of echo cancelling: Loqa whole, its echo stage alone, speexdsp alone on microphone 0."""
    folder, chosen = scenes("echo", options.echo_scenes)
    say(f"echo: {len(chosen)} rooms")
    rows, wavs, reports, delays = {}, {}, {}, []
    for scene in chosen:
        room = folder / scene["id"]
        for name, stages in (("Loqa, echo stage alone", "echo"), ("Loqa, echo stage and beam", ours.CLEAN)):
            out = work / "out" / name.replace(" ", "-").replace(",", "")
            report = ours.process(options.program, folder, scene, out, stages)
            rows.setdefault(name, []).append(score_file(folder, scene, out / f"{scene['id']}.wav"))
            wavs[name] = out
            reports.setdefault(name, []).append(report)
        name, out = "speexdsp alone, microphone 0", work / "out/speex-aec"
        sounds = [sf.read(room / "mix.wav")[0][:, 0], sf.read(room / "playback.wav")[0]]
        sound, _ = references.speex(SPEEX, ["aec", "256", "2048", "0", "0"], sounds, work)
        rows.setdefault(name, []).append(score_file(folder, scene, save(out, scene, sound)))
        wavs[name] = out
    table = {}
    for name, scored in rows.items():
        erle = [row["erle"] for row in scored]
        table[name] = {"erle": float(np.median(erle)), "erle_mean": float(np.mean(erle)),
                       "erle_init": mean(scored, "erle_init"), "stoi": mean(scored, "dt_stoi"),
                       "talker": mean(scored, "dt_gain")}
    microphones = np.mean([len(scene["mics"]) for scene in chosen])
    table["Loqa, echo stage alone"]["cpu"] = ours.cost(reports["Loqa, echo stage alone"], "echo") / microphones
    spec = [f"{name}={out}" for name, out in wavs.items()]
    for geometry in sorted({scene["geometry"] for scene in chosen}):
        count = sum(s["geometry"] == geometry for s in chosen) / len(chosen)
        for name, share in recognised(folder, geometry, spec, options.echo_scenes).items():
            table[name]["asr"] = table[name].get("asr", 0) + share * count
    return table


def main():
    results, folder = {}, None
    if options.only != "echo":
        results["array"], folder = measure_array()
    if options.only != "array":
        results["echo"] = measure_echo()
    results["about"] = {"seed": options.seed, "scenes": options.scenes, "echo_scenes": options.echo_scenes}
    (work / "results.json").write_text(json.dumps(results, indent=1))
    text, isReached = page.tables(results)
    print(text)
    if not options.no_page and not options.only:
        page.write(results, folder, work, options)
    sys.exit(0 if isReached else 1)


main()
