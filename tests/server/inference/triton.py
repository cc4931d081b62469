"""Asks a server as Triton's client does: HOST TOKEN."""
import json
import sys

import numpy
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])
headers = {"authorization": f"Bearer {sys.argv[2]}"}
values = numpy.random.default_rng(1).random((32, 1, 28, 28), dtype=numpy.float32)
outputs = ("probabilities", "classes", "logits")
answers = []
for is_binary in (True, False):
    for encoding in (None, "gzip", "deflate"):
        images = triton.InferInput("images", list(values.shape), "FP32")
        images.set_data_from_numpy(values, binary_data=is_binary)
        asked = [triton.InferRequestedOutput(name, binary_data=is_binary) for name in outputs]
        result = client.infer(
            "a run",
            [images],
            outputs=None if encoding is None and is_binary else asked,
            # infer() adds its own header to the dictionary that it is given.
            headers=dict(headers),
            request_compression_algorithm=encoding,
            response_compression_algorithm=encoding,
        )
        answers.append([result.as_numpy(name) for name in outputs])
names = [[name if isinstance(name, str) else name.decode() for name in answer[1]] for answer in answers]
print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready() and client.is_model_ready("a run", headers=headers),
    "versions": client.get_model_metadata("a run", headers=headers)["versions"],
    "same": all(
        numpy.allclose(answer[number], answers[0][number], atol=1e-6)
        for answer in answers for number in (0, 2)
    ) and all(each == names[0] for each in names),
}))
