import english from '../../public/_locales/en/messages.json';

/** Gives tests the extension's English messages through `chrome.i18n`. */
export const installI18n = (): void => speak(english);

/** The messages of a language, with the browser's rules for `$1` to `$9`. */
export function speak(messages: Readonly<Record<string, {message: string}>>): void {
	const getMessage = (key: string, substitutions: string[] = []) => {
		const text = messages[key]?.message ?? '';
		return text.replace(/\$([1-9])/g, (_, n) => substitutions[Number(n) - 1] ?? '');
	};
	const chrome = (globalThis as {chrome?: object}).chrome ?? {};
	Object.assign(globalThis, {chrome: Object.assign(chrome, {i18n: {getMessage}})});
}
