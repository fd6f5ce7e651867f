"""Writes a long script of the kind that experiments grow into: settings, functions, sweeps, tables.

    long_script.py LINES > long.mq

The same lines come out each time. They pass `mqsh check`, and would take days to run.
"""

import random
import sys

ALGORITHMS = ["lsq", "pact", "dsq", "dorefa"]
BACKENDS = ["academic", "tensorrt", "fbgemm", "snpe"]
WORDS = ["rate", "share", "gap", "score", "drift", "margin", "spread", "level"]


def settings(i, pick):
    return f"""
# Part {i}: {pick(WORDS)} of {pick(ALGORITHMS)} for {pick(BACKENDS)}, {pick([2, 3, 4, 8])} bits.
let epochs_{i} = param("epochs-{i}", {pick([1, 2, 3])}, help: "epochs of part {i}")
let recipe_{i} = (batch: {pick([32, 50, 64])}, label_smoothing: 0.1, epochs: epochs_{i})
let images_{i} = [{", ".join(str(1_000 * pick(range(1, 60))) for _ in range(6))}]
""".splitlines()[1:]


def mathematics(i, pick):
    return f"""
func {pick(WORDS)}_{i}(xs, scale: 1.0, offset: {pick([0, 1, 2])}) {{
  var total = 0.0
  for x in xs {{
    if x > offset and not (x in 0..<{pick([2, 3, 5])}) {{
      total += (x - offset) ** 2 / scale
    }} else if x == -1 {{
      continue
    }}
  }}
  let mean = total / max(count(xs), 1)
  if mean > 1e3 {{ return 1_000.0 }}
  sqrt(mean) + {pick([0.5, 0.25, 1.5])} * scale - offset % 3
}}
""".splitlines()[1:]


def texts(i, pick):
    return f"""
func label_{i}(name, bits: {pick([2, 4, 8])}, seed: {i}) {{
  let parts = split(name, "_") |> map {{ part in upper(part) }} |> filter {{ part in count(part) > 1 }}
  "\\(join(parts, "-")) at \\(bits) bits, seed \\(seed + {i}): \\(fixed(1.0 / bits, 2)) \\u{{D7}} {pick(WORDS)}"
}}
print(label_{i}("{pick(ALGORITHMS)}_{pick(BACKENDS)}", bits: {pick([2, 4])}))
""".splitlines()[1:]


def table(i, pick):
    return f"""
let rows_{i} = [
  (name: "{pick(WORDS)}", bits: {pick([2, 4])}, top1: {pick([70.5, 68.25, 61.0])}, ok: true),  # measured
  (name: "{pick(WORDS)}", bits: {pick([4, 8])}, top1: {pick([71.5, 69.75, 63.0])}, ok: nil == 1),
]
let best_{i} = table(rows_{i})
  |> where {{ row in row.top1 > {pick([60, 65])} and row.bits <= 8 }}
  |> sort_by("top1")
  |> head({pick([3, 5, 10])})
if count(rows(best_{i})) > 1 {{ print(best_{i}) }}
""".splitlines()[1:]


def experiment(i, pick):
    return f"""
func experiment_{i}(net, data, epochs: {pick([1, 2])}) {{
  let found = [{", ".join(f"{pick(ALGORITHMS)}(bits: {pick([2, 4])})" for _ in range(3))}] |> map {{ quantizer in
    let tuned = net
      |> quantize(quantizer, backend: {pick(BACKENDS)})
      |> train(data, epochs: epochs, batch: 64, lr: cosine(peak: 0.01, warmup: 0.5), label_smoothing: 0.1)
    let e = evaluate(tuned, data)
    (algorithm: quantizer.algorithm, top1: e.top1, loss: e.loss, images: e.count)
  }}
  table(found)
}}
""".splitlines()[1:]


def main():
    wanted = int(sys.argv[1])
    pick = random.Random(2026).choice
    kinds = [settings, mathematics, texts, table, experiment]
    lines = ["#!/usr/bin/env mqsh", "seed(1000)"]
    i = 0
    while len(lines) < wanted:
        lines += kinds[i % len(kinds)](i, pick) + [""]
        i += 1
    # Whole parts: one that is cut in two would not parse.
    sys.stdout.write("\n".join(lines[:-1]) + "\n")


main()
