#!/usr/bin/env bash
# Makes Sources/ONNXProto/onnx.pb.swift from the schema beside it.
#
# Needs protoc (Debian: protobuf-compiler; 3.21.12 was used) and builds the plugin of swift-protobuf
# 1.39.0 under the temporary folder, where a second run finds it again.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.39.0
plugins=${MQ_PROTOBUF:-${TMPDIR:-/tmp}/swift-protobuf-$version}

command -v protoc >/dev/null || { echo "protoc is missing: apt install protobuf-compiler" >&2; exit 1; }
[[ -d $plugins ]] ||
  git clone --quiet --branch "$version" https://github.com/apple/swift-protobuf "$plugins"
swift build --package-path "$plugins" -c release --product protoc-gen-swift
protoc --plugin="$plugins/.build/release/protoc-gen-swift" --proto_path=Sources/ONNXProto \
  --swift_opt=Visibility=Package --swift_out=Sources/ONNXProto onnx.proto
