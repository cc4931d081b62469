#!/usr/bin/env bash
# polars 2.1.0, with files of numpy 2.4.6, duckdb 2.0.1, pyarrow 26.0.1 and Python's csv (PyPI), Python 3.11 to 3.13.
#
# polars.read_csv() has two ideas of a number. Its parser takes nan and infinity in any letters. Its guess of a
# column's type, from the first 100 rows, knows NaN and inf alone, as polars writes them: one 'nan' there, as NumPy,
# DuckDB, PyArrow and Python's csv module write it, or one 'Infinity', as JavaScript does, and the whole column is
# text. The same value in row 101 is read as a number. A table of metrics so is numbers or text by when the loss was
# nan. Giving schema_overrides reads all of them as numbers.
#
# Source: polars-io, csv/read/schema_inference.rs (the regular expression for floats).
#
# Seen:
#   nan of numpy.savetxt: String
#   nan of csv.writer: String
#   nan of DuckDB: String
#   nan of PyArrow: String
#   NaN of polars: Float64
#   Infinity of JavaScript: String
#   nan in row 100: String
#   nan in row 101: Float64 nan
#   nan in row 1 with schema_overrides: Float64 nan
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check polars==2.1.0 numpy==2.4.6 duckdb==2.0.1 pyarrow==26.0.1
cat >main.py <<'PY'
import csv
import math

import duckdb
import numpy
import polars
import pyarrow
import pyarrow.csv

VALUES = [math.nan, 0.5]


def show(name, **options):
    loss = polars.read_csv("table.csv", **options)["loss"]
    found = [value for value in loss if loss.dtype == polars.Float64 and math.isnan(value)]
    print(f"{name}: {loss.dtype}{' nan' if found and 'row' in name else ''}")


def write(lines):
    with open("table.csv", "w") as file:
        file.write("\n".join(["loss", *lines, ""]))


numpy.savetxt("table.csv", numpy.array(VALUES), header="loss", comments="")
show("nan of numpy.savetxt")
with open("table.csv", "w", newline="") as file:
    csv.writer(file).writerows([["loss"], *([value] for value in VALUES)])
show("nan of csv.writer")
duckdb.sql("COPY (SELECT unnest(['nan'::DOUBLE, 0.5]) AS loss) TO 'table.csv' (HEADER)")
show("nan of DuckDB")
pyarrow.csv.write_csv(pyarrow.table({"loss": VALUES}), "table.csv")
show("nan of PyArrow")
polars.DataFrame({"loss": VALUES}).write_csv("table.csv")
show("NaN of polars")
write(["Infinity", "0.5"])
show("Infinity of JavaScript")
for row in (100, 101):
    write(["0.5"] * (row - 1) + ["nan"])
    show(f"nan in row {row}")
write(["nan", "0.5"])
show("nan in row 1 with schema_overrides", schema_overrides={"loss": polars.Float64})
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
nan of numpy.savetxt: String
nan of csv.writer: String
nan of DuckDB: String
nan of PyArrow: String
NaN of polars: Float64
Infinity of JavaScript: String
nan in row 100: String
nan in row 101: Float64 nan
nan in row 1 with schema_overrides: Float64 nan
EXPECTED
