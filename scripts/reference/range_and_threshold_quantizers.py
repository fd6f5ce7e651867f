"""Writes Tests/Vectors/range_and_threshold_quantizers.json: PACT, DoReFa (activations), QIL, TQT.

Each is written from its formula in float64, gradients by autograd with every rounding passed straight
through. Inputs are float32 numbers away from rounding ties and from the ends of ranges, so that both
precisions agree on every integer.

Run: .venv/bin/python scripts/reference/range_and_threshold_quantizers.py
"""

import json
import math
import pathlib

import numpy
import torch

SEED = 20
COUNT = 40


def straight(value, result):
    """`result` forward, the gradient of `value` backward."""
    return value + (result - value).detach()


def grid(bits, signed):
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)


def affine(x, low, high, bits, signed, symmetric):
    """Clips to low...high, then the uniform grid whose scale and zero point cover that range."""
    lowest, highest = grid(bits, signed)
    span = highest - lowest
    ends = (float(low.detach()), float(high.detach()))
    if symmetric:
        scale, zero = max(-ends[0], ends[1]) / (span / 2 if signed else span), 0
    else:
        scale = (max(ends[1], 0) - min(ends[0], 0)) / span
        zero = min(max(lowest - round(min(ends[0], 0) / scale), lowest), highest)
    clipped = torch.where(x > high, high, torch.where(x < low, low, x))
    integers = torch.clamp(torch.round(clipped / scale) + zero, lowest, highest)
    u = x.detach() / scale
    inside = (x.detach() > ends[0]) & (x.detach() < ends[1])
    bad = (inside & ((u - torch.floor(u) - 0.5).abs() < 1e-3)).any()
    return straight(clipped, (integers - zero) * scale), bool(bad)


def pact(x, numbers, bits, signed, symmetric):
    high = numbers[0]
    if symmetric:
        low = -high if signed else torch.zeros(())
    else:
        low = numbers[1] if float(x.detach().min()) < 0 else torch.zeros(())
    return affine(x, low, high, bits, signed, symmetric)


def dorefa(x, numbers, bits, signed, symmetric):
    low = torch.tensor(-1.0 if signed else 0.0)
    return affine(x, low, torch.tensor(1.0), bits, signed, symmetric)


def qil(x, numbers, bits, signed, symmetric):
    centre, distance = numbers
    steps = grid(bits, signed)[1]
    size, sign = (x.abs(), torch.sign(x)) if signed else (x, torch.ones_like(x))
    t = torch.clamp(size / (2 * distance) - centre / (2 * distance) + 0.5, 0, 1)
    u = (t * steps).detach()
    bad = ((u - torch.floor(u) - 0.5).abs() < 1e-3).any()
    return straight(t, torch.round(t * steps) / steps) * sign, bool(bad)


class Ceiling(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.ceil(x)

    @staticmethod
    def backward(ctx, g):
        return g


def tqt(x, numbers, bits, signed, symmetric):
    lowest, highest = grid(bits, signed)
    scale = 2 ** Ceiling.apply(numbers[0]) / 2 ** (bits - 1 if signed else bits)
    u = x / scale
    bad = ((u - torch.floor(u) - 0.5).abs() < 1e-3).any()
    rounded = torch.round(u.detach())
    # Decided on the integer itself: u + (rounded - u) may miss it by a bit.
    integers = torch.where(
        rounded > highest,
        torch.tensor(float(highest)),
        torch.where(rounded < lowest, torch.tensor(float(lowest)), straight(u, rounded)),
    )
    return integers * scale, bool(bad)


def main():
    torch.set_default_dtype(torch.float64)
    random = numpy.random.default_rng(SEED)
    rules = {
        "pact": (pact, lambda symmetric: [1.37] if symmetric else [1.37, -0.81]),
        "dorefa": (dorefa, lambda symmetric: []),
        "qil": (qil, lambda symmetric: [0.71, 0.59]),
        "tqt": (tqt, lambda symmetric: [0.3]),
    }
    cases = []
    for name, (rule, first) in rules.items():
        for bits in range(2, 9):
            for signed in (True, False):
                for symmetric in (True, False):
                    numbers = [float(numpy.float32(v)) for v in first(symmetric)]
                    values = []
                    while len(values) < COUNT:
                        value = float(numpy.float32(random.normal() * 1.2))
                        # A negative value first, so that the range has its lower end throughout.
                        one = torch.tensor([-2.0, value])
                        parameters = [torch.tensor(v) for v in numbers]
                        if not rule(one, parameters, bits, signed, symmetric)[1]:
                            values.append(value)
                    values[0] = -2.0
                    x = torch.tensor(values, requires_grad=True)
                    g = torch.tensor([float(numpy.float32(v)) for v in random.normal(size=COUNT)])
                    parameters = [torch.tensor(v, requires_grad=True) for v in numbers]
                    y, _ = rule(x, parameters, bits, signed, symmetric)
                    y.backward(g)
                    # The low end of a range around 0 is a rounding tie of the signed grid: the last
                    # bit of the scale decides between two levels.
                    tie = -math.inf
                    if signed and (name == "dorefa" or name == "pact" and symmetric):
                        tie = -(numbers + [1.0])[0]
                    cases.append(
                        {
                            "algorithm": name,
                            "bits": bits,
                            "signed": signed,
                            "symmetric": symmetric,
                            "numbers": numbers,
                            "x": values,
                            "g": g.tolist(),
                            "y": [
                                None if before < tie else round(after, 9)
                                for before, after in zip(values, y.tolist())
                            ],
                            "dx": [round(v, 9) for v in x.grad.tolist()],
                            "gradients": [round(float(p.grad), 9) for p in parameters],
                        }
                    )
    versions = f"torch {torch.__version__}, numpy {numpy.__version__}, seed {SEED}"
    result = {"made_by": f"scripts/reference/{pathlib.Path(__file__).name}, {versions}", "cases": cases}
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "Tests/Vectors/range_and_threshold_quantizers.json"
    target.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
