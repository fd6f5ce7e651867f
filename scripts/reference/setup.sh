#!/usr/bin/env bash
# Makes .venv in the project with the versions that the vectors were made with.
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 -m venv .venv
.venv/bin/pip install --quiet torch==2.15.0 numpy==2.4.6
.venv/bin/pip install --quiet pillow==13.0.0 torchvision==0.29.2 timm==1.0.31
# A peer of scripts/bench/qat_vs_torch.sh only.
.venv/bin/pip install --quiet mqbench-torch2==0.1.1
echo "now run: .venv/bin/python scripts/reference/resnet18_step.py"
echo "    or: .venv/bin/python scripts/reference/optimizers.py"
echo "    or: another script of scripts/reference; README.md there lists them"
