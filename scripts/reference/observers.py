"""Writes Tests/Vectors/observers.json: the ranges of quantile, mse, kl, norm, mean_std and clip_std.

Each rule is written on sorted values in float64, without histograms: quantiles are NumPy's, the error of
a range is that of every value rounded to its grid. Of mse the least error over a fine search is stored,
not the range, because ranges far apart can be as good. kl is defined on bins and is written on bins of
the stated width. The values follow from a formula that the test repeats, `values`.

Run: .venv/bin/python scripts/reference/observers.py
"""

import json
import math
import pathlib

import numpy

COUNT = 8_000
HALF = 4_096


def grid(bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    return lowest, lowest + 2**bits - 1


def rounded(x, low, high, spec):
    """x on the grid that covers low to high, and 0."""
    lowest, highest = grid(spec["bits"], spec["signed"])
    low, high = min(low, 0.0), max(high, 0.0)
    if spec["symmetric"]:
        span = highest - lowest if not spec["signed"] else (highest - lowest) / 2
        scale, zero = max(-low, high) / span, 0
    else:
        scale = (high - low) / (highest - lowest)
        zero = min(max(lowest - round(low / scale), lowest), highest)
    q = numpy.clip(numpy.round(x / scale) + zero, lowest, highest)
    return (q - zero) * scale, q


def candidates(x, spec, loss):
    """The least loss, the two ends of an asymmetric range searched one after the other."""
    low, high = x.min(), x.max()
    shares = numpy.arange(0.3, 1.0000001, 0.0005)
    if spec["symmetric"]:
        size = max(-low, high)
        return min(loss(max(low, -size * s), min(high, size * s)) for s in shares)
    top = min((loss(low, high * s), high * s) for s in shares)[1] if high > 0 else high
    ends = [low * s for s in shares] if low < 0 else [low]
    return min(loss(end, top) for end in ends)


def square_error(x, spec):
    def loss(low, high):
        return float(numpy.mean((x - rounded(x, low, high, spec)[0]) ** 2))

    return loss


def divergence(x, spec):
    width = 2.0 ** (math.floor(math.log2(numpy.abs(x).max())) + 1 - int(math.log2(HALF)))
    bins = numpy.floor(x / width)
    first = bins.min()
    counts = numpy.bincount((bins - first).astype(int)).astype(float)
    middles = (first + numpy.arange(len(counts)) + 0.5) * width

    def loss(low, high):
        inside = (middles + 0.5 * width > low) & (middles - 0.5 * width <= high)
        at = numpy.flatnonzero(inside)
        p = numpy.where(inside, counts, 0)
        p[at[0]] += counts[: at[0]].sum()
        p[at[-1]] += counts[at[-1] + 1 :].sum()
        levels = rounded(middles, low, high, spec)[1]
        q = numpy.zeros_like(p)
        for level in numpy.unique(levels[inside]):
            cell = inside & (levels == level)
            holders = (p[cell] > 0).sum()
            if holders:
                q[cell] = counts[cell].sum() / holders * (p[cell] > 0)
        if ((p > 0) & (q == 0)).any():
            return math.inf
        held = p > 0
        p, q = p[held] / p.sum(), q[held] / q.sum()
        return float((p * numpy.log(p / q)).sum())

    return loss


def norm(x, spec):
    lowest, highest = grid(spec["bits"], spec["signed"])
    return 2 * numpy.abs(x).mean() / math.sqrt(highest)


def moments(x, alpha):
    low, high = x.mean() - alpha * x.std(ddof=1), x.mean() + alpha * x.std(ddof=1)
    return [max(low, 0.0) if x.min() >= 0 else low, min(high, 0.0) if x.max() <= 0 else high]


def values(name):
    """Spread by the golden ratio, most of them small; only exact operations and roundings of IEEE 754."""
    v = numpy.arange(1, (9 if name == "few" else COUNT) + 1) * 0.6180339887498949
    v = 2 * (v - numpy.floor(v)) - 1
    tailed = 6 * (v * v * v * v * v * v * v) + v
    x = {"tailed": tailed, "relu": numpy.maximum(tailed, 0), "negative": -(v * v) - 0.2,
         "shifted": v * v * v + 0.3, "few": tailed}[name]
    return x.astype(numpy.float32).astype(numpy.float64)


def main():
    cases = []
    for name in ("tailed", "relu", "negative", "shifted", "few"):
        x = values(name)
        case = {"name": name, "count": len(x), "sum": float(x.sum()),
                "quantiles": {str(a): [float(numpy.quantile(x, 1 - a)), float(numpy.quantile(x, a))]
                              for a in (0.9, 0.99, 0.9999)},
                "meanStd": moments(x, 3), "clipStd": moments(x, 2.6), "specs": []}
        for bits in (2, 4, 8):
            for signed in (True, False):
                for symmetric in (True, False):
                    spec = {"bits": bits, "signed": signed, "symmetric": symmetric}
                    if symmetric and not signed and x.min() < 0:
                        continue
                    case["specs"].append(spec | {
                        "norm": norm(x, spec),
                        "squareError": candidates(x, spec, square_error(x, spec)),
                        "divergence": candidates(x, spec, divergence(x, spec)) if bits == 4 else None,
                    })
        cases.append(case)
    path = pathlib.Path(__file__).parents[2] / "Tests/Vectors/observers.json"
    made_by = f"scripts/reference/observers.py, numpy {numpy.__version__}"
    text = json.dumps({"made_by": made_by, "cases": cases})
    path.write_text(text + "\n")


if __name__ == "__main__":
    main()
