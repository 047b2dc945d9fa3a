import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {Params} from '../../../protocol/questions.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {spelledToken} from '../../../protocol/values/spell.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {ClassList} from '../shared/class-list.tsx';
import {NoLook} from '../shared/no-look.tsx';
import {Python, Try, WriteText} from '../shared/prose.tsx';
import {readClasses, writeClasses} from '../state/classes.ts';
import {PLAIN, promptOf, type Walk} from '../state/walk.ts';
import {Heat} from './heat.tsx';
import {Patching} from './patching.tsx';
import {influenceInPython} from './python.ts';
import {Steering} from './steering.tsx';
import {otherPrompt, TwoPrompts} from './two-prompts.tsx';

const UNITS = ['token', 'word', 'sentence'] as const;

/** What mattered: take each part of the prompt out, and see how a class's log-probability moves. */
export function InfluenceChapter({walk}: {walk: Walk}) {
	const {address, engine, text} = walk;
	const unit = address.value('influence', 'unit', 'token');
	const chosen = address.value('influence', 'class', '');
	const against = address.value('influence', 'against', '');
	const replacement = address.value('influence', 'replacement', '');
	const {answer} = useQuery(engine, 'classes', {prompt: promptOf(text.value), generation: PLAIN, limit: 8});
	const rows = answer?.model ?? [];
	const named: Token | undefined = readClasses(chosen.value)[0] ?? rows[0];
	const id = named?.id ?? null;
	const [other = null] = readClasses(against.value);
	const info = walk.model.value;
	const isReplaced = replacement.value !== '';
	const question: Params<'influence'> | null =
		!named || text.value === ''
			? null
			: {
					text: text.value,
					unit: UNITS.find(one => one === unit.value) ?? 'token',
					replacement: replacement.value,
					chosen: spelledToken(named),
					against: other && other.id !== id ? spelledToken(other) : null,
				};
	return (
		<div class="with-aside">
			<div>
				<p>{t('walk_influence_1')}</p>
				<p>{t('walk_influence_2')}</p>
			</div>
			<aside>
				<ClassList
					walk={walk}
					chosen={id}
					title={t('walk_influence_which')}
					onChoose={row => {
						chosen.value = writeClasses([row]);
						if (against.peek() === chosen.peek()) against.value = '';
					}}
				/>
			</aside>
			<div>
				<div class="controls">
					<Segmented
						label={t('walk_influence_unit')}
						value={UNITS.find(one => one === unit.value) ?? 'token'}
						options={UNITS.map(value => ({value, label: t(`walk_influence_${value}`)}))}
						onChange={value => {
							unit.value = value;
						}}
					/>
					<Segmented
						label={t('walk_influence_how')}
						value={isReplaced ? 'replace' : 'remove'}
						options={[
							{value: 'remove', label: t('walk_influence_remove')},
							{value: 'replace', label: t('walk_influence_replace')},
						]}
						onChange={value => {
							replacement.value = value === 'replace' ? '_' : '';
						}}
					/>
					{isReplaced && (
						<input
							class="field mono short"
							value={replacement.value}
							maxLength={40}
							aria-label={t('walk_influence_replacement')}
							onInput={event => {
								if (event.currentTarget.value !== '') replacement.value = event.currentTarget.value;
							}}
						/>
					)}
					<label>
						{t('walk_influence_rather')}{' '}
						<select
							class="field"
							value={against.value}
							onChange={event => {
								against.value = event.currentTarget.value;
							}}
						>
							<option value="">{t('walk_influence_nothing')}</option>
							{rows
								.filter(row => row.id !== id)
								.map(row => (
									<option key={row.id} value={writeClasses([row])}>
										{visibleToken(row)}
									</option>
								))}
						</select>
					</label>
				</div>
				{text.value === '' && <WriteText />}
				{question && <Heat walk={walk} question={question} />}
				<p class="quiet">{t('walk_influence_warning')}</p>
				<h2>{t('walk_influence_two_title')}</h2>
				<p>{t('walk_influence_two')}</p>
				<TwoPrompts walk={walk} />
				{info?.hiddenStates === false && <NoLook model={info} why={t('error_onnx_no_change')} />}
				{info?.hiddenStates && (
					<>
						<Patching walk={walk} other={otherPrompt(walk).value} />
						<Steering walk={walk} info={info} />
					</>
				)}
				<Try>{t('walk_influence_try')}</Try>
				{question && <Python code={influenceInPython(question, walk.model.value?.id ?? null)} />}
			</div>
		</div>
	);
}
