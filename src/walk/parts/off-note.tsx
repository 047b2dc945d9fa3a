import {Segmented} from '../../ui/components/segmented.tsx';
import {enumeration, t, tn} from '../../ui/i18n.ts';
import type {Walk} from '../state/walk.ts';
import {partLabel} from './part-label.ts';

/** Which parts are off, what they give instead, and all on again; nothing where none is. */
export function OffNote({walk: {body}}: {walk: Walk}) {
	const off = body.off.value;
	if (off.length === 0) return null;
	return (
		<div class="controls off-note">
			<span role="status">{tn('walk_off_count', off.length, enumeration(off.map(partLabel)))}</span>
			<span class="off-fill">
				{t('walk_off_gives')}
				<Segmented
					label={t('walk_off_gives')}
					value={body.fill.value}
					options={[
						{value: 'zero', label: t('walk_off_zero')},
						{value: 'mean', label: t('walk_off_mean')},
					]}
					onChange={body.setFill}
				/>
			</span>
			<button type="button" class="button" onClick={body.reset}>
				{t('walk_off_reset')}
			</button>
		</div>
	);
}
