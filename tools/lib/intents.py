"""Writes the packs of home-assistant-intents, and number words beside each: see tools/intents."""

import json
import os
import sys
from pathlib import Path

import home_assistant_intents
from unicode_rbnf import RbnfEngine

SCRIPTS = {"zh-TW": "zh_Hant", "zh-HK": "zh_Hant"}


def engine(language):
    """The number speller of a language, or of the one it is a variety of; None if there is none."""
    for name in (language, language.replace("-", "_"), SCRIPTS.get(language), language.split("-")[0]):
        if name:
            try:
                return RbnfEngine.for_language(name)
            except ValueError:
                continue
    return None


def numbers(spec):
    """All numbers of a range, with the halves or tenths after each."""
    parts = {"halves": [0, 0.5], "tenths": [i / 10 for i in range(10)]}.get(spec.get("fractions"), [0])
    for whole in range(int(spec["from"]), int(spec["to"]) + 1, int(spec.get("step", 1))):
        for part in parts:
            yield whole + part if part else whole


def spellings(speller, number):
    """Every way to say a number, with and without its hyphens."""
    try:
        forms = speller.format_number(number).text_by_ruleset.values()
    except ValueError:
        return []
    words = {}
    for form in forms:
        words[form] = words[form.replace("-", " ").replace("_", " ")] = None
    return list(words)


def write(path, value):
    """The whole file or none of it."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    os.replace(part, path)


def main():
    to = Path(sys.argv[1])
    data = Path(home_assistant_intents.__file__).parent / "data"
    count = 0
    for path in sorted(data.glob("*.json")):
        pack = json.loads(path.read_text(encoding="utf-8"))
        table = {}
        speller = engine(path.stem)
        for name, contents in pack["lists"].items():
            if speller and "range" in contents and contents["range"].get("words", True):
                table[name] = {str(n): spellings(speller, n) for n in numbers(contents["range"])}
        write(to / path.name, pack)
        write(to / f"{path.stem}.numbers.json", table)
        count += 1
    print(f"{count} languages")


main()
