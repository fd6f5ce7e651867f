#!/usr/bin/env bash
# From a fresh Debian 12 with Swift to a first table: installs packages, builds mqsh and runs
# Examples/quickstart.mq on the built-in images.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/toolchain.sh
scripts/install.sh libdnnl-dev libreadline-dev zlib1g-dev libturbojpeg0-dev libpng-dev
start=$SECONDS
swift build -c release --product mqsh >&2
mqsh=$(swift build -c release --show-bin-path)/mqsh
echo "built in $((SECONDS - start)) s; running Examples/quickstart.mq" >&2

mkdir -p results
"$mqsh" Examples/quickstart.mq "$@"
echo "done in $((SECONDS - start)) s" >&2
echo "the program: $mqsh" >&2
echo "the results: $(ls -t results/* 2>/dev/null | tr '\n' ' ')" >&2
