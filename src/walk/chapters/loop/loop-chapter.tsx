import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import type {DrawAnswer, Token} from '../../../protocol/engine.ts';
import {createQuery} from '../../../ui/client/query.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {MassStrip} from '../../../ui/components/mass-strip.tsx';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count, decimal, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../../parts/class-list.tsx';
import {Python, Try, Waiting} from '../../parts/prose.tsx';
import {PLAIN, type Walk} from '../../state/walk.ts';
import {Cache} from './cache.tsx';
import './loop.css';

/** The longest that the loop runs here. */
const MOST = 40;
const PACE = 900;

const python = (text: string, samples: boolean) => `import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("gpt2")
model = AutoModelForCausalLM.from_pretrained("gpt2")
ids = tokenizer(${JSON.stringify(text)}, return_tensors="pt").input_ids
past, new = None, ids
for _ in range(10):
    with torch.no_grad():
        out = model(new, past_key_values=past, use_cache=True)   # only the new tokens
    past = out.past_key_values                                   # the cache grows by a column
    probs = out.logits[0, -1].softmax(-1)                        # classify
    new = ${samples ? 'torch.multinomial(probs, 1)[None]         ' : 'probs.argmax()[None, None]                   '}  # choose
    ids = torch.cat([ids, new], dim=1)                           # append, repeat
print(tokenizer.decode(ids[0]))`;

/** What was chosen in a step: the class, and where the number fell. */
type Chosen = DrawAnswer & {bands: readonly [number, number, number, number]};

/** Choose, append, repeat: the loop, a step a click or by itself, and the cache that makes the next step cheap. */
export function LoopChapter({walk}: {walk: Walk}) {
	const {address, engine, text} = walk;
	const strategy = address.value('loop', 'strategy', 'sampling');
	const seed = address.value('loop', 'seed', '1');
	const chosen = useSignal<Chosen[]>([]);
	const playing = useSignal(false);
	const samples = strategy.value !== 'greedy';
	const generation = {
		...PLAIN,
		doSample: samples,
		seed: Math.min(0xffff_ffff, Math.max(0, Math.floor(Number(seed.value)) || 0)),
	};
	// Another text, strategy or seed begins again.
	const start = `${text.value}\n${strategy.value}\n${seed.value}`;
	useEffect(() => {
		chosen.value = [];
		playing.value = false;
	}, [start]);
	const appended = chosen.value.map(({id}) => id);
	const prompt = {text: text.value, appended, generated: appended.length};
	const asked = useQuery(engine, 'classes', {prompt, generation, limit: 5});
	const draw = useMemo(() => createQuery(engine, 'draw'), [engine]);
	useEffect(() => draw.cancel, [draw]);
	const {answer} = asked;
	const last = chosen.value.at(-1);
	const isOver = last?.end === true || chosen.value.length >= MOST;
	const step = () => {
		if (!answer || draw.running.peek() || isOver) return;
		void draw.ask(
			{prompt, generation, index: chosen.value.length},
			{
				onAnswer: drawn => {
					chosen.value = [...chosen.peek(), {...drawn, bands: answer.bands.model}];
				},
			},
		);
	};
	useEffect(() => {
		if (!playing.value) return;
		if (isOver) {
			playing.value = false;
			return;
		}
		const timer = setTimeout(step, PACE);
		return () => clearTimeout(timer);
	}, [playing.value, answer, chosen.value.length, isOver]);
	return (
		<>
			<p>{t('walk_loop_1')}</p>
			<p>{t('walk_loop_2')}</p>
			<div class="controls">
				<Segmented
					label={t('walk_loop_strategy')}
					value={samples ? 'sampling' : 'greedy'}
					options={[
						{value: 'sampling', label: t('walk_loop_sampling')},
						{value: 'greedy', label: t('walk_loop_greedy')},
					]}
					onChange={value => {
						strategy.value = value;
					}}
				/>
				{samples && (
					<button
						type="button"
						class="button"
						onClick={() => {
							seed.value = String(Number(seed.value) + 1);
						}}
					>
						{t('walk_loop_seed', seed.value)}
					</button>
				)}
			</div>
			<Running text={text.value} chosen={chosen.value} />
			{answer ? (
				<>
					<MassStrip
						shares={last ? last.bands : answer.bands.model}
						needle={
							last
								? {
										key: String(chosen.value.length),
										number: last.number,
										start: last.start,
										width: last.samplingProbability,
									}
								: null
						}
					/>
					<p role="status" class="readout numbers">
						{last
							? chosenText(last)
							: t('walk_loop_before', quoted(visibleToken(answer.model[0])), percent(answer.model[0].probability))}
					</p>
				</>
			) : (
				<Waiting {...asked} />
			)}
			<div class="steps-bar">
				<button type="button" class="button" disabled={chosen.value.length === 0} onClick={() => (chosen.value = [])}>
					{t('walk_step_start')}
				</button>
				<button
					type="button"
					class="button"
					disabled={chosen.value.length === 0}
					onClick={() => (chosen.value = chosen.value.slice(0, -1))}
				>
					{t('walk_step_back')}
				</button>
				<button type="button" class="button go" disabled={isOver} onClick={step}>
					{t('walk_step_on')}
				</button>
				<button
					type="button"
					class="button"
					disabled={isOver}
					onClick={() => {
						playing.value = !playing.value;
					}}
				>
					{playing.value ? t('walk_step_pause') : t('walk_step_play')}
				</button>
				<span class="quiet small">{tn('walk_loop_steps', chosen.value.length)}</span>
			</div>
			<h2>{t('walk_loop_cache_title')}</h2>
			<p>{t('walk_loop_cache')}</p>
			{answer && (
				<Cache
					walk={walk}
					tokens={answer.tokens}
					appended={chosen.value.length}
					next={answer.model[0].id}
					prompt={prompt}
				/>
			)}
			<Try>{t('walk_loop_try')}</Try>
			<Python code={python(text.value, samples)} />
		</>
	);
}

const chosenText = (last: Chosen) =>
	last.number === null
		? t('walk_loop_chose_first', quoted(visibleToken(last)), percent(last.samplingProbability))
		: t(
				'walk_loop_chose',
				decimal(last.number, 4),
				quoted(visibleToken(last)),
				percent(last.samplingProbability),
				count(last.rank),
			);

/** The text, with what was appended. */
function Running({text, chosen}: {text: string; chosen: readonly Token[]}) {
	return (
		<p class="running mono">
			{visibleToken({text})}
			{chosen.map((token, i) => (
				<mark key={i} class={i === chosen.length - 1 ? 'newest' : undefined}>
					{visibleToken(token)}
				</mark>
			))}
			<span class="slot" aria-hidden="true" />
		</p>
	);
}
