#!/usr/bin/env python3
"""Runs an exported ONNX file in onnxruntime and OpenVINO on a batch of images.

    check_onnx.py model.onnx images.npy [--expect logits.npy] [--out folder] [--only ort|openvino]

images.npy is float32 [N, C, H, W]. Prints a line for each runtime: the largest difference to the
expected logits over their largest magnitude, how many images have the expected class, and how many
layers onnxruntime made integer layers. Ends with status 1 when a runtime refuses the file, and, with
--tolerance, when logits differ by more. Versions: setup.sh.
"""
import argparse
import collections
import os
import sys
import tempfile

import numpy as np
import onnx


def onnxruntime_outputs(path, images, level):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, f"ORT_{level}")
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    kept = os.path.join(tempfile.mkdtemp(), "optimized.onnx")
    options.optimized_model_filepath = kept
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    outputs = session.run(None, {session.get_inputs()[0].name: images})[0]
    kinds = collections.Counter(node.op_type for node in onnx.load(kept).graph.node)
    return outputs, {kind: n for kind, n in kinds.items() if "Q" in kind or kind in ("Conv", "Gemm")}


def openvino_outputs(path, images):
    import openvino as ov

    core = ov.Core()
    model = core.read_model(path)
    # Left to itself it computes in bfloat16 where the CPU can.
    settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(model, "CPU", settings)
    return compiled(images)[0], {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("images")
    parser.add_argument("--expect")
    parser.add_argument("--out")
    parser.add_argument("--only", choices=["ort", "openvino"])
    parser.add_argument("--tolerance", type=float)
    arguments = parser.parse_args()

    images = np.load(arguments.images)
    expected = np.load(arguments.expect) if arguments.expect else None
    name = os.path.basename(arguments.model)
    failed = False
    domains = set()
    try:
        domains = {entry.domain for entry in onnx.load(arguments.model).opset_import}
        if domains <= {"", "ai.onnx"}:
            onnx.checker.check_model(arguments.model, full_check=True)
    except Exception as error:
        failed = True
        print(f"{name}: onnx checker: {error}")
    runs = {
        "ort all": lambda: onnxruntime_outputs(arguments.model, images, "ENABLE_ALL"),
        "ort off": lambda: onnxruntime_outputs(arguments.model, images, "DISABLE_ALL"),
        "openvino": lambda: openvino_outputs(arguments.model, images),
    }
    for runtime, run in runs.items():
        if arguments.only and not runtime.startswith(arguments.only):
            continue
        # OpenVINO's own operators are for OpenVINO, Microsoft's for onnxruntime.
        if runtime.startswith("ort") and "org.openvinotoolkit" in domains:
            continue
        if runtime == "openvino" and "com.microsoft" in domains:
            continue
        try:
            outputs, kinds = run()
        except Exception as error:
            failed = True
            print(f"{name}: {runtime}: refused: {str(error).strip().splitlines()[0][:300]}")
            continue
        line = f"{name}: {runtime}: shape {list(outputs.shape)}"
        if expected is not None:
            difference = np.abs(outputs - expected).max() / max(np.abs(expected).max(), 1e-30)
            same = int((outputs.argmax(1) == expected.argmax(1)).sum())
            line += f", difference {difference:.2e}, classes {same}/{len(images)}"
            failed |= arguments.tolerance is not None and not difference <= arguments.tolerance
        if kinds:
            line += ", " + " ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))
        print(line)
        if arguments.out:
            os.makedirs(arguments.out, exist_ok=True)
            np.save(os.path.join(arguments.out, f"{name}.{runtime.replace(' ', '_')}.npy"), outputs)
    sys.exit(failed)


if __name__ == "__main__":
    main()
