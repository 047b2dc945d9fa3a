#!/usr/bin/env python3
"""Goldens of both measures of a word on the toy GPT-2: the plain sum of its tokens, and the corrected one (Pimentel & Meister 2024).

usage: words.py   (needs torch and numpy; run in this folder)
GPT-2's forward pass in float32, as Hugging Face's modeling_gpt2.py has it. The toy has no tokenizer: ids below 120 begin a word,
319 ends a text, the others go on with a word.
"""
import json, math, struct
import numpy, torch
import torch.nn.functional as F

torch.set_grad_enabled(False)
V, D, L, H, END, BEGINS = 320, 32, 2, 4, 319, 120
raw = open("model.safetensors", "rb").read()
n = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8 : 8 + n])
w = {}
for name, t in header.items():
    if name == "__metadata__": continue
    a, b = t["data_offsets"]
    values = numpy.frombuffer(raw[8 + n + a : 8 + n + b], dtype=numpy.float16).astype(numpy.float32)
    w[name] = torch.from_numpy(values.reshape(t["shape"]).copy())

def logits(ids):
    T = len(ids)
    x = w["wte.weight"][ids] + w["wpe.weight"][:T]
    mask = torch.full((T, T), -math.inf).triu(1)
    for l in range(L):
        p = f"h.{l}."
        y = F.layer_norm(x, (D,), w[p + "ln_1.weight"], w[p + "ln_1.bias"], 1e-5)
        q, k, v = (y @ w[p + "attn.c_attn.weight"] + w[p + "attn.c_attn.bias"]).split(D, 1)
        q, k, v = (m.view(T, H, D // H).transpose(0, 1) for m in (q, k, v))
        y = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(D // H) + mask, -1) @ v
        x = x + y.transpose(0, 1).reshape(T, D) @ w[p + "attn.c_proj.weight"] + w[p + "attn.c_proj.bias"]
        y = F.layer_norm(x, (D,), w[p + "ln_2.weight"], w[p + "ln_2.bias"], 1e-5)
        y = F.gelu(y @ w[p + "mlp.c_fc.weight"] + w[p + "mlp.c_fc.bias"], approximate="tanh")
        x = x + y @ w[p + "mlp.c_proj.weight"] + w[p + "mlp.c_proj.bias"]
    return F.layer_norm(x, (D,), w["ln_f.weight"], w["ln_f.bias"], 1e-5) @ w["wte.weight"].T

begins = torch.zeros(V, dtype=torch.bool)
begins[:BEGINS] = True
begins[END] = True
texts = [[40, 200, 12, 250, 251, 7], [200, 3, 4, 130, 300, 301, 5], [119, 120, 121, 122, 118, 1, 2, 3, 150]]
cases = []
for ids in texts:
    logp = torch.log_softmax(logits([END] + ids), -1)
    mass = torch.logsumexp(logp.masked_fill(~begins, -math.inf), -1)
    token = [logp[i, id].item() for i, id in enumerate(ids)]
    starts = [i for i, id in enumerate(ids) if i == 0 or id < BEGINS] + [len(ids)]
    words = []
    for a, b in zip(starts, starts[1:]):
        plain = sum(token[a:b])
        words.append({"first": a, "tokens": b - a, "plain": plain, "corrected": plain + mass[b].item() - (mass[a].item() if a else 0)})
    cases.append({"ids": ids, "tokens": token, "words": words})
json.dump({"begins": BEGINS, "end": END, "cases": cases}, open("words.json", "w"), indent=1)
