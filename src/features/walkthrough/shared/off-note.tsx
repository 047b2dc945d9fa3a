import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import type {Walk} from '../state/walk.ts';
import {partLabel} from './part-label.ts';

/** Which parts are off, what they give instead, and all on again; nothing where none is. Of an ONNX export none can be. */
export function OffNote({walk: {body, model}}: {walk: Walk}) {
	const off = body.off.value;
	if (off.length === 0) return null;
	const reset = (
		<button type="button" class="button" onClick={body.reset}>
			{t('walk_off_reset')}
		</button>
	);
	if (model.value?.hiddenStates === false)
		return (
			<div class="controls off-note">
				<span role="status">{t('error_onnx_no_change')}</span>
				{reset}
			</div>
		);
	return (
		<div class="controls off-note">
			<span role="status">{tn('walk_off_count', off.length, {off: enumeration(off.map(partLabel))})}</span>
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
			{reset}
		</div>
	);
}
