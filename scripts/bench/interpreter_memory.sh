#!/usr/bin/env bash
# The peak of memory of a script that makes and drops values of all kinds, at each of many turns: it must
# not depend on their number.
#
#   scripts/bench/interpreter_memory.sh [turns]
#
# Prints csv: turns and the peak in MiB, for a tenth of the turns and for all. Fails when the second is
# more than 4 MiB above the first.
set -euo pipefail
cd "$(dirname "$0")/../.."
turns=${1:-10000000}
mqsh=.build/release/mqsh

swift build -c release --product mqsh >&2

# Looks at the process until it ends; what it used last is the highest.
peak() {
  "$mqsh" scripts/bench/interpreter/memory.mq --turns "$1" >&2 &
  local process=$! highest=0 kib
  while kib=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null) && [ -n "$kib" ]; do
    highest=$kib
    sleep 0.02
  done
  wait "$process"
  awk -v k="$highest" 'BEGIN { printf "%.1f\n", k / 1024 }'
}

echo "turns,peak_MiB"
few=$(peak $((turns / 10)))
echo "$((turns / 10)),$few"
many=$(peak "$turns")
echo "$turns,$many"
awk -v a="$few" -v b="$many" 'BEGIN { exit b - a > 4 }'
