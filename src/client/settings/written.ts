import {generationOf} from '../../engine/parameters/registry.ts';
import type {Settings} from './settings.ts';

/**
 * Settings as they are stored and as a file has them: the parameters of generation in a record of their own, as every
 * version so far has read them.
 */
export function writtenForm(settings: Settings) {
	const {seedMode, classesListed, passageScale, panelFollowsSelection, loopKeys} = settings;
	const generation = generationOf(settings);
	return {version: 1, generation, seedMode, classesListed, passageScale, panelFollowsSelection, loopKeys};
}
