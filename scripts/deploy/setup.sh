#!/usr/bin/env bash
# Makes a Python environment with the runtimes that exported files are checked in, outside of the tree:
# in $MQ_DEPLOY_VENV, by default ~/.cache/mqsh/deploy-venv.
set -euo pipefail
venv=${MQ_DEPLOY_VENV:-$HOME/.cache/mqsh/deploy-venv}
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1
echo "now run: $venv/bin/python scripts/deploy/check_onnx.py model.onnx images.npy"
echo "    or:  scripts/deploy/check_all.sh"
