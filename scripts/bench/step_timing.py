"""(used by the others) Times a training step of PyTorch and prints it with the columns of EngineBench."""
import os, resource, time
import torch
from torch import nn

LAYOUTS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}
WARM_UP = 3


def prepare():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    torch.manual_seed(1)


def noise(batch, size, layout):
    return torch.empty(batch, 3, size, size).uniform_(-2, 2).to(memory_format=layout)


def measure(variant, model, net, run, images, steps, after_update=lambda: None):
    """`run` is the net, compiled or not; `after_update` ends every step."""
    batch, size = images.shape[0], images.shape[3]
    classes = [m for m in net.modules() if isinstance(m, nn.Linear)][-1].out_features
    labels = torch.arange(batch) % classes
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4, nesterov=True)
    times = []
    for i in range(steps + WARM_UP):
        start = time.perf_counter()
        optimizer.zero_grad()
        nn.functional.cross_entropy(run(images), labels, label_smoothing=0.1).backward()
        optimizer.step()
        after_update()
        if i >= WARM_UP:
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    median = times[len(times) // 2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{variant},{model},{batch},{size},{steps},{times[0]:.1f},{median:.1f},{batch / median * 1000:.2f},,,{peak}")
