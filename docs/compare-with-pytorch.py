#!/usr/bin/env python3
"""Compares training steps of expandc with PyTorch's, on this machine's CPU.

Both train the same networks on the same work: a batch of random images that lies in memory,
forward, backward, and stochastic gradient descent with momentum. The networks are built by
`expandc zoo` and `expandc expand`; for PyTorch each ONNX file is read as ordinary torch.nn modules.
PyTorch runs eagerly, in its default memory format and in channels_last, and the faster counts.

The two take turns, so that whatever else the machine does hits both alike: in each round one
`expandc bench` of a network is followed by PyTorch's steps of it. What is printed are medians over
the rounds.

    python3 docs/compare-with-pytorch.py --expandc .build/release/expandc --threads 2

needs the packages torch, onnx and numpy. Exit status 0: every bound holds; 1: one does not.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--expandc", default=".build/release/expandc", help="the built tool")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=16, help="of each network in a round")
    parser.add_argument("--json", metavar="FILE", help="write all timings there too")
    return parser.parse_args()


ARGUMENTS = parse_arguments()
os.environ["OMP_NUM_THREADS"] = str(ARGUMENTS.threads)

import numpy  # noqa: E402
import onnx  # noqa: E402
import torch  # noqa: E402
from onnx import numpy_helper  # noqa: E402


class Network(torch.nn.Module):
    """An ONNX graph as modules of PyTorch, run in the graph's order."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        self.tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.input = next(i.name for i in graph.input if i.name not in self.tensors)
        self.output = graph.output[0].name
        self.calls = []
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Constant":
                self.tensors[node.output[0]] = numpy_helper.to_array(attributes["value"])
                continue
            function, inputs = self.function(node, attributes)
            if isinstance(function, torch.nn.Module):
                self.add_module(f"node{len(self.calls)}", function)
            self.calls.append((function, inputs, node.output[0]))

    def function(self, node, attributes):
        """What computes `node`, and the values that it is called with."""
        first = node.input[0]
        if node.op_type == "Conv":
            return self.convolution(node, attributes), [first]
        if node.op_type == "Gemm":
            return self.linear(node, attributes), [first]
        if node.op_type == "BatchNormalization":
            return self.normalization(node, attributes), [first]
        if node.op_type == "Relu":
            return torch.nn.ReLU(inplace=True), [first]
        if node.op_type == "Clip":
            low, high = (float(self.tensors[name]) for name in node.input[1:3])
            return torch.nn.Hardtanh(low, high, inplace=True), [first]
        if node.op_type == "MaxPool":
            pads = attributes.get("pads", [0] * 4)
            return (
                torch.nn.MaxPool2d(
                    attributes["kernel_shape"], attributes.get("strides", [1, 1]), pads[:2]
                ),
                [first],
            )
        if node.op_type == "GlobalAveragePool":
            return torch.nn.AdaptiveAvgPool2d(1), [first]
        if node.op_type == "ReduceMean":
            return (lambda x: x.mean((2, 3), keepdim=bool(attributes.get("keepdims", 1)))), [first]
        if node.op_type in ("Flatten", "Reshape"):
            return torch.nn.Flatten(), [first]
        if node.op_type == "Add":
            return torch.add, list(node.input)
        raise SystemExit(f"no module for the operator {node.op_type}")

    def weights(self, module, node):
        """`module` with the weight and the bias that `node` reads."""
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(numpy.array(self.tensors[node.input[1]])))
            if module.bias is not None:
                module.bias.copy_(torch.from_numpy(numpy.array(self.tensors[node.input[2]])))
        return module

    def convolution(self, node, attributes):
        outputs, inputs, *kernel = self.tensors[node.input[1]].shape
        group = attributes.get("group", 1)
        pads = attributes.get("pads", [0] * 4)
        assert pads[:2] == pads[2:], "padding is the same on both sides in these networks"
        module = torch.nn.Conv2d(
            inputs * group, outputs, kernel, attributes.get("strides", [1, 1]), pads[:2],
            attributes.get("dilations", [1, 1]), group, bias=len(node.input) > 2,
        )
        return self.weights(module, node)

    def linear(self, node, attributes):
        assert attributes.get("transB", 0) == 1, "weights are [outputs, inputs] in these networks"
        outputs, inputs = self.tensors[node.input[1]].shape
        return self.weights(torch.nn.Linear(inputs, outputs, bias=len(node.input) > 2), node)

    def normalization(self, node, attributes):
        # ONNX keeps `momentum` of the old statistic, PyTorch takes it of the new one.
        module = torch.nn.BatchNorm2d(
            self.tensors[node.input[1]].shape[0], attributes.get("epsilon", 1e-5),
            1 - attributes.get("momentum", 0.9),
        )
        return self.weights(module, node)

    def forward(self, x):
        values = {self.input: x}
        for function, inputs, output in self.calls:
            values[output] = function(*(values[name] for name in inputs))
        return values[self.output]


