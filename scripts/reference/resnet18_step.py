"""Loss and gradients of one training step of ResNet-18, in float64 and in PyTorch's float32.

Writes Tests/Vectors/resnet18_step.json. Weights and images come from philox.py, so that the file holds
only their seeds. For each parameter it stores float64 gradients at sampled positions
and the largest relative L2 error of several float32 runs of PyTorch over the same positions.
"""
import json, math, pathlib, sys
import numpy as np
import torch
from torch import nn
import philox
from networks import Basic, ResNet

SEED, BATCH, SIZE, CLASSES, SMOOTHING, SAMPLES = 2026, 8, 64, 1000, 0.1, 256


def bounds(name, shape):
    if len(shape) > 1:
        return -math.sqrt(6 / np.prod(shape[1:])), math.sqrt(6 / np.prod(shape[1:]))
    return (0.5, 1.5) if name.endswith("weight") else (-0.2, 0.2)


def run(dtype, memory_format=torch.contiguous_format, threads=2):
    torch.set_num_threads(threads)
    net = ResNet(Basic, [2, 2, 2, 2], CLASSES)
    limits = {}
    for lane, (name, p) in enumerate(net.named_parameters()):
        low, high = (float(np.float32(x)) for x in bounds(name, p.shape))
        limits[name] = (low, high)
        p.data = torch.from_numpy(philox.uniform(SEED, philox.INITIALIZATION, lane, tuple(p.shape), low, high))
    net = net.to(dtype).to(memory_format=memory_format).train()
    images = torch.from_numpy(philox.uniform(SEED, philox.SYNTHETIC_DATA, 0, (BATCH, 3, SIZE, SIZE), -2, 2)).to(dtype)
    labels = torch.arange(BATCH) * 37 % CLASSES
    loss = nn.functional.cross_entropy(net(images.to(memory_format=memory_format)), labels, label_smoothing=SMOOTHING)
    loss.backward()
    gradients = {n: p.grad.detach().to(torch.float64).contiguous().reshape(-1).numpy() for n, p in net.named_parameters()}
    statistics = {n: b.detach().to(torch.float64).numpy() for n, b in net.named_buffers() if "running" in n}
    return loss.item(), gradients, statistics, limits, {n: list(p.shape) for n, p in net.named_parameters()}


def error(found, truth):
    return float(np.linalg.norm(found - truth) / np.linalg.norm(truth))


loss64, truth, statistics, limits, shapes = run(torch.float64)
variants = {
    "nchw, 2 threads": run(torch.float32),
    "nchw, 1 thread": run(torch.float32, threads=1),
    "channels last, 2 threads": run(torch.float32, torch.channels_last),
}
pick = np.random.default_rng(SEED)
parameters = []
for name, gradient in truth.items():
    places = np.sort(pick.choice(gradient.size, min(SAMPLES, gradient.size), replace=False))
    parameters.append({
        "name": name, "shape": shapes[name], "low": limits[name][0], "high": limits[name][1],
        "indices": places.tolist(), "gradient": [float(f"{g:.9g}") for g in gradient[places]],
        "float32_error": max(error(v[1][name][places], gradient[places]) for v in variants.values()),
    })
out = {
    "made_by": {"script": "scripts/reference/resnet18_step.py", "torch": torch.__version__, "numpy": np.__version__, "python": sys.version.split()[0]},
    "seed": SEED, "batch": BATCH, "size": SIZE, "classes": CLASSES, "smoothing": SMOOTHING,
    "loss": loss64, "float32_losses": {k: v[0] for k, v in variants.items()},
    "parameters": parameters,
    "statistics": {n: [float(f"{x:.9g}") for x in v[:8]] for n, v in statistics.items()},
}
path = pathlib.Path(__file__).resolve().parents[2] / "Tests/Vectors/resnet18_step.json"
path.write_text(json.dumps(out) + "\n")
for label, v in variants.items():
    errors = sorted(error(v[1][n], truth[n]) for n in truth)
    print(f"{label}: loss {v[0]:.7f} (float64 {loss64:.7f}), error worst {errors[-1]:.2e}, median {errors[len(errors) // 2]:.2e}")
