"""The PyTorch peer of EngineBench: a training step in float32, eager in both memory formats and compiled.

    python train_step.py NETWORK BATCH SIZE STEPS MODE     MODE: nchw, channels_last or compile

Prints one csv line with the columns of EngineBench.
"""
import os, pathlib, resource, sys, time
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
from networks import NETWORKS

name, batch, size, steps, mode = sys.argv[1], *(int(x) for x in sys.argv[2:5]), sys.argv[5]
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
torch.manual_seed(1)
layout = torch.contiguous_format if mode == "nchw" else torch.channels_last
net = NETWORKS[name]().to(memory_format=layout).train()
run = torch.compile(net) if mode == "compile" else net
images = torch.empty(batch, 3, size, size).uniform_(-2, 2).to(memory_format=layout)
labels = torch.arange(batch)
optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4, nesterov=True)
times = []
for i in range(steps + 3):
    start = time.perf_counter()
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(run(images), labels, label_smoothing=0.1).backward()
    optimizer.step()
    if i >= 3:
        times.append((time.perf_counter() - start) * 1000)
times.sort()
median = times[len(times) // 2]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
print(f"torch_{mode},{name},{batch},{size},{steps},{times[0]:.1f},{median:.1f},{batch / median * 1000:.2f},,,{peak}")
