import type {Fill, Part} from '../../../protocol/values/changes.ts';
import {BUNDLED_ID, repoOf} from '../../../protocol/values/models.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';

/**
 * The lines that open a model with Hugging Face transformers: the one that answers here, or GPT-2's smallest in place of the
 * one that the extension carries, which is not on the Hub.
 * @param model the id of the model that answers; null while it is not known.
 */
export const loadInPython = (
	model: string | null,
	options = '',
) => `from transformers import AutoModelForCausalLM, AutoTokenizer

${nameOf(model)}
tokenizer = AutoTokenizer.from_pretrained(name${pinned(model)})
model = AutoModelForCausalLM.from_pretrained(name${pinned(model)}${options})`;

/** The same for the tokenizer alone. */
export const loadTokenizerInPython = (model: string | null) => `from transformers import AutoTokenizer

${nameOf(model)}
tokenizer = AutoTokenizer.from_pretrained(name${pinned(model)})`;

/** The same lines with a tokenizer that puts nothing before a text. */
export const bareInPython = (code: string) => code.replace(/^tokenizer = AutoTokenizer.*$/m, `$&\n${BARE}`);

const BARE = `class Bare(type(tokenizer)):  # puts nothing before a text
    def __call__(self, *texts, **how): return super().__call__(*texts, **{"add_special_tokens": False, **how})
tokenizer.__class__ = Bare`;

/** A revision other than the newest is part of a model's name. */
const pinned = (model: string | null) => {
	const revision = model?.split('@')[1];
	return revision === undefined ? '' : `, revision=${pythonLiteral(revision)}`;
};

const nameOf = (model: string | null) =>
	model === null || model === BUNDLED_ID
		? `name = "gpt2"  # or the folder models/${BUNDLED_ID} of Next-Token Lens, for the numbers on this page`
		: `name = ${pythonLiteral(repoOf(model))}`;

/** Finds the blocks of a model and its last norm, which every family has under names of its own. */
export const BODY_IN_PYTHON = `def named(module, *names):
    return next(getattr(module, name) for name in names if hasattr(module, name))

# GPT-2 and GPT-Neo, GPT-NeoX, Llama and its kin, Gemma 3, OPT
body = named(model, "transformer", "gpt_neox", "model")
body = getattr(body, "decoder", body)
blocks = list(named(body, "h", "layers"))
last_norm = named(body, "ln_f", "final_layer_norm", "norm")`;

/** Finds what the heads of every block go into, and the modules whose output is added to the residual stream. */
const PARTS_IN_PYTHON = `attention = [named(b, "attn", "self_attn", "attention") for b in blocks]
attention = [getattr(a, "attention", a) for a in attention]   # GPT-Neo's is one further in
projection = [named(a, "c_proj", "o_proj", "out_proj", "dense") for a in attention]
mlp = [named(b, "mlp", "fc2") for b in blocks]
if hasattr(blocks[0], "post_feedforward_layernorm"):          # Gemma 3 adds a norm of either
    attention = [b.post_attention_layernorm for b in blocks]
    mlp = [b.post_feedforward_layernorm for b in blocks]`;

/**
 * Switches parts off by hooks of PyTorch, where blocks and heads count from 0. It needs `torch`, `model`, and for means the text's `ids`.
 */
export function offHooksInPython(off: readonly Part[], fill: Fill): string {
	const heads = off.flatMap(({block, part}) => (typeof part === 'number' ? [`(${block}, ${part})`] : []));
	const whole = off.flatMap(({block, part}) => (typeof part === 'string' ? [`(${block}, "${part}")`] : []));
	const isMean = fill === 'mean';
	return [
		`heads = [${heads.join(', ')}]  # (block, head)`,
		`parts = [${whole.join(', ')}]  # (block, "attention" or "mlp")`,
		'',
		BODY_IN_PYTHON,
		PARTS_IN_PYTHON,
		'size = getattr(model.config, "head_dim", None) or model.config.hidden_size // model.config.num_attention_heads',
		'first = lambda output: output[0] if isinstance(output, tuple) else output',
		'',
		...(isMean
			? [
					'means = {}  # over the positions, in the body as it is',
					'def keep_input(module, args): means[module] = args[0].mean(-2, keepdim=True)',
					'def keep_output(module, args, output): means[module] = first(output).mean(-2, keepdim=True)',
					'keeping = [p.register_forward_pre_hook(keep_input) for p in projection]',
					'keeping += [m.register_forward_hook(keep_output) for m in attention + mlp]',
					'with torch.no_grad(): model(ids)',
					'for hook in keeping: hook.remove()',
					'',
				]
			: []),
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
		'for block, part in parts: (attention if part == "attention" else mlp)[block].register_forward_hook(part_off)',
	].join('\n');
}
