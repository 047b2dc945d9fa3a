/** A checkpoint's files that cannot be read, one sentence for each fault. */
export const FILES = {
	'file-missing': '{file} is missing. Get all the files of the checkpoint.',
	'file-not-json': '{file} is not JSON. Get the file again.',
	'tokenizer-missing':
		'The tokenizer is missing: neither tokenizer.json nor vocab.json with merges.txt is there. Add one of them.',
	'tokenizer-broken': 'tokenizer.json cannot be read as a byte-level BPE tokenizer. Get the file again.',
	'tokenizer-size':
		'The tokenizer has {tokens} tokens but the model {classes} classes. Get both from the same checkpoint.',
	'tokenizer-size-export':
		'The tokenizer has {tokens} tokens but the model {classes} classes. Get both from the same repository.',
	'config-no-model':
		'config.json is of a model of type {type} ({architectures}), which does not predict the next token. Choose a causal language model.',
	'config-value': 'config.json of a model of type {type} has no valid {name}: {value}.',
	'stored-shape':
		'The stored weights do not have {tensor} of shape [{shape}], as config.json says. Download the model again.',
	'weights-broken':
		'The weights have {value} in {tensor}, at element {element}: the model is broken, and would answer nonsense. Get another copy or another model.',
	'no-shards': 'model.safetensors.index.json names no shards. Get the file again.',
	'tensor-twice': 'The checkpoint has {tensor} twice. Get the files again.',
	'tensor-missing': 'The checkpoint should have {tensor} of shape [{shape}], but it is missing. Get the files again.',
	'tensor-shape': 'The checkpoint should have {tensor} of shape [{shape}], but it is [{found}]. Get the files again.',
	'tensor-unknown':
		'The checkpoint has {tensor}, which a GPT-2 language model with {layers} blocks does not have: its config.json is another model’s.',
	'folder-no-config':
		'None of the files that were chosen ({count}) is a config.json. Choose a model’s folder, or all of its files.',
	'file-cut': '{file} was cut short at {length} bytes.',
	'safetensors-short': '{file} has {bytes} bytes, fewer than its length field takes. Get the file again.',
	'safetensors-no-format':
		'The header of {file} claims {bytes} bytes, so it is not a safetensors file. Get the file again.',
	'safetensors-header-cut': 'The header of {file}, {bytes} bytes long, is cut short at {there}. Get the file again.',
	'safetensors-header-not-json': 'The header of {file} is not JSON. Get the file again.',
	'safetensors-header-no-object': 'The header of {file} is not an object. Get the file again.',
	'safetensors-entry': 'The header of {file} has no valid shape and data_offsets for {tensor}. Get the file again.',
	'safetensors-type': '{tensor} in {file} is of the type {type}, which is unknown. Get the file again.',
	'safetensors-no-floats':
		'{tensor} in {file} is of the type {type}, and only {types} can be read. Choose another checkpoint.',
	'safetensors-size':
		'{tensor} in {file} has the shape [{shape}] and should take {expected} bytes, not {bytes}. Get the file again.',
	'safetensors-overlap': '{tensor} overlaps {other} in {file}. Get the file again.',
	'safetensors-gap': 'Bytes before {tensor} in {file} belong to no tensor: {bytes}. Get the file again.',
	'safetensors-rest': 'Bytes at the end of {file} belong to no tensor: {bytes}. Get the file again.',
	'safetensors-data-cut':
		'{file} is cut short: {tensor} ends at byte {end} of the data, which has {length}. Get the file again.',
	'safetensors-cut': '{file} is cut short. Get the file again.',
	'safetensors-no-tensor': 'The tensor {tensor} is missing in {file}. Get the file again.',
	'safetensors-not-in-index': '{file} has {tensor}, which the index does not name. Get the files again.',
	'tokenizer-only-bpe': 'Only byte-level BPE, as in GPT-2, can be opened.',
	'tokenizer-again': 'Get the file again.',
	'tokenizer-no-model': 'tokenizer.json has no model.',
	'tokenizer-prefix-space': 'The tokenizer adds a space before every text (add_prefix_space).',
	'tokenizer-kind': 'tokenizer.json is of the kind {kind}.',
	'tokenizer-no-vocabulary': 'tokenizer.json has no vocabulary of a BPE.',
	'tokenizer-byte-fallback': 'tokenizer.json falls back to bytes (byte_fallback).',
	'tokenizer-dropout': 'tokenizer.json leaves merges out at random (dropout).',
	'tokenizer-affix': 'tokenizer.json has a {name}.',
	'tokenizer-normalizer': 'tokenizer.json changes the text before it is read ({kind}).',
	'tokenizer-no-bytes': 'tokenizer.json does not turn text into bytes.',
	'tokenizer-after-bytes': 'tokenizer.json goes on splitting what is already bytes.',
	'tokenizer-decoder': 'tokenizer.json has the decoder {kind}.',
	'tokenizer-added': 'tokenizer.json has no valid added_tokens.',
	'tokenizer-strips': 'tokenizer.json has special tokens that take spaces away (lstrip, rstrip).',
	'tokenizer-no-steps': 'tokenizer.json has an empty pre-tokenizer.',
	'tokenizer-pattern': 'tokenizer.json splits text by an unknown pattern, {pattern}.',
	'tokenizer-behavior': 'tokenizer.json splits text with the behavior {behavior}, invert {invert}.',
	'tokenizer-splits': 'tokenizer.json splits text by {kind}.',
	'tokenizer-proto': 'tokenizer.json has a token named __proto__.',
	'tokenizer-id': 'tokenizer.json gives {token} the id {id}.',
	'tokenizer-same-id': 'tokenizer.json gives {token} and {other} the same id {id}.',
	'tokenizer-no-id': 'tokenizer.json has no token with the id {id}.',
	'tokenizer-no-merges': 'tokenizer.json has no merges.',
	'tokenizer-merge': 'tokenizer.json merges {merge}, of which not every part is a token.',
	'config-type': 'config.json is of a model of type {type}; only “gpt2” can be opened.',
	'config-field': 'config.json has no valid {name}: {value}.',
	'config-too-large': 'config.json has {name} {value}; the largest that is opened is {most}.',
	'config-heads': 'config.json has n_embd {size}, which n_head {heads} does not divide.',
	'config-activation': 'config.json asks for the activation {value}, but only {known} are known.',
	'config-variant': 'config.json has {name} {value}, which is not supported.',
	'config-inner': 'config.json has n_inner {value}; only 4 × n_embd is supported.',
	'config-epsilon': 'config.json has layer_norm_epsilon {value}; it must be above 0 and at most 0.1.',
	'config-token': '{file} has {name} {id}, but the model only {size} classes.',
	'config-token-id': '{file} has no valid {name}: {value}.',
	'config-no-architecture':
		'config.json is of a model of type {type} and names no architecture that predicts the next token. Choose a causal language model.',
	'folder-unreadable':
		'{file} cannot be read. Give a folder with config.json, model.safetensors and tokenizer.json, or a repository like openai-community/gpt2.',
} as const;
