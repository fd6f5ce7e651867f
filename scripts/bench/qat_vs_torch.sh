#!/usr/bin/env bash
# Times a training step of 4-bit LSQ in the academic setting, ours and PyTorch's in turn, on as many
# threads.
#
#   scripts/bench/qat_vs_torch.sh [rounds] [steps] [network ...]
#
# Batch 16, 224x224 for the five networks, batch 128, 32x32, 10 classes for resnet20; SGD with momentum.
# First compares what the peers compute with float64 (qat_check.py), and stops at a difference. The
# peers, each in both memory formats: LSQ by hand, op by op and compiled; PyTorch's learnable fake
# quantize; the authors' toolkit where it is installed. Prints csv: a line for each measurement, then
# for each network a line with the ratios of median images/s and the peaks of memory.
#
# Makes a virtual environment with PyTorch in .venv if there is none; MQ_PYTHON names another one. Let
# the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
steps=${2:-8}
shift $(($# < 2 ? $# : 2))
networks=("$@")
[[ ${#networks[@]} -gt 0 ]] ||
  networks=(resnet18 resnet50 mobilenet_v2 efficientnet_lite0 regnetx_600mf resnet20)
python=${MQ_PYTHON:-.venv/bin/python}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}

[[ -x $python ]] || scripts/reference/setup.sh >&2
swift build -c release --product EngineBench >&2
modes=$("$python" scripts/bench/qat_step.py --check)
results=$(mktemp)
trap 'rm -f "$results"' EXIT

echo "variant,model,batch,size,steps,min_ms,median_ms,images_per_s,conv_share,plan_MiB,peak_MiB"
for network in "${networks[@]}"; do
  form=(16 224) classes=1000
  [[ $network != resnet20 ]] || form=(128 32) classes=10
  for _ in $(seq "$rounds"); do
    .build/release/EngineBench --classes "$classes" "$network" "${form[@]}" "$steps" lsq@academic |
      tail -n +2
    for mode in $modes; do
      "$python" scripts/bench/qat_step.py "$network" "${form[@]}" "$steps" "$mode"
    done
  done
done | tee "$results"
python3 scripts/bench/ratios.py peers lsq@academic < "$results"
