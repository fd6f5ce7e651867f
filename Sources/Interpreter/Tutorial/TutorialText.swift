/// `Docs/Tutorial.md` as it is; a test compares them.
enum TutorialText {
  static let markdown = ##"""
    # Ten minutes from the prompt to a first table

    A tour for people who know PyTorch and have not seen `mqsh`: from an image to a table that compares quantized networks.
    Nothing is downloaded; the images are drawn by the program and every training takes seconds. The same text stands in the
    program: `tutorial()` lists its chapters and `tutorial(3)` prints the third.

    What follows `mqsh>` is typed; the lines under it are the answer. Accuracies and losses differ a little from one
    processor to another.

    ## 1. Start

    Build the program as the README says and start it without a file:

    ```sh
    .build/release/mqsh
    ```

    Values are shown when they are typed, and `_` is the last one. A `;` at the end of an entry keeps it quiet.

    ```mq prompt about
    mqsh> 2 ** 4
    16
    mqsh> _ - 1
    15
    mqsh> let bits = [2, 4, 8];
    mqsh> bits |> map { b in 2 ** b }
    [4, 16, 256]
    ```

    `a |> f(b)` is `f(a, b)`, as a pipe in a shell. `?name` explains a function, `help()` lists all of them and
    `apropos("word")` searches. The Tab key completes names, labels, values and paths.

    ```mq prompt about
    mqsh> ?evaluate
    evaluate(model, data, batch: 250)

      Scores a model on the test images of a data set.

    ...
    ```

    `exit`, `quit` or Ctrl-D leave. Ctrl-C stops what is running and keeps all variables.

    ## 2. A data set

    `dataset` gives what two `DataLoader`s and their transforms are in PyTorch: training images, test images, normalization.
    "synthetic" is drawn from the seed: forms on cluttered backgrounds, as hard as you like.

    ```mq prompt about
    mqsh> seed(1000);
    mqsh> let data = dataset("synthetic", train: 1_000, test: 400, size: 12, classes: 4, difficulty: 0)
    mqsh> data
    dataset synthetic
      train    1000 images
      test     400 images
      shape    [3, 12, 12] (channels, height, width)
      classes  4: disk, ring, square, frame
      mean     0.5, 0.5, 0.5
      std      0.25, 0.25, 0.25
      augment  nothing
    mqsh> data.shape
    [3, 12, 12]
    ```

    A real one is a folder: `dataset("imagenet", augment: imagenet_augment())`; `?dataset` says which arrangements are read.
    There is no global state but the seed: the same call with the same seed gives the same images.

    ## 3. A network

    `model` makes a network that fits the data set. Values do not change: `train` returns a new model with what it learned,
    and `net` stays as it was. There is no training loop to write; optimizer and schedule are values.

    ```mq prompt about
    mqsh> let net = model("resnet20", for: data)
    mqsh> net
    model resnet20, float32
      input       [3, 12, 12] (channels, height, width)
      classes     4
      parameters  272084 (1.1 MB in float32)
      macs        5739520 (5.7 M) for one image
      seed        1000
    layer           op           output        parameters
    --------------  -----------  ------------  ----------
    conv1           convolution  [16, 12, 12]         432
    layer1.0.conv1  convolution  [16, 12, 12]        2304
    layer1.0.conv2  convolution  [16, 12, 12]        2304
    layer1.1.conv1  convolution  [16, 12, 12]        2304
    layer1.1.conv2  convolution  [16, 12, 12]        2304
    layer1.2.conv1  convolution  [16, 12, 12]        2304
    layer1.2.conv2  convolution  [16, 12, 12]        2304
    layer2.0.conv1  convolution  [32, 6, 6]          4608
    ... 10 more; summary(m) lists all ...
    layer3.1.conv2  convolution  [64, 3, 3]         36864
    layer3.2.conv1  convolution  [64, 3, 3]         36864
    layer3.2.conv2  convolution  [64, 3, 3]         36864
    fc              linear       [4]                  260
    mqsh> summary(net) |> head(4)
    layer  op           output        parameters   macs
    -----  -----------  ------------  ----------  -----
    input  input        [3, 12, 12]            0      0
    conv1  convolution  [16, 12, 12]         432  62208
    bn1    batch norm   [16, 12, 12]          32      0
    relu   relu         [16, 12, 12]           0      0
    mqsh> let float = train(net, data, epochs: 4, batch: 25, optimizer: adam(), lr: cosine(peak: 0.003))
    mqsh> history(float)
    epoch  step      loss  train_top1          lr
    -----  ----  --------  ----------  ----------
        1    40   1.14043       0.386  0.00256066
        2    80  0.720743       0.609      0.0015
        3   120  0.309837       0.883  0.00043934
        4   160  0.140572       0.964           0
    loss        1.14 -> 0.1406  █▅▂▁
    train_top1  0.386 -> 0.964  ▁▄▇█
    mqsh> evaluate(float, data)
    top-1 89.00 %, top-5 100.00 %, loss 0.2588 on 400 images of synthetic (resnet20, float32)
    ```

