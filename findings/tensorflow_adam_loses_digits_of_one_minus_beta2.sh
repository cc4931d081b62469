#!/usr/bin/env bash
# tensorflow-cpu 2.21.0 (Python 3.10 to 3.13), also what its C library gives to every binding; torch 2.x for comparison.
#
# Adam's second moment after one step with gradient 1 is 1 - beta2. TensorFlow's kernel (ResourceApplyAdam, which
# tf.keras.optimizers.legacy, tfjs-node and others call) subtracts in float32, where beta2 is rounded already: the
# nearer beta2 is to 1, the more is lost. PyTorch and Optax subtract in double precision and round once. At the default
# of 0.999 the moment is off by 1.3e-5, a hundred times float32's rounding, at 0.99999 by more than a thousandth: two
# trainings with the same numbers part for this alone.
#
# Source: tensorflow/core/kernels/training_ops.cc and training_ops_gpu.cu.cc (`T(1) - beta2`); torch/optim/adam.py.
#
# Seen (relative error of the second moment):
#   beta2=0.9 +2.4e-07
#   beta2=0.999 -1.3e-05
#   beta2=0.9999 +1.7e-04
#   beta2=0.99999 +1.4e-03
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0
cat >main.py <<'PY'
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf

errors = {}
for beta2 in (0.9, 0.999, 0.9999, 0.99999):
    weight, first, second = (tf.Variable([0.0]) for _ in range(3))
    tf.raw_ops.ResourceApplyAdam(
        var=weight.handle, m=first.handle, v=second.handle, beta1_power=0.9, beta2_power=beta2,
        lr=0.1, beta1=0.9, beta2=beta2, epsilon=1e-8, grad=[1.0])
    errors[beta2] = float(second.numpy()[0]) / (1 - beta2) - 1
    print(f"beta2={beta2} {errors[beta2]:+.1e}")
as_seen = abs(errors[0.9]) < 1e-6 and abs(errors[0.999]) > 1e-5 and abs(errors[0.99999]) > 1e-3
sys.exit(0 if as_seen else 1)
PY
python/bin/python main.py 2>errors.txt || { tail -3 errors.txt; exit 1; }
