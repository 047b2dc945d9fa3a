import {details, t} from '../../../client/browser/i18n.ts';
import type {Generation} from '../../../engine/parameters/registry.ts';
import {choiceText} from '../../../ui/parameters.ts';
import {PLAIN, type Walk} from '../state/walk.ts';
import {MOST} from './use-loop.ts';

export const STRATEGIES = ['sampling', 'greedy', 'own'] as const;

/** The values of the chapter that are in its link: how classes are chosen, and the seed of those that are drawn. */
export const slotsOf = ({address}: Walk) => ({
	strategy: address.value('loop', 'strategy', 'sampling'),
	seed: address.value('loop', 'seed', '1'),
});

/** How classes are chosen. */
export function choosing(walk: Walk): {strategy: (typeof STRATEGIES)[number]; generation: Generation} {
	const slots = slotsOf(walk);
	const strategy = STRATEGIES.find(name => name === slots.strategy.value) ?? 'sampling';
	return {
		strategy,
		generation: {
			...(strategy === 'own'
				? walk.generation.value
				: {...PLAIN, maxNewTokens: MOST, doSample: strategy === 'sampling'}),
			seed: Math.min(0xffff_ffff, Math.max(0, Math.floor(Number(slots.seed.value)) || 0)),
		},
	};
}

/** The strategy in a line, with its seed where it draws. */
export function drawnWith(walk: Walk): string {
	const {strategy, generation} = choosing(walk);
	const how = strategy === 'own' ? choiceText(walk.generation.value) : t(`walk_loop_${strategy}`);
	return t('walk_loop_drawn_with', {
		how: details(how, generation.doSample && t('saved_page_seed', {seed: String(generation.seed)})),
	});
}
