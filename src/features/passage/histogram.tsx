import {t, tn} from '../../client/browser/i18n.ts';
import {compact, count, percent} from '../../ui/format.ts';
import {bitsPaint} from '../../ui/tokens/surprisal-scale.ts';
import {type Bin, binBand} from './summary.ts';

interface Props {
	kind: 'rank' | 'surprisal';
	bins: readonly Bin[];
}

/** A histogram as a list of bars, each with its range and count in words. */
export function Histogram({kind, bins}: Props) {
	const title = t(kind === 'rank' ? 'passage_ranks' : 'passage_bits');
	const most = Math.max(1, ...bins.map(bin => bin.count));
	const total = bins.reduce((sum, bin) => sum + bin.count, 0) || 1;
	return (
		<figure class="histogram">
			<figcaption>{title}</figcaption>
			<ul aria-label={title}>
				{bins.map((bin, i) => {
					const share = percent(bin.count / total);
					const sentence = tn('passage_bin', bin.count, {kind: rangeOf(kind, bin), share});
					return (
						<li key={bin.from} title={sentence}>
							<span class="spoken">{sentence}</span>
							<i
								aria-hidden="true"
								style={`--height: ${bin.count / most}; --colour: ${colourOf(kind, bin, i)}`}
								class={bin.count > 0 ? undefined : 'none'}
							/>
							<span class="range numbers" aria-hidden="true">
								{kind === 'rank' || i % 3 === 0 ? shortRange(kind, bin) : ''}
							</span>
						</li>
					);
				})}
			</ul>
		</figure>
	);
}

function colourOf(kind: Props['kind'], bin: Bin, step: number) {
	if (kind === 'rank') return `var(--surprise-${binBand(bin)}-solid)`;
	// The palest step would be lost on paper, so bars start a little into the scale.
	const shown = Math.max(2, step);
	return `light-dark(${bitsPaint(shown, 'light').background}, ${bitsPaint(shown, 'dark').background})`;
}

/** The bin's range in words. */
function rangeOf(kind: Props['kind'], {from, to}: Bin) {
	if (kind === 'surprisal') {
		return to === null
			? t('passage_bits_from', {from: count(from)})
			: t('passage_bits_between', {from: count(from), to: count(to)});
	}
	if (to === null) return t('passage_ranks_from', {from: count(from)});
	return from === to
		? t('passage_rank_one', {from: count(from)})
		: t('passage_ranks_between', {from: count(from), to: count(to)});
}

/** The same, as short as an axis needs. */
const shortRange = (kind: Props['kind'], {from, to}: Bin) => {
	if (kind === 'surprisal') return count(from);
	if (to === null) return `>${compact(from - 1)}`;
	return compact(to);
};
