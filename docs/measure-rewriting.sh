#!/usr/bin/env bash
# Times expand and contract of two full-size networks beside reading and writing the same files.
#
# usage: docs/measure-rewriting.sh [RUNS]      after make build, on an idle machine
#
# "Reading and writing" is a command that has nothing to do: expand with no strategy chosen.
# "Memory": the input was written or read just now; "disk": the system has been asked to drop it
# from its cache. Medians of RUNS runs (5), in seconds, after one run that is not counted.
set -euo pipefail
cd "$(dirname "$0")/.."
expandc="$PWD/.build/release/expandc"
runs="${1:-5}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
TIMEFORMAT=%R

# The commands take turns, so that each finds the machine as the others left it. The second word of
# each is its input.
measure() {
  local source=$1 turn command index
  for turn in $(seq 0 "$runs"); do
    for index in "${!commands[@]}"; do
      read -ra command <<< "${commands[index]}"
      if [ "$source" = disk ]; then
        dd of="${command[1]}" oflag=nocache conv=notrunc,fdatasync count=0 status=none
      fi
      { time "$expandc" "${command[@]}" -q 2>/dev/null; } 2>> "$index.seconds"
    done
  done
  for index in "${!commands[@]}"; do
    tail -n "$runs" "$index.seconds" | sort -n | sed -n "$(((runs + 1) / 2))p"
    rm "$index.seconds"
  done
}

printf '%-40s %9s %9s  %11s %9s\n' "" unet "" mobilenetv2 "" "seconds" memory disk memory disk
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
  for source in memory disk; do measure "$source" > "$network.$source"; done
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
paste -d '|' labels {unet,mobilenetv2}.{memory,disk} | while IFS='|' read -r label a b c d; do
  printf '%-40s %9s %9s  %11s %9s\n' "$label" "$a" "$b" "$c" "$d"
done
