#!/usr/bin/env bash
# The checks that need no build: format, marks left in the code, traps a user could reach, scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
complain() {
  echo "$1" >&2
  failed=1
}

swift format lint --strict --parallel -r Sources Tests Package.swift || complain "swift format -i mends the above"

marks=$(grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' Sources Tests --include='*.swift' --include='*.[ch]' || true)
[[ -z $marks ]] || complain "unfinished: $marks"

traps=$(grep -rnE '\btry!|\bfatalError\(|\bas! ' Sources --include='*.swift' || true)
[[ -z $traps ]] || complain "could trap: $traps"

long=$(find Sources -name '*.swift' ! -name '*.pb.swift' -exec awk 'END { if (NR > 400) print FILENAME ": " NR " lines" }' {} \;)
[[ -z $long ]] || complain "too long: $long"

readline=$(grep -rlE '^(@preconcurrency )?import CReadline' Sources Tests || true)
[[ $readline == Sources/mqsh/LineEditor/Readline.swift ]] || complain "GNU readline is used outside of its file: $readline"

for script in scripts/*.sh .ci/run; do
  bash -n "$script" || failed=1
  [[ -x $script ]] || complain "not executable: $script"
done

exit "$failed"
