import {pythonLiteral} from '../../../ui/python/python.ts';
import type {Lesson} from './trainer/lesson.ts';
import {PIECES, SHAPE} from './trainer/shape.ts';

/**
 * The same training in PyTorch, the model written out. Its random numbers are others, so its losses agree only about.
 * @param steps how many are done.
 */
export const trainingInPython = ({text, seed, learningRate}: Lesson, steps = 1000): string => `import torch
from torch.nn import Parameter
from torch.nn.functional import cross_entropy, gelu, layer_norm, scaled_dot_product_attention

torch.manual_seed(${seed})
text = torch.tensor(list(${pythonLiteral(text)}.encode()))
kept_back = text[len(text) - len(text) // 10:]
text = text[:len(text) - len(text) // 10]

V, T, L, H, D = ${SHAPE.vocabSize}, ${SHAPE.contextLength}, ${SHAPE.layers}, ${SHAPE.heads}, ${SHAPE.width}   # classes, positions, blocks, heads, dimensions
norm = lambda: (Parameter(torch.ones(D)), Parameter(torch.zeros(D)))
linear = lambda n, m, std=D ** -0.5: (Parameter(torch.randn(n, m) * std), Parameter(torch.zeros(m)))
small = (2 * L * D) ** -0.5                   # for what is added to the vectors, as in GPT-2
tokens = Parameter(torch.randn(V, D) * 0.1)
places = Parameter(torch.randn(T, D) * 0.02)
blocks = [(norm(), linear(D, 3 * D), linear(D, D, small), norm(), linear(D, 4 * D), linear(4 * D, D, small)) for _ in range(L)]
last = norm()
weights = [tokens, places, *last, *(weight for block in blocks for pair in block for weight in pair)]

def logits_of(ids):                          # [pieces, positions] -> [pieces, positions, classes]
    normed = lambda x, p: layer_norm(x, (D,), *p, 1e-5)
    through = lambda x, p: x @ p[0] + p[1]
    heads = lambda y: y.unflatten(-1, (H, D // H)).transpose(1, 2)
    x = tokens[ids] + places[:ids.shape[1]]
    for before, attention, out, between, wide, narrow in blocks:
        q, k, v = map(heads, through(normed(x, before), attention).split(D, -1))
        seen = scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + through(seen.transpose(1, 2).flatten(2), out)
        x = x + through(gelu(through(normed(x, between), wide), approximate="tanh"), narrow)
    return normed(x, last) @ tokens.T

def loss_of(pieces):                         # all positions at once, in nats a byte
    return cross_entropy(logits_of(pieces[:, :-1]).flatten(0, 1), pieces[:, 1:].flatten())

optimizer = torch.optim.Adam(weights, lr=${learningRate}, betas=(0.9, 0.99), eps=1e-8)
for step in range(1, ${steps + 1}):
    begins = torch.randint(len(text) - T, (${PIECES},))
    loss = loss_of(torch.stack([text[b:b + T + 1] for b in begins]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        with torch.no_grad():
            kept = loss_of(kept_back[:T + 1][None])
        print(step, loss.item() / 0.6931, kept.item() / 0.6931)  # in bits`;
