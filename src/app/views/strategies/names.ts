import {isSameJson} from '../../../protocol/same-json.ts';
import {comparedChoice} from '../../../settings/presets.ts';
import {t} from '../../../ui/i18n.ts';
import type {StrategyPick} from './runs.ts';

/** The names of picks: the preset's name, with "edited" after an edit, and numbered where two would be the same. */
export function namesOf(picks: readonly StrategyPick[]): ReadonlyMap<number, string> {
	const names = new Map<number, string>();
	const used = new Map<string, number>();
	for (const {id, preset, choice} of picks) {
		const label = t(`options_preset_${preset}`);
		const edited = !isSameJson(choice, comparedChoice(preset));
		const name = edited ? t('strategies_edited', label) : label;
		const times = (used.get(name) ?? 0) + 1;
		used.set(name, times);
		names.set(id, times === 1 ? name : `${name} (${times})`);
	}
	return names;
}
