import {batch} from '@preact/signals';
import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {ChangedAnswer} from '../../../protocol/questions/intervene.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import type {Params} from '../../../protocol/questions.ts';
import {MAX_STEER_WEIGHT, type Steer} from '../../../protocol/values/changes.ts';
import {BUNDLED_ID} from '../../../protocol/values/models.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count, decimal, significant} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {BeforeAfter, withMostMoved} from '../shared/before-after.tsx';
import {Knob} from '../shared/knob.tsx';
import {Python, Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';
import {steerInPython} from './python.ts';

/** Classes of each list, tokens of each continuation. */
const LISTED = 7;
const CONTINUED = 16;
/** The slider goes from -8 to 8; an address may say more. */
const SLIDER = 8;

/** Measured on the bundled model: " she" goes from 15 to 41 %, " he" from 9 to less than 1 %, and the continuation is about a girl. */
const SMALL = {
	text: 'When the child came home,',
	toward: 'The woman',
	from: 'The man',
	block: '4',
	weight: '4',
	where: 'beginning',
};
/** The first example of the paper, which is about GPT-2 XL. */
const PAPER = {text: 'I hate you because', toward: 'Love', from: 'Hate', block: '6', weight: '5', where: 'beginning'};

/** Activation addition: the difference of two short texts is added inside, and classes and continuation follow. */
export function Steering({walk, info}: {walk: Walk; info: ModelInfo}) {
	const {address, engine, text} = walk;
	const slot = (name: string, initial: string) => address.value('influence', name, initial);
	const slots = {
		toward: slot('toward', SMALL.toward),
		from: slot('from', SMALL.from),
		block: slot('block', ''),
		weight: slot('weight', '0'),
		where: slot('where', 'beginning'),
	};
	const steer = steerOf(slots, info);
	const prompt = promptOf(text.value);
	const isOn = steer.weight !== 0 && steer.toward !== '' && steer.from !== '';
	const changes = isOn ? {steer} : undefined;
	const asked = useQuery(
		engine,
		'changed',
		changes && text.value !== '' ? {prompt, changes, limit: LISTED, classes: []} : null,
	);
	const answer = useLast(asked.answer, text.value);
	const show = ({text, ...example}: typeof SMALL) =>
		batch(() => {
			walk.address.setText(text);
			for (const [name, value] of Object.entries(example)) slots[name as keyof typeof slots].value = value;
		});
	const field = (name: 'toward' | 'from', label: string) => (
		<label>
			{label}{' '}
			<input
				class="field mono short"
				value={slots[name].value}
				maxLength={200}
				onInput={event => {
					slots[name].value = event.currentTarget.value;
				}}
			/>
		</label>
	);
	return (
		<>
			<h2>{t('walk_steer_title')}</h2>
			<p>{t('walk_steer_text')}</p>
			<fieldset class="samples">
				<legend class="spoken">{t('walk_patch_examples')}</legend>
				<button type="button" class="button" onClick={() => show(info.id === BUNDLED_ID ? SMALL : PAPER)}>
					{info.id === BUNDLED_ID
						? t('walk_steer_example', {toward: SMALL.toward, from: SMALL.from})
						: t('walk_steer_paper', {toward: PAPER.toward, from: PAPER.from})}
				</button>
			</fieldset>
			<div class="controls">
				{field('toward', t('walk_steer_toward'))}
				{field('from', t('walk_steer_from'))}
				<label>
					{t('walk_steer_block')}{' '}
					<select
						class="field"
						value={String(steer.block)}
						onChange={event => {
							slots.block.value = event.currentTarget.value;
						}}
					>
						{Array.from({length: info.layers + 1}, (_, block) => (
							<option key={block} value={String(block)}>
								{block === 0 ? t('walk_vector_embedding') : t('walk_vector_block', {block: count(block)})}
							</option>
						))}
					</select>
				</label>
				<Segmented
					label={t('walk_steer_where')}
					value={steer.at}
					options={[
						{value: 'beginning', label: t('walk_steer_beginning')},
						{value: 'every', label: t('walk_steer_every')},
					]}
					onChange={value => {
						slots.where.value = value;
					}}
				/>
			</div>
			<Knob
				label={t('walk_steer_weight')}
				slot={slots.weight}
				value={steer.weight}
				min={-SLIDER}
				max={SLIDER}
				step={0.5}
				digits={1}
			/>
			{isOn && asked.error && <Waiting {...asked} />}
			{isOn && !asked.error && answer && (
				<>
					<BeforeAfter
						name="steered"
						answer={withMostMoved(answer)}
						sides={[t('walk_steer_without'), t('walk_steer_with', {weight: decimal(steer.weight, 1)})]}
					/>
					<p class="quiet">{lengthsTold(answer)}</p>
				</>
			)}
			{text.value !== '' && (
				<dl class="continued">
					<dt>{t('walk_steer_without')}</dt>
					<Continued walk={walk} />
					{changes && !asked.error && (
						<>
							<dt>{t('walk_steer_with', {weight: decimal(steer.weight, 1)})}</dt>
							<Continued walk={walk} changes={changes} />
						</>
					)}
				</dl>
			)}
			{info.id === BUNDLED_ID && <p class="quiet">{t('walk_steer_small')}</p>}
			{changes && <Python code={steerInPython(text.value, steer, info.id)} />}
		</>
	);
}

/** What the address says, within what the model has. */
function steerOf(
	slots: Record<'toward' | 'from' | 'block' | 'weight' | 'where', {value: string}>,
	{layers}: ModelInfo,
): Steer {
	const {toward, from, block, weight, where} = slots;
	const number = Number(weight.value);
	return {
		toward: toward.value,
		from: from.value,
		block: /^\d{1,3}$/.test(block.value) ? Math.min(layers, Number(block.value)) : Math.floor(layers / 2),
		weight: Number.isFinite(number) ? Math.max(-MAX_STEER_WEIGHT, Math.min(MAX_STEER_WEIGHT, number)) : 0,
		at: where.value === 'every' ? 'every' : 'beginning',
	};
}

function lengthsTold({steered}: ChangedAnswer): string {
	if (!steered) return '';
	const {vector, stream} = steered;
	return t(vector > stream ? 'walk_steer_longer' : 'walk_steer_lengths', {
		vector: significant(vector),
		stream: significant(stream),
		times: significant(vector / stream),
	});
}

/** The text with its continuation, by greedy search. */
function Continued({walk, changes}: {walk: Walk; changes?: Params<'generate'>['changes']}) {
	const prompt = promptOf(walk.text.value);
	const generation = {...PLAIN, maxNewTokens: CONTINUED};
	const {answer, error} = useQuery(walk.engine, 'generate', {prompt, generation, changes});
	const shown = useLast(answer, walk.text.value);
	return (
		<dd class="mono" aria-busy={!answer && !error}>
			{error ? error.message : shown ? visibleToken({text: shown.continuations[0].text}) : '…'}
		</dd>
	);
}
