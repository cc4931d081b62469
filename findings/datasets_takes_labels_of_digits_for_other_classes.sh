#!/usr/bin/env bash
# datasets 5.2.0 (Hugging Face), Python 3.10 to 3.13.
#
# Where the names of classes are numbers, the ClassLabel of datasets confuses them with positions.
# class_encode_column() sorts whole numbers as texts: of labels 0 to 11, which were positions already, 2 becomes 4 and
# 10 becomes 2, so that a model trained before and one trained after disagree, and so do confusion matrices. And with
# the names 1, 2, 3 the text '0', which is none of them, is not refused: it is taken for the position 0, the class
# '1', so that two classes of a file become one; '-1' is taken for 'no label'. Only a text that is neither a name nor
# a position is an error.
#
# Source: datasets/arrow_dataset.py (class_encode_column sorts after the cast to text); datasets/features/features.py
# (ClassLabel._strval2int).
#
# Seen:
#   0 to 11 by class_encode_column: 0 1 4 5 6 7 8 9 10 11 2 3
#   names 1 2 3, texts '0' '1' '2' '3': 0 0 1 2
#   names 1 2 3, text '-1': -1
#   names 1 2 3, text '4': ValueError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check datasets==5.2.0
cat >main.py <<'PY'
from datasets import ClassLabel, Dataset


def encoded(texts):
    labels = ClassLabel(names=["1", "2", "3"])
    try:
        return " ".join(map(str, Dataset.from_dict({"label": texts}).cast_column("label", labels)["label"]))
    except ValueError as error:
        return type(error).__name__


numbers = Dataset.from_dict({"label": list(range(12))}).class_encode_column("label")
print("0 to 11 by class_encode_column:", " ".join(map(str, numbers["label"])))
print("names 1 2 3, texts '0' '1' '2' '3':", encoded(["0", "1", "2", "3"]))
print("names 1 2 3, text '-1':", encoded(["-1"]))
print("names 1 2 3, text '4':", encoded(["4"]))
PY
export HF_HUB_OFFLINE=1 HF_HOME="$folder/home" HF_DATASETS_DISABLE_PROGRESS_BARS=1
python/bin/python main.py 2>errors.txt | tee seen.txt || { tail -3 errors.txt; exit 2; }
diff seen.txt - <<'EXPECTED'
0 to 11 by class_encode_column: 0 1 4 5 6 7 8 9 10 11 2 3
names 1 2 3, texts '0' '1' '2' '3': 0 0 1 2
names 1 2 3, text '-1': -1
names 1 2 3, text '4': ValueError
EXPECTED
