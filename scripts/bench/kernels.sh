#!/usr/bin/env bash
# Times the fake-quantization kernels of every algorithm at 4 bits on a tensor that no cache holds.
#
#   scripts/bench/kernels.sh [MiB] [threads]
#
# Prints csv: bytes moved a second, and that over the rate of a plain copy (forward) or addition
# (backward) on as many threads. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build -c release --product EngineBench >&2
.build/release/EngineBench --kernels "${1:-256}" "${2:-2}"
