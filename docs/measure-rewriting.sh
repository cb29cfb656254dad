#!/usr/bin/env bash
# Times expand and contract of two full-size networks beside reading and writing the same files.
#
# usage: docs/measure-rewriting.sh [RUNS]      after make build, on an idle machine
#
# "Reading and writing" is a command that has nothing to do: expand with no strategy chosen.
# Medians of RUNS runs (5), in seconds, after one run that is not counted.
set -euo pipefail
cd "$(dirname "$0")/.."
expandc="$PWD/.build/release/expandc"
runs="${1:-5}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
TIMEFORMAT=%R

# The commands take turns, so that each finds the machine as the others left it.
measure() {
  local turn command index
  for turn in $(seq 0 "$runs"); do
    for index in "${!commands[@]}"; do
      read -ra command <<< "${commands[index]}"
      { time "$expandc" "${command[@]}" -q 2>/dev/null; } 2>> "$index.seconds"
    done
  done
  for index in "${!commands[@]}"; do
    tail -n "$runs" "$index.seconds" | sort -n | sed -n "$(((runs + 1) / 2))p"
    rm "$index.seconds"
  done
}

printf '%-44s %12s %12s\n' "seconds" unet mobilenetv2
for network in unet mobilenetv2; do
  "$expandc" zoo "$network" -o "$network.onnx" -q
  commands=(
    "expand $network.onnx --conv none --fc 0 -o same.onnx"
    "expand $network.onnx --conv cl --verify none -o wide.onnx"
    "expand wide.onnx --conv none --fc 0 -o same.onnx"
    "contract wide.onnx --verify none -o narrow.onnx"
    "expand $network.onnx --conv cl --init random --verify none -o random.onnx"
    "expand $network.onnx --conv cl -o wide.onnx"
    "contract wide.onnx -o narrow.onnx"
  )
  measure > "$network.seconds"
done
cat > labels <<'END'
read and write the compact file
expand, keeping the function, unchecked
read and write the expanded file
contract, unchecked
expand, random factors, unchecked
expand with its check
contract with its check
END
paste -d '|' labels unet.seconds mobilenetv2.seconds | while IFS='|' read -r label unet mobile; do
  printf '%-44s %12s %12s\n' "$label" "$unet" "$mobile"
done
