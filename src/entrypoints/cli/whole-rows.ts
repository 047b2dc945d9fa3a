const [QUOTE, LINE_END] = [0x22, 0x0a];

/** A row of a CSV file. */
interface WholeRow {
	/** With its line break. */
	text: string;
	/** The byte that it begins at. */
	start: number;
}

/**
 * The rows of a CSV file that are whole, one by one; a line break within quotation marks ends none. What was cut off at the end of the file is
 * left out.
 */
export async function* wholeRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WholeRow> {
	/** Of the row that has begun. */
	let parts: Uint8Array[] = [];
	let [start, before, isQuoted] = [0, 0, false];
	for await (const chunk of chunks) {
		let from = 0;
		for (const [i, byte] of chunk.entries()) {
			// A quotation mark within quotation marks is written as two.
			if (byte === QUOTE) isQuoted = !isQuoted;
			if (byte !== LINE_END || isQuoted) continue;
			parts.push(chunk.subarray(from, i + 1));
			yield {text: Buffer.concat(parts).toString(), start};
			parts = [];
			from = i + 1;
			start = before + from;
		}
		parts.push(chunk.subarray(from));
		before += chunk.length;
	}
}
