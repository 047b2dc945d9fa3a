import {t} from '../../../client/browser/i18n.ts';
import type {EventOf} from '../../../protocol/questions.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {count, decimal, percent, signed} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {EffectGrid} from '../shared/effect-grid.tsx';

/** A place of the residual stream: after how many blocks, at which position. */
export interface Cell {
	block: number;
	position: number;
}

interface Props {
	about: Extract<EventOf<'patches'>, {kind: 'patching'}>;
	/** The measure in every cell so far, block after block. */
	values: readonly number[];
	/** The cell that is looked at. */
	cell: Cell | null;
	onPress(cell: Cell): void;
}

/** How far each patch moves the answer from the first prompt's to the second's: 100 % is all the way. */
export function PatchGrid({about, values, cell, onPress}: Props) {
	const {tokens, chosen, against, whole, total} = about;
	const T = tokens[0].length;
	const blocks = Array.from({length: total / T}, (_, block) =>
		tokens[0].map((_, position) => values[block * T + position] ?? null),
	);
	const share = (value: number) => (whole[0] - value) / (whole[0] - whole[1]);
	/** A share of the way in percent; one that leads away has a minus sign. */
	const written = (value: number) => {
		const hundredths = Math.round(100 * share(value));
		return t('walk_patch_share', {hundredths: hundredths < 0 ? `−${count(-hundredths)}` : count(hundredths)});
	};
	const names = tokens[0].map((token, i) => {
		const [one, two] = [visibleToken(token), visibleToken(tokens[1][i])];
		return one === two ? one : t('walk_patch_two_tokens', {one, two});
	});
	const blockName = (block: number) =>
		block === 0 ? t('walk_vector_embedding') : t('walk_vector_block', {block: count(block)});
	const title = t('walk_patch_figure', {
		chosen: quoted(visibleToken(chosen)),
		against: quoted(against ? visibleToken(against) : ''),
		first: signed(whole[0]),
		second: signed(whole[1]),
	});
	return (
		<Figure
			name="patching"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_vector_after'),
					...names.map((name, i) => t('walk_position_token', {first: count(i + 1), token: name})),
				],
				rows: blocks.map((row, block) => [
					blockName(block),
					...row.map(value => (value === null ? '' : decimal(value, 4))),
				]),
			})}
			csv={() => [
				['after_blocks', 'position', 'first_token', 'second_token', 'logit_difference', 'share_of_the_way'],
				...blocks.flatMap((row, block) =>
					row.map((value, i) => [
						block,
						i + 1,
						visibleToken(tokens[0][i]),
						visibleToken(tokens[1][i]),
						value ?? '',
						value === null ? '' : share(value),
					]),
				),
			]}
		>
			<EffectGrid
				label={title}
				columns={names}
				rows={blocks.map((row, block) => ({
					name: blockName(block),
					cells: row.map((value, position) => ({
						value: value === null ? null : share(value),
						text: value === null ? '' : written(value),
						spoken: t('walk_patch_cell', {
							token: names[position],
							block: blockName(block),
							share: value === null ? '…' : written(value),
						}),
						marked: cell?.block === block && cell.position === position,
					})),
				}))}
				full={1}
				onPress={(block, position) => onPress({block, position})}
			/>
			<p class="readout">{t('walk_patch_told', {all: percent(1), none: percent(0)})}</p>
		</Figure>
	);
}
