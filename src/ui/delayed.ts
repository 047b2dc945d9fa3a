import {useEffect, useState} from 'preact/hooks';

/** True once `value` has held for a while: a wait that is over sooner need not be announced. */
export function useHeld(value: boolean, milliseconds = 300): boolean {
	const [held, setHeld] = useState(false);
	useEffect(() => {
		if (!value) {
			setHeld(false);
			return;
		}
		const timer = setTimeout(() => setHeld(true), milliseconds);
		return () => clearTimeout(timer);
	}, [value, milliseconds]);
	return value && held;
}
