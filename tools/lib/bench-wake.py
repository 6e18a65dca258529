"""Loqa's wake engine and pymicro-wakeword over the same recordings; see tools/bench-wake."""
import json
import subprocess
import sys
import time
import wave

import numpy as np
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures

REST_SECONDS, SETTLING_SECONDS = 2.0, 1.0  # as Loqa's rule has them
TOLERANCE_SECONDS = 0.031  # one output: a logit may differ by its last step
CPU_LIMIT_MS, BYTES_LIMIT = 120, 1 << 20
# The peer's optimised kernels differ from the reference kernels by a step of the logit in one output of six; a mean that
# ends beside the cut-off then falls on the other side.
UNMATCHED_LIMIT = 0.03


class Native:
    """A shared library whose calls are timed, so that Python's own time does not count against it."""

    def __init__(self, library):
        self.library, self.seconds = library, 0.0

    def __getattr__(self, name):
        call = getattr(self.library, name)
        if name not in ("TfLiteInterpreterInvoke", "TfLiteTensorCopyFromBuffer", "TfLiteTensorCopyToBuffer"):
            return call

        def timed(*arguments):
            start = time.thread_time()
            try:
                return call(*arguments)
            finally:
                self.seconds += time.thread_time() - start

        return timed


def features_of(pcm):
    """All feature vectors, and the seconds that the native front end took."""
    maker, seconds, vectors = MicroWakeWordFeatures(), 0.0, []
    original = maker._frontend.process_samples

    def timed(chunk):
        nonlocal seconds
        start = time.thread_time()
        try:
            return original(chunk)
        finally:
            seconds += time.thread_time() - start

    maker._frontend.process_samples = timed
    vectors = list(maker.process_streaming(pcm))
    return vectors, seconds


def detections(model, vectors):
    """Times at which the community's rule fires, with Loqa's rest."""
    found, rest_until = [], SETTLING_SECONDS
    for index, vector in enumerate(vectors):
        fires = model.process_streaming(vector)
        seconds = (index + 3) * 0.01
        if (index + 1) % model.stride == 0 and fires and seconds > rest_until:
            found.append(seconds)
            rest_until = seconds + REST_SECONDS
    return found


def ours(program, configuration, stop, path):
    run = subprocess.run(
        [program, "detect", "--summary", "--model", configuration, "--model", stop, path],
        capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    phrase = json.load(open(configuration))["wake_word"]
    return [row["time_s"] for row in rows if row["phrase"] == phrase], json.loads(run.stderr.splitlines()[-1])


def unmatched(left, right):
    """Detections of either side that the other lacks."""
    def lacking(some, other):
        return sum(all(abs(a - b) > TOLERANCE_SECONDS for b in other) for a in some)

    return lacking(left, right) + lacking(right, left)


def main():
    program, configuration, stop, *paths = sys.argv[1:]
    minutes = native = loqa = 0.0
    ours_count = theirs_count = different = bytes_held = 0
    for path in paths:
        with wave.open(path) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2), path
            pcm = file.readframes(file.getnframes())
        vectors, seconds = features_of(pcm)
        native += seconds
        result = None
        for name in (configuration, stop):
            model = MicroWakeWord.from_config(name)
            model.lib = Native(model.lib)
            found = detections(model, vectors)
            native += model.lib.seconds
            result = found if result is None else result
        mine, summary = ours(program, configuration, stop, path)
        minutes += len(pcm) / 32000 / 60
        loqa += summary["cpu_ms_per_minute"] / 1000 * len(pcm) / 32000 / 60
        bytes_held = summary["bytes"]
        ours_count, theirs_count = ours_count + len(mine), theirs_count + len(result)
        if unmatched(mine, result):
            different += unmatched(mine, result)
            print(f"{path}: Loqa {mine}, pymicro-wakeword {result}")
    print(f"{minutes:.1f} minutes in {len(paths)} recordings")
    print(f"detections: Loqa {ours_count}, pymicro-wakeword {theirs_count}, on one side only: {different}")
    print(f"processor time a minute: Loqa {loqa / minutes * 1000:.1f} ms, pymicro-wakeword's native calls "
          f"{native / minutes * 1000:.1f} ms, ratio {loqa / native:.2f}")
    print(f"memory of the networks: {bytes_held} bytes")
    failed = different > UNMATCHED_LIMIT * (ours_count + theirs_count) or loqa > native or loqa / minutes * 1000 > CPU_LIMIT_MS or bytes_held > BYTES_LIMIT
    print("FAILED" if failed else "all within the limits")
    sys.exit(1 if failed else 0)


main()
