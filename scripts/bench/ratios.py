"""Compares medians over the rounds of a benchmark, whose csv lines it reads from stdin.

    ratios.py peers OURS     per network, images/s of the variant OURS over those of the better of the peers that run op
                             by op, of the compiled and, where it was timed, of the toolkit
    ratios.py cost BASE      per network and variant, milliseconds of a step over those of the variant BASE
"""
import csv, statistics, sys


def read(column):
    """Median of a column, and largest peak of memory, by network and variant."""
    lists = {}
    for row in csv.reader(sys.stdin):
        lists.setdefault(row[1], {}).setdefault(row[0], []).append((float(row[column]), int(row[10])))
    return {model: {name: summary(values) for name, values in rows.items()} for model, rows in lists.items()}


def summary(values):
    return statistics.median(v for v, _ in values), max(peak for _, peak in values)


def peers(ours):
    print("model,ours_images_per_s,eager_images_per_s,better_eager,ratio_eager,compile_images_per_s,ratio_compile,"
          "toolkit_images_per_s,ratio_toolkit,ours_peak_MiB,torch_peak_MiB")
    for model, variants in read(column=7).items():
        speed, peak = variants.pop(ours)
        kinds = {"eager": [], "compile": [], "toolkit": []}
        for name, (value, _) in variants.items():
            kind = "compile" if "compile" in name else "toolkit" if name.startswith("mqbench") else "eager"
            kinds[kind].append((value, name))
        best = {kind: max(values, default=None) for kind, values in kinds.items()}
        eager, compiled, toolkit = (columns(best[kind], speed) for kind in kinds)
        name = best["eager"][1] if best["eager"] else ""
        lowest = min(p for _, p in variants.values())
        print(f"{model},{speed:.2f},{eager[0]},{name},{eager[1]},{','.join(compiled + toolkit)},{peak},{lowest}")


def columns(best, speed):
    return [f"{best[0]:.2f}", f"{speed / best[0]:.2f}"] if best else ["", ""]


def cost(base):
    print("model,variant,median_ms,base_ms,cost")
    for model, variants in read(column=6).items():
        reference = variants[base][0]
        for name, (milliseconds, _) in variants.items():
            print(f"{model},{name},{milliseconds:.1f},{reference:.1f},{milliseconds / reference:.2f}")


if __name__ == "__main__":
    {"peers": peers, "cost": cost}[sys.argv[1]](sys.argv[2])
