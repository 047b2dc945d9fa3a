/** A chat template as a tokenizer's files have it. */
export interface WrittenTemplate {
	/** In Jinja. */
	source: string;
	/** `bos_token`, `eos_token` and the others that it may name. */
	tokens: Readonly<Record<string, string>>;
}

/**
 * The template of a tokenizer; null where it has none.
 * @param config contents of `tokenizer_config.json`. Of several templates, the one named `default` counts.
 */
export function writtenTemplate(config: unknown): WrittenTemplate | null {
	const fields = (config ?? {}) as Record<string, unknown>;
	const {chat_template: given} = fields;
	const source = Array.isArray(given) ? given.find(one => one?.name === 'default')?.template : given;
	if (typeof source !== 'string' || source.trim() === '') return null;
	const tokens = Object.entries(fields).flatMap(([name, value]) => {
		const text = typeof value === 'object' && value !== null ? (value as {content?: unknown}).content : value;
		return name.endsWith('_token') && typeof text === 'string' ? [[name, text] as const] : [];
	});
	return {source, tokens: Object.fromEntries(tokens)};
}
