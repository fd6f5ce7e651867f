#!/usr/bin/env bash
# Checks that a Swift is here which can build the project.
set -euo pipefail

wanted=6.3
if ! command -v swift >/dev/null; then
  echo "mqsh needs Swift $wanted or later; 'swift' is not in the PATH" >&2
  exit 1
fi
found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
if [[ $(printf '%s\n' "$wanted" "${found:-0}" | sort -V | head -n 1) != "$wanted" ]]; then
  echo "mqsh needs Swift $wanted or later; this is Swift ${found:-of an unknown version}" >&2
  exit 1
fi
