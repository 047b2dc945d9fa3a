"""Windows of token ids from the shards that prepare.mjs writes."""

import os

import numpy as np
import torch

# The families of texts and the share of the windows that each gives.
MIX = {"textbooks": 0.30, "docs": 0.17, "news": 0.08, "spoken": 0.13, "literature": 0.32}
# So many windows begin at position 0; the others at a random one, so that all positions are trained.
FROM_START = 0.6


def shard(folder: str, name: str, split: str) -> np.ndarray:
    path = f"{folder}/{name}.{split}.bin"
    if not os.path.isfile(path) or os.path.getsize(path) == 0:
        raise SystemExit(f"{path} is missing or empty: give a corpus with more documents of {name}.")
    return np.memmap(path, dtype=np.uint16, mode="r")


class Windows:
    def __init__(self, folder: str, vocabulary: int, context: int, seed: int):
        self.train, self.val = ([shard(folder, name, split) for name in MIX] for split in ("train", "val"))
        self.shares = np.array(list(MIX.values()))
        self.context = context
        self.random = np.random.default_rng(seed)
        counts = sum(
            share * np.bincount(shard, minlength=vocabulary) / len(shard) for share, shard in zip(self.shares, self.train)
        )
        # Token ids, the most frequent first.
        self.by_frequency = np.argsort(-counts, kind="stable")

    def batch(self, split: str, size: int, length: int, device: str):
        """Ids, the ids that follow them, and positions: three tensors (size, length). Those of `val` are always the same."""
        if split == "train":
            families = self.random.choice(len(MIX), size, p=self.shares)
        else:
            bounds = np.round(np.concatenate([[0], np.cumsum(self.shares)]) * size).astype(int)
            families = np.repeat(np.arange(len(MIX)), np.diff(bounds))
        rows = []
        for i, family in enumerate(families):
            shard = (self.train if split == "train" else self.val)[family]
            room = len(shard) - length - 1
            # The golden ratio spreads the starts of the held-out windows evenly.
            start = self.random.integers(0, room) if split == "train" else int((i * 0.618033988 % 1) * (room - 1))
            rows.append(shard[start : start + length + 1].astype(np.int64))
        window = torch.from_numpy(np.stack(rows)).to(device)
        first = np.zeros(size, dtype=np.int64)
        if split == "train":
            first = self.random.integers(0, self.context - length + 1, size)
            first[self.random.random(size) < FROM_START] = 0
        positions = torch.from_numpy(first)[:, None] + torch.arange(length)[None]
        return window[:, :-1], window[:, 1:], positions.to(device)
