#!/usr/bin/env python3
"""Train a small GPT-2 on the shards of prepare.mjs: train.py DATA OUT [key=value ...]; the keys are those of SETTINGS."""

import os
import sys
import time

import torch
import torch.nn.functional as F

from data import Windows
from model import GPT2
from muon import Muon

SETTINGS = dict(
    n_layer=6,
    n_head=4,
    n_embd=256,
    n_ctx=1024,
    vocab=50257,
    seq=256,  # tokens of a window
    batch=32,  # windows of a step
    minutes=90.0,
    lr=3e-3,  # AdamW: embeddings, norms, biases
    mlr=0.02,  # Muon: matrices
    wd=0.05,  # weight decay of the matrices
    warm=200,  # steps until the rate is whole
    decay_from=0.0,  # share of the time after which the rate falls to 2 % of itself
    h2=0.6,  # share of the time after which the loss runs over 20,480 classes
    full_from=0.93,  # and over all of them
    eval_every=300,
    seed=1,
    threads=2,
    compile=0,
    resume="",
)


def settings(arguments: list[str]) -> dict:
    chosen = dict(SETTINGS)
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key not in chosen or value == "":
            sys.exit(f"{argument!r} is no setting. There are: {', '.join(chosen)}; write key=value.")
        chosen[key] = type(chosen[key])(value)
    return chosen


class Trainer:
    def __init__(self, data: str, out: str, cfg: dict):
        self.cfg, self.out = cfg, out
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(cfg["seed"])
        torch.set_num_threads(cfg["threads"])
        self.model = GPT2(cfg["n_layer"], cfg["n_head"], cfg["n_embd"], cfg["n_ctx"], cfg["vocab"]).to(self.device)
        self.step = self.start = 0
        self.spent = 0.0
        matrices = [p for name, p in self.model.named_parameters() if p.dim() == 2 and name.startswith("h.")]
        vectors = [p for p in self.model.parameters() if p.dim() < 2]
        embeddings = [self.model.wte.weight, self.model.wpe.weight]
        adam = [dict(params=group, weight_decay=0.0, base=cfg["lr"]) for group in (embeddings, vectors)]
        self.optimizers = [
            torch.optim.AdamW(adam, betas=(0.9, 0.95), eps=1e-8),
            Muon([dict(params=matrices, base=cfg["mlr"], weight_decay=cfg["wd"])]),
        ]
        if cfg["resume"]:
            self.load(cfg["resume"])
        self.windows = Windows(data, cfg["vocab"], cfg["n_ctx"], cfg["seed"] + self.start)
        self.stages = [(0.0, 8192), (cfg["h2"], 20480), (cfg["full_from"], cfg["vocab"])]
        self.heads: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self.loss = torch.compile(self.plain_loss) if cfg["compile"] else self.plain_loss

    def head(self, classes: int) -> tuple[torch.Tensor, torch.Tensor]:
        """For the most frequent classes: where each id is among them (-100 where it is not), and their ids."""
        if classes not in self.heads:
            kept = torch.from_numpy(self.windows.by_frequency[:classes].copy())
            place = torch.full((self.cfg["vocab"],), -100)
            place[kept] = torch.arange(classes)
            self.heads[classes] = (place.to(self.device), kept.to(self.device))
        return self.heads[classes]

    def plain_loss(self, ids, targets, positions, classes: int):
        with torch.autocast(self.device, dtype=torch.bfloat16):
            hidden = self.model(ids, positions).reshape(-1, self.cfg["n_embd"])
            weight, target = self.model.wte.weight, targets.reshape(-1)
            if classes < self.cfg["vocab"]:
                place, kept = self.head(classes)
                weight, target = weight[kept], place[target]
            logits = F.linear(hidden, weight)
        return F.cross_entropy(logits.float(), target, ignore_index=-100)

    @torch.no_grad()
    def evaluate(self) -> float:
        """Loss over all classes on 64 held-out windows, nats a token."""
        parts = [tensor.split(16) for tensor in self.windows.batch("val", 64, self.cfg["seq"], self.device)]
        losses = [self.loss(*part, self.cfg["vocab"]).item() for part in zip(*parts)]
        return sum(losses) / len(losses)

    def rate(self, share: float) -> float:
        """The rate's part of its base, after this share of the time."""
        warm = min(1, (self.step - self.start + 1) / self.cfg["warm"])
        left = self.cfg["decay_from"]
        return warm * (1 if share < left else max(0.02, 1 - (share - left) / (1 - left)))

    def train(self):
        cfg = self.cfg
        began = time.time()
        total = cfg["minutes"] * 60
        tokens, average, saved = 0, None, False
        with open(f"{self.out}/log.txt", "a", encoding="utf-8") as log:

            def say(line: str):
                print(line, flush=True)
                print(line, file=log, flush=True)

            while (share := (time.time() - began) / total) < 1:
                if share >= cfg["decay_from"] and not saved:
                    saved = True
                    self.save("predecay.pt", time.time() - began)
                for optimizer in self.optimizers:
                    for group in optimizer.param_groups:
                        group["lr"] = self.rate(share) * group["base"]
                classes = [n for since, n in self.stages if share >= since][-1]
                ids, targets, positions = self.windows.batch("train", cfg["batch"], cfg["seq"], self.device)
                loss = self.loss(ids, targets, positions, classes)
                for optimizer in self.optimizers:
                    optimizer.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                for optimizer in self.optimizers:
                    optimizer.step()
                self.step += 1
                tokens += ids.numel()
                average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
                if self.step % 50 == 0:
                    seconds = time.time() - began
                    say(
                        f"step {self.step} {seconds / 60:.1f} min loss {average:.3f} over {classes} classes,"
                        f" {tokens / seconds:.0f} tokens/s"
                    )
                if self.step % cfg["eval_every"] == 0:
                    say(f"  validation loss {self.evaluate():.4f}")
                    self.save("latest.pt", time.time() - began)
            say(f"validation loss {self.evaluate():.4f} after {tokens} tokens")
        self.save("final.pt", time.time() - began)

    def save(self, name: str, seconds: float):
        state = dict(
            model=self.model.state_dict(),
            optimizers=[optimizer.state_dict() for optimizer in self.optimizers],
            step=self.step,
            spent=self.spent + seconds,
            cfg=self.cfg,
        )
        torch.save(state, f"{self.out}/{name}")

    def load(self, path: str):
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        self.step = self.start = state["step"]
        self.spent = state["spent"]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    Trainer(sys.argv[1], sys.argv[2], settings(sys.argv[3:])).train()
