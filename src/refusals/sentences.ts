/**
 * Every refusal in English, by its code: the command line and logs say this. A page words the same in its language, by
 * the message `error_<code>` with the values in the order in which they are named here.
 */
export const SENTENCES = {
	technical: '{detail}',

	// Texts and prompts
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

	// What is not there
	'class-missing': 'There is no class {id}: the model has {size}.',
	'class-id-missing': 'There is no class with the id {id}; the vocabulary has {size}.',
	'token-missing': 'There is no token with the id {id}; the vocabulary has {size}.',
	'position-missing': 'There is no position {position}; the text has the positions 0 to {last}.',
	'block-missing': 'There is no block {block}; the model has the blocks 0 to {last}.',
	'head-missing': 'There is no head {head} in block {block}: the model has {blocks} blocks of {heads} heads.',
	'targets-count': '{positions} positions need as many targets, but there are {targets}.',
	'label-missing': 'There is no label {label}: there are {count}, counted from 0.',
	'truths-count': 'There are {texts} texts, but {truths} true labels.',

	// Parameters
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
		'Greedy search gives one continuation: every further one would be the same. Set numReturnSequences to 1, turn sampling on, or use more beams.',
	'contrastive-one': 'Contrastive search gives one continuation. Set numReturnSequences to 1.',
	'speculative-one': 'Speculative decoding gives one continuation. Set numReturnSequences to 1.',
	'beams-return':
		'Beam search can return at most as many continuations as it has beams. Lower numReturnSequences, or raise numBeams.',
	'two-drafts':
		'The text so far drafts, or a smaller model does. Set numAssistantTokens or promptLookupNumTokens to 0.',
	'speculative-beams':
		'Speculative decoding works on one sequence, not on beams. Set numBeams to 1, or draft no tokens.',
	'contrastive-draft': 'Contrastive search chooses without a draft. Set penaltyAlpha to 0, or draft no tokens.',
	'contrastive-alone':
		'Contrastive search chooses without sampling or beams. Turn those off, or set penaltyAlpha to 0.',
	'contrastive-top-k':
		'Contrastive search compares topK candidates: set topK to at least 2 (4 is usual), at most {most}.',
	'diverse-sampling': 'Diverse beam search chooses without sampling. Turn sampling off, or set numBeamGroups to 1.',
	'diverse-penalty':
		'Groups of beams without a diversityPenalty would all find the same texts. Set it above 0, or numBeamGroups to 1.',
	'length-order': 'minNewTokens is larger than maxNewTokens. Lower it, or allow more tokens.',
	'groups-divide': 'numBeamGroups must divide numBeams, so that every group has the same number of beams.',
	'penalty-groups':
		'diversityPenalty compares groups of beams: set numBeamGroups to at least 2, or diversityPenalty to 0.',
	'bad-words-ids': 'badWordsIds must hold words of token ids from 0 to {last}, but one is {word}.',
	'bad-words-all': 'badWords bans every one of the {size} classes, so that nothing could be chosen. Allow some.',
	'bad-words-left': 'badWords bans every class that is left here. Allow some.',
	'no-assistant': 'numAssistantTokens is above 0, but there is no assistant model to draft.',
	'assistant-classes':
		'The assistant model has {theirs} classes with the end of text at {theirEnd}, the model {ours} and {ourEnd}: a draft means nothing to it. Choose an assistant with its tokenizer.',
	'assistant-prompt': 'The assistant model has read another prompt than the model.',
	'draft-tokenizer':
		'{draft} cannot draft for {model}: their tokenizers differ, so that a token of one means nothing to the other. Choose a draft model with the same tokenizer.',
	'contrastive-hidden':
		'penaltyAlpha above 0 (contrastive search) needs the hidden states of the prompt: prefill it with `hidden`.',
	'rows-memory':
		'{parameter} {rows} x {tokens} new tokens would take {needed} MiB of memory, more than the {allowed} MiB allowed. Lower {parameter} or maxNewTokens.',
	'out-of-memory':
		'The model needs more memory than the browser gives it. Close other tabs, or ask for fewer or shorter continuations.',

	// Models and their files
	'file-missing': '{file} is missing. Get all the files of the checkpoint.',
	'file-not-json': '{file} is not JSON. Get the file again.',
	'file-broken': '{file} cannot be read: {detail}. Get the file again.',
	'tokenizer-missing':
		'The tokenizer is missing: neither tokenizer.json nor vocab.json with merges.txt is there. Add one of them.',
	'tokenizer-broken': 'tokenizer.json cannot be read as a byte-level BPE tokenizer. Get the file again.',
	'tokenizer-unsupported': 'tokenizer.json {detail}; only byte-level BPE as in GPT-2 can be opened.',
	'tokenizer-size':
		'The tokenizer has {tokens} tokens but the model {classes} classes. Get both from the same checkpoint.',
	'tokenizer-size-export':
		'The tokenizer has {tokens} tokens but the model {classes} classes. Get both from the same repository.',
	'config-unsupported': 'config.json {detail}',
	'config-no-model':
		'config.json is of a model of type {type} ({architectures}), which does not predict the next token. Choose a causal language model.',
	'config-value': 'config.json of a model of type {type} has no valid {name}: {value}.',
	'int8-only':
		'The model is stored as int8, and cannot be opened as fp32. Open the original checkpoint, or leave the dtype out.',
	'logits-overflow':
		'The model computes no numbers: its logits overflow. Its weights are broken; get another copy or another model.',
	'format-version':
		'The model is stored in version {version} of the format, and this extension reads version {known}. Download it again.',
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
	'onnx-missing': 'There is no ONNX export among the files. Add one of {paths}.',
	'onnx-broken': '{file} cannot be opened: {detail}',
	'onnx-no-cache':
		'{file} has no key/value cache (past_key_values). Choose an export that has one, such as a “text-generation-with-past” one.',
	'onnx-other-cache': '{file} keeps a cache of another kind than keys and values ({input}). Choose another model.',
	'onnx-no-head':
		'This model came as ONNX, and its export does not give the weights of its head. Open a GPT-2 from its original weights for that.',
	'onnx-no-hidden':
		'This model came as ONNX, and its export does not give hidden states. Contrastive search compares them; choose another strategy.',
	'bundled-broken': '{file} of the bundled model cannot be read. Install the extension again.',
	'repository-no-config': '{subject} has no config.json: it holds no model for transformers. Choose another one.',
	'repository-no-tokenizer': '{subject} has no tokenizer.json: nor vocab.json with merges.txt. Choose another one.',
	'repository-other-weights':
		'{subject} has no {file}: its weights come as {other}, which is not opened. Choose another one.',
	'repository-no-weights': '{subject} has no {file}: it has no weights. Choose another one.',
	'repository-no-shard': '{subject} has no {file}: which its index names. Choose another one.',
	'not-gpt2':
		'{subject} is a model of the kind {kind}, and has no ONNX export. Original weights are opened of GPT-2 alone; choose a GPT-2, or a repository with a folder onnx.',
	'not-causal':
		'{subject} is a model of the kind {kind}, which does not predict next tokens. Choose a causal language model: a GPT-2.',
	'folder-no-config': 'There is no config.json among the {count} files. Choose a model’s folder, or all of its files.',
	'model-gone': 'The model {id} is not here any more. Choose another one, or download it again.',
	'model-damaged':
		'The stored copy of {name} is damaged ({file}), and is not used. Fetch it again on the page of models.',

	// The library and the Hub
	offline:
		'The network is switched off in the settings of models (“never use the network”). Switch it on there to fetch something.',
	'network-silent': 'The network does not answer.',
	'network-cut': 'The connection was cut.',
	'network-later': 'Try again later.',
	'network-patience': 'It asks to be left alone for {minutes} minutes. Resume after that.',
	'network-retry': 'Trying again in {seconds} s.',
	'file-cut': '{file} was cut short at {length} bytes.',
	'hub-slow-down': '{host} asks for fewer requests.',
	'hub-busy': '{host} answers {status} just now.',
	'hub-not-json':
		'{host} answered something that is no JSON to the question for {subject}. Is it the address of a Hub?',
	'hub-unknown-answer': '{host} describes {subject} in an unknown way. Is it the address of a Hub?',
	'hub-too-long': '{subject} is longer than the {limit} bytes it should have. Look at the repository again.',
	'hub-token': '{host} refused the access token. Make a new one there, and put it into the settings of models.',
	'hub-private':
		'{host} does not show {subject} to everyone: it does not exist, or it needs an access token. Check the name, or put a token into the settings of models.',
	'hub-terms':
		'{host} gives {subject} only to those who asked for it. Accept its terms on its page there, and put an access token into the settings of models.',
	'hub-none': '{host} has no {subject}. Check the name and the revision.',
	'hub-shorter': '{subject} has become shorter than what was fetched of it. Start the download again.',
	'hub-status': '{host} answered {status} to the question for {subject}. Check its address.',
	'hub-file-not-json': '{file} of {subject} is not JSON. Choose another repository.',
	'hub-changed': '{file} is not the file that was begun: {detail}. Start the download again.',
	'hub-checksum':
		'{file} arrived with another checksum than the Hub says, so it was changed or damaged on its way, and is not used. Fetch it again.',
	'not-fetched': '{repo} could not be fetched: {detail}',
	'files-gone': 'The files are not there any more. Choose them again.',
	'files-once': 'Files from the disk cannot be read on. Choose them again.',
	'bundled-stays': 'The bundled model belongs to the extension and stays.',
	'model-unknown': 'There is no model {id} here. Download it first.',
	'model-absent': 'There is no model {id} here.',
	'model-damaged-choose': 'The stored copy of {name} is damaged. Fetch it again first.',
	'download-gone': 'There is no download {id} any more.',
	'download-stopped': 'The download was stopped.',
	'second-gone': 'There is no model {id} here any more. Choose another as the second one.',
	'second-memory':
		'{name} needs {needed} of memory beside the {open} of the open models, and there are {there} for all. Choose a smaller model.',
	'second-command': 'The command line opens one model, and no {id} beside it.',
	'second-character':
		'The prompt ends within a character, which a model with other tokens cannot read. Choose the class that completes it.',
	'model-present': '{repo} is here already.',
	'storage-full': 'The storage is full. Remove a model, or free some space on the disk, and resume.',
	'needs-memory': 'It needs {needed} of memory, and there are {there} for it here. Choose a smaller model.',
	'needs-storage':
		'It takes {needed} of storage, and there is room for {there}. Remove a model, or free some space on the disk.',
	'disk-memory': '{name} needs {needed} of memory, and there are {there} for it here. Choose a smaller model.',

	// What is typed
	'repository-name': 'A repository is named like openai-community/gpt2: letters, digits, - _ . and one slash.',
	'repository-dots': 'A repository’s name has no “..” and no “--”.',
	'revision-name': 'A revision is a branch, a tag or a commit: letters, digits, - _ . and /.',
	'revision-dots': 'A revision has no “..”.',
	'hub-address': 'The address of the Hub is a web address with https and without a user name.',
	'hub-insecure': 'Only a server on this machine may be asked without https.',
	'token-spaces': 'An access token has no spaces.',
	'label-no-text': 'There is no text to classify. Write one.',
	'label-empty': 'A label is empty. Write it, or remove it.',
	'label-two': 'There must be at least two labels.',
	'label-same': 'Two labels are the same. Change one of them.',

	// Settings
	'settings-none': 'These are no settings: an object with the fields “generation”, “seedMode”, ... is needed.',
	'settings-generation': 'The parameters of generation must be an object with fields such as “temperature”.',
	'settings-unknown': 'There is no setting called {name} in this version.',
	'settings-value': '{parameter} cannot be {value}: {detail}.',
	'settings-not-json': 'The file is not JSON ({detail}). Choose a file that was exported here.',
	'settings-choose-file': 'Choose a file that was exported here.',
	'settings-unreadable': 'The stored settings could not be read ({detail}). The defaults apply.',
	'settings-too-large': 'The settings take {bytes} bytes, and the browser stores {most} at most.',
	'shorten-lists': 'The settings are not saved. Shorten the lists of stop strings and banned words.',
	'not-saved-size': 'The settings are not saved. {detail} Shorten the lists of stop strings and banned words.',
	'not-saved-rate':
		'The settings are not saved: the browser takes no more just now ({detail}). Wait a minute, then change something again.',
	'not-saved': 'The settings are not saved: {detail} They apply until this page closes.',
} as const satisfies Record<string, string>;
