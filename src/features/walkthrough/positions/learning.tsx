import {useEffect, useMemo} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import {watchLibrary} from '../../../client/watch-library.ts';
import type {StoredModel} from '../../../protocol/values/models.ts';
import {bytes} from '../../../ui/format.ts';
import {Waiting, WriteText} from '../shared/prose.tsx';
import type {Walk} from '../state/walk.ts';
import {GetSteps} from './get-steps.tsx';
import {chosenModels, MOST_MODELS} from './kept-steps.ts';
import {SideBySide} from './side-by-side.tsx';
import {useScores} from './use-scores.ts';
import './learning.css';

/** UTF-16 units of the text that is compared: a sentence or two. */
const MOST_TEXT = 400;

/** The same sentence before training, in its course and after it: a model's kept steps, or any kept models with the same tokens. */
export function Learning({walk}: {walk: Walk}) {
	const library = useMemo(() => watchLibrary(walk.engine), [walk.engine]);
	useEffect(() => library.dispose, [library]);
	const slot = walk.address.value('training', 'models', '');
	const state = library.state.value;
	const kept = useMemo(() => state?.models.filter(({damaged}) => !damaged) ?? [], [state]);
	const chosen = chosenModels(slot.value, kept);
	const text = walk.text.value.slice(0, MOST_TEXT).toWellFormed();
	const choose = (id: string, wanted: boolean) => {
		const ids = chosen.map(model => model.id).filter(other => other !== id);
		slot.value = [...ids, ...(wanted ? [id] : [])].join(' ');
	};
	return (
		<>
			<h2>{t('walk_learning_title')}</h2>
			<p>{t('walk_learning_1')}</p>
			{state && <GetSteps engine={walk.engine} state={state} />}
			{kept.length > 1 && (
				<fieldset class="learning-models small">
					<legend>{t('walk_learning_choose')}</legend>
					{kept.map(({id, name, memory}) => {
						const isChosen = chosen.some(model => model.id === id);
						return (
							<label key={id}>
								<input
									type="checkbox"
									checked={isChosen}
									disabled={!isChosen && chosen.length >= MOST_MODELS}
									onChange={event => choose(id, event.currentTarget.checked)}
								/>{' '}
								{t('common_second_model', {name, memory: bytes(memory)})}
							</label>
						);
					})}
				</fieldset>
			)}
			{chosen.length > 1 && (text.trim() === '' ? <WriteText /> : <Scored walk={walk} text={text} models={chosen} />)}
		</>
	);
}

function Scored({walk, text, models}: {walk: Walk; text: string; models: readonly StoredModel[]}) {
	const asked = useScores(
		walk.engine,
		text,
		models.map(({id}) => id),
	);
	const columns = models.flatMap(model => {
		const tokens = asked.scored.get(model.id);
		return tokens ? [{model, tokens}] : [];
	});
	return (
		<>
			{columns.length > 1 && <SideBySide columns={columns} />}
			{columns.length < models.length && <Waiting {...asked} />}
		</>
	);
}
