"""Asks a server as Triton's client does: HOST TOKEN."""
import json
import sys

import numpy
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])
headers = {"authorization": f"Bearer {sys.argv[2]}"}
values = numpy.random.default_rng(1).random((32, 1, 28, 28), dtype=numpy.float32)
answers = []
for is_binary in (True, False):
    images = triton.InferInput("images", list(values.shape), "FP32")
    images.set_data_from_numpy(values, binary_data=is_binary)
    outputs = None if is_binary else [
        triton.InferRequestedOutput(name, binary_data=False) for name in ("probabilities", "classes")
    ]
    # infer() adds its own header to the dictionary that it is given.
    result = client.infer("a run", [images], outputs=outputs, headers=dict(headers))
    answers.append((result.as_numpy("probabilities"), list(result.as_numpy("classes"))))
(first, names), (second, others) = answers
print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_model_ready("a run", headers=headers),
    "versions": client.get_model_metadata("a run", headers=headers)["versions"],
    "same": bool(numpy.allclose(first, second, atol=1e-6)) and names == others,
}))
