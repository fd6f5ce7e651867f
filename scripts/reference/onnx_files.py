"""Makes the ONNX files of Tests/Fixtures: one as PyTorch names things, and others with one thing wrong.

Golden scripts in Tests/Scripts/files/onnx ask for them by name. Needs onnx 1.23.2 and numpy 2.4.6
(scripts/deploy/setup.sh).
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUTPUT = pathlib.Path(__file__).parents[2] / "Tests/Fixtures"
random = np.random.default_rng(1)


def tensor(name, *shape):
    values = random.uniform(-0.5, 0.5, shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


def images(size=4):
    return helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 1, size, size])


def network(change=lambda nodes, tensors: None, opset=13, size=4):
    """conv, relu, global average pool, flatten, linear, with something changed."""
    nodes = [
        helper.make_node("Conv", ["input", "conv.weight"], ["a"], "conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"], "relu"),
        helper.make_node("GlobalAveragePool", ["b"], ["c"], "pool"),
        helper.make_node("Flatten", ["c"], ["d"], "flatten"),
        helper.make_node("Gemm", ["d", "fc.weight", "fc.bias"], ["logits"], "fc", transB=1),
    ]
    tensors = [tensor("conv.weight", 2, 1, 3, 3), tensor("fc.weight", 3, 2), tensor("fc.bias", 3)]
    change(nodes, tensors)
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])
    graph = helper.make_graph(nodes, "network", [images(size)], [logits], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)


def write(name, model):
    data = model if isinstance(model, bytes) else model.SerializeToString(deterministic=True)
    (OUTPUT / f"onnx_{name}.onnx").write_bytes(data)


def external(nodes, tensors):
    tensors[0].ClearField("raw_data")
    tensors[0].data_location = TensorProto.EXTERNAL
    tensors[0].external_data.add(key="location", value="/etc/passwd")


def short(nodes, tensors):
    tensors[0].raw_data = tensors[0].raw_data[:-4]


def sigmoid(nodes, tensors):
    nodes[1].op_type = "Sigmoid"


def dilated(nodes, tensors):
    nodes[0].attribute.append(helper.make_attribute("dilations", [2, 2]))


def cycle(nodes, tensors):
    nodes[0].input[0] = "d"


def twice(nodes, tensors):
    nodes[1].output[0] = "a"


def many(nodes, tensors):
    nodes.extend(onnx.NodeProto() for _ in range(10_000))


def torch_names(nodes, tensors):
    """What torch.onnx writes of a network with ReLU6 and a mean over pixels, with its names."""
    nodes[:] = [
        helper.make_node("Conv", ["input", "onnx::Conv_21", "onnx::Conv_22"], ["/stem/0/Conv_output_0"],
                         "/stem/stem.0/Conv", pads=[1, 1, 1, 1], strides=[2, 2], group=1,
                         dilations=[1, 1], kernel_shape=[3, 3]),
        helper.make_node("Constant", [], ["low"], "/stem/stem.2/Constant",
                         value=numpy_helper.from_array(np.float32(0))),
        helper.make_node("Constant", [], ["high"], "/stem/stem.2/Constant_1",
                         value=numpy_helper.from_array(np.float32(6))),
        helper.make_node("Clip", ["/stem/0/Conv_output_0", "low", "high"], ["b"], "/stem/stem.2/Clip"),
        helper.make_node("ReduceMean", ["b"], ["d"], "/ReduceMean", axes=[2, 3], keepdims=0),
        helper.make_node("Identity", ["d"], ["e"], "/drop/Identity"),
        helper.make_node("MatMul", ["e", "onnx::MatMul_30"], ["f"], "/head/MatMul"),
        helper.make_node("Add", ["head.bias", "f"], ["logits"], "/head/Add"),
    ]
    tensors[:] = [tensor("onnx::Conv_21", 2, 1, 3, 3), tensor("onnx::Conv_22", 2),
                  tensor("onnx::MatMul_30", 2, 3), tensor("head.bias", 3)]


if __name__ == "__main__":
    write("cut", network().SerializeToString()[:-20])
    write("many_nodes", network(many))
    write("opset_6", network(opset=6))
    write("external_data", network(external))
    write("short_tensor", network(short))
    write("value_twice", network(twice))
    write("cycle", network(cycle))
    write("sigmoid", network(sigmoid))
    write("dilated", network(dilated))
    write("open_size", network(size="size"))
    write("torch_names", network(torch_names))
