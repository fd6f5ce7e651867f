#!/usr/bin/env bash
# Times decoding and augmenting photographs of about 500x375 pixels for training at 224x224, on one
# thread: ours and Pillow with torchvision in turn.
#
#   scripts/bench/loader.sh [rounds] [seconds]
#
# Prints a line of csv for each round, then the medians and their quotient. Needs the virtual
# environment of scripts/reference/setup.sh, or another one named by MQ_PYTHON. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
seconds=${2:-5}
python=${MQ_PYTHON:-.venv/bin/python}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

swift build -c release --product LoaderBench >&2
"$python" scripts/bench/loader.py make "$folder"
echo "round,mqsh_images_per_s,torchvision_images_per_s"
for round in $(seq "$rounds"); do
  ours=$(.build/release/LoaderBench "$folder" "$seconds")
  peer=$(OMP_NUM_THREADS=1 "$python" scripts/bench/loader.py time "$folder" "$seconds")
  echo "$round,$ours,$peer"
done | tee "$folder/rounds.csv"

median() { cut -d, -f"$1" "$folder/rounds.csv" | sort -n | sed -n "$(((rounds + 1) / 2))p"; }
ours=$(median 2)
peer=$(median 3)
echo "median,$ours,$peer"
awk -v a="$ours" -v b="$peer" 'BEGIN { printf "quotient,%.2f\n", a / b }'
