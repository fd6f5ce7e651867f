"""Writes Tests/Vectors/soft_and_additive_quantizers.json: LSQ+ (activations), DSQ, APoT.

Each is written from its formula in float64, gradients by autograd with roundings passed straight
through: DSQ as a sum of hyperbolic tangents, APoT by the distances to all sums of the paper's powers.
Inputs are float32 numbers away from rounding ties and from the ends of ranges, so that both precisions
agree on every level. A channel is a tensor with numbers of its own; per-channel forms need no other case.

Run: .venv/bin/python scripts/reference/soft_and_additive_quantizers.py
"""

import itertools
import json
import math
import pathlib

import numpy
import torch

from range_and_threshold_quantizers import grid, straight

SEED = 21
COUNT = 24
ALPHA = 0.4


def snapped(scale, power_of_two):
    if not power_of_two:
        return scale
    logarithm = torch.log2(scale)
    return 2 ** straight(logarithm, torch.round(logarithm))


def is_near_half(u):
    return ((u - torch.floor(u) - 0.5).abs() < 1e-3).any()


def is_near(u, *ends):
    return any(((u - end).abs() < 1e-3).any() for end in ends)


def lsq_plus(x, numbers, ends, spec):
    lowest, highest = grid(spec["bits"], spec["signed"])
    scale = snapped(numbers[0], spec["power_of_two"])
    offset = torch.zeros(()) if spec["symmetric"] else numbers[1]
    u = (x - offset) / scale
    clipped = torch.clamp(u, lowest, highest)
    y = straight(clipped, torch.round(clipped)) * scale + offset
    return y, is_near_half(u.detach()) or is_near(u.detach(), lowest, highest)


def dsq(x, numbers, ends, spec):
    lowest, highest = grid(spec["bits"], spec["signed"])
    low, high = min(ends[0], 0.0), max(ends[1], 0.0)
    span = highest - lowest
    if spec["symmetric"]:
        scale = max(-low, high) / (span / 2 if spec["signed"] else span)
    else:
        scale = (high - low) / span
    if spec["power_of_two"]:
        scale = 2.0 ** round(math.log2(scale))
    zero = 0
    if not spec["symmetric"]:
        zero = min(max(lowest - round(low / scale), lowest), highest)
    v = torch.clamp(x / scale + zero, lowest, highest)
    factor = 1 / (1 - ALPHA)
    k = math.log((factor + 1) / (factor - 1))
    base = torch.floor(v.detach())
    phi = base + 0.5 * factor * torch.tanh(k * (v - base - 0.5)) + 0.5
    u = x.detach() / scale
    bad = is_near_half(u) or is_near(u + zero, lowest, highest)
    return (straight(phi, torch.round(phi)) - zero) * scale, bad


# For every number of bits of a magnitude the exponents of the terms whose powers are summed: the sets
# of the authors for 2 to 6 bits, and 1, 7 and 8 in their manner.
EXPONENTS = {
    1: [[1]],
    2: [[1, 2, 3]],
    3: [[1, 2, 4], [3]],
    4: [[1, 3, 5], [2, 4, 6]],
    5: [[1, 3, 6], [2, 4, 7], [5]],
    6: [[1, 4, 7], [2, 5, 8], [3, 6, 9]],
    7: [[1, 4, 8], [2, 5, 9], [3, 6, 10], [7]],
    8: [[1, 5, 9], [2, 6, 10], [3, 7, 11], [4, 8, 12]],
}


def levels(bits):
    terms = [[0.0] + [2.0**-e for e in exponents] for exponents in EXPONENTS[bits]]
    sums = sorted(sum(choice) for choice in itertools.product(*terms))
    return torch.tensor(sums) / sums[-1]


def apot(x, numbers, ends, spec):
    signed = spec["signed"]
    t = torch.clamp(x / numbers[0], -1 if signed else 0, 1)
    distances = (t.detach().abs()[:, None] - levels(spec["bits"] - signed)[None]).abs()
    nearest = levels(spec["bits"] - signed)[distances.argmin(1)] * torch.sign(t.detach())
    two = distances.sort(1).values[:, :2]
    bad = (two[:, 1] - two[:, 0] < 1e-5).any()
    y = straight(t, nearest) * numbers[0]
    return y, bad or is_near((x / numbers[0]).detach(), -1, 0, 1)


RULES = {
    "lsq_plus": (lsq_plus, lambda symmetric: [0.31] if symmetric else [0.31, 0.27]),
    "dsq": (dsq, lambda symmetric: []),
    "apot": (apot, lambda symmetric: [1.37]),
}
# The least and the largest value of every tensor.
ENDS = (-2.5, 2.25)


def known(values, unsure):
    return [None if u else round(v, 9) for v, u in zip(values.tolist(), unsure)]


def case(name, spec, random):
    rule, first = RULES[name]
    numbers = [float(numpy.float32(v)) for v in first(spec["symmetric"])]
    values = list(ENDS)
    while len(values) < COUNT:
        value = float(numpy.float32(random.normal() * 1.2))
        parameters = [torch.tensor(v) for v in numbers]
        if not ENDS[0] < value < ENDS[1]:
            continue
        if not rule(torch.tensor([value]), parameters, ENDS, spec)[1]:
            values.append(value)
    x = torch.tensor(values, requires_grad=True)
    g = torch.tensor([float(numpy.float32(v)) for v in random.normal(size=COUNT)])
    parameters = [torch.tensor(v, requires_grad=True) for v in numbers]
    y, _ = rule(x, parameters, ENDS, spec)
    y.backward(g)
    # DSQ takes its range from the ends, which may be ties, where the last bit decides.
    unsure = [i < 2 and bool(rule(x[i : i + 1], parameters, ENDS, spec)[1]) for i in range(COUNT)]
    return {
        "algorithm": name,
        "bits": spec["bits"],
        "signed": spec["signed"],
        "symmetric": spec["symmetric"],
        "powerOfTwo": spec["power_of_two"],
        "numbers": numbers,
        "x": values,
        "g": g.tolist(),
        "y": known(y, unsure),
        "dx": known(x.grad, unsure),
        "gradients": [round(float(p.grad), 9) for p in parameters],
    }


def main():
    torch.set_default_dtype(torch.float64)
    random = numpy.random.default_rng(SEED)
    axes = itertools.product(RULES, range(2, 9), (True, False), (True, False), (False, True))
    cases = []
    for name, bits, signed, symmetric, power_of_two in axes:
        spec = dict(bits=bits, signed=signed, symmetric=symmetric, power_of_two=power_of_two)
        cases.append(case(name, spec, random))
    versions = f"torch {torch.__version__}, numpy {numpy.__version__}, seed {SEED}"
    result = {"made_by": f"scripts/reference/{pathlib.Path(__file__).name}, {versions}", "cases": cases}
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "Tests/Vectors/soft_and_additive_quantizers.json"
    target.write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
