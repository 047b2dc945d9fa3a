import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {BiasStepAnswer} from '../../../protocol/questions/bias-step.ts';
import {MAX_BATCH} from '../../../protocol/questions/bias-step.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {bits, count, decimal} from '../../../ui/format.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {toBits} from '../../../ui/tokens/log-prob.ts';
import {isolate, spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {Knob} from '../shared/knob.tsx';
import {Python, Try, Waiting, WriteText} from '../shared/prose.tsx';
import {loadInPython} from '../shared/python.ts';
import {TokenFlow} from '../shared/token-flow.tsx';
import {useLast} from '../shared/use-last.ts';
import type {Walk} from '../state/walk.ts';
import {CausalMask} from './causal-mask.tsx';
import {GradientStep} from './gradient-step.tsx';
import {Learning} from './learning.tsx';

const python = (text: string, rate: number, model: string | null) => `import torch
${loadInPython(model)}
ids = tokenizer(${pythonLiteral(`<|endoftext|>${text}`)}, return_tensors="pt").input_ids[:, :${MAX_BATCH + 1}]
targets = ids[0, 1:]

with torch.no_grad():
    logits = model(ids).logits[0, :-1]       # all positions at once
bias = torch.zeros(logits.shape[-1], requires_grad=True)
loss = torch.nn.functional.cross_entropy(logits + bias, targets)
loss.backward()                              # softmax minus one-hot, averaged
with torch.no_grad():
    bias -= ${rate} * bias.grad                   # one step
print(loss.item(), torch.nn.functional.cross_entropy(logits + bias, targets).item())`;

/** A loss at which a target's ground has its full colour: an even chance for all of GPT-2's classes is 15.6 bits. */
const FULL_BITS = 16;

/** All positions at once: a passage is a training batch, and one step of training is taken. */
export function TrainingChapter({walk}: {walk: Walk}) {
	const {address, engine, text} = walk;
	const rate = address.value('training', 'rate', '10');
	const position = address.value('training', 'position', '');
	const learningRate = Math.min(1000, Math.max(0, Number(rate.value) || 0));
	const at = /^\d{1,4}$/.test(position.value) ? Number(position.value) : null;
	const asked = useQuery(
		engine,
		'biasStep',
		text.value === '' ? null : {text: text.value, learningRate, position: at ?? 1_000_000},
	);
	// The picture stays while the knob moves on.
	const answer = useLast(asked.answer, text.value);
	const chosen = answer ? Math.min(at ?? answer.tokens.length - 1, answer.tokens.length - 1) : 0;
	return (
		<>
			<p>{t('walk_training_1')}</p>
			<p>{t('walk_training_2')}</p>
			{text.value === '' && <WriteText />}
			{answer ? (
				<>
					<Batch
						answer={answer}
						chosen={chosen}
						onChoose={i => {
							position.value = String(i);
						}}
					/>
					{answer.left > 0 && (
						<p class="quiet small">{tn('walk_training_left', answer.left, {tokens: count(answer.tokens.length)})}</p>
					)}
					<h2>{t('walk_training_mask_title')}</h2>
					<p>{t('walk_training_mask')}</p>
					<CausalMask tokens={answer.tokens} />
					<h2>{t('walk_training_step_title')}</h2>
					<p>{t('walk_training_step')}</p>
					<Knob
						label={t('walk_training_rate')}
						slot={rate}
						value={learningRate}
						min={0}
						max={100}
						step={1}
						digits={0}
					/>
					<GradientStep answer={answer} chosen={chosen} />
				</>
			) : (
				text.value !== '' && <Waiting {...asked} />
			)}
			<Try>{t('walk_training_try')}</Try>
			<Learning walk={walk} />
			<Python code={python(text.value, learningRate, walk.model.value?.id ?? null)} />
		</>
	);
}

interface BatchProps {
	answer: BiasStepAnswer;
	chosen: number;
	onChoose(position: number): void;
}

/** Every token as the target of the position before it, with its loss. */
function Batch({answer: {tokens, meanBefore}, chosen, onChoose}: BatchProps) {
	const title = tn('walk_training_batch', tokens.length, {meanBefore: bits(toBits(meanBefore))});
	return (
		<Figure
			name="batch"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_position'),
					t('walk_column_target'),
					t('walk_column_loss'),
					t('walk_column_loss_after'),
				],
				rows: tokens.map((token, i) => [
					count(i + 1),
					visibleToken(token),
					bits(toBits(token.before)),
					bits(toBits(token.after)),
				]),
			})}
		>
			<TokenFlow
				label={title}
				tokens={tokens.map((token, i) => ({
					token,
					note: decimal(toBits(token.before), 1),
					spoken: t('walk_training_spoken', {token: isolate(spokenToken(token)), before: bits(toBits(token.before))}),
					tone: 'loss',
					strength: Math.min(1, toBits(token.before) / FULL_BITS) * 0.6,
					chosen: i === chosen,
				}))}
				onChoose={onChoose}
			/>
			<p class="readout">{t('walk_training_legend')}</p>
		</Figure>
	);
}
