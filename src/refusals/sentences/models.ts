/** Models that cannot do what is asked, or are not whole. */
export const MODELS = {
	'int8-only':
		'The model is stored as int8, and cannot be opened as fp32. Open the original checkpoint, or leave the dtype out.',
	'logits-overflow':
		'The model’s logits overflow and are not numbers. Its weights are broken; get another copy or another model.',
	'format-version':
		'The model is stored in version {version} of the format, and this extension reads version {known}. Download it again.',
	'onnx-missing': 'There is no ONNX export among the files. Add one of {paths}.',
	'onnx-broken': '{file} cannot be opened. The runtime says: {detail}',
	'onnx-no-cache':
		'{file} has no key/value cache (past_key_values). Choose an export that has one, such as a “text-generation-with-past” one.',
	'onnx-other-cache': '{file} keeps a cache of another kind than keys and values ({input}). Choose another model.',
	'onnx-no-head':
		'This model came as ONNX, and its export does not give the weights of its head. Open a GPT-2 from its original weights for that.',
	'onnx-no-look':
		'This model came as ONNX, and its export gives logits alone: neither its vectors and attention nor the weights of its head. Choose a GPT-2 from its original weights, such as the one that the extension carries.',
	'onnx-no-hidden':
		'This model came as ONNX, and its export does not give hidden states. Contrastive search compares them; choose another strategy.',
	'bundled-broken': '{file} of the bundled model cannot be read. Install the extension again.',
	'repository-no-config': '{subject} has no config.json: it holds no model for transformers. Choose another one.',
	'repository-no-tokenizer': '{subject} has neither tokenizer.json nor vocab.json with merges.txt. Choose another one.',
	'repository-other-weights':
		'{subject} has no {file}. Its weights come as {other}, which cannot be opened. Choose another one.',
	'repository-no-weights': '{subject} has no {file}: it has no weights. Choose another one.',
	'repository-no-shard': '{subject} has no {file}, which its index names. Choose another one.',
	'not-gpt2':
		'{subject} is a model of the kind {kind} and has no ONNX export. Only a GPT-2 can be opened from its original weights; choose one, or a repository with a folder onnx.',
	'not-causal':
		'{subject} is a model of the kind {kind}, which does not predict next tokens. Choose a causal language model: a GPT-2.',
	'model-gone': 'The model {id} is not here any more. Choose another one, or download it again.',
	'model-damaged':
		'The stored copy of {name} is damaged ({file}), and is not used. Fetch it again on the page of models.',
} as const;