    While a network trains, a terminal shows the step, the loss and the time left. `loss` is the mean over an epoch.

    ## 4. Quantize

    A backend says what the hardware can do: one scale for a tensor or for each channel, symmetric or not, which tensors are
    rounded, whether batch norm is folded. An algorithm says how the scales are found and trained. `quantize` puts both into
    a network; `train` starts the scales from the first batch and trains on.

    ```mq prompt about
    mqsh> let tuning = (epochs: 1, batch: 25, optimizer: adam(), lr: cosine(peak: 0.001))
    mqsh> let quantized = float |> quantize(lsq(bits: 4), backend: tensorrt) |> train(data, ...tuning)
    folded for inference, logits differ by less than 1e-05 of the largest, 16 test images
    mqsh> evaluate(quantized, data)
    top-1 86.25 %, top-5 100.00 %, loss 0.3595 on 400 images of synthetic (resnet20, lsq w4 a4 simulated for tensorrt)
    mqsh> quantized
    model resnet20, lsq w4 a4 simulated for tensorrt
      input       [3, 12, 12] (channels, height, width)
      classes     4
      parameters  272084 (1.1 MB in float32, 141.9 kB in its bits)
      macs        5739520 (5.7 M) for one image
      quantizers  44
      graph mode  one_add_branch
      fold        torch_fold
      first/last  8 bits
      seed        1000
      then        trained 160 steps of 25 on synthetic, seed 1000
      then        trained 40 steps of 25 on synthetic, seed 1000
      loss        0.3496 -> 0.3496  ▅
      train_top1  0.869 -> 0.869    ▅
    layer           op           output        parameters  weight_bits  input_bits
    --------------  -----------  ------------  ----------  -----------  ----------
    conv1           convolution  [16, 12, 12]         448            8           8
    layer1.0.conv1  convolution  [16, 12, 12]        2320            4           4
    layer1.0.conv2  convolution  [16, 12, 12]        2320            4           4
    layer1.1.conv1  convolution  [16, 12, 12]        2320            4           4
    layer1.1.conv2  convolution  [16, 12, 12]        2320            4           4
    layer1.2.conv1  convolution  [16, 12, 12]        2320            4           4
    layer1.2.conv2  convolution  [16, 12, 12]        2320            4           4
    layer2.0.conv1  convolution  [32, 6, 6]          4640            4           4
    ... 10 more; summary(m) lists all ...
    layer3.1.conv2  convolution  [64, 3, 3]         36928            4           4
    layer3.2.conv1  convolution  [64, 3, 3]         36928            4           4
    layer3.2.conv2  convolution  [64, 3, 3]         36928            4           4
    fc              linear       [4]                  260            8
    ```

    `(name: value, ...)` is a record, and `...tuning` spreads it into the call, as `**tuning` does in Python. The numbers
    are simulated: values are rounded to the grid and computed in float32, as with fake quantization in PyTorch.

    A line says how far the network is from its deployed form, in which batch norm is part of the weights. What cannot be is
    refused before anything runs, with the reason:

    ```mq fails
    float |> quantize(apot(bits: 4), backend: tensorrt)
    ```

