import {useId} from 'preact/hooks';
import {refusalText} from '../../client/browser/error-text.ts';
import {type PlainKey, t} from '../../client/browser/i18n.ts';
import {fieldText, leaveField, repairOf, type SettingsDraft, setValue, typeText} from '../../client/settings/draft.ts';
import {CONTROLS} from '../../client/settings/parameters.ts';
import type {SettingName, Settings} from '../../client/settings/settings.ts';
import type {Refusal} from '../../engine/errors/refusal.ts';
import {huggingFaceName, isNeutralSetting, unusedText, valueText} from '../parameters.ts';
import {Segmented} from './segmented.tsx';

interface Props {
	name: SettingName;
	draft: SettingsDraft;
	/** Why the value is refused, or does not go with others. */
	problems: readonly Refusal[];
	/** What the engine says of a value that is well written but cannot be used. */
	error?: string | null;
	onChange(draft: SettingsDraft): void;
	/** The person let go of the control, so the value can be saved. */
	onSettle?(): void;
}

/** One parameter: its name, its control, its effect, and why its value is refused if it is. */
export function ParameterControl(props: Props) {
	const {name, draft, problems, error} = props;
	const invalid = problems.length > 0 || Boolean(error);
	const id = useId();
	const unused = unusedText(name, draft.values);
	const hfName = huggingFaceName(name);
	const look = ['parameter', unused && 'unused', isNeutralSetting(name, draft.values) && 'neutral']
		.filter(Boolean)
		.join(' ');
	const described = [`${id}-help`, unused && `${id}-unused`, invalid && `${id}-problem`].filter(Boolean).join(' ');
	const common: Shared = {...props, id, described, invalid};
	return (
		<div class={look} data-parameter={name}>
			<div class="parameter-name">
				<label id={`${id}-label`} for={id}>
					{t(`options_${name}`)}
				</label>
				{hfName && <code title={t('options_hugging_face')}>{hfName}</code>}
			</div>
			<div class="parameter-value">
				<ValueControl {...common} />
			</div>
			<p id={`${id}-help`} class="parameter-help">
				{t(`options_${name}_help`)}
			</p>
			{unused && (
				<p id={`${id}-unused`} class="parameter-unused">
					{t('options_unused', {unused})}
				</p>
			)}
			<div id={`${id}-problem`} class="parameter-problem" role="alert">
				{problems.length > 0 && <p>{refusalText(problems)}</p>}
				{error && <p>{error}</p>}
				<Repair {...props} />
			</div>
		</div>
	);
}

/** The value with which it would go together with the others, one click away. */
function Repair({name, draft, onChange, onSettle}: Props) {
	const value = repairOf(draft, name);
	if (value === null) return null;
	const repair = () => {
		onChange(setValue(draft, name, value));
		onSettle?.();
	};
	return (
		<button type="button" class="link" onClick={repair}>
			{t('options_repair', {parameter: t(`options_${name}`), value: valueText(name, value)})}
		</button>
	);
}

interface Shared extends Props {
	id: string;
	/** Ids of the elements that describe the control. */
	described: string;
	invalid: boolean;
}

function ValueControl(props: Shared) {
	const {name, draft, id, described, onChange, onSettle} = props;
	const control = CONTROLS[name];
	const set = (value: Settings[SettingName]) => {
		onChange(setValue(draft, name, value));
		onSettle?.();
	};
	switch (control.kind) {
		case 'slider':
			return (
				<>
					<input
						type="range"
						min={control.min}
						max={control.max}
						step={control.step}
						value={Number(draft.values[name])}
						aria-label={t('options_slider', {parameter: t(`options_${name}`)})}
						aria-describedby={described}
						onInput={event => onChange(setValue(draft, name, event.currentTarget.valueAsNumber as never))}
						onChange={onSettle}
					/>
					<NumberField {...props} />
				</>
			);
		case 'number':
			return <NumberField {...props} />;
		case 'switch':
			return (
				<input
					type="checkbox"
					role="switch"
					class="switch"
					id={id}
					checked={draft.values[name] === true}
					aria-checked={draft.values[name] === true}
					aria-describedby={described}
					onChange={event => set(event.currentTarget.checked)}
				/>
			);
		case 'choice':
			return (
				// biome-ignore lint/a11y/useSemanticElements: the fieldset inside names the choice; this adds what describes it
				<div role="group" id={id} aria-labelledby={`${id}-label`} aria-describedby={described}>
					<Segmented
						label={t(`options_${name}`)}
						value={String(draft.values[name])}
						options={control.choices.map(choice => ({
							value: String(choice),
							label: t(`options_${name}_${choice}` as PlainKey),
						}))}
						onChange={text => set(control.choices.find(choice => String(choice) === text) as Settings[SettingName])}
					/>
				</div>
			);
		case 'text':
		case 'texts':
			return <TextsField {...props} />;
		case 'numbers':
			return <input type="text" spellcheck={false} {...fieldProps(props)} class="field numbers" />;
	}
}

function NumberField(props: Shared) {
	return <input type="text" inputMode="decimal" size={7} {...fieldProps(props)} class="field numbers" />;
}

function TextsField(props: Shared) {
	return <textarea rows={2} spellcheck={false} {...fieldProps(props)} class="field mono" />;
}

function fieldProps({name, draft, id, described, invalid, onChange, onSettle}: Shared) {
	return {
		id,
		value: fieldText(draft, name),
		autocomplete: 'off' as const,
		'aria-describedby': described,
		'aria-invalid': invalid || undefined,
		onInput: (event: {currentTarget: {value: string}}) => onChange(typeText(draft, name, event.currentTarget.value)),
		onBlur: () => {
			onChange(leaveField(draft, name));
			onSettle?.();
		},
	};
}
