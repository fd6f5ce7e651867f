"""The photos as EfficientNet-Lite0 takes them: 224x224x3 bytes each.

Shorter side to 256 by Pillow's bicubic filter, then the centre of 224.
"""
import pathlib
from PIL import Image

FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".cache/reference/ai_benchmark/data/classification"
PHOTOS = [FOLDER / f"{n}.jpg" for n in (0, 3, 7, 12, 19, 34)]
RESIZED, SIZE = 256, 224


def pixels(path):
    image = Image.open(path).convert("RGB")
    scale = RESIZED / min(image.size)
    image = image.resize([round(extent * scale) for extent in image.size], Image.Resampling.BICUBIC)
    left, top = (image.width - SIZE) // 2, (image.height - SIZE) // 2
    return image.crop((left, top, left + SIZE, top + SIZE)).tobytes()

