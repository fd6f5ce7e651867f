"""Photographs for the loader's benchmark, and its peer in Pillow and torchvision.

    loader.py make FOLDER       writes 64 JPEG files of about 500x375 pixels, seeded
    loader.py time FOLDER [S]   prints images a second of one thread
"""

import pathlib
import sys
import time

import numpy as np
from PIL import Image

COUNT = 64
QUALITY = 90


def photo(random):
    """Noise of every scale, louder the coarser, as in photographs, with a few hard edges."""
    height, width = int(random.integers(333, 376)), int(random.integers(480, 501))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    frequency[0, 0] = 1
    planes = []
    shared = np.fft.fft2(random.normal(size=(height, width)))
    for _ in range(3):
        own = np.fft.fft2(random.normal(size=(height, width)))
        plane = np.fft.ifft2((shared + 0.4 * own) / frequency**1.1).real
        planes.append(128 + 55 * (plane - plane.mean()) / plane.std())
    image = np.stack(planes, 2)
    for _ in range(4):
        top, left = random.integers(0, height - 60), random.integers(0, width - 60)
        bottom, right = top + random.integers(20, 200), left + random.integers(20, 200)
        image[top:bottom, left:right] += random.normal(0, 40, 3)
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))


def make(folder):
    random = np.random.default_rng(7)
    target = folder / "photo"
    target.mkdir(parents=True, exist_ok=True)
    for number in range(COUNT):
        photo(random).save(target / f"{number:03d}.jpg", quality=QUALITY)


def measure(folder, seconds):
    import torch
    from torchvision import transforms

    torch.set_num_threads(1)
    torch.manual_seed(1)
    transform = transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ColorJitter(0.2, 0.2, 0.2, 0.1),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    files = sorted(folder.rglob("*.jpg"))

    def epoch():
        for file in files:
            with open(file, "rb") as stream:
                transform(Image.open(stream).convert("RGB"))

    epoch()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        epoch()
        count += len(files)
    print(f"{count / (time.perf_counter() - start):.1f}")


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
else:
    measure(pathlib.Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 5)
