/**
 * The most characters that a store takes, the smaller limit where both stores have one. Sources:
 * developer.chrome.com/docs/webstore (name 75, summary 132, description 16,000), extensionworkshop.com (name 50, summary 250).
 */
export const STORE_LIMITS: Readonly<Record<string, number>> = {Name: 50, Summary: 132, Description: 16_000};

/** A listing's sections, by the headings of its Markdown. */
export const sectionsOf = (listing: string): Record<string, string> =>
	Object.fromEntries(
		listing
			.split(/^# /m)
			.slice(1)
			.map(section => {
				const [heading, ...lines] = section.split('\n');
				return [heading.trim(), lines.join('\n').trim()];
			}),
	);
