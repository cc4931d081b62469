#!/usr/bin/env bash
# duckdb 2.0.1 (PyPI).
#
# DuckDB does not read back the numbers that it writes to a CSV file, if the first of them is infinite: 'inf' passes
# for a date before it is tried as a number (dates have an infinity), and with numbers below, no type is left but
# text. The order of the rows decides: 0.5 before inf is a column of DOUBLE, inf before 0.5 one of VARCHAR, with a
# thousand more numbers, too, whose maximum is then that of texts ('9.5' above '1000.0'). A column of inf alone is one
# of dates, which Python gets as 9999-12-31. Tables of metrics begin so: the best loss before the first epoch.
# Likewise a column whose only word is 'epoch', the unit of a schedule, is 1970-01-01 in every row. pandas, polars and
# pyarrow read inf as a number in each of these files. auto_type_candidates without dates, or types, avoid it.
#
# Seen:
#   0.5 inf -> DOUBLE [0.5, inf]
#   inf 0.5 -> VARCHAR ['inf', '0.5']
#   inf inf -> DATE [datetime.date(9999, 12, 31), datetime.date(9999, 12, 31)]
#   inf and 1000 numbers -> VARCHAR, maximum of the numbers '999.5'
#   epoch epoch -> DATE [datetime.date(1970, 1, 1), datetime.date(1970, 1, 1)]
#   inf 0.5 with auto_type_candidates -> DOUBLE [inf, 0.5]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1
cat >main.py <<'PY'
import duckdb


def write(select):
    duckdb.sql(f"COPY ({select}) TO 'table.csv' (HEADER)")


def show(name, options=""):
    table = duckdb.sql(f"SELECT value FROM read_csv('table.csv'{options})")
    print(f"{name} -> {table.types[0]} {[value for (value,) in table.fetchall()]}")


def numbers(*values):
    rows = ", ".join(f"({row}, '{value}'::DOUBLE)" for row, value in enumerate(values))
    write(f"SELECT epoch, value FROM (VALUES {rows}) t(epoch, value) ORDER BY epoch")


numbers("0.5", "inf")
show("0.5 inf")
numbers("inf", "0.5")
show("inf 0.5")
numbers("inf", "inf")
show("inf inf")
write("SELECT i AS epoch, CASE i WHEN 0 THEN 'inf'::DOUBLE ELSE i + 0.5 END AS value FROM range(1001) t(i) ORDER BY i")
((kind, largest),) = duckdb.sql("SELECT typeof(max(value)), max(value) FROM 'table.csv' WHERE epoch > 0").fetchall()
print(f"inf and 1000 numbers -> {kind}, maximum of the numbers {largest!r}")
write("SELECT 'epoch' AS value, i FROM range(2) t(i)")
show("epoch epoch")
numbers("inf", "0.5")
show("inf 0.5 with auto_type_candidates", ", auto_type_candidates=['BIGINT', 'DOUBLE', 'VARCHAR']")
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
0.5 inf -> DOUBLE [0.5, inf]
inf 0.5 -> VARCHAR ['inf', '0.5']
inf inf -> DATE [datetime.date(9999, 12, 31), datetime.date(9999, 12, 31)]
inf and 1000 numbers -> VARCHAR, maximum of the numbers '999.5'
epoch epoch -> DATE [datetime.date(1970, 1, 1), datetime.date(1970, 1, 1)]
inf 0.5 with auto_type_candidates -> DOUBLE [inf, 0.5]
EXPECTED
