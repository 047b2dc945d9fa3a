import {useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import {type Lines, readLines} from './lines.ts';

interface OpenFile {
	name: string;
	/** Null where the file is not text in UTF-8. */
	lines: Lines | null;
}

/** The lines to classify: those of the open file, else the typed ones, one text each. */
export function useLines(typed: string) {
	const file = useSignal<OpenFile | null>(null);
	const fromText = useMemo<Lines>(
		() => ({texts: typed.split('\n').filter(line => line.trim() !== ''), truths: null}),
		[typed],
	);
	return {
		file: file.value,
		lines: file.value?.lines ?? fromText,
		open(name: string, bytes: ArrayBuffer) {
			file.value = {name, lines: decoded(bytes)};
		},
		putAway() {
			file.value = null;
		},
	};
}

function decoded(bytes: ArrayBuffer): Lines | null {
	try {
		return readLines(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
	} catch {
		return null;
	}
}
