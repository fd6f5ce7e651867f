#!/usr/bin/env bash
# Fills .cache/reference with published weights, samples and photos, for the tests that compare with
# them. With everything in place it needs no network.
set -euo pipefail
cd "$(dirname "$0")/../.."

python3 scripts/reference/fetch.py
