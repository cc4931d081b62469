"""Writes small files in the formats that can be imported, by the programs that people write them with, and what those read.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install datasets==5.2.0 numpy pandas pillow pyarrow
    /tmp/golden/bin/python tools/golden_formats.py tests/data/formats/golden
    deno fmt tests/data/formats/golden
"""

import gzip
import hashlib
import io
import json
import pathlib
import struct
import sys
import tarfile
import zipfile

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

OUT = pathlib.Path(sys.argv[1])
RANDOM = np.random.RandomState(7)
EXPECTED = []


def digest(values):
    return hashlib.sha256(values).hexdigest()


def expect(source, format_name, samples, classes=None, options=None):
    """samples: (split or None, label, bytes)"""
    EXPECTED.append({
        "source": source,
        "format": format_name,
        "classes": classes,
        "options": options or {},
        "samples": [{"split": split, "label": label, "sha256": digest(values)} for split, label, values in samples],
    })


def images(*shape):
    """Bytes of few values, which pack well."""
    return (RANDOM.randint(0, 8, shape) * 36).astype(np.uint8)


def rows(split, labels, values):
    return [(split, str(label), np.ascontiguousarray(value).tobytes()) for label, value in zip(labels, values)]


def npz():
    x, y = images(5, 6, 4), np.array([0, 2, 1, 2, 0], np.int64)
    tx, ty = images(2, 6, 4), np.array([1, 0], np.int64)
    np.savez_compressed(OUT / "keras.npz", x_train=x, y_train=y, x_test=tx, y_test=ty)
    read = np.load(OUT / "keras.npz")
    expect("keras.npz", "NPZ", rows("train", read["y_train"], read["x_train"]) + rows("test", read["y_test"], read["x_test"]))

    medical = {f"{part}_{kind}": value for part in ("train", "val", "test") for kind, value in (
        ("images", images(2, 4, 4, 3)), ("labels", RANDOM.randint(0, 2, (2, 1)).astype(np.uint8)))}
    np.savez(OUT / "medmnist.npz", **medical)
    samples = []
    for part, split in (("train", "train"), ("val", "train"), ("test", "test")):
        samples += rows(split, medical[f"{part}_labels"][:, 0], medical[f"{part}_images"])
    expect("medmnist.npz", "NPZ", samples)

    fractions = np.asfortranarray(images(3, 3, 4, 5) / 255)
    names = np.array(["ant", "bee", "Übel"])
    np.savez(OUT / "fortran.npz", X=fractions, y=np.array([[2], [0], [1]], ">i4"), class_names=names)
    pixels = np.round(np.transpose(np.load(OUT / "fortran.npz")["X"], (0, 2, 3, 1)) * 255).astype(np.uint8)
    expect("fortran.npz", "NPZ", rows(None, names[[2, 0, 1]], pixels), classes=list(names))

    masks = RANDOM.rand(4, 8, 8) > 0.5
    np.savez_compressed(OUT / "bool.npz", images=masks, labels=np.array([True, False, True, False]))
    expect("bool.npz", "NPZ", rows(None, [1, 0, 1, 0], masks.astype(np.uint8) * 255))

    deep = np.array([0, 255, 256, 257, 32768, 65535] * 4, ">u2").reshape(2, 3, 4)
    np.savez_compressed(OUT / "deep.npz", images=deep, labels=np.array(["a", "b"], "S3"))
    expect("deep.npz", "NPZ", rows(None, ["a", "b"], np.round(deep / 257).astype(np.uint8)))

    (OUT / "columns").mkdir(exist_ok=True)
    features = (RANDOM.randn(4, 3) * 100).astype(">f4")
    np.save(OUT / "columns" / "features.npy", features)
    np.save(OUT / "columns" / "target.npy", np.array([3.0, 5.0, 3.0, 5.0], np.float16))
    expect("columns", "NPZ", rows(None, [3, 5, 3, 5], np.load(OUT / "columns" / "features.npy").astype("<f4")))

    np.savez(OUT / "pickled.npz", x=np.array([{"a": 1}, None], object), y=np.arange(2))


