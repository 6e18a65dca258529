"""The report beside a model: what it will miss, what wakes it by mistake, what it was made from, and what nobody knows yet."""
import json

LIMITS = [
    "All voices are synthetic, of old kinds (formant, diphone, unit selection, statistical); no person has said the phrase unless takes were given.",
    "The voices of the report are as old: people at home may be missed more often or less.",
    "Rooms, noise and levels are simulated; no microphone, no echo of the relay's own playback, no child.",
    "Near phrases written by hand were taught, in other voices than those that say them in the bench set.",
    "The speaker of the bench set's festival slt teaches through flite slt, another engine; no other of its speakers teaches.",
    "Networks and their weight were chosen by other held-out voices than those the report judges by, but on the same recordings without the phrase.",
    "Rates of false accepts below what the hours heard can show are carried on from the tail, which is assumed exponential.",
    "Most voices of MBROLA forbid selling the voice itself; whether that binds a model they taught is for who sells one to judge.",
]


def write(path, about):
    """Writes ``path``.json and ``path``.md."""
    with open(path + ".json", "w") as file:
        json.dump(about, file, indent=2, ensure_ascii=False)
        file.write("\n")
    with open(path + ".md", "w") as file:
        file.write(markdown(about))


def markdown(about):
    lines = [f"# Wake word \"{about['phrase']}\"", ""]
    if about.get("experimental"):
        lines += ["Experimental: it has not been tried with people.", ""]
    lines += [f"Sounds: {about['sounds']}. Predicted on {about['heard']['phrases']} phrases and {about['heard']['hours_without']} h without "
              "the phrase, all said by voices that never taught it:", "",
              "| sensitivity | threshold | false accepts an hour | missed | " + " | ".join(next(iter(about["sensitivities"].values()))["missed_percent_by_noise"]) + " |",
              "| --- | --- | --- | --- | " + "--- | " * len(next(iter(about["sensitivities"].values()))["missed_percent_by_noise"])]
    for name, s in about["sensitivities"].items():
        lines.append(f"| {name} | {about['thresholds'][name]} | {s['false_accepts_per_hour']} | {s['missed_percent']} % | "
                     + " | ".join(f"{v} %" for v in s["missed_percent_by_noise"].values()) + " |")
    if "takes" in about:
        lines += ["", f"Of your own takes that did not teach it, {about['takes']['missed_percent']} % of {about['takes']['count']} are missed at normal."]
    near = about["near_phrases"]
    lines += ["", f"Of {near['said']} phrases that sound near, {near['fire_percent']} % wake it at normal. "
              + ("They are: " + ", ".join(f"{n['text']} ({n['percent']} %)" for n in near["fire"][:12]) + "." if near["fire"] else "")]
    for problem in about["problems"]:
        lines += ["", problem]
    if "measured" in about:
        lines += ["", "Measured afterwards on the held-out bench set (its voices, recordings of people and rooms never taught it):", ""]
        lines += [f"- {line}" for line in about["measured"]]
        apart = about["bench"]["1"]["missed_percent"] - about["sensitivities"]["normal"]["missed_percent"]
        lines += ["", f"At 1 false accept an hour that is {abs(apart):.0f} points {'more' if apart > 0 else 'less'} missed than predicted."]
    lines += ["", "## Made from", ""]
    lines += [f"- {k.replace('_', ' ')}: {v}" for k, v in about["made_from"].items()]
    lines += ["", "## What nobody knows yet", ""] + [f"- {line}" for line in LIMITS]
    return "\n".join(lines) + "\n"


def measured_lines(scores):
    """Sentences of the bench's figures, for the report."""
    out = []
    for rate, s in scores.items():
        ratios = ", ".join(f"{k} {v} %" for k, v in s["missed_percent_by_noise"].items())
        groups = ", ".join(f"{k} {v} %" for k, v in s["missed_percent_by_voice"].items())
        out.append(f"At {rate} false accept{'' if rate == '1' else 's'} an hour: missed {s['missed_percent']} % ({ratios}; {groups}); near phrases that fire: "
                   f"{s['near_percent']} %, of those by hand {s['near_by_hand_percent']} %; {s['latency_ms']} ms from the phrase's end (median).")
    return out
