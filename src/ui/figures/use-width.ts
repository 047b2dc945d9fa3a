import type {RefObject} from 'preact';
import {useLayoutEffect, useRef, useState} from 'preact/hooks';

/** Width of an element in CSS pixels, kept up to date: figures are drawn at the size they are shown, so that text stays its size. */
export function useWidth<E extends Element>(initial = 640): [RefObject<E | null>, number] {
	const ref = useRef<E>(null);
	const [width, setWidth] = useState(initial);
	useLayoutEffect(() => {
		const element = ref.current;
		if (!element) return;
		const measure = () => setWidth(Math.max(240, Math.floor(element.clientWidth)) || initial);
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		return () => observer.disconnect();
	}, [initial]);
	return [ref, width];
}
