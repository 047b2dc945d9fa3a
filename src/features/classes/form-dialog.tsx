import {type Signal, useSignal} from '@preact/signals';
import {t} from '../../client/browser/i18n.ts';
import {newSettingsDraft, problemsOf, savable} from '../../client/settings/draft.ts';
import {Dialog} from '../../ui/components/dialog.tsx';
import {ParameterControl} from '../../ui/components/parameter-control.tsx';
import type {Workspace} from '../prompt/workspace.ts';
import '../../ui/parameters.css';
import './form-dialog.css';

interface Props {
	app: Workspace;
	open: Signal<boolean>;
}

/** The form that a continuation must have: chosen, changed, or given up. */
export const FormDialog = ({app, open}: Props) =>
	open.value ? (
		<FormFields
			app={app}
			onClose={() => {
				open.value = false;
			}}
		/>
	) : null;

/** What the form is written as, its text, and what is wrong with it, at which place. */
function FormFields({app, onClose}: {app: Workspace; onClose(): void}) {
	const {classes, settings} = app;
	const draft = useSignal(newSettingsDraft(settings.settings.peek()));
	const problems = problemsOf(draft.value);
	const refused = classes.error.value?.code === 'form-complete' ? null : classes.error.value;
	const save = () => {
		if (!savable(draft.peek())) return;
		const {formKind, form} = draft.peek().values;
		settings.save({...settings.settings.peek(), formKind, form});
	};
	return (
		<Dialog class="form-dialog" title={t('options_group_form')} done={t('strategies_edit_done')} onClose={onClose}>
			{(['formKind', 'form'] as const).map(name => (
				<ParameterControl
					key={name}
					name={name}
					draft={draft.value}
					problems={problems.get(name) ?? []}
					error={name === 'form' && problems.size === 0 ? refused?.message : null}
					onChange={next => {
						draft.value = next;
					}}
					onSettle={save}
				/>
			))}
		</Dialog>
	);
}
