/** In place of `webextension-polyfill`, which throws outside an extension: each test puts what it needs at `chrome`. */
export default new Proxy({} as Record<string, unknown>, {
	get: (_, name) => (globalThis as unknown as {chrome?: Record<string | symbol, unknown>}).chrome?.[name] ?? {},
});
