"""Reads the lines of train_vs_torch.sh and prints, per network, ratios of median images/s."""
import csv, statistics, sys

rows = {}
for row in csv.reader(sys.stdin):
    rows.setdefault(row[1], {}).setdefault(row[0], []).append((float(row[7]), int(row[10])))

print("model,ours_images_per_s,eager_images_per_s,better_eager,ratio_eager,compile_images_per_s,ratio_compile,ours_peak_MiB,torch_peak_MiB")
for model, variants in rows.items():
    speed = {name: statistics.median(s for s, _ in values) for name, values in variants.items()}
    peak = {name: max(p for _, p in values) for name, values in variants.items()}
    eager = max((n for n in speed if n in ("torch_nchw", "torch_channels_last")), key=speed.get)
    ours, compiled = speed["float32"], speed["torch_compile"]
    lowest = min(p for n, p in peak.items() if n != "float32")
    print(f"{model},{ours:.2f},{speed[eager]:.2f},{eager},{ours / speed[eager]:.2f},{compiled:.2f},{ours / compiled:.2f},{peak['float32']},{lowest}")