    ```text
    error[quantize.forbidden]: 'apot' cannot quantize weights on backend 'tensorrt': its levels are sums of powers of two and no integer grid, and the backend computes with integers
     --> <prompt>:1:19
      |
    1 | float |> quantize(apot(bits: 4), backend: tensorrt)
      |                   ^^^^^^^^^^^^^
      |
      = help: a backend that simulates alone can: academic
      = note: rule 'integer_levels'; supports() shows what goes together
    ```

    ## 5. Look inside

    `quantizers` has a row for everything that is rounded; `why` says what put a quantizer there, or left it out. Tables are
    values: select, filter and sort them.

    ```mq prompt about
    mqsh> quantizers(quantized) |> select(["name", "bits", "sign", "per", "scale"]) |> head(4)
    name                             bits  sign    per          scale
    -------------------------------  ----  ------  -------  ---------
    conv1.weight_quantizer              8  signed  channel  0.0338467
    input.output_quantizer              8  signed  tensor    0.163926
    layer1.0.conv1.weight_quantizer     4  signed  channel   0.077204
    relu.output_quantizer               4  signed  tensor    0.308264
    mqsh> quantizers(quantized) |> group_by("site") |> select(["site", "count"])
    site        count
    ----------  -----
    weight         22
    activation     22
    mqsh> why(quantized, "layer1.0.conv2") |> select(["tensor", "bits", "rule"])
    tensor  bits  rule
    ------  ----  ----------------------------------------
    weight     4  every weight is quantized
    input      4  one_add_branch: read by convolution '...
    output        one_add_branch: main branch of 'layer...
    mqsh> tensorrt.weights_per
    "channel"
    mqsh> supports("lsq", tvm) |> select(["weights", "activations"])
    weights  activations
    -------  -----------
    true     true
    ```

    ## 6. A sweep

    `sweep` runs a function for every combination of its axes and gives a table with a row for each. A run that fails does
    not stop the others.

    ```mq prompt about
    mqsh> let rows = sweep(algorithm: [lsq, dsq], backend: [academic, tensorrt, tvm]) { run in
      ...   float |> quantize(run.algorithm(bits: 4), backend: run.backend) |> train(data, ...tuning) |> evaluate(data)
      ... }
    folded for inference, logits differ by less than 1e-05 of the largest, 16 test images
    ...
    mqsh> rows |> select(["algorithm", "backend", "top1", "loss"])
    algorithm  backend     top1      loss
    ---------  --------  ------  --------
    lsq        academic   0.895  0.255117
    lsq        tensorrt  0.8625  0.359497
    lsq        tvm         0.79  0.465466
    dsq        academic  0.8825  0.293064
    dsq        tensorrt  0.8425  0.379629
    dsq        tvm         0.81  0.419416
    mqsh> rows |> pivot(rows: "algorithm", columns: "backend", value: "top1")
    algorithm  academic  tensorrt   tvm
    ---------  --------  --------  ----
    lsq           0.895    0.8625  0.79
    dsq          0.8825    0.8425  0.81
    mqsh> save(rows, "rows.csv") |> count
    6
    ```

    The networks, the data and the training are the same in all rows: what differs is the algorithm and what the hardware
    allows. An axis `seed: 0..<3` would repeat each run with three seeds, and `group_by` gives means and deviations.

    ## 7. A script

    What works at the prompt works in a file. `param` declares an option of the script, as `argparse` does; its default says
    the type.

    ```mq file bits.mq
    #!/usr/bin/env mqsh
    let epochs = param("epochs", 4, help: "epochs of training in float")
    let images = param("images", 1_000, help: "training images")
    seed(1000)
    let data = dataset("synthetic", train: images, test: 400, size: 12, classes: 4, difficulty: 0)
    let net = model("resnet20", for: data)
      |> train(data, epochs: epochs, batch: 25, optimizer: adam(), lr: cosine(peak: 0.003))
    let rows = sweep(bits: [2, 4], backend: [academic, tensorrt]) { run in
      net |> quantize(lsq(bits: run.bits), backend: run.backend)
        |> train(data, epochs: 1, batch: 25, optimizer: adam(), lr: cosine(peak: 0.001)) |> evaluate(data)
    }
    print(rows |> select(["bits", "backend", "top1"]))
    ```

