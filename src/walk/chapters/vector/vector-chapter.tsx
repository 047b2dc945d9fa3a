import type {ModelInfo} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {count} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {pythonLiteral} from '../../../ui/python.ts';
import {LeftOut} from '../../parts/left-out.tsx';
import {NoLook} from '../../parts/no-look.tsx';
import {Python, Try, Waiting} from '../../parts/prose.tsx';
import {loadInPython} from '../../parts/python.ts';
import {promptOf, type Walk} from '../../state/walk.ts';
import {AttentionGrid} from './attention-grid.tsx';
import {Body} from './body.tsx';
import {headOf} from './chosen.ts';
import {Lens} from './lens.tsx';
import {Streams} from './streams.tsx';

const python = (text: string, info: ModelInfo | null, looked: {block: number; head: number}) => `import torch
${loadInPython(info?.id ?? null, ', attn_implementation="eager"')}
ids = tokenizer(${pythonLiteral(text)}, return_tensors="pt").input_ids
out = model(ids, output_hidden_states=True, output_attentions=True)

for block, h in enumerate(out.hidden_states[:-1]):   # (1, tokens, n) each: ${info?.hiddenSize ?? 768} numbers here
    logits = model.lm_head(model.transformer.ln_f(h))  # the logit lens
    print(block, [tokenizer.decode(i) for i in logits[0].argmax(-1)])
print([tokenizer.decode(i) for i in out.logits[0].argmax(-1)])   # after the last block
print(out.attentions[${looked.block - 1}][0, ${looked.head - 1}])   # block ${looked.block}, head ${looked.head}: (tokens, tokens)`;

/** Tokens to vectors to one vector: what goes into the blocks, what comes out, and how the prediction forms on the way. */
export function VectorChapter({walk}: {walk: Walk}) {
	const prompt = promptOf(walk.text.value);
	const info = walk.model.value;
	const hidesAll = info?.hiddenStates === false;
	const asked = useQuery(walk.engine, 'lens', hidesAll ? null : {prompt, target: null});
	const {answer} = asked;
	return (
		<>
			<p>{info ? t('walk_vector_1', count(info.hiddenSize)) : t('walk_vector_1_waiting')}</p>
			<p>{info ? tn('walk_vector_2', info.layers) : t('walk_vector_2_waiting')}</p>
			{hidesAll ? (
				<NoLook model={info} />
			) : answer && info ? (
				<Body answer={answer} walk={walk} info={info} />
			) : (
				<Waiting {...asked} />
			)}
			{answer && info && <Streams walk={walk} layers={info.layers} />}
			<LeftOut walk={walk} />
			<h2>{t('walk_vector_attention_title')}</h2>
			<p>{t('walk_vector_attention')}</p>
			{info?.hiddenStates && <AttentionGrid walk={walk} layers={info.layers} heads={info.heads} />}
			<h2>{t('walk_vector_lens_title')}</h2>
			<p>{t('walk_vector_lens')}</p>
			{answer && <Lens answer={answer} />}
			<Try>{t('walk_vector_try')}</Try>
			<Python code={python(walk.text.value, info, headOf(walk.address, info ?? {layers: 1, heads: 1}))} />
		</>
	);
}
