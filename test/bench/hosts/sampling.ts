/** How everyone draws the next class: what transformers.js does by itself when asked to sample. */
export const SAMPLING = {topK: 50, temperature: 1} as const;