def idx(values, code):
    return struct.pack(f">HBB{values.ndim}I", 0, code, values.ndim, *values.shape) + values.tobytes()


def idx_family():
    x, y, tx, ty = images(4, 5, 5), np.array([9, 0, 3, 3], np.uint8), images(2, 5, 5), np.array([0, 9], np.uint8)
    with zipfile.ZipFile(OUT / "fashion.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, values in (("train-images-idx3-ubyte", x), ("train-labels-idx1-ubyte", y),
                             ("t10k-images-idx3-ubyte", tx), ("t10k-labels-idx1-ubyte", ty)):
            file.writestr(f"fashion/{name}.gz", gzip.compress(idx(values, 8), mtime=0))
    expect("fashion.zip", "IDX", rows("train", y, x) + rows("test", ty, tx))

    x, y = images(3, 5, 5), np.array([1, 26, 2], np.uint8)
    with zipfile.ZipFile(OUT / "emnist-letters.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("emnist-letters-train-images-idx3-ubyte", idx(x, 8))
        file.writestr("emnist-letters-train-labels-idx1-ubyte", idx(y, 8))
    # As torchvision's users turn them: its EMNIST gives the transposed images.
    expect("emnist-letters.zip", "IDX", rows(None, "AZB", x.transpose(0, 2, 1)))

    x, y = images(3, 5, 5), np.array([[5, 0, 1], [4, 1, 2], [5, 2, 3]], ">i4")
    with tarfile.open(OUT / "qmnist.tar.gz", "w:gz") as file:
        for name, values in (("qmnist-test-labels-idx2-int", idx(y, 12)), ("qmnist-test-images-idx3-ubyte", idx(x, 8)),
                             ("qmnist-train-labels-idx2-int", idx(y, 12)), ("qmnist-train-images-idx3-ubyte", idx(x, 8))):
            entry = tarfile.TarInfo(name)
            entry.size = len(values)
            file.addfile(entry, io.BytesIO(values))
    expect("qmnist.tar.gz", "IDX", rows("test", y[:, 0], x) + rows("train", y[:, 0], x))


def cifar():
    names = ["airplane", "automobile", "bird"]
    batches = {"data_batch_1.bin": [2, 0], "data_batch_2.bin": [1], "test_batch.bin": [1, 2]}
    samples = []
    with tarfile.open(OUT / "cifar-10-binary.tar.gz", "w:gz") as file:
        for name, labels in batches.items():
            planes = images(len(labels), 3, 2, 2).repeat(16, 2).repeat(16, 3)
            content = b"".join(bytes([label]) + values.tobytes() for label, values in zip(labels, planes))
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
            split = "test" if name.startswith("test") else "train"
            # torchvision: reshape(-1, 3, 32, 32).transpose((0, 2, 3, 1))
            samples += rows(split, [names[label] for label in labels], planes.transpose(0, 2, 3, 1))
        content = "\n".join(names + [""]).encode()
        entry = tarfile.TarInfo("cifar-10-batches-bin/batches.meta.txt")
        entry.size = len(content)
        file.addfile(entry, io.BytesIO(content))
    expect("cifar-10-binary.tar.gz", "CIFAR", samples, classes=names)

    (OUT / "cifar-100-binary").mkdir(exist_ok=True)
    fine = ["apple", "aquarium_fish"]
    samples = []
    for name, labels in (("test.bin", [0]), ("train.bin", [1, 0])):
        planes = images(len(labels), 3, 1, 1).repeat(32, 2).repeat(32, 3)
        (OUT / "cifar-100-binary" / name).write_bytes(
            b"".join(bytes([7, label]) + values.tobytes() for label, values in zip(labels, planes)))
        samples += rows(name.split(".")[0], [fine[label] for label in labels], planes.transpose(0, 2, 3, 1))
    (OUT / "cifar-100-binary" / "fine_label_names.txt").write_text("\n".join(fine) + "\n")
    (OUT / "cifar-100-binary" / "coarse_label_names.txt").write_text("fish\nfruit\n")
    expect("cifar-100-binary", "CIFAR", samples, classes=fine)


def parquet():
    names = ["zebra", "ant"]

    def png():
        file = io.BytesIO()
        Image.fromarray(images(3, 3, 3)).save(file, "PNG")
        return file.getvalue()

    features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=names)})
    folder = OUT / "hugging-face" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    samples = {}
    codecs = ("none", "snappy", "gzip", "zstd", "lz4", "brotli")
    files = [f"train-{at:05}-of-00005.parquet" for at in range(5)] + ["test-00000-of-00001.parquet"]
    for name, codec in zip(files, codecs):
        made = datasets.Dataset.from_dict({"image": [{"bytes": png(), "path": None} for _ in range(3)], "label": [0, 1, 1]},
                                          features=features)
        made.to_parquet(folder / name, batch_size=2)
        table = pq.read_table(folder / name)
        if codec != "none":
            pq.write_table(table, folder / name, compression=codec, row_group_size=2)
        assert json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]["label"]["names"] == names
        samples[name] = [(name.split("-")[0], names[row["label"]], row["image"]["bytes"]) for row in table.to_pylist()]
    expect("hugging-face", "PARQUET", [sample for name in sorted(files) for sample in samples[name]], classes=names)

    frame = pd.DataFrame({"width": [1.5, 2.5, -3.25], "species": ["a", "b", "a"], "count": [1, 2, 3]}, index=[7, 8, 9])
    frame.to_parquet(OUT / "table.parquet")
    read = pd.read_parquet(OUT / "table.parquet")
    expect("table.parquet", "PARQUET", rows(None, read["species"], read[["width", "count"]].to_numpy("float32")))

    with_gaps = pa.table({"label": [0, 1, None], "value": [1.0, None, 2.0]})
    pq.write_table(with_gaps, OUT / "gaps.parquet")


