#!/usr/bin/env bash
# Fills .cache/reference with published weights, samples and preprocessed photos, for the tests that
# compare with them. With everything in place it needs no network.
set -euo pipefail
cd "$(dirname "$0")/../.."

python3 scripts/reference/fetch.py
photos=.cache/reference/ai_benchmark/data/classification
[[ $(find "$photos" -name '*.rgb' | wc -l) -eq 6 ]] && exit 0
environment=.cache/reference-env
[[ -x $environment/bin/python ]] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
"$environment/bin/python" scripts/reference/photos.py
