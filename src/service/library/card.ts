/** Bytes of a model's card that a page is sent: no page could show all of a long one, and a message carries 64 MB at most. */
const MAX_CARD_BYTES = 200_000;

/** A model's card, its README, as it is shown; empty where the model has none. A long one is cut with a word. */
export function cardOf(bytes: Uint8Array | null): string {
	if (!bytes) return '';
	// A character that the cut divides is left out.
	const card = new TextDecoder().decode(bytes.subarray(0, MAX_CARD_BYTES), {stream: true});
	return bytes.length > MAX_CARD_BYTES ? `${card}\n\n(The card is longer. This is its beginning.)` : card;
}
