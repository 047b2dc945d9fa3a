"""Loss, gradients and three steps of Adam of a toy GPT, by PyTorch's own autograd (float64). `python3 make.py > goldens.json`."""
import json
import math
import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
V, T, L, H, D, B = 17, 6, 2, 2, 8, 3

def shapes():
    yield 'wte.weight', (V, D)
    yield 'wpe.weight', (T, D)
    for l in range(L):
        for name, shape in (('ln_1.weight', (D,)), ('ln_1.bias', (D,)), ('attn.c_attn.weight', (D, 3 * D)), ('attn.c_attn.bias', (3 * D,)),
                            ('attn.c_proj.weight', (D, D)), ('attn.c_proj.bias', (D,)), ('ln_2.weight', (D,)), ('ln_2.bias', (D,)),
                            ('mlp.c_fc.weight', (D, 4 * D)), ('mlp.c_fc.bias', (4 * D,)), ('mlp.c_proj.weight', (4 * D, D)), ('mlp.c_proj.bias', (D,))):
            yield f'h.{l}.{name}', shape
    yield 'ln_f.weight', (D,)
    yield 'ln_f.bias', (D,)

# Rounded to float32, so that both begin with the same numbers.
weights = {name: (torch.randn(shape) * 0.3 + (1 if 'ln_' in name and name.endswith('weight') else 0)).float().double() for name, shape in shapes()}
ids = torch.randint(0, V, (B, T))
targets = torch.randint(0, V, (B, T))

def loss_of(w):
    x = w['wte.weight'][ids] + w['wpe.weight'][:T]
    norm = lambda x, name: torch.nn.functional.layer_norm(x, (D,), w[f'{name}.weight'], w[f'{name}.bias'], 1e-5)
    linear = lambda x, name: x @ w[f'{name}.weight'] + w[f'{name}.bias']
    for l in range(L):
        q, k, v = linear(norm(x, f'h.{l}.ln_1'), f'h.{l}.attn.c_attn').split(D, dim=-1)
        heads = lambda y: y.view(B, T, H, D // H).transpose(1, 2)
        scores = heads(q) @ heads(k).transpose(-2, -1) / math.sqrt(D // H)
        scores = scores.masked_fill(torch.triu(torch.ones(T, T, dtype=torch.bool), 1), -math.inf)
        mixed = (scores.softmax(-1) @ heads(v)).transpose(1, 2).reshape(B, T, D)
        x = x + linear(mixed, f'h.{l}.attn.c_proj')
        x = x + linear(torch.nn.functional.gelu(linear(norm(x, f'h.{l}.ln_2'), f'h.{l}.mlp.c_fc'), approximate='tanh'), f'h.{l}.mlp.c_proj')
    logits = norm(x, 'ln_f') @ w['wte.weight'].T
    return torch.nn.functional.cross_entropy(logits.view(-1, V), targets.view(-1))

flat = lambda tensors: [float(f'{x:.8g}') for tensor in tensors for x in tensor.detach().flatten().tolist()]
parameters = {name: torch.nn.Parameter(value.clone()) for name, value in weights.items()}
adam = torch.optim.Adam(parameters.values(), lr=0.01, betas=(0.9, 0.99), eps=1e-8)
losses, gradients = [], None
for step in range(4):
    adam.zero_grad()
    loss = loss_of(parameters)
    losses.append(loss.item())
    if step == 3: break
    loss.backward()
    if gradients is None: gradients = flat(p.grad for p in parameters.values())
    adam.step()
print(json.dumps({'torch': torch.__version__, 'shape': {'vocabSize': V, 'contextLength': T, 'layers': L, 'heads': H, 'width': D}, 'pieces': B,
                  'learningRate': 0.01, 'ids': ids.flatten().tolist(), 'targets': targets.flatten().tolist(), 'weights': flat(weights.values()),
                  'gradients': gradients, 'losses': losses, 'after': flat(parameters.values())}))
