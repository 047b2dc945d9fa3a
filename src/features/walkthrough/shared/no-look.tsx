import {t} from '../../../client/browser/i18n.ts';
import {openModels} from '../../../client/browser/tabs.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';

interface Props {
	model: ModelInfo;
	/** What cannot be done: nothing can be seen of it, when left out. */
	why?: string;
}

/** Where a figure would be: what this model does not give, and which one does. */
export const NoLook = ({model, why = t('walk_no_look', {id: model.id})}: Props) => (
	<section class="fig" role="note">
		<p>{why}</p>
		<p>
			<button type="button" class="button" onClick={() => void openModels()}>
				{t('walk_no_look_choose')}
			</button>
		</p>
	</section>
);
