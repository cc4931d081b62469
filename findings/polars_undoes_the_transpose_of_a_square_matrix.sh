#!/usr/bin/env bash
# polars 2.1.0, duckdb 2.0.1, pandas 3.1.1 and numpy 2.4.6 (PyPI), Python 3.11 to 3.13.
#
# polars.DataFrame(matrix, schema=names) reads rows as rows, unless the matrix is square and lies column by column in
# memory: then its rows become the columns. NumPy's transpose moves no data, it only says that the memory is to be
# read column by column, so that DataFrame(m, schema) and DataFrame(m.T, schema) of a confusion matrix, a covariance
# or a kernel are the same table: the transpose is undone, without a warning. Equal arrays, m.T and m.T.copy(), give
# different tables; what pandas' to_numpy() returns lies column by column, too. Without names, or with orient="row",
# all is as in pandas. DuckDB makes columns of the rows of every matrix: 60,000 samples of four features are a table
# of 60,000 columns and four rows.
#
# Source: polars, py-polars/.../_utils/construction/dataframe.py (numpy_to_pydf, where orient is None).
#
# Seen (rows of the table; m is [[1, 2], [3, 4]]):
#   polars: m [(1, 2), (3, 4)], m.T [(1, 2), (3, 4)], m.T.copy() [(1, 3), (2, 4)]
#   polars without names: m [(1, 2), (3, 4)], m.T [(1, 3), (2, 4)], m.T.copy() [(1, 3), (2, 4)]
#   polars, orient=row: m [(1, 2), (3, 4)], m.T [(1, 3), (2, 4)], m.T.copy() [(1, 3), (2, 4)]
#   pandas: m [(1, 2), (3, 4)], m.T [(1, 3), (2, 4)], m.T.copy() [(1, 3), (2, 4)]
#   duckdb: m [(1, 3), (2, 4)], m.T [(1, 2), (3, 4)], m.T.copy() [(1, 2), (3, 4)]
#   duckdb, 600 samples of 4 features: 600 columns, 4 rows
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check polars==2.1.0 duckdb==2.0.1 pandas==3.1.1 numpy==2.4.6
cat >main.py <<'PY'
import duckdb
import numpy
import pandas
import polars

m = numpy.array([[1, 2], [3, 4]])
NAMES = ["cat", "dog"]
READERS = {
    "polars": lambda matrix: polars.DataFrame(matrix, schema=NAMES).rows(),
    "polars without names": lambda matrix: polars.DataFrame(matrix).rows(),
    "polars, orient=row": lambda matrix: polars.DataFrame(matrix, schema=NAMES, orient="row").rows(),
    "pandas": lambda matrix: [tuple(row) for row in pandas.DataFrame(matrix, columns=NAMES).values.tolist()],
    "duckdb": lambda matrix: duckdb.sql("FROM matrix").fetchall(),
}
for name, read in READERS.items():
    print(f"{name}: m {read(m)}, m.T {read(m.T)}, m.T.copy() {read(m.T.copy())}")
samples = numpy.zeros((600, 4))
table = duckdb.sql("FROM samples")
print(f"duckdb, 600 samples of 4 features: {len(table.columns)} columns, {len(table.fetchall())} rows")
PY
python/bin/python -W error main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
polars: m [(1, 2), (3, 4)], m.T [(1, 2), (3, 4)], m.T.copy() [(1, 3), (2, 4)]
polars without names: m [(1, 2), (3, 4)], m.T [(1, 3), (2, 4)], m.T.copy() [(1, 3), (2, 4)]
polars, orient=row: m [(1, 2), (3, 4)], m.T [(1, 3), (2, 4)], m.T.copy() [(1, 3), (2, 4)]
pandas: m [(1, 2), (3, 4)], m.T [(1, 3), (2, 4)], m.T.copy() [(1, 3), (2, 4)]
duckdb: m [(1, 3), (2, 4)], m.T [(1, 2), (3, 4)], m.T.copy() [(1, 2), (3, 4)]
duckdb, 600 samples of 4 features: 600 columns, 4 rows
EXPECTED
