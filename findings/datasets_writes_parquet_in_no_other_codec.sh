#!/usr/bin/env bash
# datasets 5.2.0 (Hugging Face) with pyarrow 26.0.1, beside datasets 3.6.0.
#
# Dataset.to_parquet(path, **parquet_writer_kwargs) hands its arguments on to pyarrow's ParquetWriter, 'compression' among
# them. The newer version computes compression, use_dictionary and column_encoding of each column itself (media
# uncompressed, others snappy) and passes them beside the caller's, so that each of the three fails with "got multiple
# values for keyword argument", for datasets without media too: no file of another codec can be written by to_parquet().
# pyarrow.parquet.write_table(dataset.data.table, ...) still writes one, with the features in its metadata.
#
# Source: datasets/io/parquet.py (ParquetDatasetWriter._write), datasets/arrow_writer.py (get_parquet_column_options).
#
# Seen:
#   3.6.0: ZSTD
#   5.2.0: got multiple values for keyword argument 'compression'; by pyarrow: ZSTD, features kept
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >main.py <<'PY'
import sys

import datasets
import pyarrow.parquet as pq


def codec(path):
    return pq.ParquetFile(path).metadata.row_group(0).column(0).compression


features = datasets.Features(
    {"x": datasets.Value("float32"), "label": datasets.ClassLabel(names=["b", "a"])}
)
dataset = datasets.Dataset.from_dict({"x": [0.5, 1.5], "label": [0, 1]}, features=features)
try:
    dataset.to_parquet("direct.parquet", compression="zstd")
    seen = codec("direct.parquet")
except TypeError as error:
    seen = str(error)[str(error).index("got ") :]
    pq.write_table(dataset.data.table, "other.parquet", compression="zstd")
    is_kept = b"huggingface" in pq.ParquetFile("other.parquet").schema_arrow.metadata
    seen += f"; by pyarrow: {codec('other.parquet')}, features {'kept' if is_kept else 'lost'}"
print(f"{datasets.__version__}: {seen}")
PY
export HF_HUB_OFFLINE=1 HF_HOME="$folder/home" HF_DATASETS_DISABLE_PROGRESS_BARS=1
for version in 3.6.0 5.2.0; do
  python3 -m venv "$version"
  "$version/bin/pip" install -q "datasets==$version" pyarrow==26.0.1 2>pip.log || { cat pip.log; exit 2; }
  "$version/bin/python" main.py | tee -a seen.txt
done
diff - seen.txt <<'EXPECTED'
3.6.0: ZSTD
5.2.0: got multiple values for keyword argument 'compression'; by pyarrow: ZSTD, features kept
EXPECTED
