import type {ModelInfo} from '../../../protocol/questions/model.ts';
import type {Fill, Part} from '../../../protocol/values/changes.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {BODY_IN_PYTHON, loadInPython, offHooksInPython} from '../shared/python.ts';
import type {Looked} from './chosen.ts';

/** The lens, and one head's attention. */
export const lensInPython = (text: string, info: ModelInfo | null, looked: Looked) => `import torch
${loadInPython(info?.id ?? null, ', attn_implementation="eager"')}
ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids
out = model(ids, output_hidden_states=True, output_attentions=True)

${BODY_IN_PYTHON}
head = model.get_output_embeddings()

for block, h in enumerate(out.hidden_states[:-1]):   # (1, tokens, n) each: ${info?.hiddenSize ?? 768} numbers here
    logits = head(last_norm(h))  # the logit lens
    print(block, [tokenizer.decode(i) for i in logits[0].argmax(-1)])
print([tokenizer.decode(i) for i in out.logits[0].argmax(-1)])   # after the last block
print(out.attentions[${looked.block - 1}][0, ${looked.head - 1}])   # block ${looked.block}, head ${looked.head}: (tokens, tokens)`;

/** The classes in the whole body, and with parts off. */
export const offInPython = (
	text: string,
	info: ModelInfo | null,
	off: readonly Part[],
	fill: Fill,
): string => `import torch
${loadInPython(info?.id ?? null)}
ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids

def last_logits():
    with torch.no_grad():
        return model(ids).logits[0, -1]

before = last_logits()

${offHooksInPython(off, fill)}

after = last_logits()
for name, logits in (("before", before), ("after", after)):
    best = logits.softmax(-1).topk(7)
    print(name, [(tokenizer.decode(i), round(p.item(), 4)) for p, i in zip(*best)])`;
