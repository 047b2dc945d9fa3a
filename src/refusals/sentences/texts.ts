/** Texts, prompts, and what is asked of them. */
export const TEXTS = {
	'prompt-empty': 'A prompt needs at least one token; start an empty one from <|endoftext|>.',
	'text-empty': 'A text needs at least one token to be looked at.',
	'passage-empty': 'The passage is empty. Select some text.',
	'passage-empty-type': 'The passage is empty. Write some text.',
	'passage-single': 'The passage is a single token, and nothing comes before it. Select more.',
	'no-start-of-text': 'This model has no token that an empty text starts from. Type something first.',
	'too-long': '{length} tokens do not fit into the model’s context of {context}. Shorten the text.',
	'prompt-too-long':
		'The prompt has {length} tokens, {dropped} more than the model’s context of {context}. Shorten it.',
	'text-too-long': 'The text is longer than {most} characters. Select less.',
	'no-room-for-prompt':
		'{reserve} new tokens leave no room for a prompt in a context of {context}. Ask for at most {most}.',
	'stride-range': 'The stride must be a whole number from 1 to {most}, but is {stride}.',
	'class-missing': 'There is no class {id}: the model has {size}.',
	'class-id-missing': 'There is no class with the id {id}; the vocabulary has {size}.',
	'token-missing': 'There is no token with the id {id}; the vocabulary has {size}.',
	'position-missing': 'There is no position {position}; the text has the positions 0 to {last}.',
	'block-missing': 'There is no block {block}; the model has the blocks 0 to {last}.',
	'head-missing': 'There is no head {head} in block {block}: the model has {blocks} blocks of {heads} heads.',
	'targets-count': '{positions} positions need as many targets, but there are {targets}.',
	'label-missing': 'There is no label {label}: there are {count}, counted from 0.',
	'truths-count': 'There are {texts} texts, but {truths} true labels.',
} as const;
