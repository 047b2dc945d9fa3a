import {useRef} from 'preact/hooks';

/**
 * The answer, or the last one that was about the same thing: a figure stays while its next numbers are on their way.
 * @param about what both must be about; nothing keeps an answer about anything else.
 */
export function useLast<A>(answer: A | null, about: string): A | null {
	const last = useRef<{answer: A; about: string} | null>(null);
	if (answer !== null) last.current = {answer, about};
	return last.current?.about === about ? last.current.answer : null;
}
