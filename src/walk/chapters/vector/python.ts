import type {ModelInfo} from '../../../protocol/engine.ts';
import type {Fill, Part} from '../../../protocol/intervention.ts';
import {pythonLiteral} from '../../../ui/python.ts';
import {loadInPython} from '../../parts/python.ts';
import type {Looked} from './chosen.ts';

/** The lens, and one head's attention. */
export const lensInPython = (text: string, info: ModelInfo | null, looked: Looked) => `import torch
${loadInPython(info?.id ?? null, ', attn_implementation="eager"')}
ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids
out = model(ids, output_hidden_states=True, output_attentions=True)

for block, h in enumerate(out.hidden_states[:-1]):   # (1, tokens, n) each: ${info?.hiddenSize ?? 768} numbers here
    logits = model.lm_head(model.transformer.ln_f(h))  # the logit lens
    print(block, [tokenizer.decode(i) for i in logits[0].argmax(-1)])
print([tokenizer.decode(i) for i in out.logits[0].argmax(-1)])   # after the last block
print(out.attentions[${looked.block - 1}][0, ${looked.head - 1}])   # block ${looked.block}, head ${looked.head}: (tokens, tokens)`;

/** Parts that are off, by hooks of PyTorch; there blocks and heads count from 0. */
export function offInPython(text: string, info: ModelInfo | null, off: readonly Part[], fill: Fill): string {
	const heads = off.flatMap(({block, part}) => (typeof part === 'number' ? [`(${block}, ${part})`] : []));
	const whole = off.flatMap(({block, part}) => (typeof part === 'string' ? [`(${block}, "${part}")`] : []));
	const isMean = fill === 'mean';
	return [
		'import torch',
		loadInPython(info?.id ?? null),
		`ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids`,
		`heads = [${heads.join(', ')}]  # (block, head)`,
		`parts = [${whole.join(', ')}]  # (block, "attention" or "mlp")`,
		'',
		'blocks = model.transformer.h if hasattr(model, "transformer") else model.model.layers',
		'attention = [b.attn if hasattr(b, "attn") else b.self_attn for b in blocks]',
		'projection = [a.c_proj if hasattr(a, "c_proj") else a.o_proj for a in attention]',
		'size = getattr(model.config, "head_dim", None) or model.config.hidden_size // model.config.num_attention_heads',
		'first = lambda output: output[0] if isinstance(output, tuple) else output',
		'',
		'def last_logits():',
		'    with torch.no_grad():',
		'        return model(ids).logits[0, -1]',
		'',
		...(isMean
			? [
					'means = {}  # over the positions, in the body as it is',
					'def keep_input(module, args): means[module] = args[0].mean(1, keepdim=True)',
					'def keep_output(module, args, output): means[module] = first(output).mean(1, keepdim=True)',
					'keeping = [p.register_forward_pre_hook(keep_input) for p in projection]',
					'keeping += [m.register_forward_hook(keep_output) for b, a in zip(blocks, attention) for m in (a, b.mlp)]',
					'before = last_logits()',
					'for hook in keeping: hook.remove()',
				]
			: ['before = last_logits()']),
		'',
		'def head_off(head):',
		'    def hook(module, args):  # before the projection, where the heads lie side by side',
		'        z, part = args[0].clone(), slice(head * size, (head + 1) * size)',
		`        z[..., part] = ${isMean ? 'means[module][..., part]' : '0'}`,
		'        return (z,)',
		'    return hook',
		'',
		'def part_off(module, args, output):',
		`    y = ${isMean ? 'means[module].expand_as(first(output))' : 'torch.zeros_like(first(output))'}`,
		'    return (y, *output[1:]) if isinstance(output, tuple) else y',
		'',
		'for block, head in heads: projection[block].register_forward_pre_hook(head_off(head))',
		'for block, part in parts:',
		'    module = attention[block] if part == "attention" else blocks[block].mlp',
		'    module.register_forward_hook(part_off)',
		'after = last_logits()',
		'for name, logits in (("before", before), ("after", after)):',
		'    best = logits.softmax(-1).topk(7)',
		'    print(name, [(tokenizer.decode(i), round(p.item(), 4)) for p, i in zip(*best)])',
	].join('\n');
}
