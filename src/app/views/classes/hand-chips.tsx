import {useSignal} from '@preact/signals';
import type {ClassesAnswer, Token} from '../../../protocol/engine.ts';
import {decimal, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {isolate, spokenToken} from '../../../ui/tokens/token-text.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import type {App} from '../../app.ts';
import {
	EMPTY_HAND,
	forbid,
	type Guidance,
	guide,
	isEmptyHand,
	MAX_PUSH,
	MAX_SCALE,
	type Pushed,
	pushTo,
} from '../../state/hand.ts';
import {FormDialog} from './form-dialog.tsx';
import './hand-chips.css';

/** A class with all of the probability, but for what is written as 0. */
const ALONE = 0.999_999_5;

/** What was done by hand, each to be changed or taken back, and where in its form the text stands; nothing where nothing was. */
export function HandChips({app, answer}: {app: App; answer: ClassesAnswer | null}) {
	const hand = app.prompt.hand.value;
	const {formKind} = app.settings.settings.value;
	const editing = useSignal(false);
	const form = answer?.form;
	const isHeld = formKind !== 'none' || form !== undefined || editing.value;
	if (isEmptyHand(hand) && !isHeld) return null;
	const first = answer?.sampling[0];
	const alone = hand.pushed.length > 0 && first && first.samplingProbability > ALONE ? first : null;
	return (
		<div class="hand small">
			{!isEmptyHand(hand) && (
				<ul class="hand-chips" aria-label={t('hand_chips')}>
					{hand.guidance && <GuidanceChip app={app} {...hand.guidance} />}
					{hand.pushed.map(one => (
						<PushedChip key={one.token.id} app={app} {...one} />
					))}
					{hand.forbidden.map(({token, at}) => (
						<li key={token.id} class="hand-chip">
							<s>
								<TokenText token={token} />
							</s>
							<button
								type="button"
								class="link"
								title={t('hand_where_title')}
								onClick={() => {
									const next = at === 'every-step' ? 'first-step' : 'every-step';
									app.prompt.setHand(forbid(hand, token, next), token.id);
								}}
							>
								{t(at === 'every-step' ? 'hand_every_step' : 'hand_first_step')}
							</button>
							<Remove token={token} onRemove={() => app.prompt.setHand(forbid(hand, token, null), token.id)} />
						</li>
					))}
					<li>
						<button type="button" class="link" onClick={() => app.prompt.setHand(EMPTY_HAND, null)}>
							{t('hand_clear')}
						</button>
					</li>
				</ul>
			)}
			{alone && <p role="status">{t('hand_alone', isolate(spokenToken(alone)))}</p>}
			{isHeld && (
				<div class="form-line">
					<button
						type="button"
						class="link"
						aria-haspopup="dialog"
						onClick={() => {
							editing.value = true;
						}}
					>
						{t('options_named_choice', t('options_formKind'), t(`options_formKind_${formKind}`))}
					</button>
					{form && (
						<p role="status">
							{tn('form_fits', form.fitting, percent(form.unfitting))} {standing(form)}
						</p>
					)}
				</div>
			)}
			{editing.value && (
				<FormDialog
					app={app}
					onClose={() => {
						editing.value = false;
					}}
				/>
			)}
		</div>
	);
}

/** Blanks as the marks that stand for them in a class. */
const visible = (text: string) => text.replaceAll(' ', '·').replaceAll('\n', '↵').replaceAll('\t', '⇥');

/** Where in the form the text stands. */
function standing({isComplete, forced, next}: NonNullable<ClassesAnswer['form']>) {
	if (forced !== '') return t('form_forced', isolate(visible(forced)));
	if (next === '') return t('form_finished');
	return t(isComplete ? 'form_next_or_end' : 'form_next', isolate(next));
}

function GuidanceChip({app, scale, against}: Guidance & {app: App}) {
	return (
		<li class="hand-chip">
			<span class="against" title={against}>
				{t('hand_against', isolate(against.length > 24 ? `…${against.slice(-24)}` : against))}
			</span>
			<GuidanceScale app={app} scale={scale} against={against} />
		</li>
	);
}

/** How far the classes are moved away from those after another prompt: 1 not at all. */
export function GuidanceScale({app, scale, against}: Guidance & {app: App}) {
	return (
		<>
			<input
				type="range"
				min={0}
				max={MAX_SCALE}
				step={0.1}
				value={scale}
				aria-label={t('options_guidanceScale')}
				title={t('options_guidanceScale_help')}
				onInput={event => {
					const to = event.currentTarget.valueAsNumber;
					app.prompt.setHand(guide(app.prompt.hand.peek(), to, against), GUIDANCE);
					app.loop.distribution.value = 'sampling';
				}}
			/>
			<output class="numbers">{decimal(scale, 1)}</output>
		</>
	);
}

/** Steps about guidance are taken back together; no class has this id. */
const GUIDANCE = -1;

function PushedChip({app, token, bias}: Pushed & {app: App}) {
	const push = (to: number) => app.prompt.setHand(pushTo(app.prompt.hand.peek(), token, to), token.id);
	return (
		<li class="hand-chip">
			<TokenText token={token} />
			<input
				type="number"
				class="field numbers"
				min={-MAX_PUSH}
				max={MAX_PUSH}
				step={0.5}
				value={bias}
				aria-label={t('hand_bias', isolate(spokenToken(token)))}
				onChange={event => {
					const to = event.currentTarget.valueAsNumber;
					if (!Number.isNaN(to)) push(to);
				}}
			/>
			<Remove token={token} onRemove={() => push(0)} />
		</li>
	);
}

function Remove({token, onRemove}: {token: Token; onRemove(): void}) {
	const label = t('hand_give_back', isolate(spokenToken(token)));
	return (
		<button type="button" class="icon-button" title={label} aria-label={label} onClick={onRemove}>
			×
		</button>
	);
}
