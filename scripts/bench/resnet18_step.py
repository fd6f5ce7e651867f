"""The PyTorch peer of EngineBench: a training step of ResNet-18, eager, float32.

Prints the same csv columns. Needs the virtual environment of scripts/reference/setup.sh.
"""
import resource, sys, time, pathlib
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
from resnet18_network import ResNet18

batch, size, steps = (int(x) for x in (sys.argv[1:] + ["16", "224", "10"][len(sys.argv) - 1:]))
torch.set_num_threads(2)
for label, layout in [("torch_nchw", torch.contiguous_format), ("torch_channels_last", torch.channels_last)]:
    torch.manual_seed(1)
    net = ResNet18(1000).to(memory_format=layout).train()
    images = torch.empty(batch, 3, size, size).uniform_(-2, 2).to(memory_format=layout)
    labels = torch.arange(batch)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4, nesterov=True)
    times = []
    for i in range(steps + 3):
        start = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(images), labels, label_smoothing=0.1).backward()
        optimizer.step()
        if i >= 3:
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    median = times[len(times) // 2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{label},resnet18,{batch},{size},{steps},{times[0]:.1f},{median:.1f},{batch / median * 1000:.2f},,,{peak}", flush=True)
