"""(used by qat_step.py) LSQ of the authors' toolkit, in a port to today's PyTorch: mqbench-torch2 on PyPI.

Its academic setting has signed activations only, and layers that read the same tensor share a quantizer.
"""
import logging, warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from mqbench.fake_quantize.lsq import LearnableFakeQuantize
    from mqbench.observer import LSQObserver
    from mqbench.prepare_by_platform import BackendType, prepare_by_platform
    from mqbench.utils.logger import logger
    from mqbench.utils.state import enable_calibration, enable_quantization

import torch

logger.setLevel(logging.WARNING)


def quantize(net):
    scheme = {"bit": 4, "symmetry": True, "per_channel": False, "pot_scale": False}
    sides = {"observer": "LSQObserver", "fakequantize": "LearnableFakeQuantize", "qscheme": scheme}
    config = {f"{side}_{key}": value for side in "wa" for key, value in sides.items()}
    return prepare_by_platform(net, BackendType.Academic, {"extra_qconfig_dict": config})


def initialize(net, images):
    enable_calibration(net)
    with torch.no_grad():
        net(images)
    enable_quantization(net)


def quantizer(low, high):
    """One quantizer on a given grid, for the check."""
    module = LearnableFakeQuantize(
        LSQObserver, quant_min=low, quant_max=high, dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
    module.disable_observer()
    return module
