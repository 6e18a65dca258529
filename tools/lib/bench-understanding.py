"""Runs loqa-hub and hassil over test cases, checks every answer, writes a table: see tools/bench-understanding."""

import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DOMAINS = ["light", "switch", "cover", "fan", "climate", "media_player", "sensor", "lock"]
LIMITS = {"p99_us": 50, "load_ms": 20, "bytes": 5 << 20}
AGREEMENT = 0.999


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def plain(value):
    """Numbers compare as numbers, lists by what is in them."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, list):
        return frozenset(map(plain, value))
    return value


def as_set(value):
    value = plain(value)
    return value if isinstance(value, frozenset) else frozenset([value])


def right(case, answer):
    """The intents project's own rule: intent, combination, slots and their values, and the spoken answer."""
    if answer["intent"] != case["intent"] or answer["slot_combination"] != case["slot_combination"]:
        return False
    slots = dict(answer["slots"])
    if case["context_area"] and slots.pop("area", None) != case["context"]["area"]:
        return False
    if set(slots) != set(case["slots"]):
        return False
    if not all(as_set(slots[name]) <= as_set(case["slots"][name]) or plain(slots[name]) == plain(case["slots"][name])
               for name in slots):
        return False
    return " ".join(answer["response_text"].split()) == " ".join(case["response_text"].split())


def agrees(reference, answer):
    if reference is None or answer["intent"] is None:
        return (reference is None) == (answer["intent"] is None)
    return (answer["intent"], answer["response"]) == (reference["intent"], reference["response"]) and {
        k: plain(v) for k, v in answer["slots"].items()} == {k: plain(v) for k, v in reference["slots"].items()}


def at(share, values):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def hassil_times(folder, language, cases, fixtures, count):
    """CPU milliseconds of hassil for `count` of the cases, in the same homes."""
    from hassil import Intents, TextSlotList, recognize_best

    pack = json.load(gzip.open(folder / f"{language}.pack.json.gz", "rt", encoding="utf-8"))
    intents = Intents.from_dict(pack)
    extra = [(f"alpha {n} lamp", f"alpha {n} lamp", {"domain": DOMAINS[n % len(DOMAINS)]}) for n in range(30)]

    def recognise(case):
        home = fixtures[case["fixture"]]
        names = [(e["name"], e["name"], {"domain": e["domain"]}) for e in home["entities"]]
        lists = {
            "name": TextSlotList.from_tuples(names + extra, name="name"),
            "area": TextSlotList.from_strings(
                [a["name"] for a in home["areas"]] + [f"beta room {n}" for n in range(10)], name="area"),
            "floor": TextSlotList.from_strings([f["name"] for f in home["floors"]], name="floor"),
        }
        start = time.thread_time()
        recognize_best(case["sentence"], intents, slot_lists=lists, intent_context=dict(case["context"]),
                       best_slot_name="name")
        return 1e3 * (time.thread_time() - start)

    step = max(1, len(cases) // count)
    recognise(cases[0])  # compiles what it compiles once
    return [recognise(case) for case in cases[::step][:count]]


def measure(hub, folder, language, count):
    with tempfile.TemporaryDirectory() as scratch:
        command = [hub, "understand", "--cases", str(folder), "--languages", language, "--timing", "--home-size", "30x10",
                   "--compile", scratch, "--answers", f"{scratch}/answers"]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        answers = {a["id"]: a for a in map(json.loads, open(f"{scratch}/answers", encoding="utf-8"))}
    everything = list(lines(folder / f"{language}.jsonl.gz"))
    fixtures = {x["id"]: x for x in everything if x["kind"] == "fixture"}
    cases = [x for x in everything if x["kind"] == "case"]
    tests = [x for x in cases if x["origin"] == "test"]
    referenced = [x for x in cases if "reference" in x]
    row["tests"] = len(tests)
    row["right"] = sum(answers[x["id"]]["intent"] is not None and right(x, answers[x["id"]]) for x in tests)
    row["referenced"] = len(referenced)
    row["agree"] = sum(agrees(x["reference"], answers[x["id"]]) for x in referenced)
    if count:
        times = hassil_times(folder, language, tests, fixtures, count)
        row["hassil_ms"] = at(0.5, times)
        row["ratio"] = 1e3 * row["hassil_ms"] / row["median_us"]
    return row


def table(rows):
    yield "| language | templates | tests right | agreement | p50 us | p99 us | compile ms | load ms | KiB | hassil p50 ms | ratio |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for r in rows:
        agreement = f"{r['agree']} of {r['referenced']}" if r["referenced"] else ""
        hassil = f"{r['hassil_ms']:.1f} | {r['ratio']:,.0f}" if "ratio" in r else " | "
        yield (f"| {r['language']} | {r['templates']} | {r['right']} of {r['tests']} | {agreement} | {r['median_us']:.1f} | "
               f"{r['p99_us']:.1f} | {r['compile_ms']:.0f} | {r['load_ms']:.1f} | {r['bytes'] / 1024:.0f} | {hassil} |")
    tests, good = sum(r["tests"] for r in rows), sum(r["right"] for r in rows)
    referenced, agree = sum(r["referenced"] for r in rows), sum(r["agree"] for r in rows)
    worst = max(r["p99_us"] for r in rows)
    yield (f"| **all** | {sum(r['templates'] for r in rows)} | **{good} of {tests}** | {agree} of {referenced} | | "
           f"at most {worst:.1f} | | | {sum(r['bytes'] for r in rows) / 1024:.0f} | | |")


def main():
    hub, folder, wanted, count, page = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
    languages = wanted.split(",") if wanted else sorted(p.name.split(".")[0] for p in folder.glob("*.jsonl.gz"))
    rows, broken = [], []
    for language in languages:
        row = measure(hub, folder, language, count)
        rows.append(row)
        print(language, f"{row['right']} of {row['tests']}", f"p99 {row['p99_us']:.1f} us", flush=True)
        if row["right"] != row["tests"]:
            broken.append(f"{language}: {row['tests'] - row['right']} answers are wrong")
        broken += [f"{language}: {name} is {row[name]}, more than {most}" for name, most in LIMITS.items() if row[name] > most]
    referenced = sum(r["referenced"] for r in rows)
    if sum(r["agree"] for r in rows) < AGREEMENT * referenced:
        broken.append(f"only {sum(r['agree'] for r in rows)} of {referenced} answers agree with the reference")
    text = "\n".join(table(rows))
    if page:
        parts = Path(page).read_text(encoding="utf-8").split("<!-- figures -->")
        Path(page).write_text(f"{parts[0]}<!-- figures -->\n{text}\n<!-- figures -->{parts[2]}", encoding="utf-8")
    else:
        print(text)
    print("\n".join(broken), file=sys.stderr)
    return 1 if broken else 0


sys.exit(main())
