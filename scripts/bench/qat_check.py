"""(used by qat_step.py) Compares the peers with LSQ in float64, whose gradients autograd finds.

Each peer quantizes tensors of every grid in both memory formats: values, gradients of the tensor and of the scale.
LSQ by hand then trains a whole ResNet-20 one step, in float64 so that no rounding flips: loss and the gradient of
every parameter. PyTorch's kernels know float32 alone; they run in the same modules. The networks must have as many
quantizers as MQBench's table of graph 1.
"""
import copy
import torch
from torch import nn

import lsq
from networks import NETWORKS
from step_timing import LAYOUTS

GRIDS = [(-8, 7), (0, 15), (-128, 127), (0, 255)]
QUANTIZERS = {
    "resnet18": 42, "resnet50": 108, "mobilenet_v2": 106, "efficientnet_lite0": 100, "regnetx_600mf": 108,
    "resnet20": 44,
}
SCALE = 0.25
TENSOR_TOLERANCE = 1e-5
NETWORK_TOLERANCE = 1e-9


def reference(x, scale, low, high, factor):
    """Straight through the rounding; what is added for the gradients is 0, so values are exact."""
    scale = scale.detach() + (scale - scale.detach()) * factor
    u = x / scale
    q = u.detach().round()
    inside = (q >= low) & (q <= high)
    return torch.where(inside, q + (u - u.detach()), q.clamp(low, high)) * scale


def gradients(function, x, scale, low, high, upstream):
    x, scale = x.detach().clone(memory_format=torch.preserve_format).requires_grad_(), scale.clone().requires_grad_()
    y = function(x, scale, low, high, (x.numel() * high) ** -0.5)
    y.backward(upstream)
    return y.detach().double(), x.grad.double(), scale.grad.double()


def require(condition, message):
    if not condition:
        raise SystemExit(f"qat_check: {message}")


def distance(value, expected):
    return float((value - expected).abs().max() / expected.abs().max().clamp(min=1e-30))


def check_tensors(peer, function):
    generator = torch.Generator().manual_seed(1)
    for low, high in GRIDS:
        integers = torch.randint(low - 4, high + 5, (4, 6, 5, 5), generator=generator)
        # No ties: 0.1 of a step away from them.
        x = (integers + 0.8 * (torch.rand(integers.shape, generator=generator) - 0.5)) * SCALE
        upstream = torch.randn(x.shape, generator=generator)
        scale = torch.tensor([SCALE])
        expected = gradients(reference, x.double(), scale.double(), low, high, upstream.double())
        for layout, memory_format in LAYOUTS.items():
            values = [t.to(memory_format=memory_format) for t in (x, upstream)]
            found = gradients(function, values[0], scale, low, high, values[1])
            for what, value, wanted in zip(("values", "gradient", "gradient of the scale"), found, expected):
                error = distance(value, wanted)
                require(error < TENSOR_TOLERANCE, f"{peer} {layout} {low}...{high}: {what} off by {error:.1e}")


def toolkit_function(x, scale, low, high, factor):
    """The module's own path, with `scale` in place of its parameter."""
    import toolkit

    module = toolkit.quantizer(low, high)
    del module.scale
    module.scale = scale
    return module(x)


def trained(net, run, images):
    labels = torch.arange(len(images)) % 10
    loss = nn.functional.cross_entropy(run(images), labels, label_smoothing=0.1)
    loss.backward()
    return loss.detach(), {name: p.grad for name, p in net.named_parameters()}


def check_network(peer, prepared):
    torch.manual_seed(1)
    net, images = NETWORKS["resnet20"]().double().train(), torch.randn(4, 3, 32, 32).double()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            # Sums of integers often hit their mean; a shift keeps ReLU from depending on the last bit of a 0.
            nn.init.normal_(module.bias)
    twin = copy.deepcopy(net)
    net, run, _ = prepared(peer, net, images)
    lsq.quantize(twin, reference)
    twin(images)
    for module in (net, twin):
        module.double()  # the scales
    loss, found = trained(net, run, images)
    expected_loss, expected = trained(twin, twin, images)
    require(abs(loss - expected_loss) < NETWORK_TOLERANCE, f"{peer}: loss is {loss}, not {expected_loss}")
    for name, wanted in expected.items():
        error = distance(found[name], wanted)
        require(error < NETWORK_TOLERANCE, f"{peer}: gradient of {name} is off by {error:.1e}")


def quantizers(net):
    return [m for m in net.modules() if isinstance(m, lsq.Quantizer)]


def check_counts():
    for name, count in QUANTIZERS.items():
        found = quantizers(lsq.quantize(NETWORKS[name](), reference))
        edges = [q for q in found if q.bits == 8]
        require((len(found), len(edges)) == (count, 4), f"{name} has {len(found)} quantizers, {len(edges)} of 8 bits")


def check(peers, prepared):
    """Ends the program with a message at the first difference."""
    check_counts()
    for peer in peers:
        function = lsq.FUNCTIONS.get(peer, toolkit_function)
        check_tensors(peer, torch.compile(function, fullgraph=True) if peer == "lsq_compile" else function)
        if peer in ("lsq_eager", "lsq_compile"):
            check_network(peer, prepared)
