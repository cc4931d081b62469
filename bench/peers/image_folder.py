"""torchvision's ImageFolder, read once through a DataLoader with two workers, and the images that it reads.

    image_folder.py write TORCHVISION_FOLDER FOLDER ZIP_COUNT...
    image_folder.py read FOLDER
"""

import io
import json
import os
import sys
import time
import zipfile

from PIL import Image
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

from measure import load


def write(data, folder, *counts):
    """Writes MNIST's training images as PNGs into folder/images, and zips of so many of them, again from the start if need be."""
    images, labels = load(data, "train")
    files = []
    for image in images:
        file = io.BytesIO()
        Image.fromarray(image).save(file, "PNG")
        files.append(file.getvalue())
    for at, (file, label) in enumerate(zip(files, labels)):
        os.makedirs(os.path.join(folder, "images", str(label)), exist_ok=True)
        with open(os.path.join(folder, "images", str(label), f"{at}.png"), "wb") as out:
            out.write(file)
    for count in map(int, counts):
        with zipfile.ZipFile(os.path.join(folder, f"{count}.zip"), "w", zipfile.ZIP_DEFLATED) as out:
            for at in range(count):
                which = at % len(files)
                out.writestr(f"images/{labels[which]}/{at}.png", files[which])
    return {"written": len(files)}


def read(folder):
    began = time.perf_counter()
    dataset = ImageFolder(folder, transforms.ToTensor())
    count = 0
    for _, labels in DataLoader(dataset, batch_size=64, num_workers=2):
        count += len(labels)
    return {"seconds": time.perf_counter() - began, "count": count}


if __name__ == "__main__":
    print(json.dumps({"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])))
