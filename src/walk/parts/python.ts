import {BUNDLED_ID, repoOf} from '../../protocol/library.ts';
import {pythonLiteral} from '../../ui/python.ts';

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

/** A revision other than the newest is part of a model's name. */
const pinned = (model: string | null) => {
	const revision = model?.split('@')[1];
	return revision === undefined ? '' : `, revision=${pythonLiteral(revision)}`;
};

const nameOf = (model: string | null) =>
	model === null || model === BUNDLED_ID
		? `name = "gpt2"  # or the folder models/${BUNDLED_ID} of Next-Token Lens, for the numbers on this page`
		: `name = ${pythonLiteral(repoOf(model))}`;
