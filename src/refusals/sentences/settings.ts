/** Stored settings and settings files. */
export const SETTINGS = {
	'settings-none': 'This holds no settings: it must be an object with fields such as “generation” and “seedMode”.',
	'settings-generation': 'The parameters of generation must be an object with fields such as “temperature”.',
	'settings-unknown': 'There is no setting called {name} in this version.',
	'settings-not-json': 'The file is not JSON. Choose a file that was exported here.',
	'settings-choose-file': 'Choose a file that was exported here.',
	'settings-unreadable': 'The stored settings could not be read. The defaults apply. The browser says: {detail}',
	'settings-too-large': 'The settings take {bytes} bytes, and the browser stores {most} at most.',
	'shorten-lists': 'The settings are not saved. Shorten the lists of stop strings and banned words.',
	'not-saved-size':
		'The settings are not saved: they are more than the browser stores. Shorten the lists of stop strings and banned words.',
	'not-saved-rate':
		'The settings are not saved: the browser takes no more just now. Wait a minute, then change something again.',
	'not-saved': 'The settings are not saved, and apply until this page closes. The browser says: {detail}',
	'settings-not-json-at':
		'The file is not JSON: line {line}, column {column} cannot be read. Choose a file that was exported here.',
} as const;
