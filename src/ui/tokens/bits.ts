/** A token, or a class, with its natural-log probability. */
interface Scored {
	readonly logProb: number;
}

/** Nats, of which a natural logarithm is, in bits. */
export const toBits = (nats: number): number => nats / Math.LN2;

/** A token's surprisal in bits: -log2 of its probability. */
export const surprisalBits = ({logProb}: Scored): number => toBits(-logProb);

/** Log-probability of all these tokens together, in nats. */
export const totalLogProb = (tokens: readonly Scored[]): number => tokens.reduce((sum, {logProb}) => sum + logProb, 0);
