import {t} from '../../../client/browser/i18n.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';
import type {Changes} from '../../../protocol/values/changes.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {bits, count, decimal} from '../../../ui/format.ts';
import {isolate, spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {Waiting} from '../shared/prose.tsx';
import {type FlowToken, TokenFlow} from '../shared/token-flow.tsx';
import {useStream} from '../shared/use-stream.ts';
import type {Walk} from '../state/walk.ts';

/** Bits at which the colour is full, and how much of it: the text on it must stay readable. */
const MOST_BITS = 12;
const STRONGEST = 0.6;

/** The reader's text as a passage: how many bits each token costs with parts off, and in the whole body. */
export function PassageOff({walk, changes}: {walk: Walk; changes: Changes}) {
	const {off, fill} = changes;
	const text = walk.text.value;
	const whole = useStream(walk.engine, 'score', text === '' ? null : {text});
	const now = useStream(walk.engine, 'score', text === '' ? null : {text, changes: {off, fill}});
	if (text === '') return null;
	const failed = [whole, now].find(({error}) => error);
	if (failed || !whole.answer || !now.answer) return <Waiting {...(failed ?? now)} />;
	const [before, after] = [whole, now].map(({events}) => events.flatMap(({tokens}) => tokens));
	return <Picture before={before} after={after} means={[whole.answer.bitsPerToken, now.answer.bitsPerToken]} />;
}

interface PictureProps {
	before: readonly ScoredToken[];
	after: readonly ScoredToken[];
	/** Bits a token. */
	means: readonly [before: number, after: number];
}

const bitsOf = ({logProb}: ScoredToken) => -logProb / Math.LN2;

function Picture({before, after, means}: PictureProps) {
	const title = t('walk_off_passage', {before: bits(means[0]), after: bits(means[1])});
	const tokens = after.map((token, i): FlowToken => {
		const values = [bitsOf(before[i]), bitsOf(token)];
		return {
			token,
			note: decimal(values[1], 1),
			spoken: t('walk_off_passage_token', {
				token: isolate(spokenToken(token)),
				before: bits(values[0]),
				after: bits(values[1]),
			}),
			tone: 'loss',
			strength: STRONGEST * Math.min(1, values[1] / MOST_BITS),
		};
	});
	return (
		<Figure
			name="passage-parts-off"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_position'),
					t('walk_column_token'),
					t('walk_off_bits_before'),
					t('walk_off_bits_after'),
				],
				rows: after.map((token, i) => [
					count(i + 1),
					visibleToken(token),
					decimal(bitsOf(before[i])),
					decimal(bitsOf(token)),
				]),
			})}
			csv={() => [
				['position', 'token', 'bits_before', 'bits_after'],
				...after.map((token, i) => [i + 1, visibleToken(token), bitsOf(before[i]), bitsOf(token)]),
			]}
		>
			<TokenFlow label={title} tokens={tokens} noted />
			<p class="readout">{t('walk_off_passage_told')}</p>
		</Figure>
	);
}
