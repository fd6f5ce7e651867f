"""The PyTorch peers of EngineBench's `lsq@academic`: a training step of 4-bit LSQ.

    python qat_step.py NETWORK BATCH SIZE STEPS PEER_LAYOUT     prints one csv line with the columns of EngineBench
    python qat_step.py --check                                  compares the peers with LSQ in float64, see qat_check.py

PEER: lsq_eager      LSQ by hand, op by op
      learnable_eager  PyTorch's own learnable fake quantize
      lsq_compile    LSQ by hand, compiled without a graph break
      mqbench        the authors' toolkit, where mqbench-torch2 is installed
LAYOUT: nchw or channels_last
"""
import importlib.util, pathlib, sys
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reference"))
import lsq
from networks import NETWORKS
from step_timing import LAYOUTS, measure, noise, prepare

PEERS = [*lsq.FUNCTIONS, "mqbench"] if importlib.util.find_spec("mqbench") else [*lsq.FUNCTIONS]
MODES = [f"{peer}_{layout}" for peer in PEERS for layout in LAYOUTS]


def prepared(peer, net, images):
    """The quantized net, its quantizers initialized from `images`, and what runs it."""
    if peer == "mqbench":
        import toolkit

        net = toolkit.quantize(net)
        toolkit.initialize(net, images)
        return net, net, lambda: None
    lsq.quantize(net, lsq.FUNCTIONS[peer])
    with torch.no_grad():
        net(images)
    run = torch.compile(net, fullgraph=True) if peer == "lsq_compile" else net
    return net, run, lambda: lsq.project(net)


def main(name, batch, size, steps, mode):
    peer, layout = next((p, l) for p in PEERS for l in LAYOUTS if f"{p}_{l}" == mode)
    prepare()
    images = noise(batch, size, LAYOUTS[layout])
    net = NETWORKS[name]().to(memory_format=LAYOUTS[layout]).train()
    net, run, after_update = prepared(peer, net, images)
    measure(mode, name, net, run, images, steps, after_update)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        import qat_check

        qat_check.check(PEERS, prepared)
        print("\n".join(MODES))
    else:
        name, *numbers, mode = sys.argv[1:]
        main(name, *(int(n) for n in numbers), mode)
