import messages from '../../public/_locales/en/messages.json' with {type: 'json'};

/** Give `chrome.i18n` the extension's own English messages, in tests that run without a browser. */
export function useMessages(): void {
	const getMessage = (key: string, substitutions: readonly string[] = []) => {
		const found = (messages as Record<string, {message: string}>)[key]?.message ?? '';
		return found.replace(/\$(\d)/g, (_, digit) => substitutions[Number(digit) - 1] ?? '');
	};
	const known = (globalThis as {chrome?: object}).chrome;
	Object.defineProperty(globalThis, 'chrome', {configurable: true, value: {...known, i18n: {getMessage}}});
}
