import {useSignal} from '@preact/signals';
import {enumeration, t, tn} from '../../client/browser/i18n.ts';
import type {GroupName} from '../../client/settings/parameters.ts';
import type {SettingName} from '../../client/settings/settings.ts';
import {strategyOf} from '../../engine/parameters/strategies.ts';
import {ParameterControl} from '../../ui/components/parameter-control.tsx';
import {isNeutralSetting, isRare, parameterText} from '../../ui/parameters.ts';
import type {Editor} from './editor.ts';

interface Props {
	group: GroupName;
	/** The group's settings to show: all, or those that were searched for. */
	names: readonly SettingName[];
	editor: Editor;
	isSearched: boolean;
}

/** The groups that are open at first: those that most people use. */
const OPEN: readonly GroupName[] = ['truncation', 'length', 'strategy'];

/** Settings that belong together; a folded group lists those that are in effect. */
export function ParameterGroup({group, names, editor, isSearched}: Props) {
	const {values} = editor.draft.value;
	const active = names.filter(name => isNeutralSetting(name, values) === false);
	const isOpen = useSignal(OPEN.includes(group) || active.length > 0);
	const rare = names.filter(isRare);
	// Where they are stays the same while a person types into one.
	const isRareOpen = useSignal(rare.some(name => active.includes(name)));
	const control = (name: SettingName) => (
		<ParameterControl
			key={name}
			name={name}
			draft={editor.draft.value}
			problems={editor.problems.value.get(name) ?? []}
			onChange={editor.edit}
			onSettle={editor.settle}
		/>
	);
	return (
		<details
			class="group"
			open={isSearched || isOpen.value}
			onToggle={event => {
				if (!isSearched) isOpen.value = event.currentTarget.open;
			}}
		>
			<summary>
				<h2>{t(`options_group_${group}`)}</h2>
				<span class="quiet small group-active">
					{enumeration(active.map(name => parameterText(name, values[name])))}
				</span>
			</summary>
			<p class="quiet small">{t(`options_group_${group}_help`)}</p>
			{group === 'strategy' && <p class="small">{strategyNow(editor)}</p>}
			{names.filter(name => !isRare(name)).map(control)}
			{rare.length > 0 && (
				<details
					class="rare"
					open={isSearched || isRareOpen.value}
					onToggle={event => {
						if (!isSearched) isRareOpen.value = event.currentTarget.open;
					}}
				>
					<summary class="small">{tn('options_rare', rare.length)}</summary>
					{rare.map(control)}
				</details>
			)}
		</details>
	);
}

/** Which strategy the parameters ask for together. */
const strategyNow = (editor: Editor) =>
	t('options_strategy_now', {strategy: t(STRATEGY_NAMES[strategyOf(editor.good.value)])});

const STRATEGY_NAMES = {
	greedy: 'options_strategy_greedy',
	sampling: 'options_strategy_sampling',
	beam: 'options_strategy_beam',
	'beam-sampling': 'options_strategy_beam_sampling',
	speculative: 'options_strategy_speculative',
} as const;
