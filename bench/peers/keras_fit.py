"""Keras 3 on TensorFlow: model.fit on arrays in memory, as its guides have it."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from keras import layers

from measure import EVALUATION_BATCH, Clock, arguments, evaluate_for, load


def recipe(name):
    """Layers after the input, optimizer, batch size, mean and deviation of the pixels."""
    relu = {"activation": "relu"}
    if name == "BASIC_CNN":
        return (
            [
                layers.Conv2D(32, 3, **relu),
                layers.MaxPooling2D(2),
                layers.Conv2D(64, 3, **relu),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(64, **relu),
                layers.Dense(10),
            ],
            keras.optimizers.SGD(0.01),
            32,
            (0, 1),
        )
    if name == "DROPOUT_CNN":
        return (
            [
                layers.Conv2D(32, 3, **relu),
                layers.Conv2D(64, 3, **relu),
                layers.MaxPooling2D(2),
                layers.SpatialDropout2D(0.25),
                layers.Flatten(),
                layers.Dense(128, **relu),
                layers.Dropout(0.5),
                layers.Dense(10),
            ],
            keras.optimizers.SGD(0.01, momentum=0.5),
            64,
            (0.1307, 0.3081),
        )
    if name == "WIDE_KERNEL_CNN":
        return (
            [
                layers.Conv2D(32, 5, **relu),
                layers.MaxPooling2D(2),
                layers.Conv2D(64, 5, **relu),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(256, **relu),
                layers.Dense(10),
            ],
            keras.optimizers.Adam(0.001),
            100,
            (0, 1),
        )
    raise SystemExit(f"Cannot train '{name}': there is no such recipe.")


class Steps(keras.callbacks.Callback):
    """Tells the clock of every batch."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def on_train_batch_end(self, batch, logs=None):
        if self.clock.step(float(logs["loss"])):
            self.model.stop_training = True


def main():
    options = arguments(__doc__)
    network, optimizer, batch_size, (mean, std) = recipe(options.network)

    def arrays(part):
        images, labels = load(options.data, part)
        return (images[..., None].astype("float32") / 255 - mean) / std, labels.astype("int32")

    model = keras.Sequential([keras.Input((28, 28, 1)), *network])
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    clock = Clock(options.warm_up, options.seconds)
    images, labels = arrays("train")
    model.fit(
        images,
        labels,
        batch_size=batch_size,
        epochs=1000,
        verbose=0,
        shuffle=True,
        callbacks=[Steps(clock)],
    )
    images, labels = arrays("t10k")

    def evaluate():
        return model.evaluate(images, labels, batch_size=EVALUATION_BATCH, verbose=0)[1]

    evaluate()
    clock.report(*evaluate_for(options.seconds / 3, evaluate))


if __name__ == "__main__":
    main()
