import {useEffect, useMemo} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import type {Engine} from '../../client/query.ts';
import {watchLibrary} from '../../client/watch-library.ts';
import type {ModelRef} from '../../protocol/values/prompt.ts';
import {bytes} from '../format.ts';

/** A model to compare with, and its name. */
export interface SecondModel {
	ref: ModelRef;
	/** Empty for those that are always there. */
	name: string;
}

interface Props {
	engine: Engine;
	label: string;
	value: SecondModel;
	/** Choices that are always there. The first is taken where a stored model is gone. */
	fixed: readonly {ref: ModelRef; label: string}[];
	onChange(second: SecondModel): void;
}

/** Chooses the second of two models: any that is kept, with the memory it takes. */
export function SecondModelChoice({engine, label, value, fixed, onChange}: Props) {
	const library = useMemo(() => watchLibrary(engine), [engine]);
	useEffect(() => library.dispose, [library]);
	const state = library.state.value;
	const kept = state?.models.filter(({id}) => id !== state.active) ?? null;
	const isGone = kept !== null && ![...fixed.map(({ref}) => ref), ...kept.map(({id}) => id)].includes(value.ref);
	useEffect(() => {
		if (isGone) onChange({ref: fixed[0].ref, name: ''});
	}, [isGone]);
	return (
		<label class="second-model">
			<span class="quiet small">{label}</span>{' '}
			<select
				class="field"
				value={value.ref}
				onChange={event => {
					const ref = event.currentTarget.value;
					onChange({ref, name: kept?.find(({id}) => id === ref)?.name ?? ''});
				}}
			>
				{fixed.map(({ref, label}) => (
					<option key={ref} value={ref}>
						{label}
					</option>
				))}
				{kept === null && value.name !== '' && <option value={value.ref}>{value.name}</option>}
				{kept?.map(({id, name, memory, damaged}) => (
					<option key={id} value={id} disabled={damaged}>
						{t('common_second_model', {name, memory: bytes(memory)})}
					</option>
				))}
			</select>
		</label>
	);
}
