import {t, tn} from '../../client/browser/i18n.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {decimal, percent} from '../../ui/format.ts';
import {isolate, visibleToken} from '../../ui/tokens/token-text.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import {EMPTY_HAND, forbid, type Guidance, guide, isEmptyHand, keyOf, MAX_SCALE, pushTo} from '../prompt/biases.ts';
import type {Workspace} from '../prompt/workspace.ts';
import {placeText} from './form-place.tsx';
import {PushedChip, spokenWord} from './push.tsx';
import './hand-chips.css';

/** A class with all of the probability, but for what is written as 0. */
const ALONE = 0.999_999_5;

interface Props {
	app: Workspace;
	answer: ClassesAnswer | null;
	/** Open what the form is chosen in. */
	chooseForm(): void;
}

/** What was done by hand, each to be changed or taken back, and where in its form the text stands; nothing where nothing was. */
export function HandChips({app, answer, chooseForm}: Props) {
	const hand = app.prompt.hand.value;
	const {formKind} = app.settings.settings.value;
	const form = answer?.form;
	const isHeld = formKind !== 'none' || form !== undefined;
	if (isEmptyHand(hand) && !isHeld) return null;
	const first = answer?.sampling[0];
	const alone = first?.push && first.samplingProbability > ALONE && first.push.before <= ALONE ? first : null;
	return (
		<div class="hand small">
			{!isEmptyHand(hand) && (
				<ul class="hand-chips" aria-label={t('hand_chips')}>
					{hand.guidance && <GuidanceChip app={app} {...hand.guidance} />}
					{hand.pushed.map(one => (
						<li key={keyOf(one.tokens)} class="hand-chip">
							<PushedChip app={app} answer={answer} {...one} />
							<Remove
								tokens={one.tokens}
								onRemove={() => app.prompt.setHand(pushTo(hand, one.tokens, 0), keyOf(one.tokens))}
							/>
						</li>
					))}
					{hand.forbidden.map(({token, at}) => (
						<li key={`-${token.id}`} class="hand-chip">
							<s>
								<TokenText token={token} />
							</s>
							<button
								type="button"
								class="link"
								title={t('hand_where_title')}
								onClick={() => {
									const next = at === 'every-step' ? 'first-step' : 'every-step';
									app.prompt.setHand(forbid(hand, token, next), keyOf([token]));
								}}
							>
								{t(at === 'every-step' ? 'hand_every_step' : 'hand_first_step')}
							</button>
							<Remove tokens={[token]} onRemove={() => app.prompt.setHand(forbid(hand, token, null), keyOf([token]))} />
						</li>
					))}
					<li>
						<button type="button" class="link" onClick={() => app.prompt.setHand(EMPTY_HAND, null)}>
							{t('hand_clear')}
						</button>
					</li>
				</ul>
			)}
			{alone && <p role="status">{t('hand_alone', {alone: isolate(visibleToken(alone))})}</p>}
			{isHeld && (
				<div class="form-line">
					<button type="button" class="link" aria-haspopup="dialog" onClick={chooseForm}>
						{t('options_named_choice', {name: t('options_formKind'), value: t(`options_formKind_${formKind}`)})}
					</button>
					{form && (
						<p role="status">
							{tn('form_fits', form.fitting, {unfitting: percent(form.unfitting)})} {placeText(form)}
						</p>
					)}
				</div>
			)}
		</div>
	);
}

function GuidanceChip({app, scale, against}: Guidance & {app: Workspace}) {
	return (
		<li class="hand-chip">
			<span class="against" title={against}>
				{t('hand_against', {against: isolate(against.length > 24 ? `…${against.slice(-24)}` : against)})}
			</span>
			<GuidanceScale app={app} scale={scale} against={against} />
		</li>
	);
}

/** How far the classes are moved away from those after another prompt: 1 not at all. */
export function GuidanceScale({app, scale, against}: Guidance & {app: Workspace}) {
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
					app.prompt.setHand(guide(app.prompt.hand.peek(), to, against), 'guidance');
					app.loop.lookAtSampling('hand');
				}}
			/>
			<output class="numbers">{decimal(scale, 1)}</output>
		</>
	);
}

function Remove({tokens, onRemove}: {tokens: readonly Token[]; onRemove(): void}) {
	const label = t('hand_give_back', {tokens: spokenWord(tokens)});
	return (
		<button type="button" class="icon-button" title={label} aria-label={label} onClick={onRemove}>
			×
		</button>
	);
}
