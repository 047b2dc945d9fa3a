"""SynthID-Text in PyTorch, step by step, as transformers 5 defines it on a CPU. Writes goldens.json beside this file.

    python3 test/goldens/synthid/make.py
"""

import json
import math
from pathlib import Path

import torch

MULTIPLIER = 6364136223846793005


def advance(hash, datum):
    """One step of the generator; int64 wraps around."""
    return (hash + datum) * MULTIPLIER + 1


def tournament(logits, bits):
    """Float32, a layer after the other. bits: [classes, keys]."""
    shares = torch.softmax(logits, dim=0)
    for layer in range(bits.shape[1]):
        g = bits[:, layer]
        shares = shares * (1 + g - (g * shares).sum())
    return torch.log(shares)


def run(case):
    """The scores after every prefix of the tokens; null where the step has no watermark."""
    width = case["ngram_len"] - 1
    generator = torch.Generator().manual_seed(case["sampling_table_seed"])
    table = torch.randint(0, 2, (case["sampling_table_size"],), generator=generator)
    classes = torch.arange(len(case["logits"]))
    keys = torch.tensor(case["keys"])
    logits = torch.tensor(case["logits"])
    history = torch.zeros(case["context_history_size"], dtype=torch.int64)
    context = torch.zeros(width, dtype=torch.int64)
    found = []
    for calls in range(len(case["tokens"]) + 1):
        if calls > 0:
            context = torch.cat([context, torch.tensor([case["tokens"][calls - 1]])])[1:]
        if case["skip_first_ngram_calls"] and calls + 1 < case["ngram_len"]:
            found.append(None)
            continue
        hash = torch.ones((), dtype=torch.int64)
        for token in context:
            hash = advance(hash, token)
        is_known = bool((history == hash).any())
        history = torch.cat([hash[None], history])[:-1]
        ngrams = advance(hash, classes)
        bits = table[advance(ngrams[:, None], keys[None, :]) % case["sampling_table_size"]]
        found.append(None if is_known else tournament(logits, bits).tolist())
    return found


LOGITS = [round(3 * math.sin(1.7 * i * i + 0.3), 3) for i in range(24)]
PLAIN = {
    "keys": [654, 400, 836, 123, 340, 443, 597, 160, 57],
    "ngram_len": 5,
    "context_history_size": 1024,
    "sampling_table_size": 65536,
    "sampling_table_seed": 0,
    "skip_first_ngram_calls": False,
    "logits": LOGITS,
    "tokens": [3, 20, 7, 7, 1, 23],
}
CASES = {
    "the example of its documentation": PLAIN,
    "large keys and ids": {**PLAIN, "keys": [4294967295, 2147483648, 1], "tokens": [999999, 50256, 151935]},
    "a table whose size is no power of two": {**PLAIN, "sampling_table_size": 1009, "sampling_table_seed": 42},
    "a small history": {**PLAIN, "ngram_len": 2, "context_history_size": 2, "tokens": [5, 6, 5, 8, 9, 5, 5]},
    "no history": {**PLAIN, "ngram_len": 2, "context_history_size": 0, "tokens": [5, 5]},
    "the first steps skipped": {**PLAIN, "ngram_len": 3, "skip_first_ngram_calls": True, "tokens": [4, 4, 4, 9, 4, 4]},
}


def bits(seed, size):
    return torch.randint(0, 2, (size,), generator=torch.Generator().manual_seed(seed))


goldens = {
    "torch": torch.__version__,
    "tables": [
        {"seed": seed, "size": size, "first": bits(seed, size)[:40].tolist(), "ones": int(bits(seed, size).sum())}
        for seed, size in [(0, 65536), (42, 1009), (4294967295, 2000)]
    ],
    "cases": [{"name": name, **case, "scores": run(case)} for name, case in CASES.items()],
}
target = Path(__file__).with_name("goldens.json")
target.write_text(json.dumps(goldens) + "\n")
