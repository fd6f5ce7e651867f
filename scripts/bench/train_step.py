"""The PyTorch peer of EngineBench: a training step in float32, eager in both memory formats and compiled.

    python train_step.py NETWORK BATCH SIZE STEPS MODE     MODE: nchw, channels_last or compile

Prints one csv line with the columns of EngineBench.
"""
import pathlib, sys
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
from networks import NETWORKS
from step_timing import LAYOUTS, measure, noise, prepare

name, batch, size, steps, mode = sys.argv[1], *(int(x) for x in sys.argv[2:5]), sys.argv[5]
prepare()
layout = LAYOUTS["channels_last" if mode == "compile" else mode]
net = NETWORKS[name]().to(memory_format=layout).train()
run = torch.compile(net) if mode == "compile" else net
measure(f"torch_{mode}", name, net, run, noise(batch, size, layout), steps)
