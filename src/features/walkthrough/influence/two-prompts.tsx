import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import {COMPARED_CLASSES, Differences} from '../../../ui/components/differences.tsx';
import {Waiting} from '../shared/prose.tsx';
import {promptOf, type Walk} from '../state/walk.ts';

/** The second prompt. */
export const otherPrompt = ({address}: Walk) => address.value('influence', 'other', t('walk_influence_other_example'));

/** What another prompt changes: the comparison of the popup, between the reader's text and a second one. */
export function TwoPrompts({walk}: {walk: Walk}) {
	const other = otherPrompt(walk);
	const asked = useQuery(walk.engine, 'compare', {
		prompts: [promptOf(walk.text.value), promptOf(other.value)],
		limit: COMPARED_CLASSES,
	});
	return (
		<>
			<textarea
				class="field mono wide-field"
				rows={2}
				spellcheck={false}
				aria-label={t('walk_influence_other')}
				value={other.value}
				onInput={event => {
					other.value = event.currentTarget.value;
				}}
			/>
			{asked.answer ? (
				<div class="fig">
					<Differences answer={asked.answer} sides={[t('walk_influence_first'), t('walk_influence_second')]} />
				</div>
			) : (
				<Waiting {...asked} />
			)}
		</>
	);
}
