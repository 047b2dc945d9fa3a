import {useSignal} from '@preact/signals';
import {useLayoutEffect, useRef} from 'preact/hooks';
import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import type {Desk} from '../state/desk.ts';
import {chooseFile, savePicker} from '../state/table-file.ts';

type Into = 'page' | 'file';

/** The buttons that begin a run. Where that drops what was measured before, they ask first. */
export function Start({desk}: {desk: Desk}) {
	const {run, items, input} = desk;
	const total = items.value.length;
	const isBehind = input.isBehind.value;
	// A button that waits keeps the focus, and says why.
	const ability = isBehind ? {'aria-disabled': true} : {disabled: total === 0};
	const asking = useSignal<Into | null>(null);
	const fault = useSignal<string | null>(null);
	const first = useRef<HTMLButtonElement>(null);
	const wasAsking = useRef(false);
	// What was pressed goes away with each step, and the focus would go with it.
	useLayoutEffect(() => {
		if (wasAsking.current !== (asking.value !== null)) first.current?.focus();
		wasAsking.current = asking.value !== null;
	}, [asking.value]);
	const begin = async (into: Into) => {
		asking.value = null;
		if (input.isBehind.peek()) return;
		if (into === 'page') return desk.start();
		try {
			const handle = await chooseFile('surprisal.csv');
			fault.value = null;
			if (handle) desk.start(handle);
		} catch (error) {
			fault.value = (error as Error).message;
		}
	};
	const press = (into: Into) => {
		if (run.results.peek().length > 0 && !input.isBehind.peek()) asking.value = into;
		else void begin(into);
	};
	return (
		<>
			{asking.value === null ? (
				<div class="controls">
					<button type="button" class="button go" id="start" ref={first} {...ability} onClick={() => press('page')}>
						{isBehind ? t('desk_start_later') : total === 0 ? t('desk_measure') : tn('desk_start', total)}
					</button>
					{savePicker() && (
						<button
							type="button"
							class="button"
							{...ability}
							aria-describedby={isBehind ? 'start' : undefined}
							onClick={() => press('file')}
						>
							{t('desk_start_file')}
						</button>
					)}
				</div>
			) : (
				<>
					<p id="drop">
						{tn('desk_drop', run.done.value, {models: enumeration(run.results.value.models.map(({model}) => model))})}
					</p>
					<div class="controls">
						<button
							type="button"
							class="button"
							ref={first}
							aria-describedby="drop"
							onClick={() => {
								asking.value = null;
							}}
						>
							{t('desk_drop_keep')}
						</button>
						<button type="button" class="button" aria-describedby="drop" onClick={() => void begin(asking.value!)}>
							{t('desk_drop_sure')}
						</button>
					</div>
				</>
			)}
			{!savePicker() && <p class="quiet small">{t('desk_no_start_file')}</p>}
			{fault.value !== null && <ErrorNote message={t('desk_file_fault', {fileFault: fault.value})} />}
		</>
	);
}
