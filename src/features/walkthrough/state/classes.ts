import type {Token} from '../../../protocol/values/prompt.ts';

/**
 * Classes as an address keeps them, with their spelling, since ids are those of one model: `318:%20is,7!e2`, where bytes that
 * are no text of their own are written in hexadecimal. An address from before has ids alone.
 */

const FORM = /^(\d{1,7})(?::([^,]*)|!((?:[0-9a-f]{2})+))?$/;

/** Classes as a value of the address. */
export const writeClasses = (classes: readonly Token[]): string => classes.map(written).join(',');

function written({id, text, bytes}: Token): string {
	if (text !== undefined) return `${id}:${encodeURIComponent(text)}`;
	return bytes ? `${id}!${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}` : String(id);
}

/** The classes of a value; what names no class is left out. */
export const readClasses = (value: string): Token[] =>
	value.split(',').flatMap(part => {
		const [, id, text, hex] = FORM.exec(part) ?? [];
		if (id === undefined) return [];
		try {
			return [
				{
					id: Number(id),
					...(text !== undefined && {text: decodeURIComponent(text)}),
					...(hex && {bytes: hex.match(/../g)!.map(byte => Number.parseInt(byte, 16))}),
				},
			];
		} catch {
			return [];
		}
	});
