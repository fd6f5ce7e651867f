"""(used by qat_step.py) LSQ in PyTorch: Esser et al., ICLR 2020, in the academic setting of MQBench.

With q = round(x / s): y = s clip(q, low, high), dy/dx = 1 where low <= q <= high, dy/ds = q - x / s there and
low or high beyond, the sum over the elements times 1 / sqrt(M high). One scale per tensor, 4 bits, 8 bits in the
first and the last layer, a quantizer for the weight and for the input of each layer, batch norm kept.
"""
import torch
from torch import nn

SMALLEST_SCALE = torch.finfo(torch.float32).eps


def quantized(x, scale, low, high):
    return (x / scale).round_().clamp_(low, high).mul_(scale)


class LSQ(torch.autograd.Function):
    """For a compiler, which fuses each pass into one loop."""

    @staticmethod
    def forward(ctx, x, scale, low, high, factor):
        ctx.save_for_backward(x, scale)
        ctx.grid = low, high, factor
        return quantized(x, scale, low, high)

    @staticmethod
    def backward(ctx, gradient):
        x, scale = ctx.saved_tensors
        low, high, factor = ctx.grid
        u = x / scale
        q = u.round()
        inside = (q >= low) & (q <= high)
        slope = torch.where(inside, q - u, q.clamp(low, high))
        return torch.where(inside, gradient, 0), (gradient * slope).sum().mul(factor).view(1), None, None, None


class EagerLSQ(torch.autograd.Function):
    """For execution op by op, with the fewest passes over memory.

    The mask is hardtanh's, at half a scale beyond the grid's ends. The gradient of the scale is two dot products of
    tensors that autograd keeps anyway, (sum g y - sum dx x) / s, since y = s q inside and s low or s high beyond.
    """

    @staticmethod
    def forward(ctx, x, scale, low, high, factor):
        y = quantized(x, scale, low, high)
        ctx.save_for_backward(x, y, scale)
        ctx.grid = low, high, factor
        return y

    @staticmethod
    def backward(ctx, gradient):
        x, y, scale = ctx.saved_tensors
        low, high, factor = ctx.grid
        s = scale.item()
        dx = torch.ops.aten.hardtanh_backward(gradient, x, (low - 0.5) * s, (high + 0.5) * s)
        dots = torch.dot(flat(gradient, x), flat(y, x)) - torch.dot(flat(dx, x), flat(x, x))
        return dx, (dots * (factor / s)).view(1), None, None, None


def flat(tensor, like):
    """The elements in the order of `like`'s memory, without a copy where the layouts agree."""
    if like.is_contiguous():
        return tensor.contiguous().view(-1)
    return tensor.contiguous(memory_format=torch.channels_last).permute(0, 2, 3, 1).reshape(-1)


def learnable(x, scale, low, high, factor):
    """PyTorch's own kernels, which also learn a zero point; here it stays 0."""
    zero_point = torch.zeros(1, dtype=scale.dtype)
    return torch._fake_quantize_learnable_per_tensor_affine(x, scale, zero_point, low, high, factor)


FUNCTIONS = {"lsq_eager": EagerLSQ.apply, "learnable_eager": learnable, "lsq_compile": LSQ.apply}


class Quantizer(nn.Module):
    """Scale and, of an activation, sign come from the first tensor it sees."""

    def __init__(self, bits, function, is_weight):
        super().__init__()
        self.bits, self.function, self.is_weight = bits, function, is_weight
        self.scale, self.is_initialized = nn.Parameter(torch.ones(1)), False
        self.low, self.high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    @torch.no_grad()
    def initialize(self, x):
        if not self.is_weight and x.min() >= 0:
            self.low, self.high = 0, 2**self.bits - 1
        self.scale.fill_(2 * x.abs().mean() / self.high**0.5).clamp_(min=SMALLEST_SCALE)
        self.is_initialized = True

    def forward(self, x):
        if not self.is_initialized:
            self.initialize(x)
        return self.function(x, self.scale, self.low, self.high, (x.numel() * self.high) ** -0.5)


class QuantizedLayer(nn.Module):
    def __init__(self, layer, bits, function):
        super().__init__()
        self.layer = layer
        self.input = Quantizer(bits, function, is_weight=False)
        self.weight = Quantizer(bits, function, is_weight=True)

    def forward(self, x):
        x, weight = self.input(x), self.weight(self.layer.weight)
        if isinstance(self.layer, nn.Linear):
            return nn.functional.linear(x, weight, self.layer.bias)
        return self.layer._conv_forward(x, weight, self.layer.bias)


def quantize(net, function):
    """Replaces every convolution and linear layer of `net` by a quantized one."""
    layers = [(name, m) for name, m in net.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    for i, (path, layer) in enumerate(layers):
        parent, _, name = path.rpartition(".")
        bits = 8 if i in (0, len(layers) - 1) else 4
        setattr(net.get_submodule(parent), name, QuantizedLayer(layer, bits, function))
    return net


def project(net):
    """What ends a step: scales stay positive."""
    with torch.no_grad():
        scales = [m.scale for m in net.modules() if isinstance(m, Quantizer)]
        torch._foreach_abs_(scales)
        torch._foreach_clamp_min_(scales, SMALLEST_SCALE)
