import {useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {downloadBlob} from '../../../ui/download.ts';
import {shortened} from '../../../ui/figures/text-width.ts';
import {count, decimal, significant} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {outputAmong, outputsFor} from '../state/columns.ts';
import type {Desk} from '../state/desk.ts';
import type {Output} from '../state/form.ts';
import type {Result, Results} from '../state/results.ts';
import {sumsOf} from '../state/sums.ts';
import {tableBlob} from '../state/table-file.ts';
import {definitionOf} from './definitions.ts';

/** Rows shown on the page; all of them are in the file. */
const SHOWN = 200;
/** Characters of a cell that are shown. */
const LONGEST = 200;

/** What comes out: the table by the chosen unit, what its columns mean, and the file. */
export function RowsTable({desk, results, all}: {desk: Desk; results: Results; all: readonly Result[]}) {
	const {form} = desk;
	const outputs = useMemo(() => outputsFor(all.map(({item}) => item)), [all]);
	const output = outputAmong(outputs, form.value.output);
	const rows = useMemo(() => results.firstRows(output, SHOWN), [results, all, output]);
	const columns = results.columns(output);
	return (
		<section aria-labelledby="rows-title">
			<h2 id="rows-title">{t('desk_rows')}</h2>
			<div class="controls">
				<span>{t('desk_by', {unit: t(`desk_output_${output}`)})}</span>
				<Save results={results} output={output} onSaved={desk.onSaved} />
			</div>
			<Sums all={all} />
			{results.models.length > 1 && (
				<p role="status">{t('desk_models', {models: enumeration(results.models.map(({model}) => model))})}</p>
			)}
			<details open>
				<summary>{t('desk_definitions')}</summary>
				<dl class="definitions small">
					{columns.map(name => (
						<div key={name}>
							<dt class="mono">{name}</dt>
							<dd>{definitionOf(name, output)}</dd>
						</div>
					))}
				</dl>
			</details>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
			<section class="table-scroll" tabIndex={0} aria-label={t('desk_rows_table')}>
				<table class="numbers">
					<thead>
						<tr>
							{columns.map(name => (
								<th key={name} scope="col" title={definitionOf(name, output)}>
									{name}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{rows.map((row, i) => (
							<tr key={i}>
								{row.map((cell, c) => (
									<td key={columns[c]} class={typeof cell === 'number' ? 'number' : undefined}>
										{typeof cell === 'number'
											? shown(cell)
											: shortened(columns[c] === 'token' ? visibleToken({text: cell}) : cell, LONGEST)}
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</section>
			{rows.length === SHOWN && <p class="quiet small">{t('desk_shown', {shown: count(SHOWN)})}</p>}
			{rows.length === 0 && <p role="status">{t('desk_no_rows')}</p>}
		</section>
	);
}

/** A whole number as it is, a measure with the decimals that it can be read with. */
const shown = (value: number) =>
	Number.isInteger(value) ? count(value) : Math.abs(value) < 0.01 ? significant(value) : decimal(value, 3);

/** The totals of all texts together. */
function Sums({all}: {all: readonly Result[]}) {
	const sums = useMemo(() => sumsOf(all), [all]);
	if (!sums) return null;
	return (
		<p class="numbers">
			{tn('desk_sums', sums.texts, {
				tokens: count(sums.tokens),
				bitsPerToken: decimal(sums.bitsPerToken, 3),
				bitsPerCharacter: decimal(sums.bitsPerCharacter, 3),
				perplexity: significant(sums.perplexity),
			})}
		</p>
	);
}

function Save({results, output, onSaved}: {results: Results; output: Output; onSaved(): void}) {
	const fault = useSignal<string | null>(null);
	const isWriting = useSignal(false);
	const save = async () => {
		isWriting.value = true;
		fault.value = null;
		try {
			downloadBlob(`surprisal-${output}.csv`, await tableBlob(results, output));
			onSaved();
		} catch (error) {
			fault.value = (error as Error).message;
		}
		isWriting.value = false;
	};
	return (
		<>
			<button type="button" class="button" disabled={isWriting.value} onClick={() => void save()}>
				{t('desk_save')}
			</button>
			<span role="status" class="quiet">
				{isWriting.value && t('desk_writing')}
			</span>
			{fault.value !== null && <ErrorNote message={t('desk_file_fault', {fileFault: fault.value})} />}
		</>
	);
}
