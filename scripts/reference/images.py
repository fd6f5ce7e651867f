"""Makes Tests/Vectors/images.json: decoding, resampling, crops and colour changes by Pillow and
torchvision.

Images are small; files stand in the vectors in base64, pixels as hexadecimal text, [H, W, C].
"""

import base64
import io
import json
import math
import pathlib
import struct
import zlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, transforms
from torchvision.transforms import functional as F

from philox import words

OUTPUT = pathlib.Path(__file__).parents[2] / "Tests/Vectors/images.json"


def photo(height, width, seed):
    """Smooth colours, some edges and some noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        a, b, c = random.uniform(0.02, 0.4, 3)
        plane = 128 + 70 * np.sin(a * x + b * y) + 60 * np.sign(np.sin(c * (x - y)))
        planes.append(plane + random.normal(0, 12, (height, width)))
    return np.clip(np.stack(planes, 2), 0, 255).astype(np.uint8)


def hexed(image):
    return np.asarray(image, dtype=np.uint8).tobytes().hex()


def file_of(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def decoded(name, data):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return {
        "name": name,
        "file": base64.b64encode(data).decode(),
        "height": image.height,
        "width": image.width,
        "pixels": hexed(image),
    }


def png(width, height, depth, color_type, rows, extra=b"", interlace=0):
    """A PNG file from rows of packed samples, for what Pillow does not write."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, interlace)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def decoding():
    image = Image.fromarray(photo(21, 27, 1))
    cases = []
    for name, subsampling in [("444", 0), ("422", 1), ("420", 2)]:
        cases.append(decoded(f"jpeg {name}", file_of(image, "JPEG", quality=85, subsampling=subsampling)))
    cases.append(decoded("jpeg progressive", file_of(image, "JPEG", quality=70, progressive=True)))
    cases.append(decoded("jpeg grey", file_of(image.convert("L"), "JPEG")))
    cases.append(decoded("jpeg cmyk", file_of(image.convert("CMYK"), "JPEG", quality=90)))
    # Pillow marks CMYK as Adobe's, transform 0; with 2 the same bytes are read as YCCK.
    ycck = bytearray(file_of(image.convert("CMYK"), "JPEG", quality=90))
    place = ycck.index(b"Adobe") + 11
    ycck[place] = 2
    cases.append(decoded("jpeg ycck", bytes(ycck)))
    cases.append(decoded("jpeg one pixel", file_of(Image.fromarray(photo(1, 1, 2)), "JPEG")))
    cases.append(decoded("png rgb", file_of(image, "PNG")))
    cases.append(decoded("png grey", file_of(image.convert("L"), "PNG")))
    cases.append(decoded("png bits", file_of(image.convert("1"), "PNG")))
    cases.append(decoded("png palette", file_of(image.quantize(13), "PNG", transparency=3)))
    alpha = image.copy()
    alpha.putalpha(Image.fromarray(photo(21, 27, 3)[:, :, 0]))
    cases.append(decoded("png alpha", file_of(alpha, "PNG")))
    cases.append(decoded("png grey alpha", file_of(alpha.convert("LA"), "PNG")))
    samples = np.array([[0, 1, 254, 255, 256, 300, 40000, 65535]], dtype=">u2")
    cases.append(decoded("png grey 16", png(8, 1, 16, 0, [samples.tobytes()])))
    wide = np.random.default_rng(4).integers(0, 65536, (3, 5, 3)).astype(">u2")
    cases.append(decoded("png rgb 16", png(5, 3, 16, 2, [row.tobytes() for row in wide])))
    wide = np.random.default_rng(5).integers(0, 65536, (3, 5, 4)).astype(">u2")
    cases.append(decoded("png alpha 16", png(5, 3, 16, 6, [row.tobytes() for row in wide])))
    cases.append(decoded("png grey 2", png(8, 1, 2, 0, [bytes([0b00011011, 0b11100100])])))
    cases.append(decoded("png grey 4", png(4, 1, 4, 0, [bytes([0x0F, 0x5A])])))
    trns = struct.pack(">I", 2) + b"tRNS" + b"\0\x80"
    trns += struct.pack(">I", zlib.crc32(b"tRNS\0\x80"))
    cases.append(decoded("png grey transparent", png(3, 1, 8, 0, [bytes([10, 128, 250])], trns)))
    return cases


def resizing():
    cases = []
    for number, (size, target) in enumerate(
        [((9, 13), (4, 5)), ((40, 31), (7, 31)), ((5, 6), (17, 23)), ((33, 64), (33, 17)),
         ((1, 1), (5, 3)), ((3, 50), (9, 9)), ((64, 48), (48, 40)), ((7, 7), (7, 7))]
    ):
        pixels = photo(*size, 10 + number)
        for filter in ["bilinear", "bicubic"]:
            result = Image.fromarray(pixels).resize(
                (target[1], target[0]), getattr(Image.Resampling, filter.upper()))
            cases.append({
                "interpolation": filter, "from": list(size), "to": list(target),
                "input": hexed(pixels), "output": hexed(result),
            })
    return cases


