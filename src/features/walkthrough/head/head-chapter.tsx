import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {spelledToken} from '../../../protocol/values/spell.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count, decimal} from '../../../ui/format.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {ClassList, quoted} from '../shared/class-list.tsx';
import {LeftOut} from '../shared/left-out.tsx';
import {NoLook} from '../shared/no-look.tsx';
import {Python, Try, Waiting} from '../shared/prose.tsx';
import {loadInPython} from '../shared/python.ts';
import {useLast} from '../shared/use-last.ts';
import {readClasses, writeClasses} from '../state/classes.ts';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';
import {DotProduct} from './dot-product.tsx';
import {Softmax, temperatureOf} from './softmax.tsx';
import {TwoClasses, useTwoClasses} from './two-classes.tsx';

/** The head's one multiplication and one sum for these classes, and the softmax over all. */
const python = (text: string, classes: readonly number[], temperature: number, info: ModelInfo | null) => `import torch
${loadInPython(info?.id ?? null)}
ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids

hidden = model(ids, output_hidden_states=True).hidden_states[-1][0, -1]   # ${info?.hiddenSize ?? 768} numbers
head = model.get_output_embeddings()
rows = head.weight[${pythonLiteral(classes)}]   # a row for each of these classes
print(rows @ hidden)                       # their logits: multiply number by number, and add up
${
	classes.length > 1
		? 'print((rows @ hidden).softmax(-1))         # a head with only these classes'
		: `probs = (head(hidden) / ${temperature}).softmax(-1)   # all ${info?.vocabSize ?? 50_257} classes, with this temperature
print(probs[${pythonLiteral(classes)}])`
}`;

const HEADS = ['two', 'all'] as const;

/** A head is a classifier: one row of weights for each class, be they 2 or 50,257. */
export function HeadChapter({walk}: {walk: Walk}) {
	const {address, engine, model} = walk;
	const prompt = promptOf(walk.text.value);
	const head = address.value('head', 'head', 'all');
	const chosen = address.value('head', 'class', '');
	const info = model.value;
	const hidesAll = info?.hiddenStates === false;
	const isTwo = head.value === 'two';
	// A head of two classes is asked about those two alone.
	const classes = useQuery(engine, 'classes', isTwo ? null : {prompt, generation: PLAIN, limit: 8});
	const named: Token | undefined = readClasses(chosen.value)[0] ?? classes.answer?.model[0];
	const asked = useQuery(engine, 'head', !named || hidesAll || isTwo ? null : {prompt, classes: [spelledToken(named)]});
	// What was looked at stays while the next class is on its way.
	const answer = useLast(asked.answer, '');
	const row = answer?.classes[0];
	const two = useTwoClasses(walk, isTwo);
	const id = row?.id ?? named?.id ?? null;
	const shown = isTwo ? two.known : id === null ? [] : [id];
	return (
		<div class={isTwo ? undefined : 'with-aside'}>
			<div>
				<p>{info ? t('walk_head_1', {hiddenSize: count(info.hiddenSize)}) : t('walk_head_1_waiting')}</p>
				<p>{t('walk_head_2', {vocabSize: count(info?.vocabSize ?? 50_257)})}</p>
			</div>
			{!isTwo && (
				<aside>
					<ClassList
						walk={walk}
						chosen={id}
						onChoose={row => {
							chosen.value = writeClasses([row]);
						}}
					/>
				</aside>
			)}
			<div>
				<Segmented
					label={t('walk_head_which')}
					value={HEADS.find(name => name === head.value) ?? 'all'}
					options={[
						{value: 'two', label: t('walk_head_two')},
						{value: 'all', label: t('walk_head_all', {vocabSize: count(info?.vocabSize ?? 50_257)})},
					]}
					onChange={name => {
						head.value = name;
					}}
				/>
				<LeftOut walk={walk} />
				{hidesAll ? (
					<NoLook model={info} />
				) : isTwo ? (
					<TwoClasses walk={walk} two={two} />
				) : row && answer ? (
					<DotProduct vector={answer.vector} row={row} />
				) : (
					<Waiting {...(classes.error ? classes : asked)} />
				)}
				{(!isTwo || hidesAll) && (
					<>
						<p>{t('walk_head_softmax')}</p>
						<Softmax walk={walk} />
					</>
				)}
				<Try>{t(isTwo ? 'walk_head_two_try' : 'walk_head_try')}</Try>
				<p class="quiet small" hidden={hidesAll}>
					{row && !isTwo
						? t('walk_head_exact', {row: quoted(visibleToken(row)), logit: decimal(row.logit)})
						: t('walk_head_two_honest')}
				</p>
				{shown.length > 0 && <Python code={python(walk.text.value, shown, temperatureOf(address), info)} />}
			</div>
		</div>
	);
}
