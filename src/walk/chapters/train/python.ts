import {pythonLiteral} from '../../../ui/python.ts';
import {PIECES, SHAPE} from '../../../workbench/shape.ts';
import type {Lesson} from './training.ts';

/** The same training in PyTorch. Its random numbers are others, so its losses agree only about. */
export const trainingInPython = ({text, seed, learningRate}: Lesson): string => `import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.manual_seed(${seed})
text = torch.tensor(list(${pythonLiteral(text)}.encode()))
kept_back = text[len(text) - len(text) // 10:]
text = text[:len(text) - len(text) // 10]

config = GPT2Config(vocab_size=${SHAPE.vocabSize}, n_positions=${SHAPE.contextLength}, n_embd=${SHAPE.width}, n_layer=${SHAPE.layers}, n_head=${SHAPE.heads},
                    bos_token_id=256, eos_token_id=256, initializer_range=${SHAPE.width} ** -0.5,
                    resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0)
model = GPT2LMHeadModel(config)
torch.nn.init.normal_(model.transformer.wte.weight, std=0.1)
torch.nn.init.normal_(model.transformer.wpe.weight, std=0.02)
optimizer = torch.optim.Adam(model.parameters(), lr=${learningRate}, betas=(0.9, 0.99), eps=1e-8)

def loss_of(pieces):                         # all positions at once, in nats a byte
    logits = model(pieces[:, :-1]).logits
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), pieces[:, 1:].flatten())

for step in range(1, 1001):
    begins = torch.randint(len(text) - ${SHAPE.contextLength}, (${PIECES},))
    loss = loss_of(torch.stack([text[b:b + ${SHAPE.contextLength + 1}] for b in begins]))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        with torch.no_grad():
            kept = loss_of(kept_back[:${SHAPE.contextLength + 1}][None])
        print(step, loss.item() / 0.6931, kept.item() / 0.6931)  # in bits`;