class TorchStep:
    """Training steps of one network in one memory format."""

    def __init__(self, path, batch, shape, memory_format):
        self.network = Network(path).train().to(memory_format=memory_format)
        generator = torch.Generator().manual_seed(0)
        images = torch.randn(batch, *shape, generator=generator)
        self.images = images.to(memory_format=memory_format)
        with torch.no_grad():
            classes = self.network(self.images).shape[1]
        self.labels = torch.randint(classes, (batch,), generator=generator)
        self.loss = torch.nn.CrossEntropyLoss()
        parameters = list(self.network.parameters())
        try:
            self.optimizer = torch.optim.SGD(parameters, lr=1e-5, momentum=0.9, fused=True)
        except (RuntimeError, TypeError, ValueError):
            self.optimizer = torch.optim.SGD(parameters, lr=1e-5, momentum=0.9)
        self.step()

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.network(self.images), self.labels).backward()
        self.optimizer.step()

    def median(self, steps):
        """The median time of a step, after one that is not timed."""
        self.step()
        times = []
        for _ in range(steps):
            start = time.perf_counter()
            self.step()
            times.append(time.perf_counter() - start)
        return statistics.median(times)


class Subject:
    """One expansion of one compact network, in both tools."""

    def __init__(self, name, compact, flags, batch, shape, folder, with_torch):
        self.name, self.compact, self.flags, self.batch = name, compact, flags, batch
        self.shape, self.rounds = shape, []
        path = compact
        if flags:
            path = os.path.join(folder, f"{name}.onnx")
            run("expand", compact, *flags, "--init", "random", "-o", path, "-q")
        formats = {"eager": torch.contiguous_format, "channels_last": torch.channels_last}
        self.steps = {
            key: TorchStep(path, batch, shape, value) for key, value in formats.items()
        } if with_torch else {}

    def round(self, steps):
        flags = self.flags or ["--conv", "none", "--fc", "0"]
        bench = json.loads(
            run("bench", self.compact, *flags, "--batch-size", str(self.batch), "--steps",
                str(steps), "--threads", str(ARGUMENTS.threads), "--json")
        )
        # PyTorch's expanded networks take many times as long, and vary less.
        torch_steps = max(4, steps // 2) if self.flags else steps
        pytorch = {key: step.median(torch_steps) for key, step in self.steps.items()}
        self.rounds.append({"bench": bench, "pytorch": pytorch})

    def median(self, value):
        return statistics.median(value(r) for r in self.rounds)


def run(*arguments):
    return subprocess.run(
        [ARGUMENTS.expandc, *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def seconds(row):
    return lambda r: r["bench"][row]["medianSeconds"]


def best(r):
    return min(r["pytorch"].values())


def memory_share(r):
    """Online peak, but for the factors and their momenta, in terms of the compact peak."""
    online, compact = r["bench"]["online"], r["bench"]["compact"]
    own = online["peakBytes"] - online["parameterBytes"] - online["velocityBytes"]
    return (own + compact["parameterBytes"] + compact["velocityBytes"]) / compact["peakBytes"]


def main():
    torch.set_num_threads(ARGUMENTS.threads)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        subjects = build(folder)
        for number in range(ARGUMENTS.rounds):
            for subject in subjects.values():
                if sys.stderr.isatty():
                    line = f"round {number + 1} of {ARGUMENTS.rounds}, {subject.name}"
                    print(f"\r{line:40}", end="", file=sys.stderr)
                subject.round(ARGUMENTS.steps)
        if sys.stderr.isatty():
            print(f"\r{'':40}\r", end="", file=sys.stderr)
    if ARGUMENTS.json:
        with open(ARGUMENTS.json, "w") as file:
            json.dump({name: s.rounds for name, s in subjects.items()}, file, indent=1)
    print(
        f"{os.cpu_count()} cores, {ARGUMENTS.threads} threads, PyTorch {torch.__version__}, "
        f"medians of {ARGUMENTS.rounds} rounds\n"
    )
    times(subjects)
    sys.exit(0 if bounds(subjects) else 1)


def build(folder):
    smallnet = os.path.join(folder, "smallnet7.onnx")
    mobilenet = os.path.join(folder, "mobilenetv2.onnx")
    run("zoo", "smallnet", "--kernel", "7", "-o", smallnet, "-q")
    run("zoo", "mobilenetv2", "--size", "32", "-o", mobilenet, "-q")
    cl, ck, fc, no_fc = ["--conv", "cl"], ["--conv", "ck"], ["--fc", "3"], ["--fc", "0"]
    rows = [
        ("SmallNet", smallnet, [], 128, True),
        ("CL r=4", smallnet, cl + no_fc + ["-r", "4"], 128, True),
        ("CK r=4", smallnet, ck + no_fc + ["-r", "4"], 128, True),
        ("CL+FC r=4", smallnet, cl + fc + ["-r", "4"], 128, False),
        ("CK+FC r=4", smallnet, ck + fc + ["-r", "4"], 128, False),
        ("CL r=8", smallnet, cl + no_fc + ["-r", "8"], 128, False),
        ("MobileNetV2", mobilenet, [], 64, True),
    ]
    return {
        name: Subject(name, path, flags, batch, (3, 32, 32), folder, with_torch)
        for name, path, flags, batch, with_torch in rows
    }


def times(subjects):
    print("a step in milliseconds    expandc                         PyTorch")
    print("                          compact  online  materialized  eager  channels_last")
    for name, s in subjects.items():
        cells = [s.median(seconds("compact"))]
        cells += [s.median(seconds(row)) if s.flags else None for row in ("online", "materialized")]
        cells += [
            s.median(lambda r: r["pytorch"][key]) if s.steps else None
            for key in ("eager", "channels_last")
        ]
        texts = ["–" if c is None else f"{c * 1e3:.2f}" for c in cells]
        print(f"{name:24}" + "".join(f"{t:>{w}}" for t, w in zip(texts, (9, 8, 14, 7, 15))))
    print()


def bounds(subjects):
    """Prints every bound with what was measured; true where all hold."""
    small, cl, ck = subjects["SmallNet"], subjects["CL r=4"], subjects["CK r=4"]
    rows = [
        (small, "compact step / PyTorch's best", lambda r: seconds("compact")(r) / best(r), 1 / 1.8)
    ]
    for name, bound in [
        ("CL r=4", 1.15), ("CK r=4", 1.25), ("CL+FC r=4", 1.6), ("CK+FC r=4", 1.6), ("CL r=8", 1.4)
    ]:
        rows.append(
            (subjects[name], "online / compact step",
             lambda r: seconds("online")(r) / seconds("compact")(r), bound)
        )
    for subject, bound in [(cl, 1 / 12), (ck, 1 / 6)]:
        rows.append(
            (subject, "online / PyTorch, expanded", lambda r: seconds("online")(r) / best(r), bound)
        )
    for subject in (cl, ck):
        rows.append(
            (subject, "materialized / PyTorch, expanded",
             lambda r: seconds("materialized")(r) / best(r), 1 / 1.3)
        )
    rows.append(
        (subjects["MobileNetV2"], "compact step / PyTorch's best",
         lambda r: seconds("compact")(r) / best(r), 1 / 1.3)
    )
    for subject in (cl, ck):
        rows.append((subject, "memory online / compact, but factors", memory_share, 1.1))
    rows.append(
        (small, "outside oneDNN and composition",
         lambda r: r["bench"]["compact"]["outsideShare"], 0.08)
    )
    for subject in (cl, ck):
        rows.append(
            (subject, "outside oneDNN and composition, online",
             lambda r: r["bench"]["online"]["outsideShare"], 0.08)
        )
    print(f"{'network':12}{'figure':40}{'measured':>9}{'bound':>8}")
    holds = True
    for subject, figure, value, bound in rows:
        measured = subject.median(value)
        verdict = "" if measured <= bound else "  MISSED"
        holds = holds and measured <= bound
        print(f"{subject.name:12}{figure:40}{measured:9.3f}{bound:8.3f}{verdict}")
    return holds


if __name__ == "__main__":
    main()
