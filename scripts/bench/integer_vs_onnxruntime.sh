#!/usr/bin/env bash
# Times networks in integers against onnxruntime and OpenVINO running the exported file, in turn.
#
#   scripts/bench/integer_vs_onnxruntime.sh [rounds]
#
# Prints csv: medians over the rounds of each program's median pass in milliseconds, 2 threads, and how many
# times faster mqsh is. Let the machine be idle. Versions: scripts/deploy/setup.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build -c release --product mqsh >&2
scripts/deploy/setup.sh >&2
python=${MQ_DEPLOY_VENV:-$HOME/.cache/mqsh/deploy-venv}/bin/python
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OMP_NUM_THREADS=2
mqsh=$PWD/.build/release/mqsh
for name in resnet18 mobilenet_v2; do
  for bits in 7 8; do
    "$mqsh" scripts/bench/integer_networks.mq --name "$name" --bits "$bits" --folder "$folder" >&2
  done
done
"$python" scripts/bench/integer_vs_runtimes.py "$mqsh" "$folder" "${1:-5}"
