"""Names and shapes of the state dicts of torchvision's and timm's networks.

Writes Tests/Vectors/state_dict_names.json. torchvision has no RegNetX-600MF by name: it is made with the parameters of
the paper (Radosavovic et al. 2020, table 8) by torchvision's own class.
"""
import json, pathlib, sys
import timm, torch, torchvision
from torchvision.models.regnet import BlockParams, RegNet

REGNET = BlockParams.from_init_params(depth=16, w_0=48, w_a=36.97, w_m=2.24, group_width=24)
NETWORKS = [
    ("resnet18", "torchvision", torchvision.models.resnet18),
    ("resnet50", "torchvision", torchvision.models.resnet50),
    ("mobilenet_v2", "torchvision", torchvision.models.mobilenet_v2),
    ("regnetx_600mf", "torchvision", lambda: RegNet(REGNET)),
    ("resnet18", "timm", lambda: timm.create_model("resnet18")),
    ("mobilenet_v2", "timm", lambda: timm.create_model("mobilenetv2_100")),
    ("regnetx_600mf", "timm", lambda: timm.create_model("regnetx_006")),
    ("efficientnet_lite0", "timm", lambda: timm.create_model("efficientnet_lite0")),
]

out = {
    "made_by": {"script": "scripts/reference/state_dict_names.py", "torch": torch.__version__,
                "torchvision": torchvision.__version__, "timm": timm.__version__, "python": sys.version.split()[0]},
    "networks": [
        {"model": model, "from": source,
         "tensors": [{"name": n, "shape": list(t.shape)} for n, t in make().state_dict().items()
                     if not n.endswith("num_batches_tracked")]}
        for model, source, make in NETWORKS
    ],
}
path = pathlib.Path(__file__).resolve().parents[2] / "Tests/Vectors/state_dict_names.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
