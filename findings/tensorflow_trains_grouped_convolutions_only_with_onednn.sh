#!/usr/bin/env bash
# tensorflow-cpu 2.21.0 (Python 3.10 to 3.13), also what its C library gives to every binding.
#
# Whether TensorFlow can train a network on a CPU depends on which CPU. It evaluates grouped and dilated convolutions
# everywhere, but their gradients are there only among oneDNN's kernels, which TensorFlow uses by itself on x86
# processors with instructions for neural networks (AVX512_VNNI, AMX and the like) and leaves off on others. A ResNeXt, a MobileNet of grouped
# convolutions or a dilated network that was trained on a server is refused on a laptop, at the first gradient, after
# its forward pass has run. TF_ENABLE_ONEDNN_OPTS=1 turns the kernels on there. This program sets the variable both
# ways, so that it shows the same on either machine.
#
# Source: tensorflow/core/kernels/conv_grad_input_ops.cc and conv_grad_filter_ops.cc (the refusals); oneDNN's default in
# tensorflow/core/util/util.cc (IsMKLEnabled).
#
# Seen:
#   TF_ENABLE_ONEDNN_OPTS=0 grouped: forward ok, gradient InvalidArgumentError
#   TF_ENABLE_ONEDNN_OPTS=0 dilated: forward ok, gradient InvalidArgumentError
#   TF_ENABLE_ONEDNN_OPTS=1 grouped: forward ok, gradient ok
#   TF_ENABLE_ONEDNN_OPTS=1 dilated: forward ok, gradient ok
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0
cat >main.py <<'PY'
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf

images = tf.ones([2, 8, 8, 4])


def outcome(work):
    try:
        work()
        return "ok"
    except tf.errors.OpError as error:
        return type(error).__name__


for name, inputs, dilation in (("grouped", 2, 1), ("dilated", 4, 2)):
    kernel = tf.ones([3, 3, inputs, 4])

    def forward():
        return tf.nn.conv2d(images, kernel, 1, "VALID", dilations=dilation)

    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            result = forward()
        tape.gradient(result, kernel)

    setting = os.environ["TF_ENABLE_ONEDNN_OPTS"]
    print(f"TF_ENABLE_ONEDNN_OPTS={setting} {name}: forward {outcome(forward)}, gradient {outcome(gradient)}")
PY
for setting in 0 1; do
  TF_ENABLE_ONEDNN_OPTS=$setting python/bin/python main.py 2>errors.txt || { tail -3 errors.txt; exit 1; }
done | tee seen.txt
test "$(grep -c 'gradient InvalidArgumentError' seen.txt)" = 2 && test "$(grep -c 'OPTS=1.*gradient ok' seen.txt)" = 2
