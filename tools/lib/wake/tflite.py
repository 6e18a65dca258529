"""Writes a quantised network as a TFLite flatbuffer (schema 3) of the layout that microWakeWord's models have."""
import flatbuffers
import numpy as np

import frontend
from network import KERNELS, STEM, STRIDE

_INT32, _UINT8, _INT8, _RESOURCE = 2, 3, 9, 13
_TYPES = {_INT32: np.int32, _UINT8: np.uint8, _INT8: np.int8}
# operator: (code, version); options: (number in the union of options)
_CODES = {"CALL_ONCE": (129, 1), "VAR_HANDLE": (142, 1), "RESHAPE": (22, 1), "READ_VARIABLE": (143, 1), "CONCATENATION": (2, 2),
          "STRIDED_SLICE": (45, 2), "ASSIGN_VARIABLE": (144, 1), "CONV_2D": (3, 3), "DEPTHWISE_CONV_2D": (4, 3),
          "FULLY_CONNECTED": (9, 4), "ADD": (0, 2), "LOGISTIC": (14, 2), "QUANTIZE": (114, 1)}
_OPTIONS = {"CALL_ONCE": 103, "VAR_HANDLE": 111, "CONCATENATION": 10, "STRIDED_SLICE": 32, "CONV_2D": 1,
            "DEPTHWISE_CONV_2D": 2, "FULLY_CONNECTED": 8, "ADD": 11}
_RELU = 1


class _Graph:
    def __init__(self, file):
        self.file, self.tensors, self.operators, self.inputs, self.outputs = file, [], [], [], []

    def tensor(self, name, shape, kind=_INT8, data=None, scale=None, zero=0, axis=0):
        self.file.buffers.append(None if data is None else np.ascontiguousarray(data, _TYPES[kind]).tobytes())
        self.tensors.append((name, list(shape), kind, len(self.file.buffers) - 1, scale, zero, axis))
        return len(self.tensors) - 1

    def value(self, name, shape, source):
        return self.tensor(name, shape, scale=[source[0]], zero=source[1])

    def add(self, name, inputs, outputs, options=()):
        """options: (field, type, value) of the operator's options."""
        self.operators.append((name, inputs, outputs, options))


class _File:
    def __init__(self):
        self.buffers = [None]
        self.graphs = [_Graph(self), _Graph(self)]

    def bytes(self):
        b = flatbuffers.Builder(1 << 16)
        names = list(_CODES)
        buffers = []
        for data in self.buffers:
            at = None
            if data is not None:
                b.StartVector(1, len(data), 16)
                b.head -= len(data)
                b.Bytes[b.Head():b.Head() + len(data)] = data
                at = b.EndVector()
            buffers.append(_table(b, 1, [] if at is None else [(0, "offset", at)]))
        codes = [_table(b, 4, [(0, "int8", min(c, 127)), (2, "int32", v), (3, "int32", c)]) for c, v in _CODES.values()]
        graphs = [self._graph(b, g, names) for g in self.graphs]
        text = b.CreateString("a wake word for Loqa")
        root = _table(b, 5, [(0, "uint32", 3), (1, "offset", _offsets(b, codes)), (2, "offset", _offsets(b, graphs)),
                             (3, "offset", text), (4, "offset", _offsets(b, buffers))])
        b.Finish(root, b"TFL3")
        return bytes(b.Output())

    @staticmethod
    def _graph(b, g, names):
        tensors = []
        for name, shape, kind, buffer, scale, zero, axis in g.tensors:
            fields = [(0, "offset", _numbers(b, shape, "i4")), (1, "int8", kind), (2, "uint32", buffer), (3, "offset", b.CreateString(name))]
            if scale is not None:
                parts = [(2, "offset", _numbers(b, scale, "f4")), (3, "offset", _numbers(b, [zero] * len(scale), "i8"))]
                fields.append((4, "offset", _table(b, 7, parts + [(6, "int32", axis)])))
            tensors.append(_table(b, 8, fields))
        operators = []
        for name, inputs, outputs, options in g.operators:
            fields = [(0, "uint32", names.index(name)), (1, "offset", _numbers(b, inputs, "i4")), (2, "offset", _numbers(b, outputs, "i4"))]
            if options:
                parts = [(f, t, b.CreateString(v) if isinstance(v, str) else v) for f, t, v in options]
                fields += [(3, "uint8", _OPTIONS[name]), (4, "offset", _table(b, 7, parts))]
            operators.append(_table(b, 9, fields))
        return _table(b, 5, [(0, "offset", _offsets(b, tensors)), (1, "offset", _numbers(b, g.inputs, "i4")),
                             (2, "offset", _numbers(b, g.outputs, "i4")), (3, "offset", _offsets(b, operators)),
                             (4, "offset", b.CreateString("main" if g.inputs else "initialiser"))])


def _table(b, size, fields):
    put = {"offset": b.PrependUOffsetTRelativeSlot, "int8": b.PrependInt8Slot, "uint8": b.PrependUint8Slot,
           "int32": b.PrependInt32Slot, "uint32": b.PrependUint32Slot}
    b.StartObject(size)
    for field, kind, value in fields:
        put[kind](field, value, None if kind != "offset" else 0)
    return b.EndObject()


