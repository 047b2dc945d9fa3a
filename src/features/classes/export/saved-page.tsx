import {t, tn} from '../../../client/browser/i18n.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {BANDS} from '../../../ui/tokens/rank-bands.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';

interface Props {
	prompt: string;
	model: string;
	/** The settings that shape what is shown, and the seed, in a line. */
	settings: string;
	/** Shares of the probability in the four bands of ranks. */
	shares: readonly number[];
	rows: readonly {row: Token & {logit: number}; rank: number; probability: number}[];
	others: {count: number; probability: number};
}

/** The classes of a prompt: the prompt, the bar of all probability, and the ranked classes. */
export function ClassesPage({prompt, model, settings, shares, rows, others}: Props) {
	const most = Math.max(...rows.map(({probability}) => probability), Number.MIN_VALUE);
	return (
		<>
			<h1>{t('popup_tab_classes')}</h1>
			<p class="prompt mono">{visibleToken({text: prompt})}</p>
			<p class="quiet">
				{t('saved_page_model', {model})} {settings}
			</p>
			<div class="mass">
				{BANDS.map(band => (
					<span key={band} class={`solid-${band}`} style={`width: ${shares[band - 1] * 100}%`} />
				))}
			</div>
			<table>
				<tbody>
					{rows.map(({row, rank, probability}) => (
						<tr key={row.id}>
							<td class="quiet">{count(rank)}</td>
							<td class="mono">{visibleToken(row)}</td>
							<td class="scale">
								<span class="bar" style={`width: ${(probability / most) * 100}%`} />
							</td>
							<td class="quiet">{decimal(row.logit)}</td>
							<td>{percent(probability)}</td>
						</tr>
					))}
					<tr>
						<td />
						<td class="quiet" colSpan={3}>
							{tn('classes_others', others.count)}
						</td>
						<td>{percent(others.probability)}</td>
					</tr>
				</tbody>
			</table>
		</>
	);
}
