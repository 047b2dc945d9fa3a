import type {GenerationConfig} from './config.ts';

/** The ways of choosing, in the field's names. */
export type Strategy =
	| 'greedy'
	| 'sampling'
	| 'beam'
	| 'beam-sampling'
	| 'diverse-beam'
	| 'contrastive'
	| 'speculative';

/** Which strategy the parameters ask for, as Hugging Face's `generate` derives it. */
export function strategyOf(config: GenerationConfig): Strategy {
	if (config.numAssistantTokens > 0) return 'speculative';
	if (config.penaltyAlpha > 0) return 'contrastive';
	if (config.numBeamGroups > 1) return 'diverse-beam';
	if (config.numBeams > 1) return config.doSample ? 'beam-sampling' : 'beam';
	return config.doSample ? 'sampling' : 'greedy';
}
