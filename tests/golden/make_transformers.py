"""Records hidden states of transformers' BertModel on random weights: python tests/golden/make_transformers.py.

Recorded with transformers 5.23.0 and PyTorch 2.13.0.
"""

import json
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertForPreTraining

HERE = Path(__file__).parent
CONFIGS = {
    "erf": {"hidden_act": "gelu", "layer_norm_eps": 1e-12, "type_vocab_size": 2},
    "tanh": {"hidden_act": "gelu_new", "layer_norm_eps": 1e-3, "type_vocab_size": 3},
}
SIZES = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 32,
    "max_position_embeddings": 24,
}


def main():
    generator, recorded = torch.Generator().manual_seed(0), {}
    ids = torch.randint(5, 40, (3, 11), generator=generator)
    lengths = torch.tensor([11, 7, 2])
    mask = torch.arange(11) < lengths[:, None]
    ids, segments = ids * mask, torch.randint(0, 2, (3, 11), generator=generator) * mask
    for name, options in CONFIGS.items():
        config = SIZES | options
        model = BertForPreTraining(BertConfig(**config)).eval()
        for key, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.data = 0.2 * noise + key.endswith("LayerNorm.weight")
        with torch.no_grad():
            output = model(ids, attention_mask=mask, token_type_ids=segments, output_hidden_states=True)
            pooled = model.bert(ids, attention_mask=mask, token_type_ids=segments).pooler_output
        recorded |= {f"{name}/config": json.dumps(config), f"{name}/pooled": pooled.numpy()}
        recorded |= {f"{name}/hidden": output.hidden_states[-1].numpy()}
        recorded |= {f"{name}/logits": output.prediction_logits.numpy()}
        recorded |= {f"{name}/weights/{key}": value.numpy() for key, value in model.state_dict().items()}
    np.savez_compressed(
        HERE / "transformers.npz", ids=ids.numpy(), mask=mask.numpy(), segments=segments.numpy(), **recorded
    )


if __name__ == "__main__":
    main()
