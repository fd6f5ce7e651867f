#!/usr/bin/env bash
# Writes the five networks for every backend and runs them in onnxruntime and OpenVINO (setup.sh).
# Takes some minutes. Build the tests first; arguments go to check_onnx.py.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${MQ_DEPLOY_VENV:-$HOME/.cache/mqsh/deploy-venv}/bin/python
export MQ_DEPLOY_FOLDER=${MQ_DEPLOY_FOLDER:-$(mktemp -d)}
swift test -c release -Xswiftc -enable-testing --scratch-path "${MQ_SCRATCH:-.build-test}" --skip-build \
  --filter RuntimeFilesTests
failed=0
for logits in "$MQ_DEPLOY_FOLDER"/*-*.npy; do
  stem=${logits%.npy}
  for model in "$stem".onnx "$stem"_deploy_model.onnx; do
    [[ -f $model ]] || continue
    "$python" scripts/deploy/check_onnx.py "$model" "$MQ_DEPLOY_FOLDER/images.npy" --expect "$logits" "$@" ||
      failed=1
  done
done
exit "$failed"
