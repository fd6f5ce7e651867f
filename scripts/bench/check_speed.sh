#!/usr/bin/env bash
# Times what a user waits for before anything runs: an empty script, and the check of a long one; and
# what an editor waits for, its layout.
#
#   scripts/bench/check_speed.sh [lines] [rounds]
#
# Prints csv: medians over the rounds, in milliseconds, of the time that passes and of the processor's
# time. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines=${1:-10000}
rounds=${2:-21}
program=.build/release/mqsh
script=$(mktemp --suffix .mq)
rounds_file=$(mktemp)
trap 'rm -f "$script" "$rounds_file"' EXIT

swift build -c release --product mqsh >&2
python3 scripts/bench/long_script.py "$lines" >"$script"

# The middle one of the numbers in a column of the rounds, in milliseconds.
median() { cut -d' ' -f"$1" "$rounds_file" | sort -n | awk -v n="$rounds" 'NR == int((n + 1) / 2) { print $1 * 1000 }'; }

# time_of NAME WORD...: the times of a command.
time_of() {
  local name=$1 TIMEFORMAT='%R %U %S'
  shift
  for _ in $(seq "$rounds"); do
    { time "$@" >/dev/null 2>&1; } 2>&1
  done | awk '{ print $1, $2 + $3 }' >"$rounds_file"
  echo "$name,$(median 1),$(median 2)"
}

echo "what,wall_ms,processor_ms"
time_of "start" "$program" -c ''
time_of "check $lines lines" "$program" check "$script"
time_of "fmt $lines lines" "$program" fmt --check "$script"
