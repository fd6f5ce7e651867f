"""Times one network after the other in mqsh, onnxruntime and OpenVINO, in turn, see integer_vs_onnxruntime.sh.

    integer_vs_runtimes.py mqsh folder rounds
"""
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import onnxruntime
import openvino

PASSES, WARM_UP, THREADS = 30, 3, 2


def median_ms(run):
    times = []
    for index in range(WARM_UP + PASSES):
        start = time.perf_counter()
        run()
        if index >= WARM_UP:
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def in_onnxruntime(path, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return median_ms(lambda: session.run(None, {name: images}))


def in_openvino(path, images):
    core = openvino.Core()
    model = core.read_model(path)
    model.reshape(list(images.shape))
    settings = {"INFERENCE_NUM_THREADS": THREADS, "PERFORMANCE_HINT": "LATENCY"}
    compiled = core.compile_model(model, "CPU", settings)
    return median_ms(lambda: compiled(images))


def in_mqsh(program, path, batch):
    script = pathlib.Path(__file__).parent / "integer_pass.mq"
    command = [program, "--quiet", script, "--path", path, "--batch", str(batch)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    program, folder, rounds = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    print("model,bits,batch,mqsh_ms,onnxruntime_ms,openvino_ms,over_onnxruntime,over_openvino")
    for model in sorted(folder.glob("*.safetensors")):
        name, bits = model.stem.rsplit("-", 1)
        onnx = str(model.with_suffix(".onnx"))
        for batch in (1, 16):
            shape = (batch, 3, 224, 224)
            images = np.random.default_rng(0).normal(size=shape).astype(np.float32)
            found = [
                (in_mqsh(program, str(model), batch), in_onnxruntime(onnx, images),
                 in_openvino(onnx, images))
                for _ in range(rounds)
            ]
            ours, runtime, vino = (statistics.median(times) for times in zip(*found))
            print(f"{name},{bits},{batch},{ours:.2f},{runtime:.2f},{vino:.2f},"
                  f"{runtime / ours:.2f},{vino / ours:.2f}", flush=True)


main()
