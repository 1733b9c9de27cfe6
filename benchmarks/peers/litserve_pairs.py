"""LitServe with the light engine of textzoo: the other server of benchmarks.serving."""

import sys

import litserve

from textzoo.inference import LightQAGenerator


class PairsAPI(litserve.LitAPI):
    """Answers {"texts", "num_pairs"} with the pairs of the first text, in batches across requests."""

    def setup(self, device):
        self.model = LightQAGenerator.from_preset("tiny-zh")
        self.model.generate("春天来了。", num_pairs=1)

    def decode_request(self, request):
        return request["texts"][0], request["num_pairs"]

    def predict(self, inputs):
        texts, counts = zip(*inputs, strict=True)
        return self.model.generate(list(texts), num_pairs=counts[0])

    def encode_response(self, output):
        return {"pairs": [{"question": pair.question, "answer": pair.answer, "start": pair.start} for pair in output]}


if __name__ == "__main__":
    api = PairsAPI(max_batch_size=16, batch_timeout=0.01)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="error")
