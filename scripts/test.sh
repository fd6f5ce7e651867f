#!/usr/bin/env bash
# Installs what the tests need, then runs the cheap checks and every test, in one optimized
# configuration with a build folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/toolchain.sh
scripts/install.sh libdnnl-dev libreadline-dev zlib1g-dev libturbojpeg0-dev libpng-dev dataset-fashion-mnist
scripts/check.sh
timeout 300 scripts/reference/fetch.sh || echo "no reference weights: the tests that need them are skipped" >&2

# Tests run beside the programs they start: see ThreadWaiting.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-3000}

# A test that hangs must not hang whoever waits for the answer.
limit=${MQ_TEST_SECONDS:-700}
options=(-c release -Xswiftc -enable-testing --scratch-path .build-test)
# By product: whatever builds everything builds the C++ compiler that swift-protobuf brings along, for ten
# minutes.
for product in mqsh mqshPackageTests; do
  timeout --kill-after=10 "$limit" swift build "${options[@]}" --product "$product"
done
timeout --kill-after=10 "$limit" swift test "${options[@]}" --skip-build "$@"
echo "all checks and tests passed in $SECONDS s"
