"""The command behind tools/mask train."""
import argparse
import json
import os
import resource
import shutil
import time
from pathlib import Path

import torch

import data
import network
import training

JUDGED_EVERY = 16


def say(text):
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


def cpu_seconds():
    return round(sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))))


def main():
    parser = argparse.ArgumentParser(prog="tools/mask train")
    parser.add_argument("--rooms", type=int, default=300)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--out", type=Path, default=Path("boards/speech.mask"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    if options.rooms < 2 * JUDGED_EVERY or options.epochs < 1:
        parser.error(f"--rooms is {2 * JUDGED_EVERY} or more, --epochs 1 or more")
    folder = Path(".build/mask")
    if options.again:
        shutil.rmtree(folder, ignore_errors=True)
    cores = os.cpu_count() or 1
    torch.set_num_threads(cores)
    paths = data.make(os.environ["LOQA_MASK"], folder, options.rooms, 0, say, cores)
    judged = paths[::JUDGED_EVERY]
    taught = [p for p in paths if p not in judged]
    say(f"teaching {len(taught)} rooms, judging {len(judged)}")

    def save(mask, losses):
        network.write(mask, options.out)
        report = {"rooms": len(taught), "judgedRooms": len(judged), "seed": options.seed, "losses": losses,
                  "cpuSeconds": cpu_seconds(), "weights": sum(p.numel() for p in mask.parameters())}
        Path(f"{options.out}.json").write_text(json.dumps(report, indent=1) + "\n")

    training.train(training.load(taught), training.load(judged), options.epochs, save, options.seed, tell=say)
    say(f"{options.out} is written; tools/bench-ear measures the ear with it")


if __name__ == "__main__":
    main()
