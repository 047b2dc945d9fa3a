import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import {asJson, isObject, kindOf, type Part, stepsOf, unsupported} from './file-parts.ts';

/**
 * The tokens that a tokenizer adds before a text (`add_special_tokens` of Hugging Face): by the template of its
 * `post_processor`, or by `add_bos_token` of its configuration.
 * @param post contents of `post_processor`.
 * @param config contents of `tokenizer_config.json`.
 * @param idOf token id of a special token; undefined for one that is not there.
 * @throws EngineError `bad-model` where it adds tokens after a text, which would end it, or in a way that is not known.
 */
export function beginningOf(post: unknown, config: unknown, idOf: (token: string) => number | undefined): number[] {
	const {
		add_bos_token: wanted,
		add_eos_token: ends,
		tokenizer_class: kind,
		bos_token: bos,
	} = isObject(config) ? config : {};
	if (ends === true) unsupported(refuse('tokenizer-adds-end'));
	const named = isObject(bos) ? bos.content : bos;
	const first = typeof named === 'string' ? idOf(named) : undefined;
	const templated = stepsOf(post, 'processors').flatMap(step => addedBy(step, idOf));
	if (wanted === false) return templated.filter(id => id !== first);
	// Hugging Face's own tokenizer of GPT-2 heeds its template alone.
	const isGpt2 = typeof kind === 'string' && kind.startsWith('GPT2');
	return wanted === true && templated.length === 0 && first !== undefined && !isGpt2 ? [first] : templated;
}

function addedBy(step: unknown, idOf: (token: string) => number | undefined): number[] {
	if (!isObject(step)) return unsupported(refuse('tokenizer-post-processor', {kind: kindOf(step)}));
	if (step.type === 'ByteLevel') return [];
	if (step.type !== 'TemplateProcessing' || !Array.isArray(step.single))
		return unsupported(refuse('tokenizer-post-processor', {kind: kindOf(step)}));
	const isText = (part: unknown) => isObject(part) && isObject(part.Sequence);
	const text = step.single.findIndex(isText);
	if (text < 0 || text < step.single.length - 1) unsupported(refuse('tokenizer-adds-end'));
	return step.single.slice(0, text).flatMap(part => idsOf(part, step.special_tokens, idOf));
}

function idsOf(part: unknown, specials: unknown, idOf: (token: string) => number | undefined): number[] {
	const name = isObject(part) && isObject(part.SpecialToken) ? String(part.SpecialToken.id) : asJson(part);
	const special = isObject(specials) && Object.hasOwn(specials, name) ? (specials[name] as Part | null) : null;
	const tokens = special && Array.isArray(special.tokens) ? special.tokens : [name];
	return tokens.map(token => {
		const id = idOf(String(token));
		if (id !== undefined) return id;
		throw new EngineError('bad-model', [
			refuse('tokenizer-no-special', {token: String(token)}),
			refuse('tokenizer-again'),
		]);
	});
}