    All of it is checked before the first image is drawn: names, labels, types, ranges, and what a backend cannot do.
    `mqsh check` does only that. `mqsh plan` follows the script without training: its runs, images and memory, and without
    `--no-time` also how long it would take here.

    ```sh test
    mqsh check bits.mq
    mqsh plan --no-time bits.mq
    ```

    ```text about
    sweep in line 8: bits (2) x backend (2) = 4 runs
    run  bits  backend   steps  images  MiB
    ---  ----  --------  -----  ------  ---
      1     2  academic     40    1400   10
      2     2  tensorrt     40    1400    9
      3     4  academic     40    1400   10
      4     4  tensorrt     40    1400    9

    line  work      times  model     data       images  steps  batch  MiB
    ----  --------  -----  --------  ---------  ------  -----  -----  ---
       7  train         1  resnet20  synthetic    4000    160     25    7
      10  train         4  resnet20  synthetic    1000     40     25   10
      10  evaluate      4  resnet20  synthetic     400      2    250    8

    in all: 4 runs, 5 trainings, 4 evaluations, 9600 images through a network, at most 10 MiB
    the plan follows what does not depend on results; in a condition, one is no number (NaN)
    memory: of activations, gradients and scratch, without weights and data
    ```

    Behind the name stand the script's own options. Printed tables are CSV in a pipe and aligned on a terminal, or what
    `--format` says.

    ```sh test
    mqsh bits.mq --help
    mqsh --quiet --format table bits.mq --epochs 1 --images 200
    ```

    ```text about
    usage: mqsh bits.mq [--epochs INT] [--images INT]

    Parameters
      --epochs INT  epochs of training in float (default 4)
      --images INT  training images (default 1000)
    ...
    bits  backend     top1
    ----  --------  ------
       2  academic    0.26
       2  tensorrt    0.24
       4  academic  0.3125
       4  tensorrt  0.3275
    ```

    ## 8. Stop and go on

    A training with `checkpoint:` saves where it is: at the start, every epoch or every `every:` steps, and when it is
    interrupted. `resume: exists(path)` goes on from there, and begins where there is nothing yet.

    ```mq file long.mq
    seed(1000)
    let data = dataset("synthetic", train: 1_000, test: 400, size: 12, classes: 4, difficulty: 0)
    let net = model("resnet20", for: data)
      |> train(
        data, epochs: 4, batch: 25, optimizer: adam(), lr: cosine(peak: 0.003), checkpoint: "long.ckpt",
        every: 20, resume: exists("long.ckpt"))
    save(net, "long.safetensors")
    print(evaluate(net, data))
    ```

    Ctrl-C stops a script after the step it is in, with exit code 130. Here `timeout` presses it after a second. The second
    start goes on from there and ends in the bytes of a training that was never stopped: those of chapter 3.

    ```mq prompt about
    mqsh> save(float, "float.safetensors").name
    "resnet20"
    ```

    ```sh test
    timeout --signal=INT --preserve-status 1 mqsh --quiet long.mq || echo "exit code $?"
    mqsh --quiet long.mq
    cmp float.safetensors long.safetensors && echo "the same bytes"
    ```

    ```text about
    interrupted
    exit code 130
    ...
    top-1 89.00 %, top-5 100.00 %, loss 0.2588 on 400 images of synthetic (resnet20, float32)
    the same bytes
    ```

    A checkpoint of other weights, data or settings is refused, with the list of what differs. `load` reads a saved model:

    ```mq prompt about
    mqsh> evaluate(load("long.safetensors"), data)
    top-1 89.00 %, top-5 100.00 %, loss 0.2588 on 400 images of synthetic (resnet20, float32)
    ```

    Where to go from here: [the language](Language.md), [every function](Builtins.md), [backends](Backends.md),
    [observers](Observers.md), [coming from MQBench](FromMQBench.md), and the scripts in `Examples`.

    """##
}
