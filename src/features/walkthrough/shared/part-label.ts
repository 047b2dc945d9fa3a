import {t} from '../../../client/browser/i18n.ts';
import type {Part} from '../../../protocol/values/changes.ts';
import {count} from '../../../ui/format.ts';

/** A part as figures name it: `2.4`, `attention 5`, `feed-forward 3`; blocks and heads from 1 on. */
export const partLabel = ({block, part}: Part): string =>
	typeof part === 'number'
		? t('walk_part_head', {block: count(block + 1), part: count(part + 1)})
		: t(part === 'mlp' ? 'walk_part_mlp' : 'walk_part_attention', {block: count(block + 1)});
