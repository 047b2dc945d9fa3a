/** Offer a text as a file to save. */
export function download(name: string, type: string, text: string): void {
	const url = URL.createObjectURL(new Blob([text], {type}));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// The download has its own hold on the data once it began.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
