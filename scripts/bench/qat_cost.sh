#!/usr/bin/env bash
# Times a training step of every algorithm at 4 bits in the academic setting, and in float32, in turn.
#
#   scripts/bench/qat_cost.sh [rounds] [steps] [network ...]
#
# Batch 16, 224x224. Prints csv: a line for each measurement, then for each network and algorithm a
# line with the median step over that of float32. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
steps=${2:-8}
shift $(($# < 2 ? $# : 2))
networks=("$@")
[[ ${#networks[@]} -gt 0 ]] || networks=(resnet18 mobilenet_v2)
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}

swift build -c release --product EngineBench >&2
variants=(float32 $(.build/release/EngineBench --algorithms))
results=$(mktemp)
trap 'rm -f "$results"' EXIT

echo "variant,model,batch,size,steps,min_ms,median_ms,images_per_s,conv_share,plan_MiB,peak_MiB"
for network in "${networks[@]}"; do
  for _ in $(seq "$rounds"); do
    for variant in "${variants[@]}"; do
      .build/release/EngineBench "$network" 16 224 "$steps" "$variant" | tail -n +2
    done
  done
done | tee "$results"
python3 scripts/bench/ratios.py cost float32 < "$results"
