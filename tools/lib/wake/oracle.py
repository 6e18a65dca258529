"""Reads a .tflite file back and runs it step by step in integers, to show that it is the network that was judged.

Knows the operators that ``tflite`` writes and nothing else; shares no code with it or with ``quantised`` but the rescaling.
"""
import struct

import numpy as np

from quantised import clip8, factor, quantised_input, rescale

_CODES = {0: "ADD", 2: "CONCATENATION", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 9: "FULLY_CONNECTED", 14: "LOGISTIC", 22: "RESHAPE",
          45: "STRIDED_SLICE", 114: "QUANTIZE", 129: "CALL_ONCE", 142: "VAR_HANDLE", 143: "READ_VARIABLE", 144: "ASSIGN_VARIABLE"}


class _Reader:
    def __init__(self, data):
        self.data = data

    def one(self, kind, at):
        return struct.unpack_from("<" + kind, self.data, at)[0]

    def place(self, table, field):
        v = table - self.one("i", table)
        offset = self.one("H", v + 4 + 2 * field) if 4 + 2 * field < self.one("H", v) else 0
        return table + offset if offset else 0

    def scalar(self, table, field, kind, default=0):
        at = self.place(table, field)
        return self.one(kind, at) if at else default

    def ref(self, table, field):
        at = self.place(table, field)
        return at + self.one("I", at) if at else 0

    def vector(self, table, field, kind):
        at = self.ref(table, field)
        return np.frombuffer(self.data, "<" + kind, self.one("I", at), at + 4) if at else np.zeros(0, kind)

    def tables(self, table, field):
        at = self.ref(table, field)
        return [at + 4 + 4 * i + self.one("I", at + 4 + 4 * i) for i in range(self.one("I", at))]


class File:
    def __init__(self, data):
        r = self.r = _Reader(data)
        root = r.one("I", 0)
        if data[4:8] != b"TFL3":
            raise ValueError("this is no TFLite file")
        self.codes = [_CODES[max(r.scalar(t, 3, "i"), r.scalar(t, 0, "b"))] for t in r.tables(root, 1)]
        self.buffers = [r.vector(t, 0, "u1").tobytes() for t in r.tables(root, 4)]
        self.graphs = r.tables(root, 2)
        self.tensors = [[self._tensor(t) for t in r.tables(g, 0)] for g in self.graphs]
        self.state = {}
        self.run(1, None)

    def _tensor(self, t):
        r, q = self.r, self.r.ref(t, 4)
        kind = {2: "<i4", 3: "u1", 9: "i1"}.get(r.scalar(t, 1, "b"))
        data = self.buffers[r.scalar(t, 2, "I")]
        shape = tuple(r.vector(t, 0, "i4"))
        return {"shape": shape, "data": np.frombuffer(data, kind).reshape(shape) if data and kind else None,
                "scale": r.vector(q, 2, "f4").astype(float) if q else None, "zero": int(r.vector(q, 3, "i8")[0]) if q else 0}

    def run(self, graph, heard):
        """One step of the graph; the logit before LOGISTIC."""
        r, tensors, values, logit = self.r, self.tensors[graph], {}, None
        for i in r.vector(self.graphs[graph], 1, "i4"):
            values[i] = heard
        get = lambda i: values[i] if i in values else tensors[i]["data"]
        for op in r.tables(self.graphs[graph], 3):
            name, ins, outs, o = self.codes[r.scalar(op, 0, "I")], r.vector(op, 1, "i4"), r.vector(op, 2, "i4"), r.ref(op, 4)
            if name == "VAR_HANDLE":
                at = r.ref(o, 1)
                values[outs[0]] = r.data[at + 4:at + 4 + r.one("I", at)]
            elif name == "READ_VARIABLE":
                values[outs[0]] = self.state[get(ins[0])]
            elif name == "ASSIGN_VARIABLE":
                self.state[get(ins[0])] = get(ins[1])
            elif name == "RESHAPE":
                values[outs[0]] = get(ins[0]).reshape(get(ins[1]))
            elif name == "CONCATENATION":
                values[outs[0]] = np.concatenate([get(i) for i in ins], r.scalar(o, 0, "i"))
            elif name == "STRIDED_SLICE":
                values[outs[0]] = get(ins[0])[:, int(get(ins[1])[1]):]
            elif name == "ADD":
                values[outs[0]] = self._sum([(get(i), tensors[i]) for i in ins], tensors[outs[0]])
            elif name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
                values[outs[0]] = self._layer(name, [get(i) for i in ins], [tensors[i] for i in ins], tensors[outs[0]], r, o)
            elif name == "LOGISTIC":
                t = tensors[ins[0]]
                logit = (int(get(ins[0])[0, 0]) - t["zero"]) * np.float32(t["scale"][0])
        return logit

    @staticmethod
    def _sum(parts, out):
        scales = [t["scale"][0] for _, t in parts]
        twice = 2 * max(scales)
        total = sum(rescale((x.astype(np.int64) - t["zero"]) << 20, *factor(s / twice)) for (x, t), s in zip(parts, scales))
        return clip8(rescale(total, *factor(twice / ((1 << 20) * out["scale"][0]))) + out["zero"])

    @staticmethod
    def _layer(name, values, tensors, out, r, options):
        x = values[0].astype(np.int64) - tensors[0]["zero"]
        w, bias = values[1].astype(np.int64), values[2].astype(np.int64)
        act = r.scalar(options, {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "FULLY_CONNECTED": 0}[name], "b")
        if name == "DEPTHWISE_CONV_2D":
            sums = (x * w).sum(1).reshape(-1)
        else:
            sums = w.reshape(len(w), -1) @ x.reshape(-1)
        factors = [factor(tensors[0]["scale"][0] * s / out["scale"][0]) for s in tensors[1]["scale"]]
        y = rescale(sums + bias, *np.array(factors).T) + out["zero"]
        return clip8(y, out["zero"] if act == 1 else -128).reshape(out["shape"])


def check(data, quantised, frames):
    """Fails unless the file gives the judged network's logits on these frames, bit for bit."""
    file, expected = File(data), quantised.logits(frames)
    heard = quantised_input(np.asarray(frames), quantised.features)
    for i, want in enumerate(expected):
        got = file.run(0, heard[3 * i:3 * i + 3][None])
        if got != want:
            raise RuntimeError(f"the written file gives {got} at step {i} where {want} was judged; report this as a bug")