def _numbers(b, values, kind):
    return b.CreateNumpyVector(np.asarray(values, "<" + kind).reshape(-1))


def _offsets(b, tables):
    b.StartVector(4, len(tables), 4)
    for t in reversed(tables):
        b.PrependUOffsetTRelative(t)
    return b.EndVector()


def encode(q):
    """The bytes of a .tflite file for a ``Quantised`` network."""
    file = _File()
    g, start = file.graphs
    c, bands = q.channels, frontend.CHANNELS
    source = q.stem.in_scale, q.stem.in_zero
    heard = g.value("frames", (1, STRIDE, bands), source)
    shape = g.tensor("shape", (4,), _INT32, [1, STRIDE, 1, bands])
    ones = g.tensor("step", (4,), _INT32, [1, 1, 1, 1])
    end = g.tensor("end", (4,), _INT32, [0, 0, 0, 0])
    g.inputs = [heard]
    g.add("CALL_ONCE", [], [], [(0, "int32", 1)])
    depths = [(STEM - STRIDE, bands, source)] + [(k - 1, c, (d.in_scale, d.in_zero)) for (d, _, _), k in zip(q.blocks, KERNELS)]
    handles = []
    for i in range(len(depths)):
        handles.append(g.tensor(f"past {i}", (), _RESOURCE))
        g.add("VAR_HANDLE", [], [handles[-1]], [(1, "offset", f"past {i}")])

    def with_past(i, x, rows):
        """The past and what is new, the newest of which is the next past."""
        depth, channels, scale = depths[i]
        past = g.value(f"past {i} read", (1, depth, 1, channels), scale)
        g.add("READ_VARIABLE", [handles[i]], [past])
        both = g.value(f"window {i}", (1, depth + rows, 1, channels), scale)
        g.add("CONCATENATION", [past, x], [both], [(0, "int32", 1)])
        begin = g.tensor(f"begin {i}", (4,), _INT32, [0, -depth, 0, 0])
        kept = g.value(f"past {i} kept", (1, depth, 1, channels), scale)
        g.add("STRIDED_SLICE", [both, begin, end, ones], [kept], [(0, "int32", 13), (1, "int32", 15)])
        g.add("ASSIGN_VARIABLE", [handles[i], kept], [])
        zeros = np.full((1, depth, 1, channels), scale[1])
        first = start.tensor(f"past {i}", (), _RESOURCE)
        start.add("VAR_HANDLE", [], [first], [(1, "offset", f"past {i}")])
        start.add("ASSIGN_VARIABLE", [first, start.tensor(f"first {i}", zeros.shape, data=zeros, scale=[scale[0]], zero=scale[1])], [])
        return both

    def layer(name, layer, x, shape, axis, operator, options):
        w = g.tensor(f"{name} weights", shape, data=layer.weight.T if axis == 3 else layer.weight, scale=layer.scales, axis=axis)
        bias = g.tensor(f"{name} bias", (len(layer.bias),), _INT32, layer.bias, scale=float(layer.in_scale) * layer.scales)
        out = g.value(name, (1, 1) if operator == "FULLY_CONNECTED" else (1, 1, 1, c), layer.out)
        g.add(operator, [x, w, bias], [out], options)
        return out

    wide = [(0, "int8", 1), (1, "int32", 1), (2, "int32", 1), (3, "int8", _RELU)]
    deep = [(0, "int8", 1), (1, "int32", 1), (2, "int32", 1), (3, "int32", 1)]
    x = g.value("rows", (1, STRIDE, 1, bands), source)
    g.add("RESHAPE", [heard, shape], [x])
    stem = [(0, "int8", 1), (1, "int32", 1), (2, "int32", STRIDE), (3, "int8", _RELU)]
    x = layer("stem", q.stem, with_past(0, x, STRIDE), (c, STEM, 1, bands), 0, "CONV_2D", stem)
    for i, ((d, w, s), kernel) in enumerate(zip(q.blocks, KERNELS)):
        y = layer(f"deep {i}", d, with_past(i + 1, x, 1), (1, kernel, 1, c), 3, "DEPTHWISE_CONV_2D", deep)
        y = layer(f"wide {i}", w, y, (c, 1, 1, c), 0, "CONV_2D", wide)
        z = g.value(f"sum {i}", (1, 1, 1, c), s.out)
        g.add("ADD", [y, x], [z], [(0, "int8", 0)])
        x = z
    x = layer("logit", q.head, x, (1, c), 0, "FULLY_CONNECTED", [(0, "int8", 0)])
    p = g.tensor("probability", (1, 1), scale=[1 / 256], zero=-128)
    g.add("LOGISTIC", [x], [p])
    out = g.tensor("answer", (1, 1), _UINT8, scale=[1 / 256], zero=0)
    g.add("QUANTIZE", [p], [out])
    g.outputs = [out]
    return file.bytes()
