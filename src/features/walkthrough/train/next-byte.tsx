import {t, tn} from '../../../client/browser/i18n.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {BarRows} from '../shared/bar-rows.tsx';
import {quoted} from '../shared/class-list.tsx';
import {byteToken} from './bytes.ts';
import type {Look} from './trainer/messages.ts';

const ROWS = 8;
const ROW = 26;

interface Props {
	prompt: string;
	/** At the needle, and after the last step. */
	at: Look;
	now: Look;
}

/** The classes after the prompt as they are at the needle; a thin line says where each is now. */
export function NextByte({prompt, at, now}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const isNow = at.step === now.step;
	const shown = [...at.distribution.keys()]
		.sort((a, b) => at.distribution[b] - at.distribution[a] || a - b)
		.slice(0, ROWS);
	const where = isNow
		? t('walk_train_after_long', {step: count(at.step)})
		: t('walk_train_then_now', {steps: tn('walk_train_steps', at.step), step: count(now.step)});
	const title = t('walk_train_next', {visibleToken: quoted(visibleToken({text: prompt}))});
	const name = (byte: number) => visibleToken(byteToken(byte));
	return (
		<Figure
			name="next-byte"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_token'),
					t('walk_train_at_step', {at: count(at.step)}),
					t('walk_train_now', {step: count(now.step)}),
				],
				rows: shown.map(byte => [name(byte), percent(at.distribution[byte]), percent(now.distribution[byte])]),
			})}
			csv={() => [
				['byte', `probability_step_${at.step}`, `probability_step_${now.step}`],
				...[...at.distribution].map((probability, byte) => [byte, probability, now.distribution[byte]]),
			]}
		>
			<p class="readout">{where}</p>
			<div ref={ref}>
				<Picture width={width} height={ROWS * ROW} label={title}>
					<BarRows
						y={0}
						width={width}
						row={ROW}
						bars={shown.map(byte => ({
							key: byte,
							label: name(byte),
							probability: at.distribution[byte],
							before: isNow ? null : now.distribution[byte],
						}))}
					/>
				</Picture>
			</div>
		</Figure>
	);
}
