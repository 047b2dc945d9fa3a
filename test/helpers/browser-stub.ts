/** In place of `webextension-polyfill`, which wants a browser when it loads: whatever a test puts at `chrome`. */
export default new Proxy({} as Record<string, unknown>, {
	get: (_, name) => (globalThis as unknown as {chrome?: Record<string | symbol, unknown>}).chrome?.[name],
});
