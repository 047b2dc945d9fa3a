import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import {count} from '../../../ui/format.ts';
import {LeftOut} from '../shared/left-out.tsx';
import {NoLook} from '../shared/no-look.tsx';
import {Python, Try, Waiting} from '../shared/prose.tsx';
import {promptOf, type Walk} from '../state/walk.ts';
import {AttentionGrid} from './attention-grid.tsx';
import {Body} from './body.tsx';
import {headOf} from './chosen.ts';
import {Lens} from './lens.tsx';
import {normTold} from './lens-words.ts';
import {lensInPython} from './python.ts';
import {Streams} from './streams.tsx';

/** Tokens to vectors to one vector: what goes into the blocks, what comes out, and how the prediction forms on the way. */
export function VectorChapter({walk}: {walk: Walk}) {
	const prompt = promptOf(walk.text.value);
	const info = walk.model.value;
	const hidesAll = info?.hiddenStates === false;
	const asked = useQuery(walk.body.engine.value, 'lens', hidesAll ? null : {prompt, target: null});
	const {answer} = asked;
	return (
		<>
			<p>{info ? t('walk_vector_1', {hiddenSize: count(info.hiddenSize)}) : t('walk_vector_1_waiting')}</p>
			<p>{info ? tn('walk_vector_2', info.layers) : t('walk_vector_2_waiting')}</p>
			{hidesAll ? (
				<NoLook model={info} />
			) : answer && info ? (
				<>
					<Body answer={answer} walk={walk} info={info} />
					<p>{normTold(answer)}</p>
				</>
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
			<Python code={lensInPython(walk.text.value, info, headOf(walk.address, info ?? {layers: 1, heads: 1}))} />
		</>
	);
}
