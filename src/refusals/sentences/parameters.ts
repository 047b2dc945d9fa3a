/** Parameters of generation: alone, and where they do not go together. `{@topK}` is the name of a setting. */
export const PARAMETERS = {
	'parameter-whole-range': '{parameter} must be a whole number from {min} to {max}, but is {value}.',
	'parameter-range': '{parameter} must be a number from {min} to {max}, but is {value}.',
	'parameter-switch': '{parameter} must be true or false, but is {value}.',
	'parameter-choice': '{parameter} must be {choices}, but is {value}.',
	'parameter-texts': '{parameter} must be a list of texts, but is {value}.',
	'parameter-many-texts': '{parameter} takes at most {most} texts.',
	'parameter-empty-text': '{parameter} has an empty text. Remove it, or write what it should be.',
	'parameter-long-text': 'A text in {parameter} is longer than {most} characters.',
	'advice-off-0': '0 turns it off.',
	'advice-off-1': '1 turns it off.',
	'advice-time': 'Seconds; 0 turns it off.',
	'advice-top-p': '1 turns it off; 0 keeps only the most probable class.',
	'advice-temperature': 'For the most probable class every time, turn sampling off instead.',
	'advice-beams': '1 turns beam search off.',
	'advice-contrastive': '0 turns contrastive search off.',
	'advice-speculative': '0 turns speculative decoding off.',
	'greedy-one':
		'Greedy search gives one continuation: every further one would be the same. Set {@numReturnSequences} to 1, turn sampling on, or use more beams.',
	'contrastive-one': 'Contrastive search gives one continuation. Set {@numReturnSequences} to 1.',
	'speculative-one': 'Speculative decoding gives one continuation. Set {@numReturnSequences} to 1.',
	'beams-return':
		'Beam search can return at most as many continuations as it has beams. Lower {@numReturnSequences}, or raise {@numBeams}.',
	'two-drafts':
		'Either the text so far drafts, or a smaller model, but not both. Set {@numAssistantTokens} or {@promptLookupNumTokens} to 0.',
	'speculative-beams':
		'Speculative decoding works on one sequence, not on beams. Set {@numBeams} to 1, or draft no tokens.',
	'contrastive-draft': 'Contrastive search chooses without a draft. Set {@penaltyAlpha} to 0, or draft no tokens.',
	'contrastive-alone':
		'Contrastive search chooses without sampling or beams. Turn those off, or set {@penaltyAlpha} to 0.',
	'contrastive-top-k':
		'Contrastive search compares that many candidates: set {@topK} to at least 2 (4 is usual), at most {most}.',
	'diverse-sampling': 'Diverse beam search chooses without sampling. Turn sampling off, or set {@numBeamGroups} to 1.',
	'diverse-penalty':
		'Groups of beams with {@diversityPenalty} at 0 would all find the same texts. Set it above 0, or {@numBeamGroups} to 1.',
	'length-order': '{@minNewTokens} is larger than {@maxNewTokens}. Lower it, or allow more tokens.',
	'groups-divide': '{@numBeamGroups} must divide {@numBeams}, so that every group has the same number of beams.',
	'penalty-groups':
		'{@diversityPenalty} compares groups of beams: set {@numBeamGroups} to at least 2, or {@diversityPenalty} to 0.',
	'bad-words-ids': '{@badWords} must hold words of token ids from 0 to {last}, but one is {word}.',
	'bad-words-all': '{@badWords} bans every one of the {size} classes, so that nothing could be chosen. Allow some.',
	'bad-words-left': '{@badWords} bans every class that is left here. Allow some.',
	'no-assistant': '{@numAssistantTokens} is above 0, but there is no assistant model to draft.',
	'assistant-classes':
		'The assistant model has {theirs} classes with the end of text at {theirEnd}, the model {ours} and {ourEnd}: a draft means nothing to it. Choose an assistant with its tokenizer.',
	'assistant-prompt': 'The assistant model has read another prompt than the model.',
	'draft-tokenizer':
		'{draft} cannot draft for {model}: their tokenizers differ, so that a token of one means nothing to the other. Choose a draft model with the same tokenizer.',
	'contrastive-hidden':
		'{@penaltyAlpha} above 0 (contrastive search) needs the hidden states of the prompt, and it was read without them.',
	'rows-memory':
		'{parameter} {rows} x {tokens} new tokens would take {needed} MiB of memory, more than the {allowed} MiB allowed. Lower {parameter} or {@maxNewTokens}.',
	'out-of-memory':
		'The model needs more memory than the browser gives it. Close other tabs, or ask for fewer or shorter continuations.',
} as const;
