import {type Refusal, refuse} from '../errors/refusal.ts';

/**
 * Parameters of earlier versions, with the value at which each was off. Settings, links and files that have them stay
 * readable: they mean what they mean without them, and where one was on, a sentence says so.
 */
const GONE = [
	{name: 'numBeamGroups', huggingFace: 'num_beam_groups', off: 1, code: 'gone-diverse-beams'},
	{name: 'diversityPenalty', huggingFace: 'diversity_penalty', off: 0, code: 'gone-diverse-beams'},
	{name: 'penaltyAlpha', huggingFace: 'penalty_alpha', off: 0, code: 'gone-contrastive'},
] as const;

export const GONE_NAMES = GONE.map(({name}) => name);

/** Whether a field is of such a parameter, under its own name or Hugging Face's. */
export const isGone = (field: string): boolean =>
	GONE.some(({name, huggingFace}) => field === name || field === huggingFace);

/** What of these an object has on, each search once. */
export function goneFrom(fields: Readonly<Record<string, unknown>>): Refusal[] {
	const codes = GONE.filter(({name, huggingFace, off}) => {
		const value = fields[name] ?? fields[huggingFace] ?? off;
		return Number(value) !== off;
	}).map(({code}) => code);
	return [...new Set(codes)].map(code => refuse(code));
}
