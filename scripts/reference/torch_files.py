"""Small files that torch.save writes, in every form that is read, with the numbers that they hold.

Writes Tests/Vectors/torch_files.json: the bytes in base64.
"""
import base64, collections, io, json, pathlib, pickle, sys
import torch

KINDS = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]
base = torch.arange(12, dtype=torch.float32).reshape(3, 4) - 4.5
state = collections.OrderedDict((kind, torch.tensor([1, 0, 3]).to(getattr(torch, kind))) for kind in KINDS)
state["transposed"] = base.t()
state["every_other"] = base[1:, ::2]
state["shared"] = base
state["expanded"] = torch.tensor([[2.0], [5.0]]).expand(2, 1)
state["parameter"] = torch.nn.Parameter(torch.tensor([0.25]))
state["scalar"] = torch.tensor(-1.5)
state["empty"] = torch.zeros(0, 3)
module = torch.nn.BatchNorm1d(2)
checkpoint = {"epoch": 3, "lr": 0.1, "big": 1 << 80, "milestones": collections.Counter([3, 5]), "seen": {1, 2},
              "optimizer": torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9).state_dict(),
              "state_dict": {f"module.{name}": tensor for name, tensor in state.items()}}


def saved(thing, **options):
    buffer = io.BytesIO()
    torch.save(thing, buffer, **options)
    return buffer.getvalue()


files = {
    "zip": saved(state),
    "zip, protocol 4, wrapped": saved(checkpoint, pickle_protocol=4),
    "legacy": saved(state, _use_new_zipfile_serialization=False),
    "legacy, protocol 4, wrapped": saved(checkpoint, pickle_protocol=4, _use_new_zipfile_serialization=False),
    "plain pickle": pickle.dumps({name: tensor.detach() for name, tensor in state.items()}, protocol=4),
}
out = {
    "made_by": {"script": "scripts/reference/torch_files.py", "torch": torch.__version__, "python": sys.version.split()[0]},
    "tensors": [{"name": name, "shape": list(t.shape), "values": t.detach().to(torch.float32).reshape(-1).tolist()}
                for name, t in state.items()],
    "files": [{"name": name, "bytes": base64.b64encode(content).decode()} for name, content in files.items()],
}
path = pathlib.Path(__file__).resolve().parents[2] / "Tests/Vectors/torch_files.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
