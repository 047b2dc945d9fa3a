import {useSignal} from '@preact/signals';
import {type ComponentChildren, createContext} from 'preact';
import {useContext} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import type {EngineRequestError} from '../../../client/engine-client.ts';
import type {Progress} from '../../../protocol/values/prompt.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {bareInPython} from './python.ts';

/** A question that the reader can answer by trying. */
export const Try = ({children}: {children: ComponentChildren}) => (
	<p class="try">
		<b>{t('walk_try')}</b>
		{children}
	</p>
);

/** Whether nothing is put before the reader's texts. */
export const BareTexts = createContext(false);

/** The same step in Python, to unfold and copy. */
export function Python({code: written}: {code: string}) {
	const code = useContext(BareTexts) ? bareInPython(written) : written;
	const copied = useSignal(false);
	const copy = async () => {
		await navigator.clipboard.writeText(code);
		copied.value = true;
	};
	return (
		<details class="python">
			<summary>{t('walk_python')}</summary>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
			<pre dir="ltr" lang="en" tabIndex={0}>
				{code}
			</pre>
			<button type="button" class="link small" onClick={() => void copy()}>
				{copied.value ? t('walk_copied') : t('walk_copy')}
			</button>
		</details>
	);
}

/** Where a figure would be that needs some text. */
export const WriteText = () => <p role="status">{t('walk_write_text')}</p>;

interface WaitingProps {
	progress: Progress | null;
	error: EngineRequestError | null;
	retry(): void;
}

/** Where an answer will be: how far it is, or why it does not come. */
export const Waiting = ({progress, error, retry}: WaitingProps) =>
	error ? (
		<ErrorNote message={error.message} action={{label: t('common_retry'), run: retry}} />
	) : (
		<ProgressLine progress={progress} />
	);
