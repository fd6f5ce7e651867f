"""Makes Tests/Vectors/arrays.json: small files as NumPy writes them, in base64, and what they hold."""

import base64
import io
import json
import pathlib

import numpy as np

OUTPUT = pathlib.Path(__file__).parents[2] / "Tests/Vectors/arrays.json"


def saved(array, version=None):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), version=version)
    return base64.b64encode(buffer.getvalue()).decode()


def main():
    random = np.random.default_rng(3)
    images = random.integers(0, 256, (4, 3, 5, 6), dtype=np.uint8)
    grey = random.integers(0, 256, (4, 5, 6), dtype=np.uint8)
    labels = [0, 2, 1, 2]
    floats = (images / 255).astype(np.float32)
    content = {
        "made_by": f"scripts/reference/arrays.py; NumPy {np.__version__}",
        "labels": labels,
        "label_files": {kind: saved(np.array(labels, dtype=kind))
                        for kind in ["u1", "i1", "<i2", "<u4", "<i4", "<i8"]},
        "color": images.tobytes().hex(),
        "color_files": {
            "NCHW": saved(images), "NHWC": saved(images.transpose(0, 2, 3, 1).copy()),
            "NCHW of floats": saved(floats), "version 2": saved(images, version=(2, 0)),
            "NHWC of floats": saved(floats.transpose(0, 2, 3, 1).copy()),
        },
        "grey": grey.tobytes().hex(),
        "grey_files": {"NHW": saved(grey), "NHW1": saved(grey[..., None]), "N1HW": saved(grey[:, None])},
        "refused_files": {
            "Fortran's order": saved(np.asfortranarray(images)),
            "doubles": saved(floats.astype(np.float64)),
            "out of range": saved(floats * 2), "not a number": saved(floats * np.float32("nan")),
            "records": saved(np.zeros(4, dtype=[("a", "u1")])), "a scalar": saved(np.uint8(3)),
            "big-endian": saved(floats.astype(">f4")), "four channels": saved(np.zeros((4, 5, 6, 4), np.uint8)),
            "no images": saved(np.zeros((0, 5, 6), np.uint8)),
            "other count": saved(images[:3]), "objects": saved(np.array([None, 1], dtype=object)),
        },
    }
    OUTPUT.write_text(json.dumps(content, indent=1) + "\n")


main()
