"""Makes test/goldens/gguf/blocks.json: quantised blocks and what the gguf package makes of them.

    python3 -m venv /tmp/oracles && /tmp/oracles/bin/pip install -r test/oracles/gguf/requirements.txt
    /tmp/oracles/bin/python test/oracles/gguf/blocks.py > test/goldens/gguf/blocks.json

The package quantises to the types with 32 elements a block. It only reads the K-quants: their blocks are random bytes with
scales of an ordinary size.
"""

import base64
import json

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize, quantize

random = np.random.default_rng(7)
# Where the half-precision numbers of a block are, in bytes.
HALVES = {Type.Q2_K: [80, 82], Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208]}


def blocks_of(kind):
    elements, size = GGML_QUANT_SIZES[kind]
    if kind not in HALVES:
        return quantize(random.normal(0, 0.1, 4 * elements).astype(np.float32), kind)
    blocks = random.integers(0, 256, (2, size), dtype=np.uint8)
    for at in HALVES[kind]:
        blocks[:, at : at + 2] = random.normal(0, 0.01, 2).astype(np.float16).view(np.uint8).reshape(2, 2)
    return blocks.reshape(-1)


def text(array):
    return base64.b64encode(array.tobytes()).decode()


kinds = [Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0, *HALVES]
made = {}
for kind in kinds:
    blocks = blocks_of(kind)
    made[kind.name] = {"bytes": text(blocks), "values": text(dequantize(blocks, kind).astype(np.float32))}
print(json.dumps(made, indent="\t"))
