import {useLayoutEffect, useMemo, useRef} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {useQuery} from '../../client/use-query.ts';
import {generationOf} from '../../engine/parameters/registry.ts';
import type {Generation} from '../../protocol/values/generation.ts';
import type {Prompt} from '../../protocol/values/prompt.ts';
import {COMPARED_CLASSES, Differences} from '../../ui/components/differences.tsx';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {type SecondModel, SecondModelChoice} from '../../ui/components/second-model.tsx';
import {requestOf} from '../loop/prompt.ts';
import {type PromptState, wholeText} from '../prompt/prompt.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {GuidanceScale} from './hand-chips.tsx';
import './compare.css';

const SAME_MODEL: SecondModel = {ref: 'main', name: ''};

/** The changes that another prompt, or another model, makes: the largest ones, then both lists, with lines from class to class. */
export function Compare({app}: {app: Workspace}) {
	const text = useMemo(() => app.session.slot<string | null>('compare-text', null), [app]);
	const second = useMemo(() => app.session.slot<SecondModel>('compare-model', SAME_MODEL), [app]);
	const field = useRef<HTMLInputElement>(null);
	// Left on the button, the focus would make the first space that is typed close the comparison; later, it would be taken
	// from where a person has put it.
	useLayoutEffect(() => {
		if (document.activeElement !== document.body) field.current?.focus();
	}, []);
	const generation = generationOf(app.settings.settings.value);
	const after = app.loop.distribution.value === 'sampling' ? {...generation, seed: 0} : null;
	const prompt = app.prompt.prompt.value;
	const other = text.value ?? wholeText(prompt);
	const isSame = other === wholeText(prompt);
	const {ref, name} = second.value;
	const own = app.model.value?.id ?? t('passage_model');
	const nothing = isSame && ref === SAME_MODEL.ref;
	const params =
		nothing || !app.ready.value
			? null
			: {...comparison(prompt, isSame ? null : other, ref, after), maxNewTokens: generation.maxNewTokens};
	const {answer, progress, error, retry} = useQuery(app.engine, 'compare', params);
	return (
		<div class="compare">
			<h2 class="spoken">{t('compare_open')}</h2>
			<label class="compare-field">
				<span class="quiet small">{t('compare_with')}</span>
				<input
					ref={field}
					class="field mono"
					value={other}
					spellcheck={false}
					autocomplete="off"
					onInput={event => {
						text.value = event.currentTarget.value;
					}}
				/>
			</label>
			<SecondModelChoice
				engine={app.engine}
				label={t('compare_by')}
				value={second.value}
				fixed={[
					{ref: 'main', label: t('compare_same_model')},
					{ref: 'draft', label: t('passage_model_draft', {own})},
				]}
				onChange={chosen => {
					second.value = chosen;
				}}
			/>
			{nothing && <p class="quiet small">{t('compare_hint')}</p>}
			{!isSame && ref === SAME_MODEL.ref && (
				<div class="compare-field">
					<span class="quiet small">{t('compare_guide')}</span>
					<span class="compare-guide">
						<GuidanceScale app={app} scale={app.prompt.hand.value.guidance?.scale ?? 1} against={other} />
					</span>
				</div>
			)}
			{error && <ErrorNote message={error.message} action={{label: t('common_retry'), run: retry}} />}
			{params && !answer && !error && <ProgressLine progress={progress} />}
			{answer && (
				<Differences
					answer={answer}
					sides={
						ref === SAME_MODEL.ref
							? [t('compare_this'), t('compare_other')]
							: [own, name || t('passage_model_draft', {own})]
					}
				/>
			)}
		</div>
	);
}

/**
 * @param other null for the same prompt.
 * @param generation null for the model's own distributions.
 */
const comparison = (prompt: PromptState, other: string | null, model: string, generation: Generation | null) => {
	const {generated: _, ...first} = requestOf(prompt);
	return {
		prompts: [first, other === null ? first : {text: other, appended: []}] as [Prompt, Prompt],
		limit: COMPARED_CLASSES,
		...(model === SAME_MODEL.ref ? {} : {model}),
		...(generation && {generation}),
	};
};
