/** How work that has time makes way for a person's question, in whichever worker each of them runs. */

/** Held, shared, while a question is answered. */
const LOCK = 'answering';

type Locks = Pick<LockManager, 'request'>;

/** Answer a question. It begins at once: the lock only tells others of it. */
export function whileAnswering<T>(locks: Locks, work: () => Promise<T>): Promise<T> {
	const answer = work();
	const ended = answer.then(
		() => {},
		() => {},
	);
	void locks.request(LOCK, {mode: 'shared'}, () => ended);
	return answer;
}

/** Wait until no question is being answered. */
export const whenUnasked = (locks: Locks): Promise<void> => locks.request(LOCK, () => {});
