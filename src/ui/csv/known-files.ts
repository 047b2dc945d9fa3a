/** What a file that is no text begins with, and how its name ends. */
const SIGNATURES: readonly [name: string, bytes: readonly number[]][] = [
	['.zip', [0x50, 0x4b, 0x03, 0x04]],
	['.xls', [0xd0, 0xcf, 0x11, 0xe0]],
	['.gz', [0x1f, 0x8b]],
	['.pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
];

/** What tells the spreadsheets among ZIP archives: names of their parts, which stand there as they are. */
const ARCHIVES: readonly [name: string, part: string][] = [
	['.xlsx', 'xl/workbook.'],
	['.ods', 'application/vnd.oasis.opendocument.spreadsheet'],
	['.docx', 'word/document.'],
];

/** How the name of such a file ends, known by its bytes; null for what may be text. */
export function knownFile(bytes: Uint8Array): string | null {
	const found = SIGNATURES.find(([, begin]) => begin.every((byte, i) => bytes[i] === byte))?.[0] ?? null;
	if (found !== '.zip') return found;
	const names = new TextDecoder('latin1').decode(bytes);
	return ARCHIVES.find(([, part]) => names.includes(part))?.[0] ?? found;
}

type Json = Record<string, unknown>;

/** An object that a text is, written as JSON; null for any other. */
export function jsonObject(text: string): Json | null {
	const value = jsonOf(text);
	return typeof value === 'object' && !Array.isArray(value) ? (value as Json) : null;
}

/** Whether a text is one object or list, written as JSON. */
export const isJson = (text: string): boolean => typeof jsonOf(text) === 'object';

/** An object or a list, or undefined: no table begins with null. */
function jsonOf(text: string): unknown {
	if (!/^\s*[{[]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
