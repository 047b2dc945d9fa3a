import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {Changes} from '../../../protocol/values/changes.ts';
import type {Prompt} from '../../../protocol/values/prompt.ts';
import {BeforeAfter, withMostMoved} from '../shared/before-after.tsx';
import {Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import type {Walk} from '../state/walk.ts';

/** Classes of each list. */
const LISTED = 7;

interface Props {
	walk: Walk;
	/** The text with what the loop has appended. */
	prompt: Prompt;
	changes: Changes;
}

/** The classes for the loop's next place, as the whole body has them and with parts off. */
export function WithPartsOff({walk, prompt, changes}: Props) {
	const asked = useQuery(walk.engine, 'changed', {prompt, changes, limit: LISTED, classes: []});
	const answer = useLast(asked.answer, walk.text.value);
	if (asked.error || !answer) return <Waiting {...asked} />;
	return (
		<BeforeAfter
			name="loop-parts-off"
			answer={withMostMoved(answer)}
			sides={[t('walk_off_whole'), tn('walk_off_now', changes.off?.length ?? 0)]}
		/>
	);
}
