import {type ReadonlySignal, signal} from '@preact/signals';
import {createQuery, type Engine} from '../../client/query.ts';
import {applyPreset, OPTION_PRESETS, type PresetId} from '../../client/settings/presets.ts';
import type {Generation} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import {previewParams} from './preview.ts';

/** The next-class distribution after a prompt as each preset shapes it. */
export interface PresetPictures {
	/** Filled one preset after the other. */
	readonly answers: ReadonlySignal<ReadonlyMap<PresetId, ClassesAnswer>>;
	/** Draw the presets for this prompt, unless they are; banned words and the like come from `generation`. */
	follow(text: string, generation: Generation): void;
	dispose(): void;
}

/** Nothing is asked before `follow`. */
export function createPresetPictures(engine: Engine): PresetPictures {
	const query = createQuery(engine, 'classes');
	const answers = signal<ReadonlyMap<PresetId, ClassesAnswer>>(new Map());
	let current: string | null = null;

	return {
		answers,
		async follow(text, generation) {
			if (text === current) return;
			current = text;
			answers.value = new Map();
			for (const preset of OPTION_PRESETS) {
				const params = previewParams({text, generation: applyPreset(generation, preset)});
				await query.ask(params, {
					onAnswer(answer) {
						answers.value = new Map(answers.peek()).set(preset, answer);
					},
				});
				if (text !== current) return;
			}
		},
		dispose() {
			current = null;
			query.cancel();
		},
	};
}
