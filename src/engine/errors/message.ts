/** The names that a message has in braces; doubled braces are braces. */
export type Names<Message extends string> = Message extends `${string}{${infer Name}}${infer Rest}`
	? (Name extends `{${string}` ? never : Name) | Names<Rest>
	: never;

/** A message with its values, as `say` writes each. */
export const fill = (message: string, say: (name: string) => string): string =>
	message.replace(/\{\{|\}\}|\{(@?\w+)\}/g, (brace: string, name?: string) =>
		name === undefined ? brace[0] : say(name),
	);