def vectors():
    """Vectors as lists: Hugging Face's, pyarrow's of a fixed size beside a number, lists of lists, and ragged ones."""
    values = np.random.RandomState(8).randint(-40, 40, (5, 6)).astype(np.float32) / 8
    names = ["no", "yes"]
    features = datasets.Features({"embedding": datasets.List(datasets.Value("float32")), "label": datasets.ClassLabel(names=names)})
    labels = [0, 1, 1, 0, 1]
    datasets.Dataset.from_dict({"embedding": values.tolist(), "label": labels}, features=features).to_parquet(
        OUT / "embeddings.parquet", batch_size=2)
    read = pq.read_table(OUT / "embeddings.parquet").to_pydict()
    expect("embeddings.parquet", "PARQUET",
           rows(None, [names[label] for label in read["label"]], np.array(read["embedding"], np.float32)), classes=names)

    fixed = pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1), pa.float32()), 6)
    half = pa.array([list(row.astype(np.float16)) for row in values[:, :2]], pa.list_(pa.float16()))
    table = pa.table({"fixed": fixed, "age": pa.array([1, 2, 3, 4, 5], pa.int64()), "half": half,
                      "grid": pa.array(values.astype(np.float64).reshape(5, 2, 3).tolist(), pa.list_(pa.list_(pa.float64()))),
                      "target": ["a", "b", "a", "b", "b"]})
    pq.write_table(table, OUT / "lists.parquet", row_group_size=3)
    read = pq.read_table(OUT / "lists.parquet").to_pydict()
    joined = [np.concatenate([np.ravel(read[name][at]) for name in ("fixed", "age", "half", "grid")]).astype(np.float32)
              for at in range(5)]
    expect("lists.parquet", "PARQUET", rows(None, read["target"], joined))

    ragged = pa.array([[1.0, 2.0], [3.0], [4.0, 5.0], None, [6.0, None], [7.0, 8.0]], pa.list_(pa.float32()))
    pq.write_table(pa.table({"vector": ragged, "label": ["a", "b", "a", "b", "a", "b"]}), OUT / "ragged.parquet")


OUT.mkdir(parents=True, exist_ok=True)
npz()
idx_family()
cifar()
parquet()
vectors()
(OUT / "expected.json").write_text(json.dumps(EXPECTED, indent=2, ensure_ascii=False) + "\n")
