import {t} from '../../client/browser/i18n.ts';
import {problemsOf} from '../../client/settings/draft.ts';
import {GROUPS} from '../../client/settings/parameters.ts';
import {CHOICE_NAMES} from '../../engine/parameters/registry.ts';
import {Dialog} from '../../ui/components/dialog.tsx';
import {ParameterControl} from '../../ui/components/parameter-control.tsx';
import {choiceText, unusedText} from '../../ui/parameters.ts';
import type {StrategyPick, StrategyRuns} from './runs.ts';

interface Props {
	runs: StrategyRuns;
	pick: StrategyPick;
	name: string;
	onClose(): void;
}

/** The groups of which a strategy is made, and their parameters that it decides. */
const EDITED = (['strategy', 'truncation', 'penalties'] as const).map(group => ({
	group,
	names: CHOICE_NAMES.filter(name => GROUPS[group].includes(name)),
}));

/** The parameters of one strategy, over the rest of the page; those that have no effect on it are left out. */
export function StrategyDialog({runs, pick, name, onClose}: Props) {
	const draft = runs.draftOf(pick.id);
	const problems = problemsOf(draft);
	return (
		<Dialog
			class="strategy-dialog"
			title={t('strategies_edit_title', {name})}
			done={t('strategies_edit_done')}
			onClose={onClose}
		>
			<p class="quiet small">{choiceText(pick.choice)}</p>
			<div class="strategy-parameters">
				{EDITED.map(({group, names}) => {
					const shown = names.filter(name => !unusedText(name, draft.values) || problems.has(name));
					if (shown.length === 0) return null;
					return (
						<section key={group}>
							<h3>{t(`options_group_${group}`)}</h3>
							{shown.map(name => (
								<ParameterControl
									key={name}
									name={name}
									draft={draft}
									problems={problems.get(name) ?? []}
									onChange={next => runs.edit(pick.id, next)}
								/>
							))}
						</section>
					);
				})}
			</div>
		</Dialog>
	);
}
