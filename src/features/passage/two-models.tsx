import {useMemo} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {bits, signed} from '../../ui/format.ts';
import {visibleParts} from '../../ui/tokens/token-text.ts';
import type {Scored} from './scoring.ts';
import {differingWords, sameTokens} from './words.ts';

const LISTED = 8;

interface Props {
	first: Scored;
	second: Scored;
	names: readonly string[];
}

/** Where two models differ on one text, word by word: words are the same where tokens are not. */
export function TwoModels({first, second, names}: Props) {
	const isReady = first.status === 'done' && second.status === 'done' && first.text === second.text;
	const found = useMemo(
		() =>
			isReady
				? {
						words: differingWords(first.text, first.tokens, second.tokens).slice(0, LISTED),
						same: sameTokens(first.tokens, second.tokens),
					}
				: null,
		[isReady, first, second],
	);
	if (!found) return null;
	return (
		<section class="two-models">
			{!found.same && <p class="small">{t('passage_model_other_tokens')}</p>}
			{found.words.length > 0 && (
				<table class="summary-table numbers">
					<caption>{t('passage_model_words')}</caption>
					<thead>
						<tr>
							<td />
							{names.map(name => (
								<th key={name} scope="col">
									{name}
								</th>
							))}
							<th scope="col">{t('passage_model_difference')}</th>
						</tr>
					</thead>
					<tbody>
						{found.words.map(({word, start, bits: [a, b]}) => (
							<tr key={start}>
								<th scope="row">
									<bdi>{visibleParts(word).map(part => part.shown)}</bdi>
								</th>
								<td>{bits(a)}</td>
								<td>{bits(b)}</td>
								<td>{signed(b - a)}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}
