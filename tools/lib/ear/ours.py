"""Our own rows: scenes through `loqa-relay process`, its reports into what the scoring script wants."""

import json
import subprocess
from pathlib import Path

# Geometries of the rooms, and the boards that have them.
BOARDS = {"re2": "boards/respeaker-2mic", "re4usb": "boards/respeaker-usb-4mic", "re4hat": "boards/respeaker-4mic",
          "re6": "boards/respeaker-6mic"}
BEAM = "echo,beam,direction"
CLEAN = "echo,beam,direction,noise-suppression"


def process(program, rooms, scene, out, stages):
    """One scene; returns the report. The clean sound and its shadow (the talker alone) stand in `out` afterwards."""
    folder, target = Path(rooms) / scene["id"], Path(out) / scene["id"]
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [program, "process", "--board", BOARDS[scene["geometry"]], "--input", folder / "mix.wav", "--output",
               f"{target}.wav", "--report", f"{target}.json", "--stages", stages, "--shadow", folder / "target_mc.wav",
               "--shadow-output", f"{target}.target.wav"]
    if scene["kind"] == "echo":
        command += ["--reference", folder / "playback.wav"]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return json.loads(Path(f"{target}.json").read_text())


def directions(report):
    """Where the talker was heard, by block in which one was."""
    return [{"t": block["t"], "az": block["azimuth"]} for block in report["blocks"] if block["azimuth"] is not None]


def cost(reports, part="total"):
    """Milliseconds of processor time for a second of sound, weighted by length."""
    seconds = sum(report["seconds"] for report in reports)
    return sum(r["cpuMillisecondsPerSecond"][part] * r["seconds"] for r in reports) / max(seconds, 1e-9)
