"""What the networks hear: the features of the relay's own front end, by its own program."""
import os
import struct
import subprocess

import numpy as np

CHANNELS = 40
FEATURES = {"micro": slice(0, CHANNELS), "log-mel": slice(CHANNELS, 2 * CHANNELS)}
SCALE = 0.0390625            # of a feature to the networks' input
FIRST_FRAME_END = 480        # samples heard when the first frame is there; then one each 160


class FrontEnd:
    """A running ``loqa-wake --features``. Not to be shared between processes."""

    def __init__(self, program=None):
        program = program or os.environ["LOQA_WAKE"]
        self.process = subprocess.Popen([program, "--features"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, x):
        """Sound at 16 kHz, floats or 16 bit integers -> frames of 10 ms by 80, uint16."""
        if x.dtype != np.int16:
            x = np.clip(np.rint(x * 32768), -32768, 32767).astype("<i2")
        # The program answers after the whole clip, so writing and then reading cannot block.
        self.process.stdin.write(struct.pack("<I", len(x)) + x.tobytes())
        self.process.stdin.flush()
        head = self.process.stdout.read(4)
        if len(head) < 4:
            raise RuntimeError("the front end ended; was loqa-wake built from this tree?")
        frames = struct.unpack("<I", head)[0]
        return np.frombuffer(self.process.stdout.read(frames * 160), "<u2").reshape(frames, 80)
