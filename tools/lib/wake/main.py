"""The command behind tools/wake: train a phrase, show its report, score a model on a bench set."""
import argparse
import contextlib
import json
import os
import pickle
import resource
import subprocess
import sys
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"shipped": {"speech": 1.0, "clips": 1.0, "channels": 48, "steps": 2000},
         "fast": {"speech": 0.3, "clips": 0.3, "channels": 48, "steps": 1500},
         "smoke": {"speech": 0.02, "clips": 0.02, "channels": 16, "steps": 30}}
FEATURES = ("micro", "log-mel")
TARGET = "Relay/wake-models"


def say(text):
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


def cpu_seconds():
    return round(sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))))


def spent(folder):
    """CPU seconds of each stage, those of interrupted runs too where they ended in order."""
    if not os.path.exists(f"{folder}/spent.json"):
        return {}
    with open(f"{folder}/spent.json") as file:
        return json.load(file)


@contextlib.contextmanager
def spending(folder, stage):
    before = cpu_seconds()
    try:
        yield
    finally:
        kept = spent(folder)
        kept[stage] = kept.get(stage, 0) + cpu_seconds() - before
        with open(f"{folder}/spent.json.new", "w") as file:
            json.dump(kept, file)
        os.replace(f"{folder}/spent.json.new", f"{folder}/spent.json")


def _plan(a):
    """What is asked for, checked against an earlier run of the same phrase: its data and seeds must be the same."""
    from phrase import Phrase
    phrase = Phrase(a.phrase, a.sounds)
    folder = a.folder or f".build/wake/{phrase.slug}"
    size = dict(SIZES["smoke" if a.smoke else "fast" if a.fast else "shipped"])
    plan = {"phrase": phrase.text, "sounds": " ".join(phrase.sounds), "seed": a.seed, "size": {k: size[k] for k in ("speech", "clips", "channels")},
            "takes": os.path.abspath(a.takes) if a.takes else None}
    if a.steps:
        size["steps"] = a.steps
    path = f"{folder}/plan.json"
    if a.again and os.path.isdir(folder):
        for name in os.listdir(folder):
            if name.endswith((".npy", ".checkpoint", ".pickle", ".json")):
                os.remove(f"{folder}/{name}")
    os.makedirs(folder, exist_ok=True)
    if os.path.exists(path):
        with open(path) as file:
            if json.load(file) != plan:
                sys.exit(f"tools/wake: {folder} holds another training of this phrase; go on with its options, or give --again")
    else:
        with open(path + ".new", "w") as file:
            json.dump(plan, file, indent=1)
        os.replace(path + ".new", path)
    return phrase, folder, size


def train(a):
    import clips
    from speech import Speech
    phrase, folder, size = _plan(a)
    say(f'"{phrase.text}" as {" ".join(phrase.sounds)}')
    for problem in phrase.problems():
        say(f"Warning: {problem}")
    with spending(folder, "speaking"):
        speech = Speech(phrase, folder, size["speech"], a.seed, a.takes, tell=lambda t: say(f"Speaking {t}"))
    with spending(folder, "mixing"):
        clips.make(speech, folder, size["clips"], a.seed, tell=lambda t: say(f"Mixing {t}"))
    _teach(folder, size, a)
    return finish(a, phrase, folder, speech)


