import {batch} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import type {Generation} from '../../../engine/parameters/registry.ts';
import {strategyOf} from '../../../engine/parameters/strategies.ts';
import type {ClassesAnswer} from '../../../protocol/questions/classes.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count, decimal, percent} from '../../../ui/format.ts';
import {choiceText} from '../../../ui/parameters.ts';
import {generateCall} from '../../../ui/python/generate.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {LeftOut} from '../shared/left-out.tsx';
import {OffNote} from '../shared/off-note.tsx';
import {Python, Try, Waiting} from '../shared/prose.tsx';
import {loadInPython, offHooksInPython} from '../shared/python.ts';
import type {Walk} from '../state/walk.ts';
import {Bar} from './bar.tsx';
import {Cache} from './cache.tsx';
import {Running} from './running.tsx';
import {slicesOf} from './slices.ts';
import {choosing, STRATEGIES, slotsOf} from './strategy.ts';
import {type Chosen, useLoop} from './use-loop.ts';
import {WholeStrategy} from './whole-strategy.tsx';
import {WithPartsOff} from './with-parts-off.tsx';
import './loop.css';

/** @param hooks switch off what is off; empty where nothing is. */
const loopInPython = (text: string, samples: boolean, model: string | null, hooks: string) => `import torch
${loadInPython(model)}
ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids
${hooks}past, new = None, ids
for _ in range(10):
    with torch.no_grad():
        out = model(new, past_key_values=past, use_cache=True)   # only the new tokens
    past = out.past_key_values                                   # the cache grows by a column
    probs = out.logits[0, -1].softmax(-1)                        # classify
    new = ${(samples ? 'torch.multinomial(probs, 1)[None]' : 'probs.argmax()[None, None]').padEnd(55)}# choose
    ids = torch.cat([ids, new], dim=1)                           # append, repeat
print(tokenizer.decode(ids[0]))`;

function settingsInPython(text: string, generation: Generation, model: string | null, hooks: string): string {
	const {imports, notes, lines, arguments: asked} = generateCall(generation);
	return [
		loadInPython(model),
		...(imports.length > 0 ? [`from transformers import ${imports.join(', ')}`] : []),
		...(lines.length > 0 || hooks !== '' ? ['import torch'] : []),
		`ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids`,
		...(hooks === '' ? [] : [hooks]),
		...notes.map(note => `# ${note}`),
		...lines,
		'# generate runs this loop, with your settings',
		'output = model.generate(',
		...['ids', ...asked].map(argument => `    ${argument},`),
		')',
		'print(tokenizer.decode(output[0]))',
	].join('\n');
}

/** Choose, append, repeat: the loop, a step a click or by itself, and the cache that makes the next step cheap. */
export function LoopChapter({walk}: {walk: Walk}) {
	const {address, text} = walk;
	const {strategy: chosenStrategy, seed} = slotsOf(walk);
	const {strategy, generation} = choosing(walk);
	const kind = strategyOf(generation);
	const model = walk.model.value?.id ?? null;
	const steps = kind === 'greedy' || kind === 'sampling';
	const changes = walk.body.changes.value;
	const hooks = changes?.off ? `\n${offHooksInPython(changes.off, changes.fill ?? 'zero')}\n\n` : '';
	return (
		<>
			<p>{t('walk_loop_1')}</p>
			<p>{t('walk_loop_2')}</p>
			<div class="controls">
				<Segmented
					label={t('walk_loop_strategy')}
					value={strategy}
					options={STRATEGIES.map(value => ({value, label: t(`walk_loop_${value}`)}))}
					onChange={value => {
						batch(() => {
							chosenStrategy.value = value;
							address.value('loop', 'chosen', '').value = '';
						});
					}}
				/>
				{kind === 'sampling' && (
					<button
						type="button"
						class="button"
						onClick={() => {
							seed.value = String(generation.seed + 1);
						}}
					>
						{t('walk_loop_seed', {seed: String(generation.seed)})}
					</button>
				)}
			</div>
			{strategy === 'own' && (
				<p class="quiet small">{t('walk_loop_own_are', {choice: choiceText(walk.generation.value)})}</p>
			)}
			<OffNote walk={walk} />
			{steps ? <Loop walk={walk} generation={generation} /> : <WholeStrategy walk={walk} generation={generation} />}
			<Try>{t('walk_loop_try')}</Try>
			<Python
				code={
					strategy === 'own'
						? settingsInPython(text.value, generation, model, hooks)
						: loopInPython(text.value, strategy === 'sampling', model, hooks)
				}
			/>
		</>
	);
}

function Loop({walk, generation}: {walk: Walk; generation: Generation}) {
	const loop = useLoop(walk, generation);
	const {answer, chosen, last, falling, isOver, prompt} = loop;
	const changes = walk.body.changes.value;
	const error = loop.error ?? (answer && loop.waiting.error);
	return (
		<>
			<Running text={walk.text.value} chosen={chosen} />
			<LeftOut walk={walk} />
			{answer ? (
				<Bar
					slices={slicesOf(answer)}
					keptCount={answer.keptCount}
					falling={falling}
					last={falling ? null : last}
					onChoose={loop.choose}
				/>
			) : (
				<Waiting {...loop.waiting} />
			)}
			{answer && (
				<p role="status" class="readout numbers">
					{last ? chosenText(last) : firstText(answer, loop.count)}
				</p>
			)}
			{error && <p role="alert">{error.message}</p>}
			<div class="steps-bar">
				<button type="button" class="button" disabled={loop.count === 0} onClick={loop.begin}>
					{t('walk_step_start')}
				</button>
				<button type="button" class="button" disabled={loop.count === 0} onClick={loop.back}>
					{t('walk_step_back')}
				</button>
				<button type="button" class="button go" disabled={isOver} onClick={loop.step}>
					{t('walk_step_on')}
				</button>
				<button type="button" class="button" disabled={isOver} onClick={loop.togglePlaying}>
					{loop.playing ? t('walk_step_pause') : t('walk_step_play')}
				</button>
				<span class="quiet small">{tn('walk_loop_steps', loop.count)}</span>
			</div>
			{changes && answer && <WithPartsOff walk={walk} prompt={prompt} changes={changes} />}
			<h2>{t('walk_loop_cache_title')}</h2>
			<p>{t('walk_loop_cache')}</p>
			{answer && (
				<Cache walk={walk} tokens={answer.tokens} appended={loop.count} next={answer.model[0].id} prompt={prompt} />
			)}
		</>
	);
}

/** Which class comes first, while nothing is known of how the last one was chosen. */
function firstText({sampling: [first]}: ClassesAnswer, appended: number): string {
	const values = {token: quoted(visibleToken(first)), probability: percent(first.samplingProbability)};
	return t(appended === 0 ? 'walk_loop_before' : 'walk_loop_next', values);
}

function chosenText(last: Chosen): string {
	const [name, share, rank] = [quoted(visibleToken(last)), percent(last.samplingProbability), count(last.samplingRank)];
	if (last.byHand) return t('walk_loop_chose_hand', {name, share, rank});
	if (last.number === null) return t('walk_loop_chose_first', {name, share});
	return t('walk_loop_chose', {number: decimal(last.number, 4), name, share, rank});
}
