/** Offer a text as a file to save. */
export const download = (name: string, type: string, text: string): void =>
	downloadBlob(name, new Blob([text], {type}));

/** Offer data as a file to save. */
export function downloadBlob(name: string, blob: Blob): void {
	const url = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// The download has its own hold on the data once it began.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
