#!/usr/bin/env bash
# Writes the present output of the golden scripts into their .out files, and the grammars into Editors.
# Read the difference before it is committed: it is what users will see.
set -euo pipefail
cd "$(dirname "$0")/.."

options=(-c release -Xswiftc -enable-testing --scratch-path .build-test)
for product in mqsh mqshPackageTests; do swift build "${options[@]}" --product "$product"; done
MQ_BLESS=1 swift test "${options[@]}" --skip-build --filter "${1:-InterpreterTests|GrammarTests}"
git --no-pager diff --stat -- Tests Editors
