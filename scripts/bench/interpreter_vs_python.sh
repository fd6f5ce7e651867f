#!/usr/bin/env bash
# Times six small programs against the same ones in Python, in turn: loops, calls, closures, strings,
# records, lists.
#
#   scripts/bench/interpreter_vs_python.sh [rounds] [program...]
#
# Prints csv: medians over the rounds of the processor's time in milliseconds, start included, and their
# quotient; above 1 mqsh is faster. What both print is compared first. Python is python3, or another one
# named by MQ_PYTHON; CPython 3.11 is the one to compare with. Let the machine be idle.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-11}
programs=(${@:2})
[ ${#programs[@]} -gt 0 ] || programs=(loops calls closures strings records lists)
python=${MQ_PYTHON:-python3}
mqsh=.build/release/mqsh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What a version manager puts in the path is a script that takes longer than Python itself.
python=$("$python" -c 'import sys; print(sys.executable)')

swift build -c release --product mqsh >&2
"$python" --version >&2

# processor_ms WORD...: the processor's time of a command, whose output goes to $folder/out.
processor_ms() {
  local TIMEFORMAT='%U %S'
  { time "$@" >"$folder/out" 2>"$folder/err"; } 2>&1 | awk '{ print ($1 + $2) * 1000 }'
}

median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }

echo "program,mqsh_ms,python_ms,quotient"
for program in "${programs[@]}"; do
  path=scripts/bench/interpreter/$program
  cmp <("$mqsh" "$path.mq") <("$python" "$path.py") >&2
  for _ in $(seq "$rounds"); do
    processor_ms "$mqsh" "$path.mq" >>"$folder/$program.mqsh"
    processor_ms "$python" "$path.py" >>"$folder/$program.python"
  done
  awk -v p="$program" -v a="$(median "$folder/$program.mqsh")" -v b="$(median "$folder/$program.python")" \
    'BEGIN { printf "%s,%.0f,%.0f,%.2f\n", p, a, b, b / a }'
done
