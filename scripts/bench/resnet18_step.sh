#!/usr/bin/env bash
# Times a training step of ResNet-18 (batch 16, 224x224, two threads), ours and PyTorch's in turn.
#
#   scripts/bench/resnet18_step.sh [rounds] [steps]
#
# Prints csv to stdout, one line a variant and round. PyTorch is left out when the virtual environment
# of scripts/reference/setup.sh is missing. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
steps=${2:-10}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}
swift build -c release --product EngineBench >&2
for round in $(seq "$rounds"); do
  .build/release/EngineBench resnet18 16 224 "$steps" | if [ "$round" = 1 ]; then cat; else tail -n +2; fi
  if [ -x .venv/bin/python ]; then .venv/bin/python scripts/bench/resnet18_step.py 16 224 "$steps"; fi
done
