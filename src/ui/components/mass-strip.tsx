import {type MessageKey, t} from '../../client/browser/i18n.ts';
import {percent} from '../format.ts';
import {BANDS, type Band} from '../tokens/rank-bands.ts';
import './mass-strip.css';

/** Shares of the probability in the four bands of ranks; together 1. */
type Shares = readonly [number, number, number, number];

/** A number from 0 to 1 that fell on a class. */
export interface Needle {
	/** Two draws have two keys, so that each is seen to fall. */
	key: string;
	/** Where it fell; null where the first class is taken without a number. */
	number: number | null;
	/** The class it fell on holds the strip from `start` to `start + width`. */
	start: number;
	width: number;
}

interface Props {
	shares: Shares;
	/** With settings: the model's own shares, and how much of each the settings keep. */
	before?: {model: Shares; kept: Shares};
	needle?: Needle | null;
	/** Where on the strip the first classes end. */
	ends?: readonly number[];
	/** What the first classes are called, in the order of `ends`; shown where there is room. */
	names?: readonly string[];
}

const WORDS = [
	'common_mass_first',
	'common_mass_second',
	'common_mass_third',
	'common_mass_fourth',
] as const satisfies MessageKey[];

/** All the probability as one bar: the classes side by side by rank, cut at ranks 10, 100 and 1,000. */
export function MassStrip({shares, before, ...bar}: Props) {
	const cut = before ? 1 - before.kept.reduce((sum, share) => sum + share, 0) : 0;
	return (
		<figure class="mass">
			<MassBar shares={shares} {...bar} />
			<div class="mass-before" aria-hidden="true">
				{before &&
					BANDS.map(band => {
						const [model, kept] = [before.model[band - 1], before.kept[band - 1]];
						return (
							<>
								<Part key={band} band={band} share={kept} />
								<i key={`${band} cut`} class="mass-cut" style={`--share: ${Math.max(0, model - kept)}`} />
							</>
						);
					})}
			</div>
			<figcaption class="mass-words">
				{BANDS.map(
					band =>
						shares[band - 1] > 0 && (
							<span key={band}>
								<i class={`mass-swatch solid-${band}`} aria-hidden="true" />
								{t(WORDS[band - 1], {share: percent(shares[band - 1], 2)})}
							</span>
						),
				)}
				{before && (
					<span>
						<i class="mass-swatch mass-cut" aria-hidden="true" />
						{t('common_mass_cut', {max: percent(Math.max(0, cut), 2)})}
					</span>
				)}
			</figcaption>
		</figure>
	);
}

/** The bar alone, for a page that says in other words what is on it. */
export function MassBar({shares, needle, ends = [], names = []}: Omit<Props, 'before'>) {
	return (
		<div class="mass-bar" aria-hidden="true">
			{BANDS.map(band => (
				<Part key={band} band={band} share={shares[band - 1]} />
			))}
			{ends.map(end => (
				<i key={end} class="mass-end" style={`--at: ${end}`} />
			))}
			{names.map((name, i) => {
				const start = ends[i - 1] ?? 0;
				return (
					<i key={start} class="mass-name" style={`--at: ${start}; --share: ${ends[i] - start}`}>
						<span>{name}</span>
					</i>
				);
			})}
			{needle && (
				<>
					<i class="mass-hit" style={`--at: ${needle.start}; --share: ${needle.width}`} />
					<i key={needle.key} class="mass-needle" style={`--at: ${needle.number ?? needle.start}`} />
				</>
			)}
		</div>
	);
}

const Part = ({band, share}: {band: Band; share: number}) => (
	<i class={`mass-part solid-${band}`} style={`--share: ${share}`} />
);
