import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {influenceInPython} from '../../../../src/features/walkthrough/influence/python.ts';
import {labelsInPython} from '../../../../src/features/walkthrough/labels/python.ts';
import {offHooksInPython} from '../../../../src/features/walkthrough/shared/python.ts';
import {PYTHON, printedBy} from '../../../helpers/python.ts';

/** The Python below a figure asks what the figure asks. */

const lines = (code: string) => code.split('\n');

test('the classification has the task’s template, examples, labels and calibration', () => {
	const task = {
		labels: ['good', 'so "so"'],
		template: 'Review: {text}\nThe film was ',
		examples: [{text: 'A joy.', label: 'good'}],
		contentFree: 'N/A',
	};
	const code = lines(labelsInPython(task, 'Dull', 'openai-community/gpt2'));
	expect(code).toContain('name = "openai-community/gpt2"');
	// As the engine fills it: no space at the template's end, and the label brings one.
	expect(code).toContain('template = "Review: A joy.\\nThe film was good\\n\\nReview: {text}\\nThe film was"');
	expect(code).toContain('labels = [" good", " so \\"so\\""]');
	expect(code).toContain('scores -= torch.tensor([score("N/A", label) for label in labels])  # calibrated');
	const plain = labelsInPython({...task, template: '{text}\n', contentFree: null}, 'Dull', null);
	expect(lines(plain)).toContain('labels = ["good", "so \\"so\\""]');
	// A label has what it has behind its prompt: no beginning of a text, no space of its own.
	expect(plain).toContain('length, ids = len(tokenizer(prompt).input_ids), tokenizer(prompt + label).input_ids');
	expect(plain).not.toContain('scores -=');
});

const question = {text: 'He left.', unit: 'token', replacement: '', chosen: 5, against: null} as const;

test('occlusion takes out what is taken out here, and puts in its place what is put there', () => {
	const tokens = lines(influenceInPython(question, null));
	expect(tokens).toContain('    new = ""');
	expect(tokens).toContain('    return (log_probs[chosen]).item()');
	// What the tokenizer puts before a text stays there, once.
	expect(tokens).toContain('ids = tokenizer(text, add_special_tokens=False).input_ids');
	expect(tokens.at(-1)).toContain(
		'score(begin + ids[:i] + tokenizer(new, add_special_tokens=False).input_ids + ids[i + 1:])',
	);
	const words = lines(influenceInPython({...question, unit: 'word', replacement: '_', against: 7}, null));
	expect(words).toContain('    new = piece[:len(piece) - len(piece.lstrip())] + "_"');
	expect(words).toContain('against = 7');
	expect(words).toContain('    return (log_probs[chosen] - log_probs[against]).item()');
	expect(words[0]).toBe('import re');
});

/** The names of a checkpoint's tensors, as transformers wrote them. */
function tensorsOf(folder: string): string[] {
	const file = readFileSync(`test/goldens/families/${folder}/model.safetensors`);
	const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString());
	return Object.keys(header).filter(name => name !== '__metadata__');
}

/** Modules of those names, which say where a hook is put: `>` before, `<` after. */
const MODULES = `import json, types
class Module:
    def __init__(self, path): self.path = path
    def __iter__(self): return (child for name, child in sorted(vars(self).items()) if name.isdigit())
    def register_forward_pre_hook(self, hook): hooks.append("> " + self.path)
    def register_forward_hook(self, hook): hooks.append("< " + self.path)

def model_of(tensors):
    model = Module("")
    for tensor in tensors:
        at = model
        for name in tensor.split(".")[:-1]:
            if not hasattr(at, name): setattr(at, name, Module((at.path + "." + name).lstrip(".")))
            at = getattr(at, name)
    model.config = types.SimpleNamespace(hidden_size=8, num_attention_heads=2)
    return model
`;

test.skipIf(!PYTHON)(
	'hooks that switch parts off are where every family has those parts, by the names of its checkpoints',
	() => {
		const GPT2 = [0, 1].flatMap(b => [`transformer.h.${b}.attn.c_proj.weight`, `transformer.h.${b}.mlp.c_fc.weight`]);
		const LLAMA = [
			'> model.layers.0.self_attn.o_proj',
			'< model.layers.1.self_attn',
			'< model.layers.0.mlp',
			'model.norm',
		];
		const FAMILIES: [tensors: string[], hooks: string[]][] = [
			[
				[...GPT2, 'transformer.ln_f.weight'],
				['> transformer.h.0.attn.c_proj', '< transformer.h.1.attn', '< transformer.h.0.mlp', 'transformer.ln_f'],
			],
			[
				tensorsOf('gptneo-local32'),
				[
					'> transformer.h.0.attn.attention.out_proj',
					'< transformer.h.1.attn.attention',
					'< transformer.h.0.mlp',
					'transformer.ln_f',
				],
			],
			[
				tensorsOf('neox-parallel-f16'),
				[
					'> gpt_neox.layers.0.attention.dense',
					'< gpt_neox.layers.1.attention',
					'< gpt_neox.layers.0.mlp',
					'gpt_neox.final_layer_norm',
				],
			],
			[
				tensorsOf('opt-prenorm'),
				[
					'> model.decoder.layers.0.self_attn.out_proj',
					'< model.decoder.layers.1.self_attn',
					'< model.decoder.layers.0.fc2',
					'model.decoder.final_layer_norm',
				],
			],
			[
				tensorsOf('gemma3-sliding32'),
				[
					'> model.layers.0.self_attn.o_proj',
					'< model.layers.1.post_attention_layernorm',
					'< model.layers.0.post_feedforward_layernorm',
					'model.norm',
				],
			],
			...['llama-gqa-untied', 'mistral-sliding32', 'qwen2-tied', 'qwen3-headdim32'].map(
				(folder): [string[], string[]] => [tensorsOf(folder), LLAMA],
			),
		];
		const off = [
			{block: 0, part: 1},
			{block: 1, part: 'attention'},
			{block: 0, part: 'mlp'},
		] as const;
		const code = [
			MODULES,
			`code = ${JSON.stringify(offHooksInPython(off, 'zero'))}`,
			`for tensors in json.loads(${JSON.stringify(JSON.stringify(FAMILIES.map(([tensors]) => tensors)))}):`,
			'    hooks, found = [], {"model": model_of(tensors)}',
			'    exec(code, found)',
			'    print(json.dumps([*hooks, found["last_norm"].path]))',
		];
		const found = printedBy(PYTHON!, code.join('\n')).trim().split('\n');
		expect(found.map(line => JSON.parse(line))).toEqual(FAMILIES.map(([, hooks]) => hooks));
	},
);
