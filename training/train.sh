#!/usr/bin/env bash
# Train the small GPT-2 of models/gpt2-mini: training/train.sh CORPUS OUT [key=value ...]; see README.md.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: $0 CORPUS OUT [minutes=90] [key=value ...]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
corpus=$1
out=$2
shift 2
mkdir -p "$out"
[ -f "$out/data/done" ] || node "$here/prepare.mjs" "$corpus" "$out/data"
python3 "$here/train.py" "$out/data" "$out" "$@"
python3 "$here/export.py" "$out/final.pt" "$out/model"
