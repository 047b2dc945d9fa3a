import {useQuery} from '../../../ui/client/use-query.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count, decimal} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {ClassList, classOf, quoted} from '../../parts/class-list.tsx';
import {NoLook} from '../../parts/no-look.tsx';
import {Python, Try, Waiting} from '../../parts/prose.tsx';
import {useLast} from '../../parts/use-last.ts';
import {PLAIN, promptOf, type Walk} from '../../state/walk.ts';
import {DotProduct} from './dot-product.tsx';
import {Softmax} from './softmax.tsx';
import {TwoClasses} from './two-classes.tsx';

const python = (text: string, word: string) => `import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("gpt2")
model = AutoModelForCausalLM.from_pretrained("gpt2")
ids = tokenizer(${JSON.stringify(text)}, return_tensors="pt").input_ids

hidden = model.transformer(ids).last_hidden_state[0, -1]        # (768,)
row = model.lm_head.weight[tokenizer(${JSON.stringify(word)}).input_ids[0]]  # (768,)
logit = hidden @ row                       # one multiplication, one sum
probs = model.lm_head(hidden).softmax(-1)  # (50257,)`;

const HEADS = ['two', 'all'] as const;

/** A head is a classifier: one row of weights for each class, be they 2 or 50,257. */
export function HeadChapter({walk}: {walk: Walk}) {
	const {address, engine, model} = walk;
	const prompt = promptOf(walk.text.value);
	const head = address.value('head', 'head', 'all');
	const chosen = address.value('head', 'class', '');
	const classes = useQuery(engine, 'classes', {prompt, generation: PLAIN, limit: 8});
	const id = classOf(chosen.value) ?? classes.answer?.model[0].id ?? null;
	const info = model.value;
	const hidesAll = info?.hiddenStates === false;
	const asked = useQuery(engine, 'head', id === null || hidesAll ? null : {prompt, classes: [id]});
	// What was looked at stays while the next class is on its way.
	const answer = useLast(asked.answer, '');
	const row = answer?.classes[0];
	const isTwo = head.value === 'two';
	return (
		<div class="with-aside">
			<div>
				<p>{info ? t('walk_head_1', count(info.hiddenSize)) : t('walk_head_1_waiting')}</p>
				<p>{t('walk_head_2', count(info?.vocabSize ?? 50_257))}</p>
				<Segmented
					label={t('walk_head_which')}
					value={HEADS.find(name => name === head.value) ?? 'all'}
					options={[
						{value: 'two', label: t('walk_head_two')},
						{value: 'all', label: t('walk_head_all', count(info?.vocabSize ?? 50_257))},
					]}
					onChange={name => {
						head.value = name;
					}}
				/>
				{hidesAll ? (
					<NoLook model={info} />
				) : isTwo ? (
					<TwoClasses walk={walk} />
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
				<Try>{t('walk_head_try')}</Try>
				<p class="quiet small" hidden={hidesAll}>
					{row && !isTwo
						? t('walk_head_exact', quoted(visibleToken(row)), decimal(row.logit))
						: t('walk_head_two_honest')}
				</p>
				<Python code={python(walk.text.value, row?.text ?? ' the')} />
			</div>
			<aside>
				<ClassList
					walk={walk}
					chosen={id}
					onChoose={row => {
						chosen.value = String(row.id);
						head.value = 'all';
					}}
				/>
			</aside>
		</div>
	);
}
