"""Writes PyTorch's own files of the toy GPT-2 in ../hf, in every form that tests read or refuse.

Made with PyTorch 2.6.0: python3 make.py
"""

import json
import struct
from collections import OrderedDict

import torch

with open("../hf/model.safetensors", "rb") as file:
    (length,) = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))
    data = file.read()
tensors = OrderedDict()
for name, entry in header.items():
    if name == "__metadata__":
        continue
    dtype = {"F32": torch.float32, "F16": torch.float16}[entry["dtype"]]
    begin, end = entry["data_offsets"]
    tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=dtype).reshape(entry["shape"])

# As GPT2LMHeadModel.state_dict() has it: the head is the embedding once more, and old exports carry masks.
embedding = next(name for name in tensors if name.endswith("wte.weight"))
prefix = embedding[: -len("wte.weight")]
whole = OrderedDict(tensors)
whole[embedding] = torch.nn.Parameter(tensors[embedding])
whole[prefix + "h.0.attn.bias"] = torch.ones(1, 1, 4, 4, dtype=torch.uint8)
whole[prefix + "h.0.attn.masked_bias"] = torch.tensor(-1e4)
whole["lm_head.weight"] = whole[embedding]
# What a module leaves on its dictionary.
whole._metadata = OrderedDict({"": {"version": 1}})
torch.save(whole, "pytorch_model.bin")

small = OrderedDict(
    floats=torch.tensor([[1.0, -2.5, 3e-9], [4e20, 0.5, 0.0]]),
    halves=torch.tensor([1.0, -2.0, 2.0**-24]).half(),
    brains=torch.tensor([1.0, -3.0]).bfloat16(),
    longs=torch.tensor([5, -6]),
    flags=torch.tensor([True, False]),
    nothing=torch.zeros(0, 3),
    scalar=torch.tensor(7.0),
)
torch.save(small, "small.bin")
torch.save(small, "old.bin", _use_new_zipfile_serialization=False)
torch.save(small, "protocol-4.bin", pickle_protocol=4)
torch.save({"floats": torch.arange(6.0).reshape(2, 3).t()}, "transposed.bin")
torch.save({"floats": torch.ones(2), "epoch": 3}, "training.bin")


class Foreign:
    def __reduce__(self):
        return (print, ("this would have run",))


torch.save({"floats": torch.ones(2), "evil": Foreign()}, "foreign.bin")
