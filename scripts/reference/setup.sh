#!/usr/bin/env bash
# Makes .venv in the project with the versions that the vectors were made with.
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 -m venv .venv
.venv/bin/pip install --quiet torch==2.15.0 numpy==2.4.6 pillow==13.0.0
.venv/bin/pip install --quiet --no-deps torchvision==0.29.2
echo "now run: .venv/bin/python scripts/reference/resnet18_step.py"
