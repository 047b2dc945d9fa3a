import type {Generation} from '../../../engine/parameters/registry.ts';
import {BUNDLED_ID, repoOf} from '../../../protocol/values/models.ts';
import {spell} from '../../../protocol/values/spell.ts';
import {generateCall} from '../../../ui/python/generate.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {turnOf} from '../../prompt/chat.ts';
import {type PromptState, wholeText} from '../../prompt/prompt.ts';

interface Question {
	prompt: PromptState;
	generation: Generation;
	/** The model's name: a folder, or an id of the Hugging Face Hub. */
	model: string;
	/** The commit of the Hub that answered. */
	revision?: string;
	/** How many classes are listed. */
	limit: number;
}

/**
 * Where Python finds the model. The one that the extension carries is not on the Hub, and an installed extension has its
 * weights as int8, which transformers does not read: its checkpoint is in the source code.
 */
const placeOf = (model: string) =>
	model === BUNDLED_ID
		? `name = "models/${BUNDLED_ID}"  # a folder in the source code of Next-Token Lens; give its path from where you are`
		: `name = ${pythonLiteral(repoOf(model))}  # an id of the Hub, or the folder with the checkpoint`;

/**
 * The same question for Hugging Face transformers, to paste into Python: the classes, then the continuation. Weights are
 * float32 there, so a logit can differ in its second decimal from the int8 ones here.
 */
export function toPython({prompt, generation, model, revision, limit}: Question): string {
	const {text, appended, addSpecialTokens = true} = prompt;
	const pinned = revision === undefined ? '' : `, revision=${pythonLiteral(revision)}`;
	const turn = turnOf(prompt);
	const first =
		turn !== null
			? `ids = tokenizer.apply_chat_template([{"role": "user", "content": ${pythonLiteral(turn)}}], add_generation_prompt=True, return_dict=True, return_tensors="pt")["input_ids"]`
			: text === ''
				? 'start = model.generation_config.bos_token_id\nids = torch.tensor([[tokenizer.eos_token_id if start is None else start]])'
				: `ids = tokenizer(${pythonLiteral(text)}, add_special_tokens=${addSpecialTokens ? 'True' : 'False'}, return_tensors="pt").input_ids`;
	const call = generateCall(generation, spell(appended));
	const lines = [
		'# pip install torch transformers',
		'import torch',
		`from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig${call.imports.map(name => `, ${name}`).join('')}`,
		'',
		`# ${commented(wholeText(prompt))}`,
		placeOf(model),
		`tokenizer = AutoTokenizer.from_pretrained(name${pinned})`,
		`model = AutoModelForCausalLM.from_pretrained(name${pinned}).float()`,
		first,
	];
	if (appended.length > 0) {
		lines.push(`ids = torch.cat([ids, torch.tensor([[${appended.map(({id}) => id).join(', ')}]])], dim=1)`);
	}
	lines.push(
		'context = model.config.max_position_embeddings',
		'',
		'# Which class comes next?',
		'with torch.no_grad():',
		'    logits = model(ids[:, -context:]).logits[0, -1]',
		'',
		`top = logits.softmax(-1).topk(${limit})`,
		'for rank, (probability, token) in enumerate(zip(top.values.tolist(), top.indices.tolist()), 1):',
		'    print(rank, repr(tokenizer.decode([token])), f"{logits[token]:.2f}", f"{probability:.3%}")',
		'',
		'# The continuation',
	);
	for (const note of call.notes) lines.push(`# ${note}`);
	if (generation.doSample) lines.push(`_ = torch.manual_seed(${generation.seed})`);
	lines.push(...call.lines);
	lines.push(
		'# The repository may suggest settings of its own; only those below apply.',
		'model.generation_config = GenerationConfig(eos_token_id=model.generation_config.eos_token_id, pad_token_id=tokenizer.eos_token_id)',
		`ids = ids[:, -(context - ${generation.maxNewTokens}):]`,
		`output = model.generate(ids, attention_mask=torch.ones_like(ids), ${call.arguments.join(', ')})`,
		'for sequence in output:',
		'    print(repr(tokenizer.decode(sequence[ids.shape[1]:], clean_up_tokenization_spaces=False)))',
		'',
		'',
	);
	return lines.join('\n');
}

/** A text in one line of a comment; nothing in it ends the line. */
const commented = (text: string) => JSON.stringify(text.length > 60 ? `…${text.slice(-60)}` : text);
