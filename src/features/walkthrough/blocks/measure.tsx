import {t} from '../../../client/browser/i18n.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {spelledToken} from '../../../protocol/values/spell.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {readClasses, writeClasses} from '../state/classes.ts';
import type {Walk} from '../state/walk.ts';

/** Value of the address that stands for no second class. */
const NONE = '-';

/** The class that is followed, and the one that it is measured against: those of the address, else the first two. */
export function measuredOf({address}: Walk, first: readonly Token[]) {
	const chosen = address.value('vector', 'class', '');
	const against = address.value('vector', 'against', '');
	const one = readClasses(chosen.value)[0] ?? first[0] ?? null;
	const other =
		against.value === NONE ? null : (readClasses(against.value)[0] ?? first.find(({id}) => id !== one?.id) ?? null);
	return {
		chosen: one,
		against: other && other.id !== one?.id ? other : null,
		/** As a question names them; null until the first classes are known. */
		params: one && {
			chosen: spelledToken(one),
			against: other && other.id !== one.id ? spelledToken(other) : null,
		},
		choose(which: 'chosen' | 'against', token: Token | null) {
			const value = token ? writeClasses([token]) : NONE;
			if (which === 'chosen') chosen.value = value;
			else against.value = value;
		},
	};
}

interface Props {
	measured: ReturnType<typeof measuredOf>;
	/** The classes to choose from. */
	classes: readonly Token[];
}

/** Which class, and against which. */
export function MeasureControls({measured, classes}: Props) {
	const {chosen, against, choose} = measured;
	const known = [...new Map([chosen, against, ...classes].flatMap(one => (one ? [[one.id, one]] : []))).values()];
	const select = (label: string, which: 'chosen' | 'against', value: Token | null) => (
		<label>
			{label}{' '}
			<select
				class="field"
				value={String(value?.id ?? '')}
				onChange={event => choose(which, known.find(({id}) => String(id) === event.currentTarget.value) ?? null)}
			>
				{which === 'against' && <option value="">{t('walk_influence_nothing')}</option>}
				{known
					.filter(one => which === 'chosen' || one.id !== chosen?.id)
					.map(one => (
						<option key={one.id} value={String(one.id)}>
							{visibleToken(one)}
						</option>
					))}
			</select>
		</label>
	);
	return (
		<div class="controls">
			{select(t('walk_off_class'), 'chosen', chosen)}
			{select(t('walk_off_against'), 'against', against)}
		</div>
	);
}
