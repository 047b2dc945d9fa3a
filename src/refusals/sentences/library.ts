/** The library of models and the Hub. */
export const LIBRARY = {
	offline:
		'The network is switched off in the settings of models (“never use the network”). Switch it on there to fetch something.',
	'network-silent': 'The network does not answer.',
	'network-cut': 'The connection was cut.',
	'network-later': 'Try again later.',
	'network-patience': 'It asks for a pause of {minutes} minutes. Resume after that.',
	'network-retry': 'Trying again in {seconds} s.',
	'hub-slow-down': '{host} asks for fewer requests.',
	'hub-busy': '{host} answers {status} just now.',
	'hub-not-json':
		'{host} answered the question for {subject} with something that is not JSON. Is it the address of a Hub?',
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
	'hub-checksum':
		'{file} arrived with another checksum than the Hub says, so it was changed or damaged on its way, and is not used. Fetch it again.',
	'not-fetched': '{repo} could not be fetched: {detail}',
	'files-once': 'Reading files from the disk cannot be resumed. Choose them again.',
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
	'storage-full': 'There is no storage left. Remove a model, or free some space on the disk, and resume.',
	'needs-memory': 'It needs {needed} of memory, and there are {there} for it here. Choose a smaller model.',
	'needs-storage':
		'It takes {needed} of storage, and there is room for {there}. Remove a model, or free some space on the disk.',
	'hub-changed-longer':
		'{file} is longer than the Hub said: it is not the file that was begun. Start the download again.',
	'hub-changed-commit':
		'{file} is of the commit {commit} now: it is not the file that was begun. Start the download again.',
	'hub-changed-place':
		'{file} was sent from byte {sent} and not from {asked}: it may not be the file that was begun. Start the download again.',
	'hub-changed-size': '{file} has {bytes} bytes now: it is not the file that was begun. Start the download again.',
	'hub-changed-length':
		'{file} should have {said} bytes, but {sent} are sent: it is not the file that was begun. Start the download again.',
	'hub-changed': '{file} changed while it was fetched. Start the download again.',
} as const;
