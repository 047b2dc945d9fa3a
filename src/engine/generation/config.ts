/**
 * Parameters of generation under their Hugging Face `generate` names (camel case) and with their semantics. A value of
 * "off" is the neutral one: penalties 1 or 0, topK 0, topP 1, ...
 */
export interface GenerationConfig {
	// Length
	maxNewTokens: number;
	/** No `<|endoftext|>` before this many new tokens. 0 = off. */
	minNewTokens: number;
	/** Seconds after which to stop. 0 = off. */
	maxTime: number;
	/** Stop once the continuation contains one of these; found across token borders; none may be empty. */
	stopStrings: readonly string[];

	// Which strategy
	doSample: boolean;
	numReturnSequences: number;
	numBeams: number;
	numBeamGroups: number;
	diversityPenalty: number;
	lengthPenalty: number;
	earlyStopping: boolean | 'never';
	/** Contrastive search when > 0 (with topK candidates). 0 = off. */
	penaltyAlpha: number;
	/** Speculative decoding: tokens drafted per round by the assistant model. 0 = off. */
	numAssistantTokens: number;

	// Logits processors, in the order they are applied
	repetitionPenalty: number;
	/** Subtracted once per earlier occurrence among the generated tokens (OpenAI's definition). */
	frequencyPenalty: number;
	/** Subtracted once from every class already generated (OpenAI's definition). */
	presencePenalty: number;
	noRepeatNgramSize: number;
	/** Token-id sequences that may not be completed. */
	badWordsIds: readonly (readonly number[])[];

	// Warpers, in the order they are applied (only when sampling)
	temperature: number;
	topK: number;
	topP: number;
	minP: number;
	typicalP: number;
	epsilonCutoff: number;
	etaCutoff: number;

	/** Unsigned 32-bit. The same seed gives the same tokens; continuation i has a stream of its own. */
	seed: number;
}
