#!/bin/sh
# Removes from an installed node_modules what no running program reads: type declarations, source maps, and the
# compiler that npm adds as an optional peer of @nestjs/swagger. Licence files stay.
set -eu
folder=${1:?Usage: prune-node-modules.sh FOLDER}
find "$folder" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
rm -rf "$folder/typescript" "$folder/.bin/tsc" "$folder/.bin/tsserver"
# Of Tesseract's builds and of its languages' models we use one each.
find "$folder" -type f -path '*/tesseract.js-core/tesseract-core*' ! -name 'tesseract-core-simd-lstm.js' \
  ! -name 'tesseract-core-simd-lstm.wasm' -delete
rm -rf "$folder"/@tesseract.js-data/*/4.0.0
