#!/usr/bin/env bash
# pyarrow 26.0.1, with polars 2.1.0 and duckdb 2.0.1 for comparison (PyPI), Python 3.10 to 3.13.
#
# Of a column of categories (a dictionary array, or a Categorical of pandas) that is written with one of Parquet's
# delta encodings for texts, pyarrow writes a file that pyarrow refuses: it keeps in the file that the column was a
# dictionary, makes one when it reads, and has no such decoder for these encodings. Others read the file: the data are
# whole. For pyarrow itself, texts instead of categories, or store_schema=False when writing, are the remedies; no
# option of its reader helps. The error comes at reading, when the data it was made of may be gone.
#
# Source: Arrow, cpp/src/parquet/decoder.cc (DecodeArrow of DictAccumulator for DeltaByteArrayDecoder).
#
# Seen:
#   PLAIN: pyarrow cat dog cat
#   DELTA_BYTE_ARRAY: pyarrow OSError: Not yet implemented, polars cat dog cat, duckdb cat dog cat
#   DELTA_LENGTH_BYTE_ARRAY: pyarrow OSError: Not yet implemented, polars cat dog cat, duckdb cat dog cat
#   DELTA_BYTE_ARRAY without the schema: pyarrow cat dog cat
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
cat >main.py <<'PY'
import duckdb
import polars
import pyarrow
import pyarrow.parquet as parquet

PATH = "table.parquet"
READERS = {
    "pyarrow": lambda: parquet.read_table(PATH)["label"].to_pylist(),
    "polars": lambda: polars.read_parquet(PATH)["label"].to_list(),
    "duckdb": lambda: [label for (label,) in duckdb.sql(f"FROM '{PATH}'").fetchall()],
}
table = pyarrow.table({"label": pyarrow.array(["cat", "dog", "cat"]).dictionary_encode()})


def outcome(read):
    try:
        return " ".join(read())
    except OSError as error:
        return f"{type(error).__name__}: {str(error).split(':')[0]}"


def show(name, readers, **options):
    parquet.write_table(table, PATH, use_dictionary=False, **options)
    print(f"{name}: {', '.join(f'{reader} {outcome(READERS[reader])}' for reader in readers)}")


show("PLAIN", ["pyarrow"], column_encoding="PLAIN")
for encoding in ("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"):
    show(encoding, READERS, column_encoding=encoding)
show("DELTA_BYTE_ARRAY without the schema", ["pyarrow"], column_encoding="DELTA_BYTE_ARRAY", store_schema=False)
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
PLAIN: pyarrow cat dog cat
DELTA_BYTE_ARRAY: pyarrow OSError: Not yet implemented, polars cat dog cat, duckdb cat dog cat
DELTA_LENGTH_BYTE_ARRAY: pyarrow OSError: Not yet implemented, polars cat dog cat, duckdb cat dog cat
DELTA_BYTE_ARRAY without the schema: pyarrow cat dog cat
EXPECTED
