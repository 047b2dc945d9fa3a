"""GPT-2 (Radford et al. 2019) in PyTorch, without dropout. The head is the token embedding (tied), applied by the loss.

Shapes: B windows, T tokens, D width, H heads of dh, V classes.
"""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    """Attention and a feed-forward layer, each added to the residual stream."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.ln_2 = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        B, T, D = x.shape
        q, k, v = (
            part.view(B, T, self.heads, D // self.heads).transpose(1, 2)  # (B, H, T, dh)
            for part in self.qkv(self.ln_1(x)).split(D, 2)
        )
        # Written out: on a CPU in bfloat16 it is faster than scaled_dot_product_attention.
        scores = q @ k.transpose(2, 3) * (D // self.heads) ** -0.5 + mask  # (B, H, T, T)
        mixed = torch.softmax(scores, -1).to(v.dtype) @ v  # (B, H, T, dh)
        x = x + self.proj(mixed.transpose(1, 2).reshape(B, T, D))
        return x + self.fc2(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class GPT2(nn.Module):
    """The body: token ids to hidden states after the final layer norm."""

    def __init__(self, layers: int, heads: int, width: int, context: int, vocabulary: int):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(context, width)
        self.h = nn.ModuleList([Block(width, heads) for _ in range(layers)])
        self.ln_f = nn.LayerNorm(width)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                # What is added to the residual stream begins smaller, the more layers add to it.
                into_stream = name.endswith(("proj.weight", "fc2.weight"))
                nn.init.normal_(parameter, 0, 0.02 / (math.sqrt(2 * layers) if into_stream else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """ids, positions (B, T) to (B, T, D)."""
        T = ids.shape[1]
        mask = torch.full((T, T), -1e9, device=ids.device, dtype=torch.bfloat16).triu(1)
        x = self.wte(ids) + self.wpe(positions)
        for block in self.h:
            x = block(x, mask)
        return self.ln_f(x)