def _teach(folder, size, a):
    """Both networks, each in a process of its own, with one line of progress."""
    cores = os.cpu_count() or 1
    command = lambda f: [sys.executable, "-W", "ignore", f"{HERE}/training.py", folder, f, str(size["channels"]), str(size["steps"]),
                         str(a.seed), str(max(1, cores // len(FEATURES)))]
    running = [subprocess.Popen(command(f), stdout=subprocess.PIPE, text=True) for f in FEATURES]
    import threading
    start, done, lock = time.monotonic(), {}, threading.Lock()

    def follow(process):
        for line in process.stdout:
            told = json.loads(line)
            with lock:
                first = done.setdefault(told["features"], [told["step"], time.monotonic(), told])
                first[2] = told
                part = sum(v[2]["step"] for v in done.values()) / (len(FEATURES) * size["steps"])
                rates = [(v[2]["step"] - v[0]) / max(1e-9, time.monotonic() - v[1]) for v in done.values()]
                left = max((size["steps"] - v[2]["step"]) / r if r > 0 else 0 for v, r in zip(done.values(), rates))
                bar = "#" * int(30 * part)
                say(f"[{bar:<30}] {100 * part:.0f} %, about {left / 60:.0f} min left  " +
                    ", ".join(f"{k} step {v[2]['step']} loss {v[2]['loss']} best {v[2]['best'][0]} %" for k, v in done.items()))
    threads = [threading.Thread(target=follow, args=(p,)) for p in running]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if any(p.wait() for p in running):
        sys.exit("tools/wake: the training of a network failed; what it says stands above")
    say(f"Taught in {(time.monotonic() - start) / 60:.1f} min")


def networks_of(folder):
    import network
    import quantised
    import training
    heard = np.concatenate([np.load(f"{folder}/{n}.npy", mmap_mode="r")[:25_000] for n in ("sentences", "people", "noise")]
                           + [np.load(f"{folder}/phrase.npy", mmap_mode="r")[:200].reshape(-1, 80)])
    out, about = [], {}
    for features in FEATURES:
        model, told = training.learned(folder, features)
        out.append(quantised.Quantised(network.folded(model), features, heard))
        about[features] = {**told, "channels": model.channels, "multiplications_per_second": model.multiplications()}
    return out, about


def finish(a, phrase, folder, speech):
    """Integers, files, thresholds and report; then, if asked for, the bench."""
    import judge
    import oracle
    import tflite
    from frontend import FrontEnd
    say("Making 8-bit networks")
    networks, about = networks_of(folder)
    front_end, target = FrontEnd(), a.out or f"{TARGET}/{phrase.slug}"
    os.makedirs(target, exist_ok=True)
    files = []
    for q, suffix in zip(networks, ("", "_mel")):
        files.append(f"{phrase.slug}{suffix}.tflite")
        data = tflite.encode(q)
        oracle.check(data, q, np.load(f"{folder}/near.npy", mmap_mode="r")[:600])
        with open(f"{target}/{files[-1]}", "wb") as file:
            file.write(data)
    say("Judging it on voices that never taught it")
    held = judge.Held(folder, networks)
    weights = held.best_weights()
    summary = held.summary(weights)
    normal = summary["thresholds"]["normal"]
    fire, part, count = judge.near_that_fire(speech, networks, weights, normal, front_end)
    report = {"phrase": phrase.text, "sounds": " ".join(phrase.sounds), "experimental": True, "problems": phrase.problems(), **summary,
              "near_phrases": {"said": count, "fire_percent": round(100 * part, 1),
                               "fire": [{"text": t, "percent": round(100 * p), "times": n} for t, p, n in fire[:30]]},
              "networks": about, "made_from": _made_from(folder, speech, a, about)}
    takes = speech.sounds("held take")
    if takes:
        _, heard, number = judge.near_that_fire(speech, networks, weights, normal, front_end, "held take")
        report["takes"] = {"count": number, "missed_percent": round(100 * (1 - heard), 1)}
    if a.set:
        report |= _measure(a.set, networks, weights, folder)
    _manifest(phrase, target, files, weights, summary["thresholds"])
    import report as writer
    writer.write(f"{target}/report", report)
    with open(f"{folder}/pair.pickle", "wb") as file:
        pickle.dump((networks, weights), file)
    say(f"{target} holds the model and its report")
    print(writer.markdown(report))


def _measure(folder, networks, weights, cache):
    import bench
    import report as writer
    say("Scoring the bench set")
    scores = bench.run(folder, networks, weights, f"{cache}/bench", keep=f"{cache}/detections.json")
    return {"bench": scores, "measured": writer.measured_lines(scores)}


def _made_from(folder, speech, a, about):
    import voices
    counts = {k: len(v) for k, v in speech.said.items()}
    sizes = {n: np.load(f"{folder}/{n}.npy", mmap_mode="r").shape for n in ("phrase", "sentences", "people", "near", "noise")}
    hours = lambda n: round(sizes[n][0] / 360_000, 2)
    train_voices, variants, held, held_variants = voices.installed()
    said = {(e, n) for e, n in (v.split(" ", 1) for v, _, _ in speech.said["phrase"])}
    by_engine = lambda vs: "; ".join(f"{e} {' '.join(n for f, n in vs if f == e)}" for e in dict.fromkeys(e for e, _ in vs))
    return {"voices": f"{by_engine([v for v in train_voices if v in said])}; {len(variants)} variants of espeak-ng; "
                      "the recorded ones again as other speakers by the WORLD vocoder",
            "voices_that_only_say_other_things": by_engine([v for v in train_voices if v not in said]) or "none",
            "people": f"{hours('people')} h of a game's dialogues teach what is not the phrase; no person says the phrase, unless takes were given",
            "voices_of_the_report": f"{by_engine([v for v in held if v not in voices.CHOOSING])}; espeak-ng "
                                    f"{' '.join(v for v in held_variants if v.lower() not in voices.CHOOSING_VARIANTS)}; other scenes of the dialogues: not taught",
            "voices_that_chose_the_networks": f"{by_engine([v for v in held if v in voices.CHOOSING])}; espeak-ng "
                                              f"{' '.join(v for v in held_variants if v.lower() in voices.CHOOSING_VARIANTS)}: not taught",
            "never_used": "flite awb, festival ked and slt (hts), their speakers in RHVoice (alan, slt), the bench's variants of espeak-ng, "
                          "the bench's recordings of people",
            "utterances": ", ".join(f"{v} {k}" for k, v in counts.items()),
            "clips": f"{sizes['phrase'][0]} of the phrase; without it {hours('sentences')} h sentences, {hours('people')} h people, {hours('near')} h near phrases, {hours('noise')} h noise",
            "seed": a.seed, "steps": ", ".join(f"{k} {v['steps']}, of which the weights after {v['best_step']} were kept" for k, v in about.items()),
            "CPU_minutes": ", ".join(f"{k} {v / 60:.1f}" for k, v in (
                spent(folder) | {f"teaching {k}": v["cpu_seconds"] for k, v in about.items()}).items())}


def _manifest(phrase, target, files, weights, thresholds):
    manifest = {"type": "micro", "wake_word": phrase.text, "author": "Loqa", "website": "", "model": files[0], "trained_languages": ["en"], "version": 2,
                "micro": {"probability_cutoff": 0.9, "feature_step_size": 10, "sliding_window_size": 4, "tensor_arena_size": 40000,
                          "minimum_esphome_version": "2024.7.0"},
                "loqa": {"networks": [{"model": m, "features": f, "weight": w} for m, f, w in zip(files, FEATURES, weights)],
                         "window": 4, "thresholds": {k: round(v, 3) for k, v in thresholds.items()}}}
    with open(f"{target}/{phrase.slug}.json", "w") as file:
        json.dump(manifest, file, indent=2)
        file.write("\n")


def report_command(a):
    path = f"{a.model or TARGET + '/hey_loqa'}/report.md"
    if not os.path.exists(path):
        sys.exit(f"tools/wake: there is no report at {path}; train the phrase first")
    with open(path) as file:
        print(file.read())


def score_command(a):
    import bench
    folder = a.folder or f".build/wake/{a.name}"
    path = f"{folder}/pair.pickle"
    if not os.path.exists(path):
        sys.exit(f"tools/wake: nothing trained lies in {folder}; train the phrase first")
    with open(path, "rb") as file:
        networks, weights = pickle.load(file)
    scores = bench.run(a.set, networks, weights, f"{folder}/bench", a.rates, keep=f"{folder}/detections.json")
    print(json.dumps(scores, indent=1))


def check_command(a):
    """What is known of a phrase before anything is made, as one line of JSON."""
    from phrase import Phrase
    phrase = Phrase(a.phrase, a.sounds)
    print(json.dumps({"phrase": phrase.text, "sounds": " ".join(phrase.sounds), "problems": phrase.problems()}))


def main():
    parser = argparse.ArgumentParser(prog="tools/wake")
    commands = parser.add_subparsers(required=True)
    t = commands.add_parser("train")
    t.add_argument("phrase")
    t.add_argument("--sounds")
    t.add_argument("--takes")
    t.add_argument("--fast", action="store_true")
    t.add_argument("--smoke", action="store_true")
    t.add_argument("--again", action="store_true")
    t.add_argument("--steps", type=int)
    t.add_argument("--seed", type=int, default=1)
    t.add_argument("--out")
    t.add_argument("--set")
    t.add_argument("--folder")
    t.set_defaults(do=train)
    r = commands.add_parser("report")
    r.add_argument("model", nargs="?")
    r.set_defaults(do=report_command)
    s = commands.add_parser("score")
    s.add_argument("--set", required=True)
    s.add_argument("--name", default="hey_loqa")
    s.add_argument("--folder")
    s.add_argument("--rates", type=float, nargs="*", default=[1.0, 5.0])
    s.set_defaults(do=score_command)
    k = commands.add_parser("check")
    k.add_argument("phrase")
    k.add_argument("--sounds")
    k.set_defaults(do=check_command)
    a = parser.parse_args()
    try:
        a.do(a)
    except (ValueError, FileNotFoundError) as error:
        sys.exit(f"tools/wake: {error}")


if __name__ == "__main__":
    main()
