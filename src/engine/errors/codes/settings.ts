/** Stored settings and settings files. */
export const SETTINGS = {
	'settings-none': [],
	'settings-generation': [],
	'settings-unknown': ['name'],
	'settings-not-json': [],
	'settings-choose-file': [],
	'settings-unreadable': ['detail'],
	'settings-too-large': ['bytes', 'most'],
	'shorten-lists': [],
	'not-saved-size': [],
	'not-saved-rate': [],
	'not-saved': ['detail'],
	'settings-not-json-at': ['line', 'column'],
} as const;
