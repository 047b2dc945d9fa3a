import {useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {bits, count} from '../../../ui/format.ts';
import {bitsColours} from '../../../ui/tokens/surprisal-scale.ts';
import {lossesOnText, paintedStretches, type Stretch} from './bytes.ts';
import type {StepBatch} from './trainer/past.ts';

/** Characters before and after a piece that are shown with it. */
const CONTEXT = 60;

interface Props {
	/** The bytes that are learned. */
	bytes: Uint8Array;
	/** null before the first step. */
	batch: StepBatch | null;
	step: number;
}

/** The text that is learned, and on it the pieces of one step's batch, each character on the ground of its loss. */
export function BatchText({bytes, batch, step}: Props) {
	const stretches = useMemo(
		() =>
			paintedStretches(
				bytes,
				batch
					? lossesOnText(bytes.length, batch.begins, batch.losses)
					: new Float32Array(bytes.length).fill(Number.NaN),
			),
		[bytes, batch],
	);
	return (
		<div>
			<h2 id="batch-text-title">{batch ? t('walk_train_batch', {step: count(step)}) : t('walk_train_batch_none')}</h2>
			<p class="readout">{batch ? tn('walk_train_batch_pieces', batch.begins.length) : t('walk_train_batch_random')}</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
			<section class="batch-scroll mono" tabIndex={0} aria-labelledby="batch-text-title">
				{batch ? stretches.map((stretch, i) => <Piece key={i} {...stretch} />) : stretches[0].text}
			</section>
		</div>
	);
}

function Piece({text, loss}: Stretch) {
	if (loss === null) return <>{around(text)}</>;
	const {background, ink} = bitsColours(loss);
	return (
		<i style={`background: ${background}; color: ${ink}`} title={bits(loss)}>
			{text === '\n' ? '↵\n' : text}
		</i>
	);
}

/** What is between two pieces: of a long stretch, its ends. */
const around = (text: string) =>
	text.length > 2 * CONTEXT ? `${text.slice(0, CONTEXT)} … ${text.slice(-CONTEXT)}` : text;
