"""Makes Tests/Fixtures: files and folders that no script can write itself, each with one thing wrong.

Golden scripts in Tests/Scripts/files ask for them by name. Python's standard library is enough, and
the bytes depend on nothing else: nothing is compressed.
"""

import json
import pathlib
import shutil
import struct
import zlib

OUTPUT = pathlib.Path(__file__).parents[2] / "Tests/Fixtures"


def write(path, data):
    target = OUTPUT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


# NumPy's arrays

def array(kind, shape, data, order="False"):
    header = f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}"
    padding = " " * (-(10 + len(header) + 1) % 64)
    text = (header + padding + "\n").encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def arrays():
    pixels = bytes(range(8))
    write("images.npy", array("|u1", "(2, 2, 2)", pixels))
    write("labels.npy", array("|u1", "(2,)", bytes([0, 1])))
    write("cut_images.npy", array("|u1", "(2, 2, 2)", pixels[:5]))
    write("fortran_images.npy", array("|u1", "(2, 2, 2)", pixels, order="True"))
    write("double_images.npy", array("<f8", "(2, 2, 2)", bytes(64)))
    write("bright_images.npy", array("<f4", "(2, 1, 1)", struct.pack("<2f", 0.5, 1.5)))
    write("negative_labels.npy", array("<i2", "(2,)", struct.pack("<2h", 0, -1)))
    write("three_labels.npy", array("|u1", "(3,)", bytes([0, 1, 1])))


def mnist():
    """Four files of the arrangement of MNIST: two images of each split, of two classes."""
    for split in ["train", "t10k"]:
        images = struct.pack(">4I", 0x803, 2, 2, 2) + bytes(range(8))
        write(f"mnist/{split}-images-idx3-ubyte", images)
        write(f"mnist/{split}-labels-idx1-ubyte", struct.pack(">2I", 0x801, 2) + bytes([0, 1]))


# Images

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def stored(data):
    """A zlib stream of one block that is not compressed."""
    length = struct.pack("<HH", len(data), len(data) ^ 0xFFFF)
    return b"\x78\x01\x01" + length + data + struct.pack(">I", zlib.adler32(data))


def png(width, height, rows):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stored(rows))
            + chunk(b"IEND", b""))


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def cut_jpeg():
    """A grey square whose block is all there, but not the mark of the end."""
    def code(kind):
        return segment(0xC4, bytes([kind]) + bytes([1] + [0] * 15) + bytes([0]))
    return (b"\xff\xd8" + segment(0xDB, bytes([0] + [1] * 64))
            + segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 1) + bytes([1, 0x11, 0]))
            + code(0x00) + code(0x10)
            + segment(0xDA, bytes([1, 1, 0x00, 0, 63, 0])) + b"\x3f")


def images():
    square = png(8, 8, (b"\0" + bytes(range(8))) * 8)
    for folder, name, data in [
        ("cut_png", "1.png", square[:60]), ("cut_jpeg", "1.jpg", cut_jpeg()),
        ("huge_png", "1.png", png(65_535, 65_535, b"")), ("whole_pngs", "1.png", square),
    ]:
        write(f"{folder}/a/{name}", data)
        write(f"{folder}/b/1.png", square)


def gzip():
    plain = struct.pack(">4I", 0x803, 2, 2, 2) + bytes(range(8))
    content = stored(plain)[2:-4] + struct.pack("<II", zlib.crc32(plain), len(plain))
    whole = b"\x1f\x8b\x08" + bytes(6) + b"\xff" + content
    write("cut_gzip/train-images-idx3-ubyte.gz", whole[:-6])


# Models

def tensors(entries, metadata):
    """A file of zeros under these names and shapes."""
    header, end = {"__metadata__": metadata}, 0
    for name, shape in entries:
        size = 4
        for extent in shape:
            size *= extent
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)


def node(name, op, *inputs, content=None, labels=None):
    op = {op: labels or {} if content is None else {"_0": content}}
    return {"name": name, "op": op, "inputs": [{"index": place} for place in inputs]}


def state(name, shape, role="weight", op="parameter"):
    return node(name, op, content={"name": name, "shape": shape, "role": role})


def model(nodes, output=None, quantization=None, without=()):
    """A file of one network, the last node being its output."""
    description = {
        "name": "tiny", "provenance": {"history": []},
        "graph": {"nodes": nodes, "output": {"index": len(nodes) - 1 if output is None else output}}}
    if quantization:
        description["quantization"] = quantization
    entries = {}
    for entry in nodes:
        op, content = next(iter(entry["op"].items()))
        if op in ("parameter", "buffer") and entry["name"] not in without:
            entries.setdefault(content["_0"]["name"], content["_0"]["shape"])
    text = json.dumps(description, separators=(",", ":"))
    return tensors(
        entries.items(), {"format": "mqsh-model", "version": "3", "model": text})