def sizes():
    """Shorter side to 256 and crops of 224 as torchvision rounds them."""
    cases = []
    for height, width in [(375, 500), (500, 333), (224, 224), (100, 1000), (701, 703), (257, 256)]:
        image = Image.new("RGB", (width, height))
        resized = F.resize(image, 256)
        cases.append({"from": [height, width], "to": [resized.height, resized.width]})
    return cases


def center_crops():
    cases = []
    for height, width, size in [(8, 8, 4), (9, 8, 4), (7, 11, 4), (3, 9, 6), (5, 4, 8), (6, 6, 6)]:
        pixels = photo(height, width, 40)
        cases.append({
            "from": [height, width], "size": size, "input": hexed(pixels),
            "output": hexed(F.center_crop(Image.fromarray(pixels), [size, size])),
        })
    return cases


class Stream:
    """The runtime's random stream: uniform floats of 24 bits, bounded integers by multiplication."""

    def __init__(self, seed, purpose, lane):
        # More than ten tries of a crop take.
        self.words = [int(word) for word in words(seed, purpose, lane, 256)]
        self.position = 0

    def word(self):
        self.position += 1
        return self.words[self.position - 1]

    def uniform(self, low, high):
        u = np.float32(self.word() >> 8) * np.float32(2.0**-24)
        low, high = np.float32(low), np.float32(high)
        return np.float32(low + np.float32((high - low) * u))

    def below(self, bound):
        return (self.word() * bound) >> 32


class FakeTorch:
    """PyTorch, drawing from the runtime's stream."""

    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(torch, name)

    def empty(self, *_):
        stream = self.stream

        class Empty:
            def uniform_(self, low, high):
                return torch.tensor([float(stream.uniform(float(low), float(high)))])

        return Empty()

    def randint(self, low, high, size):
        return torch.tensor([low + self.stream.below(high - low)])

    def randperm(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.stream.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return torch.tensor(order)


def with_stream(lane, body):
    original = transforms.torch
    transforms.torch = FakeTorch(Stream(1, 3, lane))
    try:
        return body()
    finally:
        transforms.torch = original


def crop_boxes():
    """torchvision's own code on the runtime's random numbers."""
    cases = []
    for lane, (height, width) in enumerate(
        [(375, 500), (500, 375), (30, 40), (1, 400), (400, 1), (3, 2), (64, 640), (224, 224)] * 4
    ):
        scale = [0.08, 1.0] if lane < 16 else [0.7, 1.0]
        ratio = [3 / 4, 4 / 3]
        image = Image.new("RGB", (width, height))
        box = with_stream(lane, lambda: transforms.RandomResizedCrop.get_params(image, scale, ratio))
        cases.append({
            "lane": lane, "from": [height, width], "scale": scale, "ratio": ratio, "box": list(box)})
    return cases


def adjustments():
    pixels = np.concatenate([photo(12, 16, 70).reshape(-1, 3),
                             np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 1, 0]], np.uint8)])
    image = Image.fromarray(pixels.reshape(14, 14, 3))
    cases = []
    for name, factors in [
        ("brightness", [0.0, 0.5, 0.8123, 1.0, 1.2, 3.0]),
        ("contrast", [0.0, 0.5, 0.8123, 1.0, 1.2, 3.0]),
        ("saturation", [0.0, 0.5, 0.8123, 1.0, 1.2, 3.0]),
        ("hue", [-0.5, -0.1, -0.0371, 0.0, 0.02, 0.0999, 0.5]),
    ]:
        for factor in factors:
            factor = float(np.float32(factor))
            output = getattr(F, f"adjust_{name}")(image, factor)
            cases.append({"name": name, "factor": factor, "output": hexed(output)})
    return {"height": 14, "width": 14, "input": hexed(image), "cases": cases}


def jitters():
    """The whole of ColorJitter: order, factors, changes."""
    pixels = photo(11, 13, 80)
    jitter = transforms.ColorJitter(0.2, 0.2, 0.2, 0.1)
    return {
        "height": 11, "width": 13, "input": hexed(pixels),
        "cases": [
            {"lane": lane, "output": hexed(with_stream(lane, lambda: jitter(Image.fromarray(pixels))))}
            for lane in range(12)
        ],
    }


def main():
    versions = f"Pillow {PIL.__version__}, torchvision {torchvision.__version__.split('+')[0]}, " \
        f"PyTorch {torch.__version__.split('+')[0]}, NumPy {np.__version__}"
    content = {
        "made_by": f"scripts/reference/images.py; {versions}",
        "decoding": decoding(), "resizing": resizing(), "sizes": sizes(),
        "center_crops": center_crops(), "crop_boxes": crop_boxes(), "adjustments": adjustments(),
        "jitters": jitters(),
    }
    OUTPUT.write_text(json.dumps(content, indent=1) + "\n")


main()
