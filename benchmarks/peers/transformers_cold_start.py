"""Script that loads transformers and generates questions, to time a cold start.

python transformers_cold_start.py FOLDER PASSAGE LENGTH BEAMS
"""

import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, passage, length, beams = sys.argv[1], open(sys.argv[2]).read().strip(), *map(int, sys.argv[3:])
torch.manual_seed(0)
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder).eval()
answers = [passage[start : start + 8] for start in range(0, 40, 8)]
prompts = [" ".join(f"{passage}{answer}") for answer in answers]
inputs = tokenizer(prompts, return_tensors="pt", padding=True, return_token_type_ids=False)
with torch.inference_mode():
    generated = model.generate(**inputs, num_beams=beams, do_sample=False, min_new_tokens=length, max_new_tokens=length)
for row in generated:
    print(tokenizer.decode(row[inputs["input_ids"].shape[1] :]))
