"""Several steps of torch.optim's SGD, Adam and AdamW in float64, and learning rates from their formulas.

Writes Tests/Vectors/optimizers.json and Tests/Vectors/learning_rates.json. The learning rates are computed
with Python's fractions and math from MQBench's published formula and PyTorch's MultiStepLR, one row a step.
"""
import json, math, pathlib, sys
import numpy as np
import torch

STEPS, SIZE, SEED = 6, 11, 2026
FOLDER = pathlib.Path(__file__).parents[2] / "Tests/Vectors"


def numbers(generator):
    return generator.standard_normal(SIZE).astype(np.float32)


def run(name, make, rates):
    generator = np.random.default_rng(SEED)
    start = numbers(generator)
    gradients = [numbers(generator) for _ in range(STEPS)]
    weight = torch.nn.Parameter(torch.from_numpy(start.astype(np.float64)))
    optimizer = make([weight])
    after = []
    for gradient, rate in zip(gradients, rates):
        for group in optimizer.param_groups:
            group["lr"] = rate
        weight.grad = torch.from_numpy(gradient.astype(np.float64))
        optimizer.step()
        after.append(weight.detach().tolist())
    return {"name": name, "start": start.tolist(), "gradients": [g.tolist() for g in gradients],
            "rates": rates, "after": after}


RATES = [0.1, 0.08, 0.05, 0.05, 0.02, 0.001]
SMALL = [r / 10 for r in RATES]
cases = [
    run("sgd(0.9, false, 0.01)", lambda p: torch.optim.SGD(p, lr=1, momentum=0.9, weight_decay=0.01), RATES),
    run("sgd(0.9, true, 0.0001)",
        lambda p: torch.optim.SGD(p, lr=1, momentum=0.9, weight_decay=1e-4, nesterov=True), RATES),
    run("sgd(0, false, 0)", lambda p: torch.optim.SGD(p, lr=1), RATES),
    run("adam(0.9, 0.999, 1e-8, 0, false)", lambda p: torch.optim.Adam(p), SMALL),
    run("adam(0.8, 0.95, 1e-3, 0.1, false)",
        lambda p: torch.optim.Adam(p, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1), SMALL),
    run("adam(0.9, 0.999, 1e-8, 0.1, true)", lambda p: torch.optim.AdamW(p, weight_decay=0.1), SMALL),
]

made_by = {"script": "scripts/reference/optimizers.py", "python": sys.version.split()[0],
           "torch": torch.__version__, "numpy": np.__version__, "seed": SEED}
(FOLDER / "optimizers.json").write_text(json.dumps({"made_by": made_by, "cases": cases}, indent=1) + "\n")


def warmed(i, warmup, start, peak, rest):
    return start + (peak - start) * (i - 1) / (warmup - 1) if i < warmup else rest


def cosine(total, warmup, start, peak, end):
    return [warmed(i, warmup, start, peak,
                   end + (peak - end) * (1 + math.cos(math.pi * (i - warmup) / (total - warmup))) / 2)
            for i in range(1, total + 1)]


def multi_step(total, warmup, start, peak, milestones, factor):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=peak)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, factor)
    result = []
    for i in range(1, total + 1):
        result.append(warmed(i, warmup, start, peak, optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return result


# Steps of one epoch: 10.
schedules = [
    {"name": "cosine, 12 steps of warm-up", "rates": cosine(60, 12, 1e-4, 0.004, 0)},
    {"name": "cosine, 2 epochs of warm-up, to 0.001", "rates": cosine(60, 20, 0.0, 0.01, 0.001)},
    {"name": "step at 25 and 40 steps, 3 steps of warm-up", "rates": multi_step(60, 3, 0.01, 0.1, [25, 40], 0.1)},
    {"name": "step at epoch 2 and 2.5", "rates": multi_step(60, 0, 0.0, 0.1, [20, 25], 0.5)},
    {"name": "constant, 5 steps of warm-up", "rates": [warmed(i, 5, 0.0, 0.2, 0.2) for i in range(1, 61)]},
]
(FOLDER / "learning_rates.json").write_text(
    json.dumps({"made_by": made_by, "steps_per_epoch": 10, "schedules": schedules}, indent=1) + "\n")
