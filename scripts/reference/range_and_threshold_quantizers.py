"""Writes Tests/Vectors/range_and_threshold_quantizers.json: PACT, DoReFa (activations), QIL, TQT.

Each is written from its formula in float64, gradients by autograd with every rounding passed straight
through. Inputs are float32 numbers away from rounding ties and from the ends of ranges, so that both
precisions agree on every integer.

Run: .venv/bin/python scripts/reference/range_and_threshold_quantizers.py
"""

import itertools
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


def snapped(scale):
    return 2.0 ** round(math.log2(scale))


def affine(x, low, high, form):
    """Clips to low...high, then the uniform grid whose scale and zero point cover that range.

    A power-of-two scale can cover less than the range: what rounds beyond the grid is clipped too, and
    counts to the end of the range that it is near.
    """
    bits, signed, symmetric, power_of_two = form
    lowest, highest = grid(bits, signed)
    span = highest - lowest
    ends = (float(low.detach()), float(high.detach()))
    if symmetric:
        scale, zero = max(-ends[0], ends[1]) / (span / 2 if signed else span), 0
        scale = snapped(scale) if power_of_two else scale
    else:
        scale = (max(ends[1], 0) - min(ends[0], 0)) / span
        scale = snapped(scale) if power_of_two else scale
        zero = min(max(lowest - round(min(ends[0], 0) / scale), lowest), highest)
    reach = ((lowest - zero - 0.5) * scale, (highest - zero + 0.5) * scale)
    above, below = x > min(ends[1], reach[1]), x < max(ends[0], reach[0])
    clipped = torch.where(above, high, torch.where(below, low, x))
    integers = torch.clamp(torch.round(clipped / scale) + zero, lowest, highest)
    u = x.detach() / scale
    inside = ~above & ~below
    bad = (inside & ((u - torch.floor(u) - 0.5).abs() < 1e-3)).any()
    return straight(clipped, (integers - zero) * scale), bool(bad)


def pact(x, numbers, form):
    bits, signed, symmetric, _ = form
    high = numbers[0]
    if symmetric:
        low = -high if signed else torch.zeros(())
    else:
        low = numbers[1] if float(x.detach().min()) < 0 else torch.zeros(())
    return affine(x, low, high, form)


def dorefa(x, numbers, form):
    bits, signed, symmetric, _ = form
    low = torch.tensor(-1.0 if signed else 0.0)
    return affine(x, low, torch.tensor(1.0), form)


def qil(x, numbers, form):
    bits, signed, symmetric, _ = form
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


def tqt(x, numbers, form):
    bits, signed, symmetric, _ = form
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


def case(random, name, rule, first, form):
    bits, signed, symmetric, power_of_two = form
    numbers = [float(numpy.float32(v)) for v in first(symmetric)]
    values = []
    while len(values) < COUNT:
        value = float(numpy.float32(random.normal() * 1.2))
        # A negative value first, so that the range has its lower end throughout.
        one = torch.tensor([-2.0, value])
        if not rule(one, [torch.tensor(v) for v in numbers], form)[1]:
            values.append(value)
    values[0] = -2.0
    x = torch.tensor(values, requires_grad=True)
    g = torch.tensor([float(numpy.float32(v)) for v in random.normal(size=COUNT)])
    parameters = [torch.tensor(v, requires_grad=True) for v in numbers]
    y, _ = rule(x, parameters, form)
    y.backward(g)
    # The low end of a range around 0 is a rounding tie of the signed grid: the last bit of the scale
    # decides between two levels.
    tie = -math.inf
    if signed and (name == "dorefa" or name == "pact" and symmetric):
        tie = -(numbers + [1.0])[0]
    return {
        "algorithm": name,
        "bits": bits,
        "signed": signed,
        "symmetric": symmetric,
        "powerOfTwo": power_of_two,
        "numbers": numbers,
        "x": values,
        "g": g.tolist(),
        "y": [
            None if before < tie else round(after, 9) for before, after in zip(values, y.tolist())
        ],
        "dx": [round(v, 9) for v in x.grad.tolist()],
        "gradients": [round(float(p.grad), 9) for p in parameters],
    }


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
        for form in itertools.product(
            range(2, 9), (True, False), (True, False), (False, True)
        ):
            cases.append(case(random, name, rule, first, form))
    versions = f"torch {torch.__version__}, numpy {numpy.__version__}, seed {SEED}"
    result = {"made_by": f"scripts/reference/{pathlib.Path(__file__).name}, {versions}", "cases": cases}
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "Tests/Vectors/range_and_threshold_quantizers.json"
    target.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
