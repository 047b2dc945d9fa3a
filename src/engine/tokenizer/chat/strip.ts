/** White space as Python's `str.isspace` has it: JavaScript's without U+FEFF, and the separators of ASCII and U+0085. */
const isSpace = (sign: string) => /[^\S\ufeff]/.test(sign) || '\x1c\x1d\x1e\x1f\x85'.includes(sign);

/** The methods of Python's `str` that strip, and the ends that they strip at. */
const ENDS = {strip: [true, true], lstrip: [true, false], rstrip: [false, true]} as const;

/** A value of the interpreter, whose classes `@huggingface/jinja` does not export. */
interface Value {
	readonly type: string;
	readonly value: unknown;
	readonly builtins: ReadonlyMap<string, {value: unknown}>;
}

/**
 * Let a string of the interpreter strip as Python's does: the library passes over the argument, the characters to strip.
 * Other values stay as they are.
 */
export function stripAsPython(text: Value): void {
	if (text.type !== 'StringValue') return;
	const StringValue = text.constructor as new (value: string) => Value;
	for (const [name, [left, right]] of Object.entries(ENDS)) {
		text.builtins.get(name)!.value = ([given, ...more]: Value[]) => {
			if (more.length > 0) throw new Error(`${name} expected at most 1 argument, got ${more.length + 1}`);
			if (given && given.type !== 'StringValue' && given.type !== 'NullValue')
				throw new Error(`${name} arg must be None or str`);
			const characters = given?.type === 'StringValue' ? new Set(given.value as string) : null;
			const goes = (sign: string) => characters?.has(sign) ?? isSpace(sign);
			const signs = [...(text.value as string)];
			let [from, to] = [0, signs.length];
			while (left && from < to && goes(signs[from])) from++;
			while (right && to > from && goes(signs[to - 1])) to--;
			return new StringValue(signs.slice(from, to).join(''));
		};
	}
}
