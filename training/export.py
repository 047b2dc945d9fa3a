#!/usr/bin/env python3
"""Write what train.py saved as a Hugging Face GPT-2 folder, weights as F16: export.py CHECKPOINT OUT"""

import json
import os
import shutil
import struct
import sys

import torch

TOKENIZER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../models/gpt2-mini")
END_OF_TEXT = 50256
# Our names and those of GPT2LMHeadModel, whose Conv1D keeps matrices as [inputs, outputs].
LINEAR = {"qkv": "attn.c_attn", "proj": "attn.c_proj", "fc": "mlp.c_fc", "fc2": "mlp.c_proj"}


def tensors(model: dict, layers: int) -> dict:
    named = {name: model[name] for name in ("wte.weight", "wpe.weight", "ln_f.weight", "ln_f.bias")}
    for layer in range(layers):
        block = f"h.{layer}."
        for norm in ("ln_1", "ln_2"):
            for part in ("weight", "bias"):
                named[f"{block}{norm}.{part}"] = model[f"{block}{norm}.{part}"]
        for ours, theirs in LINEAR.items():
            named[f"{block}{theirs}.weight"] = model[f"{block}{ours}.weight"].t()
            named[f"{block}{theirs}.bias"] = model[f"{block}{ours}.bias"]
    return named


def write_safetensors(path: str, named: dict):
    header, blobs, at = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(named):
        blob = named[name].half().contiguous().cpu().numpy().tobytes()
        shape = list(named[name].shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(blobs)


def config(cfg: dict) -> dict:
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "activation_function": "gelu_new",
        "n_layer": cfg["n_layer"],
        "n_head": cfg["n_head"],
        "n_embd": cfg["n_embd"],
        "n_positions": cfg["n_ctx"],
        "n_ctx": cfg["n_ctx"],
        "vocab_size": cfg["vocab"],
        "layer_norm_epsilon": 1e-5,
        "initializer_range": 0.02,
        "bos_token_id": END_OF_TEXT,
        "eos_token_id": END_OF_TEXT,
        "attn_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.0,
        "scale_attn_weights": True,
        "tie_word_embeddings": True,
        "use_cache": True,
        "torch_dtype": "float16",
    }


def main(checkpoint: str, out: str):
    os.makedirs(out, exist_ok=True)
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    write_safetensors(f"{out}/model.safetensors", tensors(saved["model"], saved["cfg"]["n_layer"]))
    for name, content in (
        ("config.json", config(saved["cfg"])),
        ("generation_config.json", {"bos_token_id": END_OF_TEXT, "eos_token_id": END_OF_TEXT}),
    ):
        with open(f"{out}/{name}", "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(f"{TOKENIZER}/{name}", f"{out}/{name}")
    print(f"{out}: {saved['step']} steps, {saved['spent'] / 60:.0f} minutes")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
