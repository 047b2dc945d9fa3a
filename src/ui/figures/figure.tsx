import {useSignal} from '@preact/signals';
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';
import {details, type PlainKey, t} from '../../client/browser/i18n.ts';
import {toCsv} from '../csv/write.ts';
import {download, downloadBlob} from '../download.ts';
import {copyPicture, toPng} from '../picture.ts';
import {captionedFile, svgFile} from './svg-file.ts';

/** The numbers of a figure, for who cannot see it or wants to count. */
interface Numbers {
	columns: readonly string[];
	rows: readonly (readonly string[])[];
}

/** What each figure's table says, for who saves the chapter. */
const told = new WeakMap<Element, () => Numbers>();

/** The numbers of a figure that is on the page. */
export const numbersOf = (figure: Element): Numbers | null => told.get(figure)?.() ?? null;

interface Props {
	/** Name of the file it is saved as, without its ending. */
	name: string;
	/** What it shows, in a sentence. */
	title: string;
	/** Asked for when the reader opens the table. */
	numbers(): Numbers;
	/** Written beside the extension's name where the picture is shown elsewhere: the model. */
	note?: string;
	/** All numbers for a program, where the table has the most important ones or has them rounded: saved as CSV. */
	csv?(): readonly (readonly (string | number)[])[];
	/** Controls, and one `svg`. */
	children: ComponentChildren;
}

/** A live figure: its picture, its numbers as a table, and the picture as a file. */
export function Figure({name, title, note, numbers, csv, children}: Props) {
	const figure = useRef<HTMLElement>(null);
	const open = useSignal(false);
	const id = useId();
	useEffect(() => {
		if (figure.current) told.set(figure.current, numbers);
	});
	const save = () => {
		const svg = figure.current?.querySelector('svg');
		if (svg) download(`${name}.svg`, 'image/svg+xml', svgFile(svg, title));
	};
	const outcome = useSignal<PlainKey | null>(null);
	/** As a picture that is shown elsewhere. */
	const captioned = () => {
		const svg = figure.current?.querySelector('svg');
		return svg ? captionedFile(svg, title, details(t('common_name'), note ?? null)) : null;
	};
	const copy = async () => {
		const svg = captioned();
		if (svg) outcome.value = await copyPicture(svg);
	};
	const savePng = async () => {
		const svg = captioned();
		if (!svg) return;
		try {
			downloadBlob(`${name}.png`, await toPng(svg));
			outcome.value = null;
		} catch {
			outcome.value = 'export_failed';
		}
	};
	return (
		<figure ref={figure} class="fig" aria-labelledby={id}>
			<figcaption id={id}>{title}</figcaption>
			{children}
			<div class="fig-foot">
				<details
					onToggle={event => {
						open.value = event.currentTarget.open;
					}}
				>
					<summary>{t('walk_numbers')}</summary>
					{open.value && (
						// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
						<section class="numbers-scroll" tabIndex={0} aria-label={details(t('walk_numbers'), title)}>
							<NumbersTable {...numbers()} />
						</section>
					)}
				</details>
				<div class="fig-save">
					{csv && (
						<button type="button" class="link small" onClick={() => download(`${name}.csv`, 'text/csv', toCsv(csv()))}>
							{t('walk_save_csv')}
						</button>
					)}
					<button type="button" class="link small" onClick={save}>
						{t('walk_save_svg')}
					</button>
					<button type="button" class="link small" onClick={() => void savePng()}>
						{t('walk_save_png')}
					</button>
					<button type="button" class="link small" onClick={() => void copy()}>
						{t('export_copy_picture')}
					</button>
				</div>
				<p class="fig-outcome" role="status">
					{outcome.value && t(outcome.value)}
				</p>
			</div>
		</figure>
	);
}

/** Numbers as a table. */
export const NumbersTable = ({columns, rows}: Numbers) => (
	<table class="numbers">
		<thead>
			<tr>
				{columns.map(column => (
					<th key={column} scope="col">
						{column}
					</th>
				))}
			</tr>
		</thead>
		<tbody>
			{rows.map((row, i) => (
				<tr key={i}>
					{row.map((cell, c) => (
						<td key={columns[c]}>{cell}</td>
					))}
				</tr>
			))}
		</tbody>
	</table>
);
