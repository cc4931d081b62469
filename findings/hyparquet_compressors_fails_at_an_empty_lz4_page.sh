#!/usr/bin/env bash
# hyparquet 1.33.0, hyparquet-compressors 1.1.2 (npm); pyarrow 25.0.1 (PyPI).
#
# A column of nulls alone, written by pyarrow with lz4, has a data page whose values take no bytes. Its LZ4_RAW
# decompressor reads one anyway and throws, so that the whole column cannot be read; the same column with zstd or snappy
# can. Such columns are common: an image column as Hugging Face writes it has one, image.path, wherever bytes alone are
# stored.
#
# Seen:
#   snappy: [null,null]
#   zstd: [null,null]
#   lz4: lz4 offset out of range 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyarrow==25.0.1
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet@1.33.0 hyparquet-compressors@1.1.2
venv/bin/python - <<'PY'
import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table({"a": pa.array([None, None], pa.string())})
for codec in ["snappy", "zstd", "lz4"]:
    pq.write_table(table, f"{codec}.parquet", compression=codec)
PY
cat >main.mjs <<'JS'
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const seen = {};
for (const codec of ["snappy", "zstd", "lz4"]) {
  const file = await asyncBufferFromFile(`${codec}.parquet`);
  seen[codec] = await parquetReadObjects({ file, compressors }).then(
    (rows) => JSON.stringify(rows.map(({ a }) => a ?? null)),
    ({ message }) => message,
  );
  console.log(`${codec}: ${seen[codec]}`);
}
const nulls = "[null,null]";
process.exit(seen.snappy === nulls && seen.zstd === nulls && /lz4 offset/.test(seen.lz4) ? 0 : 1);
JS
node main.mjs
