#!/usr/bin/env bash
# Times a float32 training step of the five networks, ours and PyTorch's in turn, on as many threads.
#
#   scripts/bench/train_vs_torch.sh [rounds] [steps] [network ...]
#
# Makes a virtual environment with PyTorch in .venv if there is none. Batch 16, 224x224, SGD with
# momentum; PyTorch runs eagerly in both memory formats and compiled. Prints csv: a line for each
# measurement, then for each network a line with the ratio of median images/s against the better of
# PyTorch's eager modes and against the compiled one, and the peaks of memory. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
steps=${2:-8}
shift $(($# < 2 ? $# : 2))
networks=("$@")
[[ ${#networks[@]} -gt 0 ]] ||
  networks=(resnet18 resnet50 mobilenet_v2 efficientnet_lite0 regnetx_600mf)
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}

[[ -x .venv/bin/python ]] || scripts/reference/setup.sh >&2
swift build -c release --product EngineBench >&2
results=$(mktemp)
trap 'rm -f "$results"' EXIT

echo "variant,model,batch,size,steps,min_ms,median_ms,images_per_s,conv_share,plan_MiB,peak_MiB"
for network in "${networks[@]}"; do
  for _ in $(seq "$rounds"); do
    .build/release/EngineBench "$network" 16 224 "$steps" float32 | tail -n +2
    for mode in nchw channels_last compile; do
      .venv/bin/python scripts/bench/train_step.py "$network" 16 224 "$steps" "$mode"
    done
  done
done | tee "$results"
python3 scripts/bench/ratios.py peers float32 < "$results"
