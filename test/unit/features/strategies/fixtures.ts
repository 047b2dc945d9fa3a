import type {GeneratedToken} from '../../../../src/protocol/questions/generate.ts';

/** A generated token; the fields that a test does not give have plausible values. */
export const token = (id: number, fields: Partial<GeneratedToken> = {}): GeneratedToken => ({
	id,
	text: ` t${id}`,
	logProb: -1,
	samplingLogProb: -0.5,
	rank: 1,
	top: [{id, text: ` t${id}`, probability: Math.exp(-1)}],
	...fields,
});

export const tokens = (...ids: number[]) => ids.map(id => token(id));
