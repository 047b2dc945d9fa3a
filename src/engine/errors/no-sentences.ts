/** No sentences: a page words refusals itself, in its own language. */
export const en: Readonly<Record<string, string>> = {};