IMAGE = node("input", "input", content=[1, 2, 2])
WEIGHT = state("fc.weight", [2, 4])
FLAT = node("flat", "flatten", 0)
CONVOLUTION = {"stride": 1, "groups": 1, "padding": dict.fromkeys(["top", "left", "bottom", "right"], 0)}
GRID = {"bits": 8, "granularity": "tensor", "scaleForm": "real", "sign": "signed",
        "symmetry": "symmetric"}


def quantizer(grid, algorithm="lsq"):
    return {"algorithm": algorithm, "site": "activation", "spec": grid}


def asked(observer):
    """The quantization of a model that has met no data and starts from an observer."""
    form = {key: GRID[key] for key in ["granularity", "scaleForm", "sign", "symmetry"]}
    profile = {
        "name": "academic", "provider": "", "hardware": "", "weights": form, "activations": form,
        "graphMode": "layer_inputs", "integerArithmetic": False,
        "requantization": "float_scale", "foldsBatchNorm": False,
        "defaultFold": "none"}
    return {
        "profile": profile, "activations": {"algorithm": "lsq", "bits": 8, "observer": observer},
        "firstLastBits": 8, "graphMode": "layer_inputs", "fold": "none", "only": [], "except": [],
        "isInitialized": False, "reasons": {}, "decisions": []}


def quantized(grid, algorithm="lsq", observer=None, shape=(1,)):
    nodes = [
        IMAGE, WEIGHT, state("quantizer.scale", list(shape), "quantizer"),
        node("quantizer", "fakeQuant", 0, 2, content=quantizer(grid, algorithm)),
        node("flat", "flatten", 3), node("fc", "linear", 4, 1)]
    return model(nodes, quantization=asked(observer) if observer else None)


def models():
    layer = [IMAGE, WEIGHT, FLAT, node("fc", "linear", 2, 1)]
    norm = [state(f"bn.{name}", [1], role, op) for name, role, op in [
        ("weight", "normScale", "parameter"), ("bias", "normShift", "parameter"),
        ("running_mean", "runningMean", "buffer"), ("running_var", "runningVariance", "buffer")]]
    for name, data in {
        "without_tensor": model(layer, without=["fc.weight"]),
        "stride_0": model([
            IMAGE, state("conv.weight", [2, 1, 2, 2]),
            node("conv", "convolution", 0, 1, content={**CONVOLUTION, "stride": 0}),
            node("flat", "flatten", 2)]),
        "reads_itself": model([IMAGE, WEIGHT, FLAT, node("fc", "linear", 3, 1)]),
        "name_twice": model([IMAGE, WEIGHT, FLAT, node("flat", "linear", 2, 1)]),
        "one_operand": model([IMAGE, WEIGHT, FLAT, node("fc", "linear", 2)]),
        "two_shapes": model([
            IMAGE, WEIGHT, FLAT, node("fc", "linear", 2, 1),
            node("other", "parameter", content={"name": "fc.weight", "shape": [4, 2], "role": "weight"})],
            output=3),
        "narrow_weight": model([IMAGE, state("fc.weight", [2, 3]), FLAT, node("fc", "linear", 2, 1)]),
        "without_layer": model([IMAGE, FLAT | {"inputs": [{"index": 0}]}]),
        "computed_weight": model([
            IMAGE, WEIGHT, FLAT, node("even", "weightTransform", 1, content="standardize"),
            node("fc", "linear", 2, 3)]),
        "image_output": model([
            IMAGE, state("conv.weight", [2, 1, 2, 2]),
            node("conv", "convolution", 0, 1, content=CONVOLUTION)]),
        "three_shards": model([
            IMAGE, *norm, node("bn", "batchNorm", 0, 1, 2, 3, 4, content={
                "epsilon": 1e-5, "momentum": 0.1, "shards": 3}),
            WEIGHT, node("flat", "flatten", 5), node("fc", "linear", 7, 6)]),
        "trained_statistics": model([
            IMAGE, *[state(name, [1]) for name in ["gamma", "beta", "mean", "variance"]],
            node("moments", "moments", 3, 4, labels={"momentum": 0.1}),
            node("bias", "foldBias", 1, 2, 5, labels={"epsilon": 1e-5}),
            node("scaled", "scaleChannels", 0, 6, content={"isInverse": False}),
            WEIGHT, node("flat", "flatten", 7), node("fc", "linear", 9, 8)]),
        "channel_activation": quantized({**GRID, "granularity": "channel"}),
        "unknown_algorithm": quantized(GRID, algorithm="lsqq"),
        "unknown_observer": quantized(GRID, observer={"name": "quantil"}),
        "observer_setting": quantized(GRID, observer={"name": "quantile", "setting": 2.0}),
    }.items():
        write(f"model_{name}.safetensors", data)


def main():
    # What is left of files that are made no more; those of onnx_files.py are another script's.
    for path in OUTPUT.glob("*"):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix != ".onnx":
            path.unlink()
    arrays()
    mnist()
    images()
    gzip()
    models()


main()
