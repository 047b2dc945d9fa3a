/** How far something long is. */
export interface Progress {
	/** Whether it is drawn over itself; elsewhere each of its lines stays. */
	readonly isDrawn: boolean;
	/** @param share 0 to 1. @param status the same in numbers. */
	show(name: string, share: number, status: string): void;
	/** Make room for something else. */
	clear(): void;
}

/** The part of a stream that is used. */
interface Stream {
	readonly isTTY?: boolean;
	write(text: string): unknown;
}

const BAR = 30;

/** A bar that is drawn over itself in a terminal, and a line for every tenth elsewhere. */
export function createProgress(stream: Stream = process.stderr): Progress {
	const isDrawn = stream.isTTY === true;
	let lastTenth = -1;
	return {
		isDrawn,
		show(name, share, status) {
			if (isDrawn) {
				const filled = Math.round(BAR * share);
				stream.write(`\r\x1b[K${name} [${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${status}`);
			} else if (Math.floor(share * 10) > lastTenth) {
				lastTenth = Math.floor(share * 10);
				stream.write(`${name}: ${status}\n`);
			}
		},
		clear() {
			if (isDrawn) stream.write('\r\x1b[K');
		},
	};
}

/** How long something takes yet, as a status ends with it. */
export const timeLeft = (seconds: number): string =>
	`, ${seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
