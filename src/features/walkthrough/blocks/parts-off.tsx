import {batch} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import {BUNDLED_ID} from '../../../protocol/values/models.ts';
import {partName} from '../../../protocol/values/part-names.ts';
import {BeforeAfter} from '../shared/before-after.tsx';
import {OffNote} from '../shared/off-note.tsx';
import {Python, Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';
import {MeasureControls, measuredOf} from './measure.tsx';
import {PassageOff} from './passage-off.tsx';
import {offInPython} from './python.ts';
import {WhichPart} from './which-part.tsx';

/** Found by switching off every pair of heads of the bundled model; `test/unit/service/answers/interventions.test.ts` measures it. */
const EXAMPLE = {text: "Anna's daughter met Anna's", off: '2.4,5.3'};

/** Classes of each list. */
const LISTED = 7;

interface Props {
	walk: Walk;
	layers: number;
	heads: number;
}

/** What becomes of the classes with parts of the body off, and which part matters. */
export function PartsOff({walk, layers, heads}: Props) {
	const {body, text} = walk;
	const prompt = promptOf(text.value);
	const classes = useQuery(walk.engine, 'classes', {prompt, generation: PLAIN, limit: LISTED});
	const rows = useLast(classes.answer?.model ?? null, text.value);
	const measured = measuredOf(walk, rows ?? []);
	const {params} = measured;
	const changes = body.changes.value;
	const asked = useQuery(
		walk.engine,
		'changed',
		changes && params
			? {prompt, changes, limit: LISTED, classes: [params.chosen, ...(params.against === null ? [] : [params.against])]}
			: null,
	);
	const answer = useLast(asked.answer, `${changes ? '' : 'whole '}${text.value}`);
	const count = body.off.value.length;
	return (
		<>
			<OffNote walk={walk} />
			{!changes && (
				<>
					<p>{t('walk_off_try')}</p>
					{walk.model.value?.id === BUNDLED_ID && (
						<p>
							<button
								type="button"
								class="button"
								onClick={() =>
									batch(() => {
										walk.address.setText(EXAMPLE.text);
										body.set(EXAMPLE.off);
									})
								}
							>
								{t('walk_off_example')}
							</button>
						</p>
					)}
				</>
			)}
			{text.value === EXAMPLE.text &&
				body.off.value.map(partName).join() === EXAMPLE.off &&
				walk.model.value?.id === BUNDLED_ID && <p>{t('walk_off_example_told')}</p>}
			{rows && <MeasureControls measured={measured} classes={rows} />}
			{changes &&
				(asked.error || !answer ? (
					<Waiting {...asked} />
				) : (
					<BeforeAfter name="parts-off" answer={answer} sides={[t('walk_off_whole'), tn('walk_off_now', count)]} />
				))}
			{changes && !asked.error && <PassageOff walk={walk} changes={changes} />}
			<h2>{t('walk_parts_title')}</h2>
			<p>{t('walk_parts_text')}</p>
			{params && <WhichPart walk={walk} measure={params} layers={layers} heads={heads} />}
			{count > 0 && <Python code={offInPython(text.value, walk.model.value, body.off.value, body.fill.value)} />}
		</>
	);
}
